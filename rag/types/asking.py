"""A question, what it restricts, and what was found for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from rag.types.base import Value
from rag.types.documents import Passage
from rag.types.ledger import Party

Kind = Literal["fact", "said", "list", "comparison", "yes_no"]


@dataclass(frozen=True, kw_only=True)
class Filters(Value):
    """What a person explicitly restricts the search to; strict, unlike what a question implies."""

    since: str | None = None
    until: str | None = None
    speaker: str | None = None
    source: str | None = None
    document: str | None = None
    """A glob over document names."""


@dataclass(frozen=True, kw_only=True)
class Turn(Value):
    """One earlier exchange of a conversation."""

    question: str
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class Query(Value):
    """A question, and what it asks for. A guess restricts softly, `filters` strictly."""

    text: str
    """As typed."""
    standalone: str
    """With what the history supplies."""
    context: str = ""
    """What was answered just before, where the question continues the conversation."""
    kind: Kind = "fact"
    speakers: tuple[Party, ...] = ()
    """Whose words are asked for; several in a comparison."""
    addressee: Party | None = None
    reporter: Party | None = None
    topic: str = ""
    """What is left when speaker, date and question words are taken away."""
    terms: tuple[str, ...] = ()
    """Content words of the topic, as typed."""
    named: tuple[str, ...] = ()
    """Names among the topic: an answer that holds none of them is about something else."""
    asks: str = ""
    """`time`, `number`, `amount`, `person` or `addressee` where the question asks for one."""
    presumes: str = ""
    """A hostile act that the question takes for granted: `condemn`."""
    since: str | None = None
    until: str | None = None
    date_words: str | None = None
    """The words the dates were read from."""
    source: str | None = None
    filters: Filters = field(default_factory=Filters)
    undated: int = 0
    """Documents that a date filter left out because their date is not known."""
    unread: bool = False
    """Asked in a language that is neither the documents' nor translated: its topic is not known."""


@dataclass(frozen=True, kw_only=True)
class Evidence(Value):
    """A quotable span found for a question, with what is known of it."""

    document: str
    start: int
    end: int
    quote: str
    score: float
    title: str | None = None
    source: str | None = None
    published: str | None = None
    url: str | None = None
    speaker: str | None = None
    country: str | None = None
    office: str | None = None
    reported_by: str | None = None
    act: str | None = None
    addressee: str | None = None
    also: tuple[str, ...] = ()
    """Other documents that carry the same text."""
    stages: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Hit(Value):
    """A passage that retrieval found, with its score and its rank in each stage."""

    passage: Passage
    score: float
    stages: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Found(Value):
    """What retrieval found for a question: passages ranked, and the sentences to quote."""

    query: Query
    hits: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
