"""What a speech tells of others: "President Obama said here that …", in somebody else's speech."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rag.names import Names
from rag.statements import dates
from rag.statements.cast import Cast
from rag.statements.compose import Reported, compose
from rag.statements.frame import Frame
from rag.statements.frames import Reader
from rag.statements.nouns import Masked, Noun
from rag.statements.quotes import Quotation, covering, quotations
from rag.statements.speakers import Speakers
from rag.statements.stance import modality, polarity
from rag.types import Document, Form, Party, Sentence, Statement

_FAR = 3
"""Sentences back in which "he" may have been named."""

# A cheap look for another's words, so that most sentences of a speech are not read further.
_OTHERS = re.compile(
    r"\b(?:said|says|told|stated|declared|announced|threatened|threatens|warned|promised|pledged|"
    r"vowed|claimed|claims|accused|rejected|condemn(?:ed|ing)|urged|call(?:ed|ing) (?:on|for|upon)|"
    r"asked|proposed|reaffirm(?:ed|ing)|reiterated|stressed|emphasi[sz]ed|underlined|underscored|"
    r"wrote|noted|observed|insisted|denied|agreed|quoted|remarked|added|suggested|recommended|"
    r"demand(?:ed|ing)|according to|expressed|committed to|proclaimed|concluded|reminded|"
    r"pointed out|referred to|identified|recogni[sz]ed|congratulated|reconfirmed|acknowledged|"
    r"confirmed|welcomed|argued|explained|recalled)\b"
)
_OWN = re.compile(r"\b(?:I|we|my|our|us|me|this (?:delegation|assembly))\b", re.IGNORECASE)
_NAMED = frozenset({"person", "office", "country", "medium"})
_FRONT = re.compile(
    r"\W*(?:(?:as|and|but|yet|indeed|unfortunately|however|moreover|so|then|today|yesterday|"
    r"recently|only|even|just|earlier|later|again|once|last|this|in|on|at|during|after|before|"
    r"since|from|here|exactly|\w+ years ago|another|for)\b[^;“”\"]*)?[\s,:–—-]*",
    re.IGNORECASE,
)
"""What may stand before the one who is reported: a time, a place, a link."""
_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|must|should|can|could|that|which|who|when|if|"
    r"because|while|where|whether|I|we|what|whose)\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:if|whether|unless|until|when|who|which|whose|what|not|never|nor|no)\b", re.IGNORECASE
)
_QUOTED = re.compile(r"[^“”]{0,120}?[,:]\s*“")
_TO_ME = re.compile(r"\s+(?:me|us)\s+to\b")
_AS = re.compile(r"\W*as\s+(?:the\s+)?", re.IGNORECASE)
_AS_SAID = re.compile(r"[^,“”:]{0,90}?(?:\([^)]{0,60}\))?,\s+")
_SHORT = 160
"""Characters that such words take at most."""


@dataclass(frozen=True)
class Told:
    """What one sentence tells of others."""

    statements: tuple[Statement, ...] = ()
    alone: bool = False
    """Whether nothing of the sentence is the speaker's own but the telling."""


