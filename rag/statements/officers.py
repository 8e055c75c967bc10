"""Whom an office means where it stands without a name: "the Kenyan minister", "his counterpart"."""

from __future__ import annotations

import re

from rag.names import Names
from rag.statements.cast import Cast
from rag.statements.casting import PROVINCIAL
from rag.statements.grammar import pattern
from rag.statements.members import Member
from rag.statements.nouns import Noun
from rag.statements.personal import is_former
from rag.statements.scene import Scene, speaks_for_another
from rag.types import Party

HEADS = (
    "president",
    "king",
    "prime minister",
    "emir",
    "sultan",
    "chancellor",
    "crown prince",
    "supreme leader",
    "foreign minister",
)
"""Offices a "leader" may hold, highest first."""

_RULERS = frozenset({"king", "queen", "emir", "sultan", "supreme leader"})
_HOME_OFFICES = frozenset(
    {"president", "prime minister", "foreign minister", "king", "emir", "chancellor"}
    | {"defence minister", "foreign secretary", "secretary of state", "vice president"}
    | {"foreign ministry spokesperson", "government spokesperson", "crown prince"}
)
"""Offices that without a country mean those of the country that the document is from."""

_FAMILIES = frozenset({"minister", "secretary"}) | {
    f"{lower} secretary" for lower in ("deputy", "under", "assistant")
}
"""Offices by whose last words longer ones are called: "the Secretary" of State."""

_LOWER = re.compile(r"\b(?:deputy|under|assistant)\b")


def fits(role: str, office: str) -> bool:
    """Whether the holder of an office can be called so: a government's spokesman is no diplomat."""
    diplomat = role.lower().endswith("diplomat")
    return not diplomat or pattern("diplomatic").search(office) is not None


class Offices:
    """Resolves the offices of one document by its persons, its home and the roster."""

    def __init__(
        self, cast: Cast, names: Names, scene: Scene, *, home: str | None, on: str | None
    ) -> None:
        self._cast, self._names, self._scene = cast, names, scene
        self._home, self._on = home, on

    def holder(self, noun: Noun, teller: str | None) -> Party | None:
        """Who holds the office that the phrase names; None where that is uncertain.

        Args:
            noun: The phrase.
            teller: Whose paper tells it: "a statement by Kenya said the president".
        """
        office, country = noun.office or "leader", noun.country
        if noun.written.lower().endswith(PROVINCIAL) and self._cast.holders(PROVINCIAL, country):
            office = PROVINCIAL
        past = is_former(noun.written)
        members = [m for m in self._holders(office, country) if m.former == past]
        if country is None and teller is not None and office in _HOME_OFFICES:
            members = [m for m in members if m.country in {None, teller}]
            country = None if members else teller
        if len(members) > 1:
            members = self._narrowed(members)
        own = country is None and len(members) == 1 and self._of_home(office, members[0])
        if len(members) == 1 and not own:
            return members[0].party(noun.written)
        if (members and not own) or past:
            return None
        if country is None and speaks_for_another(office) and not members:
            return None
        if country is None:
            country = self._home if own else self._office_country(office)
        if country is None or office == "leader":
            return None
        # Without a date whom another document shows in the office need not be the one meant.
        known = self._names.holder(office, country, on=self._on, by_roster=self._on is None)
        return known or Party(name=country, country=country, office=office, kind="government")

    def _of_home(self, office: str, foreign: Member) -> bool:
        """Whether the bare office means one's own before the foreigner who also holds it.

        "The Prime Minister spoke to the Prime Minister of India": he did not speak to himself.
        """
        placed = not foreign.bare and foreign.sure and foreign.country not in {None, self._home}
        # "Its foreign minister", before anybody is named, is "the minister" of what follows.
        bare = (self._cast.bare_offices.get(o, foreign.first) for o in (office, foreign.office))
        return placed and min(bare) < foreign.first

    def _office_country(self, office: str) -> str | None:
        """Whose office it is: the one country that the document gives it to, else the home."""
        named = {c for o, c in self._cast.offices if o == office}
        if named:
            return named.pop() if len(named) == 1 else None
        return self._home if office in _HOME_OFFICES else None

    def _holders(self, office: str, country: str | None) -> list[Member]:
        members = self._cast.holders(None, country)
        if office == "leader":
            for head in HEADS if country else ():
                fit = [m for m in members if m.office == head]
                if fit:
                    return fit
            return [m for m in members if m.office in HEADS] if country is None else []
        exact = [m for m in members if m.office == office]
        if exact:
            return exact
        if office == "king":
            return [m for m in members if m.office in _RULERS]
        family = office if office in _FAMILIES else None
        family = "spokes" if "spokes" in office else family
        if family:
            fit = [m for m in members if m.office and family in m.office]
            fit = [m for m in fit if m.office and "prime" not in m.office]
            return [m for m in fit if m.office and not _LOWER.search(m.office)] or fit
        if office in {"diplomat", "envoy", "ambassador", "special envoy"}:
            return [
                m
                for m in members
                if m.office and re.search(r"ambassador|envoy|representative", m.office)
            ]
        return []

    def _narrowed(self, members: list[Member]) -> list[Member]:
        """Of several holders of an office the one at home, or the one just spoken of."""
        bare = [m for m in members if m.bare]
        if len(bare) == 1:
            return bare
        focus = self._scene.person
        recent = [m for m in members if focus is not None and m.name == focus.name]
        at_home = [m for m in members if self._home is not None and m.country == self._home]
        return at_home if len(at_home) == 1 else recent or members

    def counterpart(self, noun: Noun) -> Party | None:
        """Who "her Kenyan counterpart" is, beside the person spoken of last."""
        focus = self._scene.person
        members = [m for m in self._cast.members if focus is None or m.name != focus.name]
        if noun.country is not None:
            members = [m for m in members if m.country == noun.country]
        elif focus is not None:
            members = [m for m in members if m.country and m.country != focus.country]
        same_office = [m for m in members if focus is not None and m.office == focus.office]
        chosen = same_office or members
        if len(chosen) == 1:
            return chosen[0].party(noun.written)
        if noun.country is not None and focus is not None and focus.office and not members:
            return Party(
                name=noun.country, country=noun.country, office=focus.office, kind="government"
            )
        return None
