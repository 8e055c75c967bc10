"""Which word of a sentence stands for which word of the span."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from rag.check.lexicon import opposites, same, without_prefix
from rag.check.reading import Text, Token, is_numeral

PREFIX = 5
"""Letters that two words of one family share at least: democracy, democratic."""
FAMILY = 0.65
"""Share of the longer word that the shared beginning must make up."""


@dataclass(slots=True)
class Alignment:
    """For each token of a sentence, the tokens of the span that say the same or the opposite."""

    sentence: Text
    span: Text
    to: list[list[int]]
    """The same, by inflection, synonym, family or name."""
    against: list[list[int]]
    """The opposite."""
    back: list[list[int]] = field(default_factory=list)
    """For each token of the span, the tokens of the sentence that say the same."""

    def carried(self, token: Token) -> bool:
        """Whether the span has the word in some form."""
        return bool(self.to[token.index])

    def near(self, token: Token, place: int, reach: int = 8) -> bool:
        """Whether a neighbour of `token` is aligned within `reach` words of `place`."""
        return any(
            abs(j - place) <= reach and j != place
            for other in neighbours(self.sentence, token.index, 4)
            for j in self.to[other.index]
        )


def neighbours(text: Text, index: int, reach: int) -> Iterator[Token]:
    """The content words among the nearest `reach` content words to either side."""
    for step in (-1, 1):
        taken, place = 0, index + step
        while 0 <= place < len(text.tokens) and taken < reach:
            token = text.tokens[place]
            if token.sentence != text.tokens[index].sentence:
                break
            if token.content:
                taken += 1
                yield token
            place += step


def align(sentence: Text, span: Text) -> Alignment:
    """The alignment of two texts, word by word, each with all its counterparts."""
    to: list[list[int]] = []
    against: list[list[int]] = []
    for token in sentence.tokens:
        equal = _equal(token, sentence, span)
        to.append(equal)
        against.append([] if equal or token.kind != "word" else _opposite(token, span))
    back: list[list[int]] = [[] for _ in span.tokens]
    for index, places in enumerate(to):
        for place in places:
            back[place].append(index)
    return Alignment(sentence, span, to, against, back)


def _equal(token: Token, sentence: Text, span: Text) -> list[int]:
    if token.kind == "mark":
        return [t.index for t in span.tokens if t.text == token.text]
    direct = span.by_canon.get(token.canon, [])
    if token.value is not None:
        return [t.index for t in span.tokens if t.value == token.value]
    if not token.content:
        return list(direct)
    if not direct and (written := _written_together(token, sentence, span)):
        return written
    if token.entity is not None:
        named = [t.index for t in span.tokens if t.entity == token.entity]
        return sorted({*direct, *named}) or _acronym(token, sentence, span)
    if direct:
        return list(direct)
    synonyms = [t.index for t in span.tokens if t.kind == "word" and same(token.canon, t.canon)]
    return synonyms or _family(token, span) or _acronym(token, sentence, span)


def _written_together(token: Token, sentence: Text, span: Text) -> list[int]:
    """South East for southeast, and the other way round."""
    if token.low in span.pairs:
        return span.pairs[token.low]
    beside = (token.index - 1, token.index), (token.index, token.index + 1)
    for left, right in beside:
        if left >= 0 and right < len(sentence.tokens):
            joined = sentence.tokens[left].low + sentence.tokens[right].low
            places = [t.index for t in span.tokens if t.low == joined]
            if places:
                return places
    return []


def _family(token: Token, span: Text) -> list[int]:
    """Words of one family by their beginning."""
    return [t.index for t in span.tokens if t.content and _related(token.low, t.low)]


@lru_cache(maxsize=262144)
def _related(left: str, right: str) -> bool:
    longest = max(len(left), len(right))
    if min(len(left), len(right)) < PREFIX:
        return False
    wanted = max(PREFIX, math.ceil(FAMILY * longest))
    return left[:wanted] == right[:wanted] and not _turned(left, right)


def _turned(left: str, right: str) -> bool:
    """Harmful and harmless, hope and hopeless."""
    return left.endswith("less") != right.endswith("less")


def _acronym(token: Token, sentence: Text, span: Text) -> list[int]:
    """WHO for World Health Organization, either way round."""
    if _is_acronym(token):
        return _initials(token.low, span)
    if not token.cap:
        return []
    return [
        t.index for t in span.tokens if _is_acronym(t) and token.index in _initials(t.low, sentence)
    ]


def _is_acronym(token: Token) -> bool:
    return token.text.isupper() and 2 <= len(token.text) <= 6 and not is_numeral(token.text)


def _initials(letters: str, text: Text) -> list[int]:
    """The capitalised words whose initials are `letters`, little words between them allowed."""
    capitals = [t for t in text.tokens if t.kind == "word" and t.cap and t.content]
    for first in range(len(capitals) - len(letters) + 1):
        run = capitals[first : first + len(letters)]
        if "".join(t.low[0] for t in run) == letters and run[-1].index - run[0].index < 10:
            return [t.index for t in run]
    return []


def _opposite(token: Token, span: Text) -> list[int]:
    contrary = opposites(token.canon)
    bare = without_prefix(token.low)
    found = []
    for other in span.tokens:
        if other.kind != "word":
            continue
        if (
            other.canon in contrary
            or (bare is not None and bare == other.canon)
            or (token.content and without_prefix(other.low) == token.canon)
        ):
            found.append(other.index)
    return found
