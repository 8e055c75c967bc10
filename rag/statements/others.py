"""What a speech tells of others: "President Obama said here that …", in somebody else's speech."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rag.names import Names
from rag.statements import dates
from rag.statements.cited import FEWEST, NOBODY, OWN, Owner, Reading, introduced, is_sentence
from rag.statements.compose import Reported, compose
from rag.statements.frame import Frame
from rag.statements.frames import Reader
from rag.statements.lexicon import DEEDS, Verb, reports
from rag.statements.nouns import Masked, Noun
from rag.statements.quotes import Quotation, quotations
from rag.statements.retold import as_said, only_quoted, plainly, wholly, without_own
from rag.statements.spoken_of import SpokenOf
from rag.statements.stance import modality, polarity
from rag.types import Document, Form, Party, Sentence, Statement

_OWN = re.compile(r"\b(?:I|we|my|our|us|me|this (?:delegation|assembly))\b", re.IGNORECASE)
_TO_ME = re.compile(r"\s+(?:me|us)\s+to\b")
_ENDED = re.compile(r"[.!?][”\")\]]*\s*\Z")
_TITLE = re.compile(
    r"\b(?:theme|themes|title|titled|entitled|slogan|motto|called|named|namely|known as|project|"
    r"programme|initiative|item|resolution|report|campaign|agenda|goal|topic|subject)\b"
    r"[^.;“”]{0,60}\Z",
    re.IGNORECASE,
)
_LONGEST = 1000
"""Characters of a quotation beyond which its end is another's, or a text is read out."""
_REFERENCE = re.compile(r"\([^)]*\)")
_FEW = 4
"""Words of a sentence beside a quotation below which they say nothing of their own."""


@dataclass(frozen=True)
class Told:
    """What one sentence tells of others."""

    own: tuple[int, int] | None
    """What of the sentence is the speaker's own; None where it only tells another's words."""
    statements: tuple[Statement, ...] = ()
    earlier: bool = False
    """Whether the speaker repeats own words of another day."""


