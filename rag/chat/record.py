"""The record of a conversation: a line of JSON for everything that happens in it.

A line is `session`, `asked`, `answered`, `stopped` or `dropped`; it is written whole and synced
before the next. What a killed program left half written is recognised and set aside.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from rag.types import Answer, Filters, Value

APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
"""How a record is opened for one more line."""
NO_SPACE = 28


@dataclass(frozen=True, kw_only=True)
class SavedTurn(Value):
    """One question of a conversation and, once there is one, its answer."""

    number: int
    at: str
    """Local time with its offset, ISO."""
    typed: str
    asked: str = ""
    """The standalone question that was searched for; empty until it is answered."""
    filters: Filters = field(default_factory=Filters)
    evidence_only: bool = False
    answer: Answer | None = None
    """None: the program ended before the answer was complete."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Document → sha256 of the stored text that the citations' offsets point into."""
    stopped: str | None = None
    """What was shown before the person stopped the answer; None if nobody did."""
    dropped: bool = False
    """Taken back by `/undo`: shown in the record, no longer part of the conversation."""


def text_hash(text: str) -> str:
    """The sha256 of a document's stored text."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def read_record(path: Path) -> tuple[list[SavedTurn], int]:
    """The turns of a record and the number of its unreadable lines."""
    turns: dict[int, SavedTurn] = {}
    unreadable = 0
    for line in path.read_bytes().split(b"\n"):
        if not line.strip(b"\0 \r\t"):
            continue
        try:
            _replay(json.loads(line), turns)
        except (ValueError, TypeError, KeyError, AttributeError):
            unreadable += 1
    # Numbers count positions, so a line lost in the middle leaves a place that is nobody's.
    last = max(turns, default=0)
    lost = SavedTurn(number=0, at="", typed="", dropped=True)
    return [turns.get(n, replace(lost, number=n)) for n in range(1, last + 1)], unreadable


def _replay(record: Mapping[str, Any], turns: dict[int, SavedTurn]) -> None:
    kind = record["type"]
    if kind == "asked":
        data = {**record, "filters": Filters.from_dict(record.get("filters") or {})}
        turns[_number(record)] = SavedTurn.from_dict(data)
    elif kind == "answered":
        turns[_number(record)] = replace(
            turns[_number(record)],
            answer=Answer.from_dict(record["answer"]),
            asked=str(record["asked"]),
            texts=dict(record.get("texts") or {}),
        )
    elif kind == "stopped":
        turns[_number(record)] = replace(
            turns[_number(record)], asked=str(record["asked"]), stopped=str(record["text"])
        )
    elif kind == "dropped":
        turns[_number(record)] = replace(turns[_number(record)], dropped=True)


def _number(record: Mapping[str, Any]) -> int:
    number = record["number"]
    if not isinstance(number, int) or not 0 < number < 100_000:
        raise ValueError(f"turn {number!r}")
    return number


def make_private(folder: Path) -> None:
    """Makes a folder that only its owner may look into, its missing parents alike."""
    missing = [p for p in (folder, *folder.parents) if not p.exists()]
    for path in reversed(missing):
        path.mkdir(exist_ok=True, mode=0o700)


def write_line(path: Path, record: Mapping[str, Any]) -> None:
    """One whole line, synced; a line that did not fit is taken back."""
    make_private(path.parent)
    line = json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
    handle = os.open(path, APPEND, 0o600)
    try:
        before = os.fstat(handle).st_size
        try:
            if os.write(handle, line) != len(line):
                raise OSError(NO_SPACE, "No space left on device")
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, before)
            raise
    finally:
        os.close(handle)


def end_last_line(path: Path) -> None:
    """What a killed program left half written must not swallow the next line."""
    with path.open("rb+") as file:
        data = file.read()
        if not data or data.endswith(b"\n"):
            return
        start = data.rfind(b"\n") + 1
        try:
            json.loads(data[start:])
            file.write(b"\n")
        except ValueError:
            file.truncate(start)
