"""`/who` and `/said`: what the index holds of who spoke, to whom, and about what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rag.chat.filters import parse_pairs
from rag.errors import UsageError
from rag.types import Citation, Party, Statement
from rag.words import stems

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.names import Names

SAID_KEYS = ("by", "about", "to", "reported-by", "since", "until")
SHOWN = 20
"""Statements in one list."""


def speakers(assistant: Assistant) -> list[tuple[Party, int]]:
    """Everybody the documents quote, with the number of their statements, most first."""
    counted: list[tuple[Party, int]] = []
    for statement in assistant.index.statements():
        if statement.speaker is None:
            continue
        for place, (party, number) in enumerate(counted):
            if party.name == statement.speaker.name and party.country == statement.speaker.country:
                counted[place] = (_fuller(party, statement.speaker), number + 1)
                break
        else:
            counted.append((statement.speaker, 1))
    known = {party.name for party, _ in counted}
    counted += [(p, 0) for p in assistant.index.people() if p.name not in known]
    return sorted(counted, key=lambda pair: (-pair[1], pair[0].name))


def find_statements(assistant: Assistant, words: str) -> list[Statement]:
    """The statements that `/said WORDS` asks for, in order of documents.

    Raises:
        UsageError: nothing was asked for, or a date is none.
    """
    wanted = {k: v for k, v in parse_pairs(words, SAID_KEYS, rest="by").items() if v}
    if not wanted:
        raise UsageError("Say whose words.", hint="For example: /said by Pakistan about Xinjiang")
    every = assistant.index.statements()
    found = _selected(every, wanted, assistant.names)
    if not found and set(wanted) == {"by"}:  # "/said vaccines"
        found = _selected(every, {"about": wanted["by"]}, assistant.names)
    return found


def _selected(
    statements: Iterable[Statement], wanted: dict[str, str], names: Names
) -> list[Statement]:
    for key in ("by", "to", "reported-by"):
        if key in wanted:
            party = _party(names, wanted[key])
            statements = [
                s for s in statements if any(names.same(party, p) for p in _parties(s, key))
            ]
    topic = stems(wanted.get("about", ""))
    return [s for s in statements if topic <= stems(s.quote) and _in_time(s, wanted)]


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


def _party(names: Names, words: str) -> Party:
    return names.resolve(words) or Party(name=words)


def _parties(statement: Statement, key: str) -> list[Party]:
    if key == "reported-by":
        return list(statement.reported_by)
    party = statement.speaker if key == "by" else statement.addressee
    return [party] if party else []


def _in_time(statement: Statement, wanted: dict[str, str]) -> bool:
    from rag.question.dates import require_iso

    since = require_iso(wanted.get("since"), "since")
    until = require_iso(wanted.get("until"), "until")
    if not (since or until):
        return True
    dated = statement.said or statement.published
    if dated is None:
        return False
    shared = dated.value
    after = not since or shared[: len(since)] >= since[: len(shared)]
    return after and (not until or shared[: len(until)] <= until[: len(shared)])


def _fuller(one: Party, other: Party) -> Party:
    return one if one.office or not other.office else other
