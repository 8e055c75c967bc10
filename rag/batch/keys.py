"""What an answer depends on: where one part differs, the answer is made again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from rag.batch.questions import Question
from rag.types import Filters

PARTS = ("question", "filters", "model", "index", "prompts", "settings", "mode")


def key_of(
    question: Question, filters: Filters, identity: Mapping[str, str], *, evidence_only: bool
) -> dict[str, str]:
    """What binds an answer to everything that shaped it, one entry for each of `PARTS`.

    Quotes alone come from no model and no prompt, so an evidence-only answer depends on neither.
    """
    given = {name: value for name, value in filters.to_dict().items() if value is not None}
    unused = {"model", "prompts"} if evidence_only else set()
    parts = {
        name: "" if name in unused else str(identity.get(name, ""))
        for name in ("model", "index", "prompts", "settings")
    }
    return {
        "question": _digest(question.text),
        "filters": _digest(json.dumps(given, sort_keys=True)) if given else "",
        **parts,
        "mode": "evidence" if evidence_only else "model",
    }


def difference(old: Mapping[str, str], new: Mapping[str, str]) -> str | None:
    """The first part of the key in which an old answer no longer fits; None where it does."""
    return next((part for part in PARTS if old.get(part) != new[part]), None)


def combined(general: Filters, own: Filters) -> Filters:
    """The filters of one question: its own, and the run's where it has none."""
    given = {name: value for name, value in own.to_dict().items() if value is not None}
    return replace(general, **given)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
