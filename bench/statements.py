"""Who said what: the ledger's statements beside those that people marked.

Statements are paired one to one: by the share of their spans that is common, among those that share
their verb or at least half of the span. What people left open (`optional`) is neither right nor
wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

from bench.measure import ROOT
from rag.names import Names
from rag.names.text import fold
from rag.reading import MetadataTable, discover, read
from rag.segment import split_sentences
from rag.statements import extract, people
from rag.statements.ledger import parts_of
from rag.types import Document, Party, Statement

GOLD = ROOT / "evals" / "gold" / "statements.jsonl"
FOLDERS = (ROOT / "seeds", ROOT / "evals" / "gold" / "statements")
KINDS = {"seeds": "0", "UN speeches": "un_", "invented readouts": "invented_"}
"""Kinds of documents, and how their names begin."""

SPAN = 0.8
"""Common characters, as a share of the longer span, that make a content span right."""

_END = " \t\n.!?…"
"""What may stand at the end of a span without counting."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One statement as people marked it."""

    id: str
    document: str
    start: int
    end: int
    quote: str
    cue: str
    speaker: str | None
    country: str | None
    reported_by: list[dict[str, str | None]]
    split: str
    optional: bool = False
    joint: Sequence[str] = ()
    speaker_also: Sequence[str] = ()
    reported_by_also: Sequence[Sequence[dict[str, str | None]]] = ()

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Row:
        """The row back from its line."""
        return cls(**{k: v for k, v in data.items() if k in cls.__dataclass_fields__})


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A statement of people, one of the ledger, or both."""

    document: Document
    split: str
    row: Row | None = None
    found: Statement | None = None
    overlap: float = 0.0


@dataclass
class Score:
    """Figures over pairs, each with what it is counted on."""

    names: Names
    pairs: list[Pair] = field(default_factory=list)

    @cached_property
    def required(self) -> list[Pair]:
        """What had to be found."""
        return [p for p in self.pairs if p.row is not None and not p.row.optional]

    @cached_property
    def given(self) -> list[Pair]:
        """What had to be found and was, with somebody named as its speaker."""
        return [p for p in self.required if p.found and names_somebody(p.found.speaker)]

    @cached_property
    def invented(self) -> list[Pair]:
        """What is in the ledger with a speaker and nobody marked."""
        return [p for p in self.pairs if p.row is None and _speaks(p)]

    @cached_property
    def told(self) -> list[Pair]:
        """Found pairs of which either side names a reporter."""
        return [p for p in self.required if p.found and p.row and _told(p.row, p.found)]

    def right(self, pair: Pair) -> bool:
        """Whether the speaker is the one marked, under one of the names that are right."""
        return _is_speaker(pair, self.names)

    def false(self, pair: Pair) -> bool:
        """Whether the words are given to somebody else; the bare country of a person is not."""
        return not self.right(pair) and not _is_coarse(pair)

    def reporter(self, pair: Pair) -> bool:
        """Whether the chain of reporters is one of those that are right."""
        return _is_chain(pair, self.names)

    def figures(self) -> dict[str, tuple[float, float]]:
        """Name → hits, out of."""
        named = [p for p in self.required if p.row and p.row.speaker]
        found = [p for p in self.required if p.found]
        spans = [p for p in found if p.overlap >= SPAN]
        guesses = len(found) + sum(p.row is None for p in self.pairs)
        wrong = sum(map(self.false, self.given))
        return {
            "speaker": (sum(map(self.right, self.given)), len(self.given)),
            "false attribution": (wrong, len(self.given)),
            "false or invented": (
                wrong + len(self.invented),
                len(self.given) + len(self.invented),
            ),
            "coverage": (sum(p in self.given for p in named), len(named)),
            "reporter": (sum(map(self.reporter, found)), len(found)),
            "reporter where one is named": (sum(map(self.reporter, self.told)), len(self.told)),
            f"span F1@{SPAN}": (2 * len(spans), len(self.required) + guesses),
        }

    def notes(self) -> Iterator[str]:
        """What went wrong, a line each."""
        for pair in self.required:
            row, found = pair.row, pair.found
            assert row is not None
            where = f"{row.id} {row.document[:24]}"
            if found is None:
                yield f"{where} missed: {row.speaker} {row.cue!r} | {row.quote[:90]}"
                continue
            who = found.speaker.name if found.speaker else None
            if row.speaker and not names_somebody(found.speaker):
                yield f"{where} silent: {row.speaker} | {row.quote[:90]} | {found.rule}"
            elif names_somebody(found.speaker) and not self.right(pair):
                kind = "FALSE" if self.false(pair) else "coarse"
                yield f"{where} {kind}: {row.speaker} but {who} | {row.quote[:90]} | {found.rule}"
            if not self.reporter(pair):
                chain = [p["name"] for p in row.reported_by]
                by = [p.name for p in found.reported_by]
                yield f"{where} reporter: {chain} but {by} | {row.quote[:90]} | {found.rule}"
            if pair.overlap < SPAN:
                yield f"{where} span {pair.overlap:.2f}: {row.quote!r} but {found.quote!r}"
        for pair in self.invented:
            found = pair.found
            assert found is not None and found.speaker is not None
            yield f"{pair.document.name[:24]} invented: {found.speaker.name} | {found.quote[:120]}"


# --- pairing -------------------------------------------------------------------------------------


def rows_of(path: Path = GOLD) -> list[Row]:
    """What people marked."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Row.from_dict(json.loads(line)) for line in lines if line.strip()]


