"""A run, or two against each other, as one page to read: no network, no script from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from rag.evals import plots, table, words
from rag.evals.compare import Comparison, Difference
from rag.evals.metrics.catalogue import METRICS
from rag.evals.runs import Run
from rag.evals.score import Scored
from rag.evals.significance import Estimate
from rag.evals.troubles import OUTCOMES, outcome, troubles
from rag.render import attribution
from rag.types import Citation

if TYPE_CHECKING:
    from jinja2 import Environment

GROUPS = ("Overall", "Answers", "Citations", "Saying no", "Search", "Length", "Cost")


def write_report(path: Path, run: Run, comparison: Comparison | None = None) -> None:
    """Writes the page of a run; with a comparison, of its run b against its run a."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(render_report(run, comparison), encoding="utf-8", errors="replace")
    fresh.replace(path)


def render_report(run: Run, comparison: Comparison | None = None) -> str:
    """The page as text."""
    style, script = _packaged("report.css"), _packaged("report.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        _environment()
        .get_template("report.html")
        .render(
            run=run,
            record=run.record,
            comparison=comparison,
            summary=_summary(run, comparison),
            failed=_failed(run),
            groups=_groups(run, comparison),
            tags=_tags(run, comparison),
            curves=_curves(run, comparison),
            cases=_cases(run, comparison),
            outcomes=_outcomes(run),
            all_tags=sorted({t for s in run.scored for t in s.case.tags}),
            judges=table.judges_lines(run),
            style=Markup(style),
            script=Markup(script),
            script_hash=digest,
        )
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_packaged),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["squeeze"] = lambda text: " ".join(str(text).split())
    return environment


