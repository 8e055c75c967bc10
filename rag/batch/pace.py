"""When the next call may start: requests a minute, backing off, what a provider asks for."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How often and how long a question is tried again. Seconds throughout."""

    attempts: int = 5
    """Calls that fail for a passing reason before the question counts as failed."""
    first_wait: float = 1.0
    longest_wait: float = 60.0
    quota_wait: float = 3600.0
    """Waiting for quota is no failure: so long a provider's Retry-After is honoured in all."""

    outage_wait: float = 600.0
    """When several questions in a row get no answer, so long all wait before they count as failed:
    a network that is away for minutes must not cost a night's questions."""

    def backoff(self, failures: int, chance: random.Random) -> float:
        """The wait after this many failures: doubling, then shortened by up to half at random.

        The chance keeps several workers from coming back at the same moment.
        """
        doubled = min(self.longest_wait, self.first_wait * 2.0 ** min(failures - 1, 30))
        return doubled * chance.uniform(0.5, 1.0)


def usable_wait(value: object) -> float | None:
    """A provider's Retry-After in seconds; None where it is absent or makes no sense."""
    try:
        seconds = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


class Pace:
    """A token bucket of size one: starts are `60 / rpm` seconds apart at least.

    Every `now` is of a monotonic clock, so setting the computer's clock changes nothing.
    """

    def __init__(self, rpm: float | None) -> None:
        self._apart = 60.0 / rpm if rpm else 0.0
        self._next = -math.inf

    def delay(self, now: float) -> float:
        """Seconds until a call may start."""
        return max(0.0, self._next - now)

    def start(self, now: float) -> None:
        """A call starts."""
        self._next = now + self._apart
