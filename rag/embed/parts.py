"""Vectors of a text's parts, read within the text.

The vector of a text is the mean of its tokens' vectors, each of which knows the whole text. So the
mean over a part's tokens is a vector of that part which knows what "he" and "the agreement" stand
for, and costs nothing once the text is embedded ("late chunking", Günther et al. 2024,
arXiv:2409.04701). It holds for models whose pooling is the mean; for others a part is embedded on
its own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Spans = Sequence[tuple[int, int]]
"""Start and end of parts, in characters; in order, none overlapping."""


def means(
    tokens: NDArray[np.float32], offsets: Sequence[tuple[int, int]], parts: Spans
) -> NDArray[np.float32]:
    """The mean of the tokens' vectors of each part, of length one; zeros for a part without any.

    Args:
        tokens: A vector for each token, of shape (tokens, dimensions).
        offsets: Start and end of each token; empty for the model's own marks.
        parts: Of the text.
    """
    import numpy as np

    found = np.zeros((len(parts), tokens.shape[1]), dtype=np.float32)
    own = [i for i, (start, end) in enumerate(offsets) if end > start]
    starts = [offsets[i][0] for i in own]
    for row, (start, end) in enumerate(parts):
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        if first < last:
            total = tokens[own[first] : own[last - 1] + 1].sum(axis=0)
            found[row] = total / max(float(np.linalg.norm(total)), 1e-12)
    return found


def alone(
    encode: Callable[[Sequence[str]], NDArray[np.float32]],
    texts: Sequence[str],
    parts: Sequence[Spans],
) -> list[NDArray[np.float32]]:
    """Each part of each text embedded on its own."""
    import numpy as np

    flat = [
        text[start:end] for text, spans in zip(texts, parts, strict=True) for start, end in spans
    ]
    ends = np.cumsum([len(spans) for spans in parts])
    return np.split(encode(flat), ends[:-1]) if len(ends) else []
