"""OpenVINO: the one engine of this process."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

_MAKING = Lock()
"""Held while the engine is made: two threads must not make two."""


def openvino() -> Any:
    """OpenVINO with its telemetry off; it reads this variable when it is imported."""
    os.environ.setdefault("OPENVINO_TELEMETRY_ENABLE", "0")
    import openvino

    return openvino


@cache
def _core() -> Any:
    """The one engine of this process, never given up.

    Its CPU plugin gives the thread that makes it a signal stack of its own and frees that memory
    where the last reference goes: in another thread, the first is left with a stack that is no
    longer there, and the next Ctrl-C ends the program with a fault of memory.
    """
    return openvino().Core()


def load(compiled: Path, threads: int, streams: int = 0) -> Any:
    """The compiled model in a folder, ready to run.

    Args:
        compiled: Where it is kept.
        threads: How many it may use; 0 for the engine's choice.
        streams: How many batches may run beside each other; 0 for one with all threads.
    """
    with _MAKING:
        core = _core()
        fast = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    options: dict[str, Any] = {
        "CACHE_DIR": str(compiled / "cache"),
        "INFERENCE_PRECISION_HINT": "bf16" if fast else "f32",
        **({"NUM_STREAMS": str(streams)} if streams else {"PERFORMANCE_HINT": "LATENCY"}),
    }
    if threads:
        options["INFERENCE_NUM_THREADS"] = threads
    return core.compile_model(str(compiled / "model.xml"), "CPU", options)
