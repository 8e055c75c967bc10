"""`python -m bench [start] [index] [retrieve] [statements] [twins]`, with `--help` for the rest."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from bench import indexing, retrieving, starting, statements, twins
from bench.measure import ROOT


def main() -> None:
    """Prints a Markdown table of every figure asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "parts", nargs="*", help="start, index, retrieve, statements, twins; all by default"
    )
    parser.add_argument("--corpus", type=Path, default=ROOT / "seeds")
    parser.add_argument("--limit", type=int, default=1000)
    parser.add_argument("--sizes", default="1000,10000")
    given = parser.parse_args()
    sizes = tuple(int(n) for n in given.sizes.split(","))
    parts: dict[str, Callable[[], Iterable[tuple[str, str]]]] = {
        "start": starting.rows,
        "index": lambda: indexing.rows(given.corpus, given.limit),
        "retrieve": lambda: retrieving.rows(sizes),
        "statements": statements.rows,
        "twins": twins.rows,
    }
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before\n\n| what | figure |")
    print("|---|---|")
    for name in given.parts or parts:
        for label, figure in parts[name]():
            print(f"| {label} | {figure} |", flush=True)


if __name__ == "__main__":
    main()
