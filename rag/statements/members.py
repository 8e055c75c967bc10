"""The persons of a document, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.types import Party


@dataclass
class Member:
    """A person of the document."""

    name: str
    country: str | None = None
    office: str | None = None
    woman: bool | None = None
    first: int = 0
    """Where the document first names them."""
    spellings: set[str] = field(default_factory=set)
    bare: bool = False
    """Introduced by an office without a country, as papers introduce those of their own."""
    sure: bool = True
    """Whether the country is written, rather than concluded from the rest of the document."""
    of_body: bool = False
    """Introduced by the office of a body that is not known: "IFO Director Holm"."""
    former: bool = False
    """Introduced as somebody who held the office once."""

    def party(self, written: str) -> Party:
        """The person as a party."""
        # Who held an office once is not to be shown as its holder.
        office = None if self.former else self.office
        return Party(name=self.name, country=self.country, office=office, as_written=written)


def holders(members: Sequence[Member], office: str | None, country: str | None) -> list[Member]:
    """The members of that country in that office; None stands for any."""
    return [
        m
        for m in members
        if (country is None or m.country == country) and (office is None or m.office == office)
    ]


def parties(members: Sequence[Member]) -> list[Party]:
    """Members with a full name and an office or a country, as parties for the corpus."""
    return [
        Party(name=m.name, country=m.country, office=m.office, as_written=m.name)
        for m in members
        if len(m.name.split()) > 1 and (m.office or m.country)
    ]


def jointly(members: Sequence[Party], written: str) -> Party:
    """Several as one party, by their countries where these tell them apart: "Chile and Kenya"."""
    labels = [p.country or p.name for p in members]
    if len(set(labels)) != len(labels) or any(p.country is None for p in members):
        labels = [p.name for p in members]
    several = f"{', '.join(labels[:-1])} and {labels[-1]}" if len(labels) > 1 else written
    return Party(name=" ".join(several.split()), kind="joint", as_written=written)
