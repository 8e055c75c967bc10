"""What a person sees of a running batch: a bar where there is one, else a line a minute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rag.batch.tally import Tally
from rag.types import Progress

STATUS_EVERY = 60.0
"""Seconds between two lines where no bar is shown."""


@dataclass(kw_only=True)
class View:
    """What a person sees while it runs."""

    progress: Progress | None
    on_status: Callable[[Tally], None] | None
    notify: Callable[[str], None]
    _next_line: float = 0.0

    def start(self, total: int, kept: int, now: float) -> None:
        """A run over `total` questions begins, `kept` of them answered before."""
        self._next_line = now + STATUS_EVERY
        if self.progress is not None:
            self.progress.start("Asking", total, "questions")
            self.progress.advance(kept)

    def advance(self) -> None:
        """One more question has an outcome."""
        if self.progress is not None:
            self.progress.advance()

    def show(self, tally: Callable[[], Tally], now: float) -> None:
        """Passes the numbers on to whoever wants them now; `now` is of a monotonic clock."""
        if self.on_status is not None:
            self.on_status(tally())
        if self.progress is None and now >= self._next_line:
            self._next_line = now + STATUS_EVERY
            self.notify(tally().line())

    def finish(self) -> None:
        """The run is over."""
        if self.progress is not None:
            self.progress.finish()
