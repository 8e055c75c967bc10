"""What a conversation shows: answers on standard output, notes and errors on standard error."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rag.errors import RagError
from rag.render import heading_line, marked, quote_text, render_evidence
from rag.types import Citation, Evidence
from rag.words import sanitize

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text


class Screen:
    """Two consoles and the manner of writing to them.

    Args:
        out: Where answers go.
        notes: Where everything else goes.
        plain: No boxes, no colours, no moving lines; sources are called "Source 1".
        live: Somebody watches: answers are wrapped and a line shows that work goes on.
    """

    def __init__(self, out: Console, notes: Console, *, plain: bool, live: bool) -> None:
        self.out = out
        self.notes = notes
        self.plain = plain
        self.live = live
        self._status: Any = None
        self._waiting: list[str] = []
        self._lock = threading.RLock()
        self._prompting = False
        self.midline = False
        """Whether a paragraph's last line is still open: nothing may move then."""

    @property
    def width(self) -> int:
        """Columns of an answer."""
        return max(20, self.out.width)

    def show(self, *renderables: RenderableType) -> None:
        """Prints to standard output."""
        self.settle()
        self.out.print(*renderables, sep="\n")

    def line(self, text: str = "") -> None:
        """Prints a line of ours, or of a document, to standard output."""
        self.show(self._text(text))

    def note(self, text: str) -> None:
        """Prints a line about the answer or the program to standard error, set back."""
        self.settle()
        self.notes.print(self._text(text, "" if self.plain else "dim"))

    def error(self, error: RagError) -> None:
        """What was wrong, and what mends it: a line or two; the conversation goes on."""
        self.settle()
        self.notes.print(self._text(error.message, "" if self.plain else "red"))
        if error.hint:
            self.note(error.hint)

    def post(self, text: str) -> None:
        """A line from another thread: at once over the prompt, else when the answer is done."""
        with self._lock:
            if self._prompting:
                self.note(text)
            else:
                self._waiting.append(text)

    def prompting(self, now: bool) -> None:
        """Whether the prompt is on the screen; what was posted before it comes first."""
        with self._lock:
            self._prompting = now
        self.flush()

    def flush(self) -> None:
        """Prints what was posted."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for text in waiting:
            self.note(text)

    def working(self, text: str) -> None:
        """Shows on a moving line that work goes on; on a plain or dumb terminal nothing moves."""
        if not self.live or self.plain or self.midline or self.notes.is_dumb_terminal:
            return
        if self._status is None:
            self._status = self.notes.status(self._text(text, "dim"), spinner="dots")
            self._status.start()
        self._status.update(self._text(text, "dim"))

    def settle(self) -> None:
        """Takes the moving line away."""
        if self._status is not None:
            self._status.stop()
            self._status = None

    def places(self, places: Sequence[Evidence | Citation]) -> RenderableType:
        """Quotes with who, when and where."""
        return render_evidence(places, plain=self.plain)

    def sources(self, places: Sequence[Citation], answer: str) -> list[RenderableType]:
        """What an answer rests on: the quotes too, but for those that the answer itself gives."""
        shown: list[RenderableType] = []
        for place in places:
            if quote_text(place.quote) in answer:
                heading = heading_line(place.number, place)
                label = f"Source {place.number}: " if self.plain else f"[{place.number}] "
                text = label + heading.split(" ", 1)[1]
                shown.append(self._text(text, "" if self.plain else "bold cyan"))
            else:
                shown.append(self.places([place]))
        return shown

    def _text(self, text: str, style: str = "") -> Text:
        from rich.text import Text

        return Text(sanitize(text), style=style)


class Paragraph:
    """Sentences that are put on the screen one by one and still wrap as one paragraph.

    Words are laid greedily, so text that is added never changes a line that is already full:
    only what is new has to be printed.
    """

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._text = ""
        self._lines: list[str] = []

    def add(self, sentence: str) -> None:
        """Prints a sentence after those before it."""
        self._screen.settle()
        if self._screen.plain or not self._screen.live:
            self._screen.show(marked(sentence, plain=self._screen.plain))
            return
        self._text = f"{self._text} {sentence}" if self._text else sentence
        shown, lines = self._lines, self._wrapped()
        out = self._screen.out
        for number, line in enumerate(lines[max(len(shown) - 1, 0) :], max(len(shown) - 1, 0)):
            done = len(shown[number]) if number < len(shown) else 0
            if number and number >= len(shown):
                out.print()
            out.print(marked(line)[done:], end="", soft_wrap=True)
        self._lines = lines
        self._screen.midline = True

    def end(self) -> None:
        """Ends the paragraph's last line."""
        if self._lines:
            self._screen.out.print()
        self._text, self._lines = "", []
        self._screen.midline = False

    def _wrapped(self) -> list[str]:
        from rich.text import Text

        text = Text(sanitize(self._text))
        return [line.plain.rstrip() for line in text.wrap(self._screen.out, self._screen.width)]
