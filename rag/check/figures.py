"""Numbers, dates and units: each must be the source's, and count the same things."""

from __future__ import annotations

from collections.abc import Sequence

from rag.check.align import Alignment
from rag.check.lexicon import same, words
from rag.check.reading import Text, Token, calendar
from rag.types import Evidence
from rag.words import STOPWORDS

MONTHS = (
    "january february march april may june july august september october november december".split()
)
PAIRS = frozenset(
    """side sides country countries nation nations leader leaders party parties people peoples
    government governments president presidents minister ministers state states ones men
    women""".split()
)
"""What "the two" may be said of where the source says "both" or "each other"."""
TWO = frozenset({"both", "two", "each", "bilateral", "mutual", "double", "pair", "twice", "and"})
SYMBOLS = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "%": "percent", "°": "degree"}
NEAR = 6
"""So close a number and what it counts can stand, in whatever order."""
UP = frozenset({"more", "over", "above", "exceed", "least", "exceeding"})
DOWN = frozenset({"less", "under", "below", "fewer", "most"})


def numbers_kept(found: Alignment, spans: Sequence[Evidence]) -> str | None:
    """Every number of the sentence is one of the source or of its date."""
    dated = _dated(spans)
    for token in found.sentence.tokens:
        if token.value is None or found.to[token.index] or _pair(found, token):
            continue
        if (
            _of_date(found.sentence, token, dated)
            or _in_context(token, spans)
            or _same_count(found, token)
        ):
            continue
        if token.value == "1" and token.kind == "word":
            continue  # "one of", "no one", "one another"
        return f"“{token.text}” is not in the source"
    return None


def _of_date(text: Text, token: Token, dated: set[str]) -> bool:
    """Whether it is the year of publication, or a day or month of it beside a month or year."""
    value = (token.value or "").lstrip("#")
    if value not in dated:
        return False
    beside = text.tokens[max(token.index - 1, 0) : token.index + 2]
    return len(value) == 4 or any(
        t is not token and (t.low in calendar() or (t.value or "") in dated) for t in beside
    )


def _dated(spans: Sequence[Evidence]) -> set[str]:
    parts = {p.lstrip("0") for s in spans for p in (s.published or "").split("-")}
    return parts - {""}


def _in_context(token: Token, spans: Sequence[Evidence]) -> bool:
    """Whether the title or the speaker's name has the number."""
    around = " ".join(filter(None, (x for s in spans for x in (s.title, s.speaker))))
    return token.kind == "number" and token.text in around.split()


def _pair(found: Alignment, token: Token) -> bool:
    """The "two" of "the two countries" where the source names both or says "each other"."""
    if token.value != "2":
        return False
    after = [t.low for t in found.sentence.tokens[token.index + 1 : token.index + 3]]
    return bool(set(after) & PAIRS) and any(t.low in TWO for t in found.span.tokens)


def _same_count(found: Alignment, token: Token) -> bool:
    """Third for 3, once for one."""
    value = token.value or ""
    if token.kind == "number" and not value.startswith("#"):
        return False
    other = value[1:] if value.startswith("#") else "#" + value
    return any(t.value == other for t in found.span.tokens)


def units_kept(found: Alignment, spans: Sequence[Evidence]) -> str | None:
    """A unit beside a number, a month and a weekday are the source's."""
    theirs = {SYMBOLS.get(t.text, t.canon) for t in found.span.tokens}
    published = {int(p) for s in spans for p in (s.published or "").split("-")[1:2] if p.isdigit()}
    months = {MONTHS[m - 1] for m in published if 1 <= m <= 12}
    for token in found.sentence.tokens:
        if token.text in SYMBOLS:
            if SYMBOLS[token.text] not in theirs:
                return f"“{token.text}” is not in the source"
        elif token.low in calendar() and token.cap:
            if not found.to[token.index] and token.low not in months:
                return f"“{token.text}” is not in the source"
        elif _is_unit(found.sentence, token) and not _unit_beside(found, token, theirs):
            return f"“{token.text}” is not in the source"
    return None


