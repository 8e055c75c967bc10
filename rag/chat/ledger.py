"""`/who` and `/said`: what the index holds of who spoke, to whom, and about what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.chat.filters import parse_pairs
from rag.errors import UsageError
from rag.types import Citation, Party, Statement

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.statements.ledger import Selection

SAID_KEYS = ("by", "about", "to", "reported-by", "since", "until")
SHOWN = 20
"""Statements in one list."""


def speakers(assistant: Assistant) -> list[tuple[Party, int]]:
    """Everybody the documents quote, with the number of their statements, most first."""
    found: dict[tuple[str, str | None], tuple[Party, int]] = {}
    for statement in assistant.index.statements():
        if (speaker := statement.speaker) is not None:
            key = speaker.name, speaker.country
            known, number = found.get(key, (speaker, 0))
            found[key] = _fuller(known, speaker), number + 1
    names = {name for name, _ in found}
    silent = [(p, 0) for p in assistant.index.people() if p.name not in names]
    return sorted([*found.values(), *silent], key=lambda pair: (-pair[1], pair[0].name))


def find_statements(assistant: Assistant, words: str) -> Selection:
    """The statements that `/said WORDS` asks for, in order of documents.

    Raises:
        UsageError: nothing was asked for, or a date is none.
    """
    from rag.question.dates import require_iso
    from rag.statements.ledger import select

    given = parse_pairs(words, SAID_KEYS, rest="by")
    wanted = {k.replace("-", "_"): v for k, v in given.items() if v}
    if not wanted:
        raise UsageError("Say whose words.", hint="For example: /said by Pakistan about Xinjiang")
    for key in {"since", "until"} & wanted.keys():
        wanted[key] = require_iso(wanted[key], key) or ""
    every = assistant.index.statements()
    found = select(every, assistant.names, **wanted)  # type: ignore[arg-type]
    if not found.statements and set(wanted) == {"by"}:  # "/said vaccines"
        found = select(every, assistant.names, about=wanted["by"])
    return found


def as_places(statements: Sequence[Statement], *, limit: int = SHOWN) -> list[Citation]:
    """Statements as numbered places, which `/open` takes."""
    return [
        Citation(
            number=number,
            document=s.document,
            start=s.start,
            end=s.end,
            quote=s.quote,
            published=s.said.value if s.said else s.published.value if s.published else None,
            speaker=s.speaker.name if s.speaker else None,
            country=s.speaker.country if s.speaker else None,
            office=s.speaker.office if s.speaker else None,
            reported_by=s.reported_by[-1].name if s.reported_by else None,
        )
        for number, s in enumerate(statements[:limit], 1)
    ]


def _fuller(one: Party, other: Party) -> Party:
    return one if one.office or not other.office else other
