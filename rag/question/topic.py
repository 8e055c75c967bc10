"""What a question is about, which names an answer must hold, and what kind of thing is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.question.words import UNSPACED, lexicon, neutral_verbs
from rag.words import STOPWORDS, tokens

NAMED = re.compile(
    r"[A-ZÀ-Þ0-9][\w-]*(?:\s+(?:(?:of|of the|for|de)\s+|&\s*)?[A-ZÀ-Þ][\w-]*)*(?:['’]s\b)?"
)
ASKS = {
    "addressee": re.compile(
        r"\bwho(?:m)?\b.*\b(?:to|with|at)\W*$|^\W*(?:and\s+)?(?:to|with|at) whom\b"
        r"|\bwho was the (?:listener|addressee)\b",
        re.IGNORECASE,
    ),
    "time": re.compile(
        r"^\W*(?:and\s+)?when\b|\b(?:when (?:did|was|were|is|will|does|has|had)|since when"
        r"|(?:what|which) (?:date|day|year|month)|cuándo|quand|wann)\b"
        r"|何时|什么时候|哪一年|哪一天",
        re.IGNORECASE,
    ),
    "number": re.compile(
        r"\bhow (?:many|long|old|far|large|big)\b|\bwhat (?:number|share|percentage)\b"
        r"|\bcuánt[oa]s?\b|\bcombien\b|\bwie viele?\b|多少",
        re.IGNORECASE,
    ),
    "amount": re.compile(
        r"\bhow much (?:did|does|do|has|have|is|was|money)\b|\bwhat (?:price|cost"
        r"|amount|sum)\b",
        re.IGNORECASE,
    ),
    "person": re.compile(
        r"^\W*who\b|\bwho\s+(?:is|was|are|did|said|reported)"
        r"|\bwhich (?:official|person|leader|minister|president)\b"
        r"|\bquién|\bqui est\b|\bwer\b|谁",
        re.IGNORECASE,
    ),
}


def asks_for(text: str) -> str:
    """`time`, `number`, `amount`, `person` or `addressee` where one is asked for, else empty."""
    return next((kind for kind, pattern in ASKS.items() if pattern.search(text)), "")


def topic_terms(text: str, spent: Sequence[tuple[int, int]], *, speaker: bool) -> list[str]:
    """Content words of the topic, as typed, in order.

    Args:
        text: The question.
        spent: Spans that say who, when and where, so not about what.
        speaker: Whether somebody's words are asked for: then `position` and `words` are no topic.
    """
    if UNSPACED.search(text):
        return []
    words = lexicon()
    empty = (
        words["asking"]
        | words["asking_foreign"]
        | words["saying"]
        | words["about"]
        | words["comparison"]
        | STOPWORDS
    )
    empty = empty | words["foreign"]
    if speaker:  # `promise`, `hope`: what is said, not what about; `thank` or `condemn` stay
        empty = empty | words["words"] | neutral_verbs()
    found: list[str] = []
    named = [m.span() for m in NAMED.finditer(text) if m.start() and " " in m.group()]
    for start, end, word in tokens(text):
        if any(s < end and start < e for s, e in spent):
            continue
        written = text[start:end]
        if written[:1].isupper() and any(s <= start and end <= e for s, e in named):
            found.append(re.sub(r"['’]s?$", "", written))  # "Islamic State": no verb there
            continue
        plain = word.removesuffix("'s").removesuffix("'")
        if len(written) > 1 and written.isupper() and not text.isupper():
            found.append(written)  # "IS", "WHO": no small words when they are capitals
            continue
        if (
            plain in empty
            or _slip(plain, opening=not text[:start].strip())
            or (len(plain) == 1 and plain.isascii() and not plain.isdigit())
        ):
            continue
        found.append(re.sub(r"['’]s?$", "", text[start:end]))
    return found


def _slip(word: str, *, opening: bool) -> bool:
    """A question's own small words with a slip of the keyboard: `wat`, `wich`, `abot`."""
    from rapidfuzz.distance import OSA

    meant = ("what", "which", "where", "about", "does") if opening else ("about",)
    return any(OSA.distance(word, m, score_cutoff=1) <= 1 for m in meant)


def named_terms(text: str, spent: Sequence[tuple[int, int]]) -> list[str]:
    """Names among the topic: capitalised where nothing forces a capital, or holding a digit."""
    if text.isupper() or UNSPACED.search(text):
        return []
    found: list[str] = []
    for match in NAMED.finditer(text):
        if any(s < match.end() and match.start() < e for s, e in spent):
            continue
        opening = not text[: match.start()].strip(" \t“\"'¿¡(")
        words = match.group().split()
        if opening:  # the first word has its capital from the sentence
            words = words[1:]
        name = re.sub(r"['’]s?$", "", " ".join(words))
        known = lexicon()["asking"] | lexicon()["asking_foreign"] | lexicon()["saying"] | STOPWORDS
        if name and name.lower() not in known:
            found.append(name)
    return found


@lru_cache(maxsize=64)
def in_one_breath(question: str, terms: tuple[str, ...]) -> bool:
    """Whether a topic is nothing but names joined by "and": "about Myanmar and the Rohingya".

    "Between Russia and Ukraine" is of both: either alone says nothing of it.
    """
    if len(terms) < 2 or not all(t[:1].isupper() for t in terms):
        return False
    joined = r"(?:\s*,?\s*(?:and|or|&|,)\s+(?:the\s+)?|\s+)".join(map(re.escape, terms))
    match = re.search(rf"(?<!between )(?<!between the )\b{joined}", question)
    return match is not None and re.search(r",|&|\b(?:and|or)\b", match.group()) is not None
