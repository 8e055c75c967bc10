"""What the commands share: the open workspace, the terminal, progress, errors."""

from __future__ import annotations

import sys
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from rag.errors import RagError
from rag.types import Filters
from rag.workspace import Workspace, cache_folder

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from rag.assistant import Assistant


@dataclass
class State:
    """The global options, and what they open."""

    root: Path | None
    offline: bool
    verbose: bool
    quiet: bool
    _consoles: dict[bool, Any] = field(default_factory=dict)

    def workspace(self, **overrides: Any) -> Workspace:
        """The workspace of this run, its settings overridden by the command's options."""
        if self.offline:
            overrides["offline"] = True
        return Workspace.open(self.root, **overrides)

    def assistant(
        self, *, model: str | None = None, base_url: str | None = None, k: int | None = None
    ) -> Assistant:
        """The assistant of this run's workspace."""
        from rag.assistant import Assistant

        return Assistant.open(self.workspace(model=model, base_url=base_url, passages=k))

    def console(self, *, err: bool = False) -> Console:
        """Standard output, or standard error for progress, notes and errors."""
        from rich.console import Console

        if err not in self._consoles:
            self._consoles[err] = Console(
                stderr=err, highlight=False, soft_wrap=not sys.stdout.isatty(), markup=False
            )
        console: Console = self._consoles[err]
        return console

    def show(self, *renderables: RenderableType) -> None:
        """Prints to standard output."""
        self.console().print(*renderables)

    def show_table(self, table: RenderableType) -> None:
        """Prints a table whose cells use markup; what comes from documents is escaped in it."""
        from rich.console import Console

        Console(highlight=False, width=None if sys.stdout.isatty() else 110).print(table)

    def note(self, text: str) -> None:
        """Prints to standard error, unless `--quiet`."""
        if not self.quiet:
            self.console(err=True).print(text)

    def writing(self) -> Writing:
        """A line on a terminal that says the model is at work; nothing elsewhere."""
        return Writing(self.console(err=True), shown=not self.quiet and sys.stderr.isatty())

    def progress(self) -> Bar | None:
        """A progress display on a terminal; None where nobody watches."""
        if self.quiet or not sys.stderr.isatty():
            return None
        return Bar(self.console(err=True))


class Writing:
    """A moving line while a model writes; it is gone before anything is printed."""

    def __init__(self, console: Console, *, shown: bool) -> None:
        self._console, self._shown = console, shown
        self._status: Any = None

    def __enter__(self) -> Writing:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def say(self, text: str) -> None:
        """Shows `text` in place of what was shown."""
        if not self._shown:
            return
        if self._status is None:
            self._status = self._console.status(text)
            self._status.start()
        self._status.update(text)

    def stop(self) -> None:
        """Takes the line away."""
        if self._status is not None:
            self._status.stop()
            self._status = None


class Bar:
    """Progress on a terminal, one bar a step."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown: Any = None
        self._task: Any = None
        self._label = ""

    def start(self, label: str, total: int | None, unit: str) -> None:
        """A step begins."""
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            MofNCompleteColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeRemainingColumn,
        )

        self.finish()
        counted = DownloadColumn() if unit == "bytes" else MofNCompleteColumn()
        columns = [SpinnerColumn(), TextColumn("{task.description}")]
        if total is not None:
            columns += [
                BarColumn(),
                counted,
                TextColumn(unit.replace("bytes", "")),
                TimeRemainingColumn(),
            ]
        self._label = label
        self._shown = Progress(*columns, console=self._console, transient=True)
        self._task = self._shown.add_task(label, total=total)
        self._shown.start()

    def advance(self, n: int = 1) -> None:
        """`n` more units are done."""
        if self._shown is not None:
            self._shown.advance(self._task, n)

    def note(self, text: str) -> None:
        """A few words beside the step's name, such as scores so far."""
        if self._shown is not None:
            self._shown.update(self._task, description=f"{self._label}  {text}")

    def finish(self) -> None:
        """The step is over."""
        if self._shown is not None:
            self._shown.stop()
            self._shown = None


def state(context: typer.Context) -> State:
    """The global options of a command's context."""
    found: State = context.obj
    return found


def filters(
    since: str | None,
    until: str | None,
    speaker: str | None,
    source: str | None,
    document: str | None,
) -> Filters:
    """The filter options as a value.

    Raises:
        UsageError: a date is not ISO.
    """
    from rag.question.dates import require_iso

    return Filters(
        since=require_iso(since, "--since"),
        until=require_iso(until, "--until"),
        speaker=speaker,
        source=source,
        document=document,
    )


def report_error(exc: RagError) -> int:
    """Says what was wrong and what mends it, on standard error; gives the exit status."""
    from rag.words import sanitize

    if "--verbose" in sys.argv:
        traceback.print_exception(exc)
    typer.echo(sanitize(f"rag: {exc.message}"), err=True)
    if exc.hint:
        typer.echo(sanitize(f"     {exc.hint}"), err=True)
    return exc.exit_status


def report_defect(exc: Exception) -> int:
    """A defect of ours: the traceback goes to a log, one line to the person."""
    import tempfile

    if "--verbose" in sys.argv:
        traceback.print_exception(exc)
    text = "".join(traceback.format_exception(exc))
    try:
        folder = cache_folder() / "logs"
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir())
    log = folder / "last-error.log"
    try:
        log.write_text(text, encoding="utf-8")
        where = f"the log is {log}"
    except OSError:
        where = "no log could be written; try again with --verbose"
    typer.echo(f"rag: a defect in rag itself ({type(exc).__name__}: {exc}); {where}.", err=True)
    return 1
