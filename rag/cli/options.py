"""Options that several commands take, said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Since = Annotated[
    str | None, typer.Option(help="Published on or after this date (ISO, may be partial).")
]
Until = Annotated[str | None, typer.Option(help="Published on or before this date.")]
Speaker = Annotated[str | None, typer.Option(help="Only documents in which this one speaks.")]
Source = Annotated[str | None, typer.Option(help="Only documents of this outlet.")]
DocumentGlob = Annotated[
    str | None, typer.Option("--document", help="Only documents of this name (glob).")
]
Model = Annotated[
    str | None, typer.Option(help="local, local:NAME, local:/x.gguf or provider:model.")
]
BaseUrl = Annotated[str | None, typer.Option(help="An OpenAI-compatible server.")]
Passages = Annotated[int | None, typer.Option("-k", min=1, max=100, help="Passages to find.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
EvidenceOnly = Annotated[bool, typer.Option("--evidence", help="No model: the quotes alone.")]
OutputFile = Annotated[Path | None, typer.Option("-o", "--output", help="Where to write.")]
