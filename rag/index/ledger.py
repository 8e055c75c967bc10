"""Statements: drawn from each document once the people of all documents are known.

Who "Khan" or "the foreign minister of Iraq" is depends on the persons whom any document
introduces. So there are three steps: the people of new documents; the persons of the whole corpus,
and which older documents a change among them touches; the statements of all documents that are due.
Every step leaves its mark in the catalogue, so a run that is cut off goes on where it was.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from rag.index import catalogue, persons, rows, shape, stored
from rag.types import Document, Party, Progress, Sentence
from rag.workspace import Workspace

BATCH = 50
"""Documents whose statements are made durable at once."""


class Ledger:
    """The statements of one catalogue."""

    def __init__(self, workspace: Workspace, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._wanted = shape.ledger_shape(workspace)
        roster = workspace.root / workspace.settings.roster
        self._roster = roster if roster.exists() else None
        self._built = shape.parse(catalogue.get_state(connection)["ledger"])
        self.because = shape.differences(self._built, self._wanted) if self._built else ()
        """Why all statements are drawn anew; empty where they aren't."""

    @property
    def due(self) -> bool:
        """Whether there is anything to do besides what changed documents bring."""
        if self._wanted != self._built:
            return True
        return bool(self._wanted) and self._count("introduced = 0 OR ledger IS NULL") > 0

    def check(self) -> None:
        """Sees that the roster can be used before hours of work rest on it.

        Raises:
            UsageError: it cannot.
        """
        if self._wanted and self._roster:
            from rag.names import Names

            Names.load(self._roster)

    def bring_up_to_date(self, progress: Progress | None) -> None:
        """Draws the statements that are missing or out of date."""
        if self._wanted != self._built:
            self._start_over()
        if not self._wanted:
            return
        self._introduce(progress)
        names = self._load_names()
        numbers = self._numbers("ledger IS NULL")
        if progress and numbers:
            progress.start("Who said what", len(numbers), "documents")
        try:
            for batch in _batches(numbers):
                self._extract(batch, names)
                if progress:
                    progress.advance(len(batch))
        finally:
            if progress and numbers:
                progress.finish()

    def _start_over(self) -> None:
        with catalogue.transaction(self._connection):
            self._connection.execute("DELETE FROM statements")
            self._connection.execute("DELETE FROM people")
            self._connection.execute("UPDATE documents SET ledger = NULL, introduced = 0")
            state = {"ledger": shape.dump(self._wanted), "persons": "[]"}
            catalogue.set_state(self._connection, **state)

    # --- people -----------------------------------------------------------------------------------

    def _introduce(self, progress: Progress | None) -> None:
        from rag.names import Names
        from rag.statements import people

        numbers = self._numbers("introduced = 0")
        if not numbers:
            return
        names = Names.load(self._roster)
        if progress:
            progress.start("Who is who", len(numbers), "documents")
        for batch in _batches(numbers):
            found = [(number, self._guarded(number, people, names, [])) for number in batch]
            with catalogue.transaction(self._connection):
                for number, parties in found:
                    stored.insert_people(self._connection, number, parties)
                    self._connection.execute(
                        "UPDATE documents SET introduced = 1 WHERE id = ?", (number,)
                    )
            if progress:
                progress.advance(len(batch))
        if progress:
            progress.finish()

    def _load_names(self) -> Any:
        """The names of the whole corpus; older documents that a change in them touches fall due."""
        from rag.names import Names

        names = Names.load(self._roster, introductions(self._connection))
        now = [persons.to_dict(p) for p in names.persons()]
        before = json.loads(catalogue.get_state(self._connection).get("persons", "[]"))
        if now != before:
            touched = persons.touched(self._connection, before, now)
            with catalogue.transaction(self._connection):
                self._connection.executemany(
                    "UPDATE documents SET ledger = NULL WHERE id = ?", ((n,) for n in touched)
                )
                catalogue.set_state(self._connection, persons=rows.dumps(now))
        return names

    # --- statements -------------------------------------------------------------------------------

    def _extract(self, batch: Iterable[int], names: Any) -> None:
        from rag.statements import extract

        found = [(n, self._guarded(n, extract, names, None)) for n in batch]
        with catalogue.transaction(self._connection):
            for number, statements in found:
                self._connection.execute("DELETE FROM statements WHERE document = ?", (number,))
                digest = "failed"
                if statements is not None:
                    digest = stored.insert_statements(self._connection, number, statements)
                self._connection.execute(
                    "UPDATE documents SET ledger = ? WHERE id = ?", (digest, number)
                )
                if statements is not None:
                    self._connection.execute("DELETE FROM failures WHERE position = ?", (-number,))

    def _guarded(
        self,
        number: int,
        draw: Callable[[Document, list[Sentence], Any], Any],
        names: Any,
        empty: Any,
    ) -> Any:
        """What a document yields; a document on which it breaks is named, and the others go on."""
        document, sentences = stored.load_prepared(self._connection, number)
        try:
            return draw(document, sentences, names)
        except Exception as exc:
            reason = f"Who said what in it could not be told ({type(exc).__name__}: {exc})."
            (file,) = self._connection.execute(
                "SELECT file FROM documents WHERE id = ?", (number,)
            ).fetchone()
            self._connection.execute(
                "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, NULL, ?, '')",
                (file, -number, document.name, rows.searchable(reason)),
            )
            return empty

    def _numbers(self, condition: str) -> list[int]:
        sql = f"SELECT id FROM documents WHERE {condition} ORDER BY name"
        return [number for (number,) in self._connection.execute(sql)]

    def _count(self, condition: str) -> int:
        sql = f"SELECT count(*) FROM documents WHERE {condition}"
        return int(self._connection.execute(sql).fetchone()[0])


def introductions(connection: sqlite3.Connection) -> list[tuple[Party, str | None]]:
    """Everyone whom a document introduces, once a document, with its date."""
    found = connection.execute(
        "SELECT p.data, json_extract(d.metadata, '$.published') FROM people p"
        " JOIN documents d ON d.id = p.document ORDER BY d.name, p.data"
    )
    return [(Party.from_dict(json.loads(data)), on) for data, on in found]


def _batches(numbers: list[int]) -> Iterator[list[int]]:
    for at in range(0, len(numbers), BATCH):
        yield numbers[at : at + BATCH]
