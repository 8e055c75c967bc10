"""`python -m bench [start|index|grow|retrieve|statements|twins] …`, `--help` for the rest."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from bench import growing, indexing, retrieving, starting, statements, twins
from bench.measure import ROOT


def main() -> None:
    """Prints a Markdown table of every figure asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "parts",
        nargs="*",
        help="start, index, grow, retrieve, statements, twins; all but grow by default",
    )
    parser.add_argument("--corpus", type=Path, default=ROOT / "seeds")
    parser.add_argument("--limit", type=int, default=1000)
    parser.add_argument("--documents", type=int, default=10_000, help="of grow")
    parser.add_argument("--sizes", default="1000,10000")
    given = parser.parse_args()
    sizes = tuple(int(n) for n in given.sizes.split(","))
    parts: dict[str, Callable[[], Iterable[tuple[str, str]]]] = {
        "start": starting.rows,
        "index": lambda: indexing.rows(given.corpus, given.limit),
        "grow": lambda: growing.rows(given.corpus, given.documents),
        "retrieve": lambda: retrieving.rows(sizes),
        "statements": statements.rows,
        "twins": twins.rows,
    }
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before\n\n| what | figure |")
    print("|---|---|")
    for name in given.parts or [p for p in parts if p != "grow"]:
        for label, figure in parts[name]():
            print(f"| {label} | {figure} |", flush=True)


if __name__ == "__main__":
    main()
