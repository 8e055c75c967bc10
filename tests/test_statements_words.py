"""Words that are speech in one sentence and none in its neighbour, and who tells or hears them."""

from __future__ import annotations

import pytest
from reported import said, to

from rag.names import Names
from rag.types import Statement

ROJAS = "Chilean Foreign Minister Elena Rojas met Kenyan Foreign Minister Peter Mwangi on Monday. "


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load()


def told(statement: Statement) -> tuple[str | None, list[str], str]:
    speaker = statement.speaker.name if statement.speaker else None
    return speaker, [p.name for p in statement.reported_by], statement.quote


# --- who tells it --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "reporter"),
    [
        ("RIA Novosti", "RIA Novosti"),
        ("news agency RIA Novosti", "RIA Novosti"),
        ("Russian state news agency RIA Novosti", "RIA Novosti"),
        ("the Chilean state-run news agency Prensa Sur", "Prensa Sur"),
        ("the Chilean government", "Chile"),
    ],
)
def test_words_before_an_agency_hide_neither_it_nor_make_its_country_the_teller(
    names, source, reporter
):
    text = ROJAS + f"“Fish is cheap,” Rojas said, according to {source}."
    assert told(said(text, names)[-1]) == ("Elena Rojas", [reporter], "Fish is cheap")


def test_each_sentence_of_a_quotation_has_its_reporter_an_aides_too(names):
    text = (
        "“Boats sail. Nets are wide,” Chilean spokesman Luis Paz was quoted as saying by Izvestia."
    )
    assert [told(s)[:2] for s in said(text, names)] == [("Luis Paz", ["Izvestia"])] * 2


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("a person briefed on the talks told Reuters", "person briefed on the talks"),
        ("diplomats briefed on the talks said", "diplomats briefed on the talks"),
        ("a person familiar with the talks said", "person familiar with the talks"),
        ("a diplomat told Reuters", "diplomat"),
    ],
)
def test_a_person_briefed_on_talks_tells_what_others_proposed(names, who, name):
    text = ROJAS + f"China proposed in the talks this week to increase catches, {who}."
    assert told(said(text, names)[-1]) == ("China", [name], "to increase catches")


def test_what_a_source_says_of_a_country_is_the_sources_and_what_the_country_said_its_own(names):
    view = said(ROJAS + "According to Rojas, Kenya would back either route.", names)[-1]
    assert told(view) == ("Elena Rojas", [], "Kenya would back either route")
    word = said(ROJAS + "According to Rojas, Kenya said it would sail.", names)[-1]
    assert told(word) == ("Kenya", ["Elena Rojas"], "it would sail")


# --- words that are no speech --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "quotes"),
    [
        ("Kenya raised the combat readiness of its troops.", []),
        ("Rojas raised the price of fish.", []),
        ("Rojas raised the issue of nets.", ["the issue of nets"]),
        ("Rojas raised the price of fish with Mwangi.", ["the price of fish with Mwangi"]),
        ("The bay will open once we have written and verifiable assurances.", []),
        ("We have written that fish is cheap.", ["fish is cheap"]),
        ("We will seek to raise the cost of fish.", []),
        ("Rojas sought support for the ban.", ["support for the ban"]),
        ("Referring to the accord, the top envoy said boats were new.", ["boats were new"]),
        ("Rojas spoke at length, maintaining that nets were wide.", ["nets were wide"]),
        (
            "Rojas said that all share the same issues, including promoting boats, maintaining "
            "production, business and jobs.",
            [
                "all share the same issues, including promoting boats, maintaining production, "
                "business and jobs"
            ],
        ),
    ],
)
def test_a_thing_raised_kept_or_sought_is_no_speech_and_a_matter_raised_is(names, sentence, quotes):
    assert [s.quote for s in said(ROJAS + sentence, names)] == quotes


# --- who hears it --------------------------------------------------------------------------------


def test_words_to_a_public_of_a_call_are_not_to_the_other_of_it(names):
    text = (
        "{} hours after Kenyan President Peter Mwangi said the two had held a good phone call. "
        "“Fish is dear,” Rojas told reporters."
    )
    start = "Chilean President Elena Rojas threatened to leave talks with Kenya,"
    assert [to(s) for s in said(text.format(start), names)][:2] == [None, None]
    call = (
        "Chilean President Elena Rojas spoke to Kenyan President Peter Mwangi. She praised boats."
    )
    assert to(said(call, names)[-1]) == "Peter Mwangi"


def test_the_ministers_thanked_by_a_third_are_not_the_two_who_met(names):
    text = ROJAS + "Peruvian President Ana Paz thanked {} for fish."
    assert to(said(text.format("the ministers"), names)[-1]) is None
    assert to(said(text.format("the two ministers"), names)[-1]) == "Chile and Kenya"


@pytest.mark.parametrize("who", ["Kenya", "Kenya's army-backed council on Thursday"])
def test_what_is_denied_is_not_listed_as_done(names, who):
    found = said(f"{who} denied it had accepted a truce.", names)
    assert {s.act for s in found} <= {"deny"}
