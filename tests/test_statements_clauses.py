"""Verbs, clauses and spans of reports: each cause as sentences that differ in one thing."""

from __future__ import annotations

import pytest

from rag.names import Names
from rag.segment import split_sentences
from rag.statements import extract
from rag.types import Document, Metadata

ROJAS = "Chilean Foreign Minister Elena Rojas"
MWANGI = "Kenyan Foreign Minister Peter Mwangi"
ABARA = "Kenyan spokesperson Tom Abara"

Told = tuple[str | None, list[str], str]


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load()


def told(text: str, names: Names) -> list[Told]:
    """Who speaks, who tells it, and what, of each statement."""
    document = Document(name="a.txt", text=text, metadata=Metadata(published="2022-06-15"))
    return [
        (
            s.speaker.name if s.speaker else None,
            [p.name for p in s.reported_by],
            " ".join(s.quote.split()),
        )
        for s in extract(document, split_sentences(text, document.name), names)
    ]


def spans(text: str, names: Names) -> list[str]:
    return [what for _, _, what in told(text, names)]


# --- whose a verb without a subject is ------------------------------------------------------------


@pytest.mark.parametrize(
    ("clause", "speaker"),
    [
        ("welcomed the talks, noting that Iran recognized the deal, and warned", "Elena Rojas"),
        ("welcomed the talks, noting that Iran signed the deal, and warned", "Elena Rojas"),
        ("said that Iran rejected the deal, and warned", "Elena Rojas"),
        ("said that Iran rejected the deal and warned", "Iran"),
        ("said that Iran rejected the deal, condemned the raid, and warned", None),
    ],
)
def test_a_verb_behind_a_comma_goes_back_past_the_clause_of_another(names, clause, speaker):
    last = told(f"{ROJAS} {clause} that the pressure would go on.", names)[-1]
    by = ["Elena Rojas"] if speaker == "Iran" else []
    assert last == (speaker, by, "the pressure would go on")


def test_a_verb_behind_the_clause_of_one_who_is_not_known_is_nobodys(names):
    text = (
        "Deputy Shipping Czar Lindqvist stressed the long friendship, noting that Iran recognized "
        "Peru years ago, and affirmed that trade would grow."
    )
    assert told(text, names)[-1] == (None, [], "trade would grow")


@pytest.mark.parametrize(
    ("outer", "inner", "speaker"),
    [
        (ABARA, "Foreign Minister Peter Mwangi", "Peter Mwangi"),
        (ABARA, "Iran", "Tom Abara"),
        (ROJAS, "Foreign Minister Peter Mwangi", "Elena Rojas"),
        ("Reuters", "Iran", "Iran"),
    ],
)
def test_a_teller_goes_on_telling_of_the_principal_and_an_agency_of_all(
    names, outer, inner, speaker
):
    text = f"{outer} said that {inner} rejected the deal, and warned that the raids go on."
    assert told(text, names)[-1][0] == speaker


@pytest.mark.parametrize(
    ("outer", "doing", "expected"),
    [
        (ABARA, "examined the news, stressing", ("Peter Mwangi", ["Tom Abara"])),
        (ABARA, "examined the news, adding", ("Tom Abara", [])),
        (ROJAS, "examined the news, stressing", ("Elena Rojas", [])),
    ],
)
def test_a_participle_behind_what_a_spokesperson_tells_is_the_doers(names, outer, doing, expected):
    text = f"{outer} said that Foreign Minister Peter Mwangi {doing} that trade would grow."
    assert told(text, names)[-1] == (*expected, "trade would grow")


