"""Who met whom, where a sentence says it: whom "the two sides" and "they" mean from there on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rag.statements.grammar import pattern
from rag.statements.lexicon import Cue, verbs
from rag.statements.nouns import Masked, Noun
from rag.statements.subjects import Subjects
from rag.types import Party

_ONE = frozenset({"person", "office", "counterpart", "country", "latter", "former"})
_KINDS = _ONE | {"pronoun", "joint", "name"}


class Meeting:
    """The meeting, call or talks that one sentence tells of.

    Args:
        masked: The sentence.
        subjects: Its subjects.
        resolve: Whom a phrase means in it.
    """

    def __init__(
        self, masked: Masked, subjects: Subjects, resolve: Callable[[Noun], Party | None]
    ) -> None:
        self._masked, self._text, self._subjects = masked, masked.text, subjects
        self._resolve = resolve

    def parties(self) -> list[Party] | None:
        """Those who met, in order; none where they are not known, None where nobody met."""
        for verb in pattern("meets").finditer(self._text):
            inside = self._subjects.inside_quotation(verb.start())
            if inside or pattern("other_meeting").search(self._text[: verb.start()]):
                continue
            one = self._subject(verb)
            other = self._listed_from(verb.end())
            if not other and (far := pattern("met_with").match(self._text, verb.end())):
                other = self._listed_from(far.end())
            found = self._resolved([*one, *other])
            if len(found) == 2 or (len(found) > 2 and all(p.kind == "person" for p in found)):
                return found
            if found and not other and verb["met"] and self._strangers(verb.end()):
                return []
        return None

    def _strangers(self, place: int) -> bool:
        """Whether somebody was met whom the grammar does not know."""
        noun = self._masked.starting_at(place)
        unknown = noun is None and pattern("strangers").match(self._text, place) is not None
        return unknown or (noun is not None and noun.kind == "unnamed")

    def _resolved(self, nouns: list[Noun]) -> list[Party]:
        found: dict[str, Party] = {}
        for noun in nouns:
            for party in self._each(noun):
                found.setdefault(party.name, party)
        return list(found.values())

    def _each(self, noun: Noun) -> Iterator[Party]:
        if noun.kind == "joint":
            # "The foreign ministers of Kenya and Japan"
            mentions = (noun.mention, *noun.others) if noun.mention and noun.others else ()
            yield from (m.party for m in mentions)
            return
        known = noun.kind in _ONE or noun.written.lower() in {"he", "she"}
        if known or (noun.kind == "name" and " " in noun.written):
            party = self._resolve(noun)
            if party is not None and party.kind in {"person", "government"}:
                yield party

    # --- who, and whom -------------------------------------------------------------------------

    def _subject(self, verb: re.Match[str]) -> list[Noun]:
        """Who meets: before the verb, or behind "In a call with Rojas, "."""
        if verb["noun"] is None:
            cue = Cue(verb.start(), verb.start(), verbs()[0], frozenset({"past"}))
            noun = self._subjects.before(cue)[0]
            return self._listed_to(noun) if noun is not None and noun.kind in _KINDS else []
        if verb["between"] is not None:
            return []
        if pattern("leading").fullmatch(self._text, 0, verb.start()) and verb.start():
            comma = self._text.find(", ", verb.end())
            after = self._masked.starting_at(comma + 2) if comma > 0 else None
            if after is not None and after.kind in _KINDS:
                return [after]
        first = self._masked.starting_at(0)
        return [first] if first is not None and first.kind in _KINDS else []

    def _listed_to(self, noun: Noun) -> list[Noun]:
        """The subjects that end with this one: "Rojas, Mwangi, and Tanaka"."""
        found = [noun]
        partner = self._subjects.partner_of(noun)
        while partner is not None:
            found.insert(0, partner)
            before = self._text[: partner.start].rstrip()
            other = self._subjects.ending_at(len(before) - 1) if before.endswith(",") else None
            partner = other if other is not None and other.kind == noun.kind else None
        return found

    def _listed_from(self, place: int) -> list[Noun]:
        """The phrases from a place on: "Rojas, the minister, and Mwangi"."""
        found: list[Noun] = []
        noun = self._masked.starting_at(place)
        while noun is not None and noun.kind in _KINDS:
            # "Rojas, the Chilean minister": the office is hers.
            if not (found and found[-1].kind == "person" and noun.kind == "office"):
                found.append(noun)
            gap = pattern("listed_next").match(self._text, noun.end)
            noun = self._masked.starting_at(gap.end()) if gap else None
        return found
