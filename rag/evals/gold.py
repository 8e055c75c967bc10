"""Gold files: questions with what a right answer holds, read with every fault reported at once."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rag.errors import GoldError
from rag.evals.faults import Problem, faults_against_texts, faults_message, read_row
from rag.evals.spans import FoldedTexts, Span, Texts
from rag.types import Turn, Value


@dataclass(frozen=True, kw_only=True)
class Case(Value):
    """One question with what is known of its right answer."""

    id: str
    question: str
    answerable: bool
    answers: tuple[str, ...] = ()
    """Right answers in someone's own words."""
    must_include: tuple[tuple[str, ...], ...] = ()
    """Groups of alternatives: a right answer holds one of each group."""
    documents: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    """Sentences of `documents` that carry the answer."""
    wrong_documents: tuple[str, ...] = ()
    """Documents that must not be cited: they look right and aren't."""
    speaker: str | None = None
    published: str | None = None
    """ISO date, possibly partial, of the documents asked for."""
    tags: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()
    reason: str | None = None
    """For an unanswerable question: the kind of no that is right."""
    reason_also: tuple[str, ...] = ()
    """Other kinds of no that are right too."""
    standalone: str | None = None
    """For a follow-up: the question as it would be asked without its history."""
    forbidden: tuple[str, ...] = ()
    """For a change of subject: words that the history must not add to the question."""
    note: str | None = None
    """For people; nothing reads it."""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Case:
        """The case back from `to_dict`, or from a checked row of a gold file."""
        case = super().from_dict({k: v for k, v in data.items() if k != "history"})
        return replace(case, history=tuple(Turn.from_dict(t) for t in data.get("history", ())))


@dataclass(frozen=True, kw_only=True)
class Gold:
    """The cases of one file, and where in the stored texts their quotations lie."""

    path: Path
    sha256: str
    cases: tuple[Case, ...]
    places: Mapping[str, tuple[tuple[Span, ...], ...]] = field(default_factory=dict)
    """Case id → for each quotation every place of it; empty where no texts were given."""


def load_gold(path: Path, texts: Texts | None = None) -> Gold:
    """The cases of a gold file, checked; against the stored texts where `texts` are given.

    Raises:
        GoldError: the file is missing or empty, or some line is at fault; all faults are named.
    """
    try:
        raw = path.read_bytes()
    except OSError as exc:
        raise GoldError(f"No gold file at {path}.", hint="Look: ls evals/gold") from exc
    folded = FoldedTexts(texts) if texts else None
    cases, problems = parse_gold(raw, folded)
    if problems:
        raise GoldError(faults_message(path, problems), hint=f"Correct {path.name} and run again.")
    if not cases:
        raise GoldError(f"{path} holds no cases.", hint="Give one JSON object a line.")
    places = {case.id: _places(case, folded) for case in cases} if folded else {}
    return Gold(
        path=path, sha256=hashlib.sha256(raw).hexdigest(), cases=tuple(cases), places=places
    )


def parse_gold(raw: bytes, folded: FoldedTexts | None = None) -> tuple[list[Case], list[Problem]]:
    """The sound cases of a gold file's bytes, and every fault of the others."""
    problems: list[Problem] = []
    cases: list[Case] = []
    first: dict[str, int] = {}
    for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        row, faults = read_row(line)
        if folded and not faults:
            faults = faults_against_texts(row, folded)
        problems += [Problem(line=number, what=what, value=value) for what, value in faults]
        if faults:
            continue
        if row["id"] in first:
            what = "`id` occurs before"
            value = f"{row['id']} (first on line {first[row['id']]})"
            problems.append(Problem(line=number, what=what, value=value))
            continue
        first[row["id"]] = number
        cases.append(Case.from_dict(row))
    return cases, problems


def sample(cases: Sequence[Case], limit: int | None, seed: int) -> tuple[Case, ...]:
    """`limit` cases, as many answerable as unanswerable ones as far as they go, in file order."""
    if limit is None or limit >= len(cases):
        return tuple(cases)
    groups = [[c for c in cases if c.answerable], [c for c in cases if not c.answerable]]
    half = min(len(groups[1]), limit // 2)
    counts = [limit - half, half]
    if counts[0] > len(groups[0]):
        counts = [len(groups[0]), limit - len(groups[0])]
    draw = random.Random(seed)
    kept = {c.id for g, n in zip(groups, counts, strict=True) for c in draw.sample(g, n)}
    return tuple(c for c in cases if c.id in kept)


def _places(case: Case, folded: FoldedTexts) -> tuple[tuple[Span, ...], ...]:
    return tuple(
        tuple(span for name in case.documents for span in folded.find(name, quote))
        for quote in case.quotes
    )
