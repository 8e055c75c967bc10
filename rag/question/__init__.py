"""What a question asks for: whose words, about what, to whom, when, and of which kind.

No language model is needed. What is found restricts softly: retrieval prefers, it does not exclude.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rag.names import Names
from rag.question.dates import find_dates
from rag.question.roles import Roles, find_roles
from rag.question.topic import asks_for, named_terms, topic_terms
from rag.question.words import is_foreign, lexicon
from rag.types import Filters, Kind, Party, Query
from rag.words import fold, tokens

__all__ = ["for_speaker", "is_foreign", "understand"]

VENUE = re.compile(
    r"\b(?:at|in|to|before|during)\s+(?:the\s+)?(?:UN|United Nations)(?:['’]s)?"
    r"(?:\s+General\s+(?:Debate|Assembly)(?:\s+Debate)?)?(?:\s+speech)?",
    re.IGNORECASE,
)
YES_NO = re.compile(
    r"^(?:did|does|do|is|was|were|are|has|have|had|will|would|can|could|should)\b|吗", re.IGNORECASE
)
WHO_SAID = re.compile(
    r"^who(?:m)?\s+(?:said|says|stated|thanked|called|mentioned|promised|expressed|stressed|urged)\b"
    r"|\bwhat\b.{0,80}\b(?:say|said|tell|told|state|stated|think|mention|position|stance|view)\b",
    re.IGNORECASE,
)
AUXILIARY = r"(?:did|do|does|is|are|was|were|has|have|had|will|would|can|could|should)\b"
LIST = re.compile(
    r"^(?:list|name|enumerate)\b"
    rf"|\b(?:which|what)\s+(?:(?!{AUXILIARY})[\w-]+\s+){{0,3}}(?P<items>countries|leaders|governments|documents"
    r"|parties|speakers|people|fields|areas|issues|frameworks|offices|domains|sectors|topics|states"
    r"|nations|presidents|ministers|heads of|officials|organi[sz]ations|steps|measures|ways)\b"
    r"|\bwho(?:m)?\b(?:\s+\w+)?\s+(?:brought up|bring up|brings up|raised|raises|mentions?"
    r"|mentioned|touch(?:ed|es)? on|(?:talks?|talked|speaks?|spoke)\s+(?:about|of|on))\b"
    r"|\bwho\s+(?:all|else)\b|\ball\s+(?:the\s+)?(?:things|statements)",
    re.IGNORECASE,
)
SIDE_BY_SIDE = re.compile(
    r"\b(?:side by side|next to each other|line up|set against)\b", re.IGNORECASE
)
AGAINST = re.compile(
    r"\b(?:condemn|oppos|reject|refus|criticis|criticiz|den(?:y|ied|ies)|accus|denounc|break off"
    r"|broke off|threaten|sanctioned|expel|withdr[ae]w|protest"
    r"|apologi[sz]|resign|confess)\w*",
    re.IGNORECASE,
)
"""Verbs that make a question take for granted what is seldom done: a quarrel, an apology."""


def understand(
    text: str,
    names: Names,
    *,
    standalone: str | None = None,
    filters: Filters | None = None,
    sources: Sequence[str] = (),
    today: date | None = None,
) -> Query:
    """What `text` asks for; `standalone` is its form that needs no history.

    Args:
        text: The question as typed.
        names: Who can be recognised.
        standalone: The question as rewritten from the conversation, if it was.
        filters: What the person restricts the search to.
        sources: The outlets that the documents name.
        today: What "last week" is counted from; the machine's date by default.
    """
    read = standalone or text
    found = find_dates(read, today or date.today())
    roles = find_roles(read, names)
    spent = [*roles.spans, *(m.span() for m in VENUE.finditer(read))]
    if found:
        spent.append((found.start, found.end))
    if items := LIST.search(read):
        spent.append(items.span("items"))  # "which countries": what is listed is no topic
    terms = topic_terms(read, spent, speaker=bool(roles.speakers))
    against = AGAINST.search(read)
    return Query(
        text=text,
        standalone=read,
        kind=_kind(read, roles),
        speakers=tuple(roles.speakers),
        addressee=roles.addressee,
        reporter=roles.reporter,
        topic=" ".join(terms),
        terms=tuple(terms),
        named=tuple(named_terms(read, spent)),
        asks=asks_for(read),
        presumes=against.group() if against else "",
        since=found.since if found else None,
        until=found.until if found else None,
        date_words=found.words.strip() if found else None,
        source=next((s for s in sources if s and fold(s) in fold(read)), None),
        filters=filters or Filters(),
    )


def for_speaker(query: Query, speaker: Party) -> Query:
    """The same question about one of its speakers: comparisons are searched party by party."""
    return replace(query, speakers=(speaker,))


def _kind(text: str, roles: Roles) -> Kind:
    words = {t for _, _, t in tokens(text)}
    compares = words & lexicon()["comparison"] or SIDE_BY_SIDE.search(text)
    if len(roles.speakers) > 1 or (compares and roles.speakers):
        return "comparison"
    if LIST.search(text):
        return "list"
    if YES_NO.search(text.strip()):
        return "yes_no"
    if roles.speakers or WHO_SAID.search(text):
        return "said"
    return "comparison" if compares else "fact"
