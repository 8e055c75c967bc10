"""JSONL and CSV: one document a row, read row by row; a bad row is named and the others go on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rag.errors import ReadingError
from rag.reading.clean import clean, mend_marks
from rag.reading.encoding import BYTE_ORDER_MARKS, SAMPLE, decode
from rag.reading.files import MAX_BYTES, Failure, SourceFile, check, sniff
from rag.reading.frontmatter import as_text
from rag.reading.metadata import with_fields
from rag.reading.text import from_plain
from rag.types import Document, Metadata

LONGEST_ID = 200
"""Characters of an `id`, which becomes part of the document's name."""
MOST_RESTARTS = 100
"""Quotation marks that are never closed; each makes what follows be read again."""


@dataclass(frozen=True)
class Row:
    """A row, or the reason why it is none."""

    line: int
    """Line of the file on which it begins, from 1."""
    fields: Mapping[str, str]
    fault: str = ""


def read_rows(file: SourceFile) -> Iterator[Document | Failure]:
    """A document for each row of a `.jsonl` or `.csv` file, named `file#ID`.

    A row without an `id` is named by its number, `file#row12`.

    Raises:
        ReadingError: the file as a whole cannot be read.
    """
    check(file)
    seen: set[str] = set()
    number = 0
    for number, row in enumerate(_rows(file), start=1):
        yield from _from_row(file.name, number, row, seen)
    if not number:
        raise ReadingError("It holds no rows.")


def _rows(file: SourceFile) -> Iterator[Row]:
    with file.path.open("rb") as stream:
        sample = stream.read(SAMPLE)
        if not sample:
            raise ReadingError("It is empty.")
        if what := sniff(sample):
            raise ReadingError(f"It is named {file.path.suffix}, but its content is: {what}.")
        _, encoding = decode(sample if len(sample) < SAMPLE else _whole_lines(sample))
        stream.seek(0)
        lines = _Lines(_decoded_lines(stream, encoding))
        if file.path.suffix.lower() == ".csv":
            yield from _csv_rows(lines)
        else:
            yield from _json_rows(lines)


def _whole_lines(sample: bytes) -> bytes:
    """The sample up to its last line end, where no character is cut in two."""
    end = sample.rfind(b"\n")
    return sample[: end + 1 + (end + 1) % 2] if end > 0 else sample[:-8]


def _decoded_lines(stream: io.BufferedReader, encoding: str) -> Iterator[str]:
    """Lines with their ends; bytes that are no UTF-8 are decoded line by line."""
    mark = next((m for m, _ in BYTE_ORDER_MARKS if stream.peek(4).startswith(m)), b"")
    stream.read(len(mark))
    if encoding.startswith("utf-8"):
        yield from map(_mended, io.TextIOWrapper(stream, "utf-8", "surrogateescape", newline=""))
    else:
        yield from io.TextIOWrapper(stream, encoding, "replace", newline="")


def _mended(line: str) -> str:
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        try:
            return decode(line.encode("utf-8", "surrogateescape"))[0]
        except (ReadingError, UnicodeEncodeError):
            return line.encode("utf-8", "replace").decode("utf-8")
    return line


class _Lines:
    """Lines that can be given back, so that a reader of records may begin anew."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: list[str] = []
        self.record: list[str] = []
        """Lines since the record began."""
        self.number = 0
        """Of the line given last."""

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.pop() if self._again else next(self._lines)
        self.number += 1
        self.record.append(line)
        return line.replace("\x00", "")

    def begin(self) -> int:
        """Number of the line on which the next record begins."""
        self.record.clear()
        return self.number + 1

    def give_back(self, kept: int) -> None:
        """All lines of the record but the first `kept` are to come again."""
        back = self.record[kept:]
        self.number -= len(back)
        self._again += reversed(back)
        self.record.clear()


def _json_rows(lines: _Lines) -> Iterator[Row]:
    for line in lines:
        number = lines.number
        lines.begin()
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as exc:
            yield Row(number, {}, f"It is not JSON ({exc}).")
            continue
        if not isinstance(value, dict):
            yield Row(number, {}, "It is not a JSON object.")
            continue
        yield Row(number, {str(key).strip().lower(): _value(v) for key, v in value.items()})


def _value(value: object) -> str:
    try:
        return as_text(value)
    except RecursionError:
        return ""


def _csv_rows(lines: _Lines) -> Iterator[Row]:
    csv.field_size_limit(MAX_BYTES)
    columns, delimiter = _header(lines)
    restarts = 0
    while True:
        reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
        begun = lines.begin()
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield _csv_row(begun, columns, cells)
                begun = lines.begin()
            return
        except csv.Error as exc:
            yield Row(begun, {}, f"It is not CSV ({exc}).")
            restarts += 1
            if restarts > MOST_RESTARTS:
                yield Row(begun, {}, "Too many rows are not CSV; the rest is not read.")
                return
            lines.give_back(1)


def _header(lines: _Lines) -> tuple[list[str], str]:
    head = next(lines, "")
    delimiter = max(",;\t", key=head.count)
    lines.give_back(0)
    try:
        names = next(csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True), [])
    except csv.Error as exc:
        raise ReadingError(f"Its first line is not CSV ({exc}).") from exc
    columns = [" ".join(name.split()).lower() for name in names]
    if "text" not in columns:
        hint = f"Columns are: {', '.join(column for column in columns if column)[:200]}."
        raise ReadingError("It has no column `text`.", hint=hint)
    return columns, delimiter


def _csv_row(line: int, columns: list[str], cells: list[str]) -> Row:
    if len(cells) > len(columns):
        fault = f"It has {len(cells)} cells, but the first line has {len(columns)}."
        return Row(line, {}, fault)
    return Row(line, {k: v for k, v in zip(columns, cells, strict=False) if k})


def _from_row(file: str, number: int, row: Row, seen: set[str]) -> Iterator[Document | Failure]:
    fields = dict(row.fields)
    text = clean(mend_marks(fields.pop("text", "")))
    given = " ".join(clean(fields.pop("id", "")).split())
    name = f"{file}#{given[:LONGEST_ID] or f'row{number}'}"
    fault = row.fault or _fault(given, text, repeated=name in seen)
    if fault:
        yield Failure(name=file if row.fault else name, reason=fault, line=row.line)
        return
    seen.add(name)
    known, problems = with_fields(Metadata(), fields, "column")
    document, more = from_plain(name, text, known=known)
    if document.text:
        yield document
    else:
        yield Failure(name=name, reason="Its `text` is empty.", line=row.line)
    for problem in problems + more:
        yield Failure(name=name, reason=f"{problem}.", line=row.line)


def _fault(given: str, text: str, *, repeated: bool) -> str:
    if not text.strip():
        return "It has no `text`."
    if len(given) > LONGEST_ID:
        return f"Its `id` is longer than {LONGEST_ID} characters."
    return f"Another row has the id `{given}` already; the first is used." if repeated else ""
