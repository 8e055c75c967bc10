"""Runs of words that are names, or part of longer ones."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.names.mention import Mention
from rag.names.people import Person
from rag.names.text import Word, fold


def within(folded: Sequence[str], person: Person) -> bool:
    """Whether the words are words of one of the person's names, in their order."""
    return any(
        [w for w in spelling if w in folded] == list(folded) for spelling in person.spellings
    )


def goes_on(text: str, word: Word) -> str | None:
    """The folded capitalised word that follows at once, unless every word has a capital."""
    following = re.match(r" ([A-Z][a-z’'-]+)", text[word.end :])
    small = re.search(r"(?<![\w’'-])[a-z]{3,}", text)
    return fold(following[1]) if following and small else None


def longest_first(mentions: list[Mention]) -> list[Mention]:
    """Those that stay when, of two that overlap, the longer one counts."""
    chosen: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, m.start)):
        if not any(m.start < mention.end and mention.start < m.end for m in chosen):
            chosen.append(mention)
    return chosen
