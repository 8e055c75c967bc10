"""Where a report is from, and the date or dateline with which a sentence begins."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.names.text import fold
from rag.statements.cast import Cast
from rag.statements.casting import country_of
from rag.statements.grammar import listed, pattern
from rag.statements.lexicon import cues
from rag.types import Document, Sentence

_HEAD = 400
"""Characters at the head of a document in which the seat of a government tells its home."""


def prefix(sentence: Sentence, cast: Cast) -> int:
    """How long the date or dateline is with which the sentence begins: "ISLAMABAD: …"."""
    stamp = pattern("stamp").match(sentence.text)
    first = stamp.end() if stamp else 0
    dateline = pattern("dateline").match(sentence.text, first)
    if dateline is None:
        return first
    # "Holm said in Oslo: …" is no dateline.
    if not dateline.group("place").isupper() and any(cues(dateline.group())):
        return first
    begin = sentence.start + first
    placed = any(m.start == begin for m in cast.mentions(begin, begin + 60))
    placed = placed or _beside_known(dateline, sentence, cast)
    return dateline.end() if placed or dateline.group("place").isupper() else first


def _beside_known(dateline: re.Match[str], sentence: Sentence, cast: Cast) -> bool:
    """Whether an unknown place stands before a country or a day: "Almaty, Kazakhstan: …"."""
    if dateline["where"] is None or any(cast.find(dateline.group())):
        return False
    if re.search(r"\d{4}\W*$", dateline.group()):
        return True
    start, end = (sentence.start + place for place in dateline.span("where"))
    return any(m.start <= start + 2 and m.end == end for m in cast.mentions(start, end))


def is_of_talk(sentences: Sequence[Sentence]) -> bool:
    """Whether the report is of a talk: a call, a meeting, a conversation."""
    return any(pattern("talk").search(s.text) for s in sentences[:3])


def _of_the_world(source: str, cast: Cast) -> bool:
    """Whether the outlet reports from everywhere: a minister in its text is nobody's own."""
    known = cast.names.resolve(source)
    return known is not None and fold(known.name) in listed("world_media")


def outlet_country(document: Document, cast: Cast) -> str | None:
    """The country of the outlet, where it reports from one."""
    source = document.metadata.source
    return country_of(cast, source) if source and not _of_the_world(source, cast) else None


def home_country(document: Document, sentences: Sequence[Sentence], cast: Cast) -> str | None:
    """The country from which the document reports.

    By its source, by the capital in its dateline, or by a government's seat at its head ("A Downing
    Street spokesperson said:").
    """
    if country := outlet_country(document, cast):
        return country
    for sentence in sentences[:4]:
        stamp = pattern("stamp").match(sentence.text)
        first = stamp.end() if stamp else 0
        if pattern("dateline").match(sentence.text, first):
            place = sentence.start + first
            found = [m for m in cast.mentions(place, place + 60) if m.start == place]
            if found and found[0].party.kind == "government":
                return found[0].party.country
    for mention in cast.mentions(0, min(len(document.text), _HEAD)):
        if mention.role == "metonym":
            return mention.party.country
    return None
