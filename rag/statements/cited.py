"""Whose a quotation is in a speech, read from the words that lead up to it or follow it.

A quotation that somebody is plainly said to have spoken is that somebody's; where nobody can be
told for it, it is nobody's. Titles, slogans and words that the speaker only marks stay the
speaker's sentence, as do a text that the speaker reads out and what the speaker says "I say" to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.statements.frame import Frame
from rag.statements.grammar import listed, pattern
from rag.statements.lexicon import Verb, cues, verbs
from rag.statements.nouns import Masked, Noun
from rag.statements.spoken_of import SpokenOf
from rag.statements.subjects import Subjects
from rag.types import Party

FEWEST = 5
"""Words below which a quotation is a title, or words that are only marked."""
LONGEST_SLOGAN = 6

_LEADS = re.compile(r"[^“”\";:]{0,160}?(?:[:,]|\bthat\b)?\s*[“\"]?\Z")
_FINITE = re.compile(
    r"\b(?:is|are|was|were|will|shall|must|should|would|can|cannot|could|may|have|has|had|do|does|"
    r"did|I|we|you|he|she|they|it|not|never|let|us)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?]\s*\Z")
_I_AND = re.compile(r"\b(?:I|[Ww]e)\b[^;:“”\"]*\band\s+(?:\w+ly\s+)?\Z")
_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|will|would|must|should|can|that|which|when|if|because|while|where|"
    r"I|we|my|our|us|me)\b",
    re.IGNORECASE,
)
_SHORT = 100
"""Characters before a verb that only tell who speaks, when and where."""
_LISTENER = re.compile(r"[^,;:“”\"]*?\b(?=(?:to|before)\s)")
"""Up to whom the words are spoken to: "the words of His Holiness to the Assembly"."""
_WHO = re.compile(r"(?:\s*,)?\s+who\Z|\s*,\Z")
_FIRST = frozenset({"i", "we"})
_SPEAKERS = frozenset({"person", "name", "office"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence as it was read: its masked words, its frames, and where it begins."""

    masked: Masked
    quoted: Sequence[tuple[int, int]]
    frames: Sequence[Frame]
    first: int

    def inside(self, place: int) -> bool:
        """Whether the place lies in a quotation."""
        return any(start <= place < end for start, end in self.quoted)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a quotation is: a party's, the speaker's own, or neither where nobody can be told."""

    party: Party | None = None
    own: bool = False
    earlier: bool = False
    """Own words of another day: "five years ago I said here: “…”"."""
    verb: Verb = verbs()[0]
    alone: bool = False
    """Whether the words before the quotation do nothing but tell whose it is."""


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
    frame = _leading(reading, place)
    mine = frame is not None and _of_speaker(reading, frame)
    found = _by_words(reading, place, spoken_of) if frame is None or mine else None
    if found is None and frame is not None and mine:
        # "I conclude: “…”" is said now, "I said: “…”" was said once.
        return Owner(own=True, earlier="past" in frame.cue.tenses)
    if found is None and frame is not None:
        found = _by_frame(reading, frame, place, spoken_of)
    party = found.party if found else None
    if party and party.kind == "government" and party.country == owner.country:
        return OWN
    return found


def is_sentence(words: str, *, several: bool = False) -> bool:
    """Whether quoted words say something, other than a title or a slogan.

    Args:
        words: What is quoted.
        several: Whether it is cut into several sentences.
    """
    count = len(words.split())
    ends = count > LONGEST_SLOGAN if several else _ENDS.search(words) is not None
    return count >= FEWEST and (ends or _FINITE.search(words) is not None)


def _leading(reading: Reading, place: int) -> Frame | None:
    """The frame whose verb leads up to the mark, or follows the quotation."""
    for frame in reversed(reading.frames):
        if _leads(reading.masked.text, frame, place):
            return frame
    for frame in reading.frames:
        ended = frame.head if frame.shape == "amid" else frame.end
        if frame.shape in {"after", "amid"} and frame.start <= place < ended:
            return frame
    # A verb of whose subject the grammar makes nothing still tells that somebody spoke.
    text = reading.masked.text
    for cue in reversed(list(cues(reading.masked.masked[:place]))):
        bare = Frame(cue, "before", None, start=place, left=cue.start)
        if cue.tenses & {"past", "present"} and _leads(text, bare, place):
            return None if reading.inside(cue.start) else bare
    return None


def _leads(text: str, frame: Frame, place: int) -> bool:
    """Whether the frame's verb leads up to the mark: "said, in May, that “…"."""
    if frame.shape in {"after", "amid"} or frame.cue.end > place:
        return False
    if not (frame.cue.verb.says or frame.shape == "source"):
        return False
    return abs(frame.start - place) <= 2 or _LEADS.match(text, frame.cue.end, place) is not None


