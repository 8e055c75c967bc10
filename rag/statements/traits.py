"""What a statement's frame tells besides its words: how sure, by which rule, of which day."""

from __future__ import annotations

from dataclasses import replace

from rag.statements.compose import Reported
from rag.statements.frame import Frame
from rag.types import Party, Statement


def confidence(frame: Frame, speaker: Party | None) -> float:
    """How sure the speaker is, by the kind of phrase that names it."""
    if speaker is None or frame.subject is None:
        return 0.3
    sure = {"person": 0.97, "country": 0.93, "office": 0.9, "pronoun": 0.88, "joint": 0.9}
    base = sure.get(frame.subject.kind, 0.8)
    return round(base - (0.04 if frame.leans else 0.0) - (0.1 if frame.aside else 0.0), 2)


def rule(frame: Frame, reported: Reported) -> str:
    """Which rule found the statement, in words."""
    kind = frame.subject.kind if frame.subject else "none"
    nested = "nested " if reported.reporters else ""
    return f"{nested}{frame.shape} {kind}"


def of_one_day(statements: list[Statement]) -> list[Statement]:
    """The day of a sentence's first dated statement counts for the others of its speaker."""
    dated = [s for s in statements if s.said is not None]
    if not dated:
        return statements
    first = dated[0]
    return [
        replace(s, said=first.said) if s.said is None and s.speaker == first.speaker else s
        for s in statements
    ]


def in_talk(statement: Statement, pair: set[str]) -> bool:
    """Whether one of the two who talk says it there, rather than to reporters."""
    listener, speaker = statement.addressee, statement.speaker
    to_one = listener is not None and listener.kind not in {"unnamed", "medium"}
    return to_one and speaker is not None and speaker.name in pair


def told_within_quotation(frame: Frame, speaker: Party | None, told: Party | None) -> bool:
    """Whether a sentence inside a quotation tells what another person said or did by speaking."""
    noun = frame.subject
    if noun is None or speaker is None or frame.cue.verb.plain or frame.shape == "after":
        return False
    # What one "seeks" or "rejects" is done now; only what was done once is told.
    if frame.cue.verb.takes != "clause" and not frame.cue.tenses & {"past", "participle"}:
        return False
    if noun.kind == "pronoun":
        return speaker.kind == "joint" or (told is not None and speaker.name == told.name)
    return speaker.kind in {"person", "joint"} or noun.kind == "office"
