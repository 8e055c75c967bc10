"""The loop that starts calls, collects their outcomes and records them: one thread decides."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue

from rag.batch.budget import Budget
from rag.batch.calls import Call, Outcome, Task
from rag.batch.crew import Crew
from rag.batch.interrupts import Interrupts
from rag.batch.pace import Pace, Patience, usable_wait
from rag.batch.plan import count, in_good_order
from rag.batch.tally import in_words
from rag.batch.waiting import BLOCK, PATIENT, Lane, WaitingRoom
from rag.errors import RagError
from rag.types import Answer

WAKE = 0.5
"""Seconds after which the loop looks round, whatever it waits for."""
WORTH_TELLING = 10.0
"""Seconds of waiting that a person is told of."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a run is held to."""

    workers: int = 1
    rpm: float | None = None
    timeout: float = 900.0
    """Seconds of calls for one question; waiting for quota is not counted."""
    patience: Patience = field(default_factory=Patience)
    seed: int | None = None
    """Of the chance in waiting times; for tests."""


@dataclass(frozen=True, kw_only=True)
class Hooks:
    """What the loop calls, always in the thread that runs it."""

    record: Callable[[Task, Answer, Mapping[str, str] | None], None]
    """Takes an answer and the identity of who gave it; returns when it is on the disk."""
    notify: Callable[[str], None]
    tick: Callable[[Loop], None]
    """Whenever the loop has looked round."""


