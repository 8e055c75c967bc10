"""`rag init`, `rag index` and `rag status`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli import options
from rag.cli.console import State, state
from rag.errors import RagError, UsageError

if TYPE_CHECKING:
    from rag.index import Report, Status
    from rag.workspace import Workspace

EXAMPLE_SETTINGS = """\
# Settings of this workspace. Each has a default; remove the # to change one.
# documents = "seeds"              # folder of the documents
# model = "local"                  # or "local:NAME", "openai:gpt-4.1", "ollama:…"
# embedder = "all-minilm-l6-v2"
# store = "http://localhost:8000"  # a Chroma server instead of index/
# offline = false
"""


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(init)
    app.command()(index)
    app.command()(status)


def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where to make it.")] = Path(),
) -> None:
    """Make a workspace with example settings; nothing that exists is overwritten."""
    here = state(context)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file.", hint="Name a folder: rag init DIR")
    try:
        for name in ("seeds", "index", "prompts", "evals"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        settings = folder / "rag.toml"
        if not settings.exists():
            settings.write_text(EXAMPLE_SETTINGS, encoding="utf-8")
    except OSError as exc:
        raise UsageError(f"Cannot make a workspace at {folder}: {exc.strerror}.") from exc
    there = "" if folder == Path() else f" --workspace {folder}"
    here.note(f"A workspace is at {folder.resolve()}. Put documents into {folder / 'seeds'}, then:")
    here.note(f"  rag{there} index")


def index(
    context: typer.Context,
    paths: Annotated[list[Path] | None, typer.Argument(help="Only these files or folders.")] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build everything anew.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on as the folder changes.")] = False,
    as_json: options.Json = False,
) -> None:
    """Bring the index up to date: new, changed and deleted files, nothing else."""
    from rag.embed import load_embedder
    from rag.index import build
    from rag.index import watch as follow

    here = state(context)
    workspace = here.workspace()
    bar = here.progress()

    def embedder():  # type: ignore[no-untyped-def]  # noqa: ANN202
        return load_embedder(workspace, bar)

    if watch:
        here.note("Watching; Ctrl-C ends it.")
        for each in follow(workspace, embedder, progress=bar):
            if isinstance(each, RagError):
                here.note(f"rag: {each.message} {each.hint}")
            else:
                _tell(here, each, as_json=as_json)
        return
    only = [_below(workspace, p) for p in paths or ()]
    report = build(workspace, embedder, rebuild=rebuild, progress=bar, only=only)
    _tell(here, report, as_json=as_json)
    if report.failed:
        raise typer.Exit(3)


def _below(workspace: Workspace, path: Path) -> str:
    """A path given on the command line as one below the documents folder."""
    for candidate in (path.absolute(), workspace.documents / path):
        if candidate.is_relative_to(workspace.documents):
            return candidate.relative_to(workspace.documents).as_posix()
    raise UsageError(
        f"{path} is not below the documents folder {workspace.documents}.",
        hint="Put it there, or set `documents` in rag.toml.",
    )


def _tell(here: State, report: Report, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(report.to_dict(), ensure_ascii=False))
    else:
        here.show(_summary(report))
        for why in report.rebuilt_because:
            here.note(f"Rebuilt: {why}")
    for failed in report.failed:
        line = f":{failed.line}" if failed.line else ""
        here.note(f"Failed: {failed.name}{line}: {failed.reason} {failed.hint}".rstrip())


def _summary(report: Report) -> str:
    counts = {
        "new": report.added,
        "changed": report.changed,
        "renamed": report.renamed,
        "deleted": report.deleted,
        "unchanged": report.unchanged,
        "failed": len(report.failed),
    }
    parts = ", ".join(f"{n} {name}" for name, n in counts.items() if n) or "nothing to do"
    return (
        f"{report.documents} documents, {report.passages} passages, {report.statements} statements"
        f" ({parts}; {report.passages_embedded} passages embedded) in {report.seconds:.1f} s"
    )


def status(context: typer.Context, as_json: options.Json = False) -> None:
    """Say what the index holds, what failed, and what is stale."""
    from rag.index import status as look

    here = state(context)
    found = look(here.workspace())
    if as_json:
        typer.echo(json.dumps(found.to_dict(), ensure_ascii=False))
        return
    for line in _status_lines(found, here.workspace().settings.model):
        here.show(line)


def _status_lines(found: Status, model: str) -> list[str]:
    if found.problem:
        return [f"problem     {found.problem}", f"            {found.hint}"]
    if not found.exists:
        return ["There is no index yet. Make it: rag index"]
    lines = [
        f"documents   {found.documents}",
        f"passages    {found.passages} ({found.sentences} sentences)",
        f"statements  {found.statements}",
        f"embedder    {found.embedder}",
        f"model       {model}",
        f"store       {found.store or 'index/chroma'}",
        f"fingerprint {found.fingerprint}",
    ]
    for name in ("new", "changed", "deleted"):
        if stale := getattr(found, name):
            shown = ", ".join(stale[:5]) + (" …" if len(stale) > 5 else "")
            lines.append(f"{name:11} {len(stale)}: {shown}  (rag index)")
    lines.extend(f"will rebuild {why}" for why in found.rebuild_because)
    if found.unfinished:
        lines.append("unfinished  a run was cut off; rag index goes on from there")
    lines.extend(f"failed      {f.name}: {f.reason}" for f in found.failures)
    return lines
