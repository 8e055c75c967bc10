"""Weights: known by the sha256 of their files, wherever these come from.

`weights_path` is what the other rooms call; `pull`, `verify` and `catalogue` serve `rag models`.
"""

from rag.weights.entries import (
    Entry,
    Hub,
    Packages,
    WeightFile,
    WeightKind,
    catalogue,
    default_name,
    entry_of,
)
from rag.weights.fetch import is_cached, pull, verify, weights_path

__all__ = [
    "Entry",
    "Hub",
    "Packages",
    "WeightFile",
    "WeightKind",
    "catalogue",
    "default_name",
    "entry_of",
    "is_cached",
    "pull",
    "verify",
    "weights_path",
]
