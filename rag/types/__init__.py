"""The values that pass between the rooms: frozen, comparable, and free of storage or display."""

from rag.types.answers import (
    Answer,
    AnswerSentence,
    Citation,
    NotFound,
    NotFoundReason,
    Status,
    Timing,
    Usage,
)
from rag.types.asking import Evidence, Filters, Found, Hit, Kind, Query, Turn
from rag.types.base import Progress, Value
from rag.types.documents import Document, Metadata, Passage, Sentence
from rag.types.events import Drafting, Event, EvidenceFound, Finished, SentenceReady
from rag.types.ledger import Dated, Form, Modality, Party, PartyKind, Polarity, Statement

__all__ = [
    "Answer",
    "AnswerSentence",
    "Citation",
    "Dated",
    "Document",
    "Drafting",
    "Event",
    "Evidence",
    "EvidenceFound",
    "Filters",
    "Finished",
    "Form",
    "Found",
    "Hit",
    "Kind",
    "Metadata",
    "Modality",
    "NotFound",
    "NotFoundReason",
    "Party",
    "PartyKind",
    "Passage",
    "Polarity",
    "Progress",
    "Query",
    "Sentence",
    "SentenceReady",
    "Statement",
    "Status",
    "Timing",
    "Turn",
    "Usage",
    "Value",
]
