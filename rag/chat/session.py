"""Conversations on disk: one append-only JSONL file each, every line synced before the next.

They are kept in the user's data folder rather than in the workspace: a workspace is often a
shared or versioned folder, and what somebody asked is nobody else's business.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.chat.names import near_names, same_name, usable_name
from rag.chat.record import SavedTurn, end_last_line, make_private, read_record, write_line
from rag.errors import IndexLocked, RagError, UsageError
from rag.types import Answer, Filters, Turn
from rag.words import sanitize
from rag.workspace import Workspace

if TYPE_CHECKING:
    from filelock import BaseFileLock

VERSION = 1


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
        turns, unreadable = read_record(path)
        session.turns, session.unreadable = list(turns), unreadable
        end_last_line(path)
        return session

    def asked(self, typed: str, *, filters: Filters, evidence_only: bool) -> SavedTurn:
        """Notes a question before it is answered.

        Raises:
            UsageError: it cannot be written; the conversation itself goes on.
        """
        turn = self.remember(typed, filters, evidence_only)
        record = {k: v for k, v in turn.to_dict().items() if k in ASKED}
        self._append({"type": "asked", **record})
        return turn

    def remember(self, typed: str, filters: Filters, evidence_only: bool) -> SavedTurn:
        """The same without writing it down."""
        turn = SavedTurn(
            number=len(self.turns) + 1,
            at=_now(),
            typed=typed,
            filters=filters,
            evidence_only=evidence_only,
        )
        self.turns.append(turn)
        return turn

    def answered(
        self, number: int, answer: Answer, *, asked: str, texts: Mapping[str, str]
    ) -> SavedTurn:
        """Notes the answer to question `number`, with the hashes of the texts it cites.

        Raises:
            UsageError: it cannot be written; the conversation itself goes on.
        """
        turn = self.remember_answer(number, answer, asked, texts)
        record = {"number": number, "asked": asked, "texts": dict(texts)}
        self._append({"type": "answered", "at": _now(), **record, "answer": answer.to_dict()})
        return turn

    def remember_answer(
        self, number: int, answer: Answer, asked: str, texts: Mapping[str, str]
    ) -> SavedTurn:
        """The same without writing it down."""
        turn = replace(self.turns[number - 1], answer=answer, asked=asked, texts=dict(texts))
        self.turns[number - 1] = turn
        return turn

    def stopped(self, number: int, asked: str, partial: str, *, write: bool = True) -> None:
        """Notes that the person stopped the answer to question `number`, and what was shown."""
        self.turns[number - 1] = replace(self.turns[number - 1], asked=asked, stopped=partial)
        if write:
            record = {"number": number, "asked": asked, "text": partial}
            with suppress(RagError):  # the next question says that it cannot be written
                self._append({"type": "stopped", "at": _now(), **record})

    def drop(self, number: int, *, write: bool = True) -> None:
        """Takes a question and its answer out of the conversation; the record keeps both."""
        self.turns[number - 1] = replace(self.turns[number - 1], dropped=True)
        if write:
            self._append({"type": "dropped", "at": _now(), "number": number})

    def history(self) -> list[Turn]:
        """The turns that later questions may refer to, unanswered ones too."""
        return [
            Turn(
                question=t.asked or t.typed,
                answer=t.answer.answer if t.answer else t.stopped or "",
            )
            for t in self.turns
            if not t.dropped
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
        make_private(folder)
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
                write_line(self.path, {"type": "session", "version": VERSION, "at": _now()})
            write_line(self.path, record)
        except OSError as exc:
            message = f"The conversation cannot be saved in {self.path}: {exc.strerror or exc}."
            hint = "The answers stay on the screen; /save FILE writes them elsewhere."
            raise UsageError(message, hint=hint) from exc


ASKED = frozenset({"number", "at", "typed", "filters", "evidence_only"})


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
        turns, _ = read_record(path)
        changed = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    except OSError:
        return None  # deleted by another window since it was listed
    shown = [t for t in turns if not t.dropped]
    first = sanitize(" ".join(shown[0].typed.split())) if shown else ""
    return SessionInfo(
        name=path.stem, path=path, first_question=first, turns=len(shown), changed=changed
    )
