"""A document in the pager, opened at the place that is cited."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rag.chat.screen import Screen
from rag.render import highlighted
from rag.types import Document
from rag.words import sanitize

if TYPE_CHECKING:
    from rich.console import RenderableType

ABOVE = 4
"""Lines of the document above the place."""
AROUND = 400
"""Characters on each side of the place where there is no pager."""


def open_document(document: Document, start: int, end: int, screen: Screen) -> None:
    """Shows the stored text with its span set apart."""
    if screen.plain or screen.out.is_dumb_terminal:
        screen.line(_in_words(document, start, end))
        return
    if not (screen.live and screen.out.is_terminal):
        screen.show(highlighted(document, start, end, around=AROUND))
        return
    above = Document(name=document.name, text=document.text[:start], metadata=document.metadata)
    line = len(_rendered(highlighted(above, 0, 0, around=None), screen).splitlines())
    page = _rendered(highlighted(document, start, end, around=None), screen)
    if not _paged(page, max(1, line - ABOVE)):
        screen.show(highlighted(document, start, end, around=AROUND))


def _in_words(document: Document, start: int, end: int) -> str:
    """The place and what stands around it, for a terminal without styles and for the ear."""
    if start == end:
        return f"{sanitize(document.name)}\n\n{document.text}"
    before = document.text[max(0, start - AROUND) : start].strip()
    after = document.text[end : end + AROUND].strip()
    parts = [document.name, f"Before: {before}" if before else "It begins with the place."]
    parts += [f"The place: {document.text[start:end]}"]
    parts += [f"After: {after}" if after else "It ends with the place."]
    return sanitize("\n\n".join(parts))


def _rendered(renderable: RenderableType, screen: Screen) -> str:
    """The text with its control sequences, as wide as the screen."""
    from rich.console import Console

    written = io.StringIO()
    out = Console(
        file=written,
        width=screen.width,
        force_terminal=True,
        color_system=screen.out.color_system,  # type: ignore[arg-type]
        no_color=screen.out.no_color,
        highlight=False,
        markup=False,
    )
    out.print(renderable)
    return written.getvalue()


def _paged(page: str, line: int) -> bool:
    """Whether a pager took it; the person reads it until they leave."""
    words = shlex.split(os.environ.get("RAG_PAGER") or os.environ.get("PAGER") or "less")
    if not words or not shutil.which(words[0]):
        return False
    command = [*words, "-R", f"+{line}"] if Path(words[0]).stem == "less" else words
    with _left_to_the_pager(), suppress(BrokenPipeError):
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, env={**os.environ, "LESSSECURE": "1"}
            )
        except OSError:
            return False
        process.communicate(page.encode("utf-8", "replace"))
    return True


@contextmanager
def _left_to_the_pager() -> Iterator[None]:
    """Ctrl-C is the pager's while it runs."""
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
