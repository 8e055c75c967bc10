"""Values to what a terminal shows: evidence, answers, sources. No colour is needed to read it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rag.types import Answer, Citation, Document, Evidence, Hit, Query
from rag.words import sanitize

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
    from rich.text import Text

QUOTE_CHARACTERS = 600
"""A longer quote is shown from its start with an ellipsis; `rag show` has the rest."""


UNREAD = (
    "The question is not in English and no model put it so: names are read, its topic is not. "
    "These are the nearest places, not an answer."
)


def query_notes(query: Mapping[str, Any]) -> Iterator[str]:
    """What a person must know of how a question was read, besides the answer."""
    if undated := query.get("undated"):
        left_out = (
            "document has no date and was" if undated == 1 else "documents have no date and were"
        )
        yield f"{undated} {left_out} left out by the date filter."
    if query.get("unread"):
        yield UNREAD


class Indented:
    """A paragraph set in from the margin: wrapped on a terminal, one whole line in a pipe."""

    def __init__(self, text: str, indent: int) -> None:
        self.text, self.indent = text, indent

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """What rich prints."""
        from rich.padding import Padding
        from rich.text import Text

        if console.is_terminal:
            yield Padding(Text(self.text), (0, 0, 0, self.indent), expand=False)
        else:
            yield Text(" " * self.indent + self.text, no_wrap=True, overflow="ignore", end="\n")


def attribution(place: Evidence | Citation) -> str:
    """Who is speaking, with office and country: `Imran Khan, Prime Minister (Pakistan)`."""
    if not place.speaker:
        return place.source or "unattributed"
    named = place.speaker
    if place.office:
        named += f", {place.office}"
    if place.country and place.country != place.speaker:
        named += f" ({place.country})"
    return named


def heading_line(number: int | None, place: Evidence | Citation) -> str:
    """`[1] Imran Khan, Prime Minister (Pakistan) · 2021-10-28 · file.txt`."""
    parts = [attribution(place)]
    if place.reported_by:
        parts.append(f"according to {place.reported_by}")
    if place.published:
        parts.append(place.published)
    parts.append(place.document)
    if place.also:
        parts.append(f"also in {', '.join(place.also)}")
    mark = f"[{number}] " if number is not None else ""
    return sanitize(mark + " · ".join(parts))


def quote_text(quote: str) -> str:
    """The quote on one line in quotation marks, cut where it is very long."""
    line = " ".join(sanitize(quote).split())
    if len(line) > QUOTE_CHARACTERS:
        line = line[:QUOTE_CHARACTERS].rsplit(" ", 1)[0] + " …"
    return f"“{line}”"


def render_evidence(
    places: Sequence[Evidence | Citation], *, plain: bool = False, start: int = 1, read: str = ""
) -> RenderableType:
    """Each place as a heading line and its quote, indented clear of the margin.

    A quote that stands in `read`, which is on the screen already, is not shown again.
    """
    from rich.console import Group
    from rich.text import Text

    rows: list[RenderableType] = []
    for number, place in enumerate(places, start):
        shown = place.number if isinstance(place, Citation) else number
        line = heading_line(shown, place)
        if plain:
            line = line.replace(f"[{shown}] ", f"Source {shown}: ", 1)
        rows.append(Text(line, style="" if plain else "bold cyan"))
        if not read or " ".join(place.quote.split()) not in " ".join(read.split()):
            rows.append(Indented(quote_text(place.quote), 0 if plain else 4))
    return Group(*rows)


def marked(text: str, *, plain: bool = False) -> Text:
    """Answer text with its `[n]` marks set apart by style, the words untouched."""
    from rich.text import Text

    shown = Text(sanitize(text))
    if not plain:
        shown.highlight_regex(r"\[\d+\]", style="cyan")
    return shown


def summary_line(answer: Answer) -> str:
    """`✓ 1 sentence, checked against 1 source · evidence 1.1 s, answer 7.4 s · local:…`."""
    evidence = f"evidence {answer.timing.retrieve_ms / 1000:.1f} s"
    total = f"answer {answer.timing.total_ms / 1000:.1f} s"
    parts = [f"{evidence}, {total}" if answer.model else evidence]
    if answer.status == "answered":
        sources = len({c.document for c in answer.citations})
        checked = (
            f"✓ {_count(len(answer.sentences), 'sentence')}, "
            f"checked against {_count(sources, 'source')}"
        )
        parts.insert(0, checked)
    if answer.model:
        parts.append(answer.model)
    return " · ".join(parts)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def render_nearest(answer: Answer, *, plain: bool = False) -> RenderableType:
    """Under a `not found`: the nearest thing in the documents."""
    from rich.console import Group
    from rich.text import Text

    nearest = set(answer.not_found.nearest) if answer.not_found else set()
    places = [c for c in answer.citations if c.number in nearest]
    if not places:
        return Text("")
    return Group(Text("Nearest:"), render_evidence(places, plain=plain))


def understood(query: Query) -> str:
    """One line that says how a question was read, for `--explain`."""
    parts = [f"kind {query.kind}"]
    if query.speakers:
        parts.append("speaker " + ", ".join(p.name for p in query.speakers))
    if query.addressee:
        parts.append(f"to {query.addressee.name}")
    if query.topic:
        parts.append(f"about {query.topic!r}")
    if query.since or query.until:
        parts.append(f"dates {query.since or '…'} to {query.until or '…'}")
    if query.source:
        parts.append(f"source {query.source}")
    if query.standalone != query.text:
        parts.append(f"read as {query.standalone!r}")
    return sanitize("; ".join(parts))


def bullet_lines(lines: Iterable[str]) -> str:
    """Lines as a plain list."""
    return "\n".join(f"  {sanitize(line)}" for line in lines)


class Numbered:
    """Evidence shown before the answer keeps its numbers; marks are made to agree with them."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, int, int], int] = {}
        self._shown: set[tuple[str, int, int]] = set()

    def show(self, place: Evidence | Citation) -> int:
        """The number of a place that is on the screen from now on."""
        self._shown.add((place.document, place.start, place.end))
        return self.of(place)

    def of(self, place: Evidence | Citation) -> int:
        """The number a place is shown under, a new one at its first appearance."""
        key = (place.document, place.start, place.end)
        return self._numbers.setdefault(key, len(self._numbers) + 1)

    def new(self, places: Sequence[Citation]) -> list[Citation]:
        """Those of the cited places that have not been shown, under their numbers here."""
        fresh = [p for p in places if (p.document, p.start, p.end) not in self._shown]
        return [replace(p, number=self.of(p)) for p in fresh]

    def text(self, answer_text: str, citations: Sequence[Citation]) -> str:
        """The text with the answer's own numbers replaced by those shown here."""
        shown = {c.number: self.of(c) for c in citations}

        def renumbered(match: re.Match[str]) -> str:
            number = int(match.group(1))
            return f"[{shown.get(number, number)}]"

        return re.sub(r"\[(\d+)\]", renumbered, answer_text)


