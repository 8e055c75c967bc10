"""Which office somebody holds who is introduced as another's counterpart."""

from __future__ import annotations

from collections.abc import Sequence

from rag.statements.grammar import pattern
from rag.statements.members import Member
from rag.statements.personal import is_institution, trimmed_name


def give_offices(
    text: str, members: Sequence[Member], counterparts: Sequence[tuple[int, Member]]
) -> None:
    """Gives counterparts the office of the one who was named last before them, if it is known.

    Args:
        text: The document's.
        members: Its persons.
        counterparts: Those introduced so, and where.
    """
    for place, member in counterparts:
        last = {text.rfind(m.name.split()[-1], 0, place): m for m in members if m is not member}
        found = max(last, default=-1)
        if found >= 0 and member.office is None and not _stranger(text, found, place):
            member.office = last[found].office


def _stranger(text: str, start: int, end: int) -> bool:
    """Whether somebody is named there whom nothing introduces: "Belgium's Maxime Holm argued"."""
    for match in pattern("owned_name").finditer(text, start, end):
        name = trimmed_name(match["name"])
        if name and len(name.split()) > 1 and not is_institution(name):
            return True
    return False
