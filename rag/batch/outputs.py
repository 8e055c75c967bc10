"""The answers as a table or a text to read, written whole from the journal."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from rag.batch.digest import IN_WORDS
from rag.batch.files import replace_atomically
from rag.errors import UsageError

Record = Mapping[str, Any]
COLUMNS = (
    "id",
    "question",
    "status",
    "answer",
    "not_found",
    "error",
    "sources",
    "documents",
    "model",
    "total_ms",
    "prompt_tokens",
    "completion_tokens",
    "cost_usd",
)
FORMULA = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so is run as a formula by spreadsheets."""


def write_output(path: Path, records: Iterable[Record]) -> None:
    """Writes `.csv` or `.md` atomically; `.jsonl` is the journal itself and needs no writing.

    Raises:
        UsageError: the name has another ending.
        RagError: the file cannot be written; an earlier one is unharmed.
    """
    writers: dict[str, Callable[[Iterable[Record]], Iterator[str]]] = {
        ".csv": csv_lines,
        ".md": markdown,
    }
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise UsageError(
            f"Answers cannot be written as `{path.suffix or path.name}`.",
            hint="End the output's name in .jsonl, .csv or .md.",
        )

    def write(file: BinaryIO) -> None:
        for piece in writer(records):
            file.write(piece.encode("utf-8", "replace"))

    replace_atomically(path, write)


def csv_lines(records: Iterable[Record]) -> Iterator[str]:
    """A flat table: one row a question, its sources in one cell, a line each."""
    yield _csv_row(COLUMNS)
    for record in records:
        usage, timing = record.get("usage") or {}, record.get("timing") or {}
        citations = record.get("citations") or ()
        cells = {
            **{name: record.get(name) or "" for name in ("id", "question", "status", "answer")},
            "not_found": (record.get("not_found") or {}).get("reason", ""),
            "error": _error(record),
            "sources": "\n".join(map(_source, citations)),
            "documents": "\n".join(dict.fromkeys(c["document"] for c in citations)),
            "model": record.get("model") or "",
            "total_ms": timing.get("total_ms", 0),
            "prompt_tokens": usage.get("prompt_tokens", 0),
            "completion_tokens": usage.get("completion_tokens", 0),
            "cost_usd": "" if usage.get("cost_usd") is None else usage["cost_usd"],
        }
        yield _csv_row(cells[name] for name in COLUMNS)


def harmless(cell: object) -> object:
    """A text cell that a spreadsheet shows and does not run: `=1+1` becomes `'=1+1`.

    Line breaks become plain ones: the csv module leaves a lone carriage return unquoted, and
    readers take it for the end of the row.
    """
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(FORMULA) else text


def markdown(records: Iterable[Record]) -> Iterator[str]:
    """A text to read: each question, its answer, and under it the quotes it rests on."""
    yield "# Answers\n"
    for record in records:
        yield f"\n## {_plain(record.get('question') or '')}\n\n"
        yield f"{_plain(_outcome(record), keep_marks=True)}\n"
        for citation in record.get("citations") or ():
            yield f"\n\\[{citation['number']}\\] {_plain(_place(citation))}\n\n"
            for line in citation["quote"].splitlines() or [""]:
                yield f"> {_plain(line)}\n"
        about = " · ".join(filter(None, (record["id"], record.get("model") or "")))
        yield f"\n*{_plain(about)}*\n"


def _csv_row(cells: Iterable[object]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow([harmless(cell) for cell in cells])
    return buffer.getvalue()


def _error(record: Record) -> str:
    error = record.get("error") or {}
    return ": ".join(filter(None, (error.get("type"), error.get("message"))))


def _outcome(record: Record) -> str:
    if record["status"] == "failed":
        return f"Failed. {_error(record)}"
    if record.get("answer"):
        return str(record["answer"])
    reason = (record.get("not_found") or {}).get("reason", "")
    return f"Not in the documents: {IN_WORDS.get(reason, reason)}."


def _place(citation: Record) -> str:
    speaker, country = citation.get("speaker"), citation.get("country")
    who = f"{speaker} ({country})" if speaker and country else speaker or country
    reporter = citation.get("reported_by")
    place = f"{citation['document']}:{citation['start']}-{citation['end']}"
    parts = (who, reporter and f"reported by {reporter}", citation.get("published"), place)
    return " · ".join(filter(None, parts))


def _source(citation: Record) -> str:
    return f"[{citation['number']}] {_place(citation)} “{citation['quote']}”"


def _plain(text: str, *, keep_marks: bool = False) -> str:
    """Text of documents and models as text: no markup of theirs takes effect."""
    text = " ".join(text.split())
    escaped = re.sub(r"([\\`*_{}\[\]<>#|~!&])", r"\\\1", text)
    escaped = re.sub(r"^(\d+)([.)])", r"\1\\\2", re.sub(r"^([-+=])", r"\\\1", escaped))
    return re.sub(r"\\\[(\d+)\\\]", r"[\1]", escaped) if keep_marks else escaped
