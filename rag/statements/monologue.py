"""Documents with one speaker: every sentence is theirs, but for what they report of others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.names import Names
from rag.statements import dates
from rag.statements.cast import Cast
from rag.statements.compose import Reported, compose
from rag.statements.frame import Frame
from rag.statements.frames import Reader
from rag.statements.lexicon import Verb, cues, verbs
from rag.statements.nouns import Masked
from rag.statements.quotes import quotations
from rag.statements.speakers import Speakers
from rag.statements.stance import modality, polarity
from rag.types import Dated, Document, Form, Party, PartyKind, Sentence, Statement

_SPEECH = re.compile(
    r"\b(?:general debate|statement (?:by|of|to|at)|speech|address (?:by|of|to|at)|keynote|"
    r"remarks (?:by|of|at|to|on|with))\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:I|we|my|our|us|me|this (?:delegation|assembly))\b", re.IGNORECASE)
_FIRST_PERSON = re.compile(
    r"\b(?:I|[Ww]e|[Mm]y \w+|[Oo]ur \w+)\s+(?:\w+ly\s+|also\s+|therefore\s+|once again\s+|"
    r"would like to\s+|wish to\s+|want to\s+)*$"
)
# A cheap look for another's words, so that most sentences of a speech are not read further.
_OTHERS = re.compile(
    r"\b(?:said|says|told|stated|declared|announced|threatened|threatens|warned|promised|pledged|"
    r"vowed|claimed|claims|accused|rejected|condemned|urged|called (?:on|for|upon)|asked|proposed|"
    r"reaffirmed|reiterated|stressed|emphasi[sz]ed|underlined|underscored|wrote|noted|observed|"
    r"insisted|denied|agreed|quoted|remarked|added|suggested|recommended|demanded|according to|"
    r"expressed|committed to|proclaimed|concluded|reminded|pointed out)\b"
)


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
    talk = Talk(document, names)
    for sentence in sentences:
        yield talk.statement(sentence, speaker)


class Talk:
    """Turns sentences that somebody speaks into statements."""

    def __init__(self, document: Document, names: Names) -> None:
        self._document, self._names = document, names
        self._published = dates.published(document.metadata)
        value = document.metadata.published
        # A speech is dated by its publication, which its metadata or title give.
        self._said = Dated(value=value, how="date of the speech") if value else None

    def statement(
        self,
        sentence: Sentence,
        speaker: Party,
        *,
        start: int | None = None,
        rule: str = "monologue",
    ) -> Statement:
        """The sentence as that speaker's statement, or as another's that they report.

        Args:
            sentence: What is spoken.
            speaker: Who speaks.
            start: Where the words begin, if a label such as "Q:" stands before them.
            rule: What tells that the speaker speaks.
        """
        first = sentence.start if start is None else start
        if _OTHERS.search(sentence.text):
            nested = self._of_another(sentence, first, speaker)
            if nested is not None:
                return nested
        return self._own(sentence, first, speaker, rule)

    def _of_another(self, sentence: Sentence, first: int, owner: Party) -> Statement | None:
        """The statement of another that the sentence as a whole reports; None where it does not."""
        text = self._document.text[first : sentence.end]
        cast = Cast(text, self._names)
        speakers = Speakers(cast, self._names, home=None, on=self._document.metadata.published)
        quoted = [(q.start, q.end) for q in quotations(text)]
        frames = Reader(Masked(text, 0, len(text), cast), quoted).read()
        found = compose(frames, text, lambda _inner, _outer: False)
        if not found or not _whole(text, found[0].frame, found[0].start, found[0].end):
            return None
        party = _another(found[0].frame, speakers, owner)
        if party is None:
            return None
        return self._told(sentence, first, found[0], party, owner, quoted)

    def _told(
        self,
        sentence: Sentence,
        first: int,
        reported: Reported,
        party: Party,
        owner: Party,
        quoted: list[tuple[int, int]],
    ) -> Statement:
        frame = reported.frame
        verb = frame.cue.verb
        start, end = first + reported.start, first + reported.end
        content = self._document.text[start:end]
        whole = any(a <= reported.start and reported.end <= b + 1 for a, b in quoted)
        form: Form = "narrated" if verb.narrated else "direct" if whole else "indirect"
        return Statement(
            document=self._document.name,
            start=start,
            end=end,
            quote=content,
            cue_start=first + frame.cue.start,
            cue_end=first + frame.cue.end,
            sentence=sentence.index,
            speaker=party,
            act=verb.act,
            polarity=polarity(verb, content, negated=frame.negated),
            modality=modality(verb, content, negated=frame.negated),
            form=form,
            reported_by=(owner,),
            published=self._published,
            referred_to=dates.referred_to(content, self._document.metadata),
            confidence=0.85,
            rule="reported in a monologue",
        )

    def _own(self, sentence: Sentence, first: int, speaker: Party, rule: str) -> Statement:
        text = self._document.text[first : sentence.end]
        verb = _own_verb(text)
        return Statement(
            document=self._document.name,
            start=first,
            end=sentence.end,
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


def _another(frame: Frame, speakers: Speakers, owner: Party) -> Party | None:
    """Who else speaks in the frame; None where it is the speaker, or not plain."""
    noun = frame.subject
    if noun is None or frame.negated or frame.cue.verb.narrated or frame.cue.verb.plain:
        return None
    if noun.kind not in {"person", "office", "country", "medium"} or _OWN.search(noun.written):
        return None
    if noun.member is not None and noun.member.country is None:
        # "President Lasso has said": a bare office is one's own country's.
        return None
    party = speakers.resolve(noun, frame.partner)
    if party is None or party.kind not in {"person", "government"} or party.name == owner.name:
        return None
    return None if party.country is not None and party.country == owner.country else party


def _whole(text: str, frame: Frame, start: int, end: int) -> bool:
    """Whether the report is the sentence's own clause, not an aside in the speaker's sentence."""
    if frame.shape == "before":
        return len(text[: frame.left].strip()) < 60 and end >= len(text.rstrip(' .!?”"')) - 3
    return frame.shape in {"after", "amid"} and start < 10


def _own_verb(text: str) -> Verb:
    """What the speaker does by saying it: "we condemn", "I thank"."""
    for cue in cues(text[:200]):
        present = cue.tenses & {"base", "present"}
        if present and not cue.verb.narrated and _FIRST_PERSON.search(text[: cue.start]):
            return cue.verb
    return verbs()[0]
