"""Who speaks together, and who is meant where a text has just brought somebody in."""

from __future__ import annotations

import pytest
from reported import said, speakers

from rag.names import Names


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load()


# --- lists ---------------------------------------------------------------------------------------

THREE = "Spain, Portugal and Chile"


@pytest.mark.parametrize(
    ("subject", "speaker"),
    [
        ("Portugal and Chile", "Portugal and Chile"),
        (THREE, THREE),
        ("Spain, Portugal, Kenya, and Chile", "Spain, Portugal, Kenya and Chile"),
        ("Foreign ministers from Spain, Portugal and Chile", THREE),
        ("The Governments of Spain, Portugal and Chile", THREE),
        ("The ministers of Spain, Portugal and Chile, in view of the raid,", THREE),
        ("Ada Holm, Peter Mwangi and Elena Rojas", "Ada Holm, Peter Mwangi and Elena Rojas"),
        ("Five port powers and Chile", "Five port powers and Chile"),
        ("Envoys of the 27 member states and Chile", "Envoys of the 27 member states and Chile"),
        ("Negotiators from Spain, Portugal and Chile", f"Negotiators from {THREE}"),
        ("Hungary, Slovakia and others", "Hungary, Slovakia and others"),
        ("Kenya, a member of the bloc, and Chile", "Kenya and Chile"),
        ("Ada Holm, the minister of fish and ports, and Elena Rojas", "Ada Holm and Elena Rojas"),
        ("Together with Spain, Portugal and Chile", "Portugal and Chile"),
        ("After talks with Spain, Portugal and Chile", "Portugal and Chile"),
        ("Kenya closed its port and Chile", "Chile"),
        ("In Nairobi, Portugal and Chile", "Portugal and Chile"),
    ],
)
def test_a_list_of_speakers_is_never_cut_to_its_last_two(names, subject, speaker):
    assert speakers(f"{subject} said that the port was open.", names) == [speaker]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("“The port is open,” Spain, Portugal and Chile said.", THREE),
        ("“The port is open,” said Spain, Portugal and Chile in a statement.", THREE),
        ("“The port is open,” said Ada Holm and Peter Mwangi.", "Ada Holm and Peter Mwangi"),
        ("“The port is open,” said Ada Holm, the port minister.", "Ada Holm"),
        ("The port is open, according to Spain, Portugal and Chile.", THREE),
        ("According to Spain and Chile, the port is open.", "Spain and Chile"),
    ],
)
def test_behind_its_words_a_list_is_whole_too(names, text, speaker):
    assert speakers(text, names) == [speaker]


def test_a_pair_that_tells_of_another_is_the_reporter_as_a_pair(names):
    told = said("Spain and Portugal said that Peru condemned the raid.", names)[0]
    assert (told.speaker.name, [p.name for p in told.reported_by]) == (
        "Peru",
        ["Spain and Portugal"],
    )


def test_a_source_before_a_list_does_not_join_it(names):
    text = "According to Spain, Portugal and Chile agreed to open the port."
    told = said(text, names)[0]
    assert (told.speaker.name, [p.name for p in told.reported_by]) == (
        "Portugal and Chile",
        ["Spain"],
    )


# --- he behind a subject of his own --------------------------------------------------------------

BEFORE = "Chilean President Diego Rojas said the call was good. "


@pytest.mark.parametrize(
    ("clause", "speaker"),
    [
        ("Tanaka made a reference to the war as", None),
        ("During the trip, Tanaka also made a reference to the war as", None),
        ("The premier made a reference to the war as", None),
        ("Taro Tanaka made a reference to the war as", "Taro Tanaka"),
        ("Kenyan President Peter Mwangi made a reference to the war as", "Peter Mwangi"),
        ("The port was closed when", "Diego Rojas"),
    ],
)
def test_he_is_never_the_last_speaker_behind_a_subject_that_is_not_known(names, clause, speaker):
    assert speakers(f"{BEFORE}{clause} he told Lin that the port was open.", names)[-1] == speaker


@pytest.mark.parametrize(
    ("source", "speaker"),
    [
        ("Kenyan Foreign Minister Peter Mwangi", "Peter Mwangi"),
        (
            "the chairman's envoy for the lakes and rivers of the north, Peter Mwangi",
            "Peter Mwangi",
        ),
        ("the commissioner", None),
    ],
)
def test_he_is_whom_the_council_heard_and_not_who_spoke_before(names, source, speaker):
    text = f"{BEFORE}The Council heard this morning from {source}. He warned of new raids."
    text += " Kenyan Foreign Minister Peter Mwangi said so."
    assert speakers(text, names)[1] == speaker


# --- they, the two, the diplomat -----------------------------------------------------------------

PAIR = "Chilean Foreign Minister Diego Rojas met Kenyan Foreign Minister Peter Mwangi in May. "


@pytest.mark.parametrize(
    ("source", "speaker"),
    [
        ("two people familiar with the plan", "people familiar with the plan"),
        ("officials in Lima", "officials in Lima"),
        ("a source in Paris", None),
    ],
)
def test_they_are_the_unnamed_who_spoke_and_not_the_pair_of_the_document(names, source, speaker):
    text = f"{PAIR}The trip is planned, {source} said. They warned that it was late."
    assert speakers(text, names)[-1] == speaker


