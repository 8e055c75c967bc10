"""Which files are new, changed, renamed or gone: their content decides, not their time stamps.

A stamp (size, modification and status-change time) spares the reading of a file only where it is
the one seen last time and was already old then: a file may change twice within one tick of the
clock, and the second change would go unseen. Git calls such an entry racily clean.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

RACY_NS = 2_000_000_000
"""Nanoseconds a stamp must be older than the look at it; FAT keeps time in steps of 2 s."""


class Source(Protocol):
    """What the manifest needs to know of a file."""

    @property
    def name(self) -> str:
        """Its POSIX path below the documents folder."""

    @property
    def path(self) -> Path:
        """Where it lies."""


@dataclass(frozen=True)
class Entry:
    """A file as it was when it was looked at."""

    name: str
    sha256: str
    """Of its bytes; empty where they could not be read."""
    metadata_sha256: str
    """Of the rows of the metadata table that speak of it."""
    size: int
    mtime_ns: int
    ctime_ns: int
    seen_ns: int
    done: int = 0
    """1 where all of it is in the index."""

    def same_content(self, other: Entry) -> bool:
        """Whether what would be read from both is the same."""
        mine, theirs = (self.sha256, self.metadata_sha256), (other.sha256, other.metadata_sha256)
        return bool(self.sha256) and mine == theirs


@dataclass(frozen=True)
class Plan:
    """What a run has to do."""

    new: tuple[Entry, ...] = ()
    changed: tuple[Entry, ...] = ()
    renamed: Mapping[str, Entry] = field(default_factory=dict)
    """Old name → the entry under its new name."""
    touched: tuple[Entry, ...] = ()
    """Content as before, stamp not."""
    deleted: tuple[str, ...] = ()
    unchanged: int = 0

    @property
    def to_read(self) -> tuple[Entry, ...]:
        """The files that must be read, in the order of their names."""
        every = (*self.new, *self.changed, *self.renamed.values())
        return tuple(sorted(every, key=lambda e: e.name))

    @property
    def empty(self) -> bool:
        """Whether no document changes."""
        return not (self.new or self.changed or self.renamed or self.deleted)


def load(connection: sqlite3.Connection) -> dict[str, Entry]:
    """The manifest: every file the index knows, by name."""
    columns = "name, sha256, metadata_sha256, size, mtime_ns, ctime_ns, seen_ns, done"
    rows = connection.execute(f"SELECT {columns} FROM files")
    return {row[0]: Entry(*row) for row in rows}


def save(connection: sqlite3.Connection, entry: Entry, *, done: bool) -> None:
    """Notes a file; `done=False` has it read again by the next run."""
    values = (entry.name, entry.sha256, entry.metadata_sha256, entry.size)
    stamps = (entry.mtime_ns, entry.ctime_ns, entry.seen_ns, int(done))
    connection.execute(
        "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values + stamps
    )


def compare(
    known: Mapping[str, Entry],
    files: Sequence[Source],
    metadata: Mapping[str, str],
    *,
    within: Collection[str] = (),
) -> Plan:
    """What has changed between the manifest and the folder.

    Args:
        known: The manifest.
        files: The files that lie in the folder now.
        metadata: File name → sha256 of what the metadata table says of it.
        within: Names, or folders, that alone are looked at; all where it is empty.
    """
    chosen = [f for f in files if not within or _within(f.name, within)]
    present = {f.name for f in files}
    gone = [n for n in known if n not in present and (not within or _within(n, within))]
    new, changed, touched, unchanged = [], [], [], 0
    for file in chosen:
        before = known.get(file.name)
        entry = look(file.path, file.name, metadata.get(file.name, ""), before)
        if before is None:
            new.append(entry)
        elif entry is before:
            unchanged += 1
        elif before.done and entry.same_content(before):
            touched.append(entry)
        else:
            changed.append(entry)
    renamed = _renamed(known, gone, new)
    moved = {e.name for e in renamed.values()}
    return Plan(
        new=tuple(e for e in new if e.name not in moved),
        changed=tuple(changed),
        renamed=renamed,
        touched=tuple(touched),
        deleted=tuple(sorted(n for n in gone if n not in renamed)),
        unchanged=unchanged + len(touched),
    )


def _within(name: str, chosen: Collection[str]) -> bool:
    return any(name == c or name.startswith(f"{c.rstrip('/')}/") for c in chosen)


def _renamed(
    known: Mapping[str, Entry], gone: Sequence[str], new: Sequence[Entry]
) -> dict[str, Entry]:
    """Old name → new entry, where a file that is gone and a new one have the same bytes."""
    waiting: dict[str, list[str]] = {}
    for name in sorted(gone, reverse=True):
        if known[name].done and known[name].sha256:
            waiting.setdefault(known[name].sha256, []).append(name)
    found = {}
    for entry in sorted(new, key=lambda e: e.name):
        if waiting.get(entry.sha256):
            found[waiting[entry.sha256].pop()] = entry
    return found


def look(path: Path, name: str, metadata_sha256: str, before: Entry | None = None) -> Entry:
    """The file as it is now: `before` itself where its stamp shows that nothing has changed."""
    now = time.time_ns()
    try:
        stat = path.stat()
    except OSError:
        return Entry(name, "", metadata_sha256, -1, -1, -1, now)
    stamp = (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
    if before is not None and before.done and before.metadata_sha256 == metadata_sha256:
        old = (before.size, before.mtime_ns, before.ctime_ns)
        if stamp == old and max(stamp[1:]) + RACY_NS < before.seen_ns:
            return before
    return Entry(name, sha256_of(path), metadata_sha256, *stamp, now)


def sha256_of(path: Path) -> str:
    """Sixty-four hex digits of a file's bytes; empty where they cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
