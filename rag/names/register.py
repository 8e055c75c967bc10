"""Persons by what they may be called: their full names, family names and given names."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from rag.names.people import Person, given_names
from rag.names.spellings import Spellings


class Register:
    """Looks persons up by folded words; immutable once filled."""

    def __init__(self, persons: Iterable[Person]) -> None:
        self.full: dict[tuple[str, ...], list[Person]] = {}
        self.short: dict[str, list[Person]] = {}
        self.given: dict[str, list[Person]] = {}
        """Any word of the names of those whom the documents or the user know."""
        self.longest: dict[str, int] = {}
        """The most words that a name with this first word has."""
        for person in persons:
            self._enter(person)

    def _enter(self, person: Person) -> None:
        for spelling in person.spellings:
            known = self.full.setdefault(spelling, [])
            if person not in known:
                known.append(person)
            self.longest[spelling[0]] = max(self.longest.get(spelling[0], 0), len(spelling))
        for short in person.short_names():
            self.short.setdefault(short, []).append(person)
            self.longest.setdefault(short, 1)
        if person.count or person.origin == "roster":
            for word in {w for s in person.spellings for w in given_names(s)}:
                self.given.setdefault(word, []).append(person)
                # "Ferdinand Marcos" is one mention of Ferdinand Marcos Jr., not two.
                self.longest[word] = max(self.longest.get(word, 1), 3)

    @cached_property
    def _spellings(self) -> Spellings:
        return Spellings(self.full)

    def misspelt(self, folded: tuple[str, ...]) -> Person | None:
        """The one person whose full name these words are but for a letter."""
        if len(folded) < 2 or sum(map(len, folded)) < 8:
            return None
        near = {
            id(person): person
            for spelling in self._spellings.like(folded)
            for person in self.full[spelling]
        }
        return next(iter(near.values())) if len(near) == 1 else None
