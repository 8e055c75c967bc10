"""Who met whom, where a sentence says it: whom "the two sides" and "they" mean from there on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from rag.statements.grammar import pattern
from rag.statements.lexicon import Cue, cues, verbs
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
            if self._within_words(verb, one):
                continue
            other = self._met(verb)
            found = self._resolved([*one, *other])
            if other and pattern("separate").search(self._text):
                return []  # "the two" may be any of them
            if len(found) == 2 or (len(found) > 2 and all(p.kind == "person" for p in found)):
                return found
            if found and not other and verb["met"] and self._strangers(verb):
                return []
        return self._pair()

    def _pair(self) -> list[Party] | None:
        """Two of different countries who do something else together: "Rojas and Mwangi toured".

        None are known where the second is a stranger: "the two" are not those of before.
        """
        first = self._masked.starting_at(0)
        person = first is not None and first.kind == "person"
        if first and person and pattern("and_stranger").match(self._masked.masked, first.end):
            return []
        noun = self._subjects.first()
        partner = self._subjects.partner_of(noun) if noun and noun.kind == "person" else None
        if noun is None or partner is None or partner.listed or partner.kind != "person":
            return None
        found = self._resolved([partner, noun])
        return found if len({p.country for p in found}) == 2 else None

    def _within_words(self, verb: re.Match[str], subject: list[Noun]) -> bool:
        """Whether somebody only speaks of the meeting: "They said that Xi had met Putin".

        Not so in "Rojas said in a call with Mwangi that", nor in "said that he had met Mwangi".
        """
        before = [c for c in cues(self._masked.masked[: verb.start()]) if c.verb.act != "talk"]
        if not before or (subject and subject[0].kind == "pronoun"):
            return False
        between = self._text[before[-1].end : verb.start()]
        return verb["noun"] is None or pattern("told_in").fullmatch(between) is None

    def _met(self, verb: re.Match[str]) -> list[Noun]:
        """With whom somebody met; none where "they met" tells it of all of them."""
        aimed = verb["spoke"] is None or verb["with"] is not None
        other = self._listed_from(verb.end()) if aimed else []
        if not other and (far := pattern("met_with").match(self._text, verb.end())):
            other = self._listed_from(far.end())
        return other

    def _strangers(self, verb: re.Match[str]) -> bool:
        """Whether somebody was met whom the grammar does not know; not so in "met the need"."""
        noun = self._masked.starting_at(verb.end())
        if noun is not None:
            return noun.kind == "unnamed"
        kind = "strangers" if verb["with"] else "plain_strangers"
        return pattern(kind).match(self._text, verb.end()) is not None

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
        if pattern("talk_lead").fullmatch(self._text, 0, verb.start()):
            comma = self._text.find(", ", verb.end())
            after = self._masked.starting_at(comma + 2) if comma > 0 else None
            if after is not None and after.kind in _KINDS:
                return [after]
        first = self._masked.starting_at(0)
        return [first] if first is not None and first.kind in _KINDS else []

    def _listed_to(self, noun: Noun) -> list[Noun]:
        """The subjects that end with this one: "Rojas, Mwangi, and Tanaka"."""
        partner = self._subjects.partner_of(noun)
        return [*partner.listed, replace(partner, listed=()), noun] if partner else [noun]

    def _listed_from(self, place: int) -> list[Noun]:
        """The phrases from a place on: "Rojas, the minister, and Mwangi"."""
        found: list[Noun] = []
        joined = False
        noun = self._masked.starting_at(place)
        while noun is not None and noun.kind in _KINDS and self._text[noun.end :][:1] not in "'’":
            # "Rojas, the Chilean minister": the office is hers.
            if not (found and found[-1].kind == "person" and noun.kind == "office"):
                found.append(noun)
            gap = pattern("listed_next").match(self._text, noun.end)
            joined = joined or (gap is not None and gap.group().strip(" ,") != "")
            noun = self._masked.starting_at(gap.end()) if gap else None
        # "Rojas met Vidal, Mwangi said": only an "and" makes a list.
        return found if joined else found[:1]
