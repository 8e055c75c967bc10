"""One index for several workspaces: a Chroma server holds the documents beside the vectors.

The workspace that has the documents writes; it owns the store. Any other workspace with the same
`store` setting and no documents attaches: it takes the documents, their sentences, passages and
statements from the server and builds its own catalogue of them, without a model.

Each document is one or several records whose ids are hashes of the content, so that writing is
adding what is missing and deleting what is too many, and may be cut off and repeated.
"""

from __future__ import annotations

import base64
import hashlib
import json
import platform
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from typing import Any

from rag.errors import IndexUnusable, StoreUnavailable, UsageError
from rag.index import catalogue, duplicates, layout, opening, rows, shape, stored
from rag.index.lock import writer_lock
from rag.index.records import Records
from rag.index.shape import fingerprint
from rag.index.vectors import COLLECTION, Vectors, open_server
from rag.types import Party
from rag.workspace import Workspace

DOCUMENTS = f"{COLLECTION}-documents"
PART = 400_000
"""Characters of one record's payload."""
PAGE = 50
"""Records written or read in one request."""
FORMAT = "2"


def owner(workspace: Workspace) -> str:
    """The name by which a workspace owns a store."""
    return f"{platform.node()}:{workspace.root}"


def check_owner(workspace: Workspace, records: Records, *, rebuild: bool) -> None:
    """Lets a writer write only to a store that is new, its own, or to be taken over.

    Raises:
        UsageError: another workspace owns it.
    """
    holds = records.metadata.get("owner")
    if holds and holds != owner(workspace) and not rebuild:
        raise UsageError(
            f"The store at {workspace.settings.store} holds the index of {holds}.",
            hint="To read it, leave the documents folder empty; to replace it: rag index --rebuild",
        )


def push(workspace: Workspace, connection: sqlite3.Connection, records: Records) -> None:
    """Brings the server's documents up to the catalogue."""
    wanted = {_id(name, sha, ledger): number for number, name, sha, ledger in _listed(connection)}
    present: dict[str, list[str]] = {}
    for key in records.every_key():
        present.setdefault(key.partition("-")[0], []).append(key)
    state = catalogue.get_state(connection)
    about = {
        "owner": owner(workspace),
        "format": FORMAT,
        "shape": state["shape"],
        "ledger": state["ledger"],
        "embedder": state["embedder"],
        "fingerprint": fingerprint(connection),
    }
    missing = [(key, n) for key, n in wanted.items() if not _whole(present.get(key, []))]
    extra = [key for stem, keys in present.items() if stem not in wanted for key in keys]
    if not missing and not extra and records.metadata == about:
        return
    records.describe({**about, "fingerprint": "writing"})
    records.upsert(_records(connection, missing), page=PAGE)
    records.delete(extra)
    records.describe(about)


def _listed(connection: sqlite3.Connection) -> list[tuple[int, str, str, str | None]]:
    return connection.execute("SELECT id, name, sha256, ledger FROM documents").fetchall()


def _id(name: str, sha256: str, ledger: str | None) -> str:
    parts = "\0".join((name, sha256, ledger or ""))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _whole(keys: list[str]) -> bool:
    """Whether all parts of a document are there; each id ends in its part and their number."""
    return bool(keys) and len(keys) == int(keys[0].rpartition("-")[2])


def _records(
    connection: sqlite3.Connection, missing: Iterable[tuple[str, int]]
) -> Iterator[tuple[str, dict[str, str | int]]]:
    for key, number in missing:
        packed = base64.b85encode(
            zlib.compress(rows.dumps(stored.to_payload(connection, number)).encode())
        )
        text = packed.decode("ascii")
        parts = [text[at : at + PART] for at in range(0, len(text), PART)]
        for i, part in enumerate(parts):
            yield f"{key}-{i}-{len(parts)}", {"part": i, "payload": part}


def is_reader(workspace: Workspace) -> bool:
    """Whether this workspace only reads a store that another one fills.

    Raises:
        StoreUnavailable: the server doesn't answer.
    """
    from rag.reading import discover

    if not workspace.settings.store:
        return False
    if workspace.documents.is_dir() and discover(workspace.documents):
        return False
    with closing(open_records(workspace)) as records:
        return records.metadata.get("owner") not in {None, owner(workspace)}


