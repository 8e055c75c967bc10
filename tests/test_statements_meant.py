"""Whom "she", "they", "the statement" or "the official" mean: each cause beside its neighbour."""

from __future__ import annotations

import pytest
from reported import said, speakers

from rag.names import Names


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load()


# --- he and she ----------------------------------------------------------------------------------

MET = "Kenyan Foreign Minister Peter Mwangi met Chilean Foreign Minister Elena Rojas on Monday. "


def test_she_is_never_a_man_whom_the_package_knows(names):
    text = "German Chancellor Angela Merkel met French President Emmanuel Macron in Bonn. "
    assert speakers(text + "“Fish is cheap,” she said.", names)[-1] == "Angela Merkel"
    assert speakers(text + "“Fish is cheap,” he said.", names)[-1] == "Emmanuel Macron"
    assert speakers("Emmanuel Macron said it. “Fish is cheap,” she said.", names)[-1] is None


def test_she_is_the_other_of_two_where_the_first_is_a_man(names):
    text = "Prime Minister Emmanuel Macron met Chilean Foreign Minister Elena Rojas. "
    assert speakers(text + "“Fish is cheap,” she said.", names)[-1] == "Elena Rojas"
    three = text.replace(".", " and Kenyan Foreign Minister Anna Mwangi.", 1)
    assert speakers(three + "“Fish is cheap,” she said.", names)[-1] is None


@pytest.mark.parametrize(
    ("first", "she", "he"),
    [
        (MET, "Peter Mwangi", "Peter Mwangi"),
        (MET.replace("Peter", "Mr. Peter"), "Elena Rojas", "Peter Mwangi"),
        (MET.replace("on Monday", "who smiled as she left"), None, "Peter Mwangi"),
    ],
)
def test_he_and_she_follow_what_the_document_tells_of_a_person(names, first, she, he):
    assert speakers(first + "“Fish is cheap,” she said.", names)[-1] == she
    assert speakers(first + "“Fish is cheap,” he said.", names)[-1] == he


def test_who_was_plainly_she_is_not_he_later(names):
    text = "Emmanuel Macron met Chilean Minister Elena Rojas. “Fish is cheap,” she said. {} tea."
    assert speakers(text.format("She praised"), names)[-1] == "Elena Rojas"
    assert speakers(text.format("He praised"), names)[-1] == "Emmanuel Macron"


def test_they_are_those_of_the_sentence_before_who_are_many(names):
    text = MET + "{} were angry. They said it rained."
    assert speakers(text.format("Critics"), names)[-1] == "Critics"
    assert speakers(text.format("The winds"), names)[-1] == "Kenya and Chile"


