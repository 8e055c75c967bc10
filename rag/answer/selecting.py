"""Which of the evidence is shown to a model, and which is quoted where none writes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.types import Evidence, Query
from rag.words import fold


@dataclass(frozen=True, kw_only=True)
class Choice:
    """How many places, and how near to the best they must come."""

    most: int
    most_many: int
    """For lists and comparisons."""
    near: float
    """Least share of the best score."""
    near_many: float


SHOW = Choice(most=3, most_many=5, near=0.6, near_many=0.5)
"""What a model sees: a small one is led astray by more."""
QUOTE = Choice(most=2, most_many=4, near=0.85, near_many=0.6)
"""What is quoted: a pile of quotes is no answer."""


def selected(query: Query, evidence: Sequence[Evidence], choice: Choice) -> list[Evidence]:
    """The best places; in a comparison each party's and each name's best comes first."""
    if not evidence:
        return []
    apart = query.kind == "comparison" or scattered(query, evidence)
    many = apart or query.kind == "list"
    most, near = (choice.most_many, choice.near_many) if many else (choice.most, choice.near)
    best = max(e.score for e in evidence)
    topic = evidence[0].stages["topic"]
    wanted = [
        e
        for e in evidence
        if e.score >= near * best and (many or e.stages["topic"] >= near * topic)
    ]
    first = _one_each(query, evidence) if apart else []
    places = {(e.document, e.start): e for e in (*first, *(wanted or evidence[:1]))}
    return list(places.values())[:most]


def scattered(query: Query, evidence: Sequence[Evidence]) -> bool:
    """Whether names that the question joins ("Morocco and Iraq") are told of in several places."""
    if query.speakers or not evidence:
        return False
    joined = _joined(query)
    best = evidence[0]
    here = [n for n in joined if _holds_name(best, n)]
    elsewhere = [
        n
        for n in joined
        if n not in here
        and any(_holds_name(e, n) for e in evidence if e.score >= SHOW.near * best.score)
    ]
    return bool(here and elsewhere)


def _joined(query: Query) -> list[str]:
    """Names that stand side by side in the question."""
    names = "|".join(re.escape(n) for n in sorted(query.named, key=len, reverse=True))
    if not names:
        return []
    found = re.finditer(
        rf"(?:{names})(?:\s*(?:,|and|or|&|,\s*and)\s+(?:{names}))+", query.standalone
    )
    return [n for m in found for n in query.named if n in m.group()]


def _holds_name(evidence: Evidence, name: str) -> bool:
    return fold(name) in fold(f"{evidence.quote} {evidence.addressee or ''}")


def _one_each(query: Query, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The best place of each speaker, or that holds each name, that is compared."""
    found: list[Evidence] = []
    if len(query.speakers) > 1:
        for party in query.speakers:
            theirs = [e for e in evidence if party.name in (e.speaker, e.country)]
            found += theirs[:1]
        return found
    for name in _joined(query) or query.named:
        holding = [e for e in evidence if _holds_name(e, name)]
        found += holding[:1]
    return found
