"""Which kind of no: decided from what was found, before a model is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.names import Names
from rag.types import Evidence, Found, NotFoundReason, Query

TOPIC = 0.5
"""Share of the topic's weight that a sentence must hold to be about it."""
LIKE = 0.55
"""Likeness to the question at which a sentence counts as on the topic in other words."""
FAR = 0.3
"""Below this likeness, and without any word of the topic, nothing is about the question."""
ORDERS = re.compile(
    r"\b(?:ignore|forget|disregard|override)\b.{0,40}\b(?:documents?|sources?|instructions?|rules|above"
    r"|previous|context)\b|^\s*(?:you are now|pretend|act as|imagine|write (?:me )?an? |compose"
    r"|translate|role-?play|repeat after)\b|\b(?:system prompt|your instructions)\b"
    r"|\bin your (?:own )?(?:opinion|view)\b",
    re.IGNORECASE,
)
"""Requests that are not questions to the documents."""


def refusal_reason(
    query: Query, found: Found, names: Names, *, speaks: bool, foreign: bool
) -> NotFoundReason | None:
    """Why the documents hold no answer, or None where a model may try.

    Args:
        query: What is asked.
        found: What retrieval found for it.
        names: Who can be recognised.
        speaks: Whether an asked speaker speaks anywhere in the documents.
        foreign: Whether the question is in another language than the documents, so that its words
            cannot be looked for in them.
    """
    evidence = found.evidence
    if ORDERS.search(query.text):
        return "unsupported"
    if not evidence:
        return "no_document"
    if query.speakers:
        return _said_reason(query, evidence, names, speaks=speaks, foreign=foreign)
    if not foreign and not any(_near(e) for e in evidence):
        return "no_document"
    return None


def _said_reason(
    query: Query, evidence: Sequence[Evidence], names: Names, *, speaks: bool, foreign: bool
) -> NotFoundReason | None:
    right = [e for e in evidence if e.stages.get("speaker", 0) > 0]
    on_topic = [e for e in right if foreign or not query.terms or on_the_topic(e)]
    in_time = [e for e in on_topic if e.stages.get("date", 0) >= 0]
    if in_time:
        return None
    if on_topic:
        return "other_date"
    about = [e for e in evidence if on_the_topic(e)]
    if any(_about_the_asked(e, query, names) for e in about):
        return "reported_only"
    if speaks:
        return "speaker_without_topic"
    return "topic_without_speaker" if about else "no_document"


def on_the_topic(evidence: Evidence) -> bool:
    """Whether a sentence is about what is asked, by its words or by its meaning."""
    stages = evidence.stages
    return stages.get("topic", 0) >= TOPIC or stages.get("dense", 0) >= LIKE


def _near(evidence: Evidence) -> bool:
    stages = evidence.stages
    return stages.get("topic", 0) > 0 or stages.get("dense", 0) >= FAR


def _about_the_asked(evidence: Evidence, query: Query, names: Names) -> bool:
    """Another's words that say what the asked party holds: `Wang thanked Iraq for supporting …`."""
    if evidence.stages.get("speaker", 0) >= 0:
        return False
    asked = {p.country or p.name for p in query.speakers}
    return any((m.party.country or m.party.name) in asked for m in names.find(evidence.quote))
