"""The index: built from the documents, searched by everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.index.building import build
    from rag.index.reader import Index
    from rag.index.report import FailedFile, Report, Status
    from rag.index.rows import DocumentInfo
    from rag.index.standing import status
    from rag.index.watching import watch

__all__ = ["DocumentInfo", "FailedFile", "Index", "Report", "Status", "build", "status", "watch"]

_HOME = {
    "build": "building",
    "status": "standing",
    "watch": "watching",
    "DocumentInfo": "rows",
    "Index": "reader",
    "FailedFile": "report",
    "Report": "report",
    "Status": "report",
}


def __getattr__(name: str) -> Any:
    """Loads a name when it is first used: the reading side needs nothing of the writing side."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"rag.index.{_HOME[name]}"), name)
