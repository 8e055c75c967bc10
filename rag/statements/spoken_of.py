"""Whom a speech means by a name, an office or "he", when it tells what others said."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from rag.names import Names
from rag.statements.cast import Cast
from rag.statements.grammar import pattern
from rag.statements.nouns import Masked, Noun
from rag.statements.personal import bare_name, is_institution
from rag.statements.speakers import Speakers
from rag.types import Document, Party, Sentence

_FAR = 3
"""Sentences back in which "he" may have been named, or in full whom one name means."""
_DETERMINED = re.compile(r"\b(?:[Tt]h(?:e|is)|[Aa]n?|[Oo]ur|[Ii]ts)\s+\Z")
"""No person's name follows: "the Road Map said"."""
_APPOSED = re.compile(r"\s*,\s*(?:[a-z]+\s+){0,3}")
_ONE = re.compile(r"\b(?:[Hh]e|[Ss]he|Secretary-General)\b")
"""Who speaks without a name: any other office has a country or a holder beside it."""
_NAMED = frozenset({"person", "office", "country", "medium"})


class SpokenOf:
    """Resolves the phrases of one speech that stand for those who speak elsewhere."""

    def __init__(self, document: Document, sentences: Sequence[Sentence], names: Names) -> None:
        self._document, self._sentences, self._names = document, sentences, names
        self.heard: dict[int, Party] = {}
        """Sentence → whose words it told."""

    @cached_property
    def cast(self) -> Cast:
        """The persons that the speech names; read when the first sentence needs them."""
        return Cast(self._document.text, self._names, on=self._document.metadata.published)

    @cached_property
    def _speakers(self) -> Speakers:
        return Speakers(self.cast, self._names, home=None, on=self._document.metadata.published)

    def begin(self) -> None:
        """A new sentence: what its phrases mean is not decided yet."""
        self._speakers.begin()

    def names_one(self, start: int, end: int) -> bool:
        """Whether anybody stands between two places whose words might be told there."""
        text = self._document.text[start:end]
        at = bisect_left(self._places, start)
        return (
            (at < len(self._places) and self._places[at] < end)
            or _ONE.search(text) is not None
            or any(self.cast.find(text))
        )

    @cached_property
    def _places(self) -> list[int]:
        """Where the speech names countries, organisations and known persons."""
        return sorted(m.start for m in self.cast.all_mentions)

    def party(self, noun: Noun, first: int, *, quoted: bool = False) -> Party | None:
        """Who the phrase means in the sentence that begins at `first`.

        Args:
            noun: The phrase.
            first: Where its sentence begins.
            quoted: Whether a quotation follows it: that a strange name is a person's is plain then.
        """
        if noun.kind == "pronoun":
            return self._meant(noun, first)
        if noun.kind == "name" and quoted:
            return self._strange(noun, first + noun.start)
        if noun.kind not in _NAMED:
            return None
        if noun.kind == "office" and noun.member is None and noun.country is None:
            # "The President" may be one's own, the Assembly's or the one spoken of before.
            return self._unique(noun)
        party = self._speakers.resolve(noun)
        # Countries that others of the document leave over are for reports of talks.
        sure = noun.member is None or noun.member.sure
        return party if party is None or sure else replace(party, country=None)

    def _unique(self, noun: Noun) -> Party | None:
        """The holder of an office that one body alone has, for those who speak in it."""
        if noun.office != "secretary-general":
            return None
        on = self._document.metadata.published
        held = self._names.holder(noun.office, "United Nations", on=on)
        return replace(held, as_written=noun.written) if held else None

    # --- names that are introduced by no office -------------------------------------------------

    def _strange(self, noun: Noun, place: int) -> Party | None:
        """The person of that name; a family name alone only after the full one or a title."""
        bare = bare_name(noun.written)
        before = self._document.text[max(0, place - 6) : place]
        if not bare or is_institution(bare) or _DETERMINED.search(before):
            return None
        if any(word.isupper() and len(word) > 2 for word in bare.split()):
            return None  # "WHO Task Force"
        if " " not in bare:
            return self._of_family(bare, place, {bare} if bare != noun.written else set())
        party = self._speakers.resolve(noun)
        if party is None or party.kind != "person":
            return None
        return replace(party, name=bare.replace(",", "")) if party.name == noun.written else party

    def _of_family(self, word: str, place: int, named: set[str]) -> Party | None:
        """The one whose full name, or title and name, ended with that word shortly before."""
        near = self._before(place)
        start = near[-1].start if near else place
        for match in pattern("titled_name").finditer(self._document.text, start, place):
            full = bare_name(match.group())
            titled = full == word and full != match.group()
            if titled or full.endswith(f" {word}"):
                named.add(full)
        longest = {n for n in named if n != word} or named
        if len(longest) != 1:
            return None
        name = longest.pop()
        known = self._names.resolve(name, on=self._document.metadata.published)
        known = known if known and known.kind == "person" else Party(name=name)
        return replace(known, as_written=word)

    # --- he and she -----------------------------------------------------------------------------

    def _meant(self, noun: Noun, first: int) -> Party | None:
        """Whom "he" means: the only one named before in the sentence, or in those before it."""
        if noun.written.lower() not in {"he", "she"}:
            return None
        meant = self.last(first, first + noun.start)
        woman = noun.written.lower() == "she"
        fits = meant is not None and self.cast.woman(meant.name) in {None, woman}
        return meant if fits else None

    def last(self, first: int, place: int) -> Party | None:
        """The only person named in the sentence before a place, or in those before it."""
        here = self.persons(first, place)
        if here:
            return here[0] if len(here) == 1 else None
        for earlier in self._before(first):
            if earlier.index in self.heard:
                told = self.heard[earlier.index]
                return told if told.kind == "person" or told.office else None
            found = self.persons(earlier.start, earlier.end)
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def _before(self, place: int) -> list[Sentence]:
        """The sentences that begin before a place, the nearest first."""
        end = bisect_left(self._sentences, place, key=lambda s: s.start)
        return list(self._sentences[max(0, end - _FAR) : end])[::-1]

    def persons(self, start: int, end: int, *, quoted: bool = False) -> list[Party]:
        """The different persons and holders of offices named between two places.

        Args:
            start: From here.
            end: To there.
            quoted: Whether a strange name is a person's without a title before it.
        """
        masked = Masked(self._document.text, start, end, self.cast)
        found: dict[str, Party] = {}
        last: Noun | None = None
        for word in re.finditer(r"\S+", masked.masked):
            begins = last is None or word.start() >= last.end
            noun = masked.starting_at(word.start()) if begins else None
            if noun is None or noun.kind not in {"person", "office", "name"}:
                continue
            between = masked.text[last.end : noun.start] if last else ""
            apposed = noun.kind == "office" and _APPOSED.fullmatch(between) is not None
            if apposed and last and last.kind == "name":
                # "Ann Odera, the third Secretary-General": his office makes the name a person's.
                party = self._strange(last, start + last.start)
            else:
                party = self._person(noun, start, quoted=quoted)
            last = noun
            if party is not None:
                found[party.name] = party
        return list(found.values())

    def _person(self, noun: Noun, first: int, *, quoted: bool) -> Party | None:
        if noun.kind == "name":
            bare = bare_name(noun.written)
            plain = bare != noun.written or (quoted and " " in bare)
            return self._strange(noun, first + noun.start) if plain else None
        # An office that nobody can be told for is somebody all the same.
        return self.party(noun, first) or Party(name=noun.written, kind="unnamed")
