"""Finds the names of countries, organisations and media in text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from rag.names.tables import Alias, Role, aliases, blockers, doubtful, misspellings
from rag.names.text import Word, fold, is_unspaced, key, words
from rag.types import Party

# What may stand between the words of one name: a space, an apostrophe, a hyphen, an ampersand.
_GAP = re.compile(r"(?:[ \t]*[-'’‘–&][ \t]*|\.?[ \t]*\n?[ \t]*)")
_COMMON = frozenset(
    {"the", "of", "and", "for", "de", "d", "la", "el", "s", "du", "del", "da", "do"}
)

# Names that are everyday words in lower case: in a question they are taken for the country, in
# running text never; these few not even in a question, unless an article or an office is near.
_NEEDS_ARTICLE = frozenset({"us", "un", "au", "who", "states"})
_NEEDS_OFFICE = frozenset(
    {"polish", "finn", "pole", "poles", "dane", "turk", "thai", "swede", "swedes", "beehive"}
)
_CODE_WORDS = doubtful("code")
_OFFICE_NEAR = re.compile(
    r"\s+(?:president|prime|pm|foreign|minister|government|ambassador|king|official|spokes|chancellor|leader|side)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """An alias and where it stands."""

    start: int
    end: int
    alias: Alias


class Gazetteer:
    """All packaged names, ready to be looked up and to be found in text."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, ...], list[Alias]] = {}
        self._longest: dict[str, int] = {}
        self._unspaced: dict[str, Alias] = {}
        for alias in aliases():
            self._add(alias)
        for blocked in blockers():
            self._longest[blocked[0]] = max(self._longest.get(blocked[0], 0), len(blocked))
        longest_first = sorted(self._unspaced, key=len, reverse=True)
        self._han = re.compile("|".join(map(re.escape, longest_first)))

    def _add(self, alias: Alias) -> None:
        if is_unspaced(alias.written):
            self._unspaced.setdefault(alias.written, alias)
        folded = key(alias.written)
        if not folded:
            return
        self._by_key.setdefault(folded, []).append(alias)
        if folded[0] == "the" and len(folded) > 1:
            self._by_key.setdefault(folded[1:], []).append(alias)
            self._longest[folded[1]] = max(self._longest.get(folded[1], 0), len(folded) - 1)
        self._longest[folded[0]] = max(self._longest.get(folded[0], 0), len(folded))

    def lookup(self, written: str) -> Alias | None:
        """The one party that `written` as a whole is a name of; None if several or none."""
        plain = written.strip()
        if plain in self._unspaced:
            return self._unspaced[plain]
        folded = key(plain)
        found = self._by_key.get(folded) or (
            self._by_key.get(folded[1:]) if folded[:1] == ("the",) else None
        )
        if not found:
            return None
        if found[0].role == "code" and not plain.isupper():
            return None
        # Our own spellings come before translations and codes.
        own = [a for a in found if a.role not in {"foreign", "code"}] or found
        return own[0] if len({a.party.name for a in own}) == 1 else None

    def find(
        self, text: str, *, question: bool = False, tokens: list[Word] | None = None
    ) -> list[Found]:
        """The names in `text`, longest first, none overlapping, in order of place.

        Args:
            text: Running text; names must have their capital letters.
            question: Whether it is typed by hand: lower case and translations count too.
            tokens: Its words, where the caller has them already.
        """
        tokens = words(text) if tokens is None else tokens
        found = [*self._spaced(text, tokens, question), *self._unspaced_in(text)]
        return sorted(found, key=lambda f: f.start)

    def _unspaced_in(self, text: str) -> Iterator[Found]:
        if is_unspaced(text):
            for match in self._han.finditer(text):
                yield Found(match.start(), match.end(), self._unspaced[match.group()])

    def _spaced(self, text: str, tokens: list[Word], question: bool) -> Iterator[Found]:
        shouting = text.isupper() and len(tokens) > 3
        keys, blocked = self._by_key, blockers()
        position = 0
        while position < len(tokens):
            taken = 1
            first = tokens[position]
            longest = self._longest.get(first.folded, 0)
            if longest and not (question or first.folded == "the"):
                longest = 0 if text[first.start].islower() else longest
            for length in range(min(longest, len(tokens) - position), 0, -1):
                run = tokens[position : position + length]
                folded = tuple(t.folded for t in run)
                if (folded not in keys and folded not in blocked) or not _adjacent(text, run):
                    continue
                if folded in blocked:
                    taken = length
                    break
                alias = self._choose(text, run, folded, question, shouting)
                if alias is not None:
                    yield Found(run[0].start, _end(text, run[-1], alias), alias)
                    taken = length
                    break
            position += taken

    def _choose(
        self, text: str, run: list[Word], folded: tuple[str, ...], question: bool, shouting: bool
    ) -> Alias | None:
        candidates = self._by_key.get(folded, ())
        fit = [a for a in candidates if _fits(text, run, a, question, shouting)]
        own = [a for a in fit if a.role not in {"foreign", "code"}] or fit
        return own[0] if own and len({a.party.name for a in own}) == 1 else None


