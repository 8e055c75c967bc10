"""Files to documents: every format ends as stored text and metadata, or as a named failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rag.errors import ReadingError
from rag.reading.files import Failure, SourceFile, discover, read_bytes, sniff
from rag.reading.markdown import read_markdown
from rag.reading.metadata import MetadataTable
from rag.reading.text import read_text
from rag.types import Document

__all__ = ["Failure", "MetadataTable", "SourceFile", "discover", "read"]

READERS: dict[str, Callable[[str, bytes], Document]] = {
    ".txt": read_text,
    ".md": read_markdown,
}
"""Readers of files that hold one document each: name and bytes to document."""


def read(file: SourceFile, table: MetadataTable) -> Iterator[Document | Failure]:
    """The documents of `file`, each with what `table` adds to it, or the failure to read it.

    Never raises: whatever a file holds ends as a failure that names it and says why.
    """
    try:
        yield table.apply(_read_one(file))
    except ReadingError as exc:
        yield Failure(name=file.name, reason=exc.message, hint=exc.hint)
    except (Exception, RecursionError) as exc:  # the parsers are others' and may raise anything
        reason = f"It could not be read ({type(exc).__name__}: {exc})."
        yield Failure(name=file.name, reason=reason)


def _read_one(file: SourceFile) -> Document:
    ending = file.path.suffix.lower()
    if ending not in READERS:
        raise ReadingError(f"`{ending}` files are not read yet.")
    data = read_bytes(file)
    what = sniff(data)
    if what:
        hint = "Rename it to its real ending, or save it as text."
        raise ReadingError(f"It is named {ending} but is a {what}.", hint=hint)
    document = READERS[ending](file.name, data)
    if not document.text.strip():
        raise ReadingError("It holds no text.")
    return document
