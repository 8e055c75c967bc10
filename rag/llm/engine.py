"""llama.cpp in this process: one engine for each weights file, one request at a time.

What its Python binding leaves to be known, found by trying it:

* The engine always opens an HTTP listener. It is put on a Unix socket in a private folder that is
  removed once the model is loaded, so nothing can reach it; where there are no such sockets it is
  on loopback, on a free port, behind a random key.
* Generation stops where the callback returns True. A callback comes after every token and, with
  `return_progress`, after every batch of the prompt; the batch size so decides how soon Ctrl-C is
  heard while a prompt is read.
* Ctrl-C while the main thread loads the weights stops it for good: the binding ends a server that
  has not begun and then waits for it. So another thread loads them.
* An exception in a callback is lost, so chunks travel through a queue.
* Its OpenMP threads spin for milliseconds wherever they wait for each other. With any other busy
  program on the machine that makes a token last a second, so they are told to sleep sooner.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import queue
import secrets
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import ModelError, ModelRefused, ModelUnavailable, WeightsCorrupt, WeightsMissing
from rag.machine import thread_count

BATCH = 128
"""Prompt tokens read at once: larger gains nothing and makes Ctrl-C wait longer."""
SPINS = "2000"
"""How often a waiting thread looks again before it sleeps, roughly 0.1 ms: longer than one step of
the model takes to even out, far shorter than the 300,000 looks of the default."""
CACHE_MIB = 256
"""Memory for the states of earlier prompts, so that alternating ones keep their prefix."""

Body = dict[str, Any]
Chunk = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class EngineSettings:
    """What an engine is loaded with; equal settings share one engine."""

    path: Path
    context: int = 4096
    """Tokens of prompt and answer together."""
    threads: int = 0
    """0 for one a physical core."""


class Engine:
    """A loaded model; `stream` is the one way to use it."""

    def __init__(self, settings: EngineSettings) -> None:
        self.settings = settings
        self._server: Any = None
        self._loading: Future[Any] | None = None
        self._turn = threading.Lock()
        self._running: set[threading.Event] = set()

    @property
    def loaded(self) -> bool:
        """Whether the weights are in memory."""
        return self._server is not None

    def load(self) -> None:
        """Loads the weights unless they are loaded; a second caller waits for the first.

        Raises:
            WeightsMissing: there is no such file.
            WeightsCorrupt: it is not a GGUF file, or llama.cpp cannot load it.
        """
        if self.loaded:
            return
        with self._turn:
            if not self.loaded:
                if self._loading is None:
                    self._loading = _begun(lambda: start_server(self.settings))
                try:
                    self._server = _waited_for(self._loading)
                finally:
                    if self._loading.done():
                        self._loading = None

    def stream(self, body: Body) -> Iterator[Chunk]:
        """The chunks of one chat completion; closing the iterator stops the generation.

        Raises:
            ModelRefused: the prompt is longer than the context, or the request is malformed.
            ModelUnavailable: the engine failed.
        """
        self.load()
        chunks: queue.SimpleQueue[Chunk | BaseException | None] = queue.SimpleQueue()
        stop = threading.Event()
        self._running.add(stop)
        work = threading.Thread(
            target=self._work, args=(body, chunks.put, stop), name="llama", daemon=True
        )
        work.start()
        try:
            while (item := _next(chunks)) is not None:
                if isinstance(item, BaseException):
                    raise item
                if "error" in item:
                    raise _error(item["error"])
                yield item
        finally:
            stop.set()  # the worker stops at its next token or batch; nobody need wait for it

    def _work(
        self, body: Body, put: Callable[[Chunk | BaseException | None], None], stop: threading.Event
    ) -> None:
        """Runs in its own thread because the call returns only when the answer is complete."""

        def hand_over(chunk: Any) -> bool:
            put(chunk if isinstance(chunk, dict) else {"error": {"message": str(chunk)}})
            return stop.is_set()

        asked: Body = {"chat_template_kwargs": {"enable_thinking": False}} | body
        asked |= {
            "stream": True,
            "stream_options": {"include_usage": True},
            "return_progress": True,
        }
        try:
            with self._turn:
                if stop.is_set():
                    return
                if self._server is None:
                    raise RuntimeError("it was closed while the request waited")
                self._server.handle_chat_completions(asked, hand_over)
        except Exception as exc:
            put(ModelUnavailable(f"The local model failed: {exc}"))
        finally:
            self._running.discard(stop)
            put(None)

    def close(self) -> None:
        """Stops what runs and frees the memory; the next use loads the weights again."""
        for stop in list(self._running):
            stop.set()
        with self._turn:
            if self._loading is not None:  # somebody stopped waiting for it
                wait([self._loading])
            self._server = self._loading = None


def _begun(action: Callable[[], Any]) -> Future[Any]:
    """`action` in a thread of its own."""
    outcome: Future[Any] = Future()

    def work() -> None:
        try:
            outcome.set_result(action())
        except BaseException as exc:
            outcome.set_exception(exc)

    threading.Thread(target=work, name="llama-load", daemon=True).start()
    return outcome


def _waited_for(outcome: Future[Any]) -> Any:
    """The outcome, waited for in short steps as in `_next`."""
    while not wait([outcome], timeout=0.2).done:
        pass
    return outcome.result()


def _next(
    chunks: queue.SimpleQueue[Chunk | BaseException | None],
) -> Chunk | BaseException | None:
    """Waits in short steps: an unlimited wait does not hear Ctrl-C on every system."""
    while True:
        with contextlib.suppress(queue.Empty):
            return chunks.get(timeout=0.2)


def _error(data: Any) -> ModelError:
    """The engine's own error object as one of ours."""
    if not isinstance(data, dict):
        return ModelUnavailable(f"The local model failed: {data}")
    if data.get("type") == "exceed_context_size_error":
        have, room = data.get("n_prompt_tokens"), data.get("n_ctx")
        return ModelRefused(
            f"The prompt has {have} tokens, the local model reads {room}.",
            hint="Ask with fewer passages: -k 4",
        )
    message = f"The local model refused the request: {data.get('message', data)}"
    if data.get("code") == 400:
        return ModelRefused(message)
    return ModelUnavailable(message)


