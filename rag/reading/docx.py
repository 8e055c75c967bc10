"""Word documents: paragraphs and tables in their order, and the document's properties."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from rag.errors import ReadingError
from rag.reading.clean import clean
from rag.reading.markdown import same_words
from rag.reading.metadata import with_fields, without_known
from rag.reading.text import Reading, from_plain
from rag.types import Metadata

MAX_UNPACKED = 300 * 1024 * 1024
"""Bytes; a file that unpacks to more is taken for a bomb."""
MAX_RATIO = 200
"""Times its packed size; Word's own files stay far below, and only above `SMALL` does it count."""
SMALL = 20 * 1024 * 1024
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
UNSEEN = frozenset(
    {
        f"{WORD}del",
        f"{WORD}moveFrom",
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    }
)
"""What holds deleted or moved text, or a second copy of a text box."""
TEMPLATE_DAY = datetime(2013, 12, 23).date()
"""The day in the template of the library that many programs write Word documents with."""


def read_docx(name: str, data: bytes) -> Reading:
    """The document in a `.docx` file, without hidden and deleted text.

    Raises:
        ReadingError: it is no Word document, damaged, or unpacks to an unreasonable size.
    """
    _refuse_bombs(data)
    opened = _opened(data)
    blocks = [block for block in _blocks(opened.element.body) if block[1].strip()]
    fields, made = _properties(opened)
    where = "document properties"
    if not fields.get("title") and blocks and blocks[0][0] in ("Title", "Heading1"):
        fields["title"], where = blocks[0][1], "first heading"
    known, _ = with_fields(Metadata(), fields, where)
    if len(blocks) > 1 and known.title and same_words(blocks[0][1], known.title):
        del blocks[0]
    text = "\n\n".join(words for _, words in blocks)
    document, problems = from_plain(name, clean(text), known=known, wrapped=0.6)
    found = without_known(document, {"published": made}, "document properties, the day it was made")
    return found, problems


def _refuse_bombs(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as exc:
        raise ReadingError(f"It is no Word document, or damaged ({exc}).") from exc
    if unpacked > MAX_UNPACKED or (unpacked > SMALL and unpacked > MAX_RATIO * len(data)):
        size = unpacked // 1024**2
        raise ReadingError(f"It unpacks to {size} MB, which no Word document does.")


def _opened(data: bytes) -> Any:
    import docx

    try:
        return docx.Document(io.BytesIO(data))
    except Exception as exc:  # the library lets errors of zip, XML and package structure through
        reason = " ".join(str(exc).split())[:120] or type(exc).__name__
        raise ReadingError(f"It is no Word document, or damaged ({reason}).") from exc


def _blocks(parent: Any) -> Iterator[tuple[str, str]]:
    """Style and words of every paragraph and table row, in order."""
    for child in parent:
        if child.tag == f"{WORD}p":
            yield _style(child), _words(child)
        elif child.tag == f"{WORD}tbl":
            for row in child.iterchildren(f"{WORD}tr"):
                cells = [" ".join(_words(cell).split()) for cell in row.iterchildren(f"{WORD}tc")]
                yield "", " | ".join(cell for cell in cells if cell)
        elif child.tag in (f"{WORD}sdt", f"{WORD}sdtContent", f"{WORD}ins"):
            yield from _blocks(child)


def _style(paragraph: Any) -> str:
    found = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
    return str(found.get(f"{WORD}val", "")) if found is not None else ""


def _words(element: Any) -> str:
    """The visible text: inserted runs and links, not deleted or hidden ones."""
    pieces: list[str] = []
    for node in element.iter(f"{WORD}t", f"{WORD}tab", f"{WORD}br", f"{WORD}cr", f"{WORD}p"):
        if node.tag == f"{WORD}p":
            pieces.append(" " if pieces else "")
        elif _is_shown(node):
            pieces.append((node.text or "") if node.tag == f"{WORD}t" else _space(node))
    return "".join(pieces)


def _space(node: Any) -> str:
    return " " if node.tag == f"{WORD}tab" else "\n"


def _is_shown(node: Any) -> bool:
    run = node.getparent()
    if run is None or run.tag != f"{WORD}r":
        return False
    vanish = run.find(f"{WORD}rPr/{WORD}vanish")
    if vanish is not None and vanish.get(f"{WORD}val", "true") not in ("0", "false"):
        return False
    return not any(above.tag in UNSEEN for above in run.iterancestors())


def _properties(opened: Any) -> tuple[dict[str, str], str]:
    """Title, author and language, and the day the document was made."""
    try:
        core = opened.core_properties
        fields = {"title": core.title, "author": core.author, "language": core.language}
        created = core.created
        made_up = core.title == "Word Document" and core.last_modified_by == "python-docx"
    except Exception:  # damaged properties are as good as none
        return {}, ""
    if made_up:  # the library's stand-in for properties that are not there
        return {}, ""
    if fields["author"] == "python-docx":
        del fields["author"]
    day = created.date() if isinstance(created, datetime) else None
    shown = day.isoformat() if day and day != TEMPLATE_DAY else ""
    return {key: value for key, value in fields.items() if value}, shown