def test_a_roster_may_mark_women(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text(
        "name,country,office,woman\nPeter Mwangi,Kenya,foreign minister,no\n", encoding="utf-8"
    )
    marked = Names.load(path)
    assert speakers(MET + "“Fish is cheap,” she said.", marked)[-1] == "Elena Rojas"


# --- they and the two sides ----------------------------------------------------------------------

KENYA_JAPAN = "The foreign ministers of Kenya and Japan met on Monday. "
THIRD = "Chile attacked Peru. Peru thanked Chile. Chile and Peru are far. Peru likes Chile. "


@pytest.mark.parametrize("words", ["The two sides", "They", "Both ministers", "The parties"])
def test_those_who_met_speak_however_often_others_are_named(names, words):
    text = f"{KENYA_JAPAN}{THIRD}{words} agreed to meet again."
    assert speakers(text, names)[-1] == "Kenya and Japan"


def test_two_countries_that_did_not_meet_agree_on_nothing(names):
    text = "Chile is near. Chile sold tea to Peru. Peru has ships. The ministers agreed on a pact."
    assert speakers(text, names) == [None]
    signed = "Chile and Peru welcomed the truce. The two sides agreed on a pact."
    assert speakers(signed, names)[-1] == "Chile and Peru"


def test_they_are_those_who_met_last(names):
    text = MET + "They discussed tea. Mwangi also met Peruvian Foreign Minister Ana Vidal"
    assert speakers(text + ". They discussed fish.", names)[-1] == "Kenya and Peru"
    assert speakers(text + " at noon, where they discussed fish.", names)[-1] == "Kenya and Peru"
    assert speakers(MET + "They discussed tea.", names)[-1] == "Kenya and Chile"


@pytest.mark.parametrize(
    "sentence",
    [
        "They said that talks between Russia and Ukraine were needed.",
        "They said that Putin had met Xi last week.",
        "Japan faces calls from Chile to act.",
        "The minister received Chile's letter.",
        "The harvest met the need of Chile.",
    ],
)
def test_a_meeting_that_is_only_spoken_of_brings_nobody_together(names, sentence):
    text = f"{KENYA_JAPAN}{sentence} The two sides agreed to trade."
    assert speakers(text, names)[-1] == "Kenya and Japan"


@pytest.mark.parametrize(
    "sentence",
    [
        "Mwangi spoke by phone with Rojas.",
        "In talks with Rojas on Monday, Mwangi smiled.",
        "Mwangi received a phone call from Rojas.",
        "Mwangi said in a call with Rojas that it rained.",
        "Talks between Mwangi and Rojas were held in Lima.",
        "Rojas and Mwangi met on the quay.",
        "Mwangi told reporters that he had met Rojas.",
    ],
)
def test_whoever_talks_by_whatever_words_is_one_of_the_two_sides(names, sentence):
    known = "Kenyan Minister Peter Mwangi and Chilean Minister Elena Rojas are well known. "
    other = "Kenya is near Peru. Peruvian Minister Ana Vidal met Mwangi. "
    two = speakers(f"{known}{other}{sentence} The two sides agreed to trade.", names)[-1]
    assert two in {"Kenya and Chile", "Chile and Kenya"}


def test_after_a_meeting_with_strangers_they_are_nobody(names):
    text = MET + "Mwangi also met some fishermen on the quay. They discussed fish."
    assert speakers(text, names)[-1] is None
    assert speakers(text.replace("met some fishermen", "stood"), names)[-1] == "Kenya and Chile"


def test_three_who_met_are_they_but_never_two(names):
    text = (
        "Kenyan Foreign Minister Peter Mwangi, Chilean Foreign Minister Elena Rojas, and Peruvian "
        "Foreign Minister Ana Vidal met in Lima. "
    )
    for words in ("They", "The Secretary and the Foreign Ministers", "The Secretary and Ministers"):
        assert speakers(text + f"{words} discussed fish.", names) == ["Kenya, Chile and Peru"]
    assert speakers(text + "The two sides discussed fish.", names) == [None]


def test_what_both_did_is_not_said_by_one_of_them(names):
    text = "Elena Rojas, the Chilean minister, said fish was cheap. {} Rojas thanked Kenya."
    for sentence, count in [
        ("Both ministers stood ready to sell more fish.", 2),
        ("The two sides should sell more fish.", 3),
    ]:
        assert speakers(text.format(sentence), names) == ["Elena Rojas"] * count


def test_a_shared_view_is_agreed(names):
    shared = said(MET + "Both ministers shared the view that fish was cheap.", names)[-1]
    assert (shared.speaker.name, shared.act) == ("Kenya and Chile", "agree")
    assert shared.quote == "fish was cheap"


# --- A and B -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "subject",
    [
        "Elena Rojas, the Chilean foreign minister, and Peter Mwangi, the Kenyan envoy,",
        "Ms Elena Rojas, Minister of Fish of Chile, and Mr Peter Mwangi, Minister of Tea of Kenya,",
        "On 19 July 2018, Elena Rojas, the Chilean envoy, and Peter Mwangi",
        "Elena Rojas and Peter Mwangi",
    ],
)
def test_neither_of_two_subjects_is_lost_with_what_is_said_of_the_first(names, subject):
    (statement,) = said(f"{subject} condemned the raid.", names)
    assert statement.speaker.kind == "joint"
    assert statement.speaker.name in {"Chile and Kenya", "Elena Rojas and Peter Mwangi"}


def test_whom_the_first_thanks_does_not_speak_with_the_next(names):
    text = (
        "Chilean Minister Elena Rojas thanked Peter Mwangi{} and Ana Vidal stressed that it rained."
    )
    for apposition in ("", ", the Kenyan minister,"):
        assert speakers(text.format(apposition), names) == ["Elena Rojas", "Ana Vidal"]


def test_a_country_and_a_movement_agree_together(names):
    for first in ("Chile", "The foreign ministry"):
        (both,) = said(f"{first} and Hamas agreed to a truce.", names)
        assert (both.speaker.kind, both.speaker.name.split()[-1]) == ("joint", "Hamas")
    assert speakers("Chile was glad and Hamas agreed to a truce.", names) == ["Hamas"]


