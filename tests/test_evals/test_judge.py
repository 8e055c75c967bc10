"""A model may judge answers; each question is paid for once, and it is judged itself."""

import json

import pytest

from rag.errors import ModelUnavailable
from rag.evals.gold import Case
from rag.evals.judge import ModelJudge
from rag.evals.judges import labelled_sample
from rag.fakes import FakeModel
from rag.prompts import Prompts, Template, packaged
from rag.types import Answer


@pytest.fixture
def model():
    return FakeModel()


@pytest.fixture
def judge(model, tmp_path):
    template = Template(name="judge", text=packaged()["judge"], origin="packaged")

    def make():
        return ModelJudge(
            lambda: model,
            name="fake",
            prompts=Prompts({"judge": template}),
            cache=tmp_path / "deep" / "cache.jsonl",
        )

    return make


def test_a_verdict_is_asked_once_and_kept_for_the_next_run(judge, model):
    model.enqueue("Yes.", "no")
    first = judge()
    assert first("q", "reference", "answer") is True
    assert first("q", "reference", "other") is False
    assert first("q", "reference", "answer") is True
    assert judge()("q", "reference", "other") is False
    assert len(model.history) == 2


def test_the_prompt_shows_question_reference_and_answer(judge, model):
    model.enqueue("yes")
    judge()("Who {x}?", "the reference", "the answer")
    shown = str(model.history[0][-1].content)
    for part in ("Who {x}?", "the reference", "the answer"):
        assert part in shown


def test_no_verdict_is_asked_for_twice_and_then_missing_not_wrong(judge, model):
    model.enqueue("perhaps", "YES it is")
    assert judge()("q", "r", "a") is True
    model.enqueue("perhaps", "who knows")
    with pytest.raises(ModelUnavailable):
        judge()("q", "r", "b")
    case = Case(id="a", question="q", answerable=True, answers=("r",))
    answer = Answer(id="a", question="q", status="answered", answer="c [1]")
    model.enqueue("perhaps", "who knows")
    assert judge().right(case, answer) is None
    model.enqueue("yes")
    assert judge().right(case, answer) is True
    assert "[1]" not in str(model.history[-1][-1].content)


def test_a_torn_cache_costs_one_question(judge, model, tmp_path):
    model.enqueue("yes", "yes")
    judge()("q", "r", "a")
    cache = tmp_path / "deep" / "cache.jsonl"
    cache.write_text(cache.read_text(encoding="utf-8")[:-10] + "\n", encoding="utf-8")
    assert judge()("q", "r", "a") is True
    assert len(model.history) == 2


def test_its_agreement_with_people_is_measured(judge, model):
    sample = labelled_sample()
    model.enqueue(*["yes"] * len(sample))
    found = judge().agreement()
    assert found.n == len(sample)
    assert found.accepts_wrong == 1
    assert found.rejects_right == 0
    assert json.dumps(found.to_dict())
