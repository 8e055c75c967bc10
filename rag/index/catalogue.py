"""The catalogue: one SQLite database that holds everything about the documents but the HNSW graph.

It is the truth of the index. Chroma's vectors can be written anew from it at any time, so a crash
between the two leaves nothing to guess: `vectors.stored` says what Chroma holds.

Sentences and passages have ids that begin with their document's: `document << SHIFT | position`,
so a full-text hit needs no join to know where it stands.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import IndexUnusable, RagError

FORMAT = 4
"""SQLite's `user_version`: raise it with any change of the tables."""
APPLICATION = 0x52444F54
"""SQLite's `application_id`: an unrelated database is not mistaken for a catalogue."""
SHIFT = 24
"""Bits of a position within its document: 16 million sentences."""

# FTS5's unicode61 folds case, `remove_diacritics 2` also accents on letters of any block, and
# porter is the algorithm that `rag.words.stem` uses, so a stem counted there is a term here.
# Contentless (`content=''`): the text stands once, in `documents`; spans give the rest. Of
# sentences no lengths are kept (`columnsize=0`), so that BM25 is idf and frequency alone: it found
# the same ones, and looking up a length for every match took four fifths of a search (of 28,000
# matches 36 ms, then 8). Of passages they are kept: without, one in 150 was found later.
SCHEMA = f"""
CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    name TEXT PRIMARY KEY,
    sha256 TEXT NOT NULL,
    metadata_sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    ctime_ns INTEGER NOT NULL,
    seen_ns INTEGER NOT NULL,  -- when it was looked at, to know a stamp too fresh to be trusted
    done INTEGER NOT NULL      -- 0: some of it is missing, to be read again
) WITHOUT ROWID;
CREATE TABLE failures (
    file TEXT NOT NULL, position INTEGER NOT NULL,
    name TEXT NOT NULL, line INTEGER, reason TEXT NOT NULL, hint TEXT NOT NULL,
    PRIMARY KEY (file, position)
) WITHOUT ROWID;
CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,      -- of text and metadata, the name left out
    metadata TEXT NOT NULL,
    text BLOB NOT NULL,        -- UTF-8, lone surrogates let through
    sentences BLOB NOT NULL,   -- int32 triples: start, end, paragraph
    passages INTEGER NOT NULL,
    shingles BLOB NOT NULL,    -- int64, those that are kept of it, in order
    introduced INTEGER NOT NULL DEFAULT 0,  -- 1: the people in it are noted
    ledger TEXT,               -- a hash of its statements; NULL: to be drawn
    clustered INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX documents_file ON documents (file);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL,
    heading TEXT NOT NULL,
    key TEXT NOT NULL
);
CREATE INDEX passages_key ON passages (key);
CREATE TABLE vectors (
    key TEXT PRIMARY KEY,
    vector BLOB NOT NULL,      -- float32, length one
    sentences BLOB NOT NULL,   -- of its sentences, int8, each with its largest number before it
    stored INTEGER NOT NULL    -- 1: Chroma holds it
);
CREATE INDEX vectors_unstored ON vectors (key) WHERE stored = 0;
CREATE TABLE garbage (key TEXT PRIMARY KEY) WITHOUT ROWID;  -- still to be deleted from Chroma
CREATE TABLE statements (
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    speaker TEXT, country TEXT, said TEXT,
    data TEXT NOT NULL
);
CREATE INDEX statements_document ON statements (document, position);
CREATE INDEX statements_country ON statements (country);
CREATE INDEX statements_speaker ON statements (speaker);
CREATE TABLE people (
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    name TEXT NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (document, data)
) WITHOUT ROWID;
CREATE TABLE shingles (
    hash INTEGER NOT NULL, document INTEGER NOT NULL,
    PRIMARY KEY (hash, document)
) WITHOUT ROWID;
CREATE TABLE copies (
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    other INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    share REAL NOT NULL,
    PRIMARY KEY (document, other)
) WITHOUT ROWID;
CREATE INDEX copies_other ON copies (other);
CREATE VIRTUAL TABLE passages_fts USING fts5 (
    heading, text, content='', tokenize='porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE sentences_fts USING fts5 (
    text, content='', columnsize=0, tokenize='porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE sentences_terms USING fts5vocab (sentences_fts, row);
PRAGMA application_id = {APPLICATION};
PRAGMA user_version = {FORMAT};
"""


