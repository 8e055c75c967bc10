"""How far a batch has come, in numbers and in one line."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

RECENT = 50
"""Over how many finished questions the rate is taken: the last ones tell best how it goes on."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """A moment of a running batch."""

    total: int
    kept: int
    """Answered by an earlier run."""
    found: int
    not_found: int
    failed: int
    """`kept` ones are in `found` and `not_found` too."""
    in_flight: int
    tokens: int
    """Of the whole output, earlier runs included."""
    cost_usd: float | None
    rate: float | None
    """Questions a second; None before two are done."""
    seconds_left: float | None
    waiting: float
    """Seconds until the provider lets the next question through; 0 where it doesn't matter."""

    @property
    def done(self) -> int:
        """Questions with an outcome."""
        return self.found + self.not_found + self.failed

    def line(self) -> str:
        """The numbers in words, for a terminal's bar or a log."""
        parts = [
            f"{self.done:,} of {self.total:,} done",
            f"{self.found:,} found",
            f"{self.not_found:,} not found",
            f"{self.failed:,} failed",
        ]
        if self.rate:
            parts.append(f"{self.rate * 60:.3g} a minute")
        if self.seconds_left is not None and self.done < self.total:
            parts.append(f"{in_words(self.seconds_left)} left")
        if self.tokens:
            parts.append(f"{self.tokens:,} tokens")
        if self.cost_usd is not None:
            parts.append(f"${self.cost_usd:,.4f}")
        if self.waiting >= 1:
            parts.append(f"the provider asks to wait {in_words(self.waiting)}")
        return " · ".join(parts)


class Rate:
    """Questions a second over the last few; every time is of a monotonic clock."""

    def __init__(self, now: float) -> None:
        self._ends: deque[float] = deque([now], maxlen=RECENT + 1)

    def done(self, now: float) -> None:
        """One more question is done."""
        self._ends.append(now)

    def value(self, now: float) -> float | None:
        """Questions a second; a long silence lowers it."""
        count, span = len(self._ends) - 1, now - self._ends[0]
        return count / span if count >= 2 and span > 0 else None


def in_words(seconds: float) -> str:
    """`40 s`, `7 min`, `2 h 5 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
