"""Files to documents: every format ends as stored text and metadata, or as a named failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rag.errors import ReadingError
from rag.reading.docx import read_docx
from rag.reading.files import Failure, SourceFile, discover, read_bytes, sniff
from rag.reading.html import read_html
from rag.reading.markdown import read_markdown
from rag.reading.metadata import TABLES, MetadataTable
from rag.reading.pdf import read_pdf
from rag.reading.rows import read_rows
from rag.reading.text import Reading, read_text
from rag.types import Document

__all__ = ["Failure", "MetadataTable", "SourceFile", "discover", "read"]

READERS: dict[str, Callable[[str, bytes], Reading]] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
}
"""Readers of files that hold one document each."""

TABULAR = frozenset({".jsonl", ".csv"})
EXPECTED = {".pdf": "PDF", ".docx": "ZIP archive", ".html": "HTML page", ".htm": "HTML page"}
"""What the first bytes of a format with a signature are."""
SIGNED = frozenset({".pdf", ".docx"})
"""Formats that are never without theirs."""


def read(file: SourceFile, table: MetadataTable) -> Iterator[Document | Failure]:
    """The documents of `file`, each with what `table` adds to it, and what could not be read.

    A file that gives a document may give failures besides, for its bad rows or an unusable date.
    Never raises: whatever a file holds ends as a failure that names it and says why.
    """
    try:
        for found in _found(file, table):
            yield table.apply(found) if isinstance(found, Document) else found
    except ReadingError as exc:
        yield Failure(name=file.name, reason=exc.message, hint=exc.hint)
    except Exception as exc:  # the parsers are others' and may raise anything
        reason = f"It could not be read ({type(exc).__name__}: {str(exc)[:200]})."
        yield Failure(name=file.name, reason=reason)


def _found(file: SourceFile, table: MetadataTable) -> Iterator[Document | Failure]:
    ending = file.path.suffix.lower()
    if ending in TABULAR:
        yield from read_rows(file)
        return
    data = read_bytes(file)
    _refuse_mislabelled(ending, data)
    document, problems = READERS[ending](file.name, data)
    if not document.text.strip():
        raise ReadingError("It holds no text.")
    yield document
    if table.apply(document).metadata.how.get("published") not in TABLES:
        for problem in problems:
            yield Failure(name=file.name, reason=f"{problem}.")


def _refuse_mislabelled(ending: str, data: bytes) -> None:
    """A format by its first bytes, where they are those of another than the ending's."""
    what = sniff(data) or ("PDF" if ending == ".pdf" and b"%PDF-" in data[:1024] else "")
    expected = EXPECTED.get(ending)
    if expected and what.startswith(expected):
        return
    if what or ending in SIGNED:
        hint = "Rename it to its real ending, or save it as text."
        shown = what or "something else"
        raise ReadingError(f"It is named {ending}, but its content is: {shown}.", hint=hint)
