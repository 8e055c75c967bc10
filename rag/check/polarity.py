"""Negation and opposites: does the sentence deny what its span says, or say what it denies?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.check.align import Alignment, neighbours
from rag.check.lexicon import idioms, opposites, words, written
from rag.check.reading import BREAKS, Negation, Text, Token, is_light

HEADS = 3
"""So many content words after a negator can be what it denies."""
REACH = 9
"""Words after a negator within which they stand."""
NEIGHBOURHOOD = 8
STOPS = frozenset(
    "but because although though while whereas which who whom whose when where if unless".split()
)


def negations(text: Text) -> tuple[Negation, ...]:
    """What is denied in a text."""
    if text.negations is None:
        text.negations = tuple(_negations(text))
    return text.negations


def _negations(text: Text) -> Iterator[Negation]:
    tokens = text.tokens
    negators = written("negation", "negators")
    for token in tokens:
        if token.kind != "word":
            continue
        if token.low in negators or token.low.endswith("n't"):
            if not _idiom(text, token) and not _answers(text, token):
                yield Negation(token.index, tuple(_heads(text, token.index)))
        elif token.canon in words("negation", "denials"):
            yield Negation(token.index, tuple(_heads(text, token.index)), whole=True)
        elif (
            token.canon in words("negation", "implicative") and _followed(text, token, "to", "any")
        ) or (token.canon in words("negation", "reversers") and _followed(text, token)):
            yield Negation(token.index, tuple(_heads(text, token.index)))


def _idiom(text: Text, token: Token) -> bool:
    lows = [t.low for t in text.tokens[max(token.index - 3, 0) : token.index + 4]]
    place = min(token.index, 3)
    return any(
        lows[place - at : place - at + len(idiom)] == list(idiom)
        for idiom in idioms()
        for at, word in enumerate(idiom)
        if word == token.low and place >= at
    )


def _answers(text: Text, token: Token) -> bool:
    """The "No" before an answer denies the question."""
    following = text.tokens[token.index + 1 : token.index + 2]
    return token.low == "no" and token.index == 0 and bool(following) and following[0].text == ","


def _followed(text: Text, token: Token, *following: str) -> bool:
    """Whether one of these words follows, or a verb in -ing where none is given."""
    for after in text.tokens[token.index + 1 : token.index + 2]:
        return after.low in following if following else after.low.endswith("ing")
    return False


def _heads(text: Text, cue: int) -> Iterator[int]:
    taken = 0
    for token in text.tokens[cue + 1 : cue + 1 + REACH]:
        if token.text in BREAKS or token.low in STOPS or taken == HEADS:
            return
        if token.low == "longer" and token.index == cue + 1:
            continue
        if token.content and not _adverb(token):
            taken += 1
            yield token.index


def _adverb(token: Token) -> bool:
    return token.low.endswith("ly") and len(token.low) > 4


# --- added ---------------------------------------------------------------------------------------


def negation_added(found: Alignment) -> str | None:
    """A negation of the sentence that its span does not have."""
    theirs = negations(found.span)
    for negation in negations(found.sentence):
        if not _licensed(found, negation, theirs):
            cue = found.sentence.tokens[negation.cue].text
            return f"“{cue}” is a negation that the source does not have"
    return None


def _licensed(found: Alignment, negation: Negation, theirs: tuple[Negation, ...]) -> bool:
    """Whether the span denies the same: the word itself, or near what surrounds it."""
    heads = sorted(negation.heads[:2], key=lambda i: is_light(found.sentence.tokens[i]))
    for head in heads:
        if found.against[head] and not found.to[head]:
            return True
        places = found.to[head]
        if places:
            token = found.sentence.tokens[head]
            return _denied(found.span, _counterpart(found, token, places), theirs)
    around = _clause_places(found, negation)
    cues = [n.cue for n in theirs] + [t.index for t in found.span.tokens if _holds(t)]
    return any(abs(cue - place) <= NEIGHBOURHOOD for cue in cues for place in around)


def _counterpart(found: Alignment, token: Token, places: Sequence[int]) -> int:
    """Of several counterparts of a word the one in the same form, then the one nearest."""

    def fit(place: int) -> tuple[bool, float]:
        return found.span.tokens[place].low == token.low, _closeness(found, token, place)

    return max(places, key=fit)


def _clause_places(found: Alignment, negation: Negation) -> list[int]:
    """Where the span has the content words that stand near the sentence's negator."""
    cue, bare = negation.cue, not negation.heads
    near = found.sentence.tokens[max(cue - 4, 0) : cue + 8]
    around = [t for t in near if t.content and (bare or not is_light(t))]
    return [j for t in around for j in found.to[t.index]]


def _denied(span: Text, place: int, theirs: tuple[Negation, ...]) -> bool:
    """Whether the word of the span is denied, in whatever way."""
    if any(place in n.heads[:3] or (n.whole and 0 < place - n.cue <= 25) for n in theirs):
        return True
    token = span.tokens[place]
    before = span.tokens[max(place - 5, 0) : place]
    return any(_holds(t) and t.clause == token.clause for t in before)


