"""Who is easily taken for the speaker and is not: each a pair of texts that differ in one thing."""

from __future__ import annotations

import pytest
from reported import said, speakers

from rag.names import Names


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load()


ROJAS = "Chilean Foreign Minister Elena Rojas said fish was cheap. "
PAIR = "Chilean President Elena Rojas spoke to Kenyan President Peter Mwangi on Monday. "


# --- two who talk ----------------------------------------


@pytest.mark.parametrize("words", ["Both", "The leaders", "The two sides", "They"])
def test_a_word_for_two_is_nobodys_name(names, words):
    assert speakers(f"The harbour was full. {words} agreed to cut tariffs.", names) == [None]
    assert speakers(f"{PAIR}{words} agreed to cut tariffs.", names)[-1] == "Chile and Kenya"


def test_it_was_agreed_by_nobody_who_can_be_told(names):
    assert speakers("The text was ready. It was agreed to meet again.", names) == [None]
    assert speakers(f"{PAIR}It was agreed to meet again.", names)[-1] == "Chile and Kenya"


def test_one_who_is_only_mentioned_is_no_partner_of_an_unnamed_minister(names):
    told = " The leaders agreed to cut tariffs. Chilean President Elena Rojas was not there."
    unnamed = "The Prime Minister spoke to President Peter Mwangi of Kenya."
    named = "Peruvian Prime Minister Ana Holm spoke to President Peter Mwangi of Kenya."
    assert speakers(unnamed + told, names)[-1] is None
    assert speakers(named + told, names)[-1] == "Peru and Kenya"
    headline = "Prime minister speaks to Mwangi\n\n"
    assert speakers(headline + named + told, names)[-1] == "Peru and Kenya"
    at_home = "LONDON, May 3 -- " + unnamed
    assert speakers(at_home + told, names)[-1] == "United Kingdom and Kenya"


# --- words that are no name ----------------------------------------


@pytest.mark.parametrize(
    ("opening", "last"),
    [
        ("First on the list was the first ban on nets.", "Elena Rojas"),
        ("Fishermen were glad, and other fishermen were not.", "Elena Rojas"),
        ("Insisting on a ban, she looked at nobody.", "Elena Rojas"),
        ("Holm was glad, and other fishermen were not.", None),
    ],
)
def test_a_word_of_everyday_that_begins_a_sentence_is_not_he(names, opening, last):
    text = (
        f"Chilean Foreign Minister Elena Rojas said fish was cheap. {opening} She called for talks."
    )
    assert speakers(text, names)[-1] == last


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Denying claims suggesting that fish was cheap, Rojas said it was dear.", "Elena Rojas"),
        ("Replying to questions from reporters, Rojas said it was dear.", "Elena Rojas"),
        ("Consequently Nairobi asked the envoy to leave.", "Kenya"),
        ("Thus Nairobi asked the envoy to leave.", "Kenya"),
        ("Elena Nairobi asked the envoy to leave.", None),
    ],
)
def test_a_word_before_the_subject_is_no_part_of_it(names, sentence, expected):
    assert {*speakers(ROJAS + sentence, names)[1:]} <= {expected}


def test_an_answer_to_questions_is_the_answer_alone(names):
    answer = said(ROJAS + "Responding to questions on nets, Rojas said it was dear.", names)
    assert [s.quote for s in answer[1:]] == ["it was dear"]


def test_the_seat_of_a_government_is_no_person(names):
    told = speakers("But the White House responded that fish was dear.", names)
    assert told == ["United States"]


def test_unnamed_ones_are_named_without_the_clause_around_them(names):
    text = ROJAS + "She called Lima, where the two diplomats discussed fish."
    assert speakers(text, names)[-1] == "two diplomats"
    quoted = "The Lagoon Times quoted several people briefed on the ban, and fish was cheap."
    assert said(quoted, names) == []


# --- whose office ----------------------------------------


@pytest.mark.parametrize(
    ("body", "country"),
    [("National Security Council", "United States"), ("State Department", "United States")],
)
def test_a_national_council_is_not_the_united_nations(names, body, country):
    last = said(f"“Fish is dear,” U.S. {body} spokesman Karim Holm said on Monday.", names)[-1]
    assert last.speaker is not None
    assert last.speaker.country == country