def score(split: str | None = None, kind: str | None = None) -> Score:
    """The ledger's statements of every annotated text beside people's.

    Args:
        split: `dev` or `test`; both where None.
        kind: One of `KINDS`; all where None.
    """
    names, pairs = _drawn()
    begins = KINDS[kind] if kind else ""
    kept = [p for p in pairs if p.document.name.startswith(begins) and split in {None, p.split}]
    return Score(names, kept)


def _drawn() -> tuple[Names, list[Pair]]:
    if not _CACHE:
        documents = {d.name: d for folder in FOLDERS for d in documents_of(folder)}
        sentences = {d.name: split_sentences(d.text, d.name) for d in documents.values()}
        bare = Names.load()
        met = [
            party for d in documents.values() for party in people(d, sentences[d.name], bare)
        ]  # as the index does, over all documents
        names = Names.load(None, met)
        pairs: list[Pair] = []
        for name, group in groupby(rows_of(), key=lambda row: row.document):
            document = documents[name]
            pairs += paired(document, list(group), extract(document, sentences[name], names))
        _CACHE.append((names, pairs))
    return _CACHE[0]


_CACHE: list[tuple[Names, list[Pair]]] = []


def documents_of(folder: Path) -> Iterator[Document]:
    """The documents of a folder, with their metadata."""
    table = MetadataTable.load(folder)
    for file in discover(folder):
        yield from (d for d in read(file, table) if isinstance(d, Document))


def paired(document: Document, rows: Sequence[Row], found: Sequence[Statement]) -> list[Pair]:
    """One to one, the closest first; then what is left of either side."""
    close = sorted(
        ((_closeness(document, r, s), r, s) for r in rows for s in found),
        key=lambda entry: (-entry[0], entry[1].start, entry[2].start),
    )
    used: set[int] = set()
    pairs: list[Pair] = []
    for value, row, statement in close:
        if value > 0 and not {id(row), id(statement)} & used:
            used |= {id(row), id(statement)}
            share = common(document.text, (row.start, row.end), (statement.start, statement.end))
            pairs.append(
                Pair(document=document, split=row.split, row=row, found=statement, overlap=share)
            )
    pairs += [Pair(document=document, split=r.split, row=r) for r in rows if id(r) not in used]
    splits = {_paragraph(document.text, row.start): row.split for row in rows}
    pairs += [
        Pair(
            document=document,
            split=splits.get(_paragraph(document.text, s.start), rows[0].split),
            found=s,
        )
        for s in found
        if id(s) not in used
    ]
    return pairs