def _adjacent(text: str, run: list[Word]) -> bool:
    return all(
        _GAP.fullmatch(text, left.end, right.start)
        and (text[left.end] != "." or left.end - left.start <= 3)
        for left, right in pairwise(run)
    )


def _end(text: str, last: Word, alias: Alias) -> int:
    """The full stop of "U.S." belongs to the name."""
    return last.end + (alias.written.endswith(".") and text[last.end : last.end + 1] == ".")


def _fits(text: str, run: list[Word], alias: Alias, question: bool, shouting: bool) -> bool:
    surface = text[run[0].start : run[-1].end]
    if alias.role == "code":
        return question and not shouting and surface.isupper() and fold(surface) not in _CODE_WORDS
    if alias.loose and not question:
        return False
    if alias.shouted:
        return _fits_abbreviation(text, run, surface, question, shouting)
    if question and (not surface.isupper() or shouting):
        return _fits_question(text, run, surface)
    return all(
        text[w.start].isupper()
        or not text[w.start].isalpha()
        or w.folded in _COMMON
        or _uncased(text[w.start])
        for w in run
    ) and text[run[0].start].isupper() | (run[0].folded in _COMMON) | _uncased(text[run[0].start])


def _uncased(char: str) -> bool:
    return char.lower() == char.upper()


def _fits_abbreviation(
    text: str, run: list[Word], surface: str, question: bool, shouting: bool
) -> bool:
    folded = "".join(w.folded for w in run)
    if surface.isupper() and not (shouting and folded in _NEEDS_ARTICLE | {"map", "rt"}):
        return True
    if not question:
        return False
    return folded not in _NEEDS_ARTICLE or _has_article(text, run[0].start)


def _fits_question(text: str, run: list[Word], surface: str) -> bool:
    if surface[:1].isupper() or fold(surface) not in _NEEDS_OFFICE:
        return True
    return bool(_OFFICE_NEAR.match(text, run[-1].end))


def _has_article(text: str, start: int) -> bool:
    return bool(re.search(r"\bthe\s+$", text[:start], re.IGNORECASE))


@cache
def gazetteer() -> Gazetteer:
    """The packaged gazetteer, built once."""
    return Gazetteer()


# --- misspellings -------------------------------------------------------------------------------

_FAMILIES = doubtful("family")

_EVERYDAY = doubtful("everyday")


def nearest(word: str) -> Alias | None:
    """The country that a misspelt `word` most probably means; None where any doubt remains.

    A word of 5 to 8 letters may differ by one letter, a longer one by two, always with the same
    first letter, and no other country may be as near.
    """
    folded = fold(word)
    listed = misspellings().get(key(word))
    if listed:
        return gazetteer().lookup(listed)
    if len(folded) < 5 or folded in _FAMILIES or folded in _EVERYDAY:
        return None
    return _within(folded)


def _within(folded: str) -> Alias | None:
    from rapidfuzz.distance import OSA

    cutoff = 1 if len(folded) <= 8 else 2
    ranked: dict[str, int] = {}
    for name in _single_names():
        if name[0] == folded[0] and abs(len(name) - len(folded)) <= cutoff:
            distance = OSA.distance(folded, name, score_cutoff=cutoff)
            if distance <= cutoff:
                country = _single_names()[name].party.name
                ranked[country] = min(distance, ranked.get(country, 9))
    if not ranked:
        return None
    best = min(ranked.values())
    winners = [c for c, d in ranked.items() if d == best]
    found = gazetteer().lookup(winners[0])
    return found if len(winners) == 1 else None


@cache
def _single_names() -> dict[str, Alias]:
    """One-word names that a misspelling may be measured against.

    Capitals and demonyms must be longer: too many everyday words are near the short ones.
    """
    shortest: dict[Role, int] = {"name": 5, "capital": 7, "adjective": 7}
    found: dict[str, Alias] = {}
    for alias in aliases():
        folded = key(alias.written)
        if len(folded) == 1 and len(folded[0]) >= shortest.get(alias.role, 99):
            if (
                fold(alias.party.name) in _FAMILIES
                or folded[0] in _FAMILIES
                or alias.party.kind == "medium"
                or alias.loose
                or alias.shouted
            ):
                continue
            found.setdefault(folded[0], alias)
    return found


def as_party(found: Alias, written: str) -> Party:
    """The alias's party with the words that name it here."""
    return replace(found.party, as_written=written)
