"""A quote word for word, with nothing but who says it around it."""

from __future__ import annotations

from rag.check.lexicon import words, written
from rag.check.reading import Text, Token, calendar
from rag.words import STOPWORDS

SHORTEST = 3
"""Words of a quote, below which its words prove nothing."""


def quoted(sentence: Text, span: Text, context: Text) -> range | None:
    """The tokens of the sentence that repeat the whole span, if the rest only introduces it.

    Args:
        sentence: The sentence.
        span: The quote.
        context: What is known of the quote: speaker, country, office, reporter, title, source.
    """
    place = _place(sentence, span)
    if place is None:
        return None
    rest = [t for t in sentence.tokens if t.index not in place]
    return place if all(_introduces(t, context) for t in rest) else None


def _place(sentence: Text, span: Text) -> range | None:
    """Where the words of the span stand in a row in the sentence."""
    theirs = [t.low for t in span.tokens if t.kind != "mark"]
    ours = [t for t in sentence.tokens if t.kind != "mark"]
    lows = [t.low for t in ours]
    if len(theirs) < SHORTEST:
        return None
    for start in range(len(lows) - len(theirs) + 1):
        if lows[start] == theirs[0] and lows[start : start + len(theirs)] == theirs:
            return range(ours[start].index, ours[start + len(theirs) - 1].index + 1)
    return None


def _introduces(token: Token, context: Text) -> bool:
    """Whether a word says only who speaks, where and when."""
    if token.kind == "mark":
        return True
    if token.low in {"not", "no", "never", "denied", "if", "whether"}:
        return False
    return (
        token.low in STOPWORDS
        or token.low in written("classes", "titles")
        or token.low in calendar()
        or token.low in {"according", "to", "reports"}
        or token.canon in words("speech", "say")
        or token.canon in context.by_canon
        or (token.entity is not None and any(t.entity == token.entity for t in context.tokens))
    )