def test_two_who_held_a_summit_are_both_sides(names):
    text = "{} held a summit in Lima. Both sides welcomed the pact."
    assert speakers(text.format("Chile and Japan"), names) == ["Chile and Japan"]
    assert speakers(text.format("Chile"), names) == [None]


def test_two_subjects_keep_their_second_verb(names):
    text = "Chile and Peru signed a pact in Lima and vowed to share the harvest."
    assert speakers(text, names) == ["Chile and Peru"]
    assert speakers(text.replace("Chile and Peru", "Peru"), names) == ["Peru"]


def test_others_of_a_kind_speak_with_the_one_who_is_named(names):
    text = "Kenyan Minister Peter Mwangi smiled. Mwangi and other officials said fish was cheap."
    assert speakers(text, names) == ["Peter Mwangi and other officials"]
    assert speakers(text.replace("Mwangi and other", "Some"), names) == ["officials"]


# --- the statement -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "whose"),
    [
        ("In a statement, the Kenyan foreign ministry welcomed the truce.", "Kenya"),
        ("The Kenyan foreign ministry issued a statement on the truce.", "Kenya"),
        ("Kenya and Peru issued a joint statement on the truce.", "Kenya and Peru"),
        ("Kenyan Minister Peter Mwangi said in a statement that it rained.", "Peter Mwangi"),
        ("A statement by the Kenyan foreign ministry lay on the table.", "Kenya"),
        ("A joint statement by Fishers and the Guild of Boats was read out.", None),
        ("The Kenyan foreign ministry welcomed the truce.", None),
    ],
)
def test_the_statement_is_of_whoever_issued_it_never_of_who_spoke_last(names, first, whose):
    text = f"{first} Chile has rejected the truce. The statement added that fish was cheap."
    assert speakers(text, names)[-1] == whose


def test_it_is_the_statement_that_spoke_last(names):
    text = (
        "Kenya issued a statement. Chile rejected it. The statement said it rained. It urged tea."
    )
    assert speakers(text, names)[-1] == "Kenya"
    unknown = "According to a statement, it rained. Chile rejected it. The statement said so. "
    assert speakers(unknown + "It called for tea.", names)[-1] is None


def test_a_letter_is_not_the_statement(names):
    text = (
        "Kenya issued a statement. Chile sent its answer in a letter. "
        "The {} said that fish was cheap."
    )
    assert speakers(text.format("statement"), names)[-1] == "Kenya"
    assert speakers(text.format("letter"), names)[-1] == "Chile"


def test_who_condemns_a_report_did_not_write_it(names):
    text = "Chile condemned a report on fish. The report said that fish was cheap."
    assert speakers(text, names)[-1] is None
    assert speakers(text.replace("a report", "a Kenyan report"), names)[-1] == "Kenya"


def test_a_joint_statement_is_of_those_who_met(names):
    text = "Fish was cheap. A joint statement reaffirmed the pact of 1990."
    assert speakers(KENYA_JAPAN + text, names)[-1] == "Kenya and Japan"
    assert speakers("Chile and Peru are near. " * 3 + text, names)[-1] is None


# --- who tells, who is told of, and those without a name -----------------------------------------

TOLD = "Emmanuel Macron expressed grief, French spokesman Jean Martin told reporters. "


@pytest.mark.parametrize(
    ("follows", "speaker"),
    [
        ("“He will send a letter,” he said.", "Jean Martin"),
        ("He further disclosed that it rained.", "Jean Martin"),
        ("He added that it rained.", "Jean Martin"),
        ("He thanked Kenya for its help.", "Emmanuel Macron"),
    ],
)
def test_a_spokesman_goes_on_for_himself_only_where_he_tells(names, follows, speaker):
    assert speakers(TOLD + follows, names)[-1] == speaker


def test_he_who_discloses_more_is_not_the_subject_of_a_later_clause(names):
    text = (
        "Spokesperson Jean Martin said fish was cheap. France and Kenya are friends, and President "
        "Emmanuel Macron assured Kenya of help. He {} that it rained."
    )
    assert speakers(text.format("further disclosed"), names)[-1] == "Jean Martin"
    assert speakers(text.format("stressed"), names)[-1] == "Emmanuel Macron"


