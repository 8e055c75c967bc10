"""Indexing as the folder grows: speeches, then their parts with other names, step by step."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measure import RAG, run

STEP = 1000
PARTS = 12
"""Pieces of a speech that become documents of their own."""


def rows(corpus: Path, documents: int) -> Iterator[tuple[str, str]]:
    """Seconds and memory of each further thousand documents, and what the index takes on disk."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rag.toml").write_text("", encoding="utf-8")
        seeds = folder / "seeds"
        seeds.mkdir()
        made = _texts(corpus)
        for first in range(0, documents, STEP):
            count = 0
            for n, text in zip(range(first, min(first + STEP, documents)), made, strict=False):
                (seeds / f"{n:06}.txt").write_text(text, encoding="utf-8")
                count += 1
            if not count:
                return
            yield f"{first + count:,} documents", _indexed(folder, count)


def _texts(corpus: Path) -> Iterator[str]:
    """Every text, then every text's parts, each with names of its own so that none is a copy."""
    files = sorted(corpus.rglob("*.txt"))
    texts = [f.read_text(encoding="utf-8-sig", errors="replace") for f in files]
    yield from texts
    for number in range(PARTS * len(texts)):
        text = texts[number % len(texts)]
        paragraphs = text.split("\n\n") if text.count("\n\n") >= PARTS else text.split(". ")
        joint = "\n\n" if text.count("\n\n") >= PARTS else ". "
        size = max(1, len(paragraphs) // PARTS)
        start = number // len(texts) * size
        words = joint.join(paragraphs[start : start + size]).split(" ")
        words[4::11] = [f"{word}{number}" for word in words[4::11]]
        yield " ".join(words)


def _indexed(folder: Path, added: int) -> str:
    taken = run([*RAG, "--quiet", "--workspace", str(folder), "index", "--json"])
    report = json.loads(taken.output[taken.output.index("{") :])
    size = sum(f.stat().st_size for f in (folder / "index").rglob("*") if f.is_file())
    return (
        f"{added} more in {taken.seconds:.0f} s, {1000 * taken.seconds / added:.0f} ms each;"
        f" peak {taken.megabytes:.0f} MB, {size / 1e6:.0f} MB on disk,"
        f" {report['passages']:,} passages"
    )


if __name__ == "__main__":
    for label, figure in rows(Path(sys.argv[1]), int(sys.argv[2])):
        print(f"| {label} | {figure} |", flush=True)
