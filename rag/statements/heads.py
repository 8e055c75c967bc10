"""Who stands at the head of a sentence whose grammar was not understood."""

from __future__ import annotations

import re

from rag.statements.grammar import pattern
from rag.statements.lexicon import cues
from rag.statements.members import Member
from rag.statements.nouns import Masked
from rag.statements.personal import is_institution, trimmed_name

_FAR = 100
"""Characters in which a sentence without a verb of saying names its subject."""


def at_head(masked: Masked) -> list[Member | str]:
    """The persons before the first verb of saying, in order; those of no introduction by name.

    "The shadow minister, Priti Patel, accused the government. She said …": that the first sentence
    could not be read must not give the second to whoever spoke before.
    """
    verb = next(iter(cues(masked.text)), None)
    head = masked.masked[: verb.start if verb else _FAR]
    found: dict[int, Member | str] = {
        place: member for place, member in masked.members.items() if place < len(head)
    }
    for match in pattern("name").finditer(head):
        name = trimmed_name(match.group())
        if name and len(name.split()) > 1 and not is_institution(name):
            found[match.start()] = name
    return [found[place] for place in sorted(found)]


def speaks_unread(masked: Masked) -> bool:
    """Whether one of those at the head, who are no pronoun, stands before a verb of saying."""
    spoken = next(iter(cues(masked.text)), None) is not None
    return spoken and re.match(r"\W*(?:[Hh]e|[Ss]he|[Ii]t|[Tt]hey)\b", masked.masked) is None
