"""Which of the evidence is shown to a model, and which is quoted where none writes."""

from __future__ import annotations

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
    many = query.kind in {"list", "comparison"}
    most, near = (choice.most_many, choice.near_many) if many else (choice.most, choice.near)
    best = max(e.score for e in evidence)
    topic = evidence[0].stages["topic"]
    wanted = [
        e
        for e in evidence
        if e.score >= near * best and (many or e.stages["topic"] >= near * topic)
    ]
    first = _one_each(query, evidence) if query.kind == "comparison" else []
    places = {(e.document, e.start): e for e in (*first, *(wanted or evidence[:1]))}
    return list(places.values())[:most]


def _one_each(query: Query, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The best place of each speaker, or that holds each name, that is compared."""
    found: list[Evidence] = []
    if len(query.speakers) > 1:
        for party in query.speakers:
            theirs = [e for e in evidence if party.name in (e.speaker, e.country)]
            found += theirs[:1]
        return found
    for name in query.named:
        holding = [e for e in evidence if fold(name) in fold(f"{e.quote} {e.addressee or ''}")]
        found += holding[:1]
    return found
