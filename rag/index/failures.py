"""What could not be indexed, kept so that it is listed and tried again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from rag.index.report import FailedFile
from rag.index.rows import searchable
from rag.reading import Failure


def save_failures(connection: sqlite3.Connection, file: str, failures: Iterable[Failure]) -> None:
    """These are now the failures of this file; `""` stands for the metadata tables."""
    connection.execute("DELETE FROM failures WHERE file = ?", (file,))
    connection.executemany(
        "INSERT INTO failures VALUES (?, ?, ?, ?, ?, ?)",
        (
            (file, i, searchable(f.name), f.line, searchable(f.reason), searchable(f.hint))
            for i, f in enumerate(failures)
        ),
    )


def load_failures(connection: sqlite3.Connection) -> tuple[FailedFile, ...]:
    """Every failure, in the order of files."""
    rows = connection.execute(
        "SELECT name, line, reason, hint FROM failures ORDER BY file, position"
    )
    return tuple(FailedFile(name=n, line=i, reason=r, hint=h) for n, i, r, h in rows)
