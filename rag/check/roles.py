"""Who does what to whom: two parties must not change places."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations

from rag.check.align import Alignment
from rag.check.lexicon import written
from rag.check.reading import Text, Token, is_light

WINDOW = 5
"""Content words to either side that tell what a party does in a sentence."""
MARGIN = 0.35
"""By so much the exchanged order must fit better."""
MIXED = 0.7
"""The same for a country or person and any other proper name."""
TAKEN = 0.5
"""The same where one of the two is not in the sentence."""
LIGHT = 0.5
"""What a word counts beside a party that fills or introduces."""
BEING = frozenset("is are was were be been being".split())

Features = dict[tuple[str, int], float]


def roles_kept(
    found: Alignment, ignored: Collection[int], attribution: Collection[int]
) -> str | None:
    """None, or which parties fit the source better when they change places.

    Each mention is described by the words around it that both texts share: which it owns, which
    come before it and after it, a passive turned around. If the sentence's mentions of two parties
    are more like the span's mentions of the other one than of their own, they were exchanged.

    Args:
        found: The alignment of the sentence with its spans.
        ignored: Tokens of the sentence that only say who speaks.
        attribution: The same in the spans.
    """
    ours = _described(found, found.sentence, ignored, own=True)
    theirs = _described(found, found.span, attribution, own=False)
    shared = [key for key in ours if key in theirs]
    parties = {t.entity for t in (*found.sentence.tokens, *found.span.tokens) if t.party}
    for left, right in combinations(shared, 2):
        # A country and a disease or a treaty seldom change places, and neighbours mislead.
        margin = MARGIN if (left in parties) == (right in parties) else MIXED
        kept = _alike(ours[left], theirs[left]) + _alike(ours[right], theirs[right])
        turned = _alike(ours[left], theirs[right]) + _alike(ours[right], theirs[left])
        if turned > kept + margin:
            return f"{left} and {right} have changed places"
    return _taken(ours, {key: theirs[key] for key in theirs if key in parties})


def _taken(ours: dict[str, list[Features]], theirs: dict[str, list[Features]]) -> str | None:
    """A party in the place that the source gives to one whom the sentence leaves out."""
    for key, mentions in ours.items():
        if key not in theirs:
            continue
        own = _alike(mentions, theirs[key])
        for other, described in theirs.items():
            if other not in ours and _alike(mentions, described) > 2 * own + TAKEN:
                return f"{key} stands where the source has {other}"
    return None


def _described(
    found: Alignment, text: Text, ignored: Collection[int], *, own: bool
) -> dict[str, list[Features]]:
    """Party → what each of its mentions does, by the words that both texts share."""
    described: dict[str, list[Features]] = {}
    for group in _groups(text, ignored):
        features = _features(found, text, group, ignored, own)
        for entity in group.entities:
            described.setdefault(entity, []).append(features)
    return described


@dataclass(frozen=True, slots=True)
class _Group:
    """Parties named side by side, "Iran and China": what one does, all do."""

    start: int
    end: int
    """Inclusive."""
    entities: tuple[str, ...]


def _groups(text: Text, ignored: Collection[int]) -> Iterator[_Group]:
    tokens, index = text.tokens, 0
    while index < len(tokens):
        if tokens[index].entity is None or index in ignored:
            index += 1
            continue
        start = end = index
        entities = [tokens[index].entity]
        while (after := _joined_to(text, end)) is not None and after not in ignored:
            if tokens[after].entity != entities[-1]:
                entities.append(tokens[after].entity)
            end = after
        yield _Group(start, end, tuple(dict.fromkeys(e for e in entities if e)))
        index = end + 1


def _joined_to(text: Text, place: int) -> int | None:
    """The next token of the same party, or of one joined by "and" or a hyphen."""
    tokens = text.tokens
    if place + 1 < len(tokens) and tokens[place + 1].entity:
        same = tokens[place + 1].entity == tokens[place].entity
        hyphen = text.plain[tokens[place].end : tokens[place + 1].start] == "-"
        return place + 1 if same or hyphen else None
    if tokens[place].poss:
        return None
    following = place + 2 + (place + 2 < len(tokens) and tokens[place + 2].low == "the")
    if place + 1 < len(tokens) and tokens[place + 1].low == "and" and following < len(tokens):
        return following if tokens[following].entity else None
    return None


def _features(
    found: Alignment, text: Text, group: _Group, ignored: Collection[int], own: bool
) -> Features:
    features: Features = {}
    last = text.tokens[group.end]
    of = _after(text, group.start, "of")
    by = _after(text, group.start, "by")
    belongs = (last.poss or last.adjective) and not _is_office(text, group.end + 1)
    owner = belongs or of
    sides = (("before", 1, group.end + 1), ("after", -1, group.start - 1))
    for side, step, start in sides:
        distance, place = 0, start
        if side == "before" and not owner and _does_nothing(text, group, ignored):
            continue
        while 0 <= place < len(text.tokens) and distance < WINDOW:
            other = text.tokens[place]
            if other.sentence != last.sentence or other.text == ";":
                break
            if other.content and other.entity is None and not other.low.endswith("ly"):
                distance += 1
                relation = _relation(text, other, side, by, group.end)
                owned = owner and distance <= 2 and side == ("after" if of else "before")
                if belongs and side == "before" and not owned:
                    break
                for shared in _shared(found, other, own):
                    if owned:
                        _add(features, ("owns", shared), 1.0)
                    share = LIGHT if is_light(other) else 1.0
                    _add(features, (relation, shared), share / (1 + distance))
            place += step
    return features


def _is_office(text: Text, place: int) -> bool:
    """Whether a title follows: "China's president" acts, "China's stance" is only owned."""
    following = text.tokens[place].low if place < len(text.tokens) else ""
    return following in written("classes", "titles") | {"leader"}


PREPOSITIONS = frozenset(
    "of on in at to for from with against about towards toward into onto over between among".split()
)


def _does_nothing(text: Text, group: _Group, ignored: Collection[int]) -> bool:
    """Whether what comes after the party is not its doing.

    So it is after a preposition, and where the party is an item of a list: "on Tibet and rights".
    """
    following = text.tokens[group.end + 1 : group.end + 3]
    if following and following[0].low in {",", "and", "or"}:
        place = group.end + 2
        while place in ignored and place < len(text.tokens):
            place += 1
        interrupted = place > group.end + 2 and [t.text for t in text.tokens[place : place + 1]]
        if interrupted != [","]:
            return True
    before = [t.low for t in text.tokens[max(group.start - 3, 0) : group.start]]
    while before and before[-1] in {"the", "president", "minister", "prime", "king", "foreign"}:
        before.pop()
    return bool(before) and before[-1] in PREPOSITIONS


def _add(features: Features, key: tuple[str, int], weight: float) -> None:
    features[key] = max(features.get(key, 0.0), weight)


def _shared(found: Alignment, other: Token, own: bool) -> list[int]:
    """The sentence's words that stand for this word: the common ground of both texts."""
    if own:
        return [other.index] if found.to[other.index] else []
    return found.back[other.index][:3]


def _relation(text: Text, other: Token, side: str, by: bool, end: int) -> str:
    """Whether the party comes before or after the word, a passive turned around."""
    if side == "after" and by and other.low.endswith(("ed", "en", "n", "t")):
        return "before"
    if side == "before" and _passive(text, end, other):
        return "after"
    return side


def _passive(text: Text, end: int, other: Token) -> bool:
    """Whether between the party and the word stands a form of "be" that makes it passive."""
    between = text.tokens[max(end + 1, other.index - 3) : other.index]
    return any(t.low in BEING for t in between) and other.low.endswith(("ed", "en", "t", "n"))


def _after(text: Text, start: int, word: str) -> bool:
    before = [t.low for t in text.tokens[max(start - 4, 0) : start]]
    while before and before[-1] in {"the", "president", "minister", "prime", "king", "foreign"}:
        before.pop()
    return bool(before) and before[-1] == word


def _alike(left: list[Features], right: list[Features]) -> float:
    """How much of what one party's mentions do, the other's do too."""
    return sum(max((_overlap(a, b) for b in right), default=0.0) for a in left)


def _overlap(left: Features, right: Features) -> float:
    return sum(min(weight, right[key]) for key, weight in left.items() if key in right)
