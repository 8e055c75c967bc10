"""What the ledger draws from a text, for tests that write one."""

from __future__ import annotations

from rag.names import Names
from rag.segment import split_sentences
from rag.statements import extract
from rag.types import Document, Metadata, Statement

PUBLISHED = "2022-06-15"  # a Wednesday


def said(text: str, names: Names, **metadata: str | None) -> list[Statement]:
    """The statements of a text, published on a Wednesday unless it is told when."""
    known = Metadata.from_dict({"published": PUBLISHED, **metadata})
    document = Document(name="a.txt", text=text, metadata=known)
    return extract(document, split_sentences(text, document.name), names)


def speakers(text: str, names: Names, **metadata: str | None) -> list[str | None]:
    """Who speaks in a text, statement by statement."""
    return [s.speaker.name if s.speaker else None for s in said(text, names, **metadata)]


def to(statement: Statement) -> str | None:
    """To whom it is said."""
    return statement.addressee.name if statement.addressee else None
