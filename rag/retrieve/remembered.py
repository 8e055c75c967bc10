"""Vectors of sentences, kept in memory: the next question looks at much the same ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.embed import Embedder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KEPT = 8192
"""Sentences kept, 12 MB of vectors; beyond that it begins anew."""


class Remembered:
    """An embedder that embeds a sentence once. Several threads may ask."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions), in input order."""
        import numpy as np

        kept = self._vectors  # replaced, never changed
        new = [t for t in dict.fromkeys(texts) if t not in kept]
        fresh = dict(zip(new, self._embedder.encode(new), strict=True)) if new else {}
        found = np.stack([fresh[t] if t in fresh else kept[t] for t in texts])
        if fresh:
            self._vectors = fresh if len(kept) + len(fresh) > KEPT else {**kept, **fresh}
        return found
