"""Where weights lie in the cache, and whether they are the right ones.

Hashing a gigabyte at every start would cost a second or more, so a file is hashed once; a record
beside the folder then keeps its size and modification time, and a change of either hashes anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.types import Progress
from rag.weights.entries import Entry, WeightFile
from rag.workspace import cache_folder

BLOCK = 1 << 20
VISIBLE = 256 << 20
"""Bytes from which hashing takes long enough to be shown."""


def weights_folder() -> Path:
    """The folder that holds every entry's folder."""
    return cache_folder() / "weights"


def place(entry: Entry) -> Path:
    """What a loader opens: the file of a one-file entry, the folder of any other."""
    folder = weights_folder() / entry.name
    return folder / entry.files[0].path if len(entry.files) == 1 else folder


def stage(entry: Entry) -> Path:
    """The folder beside the entry's own where downloads grow until they are verified."""
    return weights_folder() / ".partial" / entry.name


@dataclass(frozen=True)
class State:
    """Which files of an entry are absent, and which are there but wrong."""

    missing: tuple[WeightFile, ...] = ()
    corrupt: tuple[WeightFile, ...] = ()

    @property
    def wanted(self) -> tuple[WeightFile, ...]:
        """Every file that must be fetched."""
        return self.missing + self.corrupt


@dataclass
class Record:
    """What was verified: path → size, modification time (ns) and sha256."""

    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    """Where the files came from, and which hub commit."""

    @classmethod
    def load(cls, entry: Entry) -> Record:
        """The record of `entry`; empty where there is none or it cannot be read."""
        try:
            data = json.loads(_record_path(entry).read_text(encoding="utf-8"))
            return cls(dict(data["files"]), dict(data["notes"]))
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    def save(self, entry: Entry) -> None:
        """Replaces the record at one stroke."""
        text = json.dumps({"files": self.files, "notes": self.notes}, indent=1)
        path = _record_path(entry)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        try:
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise

    def put(self, file: WeightFile, path: Path, sha256: str) -> None:
        """`path` was hashed just now."""
        stat = path.stat()
        self.files[file.path] = {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns} | {
            "sha256": sha256
        }

    def distrust(self, file: WeightFile) -> None:
        """The file is damaged, whatever its size and time say; its sha256 still holds."""
        if file.path in self.files:
            self.files[file.path]["mtime_ns"] = None

    def unchanged(self, file: WeightFile, path: Path) -> bool:
        """Whether `path` is what was hashed, judged by size and time alone."""
        known = self.files.get(file.path)
        if known is None or known.get("sha256") != self.expected(file):
            return False
        stat = path.stat()
        return (known.get("size"), known.get("mtime_ns")) == (stat.st_size, stat.st_mtime_ns)

    def expected(self, file: WeightFile) -> str:
        """The sha256 `file` must have; empty where its first download is still to come."""
        return file.sha256 or str(self.files.get(file.path, {}).get("sha256", ""))


def _record_path(entry: Entry) -> Path:
    return weights_folder() / f"{entry.name}.json"


def inspect(entry: Entry, *, thorough: bool = False, progress: Progress | None = None) -> State:
    """Which files of `entry` are missing or wrong; `thorough` hashes all of them again."""
    record, missing, corrupt, hashed = Record.load(entry), [], [], False
    for file in entry.files:
        path = weights_folder() / entry.name / file.path
        if not path.is_file():
            missing.append(file)
        elif thorough or not record.unchanged(file, path):
            sha256 = file_sha256(path, label=f"Checking {entry.name}", progress=progress)
            hashed = True
            if sha256 == (record.expected(file) or sha256):
                record.put(file, path, sha256)
            else:
                corrupt.append(file)
                record.distrust(file)
    if hashed:
        # A cache that may only be read is still good; it is hashed at every start.
        with contextlib.suppress(OSError):
            record.save(entry)
    return State(tuple(missing), tuple(corrupt))


def accept(
    entry: Entry,
    file: WeightFile,
    staged: Path,
    *,
    notes: Mapping[str, str],
    progress: Progress | None = None,
) -> bool:
    """Moves a staged file to its place if it is the right one; else removes it.

    Returns:
        False where the sha256 differs from the catalogue's, or from the one first trusted.
    """
    record = Record.load(entry)
    sha256 = file_sha256(staged, label=f"Checking {entry.name}", progress=progress)
    if sha256 != (record.expected(file) or sha256):
        staged.unlink()
        return False
    final = weights_folder() / entry.name / file.path
    final.parent.mkdir(parents=True, exist_ok=True)
    _flush_to_disk(staged)
    staged.replace(final)
    record.put(file, final, sha256)
    record.notes.update(notes)
    record.save(entry)
    return True


def file_sha256(path: Path, *, label: str = "", progress: Progress | None = None) -> str:
    """The sha256 of a file's bytes; for a large one, progress in bytes."""
    digest, size = hashlib.sha256(), path.stat().st_size
    progress = progress if size >= VISIBLE else None
    if progress:
        progress.start(label, size, "B")
    try:
        with path.open("rb") as stream:
            while block := stream.read(BLOCK):
                digest.update(block)
                if progress:
                    progress.advance(len(block))
    finally:
        if progress:
            progress.finish()
    return digest.hexdigest()


def _flush_to_disk(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