def test_we_at_the_head_of_a_sentence_is_the_government_that_speaks(names):
    assert speakers("Kenya condemns the raid. We call for talks.", names) == ["Kenya", "Kenya"]
    assert speakers("Mwangi condemned the raid. We call for talks.", names)[-1] is None


def test_who_is_blamed_by_another_is_he(names):
    text = "Kenyan Minister Peter Mwangi was blamed by Chilean Minister Elena Rojas. He said so."
    assert speakers(text, names)[-1] == "Peter Mwangi"


def test_he_may_be_the_person_by_whom_something_was_made_clear(names):
    text = "Kenyan Minister Peter Mwangi left. Chile was glad. That was {} Mwangi. "
    quote = "“Fish is cheap,” he said."
    assert speakers(text.format("made clear by") + quote, names)[-1] == "Peter Mwangi"
    other = text.replace("Mwangi. ", "Elena Rojas, the Chilean minister. ")
    assert speakers(other.format("made clear by") + quote, names)[-1] == "Elena Rojas"


def test_the_official_is_the_last_one_without_a_name(names):
    text = "A senior Chilean official said fish was cheap. Peru denied it. {}The official said so."
    assert speakers(text.format(""), names)[-1] == "senior Chilean official"
    named = "Kenyan Minister Peter Mwangi said tea was cheap. "
    assert speakers(text.format(named), names)[-1] is None
    another = "Another official said tea was cheap. "
    assert speakers(text.format(another), names)[-1] == "Another official"


# --- whose a sentence is not -------------------------------------------------------------------


def test_what_a_body_calls_a_thing_is_its_two_words_and_not_its_heads(names):
    first = "UN Secretary-General António Guterres said help was needed. "
    told = said(first + "Many fled in what the United Nations has called “a mess.”", names)[-1]
    assert (told.speaker.name, told.quote) == ("United Nations", "a mess")
    asked = first + "Asked what the United Nations had called for, Kenya was silent."
    assert speakers(asked, names) == ["António Guterres"]


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("The owner of the ship has been identified as a fisherman.", 2),
        ("The port has been closed again.", 2),
        ("Kenya has been committed to peace.", 3),
    ],
)
def test_what_a_paper_tells_to_have_been_done_is_nobodys_words(names, sentence, count):
    text = "Kenyan Minister Peter Mwangi said the harvest was good. {} He added that it rained."
    assert speakers(text.format(sentence), names) == ["Peter Mwangi"] * count


def test_a_line_of_its_own_is_nobody_who_goes_on(names):
    text = "{}\n\nThe talks were held today.\n\nHe highlighted the role of fish."
    assert speakers(text.format("Media Note"), names) == [None]
    assert speakers(text.format("Peter Mwangi, the Kenyan envoy, smiled."), names) == [
        "Peter Mwangi"
    ]


# --- whose minister ------------------------------------------------------------------------------


def test_its_minister_is_not_the_guest_who_is_named_later(names):
    text = (
        "SUVA, Fiji - Fiji will not host a base, its foreign minister said on Tuesday. Chilean "
        "Foreign Minister Elena Rojas came on Monday. The minister rejected a report on it."
    )
    assert [s.speaker.country for s in said(text, names)] == ["Fiji", "Fiji"]
    named = (
        "SUVA, Fiji - Chilean Foreign Minister Elena Rojas came. The minister rejected a report."
    )
    assert [s.speaker.name for s in said(named, names)] == ["Elena Rojas"]


@pytest.mark.parametrize(
    ("outlet", "country"), [("AFP", None), ("Radio Egypt", "Egypt"), ("", None)]
)
def test_where_an_agency_writes_is_not_whose_spokesman_he_is(names, outlet, country):
    text = "CAIRO - Government spokesman Khalid Barr said the plan was dead. Sudan is at war."
    (statement,) = said(text, names, source=outlet or None)
    assert (statement.speaker.name, statement.speaker.country) == ("Khalid Barr", country)


def test_he_is_not_the_foreign_minister_of_whom_a_spokesman_told(names):
    told = (
        "Kenyan Foreign Minister Peter Mwangi had conveyed his views. He also condemned the raids."
    )
    text = f"Chilean foreign ministry spokesman Luis Vidal thanked Kenya, saying that {told}"
    assert said(text, names)[-1].speaker is None
    own = text.replace("Kenyan Foreign Minister Peter Mwangi", "Foreign Minister Elena Rojas")
    assert said(own, names)[-1].speaker.name in {"Elena Rojas", "Luis Vidal"}
