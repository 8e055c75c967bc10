"""A language model as judge of answers: optional, cached, and judged by a labelled sample."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ModelError, ModelUnavailable
from rag.evals.gold import Case
from rag.evals.judges import Agreement, Labelled, agreement, labelled_sample
from rag.evals.metrics.answers import without_marks
from rag.prompts import Prompts
from rag.types import Answer

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel

VERDICT = re.compile(r"\b(yes|no)\b", re.I)


class ModelJudge:
    """Asks a model whether an answer says what a reference says; each question is asked once."""

    def __init__(
        self, model: Callable[[], BaseChatModel], *, name: str, prompts: Prompts, cache: Path
    ) -> None:
        self.name = name
        self._model = model
        self._prompts = prompts
        self._cache = cache
        self._known = _read(cache)

    def __call__(self, question: str, reference: str, answer: str) -> bool:
        """Whether the answer says what the reference says and nothing against it.

        Raises:
            ModelError: the model failed, or twice gave neither yes nor no.
        """
        turns = self._prompts.render("judge", question=question, reference=reference, answer=answer)
        key = hashlib.sha256(json.dumps([self.name, turns]).encode()).hexdigest()
        if key not in self._known:
            self._known[key] = self._ask(turns)
            self._keep(key)
        return self._known[key]

    def right(self, case: Case, answer: Answer) -> bool | None:
        """Whether an answer says what one of the case's gold answers says; None if it fails."""
        said = without_marks(answer.answer)
        try:
            return any(self(case.question, gold, said) for gold in case.answers)
        except ModelError:
            return None

    def carried(self, item: Labelled) -> bool:
        """The verdict on a labelled sentence."""
        return self(item.question, item.reference, item.answer)

    def agreement(self) -> Agreement:
        """How far the model agrees with the people who labelled the sample."""
        return agreement(self.carried, labelled_sample())

    def _ask(self, turns: list[tuple[str, str]]) -> bool:
        for _ in range(2):
            reply = self._model().invoke(turns)
            if found := VERDICT.search(str(reply.text)):
                return found.group().lower() == "yes"
        raise ModelUnavailable(f"The judge {self.name} says neither yes nor no.")

    def _keep(self, key: str) -> None:
        self._cache.parent.mkdir(parents=True, exist_ok=True)
        with self._cache.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, "verdict": self._known[key]}) + "\n")


def _read(path: Path) -> dict[str, bool]:
    known: dict[str, bool] = {}
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                row = json.loads(line)
                known[row["key"]] = bool(row["verdict"])
            except (ValueError, KeyError, TypeError):
                continue  # a torn line costs one question, asked again
    return known