class Others:
    """Finds the words of others in what one person speaks."""

    def __init__(self, document: Document, sentences: Sequence[Sentence], names: Names) -> None:
        self._document, self._sentences = document, sentences
        self._spoken_of = SpokenOf(document, sentences, names)
        self._owners: dict[Quotation, Owner] = {}
        self._read: Reading | None = None

    def told(self, sentence: Sentence, first: int, owner: Party) -> Told:
        """The statements of others in a sentence that begins at `first` and that `owner` speaks."""
        quoted = self._overlapping(first, sentence.end)
        whole = (first, sentence.end)
        if not quoted and not _may_report(sentence.text):
            return Told(whole)
        found, alone = self._reported(sentence, first, owner)
        for quotation in quoted:
            spans = [(s.start, s.end) for s in found]
            whose = self._owner(quotation, first, owner)
            if whose.own:
                continue
            piece = self._piece(quotation, sentence, first, whose, owner)
            if piece is not None and not any(a < piece.end and piece.start < b for a, b in spans):
                found.append(piece)
        alone = (alone and len(found) == 1) or self._only_tells(quoted, first, sentence.end)
        mine = None if alone else self._rest(whole, found)
        return Told(mine, tuple(found), any(self._owners[q].earlier for q in quoted))

    def _only_tells(self, quoted: Sequence[Quotation], first: int, end: int) -> bool:
        """Whether a sentence says nothing but whose the one quotation is that begins in it."""
        opened = [q for q in quoted if first <= q.start and not self._owners[q].own]
        if len(opened) != 1 or not self._owners[opened[0]].alone:
            return False
        return len(_words(self._document.text[min(opened[0].end, end) : end])) < _FEW

    def _reported(
        self, sentence: Sentence, first: int, owner: Party
    ) -> tuple[list[Statement], bool]:
        """What the verbs of the sentence report, and whether it does nothing else."""
        if not (_may_report(sentence.text) and self._spoken_of.names_one(first, sentence.end)):
            return [], False
        reading = self._reading(first, sentence.end)
        masked = reading.masked
        found: list[Statement] = []
        heard: dict[int, Party | None] = {}
        alone = False
        for reported in compose(list(reading.frames), masked.text, _Apart()):
            subject = id(reported.frame.subject)
            if reported.frame.shape == "joined":
                party = heard.get(subject)
            else:
                party = self._another(reported, masked.text, first, owner)
            heard[subject] = party
            if party is None:
                continue
            reported = without_own(masked.text, as_said(masked.text, reported))
            reported = only_quoted(masked.text, reported)
            found.append(self._statement(sentence, first, reported, party, owner))
            # "President Lasso has said": a bare office is mostly one's own country's.
            placed = party.country is not None and party.country != owner.country
            alone = alone or (placed and wholly(masked.text, reported))
            self._spoken_of.heard[sentence.index] = party
            self._open(first + reported.start, first + reported.end, party)
        return found, alone

    def _reading(self, first: int, end: int) -> Reading:
        """The sentence as the grammar reads it; the last one is kept."""
        kept = self._read
        if kept is None or kept.first != first:
            self._spoken_of.begin()
            masked = Masked(self._document.text, first, end, self._spoken_of.cast)
            inside = [
                (max(q.start, first) - first, min(q.end, end) - first)
                for q in self._overlapping(first, end)
            ]
            kept = self._read = Reading(masked, inside, Reader(masked, inside).read(), first)
        return kept

    # --- quotations -----------------------------------------------------------------------------

    @cached_property
    def _quotations(self) -> list[Quotation]:
        return quotations(self._document.text)

    def _overlapping(self, start: int, end: int) -> list[Quotation]:
        """The quotations of which a part lies between two places."""
        at = bisect_left(self._quotations, start, key=lambda q: q.end)
        found = []
        while at < len(self._quotations) and self._quotations[at].start < end:
            found.append(self._quotations[at])
            at += 1
        return found

    def _open(self, start: int, end: int, party: Party) -> None:
        """A quotation that begins with or among these words is that party's to its end."""
        for quotation in self._overlapping(start, end):
            if start - 2 <= quotation.start:
                self._owners[quotation] = Owner(party)

    def _owner(self, quotation: Quotation, first: int, owner: Party) -> Owner:
        """Whose the quotation is: told once, where it begins, and kept to its end."""
        if quotation not in self._owners:
            opens = first <= quotation.start
            self._owners[quotation] = self._told(quotation, first, owner) if opens else OWN
        return self._owners[quotation]

    def _told(self, quotation: Quotation, first: int, owner: Party) -> Owner:
        """Whose the quotation is by the words that lead up to it, or those that follow."""
        text = self._document.text
        words = text[quotation.start : quotation.end]
        sentence = self._at(quotation.start)
        several = sentence is not None and sentence.end < quotation.end
        lead = text[first : quotation.start]
        if not several and _TITLE.search(lead[:-1]):
            return OWN
        whole = is_sentence(words, several=several)
        if not whole and (several or len(words.split()) < FEWEST):
            return OWN
        at, end = first, sentence.end if sentence else quotation.end
        announced = re.search(r"\w", lead) is None
        if announced and (before := self._announcing(first)):
            at, end = before.start, before.end
        place = quotation.start - 1 - at if at == first else end - at
        found = introduced(self._reading(at, end), place, self._spoken_of, owner)
        if not whole and (found is None or found.party is None):
            return OWN  # words that the speaker only marks
        # "He asked me to read his message:" opens a text that is read out.
        mine = not quotation.closed and _OWN.search(text, at, end) is not None
        read_out = announced and (at == first or mine)
        if found is None and read_out:
            return OWN
        if (found is None or found.party is None) and len(words) > _LONGEST:
            return OWN
        colon = text[at : at + place].rstrip()[-1:] == ":"
        return found or (NOBODY if several or colon else OWN)

    def _at(self, place: int) -> Sentence | None:
        """The sentence that holds a place."""
        after = bisect_left(self._sentences, place + 1, key=lambda s: s.start)
        return self._sentences[after - 1] if after else None

    def _announcing(self, first: int) -> Sentence | None:
        """The sentence before, if it ends as one does that a quotation follows."""
        before = self._at(first - 1) if first else None
        if before is None or before.end > first or _ENDED.search(before.text):
            return None
        return before

    def _piece(
        self, quotation: Quotation, sentence: Sentence, first: int, whose: Owner, owner: Party
    ) -> Statement | None:
        """The words of a quotation that stand in the sentence, as their owner's."""
        start, end = max(first, quotation.start), min(sentence.end, quotation.end)
        content = self._document.text[start:end].rstrip()
        if not re.search(r"\w", content):
            return None
        if whose.party is not None:
            self._spoken_of.heard[sentence.index] = whose.party
        goes_on = quotation.start < first
        rule = "quotation goes on in a monologue" if goes_on else "quoted in a monologue"
        span = (start, start + len(content))
        return self._made(sentence, span, (start, start), whose.party, owner, whose.verb, rule)

    def _rest(self, whole: tuple[int, int], found: Sequence[Statement]) -> tuple[int, int] | None:
        """What the quotations of others leave of a sentence: its longest part with words."""
        text = self._document.text
        pieces, start = [], whole[0]
        for quote in sorted((s for s in found if s.form == "direct"), key=lambda s: s.start):
            pieces.append((start, quote.start))
            start = quote.end
        if not pieces:
            return whole
        pieces.append((start, whole[1]))
        first, last = max(pieces, key=lambda p: len(_words(text[p[0] : p[1]])))
        if len(_words(text[first:last])) < _FEW:
            return None
        part = text[first:last]
        lead = len(part) - len(part.lstrip(' \n\t,;:.”"’'))
        return first + lead, first + len(part.rstrip(' \n\t,;:“"('))

    # --- who ------------------------------------------------------------------------------------

    def _another(self, reported: Reported, text: str, first: int, owner: Party) -> Party | None:
        """Who else speaks in the frame; None where it is the speaker, or not plain."""
        frame = reported.frame
        noun = frame.subject
        verb = frame.cue.verb
        if noun is None or frame.negated or verb.narrated or verb.plain or verb.lemma in DEEDS:
            return None
        if _TO_ME.match(text, frame.cue.end):
            return None
        if frame.partner is not None or not plainly(text, frame, reported.start):
            return None
        if _OWN.search(noun.written):
            return None
        party = self._spoken_of.party(noun, first)
        if party is None or party.kind not in {"person", "government"} or party.name == owner.name:
            return None
        own = party.country is not None and party.country == owner.country
        return None if own and party.kind == "government" else party

    # --- what -----------------------------------------------------------------------------------

    def _statement(
        self, sentence: Sentence, first: int, reported: Reported, party: Party, owner: Party
    ) -> Statement:
        cue = reported.frame.cue
        span = (first + reported.start, first + reported.end)
        at = (first + cue.start, first + cue.end)
        rule = "reported in a monologue"
        made = self._made(sentence, span, at, party, owner, cue.verb, rule)
        whole = any(q.start <= span[0] and span[1] <= q.end + 1 for q in self._overlapping(*span))
        form: Form = "direct" if whole else "indirect"
        return replace(made, form=form)

    def _made(
        self,
        sentence: Sentence,
        span: tuple[int, int],
        cue: tuple[int, int],
        party: Party | None,
        owner: Party,
        verb: Verb,
        rule: str,
    ) -> Statement:
        content = self._document.text[span[0] : span[1]]
        return Statement(
            document=self._document.name,
            start=span[0],
            end=span[1],
            quote=content,
            cue_start=cue[0],
            cue_end=cue[1],
            sentence=sentence.index,
            speaker=party,
            act=verb.act,
            polarity=polarity(verb, content, negated=False),
            modality=modality(verb, content, negated=False),
            form="direct",
            reported_by=(owner,),
            published=dates.published(self._document.metadata),
            referred_to=dates.referred_to(content, self._document.metadata),
            confidence=0.85,
            rule=rule,
        )


class _Apart:
    """In a speech all is the speaker's: nobody there reports what another said."""

    def nests(self, inner: Frame, outer: Noun) -> bool:
        return False

    def goes_on(self, inner: Noun, outer: Noun) -> bool:
        return False


def _may_report(text: str) -> bool:
    """A cheap look for another's words, so that most sentences of a speech are not read further."""
    return reports().search(text) is not None


def _words(text: str) -> list[str]:
    """The words that are no reference to a record of the meetings."""
    return re.findall(r"\w+", _REFERENCE.sub("", text))
