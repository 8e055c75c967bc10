"""The ledger as a list: who said what, filtered, and who spoke on what, counted."""

from __future__ import annotations

import calendar
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Literal

from rag.names import Names
from rag.types import Party, Polarity, Statement, Value
from rag.words import STOPWORDS, fold, stems, words

Clock = Literal["said", "published", "referred_to"]
"""Which of a statement's dates a period is about."""

MOST_TOPICS = 12
"""Topics that are chosen by themselves."""


@dataclass(frozen=True, kw_only=True)
class Selection(Value):
    """What a selection holds, and what it had to leave out."""

    statements: tuple[Statement, ...]
    unattributed: int = 0
    """Statements that fit but for a speaker who could not be told."""
    undated: int = 0
    """Statements that fit but have no date on the clock that was asked for."""


@dataclass(frozen=True, kw_only=True)
class Cell(Value):
    """What one party said on one topic."""

    statements: tuple[Statement, ...] = ()

    def count(self, polarity: Polarity | None = None) -> int:
        """How many statements, all or those of one side."""
        return sum(1 for s in self.statements if polarity in {None, s.polarity})


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """Who spoke on what: parties down, topics across."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]

    def cell(self, row: str, column: str) -> Cell:
        """What is in one place; an empty cell where nothing was said."""
        return self.cells.get((row, column), Cell())


# --- selecting -----------------------------------------------------------------------------------


def select(
    statements: Iterable[Statement],
    names: Names,
    *,
    by: str | None = None,
    about: str | None = None,
    to: str | None = None,
    reported_by: str | None = None,
    since: str | None = None,
    until: str | None = None,
    clock: Clock = "said",
) -> Selection:
    """The statements that fit every condition, in the order given.

    Args:
        statements: The ledger.
        names: Whom words speak of: "Islamabad" fits the prime minister of Pakistan.
        by: The speaker, a person or a country; a joint statement is by each of its parties.
        about: Words of the content, all of which must occur; a country also by its other names.
        to: The addressee.
        reported_by: Anyone in the chain of reporters.
        since: First day, ISO, possibly partial: `2014` is its first of January.
        until: Last day, likewise: `2014` is its last of December.
        clock: Which date the period is about.
    """
    fits = partial(_fits, names=names, about=about, to=to, reported_by=reported_by)
    wanted = _party(by, names) if by else None
    kept: list[Statement] = []
    unattributed = undated = 0
    for statement in statements:
        if not fits(statement):
            continue
        if wanted is not None and statement.speaker is None:
            unattributed += 1
            continue
        if wanted is not None and not is_by(statement, wanted, names):
            continue
        within = _within(statement, since, until, clock)
        undated += within is None
        if within:
            kept.append(statement)
    return Selection(statements=tuple(kept), unattributed=unattributed, undated=undated)


def _fits(
    statement: Statement,
    *,
    names: Names,
    about: str | None,
    to: str | None,
    reported_by: str | None,
) -> bool:
    if about and not is_about(statement, about, names):
        return False
    if to:
        spoken = statement.addressee
        if spoken is None or not _same(spoken, _party(to, names), names):
            return False
    if reported_by:
        reporter = _party(reported_by, names)
        return any(_same(p, reporter, names) for p in statement.reported_by)
    return True


def is_by(statement: Statement, wanted: Party, names: Names) -> bool:
    """Whether the statement is by that person or country, alone or with others."""
    speaker = statement.speaker
    if speaker is None:
        return False
    if speaker.kind == "joint":
        parts = {fold(part) for part in parts_of(speaker, names)}
        return bool(parts & {fold(wanted.name), fold(wanted.country or wanted.name)})
    return _same(speaker, wanted, names)


def parts_of(joint: Party, names: Names) -> list[str]:
    """The parties of a joint one; "Bosnia and Herzegovina" stays whole."""
    parts: list[str] = []
    for part in joint.name.split(" and "):
        together = f"{parts[-1]} and {part}" if parts else part
        known = names.resolve(together) if parts else None
        if known is not None and fold(known.name) == fold(together):
            parts[-1] = together
        else:
            parts.append(part)
    return parts


def is_about(statement: Statement, about: str, names: Names) -> bool:
    """Whether the content has all the words, or speaks of the one country that they name."""
    named = names.resolve(about)
    if named is not None and named.country is not None:
        found = {m.party.country for m in names.find(statement.quote)}
        return named.country in found or _holds(statement.quote, about)
    return _holds(statement.quote, about)


def _holds(text: str, about: str) -> bool:
    wanted = stems(about)
    return bool(wanted) and wanted <= stems(text)


def _party(written: str, names: Names) -> Party:
    return names.resolve(written) or Party(name=written, as_written=written)


def _same(party: Party, wanted: Party, names: Names) -> bool:
    if names.same(party, wanted):
        return True
    # A name that nobody knows fits by its words: "royal cabinet" the Royal Cabinet.
    known = names.resolve(wanted.as_written or wanted.name)
    return known is None and set(words(wanted.name)) <= set(words(party.name))


def _within(
    statement: Statement, since: str | None, until: str | None, clock: Clock
) -> bool | None:
    """Whether the statement's date may lie in the period; None where it has no such date."""
    if since is None and until is None:
        return True
    dated = getattr(statement, clock)
    if dated is None:
        return None
    first, last = days(dated.value)
    return (since is None or last >= days(since)[0]) and (until is None or first <= days(until)[1])


