"""Vectors as bytes: of a passage in full, of its sentences with a byte for each number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STEPS = 127
"""Steps from nought to the largest number of a sentence's vector: a cosine is off by about .0005,
and ten thousand sentences take 4 MB."""


@dataclass(frozen=True)
class Packed:
    """The vectors of one passage."""

    key: str
    vector: bytes
    sentences: bytes


def to_packed(key: str, vector: NDArray[np.float32], sentences: NDArray[np.float32]) -> Packed:
    """The vector of a passage and those of its sentences, of shape (sentences, dimensions)."""
    return Packed(key, vector.astype("<f4").tobytes(), pack_parts(sentences))


def unpack(blobs: Sequence[bytes]) -> NDArray[np.float32]:
    """The vectors of passages, one a row."""
    import numpy as np

    return np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(blobs), -1).copy()


def pack_parts(vectors: NDArray[np.float32]) -> bytes:
    """Vectors, one a row, as steps of int8; each row's largest number comes first, as float32."""
    import numpy as np

    most = np.maximum(np.abs(vectors).max(axis=1, initial=0), 1e-12).astype("<f4")
    steps = np.rint(vectors * (STEPS / most[:, None])).astype(np.int8)
    joined = np.concatenate([most[:, None].view(np.int8), steps], axis=1)
    return joined.tobytes()


def unpack_parts(blobs: Sequence[bytes], dimensions: int) -> NDArray[np.float32]:
    """Vectors back from `pack_parts`, of shape (parts of all, dimensions)."""
    import numpy as np

    rows = np.frombuffer(b"".join(blobs), dtype=np.int8).reshape(-1, 4 + dimensions)
    most = rows[:, :4].copy().view("<f4")
    scaled: NDArray[np.float32] = np.multiply(rows[:, 4:], most / STEPS, dtype=np.float32)
    return scaled