def test_two_of_whom_a_spokesperson_tells_are_not_the_spokesperson(names):
    text = f"{ABARA} said the two officials toured the port, stressing the need for peace."
    assert told(text, names)[-1] == ("two officials", ["Tom Abara"], "the need for peace")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"Ali Haddad, explained {ROJAS}, also praised the bloc.",
            ("Ali Haddad", ["Elena Rojas"], "the bloc"),
        ),
        (
            f"Peru, said {ROJAS}, praised the bloc.",
            ("Peru", ["Elena Rojas"], "the bloc"),
        ),
        (
            f"Trade, said {ROJAS}, grows, and Chile praised the bloc.",
            ("Elena Rojas", [], f"Trade, said {ROJAS}, grows, and Chile praised the bloc"),
        ),
    ],
)
def test_a_subject_that_an_attribution_parts_from_its_verb_keeps_it(names, text, expected):
    assert told(text, names) == [expected]


def test_who_speaks_beside_another_speaks_for_themselves(names):
    text = f"{ROJAS} said the plan was good, with {MWANGI} adding that trade grows."
    assert told(text, names) == [
        ("Elena Rojas", [], "the plan was good"),
        ("Peter Mwangi", [], "trade grows"),
    ]


# --- who cites whom -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attribution", "expected"),
    [
        ("Azernews reports, citing the Peruvian foreign ministry", ("Peru", ["Azernews"])),
        ("Azernews reports citing the Peruvian foreign ministry", ("Peru", ["Azernews"])),
        ("Elena Rojas said, citing the Peruvian foreign ministry", ("Elena Rojas", [])),
    ],
)
def test_an_agency_tells_what_its_source_said_and_a_person_who_cites_one_speaks(
    names, attribution, expected
):
    assert told(f"The talks went well, {attribution}.", names) == [
        (*expected, "The talks went well")
    ]


def test_an_event_that_is_cited_tells_nothing(names):
    text = f"{ROJAS}, citing Peru's invasion of Kenya, said talks must go on."
    assert told(text, names) == [("Elena Rojas", [], "talks must go on")]


# --- verbs in a sense that is no speech -----------------------------------------------------------


@pytest.mark.parametrize(
    ("deed", "word"),
    [
        ("undertook a visit to Peru", "undertook to leave Peru"),
        ("called on President Ana Quispe on Monday", "called on President Ana Quispe to act"),
        ("called on the Prime Minister at his residence", "called on Peru to act"),
        ("claims nearly the entire sea", "claims that the sea is Chile's"),
        ("will announce a plan on Friday", "announced a plan on Friday"),
        ("declared war on crime", "declared an emergency"),
        ("had hopes for peace", "hopes for peace"),
        ("is continuing with its efforts", "is calling on Peru to act"),
        ("is backing the plan with boats", "is warning that trade falls"),
        ("made the remarks while being asked of it", "made the remarks in a call with Ana Quispe"),
    ],
)
def test_a_deed_is_no_statement_and_the_same_verb_with_words_is_one(names, deed, word):
    assert told(f"{ROJAS} {deed}.", names) == []
    assert len(told(f"{ROJAS} {word}.", names)) == 1


@pytest.mark.parametrize(
    ("deed", "word"),
    [
        ("Chile and Peru support each other in hard times", "Chile and Peru support the plan"),
        ("Chile and Peru back opposing sides", "Chile and Peru back the plan"),
        ("Some going back over a decade are gone", "Some back the plan"),
        ("Boats went to a war where Chile backs arms", "Chile backs the plan"),
        ("Chile has sold boats, something Peru denies", "Peru denies the sale of boats"),
        ("Those Peru considers rich left", "Peru considers the deal dead"),
    ],
)
def test_who_backs_or_denies_in_a_clause_of_another_sentence_says_nothing(names, deed, word):
    assert told(f"{deed}.", names) == []
    assert len(told(f"{word}.", names)) == 1


@pytest.mark.parametrize(
    ("participle", "found"),
    [
        ("adding 30 boats to the fleet", False),
        ("adding that 30 boats were sunk", True),
        ("adding Peru would answer", True),
        ("continuing its patrols", False),
        ("continuing: “We will stay”", True),
        ("pointing to the deal of 2015", False),
    ],
)
def test_a_participle_with_a_thing_as_its_object_is_no_speech(names, participle, found):
    text = f"{ROJAS} condemned the raid, {participle}."
    assert (len(told(text, names)) == 2) is found