def _unit_beside(found: Alignment, token: Token, theirs: set[str]) -> bool:
    """Whether the unit follows the same number in the span, or a number that needs none there."""
    if not found.to[token.index] and not any(same(token.canon, c) for c in theirs):
        return False
    number = next(t for t in reversed(found.sentence.tokens[: token.index]) if t.value is not None)
    places = found.to[number.index]
    if not places or number.kind != "number":
        return True
    return any(_follows(found, token, place) for place in places)


def _follows(found: Alignment, token: Token, place: int) -> bool:
    tokens = found.span.tokens
    for other in tokens[place + 1 : place + 5]:
        name = SYMBOLS.get(other.text, other.canon)
        if name == token.canon or same(name, token.canon):
            return True
        joined = tokens[other.index - 1].low in {"to", "and", "or", "-"}
        if other.value is not None and not joined and other.canon not in words("classes", "units"):
            return False
    before = tokens[place - 1].text if place else ""
    return SYMBOLS.get(before) == token.canon


def _is_unit(text: Text, token: Token) -> bool:
    """A word of measure after a number."""
    if token.kind != "word" or token.canon not in words("classes", "units"):
        return False
    before = text.tokens[max(token.index - 2, 0) : token.index]
    return any(t.value is not None for t in before)


def numbers_bound(found: Alignment) -> str | None:
    """A number counts what it counts in the source, not what another number counts there."""
    numbers = [t for t in found.span.tokens if t.value is not None]
    several = len({t.value for t in numbers}) > 1
    for token in found.sentence.tokens:
        if token.value is None or not found.to[token.index]:
            continue
        counted = _counted(found.sentence, token)
        if counted is None:
            continue
        if found.to[counted.index]:
            wrong = several and _counts_elsewhere(found, token, counted)
        else:
            wrong = token.kind == "number" and _counts_other(found, token, counted)
        if wrong:
            return f"“{token.text} {counted.text}” is not in the source"
    return None


def _counts_elsewhere(found: Alignment, token: Token, counted: Token) -> bool:
    """Whether the counted word stands behind other numbers only."""
    mine = found.to[token.index]
    places = found.to[counted.index]
    if any(0 < j - i <= NEAR for i in mine for j in places):
        return False
    return any(_numbered(found.span, j) for j in places)


def _counts_other(found: Alignment, token: Token, counted: Token) -> bool:
    """Whether the number counts something that the sentence leaves out for another thing."""
    if counted.canon in words("classes", "units") or counted.entity is not None:
        return False
    theirs = [_counted(found.span, found.span.tokens[place]) for place in found.to[token.index]]
    return bool(theirs) and all(
        t is not None and t.entity is None and not found.back[t.index] for t in theirs
    )


def _counted(text: Text, token: Token) -> Token | None:
    """The word right after a number: what it counts."""
    for other in text.tokens[token.index + 1 : token.index + 3]:
        if other.kind == "mark" and other.text not in SYMBOLS:
            return None
        if other.value is not None and other.canon not in words("classes", "units"):
            return None
        if other.content and other.low not in STOPWORDS:
            return other
    return None


def _numbered(text: Text, place: int) -> bool:
    """Whether a number stands right before a word, one word between allowed."""
    before = text.tokens[max(place - 2, 0) : place]
    return any(t.value is not None for t in before)


def comparison_kept(found: Alignment) -> str | None:
    """What is "more than 40" is not "less than 40"."""
    for token in found.sentence.tokens:
        if token.value is None:
            continue
        ours = _comparison(found.sentence, token.index)
        for place in found.to[token.index][:1]:
            theirs = _comparison(found.span, place)
            if ours and theirs and ours != theirs:
                return f"“{ours}” where the source has “{theirs}”"
    return None


def _comparison(text: Text, place: int) -> str | None:
    """Whether a number is a lower or an upper bound."""
    before = [t.low for t in text.tokens[max(place - 3, 0) : place]]
    if set(before) & UP:
        return "more"
    if set(before) & DOWN:
        return "less"
    return None
