"""The questions that wait: in order, put off, or held back because a provider asks to wait."""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from rag.batch.calls import Task

BLOCK = 64
"""So many questions are looked up before they are put in order; a few seconds of search."""
PATIENT = 3
"""A question refused so often in a row lets the others go first: it may be too large for ever."""


@dataclass(kw_only=True)
class Lane:
    """The questions for one model."""

    tasks: deque[Task] = field(default_factory=deque)
    ordered: int = 0
    """How many of the first are in good order already."""
    paused_until: float = -math.inf
    refused_since: float | None = None
    """When the provider began to let nothing through."""
    refused_ids: set[str] = field(default_factory=set)
    """The questions turned away since then."""
    ever_answered: bool = False

    def answered(self) -> None:
        """A call got through."""
        self.refused_since, self.ever_answered = None, True
        self.refused_ids.clear()

    def refused(self, task: Task, now: float) -> float:
        """A call did not get through; gives the seconds since the first one that didn't."""
        self.refused_since = now if self.refused_since is None else self.refused_since
        self.refused_ids.add(task.question.id)
        return now - self.refused_since


class WaitingRoom:
    """Gives out tasks, each lane's in order. Every time is of a monotonic clock."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self.lanes: dict[str | None, Lane] = {}
        for task in tasks:
            self.lanes.setdefault(task.lane, Lane()).tasks.append(task)
        self._later: list[tuple[float, int, Task]] = []
        self._number = 0

    def __len__(self) -> int:
        return len(self._later) + sum(len(lane.tasks) for lane in self.lanes.values())

    def take(
        self,
        now: float,
        closed: Collection[str | None],
        arrange: Callable[[str | None, Lane], None],
    ) -> Task | None:
        """The next task of a lane that is neither `closed` nor paused; `arrange` orders a lane."""
        while self._later and self._later[0][0] <= now:
            task = heapq.heappop(self._later)[2]
            tasks = self.lanes[task.lane].tasks
            tasks.append(task) if task.refusals >= PATIENT else tasks.appendleft(task)
        for name, lane in self.lanes.items():
            if lane.tasks and name not in closed and lane.paused_until <= now:
                arrange(name, lane)
                return lane.tasks.popleft()
        return None

    def put_back(self, task: Task) -> None:
        """The task is next again."""
        self.lanes[task.lane].tasks.appendleft(task)

    def put_off(self, task: Task, until: float, *, pause: bool) -> None:
        """The task waits; with `pause` its whole lane does."""
        self._number += 1
        heapq.heappush(self._later, (until, self._number, task))
        if pause:
            lane = self.lanes[task.lane]
            lane.paused_until = max(lane.paused_until, until)

    def due(self, now: float) -> Iterator[float]:
        """When something may become free to start."""
        if self._later:
            yield self._later[0][0]
        for lane in self.lanes.values():
            if lane.tasks and lane.paused_until > now:
                yield lane.paused_until

    def pause_left(self, now: float) -> float:
        """Seconds until a provider that holds back everything lets the next call through."""
        ends = [lane.paused_until for lane in self.lanes.values() if lane.tasks]
        ends += [until for until, _, _ in self._later]
        return max(0.0, min(ends) - now) if ends else 0.0
