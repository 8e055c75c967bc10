"""Retrieval: milliseconds a question as the index grows."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from bench.measure import ROOT
from rag.assistant import Assistant
from rag.embed import Embedder, Spans, load_embedder
from rag.embed.parts import alone
from rag.evals.gold import load_gold
from rag.index import build
from rag.workspace import Workspace

QUESTIONS = (
    "What did Pakistan say about Xinjiang?",
    "What did Rouhani say about sanctions?",
    "Which company signed the vaccine trial agreement with Morocco?",
    "How many Chinese tourists a year came to Morocco?",
    "Compare what Xi and Rouhani said about sanctions.",
)


class Scattered:
    """An embedder of its own name whose vectors are random: it takes no time to fill an index."""

    def __init__(self, real: Embedder) -> None:
        self._real = real
        self.name, self.dimensions, self.max_tokens = real.name, real.dimensions, real.max_tokens

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """A direction for each text, the same for the same text."""
        seeds = [int.from_bytes(blake2b(t.encode(), digest_size=8).digest(), "big") for t in texts]
        drawn = np.array([np.random.default_rng(s).normal(size=self.dimensions) for s in seeds])
        unit = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
        return unit.astype(np.float32)

    def encode_parts(
        self, texts: Sequence[str], parts: Sequence[Spans]
    ) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        """A direction for each text and for each of its parts."""
        return self.encode(texts), alone(self.encode, texts, parts)

    def count_tokens(self, text: str) -> int:
        """As the real one counts."""
        return self._real.count_tokens(text)


def rows(sizes: tuple[int, ...]) -> Iterator[tuple[str, str]]:
    """p50 and p99 at each number of passages, once warm; texts are the seeds' with changed words.

    Passages have random vectors and no ledger: what is timed is the search, not what it finds.
    """
    seeds = sorted((ROOT / "seeds").glob("*.txt"))
    texts = [p.read_text(encoding="utf-8") for p in seeds]
    for size in sizes:
        with TemporaryDirectory() as folder:
            workspace = _grown(Path(folder), texts, size)
            with Assistant.open(workspace) as assistant:
                for question in QUESTIONS:
                    assistant.search(question)
                gold = _gold_questions()
                yield (
                    f"{size:,} passages, questions asked for the first time",
                    _timed(assistant, gold),
                )
                yield f"{size:,} passages, the same again", _timed(assistant, gold)
                yield (
                    f"{size:,} passages, five questions in turn",
                    _timed(assistant, QUESTIONS * 10),
                )


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
    build(workspace, lambda: Scattered(load_embedder(workspace)))
    return workspace


def _gold_questions() -> Sequence[str]:
    """What the gold asks of the texts that the passages are made from, each once."""
    cases = load_gold(ROOT / "evals" / "gold" / "seeds.jsonl").cases
    return tuple(dict.fromkeys(case.question for case in cases if not case.history))


def _timed(assistant: Assistant, questions: Sequence[str]) -> str:
    taken = []
    for question in questions:
        began = time.perf_counter()
        assistant.search(question)
        taken.append(1000 * (time.perf_counter() - began))
    p50, p99 = np.percentile(taken, [50, 99])
    return f"p50 {p50:.0f} ms, p99 {p99:.0f} ms (n {len(taken)})"
