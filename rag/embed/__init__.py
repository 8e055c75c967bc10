"""Texts to vectors: any sentence-transformers model, compiled once and kept by its hash.

The first use converts the whole model (pooling and normalisation included) to OpenVINO and keeps
the result in the cache folder; later starts need neither torch nor transformers. Where conversion
fails, sentence-transformers itself does the work.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from rag.embed.parts import Spans
from rag.errors import WeightsMissing
from rag.types import Progress
from rag.weights import catalogue, weights_path
from rag.workspace import Workspace, cache_folder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Embedder", "Spans", "load_embedder", "open_folder"]


class Embedder(Protocol):
    """Anything that turns texts into vectors of length one."""

    name: str
    dimensions: int
    max_tokens: int

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions), in input order, each of length one."""

    def encode_parts(
        self, texts: Sequence[str], parts: Sequence[Spans]
    ) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        """Vectors of texts, and of the parts of each, all of length one.

        Their shapes are (texts, dimensions) and, for each text, (its parts, dimensions).

        Args:
            texts: What is embedded.
            parts: Of each text, the spans whose vectors are wanted too, in order.
        """

    def count_tokens(self, text: str) -> int:
        """Word pieces of `text`, the model's own marks not counted."""


def load_embedder(workspace: Workspace, progress: Progress | None = None) -> Embedder:
    """The workspace's embedder.

    Raises:
        WeightsMissing: its weights are not here and cannot be fetched.
    """
    settings = workspace.settings
    if settings.embedder == "fake":
        from rag.fakes import FakeEmbedder

        return FakeEmbedder()
    given = Path(settings.embedder).expanduser()
    if settings.embedder in catalogue():
        folder = weights_path(settings.embedder, offline=settings.offline, progress=progress)
    elif given.is_dir():
        folder = given.resolve()
    else:
        known = ", ".join(n for n, e in catalogue().items() if e.kind == "embedder")
        raise WeightsMissing(
            f"No embedder `{settings.embedder}`.",
            hint=f"Set `embedder` to one of {known}, or to a sentence-transformers folder.",
        )
    return open_folder(folder, name=given.name, threads=settings.threads, progress=progress)


def open_folder(
    folder: Path, *, name: str, threads: int = 0, progress: Progress | None = None
) -> Embedder:
    """The sentence-transformers model in `folder`, compiled where that is possible."""
    from rag.embed.convert import convert, fingerprint

    compiled = cache_folder() / "compiled" / f"{name}-{fingerprint(folder)}"
    if not (compiled / "model.xml").exists() and not convert(folder, compiled, progress):
        from rag.embed.uncompiled import Uncompiled

        return Uncompiled(folder, name)
    from rag.embed.compiled import Compiled

    return Compiled(compiled, folder, name, threads)
