"""Runs a command and says what it took."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RAG = [sys.executable, "-c", "from rag.cli import main; main()"]


@dataclass(frozen=True)
class Taken:
    """What one command took."""

    seconds: float
    megabytes: float
    """Peak resident memory."""
    output: str
    status: int


def run(command: Sequence[str], *, env: dict[str, str] | None = None) -> Taken:
    """One run of a command; memory is the peak of that process alone.

    Modules are kept compiled between runs, as pip leaves them, whatever this shell asks for.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        list(command),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **(env or {})},
        cwd=ROOT,
    )
    assert process.stdout is not None
    output = process.stdout.read().decode("utf-8", "replace")
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    return Taken(seconds, usage.ru_maxrss / 1024, output, process.returncode)


def best(command: Sequence[str], times: int = 3) -> Taken:
    """The quickest of several runs: what the machine can do when nothing disturbs it."""
    runs = [run(command) for _ in range(times)]
    for taken in runs:
        if taken.status:
            raise SystemExit(f"{' '.join(command)} failed:\n{taken.output}")
    return min(runs, key=lambda t: t.seconds)
