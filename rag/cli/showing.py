"""`rag show`."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from rag.cli.console import state
from rag.errors import UsageError

SPAN = re.compile(r"^(?P<name>.+):(?P<start>\d+)-(?P<end>\d+)$")
CONTEXT = 400
"""Characters shown around a span."""


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(show)


def show(
    context: typer.Context,
    document: Annotated[str, typer.Argument(help="DOCUMENT or DOCUMENT:START-END")],
    raw: Annotated[
        bool, typer.Option("--raw", help="Print the stored text exactly, nothing else.")
    ] = False,
) -> None:
    """Show the stored text of a document, a span of it highlighted."""
    import sys

    from rag.index import Index
    from rag.render import highlighted

    here = state(context)
    with Index.open(here.workspace()) as index:
        known = {d.name for d in index.documents()}
        match = None if document in known else SPAN.match(document)
        stored = index.document(match["name"] if match else document)
    start, end = (int(match["start"]), int(match["end"])) if match else (0, 0)
    if end > len(stored.text) or start > end:
        raise UsageError(
            f"{stored.name} has characters 0 to {len(stored.text)}, not {start}-{end}.",
            hint=f"See all of it: rag show {stored.name}",
        )
    if raw:
        text = stored.text[start:end] if match else stored.text
        sys.stdout.buffer.write(text.encode("utf-8"))
        return
    here.show(highlighted(stored, start, end, around=CONTEXT if match else None))
