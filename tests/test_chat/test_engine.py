"""The assistant behind a conversation: loaded in the background, stopped, exchanged, missing."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import pytest

from rag.chat import conversation
from rag.chat.engine import Engine
from rag.errors import IndexMissing, ModelUnavailable, WeightsMissing
from rag.types import Answer, Drafting, Filters, Finished

QUESTION = "What did Pakistan say about Xinjiang?"
PLAIN = {"filters": Filters(), "history": (), "evidence_only": False}


class Slow:
    """An assistant that notes what is asked of it, and waits where it is told to."""

    def __init__(self) -> None:
        self.settings = SimpleNamespace(model="fake")
        self.noted: list[str] = []
        self.searching = threading.Event()
        self.closed = threading.Event()

    def search(self, question: str) -> None:
        self.searching.wait(5)
        self.noted.append("search")

    def warm(self) -> None:
        self.noted.append("warm")

    def stream(self, question: str, **_: object):
        try:
            for tokens in range(1000):
                yield Drafting(tokens=tokens)
                time.sleep(0.005)
            yield Finished(answer=Answer(id="", question=question, status="answered"))
        finally:
            self.closed.set()

    def close(self) -> None:
        self.noted.append("close")


def finished(engine: Engine) -> None:
    assert engine._thread
    engine._thread.join(5)


def test_the_models_are_loaded_before_anybody_asks():
    slow = Slow()
    slow.searching.set()
    engine = Engine(lambda _: slow)
    engine.start()
    finished(engine)
    assert slow.noted == ["search", "warm"]


def test_evidence_does_not_wait_for_the_large_model():
    slow = Slow()
    engine = Engine(lambda _: slow)
    engine.start()
    events = engine.stream(QUESTION, **PLAIN)
    next(events)
    slow.searching.set()
    finished(engine)
    assert slow.noted == ["search"]
    events.close()


def test_leaving_an_answer_stops_the_work_behind_it():
    slow = Slow()
    engine = Engine(lambda _: slow)
    engine.start(warm=False)
    for _ in engine.stream(QUESTION, **PLAIN):
        break
    assert slow.closed.wait(2)


def test_a_missing_index_is_looked_for_again_at_the_next_question():
    slow, built = Slow(), threading.Event()

    def open_it(_: object) -> Slow:
        if not built.is_set():
            raise IndexMissing("Nothing has been indexed yet.", hint="Run: rag index")
        return slow

    engine = Engine(open_it)
    engine.start(warm=False)
    with pytest.raises(IndexMissing):
        engine.assistant()
    built.set()
    assert engine.assistant() is slow


def test_a_model_that_cannot_be_opened_leaves_the_one_before():
    slow = Slow()

    def open_it(model: str | None) -> Slow:
        if model == "bad":
            raise ModelUnavailable("No such server.")
        return slow

    engine = Engine(open_it)
    engine.start(warm=False)
    with pytest.raises(ModelUnavailable):
        engine.use("bad")
    assert engine.assistant() is slow
    assert "close" not in slow.noted


def test_a_model_chosen_while_the_first_is_still_loading_stays_chosen():
    first, second = Slow(), Slow()
    waiting = threading.Event()

    def open_it(model: str | None) -> Slow:
        if model is None:
            waiting.wait(5)
            return first
        return second

    engine = Engine(open_it)
    engine.start(warm=False)
    loading = engine._thread
    engine.use("other")
    waiting.set()
    assert loading
    loading.join(5)
    assert engine.assistant() is second


def test_missing_weights_are_said_once_and_the_quotes_answer_until_they_come(talk, monkeypatch):
    missing = WeightsMissing("The weights are not here.", hint="Fetch them: rag models pull")
    monkeypatch.setattr(conversation, "missing_weights", lambda _: missing)
    one = talk(live=False)
    told = one.say(QUESTION)
    assert told.startswith("The weights are not here.\nFetch them: rag models pull\n")
    assert "· fake" not in told
    assert "weights" not in one.say(QUESTION)
    monkeypatch.setattr(conversation, "missing_weights", lambda _: None)
    told = one.say(QUESTION)
    assert told.startswith("The model is here now.\n")
    assert "· fake" in told


def test_a_defect_is_a_line_too_and_the_talk_goes_on(talk, monkeypatch):
    one = talk(live=False)
    monkeypatch.setattr(one.conversation.engine, "refresh", lambda: 1 / 0)
    assert one.say(QUESTION).startswith("ZeroDivisionError: division by zero")
    monkeypatch.undo()
    assert "Imran Khan" in one.say(QUESTION)


def test_a_conversation_that_cannot_be_saved_says_so_once_and_answers(talk, own_home):
    own_home.write_text("a file where the folder should be", encoding="utf-8")
    one = talk(live=False)
    told = one.say(QUESTION)
    assert "cannot be saved" in told
    assert "✓ 2 sentences" in told
    assert "cannot be saved" not in one.say(QUESTION)
    assert "→ What did Pakistan say about Hong Kong?" in one.say("and on Hong Kong?")
