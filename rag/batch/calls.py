"""One call for one question in a thread of its own, bound to that question and no other."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from queue import SimpleQueue

from rag.batch.crew import Asker, Crew
from rag.batch.questions import Question
from rag.errors import RagError, RateLimited
from rag.types import Answer, Filters, Finished

log = logging.getLogger(__name__)
PASSING = frozenset({"RateLimited", "ModelUnavailable", "StoreUnavailable", "IndexLocked"})
"""Names of errors that may be gone at the next try."""


@dataclass(kw_only=True, eq=False)
class Task:
    """A question to ask, with what its answer will be bound to and what was tried so far."""

    question: Question
    filters: Filters
    lane: str | None
    key: dict[str, str]
    failures: int = 0
    refusals: int = 0
    """Calls that the provider's limits, or an outage, turned away: none is the question's fault."""
    busy: float = 0.0
    """Seconds of calls so far; waiting for quota is not counted."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a call ended: an answer, or an error; `passing` where another try may help."""

    answer: Answer | None = None
    error: dict[str, str] = field(default_factory=dict)
    passing: bool = False
    retry_after: object = None


@dataclass(kw_only=True, eq=False)
class Call:
    """A call under way."""

    task: Task
    began: float
    deadline: float
    """Of the monotonic clock, like `began`."""
    outcome: Outcome | None = None
    identity: Mapping[str, str] | None = None
    """Of the assistant that was asked: what the answer is bound to."""
    given_up: threading.Event = field(default_factory=threading.Event)

    def start(self, crew: Crew, done: SimpleQueue[Call | None], *, evidence_only: bool) -> None:
        """Runs in a daemon thread, so that a call that hangs keeps nothing from ending."""

        def run() -> None:
            try:
                self.outcome = self._ask(crew, evidence_only=evidence_only)
            except RagError as exc:
                self.outcome = _of_error(exc)
            except BaseException as exc:
                log.exception("question %s", self.task.question.id)
                error = {"type": type(exc).__name__, "message": str(exc) or "no message"}
                hint = "This is a defect, please report it; the question will be tried again."
                self.outcome = Outcome(error={**error, "hint": hint})
            done.put(self)

        name = f"question {self.task.question.id}"
        threading.Thread(target=run, name=name, daemon=True).start()

    def _ask(self, crew: Crew, *, evidence_only: bool) -> Outcome:
        patience = 0.9 * max(0.0, self.deadline - time.monotonic())
        with crew.lend(self.task.lane, patience=patience) as assistant:
            self.identity = assistant.identity
            answer = self._stream(assistant, evidence_only=evidence_only)
        if answer is None:
            return Outcome(error={"type": "ModelUnavailable", "message": "No answer came."})
        question = self.task.question
        if (answer.id, answer.question) != (question.id, question.text):
            raise RuntimeError(f"an answer to {answer.id!r} came back for {question.id!r}")
        if answer.status != "failed":
            return Outcome(answer=answer)
        error = {"type": "ModelError", "message": "no reason was given", **(answer.error or {})}
        passing = error["type"] in PASSING
        return Outcome(
            answer=answer, error=error, passing=passing, retry_after=error.get("retry_after")
        )

    def _stream(self, assistant: Asker, *, evidence_only: bool) -> Answer | None:
        """The finished answer; leaves off between two events once the call is given up."""
        events = assistant.stream(
            self.task.question.text,
            id=self.task.question.id,
            filters=self.task.filters,
            evidence_only=evidence_only,
        )
        try:
            for event in events:
                if isinstance(event, Finished):
                    return event.answer
                if self.given_up.is_set():
                    return None
        finally:
            close = getattr(events, "close", None)
            if close is not None:
                close()
        return None


def _of_error(exc: RagError) -> Outcome:
    wait = exc.retry_after if isinstance(exc, RateLimited) else None
    return Outcome(error=exc.to_dict(), passing=exc.retryable, retry_after=wait)
