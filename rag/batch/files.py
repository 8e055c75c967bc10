"""Files that are whole or not there: atomic replacement, backups, the lock on an output."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from rag.errors import IndexLocked, RagError

KINDS = (".jsonl", ".csv", ".md")


def journal_path(output: Path) -> Path:
    """Where answers are recorded one by one: a `.jsonl` output itself, else a hidden sibling."""
    if output.suffix.lower() == ".jsonl":
        return output
    return output.with_name(f".{output.name}.journal.jsonl")


def unwritable(path: Path, exc: OSError, *, kept: str = "") -> RagError:
    """The error for a file that cannot be written, saying what is safe."""
    reason = exc.strerror or type(exc).__name__
    hint = "Make room or choose another place, then run the same command again."
    return RagError(f"{path} cannot be written: {reason}. {kept}".rstrip(), hint=hint)


def replace_atomically(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Writes `path` beside itself, syncs it, then puts it in place: old or new, never half.

    Raises:
        RagError: it cannot be written; what was there before is unharmed.
    """
    beside = path.with_name(f".{path.name}.tmp")
    try:
        with beside.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
        sync_folder(path.parent)
    except OSError as exc:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise unwritable(path, exc, kept="What was there before is unharmed.") from exc
    except BaseException:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Makes a rename survive a power cut, where the system has a way to."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def free_backup(path: Path) -> Path:
    """The first free name of the form `answers.jsonl.bak-1`."""
    number = 1
    while (candidate := path.with_name(f"{path.name}.bak-{number}")).exists():
        number += 1
    return candidate


def set_aside(path: Path) -> Path:
    """Moves `path` to a free backup name, so that nothing is deleted."""
    backup = free_backup(path)
    try:
        path.rename(backup)
    except OSError as exc:
        raise unwritable(backup, exc) from exc
    return backup


def copy_aside(path: Path) -> Path:
    """Copies `path` to a free backup name before lines are dropped from it."""
    backup = free_backup(path)

    def copy(file: BinaryIO) -> None:
        with path.open("rb") as source:
            shutil.copyfileobj(source, file)

    replace_atomically(backup, copy)
    return backup


@contextmanager
def hold(output: Path) -> Iterator[None]:
    """Keeps a second run off `output`; the lock goes with the process, however that ends.

    Raises:
        IndexLocked: another process holds it; the message says which.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(output.with_name(f".{output.name}.lock"), timeout=0)
    holder = output.with_name(f".{output.name}.holder.json")
    try:
        lock.acquire()
    except Timeout as exc:
        hint = "Wait until it is done, end it, or choose another output."
        message = f"{output} is being written by another run{_who(holder)}."
        raise IndexLocked(message, hint=hint) from exc
    except OSError as exc:
        raise unwritable(output, exc) from exc
    try:
        _sign(holder)
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _sign(holder: Path) -> None:
    """Leaves word of who works here; a help to people, so a failure to write it stops nothing."""
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    about = {"process": os.getpid(), "host": socket.gethostname(), "since": since}
    with suppress(OSError):
        holder.write_text(json.dumps(about), encoding="utf-8")


def _who(holder: Path) -> str:
    try:
        about = json.loads(holder.read_text(encoding="utf-8"))
        return f" (process {about['process']} on {about['host']}, since {about['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
