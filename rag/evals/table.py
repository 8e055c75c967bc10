"""Runs and comparisons as tables for a terminal; no colour is needed to read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rag.evals import words
from rag.evals.compare import Comparison, Difference
from rag.evals.metrics.catalogue import METRICS
from rag.evals.runs import Run
from rag.evals.significance import Estimate

if TYPE_CHECKING:
    from rich.table import Table

STYLES = {"better": "green", "worse": "bold red", "different": "yellow"}


def run_table(run: Run, *, everything: bool = False) -> Table:
    """A run's metrics with n and 95 % interval; the headline ones, or all that were measured."""
    from rich.markup import escape
    from rich.table import Table

    failed = escape(failed_line(run) or "") or None
    table = Table(title=escape(run_line(run)), title_justify="left", caption=failed)
    for column in ("metric", "value", "95 % interval", "n"):
        table.add_column(column, justify="left" if column == "metric" else "right")
    for name, estimate in chosen(run.metrics, everything):
        table.add_row(
            f"{METRICS[name].label} [dim]{name}[/dim]",
            words.amount(name, estimate.value),
            words.interval(name, estimate.low, estimate.high),
            str(estimate.n),
        )
    return table


def comparison_table(comparison: Comparison, *, everything: bool = False) -> Table:
    """Both runs' metrics, what differs with its interval, and what may be said of it."""
    from rich.markup import escape
    from rich.table import Table

    a, b = escape(comparison.a.name), escape(comparison.b.name)
    table = Table(title=f"{b} against {a}, {comparison.n} cases", title_justify="left")
    table.add_column("metric")
    for column in (a, b, "difference", "95 % interval", "can show", "verdict"):
        table.add_column(column, justify="right")
    for d in shown_differences(comparison, everything):
        verdict = d.verdict if d.p_holm is None else f"{d.verdict} (p {_p(d.p_holm)})"
        style = STYLES.get(d.verdict, "")
        table.add_row(
            f"{METRICS[d.metric].label} [dim]{d.metric}[/dim]",
            words.amount(d.metric, d.a),
            words.amount(d.metric, d.b),
            words.difference(d.metric, d.difference),
            words.points(d.metric, d.low, d.high),
            words.difference(d.metric, d.smallest).lstrip("+") if d.smallest else "",
            f"[{style}]{verdict}[/{style}]" if style else verdict,
        )
    return table


def changes_table(comparison: Comparison, *, most: int = 20) -> Table:
    """The cases lost and won, lost ones first, with both answers."""
    from rich.markup import escape
    from rich.table import Table

    won = sum(c.won for c in comparison.changes)
    title = f"{len(comparison.changes) - won} cases lost, {won} won"
    left = len(comparison.changes) - most
    caption = f"and {left} more in the report" if left > 0 else None
    table = Table(title=title, title_justify="left", caption=caption, show_lines=True)
    for column in ("", "question", escape(comparison.a.name), escape(comparison.b.name)):
        table.add_column(column, overflow="fold")
    for change in comparison.changes[:most]:
        table.add_row(
            "won" if change.won else "lost",
            escape(f"{change.a.case.id} {change.a.case.question}"),
            escape(_said(change.a.answer.answer)),
            escape(_said(change.b.answer.answer)),
        )
    return table


def tags_table(run: Run) -> Table | None:
    """The metrics by tag, or None where no case has one."""
    from rich.markup import escape
    from rich.table import Table

    tags: list[Mapping[str, Any]] = run.record["tags"]
    if not tags:
        return None
    names = [n for n in METRICS if any(n in tag["metrics"] for tag in tags)]
    table = Table(title="By tag", title_justify="left")
    table.add_column("tag")
    table.add_column("n", justify="right")
    for name in names:
        table.add_column(METRICS[name].label, justify="right", overflow="fold")
    for tag in tags:
        estimates = {n: Estimate.from_dict(v) for n, v in tag["metrics"].items()}
        cells = (words.amount(n, estimates[n].value) if n in estimates else "" for n in names)
        table.add_row(escape(tag["tag"]), str(tag["n"]), *cells)
    return table


def judges_lines(run: Run) -> list[str]:
    """How far each judge of this run agrees with people, in a line each."""
    return [
        f"The judge “{name}” agrees with people on {100 * a['share']:.0f} % of {a['n']} labelled "
        f"sentences (kappa {a['kappa']:.2f}); it accepts {100 * a['accepts_wrong']:.0f} % of the "
        f"wrong ones and rejects {100 * a['rejects_right']:.0f} % of the right ones."
        for name, a in run.record.get("judges", {}).items()
    ]


def run_line(run: Run) -> str:
    """`seeds-readout-1a2b: readout on seeds.jsonl, 172 cases, local:…`."""
    record = run.record
    model = f", {record['model']}" if record.get("model") and run.mode == "answers" else ""
    return f"{run.name}: {record['system']} on {record['gold']['file']}, {record['n']} cases{model}"


def failed_line(run: Run) -> str | None:
    """`failed 3: s01, s02, …`: they are in no mean."""
    failed = [s.case.id for s in run.failed]
    if not failed:
        return None
    return f"failed {len(failed)}, in no figure above: {', '.join(failed[:8])}" + (
        " …" if len(failed) > 8 else ""
    )


def chosen(metrics: Mapping[str, Estimate], everything: bool) -> Iterable[tuple[str, Estimate]]:
    """The measured metrics in the catalogue's order; without `everything` the headline ones.

    A run that measured no headline metric shows what it has.
    """
    measured = [(n, metrics[n]) for n in METRICS if n in metrics and metrics[n].n]
    headline = [(n, e) for n, e in measured if METRICS[n].headline]
    return measured if everything or not headline else headline


def shown_differences(comparison: Comparison, everything: bool) -> list[Difference]:
    """The differences measured; without `everything` the headline ones and all that are sure."""
    found = [d for d in comparison.differences if d.n]
    if everything:
        return found
    return [d for d in found if METRICS[d.metric].headline or d.verdict in {"better", "worse"}]


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _said(text: str) -> str:
    line = " ".join(text.split()) or "(no answer)"
    return line if len(line) <= 400 else f"{line[:399]}…"