@pytest.mark.parametrize(
    ("talk", "speaker"),
    [
        ("spoke with Kenyan President Peter Mwangi", "Chile and Kenya"),
        (
            "spoke with Kenyan President Peter Mwangi and, separately, with Peruvian President "
            "Luis Vidal",
            None,
        ),
        ("held separate calls with Kenyan President Peter Mwangi and President Luis Vidal", None),
    ],
)
def test_both_leaders_after_separate_calls_are_not_the_first_two(names, talk, speaker):
    text = f"Chilean President Diego Rojas {talk}. Both leaders praised the port."
    assert speakers(text, names)[-1] == speaker


@pytest.mark.parametrize(
    ("pair", "speaker"),
    [
        ("Rojas and Peruvian Foreign Minister Luis Vidal", "Chile and Peru"),
        ("Rojas and Peru's Luis Vidal", None),
        ("The harbour masters", "Chile and Kenya"),
    ],
)
def test_the_two_are_those_who_have_just_acted_together(names, pair, speaker):
    text = f"{PAIR}{pair} toured the port. The two discussed trade."
    assert speakers(text, names)[-1] == speaker


@pytest.mark.parametrize(
    ("last", "speaker"),
    [
        ("Foreign Ministry Spokeswoman Maria Zakharova", "Maria Zakharova"),
        ("Kremlin Spokesman Dmitry Peskov", None),
    ],
)
def test_the_diplomat_is_not_a_spokesman_of_the_government(names, last, speaker):
    text = f"{last} said that the talks go on. According to the diplomat, the raids are grave."
    assert speakers(text, names)[-1] == speaker


def test_a_name_like_a_countrys_is_still_a_persons(names):
    text = (
        "Singaporean Prime Minister Lawrence Wong met Vietnamese Prime Minister Pham Minh Chinh. "
        "Wong said the port was open. For his part, PM Chinh thanked Singapore. "
        "He affirmed that Vietnam was glad."
    )
    assert speakers(text, names) == ["Lawrence Wong", "Pham Minh Chinh", "Pham Minh Chinh"]


# --- clauses behind a semicolon ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clause", "speaker"),
    [
        ("Peru's Luis Vidal, standing beside him, agreed, and called for talks.", "Luis Vidal"),
        ("the Kenyan minister, who sat beside him, nodded, and called for talks.", "Kenya"),
        ("Kenya nodded and called for talks.", "Kenya"),
        ("and called for talks.", "Diego Rojas"),
    ],
)
def test_a_clause_behind_a_semicolon_keeps_its_own_subject(names, clause, speaker):
    found = said(f"Chilean Foreign Minister Diego Rojas rejected the raid; {clause}", names)
    assert [s.speaker.name if s.speaker else None for s in found] == ["Diego Rojas", speaker]
    assert found[0].quote == "the raid"


# --- what is planned -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "carried"),
    [
        ("The meetings will be held online because the host has closed its ports.", False),
        ("The meetings must be held online.", True),
        ("Norway will be committed to the fund.", True),
        ("Norway will keep the fund open.", True),
    ],
)
def test_a_schedule_is_no_stand_of_the_speaker_before(names, sentence, carried):
    text = f"President Peter Eide said the fund is good. {sentence}"
    assert speakers(text, names) == ["Peter Eide"] * (2 if carried else 1)


# --- offices and countries -----------------------------------------------------------------------


def tag(text: str, names: Names) -> tuple[str | None, str | None]:
    party = said(text, names)[-1].speaker
    assert party is not None
    return party.office, party.country


@pytest.mark.parametrize(
    ("other", "office"),
    [
        ("Chilean Foreign Minister Diego Rojas said it was wrong.", "foreign minister"),
        ("Chile's Diego Rojas disagreed.", None),
    ],
)
def test_a_counterpart_never_holds_the_office_of_somebody_else(names, other, office):
    text = f"High Representative Kaja Kallas said it was late. {other} "
    text += "His Kenyan counterpart, Peter Mwangi, said it was bad."
    assert tag(text, names) == (office, "Kenya")


@pytest.mark.parametrize(
    ("subject", "held"),
    [
        ("Ontario Premier Ada Holm", ("premier", None)),
        ("Chinese Premier Li Qiang", ("prime minister", "China")),
        ("The Special Envoy for Haiti, Ada Holm,", ("special envoy", None)),
        ("The Special Envoy of Japan, Ada Holm,", ("special envoy", "Japan")),
        ("The Foreign Minister of Haiti, Ada Holm,", ("foreign minister", "Haiti")),
    ],
)
def test_a_province_and_a_mission_are_no_country_of_their_holder(names, subject, held):
    assert tag(f"{subject} said that the port was open.", names) == held


@pytest.mark.parametrize(
    ("subject", "speaker"),
    [
        ("The special envoy for Haiti", None),
        ("The ambassador to Chile", None),
        ("Kenya's ambassador to Chile", "Kenya"),
    ],
)
def test_an_envoy_without_a_name_does_not_speak_for_where_he_was_sent(names, subject, speaker):
    assert speakers(f"{subject} said that the port was open.", names) == [speaker]
