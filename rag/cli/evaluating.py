"""`rag eval` and `rag eval compare`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli import options
from rag.cli.console import State, state
from rag.errors import UsageError

if TYPE_CHECKING:
    from rag.evals.compare import Comparison
    from rag.evals.runs import Run


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("eval")(evaluate)


def evaluate(
    context: typer.Context,
    gold: Annotated[
        list[str], typer.Argument(help="A gold file, or: compare RUN RUN", metavar="GOLD")
    ],
    system: Annotated[str, typer.Option(help="readout, or plain: the pipeline of tutorials.")] = (
        "readout"
    ),
    retrieval_only: Annotated[
        bool, typer.Option("--retrieval-only", help="Only what is found; no model.")
    ] = False,
    evidence: options.EvidenceOnly = False,
    limit: Annotated[int | None, typer.Option(help="So many cases, evenly chosen.")] = None,
    seed: Annotated[int, typer.Option(help="Of the choice.")] = 0,
    answers: Annotated[
        Path | None, typer.Option(help="Score the answers in this file; ask nothing.")
    ] = None,
    baseline: Annotated[str | None, typer.Option(help="A run to compare with.")] = None,
    fail_under: Annotated[
        list[str] | None, typer.Option(help="metric=value; exit 4 where it is not met.")
    ] = None,
    fail_on_regression: Annotated[
        bool, typer.Option("--fail-on-regression", help="Exit 4 where worse than the baseline.")
    ] = False,
    without: Annotated[
        list[str] | None, typer.Option(help="Switch a stage of retrieval off.")
    ] = None,
    judge: Annotated[str | None, typer.Option(help="A model that judges answers besides.")] = None,
    model: options.Model = None,
    k: options.Passages = None,
    output: Annotated[str | None, typer.Option("-o", "--output", help="The run's name.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Show every metric.")] = False,
    as_json: options.Json = False,
) -> None:
    """Run an evaluation against gold answers, or compare two runs."""
    from rag.evals.evaluate import Request, run_eval
    from rag.evals.gates import parse_gates, regressions, unmet

    here = state(context)
    if gold[0] == "compare":
        _compare(here, gold[1:], everything=everything)
        return
    if len(gold) > 1:
        raise UsageError(f"One gold file at a time, not {len(gold)}.", hint="rag eval GOLD")
    if system not in {"readout", "plain"}:
        raise UsageError(f"No system `{system}`.", hint="Use readout or plain.")
    gates = parse_gates(fail_under or ())
    if fail_on_regression and not baseline:
        raise UsageError(
            "`--fail-on-regression` needs a baseline.", hint="Name one: --baseline RUN"
        )
    request = Request(
        gold=Path(gold[0]),
        system=system,  # type: ignore[arg-type]
        mode="retrieval" if retrieval_only else "evidence" if evidence else "answers",
        model=model,
        limit=limit,
        seed=seed,
        passages=k,
        without=_stages(without),
        answers=answers,
        judge=judge,
        baseline=baseline,
        output=output,
    )
    done = run_eval(here.workspace(), request, here.progress())
    _show(here, done.run, done.comparison, everything=everything, as_json=as_json)
    here.note(f"The report is in {done.report}")
    missed = unmet(done.run, gates)
    if fail_on_regression and done.comparison:
        missed += regressions(done.comparison)
    for line in missed:
        here.note(f"Gate: {line}")
    if missed:
        raise typer.Exit(4)
    if done.run.failed:
        raise typer.Exit(3)


def _stages(given: list[str] | None) -> tuple[str, ...]:
    from rag.retrieve import STAGES

    for name in given or ():
        if name not in STAGES:
            raise UsageError(f"No stage `{name}`.", hint=f"Stages: {', '.join(STAGES)}.")
    return tuple(given or ())


def _show(
    here: State, run: Run, comparison: Comparison | None, *, everything: bool, as_json: bool
) -> None:
    from rag.evals import table

    if as_json:
        metrics = {name: e.to_dict() for name, e in run.metrics.items()}
        typer.echo(json.dumps({"run": str(run.folder), "metrics": metrics}, ensure_ascii=False))
        return
    here.show_table(table.run_table(run, everything=everything))
    for line in (*table.judges_lines(run), table.failed_line(run)):
        if line:
            here.note(line)
    if comparison is not None:
        here.show_table(table.comparison_table(comparison, everything=everything))


def _compare(here: State, names: list[str], *, everything: bool) -> None:
    from rag.evals import table
    from rag.evals.evaluate import compare_folders

    if len(names) != 2:
        raise UsageError("Two runs are compared.", hint="rag eval compare RUN RUN")
    comparison, report = compare_folders(here.workspace(), names[0], names[1])
    here.show_table(table.comparison_table(comparison, everything=everything))
    here.show_table(table.changes_table(comparison))
    here.note(f"The report is in {report}")