class Others:
    """Finds the words of others in what one person speaks."""

    def __init__(self, document: Document, sentences: Sequence[Sentence], names: Names) -> None:
        self._document, self._sentences, self._names = document, sentences, names
        self._told: dict[int, Party] = {}
        """Sentence → whose words it told."""
        self._owners: dict[Quotation, Party | None] = {}

    def told(self, sentence: Sentence, first: int, owner: Party) -> Told:
        """The statements of others in a sentence that begins at `first` and that `owner` speaks."""
        quotation = covering(self._quotations, first, sentence.end) if self._quotations else None
        if quotation is not None and quotation.start < first - 1 and quotation.closed:
            return self._goes_on(sentence, first, quotation, owner)
        if not _OTHERS.search(sentence.text):
            return Told()
        self._speakers.begin()
        masked = Masked(self._document.text, first, sentence.end, self._cast)
        quoted = [
            (max(q.start, first) - first, min(q.end, sentence.end) - first)
            for q in self._quotations
            if q.start < sentence.end and first < q.end
        ]
        frames = Reader(masked, quoted).read()
        found: list[Statement] = []
        heard: dict[int, Party | None] = {}
        alone = False
        for reported in compose(frames, masked.text, lambda _inner, _outer: False):
            subject = id(reported.frame.subject)
            if reported.frame.shape == "joined":
                party = heard.get(subject)
            else:
                party = self._another(reported, masked.text, sentence, first, owner)
            heard[subject] = party
            if party is None:
                if _of_another(reported.frame.subject):
                    self._open(first + reported.start, None)
                continue
            reported = _quotation(masked.text, _as_said(masked.text, reported))
            found.append(self._statement(sentence, first, reported, party, owner, quoted))
            # "President Lasso has said": a bare office is mostly one's own country's.
            placed = party.country is not None and party.country != owner.country
            alone = alone or (placed and _whole(masked.text, reported))
            self._told[sentence.index] = party
            self._open(first + reported.start, party)
        return Told(tuple(found), alone and len(found) == 1)

    # --- the document, read when the first sentence needs it ------------------------------------

    @cached_property
    def _cast(self) -> Cast:
        return Cast(self._document.text, self._names, on=self._document.metadata.published)

    @cached_property
    def _speakers(self) -> Speakers:
        on = self._document.metadata.published
        return Speakers(self._cast, self._names, home=None, on=on)

    @cached_property
    def _quotations(self) -> list[Quotation]:
        return quotations(self._document.text)

    # --- quotations of several sentences --------------------------------------------------------

    def _open(self, start: int, party: Party | None) -> None:
        """A quotation that begins with these words is that party's to its end, or nobody's."""
        for quotation in self._quotations:
            if quotation.start - 2 <= start <= quotation.start + 2:
                self._owners[quotation] = party

    def _goes_on(self, sentence: Sentence, first: int, quotation: Quotation, owner: Party) -> Told:
        """A further sentence of a quotation: whose it is, or nobody's that could be told."""
        party = self._owners.get(quotation)
        if party is None:
            # Who was said to speak in it is not the one who quotes, even where nobody is known.
            return Told(alone=quotation in self._owners)
        text = self._document.text
        end = min(sentence.end, quotation.end)
        content = text[first:end].rstrip()
        return Told(
            (
                Statement(
                    document=self._document.name,
                    start=first,
                    end=first + len(content),
                    quote=content,
                    cue_start=first,
                    cue_end=first,
                    sentence=sentence.index,
                    speaker=party,
                    form="direct",
                    reported_by=(owner,),
                    published=dates.published(self._document.metadata),
                    confidence=0.8,
                    rule="quotation goes on in a monologue",
                ),
            ),
            alone=True,
        )

    # --- who ------------------------------------------------------------------------------------

    def _another(
        self, reported: Reported, text: str, sentence: Sentence, first: int, owner: Party
    ) -> Party | None:
        """Who else speaks in the frame; None where it is the speaker, or not plain."""
        frame = reported.frame
        noun = frame.subject
        if noun is None or frame.negated or frame.cue.verb.narrated or frame.cue.verb.plain:
            return None
        if _TO_ME.match(text, frame.cue.end):
            return None
        if frame.partner is not None or not _plainly(text, frame, reported.start):
            return None
        if noun.kind == "pronoun":
            party = self._meant(noun, sentence, first)
        elif noun.kind not in _NAMED or _OWN.search(noun.written):
            return None
        else:
            party = self._named(noun)
        if party is None or party.kind not in {"person", "government"} or party.name == owner.name:
            return None
        own = party.country is not None and party.country == owner.country
        return None if own and party.kind == "government" else party

    def _named(self, noun: Noun) -> Party | None:
        if noun.kind == "office" and noun.member is None and noun.country is None:
            # "The President" may be one's own, the Assembly's or the one spoken of before.
            return self._unique(noun)
        return self._speakers.resolve(noun)

    def _unique(self, noun: Noun) -> Party | None:
        """The holder of an office that one body alone has, for those who speak in it."""
        if noun.office != "secretary-general":
            return None
        on = self._document.metadata.published
        held = self._names.holder(noun.office, "United Nations", on=on)
        return replace(held, as_written=noun.written) if held else None

    def _meant(self, noun: Noun, sentence: Sentence, first: int) -> Party | None:
        """Whom "he" means: the only one named before in the sentence, or in those before it."""
        if noun.written.lower() not in {"he", "she"}:
            return None
        here = self._persons(first, first + noun.start)
        if here:
            return here[0] if len(here) == 1 else None
        for earlier in self._before(sentence):
            if earlier.index in self._told:
                told = self._told[earlier.index]
                return told if told.kind == "person" or told.office else None
            found = self._persons(earlier.start, earlier.end)
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def _before(self, sentence: Sentence) -> list[Sentence]:
        """The sentences before, the nearest first."""
        place = bisect_left(self._sentences, sentence.start, key=lambda s: s.start)
        return list(self._sentences[max(0, place - _FAR) : place])[::-1]

    def _persons(self, start: int, end: int) -> list[Party]:
        """The different persons and holders of offices named between two places."""
        masked = Masked(self._document.text, start, end, self._cast)
        found: dict[str, Party] = {}
        last = 0
        for word in re.finditer(r"\S+", masked.masked):
            noun = masked.starting_at(word.start()) if word.start() >= last else None
            if noun is not None and noun.kind in {"person", "office"}:
                last = noun.end
                bare = noun.kind == "office" and noun.member is None and noun.country is None
                party = self._unique(noun) if bare else self._speakers.resolve(noun)
                # An office that nobody can be told for is somebody all the same.
                name = party.name if party else noun.written
                found[name] = party or Party(name=name, kind="unnamed")
        return list(found.values())

    # --- what -----------------------------------------------------------------------------------

    def _statement(
        self,
        sentence: Sentence,
        first: int,
        reported: Reported,
        party: Party,
        owner: Party,
        quoted: Sequence[tuple[int, int]],
    ) -> Statement:
        frame = reported.frame
        verb = frame.cue.verb
        start, end = first + reported.start, first + reported.end
        content = self._document.text[start:end]
        whole = any(a <= reported.start and reported.end <= b + 1 for a, b in quoted)
        form: Form = "direct" if whole else "indirect"
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
            published=dates.published(self._document.metadata),
            referred_to=dates.referred_to(content, self._document.metadata),
            confidence=0.85,
            rule="reported in a monologue",
        )


