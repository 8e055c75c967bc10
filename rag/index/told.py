"""The ledger's side of one snapshot: statements, who speaks, and whom the documents introduce."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from rag.index import rows
from rag.types import Party, Statement

Guard = Callable[[], AbstractContextManager[Any]]
_STATEMENTS = "SELECT s.data, d.name FROM statements s JOIN documents d ON d.id = s.document"
_ORDER = "ORDER BY d.name, s.position"


class Told:
    """What the ledger holds; documents go by their numbers."""

    def __init__(self, connection: sqlite3.Connection, guard: Guard) -> None:
        """Over a connection that is used, and whose errors are told, within `guard`."""
        self._connection = connection
        self._guard = guard

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._guard():
            return self._connection.execute(sql, values).fetchall()

    def statements(self, documents: Sequence[int] | None) -> list[Statement]:
        """Every statement, or those of some documents, in the order of documents and places."""
        where = "" if documents is None else "WHERE d.id IN (SELECT value FROM json_each(?))"
        values = () if documents is None else (json.dumps(documents),)
        found = self._rows(f"{_STATEMENTS} {where} {_ORDER}", values)
        return [rows.to_statement(data, name) for data, name in found]

    def in_sentences(self, sentences: Mapping[int, Sequence[int]]) -> list[Statement]:
        """Those of some sentences of some documents: far fewer than a speech has."""
        places = [f"{i} {number}" for number, found in sentences.items() for i in found]
        sql = (
            f"{_STATEMENTS} WHERE d.id IN (SELECT value FROM json_each(?))"
            " AND json_extract(s.data, '$.sentence') || ' ' || d.id"
            f" IN (SELECT value FROM json_each(?)) {_ORDER}"
        )
        found = self._rows(sql, (json.dumps(list(sentences)), json.dumps(places)))
        return [rows.to_statement(data, name) for data, name in found]

    def people(self) -> list[Party]:
        """Everyone whom the documents introduce by name and office, and who speaks in them."""
        introduced = self._rows("SELECT DISTINCT data FROM people ORDER BY data")
        found = [Party.from_dict(json.loads(data)) for (data,) in introduced]
        known = {party.name for party in found}
        speakers = self._rows(
            "SELECT json_extract(s.data, '$.speaker') FROM"
            " (SELECT DISTINCT speaker FROM statements WHERE speaker LIKE '% %') d"
            " JOIN statements s ON s.id ="
            " (SELECT MIN(id) FROM statements WHERE speaker = d.speaker)"
            " ORDER BY d.speaker"
        )
        speaking = [Party.from_dict(json.loads(data)) for (data,) in speakers]
        return found + [p for p in speaking if p.kind == "person" and p.name not in known]

    def introductions(self) -> list[tuple[Party, str | None]]:
        """Everyone whom a document introduces, once a document, with its date."""
        from rag.index import ledger  # draws statements, which only this and writers need

        with self._guard():
            return ledger.introductions(self._connection)
