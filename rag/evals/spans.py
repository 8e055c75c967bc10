"""Places in stored texts: finding a quotation there, and whether two places are the same one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from rag.errors import UnknownDocument

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.index import Index

SAME = 0.5
"""Two spans are the same place when they share this much of the shorter one."""
PAGE_LINE = re.compile(r"(?:(?<!\S)(?=\S*\d)[A-Z\d.]+(?:[/-][A-Z\d.]+)+(?:\s+|$)){2,}")
"""Two or more symbols in a row such as `A/70/PV.28`, `15-29946`, `3/33`: no sentence has them."""


class Span(NamedTuple):
    """Characters `start` to `end` of a document's stored text."""

    document: str
    start: int
    end: int


class Texts(Protocol):
    """Where the stored texts are looked up."""

    def names(self) -> Collection[str]:
        """Every document there is."""

    def text(self, document: str) -> str | None:
        """The stored text, or None where there is no such document."""


class TextsOf:
    """Stored texts from a mapping."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts

    def names(self) -> Collection[str]:
        """Every document there is."""
        return self._texts.keys()

    def text(self, document: str) -> str | None:
        """The stored text, or None where there is no such document."""
        return self._texts.get(document)


class IndexTexts:
    """Stored texts from an index, the last few kept at hand."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._names = frozenset(info.name for info in index.documents())
        self._cached = lru_cache(maxsize=256)(self._load)

    def names(self) -> Collection[str]:
        """Every document there is."""
        return self._names

    def text(self, document: str) -> str | None:
        """The stored text, or None where there is no such document."""
        return self._cached(document) if document in self._names else None

    def _load(self, document: str) -> str | None:
        try:
            text: str = self._index.document(document).text
        except UnknownDocument:
            return None
        return text


class Folded:
    """A text reduced to its letters and digits, each knowing where it stood.

    Quotations in gold files are often tokenised ("one - year", `` '' for quotation marks), wrapped
    or typed with other quotation marks; letters and digits are what survives all of that.
    """

    def __init__(self, text: str) -> None:
        import numpy as np

        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        unique, inverse = np.unique(codes, return_inverse=True)
        folded = {int(code): _folded(chr(code)) for code in unique}
        lengths = np.array([len(folded[int(code)]) for code in unique], dtype=np.int64)
        self.letters: str = text.translate(folded)
        self._origin: NDArray[np.int64] = np.repeat(np.arange(len(codes)), lengths[inverse])

    def find(self, quote: str) -> list[tuple[int, int]]:
        """Every place of `quote` in the text, as (start, end); empty when it isn't there.

        A quotation copied across a page break is found too: the line of page and document numbers
        in it was left out of the stored text.
        """
        return self._find(quote) or self._find(PAGE_LINE.sub(" ", quote))

    def _find(self, quote: str) -> list[tuple[int, int]]:
        wanted = "".join(_folded(c) for c in quote)
        found: list[tuple[int, int]] = []
        at = self.letters.find(wanted) if wanted else -1
        while at >= 0:
            last = at + len(wanted) - 1
            found.append((int(self._origin[at]), int(self._origin[last]) + 1))
            at = self.letters.find(wanted, at + len(wanted))
        return found


class FoldedTexts:
    """Stored texts, each folded once, when it is first looked into."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._names = texts.names()
        self._folded: dict[str, Folded] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def near(self, name: str) -> str:
        """The name, with the document whose name is nearest to it."""
        # A corpus may hold 100,000 names: only those of about the same length are compared.
        likely = [n for n in self._names if abs(len(n) - len(name)) <= 2]
        found = get_close_matches(name, likely[:2000], n=1, cutoff=0.8)
        return f"{name} (near: {found[0]})" if found else name

    def find(self, name: str, quote: str) -> list[Span]:
        """Every place of `quote` in the document `name`."""
        if name not in self._folded:
            self._folded[name] = Folded(self._texts.text(name) or "")
        return [Span(name, start, end) for start, end in self._folded[name].find(quote)]


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    decomposed = unicodedata.normalize("NFKD", character).casefold()
    return "".join(c for c in decomposed if c.isalnum())


def overlap(a: Span, b: Span) -> int:
    """How many characters two spans share."""
    if a.document != b.document:
        return 0
    return max(0, min(a.end, b.end) - max(a.start, b.start))


def same_place(a: Span, b: Span) -> bool:
    """Whether two spans share at least half of the shorter one."""
    shorter = min(a.end - a.start, b.end - b.start)
    return shorter > 0 and overlap(a, b) >= SAME * shorter


def inside(inner: Span, outer: Span) -> bool:
    """Whether `inner` lies in `outer` as a whole."""
    return (
        inner.document == outer.document and outer.start <= inner.start and inner.end <= outer.end
    )


def any_same(span: Span, places: Sequence[Span]) -> bool:
    """Whether `span` is the same place as one of `places`."""
    return any(same_place(span, place) for place in places)
