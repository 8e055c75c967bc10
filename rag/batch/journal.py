"""The journal of a batch: an answer a line, each written whole and synced before the next."""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, get_args

from rag.batch.files import copy_aside, free_backup, replace_atomically, unwritable
from rag.errors import RagError, UsageError
from rag.types import Answer, Status, Usage

BEGINNING = b'{"id": "'
"""How every line begins: nothing else is ever taken for a torn line and cut off."""
STATUSES = frozenset(get_args(Status))


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """Where an answer's line lies, and what decides whether it still holds."""

    id: str
    status: str
    key: Mapping[str, str]
    offset: int
    length: int
    usage: Usage


@dataclass(frozen=True, kw_only=True)
class FaultyLine:
    """A whole line of the journal that is no answer; its question is asked again."""

    line: int
    reason: str


class Journal:
    """An open journal. One thread writes; a line that `append` returned from is on the disk."""

    def __init__(self, path: Path) -> None:
        """Opens or makes the journal at `path`, and mends a torn last line.

        Raises:
            UsageError: the file is something else.
            RagError: it cannot be opened or written.
        """
        self.path = path
        self.torn = False
        """Whether a half-written last line was cut off."""
        self._descriptor = -1
        self._open()

    def append(self, answer: Answer, key: Mapping[str, str], **extra: Any) -> Entry:
        """Writes one answer with its key, and returns when it is on the disk.

        Raises:
            RagError: the disk is full or fails (the lines before are whole), or the file was
                removed (it is made again with every line).
        """
        line = encode({**answer.to_dict(), **extra, "key": dict(key)})
        entry = Entry(
            id=answer.id,
            status=answer.status,
            key=key,
            offset=self._end,
            length=len(line),
            usage=answer.usage,
        )
        self._write(line)
        self._check_present()
        self._keep(entry)
        return entry

    def record(self, identity: str) -> dict[str, Any]:
        """The journal's line for this id, as JSON values."""
        value: dict[str, Any] = json.loads(self._line(self.entries[identity]))
        return value

    def spare(self, wanted: Collection[str]) -> int:
        """Good answers that `rewrite(wanted)` would leave out."""
        wanted = set(wanted)
        unasked = (e for e in self.entries.values() if e.id not in wanted and e.status != "failed")
        return self.superseded + sum(1 for _ in unasked)

    def rewrite(self, order: Sequence[str]) -> Path | None:
        """Puts the lines into this order, one for each id, atomically.

        Returns:
            The copy made first, where a good answer or a line nobody understands is left out.
        """
        chosen = [self.entries[identity] for identity in order if identity in self.entries]
        if self._is_exactly(chosen):
            return None
        backup = copy_aside(self.path) if self.spare(order) or self.faulty else None

        def write(file: BinaryIO) -> None:
            for entry in chosen:
                file.write(self._line(entry))
            self.close()  # Windows replaces no file that is open

        try:
            replace_atomically(self.path, write)
        finally:
            self.close()
            self._open()
        return backup

    def close(self) -> None:
        """Closes the file; no more lines can be written."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._reader.close()
            self._descriptor = -1

    def _open(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.faulty: list[FaultyLine] = []
        self.superseded = 0
        """Good answers that a later line of the same id replaces."""
        self.spent: list[Usage] = []
        """Usage of every line, replaced ones too: it has been paid."""
        self._end = 0
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
        try:
            self._descriptor = os.open(self.path, flags, 0o666)
            self._reader: BinaryIO = self.path.open("rb")
        except OSError as exc:
            raise unwritable(self.path, exc) from exc
        try:
            self._scan()
            self._cut()
        except BaseException:
            self.close()
            raise

    def _line(self, entry: Entry) -> bytes:
        self._reader.seek(entry.offset)
        return self._reader.read(entry.length)

    def _is_exactly(self, chosen: Sequence[Entry]) -> bool:
        offset = 0
        for entry in chosen:
            if entry.offset != offset:
                return False
            offset += entry.length
        return offset == self._end

    def _keep(self, entry: Entry) -> None:
        before = self.entries.get(entry.id)
        if before is not None and before.status != "failed":
            self.superseded += 1
        self.entries[entry.id] = entry
        if entry.usage != Usage():
            self.spent.append(entry.usage)

    def _scan(self) -> None:
        """Reads every line. A last one without its end was being written when the run died."""
        for number, offset, line in numbered(self._reader):
            if not line.endswith(b"\n"):
                break
            self._end = offset + len(line)
            if not line.strip():
                continue
            try:
                self._keep(parse(line, offset))
            except ValueError as exc:
                self.faulty.append(FaultyLine(line=number, reason=str(exc)))
        if self.faulty and not self.entries:
            raise self._foreign(f"{self.faulty[0].reason} on line {self.faulty[0].line}")

    def _foreign(self, why: str) -> UsageError:
        hint = "Choose another output, or set this file aside with --restart."
        return UsageError(f"{self.path} is no answers file of this command: {why}.", hint=hint)

    def _cut(self) -> None:
        """Cuts off a torn last line; one that only lacks its end is written again whole."""
        self._reader.seek(self._end)
        rest = self._reader.read()
        if not rest:
            return
        ours = rest.startswith(BEGINNING[: len(rest)]) or not rest.strip(b"\0")
        if self._end == 0 and not ours:
            raise self._foreign("its only line does not begin like an answer")
        try:
            entry = parse(rest, self._end)
        except ValueError:
            self.torn = True
            self._truncate()
        else:
            self._truncate()
            self._write(rest + b"\n")
            fields = {f: getattr(entry, f) for f in ("id", "status", "key", "offset", "usage")}
            self._keep(Entry(**fields, length=len(rest) + 1))

    def _truncate(self) -> None:
        try:
            os.ftruncate(self._descriptor, self._end)
            os.fsync(self._descriptor)
        except OSError as exc:
            raise unwritable(self.path, exc) from exc

    def _write(self, line: bytes) -> None:
        """Writes and syncs a whole line, or none of it."""
        try:
            written = os.write(self._descriptor, line)
            while written < len(line):  # a nearly full disk takes a part, then refuses
                written += os.write(self._descriptor, line[written:])
            os.fsync(self._descriptor)
        except OSError as exc:
            os.ftruncate(self._descriptor, self._end)
            kept = f"The {len(self.entries):,} answers recorded before are whole."
            raise unwritable(self.path, exc, kept=kept) from exc
        self._end += len(line)

    def _check_present(self) -> None:
        """Notices that the file was removed or replaced: writing on would save nothing."""
        ours = os.fstat(self._descriptor)
        try:
            there = self.path.stat()
        except (FileNotFoundError, NotADirectoryError):
            there = None
        except OSError as exc:
            raise unwritable(self.path, exc) from exc
        if there is not None and os.path.samestat(ours, there):
            return
        saved = self._save_again(taken=there is not None)
        raise RagError(
            f"{self.path} was removed or replaced during the run.",
            hint=f"Its answers were written again to {saved}; run the same command to go on.",
        )

    def _save_again(self, *, taken: bool) -> Path:
        def write(file: BinaryIO) -> None:
            self._reader.seek(0)
            while block := self._reader.read(1 << 20):
                file.write(block)

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            target = free_backup(self.path) if taken else self.path
        except OSError as exc:
            raise unwritable(self.path, exc, kept="It was removed during the run.") from exc
        replace_atomically(target, write)
        return target


def encode(record: Mapping[str, Any]) -> bytes:
    """A record as one line. Half characters and infinities, which JSON lacks, don't stop it."""
    try:
        text = json.dumps(record, ensure_ascii=False, allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(record), ensure_ascii=False, allow_nan=False)
    # A lone surrogate's backslash form is its JSON escape.
    return text.encode("utf-8", "backslashreplace") + b"\n"


