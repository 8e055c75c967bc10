"""A model that OpenVINO runs."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import groupby
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from rag.embed.engine import load, openvino
from rag.embed.parts import Spans, alone, means
from rag.machine import core_count

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCH_TOKENS = 1024
"""Word pieces embedded at once, padding included: more gains nothing on two cores."""
MANY = 4 * BATCH_TOKENS
"""Word pieces from which on a stream for each core is quicker than all cores at one batch."""
WIDTH = 16
"""Texts are padded to a multiple of it, and only with their like: a text's vector in the last
decimals depends on its padding, and must not depend on what else is asked for. No slower."""

Taker = Callable[[list[int], Any, Any], None]


class Compiled:
    """A model that OpenVINO runs."""

    def __init__(self, compiled: Path, folder: Path, name: str, threads: int) -> None:
        from tokenizers import Tokenizer

        about = json.loads((compiled / "about.json").read_text(encoding="utf-8"))
        self.name = name
        self.dimensions: int = about["dimensions"]
        self.max_tokens: int = about["max_tokens"]
        self._mean: bool = about["mean"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(self.max_tokens)
        self._counter = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._counter.no_padding()
        self._counter.no_truncation()
        self._compiled, self._threads = compiled, threads
        self._one_at_a_time = Lock()  # its requests to the engine serve one thread

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), dimensions), in input order, each of length one."""
        import numpy as np

        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        ids = [e.ids for e in self._tokenizer.encode_batch_fast(list(texts))]
        self._run(ids, lambda batch, found, _: vectors.__setitem__(batch, found))
        return vectors

    def encode_parts(
        self, texts: Sequence[str], parts: Sequence[Spans]
    ) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        """Vectors of texts, and of the parts of each, read within the text where that is possible.

        A part that the model did not read, since its text is too long, is embedded on its own.
        """
        import numpy as np

        if not self._mean:
            return self.encode(texts), alone(self.encode, texts, parts)
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        within: list[NDArray[np.float32]] = [vectors[:0]] * len(texts)
        read = self._tokenizer.encode_batch(list(texts))

        def take(batch: list[int], found: Any, tokens: Any) -> None:
            vectors[batch] = found
            for row, i in enumerate(batch):
                within[i] = means(tokens[row], read[i].offsets, parts[i])

        self._run([e.ids for e in read], take)
        self._add_unread(texts, parts, within)
        return vectors, within

    def _add_unread(
        self, texts: Sequence[str], parts: Sequence[Spans], within: list[NDArray[np.float32]]
    ) -> None:
        unread = [(i, row) for i, found in enumerate(within) for row in _zeros(found)]
        if unread:
            spans = [[parts[i][row]] for i, row in unread]
            own = alone(self.encode, [texts[i] for i, _ in unread], spans)
            for (i, row), vector in zip(unread, own, strict=True):
                within[i][row] = vector[0]

    def _run(self, ids: Sequence[Sequence[int]], take: Taker) -> None:
        """Has `take` called with each batch's indices, its texts' vectors and its tokens'."""
        widths = [-(-len(i) // WIDTH) * WIDTH for i in ids]
        batches = _batches(widths)
        filled = (_padded([ids[i] for i in batch], widths[batch[0]]) for batch in batches)
        with self._one_at_a_time:
            if sum(widths) < MANY:
                for batch, given in zip(batches, filled, strict=True):
                    found = self._model(given)
                    take(batch, found[0], found[1])
                return
            self._streams.set_callback(
                lambda request, batch: take(
                    batch, *(request.get_output_tensor(i).data for i in range(2))
                )
            )
            for batch, given in zip(batches, filled, strict=True):
                self._streams.start_async(given, batch)
            self._streams.wait_all()

    @cached_property
    def _model(self) -> Any:
        """The engine with all cores at one batch, for a question."""
        return load(self._compiled, self._threads)

    @cached_property
    def _streams(self) -> Any:
        """The engine with a stream for each core, for many batches.

        With all cores at one batch, as is quickest for a question, each waits for the slowest:
        beside a busy Python thread, as in indexing, that took 18.5 s where streams took 11.
        """
        cores = core_count(self._threads)
        model = load(self._compiled, self._threads, streams=cores)
        return openvino().AsyncInferQueue(model, cores + 1)

    def count_tokens(self, text: str) -> int:
        """Word pieces of `text`, the model's own marks not counted."""
        return len(self._counter.encode_batch_fast([text], add_special_tokens=False)[0].ids)


def _zeros(vectors: NDArray[np.float32]) -> list[int]:
    return [row for row, vector in enumerate(vectors) if not vector.any()]


def _padded(ids: Sequence[Sequence[int]], width: int) -> list[NDArray[np.int64]]:
    """Tokens and mask, each of shape (texts, width)."""
    import numpy as np

    tokens = np.zeros((len(ids), width), dtype=np.int64)
    mask = np.zeros_like(tokens)
    for row, some in enumerate(ids):
        tokens[row, : len(some)] = some
        mask[row, : len(some)] = 1
    return [tokens, mask]


def _batches(widths: Sequence[int]) -> list[list[int]]:
    """Indices of texts of one width, as many as are embedded at once."""
    batches: list[list[int]] = []
    for width, alike in groupby(
        sorted(range(len(widths)), key=widths.__getitem__), widths.__getitem__
    ):
        group, size = list(alike), max(1, BATCH_TOKENS // width)
        batches += [group[at : at + size] for at in range(0, len(group), size)]
    return batches
