"""Numbers in the form in which people read them."""

from __future__ import annotations

from rag.evals.metrics.catalogue import METRICS
from rag.evals.significance import Estimate


def amount(metric: str, value: float | None) -> str:
    """A metric's value: `71 %`, `1.2 s`, `340 ms`, `12.4`; a dash where there is none."""
    if value is None:
        return "–"
    unit = METRICS[metric].unit
    if unit == "share":
        return f"{100 * value:.0f} %" if value in {0.0, 1.0} else f"{100 * value:.1f} %"
    if unit == "ms":
        return f"{value / 1000:.1f} s" if value >= 1000 else f"{value:.0f} ms"
    if unit == "USD":
        return f"${value:.4f}"
    return f"{value:.1f}"


def interval(metric: str, low: float | None, high: float | None) -> str:
    """`62–80 %`, in the metric's unit; empty where there is none."""
    if low is None or high is None:
        return ""
    unit = METRICS[metric].unit
    if unit == "share":
        return f"{100 * low:.0f}–{100 * high:.0f} %"
    if unit == "ms":
        whole = high >= 1000
        return f"{low / 1000:.1f}–{high / 1000:.1f} s" if whole else f"{low:.0f}–{high:.0f} ms"
    return f"{low:.1f}–{high:.1f}" if unit == "" else f"${low:.4f}–{high:.4f}"


def difference(metric: str, value: float | None) -> str:
    """A signed difference: `+4.2 points`, `−0.3 s`."""
    if value is None:
        return "–"
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    size = abs(value)
    if METRICS[metric].unit == "share":
        return f"{sign}{100 * size:.1f} points"
    return f"{sign}{amount(metric, size)}"


def points(metric: str, low: float | None, high: float | None) -> str:
    """An interval of a difference: `−1.0 to +9.4`."""
    if low is None or high is None:
        return ""
    factor = {"share": 100, "ms": 0.001}.get(METRICS[metric].unit, 1)
    shown = (f"{factor * v:+.1f}".replace("-", "−") for v in (low, high))
    return " to ".join(shown)


def estimated(metric: str, estimate: Estimate) -> str:
    """`71.2 % (62–80 %)`."""
    found = interval(metric, estimate.low, estimate.high)
    return amount(metric, estimate.value) + (f" ({found})" if found else "")
