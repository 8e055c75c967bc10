"""Quotes word for word: a whole one with who says it around it, and parts in quotation marks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.check.lexicon import words, written
from rag.check.plain import plain
from rag.check.reading import Text, Token, calendar
from rag.types import Evidence
from rag.words import STOPWORDS, fold

QUOTED = re.compile(r'"([^"]+)"')
LEFT_OUT = re.compile(r"\.{2,}|\[[^\]]*\]| \. ")
"""Marks in a quotation that something was left out or put in."""
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
        or token.low in {"according", "to", "reports", "reported", "on", "date", "unknown"}
        or token.canon in words("speech", "say")
        or token.canon in context.by_canon
        or (token.entity is not None and any(t.entity == token.entity for t in context.tokens))
    )


def quotes_kept(sentence: Text, spans: Sequence[Evidence]) -> str | None:
    """What stands between quotation marks stands so in a span; "…" may leave words out."""
    quotes = [_letters(plain(s.quote)) for s in spans]
    quotes += [_letters(plain(s.title)) for s in spans if s.title]
    quotes.append(_letters(" ".join(plain(s.quote) for s in spans)))
    made = sentence.plain
    if made.count('"') > 2:
        outermost = _letters(made[made.index('"') : made.rindex('"')])
        if any(outermost in q for q in quotes):
            return None  # a quote within the quote
    for match in QUOTED.finditer(made):
        for part in LEFT_OUT.split(match.group(1)):
            letters = _letters(part)
            if letters.count(" ") >= 2 and not any(letters in q for q in quotes):
                return f"“{part.strip()[:60]}” is not what the source says word for word"
    return None


def _letters(text: str) -> str:
    """Folded words, single blanks between and around them."""
    return " " + " ".join(re.findall(r"[^\W_]+", fold(text))) + " "
