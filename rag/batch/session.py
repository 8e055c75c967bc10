"""One run over an output: what is planned, recorded and told."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.batch.budget import Budget
from rag.batch.calls import Task
from rag.batch.crew import Crew
from rag.batch.digest import Summary, digest
from rag.batch.journal import Journal
from rag.batch.keys import difference, key_of
from rag.batch.loop import Hooks, Limits, Loop, failed_answer
from rag.batch.outputs import write_output
from rag.batch.plan import Copy, Plan, copied, count, make_plan
from rag.batch.questions import QuestionFile
from rag.batch.tally import Rate, Tally
from rag.batch.view import View
from rag.errors import RagError
from rag.types import Answer, Filters


@dataclass(kw_only=True)
class Batch:
    """The parts of one run, which the loop calls back."""

    file: QuestionFile
    output: Path
    journal: Journal
    crew: Crew
    filters: Filters
    evidence_only: bool
    budget: Budget
    view: View

    def run(self, limits: Limits) -> Summary:
        """Does what the journal lacks, puts it in order and writes the outputs."""
        self.began = time.monotonic()
        self.rate = Rate(self.began)
        self.recorded = 0
        self.changed: set[str] = set()
        self.plan = self._plan()
        self._tell_before(limits)
        hooks = Hooks(record=self._record, notify=self.view.notify, tick=self._tick)
        loop = Loop(
            self.plan.tasks,
            self.crew,
            self.budget,
            limits,
            hooks,
            evidence_only=self.evidence_only,
        )
        self.view.start(len(self.file.questions), len(self.plan.kept), time.monotonic())
        try:
            self._settle_without_asking()
            loop.run()
            self._tick(loop)
        finally:
            self.view.finish()
        return self._finish(loop)

    def _plan(self) -> Plan:
        for usage in self.journal.spent:
            self.budget.add(usage, free=usage.cost_usd is None)
        plan = make_plan(
            self.file.questions,
            self.journal,
            self.crew,
            self.filters,
            evidence_only=self.evidence_only,
        )
        self.settled = set(plan.kept)
        self.counts = Counter(self.journal.entries[i].status for i in plan.kept)
        return plan

    def _tell_before(self, limits: Limits) -> None:
        notify = self.view.notify
        if self.journal.torn:
            notify("The last answer was half-written when the run before ended; it is made again.")
        for faulty in self.journal.faulty:
            notify(f"{self.journal.path.name} line {faulty.line} is unreadable: {faulty.reason}.")
        for line in self.plan.lines():
            notify(line)
        to_ask = len(self.plan.tasks)
        if to_ask and not self.evidence_only:
            notify(f"{count(to_ask, 'question')} to ask: {self.budget.estimate(to_ask)}.")
        lanes = {task.lane for task in self.plan.tasks}
        if limits.workers > 1 and not self.evidence_only and any(map(self.crew.is_local, lanes)):
            notify("The local model takes one question at a time, whatever --workers says.")

    def _settle_without_asking(self) -> None:
        """Copies what another line answers; records the questions whose model cannot be opened."""
        donors = {c.donor.id: self.journal.record(c.donor.id) for c in self.plan.copies}
        for copy in self.plan.copies:
            answer, extra = copied(donors[copy.donor.id], copy)
            self._write(copy.task, answer, extra)
        for task, error in self.plan.unopened:
            self._write(task, failed_answer(task, error), {})

    def _record(self, task: Task, answer: Answer, identity: Mapping[str, str] | None) -> None:
        if identity is not None:
            self._bind(task, identity)
        self._write(task, answer, {})
        for twin in self.plan.twins.get(task.question.id, ()):
            donor = self.journal.entries[task.question.id]
            twin.key = task.key
            copy = Copy(task=twin, donor=donor, moves=False)
            self._write(twin, *copied(self.journal.record(donor.id), copy))

    def _bind(self, task: Task, identity: Mapping[str, str]) -> None:
        """Binds the answer to what it was made with, which may have changed since the start."""
        key = self._key(task, identity)
        part = difference(task.key, key)
        task.key = key
        if part is not None and part not in self.changed:
            self.changed.add(part)
            self.view.notify(f"The {part} changed during the run; answers now come from the new.")

    def _key(self, task: Task, identity: Mapping[str, str]) -> dict[str, str]:
        return key_of(task.question, task.filters, identity, evidence_only=self.evidence_only)

    def _write(self, task: Task, answer: Answer, extra: Mapping[str, Any]) -> None:
        try:
            self.journal.append(answer, task.key, **extra)
        except (TypeError, ValueError) as exc:
            # One answer that is not JSON, a defect of ours, must not cost the others.
            message = f"The answer could not be recorded: {exc}."
            answer = failed_answer(task, {"type": type(exc).__name__, "message": message})
            self.journal.append(answer, task.key)
        self.settled.add(task.question.id)
        self.counts[answer.status] += 1
        self.recorded += 1
        self.rate.done(time.monotonic())
        self.view.advance()

    def _tick(self, loop: Loop) -> None:
        now = time.monotonic()
        self.view.show(lambda: self._tally(loop, now), now)

    def _tally(self, loop: Loop, now: float) -> Tally:
        rate = self.rate.value(now)
        left = len(self.file.questions) - len(self.settled)
        return Tally(
            total=len(self.file.questions),
            kept=len(self.plan.kept),
            found=self.counts["answered"],
            not_found=self.counts["not_found"],
            failed=self.counts["failed"],
            in_flight=len(loop.in_flight),
            tokens=self.budget.tokens,
            cost_usd=self.budget.cost if self.budget.priced else None,
            rate=rate,
            seconds_left=left / rate if rate else None,
            waiting=0.0 if loop.in_flight else loop.waiting.pause_left(now),
        )

    def _finish(self, loop: Loop) -> Summary:
        order = [question.id for question in self.file.questions]
        left = sum(1 for identity in order if identity not in self.settled)
        if not left:
            backup = self.journal.rewrite(order)
            if backup is not None:
                self.view.notify(f"Earlier answers that no longer belong here are in {backup}.")
        if self.output != self.journal.path:
            write_output(self.output, self._records(order))
            so_far = f" so far; the rest is missing from {self.output.name}" if left else ""
            kept = count(len(self.settled), "answer")
            self.view.notify(f"{kept}{so_far}; the record behind it is {self.journal.path}.")
        return Summary(
            output=self.output,
            journal=self.journal.path,
            digest=digest(self._records(order)),
            bad=self.file.bad,
            kept=len(self.plan.kept),
            asked=self.recorded,
            redone=self.plan.redone,
            left=left,
            outdated=self._outdated(),
            stopped=loop.stopped,
            interrupted=loop.interrupted,
            abandoned=loop.abandoned,
            seconds=time.monotonic() - self.began,
        )

    def _outdated(self) -> int:
        """Answers of this output that a run started now would make again."""
        if not self.recorded:
            return 0
        tasks = {task.question.id: task for task in self.plan.all_tasks()}
        now: dict[str | None, Mapping[str, str]] = {}
        outdated = 0
        try:
            for identity, task in tasks.items():
                if identity not in self.settled:
                    continue
                if task.lane not in now:
                    now[task.lane] = self.crew.identity_now(task.lane)
                entry = self.journal.entries[identity]
                if entry.status != "failed":
                    key = self._key(task, now[task.lane])
                    outdated += difference(entry.key, key) is not None
        except RagError as exc:
            self.view.notify(f"The workspace changed during the run: {exc.message}")
        return outdated

    def _records(self, order: Sequence[str]) -> Iterator[dict[str, Any]]:
        return (self.journal.record(i) for i in order if i in self.settled)
