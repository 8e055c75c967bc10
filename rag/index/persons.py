"""Which documents a change among the corpus's persons touches."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, fields
from typing import Any

from rag.index.catalogue import SHIFT

Record = Mapping[str, Any]
"""A person as JSON types."""


def to_dict(person: Any) -> dict[str, Any]:
    """A `rag.names` person as JSON types, the same for the same person."""
    found = {field.name: getattr(person, field.name) for field in fields(person)}
    found["spellings"] = sorted(" ".join(words) for words in person.spellings)
    found["tenures"] = [list(astuple(t)) for t in person.tenures]
    return {k: list(v) if isinstance(v, tuple) else v for k, v in found.items()}


def touched(
    connection: sqlite3.Connection, before: Sequence[Record], now: Sequence[Record]
) -> set[int]:
    """The ids of the documents whose statements may come out otherwise.

    Those are the ones that hold a word of a changed person's name, or speak of the country in
    whose name the person speaks ("the prime minister of Pakistan"), if what is known of the person
    on the document's date has changed.
    """
    found: set[int] = set()
    for old, new in _changed(before, now):
        dates = _candidates(connection, [p for p in (old, new) if p])
        found |= {number for number, on in dates.items() if _view(old, on) != _view(new, on)}
    return found


def _changed(
    before: Sequence[Record], now: Sequence[Record]
) -> list[tuple[Record | None, Record | None]]:
    """Pairs of a person then and now; None where there was none, or is none any more."""
    then, today = _by_mark(before), _by_mark(now)
    marks = sorted(then.keys() | today.keys())
    return [(then.get(m), today.get(m)) for m in marks if then.get(m) != today.get(m)]


def _by_mark(persons: Iterable[Record]) -> dict[str, Record]:
    """By name and country, and by number among equals."""
    found: dict[str, Record] = {}
    for person in persons:
        mark = f"{person['name']}|{person['country']}"
        while mark in found:
            mark += "+"
        found[mark] = person
    return found


def _view(person: Record | None, on: str | None) -> Any:
    """What extraction can see of a person from a document of that date.

    Offices that don't reach to that date, and how often somebody is named, change with every
    document and decide nothing; whatever else is known of a person counts.
    """
    if person is None:
        return None
    from rag.names.people import Tenure

    tenures = [Tenure(*t) for t in person["tenures"]]
    held = [(t.office, t.country, t.observed) for t in tenures if t.covers(on)]
    ever = sorted({(t.office, t.country, t.observed) for t in tenures}, key=str)
    latest = (tenures[-1].office, tenures[-1].country) if tenures else None
    rest = {k: v for k, v in person.items() if k not in {"tenures", "seen", "count"}}
    named = bool(person.get("seen")), bool(person.get("count"))
    return rest, named, held, ever, latest


def _candidates(connection: sqlite3.Connection, persons: Sequence[Record]) -> dict[int, str | None]:
    """Documents that may speak of these persons: id → date of publication."""
    words = {w for p in persons for s in p["spellings"] for w in s.split() if len(w) > 1}
    countries = {p["country"] for p in persons} | {t[1] for p in persons for t in p["tenures"]}
    named = sorted(c for c in countries if c)
    numbers = _holding(connection, [_quoted(w) for w in sorted(words)])
    # "Pakistan" and "Pakistani" alike; demonyms of another stem stand in the statements.
    numbers |= _holding(connection, [f"{_quoted(c)} *" for c in named])
    for country in named:
        numbers |= _speaking_of(connection, country)
    dated = connection.execute(
        "SELECT id, json_extract(metadata, '$.published') FROM documents"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(numbers)),),
    )
    return dict(dated.fetchall())


def _quoted(words: str) -> str:
    return '"' + words.replace('"', '""') + '"'


def _holding(connection: sqlite3.Connection, phrases: Sequence[str]) -> set[int]:
    """Documents with a sentence that holds one of these FTS5 phrases."""
    if not phrases:
        return set()
    found = connection.execute(
        f"SELECT DISTINCT rowid >> {SHIFT} FROM sentences_fts WHERE sentences_fts MATCH ?",
        (" OR ".join(phrases),),
    )
    return {number for (number,) in found}


def _speaking_of(connection: sqlite3.Connection, country: str) -> set[int]:
    """Documents in whose statements somebody stands for that country."""
    mark = json.dumps({"country": country}, ensure_ascii=True, separators=(",", ":"))[1:-1]
    found = connection.execute(
        "SELECT DISTINCT document FROM statements WHERE instr(data, ?) > 0", (mark,)
    )
    return {number for (number,) in found}
