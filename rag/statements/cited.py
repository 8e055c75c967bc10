"""Whose a quotation is in a speech, read from the words that lead up to it or follow it.

A quotation that somebody is plainly said to have spoken is that somebody's; where nobody can be
told for it, it is nobody's. Titles, slogans and words that the speaker only marks stay the
speaker's sentence, as do a text that the speaker reads out and what the speaker says "I say" to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.statements.frame import Frame
from rag.statements.grammar import pattern
from rag.statements.lexicon import Verb, verbs
from rag.statements.nouns import Masked, Noun
from rag.statements.spoken_of import SpokenOf
from rag.statements.subjects import Subjects
from rag.types import Party

FEWEST = 5
"""Words below which a quotation is a title, or words that are only marked."""

_LEADS = re.compile(r"[^“”\";:]{0,160}?(?:[:,]|\bthat\b)?\s*[“\"]?\Z")
_FINITE = re.compile(
    r"\b(?:is|are|was|were|will|shall|must|should|would|can|cannot|could|may|have|has|had|do|does|"
    r"did|I|we|you|he|she|they|it|not|never|let|us)\b|[.!?]\s*\Z",
    re.IGNORECASE,
)
_WHO = re.compile(r"(?:\s*,)?\s+who\Z|\s*,\Z")
_FIRST = frozenset({"i", "we"})
_SPEAKERS = frozenset({"person", "name", "office"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence as it was read: its masked words, its frames, and where it begins."""

    masked: Masked
    frames: Sequence[Frame]
    first: int


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a quotation is: a party's, the speaker's own, or neither where nobody can be told."""

    party: Party | None = None
    own: bool = False
    earlier: bool = False
    """Own words of another day: "five years ago I said here: “…”"."""
    verb: Verb = verbs()[0]


OWN, NOBODY = Owner(own=True), Owner()


def introduced(reading: Reading, place: int, spoken_of: SpokenOf, owner: Party) -> Owner | None:
    """Who is said to have spoken the quotation whose mark stands at a place of the sentence.

    Args:
        reading: The sentence that leads up to it.
        place: Where the mark stands in that sentence.
        spoken_of: Whom its phrases mean.
        owner: Whose speech it is.

    Returns:
        None where the words around it do not tell that anybody spoke.
    """
    text = reading.masked.text
    for frame in reversed(reading.frames):
        if _leads(text, frame, place):
            return _by_frame(reading, frame, spoken_of, owner)
    for frame in reading.frames:
        ended = frame.head if frame.shape == "amid" else frame.end
        if frame.shape in {"after", "amid"} and frame.start <= place < ended:
            return _by_frame(reading, frame, spoken_of, owner)
    return _by_words(reading, place, spoken_of)


def is_sentence(words: str) -> bool:
    """Whether quoted words say something, other than a title or a slogan."""
    return len(words.split()) >= FEWEST and _FINITE.search(words) is not None


def _leads(text: str, frame: Frame, place: int) -> bool:
    """Whether the frame's verb leads up to the mark: "said, in May, that “…"."""
    if frame.shape in {"after", "amid"} or frame.cue.end > place:
        return False
    if not (frame.cue.verb.says or frame.shape == "source"):
        return False
    return abs(frame.start - place) <= 2 or _LEADS.match(text, frame.cue.end, place) is not None


def _by_frame(reading: Reading, frame: Frame, spoken_of: SpokenOf, owner: Party) -> Owner:
    noun = frame.subject
    if noun is not None and noun.written.lower() in _FIRST:
        return Owner(own=True, earlier="past" in frame.cue.tenses)
    if frame.negated or frame.partner is not None:
        return NOBODY
    verb = frame.cue.verb
    nouns = [noun] if noun is not None else list(_before(reading, frame))
    for noun in nouns:
        party = spoken_of.party(noun, reading.first, quoted=True)
        if party is not None and party.kind == "government" and party.country == owner.country:
            return Owner(own=True, earlier="past" in frame.cue.tenses)
        return Owner(party if party and party.kind != "unnamed" else None, verb=verb)
    return Owner(verb=verb)


def _before(reading: Reading, frame: Frame) -> Iterator[Noun]:
    """Who stands right before a verb of which the grammar knows no subject.

    A quotation follows, so that "listen to X, who said", "the late X once said" and "X, the poet
    of the sea, wrote" tell who speaks.
    """
    masked = reading.masked
    edge, _ = Subjects(masked, []).skip_helpers(frame.cue.start)
    head = masked.text[:edge]
    apposed = pattern("apposed_role").search(masked.masked[:edge])
    if apposed:
        head = masked.text[: apposed.start()]
    elif who := _WHO.search(head):
        head = head[: who.start()]
    for end in _ends(head):
        noun = next((n for n in masked.all_ending_at(end) if n.kind in _SPEAKERS), None)
        if noun is not None:
            yield noun
            return


def _ends(head: str) -> Iterator[int]:
    """Where the one may end whom a phrase in commas follows: "X, a child of the sea"."""
    yield len(head)
    comma = head.rfind(",", max(0, len(head) - 160))
    if comma > 0 and pattern("bracketed").match(head, comma + 1):
        yield comma


def _by_words(reading: Reading, place: int, spoken_of: SpokenOf) -> Owner | None:
    """Whose quotation it is by "in the words of X" or "his words"; by a colon it is somebody's."""
    head = reading.masked.text[:place]
    found = None
    for found in pattern("words_of").finditer(head):
        pass
    if found is None:
        return None
    if found["own"]:
        return OWN
    first = reading.first
    if found["his"]:
        return Owner(_only(spoken_of.last(first, first + found.start())))
    named = spoken_of.persons(first + found.end(), first + place, quoted=True)
    return Owner(_only(named[0])) if len(named) == 1 else NOBODY


def _only(party: Party | None) -> Party | None:
    return party if party is not None and party.kind != "unnamed" else None