class Loop:
    """Asks every task once, at most `workers` at a time, and the local model one at a time.

    A call's place is free again only when its answer is on the disk, so a run that is killed
    loses no more calls than were under way.
    """

    def __init__(
        self,
        tasks: Sequence[Task],
        crew: Crew,
        budget: Budget,
        limits: Limits,
        hooks: Hooks,
        *,
        evidence_only: bool = False,
    ) -> None:
        self.in_flight: list[Call] = []
        self.waiting = WaitingRoom(tasks)
        self.stopped: str | None = None
        """Why no more questions are asked, where some are left."""
        self.interrupted = False
        self.abandoned = 0
        """Calls that were left to themselves; the process should end without waiting for them."""
        self._crew = crew
        self._budget = budget
        self._limits = limits
        self._hooks = hooks
        self._evidence_only = evidence_only
        self._pace = Pace(limits.rpm)
        self._done: SimpleQueue[Call | None] = SimpleQueue()
        self._chance = random.Random(limits.seed)

    def run(self) -> None:
        """Goes on until all is asked, or until something stops it.

        Raises:
            RagError: an answer cannot be recorded.
        """
        with Interrupts(wake=lambda: self._done.put(None)) as interrupts:
            try:
                while self.in_flight or (len(self.waiting) and not self.stopped):
                    self._heed(interrupts.count)
                    if interrupts.count > 1:
                        break
                    self._start_calls()
                    self._collect()
                    self._give_up_overdue()
                    self._hooks.tick(self)
            finally:
                self._abandon()
        self.interrupted = interrupts.count > 0 and (len(self.waiting) + self.abandoned) > 0

    def _heed(self, strikes: int) -> None:
        if not strikes or self.stopped:
            return
        self.stopped = "It was interrupted."
        if self.in_flight:
            under_way = count(len(self.in_flight), "question")
            self._hooks.notify(f"Finishing {under_way} under way; Ctrl-C again leaves them off.")

    def _abandon(self) -> None:
        for call in self.in_flight:
            call.given_up.set()
            self.waiting.put_back(call.task)
        self.abandoned += len(self.in_flight)
        self.in_flight.clear()

    def _start_calls(self) -> None:
        while not self.stopped and len(self.in_flight) < self._limits.workers:
            now = time.monotonic()
            if self._pace.delay(now) > 0 or not self._affordable():
                return
            task = self.waiting.take(now, self._busy_lanes(), self._put_in_order)
            if task is None:
                return
            self._pace.start(now)
            deadline = now + max(0.0, self._limits.timeout - task.busy)
            call = Call(task=task, began=now, deadline=deadline)
            self.in_flight.append(call)
            call.start(self._crew, self._done, evidence_only=self._evidence_only)

    def _affordable(self) -> bool:
        if self._budget.allows(len(self.in_flight)):
            return True
        if not self.in_flight:
            self.stopped = self._budget.refusal()
        return False

    def _busy_lanes(self) -> set[str | None]:
        """Lanes of a local model that has a call under way."""
        if self._evidence_only:
            return set()
        lanes = {call.task.lane for call in self.in_flight}
        return {lane for lane in lanes if self._crew.is_local(lane)}

    def _put_in_order(self, name: str | None, lane: Lane) -> None:
        """Orders the next block of a local model's questions when the last one is used up."""
        lane.ordered -= 1
        if lane.ordered >= 0 or self._evidence_only or not self._crew.is_local(name):
            return
        if len(lane.tasks) < 3 or self.abandoned:
            return
        block = [lane.tasks.popleft() for _ in range(min(BLOCK, len(lane.tasks)))]
        lane.tasks.extendleft(reversed(in_good_order(block, self._evidence_place)))
        lane.ordered = len(block) - 1

    def _evidence_place(self, task: Task) -> tuple[str, int]:
        """Where the first piece of evidence lies; asking reports what goes wrong here."""
        try:
            with self._crew.lend(task.lane, patience=0) as assistant:
                evidence = assistant.search(task.question.text, filters=task.filters).evidence
        except RagError:
            return ("", 0)
        return (evidence[0].document, evidence[0].start) if evidence else ("", 0)

    def _collect(self) -> None:
        """Waits for a call to end, but no longer than until something else is due."""
        timeout = self._pause()
        while True:
            try:
                call = self._done.get(timeout=timeout)
            except Empty:
                return
            if call is None:  # Ctrl-C
                return
            if call in self.in_flight:  # one that was given up comes too late
                self._settle(call)
            timeout = 0

    def _pause(self) -> float:
        now = time.monotonic()
        due = [now + WAKE, *(call.deadline for call in self.in_flight)]
        if len(self.in_flight) < self._limits.workers and not self.stopped:
            free = max(min(self.waiting.due(now), default=now), now + self._pace.delay(now))
            due += [free] if free > now else []
        if not self.in_flight and self.stopped:
            return 0.0
        return max(0.0, min(due) - now)

    def _settle(self, call: Call) -> None:
        outcome, task = call.outcome or Outcome(), call.task
        task.busy += time.monotonic() - call.began
        if not outcome.error and outcome.answer is not None:
            self.waiting.lanes[task.lane].answered()
            self._finish(call, outcome.answer)
        elif outcome.passing and self.stopped:
            self.in_flight.remove(call)  # not recorded: the next run asks it again
            self.waiting.put_back(task)
        elif outcome.passing and self._try_again(task, outcome):
            self.in_flight.remove(call)
        else:
            self._finish(call, outcome.answer or failed_answer(task, outcome.error))

    def _finish(self, call: Call, answer: Answer) -> None:
        """Counts and records the answer, then frees the call's place."""
        free = self._crew.is_local(call.task.lane)
        answer = replace(answer, usage=self._budget.with_cost(answer.usage, free=free))
        self._budget.add(answer.usage, free=free)
        self._hooks.record(call.task, answer, call.identity)
        self.in_flight.remove(call)

    def _try_again(self, task: Task, outcome: Outcome) -> bool:
        """Puts the task off until another try may help; False where none will."""
        now, patience = time.monotonic(), self._limits.patience
        lane = self.waiting.lanes[task.lane]
        refused_for = lane.refused(task, now)
        wait = usable_wait(outcome.retry_after)
        if outcome.error.get("type") != "RateLimited" and not self._is_outage(lane, refused_for):
            task.failures += 1
            if task.failures >= patience.attempts or task.busy >= self._limits.timeout:
                return False
            wait = max(wait or 0.0, patience.backoff(task.failures, self._chance))
            self.waiting.put_off(task, now + wait, pause=False)
            return True
        task.refusals += 1
        if wait is None or task.refusals >= PATIENT:
            # Refused again after waiting as long as asked: the wait asked for is too short.
            wait = max(wait or 0.0, patience.backoff(task.refusals, self._chance))
        if wait > patience.quota_wait or refused_for + wait > patience.quota_wait:
            self.stopped = f"The provider lets nothing through and asks to wait {in_words(wait)}."
            return False
        if wait >= WORTH_TELLING and lane.paused_until <= now:
            self._hooks.notify(f"Nothing gets through; trying again in {in_words(wait)}.")
        self.waiting.put_off(task, now + wait, pause=True)
        return True

    def _is_outage(self, lane: Lane, refused_for: float) -> bool:
        """Whether the fault is hardly any question's own: several were turned away in a row."""
        several = len(lane.refused_ids) > max(2, self._limits.workers)
        return lane.ever_answered and several and refused_for < self._limits.patience.outage_wait

    def _give_up_overdue(self) -> None:
        now = time.monotonic()
        for call in [c for c in self.in_flight if c.deadline <= now]:
            call.given_up.set()
            self.abandoned += 1
            self._budget.add_unseen()
            message = f"No answer within {in_words(self._limits.timeout)}."
            hint = "Raise --timeout, or run the same command again to try it once more."
            error = {"type": "ModelUnavailable", "message": message, "hint": hint}
            self._finish(call, failed_answer(call.task, error))


def failed_answer(task: Task, error: dict[str, str]) -> Answer:
    """The record of a question that got no answer."""
    return Answer(
        id=task.question.id,
        question=task.question.text,
        status="failed",
        error={"hint": "", **(error or {"type": "ModelUnavailable", "message": "No answer."})},
        model=task.key["model"],
        index=task.key["index"],
        prompts=task.key["prompts"],
    )
