"""Two runs on the same cases: what differs, by how much, and whether chance could have done it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from rag.errors import UsageError
from rag.evals.metrics.catalogue import METRICS, Metric
from rag.evals.metrics.retrieval import Columns
from rag.evals.runs import Run
from rag.evals.score import Scored
from rag.evals.significance import (
    DRAWS,
    LEVEL,
    Estimate,
    holm,
    mcnemar,
    mean_interval,
    paired_permutation,
    smallest_difference,
    statistic_interval,
    statistic_permutation,
)
from rag.evals.summary import metrics_of, table
from rag.types import Value

Verdict = Literal["better", "worse", "different", "no clear difference", "not measured"]
SET_DRAWS = 999
"""Fewer draws for statistics over columns: each is computed anew."""


@dataclass(frozen=True, kw_only=True)
class Difference(Value):
    """One metric in two runs, over the cases that both have a value for."""

    metric: str
    n: int
    a: float | None
    b: float | None
    low: float | None = None
    high: float | None = None
    """95 % bootstrap interval of b - a."""
    p: float | None = None
    """McNemar's exact test for yes/no metrics, else a paired permutation test."""
    p_holm: float | None = None
    """Adjusted for all the metrics that are judged together."""
    smallest: float | None = None
    """The smallest difference that this many cases can show."""
    won: int = 0
    """Cases in which b is better."""
    lost: int = 0

    @property
    def difference(self) -> float | None:
        """How far b lies above a."""
        return None if self.a is None or self.b is None else self.b - self.a

    @property
    def verdict(self) -> Verdict:
        """What may be said of it at the 5 % level, Holm's adjustment made."""
        difference = self.difference
        if difference is None or self.p_holm is None:
            return "not measured"
        if self.p_holm >= LEVEL or difference == 0 or self._spans_zero():
            return "no clear difference"
        better = METRICS[self.metric].better
        if better == "neither":
            return "different"
        return "better" if (difference > 0) == (better == "higher") else "worse"

    def _spans_zero(self) -> bool:
        return self.low is not None and self.high is not None and self.low <= 0 <= self.high


@dataclass(frozen=True, kw_only=True)
class Change:
    """A case that one run handled right and the other didn't."""

    a: Scored
    b: Scored
    won: bool
    """b is right where a was wrong."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Run b against run a, metric by metric and case by case."""

    a: Run
    b: Run
    n: int
    """Cases that neither run failed."""
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]
    unpaired: int = 0
    """Cases that only one of them has, or that failed in one."""

    def of(self, metric: str) -> Difference | None:
        """The difference in one metric."""
        return next((d for d in self.differences if d.metric == metric), None)


def compare_runs(a: Run, b: Run, *, draws: int = DRAWS) -> Comparison:
    """Compares run b with run a over the cases that both have.

    Raises:
        UsageError: they were made with different gold files, or share no case.
    """
    _same_gold(a, b)
    rows, unpaired = _pairs(a, b)
    if not rows:
        hint = "Compare runs with the same --limit and --seed."
        raise UsageError(f"{a.name} and {b.name} share no case that both finished.", hint=hint)
    common = {m.name for m in metrics_of(a.mode)} & {m.name for m in metrics_of(b.mode)}
    columns = [(x.columns, y.columns) for x, y in rows]
    found = compare_columns(columns, [METRICS[m] for m in METRICS if m in common], draws=draws)
    return Comparison(
        a=a,
        b=b,
        n=len(rows),
        differences=tuple(found),
        changes=tuple(_changes(rows)),
        unpaired=unpaired,
    )


def compare_columns(
    rows: Sequence[tuple[Columns, Columns]], metrics: Iterable[Metric], *, draws: int = DRAWS
) -> list[Difference]:
    """The differences in every metric that both sides have a value for; Holm over all of them.

    The adjustment is over the metrics in which the runs differ at all or could: times and lengths
    are tested too, but apart, so that they don't take strength from the metrics of quality.
    """
    found = [_difference(metric, rows, draws) for metric in metrics]
    quality = [i for i, d in enumerate(found) if METRICS[d.metric].guarded]
    others = [i for i, d in enumerate(found) if not METRICS[d.metric].guarded]
    for family in (quality, others):
        tested = [(i, p) for i in family if (p := found[i].p) is not None]
        for (i, _), adjusted in zip(tested, holm([p for _, p in tested]), strict=True):
            found[i] = replace(found[i], p_holm=adjusted)
    return found


