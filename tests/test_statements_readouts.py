"""Readouts in the styles of news agencies and ministries, each with what is said in it and by whom.

The texts, and how they are marked, are in the file of the same name beside this one.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from rag.names import Names
from rag.segment import split_sentences
from rag.statements import extract
from rag.types import Document, Metadata, Statement

MARK = re.compile(r"\{(?P<who>[^{}|]+)\|(?P<what>[^{}]*)\}")

READOUTS = {
    row["name"]: row
    for row in tomllib.loads(
        Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"),
    )["readout"]
}


@dataclass(frozen=True)
class Expected:
    start: int
    end: int
    speaker: str
    reporters: tuple[str, ...]


def unmarked(marked: str) -> tuple[str, list[Expected]]:
    """The text without its marks, and what they say."""
    text, found, last = "", [], 0
    for match in MARK.finditer(marked):
        text += marked[last : match.start()]
        who, *by = [part.strip() for part in " ".join(match["who"].split()).split("<")]
        content = match["what"].strip()
        found.append(Expected(len(text), len(text) + len(content), who, tuple(by)))
        text += match["what"]
        last = match.end()
    return text + marked[last:], found


def overlap(start: int, end: int, statement: Statement) -> float:
    """Intersection over the longer of the two spans."""
    shared = min(end, statement.end) - max(start, statement.start)
    return max(0, shared) / max(end - start, statement.end - statement.start)


def spoken_by(statement: Statement) -> str:
    if statement.speaker is None:
        return "?"
    if statement.speaker.kind == "unnamed":
        return "unnamed"
    return (
        statement.speaker.name.replace(" and ", " & ")
        if statement.speaker.kind == "joint"
        else statement.speaker.name
    )


def same(expected: str, found: str) -> bool:
    return expected == found or sorted(expected.split(" & ")) == sorted(found.split(" & "))


@dataclass
class Score:
    """Counts over readouts."""

    expected: int = 0
    given: int = 0
    right: int = 0
    wrong: int = 0
    reporters: int = 0
    spans: int = 0
    spurious: int = 0
    found: int = 0

    def line(self) -> str:
        return (
            f"expected {self.expected}, attributed {self.given}, right {self.right}, "
            f"wrong {self.wrong}, spurious {self.spurious}, reporters right {self.reporters}, "
            f"spans ≥ .8 {self.spans}, found {self.found}"
        )


def judge(name: str, names: Names, score: Score) -> list[str]:
    """Adds one readout to the score; returns what was missed, for people to read."""
    row = READOUTS[name]
    text, expected = unmarked(row["text"])
    known = {k: row[k] for k in ("published", "source", "title") if k in row}
    document = Document(name="readout.txt", text=text, metadata=Metadata(**known))
    statements = extract(document, split_sentences(text, document.name), names)
    notes, used = [], set()
    for item in expected:
        best = max(statements, key=lambda s: overlap(item.start, item.end, s), default=None)
        ratio = overlap(item.start, item.end, best) if best else 0.0
        score.expected += 1
        if best is None or ratio < 0.3:
            notes.append(f"missed: {item.speaker} | {text[item.start : item.end]}")
            continue
        used.add(id(best))
        found = spoken_by(best)
        if item.speaker == "*":
            score.expected -= 1
            continue
        score.spans += ratio >= 0.8
        score.given += found != "?"
        score.right += same(item.speaker, found)
        by = tuple(p.name for p in best.reported_by)
        score.reporters += by == item.reporters
        if found != "?" and not same(item.speaker, found):
            score.wrong += 1
            notes.append(f"wrong: {item.speaker} but {found} | {best.quote} | {best.rule}")
        elif found == "?":
            notes.append(f"silent: {item.speaker} | {best.quote} | {best.rule}")
        if by != item.reporters:
            notes.append(f"reporters: {item.reporters} but {by} | {best.quote}")
        if ratio < 0.8:
            notes.append(f"span {ratio:.2f}: {text[item.start : item.end]!r} but {best.quote!r}")
    extra = [
        s
        for s in statements
        if id(s) not in used and s.speaker is not None and s.form != "narrated"
    ]
    score.spurious += len(extra)
    score.found += len(statements)
    notes += [f"spurious: {spoken_by(s)} | {s.quote} | {s.rule}" for s in extra]
    return notes


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load()


@pytest.mark.parametrize("name", READOUTS)
def test_no_readout_puts_words_in_the_wrong_mouth(name: str, names: Names) -> None:
    score = Score()
    notes = judge(name, names, score)
    assert score.wrong == 0, "\n".join(notes)


def test_readouts_of_many_styles_are_attributed_with_their_spans_and_reporters(
    names: Names,
) -> None:
    score = Score()
    notes = [note for name in READOUTS for note in judge(name, names, score)]
    report = score.line() + "\n" + "\n".join(notes)
    assert score.right >= 0.95 * score.given, report
    assert score.given >= 0.9 * score.expected, report
    assert score.reporters >= 0.95 * score.expected, report
    assert score.spans >= 0.85 * score.expected, report
    assert score.spurious <= 0.05 * score.found, report
