"""Retrieval: milliseconds a question as the index grows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from rag.assistant import Assistant
from rag.embed import load_embedder
from rag.index import build
from rag.workspace import Workspace

QUESTIONS = (
    "What did Pakistan say about Xinjiang?",
    "What did Rouhani say about sanctions?",
    "Which company signed the vaccine trial agreement with Morocco?",
    "How many Chinese tourists a year came to Morocco?",
    "Compare what Xi and Rouhani said about sanctions.",
)


def rows(sizes: tuple[int, ...]) -> Iterator[tuple[str, str]]:
    """p50 and p99 at each number of passages; texts are the seeds' with changed names."""
    seeds = sorted((Path(__file__).resolve().parent.parent / "seeds").glob("*.txt"))
    texts = [p.read_text(encoding="utf-8") for p in seeds]
    for size in sizes:
        with TemporaryDirectory() as folder:
            workspace = _grown(Path(folder), texts, size)
            with Assistant.open(workspace) as assistant:
                yield f"{size:,} passages", _timed(assistant)


def _grown(folder: Path, texts: list[str], size: int) -> Workspace:
    """A workspace of about `size` passages whose texts differ, so that none is a copy."""
    documents = folder / "seeds"
    documents.mkdir()
    each = 23 / len(texts)  # passages of one seed, on average
    for n in range(round(size / each)):
        words = texts[n % len(texts)].split(" ")
        words[5::9] = [f"{w}{n}" for w in words[5::9]]
        (documents / f"{n:06}.txt").write_text(" ".join(words), encoding="utf-8")
    workspace = Workspace.open(folder, ledger=False)
    build(workspace, lambda: load_embedder(workspace))
    return workspace


def _timed(assistant: Assistant) -> str:
    for question in QUESTIONS:
        assistant.search(question)
    taken = []
    for question in QUESTIONS * 10:
        began = time.perf_counter()
        assistant.search(question)
        taken.append(1000 * (time.perf_counter() - began))
    p50, p99 = np.percentile(taken, [50, 99])
    return f"p50 {p50:.0f} ms, p99 {p99:.0f} ms (n {len(taken)})"