def _difference(metric: Metric, rows: Sequence[tuple[Columns, Columns]], draws: int) -> Difference:
    if metric.statistic is not None:
        return _set_difference(metric, rows, min(draws, SET_DRAWS))
    both: list[Columns] = [{"a": x.get(metric.name), "b": y.get(metric.name)} for x, y in rows]
    a, b = table(both, ("a", "b"))
    if not len(a):
        return Difference(metric=metric.name, n=0, a=None, b=None)
    yes_no = metric.kind == "yes_no"
    interval = mean_interval(b - a, bounded=False, draws=draws)
    up, down = int((b > a).sum()), int((b < a).sum())
    lower = metric.better == "lower"
    return Difference(
        metric=metric.name,
        n=len(a),
        a=float(a.mean()),
        b=float(b.mean()),
        low=interval.low,
        high=interval.high,
        p=mcnemar(a, b) if yes_no else paired_permutation(a, b, draws=draws),
        smallest=smallest_difference(b - a, yes_no=yes_no),
        won=down if lower else up,
        lost=up if lower else down,
    )


def _set_difference(
    metric: Metric, rows: Sequence[tuple[Columns, Columns]], draws: int
) -> Difference:
    names, statistic = metric.columns, metric.statistic
    assert statistic is not None
    width = len(names)
    both = [
        {f"{side}{i}": row.get(n) for side, row in zip("ab", pair, strict=True)
         for i, n in enumerate(names)}
        for pair in rows
    ]  # fmt: skip
    columns = table(both, [f"{side}{i}" for side in "ab" for i in range(width)])
    a, b = columns[:width], columns[width:]
    n = len(a[0])
    values = (statistic(*a), statistic(*b)) if n else (float("nan"),) * 2
    if any(v != v for v in values):  # NaN: one side has nothing to go by
        return Difference(metric=metric.name, n=0, a=None, b=None)

    def difference(*both: Any) -> float:
        return statistic(*both[width:]) - statistic(*both[:width])

    interval: Estimate = statistic_interval(columns, difference, draws=draws)
    return Difference(
        metric=metric.name,
        n=n,
        a=values[0],
        b=values[1],
        low=interval.low,
        high=interval.high,
        p=statistic_permutation(a, b, statistic, draws=draws),
    )


def _same_gold(a: Run, b: Run) -> None:
    ours, theirs = (run.record["identity"].get("gold") for run in (a, b))
    if ours != theirs:
        files = [run.record["gold"]["file"] for run in (a, b)]
        raise UsageError(
            f"{a.name} was made with other gold than {b.name}: {files[0]} {str(ours)[:8]}, "
            f"{files[1]} {str(theirs)[:8]}.",
            hint="Run both on the same gold file.",
        )


def _pairs(a: Run, b: Run) -> tuple[list[tuple[Scored, Scored]], int]:
    second = {s.case.id: s for s in b.scored}
    rows = [
        (x, second[x.case.id])
        for x in a.scored
        if x.case.id in second
        and "failed" not in (x.answer.status, second[x.case.id].answer.status)
    ]
    ids = {s.case.id for s in a.scored} | set(second)
    return rows, len(ids) - len(rows)


def _changes(rows: Sequence[tuple[Scored, Scored]]) -> list[Change]:
    """Lost cases first: they are what a reader must see."""
    found: list[Change] = []
    for a, b in rows:
        name = "accuracy" if "accuracy" in a.columns else "sentence_recall@5"
        before, after = a.columns.get(name), b.columns.get(name)
        if before is not None and after is not None and before != after:
            found.append(Change(a=a, b=b, won=after > before))
    return sorted(found, key=lambda c: c.won)