def create(path: Path) -> sqlite3.Connection:
    """A new, empty catalogue at `path`, open for writing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = _connect(f"{path.as_uri()}?mode=rwc")
    with errors(path):
        _prepare(connection)
        connection.executescript(f"BEGIN;{SCHEMA}COMMIT;")
    return connection


def open_writer(path: Path) -> sqlite3.Connection:
    """The catalogue at `path`, open for writing; the caller holds the writer's lock.

    Raises:
        IndexUnusable: it is damaged, or of another version.
    """
    with errors(path):
        connection = _connect(f"{path.as_uri()}?mode=rw")
        try:
            check_version(connection, path)
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """A read-only connection that sees the catalogue as it is now, whatever a writer does next.

    Raises:
        IndexUnusable: it is damaged, or of another version.
    """
    with errors(path):
        connection = _reader(path)
        try:
            check_version(connection, path)
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM state").fetchone()  # fixes the snapshot
        except BaseException:
            connection.close()
            raise
    return connection


def open_twice(path: Path) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    """Two read-only connections that see the same state, so that two threads can search at once.

    Raises:
        IndexUnusable: it is damaged, or of another version.
    """
    first = open_reader(path)
    while True:
        second = open_reader(path)
        if get_state(first).get("run") == get_state(second).get("run"):
            return first, second
        first.close()  # a writer came between
        first = second


def open_for_vectors(path: Path) -> sqlite3.Connection | None:
    """A catalogue of any earlier format, for its vectors alone; None where it has none to give."""
    try:
        connection = _reader(path)
    except sqlite3.Error:
        return None
    try:
        connection.execute("SELECT key, vector, sentences FROM vectors LIMIT 1").fetchone()
    except sqlite3.Error:
        connection.close()
        return None
    return connection


def _reader(path: Path) -> sqlite3.Connection:
    """A read-only connection; on a medium that cannot be written, one that needs no WAL files."""
    connection = _connect(f"{path.as_uri()}?mode=ro")
    try:
        connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.OperationalError:
        connection.close()
        connection = _connect(f"{path.as_uri()}?mode=ro&immutable=1")
    connection.execute("PRAGMA cache_size = -16000")
    return connection


def _connect(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(
        uri, uri=True, timeout=30.0, isolation_level=None, check_same_thread=False
    )


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -32000")
    connection.execute("PRAGMA journal_size_limit = 67108864")


def check_version(connection: sqlite3.Connection, path: Path) -> None:
    """Accepts this program's own format alone.

    Raises:
        IndexUnusable: another format; the hint differs for an older and for a newer one.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    if application != APPLICATION:
        raise IndexUnusable(f"{path} is not a catalogue of ours.", hint="rag index --rebuild")
    if version > FORMAT:
        raise FutureIndex(
            f"The index was made by a newer version (format {version}; this one knows {FORMAT}).",
            hint=f"Update readout-rag, or delete {path.parent} and run: rag index",
        )
    if version < FORMAT:
        raise OlderIndex(f"The index has the older format {version}.", hint="rag index")


class FutureIndex(IndexUnusable):
    """Made by a version that this one knows nothing of: never touched, not even to rebuild."""


class OlderIndex(IndexUnusable):
    """Made by an earlier version: the next run builds it anew."""


@contextmanager
def errors(path: Path) -> Iterator[None]:
    """Turns SQLite's errors into ours.

    Raises:
        IndexUnusable: the file is damaged.
        RagError: the disk is full or may not be written.
    """
    try:
        yield
    except sqlite3.Error as exc:
        said = str(exc)
        if "full" in said:
            hint = "Free some space and run: rag index (it goes on where it stopped)"
            raise RagError(f"The disk is full: {path} cannot be written.", hint=hint) from exc
        if "readonly" in said or "permission" in said:
            raise RagError(f"{path} cannot be written ({said}).", hint="Check its rights.") from exc
        if "locked" in said:
            raise RagError(f"{path} is locked by another program ({said}).") from exc
        hint = "Build it anew: rag index --rebuild"
        raise IndexUnusable(f"{path} is damaged ({said}).", hint=hint) from exc


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def optimise(connection: sqlite3.Connection) -> None:
    """Merges the full-text tables' parts, once, when a new catalogue is complete."""
    for table in ("passages_fts", "sentences_fts"):
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")


def get_state(connection: sqlite3.Connection) -> dict[str, str]:
    """What is noted of the index as a whole."""
    return dict(connection.execute("SELECT key, value FROM state"))


def set_state(connection: sqlite3.Connection, **values: str) -> None:
    """Notes these things of the index as a whole."""
    connection.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", values.items())
