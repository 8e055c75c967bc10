"""Full-text search over one snapshot: ranked matches, and how common a word is."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from rag.index.catalogue import SHIFT

Guard = Callable[[], AbstractContextManager[Any]]
LAST = "\U0010ffff"
"""The last character there is: what begins with a letter stands before that letter and this."""


class FullText:
    """What FTS5 knows of a snapshot's passages and sentences."""

    def __init__(self, connection: sqlite3.Connection, guard: Guard) -> None:
        """Over a connection that is used, and whose errors are told, within `guard`."""
        self._connection = connection
        self._guard = guard
        self._seen: dict[str, int] = {}

    def _rows(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()

    def match(
        self, table: str, expression: str, k: int, documents: Sequence[int] | None
    ) -> list[tuple[int, float]]:
        """Rows of a table that match an FTS5 expression: (id, score), best first.

        Raises:
            ValueError: the expression is not FTS5's syntax.
        """
        if k <= 0 or not expression.strip() or (documents is not None and not documents):
            return []
        within = f"AND rowid >> {SHIFT} IN (SELECT value FROM json_each(?))"
        sql = (
            f"SELECT rowid, -rank FROM {table} WHERE {table} MATCH ?"
            f" {within if documents is not None else ''} ORDER BY rank, rowid LIMIT ?"
        )
        values = [expression] if documents is None else [expression, json.dumps(documents)]
        with self._guard():
            try:
                return self._rows(sql, (*values, k))
            except sqlite3.OperationalError as exc:
                # A search that cannot go wrong tells a bad expression from a bad database.
                self._rows(sql, ('"a"', *values[1:], 1))
                raise ValueError(f"{expression!r} is no full-text expression: {exc}") from exc

    def frequency(self, terms: Sequence[str]) -> Mapping[str, int]:
        """In how many sentences each stem occurs.

        A common one is counted once for all questions: that takes as long as a search for it.
        """
        with self._guard():
            for term in terms:
                if term not in self._seen:
                    self._seen[term] = self._count(term)
        return {term: self._seen[term] for term in terms}

    def _count(self, term: str) -> int:
        counted = self._rows("SELECT doc FROM sentences_terms WHERE term = ?", (term,))
        if not counted and term:
            # SQLite cuts "-logi" where the other Porter doesn't: searched as a word, it is found.
            searched = "SELECT count(*) FROM sentences_fts WHERE sentences_fts MATCH ?"
            counted = self._rows(searched, ('"' + term.replace('"', '""') + '"',))
        return int(counted[0][0]) if counted else 0

    def stems(self, beginning: str) -> list[str]:
        """Every stem in the sentences that begins so."""
        sql = "SELECT term FROM sentences_terms WHERE term >= ? AND term <= ?"
        with self._guard():
            return [term for (term,) in self._rows(sql, (beginning, beginning + LAST))]
