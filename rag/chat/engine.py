"""The assistant behind a conversation: opened in the background, asked in a thread, reopened.

The prompt must not wait for models, and Ctrl-C must stop an answer even while native code works:
so the assistant lives in threads, and the conversation reads events from a queue.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rag.errors import RagError, WeightsMissing
from rag.types import Event, Filters, Finished, Turn

if TYPE_CHECKING:
    from rag.assistant import Assistant

OpenAssistant = Callable[[str | None], "Assistant"]
"""Opens the workspace's assistant with a model's name, None for the configured one."""
TICK = 0.1
"""Seconds between two looks at Ctrl-C."""


class Engine:
    """Opens, warms, asks and reopens the assistant."""

    def __init__(self, open_assistant: OpenAssistant, *, model: str | None = None) -> None:
        self._open = open_assistant
        self.model = model
        self._assistant: Assistant | None = None
        self._error: Exception | None = None
        self._thread: threading.Thread | None = None
        self._asking = threading.Event()

    def start(
        self, on_open: Callable[[Assistant], None] | None = None, *, warm: bool = True
    ) -> None:
        """Begins to load.

        Args:
            on_open: Called in the loading thread with the assistant, before anybody else has it.
            warm: Whether to load the models too.
        """
        self._assistant, self._error = None, None
        opened = threading.Event()

        def load() -> None:
            try:
                assistant = self._open(self.model)
                if on_open:
                    on_open(assistant)
            except Exception as exc:  # said when the assistant is first needed
                self._error = exc
                return
            else:
                if self._opened is opened:  # nobody has chosen another model meanwhile
                    self._assistant = assistant
            finally:
                opened.set()
            if warm:
                self._warm(assistant)

        self._opened = opened
        self._thread = threading.Thread(target=load, name="load", daemon=True)
        self._thread.start()

    def assistant(self) -> Assistant:
        """The open assistant; waits for it, and can be interrupted while it does.

        Raises:
            RagError: it cannot be opened; the next call tries again.
        """
        if self._thread is None or self._error is not None:
            self.start()
        while not self._opened.wait(TICK):
            pass
        if self._error is not None:
            raise self._error
        assert self._assistant is not None
        return self._assistant

    @property
    def ready(self) -> Assistant | None:
        """The assistant if it is open, without waiting."""
        return self._assistant

    def use(self, model: str | None) -> None:
        """Goes on with another model, opened at once.

        Raises:
            RagError: it cannot be opened; the one before stays.
        """
        opened = self._open(model)
        self.close()
        self.model, self._assistant, self._error = model, opened, None
        self._opened = threading.Event()
        self._opened.set()
        self._thread = threading.Thread(target=self._warm, args=(opened,), name="load", daemon=True)
        self._thread.start()

    def refresh(self) -> bool:
        """Opens the index anew if it has changed underneath; whether it had.

        Raises:
            RagError: it can no longer be opened.
        """
        assistant = self.assistant()
        if not assistant.index.changed:
            return False
        self.use(self.model)
        return True

    def stream(
        self,
        question: str,
        *,
        filters: Filters,
        history: Sequence[Turn],
        evidence_only: bool,
    ) -> Iterator[Event]:
        """The events of an answer; leaving the loop, by Ctrl-C too, stops the work."""
        assistant = self.assistant()
        events: queue.Queue[Event | BaseException | None] = queue.Queue()
        stop = threading.Event()

        def work() -> None:
            stream = assistant.stream(
                question, filters=filters, history=history, evidence_only=evidence_only
            )
            try:
                for event in stream:
                    events.put(event)
                    if stop.is_set():
                        break
            except BaseException as exc:  # handed to the thread that waits
                events.put(exc)
            finally:
                _close(stream)
                events.put(None)

        self._asking.set()
        threading.Thread(target=work, name="answer", daemon=True).start()
        try:
            yield from _received(events)
        finally:
            stop.set()
            self._asking.clear()

    def _warm(self, assistant: Assistant) -> None:
        """Loads the models; what fails here fails again, and is said, when it is needed.

        Retrieval first. The large model is left alone when a question is already there: its
        evidence must not wait, and its answer loads the model anyway.
        """
        with suppress(Exception):
            assistant.search("warm")
            if not self._asking.is_set() and missing_weights(assistant.settings.model) is None:
                assistant.warm()

    def close(self) -> None:
        """Lets go of the index."""
        if self._assistant is not None:
            self._assistant.close()
            self._assistant = None


def _received(events: queue.Queue[Any]) -> Iterator[Event]:
    while True:
        try:
            event = events.get(timeout=TICK)
        except queue.Empty:
            continue
        if event is None:
            return
        if isinstance(event, BaseException):
            raise event
        yield event
        if isinstance(event, Finished):
            return


def missing_weights(model: str) -> WeightsMissing | None:
    """Why the weights of a local model cannot be had here and now; nothing is fetched."""
    from rag.llm import full_name
    from rag.weights import catalogue, weights_path

    name = full_name(model).removeprefix("local:")
    if name not in catalogue():
        return None
    try:
        weights_path(name, fetch=False)
    except WeightsMissing as exc:
        return exc
    return None


def _close(stream: Iterator[Event]) -> None:
    close = getattr(stream, "close", None)
    if close is not None:
        close()


def as_rag_error(exc: Exception) -> RagError:
    """An error as it can be said in a line; a defect of ours too, so that the talk goes on."""
    if isinstance(exc, RagError):
        return exc
    hint = "This is a defect of the program; `rag ask --verbose` shows where."
    return RagError(f"{type(exc).__name__}: {exc}", hint=hint)
