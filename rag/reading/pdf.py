"""PDF: the text of the pages joined again to paragraphs, and what the file says of itself."""

from __future__ import annotations

import io
import logging
import re
from typing import TYPE_CHECKING, Any

from rag.errors import ReadingError
from rag.reading.clean import clean
from rag.reading.metadata import with_fields, without_known
from rag.reading.text import Reading, from_plain
from rag.types import Metadata

if TYPE_CHECKING:
    from pypdf import PdfReader

FILE_NAME = re.compile(
    r"^(?:microsoft \w+ - |untitled|document\d*$|slide \d)"
    r"|\.(?:docx?|pdf|rtf|odt|indd|qxd|txt|wpd)$",
    re.IGNORECASE,
)
"""What programs put in for a title."""
DAY = re.compile(r"D:(\d{4})(\d{2})(\d{2})")


def read_pdf(name: str, data: bytes) -> Reading:
    """The document in a `.pdf` file.

    Page headers, footers and numbers are left out; a word or sentence that a page's end divides is
    joined. The day on which the file was made counts as `published` only where nothing else does.

    Raises:
        ReadingError: the file is encrypted, damaged or cut off, or its pages are images.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = _opened(data)
    pages, notes = _pages(reader)
    info = _info(reader)
    fields = {key: value for key, value in info.items() if key != "made"}
    known, _ = with_fields(Metadata(), fields, "PDF info")
    text = "\f\n" + "\n\f\n".join(pages) + "\n\f"
    document, problems = from_plain(name, clean(text), known=known, notes=notes)
    made = {"published": info.get("made", "")}
    return without_known(document, made, "PDF info, the day the file was made"), problems


def _opened(data: bytes) -> PdfReader:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            hint = "Save it without a password."
            raise ReadingError("It is encrypted and asks for a password.", hint=hint)
        count = len(reader.pages)
    except DependencyError as exc:
        hint = "Save it without encryption."
        raise ReadingError(f"Its encryption cannot be undone here ({exc}).", hint=hint) from exc
    except ReadingError:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, OSError) as exc:
        raise ReadingError(f"It is damaged or cut off ({_said(exc)}).") from exc
    if not count:
        raise ReadingError("It is damaged or cut off (no page of it can be found).")
    return reader


def _said(exc: Exception) -> str:
    return " ".join(str(exc).split())[:120] or type(exc).__name__


def _pages(reader: PdfReader) -> tuple[list[str], list[str]]:
    """The text of each page, and which pages had none or could not be read."""
    texts: list[str] = []
    broken: list[int] = []
    for number, page in enumerate(reader.pages, start=1):
        try:
            texts.append(page.extract_text())
        except (Exception, RecursionError):  # one page's fonts or streams may be beyond pypdf
            texts.append("")
            broken.append(number)
    if not any(text.strip() for text in texts):
        if broken:
            raise ReadingError("It is damaged: the text of no page can be read.")
        hint = "Recognise its text (OCR) and save that."
        raise ReadingError("Its pages hold images and no text, as scans do.", hint=hint)
    empty = [n for n, text in enumerate(texts, start=1) if not text.strip() and n not in broken]
    notes = [_listed("could not be read", broken), _listed("held no text", empty)]
    return texts, [note for note in notes if note]


def _listed(what: str, pages: list[int]) -> str:
    if not pages:
        return ""
    shown = ", ".join(map(str, pages[:20])) + (", …" if len(pages) > 20 else "")
    return f"page{'s' if len(pages) > 1 else ''} {shown} {what}"


def _info(reader: PdfReader) -> dict[str, str]:
    """Title, author and day of making, as far as they are there and mean something."""
    try:
        raw: Any = reader.metadata or {}
        given = {key: str(raw.get(f"/{key}") or "") for key in ("Title", "Author", "CreationDate")}
    except Exception:  # a damaged information dictionary is as good as none
        return {}
    title = given["Title"].strip()
    day = DAY.match(given["CreationDate"])
    found = {
        "title": "" if FILE_NAME.search(title) else title,
        "author": given["Author"],
        "made": "-".join(day.groups()) if day else "",
    }
    return {key: value for key, value in found.items() if value.strip()}
