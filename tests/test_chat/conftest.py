"""A small workspace, a home of its own for conversations, and ways to talk to the program."""

from __future__ import annotations

import importlib.util
import io
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from rag.chat import run_chat
from rag.chat.commands import run_command
from rag.chat.conversation import Conversation
from rag.chat.engine import Engine
from rag.chat.screen import Screen
from rag.chat.session import Session
from rag.workspace import Workspace

PROGRAM = Path(__file__).with_name("program.py")
DOCUMENTS = {
    "a.txt": "Prime Minister Imran Khan said that Pakistan firmly supports China on Xinjiang.\n"
    "Pakistan supports China on Hong Kong and Taiwan too.\n",
    "b.txt": "Xi Jinping said that vaccines would be a public good.\n",
}


def _program() -> ModuleType:
    spec = importlib.util.spec_from_file_location("chat_program", PROGRAM)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["chat_program"] = module
    spec.loader.exec_module(module)
    return module


program = _program()


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Conversations and question history in a folder of the test's own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("RAG_DATA", str(folder))
    for name in [n for n in os.environ if n.startswith("CHAT_")] + ["NO_COLOR", "RAG_PAGER"]:
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Two documents."""
    folder = tmp_path / "work"
    (folder / "seeds").mkdir(parents=True)
    for name, text in DOCUMENTS.items():
        (folder / "seeds" / name).write_text(text, encoding="utf-8")
    return Workspace.open(folder)


@pytest.fixture
def pipe(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., SimpleNamespace]:
    """Runs a conversation whose questions come from a pipe; gives status, out and err."""

    def run(typed: str | bytes, **options: object) -> SimpleNamespace:
        data = typed.encode() if isinstance(typed, str) else typed
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        status = run_chat(workspace, opener(workspace), **options)
        captured = capsys.readouterr()
        return SimpleNamespace(status=status, out=captured.out, err=captured.err)

    return run


@pytest.fixture
def talk(workspace: Workspace) -> Iterator[Callable[..., Talk]]:
    """Begins conversations whose output is kept as text, 80 columns wide by default."""
    begun: list[Talk] = []

    def begin(**options: object) -> Talk:
        begun.append(Talk(workspace, **options))
        return begun[-1]

    yield begin
    for one in begun:
        one.conversation.session.close()


@pytest.fixture
def open_assistant(workspace: Workspace) -> Callable[[str | None], object]:
    """Opens the stand-in for the assistant."""
    return opener(workspace)


def opener(workspace: Workspace) -> Callable[[str | None], object]:
    """The same for a workspace."""
    return lambda model: program.open_assistant(workspace.documents, model)


class Talk:
    """A conversation without a prompt: `say` types a line and gives what appears."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        name: str | None = None,
        width: int = 80,
        live: bool = True,
        plain: bool = False,
        colour: bool = False,
    ) -> None:
        from rich.console import Console

        self.file = io.StringIO()
        console = Console(
            file=self.file,
            width=width,
            force_terminal=colour,
            color_system="truecolor" if colour else None,
            highlight=False,
            markup=False,
            emoji=False,
        )
        self.conversation = Conversation(
            workspace=workspace,
            engine=Engine(opener(workspace)),  # type: ignore[arg-type]
            screen=Screen(console, console, plain=plain, live=live),
            session=Session.open(workspace, name),
        )

    def say(self, line: str) -> str:
        """What the screen shows in answer to a line."""
        before = self.file.tell()
        if line.startswith("/"):
            run_command(self.conversation, line)
        else:
            self.conversation.ask(line)
        self.file.seek(before)
        return self.file.read()
