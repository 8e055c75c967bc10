"""A file of questions → questions with stable ids, and every faulty item named with its line."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rag.batch.encoding import decode, unreadable
from rag.errors import UsageError
from rag.types import Filters, Value

LONGEST_QUESTION = 20_000
"""Characters; no model's prompt has room for more, and a longer one is a slip of a spreadsheet."""
LONGEST_ID = 200
FILTERS = tuple(f.name for f in fields(Filters))
COLUMNS = ("id", "question", "model", *FILTERS)
_field_size = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Question(Value):
    """One question of the file, with what restricts it alone."""

    id: str
    text: str
    line: int
    """Where it begins in the file, from 1."""
    filters: Filters = field(default_factory=Filters)
    model: str | None = None


@dataclass(frozen=True, kw_only=True)
class BadQuestion:
    """An item that cannot be asked, and why."""

    line: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class QuestionFile:
    """What a question file holds."""

    path: Path
    questions: tuple[Question, ...]
    bad: tuple[BadQuestion, ...] = ()
    notes: tuple[str, ...] = ()
    """What a person should know of how it was read."""


@dataclass(frozen=True, kw_only=True)
class _Row:
    line: int
    values: Mapping[str, Any]


def read_questions(path: Path) -> QuestionFile:
    """The questions of a `.txt`, `.csv` or `.jsonl` file, in their order.

    Raises:
        UsageError: the file is missing, of another kind, empty, or a CSV without `question`.
    """
    readers = {".txt": _text_rows, ".csv": _csv_rows, ".jsonl": _json_rows}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        message = f"{path} is no question file: its name ends in `{path.suffix}`."
        raise UsageError(message, hint="Questions are read from .txt, .csv and .jsonl files.")
    try:
        decoded = decode(path.read_bytes())
    except OSError as exc:
        raise UsageError(f"{path} cannot be read: {exc.strerror or exc}.") from exc
    notes: list[str] = []
    if not decoded.encoding.startswith("utf"):
        notes.append(f"{path.name} is not UTF-8; it was read as {decoded.encoding}.")
    result = _collect(path, reader(decoded.text, notes), notes)
    if not result.questions and not result.bad:
        raise UsageError(f"{path} holds no questions.", hint="Put one question on each line.")
    return result


def _collect(path: Path, rows: Iterator[_Row | BadQuestion], notes: Sequence[str]) -> QuestionFile:
    questions: list[Question] = []
    bad: list[BadQuestion] = []
    lines: dict[str, int] = {}
    for position, row in enumerate(rows, 1):
        item = row if isinstance(row, BadQuestion) else _question(row, position)
        if isinstance(item, Question) and item.id in lines:
            reason = f"id {item.id!r} is already used on line {lines[item.id]}"
            item = BadQuestion(line=item.line, reason=reason)
        if isinstance(item, BadQuestion):
            bad.append(item)
        else:
            lines[item.id] = item.line
            questions.append(item)
    return QuestionFile(path=path, questions=tuple(questions), bad=tuple(bad), notes=tuple(notes))


def _question(row: _Row, position: int) -> Question | BadQuestion:
    """The row as a question; `position` counts faulty rows too, so mending one moves no id."""
    try:
        values = {name: _cell(row.values.get(name), name) for name in COLUMNS}
        text = _checked_text(values["question"])
        identity = _checked_id(values["id"]) or stable_id(position, text)
        filters = Filters(**{name: _checked_filter(name, values[name]) for name in FILTERS})
    except ValueError as exc:
        return BadQuestion(line=row.line, reason=str(exc))
    return Question(
        id=identity, text=text, line=row.line, filters=filters, model=values["model"] or None
    )


def stable_id(position: int, text: str) -> str:
    """The id of a question without one: the same as long as its place and words are."""
    return f"q{position:04d}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _cell(value: Any, name: str) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool) and name in {"id", *FILTERS}:
        value = str(value)
    if not isinstance(value, str):
        raise ValueError(f"`{name}` is not text but {json.dumps(value)[:40]}")
    if unreadable(value):
        raise ValueError(f"`{name}` is in no readable encoding; save the file as UTF-8")
    if "\0" in value:
        raise ValueError(f"`{name}` holds a NUL character")
    return value.strip()


def _checked_text(text: str) -> str:
    if not text:
        raise ValueError("the question is empty")
    if len(text) > LONGEST_QUESTION:
        size, limit = f"{len(text):,}", f"{LONGEST_QUESTION:,}"
        raise ValueError(f"the question has {size} characters; at most {limit} can be asked")
    return text


