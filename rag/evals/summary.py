"""Many scored cases as a few numbers, each with how many cases it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rag.evals.metrics.catalogue import METRICS, Metric
from rag.evals.metrics.retrieval import Columns
from rag.evals.score import Mode, Scored
from rag.evals.significance import DRAWS, Estimate, mean_interval, statistic_interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SEARCH_ONLY = ("retrieve_ms", "rewrite_clean")
TAGGED = (
    "accuracy",
    "right_answer",
    "citation_recall",
    "abstention_recall",
    "over_refusal",
    "doc_success@5",
    "sentence_recall@5",
    "passage_recall@5",
)
"""Metrics of the table by tag."""


def metrics_of(mode: Mode) -> list[Metric]:
    """The metrics that a run of this mode can have."""
    if mode != "retrieval":
        return list(METRICS.values())
    return [m for m in METRICS.values() if m.group == "Search" or m.name in SEARCH_ONLY]


def column(rows: Sequence[Columns], name: str) -> NDArray[np.float64]:
    """The values of one column, rows without one left out."""
    import numpy as np

    found = [row.get(name) for row in rows]
    return np.array([v for v in found if v is not None], dtype=np.float64)


def table(rows: Sequence[Columns], names: Sequence[str]) -> list[NDArray[np.float64]]:
    """Several columns over the rows that have all of them."""
    import numpy as np

    full = [[row.get(n) for n in names] for row in rows]
    kept = [values for values in full if None not in values]
    return list(np.array(kept, dtype=np.float64).reshape(len(kept), len(names)).T)


def estimate(metric: Metric, rows: Sequence[Columns], *, draws: int = DRAWS) -> Estimate:
    """A metric's value over these cases, with its interval."""
    if metric.statistic is not None:
        columns = table(rows, metric.columns)
        found = statistic_interval(columns, metric.statistic, draws=min(draws, 999))
        return replace(found, n=_resting_on(metric, columns))
    values = column(rows, metric.name)
    return mean_interval(values, bounded=metric.kind != "amount", draws=draws)


def _resting_on(metric: Metric, columns: Sequence[NDArray[np.float64]]) -> int:
    if metric.counts == "all":
        return len(columns[0])
    answered = columns[metric.columns.index("answered")]
    return int((answered == (1 if metric.counts == "answered" else 0)).sum())


def summarise(scored: Sequence[Scored], mode: Mode) -> dict[str, Estimate]:
    """Every metric of a run. One that no case has is listed with n = 0, not left out."""
    rows = [s.columns for s in scored if s.answer.status != "failed"]
    return {m.name: estimate(m, rows) for m in metrics_of(mode)}


def by_tag(scored: Sequence[Scored]) -> list[dict[str, Any]]:
    """For each tag its cases, how many of them failed, and the metrics that people compare."""
    tags: dict[str, list[Scored]] = {}
    for item in scored:
        for tag in item.case.tags:
            tags.setdefault(tag, []).append(item)
    return [
        {"tag": tag, "n": len(items), "failed": _failed(items), "metrics": _means(items)}
        for tag, items in sorted(tags.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    ]


def running(scored: Sequence[Scored], mode: Mode) -> str:
    """The scores so far, in a few words for a progress bar."""
    shown = (
        {"doc_success@5": "right document", "sentence_recall@5": "gold sentences"}
        if mode == "retrieval"
        else {
            "right_answer": "right",
            "abstention_recall": "no when due",
            "citation_recall": "carried",
        }
    )
    rows = [s.columns for s in scored]
    parts = []
    for name, label in shown.items():
        values = column(rows, name)
        if len(values):
            parts.append(f"{label} {values.mean():.0%}")
    if failed := _failed(scored):
        parts.append(f"failed {failed}")
    return " · ".join(parts)


def _failed(scored: Sequence[Scored]) -> int:
    return sum(s.answer.status == "failed" for s in scored)


def _means(items: Sequence[Scored]) -> Mapping[str, dict[str, Any]]:
    found = {}
    for name in TAGGED:
        estimated = estimate(METRICS[name], [s.columns for s in items], draws=999)
        if estimated.n:
            found[name] = estimated.to_dict()
    return found
