"""Parties that have no name but the words of the phrase itself."""

from __future__ import annotations

import re

from rag.statements.grammar import listed, pattern
from rag.statements.nouns import Noun
from rag.types import Party

_MEDIUM = re.compile(
    r"^(?:the\s+)?(?:\S+\s+){0,2}?(?:newspaper|daily|news\s+\w+|magazine|website)\s+(?=(?-i:[A-Z]))|"
    r"^the\s+(?:official\s+)?|(?:\s+public)?\s+(?:newspaper|magazine|broadcaster)$",
    re.IGNORECASE,
)
_SOME = re.compile(r"^(?:the|a|an|some|several|many|two|three)\s+(?!of\b)", re.IGNORECASE)


def _words(noun: Noun) -> str:
    return " ".join(noun.written.split())


def medium(noun: Noun) -> Party:
    """A paper, by the name that is known or that the text gives it."""
    found = noun.mention.party if noun.mention else None
    if found is not None and found.kind == "medium":
        return found
    return Party(name=_MEDIUM.sub("", _words(noun)), country=noun.country, kind="medium")


def unnamed(noun: Noun) -> Party:
    """Those of whom only is told what they are: "Kenyan officials"."""
    return Party(name=_SOME.sub("", _words(noun)), country=noun.country, kind="unnamed")


def several(words: str) -> bool:
    """Whether "they" can mean them: "people familiar with it", not "a source in Paris"."""
    called = pattern("called_unnamed").search(words)
    return (called["who"] if called else words).lower().endswith(("s", "people", "media"))


def aide(noun: Noun) -> Party:
    """Somebody without a name who speaks for a person, and is not that person."""
    # "Kenya's envoy to President Kim" is Kenya's.
    country = noun.country or (noun.member.country if noun.member else None)
    name = pattern("article").sub("", _words(noun))
    return Party(name=name, country=country, kind="unnamed")


def body(noun: Noun) -> Party:
    """A body that is no government's, by the name that the text gives it."""
    name = pattern("article").sub("", _words(noun))
    own = " " in name or name in listed("movements")
    return Party(name=name, kind="government" if own else "unnamed")
