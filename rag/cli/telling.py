"""`rag said`: the ledger of statements, as a table, CSV, JSON or a matrix."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.cli import options
from rag.cli.console import State, state
from rag.errors import UsageError

if TYPE_CHECKING:
    from rag.statements.ledger import Matrix
    from rag.types import Party, Statement

CLOCKS = ("said", "published", "referred_to")
FORMULA = ("=", "+", "-", "@", "\t")


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command()(said)


def said(
    context: typer.Context,
    by: Annotated[str | None, typer.Option(help="Who said it: a person or a country.")] = None,
    about: Annotated[str | None, typer.Option(help="Words or a country it is about.")] = None,
    to: Annotated[str | None, typer.Option(help="Who it was said to.")] = None,
    reported_by: Annotated[
        str | None, typer.Option("--reported-by", help="Who reports that they said it.")
    ] = None,
    since: options.Since = None,
    until: options.Until = None,
    clock: Annotated[
        str, typer.Option(help="The date meant: said, published or referred_to.")
    ] = "published",
    matrix: Annotated[
        str | None, typer.Option(help="country,TOPIC,TOPIC …: who spoke on what, how often.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write the matrix as a page.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: options.Json = False,
) -> None:
    """List who said what, to whom, when, and who reports it."""
    from rag.assistant import Assistant
    from rag.question.dates import require_iso
    from rag.statements.ledger import select

    if clock not in CLOCKS:
        raise UsageError(f"No clock `{clock}`.", hint=f"Use {', '.join(CLOCKS)}.")
    here = state(context)
    with Assistant.open(here.workspace()) as assistant:
        chosen = select(
            assistant.index.statements(),
            assistant.names,
            by=by,
            about=about,
            to=to,
            reported_by=reported_by,
            since=require_iso(since, "--since"),
            until=require_iso(until, "--until"),
            clock=clock,  # type: ignore[arg-type]
        )
        if matrix is not None:
            _matrix(here, assistant.names, chosen.statements, matrix, html)
            return
    if as_json:
        rows = [_row(s) for s in chosen.statements]
        typer.echo(
            json.dumps(
                {"statements": rows, "unattributed": chosen.unattributed}, ensure_ascii=False
            )
        )
    elif as_csv:
        _csv(chosen.statements)
    elif chosen.statements:
        _table(here, chosen.statements, clock)
    here.note(_counted(len(chosen.statements), chosen.unattributed, chosen.undated, clock))


def _counted(found: int, unattributed: int, undated: int, clock: str) -> str:
    parts = [f"{found} statement" + ("" if found == 1 else "s")]
    if unattributed:
        parts.append(f"{unattributed} more fit but could not be attributed")
    if undated:
        parts.append(f"{undated} more fit but have no date {clock.replace('_', ' ')}")
    return "; ".join(parts) + "."


def _row(statement: Statement) -> dict[str, Any]:
    """A statement as the contract has it, its full record beside."""
    speaker, to = statement.speaker, statement.addressee
    dates = {c: d.value if (d := getattr(statement, c)) else None for c in CLOCKS}
    return {
        "document": statement.document,
        "start": statement.start,
        "end": statement.end,
        "quote": statement.quote,
        "speaker": speaker.name if speaker else None,
        "country": speaker.country if speaker else None,
        "addressee": to.name if to else None,
        "act": statement.act,
        "polarity": statement.polarity,
        "modality": statement.modality,
        "form": statement.form,
        "reported_by": [p.name for p in statement.reported_by],
        **dates,
        "confidence": statement.confidence,
        "rule": statement.rule,
        "how": {c: d.how for c in CLOCKS if (d := getattr(statement, c))},
    }


def _csv(statements: Sequence[Statement]) -> None:
    """Rows for a spreadsheet; a cell that would be a formula there gets an apostrophe."""
    rows = [_row(s) | {"how": ""} for s in statements]
    writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]) if rows else ["document"])
    writer.writeheader()
    for row in rows:
        flat = {k: "; ".join(v) if isinstance(v, list) else v for k, v in row.items()}
        writer.writerow({k: _cell(v) for k, v in flat.items()})


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _table(here: State, statements: Sequence[Statement], clock: str) -> None:
    """A row a statement; who and where stand under each other, so that the words have room."""
    from rich.table import Table
    from rich.text import Text

    from rag.words import sanitize

    table = Table(show_lines=True)
    table.add_column(clock.replace("_", " "), no_wrap=True)
    table.add_column("who, to whom", ratio=2)
    table.add_column("what, where", ratio=5, overflow="fold")
    for s in statements:
        date = getattr(s, clock)
        place = Text(f"{sanitize(s.document)}:{s.start}-{s.end}", style="dim")
        what = Text(sanitize(" ".join(s.quote.split())))
        table.add_row(
            sanitize(date.value) if date else "",
            Text(sanitize("\n".join(_who(s)))),
            Text("\n").join([what, place]),
        )
    here.show(table)


def _who(statement: Statement) -> list[str]:
    """Speaker, addressee and reporters, a line each."""
    reporters = ", ".join(p.name for p in statement.reported_by)
    to = _named(statement.addressee)
    lines = [
        _named(statement.speaker) or "unattributed",
        f"to {to}" if to else "",
        f"according to {reporters}" if reporters else "",
    ]
    return [line for line in lines if line]


def _named(party: Party | None) -> str:
    if party is None:
        return ""
    return (
        f"{party.name} ({party.country})" if party.country not in (None, party.name) else party.name
    )


def _matrix(
    here: State, names: Any, statements: Sequence[Statement], given: str, html: Path | None
) -> None:
    from rag.statements.ledger import matrix as count

    rows, *topics = [part.strip() for part in given.split(",")]
    if rows not in {"country", "speaker"}:
        raise UsageError(f"`--matrix {given}` begins with neither country nor speaker.")
    wanted = [t for t in topics if t and t != "topic"]
    found = count(statements, names, rows=rows, topics=wanted or None)  # type: ignore[arg-type]
    if html is None and not found.rows:
        here.note("0 statements.")
        return
    if html is None:
        columns = _fitting(found, here.console().width)
        here.show(_matrix_table(found, columns))
        if left := len(found.columns) - len(columns):
            here.note(f"{left} topics more than fit here: --html FILE shows all.")
        return
    from rag.cli.matrix import page

    html.write_text(page(found), encoding="utf-8")
    here.note(f"The matrix is in {html}")


def _fitting(found: Matrix, width: int) -> list[str]:
    """The first topics that fit beside the rows' names; one at least."""
    borders = 3
    left = width - max((len(row) for row in found.rows), default=0) - borders - 1
    shown: list[str] = []
    for topic in found.columns:
        left -= borders + max(len(topic), *(len(_counts(found, r, topic)) for r in found.rows), 0)
        if left < 0 and shown:
            break
        shown.append(topic)
    return shown


def _matrix_table(found: Matrix, columns: Sequence[str]) -> Any:
    from rich.table import Table

    from rag.words import sanitize

    table = Table()
    table.add_column("")
    for topic in columns:
        table.add_column(sanitize(topic), justify="right")
    for row in found.rows:
        table.add_row(sanitize(row), *(_counts(found, row, c) for c in columns))
    return table


def _counts(found: Matrix, row: str, column: str) -> str:
    """`5 (+3 −1)`: statements, of them plainly for and against."""
    cell = found.cell(row, column)
    if not cell.count():
        return ""
    sides = [
        f"{sign}{n}" for sign, n in (("+", cell.count("for")), ("−", cell.count("against"))) if n
    ]
    return f"{cell.count()} ({' '.join(sides)})" if sides else str(cell.count())
