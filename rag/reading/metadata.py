"""Metadata from wherever it is given, and the tables in which a person adds to it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from rag.errors import ReadingError
from rag.reading.clean import clean
from rag.reading.dates import date_in_title, parse_date
from rag.reading.encoding import decode
from rag.reading.files import Failure, SourceFile, discover, read_bytes
from rag.reading.frontmatter import as_text
from rag.types import Document, Metadata

KNOWN = ("title", "source", "published", "speaker", "author", "url", "language")
ALIASES = {"date": "published", "lang": "language", "link": "url", "headline": "title"}
TABLES = ("metadata.csv", "metadata.jsonl")
LONGEST_VALUE = 2_000
"""Characters; more is no metadata but text in the wrong place."""


def with_fields(
    metadata: Metadata, given: Mapping[str, str], where: str
) -> tuple[Metadata, list[str]]:
    """`metadata` with the fields given in one place put over it, and what could not be used.

    An empty value leaves what was known. A field that is not one of `KNOWN` goes to `extra`.
    """
    known: dict[str, str] = {}
    extra, how = dict(metadata.extra), dict(metadata.how)
    problems: list[str] = []
    for key, value in _tidy(given):
        name = ALIASES.get(key.lower(), key.lower())
        if name == "published":
            value, problem = _published(value)
            if problem:
                problems.append(problem)
                continue
        if name in KNOWN:
            known[name] = value
            how[name] = where
        else:
            extra[key] = value
    return replace(metadata, **known, extra=extra, how=how), problems


def without_known(document: Document, given: Mapping[str, str], where: str) -> Document:
    """`document` with those of the given fields that nothing else has said."""
    missing = {k: v for k, v in given.items() if not getattr(document.metadata, k)}
    metadata, _ = with_fields(document.metadata, missing, where)
    return replace(document, metadata=metadata)


def _tidy(given: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, value in given.items():
        words = " ".join(clean(value).split())[:LONGEST_VALUE]
        name = " ".join(clean(key).split())
        if words and name:
            yield name, words


def _published(value: str) -> tuple[str, str]:
    parsed = parse_date(value)
    return (parsed, "") if parsed else ("", f"`published` is no date that can be told: {value!r}")


@dataclass(frozen=True)
class MetadataTable:
    """What `metadata.csv` and `metadata.jsonl` at the top of the folder say, by document name."""

    rows: Mapping[str, tuple[str, Mapping[str, str]]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """Name → the table it is from, and its fields."""
    failures: tuple[Failure, ...] = ()

    @classmethod
    def load(cls, folder: Path) -> MetadataTable:
        """The tables of `folder`; none is no fault, a line that cannot be used is a failure."""
        rows: dict[str, tuple[str, Mapping[str, str]]] = {}
        failures: list[Failure] = []
        present = [folder / name for name in TABLES if (folder / name).is_file()]
        names = {_key(file.name) for file in discover(folder)} if present else set()
        for path in present:
            _load_table(path, names, rows, failures)
        return cls(MappingProxyType(rows), tuple(failures))

    def sha256_for(self, name: str) -> str:
        """A hash of what the tables say of the document `name`; empty where they say nothing."""
        said = [fields for _, fields in self._rows_for(name)]
        if not said:
            return ""
        return hashlib.sha256(
            json.dumps([dict(f) for f in said], sort_keys=True).encode()
        ).hexdigest()

    def apply(self, document: Document) -> Document:
        """`document` with what the tables say put over its own metadata.

        Where nothing tells when it was published, a date in its title does.
        """
        metadata = document.metadata
        for table, fields in self._rows_for(document.name):
            metadata, _ = with_fields(metadata, fields, table)
        titled = date_in_title(metadata.title or "") if not metadata.published else None
        if titled:
            metadata, _ = with_fields(metadata, {"published": titled}, "title")
        return replace(document, metadata=metadata)

    def _rows_for(self, name: str) -> list[tuple[str, Mapping[str, str]]]:
        """The file's row, then the row of `file.jsonl#ID` itself."""
        key = _key(name)
        keys = [key.split("#", 1)[0], key] if "#" in key else [key]
        return [self.rows[k] for k in keys if k in self.rows]


def _key(path: str) -> str:
    """A document's name however a person or a file system spells it."""
    path = unicodedata.normalize("NFC", path.strip().replace("\\", "/"))
    return PurePosixPath(path).as_posix().removeprefix("./")


def _load_table(
    path: Path,
    names: set[str],
    rows: dict[str, tuple[str, Mapping[str, str]]],
    failures: list[Failure],
) -> None:
    here: set[str] = set()
    for line, given in _table_rows(path):
        if isinstance(given, str):
            failures.append(Failure(name=path.name, reason=given, line=line))
            continue
        fields = dict(given)
        name = _key(fields.pop("path", ""))
        wrong = _wrong_path(name, names, here)
        if wrong:
            failures.append(Failure(name=path.name, reason=wrong[0], hint=wrong[1], line=line))
            continue
        here.add(name)
        for problem in with_fields(Metadata(), fields, path.name)[1]:
            failures.append(Failure(name=path.name, reason=f"{problem} ({name}).", line=line))
        earlier = dict(rows[name][1]) if name in rows else {}
        rows[name] = (path.name, MappingProxyType({**earlier, **fields}))


def _wrong_path(name: str, names: set[str], here: set[str]) -> tuple[str, str] | None:
    if not name or name == ".":
        return "There is no `path`.", "Give the document's path below the documents folder."
    if name in here:
        return f"`{name}` has a line already; the first is used.", ""
    if name in names or name.split("#", 1)[0] in names:
        return None
    near = get_close_matches(name, names, n=1, cutoff=0.6) if len(names) <= 5_000 else []
    return f"There is no document `{name}`.", f"Did you mean `{near[0]}`?" if near else ""


def _table_rows(path: Path) -> Iterator[tuple[int | None, Mapping[str, str] | str]]:
    """Line number and fields of each row, or the reason why it has none."""
    found = path.stat()
    file = SourceFile(name=path.name, path=path, size=found.st_size, mtime_ns=found.st_mtime_ns)
    try:
        text, _ = decode(read_bytes(file))
    except ReadingError as exc:
        yield None, exc.message
        return
    text = text.replace("\x00", "")
    yield from _csv_rows(text) if path.suffix == ".csv" else _json_rows(text)


def _csv_rows(text: str) -> Iterator[tuple[int | None, Mapping[str, str] | str]]:
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    csv.field_size_limit(10_000_000)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restkey="")
    try:
        columns = [(name or "").strip().lower() for name in reader.fieldnames or ()]
        if "path" not in columns:
            yield 1, "It has no column `path`, so its lines belong to no document."
            return
        for row in reader:
            pairs = zip(columns, row.values(), strict=False)
            yield reader.line_num, {k: v for k, v in pairs if k and isinstance(v, str)}
    except csv.Error as exc:
        yield reader.line_num, f"It is not CSV from here on: {exc}."


def _json_rows(text: str) -> Iterator[tuple[int | None, Mapping[str, str] | str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as exc:
            yield number, f"It is not JSON: {exc}."
            continue
        if not isinstance(row, dict):
            yield number, "It is not a JSON object."
            continue
        yield number, {str(key): as_text(value) for key, value in row.items()}
