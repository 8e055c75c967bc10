"""Embeds in a thread of its own, so that files are read and cut while the processor embeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING

from rag.embed import Embedder, Spans

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

AHEAD = 4
"""Parts that may be ready before anybody fetches them."""
TICK = 0.2
"""Seconds between looks at whether the other side is still there."""

Vectors = list[tuple["NDArray[np.float32]", "NDArray[np.float32]"]]
"""Of each text: its vector, and those of its sentences."""


class Encoding:
    """Texts on their way to vectors; iterating gives them part by part, in order.

    Each text's vector comes with those of its sentences.
    """

    def __init__(self, embedder: Embedder, texts: Sequence[tuple[str, Spans]], part: int) -> None:
        self._embedder = embedder
        self._texts = texts
        self._part = part
        self._ready: Queue[Vectors | BaseException] = Queue(AHEAD)
        self._abandoned = Event()
        self._thread = Thread(target=self._work, name="embedding", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            for at in range(0, len(self._texts), self._part):
                texts, spans = zip(*self._texts[at : at + self._part], strict=True)
                vectors, sentences = self._embedder.encode_parts(texts, spans)
                self._put(list(zip(vectors, sentences, strict=True)))
        except BaseException as exc:  # handed on: it is raised where the vectors are fetched
            self._put(exc)

    def _put(self, item: Vectors | BaseException) -> None:
        while not self._abandoned.is_set():
            try:
                self._ready.put(item, timeout=TICK)
            except Full:
                continue
            return

    def __iter__(self) -> Iterator[Vectors]:
        fetched = 0
        while fetched < len(self._texts):
            try:
                item = self._ready.get(timeout=TICK)
            except Empty:
                continue
            if isinstance(item, BaseException):
                raise item
            fetched += len(item)
            yield item

    def abandon(self) -> None:
        """Lets the thread end after the part that it is at."""
        self._abandoned.set()
        self._thread.join()