def _of_speaker(reading: Reading, frame: Frame) -> bool:
    """Whether the one who speaks is the verb's subject: "I say", "I stood here and stated"."""
    if frame.subject is not None:
        return frame.subject.written.lower() in _FIRST
    return _I_AND.search(reading.masked.text[: frame.cue.start]) is not None


def _by_frame(reading: Reading, frame: Frame, place: int, spoken_of: SpokenOf) -> Owner:
    head = reading.masked.text[: frame.cue.start]
    short = len(head) < _SHORT and place - frame.cue.end < _SHORT // 2
    alone = frame.shape == "before" and short and not _CLAUSE.search(head)
    found = Owner(verb=frame.cue.verb, alone=alone)
    noun = frame.subject or _before(reading, frame)
    if noun is None or frame.negated or frame.partner is not None:
        return found
    return replace(found, party=_only(spoken_of.party(noun, reading.first, quoted=True)))


def _before(reading: Reading, frame: Frame) -> Noun | None:
    """Who stands right before a verb of which the grammar knows no subject.

    A quotation follows, so that "listen to X, who said", "the late X once said" and "X, the poet
    of the sea, wrote" tell who speaks.
    """
    masked = reading.masked
    edge, _ = Subjects(masked, []).skip_helpers(frame.cue.start)
    head = masked.text[:edge]
    role = pattern("apposed_role").search(masked.masked[:edge])
    who = _WHO.search(head)
    cut = role.start() if role else who.start() if who else edge
    for end in _ends(head[:cut]):
        noun = next((n for n in masked.all_ending_at(end) if n.kind in _SPEAKERS), None)
        if noun is not None:
            word = head[: noun.start].split()[-1:]
            # "A boy from Bela said": who stands in another phrase speaks only where "who" follows.
            inside = word and word[0].lower() in listed("oblique")
            return None if inside and not (who or role) else noun
    return None


def _ends(head: str) -> Iterator[int]:
    """Where the one may end whom a phrase in commas follows: "X, a child of the sea"."""
    yield len(head)
    comma = head.rfind(",", max(0, len(head) - 160))
    if comma > 0 and pattern("bracketed").match(head, comma + 1):
        yield comma


def _by_words(reading: Reading, place: int, spoken_of: SpokenOf) -> Owner | None:
    """Whose quotation it is by "in the words of X" or "his words"; by a colon it is somebody's."""
    head = reading.masked.text[:place]
    every = list(pattern("words_of").finditer(head))
    if not every:
        return None
    found = every[-1]
    if found["own"]:
        return OWN
    first = reading.first
    if found["his"]:
        here = spoken_of.persons(first, first + found.start(), quoted=True)
        return Owner(_only(here[0] if len(here) == 1 else spoken_of.last(first, first + place)))
    whose = _LISTENER.match(head, found.end())
    end = whose.end() if whose else place
    named = spoken_of.persons(first + found.end(), first + end, quoted=True)
    return Owner(_only(named[0])) if len(named) == 1 else NOBODY


def _only(party: Party | None) -> Party | None:
    return party if party is not None and party.kind != "unnamed" else None
