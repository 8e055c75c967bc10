"""The parts of a question that a follow-up may replace: who speaks, about what, when and where."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from rag.rewrite.phrases import (
    ASKED_THING,
    AUXILIARIES,
    DATE_PHRASE,
    DEFINED,
    ROLES,
    STRANDED,
    TERRITORIES,
    TOPIC_BEFORE,
    VENUE_PHRASE,
)
from rag.types import Party
from rag.words import fold, tokens

if TYPE_CHECKING:
    from rag.names import Mention, Names

Span = tuple[int, int]

AFTER_AUXILIARY = re.compile(
    rf"\b(?:{'|'.join(sorted(AUXILIARIES, key=len, reverse=True))})\s+", re.IGNORECASE
)
POSSESSIVE = re.compile(
    r"['’]s?\s+(?:(?:\w+\s+){0,2})"
    r"(?:position|stance|views?|opinion|attitude|policy|reaction|response|comments?|remarks?|"
    r"statements?|speech|answer|message|promises?|words|line|demands?|proposals?|call|appeal|"
    r"plans?|concerns?|hopes?|support|opposition|criticism|praise|offer)\b",
    re.IGNORECASE,
)
BY = re.compile(r"\b(?:by|according\s+to)\s+", re.IGNORECASE)
INTRODUCED = re.compile(r"\b(?:what|how|why|whether|that|if|when|where)\s+$", re.IGNORECASE)
OTHER_PREPOSITION = re.compile(
    r"\b(?:to|with|for|from|against|by|in|at|into|between|among|under|through|during|towards?)\s+",
    re.IGNORECASE,
)
LINKS = frozenset("and or of the for both also".split())
CONJOINED = re.compile(r",\s+and\s+[^,]*$")


@dataclass(frozen=True)
class Parts:
    """A question taken apart; every span is into `text`."""

    text: str
    mentions: tuple[Mention, ...]

    @cached_property
    def end(self) -> int:
        """Where the question ends, its closing marks left out."""
        return len(self.text.rstrip(" ?.!？！。…"))

    @cached_property
    def settings(self) -> tuple[Span, ...]:
        """Dates and venues, each with its preposition, in order."""
        found = [m.span() for p in (VENUE_PHRASE, DATE_PHRASE) for m in p.finditer(self.text)]
        kept: list[Span] = []
        for span in sorted(found):
            if not kept or span[0] >= kept[-1][1]:
                kept.append(span)
        return tuple(kept)

    @cached_property
    def dates(self) -> tuple[Span, ...]:
        """Dates with their prepositions."""
        return tuple(m.span() for m in DATE_PHRASE.finditer(self.text))

    @cached_property
    def setting(self) -> str:
        """All dates and venues as they are worded, to be carried over."""
        return " ".join(self.text[a:b].strip() for a, b in self.settings)

    @cached_property
    def subject(self) -> Span | None:
        """The words for whose statement or act is asked about."""
        return (
            self._after_auxiliary()
            or self._possessor()
            or self._after_by()
            or self._introduced()
            or self._before_topic()
        )

    @cached_property
    def topic(self) -> Span | None:
        """What is spoken about, without the preposition."""
        begin = self.subject[1] if self.subject else 0
        for match in TOPIC_BEFORE.finditer(self.text):
            starts_setting = any(a <= match.start() < b for a, b in self.settings)
            if not starts_setting and (match.start() >= begin or self._topic_first(match.start())):
                return self._until_setting(match.end())
        return None

    def words_of(self, span: Span | None) -> str:
        """The words of a span; empty for None."""
        return self.text[span[0] : span[1]].strip() if span else ""

    def mentions_in(self, span: Span) -> list[Mention]:
        """The names inside a span, their places counted from its start."""
        return [
            replace(m, start=m.start - span[0], end=m.end - span[0])
            for m in self.mentions
            if span[0] <= m.start < span[1]
        ]

    def parties(self) -> list[Mention]:
        """Who is named, in the topic and in the names of venues left out."""
        elsewhere = [*self.settings, *([self.topic] if self.topic else [])]
        return [m for m in self.mentions if not any(a <= m.start < b for a, b in elsewhere)]

    @cached_property
    def thing(self) -> str:
        """What the question is about: its topic, what it asks for, else what follows its verb."""
        if self.topic:
            return self.words_of(self.topic)
        named = ASKED_THING.match(self.text) or DEFINED.match(self.text[: self.end])
        return (
            named["thing"] if named else self.words_of(self.last_object() or self._direct_object())
        )

    def subjects(self) -> list[Mention]:
        """The names inside the subject; two for "Morocco and China"."""
        subject = self.subject
        return [m for m in self.mentions if subject and subject[0] <= m.start < subject[1]]

    def _direct_object(self) -> Span | None:
        if not self.subject:
            return None
        verb = re.compile(r"\s*[A-Za-z]+\s+").match(self.text, self.subject[1], self.end)
        span = self._until_setting(verb.end()) if verb else None
        if span and (stranded := STRANDED.search(self.text, *span)):
            span = (span[0], stranded.start()) if stranded.start() > span[0] else None
        return span

    def last_object(self) -> Span | None:
        """What follows the last preposition, where it is neither a date nor a venue."""
        found = None
        for match in OTHER_PREPOSITION.finditer(self.text, 0, self.end):
            if not any(a <= match.start() < b for a, b in self.settings):
                span = self._until_setting(match.end())
                found = span if span and span[1] > span[0] else found
        return found

    def object_of(self, preposition: str) -> Span | None:
        """What follows this preposition, up to the next one."""
        begin = self.subject[1] if self.subject else 0
        for match in re.finditer(rf"\b{preposition}\s+", self.text[: self.end], re.IGNORECASE):
            if match.start() < begin or any(a <= match.start() < b for a, b in self.settings):
                continue
            span = self._until_setting(match.end())
            if span is None:
                continue
            later = [p.start() for p in TOPIC_BEFORE.finditer(self.text, span[0])]
            later += [p.start() for p in OTHER_PREPOSITION.finditer(self.text, span[0])]
            stop = min([s for s in later if s > span[0]] + [span[1]])
            return span[0], len(self.text[:stop].rstrip())
        return None

    def _until_setting(self, start: int) -> Span | None:
        """From `start` to the end or the next date or venue that closes the question."""
        stop = self.end
        for a, b in reversed(self.settings):
            if b <= start or self.text[b:stop].strip(" ,"):
                break
            stop = a
        joined = CONJOINED.search(self.text, start, stop)
        stop = joined.start() if joined else stop
        stop = len(self.text[:stop].rstrip(" ,"))
        return (start, stop) if stop > start else None

    def _topic_first(self, position: int) -> bool:
        """Whether the topic opens the question: "On Xinjiang, what did Pakistan say?"."""
        return not self.text[:position].strip()

    def _after_auxiliary(self) -> Span | None:
        for match in AFTER_AUXILIARY.finditer(self.text):
            found = self.name_phrase(match.end())
            if found and not self.text[found[1] :].startswith(("'s", "’s")):
                return found
        return None

    def _possessor(self) -> Span | None:
        for mention in self.mentions:
            if POSSESSIVE.match(self.text, mention.end):
                return self._backwards(mention.start), mention.end
            if POSSESSIVE.match(self.text, mention.end - 2):
                return self._backwards(mention.start), mention.end - 2
        return None

    def _after_by(self) -> Span | None:
        for match in BY.finditer(self.text):
            if found := self.name_phrase(match.end()):
                return found
        return None

    def _introduced(self) -> Span | None:
        """The subject of an embedded question: "tell me what Pakistan said"."""
        for mention in self.mentions:
            start = self._backwards(mention.start)
            if INTRODUCED.search(self.text, 0, start):
                return self.name_phrase(start)
        return None

    def _before_topic(self) -> Span | None:
        """The first name, where it stands before the topic: "Pakistan on Xinjiang"."""
        topic = next((m.start() for m in TOPIC_BEFORE.finditer(self.text)), None)
        if topic is None or not self.mentions or self.mentions[0].start >= topic:
            return None
        first = self.mentions[0]
        if fold(self.text.split()[0]) in {"who", "which", "whose"}:
            return None  # "who thanked China for …": the name is the object
        return self._backwards(first.start), first.end

    def name_phrase(self, start: int) -> Span | None:
        """A noun phrase from `start` that is a name with its titles; None where it is more."""
        inside, end, reached = False, start, start
        for a, b, word in tokens(self.text):
            if b <= start:
                continue
            mention = next((m for m in self.mentions if m.start <= a < m.end), None)
            bare = re.sub(r"['’]s?$", "", word)
            if self.text[reached:a].strip(" ,.’'s-"):
                break
            if mention:
                inside, end, reached = True, max(min(b, mention.end), end), b
            elif bare in ROLES:
                # "and", "of" and articles belong to it only where more of it follows.
                end, reached = (end if bare in LINKS else b), b
            else:
                break
        return (start, end) if inside else None

    def with_titles(self, mention: Mention) -> Span:
        """A name with the titles before it: "King Mohammed VI"."""
        return self._backwards(mention.start, but=LINKS), mention.end

    def _backwards(self, start: int, *, but: frozenset[str] = frozenset()) -> int:
        """Titles and articles before a name belong to it."""
        for a, b, word in reversed([t for t in tokens(self.text) if t[1] <= start]):
            alone = word not in ROLES - {"and", "or", "of", "for", "also"} or word in but
            if alone or self.text[b:start].strip(" .-"):
                break
            start = a
        return start


def take_apart(text: str, names: Names) -> Parts:
    """The parts of a question; names may be misspelt or in lower case."""
    return Parts(text, tuple(find_names(text, names)))


def find_names(text: str, names: Names) -> list[Mention]:
    """The names in what somebody typed.

    Read as a typed text first, then as a printed one: a family name that is an everyday word
    counts in the second only, where its capital letter shows it to be a name.
    """
    found = list(names.find(text, fuzzy=True))
    for mention in names.find(text):
        if not any(m.start < mention.end and mention.start < m.end for m in found):
            found.append(mention)
    return sorted(found, key=lambda m: m.start)


def is_party(text: str, mentions: Iterable[Mention]) -> bool:
    """Whether the words are a name or names with titles, and nothing else."""
    spans = [(m.start, m.end) for m in mentions]
    if not spans:
        return False
    return all(
        any(a < end and start < b for a, b in spans) or re.sub(r"['’]s?$", "", word) in ROLES
        for start, end, word in tokens(text)
    )


def is_territory(words: str) -> bool:
    """Whether it is a place that is spoken about rather than one that speaks."""
    plain = fold(words).strip()
    return plain in TERRITORIES or plain.removeprefix("the ") in TERRITORIES


def rank(party: Party, words: str) -> str:
    """What sort of a name it is, for telling which earlier name it replaces."""
    if is_territory(words) or is_territory(party.name):
        return "territory"
    return "person" if party.kind == "person" else "government"
