"""Who is named how: ranks, bodies, aides, papers, listeners, in texts that differ in one thing."""

from __future__ import annotations

import pytest
from reported import said

from rag.names import Names
from rag.segment import split_sentences
from rag.statements import people
from rag.types import Document, Metadata, Party

PUBLISHED = "2022-06-15"  # a Wednesday
ROJAS = "Chilean Foreign Minister Elena Rojas met Kenyan Foreign Minister Peter Mwangi on Monday. "


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load()


def speaker(text: str, names: Names) -> Party | None:
    return said(text, names)[-1].speaker


def who(text: str, names: Names) -> tuple[str | None, str | None]:
    party = speaker(text, names)
    return (party.name, party.country) if party else (None, None)


def told(text: str, names: Names) -> tuple[str | None, list[str]]:
    last = said(text, names)[-1]
    return last.speaker.name if last.speaker else None, [p.name for p in last.reported_by]


def to(text: str, names: Names) -> str | None:
    last = said(text, names)[-1]
    return last.addressee.name if last.addressee else None


# --- names and their countries -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("In a meeting with the Kenyan Foreign Minister, President Adda Brell urged reform.", None),
        (
            "In a meeting with the Kenyan Foreign Minister, President Adda Brell of Chile "
            "urged reform.",
            "Chile",
        ),
        ("Kenyan Deputy Prime Minister, Foreign Minister Adda Brell urged reform.", "Kenya"),
        ("In a meeting with the Kenyan minister, Adda Brell urged reform.", None),
        ("In a meeting with the Kenyan minister, Adda Brell, Ole Dorr urged reform.", None),
        (
            "Chilean President Ole Dorr came. The Kenyans left. Ole Dorr’s special envoy Adda "
            "Brell urged reform.",
            "Chile",
        ),
    ],
)
def test_the_office_of_a_neighbour_gives_nobody_a_country(names, text, country):
    party = speaker(text, names)
    assert party is not None
    assert (party.name.split()[-1] in {"Brell", "Dorr"}, party.country) == (True, country)


def test_of_two_ministers_each_is_of_the_country_beside_them(names):
    text = "Mr. Ole Dorr, Minister of Trade of Kenya, and Ms. Ada Brell, Minister of Trade of Chile"
    document = Document(name="a.txt", text=f"{text}, urged reform.", metadata=Metadata())
    found = people(document, split_sentences(document.text, document.name), names)
    assert {p.name: p.country for p in found} == {"Ole Dorr": "Kenya", "Ada Brell": "Chile"}


@pytest.mark.parametrize("rank", ["Rear Adm.", "Vice Adm.", "Col. Maj.", "Brig. Gen.", "Lt Gen"])
def test_a_rank_of_two_words_is_no_name(names, rank):
    assert who(f"Nets were bad, said {rank} Ada Brell.", names)[0] == "Ada Brell"


@pytest.mark.parametrize("begin", ["I’d", "I'll", "We'd", "Don't"])
def test_a_pronoun_with_its_verb_is_no_name(names, begin):
    found = said(f"{begin} like to reiterate support for the ban. Rojas came.", names)
    assert [s.speaker.name for s in found if s.speaker] == []


def test_a_party_called_after_its_country_has_no_leader_of_that_name(names):
    text = "Ole Dorr, a leader of Britain First, came. “Britain First seeks to split us,” he said."
    assert who(text, names)[0] == "Ole Dorr"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Viktor Orban", "Viktor Orbán"),
        ("Pedro Sanchez", "Pedro Sánchez"),
        ("Ole Dorr", "Ole Dorr"),
    ],
)
def test_a_known_name_without_its_accents_is_no_worse_than_a_strangers(names, written, name):
    assert who(f"“Fish is cheap,” {written} said.", names)[0] == name


@pytest.mark.parametrize(
    ("title", "office"),
    [
        (
            "U.S. Assistant Secretary of State for South and Central Asian Affairs",
            "assistant secretary of state",
        ),
        ("U.S. Under Secretary of State for Political Affairs", "under secretary of state"),
        ("U.S. Deputy Secretary of State", "deputy secretary of state"),
        ("U.S. Director of National Intelligence", "director"),
        ("UN Deputy Secretary-General", "deputy secretary-general"),
        ("UN Secretary-General", "secretary-general"),
    ],
)
def test_a_long_portfolio_hides_no_name_and_no_deputy_is_the_head(names, title, office):
    party = speaker(f"{title} Ada Brell said that fish was cheap.", names)
    assert party is not None and (party.name, party.office) == ("Ada Brell", office)


def test_what_else_one_is_does_not_replace_the_office(names):
    party = speaker("Kenyan foreign minister Ada Brell, MP, urged reform.", names)
    assert party is not None and party.office == "foreign minister"
    party = speaker("Ambassador Ada Brell, Minister of Trade of Kenya, urged reform.", names)
    assert party is not None and party.office == "trade minister"
    party = speaker("Kenyan Ambassador Ada Brell urged reform.", names)
    assert party is not None and party.office == "ambassador"