def common(text: str, one: tuple[int, int], two: tuple[int, int]) -> float:
    """Common characters as a share of the longer span, final stops left out."""
    spans = [(start, start + len(text[start:end].rstrip(_END))) for start, end in (one, two)]
    shared = min(end for _, end in spans) - max(start for start, _ in spans)
    return max(0, shared) / max(1, *(end - start for start, end in spans))


def _closeness(document: Document, row: Row, statement: Statement) -> float:
    """0 where the two cannot be the same; the same verb counts as much as the whole span."""
    share = common(document.text, (row.start, row.end), (statement.start, statement.end))
    cue = document.text[statement.cue_start : statement.cue_end]
    verb = fold(cue) == fold(row.cue) if row.cue else not cue
    return 0.0 if share < 0.5 and not (verb and share > 0) else share + verb


def _paragraph(text: str, place: int) -> int:
    return text.count("\n", 0, place)


# --- judging -------------------------------------------------------------------------------------


def names_somebody(party: Party | None) -> bool:
    """Whether it says whose the words are: "a senior official" doesn't."""
    return party is not None and party.kind != "unnamed"


def _speaks(pair: Pair) -> bool:
    return pair.found is not None and names_somebody(pair.found.speaker)


def _is_speaker(pair: Pair, names: Names) -> bool:
    row, found = pair.row, pair.found
    assert row is not None and found is not None and found.speaker is not None
    if row.joint:
        parts = {_country(part, names) for part in parts_of(found.speaker, names)}
        wanted = {_country(part, names) for part in row.joint}
        return found.speaker.kind == "joint" and parts == wanted
    allowed = [n for n in (row.speaker, *row.speaker_also) if n]
    return any(_is_name(found.speaker, name, names) for name in allowed)


def _is_coarse(pair: Pair) -> bool:
    """Whether only the country is told, and rightly."""
    row, found = pair.row, pair.found
    assert row is not None and found is not None and found.speaker is not None
    own = row.country is not None and found.speaker.country == row.country
    return own and found.speaker.kind == "government"


def _is_name(party: Party, name: str, names: Names) -> bool:
    if fold(party.name) == fold(name):
        return True
    known = names.resolve(name)
    return known is not None and (known.name, known.kind) == (party.name, party.kind)


def _country(name: str, names: Names) -> str:
    known = names.resolve(name)
    return known.country or known.name if known else fold(name)


def _told(row: Row, found: Statement) -> bool:
    return bool(row.reported_by or found.reported_by)


def _is_chain(pair: Pair, names: Names) -> bool:
    row, found = pair.row, pair.found
    assert row is not None and found is not None
    chains = [row.reported_by, *row.reported_by_also]
    return any(
        len(chain) == len(found.reported_by)
        and all(
            _is_reporter(p, link, names) for p, link in zip(found.reported_by, chain, strict=True)
        )
        for chain in chains
    )


def _is_reporter(party: Party, link: Mapping[str, str | None], names: Names) -> bool:
    """By name, or by country where no person is named on either side."""
    name, country = link["name"] or "", link["country"]
    office = country is not None and party.country == country and fold(name) != fold(country)
    return _is_name(party, name, names) or (office and _words(party) >= set(fold(name).split()))


def _words(party: Party) -> set[str]:
    told = f"{party.country or ''} {party.name} {party.office or ''} {party.as_written}"
    return set(fold(told).split())


# --- telling -------------------------------------------------------------------------------------


def rows() -> Iterator[tuple[str, str]]:
    """The figures of either part, over all texts and over each kind of them."""
    for split in ("dev", "test"):
        for kind in (None, *KINDS):
            figures = score(split, kind).figures()
            told = "; ".join(f"{name} {share_of(*figure)}" for name, figure in figures.items())
            yield f"who said what, {split}, {kind or 'all texts'}", told


def share_of(hits: float, total: float) -> str:
    """`0.95 (19 / 20)`."""
    return f"{hits / total:.3f} ({hits:g} / {total:g})" if total else "– (0 / 0)"
