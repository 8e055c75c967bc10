"""A source and its parts: what is known of it, its text, sentences and passages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from rag.types.base import Value


@dataclass(frozen=True, kw_only=True)
class Metadata(Value):
    """What is known of a document besides its text."""

    title: str | None = None
    source: str | None = None
    """The outlet or institution that published it."""
    published: str | None = None
    """ISO date, possibly partial: `2014`, `2014-09`, `2014-09-24`."""
    speaker: str | None = None
    """The one speaker of a monologue (a speech); None for a report."""
    author: str | None = None
    url: str | None = None
    language: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    """Anything else a user adds, as text."""
    how: Mapping[str, str] = field(default_factory=dict)
    """Field name → where it was found, e.g. `published: "dateline"`."""


@dataclass(frozen=True, kw_only=True)
class Document(Value):
    """One document: the stored text that every span points into, and its metadata."""

    name: str
    """POSIX path below the documents folder; `file.jsonl#ID` for a row of a table."""
    text: str
    metadata: Metadata = field(default_factory=Metadata)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The document back from `to_dict`."""
        meta = Metadata.from_dict(data["metadata"])
        return cls(name=data["name"], text=data["text"], metadata=meta)


@dataclass(frozen=True, kw_only=True)
class Sentence(Value):
    """A sentence of a document: `document.text[start:end] == text`."""

    document: str
    index: int
    """Position in its document, from 0."""
    start: int
    end: int
    text: str
    paragraph: int = 0
    """Number of its paragraph, from 0."""


@dataclass(frozen=True, kw_only=True)
class Passage(Value):
    """Consecutive whole sentences, the unit that is embedded and ranked."""

    document: str
    index: int
    start: int
    end: int
    text: str
    first_sentence: int
    last_sentence: int
    """Inclusive."""
    heading: str = ""
    """Title, speaker and date: embedded and searched, never quoted."""
