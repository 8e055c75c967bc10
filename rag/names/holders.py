"""Who holds an office, and what a country calls it."""

from __future__ import annotations

from rag.names.people import Person


def held(person: Person, office: str, on: str | None) -> bool:
    """Whether the person held that office, of whatever country, on a date."""
    return any(t.office == office and t.covers(on) for t in person.tenures)


def holds(
    person: Person, office: str, country: str, on: str | None, *, observed: bool = True
) -> bool:
    """Whether the person held that office of that country on a date.

    Args:
        person: Whoever it may be.
        office: Its one name.
        country: Its country's name.
        on: ISO date; None for any.
        observed: Whether what only documents showed counts.
    """
    return any(
        t.office == office
        and (t.country or person.country) == country
        and t.covers(on)
        and (observed or not t.observed)
        for t in person.tenures
    )


def equivalent(office: str, country: str) -> str:
    """What a country calls an office: the American foreign minister is the secretary of state."""
    own = {"United States": "secretary of state", "United Kingdom": "foreign secretary"}
    return own.get(country, office) if office == "foreign minister" else office