def test_what_will_be_asked_is_part_of_what_is_said(names):
    text = (
        "According to a statement by the Peruvian foreign ministry, the two governments will seek "
        "the support of others."
    )
    expected = "the two governments will seek the support of others"
    assert told(text, names) == [("Peru", [], expected)]


def test_in_a_quotation_only_what_was_said_is_told_of_another(names):
    now = "Ana Quispe asks us to act."
    then = "Ana Quispe asked us to act."
    for sentence, speaker in ((now, "Elena Rojas"), (then, "Ana Quispe")):
        text = f"{ROJAS} said: “We heard them. {sentence} It is late.”"
        found = [s for s in told(text, names) if "to act" in s[2]]
        assert [s[0] for s in found] == [speaker]


# --- spans ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "after",
    [
        "said Elena Rojas",
        "said Elena Rojas, a senior fellow",
        "said Elena Rojas, the Chilean foreign minister",
        "said Elena Rojas, Nordic Institute’s Europe Programme Director",
        "said Elena Rojas, but she did not rule out a deal",
        "said Elena Rojas, when asked about the raid",
    ],
)
def test_what_follows_a_whole_quotation_and_its_speaker_is_not_said(names, after):
    assert spans(f"“We have a plan for the coast,” {after}.", names) == [
        "We have a plan for the coast"
    ]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        (
            "The raid was an error, said Elena Rojas, senior fellow in Lima.",
            "The raid was an error",
        ),
        ("The raid, said Elena Rojas, was an error.", None),
        ("Trade, said Elena Rojas, grows.", None),
    ],
)
def test_an_apposition_ends_what_is_said_and_a_verb_goes_on_with_it(names, text, span):
    assert spans(text, names) == [span or text.rstrip(".")]


@pytest.mark.parametrize(
    ("tail", "cut"),
    [
        (", but did not elaborate", True),
        (", but declined to give a date", True),
        (", without elaborating", True),
        (", in what was widely seen as a threat", True),
        (" in comments to Radio Sur", True),
        (", but Peru did not", False),
        (" without a vote", False),
    ],
)
def test_the_writers_rest_is_not_said(names, tail, cut):
    text = f"{ROJAS} said the boats would stay{tail}."
    assert spans(text, names)[0] == (
        "the boats would stay" if cut else f"the boats would stay{tail}"
    )


@pytest.mark.parametrize(
    ("when", "rest"),
    [
        ("late Friday ", "it was late"),
        ("earlier ", "she was ill"),
        ("in 2018 ", "she would go"),
        ("", "in 2018 the boats were sold"),
    ],
)
def test_when_it_was_said_is_not_said(names, when, rest):
    assert spans(f"{ROJAS} said {when}{rest}.", names) == [rest]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            f"{ROJAS} has rejected the plan and is calling on Peru to act.",
            ["the plan", "to act"],
        ),
        (f"{ROJAS} has condemned the raid and calls for calm.", ["the raid", "calm"]),
        (
            f"{ROJAS} did acknowledge the raid and told them it was late.",
            ["the raid", "it was late"],
        ),
        (f"{ROJAS} welcomed the deal and condemned recent raids.", ["the deal", "recent raids"]),
        (f"{ROJAS} welcomed the deal and renewed efforts.", ["the deal and renewed efforts"]),
        (
            f"{ROJAS} noted the plan, to which {MWANGI} expressed his support.",
            ["the plan", "his support"],
        ),
        (
            f"{ROJAS} voiced support for a pause but some officials expressed doubts.",
            ["support for a pause", "doubts"],
        ),
    ],
)
def test_a_second_act_in_another_form_is_not_part_of_the_first(names, text, found):
    assert spans(text, names) == found


