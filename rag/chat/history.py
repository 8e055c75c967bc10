"""The questions typed before, in all conversations, for the arrow keys."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from prompt_toolkit.history import History

from rag.chat.record import make_private
from rag.chat.session import data_folder

KEPT = 2000
"""Lines that are kept; older ones are dropped when the file is read."""


class QuestionHistory(History):
    """Questions in a file, one a line, newest last; several windows may add to it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path

    def load_history_strings(self) -> Iterable[str]:
        """The questions, newest first."""
        return reversed(read_questions(self.path)[-KEPT:])

    def store_string(self, string: str) -> None:
        """Adds a question; a file that cannot be written is not worth a word."""
        line = string.replace("\\", "\\\\").replace("\n", "\\n").encode("utf-8", "replace")
        with suppress(OSError):
            make_private(self.path.parent)
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(handle, line + b"\n")
            finally:
                os.close(handle)

    def forget(self, questions: Collection[str]) -> None:
        """Takes questions out of what the arrow keys give."""
        self._loaded_strings = [s for s in self._loaded_strings if s not in questions]


def history_file() -> Path:
    """Where the questions are kept."""
    return data_folder() / "questions"


def read_questions(path: Path) -> list[str]:
    """The questions in the file, oldest first."""
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return []
    return [_unescaped(line) for line in text.split("\n") if line]


def forget_questions(questions: Collection[str]) -> None:
    """Takes questions out of the file, as if they had never been typed."""
    path = history_file()
    known = read_questions(path)
    kept = [q for q in known if q not in questions]
    if len(kept) == len(known):
        return
    fresh = QuestionHistory(path.with_name("questions.new"))
    with suppress(OSError):
        fresh.path.unlink(missing_ok=True)
        for question in kept:
            fresh.store_string(question)
        if kept:
            fresh.path.replace(path)
        else:
            path.unlink()


def _unescaped(line: str) -> str:
    return line.replace("\\\\", "\0").replace("\\n", "\n").replace("\0", "\\")
