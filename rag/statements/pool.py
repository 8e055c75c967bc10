"""Draws from many documents at once: the work is Python's own, so a process for each core.

Processes of our own rather than `multiprocessing`, which runs the caller's script again in each
child unless it is written for that, and which cannot fork safely beside a model's threads.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import Queue
from types import TracebackType

from rag.names import Names
from rag.statements.worker import Draw, Drawn, draw
from rag.types import Document, Sentence

Prepared = tuple[Document, Sequence[Sentence]]
AHEAD = 8
"""Documents a process that may be under way or waiting to be fetched."""


class Pool:
    """Draws from documents in `processes` processes, or here where that is one."""

    def __init__(self, what: Draw, names: Names, processes: int) -> None:
        self._what, self._names, self._processes = what, names, processes
        self._idle: Queue[_Process | None] = Queue()
        self._started: list[_Process] = []
        self._closed = False
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="ledger")
        for _ in range(processes if processes > 1 else 0):
            self._start()

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, at: TracebackType | None
    ) -> None:
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in self._started:
            process.close()

    def draw(self, documents: Iterable[Prepared]) -> Iterator[Drawn]:
        """What each document yields, in order; `documents` is read as far as is worked ahead."""
        if not self._started:
            for document, sentences in documents:
                yield draw(self._what, document, sentences, self._names)
            return
        waiting: deque[Future[Drawn]] = deque()
        for prepared in documents:
            waiting.append(self._threads.submit(self._drawn, prepared))
            if len(waiting) >= AHEAD * self._processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _start(self) -> None:
        try:
            process = _Process(self._what, self._names)
        except OSError:  # no more processes to be had: the work is done in this one
            self._idle.put(None)
        else:
            self._started.append(process)
            self._idle.put(process)

    def _drawn(self, prepared: Prepared) -> Drawn:
        """By the next idle process; by this one in the place of one that died."""
        process = self._idle.get()
        try:
            if process is not None:
                return process.draw(prepared)
        except (OSError, EOFError, pickle.UnpicklingError):
            process = None
        finally:
            self._idle.put(process)
        if self._closed:  # nobody waits for it any more
            return Drawn(None, "stopped")
        return draw(self._what, *prepared, self._names)


class _Process:
    """One process and the pipes to it."""

    def __init__(self, what: Draw, names: Names) -> None:
        same = f"import sys; sys.path[:] = {sys.path!r}"
        serve = "from rag.statements.worker import main; main()"
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-c", f"{same}\n{serve}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._child.stdin and self._child.stdout
        self._to, self._from = self._child.stdin, self._child.stdout
        self._greeting: bytes | None = pickle.dumps((what, names.persons()))

    def draw(self, prepared: Prepared) -> Drawn:
        """What it makes of a document.

        Raises:
            OSError, EOFError, UnpicklingError: it is no longer there.
        """
        if self._greeting is not None:
            greeting, self._greeting = self._greeting, None
            self._to.write(greeting)
        pickle.dump(prepared, self._to, pickle.HIGHEST_PROTOCOL)
        self._to.flush()
        drawn: Drawn = pickle.load(self._from)
        return drawn

    def close(self) -> None:
        """Ends it, whatever it is at."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._to, self._from):
            with suppress(OSError):  # what was not sent is not wanted
                pipe.close()
