"""Who talks with whom, and so who is spoken to where a sentence does not say it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from rag.statements.cast import Cast
from rag.statements.frame import Frame
from rag.statements.grammar import pattern
from rag.statements.nouns import Noun
from rag.statements.officers import HEADS
from rag.types import Party, Sentence

_OPENING = 4
"""Sentences in which a report says what it is of."""
_NEAR = 30
"""Characters after a verb in which it says when that was."""


def partners(sentences: Iterable[Sentence], cast: Cast) -> defaultdict[str, set[str]]:
    """Who talks with whom, by name: the two persons named nearest to a word for a talk."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for sentence in sentences:
        named = [(start, m.name) for start, _, m in cast.find(sentence.text)]
        if pattern("in_public").search(sentence.text):
            continue
        # What is said of others' talks is none: "Wang said that the meeting between Xi and Kim".
        told = pattern("told_words").search(sentence.text)
        words = sentence.text[: told.start()] if told else sentence.text
        named = [(place, name) for place, name in named if place < len(words)]
        if len({name for _, name in named}) == 1:
            named += _by_office(sentence, named[0], cast)
        if len({name for _, name in named}) < 2:
            continue
        for talk in pattern("talk").finditer(words):
            place = talk.start()
            near = sorted(named, key=lambda one: abs(one[0] - place))
            one, other = list(dict.fromkeys(name for _, name in near))[:2]
            found[one].add(other)
            found[other].add(one)
    return found


def _by_office(sentence: Sentence, partner: tuple[int, str], cast: Cast) -> list[tuple[int, str]]:
    """Who goes by office in "In a call with Amir Tamim, the Iranian president said"."""
    place, name = partner
    if pattern("talk_with").search(sentence.text[:place]) is None:
        return []
    found: list[tuple[int, str]] = []
    for mention in cast.mentions(sentence.start, sentence.end):
        heads = [m for m in cast.holders(None, mention.party.country) if m.office in HEADS]
        if len(heads) == 1 and heads[0].name != name:
            found.append((mention.start - sentence.start, heads[0].name))
    return found


class Audience:
    """To whom something is said in a report of a talk: to the other of the two, or to all.

    Args:
        sentences: Those of a report of a talk; none where the document is of none.
        cast: Its persons.
    """

    def __init__(self, sentences: Sequence[Sentence], cast: Cast) -> None:
        self._cast, self._occasion = cast, bool(sentences) and _of_the_two(sentences)
        self.talks = partners(sentences, cast)
        """Who talks with whom, by name."""
        self._public = False
        """Whether what is said at this point is said to all."""

    def of(
        self, frame: Frame, speaker: Party, principals: Sequence[Party], text: str, content: str
    ) -> Party | None:
        """Who listens where the sentence `text` names no listener of its `content`."""
        principal = any(p.name == speaker.name for p in principals)
        if not self._occasion or not principal or self._to_all(frame, text, content):
            return None
        other = _listener(speaker, principals, self.talks)
        # "I had an excellent call with her": whom one's own words name listens elsewhere.
        first = re.search(r"\bI\b", content) is not None
        named = [
            start for start, _, m in self._cast.find(content) if other and m.name == other.name
        ]
        # "Xi made the remarks in a call with Khan" is the talk itself, not words about it.
        about = frame.cue.verb.act != "talk" and any(
            pattern("of_talk_with").search(content[:place]) for place in named
        )
        if about:
            self._public = True  # of the meeting with them is spoken after it, to others
        spoken_of = about or (first and named) or pattern("of_the_talk").match(content)
        return None if spoken_of else other

    def told(self, speaker: Party | None, listener: Party, principals: Sequence[Party]) -> None:
        """Remembers to whom one of the two talks: what they tell reporters is said to all."""
        if speaker is not None and any(p.name == speaker.name for p in principals):
            self._public = listener.kind in {"unnamed", "medium"}

    def _to_all(self, frame: Frame, text: str, content: str) -> bool:
        """Whether it is said to all: from words that say so up to the next that tell of a talk."""
        around = text.replace(content, " ")
        if pattern("in_public").search(around) or pattern("posted").search(text):
            self._public = True
        elif pattern("talk").search(around):
            self._public = False
        if frame.cue.verb.lemma == "tell" and frame.addressee is None:
            # "told a Lima paper": whoever that is, it is not the other of the two.
            return pattern("listener_pronoun").match(text, frame.cue.end) is None
        beside = text[frame.left : frame.cue.end + _NEAR]
        return self._public or pattern("another_time").search(beside) is not None


def _of_the_two(sentences: Sequence[Sentence]) -> bool:
    """Whether the report is of the talk itself, not of what is said of it to reporters.

    So it is where its first sentences tell that they talked before anybody says anything, or where
    none of them tells of reporters or a public.
    """
    for sentence in sentences[:_OPENING]:
        said = pattern("reported_clause").search(sentence.text)
        told = sentence.text[: said.start()] if said else sentence.text
        if pattern("meets").search(told) or pattern("by_telephone").search(told):
            return True
    opening = [s.text for s in sentences[:_OPENING]]
    return not any(pattern("in_public").search(t) or pattern("posted").search(t) for t in opening)


def _listener(
    speaker: Party, principals: Sequence[Party], talks: Mapping[str, set[str]]
) -> Party | None:
    """The other of two who talk, unless the document has them talk with others too."""
    if len(principals) != 2 or any(p.kind != "person" for p in principals):
        return None
    if speaker.name not in {p.name for p in principals}:
        return None
    other = next(p for p in principals if p.name != speaker.name)
    return other if talks.get(speaker.name, set()) == {other.name} else None


def one_of(speaker: Party | None, others: Party) -> bool:
    """Whether the speaker is one of them: "both countries" are then not those spoken to."""
    if speaker is None:
        return False
    both = others.name.split(" and ") if others.kind == "joint" else [others.name]
    return speaker.name in both or (others.kind == "joint" and speaker.country in both)


def somebody(noun: Noun) -> Party:
    """A reporter whom the document does not name: that somebody reports is known all the same."""
    written = " ".join(noun.written.split())
    return Party(name=written, country=noun.country, kind="unnamed", as_written=written)
