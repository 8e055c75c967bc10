"""Who is easily taken for the speaker and is not: each a pair of texts that differ in one thing."""

from __future__ import annotations

import pytest

from rag.names import Names
from rag.segment import split_sentences
from rag.statements import extract
from rag.types import Document, Metadata, Statement


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load()


def said(text: str, names: Names, published: str = "2022-06-15") -> list[Statement]:
    document = Document(name="a.txt", text=text, metadata=Metadata(published=published))
    return extract(document, split_sentences(text, document.name), names)


def speakers(text: str, names: Names) -> list[str | None]:
    return [s.speaker.name if s.speaker else None for s in said(text, names)]


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


# --- words that are no name ----------------------------------------


@pytest.mark.parametrize(
    ("opening", "last"),
    [
        ("First on the list was the first ban on nets.", "Elena Rojas"),
        ("Fishermen were glad, and other fishermen were not.", "Elena Rojas"),
        ("Insisting on a ban, she looked at nobody.", "Elena Rojas"),
        ("Holm was glad, and other fishermen were not.", "Holm"),
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
