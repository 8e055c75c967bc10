"""Announced texts: "X issued the following statement:", "SECRETARY X:", and whose they are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.names.text import fold
from rag.statements.cast import Cast
from rag.statements.grammar import pattern
from rag.statements.introductions import titles
from rag.statements.lexicon import Cue, verbs
from rag.statements.nouns import Masked, Noun
from rag.statements.subjects import Subjects

_OWN = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]urs?|us|me)\b")
_QUOTED = re.compile(r"[“\"][^“”\"]*[”\"]")
_ACCOUNT = re.compile(r"\b(?:readout|account|summary|information)\b", re.IGNORECASE)


_HINT = re.compile(r"\b[Tt]he\s+following\b|^[A-Z][A-Z.’' -]{3,90}: ", re.MULTILINE)
"""Without which nothing is announced: quick to look for."""


@dataclass(frozen=True, slots=True)
class Announced:
    """A text that the document announces."""

    start: int
    """Where it begins in the document."""
    by: Noun
    own: bool
    """Whether who is announced speaks in it ("we regret"); else they tell what others said."""


def announcement(text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
    """The words between two places that announce the rest of the text."""
    return pattern("announces").search(text, start, len(text) if end is None else end)


def may_announce(text: str) -> bool:
    """Whether a text has words with which another may be announced."""
    return _HINT.search(text) is not None


def announced(text: str, cast: Cast, start: int, end: int) -> Announced | None:
    """The text that the sentence between `start` and `end` announces, to the document's end.

    Args:
        text: The document's.
        cast: Its persons.
        start: Where a sentence begins.
        end: Where it ends.
    """
    match = announcement(text, start, end)
    follows = text[match.end() :] if match else ""
    # A quotation has an end of its own.
    if match is None or re.match(r"\s*(?:[“\"„«]|$)", follows):
        return None
    by = _titled(match, cast) if match["label"] else _named(match, Masked(text, start, end, cast))
    if by is None:
        return None
    spoken = _OWN.search(_QUOTED.sub("", follows)) is not None
    return Announced(match.end(), by, spoken and _ACCOUNT.search(match.group()) is None)


def _named(match: re.Match[str], masked: Masked) -> Noun | None:
    """Who issues it: the subject, or who stands behind "by"."""
    if match["by"]:
        return masked.starting_at(match.end("by") - masked.start)
    place = match.start() - masked.start
    cue = Cue(place, place, verbs()[0], frozenset({"past"}))
    return Subjects(masked, []).before(cue)[0]


def _titled(match: re.Match[str], cast: Cast) -> Noun | None:
    """Whom a label in capitals calls by office and name."""
    title, _, name = match["label"].rpartition(" ")
    named = [m for m in cast.members if fold(m.name.split()[-1]) == fold(name)]
    # A headline in capitals names nobody whom the text does not name again.
    if len(named) != 1 or named[0].name.isupper() or not titles().search(title):
        return None
    return Noun(match.start(), match.end(), match["label"], "person", named[0])
