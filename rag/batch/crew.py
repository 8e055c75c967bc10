"""The assistants that answer: the one handed in, and as many more as calls at once need."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from rag.errors import ModelUnavailable, UsageError
from rag.types import Event, Filters, Found


class Asker(Protocol):
    """What a batch needs of an `Assistant`; used by one thread at a time, not always the same."""

    @property
    def identity(self) -> Mapping[str, str]:
        """`model`, `index`, `prompts`, `settings`: what decides whether an answer still holds."""

    def stream(
        self, question: str, *, id: str, filters: Filters, evidence_only: bool
    ) -> Iterator[Event]:
        """The events of one answer, the last of them `Finished`."""

    def search(self, question: str, *, filters: Filters) -> Found:
        """What retrieval finds, without a model."""

    def close(self) -> None:
        """Gives back what it holds."""


Opener = Callable[[str | None], Any]
"""Opens another `Asker` for a model's name, or for the default with None. Called in any thread."""


class Crew:
    """Lends each call an assistant of its own.

    Without an opener there is only the one handed in, and calls at once share it.
    """

    def __init__(self, first: Asker, opener: Opener | None = None) -> None:
        self._first = first
        self._opener = opener
        self._idle: dict[str | None, list[Asker]] = {None: [first]}
        self._names: dict[str | None, str | None] = {None: None}
        self._identities: dict[str | None, Mapping[str, str]] = {}
        self._lock = threading.Lock()
        self._local = threading.Lock()
        """The local model takes one call at a time, whatever the number of workers."""

    def enlist(self, model: str | None) -> Mapping[str, str]:
        """The identity of the assistant for `model`, opening the first one of that name.

        Raises:
            RagError: there is no such model, or it cannot be opened.
        """
        if model is None:
            return self._first.identity
        if model not in self._names:
            self._open_first(model)
        name = self._names[model]
        return self._first.identity if name is None else self._identities[name]

    def identity_now(self, lane: str | None) -> Mapping[str, str]:
        """The identity that an assistant opened at this moment has: the index may be another.

        Raises:
            RagError: none can be opened any more.
        """
        if self._opener is None:
            return self._first.identity
        another: Asker = self._opener(lane)
        try:
            return another.identity
        finally:
            another.close()

    def is_local(self, model: str | None) -> bool:
        """Whether questions for `model` go to the model in this process."""
        return self.enlist(model).get("model", "").split(":")[0] == "local"

    def lane(self, model: str | None) -> str | None:
        """The name under which `model` and its synonyms share their assistants."""
        self.enlist(model)
        return self._names[model]

    @contextmanager
    def lend(self, lane: str | None, *, patience: float) -> Iterator[Asker]:
        """An assistant for one call; a local one only when no other call is using it.

        Raises:
            ModelUnavailable: a call that was given up still holds the local model.
        """
        local = self.is_local(lane)
        if local and not self._local.acquire(timeout=min(patience, threading.TIMEOUT_MAX)):
            message = "The local model is still busy with a question that was given up."
            raise ModelUnavailable(message, hint="Raise --timeout, or start the batch again.")
        assistant = None
        try:
            assistant = self._take(lane)
            yield assistant
        finally:
            if local:
                self._local.release()
            if assistant is not None:
                self._give_back(lane, assistant)

    def close(self) -> None:
        """Closes what was opened here and is idle; the one handed in stays with its owner."""
        with self._lock:
            for assistants in self._idle.values():
                for assistant in assistants:
                    if assistant is not self._first:
                        assistant.close()
                assistants.clear()

    def _open_first(self, model: str) -> None:
        if self._opener is None:
            if model == self._first.identity.get("model"):
                self._names[model] = None
                return
            hint = "Remove the `model` column, or start the batch from the command line."
            raise UsageError(f"No other model than the batch's can be asked: {model!r}.", hint=hint)
        assistant: Asker = self._opener(model)
        if assistant.identity == self._first.identity:
            # Another name for the same: a second copy of a local model would only take memory.
            self._names[model] = None
            assistant.close()
            return
        self._names[model] = model
        self._identities[model] = assistant.identity
        self._idle[model] = [assistant]

    def _take(self, lane: str | None) -> Asker:
        with self._lock:
            if self._idle[lane]:
                return self._idle[lane].pop()
        if self._opener is None:
            return self._first
        another: Asker = self._opener(lane)
        return another

    def _give_back(self, lane: str | None, assistant: Asker) -> None:
        with self._lock:
            if self._opener is not None or (assistant is self._first and not self._idle[lane]):
                self._idle[lane].append(assistant)
