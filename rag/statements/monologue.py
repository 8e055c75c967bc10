"""Documents with one speaker: every sentence is theirs, but for what they report of others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.names import Names
from rag.statements import dates
from rag.statements.grammar import pattern
from rag.statements.introductions import Introductions
from rag.statements.lexicon import Verb, cues, verbs
from rag.statements.others import Others
from rag.types import Dated, Document, Party, PartyKind, Sentence, Statement

_SPEECH = re.compile(
    r"\b(?:general debate|statement (?:by|of|to|at)|speech|address (?:by|of|to|at)|keynote|"
    r"remarks (?:by|of|at|to|on|with))\b",
    re.IGNORECASE,
)
_BY = re.compile(
    r"\b(?:remarks|address|statement|speech|intervention|keynote)\s+(?:\w+\s+)?(?:by|of)\s+"
    r"(?P<who>.+?)(?=,?\s+(?:at|to|before|during|on|following|after)\s|,?\s+\d|$)",
    re.IGNORECASE,
)
"""Who is named as the speaker of a speech: what follows names those spoken to, and the place."""
_BETWEEN = (
    r"(?:(?:\w+ly|also|therefore|once again|again|would like to|wish(?:es)? to|want(?:s)? to|"
    r"take this (?:opportunity|occasion) to)\s+)*\Z"
)
_FIRST_PERSON = re.compile(
    r"\b(?:I|[Ww]e|(?:[Mm]y|[Oo]ur)\s+(?:\w+\s+)?(?:delegation|country|nation|government|people|"
    r"peoples|president|prime minister|minister|state|kingdom|republic|authorities|leaders|region|"
    r"group|continent|parliament|administration)(?:\s+and\s+I)?)\s+" + _BETWEEN,
    re.IGNORECASE,
)
"""Who speaks for the speaker; "our values" and "our best hope" are no doing of theirs."""
_NAMED = re.compile(
    r"(?:^|[,;:]\s+|\b(?:and|that|but|why|[Tt]herefore|Thus)\s+)(?:[Tt]he\s+)?(?:(?:Government|"
    r"[Pp]eople|[Dd]elegation|Republic|Kingdom|State|Principality|Commonwealth)\s+of\s+(?:the\s+)?)*"
    r"(?P<name>[A-Z][\w’'-]+(?:\s+(?:(?:and|of|the|da|de|do)\s+)*[A-Z][\w’'-]+){0,4})\s+" + _BETWEEN
)
"""A name in front of a verb at the head of a clause."""
_SPEAKS = re.compile(
    r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur)\b|(?:^|[a-z,;:]\s+)[A-Z][\w’'-]+\s+(?:\w+ly\s+)?[a-z]+s\b"
)
"""A cheap look for either, so that most sentences are not read for verbs."""
_SUBJECT = 120
"""Characters before a verb in which its subject and the words between stand."""
_NEAR = 200
"""Characters of a sentence in which its verb is looked for."""
_LABEL_WORDS = 15
"""Words that a line above a speech has at most."""
_TO_DO = re.compile(r"\s+to\s+(?!see\b|be\b|have\b)\w")


def speaker_of(document: Document, names: Names) -> Party | None:
    """The one speaker of the document: by its metadata, or by a title such as a speech's."""
    metadata = document.metadata
    if metadata.speaker:
        known = names.resolve(metadata.speaker, on=metadata.published)
        if known is not None:
            return replace(known, as_written=metadata.speaker)
        person = re.fullmatch(r"[^\W\d_]+(?: [^\W\d_.’'-]+\.?)+", metadata.speaker)
        kind: PartyKind = "person" if person else "government"
        return Party(name=metadata.speaker, as_written=metadata.speaker, kind=kind)
    if metadata.title and (by := _BY.search(metadata.title)):
        introduced = Introductions(by["who"], names, metadata.published).members
        if len(introduced) == 1:
            return introduced[0].party(introduced[0].name)
    if metadata.title and _SPEECH.search(metadata.title):
        found = [m.party for m in names.find(metadata.title)]
        named = [p for p in found if p.kind == "person"] or found
        named = [p for p in named if p.country not in {None, "United Nations"}]
        if len({p.country for p in named}) == 1:
            return named[0]
    return None


