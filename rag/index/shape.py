"""The settings that shape an index, and what a change of one of them means."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import sqlite3
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from rag.index import catalogue
from rag.workspace import Workspace

LABELS = {
    "format": "the catalogue's format",
    "embedder": "the embedder",
    "passage_tokens": "the setting `passage_tokens`",
    "reading": "the way files are read",
    "segment": "the way text is cut",
    "statements": "the way statements are told",
    "names": "what is known of names",
    "orders": "what counts as an order to a machine",
    "roster": "the roster",
}


def embedder(workspace: Workspace) -> str:
    """The embedder's name; of a folder also a hash of its files' names, sizes and times."""
    name = workspace.settings.embedder
    folder = Path(name).expanduser()
    if not folder.is_dir():
        return name
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        stat = path.stat()
        line = f"{path.relative_to(folder).as_posix()} {stat.st_size} {stat.st_mtime_ns}\n"
        digest.update(line.encode())
    return f"{name} ({digest.hexdigest()[:8]})"


SOURCES = frozenset({".py", ".toml", ".csv", ".txt"})


def shape(workspace: Workspace) -> dict[str, str]:
    """What every document, sentence, passage and vector depends on."""
    return {
        "format": str(catalogue.FORMAT),
        "embedder": embedder(workspace),
        "passage_tokens": str(workspace.settings.passage_tokens),
        "reading": _version("rag.reading"),
        "segment": _version("rag.segment"),
    }


def differences(built: Mapping[str, str], wanted: Mapping[str, str]) -> tuple[str, ...]:
    """Why an index of one shape cannot serve the other, in words."""
    return tuple(
        f"{LABELS.get(key, key)} changed from {built.get(key, 'none')} to {wanted[key]}"
        for key in wanted
        if built.get(key) != wanted[key]
    )


def ledger_shape(workspace: Workspace) -> dict[str, str]:
    """What the statements depend on besides the text; empty where no ledger is wanted."""
    if not workspace.settings.ledger:
        return {}
    roster = workspace.root / workspace.settings.roster
    try:
        digest = hashlib.sha256(roster.read_bytes()).hexdigest()[:16]
    except OSError:
        digest = "none"
    return {
        "statements": _version("rag.statements"),
        "orders": _version("rag.orders"),
        "names": _version("rag.names"),
        "roster": digest,
    }


def dump(values: Mapping[str, str]) -> str:
    """One line for the same values, always the same."""
    return json.dumps(dict(values), sort_keys=True)


def parse(line: str) -> dict[str, str]:
    """The values back from `dump`."""
    return dict(json.loads(line or "{}"))


@lru_cache(maxsize=8)
def _version(module: str) -> str:
    """Eight hex digits of a room's sources: nobody can forget to raise it.

    What changes nothing (a comment) costs a rebuild without embedding; what changes something
    and goes unnoticed would cost answers.
    """
    found = importlib.util.find_spec(module)
    if found is None or found.origin is None:
        return "none"
    path = Path(found.origin)
    sources = [path]
    if found.submodule_search_locations:
        sources = [p for p in path.parent.rglob("*") if p.is_file() and p.suffix in SOURCES]
    digest = hashlib.sha256()
    for source in sorted(sources):
        digest.update(source.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:8]


def fingerprint(connection: sqlite3.Connection) -> str:
    """Sixteen hex digits of the documents, their statements' making and the shaping settings."""
    state = catalogue.get_state(connection)
    digest = hashlib.sha256(f"{state['shape']}\n{state['ledger']}\n".encode())
    listed: Iterable[tuple[str, str, str | None]] = connection.execute(
        "SELECT name, sha256, ledger FROM documents ORDER BY name"
    )
    for name, sha256, ledger in listed:
        digest.update(f"{name}\0{sha256}\0{ledger or ''}\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]
