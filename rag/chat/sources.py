"""Whether the documents that saved answers cite are still what they were."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from rag.chat.record import SavedTurn, text_hash
from rag.errors import UnknownDocument
from rag.types import Citation

ReadText = Callable[[str], str]
"""Document name → stored text; raises `UnknownDocument`."""


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A document that is no longer what an earlier answer cited."""

    document: str
    state: Literal["changed", "gone"]
    turns: tuple[int, ...]
    """Numbers of the turns that cite it."""
    kept: int
    """Citations whose quote still stands in it, word for word."""
    lost: int
    """Citations whose quote is no longer there."""


def check_sources(turns: Iterable[SavedTurn], read_text: ReadText) -> list[Changed]:
    """The cited documents that have changed since, each once, in order of first citation."""
    cited: dict[str, list[tuple[SavedTurn, Citation]]] = {}
    for turn in turns:
        if turn.answer and not turn.dropped:
            for citation in turn.answer.citations:
                cited.setdefault(citation.document, []).append((turn, citation))
    found = (_compare(name, uses, read_text) for name, uses in cited.items())
    return [c for c in found if c]


def find_quote(citation: Citation, text: str) -> tuple[int, int] | None:
    """Where the quote stands in `text` now: where it was, else nearest to that, else None.

    A quote counts as found when its words stand there in order, however they are spaced.
    """
    if text[citation.start : citation.end] == citation.quote:
        return citation.start, citation.end
    words = citation.quote.split()
    if not words:
        return None
    pattern = re.compile(r"\s+".join(re.escape(w) for w in words))
    places = [m.span() for m in pattern.finditer(text)]
    return min(places, key=lambda p: abs(p[0] - citation.start), default=None)


def _compare(
    name: str, uses: list[tuple[SavedTurn, Citation]], read_text: ReadText
) -> Changed | None:
    numbers = tuple(dict.fromkeys(turn.number for turn, _ in uses))
    try:
        text = read_text(name)
    except UnknownDocument:
        return Changed(document=name, state="gone", turns=numbers, kept=0, lost=len(uses))
    now = text_hash(text)
    if all(turn.texts.get(name) == now for turn, _ in uses):
        return None
    lost = sum(find_quote(citation, text) is None for _, citation in uses)
    return Changed(document=name, state="changed", turns=numbers, kept=len(uses) - lost, lost=lost)