def render_hits(hits: Sequence[Hit]) -> RenderableType:
    """Passages with score and rank by stage."""
    from rich.console import Group
    from rich.text import Text

    if not hits:
        return Text("Nothing found.")
    rows: list[RenderableType] = []
    for number, hit in enumerate(hits, 1):
        p = hit.passage
        stages = "  ".join(f"{name} {value:g}" for name, value in hit.stages.items())
        place = sanitize(f"{p.document}:{p.start}-{p.end}")
        rows.append(Text(f"{number}. {place}  score {hit.score:.4f}  {stages}", style="bold"))
        rows.append(Indented(" ".join(sanitize(p.text).split()), 4))
    return Group(*rows)


def highlighted(document: Document, start: int, end: int, *, around: int | None) -> RenderableType:
    """Stored text with a span set apart, `around` characters on each side of it or all."""
    from rich.console import Group
    from rich.text import Text

    low = 0 if around is None else max(0, start - around)
    high = len(document.text) if around is None else min(len(document.text), end + around)
    before, span, after = (
        sanitize(document.text[a:b]) for a, b in ((low, start), (start, end), (end, high))
    )
    meta = document.metadata
    known = [meta.title, meta.speaker, meta.source, meta.published, meta.url]
    head = sanitize(" · ".join([document.name, *filter(None, known)]))
    text = Text(("… " if low else "") + before)
    text.append(span, style="reverse bold")
    text.append(after + (" …" if high < len(document.text) else ""))
    return Group(Text(head, style="bold cyan"), Text(""), text)
