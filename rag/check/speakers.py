"""Noun phrases that name who speaks, and whether they can mean a given person or country."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.check.lexicon import alike, written
from rag.check.reading import Text, Token, Who, is_numeral
from rag.words import STOPWORDS, fold

PRONOUNS = frozenset("he she they it we i who".split())
DETERMINERS = frozenset("the a an his her its their both that this".split())
ROLES = frozenset({"leader", "representative"})
JOINS = frozenset({"of", "for", "and"})
NAME_LENGTH = 10
"""Words that a noun phrase may have."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A noun phrase that names who speaks."""

    start: int
    end: int
    """Token indices, end exclusive."""
    names: frozenset[str]
    """Folded proper names that are neither a country's nor an office's."""
    numerals: frozenset[str]
    countries: frozenset[str]
    offices: frozenset[str]
    pronoun: bool
    origins: frozenset[str] = frozenset()
    """The countries of the persons named, where they are known."""

    @property
    def empty(self) -> bool:
        """Names nobody: "the statement", "scholars"."""
        return not (self.names or self.countries or self.offices or self.pronoun)


def _belongs(token: Token) -> bool:
    """Whether a word can be part of the name of who speaks."""
    return token.kind == "word" and (
        (token.cap and token.low not in STOPWORDS)
        or token.low in written("classes", "titles")
        or token.low in DETERMINERS
        or token.low in PRONOUNS
        or token.low in JOINS | ROLES
        or token.poss
    )


def phrase_before(text: Text, end: int) -> Speaker:
    """The noun phrase that ends right before a token."""
    start = end
    while start > 0 and end - start < NAME_LENGTH and _extends(text, start, end):
        start -= 1
    while start < end and text.tokens[start].low in JOINS | {"that"}:
        start += 1
    return _speaker(text, start, end)


def _extends(text: Text, start: int, end: int) -> bool:
    """Whether the word before `start` still belongs to the phrase that ends at `end`."""
    token = text.tokens[start - 1]
    if not _belongs(token):
        return False
    if token.low in JOINS:
        before = text.tokens[start - 2] if start > 1 else None
        office = before is not None and before.low in written("classes", "titles") | ROLES
        return start < end and (office or (token.low == "and" and bool(before and before.cap)))
    opened = start < end and text.tokens[start].low in DETERMINERS | PRONOUNS
    return not opened


def phrase_after(text: Text, start: int) -> Speaker:
    """The noun phrase that begins with a token."""
    end = start
    while end < len(text.tokens) and end - start < NAME_LENGTH and _belongs(text.tokens[end]):
        end += 1
    while end > start and text.tokens[end - 1].low in JOINS | DETERMINERS:
        end -= 1
    return _speaker(text, start, end)


def _speaker(text: Text, start: int, end: int) -> Speaker:
    run = [t for t in text.tokens[start:end] if t.kind == "word"]
    roles = written("classes", "titles") | ROLES
    countries = {t.entity for t in run if t.entity and not t.person and _is_party(text, t)}
    names = {
        t.low
        for t in run
        if t.cap
        and t.low not in STOPWORDS
        and t.low not in roles
        and not is_numeral(t.text)
        and (t.person or t.entity not in countries)
    }
    return Speaker(
        start=start,
        end=end,
        names=frozenset(names),
        numerals=frozenset(t.low for t in run if is_numeral(t.text) and len(run) > 1),
        countries=frozenset(c for c in countries if c),
        offices=frozenset(t.low for t in run if t.low in roles),
        pronoun=bool(run) and run[-1].low in PRONOUNS,
        origins=frozenset(t.entity for t in run if t.entity and t.person),
    )


def _is_party(text: Text, token: Token) -> bool:
    """Whether a token stands in the name of a country or organisation that is known."""
    return any(m.start <= token.start < m.end and m.party.kind != "person" for m in text.mentions)


# --- who is meant --------------------------------------------------------------------------------

HEADS_OF = frozenset(
    """president prime king queen foreign health defence defense spokesperson spokesman
    spokeswoman ambassador premier chancellor secretary emperor pope sultan emir vice deputy
    finance interior trade education justice environment""".split()
)
"""Words of an office that tell it from another; "minister", "leader" or "official" may be any."""
PEERS = (
    frozenset({"premier", "prime", "chancellor"}),
    frozenset({"king", "emperor", "sultan", "emir"}),
    frozenset({"spokesperson", "spokesman", "spokeswoman"}),
    frozenset({"secretary", "foreign"}),
    frozenset({"defence", "defense"}),
)


def is_speaker(speaker: Speaker, who: Who) -> bool:
    """Whether a noun phrase can mean that person or country."""
    if speaker.pronoun and not speaker.names:
        return True
    if speaker.names and not _named(speaker, who):
        return False
    if speaker.countries and not _from(speaker, who):
        return False
    return not _other_office(speaker, who)


def _named(speaker: Speaker, who: Who) -> bool:
    written_ = re.findall(r"[^\W_]+", f"{who.name} {who.country or ''}")
    parts = [fold(p) for p in written_]
    numerals = {fold(p) for p in written_ if is_numeral(p)}
    if speaker.numerals and numerals and speaker.numerals != numerals:
        return False
    known = set(parts) - numerals
    if all(any(alike(n, p) for p in known) for n in speaker.names):
        return True
    return bool(known) and known <= speaker.names


def _from(speaker: Speaker, who: Who) -> bool:
    if who.country is None:
        name = {fold(p) for p in re.findall(r"[^\W_]+", who.name)}
        return any(
            {fold(p) for p in c.split()} & name or _adjective_in(c, who) for c in speaker.countries
        )
    return who.country in speaker.countries


def _adjective_in(country: str, who: Who) -> bool:
    """Whether a nameless office names its country: "Chinese Foreign Ministry Spokesperson"."""
    return fold(country)[:4] in fold(who.name)


def _other_office(speaker: Speaker, who: Who) -> bool:
    """Whether the phrase gives an office that the person is known not to hold."""
    claimed = speaker.offices & HEADS_OF
    held = set(re.findall(r"[a-z]+", fold(f"{who.office or ''} {who.name}")))
    if not claimed or not who.office or who.is_country:
        return False
    if claimed & held:
        return bool({"vice", "deputy", "prime"} & (claimed ^ (held & HEADS_OF)))
    return not any(claimed & group and held & group for group in PEERS)


def holds_office(speaker: Speaker, who: Who) -> bool:
    """Whether a phrase without a name gives the very office of that person: "the spokesman"."""
    claimed = speaker.offices & HEADS_OF
    held = set(re.findall(r"[a-z]+", fold(f"{who.office or ''} {who.name}")))
    return bool(claimed) and not speaker.names and claimed <= held and is_speaker(speaker, who)
