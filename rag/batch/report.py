"""A page about a batch: counts, failures, reasons, the slowest. One file, no script, no network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO

from rag.batch.digest import IN_WORDS, Digest, Summary, digest
from rag.batch.files import replace_atomically
from rag.batch.journal import read_answers
from rag.batch.tally import in_words


def write_report(path: Path, summary: Summary) -> None:
    """Writes the page of a run that just ended.

    Raises:
        RagError: the file cannot be written.
    """
    extra = {"bad": summary.bad, "left": summary.left, "redone": summary.redone}
    stopped = summary.stopped if summary.left else None
    about = [f"this run took {in_words(summary.seconds)}"]
    page = _render(summary.output.name, summary.digest, about, stopped=stopped, **extra)
    _write(path, page)


def report_on(journal: Path, path: Path) -> None:
    """Writes the page of a journal as it stands, of a batch that ended or still runs.

    Raises:
        UsageError: there is no such journal.
        RagError: the page cannot be written.
    """
    _write(path, _render(journal.name, digest(read_answers(journal)), []))


def _write(path: Path, page: str) -> None:
    def write(file: BinaryIO) -> None:
        file.write(page.encode("utf-8", "replace"))

    replace_atomically(path, write)


def _render(name: str, total: Digest, about: Iterable[str], **extra: Any) -> str:
    from jinja2 import Environment, StrictUndefined

    source = (files("rag.batch") / "report.html").read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    known: Mapping[str, Any] = {"bad": (), "left": 0, "redone": {}, "stopped": None, **extra}
    return environment.from_string(source).render(
        title=f"Batch: {name}",
        written=datetime.now().astimezone().strftime("%Y-%m-%d %H:%M"),
        about=[*about, *_amounts(total)],
        digest=total,
        words=IN_WORDS,
        **known,
    )


def _amounts(total: Digest) -> Iterable[str]:
    if total.tokens:
        yield f"{total.tokens:,} tokens"
    if total.cost_usd is not None:
        yield f"${total.cost_usd:,.4f}"