def test_the_chief_of_an_agency_is_the_one_who_is_named(names):
    named = "The food body (WHO) chief Karim Holm came to Lima. The WHO chief said food was dear."
    assert speakers(named, names) == ["Karim Holm"]
    other = named.replace("The food body (WHO) chief", "The chef")
    assert "Karim Holm" not in speakers(other, names)


def test_the_two_of_three_named_in_one_breath_are_nobody(names):
    three = (
        "Kenyan President Peter Mwangi and Peruvian President Ana Holm will be visited by Chilean "
        "President Elena Rojas. The two nations agreed to cut tariffs."
    )
    two = three.replace(" and Peruvian President Ana Holm", "")
    assert speakers(three, names)[-1] is None
    assert speakers(two, names)[-1] == "Kenya and Chile"


def test_countries_named_as_examples_are_not_the_subject(names):
    listed = "Rojas and colleagues from nine nations including Peru, Kenya and Ghana urged calm."
    assert not {"Kenya", "Ghana", "Kenya and Ghana"} & set(speakers(listed, names))
    assert speakers("Peru urged calm. Kenya and Ghana urged calm.", names)[-1] == "Kenya and Ghana"


def test_they_are_two_countries_only_where_a_talk_is_told(names):
    told = "Chile sold fish to Kenya. Kenya sold tea to Chile. They condemned the raid."
    assert speakers(told, names) == [None]
    assert speakers(f"Chile met Kenya in Lima. {told}", names)[-1] == "Chile and Kenya"


# --- he ----------------------------------------


def test_he_in_a_clause_is_the_one_with_whom_the_sentence_begins(names):
    first = "Kenyan President Peter Mwangi said fish was cheap. "
    clause = "But Karim Holm smiled as he called for a ban. Karim Holm said no."
    assert speakers(first + clause, names)[1] == "Karim Holm"
    tells = "But Karim Holm smiled, he said. Karim Holm said no."
    assert speakers(first + tells, names)[1] == "Peter Mwangi"
    aide = "Holm aide Ivo Marin smiled as he called for a ban. Karim Holm said no."
    assert speakers(first + aide, names)[1] != "Karim Holm"


@pytest.mark.parametrize("line", ["Lagoon talks go on", "LA SERENA"])
def test_he_is_no_place_in_a_heading(names, line):
    text = f"Chile called for calm.\n\n{line}\n\nOn fish, he said, much was to be done."
    assert speakers(text, names)[-1] is None


# --- a second verb ----------------------------------------


@pytest.mark.parametrize(
    ("within", "own"),
    [
        (
            "Rojas questioned the envoys, who played the raid down and called for patience.",
            "Rojas questioned the envoys, who were late, and called for patience.",
        ),
        (
            "Rojas said President Peter Mwangi was ready and had called for patience.",
            "Rojas said fish was cheap and called for patience.",
        ),
        (
            "Rojas said Karim Holm “was ready” and called for patience. Karim Holm said so.",
            "Rojas said he “was ready” and called for patience. Karim Holm said so.",
        ),
        (
            "Rojas said that Lima had fed its envoy and asked the guests to leave.",
            "Rojas said that the envoy had been fed and asked the guests to leave.",
        ),
    ],
)
def test_a_second_verb_in_a_clause_is_not_the_main_subjects(names, within, own):
    def asked(sentence: str) -> list[str | None]:
        found = said(ROJAS + sentence, names)[1:]
        return [s.speaker and s.speaker.name for s in found if s.act in {"urge", "ask"}][-1:]

    assert asked(within) in ([], [None]) or "questioned" in within
    assert "patience" not in {s.quote for s in said(ROJAS + within, names)}
    assert asked(own) == ["Elena Rojas"]


def test_while_some_do_others_speak_for_themselves(names):
    some = "While some delegates praised the raid, others condemned it, adding that fish was dear."
    found = [(s.speaker and s.speaker.name, s.quote) for s in said(some, names)]
    assert ("others", "fish was dear") in found
    alone = "Some delegates praised the raid, adding that fish was dear."
    assert [s.speaker and s.speaker.name for s in said(alone, names)] == ["delegates"] * 2


# --- what is no speech ----------------------------------------


@pytest.mark.parametrize(
    ("gloss", "speech"),
    [
        ("referring to the raid", "recalling the raid"),
        ("speaking of Lima", "thanking Lima"),
        ("responding to questions on Lima", "thanking Lima"),
        ("reacting to the claims", "rejecting the claims"),
    ],
)
def test_what_words_are_about_is_not_said(names, gloss, speech):
    assert len(said(f"{ROJAS}“It was wrong,” Rojas said, {gloss}.", names)) == 2
    assert len(said(f"{ROJAS}“It was wrong,” Rojas said, {speech}.", names)) == 3


