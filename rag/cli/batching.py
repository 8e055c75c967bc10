"""`rag batch`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli import options
from rag.cli.console import State, filters, state

if TYPE_CHECKING:
    from rag.batch import Summary


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(batch)


def batch(
    context: typer.Context,
    questions: Annotated[Path, typer.Argument(help="A .txt, .csv or .jsonl file.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="A .jsonl, .csv or .md file of answers.")
    ],
    workers: Annotated[int, typer.Option(help="Calls at once; a local model takes one.")] = 1,
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin anew; what is there is moved aside.")
    ] = False,
    rpm: Annotated[float | None, typer.Option(help="Questions a minute, at most.")] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds for one question.")] = None,
    max_cost: Annotated[float | None, typer.Option(help="US dollars for the whole output.")] = None,
    max_tokens: Annotated[int | None, typer.Option(help="Tokens for the whole output.")] = None,
    price: Annotated[
        str | None,
        typer.Option(
            help="US dollars for a million tokens, prompt and answer: 0.15/0.60.",
            metavar="IN/OUT",
        ),
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write a page about the run.")] = None,
    evidence: options.EvidenceOnly = False,
    model: options.Model = None,
    base_url: options.BaseUrl = None,
    k: options.Passages = None,
    since: options.Since = None,
    until: options.Until = None,
    speaker: options.Speaker = None,
    source: options.Source = None,
    document: options.DocumentGlob = None,
) -> None:
    """Answer a file of questions; goes on where it stopped."""
    from rag.batch import Price, run_batch

    charged = Price.parse(price) if price else None
    here = state(context)
    chosen = filters(since, until, speaker, source, document)
    with here.assistant(model=model, base_url=base_url, k=k) as assistant:
        summary = run_batch(
            questions,
            output,
            assistant,
            opener=lambda name: here.assistant(model=name or model, base_url=base_url, k=k),
            workers=workers,
            restart=restart,
            rpm=rpm,
            timeout=timeout,
            max_cost=max_cost,
            max_tokens=max_tokens,
            price=charged,
            evidence_only=evidence,
            filters=chosen,
            report=report,
            progress=here.progress(),
            notify=here.note,
        )
    _end(here, summary)


def _end(here: State, summary: Summary) -> None:
    for line in summary.lines():
        here.note(line)
    if summary.abandoned:
        # Threads that still wait for a provider would hold the process back.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(summary.exit_status)
    raise typer.Exit(summary.exit_status)
