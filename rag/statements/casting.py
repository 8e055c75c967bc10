"""What a document leaves unsaid of its persons: whom a known name means, whose minister he is."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.statements.cast import Cast
    from rag.statements.members import Member

_UNIQUE_OFFICES = {
    "secretary of state": "United States",
    "deputy secretary of state": "United States",
    "under secretary of state": "United States",
    "assistant secretary of state": "United States",
    "supreme leader": "Iran",
    "pope": "Holy See",
    "high representative": "European Union",
}
"""Offices of diplomacy that one country alone has."""

HIGH = frozenset(
    {"president", "prime minister", "foreign minister", "king", "queen", "emir", "sultan"}
    | {"chancellor", "crown prince", "supreme leader", "vice president", "defence minister"}
    | {"deputy prime minister", "deputy foreign minister"}
)
"""Offices whose holders talk for a country."""

PROVINCIAL = "premier"
"""The office of who governs a province: of which country nothing but its name tells."""

_OF_ANOTHER = re.compile(r"(?<!ministry )spokes|advis|official|envoy|aide|representative")
"""Offices of those who travel with another, or speak for one who is elsewhere."""


def complete(cast: Cast) -> None:
    """Gives members the name, country and office that the roster or the document implies."""
    for member in cast.members:
        _recognise(cast, member)
        member.country = member.country or _UNIQUE_OFFICES.get(member.office or "")
    pair = two_countries(cast)
    if len(pair) != 2:
        return
    placed = {m.country for m in cast.members if m.country in pair and m.office in HIGH}
    unplaced = [m for m in cast.members if m.country is None and m.office in HIGH]
    # Of two countries in talks the person without a country speaks for the other one.
    if len(placed) == 1 and len(unplaced) == 1:
        unplaced[0].country = next(c for c in pair if c not in placed)
        unplaced[0].sure = False


def _recognise(cast: Cast, member: Member) -> None:
    """The person that the roster knows under this name, if countries don't differ."""
    alone = len(member.name.split()) < 2
    if alone and not member.office:
        return
    words = f"{member.office} {member.name}" if alone else member.name
    known = cast.names.resolve(words, on=cast.on)
    if known is None or known.kind != "person" or member.country not in {None, known.country}:
        return
    member.spellings |= {member.name, known.name}
    member.name, member.country = known.name, known.country
    member.office = member.office or known.office


def two_countries(cast: Cast) -> list[str]:
    """The two countries the document is about, if it plainly is about two."""
    counts: Counter[str] = Counter(
        m.party.country
        for m in cast.all_mentions
        if m.party.country and m.party.kind == "government" and m.role != "person"
    )
    top = counts.most_common(3)
    if len(top) < 2 or (top[1][1] < 2 and len(top) > 2):
        return []
    third = top[2][1] if len(top) > 2 else 0
    return [top[0][0], top[1][0]] if top[1][1] >= 2 * third else []


def at_home(cast: Cast, country: str | None, *, sourced: bool) -> None:
    """Gives persons with an office and no country the country that the document is from.

    Args:
        cast: The document's persons.
        country: Where it is from.
        sourced: Whether its outlet tells that, rather than its dateline: who travels with a guest
            has an office too, so that a dateline counts for the highest only, but in a call.
    """
    if country is None:
        return
    guests = any(m.country not in {None, country} and m.office in HIGH for m in cast.members)
    guests = guests and not cast.by_telephone
    for member in cast.members:
        # Where the country's own president is named, a second one is another's.
        taken = any(m is not member for m in cast.holders(member.office, country))
        other = member.office not in HIGH
        own = (
            sourced or cast.by_telephone or not (other and _OF_ANOTHER.search(member.office or ""))
        )
        fit = bool(member.office) and own and (sourced or not guests or not other)
        fit = fit and (sourced or not member.of_body) and member.office != PROVINCIAL
        if member.country is None and fit and not (taken and member.office in HIGH):
            member.country, member.sure = country, False


def country_of(cast: Cast, words: str) -> str | None:
    """The one country that a few words, such as the name of an outlet, speak of."""
    party = cast.names.resolve(words) if words else None
    if party is not None:
        return party.country
    found = {m.party.country for m in cast.names.find(words) if m.party.country}
    return found.pop() if len(found) == 1 else None
