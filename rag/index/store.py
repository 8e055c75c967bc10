"""Keeps Chroma in step with the catalogue, which says what Chroma holds and what it should.

The order is: vectors into the catalogue (`stored = 0`), documents into the catalogue, vectors into
Chroma, `stored = 1`. A reader compares what is not stored one by one, so it never misses a passage.
While Chroma's own files are written, `writing` stands at 1. A run that finds it so knows that a
writer died at that moment and that the files may be torn; it abandons them and writes the vectors
anew from the catalogue: no text is embedded twice.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

from rag.errors import RagError
from rag.index import catalogue, layout
from rag.index.gate import Gate
from rag.index.packed import Packed
from rag.index.vectors import Vectors, open_folder, open_server
from rag.types import Progress

PART = 2000
"""Vectors handed to Chroma at once: two of its saves."""


class Store:
    """The writer's side of the vectors of one catalogue."""

    def __init__(self, connection: sqlite3.Connection, place: layout.Layout, url: str) -> None:
        self._connection = connection
        self._place = place
        self._url = url
        self._open: Vectors | None = None
        state = catalogue.get_state(connection)
        self.attempt = int(state["attempt"])
        if state["store"] != url or (not url and (state["writing"] == "1" or self._lost)):
            self._begin_anew()

    @property
    def _lost(self) -> bool:
        """Whether somebody has deleted the folder of vectors."""
        if (self._place.chroma(self.attempt) / "chroma.sqlite3").exists():
            return False
        sql = "SELECT EXISTS (SELECT 1 FROM vectors WHERE stored = 1)"
        return bool(self._connection.execute(sql).fetchone()[0])

    def forget_server(self, identity: str) -> None:
        """Starts over where the server's collections are not those written to before."""
        if catalogue.get_state(self._connection).get("identity") != identity:
            self._begin_anew()
            catalogue.set_state(self._connection, identity=identity)

    def fetch(self, keys: list[str]) -> list[Packed]:
        """Vectors that the server holds already, from a catalogue that is lost."""
        return list(self._vectors().fetch(keys)) if self._url and keys else []

    def sweep(self) -> None:
        """Has everything deleted from Chroma that the catalogue doesn't know."""
        known = {key for (key,) in self._connection.execute("SELECT key FROM vectors")}
        extra = self._vectors().every_key() - known
        with catalogue.transaction(self._connection):
            self._connection.executemany(
                "INSERT OR IGNORE INTO garbage VALUES (?)", ((key,) for key in extra)
            )

    def _begin_anew(self) -> None:
        """Abandons what Chroma holds: it is torn, or it is not where it should be."""
        self.attempt += 1
        with catalogue.transaction(self._connection):
            self._connection.execute("UPDATE vectors SET stored = 0 WHERE stored <> 0")
            self._connection.execute("DELETE FROM garbage")
            catalogue.set_state(
                self._connection, attempt=str(self.attempt), writing="0", store=self._url
            )

    @property
    def behind(self) -> int:
        """How many vectors Chroma lacks or has too many."""
        sql = (
            "SELECT (SELECT count(*) FROM vectors WHERE stored = 0)"
            " + (SELECT count(*) FROM garbage)"
        )
        return int(self._connection.execute(sql).fetchone()[0])

    def prune(self) -> None:
        """Forgets the vectors that no passage uses; the caller is in a transaction."""
        unused = "SELECT key FROM vectors WHERE key NOT IN (SELECT key FROM passages)"
        self._connection.execute(f"INSERT OR IGNORE INTO garbage {unused}")
        self._connection.execute(f"DELETE FROM vectors WHERE key IN ({unused})")

    def sync(self, progress: Progress | None = None) -> None:
        """Brings Chroma up to the catalogue.

        Raises:
            StoreUnavailable: the server doesn't answer; the catalogue is whole, and the next run
                goes on.
        """
        behind = self.behind
        if progress and behind:
            progress.start("Storing vectors", behind, "vectors")
        try:
            for done in self._parts():
                if progress:
                    progress.advance(done)
        finally:
            if progress and behind:
                progress.finish()

    def _parts(self) -> Iterator[int]:
        """Writes one part after the other; yields how many vectors each had."""
        while True:
            rows = self._connection.execute(
                "SELECT key, vector, sentences FROM vectors WHERE stored = 0 ORDER BY key LIMIT ?",
                (PART,),
            ).fetchall()
            dead = self._connection.execute("SELECT key FROM garbage LIMIT ?", (PART,)).fetchall()
            if not rows and not dead:
                return
            # A key that came back is no garbage: deleting goes first.
            with self._gate():
                self._write([key for (key,) in dead], [Packed(*row) for row in rows])
            yield len(rows) + len(dead)

    def _gate(self) -> Any:
        return nullcontext() if self._url else Gate(self._place.gate).writing()

    def _write(self, dead: list[str], rows: list[Packed]) -> None:
        catalogue.set_state(self._connection, writing="1")
        vectors = self._vectors()
        try:
            if dead:
                vectors.delete(dead)
            if rows:
                vectors.upsert(rows)
        except RagError:
            raise
        except Exception as exc:  # Chroma's own errors, a full disk among them, are of any type
            raise RagError(
                f"The vectors cannot be written: {exc}.",
                hint="See that the disk has room; the next `rag index` writes them anew.",
            ) from exc
        with catalogue.transaction(self._connection):
            keys = json.dumps([row.key for row in rows])
            self._connection.execute(
                "UPDATE vectors SET stored = 1 WHERE key IN (SELECT value FROM json_each(?))",
                (keys,),
            )
            self._connection.executemany(
                "DELETE FROM garbage WHERE key = ?", ((key,) for key in dead)
            )
            catalogue.set_state(self._connection, writing="0")

    def _vectors(self) -> Vectors:
        if self._open is None:
            folder = self._place.chroma(self.attempt)
            self._open = open_server(self._url) if self._url else open_folder(folder)
        return self._open

    def close(self) -> None:
        """Lets go of Chroma."""
        if self._open is not None:
            self._open.close()
            self._open = None
