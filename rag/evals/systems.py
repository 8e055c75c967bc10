"""What can be put to the test: the assistant, the plain pipeline, or answers made elsewhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from rag.errors import UsageError
from rag.evals.spans import Folded, Texts
from rag.types import Answer, Filters, Found, Query, Turn


class System(Protocol):
    """Anything that answers questions over the documents of a workspace."""

    @property
    def identity(self) -> Mapping[str, str]:
        """What decides whether an old answer still holds: model, index, prompts, settings."""

    def ask(
        self,
        question: str,
        *,
        id: str = "",
        filters: Filters | None = None,
        history: Sequence[Turn] = (),
        evidence_only: bool = False,
        k: int | None = None,
    ) -> Answer:
        """The answer to one question."""

    def search(
        self,
        question: str,
        *,
        filters: Filters | None = None,
        history: Sequence[Turn] = (),
        k: int | None = None,
        without: Collection[str] = (),
    ) -> Found:
        """What retrieval finds, no model asked."""

    def close(self) -> None:
        """Lets go of models and files."""


class Recorded:
    """Answers made elsewhere, looked up by the case's id: no search, no model."""

    def __init__(self, answers: Mapping[str, Answer], *, path: Path, sha256: str) -> None:
        self._answers = answers
        self._path = path
        self.identity: Mapping[str, str] = {"answers": sha256}

    @classmethod
    def load(cls, path: Path, texts: Texts) -> Recorded:
        """The answers of a JSONL file; only `id` and `answer` are required of a line.

        A citation without a place gets the one where its quotation stands.

        Raises:
            UsageError: the file is missing, or lines of it cannot be used; all are named.
        """
        try:
            raw = path.read_bytes()
        except OSError as exc:
            raise UsageError(f"No answers at {path}.", hint="Give a JSONL file.") from exc
        answers: dict[str, Answer] = {}
        faults: list[str] = []
        for number, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
            if not line.strip():
                continue
            try:
                answer = _answer(json.loads(line), texts)
                if answer.id in answers:
                    raise ValueError(f"id {answer.id} occurs before")
                answers[answer.id] = answer
            except (ValueError, TypeError, KeyError, AttributeError) as exc:
                faults.append(f"line {number}: {exc or type(exc).__name__}")
        if faults:
            shown = "; ".join(faults[:8]) + (f"; and {len(faults) - 8:,} more" * (len(faults) > 8))
            hint = 'Each line needs at least {"id": …, "answer": …}.'
            raise UsageError(f"{path}: {len(faults):,} faulty: {shown}.", hint=hint)
        return cls(answers, path=path, sha256=hashlib.sha256(raw).hexdigest())

    def ask(self, question: str, *, id: str = "", **_: Any) -> Answer:
        """The recorded answer; a case without one has failed."""
        if id in self._answers:
            return self._answers[id]
        error = {"type": "UsageError", "message": f"No answer with this id in {self._path.name}."}
        return Answer(id=id, question=question, status="failed", error=error)

    def search(self, question: str, **_: Any) -> Found:
        """Nothing: how these answers were found is not known."""
        return Found(query=Query(text=question, standalone=question), hits=(), evidence=())

    def close(self) -> None:
        """Nothing to let go of."""


def _answer(row: Any, texts: Texts) -> Answer:
    if not isinstance(row, dict):
        raise TypeError("not a JSON object")
    missing = [k for k in ("id", "answer") if not isinstance(row.get(k), str)]
    if missing:
        raise KeyError(f"`{missing[0]}` is missing or no text")
    default = "answered" if row["answer"].strip() else "not_found"
    citations = [
        _placed({"number": number, **citation}, texts)
        for number, citation in enumerate(row.get("citations") or [], 1)
    ]
    return Answer.from_dict(
        {
            "question": "",
            "status": default,
            **{k: v for k, v in row.items() if v is not None},
            "citations": citations,
        }
    )


def _placed(citation: dict[str, Any], texts: Texts) -> dict[str, Any]:
    if "start" in citation and "end" in citation:
        return {"quote": "", **citation}
    text = texts.text(citation["document"]) or ""
    found = Folded(text).find(str(citation.get("quote", "")))
    start, end = found[0] if found else (0, 0)
    return {**citation, "quote": text[start:end], "start": start, "end": end}
