"""Finds the parties that a text names: persons beside countries, organisations and media."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from rag.names.gazetteer import Gazetteer, as_party, nearest
from rag.names.mention import Mention
from rag.names.offices import find_office
from rag.names.people import PARTICLES, Person
from rag.names.register import Register
from rag.names.runs import goes_on, longest_first, within
from rag.names.tables import doubtful
from rag.names.text import Word, words
from rag.types import Party

# Family names that are everyday words: alone they are no person.
_EVERYDAY_NAMES = doubtful("surname")


class Finder:
    """Finds names in running text, and in words typed by hand."""

    def __init__(self, known: Register, places: Gazetteer) -> None:
        self._known, self._gazetteer = known, places

    def find(self, text: str, *, fuzzy: bool = False) -> list[Mention]:
        """The parties named in `text`, longest names first, none overlapping, in order of place.

        Args:
            text: Running text; names count with their capital letters only.
            fuzzy: For words typed by hand, such as questions: lower case, translations and
                misspellings count too.
        """
        tokens = words(text)
        found = [*self._find_persons(text, tokens, fuzzy)]
        for hit in self._gazetteer.find(text, question=fuzzy, tokens=tokens):
            party = as_party(hit.alias, text[hit.start : hit.end])
            found.append(Mention(start=hit.start, end=hit.end, party=party, role=hit.alias.role))
        chosen = longest_first(found)
        if fuzzy:
            chosen = longest_first([*chosen, *self._find_misspelt(text, chosen)])
        return sorted(chosen, key=lambda m: m.start)

    def _find_persons(self, text: str, tokens: list[Word], fuzzy: bool) -> Iterator[Mention]:
        position = 0
        while position < len(tokens):
            taken = 1
            for length in range(self._known.longest.get(tokens[position].folded, 0), 0, -1):
                run = tokens[position : position + length]
                party = self._person_at(text, run, length, fuzzy)
                if party is not None:
                    start, end = run[0].start, run[-1].end
                    yield Mention(
                        start=start,
                        end=end,
                        party=replace(party, as_written=text[start:end]),
                        role="person",
                    )
                    taken = length
                    break
            position += taken

    def _person_at(self, text: str, run: list[Word], length: int, fuzzy: bool) -> Party | None:
        folded = tuple(w.folded for w in run)
        if len(run) < length or not (
            fuzzy or all(text[w.start].isupper() or w.folded in PARTICLES for w in run)
        ):
            return None
        persons = self._known.full.get(folded, [])
        if length == 1 and not persons:
            persons = self._alone(text, run[0], fuzzy)
        if length > 1 and not persons and fuzzy:
            persons = [p for p in self._known.given.get(folded[0], []) if within(folded, p)]
        return persons[0].party() if len(persons) == 1 else None

    def _alone(self, text: str, word: Word, fuzzy: bool) -> list[Person]:
        """The persons that a family name may mean here, with the help of an office before it."""
        persons = self._known.short.get(word.folded, [])
        if not persons and fuzzy and text[word.start].isupper():
            persons = self._known.given.get(word.folded, [])
        if not persons or self._gazetteer.lookup(text[word.start : word.end]):
            return []
        if fuzzy and (last := goes_on(text, word)):
            # "Pham Nhat Vuong" is not the only Pham whom the documents know.
            persons = [p for p in persons if any(last in s for s in p.spellings)]
        before = text[max(0, word.start - 40) : word.start]
        place = re.search(r"([A-Za-z-]+(?: [A-Za-z-]+){0,2})\s+$", before)
        office = find_office(place.group(1)) if place else None
        if office is not None and place is not None and place.group(1)[office[1] :].strip() == "":
            fit = [p for p in persons if any(t.office == office[2] for t in p.tenures)]
            return fit or (persons if len(persons) == 1 else [])
        if not fuzzy:
            # In running text "Johnson" alone is somebody only if the documents introduce them.
            persons = [p for p in persons if p.count or p.origin != "packaged"]
        if len(persons) > 1:  # whom the documents introduce comes before whom the tables know
            persons = [p for p in persons if any(t.observed for t in p.tenures)] or persons
        everyday = word.folded in _EVERYDAY_NAMES
        if everyday or (
            not text[word.start].isupper() and len(word.folded) < 4 and word.folded != "xi"
        ):
            return []
        return persons

    def _find_misspelt(self, text: str, taken: list[Mention]) -> Iterator[Mention]:
        tokens = [
            w for w in words(text) if not any(m.start < w.end and w.start < m.end for m in taken)
        ]
        for index, word in enumerate(tokens):
            pair = tokens[index : index + 2]
            if len(pair) == 2 and text[pair[0].end : pair[1].start].strip() == "":
                person = self._known.misspelt(tuple(w.folded for w in pair))
                if person is not None:
                    start, end = pair[0].start, pair[1].end
                    yield Mention(
                        start=start,
                        end=end,
                        party=person.party(written=text[start:end]),
                        role="person",
                    )
                    continue
            surface = text[word.start : word.end]
            # An exact name that was not found was left out on purpose: "Indian Ocean", "tell us".
            alias = None if self._gazetteer.lookup(surface) else nearest(surface)
            if alias is not None:
                party = as_party(alias, surface)
                yield Mention(start=word.start, end=word.end, party=party, role=alias.role)
