"""Sentences and marks to an answer: introductions of quotes, numbering, the words of a typed no."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.check import MARK
from rag.types import AnswerSentence, Citation, Evidence, NotFoundReason, Query
from rag.words import fold

BLANK = re.compile(r"\s+")
LONGEST_TOPIC = 9
"""Words of a question that are repeated in a refusal."""


@dataclass
class Numbering:
    """Hands out citation numbers from 1 in order of appearance, one a place."""

    citations: list[Citation] = field(default_factory=list)

    def number(self, evidence: Evidence) -> int:
        """The number of this place, a new one at its first appearance."""
        for known in self.citations:
            place = (known.document, known.start, known.end)
            if place == (evidence.document, evidence.start, evidence.end):
                return known.number
        self.citations.append(Citation.of(len(self.citations) + 1, evidence))
        return len(self.citations)


def with_marks(text: str, numbers: Sequence[int]) -> str:
    """The sentence with its `[n]` marks at the end, whatever marks it had before."""
    plain = BLANK.sub(" ", MARK.sub("", text)).strip()
    return f"{plain} {''.join(f'[{n}]' for n in numbers)}" if numbers else plain


def introduced(evidence: Evidence, *, to: bool = False, dated: bool = False) -> str:
    """The quote with who says it and, where another reports it, who reports.

    A sentence that names its speaker itself needs no introduction.

    Args:
        evidence: The place.
        to: Say to whom it was said, where the ledger knows.
        dated: Say when it was reported.
    """
    quote = in_marks(evidence.quote)
    who = named(evidence)
    reporter = f", according to {evidence.reported_by}" if evidence.reported_by else ""
    if to and evidence.addressee:
        reporter += f", to {evidence.addressee}"
    if dated:
        reporter += f", {_reported(evidence.published)}"
    if who and evidence.speaker and fold(evidence.speaker.split()[-1]) in fold(quote):
        return quote if not reporter else f"{who}{reporter}: {quote}"
    if who:
        return f"{who}{reporter}: {quote}"
    source = evidence.source or evidence.title
    return f"{source}: {quote}" if source else quote


def _reported(published: str | None) -> str:
    if not published:
        return "date unknown"
    full = published.count("-") == 2
    return f"reported {'on' if full else 'in'} {published}"


def in_marks(quote: str) -> str:
    """The quote in quotation marks; marks of its own are kept and made to pair."""
    text = BLANK.sub(" ", quote).strip()
    opened, closed = text.count("“"), text.count("”")
    if opened == closed:
        return text if text.startswith("“") and text.endswith("”") else f"“{text}”"
    return f"“{text}" if closed > opened else f"{text}”"


def named(evidence: Evidence) -> str:
    """`Imran Khan (prime minister, Pakistan)`, as much of it as is known."""
    if not evidence.speaker:
        return ""
    country = evidence.country if evidence.country != evidence.speaker else None
    about = ", ".join(filter(None, (evidence.office, country)))
    return f"{evidence.speaker} ({about})" if about else evidence.speaker


def sentence(text: str, numbers: Sequence[int], support: float, origin: str) -> AnswerSentence:
    """One shown sentence."""
    return AnswerSentence(
        text=with_marks(text, numbers),
        citations=tuple(numbers),
        support=round(support, 3),
        origin="quote" if origin == "quote" else "model",
    )


def refusal(reason: NotFoundReason, query: Query, spoken: Sequence[str], documents: int) -> str:
    """What a person reads when the answer is no: which kind, and what there is instead.

    Args:
        reason: The kind of no.
        query: What was asked.
        spoken: Topics that the asked speaker does speak of, most frequent first.
        documents: In how many documents the asked speaker speaks.
    """
    who = " and ".join(p.name for p in query.speakers) or "anyone"
    topic = topic_words(query) or "that"
    then = f" {query.date_words or 'at that time'}"
    several = len(query.speakers) > 1
    speak = "speaks" if query.speakers and not several else "speak"
    does, are, hold = ("do", "are", "hold") if several else ("does", "is", "holds")
    where = _in_documents(documents)
    instead = f"; {who} {speak} of {_listed(spoken)}" if spoken else ""
    texts: dict[str, str] = {
        "no_document": f"nothing in them is about {topic}.",
        "topic_without_speaker": f"they speak of {topic}, but {who} {does} not speak in "
        "any of them.",
        "speaker_without_topic": f"{who} {speak} {where}, but not about {topic}{instead}.",
        "other_date": f"{who if query.speakers else 'they'} {speak} of it, but not{then}.",
        "reported_only": f"{who} {are} not quoted on {topic}; only others say what {who} {hold}.",
        "conflict": "they contradict each other on it.",
        "unsupported": "no sentence in them answers the question.",
    }
    return f"Not in the documents: {texts[reason]}"


def topic_words(query: Query) -> str:
    """The topic as it stands in the question, from its first word to its last."""
    if not query.terms:
        return ""
    text = query.standalone
    first = text.find(query.terms[0])
    last = text.rfind(query.terms[-1]) + len(query.terms[-1])
    whole = text[first:last] if 0 <= first < last else query.topic
    return whole if len(whole.split()) <= LONGEST_TOPIC else query.topic


def _in_documents(count: int) -> str:
    words = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}
    return f"in {words.get(count, str(count))} of them"


def _listed(items: Sequence[str]) -> str:
    shown = list(items)[:3]
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
