"""What is left to do: which answers still hold, which are made again and why, what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rag.batch.calls import Task
from rag.batch.crew import Crew
from rag.batch.journal import Entry, Journal
from rag.batch.keys import PARTS, combined, difference, key_of
from rag.batch.questions import Question
from rag.errors import RagError
from rag.types import Answer, Filters, Usage


@dataclass(frozen=True, kw_only=True)
class Copy:
    """An answer that a question gets from the same question under another id."""

    task: Task
    donor: Entry
    moves: bool
    """Whether the donor's own line goes, so that its usage belongs here now."""


@dataclass(kw_only=True)
class Plan:
    """The tasks in the order of the file, and what was decided about the rest."""

    tasks: list[Task] = field(default_factory=list)
    kept: dict[str, Task] = field(default_factory=dict)
    """Id → what would have been asked."""
    redone: dict[str, str] = field(default_factory=dict)
    """Id → the part of the key that changed."""
    retried: list[str] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)
    """Questions whose answer is recorded under another id."""
    twins: dict[str, list[Task]] = field(default_factory=dict)
    """Id of a task → further tasks that ask the very same."""
    unopened: list[tuple[Task, dict[str, str]]] = field(default_factory=list)
    """Questions whose model cannot be opened, with the error."""
    leaders: dict[tuple[str, ...], Task] = field(default_factory=dict)
    """Key → the one task that asks it."""

    def all_tasks(self) -> Iterator[Task]:
        """Every question as a task, whatever was decided about it."""
        yield from self.kept.values()
        yield from self.tasks
        for twins in self.twins.values():
            yield from twins
        yield from (copy.task for copy in self.copies)
        yield from (task for task, _ in self.unopened)

    def lines(self) -> Iterator[str]:
        """What a person who goes on with a batch should know."""
        if self.kept:
            yield f"{count(len(self.kept), 'answer')} kept from before."
        for part in PARTS:
            ids = [identity for identity, changed in self.redone.items() if changed == part]
            if ids:
                what = count(len(ids), "answer")
                yield f"{what} made again, for the {part} changed: {some(ids)}."
        if self.retried:
            yield f"{count(len(self.retried), 'failure')} tried again: {some(self.retried)}."
        if self.copies:
            ids = [copy.task.question.id for copy in self.copies]
            what = count(len(ids), "answer")
            yield f"{what} taken from the same question under another id: {some(ids)}."
        twins = [task.question.id for tasks in self.twins.values() for task in tasks]
        if twins:
            what = count(len(twins), "question")
            yield f"{what} the same as another; asked once, answered in each place: {some(twins)}."


def make_plan(
    questions: Sequence[Question],
    journal: Journal,
    crew: Crew,
    filters: Filters,
    *,
    evidence_only: bool,
) -> Plan:
    """Decides about every question; calls no model."""
    plan = Plan()
    recorded = _recorded(journal, questions)
    for question in questions:
        task, error = _task(question, crew, filters, evidence_only=evidence_only)
        entry = journal.entries.get(question.id)
        if entry is not None and entry.status != "failed":
            changed = difference(entry.key, task.key)
            if changed is None:
                plan.kept[question.id] = task
                continue
            plan.redone[question.id] = changed
        elif entry is not None:
            plan.retried.append(question.id)
        if error is not None:
            plan.unopened.append((task, error))
        else:
            _place(plan, task, recorded.get(_whole(task.key)))
    plan.copies = [replace(c, moves=c.donor.id not in plan.kept) for c in plan.copies]
    return plan


def _place(plan: Plan, task: Task, donor: Entry | None) -> None:
    """To be asked, to be copied, or the twin of a task that is to be asked."""
    if donor is not None:
        plan.copies.append(Copy(task=task, donor=donor, moves=False))
        return
    leader = plan.leaders.setdefault(_whole(task.key), task)
    if leader is task:
        plan.tasks.append(task)
    else:
        plan.twins.setdefault(leader.question.id, []).append(task)


def _recorded(journal: Journal, questions: Sequence[Question]) -> Mapping[tuple[str, ...], Entry]:
    """Good answers by their key; of several, the one whose question comes first in the file."""
    position = {question.id: number for number, question in enumerate(questions)}
    good = [entry for entry in journal.entries.values() if entry.status != "failed"]
    good.sort(key=lambda e: (position.get(e.id, len(position)), e.offset), reverse=True)
    return {_whole(entry.key): entry for entry in good}


def copied(record: Mapping[str, Any], copy: Copy) -> tuple[Answer, dict[str, Any]]:
    """The donor's answer for another question that asks the very same, and its extra fields.

    Its usage stays with the line it was paid for while that line stays.
    """
    answer = replace(Answer.from_dict(record), id=copy.task.question.id)
    if copy.moves:
        return answer, {}
    return replace(answer, usage=Usage()), {"same_as": copy.donor.id}


def in_good_order(tasks: Sequence[Task], place: Callable[[Task], tuple[str, int]]) -> list[Task]:
    """Tasks whose evidence lies close together, next to each other.

    A local model reuses the part of the last prompt that the next one begins with; questions of
    one speaker or document share more of it. Where `place` finds nothing, filters and order decide.
    """

    def by(item: tuple[int, Task]) -> tuple[Any, ...]:
        number, task = item
        restricted = [value or "" for value in task.filters.to_dict().values()]
        return (restricted, place(task), number)

    return [task for _, task in sorted(enumerate(tasks), key=by)]


def count(number: int, noun: str) -> str:
    """`1 answer`, `2 answers`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def some(ids: Sequence[str], most: int = 8) -> str:
    """The first few of a list of ids."""
    more = f" and {len(ids) - most:,} more" if len(ids) > most else ""
    return ", ".join(ids[:most]) + more


def _task(
    question: Question, crew: Crew, filters: Filters, *, evidence_only: bool
) -> tuple[Task, dict[str, str] | None]:
    both = combined(filters, question.filters)
    error = None
    lane = None
    try:
        identity = crew.enlist(question.model)
        lane = crew.lane(question.model)
    except RagError as exc:
        identity = {**crew.enlist(None), "model": question.model or ""}
        error = exc.to_dict()
    key = key_of(question, both, identity, evidence_only=evidence_only)
    return Task(question=question, filters=both, lane=lane, key=key), error


def _whole(key: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(key.get(part, "") for part in PARTS)
