"""Ctrl-C, counted."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType


class Interrupts:
    """Counts Ctrl-C instead of letting it strike anywhere; only in a program's main thread."""

    def __init__(self, wake: Callable[[], None]) -> None:
        """With `wake`, which ends a wait of the main thread and may be called at any moment."""
        self.count = 0
        self._wake = wake
        self._before: object = None

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._struck)
        return self

    def __exit__(self, *_: object) -> None:
        if callable(self._before) or isinstance(self._before, signal.Handlers):
            signal.signal(signal.SIGINT, self._before)

    def _struck(self, number: int, frame: FrameType | None) -> None:
        self.count += 1
        self._wake()
