"""Lets either one writer or any number of readers at Chroma's files."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import IndexLocked, RagError

WAIT = 60.0
"""Seconds a writer waits for readers that are loading the vectors: a second or two each."""


class Gate:
    """Lets either one writer or any number of readers at Chroma's files, across processes.

    An SQLite database with nothing in it serves as the lock: it works on every system, and the
    operating system lets go of it when a process dies.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Waits for readers to have loaded, then keeps them out.

        Raises:
            IndexLocked: one has been loading for a minute.
        """
        try:
            with self._held("BEGIN EXCLUSIVE", WAIT):
                yield
        except Busy as exc:
            raise IndexLocked(
                f"A reader has been loading the vectors for {WAIT:.0f} s.",
                hint="Stop it and run: rag index (it goes on where it stopped)",
            ) from exc

    @contextmanager
    def reading(self) -> Iterator[bool]:
        """Yields whether the files may be loaded now; never waits for a writer."""
        try:
            with self._held("BEGIN", 0.0):
                yield True
        except Busy:
            yield False

    @contextmanager
    def _held(self, begin: str, timeout: float) -> Iterator[None]:
        connection = sqlite3.connect(self._path, timeout=timeout, isolation_level=None)
        try:
            try:
                connection.execute(begin)
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            except sqlite3.OperationalError as exc:
                raise Busy(str(exc)) from exc
            yield
        finally:
            connection.close()


class Busy(RagError):
    """The other side is at the files."""
