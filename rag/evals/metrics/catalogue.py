"""Every metric by name, as `catalogue.toml` beside this file has it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from typing import Any, Literal

from rag.errors import UsageError
from rag.evals.metrics import abstention

Group = Literal["Overall", "Search", "Answers", "Citations", "Saying no", "Length", "Cost"]
Kind = Literal["yes_no", "score", "amount", "set"]
Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric. A `set` metric is a statistic over columns, any other the mean of one column."""

    name: str
    label: str
    """In plain words, for people."""
    about: str
    """Exactly what is counted."""
    group: Group
    kind: Kind = "score"
    better: Better = "higher"
    unit: Literal["share", "ms", "", "USD"] = "share"
    headline: bool = False
    """Shown first."""
    guarded: bool = False
    """Watched for getting worse by `--fail-on-regression`."""
    rule: bool = False
    """Holds always or is a defect: one case that loses it is a regression, whatever chance says."""
    columns: tuple[str, ...] = ()
    """For `set`: the columns, in the order in which the statistic takes them."""
    statistic: Callable[..., float] | None = None
    counts: Literal["all", "answered", "refused"] = "all"
    """For `set`: which of the cases the statistic rests on, given as n."""


def median(values: abstention.Floats) -> float:
    """The middle value; NaN of none."""
    import numpy as np

    return float(np.median(values)) if len(values) else abstention.NAN


def slowest(values: abstention.Floats) -> float:
    """The 95th percentile; NaN of none."""
    import numpy as np

    return float(np.percentile(values, 95)) if len(values) else abstention.NAN


STATISTICS: Mapping[str, Callable[..., float]] = {
    f.__name__: f
    for f in (
        abstention.precision,
        abstention.f1,
        abstention.selective_accuracy,
        abstention.aurc,
        median,
        slowest,
    )
}


def _load() -> dict[str, Metric]:
    text = (files("rag.evals.metrics") / "catalogue.toml").read_text(encoding="utf-8")
    found: dict[str, Metric] = {}
    for name, given in tomllib.loads(text).items():
        fields: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in given.items()
        }
        if "statistic" in fields:
            fields["statistic"] = STATISTICS[fields["statistic"]]
        found[name] = Metric(name=name, **fields)
    return found


METRICS: Mapping[str, Metric] = _load()


def metric_named(name: str) -> Metric:
    """The metric of that name.

    Raises:
        UsageError: there is none; the hint names the near one.
    """
    if name in METRICS:
        return METRICS[name]
    near = get_close_matches(name, METRICS, n=1, cutoff=0.5)
    hint = f"Did you mean `{near[0]}`?" if near else f"Known: {', '.join(METRICS)}."
    raise UsageError(f"Unknown metric `{name}`.", hint=hint)
