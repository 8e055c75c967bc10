"""Whether "he" or "she" can mean a person, as far as a document itself tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.statements.grammar import pattern

if TYPE_CHECKING:
    from rag.statements.cast import Cast

_HERS = frozenset({"she", "her"})


def women(text: str, cast: Cast) -> dict[str, bool]:
    """Of which persons a document plainly says whether they are women, and what it says.

    By how it calls them ("Ms Rojas", "spokesman Peter Mwangi"), and by pronouns that can mean
    nobody else ("Rojas, for her part, said"). Who is called both ways is left out.
    """
    found: dict[str, set[bool]] = {}
    for member in cast.members:
        if member.woman is not None:
            found.setdefault(member.name, set()).add(member.woman)
    for mark in pattern("gendered").finditer(text):
        name = cast.name_at(mark.end())
        if name is not None:
            found.setdefault(name, set()).add(mark["woman"] is not None)
    for _, end, member in cast.find(text):
        said = pattern("own_pronoun").match(text, end)
        if said is not None:
            word = said["who"] or said["part"] or said["self"]
            found.setdefault(member.name, set()).add(word in _HERS)
    return {name: marks.pop() for name, marks in found.items() if len(marks) == 1}
