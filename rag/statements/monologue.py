"""Documents with one speaker: a speech, or a transcript with its turns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.names import Names
from rag.statements import dates
from rag.statements.cast import Cast
from rag.statements.compose import compose
from rag.statements.frames import Frame, Reader
from rag.statements.lexicon import Verb, cues, verbs
from rag.statements.nouns import Masked, Noun
from rag.statements.quotes import quotations
from rag.statements.speakers import Speakers
from rag.statements.stance import modality, polarity
from rag.types import Dated, Document, Party, Sentence, Statement

_SPEECH = re.compile(
    r"\b(?:general debate|statement (?:by|of|to|at)|speech|address (?:by|of|to|at)|remarks (?:by|of|at|to|on|with)|keynote)\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(?:I|we|my|our|us|me|this (?:delegation|organization|assembly))\b|^(?:allow|permit|let)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\b(?:said|says|told|stated|declared|announced|threatened|threatens|warned|promised|pledged|vowed|claimed|"
    r"claims|accused|rejected|condemned|urged|called (?:on|for|upon)|asked|proposed|reaffirmed|reiterated|stressed|"
    r"emphasized|underlined|underscored|wrote|noted|observed|insisted|denied|decided|agreed|quoted|remarked|added|"
    r"suggested|recommended|demanded|according to|expressed|committed to|proclaimed|concluded|reminded|pointed out)\b"
)


def speaker_of(document: Document, names: Names) -> Party | None:
    """The one speaker of the document: by its metadata, or by a title such as a speech's."""
    metadata = document.metadata
    on = metadata.published
    if metadata.speaker:
        known = names.resolve(metadata.speaker, on=on)
        if known is not None:
            return replace(known, as_written=metadata.speaker)
        kind = (
            "person"
            if re.match(r"[^\W\d_]+(?: [^\W\d_.]+\.?)+$", metadata.speaker)
            else "government"
        )
        return Party(name=metadata.speaker, as_written=metadata.speaker, kind=kind)  # type: ignore[arg-type]
    if metadata.title and _SPEECH.search(metadata.title):
        persons = {m.party.name: m.party for m in names.find(metadata.title)}
        named = [p for p in persons.values() if p.kind == "person"] or list(persons.values())
        countries = {p.country for p in named if p.country and p.country != "United Nations"}
        if len(countries) == 1:
            return next(p for p in named if p.country in countries)
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
    said = _said(document)
    published = dates.published(document.metadata)
    speakers: Speakers | None = None
    for sentence in sentences:
        if _may_report(sentence.text):
            speakers = speakers or _light_speakers(document, names)
            nested = _nested(document, sentence, speakers, speaker, said, published)
            if nested is not None:
                yield nested
                continue
        yield _own(document, sentence, speaker, said, published)


def _said(document: Document) -> Dated | None:
    """A speech is dated by its publication, which its metadata or title give."""
    value = document.metadata.published
    return Dated(value=value, how="date of the speech") if value else None


def _may_report(text: str) -> bool:
    """A cheap look for another's words, so that most sentences are not read further."""
    return _OTHERS.search(text) is not None


class _SentenceCast(Cast):
    """Persons as they are introduced sentence by sentence; nothing is read of the whole speech."""


def _light_speakers(document: Document, names: Names) -> Speakers:
    return Speakers(Cast("", names), names, home=None, on=document.metadata.published)


def _nested(
    document: Document,
    sentence: Sentence,
    speakers: Speakers,
    owner: Party,
    said: Dated | None,
    published: Dated | None,
) -> Statement | None:
    """The statement of another that the sentence as a whole reports; None where it does not."""
    text = sentence.text
    cast = Cast(text, speakers.names)
    local = Speakers(cast, speakers.names, home=None, on=document.metadata.published)
    masked = Masked(text, 0, len(text), cast)
    quoted = [(q.start, q.end) for q in quotations(text)]
    frames = Reader(masked, quoted).read()
    found = compose(frames, text, lambda _inner, _outer: False)
    for reported in found[:1]:
        frame = reported.frame
        party = _another(frame, local, owner)
        if party is None or not _whole(text, frame, reported.start, reported.end):
            return None
        start, end = sentence.start + reported.start, sentence.start + reported.end
        content = document.text[start:end]
        verb = frame.cue.verb
        return Statement(
            document=document.name,
            start=start,
            end=end,
            quote=content,
            cue_start=sentence.start + frame.cue.start,
            cue_end=sentence.start + frame.cue.end,
            sentence=sentence.index,
            speaker=party,
            act=verb.act,
            polarity=polarity(verb, content, negated=frame.negated),
            modality=modality(verb, content, negated=frame.negated),
            form="narrated"
            if verb.narrated
            else "direct"
            if _quoted_whole(quoted, reported.start, reported.end)
            else "indirect",
            reported_by=(owner,),
            said=None,
            published=published,
            referred_to=dates.referred_to(content, document.metadata),
            confidence=0.85,
            rule="reported in a monologue",
        )
    return None


def _quoted_whole(quoted: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(a <= start and end <= b + 1 for a, b in quoted)


def _another(frame: Frame, speakers: Speakers, owner: Party) -> Party | None:
    """Who else speaks in the frame; None where it is the speaker, or not plain."""
    noun: Noun | None = frame.subject
    if noun is None or frame.negated or frame.cue.verb.narrated or frame.cue.verb.plain:
        return None
    if noun.kind not in {"person", "office", "country", "medium"} or _OWN.search(noun.written):
        return None
    party = speakers.resolve(noun, frame.partner)
    if party is None or party.kind not in {"person", "government"}:
        return None
    if party.name == owner.name or (party.country is not None and party.country == owner.country):
        return None
    return party


def _whole(text: str, frame: Frame, start: int, end: int) -> bool:
    """Whether the report is the sentence's own clause, not an aside in the speaker's sentence."""
    if frame.shape == "before":
        return len(text[: frame.left].strip()) < 60 and end >= len(text.rstrip(' .!?”"')) - 3
    return frame.shape in {"after", "amid"} and start < 10


def _own(
    document: Document,
    sentence: Sentence,
    speaker: Party,
    said: Dated | None,
    published: Dated | None,
) -> Statement:
    verb = _own_verb(sentence.text)
    return Statement(
        document=document.name,
        start=sentence.start,
        end=sentence.end,
        quote=sentence.text,
        cue_start=sentence.start,
        cue_end=sentence.start,
        sentence=sentence.index,
        speaker=speaker,
        act=verb.act,
        polarity=verb.polarity,
        modality="asked" if sentence.text.rstrip().endswith("?") else verb.modality,
        form="direct",
        said=said,
        published=published,
        confidence=0.97,
        rule="monologue",
    )


_FIRST_PERSON = re.compile(
    r"\b(?:I|[Ww]e|[Mm]y \w+|[Oo]ur \w+)\s+(?:\w+ly\s+|also\s+|therefore\s+|once again\s+|would like to\s+|wish to\s+|want to\s+)*$"
)


def _own_verb(text: str) -> Verb:
    """What the speaker does by saying it: "we condemn", "I thank"."""
    for cue in cues(text[:200]):
        if (
            _FIRST_PERSON.search(text[: cue.start])
            and not cue.verb.narrated
            and cue.tenses & {"base", "present"}
        ):
            return cue.verb
    return verbs()[0]
