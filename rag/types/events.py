"""What is told while an answer is being made."""

from __future__ import annotations

from dataclasses import dataclass

from rag.types.answers import Answer, AnswerSentence, Citation
from rag.types.asking import Evidence, Query


@dataclass(frozen=True, kw_only=True)
class EvidenceFound:
    """The first event of an answer: what will be written from."""

    query: Query
    evidence: tuple[Evidence, ...]
    retrieve_ms: int
    will_write: bool = True
    """Whether a model will write from it; else the quotes or a typed no follow at once."""


@dataclass(frozen=True, kw_only=True)
class Drafting:
    """The model is writing; nothing of it is shown before it is checked."""

    tokens: int


@dataclass(frozen=True, kw_only=True)
class SentenceReady:
    """A checked sentence with its marks, and the citations it brings in."""

    sentence: AnswerSentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True, kw_only=True)
class Finished:
    """The last event: the whole answer."""

    answer: Answer


Event = EvidenceFound | Drafting | SentenceReady | Finished
