"""Statements: drawn from each document once the people of all documents are known.

Who "Khan" or "the foreign minister of Iraq" is depends on the persons whom any document
introduces. So there are three steps: the people of new documents; the persons of the whole corpus,
and which older documents a change among them touches; the statements of all documents that are due.
Every step leaves its mark in the catalogue, so a run that is cut off goes on where it was.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from rag.index import catalogue, persons, rows, shape, stored
from rag.machine import core_count
from rag.types import Party, Progress, Statement
from rag.workspace import Workspace

if TYPE_CHECKING:
    from rag.names import Names
    from rag.statements.worker import Draw

BATCH = 50
"""Documents whose statements are made durable at once."""
WORTH_A_PROCESS = 200_000
"""Characters that take about as long to read as a process to start (some 0.6 s)."""


class Ledger:
    """The statements of one catalogue."""

    def __init__(self, workspace: Workspace, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._wanted = shape.ledger_shape(workspace)
        roster = workspace.root / workspace.settings.roster
        self._roster = roster if roster.exists() else None
        self._threads = workspace.settings.threads
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
        self._extract(self._load_names(), progress)

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

        numbers = self._numbers("introduced = 0")
        if not numbers:
            return
        drawn = self._drawn("people", numbers, Names.load(self._roster), progress, "Who is who")
        for batch in _batches(drawn):
            with catalogue.transaction(self._connection):
                for number, parties in batch:
                    stored.insert_people(self._connection, number, parties or ())
                    self._connection.execute(
                        "UPDATE documents SET introduced = 1 WHERE id = ?", (number,)
                    )

    def _load_names(self) -> Names:
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

    def _extract(self, names: Names, progress: Progress | None) -> None:
        numbers = self._numbers("ledger IS NULL")
        drawn = self._drawn("extract", numbers, names, progress, "Who said what")
        for batch in _batches(drawn):
            with catalogue.transaction(self._connection):
                for number, statements in batch:
                    self._replace(number, statements)

    def _replace(self, number: int, statements: Sequence[Statement] | None) -> None:
        self._connection.execute("DELETE FROM statements WHERE document = ?", (number,))
        digest = "failed"
        if statements is not None:
            digest = stored.insert_statements(self._connection, number, statements)
            self._connection.execute("DELETE FROM failures WHERE position = ?", (-number,))
        self._connection.execute("UPDATE documents SET ledger = ? WHERE id = ?", (digest, number))

    # --- drawing ----------------------------------------------------------------------------------

    def _drawn(
        self, what: Draw, numbers: list[int], names: Names, progress: Progress | None, title: str
    ) -> Iterator[tuple[int, Any]]:
        """Each document's id and what it yields; None where it broke, which is noted."""
        from rag.statements.pool import Pool

        if not numbers:
            return
        if progress:
            progress.start(title, len(numbers), "documents")
        documents = (stored.load_prepared(self._connection, n) for n in numbers)
        try:
            with Pool(what, names, self._processes(numbers)) as pool:
                for number, drawn in zip(numbers, pool.draw(documents), strict=True):
                    if drawn.found is None:
                        self._note(number, drawn.broke)
                    yield number, drawn.found
                    if progress:
                        progress.advance()
        finally:
            if progress:
                progress.finish()

    def _processes(self, numbers: list[int]) -> int:
        """One for each core, unless there is too little to do for another to earn its start."""
        sql = "SELECT sum(length(text)) FROM documents WHERE id IN (SELECT value FROM json_each(?))"
        (characters,) = self._connection.execute(sql, (json.dumps(numbers),)).fetchone()
        return max(1, min(core_count(self._threads), int(characters) // WORTH_A_PROCESS))

    def _note(self, number: int, why: str) -> None:
        """Names a document on which the drawing broke; the others go on."""
        file, name = self._connection.execute(
            "SELECT file, name FROM documents WHERE id = ?", (number,)
        ).fetchone()
        reason = rows.searchable(f"Who said what in it could not be told ({why}).")
        self._connection.execute(
            "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, NULL, ?, '')",
            (file, -number, name, reason),
        )

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


def _batches(drawn: Iterator[tuple[int, Any]]) -> Iterator[list[tuple[int, Any]]]:
    while batch := list(islice(drawn, BATCH)):
        yield batch
