"""Texts beside the vectors on a Chroma server: what a second workspace takes its catalogue from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from rag.index.vectors import Server, all_keys

T = TypeVar("T")


class Records:
    """Texts by key in a collection of their own, with notes on the whole."""

    def __init__(self, server: Server, name: str) -> None:
        self._server = server
        self._name = name
        self._collection = self.refresh()

    @classmethod
    def open(cls, url: str, name: str) -> Records:
        """The collection of this name on the server at `url`, made where it is missing.

        Raises:
            StoreUnavailable: the server doesn't answer.
        """
        return cls(Server(url), name)

    def refresh(self) -> Any:
        """Looks again what the server holds."""
        get = partial(
            self._server.client.get_or_create_collection, self._name, embedding_function=None
        )
        self._collection = self._server.retry(get)
        return self._collection

    @property
    def metadata(self) -> dict[str, str]:
        """The notes on the whole, as they were when last looked at."""
        return {k: str(v) for k, v in (self._collection.metadata or {}).items()}

    @property
    def identity(self) -> str:
        """Another one after the server has lost its data."""
        return str(self._collection.id)

    def describe(self, notes: Mapping[str, str]) -> None:
        """Sets the notes on the whole."""
        self._server.retry(partial(self._collection.modify, metadata=dict(notes)))
        self.refresh()

    def every_key(self) -> set[str]:
        """Every key."""
        return all_keys(self._collection, self._server.retry)

    def upsert(self, records: Iterable[tuple[str, dict[str, Any]]], *, page: int) -> None:
        """Adds records; Chroma wants a vector with each, so they get points on a circle."""
        for some in _pages(records, page):
            ids = [key for key, _ in some]
            angles = [int(key[:8], 16) / 0xFFFFFFFF * math.tau for key in ids]
            self._server.retry(
                partial(
                    self._collection.upsert,
                    ids=ids,
                    embeddings=[[math.cos(a), math.sin(a)] for a in angles],
                    metadatas=[record for _, record in some],
                )
            )

    def delete(self, keys: Sequence[str]) -> None:
        """Takes records out."""
        for at in range(0, len(keys), 1000):
            some = list(keys[at : at + 1000])
            self._server.retry(partial(self._collection.delete, ids=some))

    def all(self, *, page: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Every record, a page at a time."""
        keys = sorted(self.every_key())
        for at in range(0, len(keys), page):
            some = keys[at : at + page]
            get = partial(self._collection.get, ids=some, include=["metadatas"])
            got = self._server.retry(get)
            yield from zip(got["ids"], got["metadatas"], strict=True)

    def close(self) -> None:
        """Lets go of the connection."""
        self._server.client.close()


def _pages(found: Iterable[T], size: int) -> Iterator[list[T]]:
    waiting = iter(found)
    while page := list(islice(waiting, size)):
        yield page
