"""`rag chat`."""

from __future__ import annotations

from typing import Annotated

import typer

from rag.cli import options
from rag.cli.console import filters, state


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(chat)


def chat(
    context: typer.Context,
    session: Annotated[
        str | None, typer.Option(help="The conversation to go on with, or a new one's name.")
    ] = None,
    list_them: Annotated[bool, typer.Option("--list", help="List the conversations.")] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="For screen readers: plain lines only.")
    ] = False,
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
    """Ask in a conversation; questions may follow up on earlier ones."""
    from rag.chat import list_sessions, run_chat

    here = state(context)
    workspace = here.workspace(model=model, base_url=base_url, passages=k)
    if list_them:
        for info in list_sessions(workspace):
            when = f"{info.changed:%Y-%m-%d %H:%M}"
            here.show(f"{when}  {info.turns:3}  {info.name}  {info.first_question}")
        return
    chosen = filters(since, until, speaker, source, document)
    status = run_chat(
        workspace,
        lambda name: here.assistant(model=name or model, base_url=base_url, k=k),
        session=session,
        plain=plain,
        filters=chosen,
        evidence_only=evidence,
        model=model,
    )
    raise typer.Exit(status)
