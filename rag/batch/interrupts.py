"""Ctrl-C, counted."""

from __future__ import annotations

import signal
import threading
from types import FrameType


class Interrupts:
    """Counts Ctrl-C instead of letting it strike anywhere; only in a program's main thread."""

    def __init__(self) -> None:
        self.count = 0
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
