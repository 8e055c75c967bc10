"""The conversation in the terminal: prompt, answer, prompt; or questions from a pipe."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING

from rag import __version__
from rag.chat.commands import Leave, run_command
from rag.chat.conversation import Conversation
from rag.chat.courtesy import as_command, reply_to
from rag.chat.engine import Engine, OpenAssistant, as_rag_error
from rag.chat.prompt import Editor, Lines, Piped, PlainPrompt, unseen_keys
from rag.chat.resume import greet, post_changes, take_up
from rag.chat.screen import Screen
from rag.chat.session import Session
from rag.errors import RagError
from rag.types import Filters
from rag.workspace import Workspace

if TYPE_CHECKING:
    from rich.console import Console

LONGEST = 4000
"""Characters of a question; a longer text was pasted by mistake."""
PATIENCE = 2.0
"""Seconds that leaving waits for models that are still loading."""


def run_chat(
    workspace: Workspace,
    assistant_factory: OpenAssistant,
    *,
    session: str | None = None,
    plain: bool = False,
    filters: Filters | None = None,
    evidence_only: bool = False,
    model: str | None = None,
    console: Console | None = None,
    notes: Console | None = None,
) -> int:
    """Holds a conversation until the person leaves or the pipe ends.

    Args:
        workspace: What is talked about, and whose conversations are kept.
        assistant_factory: Opens the assistant with a model's name, None for the configured one;
            called in a thread, so that the prompt needn't wait.
        session: The conversation to go on with, or the name of a new one.
        plain: For screen readers: no colours, boxes or moving lines, sources called "Source 1".
        filters: What the search is restricted to.
        evidence_only: The quotes alone, no model.
        model: The answering model's name; None for the configured one.
        console: Where answers go; standard output by default.
        notes: Where notes and errors go; standard error by default.

    Returns:
        The exit status: 0; from a pipe 2 if nothing could be answered, 3 if some answers failed.

    Raises:
        UsageError: the name cannot be a conversation's.
        IndexLocked: the conversation is open in another window.
    """
    piped = not sys.stdin.isatty()
    plain = plain or (not piped and os.environ.get("TERM") == "dumb")
    screen = _screen(console, notes, plain=plain, piped=piped)
    chat = Conversation(
        workspace=workspace,
        engine=Engine(assistant_factory, model=model),
        screen=screen,
        session=Session.open(workspace, session),
        filters=filters or Filters(),
        evidence_only=evidence_only,
        keep=not piped or session is not None,
    )
    lines: Lines = _lines(chat, piped=piped)
    try:
        status = _talk(chat, lines)
    finally:
        chat.session.close()
        chat.screen.settle()
    _leave(chat.engine, status, hurry=lines.interactive)
    return status


def _talk(chat: Conversation, lines: Lines) -> int:
    _begin(chat, lines)
    asked = 0
    while (line := _read(chat, lines)) is not None:
        try:
            asked += _one(chat, _meant(chat, line.strip()) if lines.interactive else line.strip())
        except Leave:
            break
        except KeyboardInterrupt:
            if not lines.interactive:
                raise
            chat.screen.settle()
    chat.screen.flush()
    if lines.interactive or not chat.failed:
        return 0
    return 2 if chat.failed >= asked else 3


def _begin(chat: Conversation, lines: Lines) -> None:
    """Starts to load, and says where one is."""
    if chat.session.turns:
        take_up(chat)
        greet(chat)
        chat.engine.start(on_open=lambda opened: post_changes(chat, opened), warm=_warm(chat))
        return
    chat.engine.start(warm=_warm(chat))
    if lines.interactive:
        where = chat.workspace.root.name
        chat.screen.note(f"Readout {__version__} · {where} · /help for commands, Ctrl-D leaves")


def _warm(chat: Conversation) -> bool:
    """Whether a model will be wanted."""
    return not chat.evidence_only


def _read(chat: Conversation, lines: Lines) -> str | None:
    """The next line; Ctrl-C at the prompt leaves nothing and nobody."""
    while True:
        try:
            return lines.read()
        except KeyboardInterrupt:
            if not lines.interactive:
                raise
            chat.screen.note("Ctrl-D or /quit leaves.")


def _meant(chat: Conversation, line: str) -> str:
    """The line as it is meant: `exit` is a command; a greeting is answered and is no question."""
    if reply := reply_to(line):
        chat.screen.note(reply)
        return ""
    return as_command(line) or line


def _one(chat: Conversation, line: str) -> int:
    """Answers a question or runs a command; 1 for a question."""
    if not line:
        return 0
    if line.startswith("/") and not line.startswith("//"):
        try:
            run_command(chat, line)
        except (KeyboardInterrupt, Leave):
            raise
        except Exception as exc:
            chat.screen.error(as_rag_error(exc))
        return 0
    question = line[1:] if line.startswith("//") else line
    if len(question) > LONGEST:
        hint = f"Ask with at most {LONGEST:,} characters."
        chat.failed += 1
        chat.screen.error(RagError(f"The question has {len(question):,} characters.", hint=hint))
        return 1
    with unseen_keys():
        chat.ask(question)
    return 1


def _lines(chat: Conversation, *, piped: bool) -> Lines:
    if piped:
        return Piped(chat)
    if chat.screen.plain or not sys.stdout.isatty():
        return PlainPrompt(chat, "Question: " if chat.screen.plain else "> ")
    return Editor(chat)


def _screen(console: Console | None, notes: Console | None, *, plain: bool, piped: bool) -> Screen:
    from rich.console import Console

    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show a character shows a question mark, and goes on.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")

    def made(*, err: bool) -> Console:
        return Console(
            stderr=err,
            highlight=False,
            markup=False,
            emoji=False,
            soft_wrap=not (sys.stderr if err else sys.stdout).isatty(),
            color_system=None if plain else "auto",
        )

    out = console or made(err=False)
    return Screen(out, notes or made(err=True), plain=plain, live=out.is_terminal and not piped)


def _leave(engine: Engine, status: int, *, hurry: bool) -> None:
    """Ends the threads that load and answer.

    A thread in native code cannot be stopped, and one that outlives the interpreter may crash it:
    somebody who leaves while models load waits a moment, then the process ends as it is. All that
    was said has been synced by then.
    """
    working = [t for t in threading.enumerate() if t.name in {"load", "answer"}]
    for thread in working:
        thread.join(PATIENCE / len(working) if hurry else None)
    if not any(t.is_alive() for t in working):
        engine.close()
        return
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