@pytest.mark.parametrize("comma", [",", ""])
def test_a_spokesperson_who_is_an_ambassador_too_is_the_spokesperson(names, comma):
    text = f"Kenyan Ambassador Ada Brell, the spokesperson of the ministry{comma} discussed trade. "
    party = speaker(text + "The spokesperson said that fish was cheap.", names)
    assert party is not None and (party.name, party.office) == ("Ada Brell", "spokesperson")


def test_a_spokesman_for_a_president_is_not_the_president(names):
    text = "“Fish is cheap,” Ada Brell, spokesman for Kenyan President Ole Dorr, said. "
    party = speaker(text, names)
    assert party is not None and (party.name, party.office) == ("Ada Brell", "spokesperson")
    party = speaker(text + "Dorr said that nets were bad.", names)
    assert party is not None and (party.name, party.office) == ("Ole Dorr", "president")


def test_who_says_it_amid_the_words_gives_the_one_talked_of_no_office(names):
    assert who("Ada Brell, the minister said, will come to Lima.", names)[0] is None
    assert who("Ada Brell, the minister, said that fish was cheap.", names)[0] == "Ada Brell"


# --- aides and bodies ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "name", "country"),
    [
        ("a spokesman for President Rojas", "spokesman for President Rojas", "Chile"),
        ("President Rojas’s spokesman", "President Rojas’s spokesman", "Chile"),
        ("an aide to President Rojas", "aide to President Rojas", "Chile"),
        ("Kenya’s envoy to President Rojas", "Kenya’s envoy to President Rojas", "Kenya"),
        ("President Rojas’s spokesman Ole Dorr", "Ole Dorr", None),
        ("President Rojas", "Elena Rojas", "Chile"),
    ],
)
def test_who_speaks_for_a_person_is_not_that_person(names, subject, name, country):
    text = f"Chilean President Elena Rojas came. “Fish is cheap,” {subject} said."
    found = who(text, names)
    assert found[0] == name and (country is None or found[1] == country)


@pytest.mark.parametrize(
    ("subject", "name", "country", "kind"),
    [
        ("The Taliban", "Taliban", None, "government"),
        ("The International Fisheries Group", "International Fisheries Group", None, "government"),
        ("Amnesty International", "Amnesty International", None, "government"),
        ("Kenyan prosecutors", "Kenyan prosecutors", "Kenya", "unnamed"),
        ("Kenyan forces", "Kenyan forces", "Kenya", "unnamed"),
        ("The junta", "junta", None, "unnamed"),
        ("The Norwegian Refugee Council", "Norwegian Refugee Council", None, "government"),
        ("The Norwegian foreign ministry", "Norway", "Norway", "government"),
        ("The US State Department", "United States", "United States", "government"),
        ("The Foreign Ministry of Kenya", "Kenya", "Kenya", "government"),
        ("Nato", "NATO", "NATO", "government"),
        ("The African Union Peace and Security Council", *["African Union"] * 2, "government"),
        (
            "The UN Security Council",
            "United Nations Security Council",
            "United Nations",
            "government",
        ),
        ("The office of Chilean President Ole Dorr", "Chile", "Chile", "government"),
    ],
)
def test_a_body_is_called_by_its_name_and_is_no_person(names, subject, name, country, kind):
    party = speaker(f"{subject} said that nets were bad.", names)
    assert party is not None
    assert (party.name, party.country, party.kind) == (name, country, kind)


def test_troops_sent_are_nobody_spoken_to(names):
    text = ROJAS + "Mwangi pledged to send troops."
    assert (said(text, names)[-1].quote, to(text, names)) == ("to send troops", "Elena Rojas")


@pytest.mark.parametrize(
    ("first", "name"),
    [
        ("A senior Kenyan official said that nets were bad.", "senior Kenyan official"),
        ("A ministry spokesman said that nets were bad.", None),
    ],
)
def test_the_official_is_the_unnamed_one_who_spoke_last(names, first, name):
    assert who(f"{first} “Fish is cheap,” the official said.", names)[0] == name


@pytest.mark.parametrize(
    ("attribution", "name"),
    [
        ("said deputy harbour chief Ada Brell", "Ada Brell"),
        ("said former Kenyan left-wing opposition leader Ada Brell", "Ada Brell"),
        ("said a speaker for the crews, Capt. Ada Brell", "Ada Brell"),
        ("said Kenya’s Central Fisheries Hospital", "Kenya’s Central Fisheries Hospital"),
        ("said the man in the boat", None),
        ("Ada Brell, an elected board member told thousands", "Ada Brell"),
    ],
)
def test_a_quotation_of_somebody_behind_an_unknown_role_is_not_lost(names, attribution, name):
    found = said(f"“Fish is cheap in Lima,” {attribution}.", names)
    assert [s.quote for s in found] == ["Fish is cheap in Lima"]
    assert (found[0].speaker.name if found[0].speaker else None) == name


