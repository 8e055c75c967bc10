"""Start-up: `rag --help`, a cold `rag ask --evidence`, and the plain pipeline beside it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from bench.measure import RAG, ROOT, best

QUESTION = "What did Pakistan say about Xinjiang?"
PLAIN = f"""
from rag.evals.plain import PlainPipeline
from rag.workspace import Workspace
found = PlainPipeline.open(Workspace.open({str(ROOT)!r})).search({QUESTION!r})
assert found.hits
"""


def rows() -> Iterator[tuple[str, str]]:
    """Each figure with its name."""
    yield "rag --help", f"{best([*RAG, '--help'], 5).seconds:.2f} s"
    ours = best([*RAG, "ask", "--evidence", QUESTION])
    plain = best([sys.executable, "-c", PLAIN], 2)
    yield "cold rag ask --evidence on seeds/", f"{ours.seconds:.2f} s, {ours.megabytes:.0f} MB"
    yield "cold plain pipeline, search only", f"{plain.seconds:.2f} s, {plain.megabytes:.0f} MB"
    yield "plain / ours", f"{plain.seconds / ours.seconds:.1f}"
