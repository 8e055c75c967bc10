"""An answer: its sentences, the places they cite, or which kind of no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, Self

from rag.types.asking import Evidence
from rag.types.base import Value

NotFoundReason = Literal[
    "no_document",
    "topic_without_speaker",
    "speaker_without_topic",
    "other_date",
    "reported_only",
    "conflict",
    "unsupported",
]
Status = Literal["answered", "not_found", "failed"]


@dataclass(frozen=True, kw_only=True)
class Citation(Value):
    """A numbered place in a source: `stored_text[start:end] == quote`."""

    number: int
    document: str
    start: int
    end: int
    quote: str
    title: str | None = None
    source: str | None = None
    published: str | None = None
    url: str | None = None
    speaker: str | None = None
    country: str | None = None
    office: str | None = None
    reported_by: str | None = None
    addressee: str | None = None
    also: tuple[str, ...] = ()

    @classmethod
    def of(cls, number: int, evidence: Evidence) -> Self:
        """The citation with this number of that evidence."""
        shared = {f.name for f in fields(cls)} - {"number"}
        return cls(number=number, **{k: getattr(evidence, k) for k in shared})


@dataclass(frozen=True, kw_only=True)
class AnswerSentence(Value):
    """One sentence that is shown, and how well its citations carry it."""

    text: str
    citations: tuple[int, ...]
    support: float
    origin: Literal["model", "quote"]


@dataclass(frozen=True, kw_only=True)
class NotFound(Value):
    """Which kind of no, and the citations nearest to an answer."""

    reason: NotFoundReason
    nearest: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Timing(Value):
    """Milliseconds from the question."""

    retrieve_ms: int = 0
    first_token_ms: int = 0
    total_ms: int = 0


@dataclass(frozen=True, kw_only=True)
class Usage(Value):
    """Tokens of all model calls for one question; cost where a price is known."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None


@dataclass(frozen=True, kw_only=True)
class Answer(Value):
    """The whole outcome of one question, in the form that `--json` prints."""

    id: str
    question: str
    status: Status
    answer: str = ""
    not_found: NotFound | None = None
    error: Mapping[str, str] | None = None
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    model: str = ""
    index: str = ""
    prompts: str = ""
    timing: Timing = field(default_factory=Timing)
    usage: Usage = field(default_factory=Usage)
    query: Mapping[str, Any] = field(default_factory=dict)
    """What was understood of the question."""
    trace: tuple[Mapping[str, Any], ...] = ()
    """Raw model output that was repaired or dropped, with the reasons."""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The answer back from `to_dict`, e.g. from a batch's journal."""
        inner: dict[str, Any] = dict(data)
        if data.get("not_found"):
            inner["not_found"] = NotFound.from_dict(data["not_found"])
        lists = {"sentences": AnswerSentence, "citations": Citation, "evidence": Evidence}
        for key, kind in lists.items():
            inner[key] = tuple(kind.from_dict(v) for v in data.get(key, ()))  # type: ignore[attr-defined]
        inner["timing"] = Timing.from_dict(data.get("timing", {}))
        inner["usage"] = Usage.from_dict(data.get("usage", {}))
        inner["trace"] = tuple(data.get("trace", ()))
        known = {f.name for f in fields(cls)}
        return cls(**{k: v for k, v in inner.items() if k in known})
