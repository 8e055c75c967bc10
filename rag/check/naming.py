"""Names: everybody named, and every other proper name, is the source's."""

from __future__ import annotations

from itertools import pairwise

from rag.check.align import Alignment
from rag.check.lexicon import alike, written
from rag.check.reading import Text, Token, calendar

ANSWERS = frozenset({"yes", "no"})


def names_kept(found: Alignment, context: Text) -> str | None:
    """Everybody named, and every other capitalised word, is in the spans or their attribution."""
    for token in found.sentence.tokens:
        if token.kind != "word" or not token.cap:
            continue
        if token.person is not None and not _present(token, found.span, context):
            return f"“{token.text}” is not in the source"
        if found.to[token.index] or token.canon in context.by_canon or not token.content:
            continue
        if _misspelt(token, context):
            continue
        if token.entity is not None:
            if not _present(token, found.span, context):
                return f"“{token.text}” is not in the source"
        elif _proper(found.sentence, token):
            return f"“{token.text}” is not in the source"
    return None


def _misspelt(token: Token, context: Text) -> bool:
    """Whether it is a speaker's name, one letter off."""
    return any(t.cap and alike(token.low, t.low) for t in context.tokens)


def compounds_kept(found: Alignment, context: Text) -> str | None:
    """Proper names side by side stand so in the spans or in what is known of them."""
    tokens = found.sentence.tokens
    for left, right in pairwise(tokens):
        if right.start - left.end > 1 or not (_part(left) and _part(right)) or left.poss:
            continue
        texts = [t for t in (found.span, context) if left.low in _lows(t) or right.low in _lows(t)]
        both = {t.low for text in texts for t in text.tokens}
        if left.low in both and right.low in both:
            if any(_adjacent(text, left.low, right.low) for text in texts):
                continue
            if any(_otherwise(text, left.low, right.low) for text in texts):
                return f"“{left.text} {right.text}” is not in the source"
    return None


def _lows(text: Text) -> set[str]:
    return {t.low for t in text.tokens}


def _part(token: Token) -> bool:
    """A word that can be part of a longer proper name."""
    skipped = written("classes", "titles") | calendar()
    return (
        token.kind == "word" and token.cap and token.content and token.low not in skipped
        and not token.adjective and token.low not in ANSWERS
    )  # fmt: skip


def _adjacent(text: Text, left: str, right: str) -> bool:
    places = [t.index for t in text.tokens if t.low == left]
    return any(
        text.tokens[j].low == right
        for i in places
        for j in (i + 1, i + 2)
        if j < len(text.tokens) and (j == i + 1 or text.tokens[i + 1].cap)
    )


def _otherwise(text: Text, left: str, right: str) -> bool:
    """Whether one of two names has another name beside it there."""
    tokens = text.tokens
    for token in tokens:
        before = tokens[token.index - 1] if token.index else None
        after = tokens[token.index + 1] if token.index + 1 < len(tokens) else None
        if token.low == right and before is not None and _part(before) and not before.poss:
            return True
        if token.low == left and after is not None and _part(after) and not token.poss:
            return True
    return False


def _present(token: Token, span: Text, context: Text) -> bool:
    """Whether the party is there; a person only by name, a country by any of its people."""
    there = [t for text in (span, context) for t in text.tokens if t.entity == token.entity]
    if token.person is None:
        return bool(there)
    return any(t.person == token.person for t in there)


def _proper(text: Text, token: Token) -> bool:
    """Whether the capital makes a name: not a sentence's first word, a title or a date."""
    if token.low in written("classes", "titles") | calendar() or token.low in ANSWERS:
        return False
    opens = token.index == 0 or text.tokens[token.index - 1].text in {'"', ":", "."}
    if not opens:
        return True
    following = text.tokens[token.index + 1 : token.index + 2]
    return token.poss or bool(following and following[0].cap and following[0].kind == "word")
