"""The application: global options, commands registered, errors to exit statuses."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from rag import __version__
from rag.cli import (
    asking,
    batching,
    chatting,
    evaluating,
    indexing,
    showing,
    telling,
    weighing,
)
from rag.cli.console import State, report_defect, report_error
from rag.errors import RagError

INTERRUPTED = 130
"""The exit status after Ctrl-C."""

app = typer.Typer(
    name="rag",
    help="Answers from your own documents, every sentence checked against the place it cites.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (indexing, asking, chatting, batching, evaluating, telling, showing, weighing):
    module.register(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rag {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    workspace: Annotated[
        Path | None, typer.Option(help="The workspace folder; else RAG_WORKSPACE, else here.")
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Never use the network.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Show tracebacks, raw drafts and timings.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress, no notes.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Options that every command takes."""
    context.obj = State(root=workspace, offline=offline, verbose=verbose, quiet=quiet)


def main() -> None:
    """Runs the application; every way it can end has its exit status."""
    status = 0
    try:
        status = app(standalone_mode=False) or 0
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("Interrupted.", err=True)
        status = INTERRUPTED
    except RagError as exc:
        status = report_error(exc)
    except BrokenPipeError:
        # The reader of our output has left (`rag … | head`): nothing more to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as exc:
        show = getattr(exc, "show", None)
        if callable(show):  # a usage error that Typer found
            show()
            status = getattr(exc, "exit_code", 2)
        else:
            status = report_defect(exc)
    if status == INTERRUPTED:
        _leave_at_once()
    sys.exit(status if isinstance(status, int) else 0)


def _leave_at_once() -> NoReturn:
    """Ends without the usual farewells: a local model that still computes holds nobody back.

    Everything that keeps something on the disk has been left in good order on the way here.
    """
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(INTERRUPTED)