def _checked_id(identity: str) -> str:
    if len(identity) > LONGEST_ID:
        raise ValueError(f"the id has {len(identity):,} characters; at most {LONGEST_ID}")
    if not identity.isprintable():
        raise ValueError(f"the id {identity!r} holds a line break or control character")
    return identity


def _checked_filter(name: str, value: str) -> str | None:
    if not value:
        return None
    if name in {"since", "until"} and not _is_date(value):
        raise ValueError(f"`{name}` is no date: {value!r}; write 2021, 2021-10 or 2021-10-28")
    return value


def _is_date(value: str) -> bool:
    if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", value, re.ASCII):
        return False
    try:
        date.fromisoformat(value + "-01" * ((10 - len(value)) // 3))
    except ValueError:
        return False
    return True


def _lines(text: str) -> list[str]:
    """Physical lines with their ends; `str.splitlines` would also cut at U+2028 and its like."""
    return list(io.StringIO(text, newline=""))


def _text_rows(text: str, notes: list[str]) -> Iterator[_Row | BadQuestion]:
    for number, line in enumerate(_lines(text), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield _Row(line=number, values={"question": line})


def _json_rows(text: str, notes: list[str]) -> Iterator[_Row | BadQuestion]:
    unused: set[str] = set()
    for number, line in enumerate(_lines(text), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as exc:
            why = exc.msg if isinstance(exc, json.JSONDecodeError) else "beyond what can be read"
            yield BadQuestion(line=number, reason=f"not valid JSON: {why}")
            continue
        if not isinstance(value, dict):
            yield BadQuestion(line=number, reason="not a JSON object with a `question`")
            continue
        unused.update(key for key in value if key not in COLUMNS)
        if "question" not in value:
            yield BadQuestion(line=number, reason="no `question` in this object")
            continue
        yield _Row(line=number, values=value)
    _note_unused(sorted(unused), notes)


def _csv_rows(text: str, notes: list[str]) -> Iterator[_Row | BadQuestion]:
    lines = _lines(text)
    with _no_field_limit(len(text)):
        first, header, delimiter = _csv_header(lines)
        _note_unused([name for name in header if name and name not in COLUMNS], notes)
        for row in _csv_records(lines, first, delimiter):
            if isinstance(row, BadQuestion):
                yield row
                continue
            number, cells = row
            if any(cell.strip() for cell in cells[len(header) :]):
                reason = f"{len(cells)} cells under {len(header)} headings; put quotes round commas"
                yield BadQuestion(line=number, reason=reason)
            elif cells:
                yield _Row(line=number, values=dict(zip(header, cells, strict=False)))


def _csv_header(lines: Sequence[str]) -> tuple[int, list[str], str]:
    """Index of the first line below the heading, the names in it, and what separates them."""
    filled = next((n for n, line in enumerate(lines) if line.strip()), None)
    if filled is None:
        return 0, [], ","
    names: list[str] = []
    for delimiter in ",;\t|":
        reader = csv.reader(lines[filled : filled + 1], delimiter=delimiter)
        found = [name.strip().lower() for name in next(reader, [])]
        if found.count("question") == 1:
            return filled + 1, found, delimiter
        names = max(names, found, key=len)
    shown = ", ".join(f"`{name[:40]}`" for name in names[:8])
    raise UsageError(
        f"The CSV's first line has no single column named `question`; it has {shown}.",
        hint=f"Name the columns on the first line: {', '.join(COLUMNS)}.",
    )


def _csv_records(
    lines: Sequence[str], first: int, delimiter: str
) -> Iterator[tuple[int, list[str]] | BadQuestion]:
    """Records with the line each begins on; a broken one costs only the line it begins on."""
    at = first
    while at < len(lines):
        rest = (lines[n] for n in range(at, len(lines)))
        reader = csv.reader(rest, delimiter=delimiter, strict=True)
        begins = at
        try:
            for cells in reader:
                yield begins + 1, cells
                begins = at + reader.line_num
            return
        except csv.Error:
            reason = "a quotation mark is not closed, or text follows where it closes"
            yield BadQuestion(line=begins + 1, reason=reason)
            at = begins + 1


@contextmanager
def _no_field_limit(size: int) -> Iterator[None]:
    """The csv module refuses cells beyond 128 KiB, in the whole process; lifts that meanwhile."""
    with _field_size:
        before = csv.field_size_limit(max(size + 1, 131_072))
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _note_unused(names: Sequence[str], notes: list[str]) -> None:
    if not names:
        return
    shown = []
    for name in names[:8]:
        near = get_close_matches(name, COLUMNS, n=1, cutoff=0.75)
        shown.append(f"`{name[:40]}`" + (f" (did you mean `{near[0]}`?)" if near else ""))
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    notes.append(f"Columns that are not used: {', '.join(shown)}{more}.")
