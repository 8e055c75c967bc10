"""Conversations on disk: one append-only JSONL file each, every line synced before the next.

They are kept in the user's data folder rather than in the workspace: a workspace is often a
shared or versioned folder, and what somebody asked is nobody else's business.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.chat.names import near_names, same_name, usable_name
from rag.errors import IndexLocked, UsageError
from rag.types import Answer, Filters, Turn, Value
from rag.workspace import Workspace

if TYPE_CHECKING:
    from filelock import BaseFileLock

VERSION = 1


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
    dropped: bool = False
    """Taken back by `/undo`: shown in the record, no longer part of the conversation."""


@dataclass(frozen=True, kw_only=True)
class SessionInfo:
    """One line of the list of conversations."""

    name: str
    path: Path
    first_question: str
    turns: int
    changed: datetime


def data_folder() -> Path:
    """The user's folder for conversations and question history; `RAG_DATA` overrides it."""
    from platformdirs import user_data_path

    given = os.environ.get("RAG_DATA")
    return Path(given).expanduser() if given else user_data_path("readout", appauthor=False)


def sessions_folder(workspace: Workspace) -> Path:
    """Where the conversations about this workspace are kept."""
    digest = sha256(str(workspace.root).encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return data_folder() / "sessions" / f"{usable_name(workspace.root.name)}-{digest}"


def list_sessions(workspace: Workspace) -> list[SessionInfo]:
    """The conversations about this workspace, the one last used first."""
    folder = sessions_folder(workspace)
    found = [_info(path) for path in folder.glob("*.jsonl")] if folder.is_dir() else []
    return sorted((s for s in found if s), key=lambda s: s.changed, reverse=True)


def delete_session(workspace: Workspace, name: str) -> SessionInfo:
    """Deletes a conversation's record; nothing of it is kept.

    Raises:
        UsageError: there is none of that name; the hint names the near ones.
    """
    info = _find(workspace, name)
    Session.resume(workspace, info.name).forget()
    return info


class Session:
    """A conversation, written down as it happens. The file's name is the session's name."""

    def __init__(self, path: Path, turns: Sequence[SavedTurn] = (), *, unreadable: int = 0) -> None:
        self.path = path
        self.turns = list(turns)
        self.unreadable = unreadable
        """Lines that could not be read; a torn last line is counted too."""
        self._lock: BaseFileLock | None = None
        self._named = True

    @property
    def name(self) -> str:
        """The name to resume it by."""
        return self.path.stem

    @classmethod
    def open(cls, workspace: Workspace, name: str | None = None) -> Session:
        """The conversation of that name, a new one where there is none or no name is given.

        Raises:
            UsageError: the name cannot be a file's name everywhere.
            IndexLocked: it is open in another window.
        """
        folder = sessions_folder(workspace)
        if name is None:
            session = cls(_fresh(folder))
            session._named = False
            return session
        known = [s for s in list_sessions(workspace) if same_name(s.name, name)]
        if known:
            return cls.resume(workspace, known[0].name)
        if usable_name(name) != name:
            hint = f"Letters, digits, spaces, `.`, `-` and `_` are fine: {usable_name(name)}"
            raise UsageError(f"A conversation cannot be called {name!r}.", hint=hint)
        return cls(folder / f"{name}.jsonl")

    @classmethod
    def resume(cls, workspace: Workspace, name: str) -> Session:
        """The saved conversation of that name.

        Raises:
            UsageError: there is none; the hint names the near ones.
            IndexLocked: it is open in another window.
        """
        path = _find(workspace, name).path
        session = cls(path)
        session._hold()
        turns, unreadable = _read(path)
        session.turns, session.unreadable = list(turns), unreadable
        _end_last_line(path)
        return session

    def asked(self, typed: str, *, filters: Filters, evidence_only: bool) -> SavedTurn:
        """Notes a question before it is answered.

        Raises:
            UsageError: it cannot be written; the conversation itself goes on.
        """
        turn = SavedTurn(
            number=len(self.turns) + 1,
            at=_now(),
            typed=typed,
            filters=filters,
            evidence_only=evidence_only,
        )
        self.turns.append(turn)
        record = {k: v for k, v in turn.to_dict().items() if k in ASKED}
        self._append({"type": "asked", **record})
        return turn

    def answered(
        self, number: int, answer: Answer, *, asked: str, texts: Mapping[str, str]
    ) -> SavedTurn:
        """Notes the answer to question `number`, with the hashes of the texts it cites.

        Raises:
            UsageError: it cannot be written; the conversation itself goes on.
        """
        turn = replace(self.turns[number - 1], answer=answer, asked=asked, texts=dict(texts))
        self.turns[number - 1] = turn
        record = {"number": number, "asked": asked, "texts": dict(texts)}
        self._append({"type": "answered", "at": _now(), **record, "answer": answer.to_dict()})
        return turn

    def drop(self, number: int) -> None:
        """Takes a question and its answer out of the conversation; the record keeps both."""
        self.turns[number - 1] = replace(self.turns[number - 1], dropped=True)
        self._append({"type": "dropped", "at": _now(), "number": number})

    def history(self, before: int | None = None) -> list[Turn]:
        """The turns that later questions may refer to (those below `before`)."""
        return [
            Turn(question=t.asked or t.typed, answer=t.answer.answer)
            for t in self.turns[: None if before is None else before - 1]
            if t.answer and t.answer.status != "failed" and not t.dropped
        ]

    def forget(self) -> None:
        """Deletes the record; what follows is a new conversation of the same name."""
        self.path.unlink(missing_ok=True)
        self.turns.clear()
        self.close()

    def close(self) -> None:
        """Lets go of the lock."""
        if self._lock:
            self._lock.release()
            self._lock = None

    def _hold(self) -> None:
        """One window a conversation: two would interleave their answers."""
        if self._lock:
            return
        if not self._named:  # another window may have taken the name since it was chosen
            self.path, self._named = _fresh(self.path.parent), True
        from filelock import FileLock, Timeout

        folder = self.path.parent / ".locks"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(folder / f"{self.name}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as exc:
            hint = "Close it there, or start another: rag chat"
            raise IndexLocked(
                f"The conversation `{self.name}` is open in another window.", hint=hint
            ) from exc
        self._lock = lock

    def _append(self, record: Mapping[str, Any]) -> None:
        try:
            self._hold()
            if not self.path.exists():
                _write_line(self.path, {"type": "session", "version": VERSION, "at": _now()})
            _write_line(self.path, record)
        except OSError as exc:
            message = f"The conversation cannot be saved in {self.path}: {exc.strerror or exc}."
            hint = "The answers stay on the screen; /save FILE writes them elsewhere."
            raise UsageError(message, hint=hint) from exc


ASKED = frozenset({"number", "at", "typed", "filters", "evidence_only"})
APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)


def text_hash(text: str) -> str:
    """The sha256 of a document's stored text."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="seconds")


def _fresh(folder: Path) -> Path:
    """A name nobody uses yet: the local time."""
    stamp = datetime.now().strftime("%Y-%m-%d-%H%M")
    names = (stamp, *(f"{stamp}-{n}" for n in range(2, 1000)))
    taken = {p.stem for p in folder.glob("*.jsonl")} | {
        p.stem for p in folder.glob(".locks/*.lock")
    }
    return folder / f"{next(n for n in names if n not in taken)}.jsonl"


def _find(workspace: Workspace, name: str) -> SessionInfo:
    known = list_sessions(workspace)
    for info in known:
        if same_name(info.name, name):
            return info
    near = near_names(name, [s.name for s in known])
    hint = f"Did you mean `{near[0]}`?" if near else "The list of them: rag chat --list"
    raise UsageError(f"No conversation is called {name!r}.", hint=hint)


def _info(path: Path) -> SessionInfo | None:
    try:
        turns, _ = _read(path)
        changed = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    except OSError:
        return None  # deleted by another window since it was listed
    shown = [t for t in turns if not t.dropped]
    first = shown[0].typed if shown else ""
    return SessionInfo(
        name=path.stem, path=path, first_question=first, turns=len(shown), changed=changed
    )


def _read(path: Path) -> tuple[list[SavedTurn], int]:
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
    elif kind == "dropped":
        turns[_number(record)] = replace(turns[_number(record)], dropped=True)


def _number(record: Mapping[str, Any]) -> int:
    number = record["number"]
    if not isinstance(number, int) or not 0 < number < 100_000:
        raise ValueError(f"turn {number!r}")
    return number


def _write_line(path: Path, record: Mapping[str, Any]) -> None:
    """One whole line, synced; a line that did not fit is taken back."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    line = json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
    handle = os.open(path, APPEND, 0o600)
    try:
        before = os.fstat(handle).st_size
        try:
            if os.write(handle, line) != len(line):
                raise OSError(28, "No space left on device")
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, before)
            raise
    finally:
        os.close(handle)


def _end_last_line(path: Path) -> None:
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
