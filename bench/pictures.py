"""`python -m bench.pictures`: the conversation as a picture, `docs/chat.svg`, from a real run.

It asks the local model about `seeds/`, so `rag models pull` and `rag index` come first.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
from pathlib import Path

from bench.measure import ROOT

QUESTIONS = (
    "What did Rouhani say about sanctions?",
    "And Xi?",
    "What did Pakistan say about Xinjiang?",
    "what about Morocco?",
)
WIDTH = 100
FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"


def main() -> None:
    """Writes the picture and says where it is."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["RAG_DATA"] = home  # nobody's own conversations
        picture = draw(QUESTIONS)
    target = ROOT / "docs" / "chat.svg"
    target.parent.mkdir(exist_ok=True)
    target.write_text(picture, encoding="utf-8")
    print(f"{target.relative_to(ROOT)}, {len(picture) // 1024} KB")


def draw(questions: tuple[str, ...], root: Path = ROOT) -> str:
    """The conversation as SVG: what a terminal of `WIDTH` columns shows."""
    from rich.console import Console

    from rag.assistant import Assistant
    from rag.chat.conversation import Conversation
    from rag.chat.engine import Engine
    from rag.chat.session import Session
    from rag.workspace import Workspace

    workspace = Workspace.open(root, offline=True)
    console = Console(
        record=True,
        width=WIDTH,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        highlight=False,
        markup=False,
    )
    chat = Conversation(
        workspace=workspace,
        engine=Engine(lambda model: Assistant.open(workspace, model=model)),
        screen=still_screen(console),
        session=Session.open(workspace),
        keep=False,
    )
    for question in questions:
        console.print(f"› {question}", style="bold")
        chat.ask(question)
    return self_contained(console.export_svg(title="rag chat"))


def still_screen(console):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """A screen without the moving line, which a picture cannot show."""
    from rag.chat.screen import Screen

    class Still(Screen):
        def working(self, text: str) -> None:
            del text

    return Still(console, console, plain=False, live=True)


def self_contained(svg: str) -> str:
    """The picture without the web fonts that rich names."""
    bare = re.sub(r"@font-face\s*\{[^}]*\}\s*", "", svg)
    return re.sub(r"font-family:\s*[^;]+;", f"font-family: {FONTS};", bare)


if __name__ == "__main__":
    main()