@pytest.mark.parametrize("topic", ["On Syria", "With regard to Syria", "In regards to the pact"])
def test_a_topic_in_front_is_not_what_was_agreed(names, topic):
    assert spans(f"{topic}, both sides agreed on a truce.", names) == ["on a truce"]


@pytest.mark.parametrize(
    "dateline",
    [
        "Almaty, Kazakhstan: ",
        "Aug 30 (Reuters) - ",
        "Addis Abeba, January 27/2022- ",
        "ANKARA (Nueva Agencia / Sur - 03rd January, 2023) ",
    ],
)
def test_a_dateline_is_not_said(names, dateline):
    assert spans(f"{dateline}Trade grows, {ROJAS} said.", names) == ["Trade grows"]


def test_a_name_and_a_country_before_a_colon_are_no_dateline(names):
    text = f"{ROJAS} spoke. Elena Rojas, Chile: trade grows, she said."
    assert spans(text, names)[-1].startswith("Elena Rojas")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"{ROJAS} replied by saying the sea is open.", ["the sea is open"]),
        (f"{ROJAS} brushed aside the claims.", ["the claims"]),
        (f"{ROJAS} issued a strong denunciation of the raid.", ["the raid"]),
        (f"{ROJAS} reinforced the importance of trade.", ["the importance of trade"]),
        (f"{ROJAS} reinforced the coast.", []),
        ("Chile and Peru shared the view that trade grows.", ["trade grows"]),
    ],
)
def test_acts_that_go_without_say_are_found(names, text, found):
    assert spans(text, names) == found


# --- who is not known -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "speaker"),
    [
        ("deputy police chief Abdul Karimov", "Abdul Karimov"),
        ("former Peruvian liberal opposition leader Abdul Karimov", "Abdul Karimov"),
        ("the man who saw it", None),
    ],
)
def test_a_stranger_who_said_it_is_named_or_nobody_and_never_who_spoke_before(names, who, speaker):
    text = f"President Juan Quispe spoke. “The road is closed,” said {who}. “We wait,” he said."
    assert [s for s, _, _ in told(text, names)][-2:] == [speaker, speaker]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        (
            f"{ROJAS} said peace needs time and until then, speaking of a truce is idle.",
            "peace needs time and until then, speaking of a truce is idle",
        ),
        (
            f"Targeting a mediator like Peru, {ROJAS} said, is an error.",
            f"Targeting a mediator like Peru, {ROJAS} said, is an error",
        ),
        (f"Speaking in Lima, {ROJAS} said, trade grows.", "trade grows"),
    ],
)
def test_a_participle_that_is_the_subject_of_what_is_said_belongs_to_it(names, text, span):
    assert spans(text, names) == [span]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        (
            f"Reuters reported that {ROJAS} said Iran rejected the deal, and thanked Kenya.",
            ("Elena Rojas", ["Reuters"], "Kenya"),
        ),
        (
            f"{ROJAS} urged Peru to act, after Iran condemned the raid, and thanked Kenya.",
            ("Elena Rojas", [], "Kenya"),
        ),
    ],
)
def test_a_verb_behind_a_comma_goes_back_one_clause_only(names, text, last):
    assert told(text, names)[-1] == last


@pytest.mark.parametrize(
    ("attribution", "reporters"),
    [
        ("the Foreign Ministry told News.Ke", ["the Foreign Ministry"]),
        ("the Foreign Ministry said", ["the Foreign Ministry"]),
    ],
)
def test_who_tells_an_outlet_of_a_call_tells_it(names, attribution, reporters):
    text = f"{ROJAS} had a telephone conversation with {MWANGI}, {attribution}."
    [(speaker, by, what)] = told(text, names)
    assert (speaker, by) == ("Elena Rojas", reporters)
    assert what.endswith("Mwangi")