def monologue(
    document: Document, sentences: Sequence[Sentence], names: Names, speaker: Party
) -> Iterator[Statement]:
    """Every sentence as the speaker's own words, but for those that report another's.

    Args:
        document: A speech.
        sentences: Its sentences.
        names: Whom words speak of.
        speaker: Whose speech it is.
    """
    talk = Talk(document, sentences, names)
    for sentence in sentences[_head(document, sentences, speaker) :]:
        line = document.text.rfind("\n", 0, sentence.start) + 1
        if pattern("asked_line").match(document.text, line) is None:  # others ask after a speech
            yield from talk.statements(sentence, speaker)


def _head(document: Document, sentences: Sequence[Sentence], speaker: Party) -> int:
    """How many lines at the top only label the speech: title, speaker, date and what they enclose.

    Nobody speaks them. A line that is none of these is kept unless one of these follows it.
    """
    title = " ".join((document.metadata.title or "").split()).casefold()
    last = speaker.name.split()[-1] if speaker.kind == "person" else None
    found = 0
    for index, sentence in enumerate(sentences):
        line = " ".join(sentence.text.split())
        if pattern("page_line").fullmatch(line):
            found = index + 1
            continue
        if re.search(r"[.!?,:;…”\"]$", line) or len(line.split()) > _LABEL_WORDS:
            break
        if pattern("has_verb").search(line):
            break
        named = last is not None and re.search(rf"\b{re.escape(last)}\b", line, re.IGNORECASE)
        if named or line.casefold() == title or pattern("date_line").fullmatch(line):
            found = index + 1
    return found


class Talk:
    """Turns sentences that somebody speaks into statements."""

    def __init__(self, document: Document, sentences: Sequence[Sentence], names: Names) -> None:
        self._document, self._names = document, names
        self._known: dict[str, str | None] = {}
        """Name → the country it is of."""
        self._others = Others(document, sentences, names)
        self._published = dates.published(document.metadata)
        value = document.metadata.published
        # A speech is dated by its publication, which its metadata or title give.
        self._said = Dated(value=value, how="date of the speech") if value else None

    def statements(
        self,
        sentence: Sentence,
        speaker: Party,
        *,
        start: int | None = None,
        rule: str = "monologue",
    ) -> list[Statement]:
        """The sentence as that speaker's statement, and what it tells of others.

        A sentence that does nothing but tell another's words is the other's alone.

        Args:
            sentence: What is spoken.
            speaker: Who speaks.
            start: Where the words begin, if a label such as "Q:" stands before them.
            rule: What tells that the speaker speaks.
        """
        first = sentence.start if start is None else start
        told = self._others.told(sentence, first, speaker)
        if told.own is None:
            return list(told.statements)
        own = self._own(sentence, told.own, speaker, rule)
        # Words of another day that the speaker repeats were not said on the day of the speech.
        own = replace(own, said=None) if told.earlier else own
        return [own, *told.statements]

    def _own(
        self, sentence: Sentence, span: tuple[int, int], speaker: Party, rule: str
    ) -> Statement:
        first, end = span
        text = self._document.text[first:end]
        verb = self._own_verb(text, speaker)
        return Statement(
            document=self._document.name,
            start=first,
            end=end,
            quote=text,
            cue_start=first,
            cue_end=first,
            sentence=sentence.index,
            speaker=speaker,
            act=verb.act,
            polarity=verb.polarity,
            modality="asked" if text.rstrip().endswith("?") else verb.modality,
            form="direct",
            said=self._said,
            published=self._published,
            confidence=0.97,
            rule=rule,
        )

    def _own_verb(self, text: str, speaker: Party) -> Verb:
        """What the speaker does by saying it: "we condemn", "I thank", "Kenya rejects"."""
        if _SPEAKS.search(text, 0, _NEAR) is None:
            return verbs()[0]
        for cue in cues(text[:_NEAR]):
            # "I wish to thank" thanks; "I wish you success" wishes.
            wished = cue.verb.lemma == "wish" and _TO_DO.match(text, cue.end)
            if wished or cue.verb.narrated or not cue.tenses & {"base", "present"}:
                continue
            first = max(0, cue.start - _SUBJECT)
            if _FIRST_PERSON.search(text, first, cue.start):
                return cue.verb
            if "present" in cue.tenses and self._names_itself(text, first, cue.start, speaker):
                return cue.verb
        return verbs()[0]

    def _names_itself(self, text: str, first: int, end: int, speaker: Party) -> bool:
        """Whether the words before a verb end with the speaker's own name: "Kenya fully"."""
        named = _NAMED.search(text, first, end)
        if named is None:
            return False
        name = " ".join(named["name"].split())
        if name not in self._known:
            known = self._names.resolve(name)
            self._known[name] = known.country if known and known.kind == "government" else None
        return self._known[name] is not None and self._known[name] == speaker.country
