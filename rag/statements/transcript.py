"""Transcripts: press conferences and interviews in which a label tells who speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.names import Names
from rag.names.text import fold
from rag.statements.announced import announced, announcement, may_announce
from rag.statements.cast import Cast
from rag.statements.casting import country_of
from rag.statements.grammar import CAPITAL
from rag.statements.introductions import Introductions
from rag.statements.monologue import Talk
from rag.statements.speakers import Speakers
from rag.types import Document, Party, PartyKind, Sentence, Statement

FEWEST = 3
"""Labels below which a text is no transcript."""

_LABEL = re.compile(
    rf"(?:^|\n)[ \t]*(?P<who>Q|A|[{CAPITAL}][\w.’'-]*(?:[ \t]+[\w.’'-]+){{0,5}})[ \t]*"
    r"(?:\([^()\n]{2,60}\)[ \t]*)?:[ \t]*(?=\S)"
    r"|(?<=[?.!”\"][ \t])(?P<short>[QA])\.?:[ \t]*(?=\S)"
)
_ASKS = re.compile(
    r"(?:q\.?|question|questioner|reporter|journalist|correspondent|moderator|interviewer|press|media)",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:said|told|added|noted|clarified|stressed|wrote|dismissed|agreed|according to)\b"
)
_SPOKEN = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur|us|me|[Yy]ou|[Yy]our)\b")
_ANSWERS = re.compile(r"(?:a\.?|answer)", re.IGNORECASE)
_SPOKES = re.compile(r"(?:(?:the|official|ministry|deputy)\s+)*spokes\w+", re.IGNORECASE)
_TITLE = re.compile(
    r"^(?:MR|MRS|MS|DR|SECRETARY|PRESIDENT|MINISTER|PRIME MINISTER|AMBASSADOR|SPOKESPERSON|THE)\b"
)


@dataclass(frozen=True)
class Turn:
    """Where a speaker's words begin, and whose they are; None where the talk has ended."""

    start: int
    party: Party | None
    asks: bool = False


def turns(document: Document, names: Names, speaker: Party | None = None) -> list[Turn]:
    """The turns of a transcript in order; empty where the document is none.

    Args:
        document: Its text and metadata.
        names: Whom words speak of.
        speaker: Whose words its title or metadata promise. Labels of theirs or of questions tell
            more; without any, a speech may well have lines such as "CLIMATE: …".
    """
    labels = list(_LABEL.finditer(document.text))
    if len(labels) < FEWEST:
        return []
    cast = Cast(document.text, names, on=document.metadata.published)
    readers = _Labels(document, cast, names, labels, speaker)
    read = [readers.turn(label) for label in labels]
    known = [turn for turn in read if turn is not None]
    # Lines such as "Note: …" are no turns; most labels of a transcript name a speaker.
    enough = len(known) >= FEWEST and len(known) >= 0.6 * len(labels)
    if not enough or len({t.party for t in known}) < 2:
        return []
    theirs = [t for t in known if t.party is not None and speaker and t.party.name == speaker.name]
    if speaker is not None and not theirs and not any(t.asks for t in known):
        return []
    return [*known, Turn(_end_of_talk(document.text, cast, known[-1].start), None)]


def solo(document: Document, names: Names) -> list[Turn]:
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


def _who(label: re.Match[str]) -> str:
    return label["who"] or label["short"]


class _Labels:
    """Reads whose the turns are that labels open."""

    def __init__(
        self,
        document: Document,
        cast: Cast,
        names: Names,
        labels: list[re.Match[str]],
        speaker: Party | None,
    ) -> None:
        self._cast, self._names = cast, names
        title = Introductions(document.metadata.title or "", names, document.metadata.published)
        full = [m.party(m.name) for m in title.members if len(m.name.split()) > 1]
        self._titled = [speaker] if speaker is not None and speaker.kind == "person" else full
        alone = self._titled[0] if len(self._titled) == 1 else None
        self._answers = _answerer(document, cast, labels) or alone
        self._asked = any(_ASKS.fullmatch(_who(label)) for label in labels)
        """Whether others have labels as those who ask: one who answers may then lack a name."""

    def turn(self, label: re.Match[str]) -> Turn | None:
        """The turn that the label opens; None where it may be no label of a speaker."""
        who = _who(label)
        if _ASKS.fullmatch(who):
            return Turn(label.end(), Party(name="questioner", as_written=who, kind="unnamed"), True)
        if _ANSWERS.fullmatch(who):
            return Turn(label.end(), self._answers) if self._answers else None
        if self._asked and _SPOKES.fullmatch(who):
            spokes = self._answers
            named = spokes if spokes and spokes.office and "spokes" in spokes.office else None
            plain = Party(name=who.lower(), as_written=who, kind="unnamed")
            return Turn(label.end(), named or plain)
        return self._named(label, who)

    def _named(self, label: re.Match[str], who: str) -> Turn | None:
        # A label calls by surname whom the title gives in full: "SECRETARY HOLM".
        last = fold(who.split()[-1])
        titled = [p for p in self._titled if fold(p.name.split()[-1]) == last]
        if len(titled) == 1:
            return Turn(label.end(), replace(titled[0], as_written=who))
        member = next((m for _, _, m in self._cast.find(who)), None)
        if member is not None:
            party = member.party(who)
            plain = party.name.title() if party.name.isupper() else party.name
            return Turn(label.end(), replace(party, name=plain))
        words = who.title() if who.isupper() else who
        known = self._names.resolve(words, on=None)
        if known is not None and known.kind in {"person", "medium"}:
            return Turn(label.end(), known, known.kind == "medium")
        if who.isupper() and len(who) > 3:
            kind: PartyKind = "unnamed"
            if _TITLE.match(who) or len(who.split()) < 4:
                kind = "person"
            return Turn(label.end(), Party(name=words, as_written=who, kind=kind))
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
