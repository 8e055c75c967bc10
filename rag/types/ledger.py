"""Who said what to whom: the values of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, Self

from rag.types.base import Value

PartyKind = Literal["person", "government", "joint", "unnamed", "medium"]
Form = Literal["direct", "mixed", "indirect", "narrated"]
Polarity = Literal["for", "against", "neutral"]
Modality = Literal["asserted", "denied", "asked", "conditional", "hoped", "promised"]


@dataclass(frozen=True, kw_only=True)
class Party(Value):
    """Who speaks, is spoken to, or reports."""

    name: str
    """The person's or government's resolved name, e.g. `Imran Khan`, `Pakistan`."""
    country: str | None = None
    """The country spoken for, by its common English name."""
    office: str | None = None
    as_written: str = ""
    kind: PartyKind = "person"


@dataclass(frozen=True, kw_only=True)
class Dated(Value):
    """An ISO date, possibly partial, and how it was found."""

    value: str
    how: str


@dataclass(frozen=True, kw_only=True)
class Statement(Value):
    """Who said what to whom, and who reports it. Every offset is into the stored text."""

    document: str
    start: int
    end: int
    """The content: what was said, without the words that attribute it."""
    quote: str
    """`text[start:end]`."""
    cue_start: int
    cue_end: int
    """The words that make it speech ("said", "thanked"); equal offsets where there are none."""
    sentence: int
    """Index of the sentence that carries the content."""
    speaker: Party | None
    """None: reported speech that could not be attributed with confidence."""
    addressee: Party | None = None
    act: str = "say"
    polarity: Polarity = "neutral"
    modality: Modality = "asserted"
    form: Form = "indirect"
    reported_by: tuple[Party, ...] = ()
    """Outermost reporter first; empty where the document itself is the only reporter."""
    said: Dated | None = None
    published: Dated | None = None
    referred_to: Dated | None = None
    confidence: float = 1.0
    rule: str = ""

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The statement back from `to_dict`."""
        inner: dict[str, Any] = dict(data)
        for key in ("speaker", "addressee"):
            inner[key] = Party.from_dict(data[key]) if data.get(key) else None
        for key in ("said", "published", "referred_to"):
            inner[key] = Dated.from_dict(data[key]) if data.get(key) else None
        inner["reported_by"] = tuple(Party.from_dict(p) for p in data.get("reported_by", ()))
        known = {f.name for f in fields(cls)}
        return cls(**{k: v for k, v in inner.items() if k in known})
