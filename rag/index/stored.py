"""Documents into the catalogue and out of it, with all that hangs on them."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rag.index import duplicates
from rag.index.catalogue import SHIFT
from rag.index.rows import (
    Prepared,
    dumps,
    encode,
    pack_sentences,
    searchable,
    statement_row,
    to_document,
    to_passage,
    to_sentences,
    unpack_sentences,
)
from rag.types import Document, Party, Passage, Sentence, Statement


def insert_statements(
    connection: sqlite3.Connection, document: int, statements: Sequence[Statement]
) -> str:
    """Writes the statements of a document; returns a hash of them."""
    found = [statement_row(document, i, s) for i, s in enumerate(statements)]
    connection.executemany(
        "INSERT INTO statements (document, position, speaker, country, said, data)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        found,
    )
    return hashlib.sha256("\n".join(row[-1] for row in found).encode("ascii")).hexdigest()[:16]


def insert_people(connection: sqlite3.Connection, document: int, people: Iterable[Party]) -> None:
    """Notes whom a document introduces."""
    connection.executemany(
        "INSERT OR IGNORE INTO people VALUES (?, ?, ?)",
        ((document, searchable(p.name), dumps(p.to_dict())) for p in people),
    )


def insert_documents(connection: sqlite3.Connection, batch: Iterable[Prepared]) -> list[int]:
    """Writes documents with their sentences, passages and full text; returns their ids."""
    return [_insert(connection, prepared) for prepared in batch]


def _insert(connection: sqlite3.Connection, prepared: Prepared) -> int:
    document = prepared.document
    cursor = connection.execute(
        "INSERT INTO documents (name, file, sha256, metadata, text, sentences, passages,"
        " shingles) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            document.name,
            prepared.file,
            prepared.sha256,
            dumps(document.metadata.to_dict()),
            encode(document.text),
            pack_sentences(prepared.sentences),
            len(prepared.passages),
            duplicates.pack(prepared.shingles),
        ),
    )
    number = int(cursor.lastrowid or 0)
    base = number << SHIFT
    connection.executemany(
        "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (
                base | i,
                p.start,
                p.end,
                p.first_sentence,
                p.last_sentence,
                searchable(p.heading),
                key,
            )
            for i, (p, key) in enumerate(zip(prepared.passages, prepared.keys, strict=True))
        ),
    )
    _full_text(connection, base, prepared.sentences, prepared.passages, delete=False)
    connection.executemany(
        "INSERT OR IGNORE INTO shingles VALUES (?, ?)", ((h, number) for h in prepared.shingles)
    )
    return number


def _full_text(
    connection: sqlite3.Connection,
    base: int,
    sentences: Sequence[Sentence],
    passages: Sequence[Passage],
    *,
    delete: bool,
) -> None:
    """Adds to, or takes out of, the full-text tables; taking out needs the very same text."""
    command, mark = ("passages_fts, ", "'delete', ") if delete else ("", "")
    connection.executemany(
        f"INSERT INTO passages_fts ({command}rowid, heading, text) VALUES ({mark}?, ?, ?)",
        ((base | i, searchable(p.heading), searchable(p.text)) for i, p in enumerate(passages)),
    )
    command = "sentences_fts, " if delete else ""
    connection.executemany(
        f"INSERT INTO sentences_fts ({command}rowid, text) VALUES ({mark}?, ?)",
        ((base | i, searchable(s.text)) for i, s in enumerate(sentences)),
    )


def load_prepared(connection: sqlite3.Connection, number: int) -> tuple[Document, list[Sentence]]:
    """A stored document and its sentences, by id."""
    row = connection.execute(
        "SELECT name, metadata, text, sentences FROM documents WHERE id = ?", (number,)
    ).fetchone()
    document = to_document(row)
    return document, unpack_sentences(row[3], document.name, document.text)


def load_passages(connection: sqlite3.Connection, number: int, document: Document) -> list[Passage]:
    """The passages of a stored document, in order."""
    rows = connection.execute(
        'SELECT id, start, "end", first, last, heading FROM passages WHERE id BETWEEN ? AND ?'
        " ORDER BY id",
        span(number),
    )
    return [to_passage(row, document.name, document.text) for row in rows]


def span(number: int) -> tuple[int, int]:
    """The first and last id that a passage or sentence of this document may have."""
    return number << SHIFT, (number + 1 << SHIFT) - 1


def delete_documents(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """Takes documents out, with all that hangs on them but their vectors."""
    for number in numbers:
        document, sentences = load_prepared(connection, number)
        passages = load_passages(connection, number, document)
        _full_text(connection, number << SHIFT, sentences, passages, delete=True)
        connection.executemany(
            "DELETE FROM shingles WHERE hash = ? AND document = ?",
            ((hash_, number) for hash_ in duplicates.kept_of(connection, number)),
        )
        connection.execute("DELETE FROM passages WHERE id BETWEEN ? AND ?", span(number))
        connection.execute("DELETE FROM documents WHERE id = ?", (number,))


def to_payload(connection: sqlite3.Connection, number: int) -> dict[str, Any]:
    """Everything stored of a document but its vectors, as JSON types."""
    document, sentences = load_prepared(connection, number)
    file, ledger, introduced = connection.execute(
        "SELECT file, ledger, introduced FROM documents WHERE id = ?", (number,)
    ).fetchone()
    passages = connection.execute(
        'SELECT id, start, "end", first, last, heading, key FROM passages'
        " WHERE id BETWEEN ? AND ? ORDER BY id",
        span(number),
    )
    statements = connection.execute(
        "SELECT data FROM statements WHERE document = ? ORDER BY position", (number,)
    )
    people = connection.execute("SELECT data FROM people WHERE document = ?", (number,))
    return {
        "document": document.to_dict(),
        "file": file,
        "ledger": ledger,
        "introduced": introduced,
        "sentences": [(s.start, s.end, s.paragraph) for s in sentences],
        "passages": [(row[0] & ((1 << SHIFT) - 1), *row[1:]) for row in passages],
        "statements": [data for (data,) in statements],
        "people": [data for (data,) in people],
    }


def from_payload(payload: Mapping[str, Any]) -> Prepared:
    """The document back from `to_payload`, its people and statements left aside."""
    document = Document.from_dict(payload["document"])
    name, text = document.name, document.text
    return Prepared(
        document=document,
        file=payload["file"],
        sentences=tuple(to_sentences(payload["sentences"], name, text)),
        passages=tuple(
            to_passage(row, document.name, document.text) for row in payload["passages"]
        ),
        keys=tuple(row[6] for row in payload["passages"]),
        shingles=duplicates.shingles(document.text),
    )
