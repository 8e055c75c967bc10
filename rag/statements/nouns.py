"""Noun phrases that can speak: names, offices, sides, pronouns, statements, in one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from rag.names import Mention, office_name
from rag.names.offices import office_pattern
from rag.statements.cast import Cast
from rag.statements.grammar import (
    ADJECTIVE,
    COUNTRY,
    MEDIUM,
    OFFICE,
    PERSON,
    PLACE,
    listed,
    nouns,
    pattern,
)
from rag.statements.members import Member
from rag.statements.personal import bare_name, trimmed_name

_PLAIN_OFFICES = frozenset({"official", "senator", "representative", "member of parliament"})
"""Offices that many hold: who is meant stays unnamed."""


@dataclass(frozen=True, slots=True)
class Noun:
    """A phrase that can be the subject of a reporting verb, not yet resolved by its context."""

    start: int
    end: int
    written: str
    kind: str
    """The key of its pattern in the grammar: "person", "office", "country", …"""
    member: Member | None = None
    mention: Mention | None = None
    """The country, organisation or medium it names or is qualified by."""
    others: tuple[Mention, ...] = ()
    """Further ones, in "the Polish and Norwegian ministers"."""
    office: str | None = None
    listed: tuple[Noun, ...] = ()
    """Those before it in a list: "Chile, Kenya" of "Chile, Kenya and Peru"."""

    @property
    def country(self) -> str | None:
        """The country it names or is qualified by."""
        return self.mention.party.country if self.mention else None


@cache
def _offices() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{office_pattern()})(?![\w-])", re.IGNORECASE)


class Masked:
    """A sentence whose names are replaced, letter for letter, by marks of their kind.

    Args:
        text: The document's text.
        start: Where the sentence begins.
        end: Where it ends.
        cast: The document's persons and the names found in it.
    """

    def __init__(self, text: str, start: int, end: int, cast: Cast) -> None:
        self.start, self.text, self._cast = start, text[start:end], cast
        self.members: dict[int, Member] = {}
        self.mentions: dict[int, Mention] = {}
        chars = list(self.text)
        for first, last, member in cast.find(self.text):
            self.members[first] = member
            chars[first:last] = PERSON * (last - first)
        for match in _offices().finditer("".join(chars)):
            # "Mackenzie King, Jr.": who has a father of that name holds no office by it.
            if not _junior(self.text, match.end()):
                chars[match.start() : match.end()] = OFFICE * (match.end() - match.start())
        for mention in cast.mentions(start, end):
            self._mask(chars, mention, mention.start - start, mention.end - start)
        self.masked = "".join(chars)
        self._kinds = self._possible()

    def _mask(self, chars: list[str], mention: Mention, first: int, last: int) -> None:
        """Marks a name, unless an office ("China's foreign ministry spokesperson") holds it."""
        free = all(not PERSON <= c <= OFFICE for c in chars[first:last])
        if free or all(c == OFFICE for c in chars[first:last]):
            self.mentions[first] = mention
        if free:
            chars[first:last] = _mark(mention) * (last - first)

    def ending_at(self, end: int) -> Noun | None:
        """The longest noun phrase that ends at this place of the sentence."""
        return next(self.all_ending_at(end), None)

    def all_ending_at(self, end: int) -> Iterator[Noun]:
        """The noun phrases that end at this place of the sentence, longest first."""
        for start in self._starts(max(0, end - 160), end):
            noun = self._noun(start, end)
            if noun is not None:
                yield noun

    def starting_at(self, start: int) -> Noun | None:
        """The longest noun phrase that begins at this place of the sentence."""
        best: Noun | None = None
        for kind, expression in self._kinds:
            match = expression.match(self.masked, start)
            longer = match is not None and (best is None or match.end() > best.end)
            if match and longer and _whole(self.masked, match.end()):
                best = self._made(kind, start, match.end()) or best
        return best

    def _starts(self, first: int, end: int) -> Iterator[int]:
        """Where words begin, farthest first; phrases don't reach over stronger punctuation."""
        floor = max(self.masked.rfind(mark, first, end) for mark in ';:“”"') + 1
        for match in re.finditer(r"[^\s(]\S*", self.masked[max(first, floor) : end]):
            yield max(first, floor) + match.start()

    def _noun(self, start: int, end: int) -> Noun | None:
        if start > 0 and (self.masked[start - 1].isalnum() or self.masked[start - 1] in "-’'"):
            return None
        for kind, expression in self._kinds:
            if expression.fullmatch(self.masked, start, end):
                return self._made(kind, start, end)
        return None

    def _possible(self) -> list[tuple[str, re.Pattern[str]]]:
        """The kinds of phrases that can stand in the sentence: most hold no body and no person."""
        lacking = set() if self.members else {"person", "aide"}
        lacking |= set() if self.mentions else {"country"}
        lacking |= set() if pattern("institution").search(self.masked) else {"body"}
        return [(kind, expression) for kind, expression in nouns() if kind not in lacking]

    def _made(self, kind: str, start: int, end: int) -> Noun | None:
        written = self.text[start:end]
        if kind == "name" and not self._is_name(written, start, end):
            return None
        first = written.split()[0].lower()
        if kind == "unnamed" and (
            pattern("no_unnamed").match(written) or first in listed("clause_word")
        ):
            return None
        named = [m for i, m in sorted(self.members.items()) if start <= i < end]
        found = [m for i, m in sorted(self.mentions.items()) if start <= i < end]
        if kind in {"person", "aide"}:
            one = len({m.name for m in named}) == 1
            aide = one and self._is_aide(start, end)
            if kind == "aide" and not aide:
                return None
            kind = "aide" if aide else kind
        runs = list(re.finditer(f"{OFFICE}+", self.masked[start:end]))
        office = office_name(written[runs[-1].start() : runs[-1].end()]) if runs else None
        if kind == "office":
            # "The envoy to Haiti" is of another country.
            found = [
                m
                for m in found
                if not _abroad(office or "", self.text[start : m.start - self.start])
            ]
        if kind == "office":
            several = office in _PLAIN_OFFICES or re.match(r"an?\s", written, re.IGNORECASE)
            kind = "unnamed" if office and several else kind
            office = office or "leader"
        return Noun(
            start,
            end,
            written,
            kind,
            named[-1] if named and kind in {"person", "ministry", "aide"} else None,
            found[0] if found else None,
            tuple(found[1:]),
            office,
        )

    def _is_aide(self, start: int, end: int) -> bool:
        """Whether it is somebody who speaks for the person named: "a spokesman for Khan"."""
        aide = pattern("aide").match(self.masked, start, end)
        role = aide.span("role" if aide["role"] else "post") if aide else (0, 0)
        return pattern("speaks_for").search(self.text[slice(*role)]) is not None

    def _is_name(self, written: str, start: int, end: int) -> bool:
        if not re.search(r"\w", self.text[:start]) and self._cast.is_common(written):
            return False
        bare = bare_name(written)
        return trimmed_name(bare) == bare and self.masked[start:end] == written


def _mark(mention: Mention) -> str:
    if mention.party.kind == "medium":
        return MEDIUM
    if mention.role == "adjective":
        return ADJECTIVE
    return PLACE if mention.role in {"capital", "people"} else COUNTRY


def _abroad(office: str, words: str) -> bool:
    """Whether the words of an office before a country tell where its holder was sent."""
    sent = re.search(r"envoy|ambassador|representative", office) is not None
    return sent and pattern("sent_for").search(words) is not None


def _junior(text: str, end: int) -> bool:
    return text.startswith((" Jr", ", Jr", " Sr", ", Sr"), end)


def _whole(masked: str, end: int) -> bool:
    """Whether a word ends here."""
    return end >= len(masked) or not (masked[end].isalnum() or PERSON <= masked[end] <= OFFICE)
