"""A true sentence that does not answer the question is not shown as its answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answer.answerable import ENOUGH, probability
from rag.answer.compose import introduced
from rag.answer.pertinent import beside_the_point
from rag.answer.selecting import QUOTE, scattered, selected
from rag.assistant import Assistant
from rag.fakes import FakeModel
from rag.retrieve.evidence import holds
from rag.types import Evidence, Party, Query
from rag.workspace import Workspace

STAGES = {"topic": 1.0, "speaker": 1.0, "asked": 0.0, "dense": 0.6}


def place(quote: str, score: float = 1.0, **given: object) -> Evidence:
    stages = STAGES | {k: given.pop(k) for k in ("asked", "topic", "dense") if k in given}
    made = {"document": "a.txt", "start": 0, "end": len(quote), "stages": stages}
    return Evidence(quote=quote, score=score, **(made | given))


def query(text: str, *terms: str, **given: object) -> Query:
    return Query(text=text, standalone=text, terms=terms, **given)


PORT = (
    "Norland thanked the Sudrian side for supporting its position on the northern port, adding that"
    " non-interference in the affairs of others is a principle of the Charter."
)
NORLAND = Party(name="Norland", country="Norland")


@pytest.mark.parametrize(
    ("draft", "why"),
    [
        (
            "Norland said its position on the northern port is a principle of the Charter.",
            "thanked",
        ),
        ("Norland said that non-interference is a principle of the Charter.", "asked about"),
        ("Norland thanked the Sudrian side for supporting it on the northern port.", None),
        ("Norland was grateful for Sudrian support on the northern port.", None),
    ],
)
def test_a_sentence_that_drops_the_act_or_the_topic_is_no_answer(
    draft: str, why: str | None
) -> None:
    asked = query("What did Norland say about the northern port?", "northern", "port")
    found = beside_the_point(draft, [place(PORT)], asked)
    assert found is None if why is None else found is not None and why in found


def test_a_number_that_is_asked_for_is_not_left_out_though_another_place_was_cited() -> None:
    asked = query("How many ships came?", "ships", "came", asks="number")
    told = place("The number of ships grew.")
    counted = place("In all 1,200 ships came.", asked=1.0)
    why = beside_the_point("The number of ships grew.", [told], asked, [told, counted])
    assert why is not None and "number" in why
    assert beside_the_point("1,200 ships came.", [counted], asked, [told, counted]) is None


def test_a_name_tells_who_asks_for_a_person_something() -> None:
    spoken = place("The harbour needs peace, Berg said.", speaker="Anna Berg")
    asked = query("Who spoke of the harbour?", "harbour", asks="person")
    assert beside_the_point("Anna Berg spoke of the harbour.", [spoken], asked) is None
    repeated = beside_the_point("The harbour was spoken of.", [spoken], asked)
    assert repeated == "only repeats the question"


def test_a_slip_of_the_keyboard_in_the_question_is_no_news() -> None:
    spoken = place("Norland hopes for economic cooperation in fishing, oil and timber.")
    asked = query("What does Norland wish for in econmic cooperaton?", "econmic", "cooperaton")
    draft = "Norland wishes for economic cooperation."
    assert beside_the_point(draft, [spoken], asked) == "only repeats the question"


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("The two sides met.", False),
        ("Between 2016 and 2019 they met.", False),
        ("One of them agreed.", False),
        ("They signed three treaties.", True),
        ("Some 350,000 came.", True),
        ("Thousands volunteered.", True),
    ],
)
def test_two_sides_and_years_are_no_number_that_answers_how_many(text: str, held: bool) -> None:
    assert holds("number", text) is held


def test_names_joined_in_a_question_are_each_answered() -> None:
    asked = query(
        "What do the files say of help for Norland and Sudria?",
        named=("Norland", "Sudria"),
    )
    north, south = place("Help reached Norland.", 1.0), place("Help reached Sudria.", 0.9, start=40)
    other = place("Help is good.", 0.95, start=90)
    assert scattered(asked, [north, other, south])
    assert selected(asked, [north, other, south], QUOTE)[:2] == [north, south]
    both = place("Help reached Norland and Sudria.", 1.0)
    assert not scattered(asked, [both, north])


def test_who_was_told_and_when_it_was_reported_are_said_where_they_are_asked() -> None:
    spoken = place(
        "We stand with you.", speaker="Anna Berg", addressee="Ivo Novak", published="2021-05-04"
    )
    assert introduced(spoken) == "Anna Berg: “We stand with you.”"
    assert introduced(spoken, to=True).startswith("Anna Berg, to Ivo Novak: ")
    assert introduced(spoken, dated=True).startswith("Anna Berg, reported on 2021-05-04: ")
    assert ", reported in 2021: " in introduced(replace(spoken, published="2021"), dated=True)


def test_a_models_no_turns_a_likely_fact_into_a_no_and_its_yes_saves_a_doubted_one() -> None:
    near = [place("The port opened in 1958.", dense=0.6)]
    assert (
        probability(near, doubted=False, yes=0.9)
        > ENOUGH
        > probability(near, doubted=False, yes=0.1)
    )
    assert probability(near, doubted=True, yes=0.9) > ENOUGH
    far = [place("The port opened in 1958.", dense=0.1, topic=0.1)]
    assert probability(far, doubted=True) < ENOUGH < probability(near, doubted=False)
    assert probability([], doubted=True, yes=0.0) < 0.01


@pytest.mark.parametrize(("yes", "status"), [(0.02, "not_found"), (0.98, "answered")])
def test_a_fact_is_answered_only_where_the_model_finds_the_answer_likely(
    seeds: Workspace, monkeypatch: pytest.MonkeyPatch, yes: float, status: str
) -> None:
    monkeypatch.setattr("rag.answer.asked_whether", lambda *_: yes)
    workspace = replace(seeds, settings=replace(seeds.settings, model="fake"))
    with Assistant.open(workspace) as assistant:
        model = FakeModel().enqueue("CNBG signed the vaccine trial agreement with Morocco. [1]")
        assistant.__dict__["model"] = model
        asked = "Which company signed the vaccine trial agreement with Morocco?"
        answer = assistant.ask(asked)
        assert answer.status == status
        assert len(model.history) == (status == "answered"), "no writing after a no"