def _holds(token: Token) -> bool:
    """Whether a word holds a negation that a paraphrase may spell out."""
    return (
        token.kind == "word"
        and not token.cap
        and (
            token.canon in words("negation", "holders")
            or token.canon in words("negation", "implicative")
        )
    )


# --- removed -------------------------------------------------------------------------------------


def negation_removed(found: Alignment) -> str | None:
    """A negation of the span that the sentence leaves out while keeping what it denies."""
    ours = negations(found.sentence)
    for negation in negations(found.span):
        for place in _deciding(found, negation):
            kept = [i for i in found.back[place] if found.sentence.tokens[i].content]
            if not kept:
                continue
            said = [i for i in kept if not _denied(found.sentence, i, ours)]
            if len(said) <= _elsewhere(found, place) or len(said) < len(kept):
                break
            if any(found.near(found.sentence.tokens[i], place) for i in kept):
                cue = found.span.tokens[negation.cue].text
                return f"the source's “{cue}” before “{found.span.tokens[place].text}” is missing"
            break
    return None


def _deciding(found: Alignment, negation: Negation) -> tuple[int, ...]:
    """The denied words in the order in which they decide: a light one last."""
    named = [j for j in negation.heads if found.span.tokens[j].entity is None]
    heads = named[:2]
    return tuple(sorted(heads, key=lambda j: is_light(found.span.tokens[j])))


def _elsewhere(found: Alignment, place: int) -> int:
    """How often the span also says the word without denying it."""
    theirs = negations(found.span)
    word = found.span.tokens[place]
    return sum(
        j != place and found.span.tokens[j].low == word.low and not _denied(found.span, j, theirs)
        for j in found.span.by_canon.get(word.canon, [])
    )


# --- opposites -----------------------------------------------------------------------------------


def opposite(found: Alignment) -> str | None:
    """A word whose opposite the span has in its place."""
    ours, theirs = negations(found.sentence), negations(found.span)
    for token in found.sentence.tokens:
        for place in _contraries(found, token):
            if _spent(found, place) or not found.near(token, place):
                continue
            turned = _head(token.index, ours) != _head(place, theirs)
            if not turned:
                other = found.span.tokens[place].text
                return f"“{token.text}” where the source has “{other}”"
    return None


def _contraries(found: Alignment, token: Token) -> list[int]:
    """Where the span has the opposite of a word, and the word itself not at all or not there."""
    if token.kind != "word":
        return []
    if token.canon in found.span.by_canon:
        return _said_too_often(found, token)
    same = found.to[token.index]
    if not same:
        return found.against[token.index]
    nearest = max(_closeness(found, token, j) for j in same)
    contrary = opposites(token.canon)
    return [
        t.index
        for t in found.span.tokens
        if t.canon in contrary and _closeness(found, token, t.index) > nearest
    ]


def _closeness(found: Alignment, token: Token, place: int) -> float:
    """How near the counterparts of a word's neighbours stand to a place of the span."""
    return sum(
        max((1 / abs(j - place) for j in found.to[other.index] if j != place), default=0.0)
        for other in neighbours(found.sentence, token.index, 2)
    )


def _spent(found: Alignment, place: int) -> bool:
    """Whether the sentence has the span's word as often as the span has."""
    word = found.span.tokens[place].canon
    return len(found.back[place]) >= len(found.span.by_canon[word])


def _said_too_often(found: Alignment, token: Token) -> list[int]:
    """The opposites in the span of a word that the sentence has more often than the span."""
    mine = [t for t in found.sentence.content() if t.canon == token.canon]
    if len(mine) < 2 or len(mine) <= len(found.span.by_canon.get(token.canon, [])):
        return []
    contrary = opposites(token.canon)
    return [t.index for t in found.span.tokens if t.canon in contrary]


def _head(place: int, denials: tuple[Negation, ...]) -> bool:
    """Whether a word is itself what is denied."""
    return any(place in n.heads[:2] or (n.whole and 0 < place - n.cue <= 12) for n in denials)


def turned(found: Alignment) -> str | None:
    """Words such as "north of" where the span has "south of" the same, and the like."""
    directions = words("classes", "directions")
    for token in found.sentence.tokens:
        contrary = opposites(token.canon) if token.canon in directions else frozenset()
        if not contrary:
            continue
        following = next(
            (t for t in neighbours(found.sentence, token.index, 1) if t.index > token.index), None
        )
        if following is None:
            continue
        for place in found.to[following.index]:
            before = [t for t in found.span.tokens[max(place - 3, 0) : place] if t.kind != "mark"]
            theirs = {t.canon for t in before}
            if theirs & contrary and token.canon not in theirs:
                other = next(t for t in before if t.canon in contrary)
                if not any(_same_way(found, token, j) for j in found.to[following.index]):
                    return f"“{token.text}” where the source has “{other.text}”"
    return None


def _same_way(found: Alignment, token: Token, place: int) -> bool:
    before = found.span.tokens[max(place - 3, 0) : place]
    return any(t.canon == token.canon for t in before)


def charged(found: Alignment) -> str | None:
    """A harsh word of which the source has nothing."""
    harsh = words("classes", "charged")
    for token in found.sentence.content():
        if token.canon in harsh and not found.to[token.index] and not found.against[token.index]:
            return f"“{token.text}” is not in the source"
    return None