def _packaged(name: str) -> str:
    return (files("rag.evals") / "page" / name).read_text(encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One metric as the page shows it."""

    name: str
    label: str
    about: str
    headline: bool
    n: int
    value: str
    interval: str
    bar: Markup | None
    before: str = ""
    difference: str = ""
    points: str = ""
    verdict: str = ""
    smallest: str = ""
    won: int = 0
    lost: int = 0


@dataclass(frozen=True, kw_only=True)
class Side:
    """One run's answer to one case."""

    name: str
    outcome: str
    label: str
    scored: Scored
    troubles: Sequence[str]
    citations: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """One case as the page shows it."""

    scored: Scored
    sides: Sequence[Side]
    changed: str
    """`won`, `lost` or empty."""

    @property
    def main(self) -> Side:
        """The side of the run that the page is about."""
        return self.sides[-1]


def _groups(run: Run, comparison: Comparison | None) -> list[tuple[str, list[Row]]]:
    metrics = run.metrics
    rows = {n: _row(n, metrics[n], comparison) for n in METRICS if n in metrics}
    found = [(g, [r for n, r in rows.items() if METRICS[n].group == g]) for g in GROUPS]
    return [(g, group) for g, group in found if any(r.n for r in group)]


def _row(name: str, estimate: Estimate, comparison: Comparison | None) -> Row:
    metric = METRICS[name]
    found = comparison.of(name) if comparison else None
    compared = found if found and found.n else None
    return Row(
        name=name,
        label=metric.label,
        about=metric.about,
        headline=metric.headline,
        n=estimate.n,
        value=words.amount(name, estimate.value),
        interval=words.interval(name, estimate.low, estimate.high),
        bar=_bar(name, estimate, comparison),
        **(_compared(compared) if compared else {}),
    )


def _compared(d: Difference) -> dict[str, Any]:
    return {
        "before": words.amount(d.metric, d.a),
        "difference": words.difference(d.metric, d.difference),
        "points": words.points(d.metric, d.low, d.high),
        "verdict": d.verdict,
        "smallest": words.difference(d.metric, d.smallest).lstrip("+") if d.smallest else "",
        "won": d.won,
        "lost": d.lost,
    }


def _bar(name: str, estimate: Estimate, comparison: Comparison | None) -> Markup | None:
    if METRICS[name].unit != "share" or estimate.value is None:
        return None
    rows = [("b", estimate.value, estimate.low, estimate.high)]
    before = comparison.a.metrics.get(name) if comparison else None
    if before and before.value is not None:
        rows.insert(0, ("a", before.value, before.low, before.high))
    return plots.share_bar(rows)


def _tags(run: Run, comparison: Comparison | None) -> list[dict[str, Any]]:
    """The accuracy of each tag (else what the run has of it), drawn on one scale."""
    earlier = {t["tag"]: t for t in comparison.a.record["tags"]} if comparison else {}
    name = "accuracy" if run.mode != "retrieval" else "sentence_recall@5"
    rows = []
    for tag in run.record["tags"]:
        sides = [("a", earlier.get(tag["tag"])), ("b", tag)]
        found = [(k, t["metrics"][name]) for k, t in sides if t and name in t["metrics"]]
        if found and found[-1][0] == "b":
            bars = [(k, e["value"], e["low"], e["high"]) for k, e in found]
            now = found[-1][1]
            shown = {
                "value": words.amount(name, now["value"]),
                "interval": words.interval(name, now["low"], now["high"]),
            }
            rows.append({**tag, "n": now["n"], "bar": plots.share_bar(bars), **shown})
    return rows


def _curves(run: Run, comparison: Comparison | None) -> list[dict[str, Any]]:
    runs = [("a", comparison.a), ("b", run)] if comparison else [("b", run)]
    risk = [
        plots.Series(label=r.name, points=r.record.get("risk_coverage", ()), kind=k)
        for k, r in runs
    ]
    found = []
    if run.mode == "answers" and any(s.points for s in risk):
        found.append(
            {
                "title": "Can it tell when it is right?",
                "about": "Taking its answers from the surest down: how many of them are wrong. "
                "A good line stays low for long.",
                "svg": plots.line_plot(
                    risk,
                    across="questions answered, %",
                    up="of these wrong, %",
                    x_max=1.0,
                    x_unit="%",
                ),
            }
        )
    times = {k: _times(r) for k, r in runs}
    longest = max((t[-1] for t in times.values() if t), default=0.0)
    if longest > 0:
        series = [plots.Series(label=r.name, points=_shares(times[k]), kind=k, steps=True)
                  for k, r in runs]  # fmt: skip
        found.append(
            {
                "title": "How long does it take?",
                "about": "Share of questions that are done within so many seconds.",
                "svg": plots.line_plot(
                    series, across="seconds", up="questions done, %", x_max=longest, x_unit="s"
                ),
            }
        )
    return found


def _times(run: Run) -> list[float]:
    name = "retrieve_ms" if run.mode == "retrieval" else "total_ms"
    return sorted(v / 1000 for s in run.scored if (v := s.columns.get(name)) is not None)


def _shares(times: Sequence[float]) -> list[tuple[float, float]]:
    return [(0.0, 0.0), *((t, i / len(times)) for i, t in enumerate(times, 1))]


def _cases(run: Run, comparison: Comparison | None) -> list[CaseView]:
    before = {s.case.id: s for s in comparison.a.scored} if comparison else {}
    changed = (
        {c.b.case.id: "won" if c.won else "lost" for c in comparison.changes} if comparison else {}
    )
    return [
        CaseView(
            scored=s,
            sides=[
                *([_side(comparison.a.name, before[s.case.id])]
                  if comparison and s.case.id in before else []),
                _side(run.name, s),
            ],
            changed=changed.get(s.case.id, ""),
        )
        for s in run.scored
    ]  # fmt: skip


def _side(name: str, scored: Scored) -> Side:
    kind = outcome(scored)
    return Side(
        name=name,
        outcome=kind,
        label=OUTCOMES[kind],
        scored=scored,
        troubles=troubles(scored),
        citations=[_citation(scored, c) for c in scored.answer.citations],
    )


def _citation(scored: Scored, citation: Citation) -> dict[str, Any]:
    before, after = scored.around.get(citation.number, ("", ""))
    parts = [attribution(citation), citation.published, citation.document]
    return {
        "number": citation.number,
        "heading": " · ".join(p for p in parts if p),
        "before": before,
        "quote": citation.quote,
        "after": after,
        "wrong": citation.document in scored.case.wrong_documents,
        "right": citation.document in scored.case.documents,
        "missing": citation.number not in scored.around,
    }


def _outcomes(run: Run) -> list[tuple[str, str, int]]:
    counted = [outcome(s) for s in run.scored]
    return [
        (kind, label, counted.count(kind)) for kind, label in OUTCOMES.items() if kind in counted
    ]


def _summary(run: Run, comparison: Comparison | None) -> list[str]:
    """What a reader should take away, in a few sentences."""
    metrics = run.metrics
    told = [
        ("accuracy", "It handled {} of {} questions right."),
        (
            "right_answer",
            "Where the documents hold an answer, it gave a right one in {} of {} cases.",
        ),
        ("abstention_recall", "Where they hold none, it said so in {} of {}."),
        ("doc_success@5", "A right document was among the first five in {} of {} searches."),
        ("sentence_recall@5", "The first five quotes hold {} of the gold sentences (n = {})."),
    ]
    wanted = told[:3] if run.mode != "retrieval" else told[3:]
    found = [
        text.format(words.amount(name, e.value), e.n)
        for name, text in wanted
        if (e := metrics.get(name)) and e.n
    ]
    return [*found, *(_against(comparison) if comparison else [])]


def _failed(run: Run) -> str:
    """The questions that failed, in a sentence."""
    ids = [s.case.id for s in run.failed]
    if not ids:
        return ""
    shown = ", ".join(ids[:8]) + (" …" if len(ids) > 8 else "")
    told = (
        "1 question failed and counts"
        if len(ids) == 1
        else f"{len(ids)} questions failed and count"
    )
    return f"{told} in no figure: {shown}."


def _against(comparison: Comparison) -> Iterable[str]:
    judged = [d for d in comparison.differences if d.n and METRICS[d.metric].guarded]
    for verdict in ("better", "worse"):
        names = [METRICS[d.metric].label for d in judged if d.verdict == verdict]
        if names:
            yield f"Against {comparison.a.name} it is {verdict} in “{'”, “'.join(names)}”."
    if not any(d.verdict in {"better", "worse"} for d in judged):
        yield f"Against {comparison.a.name} there is no clear difference."
