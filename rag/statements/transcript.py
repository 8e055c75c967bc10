"""Transcripts: press conferences and interviews in which a label tells who speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.names import Names
from rag.statements.announced import announced, announcement, may_announce
from rag.statements.cast import Cast
from rag.statements.casting import country_of
from rag.statements.grammar import CAPITAL
from rag.statements.monologue import Talk
from rag.statements.speakers import Speakers
from rag.types import Document, Party, Sentence, Statement

FEWEST = 3
"""Labels below which a text is no transcript."""

_LABEL = re.compile(
    rf"(?:^|\n)[ \t]*(?P<who>Q|A|[{CAPITAL}][\w.’'-]*(?:[ \t]+[\w.’'-]+){{0,5}})[ \t]*:[ \t]*(?=\S)"
    r"|(?<=[?.!”\"][ \t])(?P<short>[QA])\.?:[ \t]*(?=\S)"
)
_ASKS = re.compile(
    r"(?:q\.?|question|reporter|journalist|moderator|interviewer|press|media)", re.IGNORECASE
)
_TOLD = re.compile(
    r"\b(?:said|told|added|noted|clarified|stressed|wrote|dismissed|agreed|according to)\b"
)
_SPOKEN = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur|us|me|[Yy]ou|[Yy]our)\b")
_ANSWERS = re.compile(r"(?:a\.?|answer)", re.IGNORECASE)
_TITLE = re.compile(
    r"^(?:MR|MRS|MS|DR|SECRETARY|PRESIDENT|MINISTER|PRIME MINISTER|AMBASSADOR|SPOKESPERSON|THE)\b"
)


@dataclass(frozen=True)
class Turn:
    """Where a speaker's words begin, and whose they are; None where the talk has ended."""

    start: int
    party: Party | None
    asks: bool = False


def turns(document: Document, names: Names) -> list[Turn]:
    """The turns of a transcript in order; empty where the document is none."""
    labels = list(_LABEL.finditer(document.text))
    if len(labels) < FEWEST:
        return _announced(document, names)
    cast = Cast(document.text, names, on=document.metadata.published)
    answers = _answerer(document, cast, labels)
    read = [_turn(label, cast, names, answers) for label in labels]
    known = [turn for turn in read if turn is not None]
    # Lines such as "Note: …" are no turns; most labels of a transcript name a speaker.
    enough = len(known) >= FEWEST and len(known) >= 0.6 * len(labels)
    if not enough or len({t.party for t in known}) < 2:
        return []
    return [*known, Turn(_end_of_talk(document.text, cast, known[-1].start), None)]


def _announced(document: Document, names: Names) -> list[Turn]:
    """The turn of the one who is announced to speak, in a text without turns of others."""
    text, on = document.text, document.metadata.published
    given = announcement(text) if may_announce(text) else None
    if given is None:
        return []
    cast = Cast(text, names, on=on)
    told = announced(text, cast, text.rfind("\n", 0, given.start()) + 1, given.end())
    if told is None or not told.own:
        return []
    party = Speakers(cast, names, home=None, on=on).resolve(told.by)
    return [Turn(told.start, party), Turn(_end_of_talk(text, cast, told.start), None)]


def transcript(
    document: Document, sentences: Sequence[Sentence], names: Names, found: Sequence[Turn]
) -> Iterator[Statement]:
    """Every sentence from the first label on, as the words of whose turn it is.

    What an agency tells below the last turn is nobody's words in it, and left alone.
    """
    talk = Talk(document, sentences, names)
    current = -1
    for sentence in sentences:
        while current + 1 < len(found) and found[current + 1].start < sentence.end:
            current += 1
        if current < 0 or found[current].party is None:
            continue
        turn = found[current]
        start = max(sentence.start, turn.start)
        if re.search(r"\w", document.text[start : sentence.end]) and turn.party is not None:
            yield from talk.statements(sentence, turn.party, start=start, rule="transcript")


def _end_of_talk(text: str, cast: Cast, last: int) -> int:
    """Where below the last label a paragraph tells of others in place of saying "I" or "we"."""
    place = text.find("\n", last)
    while 0 <= place < len(text):
        below = text.find("\n", place + 1)
        below = len(text) if below < 0 else below
        paragraph = text[place:below]
        told = _TOLD.search(paragraph) and not _SPOKEN.search(paragraph)
        if told and any(cast.find(paragraph)):
            return place
        place = below
    return len(text)


def _turn(label: re.Match[str], cast: Cast, names: Names, answers: Party | None) -> Turn | None:
    who = label.group("who") or label.group("short")
    if _ASKS.fullmatch(who):
        return Turn(label.end(), Party(name="questioner", as_written=who, kind="unnamed"), True)
    if _ANSWERS.fullmatch(who):
        return Turn(label.end(), answers) if answers else None
    member = next((m for _, _, m in cast.find(who)), None)
    if member is not None:
        return Turn(label.end(), member.party(who))
    words = who.title() if who.isupper() else who
    party = names.resolve(words, on=None)
    if party is not None and party.kind in {"person", "medium"}:
        return Turn(label.end(), party, party.kind == "medium")
    if who.isupper() and len(who) > 3:
        kind = "person" if _TITLE.match(who) or len(who.split()) < 4 else "unnamed"
        return Turn(label.end(), Party(name=words, as_written=who, kind=kind))  # type: ignore[arg-type]
    return None


def _answerer(document: Document, cast: Cast, labels: list[re.Match[str]]) -> Party | None:
    """Who answers where the label is only "A": the one person that the title introduces."""
    head = f"{document.metadata.title or ''}\n{document.text[: labels[0].start() + 1]}"
    named = {m.name: m for _, _, m in cast.find(head)}
    spokes = [m for m in named.values() if m.office and "spokes" in m.office]
    chosen = spokes or list(named.values())
    if len(chosen) != 1:
        return None
    member = chosen[0]
    known = country_of(cast, document.metadata.source or "") if member.country is None else None
    member.country = member.country or known
    return member.party(member.name)
