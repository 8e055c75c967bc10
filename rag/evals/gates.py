"""What a run must reach, for machines that ask: `--fail-under` and `--fail-on-regression`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rag.errors import UsageError
from rag.evals.compare import Comparison
from rag.evals.metrics.catalogue import METRICS, metric_named
from rag.evals.runs import Run

REGRESSION = 0.05


def parse_gates(given: Iterable[str]) -> dict[str, float]:
    """`metric=value` pairs as a mapping.

    Raises:
        UsageError: an unknown metric, one that is neither better high nor low, or no number.
    """
    gates: dict[str, float] = {}
    for text in given:
        name, equals, value = text.partition("=")
        metric = metric_named(name.strip())
        if metric.better == "neither":
            raise UsageError(f"`{metric.name}` has no better side to be a gate.")
        try:
            gates[metric.name] = float(value.removesuffix("%")) / (100 if "%" in value else 1)
        except ValueError as exc:
            shown = value if equals else "nothing"
            hint = f"Write: --fail-under {metric.name}=0.8"
            raise UsageError(
                f"`--fail-under {text}` gives {shown}, not a number.", hint=hint
            ) from exc
    return gates


def unmet(run: Run, gates: Mapping[str, float]) -> list[str]:
    """A line for each gate that the run does not meet; a metric without a value meets none.

    For metrics where lower is better, the value must not lie above the gate's.
    """
    lines: list[str] = []
    measured = run.metrics
    for name, wanted in gates.items():
        estimate = measured.get(name)
        if estimate is None or estimate.value is None:
            lines.append(f"{name} was not measured; the gate asks for {wanted:g}.")
            continue
        lower = METRICS[name].better == "lower"
        if estimate.value > wanted if lower else estimate.value < wanted:
            side = "above" if lower else "under"
            lines.append(f"{name} is {estimate.value:.3g}, {side} {wanted:g} (n = {estimate.n}).")
    return lines


def regressions(comparison: Comparison) -> list[str]:
    """A line for each guarded metric that got worse, beyond what chance does.

    The 5 % level holds for all guarded metrics together (Holm). A rule that always holds, such as
    exact quotations, is broken by a single case, and so are cases that failed only now.
    """
    lines: list[str] = []
    for d in comparison.differences:
        metric = METRICS[d.metric]
        if not metric.guarded or d.difference is None:
            continue
        if metric.rule and d.lost:
            lines.append(f"{d.metric} holds no longer in {d.lost} of {d.n} cases.")
        elif d.verdict == "worse":
            lines.append(
                f"{d.metric} fell from {d.a:.3g} to {d.b:.3g} (p = {d.p_holm:.2g}, n = {d.n})."
                if metric.better == "higher"
                else f"{d.metric} rose from {d.a:.3g} to {d.b:.3g} (p = {d.p_holm:.2g}, n = {d.n})."
            )
    newly = {s.case.id for s in comparison.b.failed} - {s.case.id for s in comparison.a.failed}
    if newly:
        lines.append(
            f"{len(newly)} cases failed that did not before: {', '.join(sorted(newly)[:5])}."
        )
    return lines
