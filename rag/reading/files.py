"""The files of the documents folder: which there are, and their bytes within a bound."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ReadingError

ENDINGS = frozenset({".txt", ".md", ".html", ".htm", ".pdf", ".docx", ".jsonl", ".csv"})
"""Endings of files that are read; `.htm` is the other spelling of `.html`."""

MAX_BYTES = 200 * 1024 * 1024
"""A larger file is refused: it would have to be held in memory several times over."""

MAGIC = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP archive (.docx, .xlsx and .epub are such)"),
    (b"PK\x05\x06", "empty ZIP archive"),
    (b"{\\rtf", "RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Microsoft Office file"),
    (b"\x1f\x8b", "gzip archive"),
    (b"BZh", "bzip2 archive"),
    (b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (b"Rar!\x1a\x07", "RAR archive"),
    (b"\x89PNG\r\n\x1a\n", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF8", "GIF image"),
    (b"\x7fELF", "program"),
    (b"SQLite format 3\x00", "SQLite database"),
    (b"PAR1", "Parquet file"),
)
"""First bytes of formats that are often found under a wrong ending."""


@dataclass(frozen=True, kw_only=True)
class SourceFile:
    """A file of the documents folder, with what tells cheaply whether it has changed."""

    name: str
    """POSIX path below the folder."""
    path: Path
    size: int
    """Bytes."""
    mtime_ns: int


@dataclass(frozen=True, kw_only=True)
class Failure:
    """A file, or one line of it, that could not be used, and why."""

    name: str
    reason: str
    hint: str = ""
    line: int | None = None
    """Line number from 1, where the failure concerns one line of a table."""


def discover(folder: Path) -> list[SourceFile]:
    """The files below `folder` that can be read, sorted by name.

    Left out: hidden files and folders, lock files of office programs, the metadata tables at the
    top of the folder, and unknown endings. Links to folders are not followed. A file that cannot
    be looked at is listed all the same, so that reading it gives the reason.
    """
    return sorted(_walk(folder), key=lambda file: file.name)


def _walk(folder: Path) -> Iterator[SourceFile]:
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(here, name)
            if _is_document(path, at_top=path.parent == folder):
                yield _source_file(path, folder)


def _is_document(path: Path, *, at_top: bool) -> bool:
    if path.name.startswith((".", "~$")) or (at_top and path.stem.lower() == "metadata"):
        return False
    return path.suffix.lower() in ENDINGS


def _source_file(path: Path, folder: Path) -> SourceFile:
    try:
        found = path.stat()
    except OSError:
        found = path.lstat()
    name = os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")
    return SourceFile(name=name, path=path, size=found.st_size, mtime_ns=found.st_mtime_ns)


def check(file: SourceFile) -> None:
    """Refuses what cannot or should not be opened.

    Raises:
        ReadingError: it is no regular file, cannot be opened or is larger than `MAX_BYTES`.
    """
    with _opening(file):
        found = file.path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise ReadingError("It is not a regular file.")
        file.path.open("rb").close()
    _refuse_large(found.st_size)


def read_bytes(file: SourceFile) -> bytes:
    """The bytes of `file`, at most `MAX_BYTES` of them.

    Raises:
        ReadingError: as `check`, or it is empty.
    """
    check(file)
    with _opening(file), file.path.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    _refuse_large(len(data))
    if not data:
        raise ReadingError("It is empty.")
    return data


@contextmanager
def _opening(file: SourceFile) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        reason = exc.strerror or type(exc).__name__
        raise ReadingError(f"It cannot be opened: {reason}.", hint=f"See {file.path}.") from exc


def _refuse_large(size: int) -> None:
    if size > MAX_BYTES:
        limit = MAX_BYTES // (1024 * 1024)
        raise ReadingError(f"It is larger than {limit} MB.", hint="Split it into smaller files.")


def sniff(data: bytes) -> str | None:
    """What the first bytes say that `data` is, or None where they say nothing."""
    head = data[:1024]
    for magic, what in MAGIC:
        if head.startswith(magic):
            return what
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "HTML page"
    return None
