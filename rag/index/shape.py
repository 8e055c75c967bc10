"""The settings that shape an index, and what a change of one of them means."""

from __future__ import annotations

import hashlib
import importlib
import json
from collections.abc import Mapping

from rag.index.catalogue import FORMAT
from rag.workspace import Workspace

LABELS = {
    "format": "the catalogue's format",
    "embedder": "the embedder",
    "passage_tokens": "the setting `passage_tokens`",
    "reading": "the way files are read",
    "segment": "the way text is cut",
}


def shape(workspace: Workspace) -> dict[str, str]:
    """What every document, sentence, passage and vector depends on."""
    return {
        "format": str(FORMAT),
        "embedder": workspace.settings.embedder,
        "passage_tokens": str(workspace.settings.passage_tokens),
        "reading": _version("rag.reading"),
        "segment": _version("rag.segment"),
    }


def differences(built: Mapping[str, str], wanted: Mapping[str, str]) -> tuple[str, ...]:
    """Why an index of one shape cannot serve the other, in words."""
    return tuple(
        f"{LABELS.get(key, key)} changed from {built.get(key, 'none')} to {wanted[key]}"
        for key in wanted
        if built.get(key) != wanted[key]
    )


def ledger_shape(workspace: Workspace) -> dict[str, str]:
    """What the statements depend on besides the text; empty where no ledger is wanted."""
    if not workspace.settings.ledger:
        return {}
    roster = workspace.root / workspace.settings.roster
    try:
        digest = hashlib.sha256(roster.read_bytes()).hexdigest()[:16]
    except OSError:
        digest = "none"
    return {
        "statements": _version("rag.statements"),
        "names": _version("rag.names"),
        "roster": digest,
    }


def dump(values: Mapping[str, str]) -> str:
    """One line for the same values, always the same."""
    return json.dumps(dict(values), sort_keys=True)


def parse(line: str) -> dict[str, str]:
    """The values back from `dump`."""
    return dict(json.loads(line or "{}"))


def _version(module: str) -> str:
    """The `VERSION` a room raises when what it makes changes; 0 until it has one."""
    try:
        return str(getattr(importlib.import_module(module), "VERSION", 0))
    except ModuleNotFoundError:
        return "none"