@pytest.mark.parametrize(
    ("not_said", "is_said"),
    [
        ("Rojas presented Mwangi with a letter.", "Rojas presented the plan for fish."),
        (
            "Rojas shared her hope that Kenya would win, supported with arms.",
            "Rojas welcomed the talks, and supported the plan.",
        ),
        (
            "Asked whether the two sides would discuss fish, Rojas left.",
            "The two sides discussed fish.",
        ),
    ],
)
def test_what_is_done_or_may_be_done_is_not_said(names, not_said, is_said):
    acts = {"explain", "support", "discuss"}
    assert not acts & {s.act for s in said(PAIR + not_said, names)}
    assert acts & {s.act for s in said(PAIR + is_said, names)}


def test_one_of_several_gerunds_is_no_statement(names):
    row = "Rojas committed to promoting trade, highlighting crafts and building roads."
    assert [s.quote for s in said(ROJAS + row, names)][1:] == [
        "promoting trade, highlighting crafts and building roads"
    ]
    adds = "Rojas committed to promoting trade, stressing that roads were built."
    assert len(said(ROJAS + adds, names)) == 3


def test_those_who_were_briefed_brief_nobody(names):
    assert not said("Two diplomats briefed on the raid were not sure.", names)
    assert [s.act for s in said("Two diplomats briefed the envoys on the raid.", names)] == [
        "brief"
    ]


def test_a_noun_that_could_be_a_verb_is_none_behind_its_article(names):
    found = said(ROJAS + "Reacting to the claims, Rojas said it was dear.", names)[1:]
    assert [(s.speaker.name, s.quote) for s in found] == [("Elena Rojas", "it was dear")]


def test_what_is_told_of_one_person_does_not_go_on(names):
    told = "Her spokesman Karim Holm said that Rojas accepted the offer. It should be a first."
    plain = "Rojas accepted the offer. It should be a first."
    text = "Chilean President Elena Rojas thanked Kenya. "
    assert "It should be a first" not in {s.quote for s in said(text + told, names)}
    assert "It should be a first" in {s.quote for s in said(text + plain, names)}


def test_a_quoted_verb_behind_an_attribution_is_of_the_sentence(names):
    text = "Kenya's government told of the call. Rojas, it said, “warned” Mwangi of delays."
    assert said(text, names)[-1].quote.startswith("Rojas, it said")


# --- whose country ----------------------------------------


def country_of(text: str, names: Names, person: str) -> str | None:
    found = [s.speaker for s in said(text, names) if s.speaker and s.speaker.name == person]
    return found[-1].country


def test_a_minister_is_not_of_the_others_because_a_spokesman_is_of_one(names):
    text = (
        "Kenyan government spokesman Karim Holm met the press. Kenya and Chile had talked: foreign "
        "minister Ana Otieno thanked Chile, and Chile thanked Kenya. Otieno said fish was cheap."
    )
    assert country_of(text, names, "Ana Otieno") != "Chile"
    talk = text.replace("government spokesman", "prime minister")
    assert country_of(talk, names, "Ana Otieno") == "Chile"


def test_who_is_told_of_is_not_the_spokesperson_who_tells(names):
    text = "NAIROBI, May 3 -- According to the spokesperson, Karim Holm praised Lima for the plan."
    assert said(text, names)[-1].speaker.office is None
    apposed = text.replace("Karim Holm praised", "Karim Holm, Lima praised")
    assert said(apposed, names)[-1].speaker.name != "Karim Holm"


@pytest.mark.parametrize(
    ("office", "country"), [("IFO director", None), ("Foreign Minister", "Kenya")]
)
def test_the_director_of_an_unknown_body_is_of_no_dateline(names, office, country):
    text = f"NAIROBI, May 3 -- Roads were built. {office} Karim Holm said fish was cheap."
    assert country_of(text, names, "Karim Holm") == country


def test_a_delegation_is_not_its_state(names):
    spoken = said("The Kenyan delegation said fish was cheap.", names)[-1].speaker
    assert (spoken.name, spoken.country) == ("Kenyan delegation", "Kenya")
    assert speakers("The Kenyan side said fish was cheap.", names) == ["Kenya"]