def read_answers(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a journal, the last of each id, in file order; disturbs no run that writes it.

    Raises:
        UsageError: it cannot be read.
    """
    last: dict[str, int] = {}
    try:
        with path.open("rb") as file:
            for _, offset, line in numbered(file):
                try:
                    last[parse(line, offset).id] = offset
                except ValueError:
                    continue
            for offset in sorted(last.values()):
                file.seek(offset)
                yield json.loads(file.readline())
    except OSError as exc:
        raise UsageError(f"{path} cannot be read: {exc.strerror or exc}.") from exc


def numbered(file: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """Line numbers from 1, byte offsets, lines with their ends."""
    file.seek(0)
    offset = 0
    for number, line in enumerate(iter(file.readline, b""), 1):
        yield number, offset, line
        offset += len(line)


def parse(line: bytes, offset: int) -> Entry:
    """The entry of a line.

    Raises:
        ValueError: it is not an answer of ours.
    """
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as exc:
        raise ValueError("no valid JSON") from exc
    if not isinstance(record, dict):
        raise ValueError("no JSON object")
    identity, status, key = record.get("id"), record.get("status"), record.get("key")
    if not isinstance(identity, str) or status not in STATUSES or not isinstance(key, dict):
        raise ValueError("no answer with `id`, `status` and `key`")
    usage = record.get("usage")
    return Entry(
        id=identity,
        status=str(status),
        # Interned, for most parts are the same in a thousand lines.
        key={sys.intern(str(part)): sys.intern(str(value)) for part, value in key.items()},
        offset=offset,
        length=len(line),
        usage=Usage.from_dict(usage) if isinstance(usage, dict) else Usage(),
    )


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value
