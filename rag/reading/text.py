"""Plain text files."""

from __future__ import annotations

from rag.reading.clean import clean, mend_ligatures
from rag.reading.encoding import decode
from rag.reading.frontmatter import take_front_matter
from rag.reading.furniture import remove_furniture
from rag.reading.header import find_dateline, take_leading_fields
from rag.reading.metadata import with_fields
from rag.reading.wrap import unwrap
from rag.types import Document, Metadata


def read_text(name: str, data: bytes) -> Document:
    """The document in a `.txt` file: unwrapped paragraphs, and what its head says of it.

    Raises:
        ReadingError: the bytes are no text.
    """
    text, encoding = decode(data)
    return from_plain(name, clean(text), encoding)


def from_plain(name: str, text: str, encoding: str) -> Document:
    """The document that cleaned text makes, whatever file it was in."""
    text, front, problem = take_front_matter(text)
    text, leading = take_leading_fields(text)
    text, removed = remove_furniture(mend_ligatures(text))
    text = unwrap(text)
    metadata = Metadata(how=_about_text(encoding, removed, problem))
    metadata = from_dateline(metadata, text)
    metadata = noting(metadata, leading, "leading line")
    return Document(name=name, text=text, metadata=noting(metadata, front, "front matter"))


def _about_text(encoding: str, removed: int, problem: str) -> dict[str, str]:
    notes = [f"read as {encoding}"] if encoding != "utf-8" else []
    if removed:
        notes.append(f"{removed} lines of page furniture left out")
    if problem:
        notes.append(problem)
    return {"text": "; ".join(notes)} if notes else {}


def from_dateline(metadata: Metadata, text: str) -> Metadata:
    """`metadata` with what the dateline of `text` says under it."""
    given = {k: v for k, v in find_dateline(text).items() if not getattr(metadata, k, None)}
    return noting(metadata, given, "dateline")


def noting(metadata: Metadata, given: dict[str, str], where: str) -> Metadata:
    """`metadata` with `given` put over it; a value that cannot be used is told in `how`."""
    metadata, problems = with_fields(metadata, given, where)
    if not problems:
        return metadata
    how = {**metadata.how, "published": f"{where}: {'; '.join(problems)}"}
    return Metadata(**{**vars(metadata), "how": how})
