"""Loading a local model: interrupted, failed, asked for twice."""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.errors import WeightsCorrupt
from rag.llm.engine import Engine, EngineSettings


class Loader:
    """Loads when it is let to, and remembers in which threads it was asked to."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []
        self.go = threading.Event()
        self.error: Exception | None = None

    def __call__(self, settings: EngineSettings) -> object:
        self.threads.append(threading.current_thread())
        self.go.wait(30)
        if self.error:
            raise self.error
        return object()


@pytest.fixture
def loader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loader]:
    found = Loader()
    monkeypatch.setattr("rag.llm.engine.start_server", found)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield found
    found.go.set()
    signal.signal(signal.SIGINT, before)


def test_ctrl_c_while_the_weights_load_is_heard_and_they_are_loaded_once(loader):
    engine = Engine(EngineSettings(path=Path("any.gguf")))
    timer = threading.Timer(0.1, _thread.interrupt_main)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        engine.load()
    timer.join()
    assert not engine.loaded
    loader.go.set()
    engine.load()
    assert engine.loaded
    assert len(loader.threads) == 1
    assert loader.threads[0] is not threading.main_thread()
    engine.close()


def test_closing_waits_for_weights_that_nobody_waits_for_any_more(loader):
    engine = Engine(EngineSettings(path=Path("any.gguf")))
    timer = threading.Timer(0.1, _thread.interrupt_main)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        engine.load()
    timer.join()
    threading.Timer(0.1, loader.go.set).start()
    engine.close()
    assert loader.go.is_set()
    assert not engine.loaded


def test_a_file_that_could_not_be_loaded_is_tried_again(loader):
    engine = Engine(EngineSettings(path=Path("any.gguf")))
    loader.go.set()
    loader.error = WeightsCorrupt("half of it is missing")
    with pytest.raises(WeightsCorrupt):
        engine.load()
    loader.error = None
    engine.load()
    assert engine.loaded
    assert len(loader.threads) == 2
    engine.close()
