"""Where the questions come from: a line editor, a plain prompt, or a pipe."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol

from rag.chat.conversation import Conversation
from rag.chat.filters import described

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

LONGEST = 1_000_000
"""Bytes of one piped line; what is longer is no question."""


class Lines(Protocol):
    """A source of questions and commands."""

    interactive: bool

    def read(self) -> str | None:
        """The next line; None at the end. Ctrl-C raises KeyboardInterrupt."""


class Editor:
    """The line editor: history, several lines, completion, the state in a line below."""

    interactive = True

    def __init__(self, chat: Conversation) -> None:
        self._chat = chat
        self._session = _prompt_session(chat)

    def read(self) -> str | None:
        """One question, perhaps of several lines."""
        from prompt_toolkit.patch_stdout import patch_stdout

        with suppress(EOFError):
            with patch_stdout(raw=True):
                self._chat.screen.prompting(True)
                try:
                    line: str = self._session.prompt()
                finally:
                    self._chat.screen.prompting(False)
            return line
        return None


class PlainPrompt:
    """The terminal's own line, for dumb terminals, screen readers and redirected output."""

    interactive = True

    def __init__(self, chat: Conversation, label: str) -> None:
        self._chat = chat
        self._label = label
        self._history: Any = _readline_history() if os.environ.get("TERM") != "dumb" else None

    def read(self) -> str | None:
        """One question."""
        self._chat.screen.prompting(True)
        try:
            if sys.stdout.isatty():
                line = input(self._label)
            else:
                sys.stderr.write(self._label)
                sys.stderr.flush()
                line = input()
        except EOFError:
            return None
        finally:
            self._chat.screen.prompting(False)
        if self._history is not None and line.strip():
            self._history.store_string(line)
        return line


class Piped:
    """Questions from a pipe or file, one a line, each repeated above its answer."""

    interactive = False

    def __init__(self, chat: Conversation) -> None:
        self._chat = chat
        self._lines = _piped_lines()
        self._first = True

    def read(self) -> str | None:
        """The next line that isn't empty."""
        line = next(self._lines, None)
        if line is not None:
            self._chat.screen.prompting(True)
            self._chat.screen.prompting(False)
            self._chat.screen.line(f"> {line}" if self._first else f"\n> {line}")
            self._first = False
        return line


@contextmanager
def unseen_keys() -> Iterator[None]:
    """What is typed while an answer comes is kept for the prompt, and not shown in the answer."""
    try:
        import termios
    except ImportError:  # Windows
        yield
        return
    try:
        handle = sys.stdin.fileno()
        before = termios.tcgetattr(handle)
    except (OSError, ValueError, termios.error):  # no terminal
        yield
        return
    silent = termios.tcgetattr(handle)
    silent[3] &= ~termios.ECHO
    termios.tcsetattr(handle, termios.TCSANOW, silent)
    try:
        yield
    finally:
        termios.tcsetattr(handle, termios.TCSANOW, before)


def _piped_lines() -> Iterator[str]:
    """Lines of standard input whatever their encoding, byte-order mark and line ends."""
    stream = sys.stdin.buffer
    first = True
    while raw := stream.readline(LONGEST):
        if first and raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            rest = raw + stream.read()
            yield from (
                w for line in rest.decode("utf-16", "replace").splitlines() if (w := line.strip())
            )
            return
        first = False
        line = raw.decode("utf-8-sig", "replace").strip()
        if line:
            yield line


def _prompt_session(chat: Conversation) -> PromptSession[str]:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
    from prompt_toolkit.filters import Condition
    from prompt_toolkit.output.color_depth import ColorDepth
    from prompt_toolkit.styles import Style

    from rag.chat.completion import ChatCompleter
    from rag.chat.history import QuestionHistory, history_file

    colourless = bool(os.environ.get("NO_COLOR"))
    session: PromptSession[str] = PromptSession(
        message=[("class:mark", "› ")],
        history=QuestionHistory(history_file()),
        completer=ChatCompleter(chat),
        complete_while_typing=Condition(lambda: _begins_command(session)),
        complete_in_thread=True,
        auto_suggest=AutoSuggestFromHistory(),
        key_bindings=_keys(),
        prompt_continuation="  ",
        bottom_toolbar=lambda: _state(chat) or None,
        style=Style.from_dict({"mark": "bold", "bottom-toolbar": "noreverse italic"}),
        color_depth=ColorDepth.DEPTH_1_BIT if colourless else None,
        reserve_space_for_menu=6,
    )
    return session


def _begins_command(session: PromptSession[str]) -> bool:
    return session.default_buffer.text.startswith("/")


def _state(chat: Conversation) -> str:
    """What is not as usual: filters, quotes alone."""
    alone = "quotes alone" if chat.evidence_only else ""
    return " · ".join(p for p in (described(chat.filters), alone) if p)


def _keys() -> KeyBindings:
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()

    @keys.add("escape", "enter")
    def _new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys


def _readline_history() -> Any:
    """The arrow keys give earlier questions, where the system has readline."""
    try:
        import readline
    except ImportError:
        return None
    from rag.chat.history import QuestionHistory, history_file, read_questions

    readline.parse_and_bind("set enable-bracketed-paste off")
    for question in read_questions(history_file())[-500:]:
        readline.add_history(question.replace("\n", " "))
    return QuestionHistory(history_file())