_ENGINES: dict[EngineSettings, Engine] = {}
_GUARD = threading.Lock()


def engine_for(settings: EngineSettings) -> Engine:
    """The process's one engine with these settings, not yet loaded the first time."""
    with _GUARD:
        return _ENGINES.setdefault(settings, Engine(settings))


@atexit.register
def close_engines() -> None:
    """Ends every engine: its threads must not meet an interpreter that is going away."""
    for engine in list(_ENGINES.values()):
        engine.close()


def start_server(settings: EngineSettings, *, api_key: str = "") -> Any:
    """llama.cpp's server object with the weights loaded.

    Args:
        settings: What to load.
        api_key: When given, it listens on loopback for requests with this key.

    Raises:
        WeightsMissing, WeightsCorrupt: as `Engine.load`.
    """
    _check_file(settings.path)
    xllamacpp = _import_quietly()
    params = _parameters(xllamacpp, settings)
    private = Path(tempfile.mkdtemp(prefix="readout-"))
    socket = private / "llama.sock"
    params.api_keys = [api_key or secrets.token_urlsafe(24)]
    if not api_key and sys.platform != "win32" and len(os.fsencode(socket)) < 100:
        params.hostnames = [str(socket)]
    try:
        return xllamacpp.Server(params)
    except RuntimeError as exc:
        raise WeightsCorrupt(
            f"{settings.path} cannot be loaded: damaged, of an unknown kind, or too large"
            " for the free memory.",
            hint="Check the file: rag models list --verify",
        ) from exc
    finally:
        shutil.rmtree(private, ignore_errors=True)


def _check_file(path: Path) -> None:
    try:
        with path.open("rb") as stream:
            magic = stream.read(4)
    except OSError as exc:
        reason = exc.strerror or str(exc)
        raise WeightsMissing(
            f"The weights file {path} cannot be read: {reason}.", hint="See: rag models list"
        ) from exc
    if magic != b"GGUF":
        raise WeightsCorrupt(
            f"{path} is not a GGUF file.", hint="Check the file: rag models list --verify"
        )


def _import_quietly() -> Any:
    """The binding; its OpenMP reads how to wait from the environment when it is loaded."""
    if {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT"} & os.environ.keys():
        import xllamacpp

        return xllamacpp
    os.environ["GOMP_SPINCOUNT"] = SPINS
    try:
        import xllamacpp
    finally:
        del os.environ["GOMP_SPINCOUNT"]  # other libraries' OpenMP is not ours to set
    return xllamacpp


def _parameters(xllamacpp: Any, settings: EngineSettings) -> Any:
    params = xllamacpp.CommonParams()
    params.model.path = str(settings.path)
    params.n_ctx = settings.context
    params.n_parallel = 1
    params.n_batch = params.n_ubatch = BATCH
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = thread_count(settings.threads)
    # Re-packed weights take 0.6 GB more and read prompts a fifth slower, to write a fifth faster;
    # a prompt here has ten times the tokens of its answer.
    params.no_extra_bufts = True
    params.warmup = False
    params.fit_params = False
    params.cache_prompt = True
    params.cache_ram_mib = CACHE_MIB
    params.verbosity = 0
    params.offline = True
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.cors_origins = ""
    params.ui = params.endpoint_slots = params.endpoint_props = False
    return params
