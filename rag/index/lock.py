"""One writer at a time, and who it is."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from rag.errors import IndexLocked
from rag.index.layout import LOCK

WAIT = 10.0
"""Seconds a second writer waits before it is told."""


@contextmanager
def writer_lock(folder: Path, *, wait: float = WAIT) -> Iterator[None]:
    """Holds the index against other writers; the system lets go of it when the process dies.

    Raises:
        IndexLocked: another process still holds it after `wait` seconds.
    """
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK, timeout=wait)
    try:
        lock.acquire()
    except Timeout as exc:
        raise IndexLocked(
            f"{_describe(holder(folder))} is writing the index at {folder}.",
            hint="Wait until it has finished, or stop it; reading goes on meanwhile.",
        ) from exc
    try:
        _sign(folder)
        yield
    finally:
        with suppress(OSError):
            _signature(folder).unlink(missing_ok=True)
        lock.release()


def holder(folder: Path) -> Mapping[str, str]:
    """Who holds, or held when it died, the lock: pid, host, since; empty where nobody does."""
    try:
        found = json.loads(_signature(folder).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def is_held(folder: Path) -> bool:
    """Whether a writer is at work now."""
    from filelock import FileLock, Timeout

    if not (folder / LOCK).exists():
        return False
    try:
        with FileLock(folder / LOCK, timeout=0):
            return False
    except (Timeout, OSError):
        return True


def _signature(folder: Path) -> Path:
    return folder / f"{LOCK}.json"


def _sign(folder: Path) -> None:
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    signed = {"pid": str(os.getpid()), "host": platform.node(), "since": since}
    _signature(folder).write_text(json.dumps(signed), encoding="utf-8")


def _describe(who: Mapping[str, str]) -> str:
    if not who:
        return "Another process"
    return f"Process {who.get('pid')} on {who.get('host')} (since {who.get('since')})"
