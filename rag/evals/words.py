"""Numbers in the form in which people read them."""

from __future__ import annotations

from rag.evals.metrics.catalogue import METRICS


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
    if METRICS[metric].unit == "ms":
        seconds = max(abs(low), abs(high)) >= 1000
        shown = [f"{v / 1000:+.1f} s" if seconds else f"{v:+.0f} ms" for v in (low, high)]
    else:
        factor = 100 if METRICS[metric].unit == "share" else 1
        shown = [f"{factor * v:+.1f}" for v in (low, high)]
    return " to ".join(shown).replace("-", "−")
