"""How many cores of this machine are ours to work with."""

from __future__ import annotations

import os
from pathlib import Path

CPUS = Path("/sys/devices/system/cpu")
QUOTA = Path("/sys/fs/cgroup/cpu.max")


def thread_count(wanted: int = 0) -> int:
    """`wanted`, or one a physical core that this process may use.

    Two threads on one core share its arithmetic units, so more threads than cores slow a model
    down. Affinity and a container's quota count, which llama.cpp's own default does not see.

    Returns:
        At least 1; -1 where the machine cannot be asked, which leaves it to llama.cpp.
    """
    if wanted > 0:
        return wanted
    if not hasattr(os, "sched_getaffinity"):
        return -1
    allowed = os.sched_getaffinity(0)
    cores = {_siblings(cpu) for cpu in allowed}
    return max(1, min(len(cores), _quota(QUOTA)))


def core_count(wanted: int = 0) -> int:
    """The same as a number of processes or streams; all processors where it cannot be asked."""
    count = thread_count(wanted)
    return count if count > 0 else os.cpu_count() or 1


def _siblings(cpu: int) -> str:
    """The processors that share a core with `cpu`, as the kernel writes them."""
    try:
        path = CPUS / f"cpu{cpu}" / "topology" / "thread_siblings_list"
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return str(cpu)


def _quota(path: Path) -> int:
    """Whole processors that a container may use; very many without a limit."""
    try:
        limit, period = path.read_text(encoding="ascii").split()
        return max(1, round(int(limit) / int(period)))
    except (OSError, ValueError):
        return 1 << 16
