"""Plots as SVG: drawn by hand so that they take the page's type and colours, light and dark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 460, 250
LEFT, RIGHT, TOP, BOTTOM = 34, 14, 32, 42


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line of a plot: points from left to right."""

    label: str
    points: Sequence[tuple[float, float]]
    kind: str = "a"
    """`a` or `b`: which colour."""
    steps: bool = False


def share_bar(rows: Sequence[tuple[str, float, float | None, float | None]]) -> Markup:
    """Values from 0 to 1 on one scale: a dot each with its interval, one row a run."""
    height = 10 + 12 * len(rows)
    parts = [f'<line class="axis" x1="4" x2="216" y1="{height - 3}" y2="{height - 3}"/>']
    for i in range(5):
        parts.append(
            f'<line class="tick" x1="{4 + 53 * i}" x2="{4 + 53 * i}" y1="2" y2="{height}"/>'
        )
    for row, (kind, value, low, high) in enumerate(rows):
        y = 9 + 12 * row
        if low is not None and high is not None:
            ends = f'x1="{_bar(low)}" x2="{_bar(high)}" y1="{y}" y2="{y}"'
            parts.append(f'<line class="whisker {kind}" {ends}/>')
        parts.append(f'<circle class="dot {kind}" cx="{_bar(value)}" cy="{y}" r="4"/>')
    return _svg(220, height, "".join(parts), "bar", "share from 0 to 100 %")


def _bar(value: float) -> str:
    return f"{4 + 212 * min(1.0, max(0.0, value)):.1f}"


def line_plot(
    series: Sequence[Series], *, across: str, up: str, x_max: float, x_unit: str
) -> Markup:
    """Lines over a horizontal scale from 0 to `x_max` and shares from 0 to 1 upwards."""
    drawn = [s for s in series if s.points]
    if not drawn or x_max <= 0:
        return Markup('<p class="empty">Nothing to draw: no case has these figures.</p>')
    parts = [_grid(x_max, x_unit), _labels(across, up)]
    parts += [_line(s, x_max) for s in drawn]
    return _svg(WIDTH, HEIGHT, "".join(parts), "plot", f"{up} against {across}")


def _x(value: float, x_max: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * value / x_max


def _y(value: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value


def _grid(x_max: float, x_unit: str) -> str:
    parts = []
    for i in range(5):
        y = _y(i / 4)
        parts.append(
            f'<line class="tick" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        )
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" class="end">{25 * i}</text>')
        x = _x(x_max * i / 4, x_max)
        value = x_max * i / 4
        shown = f"{100 * value:.0f}" if x_unit == "%" else f"{value:.3g}"
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 16}" class="middle">{shown}</text>')
    return "".join(parts)


def _labels(across: str, up: str) -> str:
    middle = (LEFT + WIDTH - RIGHT) / 2
    return (
        f'<text x="{middle}" y="{HEIGHT - 6}" class="middle name">{escape(across)}</text>'
        f'<text x="0" y="12" class="name">{escape(up)}</text>'
    )


def _line(series: Series, x_max: float) -> str:
    path, last = [], 0.0
    for i, (x, y) in enumerate(series.points):
        at = f"{_x(min(x, x_max), x_max):.1f}"
        if series.steps and i:
            path.append(f"L{at} {_y(last):.1f}")
        path.append(f"{'L' if i else 'M'}{at} {_y(y):.1f}")
        last = y
    label = f"<title>{escape(series.label)}</title>"
    if len(series.points) == 1:
        x, y = series.points[0]
        at = f'cx="{_x(x, x_max):.1f}" cy="{_y(y):.1f}" r="4"'
        return f'<circle class="dot {series.kind}" {at}>{label}</circle>'
    return f'<path class="curve {series.kind}" d="{"".join(path)}">{label}</path>'


def _svg(width: int, height: int, inner: str, kind: str, label: str) -> Markup:
    # Every text in it is escaped above, or a number.
    return Markup(
        f'<svg class="{kind}" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(label)}">{inner}</svg>'
    )