# --- who tells it --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cited", "by"),
    [
        ("Mwangi’s raid on the harbour", []),
        ("Kenya", []),
        ("Mwangi’s officials", []),
    ],
)
def test_what_a_minister_cites_is_no_reporter_of_him(names, cited, by):
    text = ROJAS + f"Rojas, citing {cited}, said the aid would grow."
    assert told(text, names) == ("Elena Rojas", by)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nets were bad, Reuters reported, citing Kenyan officials.", "Kenyan officials"),
        ("Nets were bad, Trend reports, citing the Kenyan Foreign Ministry.", "Kenya"),
    ],
)
def test_who_is_cited_by_a_paper_speaks_and_the_paper_reports(names, text, expected):
    name, by = told(text, names)
    assert name == expected and by in (["Reuters"], ["Trend"])


@pytest.mark.parametrize(
    ("sentence", "by"),
    [
        ("Officials were quoted as saying that it was “a plot by Kenya and Chile”.", []),
        ("Officials were quoted as saying by Reuters that nets were bad.", ["Reuters"]),
        ("Officials were quoted by Reuters as saying that nets were bad.", ["Reuters"]),
        ("“Nets are bad,” the officials were quoted by Reuters as saying.", ["Reuters"]),
        ("“Nets are bad,” the officials were quoted by Reuters as saying on Monday.", ["Reuters"]),
        ("“Nets are bad,” Reuters quoted an official as saying.", ["Reuters"]),
        ("Rojas said, as quoted by Kenyan newspaper Zama, that nets were bad.", ["Zama"]),
        ("Rojas said nets were bad, news agencies reported.", ["news agencies"]),
    ],
)
def test_a_reporter_stands_beside_the_verb_and_outside_the_words(names, sentence, by):
    assert told(ROJAS + sentence, names)[1] == by


@pytest.mark.parametrize(
    "end",
    [
        "Zama has learnt from the Kenyan Foreign Ministry",
        "the Kenyan Foreign Ministry told Zama.az",
    ],
)
def test_who_told_a_paper_is_no_content(names, end):
    text = f"{ROJAS}Rojas thanked Mwangi for the boats, {end}."
    assert told(text, names) == ("Elena Rojas", ["Kenya"])
    assert said(text, names)[-1].quote == "Mwangi for the boats"


def test_the_president_in_a_readout_is_of_whose_readout_it_is(names):
    text = (
        "A readout from the Kenyan presidency said the president told the guest that it was late."
        " Chilean President Elena Rojas smiled."
    )
    found = said(text, names)[0]
    assert found.speaker is not None and found.speaker.country == "Kenya"
    assert [p.name for p in found.reported_by] == ["Kenya"]


@pytest.mark.parametrize(
    "dateline",
    ["LIMA, March 19 (Reuters) - ", "Aug 30 (Reuters) - ", "Puno, Peru: ", "Nairobi, May 3/2022- "],
)
def test_a_dateline_is_not_said(names, dateline):
    found = said(f"{dateline}Fish is cheap, Elena Rojas said.", names)
    assert found[-1].quote == "Fish is cheap"


# --- to whom, and when ---------------------------------------------------------------------------

CALL = ROJAS.replace("met", "spoke by phone with")


@pytest.mark.parametrize(
    ("sentence", "listener"),
    [
        ("Rojas told reporters that nets were bad.", "reporters"),
        ("“Nets are bad,” Rojas told Reuters.", "Reuters"),
        ("Rojas told a cabinet meeting that nets were bad.", None),
        ("Rojas said that nets were bad.", "Peter Mwangi"),
        ("Rojas said that her calls with Mr. Peter Mwangi were good.", None),
        ("Rojas said that the meeting between Ole Dorr and Ada Brell was good.", "Peter Mwangi"),
        ("Rojas conveyed her condolences to President Ole Dorr of Peru.", "Ole Dorr"),
    ],
)
def test_it_is_said_to_whom_it_is_told(names, sentence, listener):
    assert to(CALL + sentence, names) == listener


def test_words_about_others_meeting_do_not_end_the_talk_of_the_two(names):
    text = CALL + "Rojas said that the meeting between Ole Dorr and Ada Brell was good. "
    assert to(text + "Rojas said that nets were bad.", names) == "Peter Mwangi"


def test_a_newly_appointed_minister_is_known_by_full_name(names):
    text = "Kenyan Foreign Minister Peter Mwangi spoke with Ms. Ada Brell, newly appointed "
    assert to(text + "Chilean Foreign Minister, on Monday.", names) == "Ada Brell"


@pytest.mark.parametrize("when", ["after", "a day after"])
def test_what_another_said_before_is_not_of_the_main_verbs_day(names, when):
    text = (
        f"Elena Rojas warned of raids on Monday, {when} Kenyan Foreign Minister Peter Mwangi "
        "said fish was cheap."
    )
    found = said(text, names)
    assert [s.speaker.name for s in found if s.speaker] == ["Elena Rojas", "Peter Mwangi"]
    assert [p.name for p in found[-1].reported_by] == []
    assert found[-1].said is None
