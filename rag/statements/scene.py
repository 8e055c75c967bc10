"""What a document has said so far, as far as it decides who "he" or "the latter" is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from rag.names.text import fold
from rag.statements.cast import Cast
from rag.statements.casting import HIGH
from rag.statements.members import Member
from rag.statements.naming import several
from rag.statements.papers import Papers
from rag.types import Party

_HEAD_OF_TEXT = 1_000
"""Characters within which a report introduces those who talk with each other."""
_SPOKES = re.compile(
    r"spokes|official|(?<!foreign )(?<!home )(?<!defence )(?<!state )"
    r"secretary(?! of state|-general)"
)


@dataclass
class Scene:
    """What the document has said so far, as far as it decides who "he" or "the latter" is."""

    person: Party | None = None
    """The last person who was the subject of a sentence."""
    speaker: Party | None = None
    """The last speaker of any kind."""
    body: Party | None = None
    """The last institution or statement that spoke: what "it" means."""
    met: list[Party] | None = None
    """Those who were said to meet most recently; none where they are not known, None where nobody
    was said to."""
    papers: Papers = field(default_factory=Papers)
    bodies: dict[str, Party] = field(default_factory=dict)
    """Every institution that has spoken, by name."""
    joint: Party | None = None
    plural: Party | None = None
    """The last joint or unnamed party that spoke or told: what "they" means."""
    unnamed: Party | None = None
    """The last one without a name who spoke or told: "the official"."""
    named_since: bool = False
    """Whether a person has spoken since."""
    teller: Party | None = None
    """The person who told the last statement, where it was another's."""
    outer: Party | None = None
    """The last person who was the subject of a whole sentence or told it: no subject inside it."""
    told: Party | None = None
    """The last person whose words a spokesperson's quotation told."""
    order: list[Party] = field(default_factory=list)
    """Persons and governments of the last sentence, in order."""
    near: list[Party] = field(default_factory=list)
    """Persons of the last sentence that named any."""
    here: list[tuple[int, Party]] = field(default_factory=list)
    """Where the sentence itself names persons: "Lin thanked Somsak, and the latter …"."""

    text: str = ""
    """The sentence that is being read."""
    clauses: dict[int, Party | None] = field(default_factory=dict)
    """Where "he" and "she" in a clause mean the one with whom the sentence itself begins: None
    where that one is not known."""

    def spoke(self, party: Party | None) -> None:
        """Remembers who spoke last."""
        if party is None:
            return
        self.speaker = party
        if party.kind == "joint" or (party.kind == "unnamed" and several(party.name)):
            self.plural = party
        if party.kind == "person":
            self.person, self.named_since = party, True
        elif party.kind == "unnamed" and not several(party.name):
            self.unnamed, self.named_since = party, False
        elif party.kind in {"government", "medium"} and party.office is None:
            self.body = self.bodies[party.name] = party
        elif party.kind == "government":
            self.person = party
        elif party.kind == "joint":
            self.joint = party

    def wrote(self, issuer: Party | None) -> None:
        """Remembers that a paper spoke: "it" is that from now on, whoever issued it."""
        self.speaker = self.body = issuer

    def meet(self, parties: list[Party] | None) -> None:
        """Remembers who met: from then on "they" are those."""
        if parties is not None:
            self.met, self.joint, self.plural = parties, None, None

    def mentioned(self, parties: list[Party]) -> None:
        """Remembers whom the last sentence named, in order: what "the latter" means."""
        seen: dict[str, Party] = {}
        for party in parties:
            seen.setdefault(fold(party.name), party)
        self.near = [p for p in seen.values() if p.kind == "person"] or self.near
        if len(seen) == 1 and parties[0].kind == "person" and self.person is not None:
            # "The minister called Rojas. The latter …": one of the two is named otherwise.
            seen = {fold(self.person.name): self.person, **seen}
        if len(seen) > 1:
            self.order = list(seen.values())


def speaks_for_another(office: str | None) -> bool:
    """Whether it is an office of those who tell what others say."""
    return bool(office and _SPOKES.search(office))


def principals(cast: Cast, home: str | None) -> list[Party]:
    """The two persons of different countries that the document introduces first.

    "The Prime Minister spoke to President Lemaire": the first of the two goes without a name, and
    who is named third is not one of them.
    """
    chosen: list[Member] = []
    for member in sorted(cast.members, key=lambda m: m.first):
        early = member.first < _HEAD_OF_TEXT and not speaks_for_another(member.office)
        if early and member.country and member.country not in [m.country for m in chosen]:
            chosen.append(member)
    if len(chosen) < 2:
        return []
    first, second, *others = chosen
    if office := _goes_unnamed(cast, home, second.first):
        host = Party(name=home or "", country=home, office=office, kind="government")
        return [host, first.party(first.name)] if home not in {None, first.country} else []
    together = others and cast.in_one_sentence(first.first, others[0].first)
    return [] if together else [m.party(m.name) for m in (first, second)]


def _goes_unnamed(cast: Cast, home: str | None, before: int) -> str | None:
    """The high office that stands before a place and whose holder the document does not name."""
    for office, place in cast.bare_offices.items():
        named = any(
            m.office == office and (m.bare or m.first < place or m.country == home)
            for m in cast.members
        )
        if office in HIGH and place < before and not named and cast.has_article(place):
            return office
    return None