def open_records(workspace: Workspace) -> Records:
    """The documents on the workspace's server."""
    return Records.open(workspace.settings.store, DOCUMENTS)


def attach(workspace: Workspace) -> layout.Layout | None:
    """Builds this workspace's catalogue from the server's documents; None where it has none.

    Raises:
        StoreUnavailable: The server doesn't answer, or its owner is writing just now.
        IndexUnusable: It was built with settings that this workspace doesn't have.
    """
    with writer_lock(workspace.index), closing(open_records(workspace)) as records:
        return _attach(workspace, records) if records.metadata.get("owner") else None


def _attach(workspace: Workspace, records: Records) -> layout.Layout:
    about = records.metadata
    _check_shape(workspace, about)
    current = layout.current(workspace.index)
    if current is not None and _has(current, about["fingerprint"]):
        return current
    opened = opening.open_new(workspace)
    with closing(opened.connection) as connection, catalogue.errors(opened.place.catalogue):
        with catalogue.transaction(connection):
            for payload in _payloads(records):
                _restore(connection, payload)
            duplicates.update_copies(connection)
            catalogue.set_state(connection, ledger=about["ledger"], run=about["fingerprint"])
        with closing(open_server(workspace.settings.store)) as vectors:
            _take_vectors(connection, vectors)
        if fingerprint(connection) != _again(records).get("fingerprint"):
            raise StoreUnavailable(
                f"The store at {workspace.settings.store} is being written to.",
                hint="Try again when its owner's run has ended.",
            )
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    layout.publish(opened.place)
    layout.remove_others(opened.place, 1)
    return opened.place


def _check_shape(workspace: Workspace, about: Mapping[str, str]) -> None:
    wanted = shape.shape(workspace)
    because = shape.differences(shape.parse(about.get("shape", "")), wanted)
    if about.get("format") != FORMAT or because:
        raise IndexUnusable(
            f"The store at {workspace.settings.store} was built otherwise: {'; '.join(because)}.",
            hint=f"Its embedder is `{about.get('embedder')}`; take over its settings in rag.toml.",
        )


def _again(records: Records) -> Mapping[str, str]:
    records.refresh()
    return records.metadata


def _has(place: layout.Layout, wanted: str) -> bool:
    try:
        with closing(catalogue.open_reader(place.catalogue)) as connection:
            return fingerprint(connection) == wanted
    except IndexUnusable:
        return False


def _payloads(records: Records) -> Iterator[dict[str, Any]]:
    waiting: dict[str, dict[int, str]] = {}
    for key, record in records.all(page=PAGE):
        stem, total = key.partition("-")[0], int(key.rpartition("-")[2])
        parts = waiting.setdefault(stem, {})
        parts[int(record["part"])] = str(record["payload"])
        if len(parts) == total:
            text = "".join(parts[i] for i in range(total))
            del waiting[stem]
            found: dict[str, Any] = json.loads(zlib.decompress(base64.b85decode(text)))
            yield found


def _restore(connection: sqlite3.Connection, payload: Mapping[str, Any]) -> None:
    """A document with all that hangs on it, as its owner has it."""
    prepared = stored.from_payload(payload)
    (number,) = stored.insert_documents(connection, [prepared])
    connection.execute(
        "UPDATE documents SET ledger = ?, introduced = ? WHERE id = ?",
        (payload["ledger"], payload["introduced"], number),
    )
    people = [Party.from_dict(json.loads(data)) for data in payload["people"]]
    stored.insert_people(connection, number, people)
    name = prepared.document.name
    statements = [rows.to_statement(data, name) for data in payload["statements"]]
    stored.insert_statements(connection, number, statements)


def _take_vectors(connection: sqlite3.Connection, vectors: Vectors) -> None:
    keys = [key for (key,) in connection.execute("SELECT DISTINCT key FROM passages ORDER BY key")]
    with catalogue.transaction(connection):
        connection.executemany(
            "INSERT OR IGNORE INTO vectors VALUES (?, ?, ?, 1)",
            ((p.key, p.vector, p.sentences) for p in vectors.fetch(keys)),
        )
    (lacking,) = connection.execute(
        "SELECT count(*) FROM passages WHERE key NOT IN (SELECT key FROM vectors)"
    ).fetchone()
    if lacking:
        raise StoreUnavailable(
            f"The store lacks the vectors of {lacking} passages.",
            hint="Let its owner run: rag index",
        )
