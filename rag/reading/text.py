"""Plain text files, and what is done to the words of every other format too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rag.reading.clean import clean, mend_ligatures, mend_marks
from rag.reading.encoding import decode
from rag.reading.frontmatter import take_front_matter
from rag.reading.furniture import remove_furniture
from rag.reading.header import find_dateline, find_heading, take_leading_fields
from rag.reading.metadata import with_fields
from rag.reading.wrap import unwrap
from rag.types import Document, Metadata

Reading = tuple[Document, list[str]]
"""A document, and what of its metadata could not be used."""


def read_text(name: str, data: bytes) -> Reading:
    """The document in a `.txt` file: unwrapped paragraphs, and what its head says of it.

    Raises:
        ReadingError: the bytes are no text.
    """
    text, encoding = decode(data)
    return from_plain(name, clean(mend_marks(text)), notes=encoding_note(encoding))


def from_plain(
    name: str,
    text: str,
    *,
    known: Metadata | None = None,
    notes: Iterable[str] = (),
    wrapped: float = 0.3,
) -> Reading:
    """The document that cleaned text makes, whatever file it was in.

    Args:
        name: the document's.
        text: its words, hard-wrapped or not, with form feeds where pages ended.
        known: what the format itself says of it; leading lines and front matter win over that.
        notes: what else is to be told of how the text was come by.
        wrapped: the share of lines that break in mid-sentence from which text counts as wrapped.
    """
    text, front, problem = take_front_matter(text)
    text, leading = take_leading_fields(text)
    text, removed = remove_furniture(mend_ligatures(text.replace("\f", "\n\f\n")))
    text = unwrap(text, least=wrapped)
    metadata, _ = with_fields(known or Metadata(), leading, "leading line")
    metadata, problems = with_fields(metadata, front, "front matter")
    metadata = _with_dateline(metadata, text)
    if not metadata.title and (heading := find_heading(text)):
        metadata, _ = with_fields(metadata, {"title": heading}, "first line")
    lines = "1 line" if removed == 1 else f"{removed} lines"
    told = [*notes, f"{lines} of page furniture left out" if removed else "", problem]
    return Document(name=name, text=text, metadata=with_notes(metadata, told)), problems


def encoding_note(encoding: str) -> list[str]:
    """What to tell of an encoding: nothing where it was the usual one."""
    return [f"read as {encoding}"] if encoding != "utf-8" else []


def _with_dateline(metadata: Metadata, text: str) -> Metadata:
    """`metadata` with what the dateline says, as far as nothing else has said it."""
    given = {k: v for k, v in find_dateline(text).items() if not getattr(metadata, k, None)}
    return with_fields(metadata, given, "dateline")[0]


def with_notes(metadata: Metadata, notes: Iterable[str]) -> Metadata:
    """`metadata` whose `how` tells how the text was come by."""
    told = "; ".join(note for note in notes if note)
    return replace(metadata, how={**metadata.how, "text": told}) if told else metadata