def _of_another(subject: Noun | None) -> bool:
    """Whether somebody else than the one who speaks is said to say it."""
    return subject is not None and not _OWN.search(subject.written)


def _as_said(text: str, reported: Reported) -> Reported:
    """What follows "As President Obama said here, …" is his."""
    frame = reported.frame
    lead = _AS_SAID.match(text, frame.cue.end) if _AS.fullmatch(text[: frame.left]) else None
    if lead is None:
        return reported
    end = len(text.rstrip(' .!?”"'))
    return replace(reported, start=lead.end(), end=max(end, lead.end()))


def _quotation(text: str, reported: Reported) -> Reported:
    """Only the quotation of "noted in 1963, at a session of the Assembly, “…"."""
    lead = _QUOTED.match(text, reported.frame.cue.end)
    if lead is None or reported.frame.shape != "before" or lead.end() >= reported.end:
        return reported
    closed = text.find("”", lead.end(), reported.end)
    return replace(reported, start=lead.end(), end=closed if closed > 0 else reported.end)


def _plainly(text: str, frame: Frame, start: int) -> bool:
    """Whether the sentence tells it outright: not under a condition, in a clause or an aside."""
    if frame.shape in {"after", "amid"}:
        return start < 10
    if frame.shape != "before":
        return False
    head = text[: frame.left]
    if _AS.fullmatch(head):
        return True
    if len(head.strip()) < _SHORT and not _CLAUSE.search(head):
        return _FRONT.fullmatch(head) is not None
    return len(head.strip()) < 60 and not _OPEN.search(head)


def _whole(text: str, reported: Reported) -> bool:
    """Whether the report is the sentence's own clause, not an aside in the speaker's sentence."""
    frame = reported.frame
    if frame.shape == "before":
        near = len(text[: frame.left].strip()) < 60
        return near and reported.end >= len(text.rstrip(' .!?”"')) - 3
    return frame.shape in {"after", "amid"} and reported.start < 10