def days(value: str) -> tuple[str, str]:
    """The first and the last day of a possibly partial ISO date: "2014-02" has 28."""
    parts = value.split("-")
    if len(parts) == 1:
        return f"{value}-01-01", f"{value}-12-31"
    if len(parts) == 2:
        last = calendar.monthrange(int(parts[0]), int(parts[1]))[1]
        return f"{value}-01", f"{value}-{last:02}"
    return value, value


# --- counting ------------------------------------------------------------------------------------


def matrix(
    statements: Sequence[Statement],
    names: Names,
    *,
    rows: Literal["country", "speaker"] = "country",
    topics: Sequence[str] | None = None,
) -> Matrix:
    """Who spoke on what.

    Args:
        statements: What is counted; those without a speaker are not.
        names: Whom words speak of.
        rows: Whether countries or persons are counted; a joint statement counts for each party.
        topics: What is counted, in words; the most frequent phrases where None.

    Returns:
        Rows and columns in descending order of how much was said.
    """
    attributed = [s for s in statements if s.speaker is not None]
    chosen = list(topics) if topics is not None else frequent_topics(attributed, names)
    cells: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    for statement in attributed:
        about = [t for t in chosen if is_about(statement, t, names)]
        for row in _rows_of(statement, rows, names):
            for topic in about:
                cells[row, topic].append(statement)
    by_row, by_column = Counter[str](), Counter[str]()
    for (row, column), held in cells.items():
        by_row[row] += len(held)
        by_column[column] += len(held)
    return Matrix(
        rows=tuple(r for r, _ in sorted(by_row.items(), key=lambda x: (-x[1], x[0]))),
        columns=tuple(sorted(chosen, key=lambda t: (-by_column[t], t))),
        cells={mark: Cell(statements=tuple(held)) for mark, held in cells.items()},
    )


def _rows_of(statement: Statement, rows: str, names: Names) -> list[str]:
    speaker = statement.speaker
    if speaker is None:
        return []
    if speaker.kind == "joint":
        return parts_of(speaker, names)
    if rows == "country":
        return [speaker.country] if speaker.country else []
    return [speaker.name]


def frequent_topics(
    statements: Sequence[Statement], names: Names, most: int = MOST_TOPICS
) -> list[str]:
    """The phrases of one or two content words that occur in most statements.

    A word that nearly always stands in one frequent phrase ("human" in "human rights") is left to
    the phrase; the countries that speak are no topics.
    """
    counts: Counter[str] = Counter()
    for statement in statements:
        counts.update(_phrases(statement.quote))
    speaking = {s.speaker.country for s in statements if s.speaker is not None}
    frequent = [p for p, n in counts.most_common(40 * most) if n > 1]
    pairs = [p for p in frequent if " " in p]
    absorbed = {
        word for pair in pairs for word in pair.split() if counts[pair] >= 0.6 * counts[word]
    }
    topics = [p for p in frequent if p not in absorbed and not _speaks(p, speaking, names)]
    return topics[:most]


def _speaks(phrase: str, speaking: set[str | None], names: Names) -> bool:
    """Whether the phrase only names a country that is itself a row."""
    found = [names.resolve(phrase)] if " " in phrase else []
    if not any(found):
        found = [names.resolve(word) for word in phrase.split()]
    return all(p is not None and p.country in speaking for p in found)


def _phrases(text: str) -> set[str]:
    """Content words and pairs of them that stand side by side."""
    run = [w if _tells(w) else "" for w in words(text)]
    pairs = {f"{a} {b}" for a, b in pairwise(run) if a and b}
    return pairs | {w for w in run if w}


def _tells(word: str) -> bool:
    return len(word) > 3 and word not in STOPWORDS and word not in _EMPTY and not word.isdigit()


_EMPTY = frozenset(
    """last forward talk talks meeting meetings week month months today tomorrow yesterday monday
    tuesday wednesday thursday friday saturday sunday well could want told tell think know
    going good great things thing come came first second next said also will would should must
    make made take taken work working year years time side sides country countries people
    peoples world international support cooperation relations strengthen continue ready stands
    committed commitment important importance great hope efforts development bilateral
    regional issues areas need well including toward towards further order part level two both
    respect promote enhance deepen maintain expressed full president""".split()
)
"""Words that are in every readout and tell no topic."""
