"""sentence-transformers itself, where a model cannot be compiled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.embed.parts import Spans, alone

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Uncompiled:
    """sentence-transformers itself, where a model cannot be compiled."""

    def __init__(self, folder: Path, name: str) -> None:
        from sentence_transformers import SentenceTransformer

        self.name = name
        self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        self.dimensions = int(self._model.get_embedding_dimension())
        self.max_tokens = int(self._model.max_seq_length)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions), in input order, each of length one."""
        vectors: NDArray[np.float32] = self._model.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False
        )
        return vectors

    def encode_parts(
        self, texts: Sequence[str], parts: Sequence[Spans]
    ) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        """Vectors of texts, and of the parts of each, embedded on their own."""
        return self.encode(texts), alone(self.encode, texts, parts)

    def count_tokens(self, text: str) -> int:
        """Word pieces of `text`, the model's own marks not counted."""
        return len(self._model.tokenizer(text, add_special_tokens=False)["input_ids"])
