"""`Names`: resolves what is written to a party, and finds the parties in text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from rag.names.finder import Finder
from rag.names.gazetteer import Gazetteer, gazetteer, nearest
from rag.names.holders import equivalent, held, holds
from rag.names.mention import Mention
from rag.names.offices import find_office, office_name
from rag.names.people import (
    Person,
    merge,
    packaged,
    read_roster,
)
from rag.names.register import Register
from rag.names.text import fold, key
from rag.names.trimming import POSSESSIVE, side_of, trimmed, without_honorifics
from rag.types import Party

_OF = re.compile(r"^(?:of|for|from|to)\s+(?:the\s+)?", re.IGNORECASE)


class Names:
    """Everything that is known of who is who; immutable once loaded."""

    def __init__(self, persons: Iterable[Person]) -> None:
        self._gazetteer: Gazetteer = gazetteer()
        self._persons = tuple(persons)
        self._known = Register(self._persons)
        self._finder = Finder(self._known, self._gazetteer)

    @classmethod
    def load(
        cls,
        roster: Path | None = None,
        people: Iterable[Party | tuple[Party, str | None]] = (),
        *,
        leaders: bool = True,
    ) -> Names:
        """The packaged tables, a roster file, and the persons of the corpus.

        Args:
            roster: CSV with the columns name, country, office, since, until, aliases, woman.
            people: Persons that documents introduce, each perhaps with its document's date; one
                that comes often counts more where spellings differ.
            leaders: Whether the package's own list of heads of state and foreign ministers counts;
                the user's roster goes before it.

        Raises:
            UsageError: The roster cannot be used.
        """
        own = read_roster(roster) if roster else []
        mine = {(spelling, p.country) for p in own for spelling in p.spellings}
        others = packaged() if leaders else []
        others = [p for p in others if not any((s, p.country) in mine for s in p.spellings)]
        return cls(merge([*own, *others], people))

    def persons(self) -> tuple[Person, ...]:
        """Every person known, roster first."""
        return self._persons

    def holders(self, office: str) -> list[Person]:
        """Those whom the documents or the workspace's roster know in an office, by its one name."""
        ours = (p for p in self._persons if p.count or p.origin != "packaged")
        return [p for p in ours if held(p, office, None)]

    def woman(self, name: str) -> bool | None:
        """Whether all persons of that name, or family name, are women; None where none is known."""
        folded = key(name)
        known = self._known.full.get(folded) or (
            self._known.short.get(folded[0]) if len(folded) == 1 else None
        )
        marks = {p.woman for p in known or ()}
        return marks.pop() if len(marks) == 1 else None

    # --- resolve ---------------------------------------------------------------------------------

    def resolve(self, written: str, *, on: str | None = None) -> Party | None:
        """The party that `written` as a whole names, on a date; None where that is uncertain.

        A country, its capital, its government's seat or a demonym is the country's government; an
        office of a country is the person who held it on that date, else the government with that
        office; a family name alone is a person only if one person has it.

        Args:
            written: "Islamabad", "the Moroccan side", "PM Khan", "the foreign minister of Iraq",
                also misspelt.
            on: ISO date, possibly partial.
        """
        text = trimmed(written)
        if not text or len(text) > 200:
            return None
        found = self._exact(text, on) or self._with_office(text, on) or self._by_short(text, on)
        found = found or self._misspelt(text, on)
        return replace(found, as_written=written.strip()) if found else None

    def _exact(self, text: str, on: str | None) -> Party | None:
        for candidate in dict.fromkeys((text, side_of(text))):
            alias = self._gazetteer.lookup(candidate)
            if alias is not None:
                return alias.party
        persons = self._known.full.get(key(text), ()) if len(key(text)) > 1 else ()
        return persons[0].party(on=on) if len(persons) == 1 else None

    def _with_office(self, text: str, on: str | None) -> Party | None:
        place = find_office(text)
        if place is None:
            return None
        start, end, office = place
        before, after = trimmed(text[:start]), trimmed(text[end:])
        country, rest = self._country_and_rest(before, after)
        if rest:
            return self._named_holder(rest, office, country, on)
        if country is None:
            return None
        return self.holder(office, country, on=on) or Party(
            name=country, country=country, office=office, kind="government"
        )

    def _country_and_rest(self, before: str, after: str) -> tuple[str | None, str]:
        """The country in "Pakistan's … ", "… of Pakistan", and the words that are left."""
        country, rest = None, []
        for part in (POSSESSIVE.sub("", before), _OF.sub("", after)):
            alias = self._gazetteer.lookup(part) if part else None
            found = self._gazetteer.find(part) if part and alias is None else []
            if alias is not None:
                country = alias.party.country
            elif found:
                country = found[0].alias.party.country
                rest.append(trimmed(_OF.sub("", part[: found[0].start] + part[found[0].end :])))
            elif part:
                rest.append(part)
        return country, " ".join(filter(None, rest))

    def _named_holder(
        self, name: str, office: str, country: str | None, on: str | None
    ) -> Party | None:
        folded = key(without_honorifics(name))
        if not folded:
            return None
        found = list(self._known.full.get(folded, ()))
        if not found and len(folded) == 1:
            found = list(self._known.short.get(folded[0], ()))
        if country is not None:
            found = [p for p in found if p.country == country]
        if len(found) > 1 or len(folded) == 1:
            found = [p for p in found if p.origin != "packaged" or p.count or held(p, office, on)]
        if len(found) > 1:
            found = [p for p in found if held(p, office, on)]
        return found[0].party(on=on) if len(found) == 1 else None

    def holder(
        self, office: str, country: str, *, on: str | None = None, by_roster: bool = False
    ) -> Party | None:
        """Who held that office of that country on a date; None where unknown or in doubt.

        Args:
            office: However it is written.
            country: Its country's name.
            on: ISO date; None for any.
            by_roster: Whether only what the user wrote down counts.
        """
        wanted = equivalent(office_name(office), country)
        fit = [p for p in self._persons if holds(p, wanted, country, on)]
        if by_roster:
            fit = [p for p in fit if p.origin == "roster"]
        elif on is None:
            # Without a date only whom the documents or the user know can be meant.
            fit = [p for p in fit if p.count or p.origin == "roster"]
        for group in (
            [p for p in fit if p.origin == "roster"],
            [p for p in fit if holds(p, wanted, country, on, observed=False)],
            fit,
        ):
            if len(group) == 1:
                return replace(group[0].party(on=on), office=wanted)
            if group:
                return None
        return None

    def _by_short(self, text: str, on: str | None) -> Party | None:
        folded = key(without_honorifics(text))
        if len(folded) != 1:
            persons = self._known.full.get(folded, ())
            return persons[0].party(on=on) if len(persons) == 1 else None
        persons = self._known.short.get(folded[0], []) or self._known.full.get(folded, [])
        if len(persons) > 1:
            told = [p for p in persons if p.origin != "packaged" or p.count]
            in_office = [p for p in persons if on and any(t.covers(on) for t in p.tenures)]
            persons = told if len(told) == 1 else in_office
        return persons[0].party(on=on) if len(persons) == 1 else None

    def _misspelt(self, text: str, on: str | None) -> Party | None:
        bare = POSSESSIVE.sub("", text)
        alias = nearest(bare) or nearest(side_of(bare))
        if alias is not None:
            return alias.party
        person = self._known.misspelt(key(without_honorifics(bare)))
        return person.party(on=on) if person else None

    # --- find ------------------------------------------------------------------------------------

    def find(self, text: str, *, fuzzy: bool = False) -> list[Mention]:
        """The parties named in `text`, longest names first, none overlapping, in order of place.

        Args:
            text: Running text; names count with their capital letters only.
            fuzzy: For words typed by hand, such as questions: lower case, translations and
                misspellings count too.
        """
        return self._finder.find(text, fuzzy=fuzzy)

    # --- same ------------------------------------------------------------------------------------

    def same(self, a: Party, b: Party) -> bool:
        """Whether words of `a` count as words of `b`.

        A person or office speaks for the country, so Imran Khan is the same as Pakistan; two
        persons are the same only if they are one person, and two offices only if they are one.
        """
        if "joint" in {a.kind, b.kind} or "medium" in {a.kind, b.kind}:
            return a.kind == b.kind and fold(a.name) == fold(b.name)
        if a.kind == "person" and b.kind == "person":
            return self._one_person(a, b)
        if a.country is None or b.country is None:
            return fold(a.name) == fold(b.name)
        if a.country != b.country:
            return False
        return not (a.office and b.office) or office_name(a.office) == office_name(b.office)

    def speaks_as(self, speaker: Party, asked: Party) -> bool:
        """Whether the words of `speaker` are words of the one asked for.

        A minister speaks for the country, but what a country says is not said by any one person.
        """
        of_country = asked.kind == "person" and speaker.kind != "person" and not speaker.office
        return not of_country and self.same(speaker, asked)

    def _one_person(self, a: Party, b: Party) -> bool:
        if a.country and b.country and a.country != b.country:
            return False
        left, right = key(a.name), key(b.name)
        if left == right:
            return True
        mine, yours = self._known.full.get(left, ()), self._known.full.get(right, ())
        return any(p in yours for p in mine)
