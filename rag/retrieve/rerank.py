"""A cross-encoder that re-orders passages, loaded by name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rag.errors import WeightsMissing
from rag.weights import catalogue, weights_path
from rag.workspace import Workspace


class Reranker:
    """Scores how well each passage answers a question."""

    def __init__(self, folder: Path) -> None:
        from sentence_transformers import CrossEncoder

        self._model: Any = CrossEncoder(str(folder), device="cpu", local_files_only=True)

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        """One score a passage, higher is better."""
        pairs = [(question, p) for p in passages]
        return [float(s) for s in self._model.predict(pairs, show_progress_bar=False)]


def load_reranker(workspace: Workspace) -> Reranker:
    """The workspace's cross-encoder.

    Raises:
        WeightsMissing: it is neither in the catalogue nor a folder, or cannot be fetched.
    """
    settings = workspace.settings
    given = Path(settings.reranker).expanduser()
    if settings.reranker in catalogue():
        return Reranker(weights_path(settings.reranker, offline=settings.offline))
    if given.is_dir():
        return Reranker(given)
    known = ", ".join(n for n, e in catalogue().items() if e.kind == "cross-encoder")
    raise WeightsMissing(
        f"No cross-encoder `{settings.reranker}`.",
        hint=f"Set `reranker` to one of {known}, or to a sentence-transformers folder.",
    )
