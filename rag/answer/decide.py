"""Which kind of no: decided from what was found, before a model is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.names import Names
from rag.question.topic import in_one_breath
from rag.types import Evidence, Found, NotFoundReason, Query
from rag.words import wordless

TOPIC = 0.5
"""Share of the topic's weight that a sentence must hold to be about it."""
TOPIC_NAMED = 0.3
"""The same where the question's names are all there."""
ABOUT = 0.42
"""Likeness to the topic, its names left out, at which a sentence is about it in other words."""
NEARLY = 0.65
"""Mean share of both at which a sentence is about it partly in its words, partly in others: of 250
questions that nobody answers (the gold's, twins, the speeches') the nearest reaches 0.55."""
FAR = 0.45
"""Below this likeness to the whole question nothing is about it."""
ORDERS = re.compile(
    r"\b(?:ignore|forget|disregard|override)\b.{0,40}\b(?:documents?|sources?|instructions?|rules|above"
    r"|previous|context)\b|^\s*(?:you are now|pretend|act as|imagine|write (?:me )?an? |compose"
    r"|translate|role-?play|repeat after)\b|\b(?:system prompt|your instructions)\b"
    r"|\bin your (?:own )?(?:opinion|view)\b",
    re.IGNORECASE,
)
"""Requests that are not questions to the documents."""
TIMES = re.compile(
    r"\b(?:(?:19|20)\d\d|(?:last|this|next|past|previous|coming)\s+(?:year|month|week|decade|century)"
    r"|years?|decades?|century|centuries|ago|anniversary|yesterday|tomorrow)\b",
    re.IGNORECASE,
)
"""Words by which a place may speak of another time than that of its document."""
TOWARDS = frozenset({"thank", "appreciate", "praise", "welcome", "congratulate", "accuse"})
"""Acts whose object is what the addressee has said or done."""


def refusal_reason(
    query: Query, found: Found, names: Names, *, speaks: bool
) -> NotFoundReason | None:
    """Why the documents hold no answer, or None where a model may try.

    Args:
        query: What is asked.
        found: What retrieval found for it.
        names: Who can be recognised.
        speaks: Whether an asked speaker speaks anywhere in the documents.
    """
    evidence = found.evidence
    if _asks_nothing(query):
        return "unsupported"
    if not evidence:
        return "no_document"
    if query.speakers:
        return _said_reason(query, evidence, names, speaks=speaks)
    return None if query.unread else _fact_reason(query, evidence)


def is_final(query: Query, found: Found, reason: NotFoundReason | None) -> bool:
    """Whether the reason given is the last word.

    A speaker's silence is, and that nothing is about the question or nothing of its time; doubt
    about a fact is not.
    """
    if query.speakers or not found.evidence or _asks_nothing(query):
        return True
    return reason in {"no_document", "other_date"}


def _asks_nothing(query: Query) -> bool:
    """Whether it is no question to the documents: an order, or no words at all."""
    return wordless(query.text) or ORDERS.search(query.text) is not None


def _said_reason(
    query: Query, evidence: Sequence[Evidence], names: Names, *, speaks: bool
) -> NotFoundReason | None:
    right = [e for e in evidence if e.stages["speaker"] > 0]
    addressed = [e for e in right if e.stages["addressee"] >= 0]
    on_topic = [e for e in addressed if query.unread or on_the_topic(e, query)]
    if any(e.stages["date"] >= 0 for e in on_topic):
        return "unsupported" if presumed_wrongly(query, on_topic) else None
    if on_topic:
        return "other_date"
    if right and not addressed:
        return "unsupported"
    about = [e for e in evidence if on_the_topic(e, query)]
    if any(_for_the_asked(e, query, names) for e in about):
        return "reported_only"
    if speaks:
        return "speaker_without_topic"
    return "topic_without_speaker" if about else "no_document"


def _fact_reason(query: Query, evidence: Sequence[Evidence]) -> NotFoundReason | None:
    on_topic = [e for e in evidence if on_the_topic(e, query)]
    if not on_topic:
        far = all(e.stages["dense"] < FAR or e.stages["missing"] for e in evidence)
        return "no_document" if far else "unsupported"
    if (query.since or query.until) and all(_of_another_time(e) for e in on_topic):
        return "other_date"
    if query.asks and not any(e.stages["asked"] for e in on_topic):
        return "unsupported"
    return "unsupported" if presumed_wrongly(query, on_topic) else None


def _of_another_time(evidence: Evidence) -> bool:
    """Whether a place was published at another time than is asked for and speaks of no other."""
    return evidence.stages["date"] < 0 and TIMES.search(evidence.quote) is None


def on_the_topic(evidence: Evidence, query: Query) -> bool:
    """Whether a sentence is about what is asked: its names all there, its words or its meaning."""
    stages = evidence.stages
    if not query.terms:
        return True
    if stages["missing"]:
        return False
    share = max(stages["topic"], stages["around"])
    if in_one_breath(query.standalone, query.terms):
        return share > 0
    words = share / (TOPIC_NAMED if query.named else TOPIC)
    meaning = stages["about"] / ABOUT
    return max(words, meaning) >= 1 or (words + meaning) / 2 >= NEARLY


def presumed_wrongly(query: Query, evidence: Sequence[Evidence]) -> bool:
    """The question takes a hostile act for granted of which the evidence has no trace."""
    if not query.presumes:
        return False
    stem = query.presumes.lower()[:5]
    # "deny", "denied" and "denial" have three letters in common.
    stems = ("deny", "deni") if stem[:4] in {"deny", "deni"} else (stem,)
    return not any(s in e.quote.lower() for s in stems for e in evidence)


def _for_the_asked(evidence: Evidence, query: Query, names: Names) -> bool:
    """Another's words about what the asked party holds: `Wang thanked Iraq for supporting …`."""
    if evidence.act not in TOWARDS or evidence.stages["speaker"] > 0 or not evidence.addressee:
        return False
    addressee = names.resolve(evidence.addressee)
    return addressee is not None and any(names.same(addressee, p) for p in query.speakers)
