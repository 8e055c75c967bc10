"""One batch from the file of questions to the file of answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from rag.batch.budget import Budget, Price
from rag.batch.crew import Asker, Crew, Opener
from rag.batch.digest import Summary
from rag.batch.files import KINDS, hold, journal_path, set_aside
from rag.batch.journal import Journal, read_answers
from rag.batch.loop import Limits
from rag.batch.outputs import write_output
from rag.batch.pace import Patience
from rag.batch.questions import QuestionFile, read_questions
from rag.batch.report import write_report
from rag.batch.session import Batch
from rag.batch.tally import Tally
from rag.batch.view import View
from rag.errors import UsageError
from rag.types import Filters, Progress

Notify = Callable[[str], None]
NO_FILTERS = Filters()
PATIENCE = Patience()


def run_batch(
    questions: Path,
    output: Path,
    assistant: Asker,
    *,
    opener: Opener | None = None,
    workers: int = 1,
    restart: bool = False,
    rpm: float | None = None,
    timeout: float | None = None,
    max_cost: float | None = None,
    max_tokens: int | None = None,
    price: Price | None = None,
    evidence_only: bool = False,
    filters: Filters = NO_FILTERS,
    report: Path | None = None,
    progress: Progress | None = None,
    on_status: Callable[[Tally], None] | None = None,
    notify: Notify,
    patience: Patience = PATIENCE,
    seed: int | None = None,
) -> Summary:
    """Asks every question of the file that `output` has no valid answer to yet.

    Args:
        questions: a `.txt`, `.csv` or `.jsonl` file.
        output: `.jsonl` is the journal itself; for `.csv` and `.md` the journal is a hidden
            sibling, and the file is written from it at the end.
        assistant: answers the questions; stays open.
        opener: opens another assistant, for calls at once and for a question's own model. Without
            it all calls share `assistant`.
        workers: calls at once; a local model takes one at a time all the same.
        restart: begin anew; what is there is moved aside, not deleted.
        rpm: at most so many questions start in a minute.
        timeout: seconds of calls for one question, 900 by default.
        max_cost: US dollars, and
        max_tokens: what the whole output may take, earlier runs included.
        price: of every model but a local one, where answers come without a cost; `max_cost`
            needs one.
        evidence_only: the quotes alone, no model.
        filters: for every question; a question's own ones go before.
        report: where to write a page about the run.
        progress: a bar; without one a line goes to `notify` every minute.
        on_status: called with the numbers whenever they may have changed.
        notify: takes what a person should know, a line at a time.
        patience: how often a question is tried again.
        seed: of the chance in waiting times.

    Raises:
        UsageError: an option, the question file or the output cannot be used.
        IndexLocked: another run writes this output.
        RagError: the answers cannot be written; those before are safe.
    """
    _check_positive(
        {
            "--workers": workers,
            "--rpm": rpm,
            "--timeout": timeout,
            "--max-cost": max_cost,
            "--max-tokens": max_tokens,
        }
    )
    limits = Limits(workers=workers, rpm=rpm, patience=patience, seed=seed)
    limits = limits if timeout is None else replace(limits, timeout=timeout)
    output = _usable(output, questions)
    file = read_questions(questions)
    _tell_about(file, notify)
    with hold(output):
        _make_way(output, notify, restart=restart)
        with (
            closing(Journal(journal_path(output))) as journal,
            closing(Crew(assistant, opener)) as crew,
        ):
            batch = Batch(
                file=file,
                output=output,
                journal=journal,
                crew=crew,
                filters=filters,
                evidence_only=evidence_only,
                budget=Budget(max_cost=max_cost, max_tokens=max_tokens, price=price),
                view=View(progress=progress, on_status=on_status, notify=notify),
            )
            summary = batch.run(limits)
    if report is not None:
        write_report(report, summary)
        notify(f"The report is in {report}.")
    return summary


def export(journal: Path, output: Path) -> None:
    """Writes the answers that a journal holds so far as `.csv` or `.md`.

    Raises:
        UsageError: there is no such journal, or the output has another ending.
        RagError: the output cannot be written.
    """
    write_output(output, read_answers(journal))


def _check_positive(options: Mapping[str, float | None]) -> None:
    for name, value in options.items():
        if value is not None and not value > 0:
            raise UsageError(f"{name} cannot be {value}.", hint="It takes a number above 0.")


def _usable(output: Path, questions: Path) -> Path:
    """The output's real path: a link is followed, so that replacing it keeps the link."""
    if output.suffix.lower() not in KINDS:
        raise UsageError(
            f"Answers cannot be written as `{output.suffix or output.name}`.",
            hint="End the output's name in .jsonl, .csv or .md.",
        )
    output = output.expanduser().resolve()
    if output.is_dir() or not output.parent.is_dir():
        what = "is a folder" if output.is_dir() else "is in a folder that does not exist"
        raise UsageError(f"{output} {what}.", hint="Name a file in a folder that exists.")
    if output == questions.expanduser().resolve():
        raise UsageError(f"{output} is the question file itself.", hint="Name another output.")
    return output


def _tell_about(file: QuestionFile, notify: Notify) -> None:
    for note in file.notes:
        notify(note)
    for item in file.bad:
        notify(f"{file.path.name} line {item.line}: {item.reason}.")


def _make_way(output: Path, notify: Notify, *, restart: bool) -> None:
    """Moves aside what would be overwritten and cannot be made again from the journal."""
    journal = journal_path(output)
    in_the_way = [journal, output] if restart else [] if journal.exists() else [output]
    if not restart and output == journal:
        return
    for path in dict.fromkeys(in_the_way):
        if path.exists() and path.stat().st_size:
            notify(f"{path} was moved to {set_aside(path)}.")
