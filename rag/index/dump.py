"""The whole content of a catalogue as text: the same for the same documents, however they came in.

Ids, times and the values of vectors are left out; they depend on the order and grouping of the
work. What is stored with Chroma is in: each passage says whether its vector is there.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from rag.index import catalogue, rows, stored


def dump(connection: sqlite3.Connection) -> str:
    """One JSON value a line, in an order that content alone decides."""
    return "".join(f"{rows.dumps(line)}\n" for line in _lines(connection))


def _lines(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    state = catalogue.get_state(connection)
    yield {key: state[key] for key in ("shape", "ledger", "embedder", "store", "writing")}
    yield {"persons": json.loads(state.get("persons", "[]"))}
    for row in connection.execute(
        "SELECT name, sha256, metadata_sha256, done FROM files ORDER BY name"
    ):
        yield {"file": row}
    for row in connection.execute(
        "SELECT file, name, line, reason, hint FROM failures ORDER BY file, name, line, reason"
    ):
        yield {"failure": row}
    numbers = connection.execute("SELECT id, name FROM documents ORDER BY name").fetchall()
    names = dict(numbers)
    for number, _ in numbers:
        yield from _document(connection, number, names)
    for table in ("passages_fts", "sentences_fts"):
        yield {table: _terms(connection, table)}
    kept = connection.execute(
        "SELECT key, length(vector), length(sentences), stored FROM vectors ORDER BY key"
    )
    yield {"vectors": kept.fetchall()}
    yield {"garbage": connection.execute("SELECT key FROM garbage ORDER BY key").fetchall()}


def _document(
    connection: sqlite3.Connection, number: int, names: dict[int, str]
) -> Iterator[dict[str, Any]]:
    row = connection.execute(
        "SELECT name, file, sha256, metadata, passages, introduced, ledger, clustered"
        " FROM documents WHERE id = ?",
        (number,),
    ).fetchone()
    document, sentences = stored.load_prepared(connection, number)
    yield {"document": row, "text": document.text}
    yield {"sentences": [(s.start, s.end, s.paragraph) for s in sentences]}
    keys = connection.execute(
        'SELECT start, "end", first, last, heading, key FROM passages WHERE id BETWEEN ? AND ?'
        " ORDER BY id",
        stored.span(number),
    )
    yield {"passages": keys.fetchall()}
    said = connection.execute(
        "SELECT speaker, country, said, data FROM statements WHERE document = ? ORDER BY position",
        (number,),
    )
    yield {"statements": [(*r[:3], json.loads(r[3])) for r in said]}
    people = connection.execute(
        "SELECT name, data FROM people WHERE document = ? ORDER BY data", (number,)
    )
    yield {"people": people.fetchall()}
    hashes = connection.execute(
        "SELECT hash FROM shingles WHERE document = ? ORDER BY hash", (number,)
    )
    yield {"shingles": [h for (h,) in hashes]}
    copies = connection.execute("SELECT other, share FROM copies WHERE document = ?", (number,))
    yield {"copies": sorted((names[other], share) for other, share in copies)}


def _terms(connection: sqlite3.Connection, table: str) -> list[Any]:
    """Every term of a full-text table with its counts: what was taken out wrongly shows here."""
    connection.execute(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{table}_rows USING fts5vocab (main, {table}, col)"
    )
    found = connection.execute(f"SELECT term, col, doc, cnt FROM temp.{table}_rows")
    return sorted(found.fetchall())
