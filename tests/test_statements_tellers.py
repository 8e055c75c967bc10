"""Who tells it, to whom and when: each cause of an error as texts that differ in one thing."""

from __future__ import annotations

import pytest
from reported import said, to

from rag.names import Names
from rag.segment import split_sentences
from rag.statements import people
from rag.types import Document, Metadata, Party, Statement

PUBLISHED = "2022-06-15"  # a Wednesday
ROJAS = "Chilean Foreign Minister Elena Rojas met Kenyan Foreign Minister Peter Mwangi on Monday. "


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load()


def people_of(text: str, names: Names) -> list[Party]:
    document = Document(name="a.txt", text=text, metadata=Metadata(published=PUBLISHED))
    return people(document, split_sentences(text, document.name), names)


def told(statement: Statement) -> tuple[str | None, list[str], str]:
    """Who speaks, who tells it, and what."""
    speaker = statement.speaker.name if statement.speaker else None
    return speaker, [p.name for p in statement.reported_by], " ".join(statement.quote.split())


# --- who tells it --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attribution", "reporter"),
    [
        ("the readout said without elaborating", "the readout"),
        ("the readout said", "the readout"),
        ("the Prime Minister’s Office said", "the Prime Minister’s Office"),
        ("the Radio Sur public broadcaster reported", "Radio Sur"),
        ("the official Chile News Agency (CNA) reports", "Chile News Agency"),
        ("Peru's Nueva Gaceta reported", "Nueva Gaceta"),
    ],
)
def test_who_tells_it_at_the_end_is_the_reporter_and_no_content(names, attribution, reporter):
    text = ROJAS + f"Rojas condemned the raid on the harbour, {attribution}."
    assert told(said(text, names)[-1]) == ("Elena Rojas", [reporter], "the raid on the harbour")


@pytest.mark.parametrize(
    "end",
    [
        ", and ships not declared to the council",
        ", as the raids by gangs had made clear",
        ", which boats had promised",
    ],
)
def test_a_clause_at_the_end_that_only_looks_like_an_attribution_stays_content(names, end):
    text = ROJAS + f"Rojas urged Kenya to sign the treaty on boats{end}."
    assert said(text, names)[-1].quote == f"to sign the treaty on boats{end}"


def test_a_second_verb_is_told_by_the_agency_too(names):
    text = "Chilean Foreign Minister Elena Rojas landed and discussed fish, Reuters reported."
    assert told(said(text, names)[-1]) == ("Elena Rojas", ["Reuters"], "fish")


@pytest.mark.parametrize("abbreviation", ["", " (FO)", " (MFA)"])
def test_a_bracket_in_the_title_does_not_hide_who_speaks(names, abbreviation):
    text = f"Kenya has offered talks, Foreign Office{abbreviation} Spokesperson Ada Holm stated."
    assert told(said(text, names)[-1])[::2] == ("Ada Holm", "Kenya has offered talks")


def test_who_follows_the_source_after_a_comma_is_not_the_source(names):
    text = (
        "Spokesperson of the Ministry of Foreign Affairs of Kenya, Peter Mwangi, spoke in Nairobi. "
        "According to the spokesperson, Ada Holm praised the plan."
    )
    assert told(said(text, names)[-1]) == ("Ada Holm", ["Peter Mwangi"], "the plan")
    named = "According to the Kenyan spokesperson, Peter Mwangi, the plan was good."
    assert told(said(named, names)[-1]) == ("Peter Mwangi", [], "the plan was good")


@pytest.mark.parametrize("lead", ["", "In response, "])
def test_what_one_explains_that_another_made_clear_is_nested_behind_a_lead_too(names, lead):
    text = (
        ROJAS + lead + "Minister Rojas explained that Minister Mwangi made it clear that he cared."
    )
    assert told(said(text, names)[-1]) == ("Peter Mwangi", ["Elena Rojas"], "he cared")


def test_rules_that_one_goes_by_tell_nothing(names):
    rules = "Kenya said peace as per UN Security Council resolutions was near."
    source = "Peace was near, according to the UN Security Council."
    assert told(said(rules, names)[-1])[:2] == ("Kenya", [])
    assert told(said(source, names)[-1])[0] == "United Nations Security Council"


def test_a_long_title_before_a_name_is_its_own(names):
    text = (
        "The Director General of Fisheries at the Ministry of the Sea, Ambassador Ada Holm, said "
        "that Chile's foreign minister has discussed the treaty."
    )
    assert told(said(text, names)[-1])[0] == "Ada Holm"


# --- announced texts ------------------------------------------------------------------------------

FOLLOWS = "\n\nThe raids were no fault of ours. Kenya condemned the plan."


@pytest.mark.parametrize(
    "announcement",
    [
        "Ada Holm, vice-director of the Fisheries Department of the Workers' Union (WU), made "
        "public the following statement on June 3:",
        "Ada Holm gave the following answer to a question put by a daily on June 3:",
        "The following statement was issued today by Ada Holm:",
    ],
)
def test_an_announced_text_in_the_first_person_is_its_authors(names, announcement):
    own, other = said(announcement + FOLLOWS, names)[-2:]
    assert told(own) == ("Ada Holm", [], "The raids were no fault of ours.")
    assert told(other) == ("Kenya", ["Ada Holm"], "the plan")


@pytest.mark.parametrize(
    "announcement",
    [
        "Press Secretary Ada Holm provided the following readout:\n\n",
        "Visit of Press Secretary Ada Holm\n\nPRESS SECRETARY HOLM: ",
    ],
)
def test_what_an_announced_account_tells_of_others_is_reported_by_its_author(names, announcement):
    text = announcement + ROJAS + "Rojas condemned the raids on boats. Mwangi thanked the crews."
    assert [told(s)[:2] for s in said(text, names)[-2:]] == [
        ("Elena Rojas", ["Ada Holm"]),
        ("Peter Mwangi", ["Ada Holm"]),
    ]


def test_a_headline_in_capitals_announces_nobody(names):
    text = "FISHERIES MINISTER HOLM: NO WAR\n\n" + ROJAS + "Rojas condemned the raids."
    assert told(said(text, names)[-1])[:2] == ("Elena Rojas", [])


@pytest.mark.parametrize("point", ["", "."])
def test_questions_and_answers_are_a_transcript_with_points_too(names, point):
    text = (
        "Chilean Foreign Minister Elena Rojas said fish was cheap.\n\n"
        f"Q{point}: Why is that?\n\nA{point}: Boats are new. Nets are wide.\n\n"
        f"Q{point}: And the crews?\n\nA{point}: They are glad."
    )
    found = [told(s)[::2] for s in said(text, names)]
    assert found[0] == ("Elena Rojas", "fish was cheap")
    assert ("Elena Rojas", "Nets are wide.") in found
    assert found[-1] == ("Elena Rojas", "They are glad.")


# --- the quotation before the verb ---------------------------------------------------------------


@pytest.mark.parametrize(
    "attribution",
    [
        "Rojas said",
        "Rojas stated firmly",
        "Rojas said of the country's first treaty",
        "she was quoted as saying by local media on Monday",
        "Rojas emphasized as well",
        "Rojas said when asked by reporters if she was glad that boats were new",
        "Rojas said at a meeting in Lima, adding that boats were new",
        "Rojas told reporters in Lima, adding that boats were new",
        "U.S. Fisheries Council spokeswoman Elena Rojas said in a statement",
    ],
)
def test_what_stands_before_the_verb_is_said_and_not_what_little_follows_it(names, attribution):
    text = ROJAS + f"“Keeping nets out of the bay matters to us all in the end,” {attribution}."
    found = [s for s in said(text, names) if s.form == "direct"]
    assert [told(s)[::2] for s in found] == [
        ("Elena Rojas", "Keeping nets out of the bay matters to us all in the end")
    ]


def test_a_mark_too_many_hides_no_attribution(names):
    text = ROJAS + '"Nets are bad for us. "Boats are new to the bay," Rojas said. "Fish is cheap."'
    assert ("Elena Rojas", [], "Boats are new to the bay") in [told(s) for s in said(text, names)]
    assert told(said(text, names)[-1]) == ("Elena Rojas", [], "Fish is cheap")


def test_where_it_was_said_does_not_hide_what_follows_without_a_quotation(names):
    text = (
        ROJAS + "In a call with Mwangi, Rojas said in Lima, referring to fish, that it was cheap."
    )
    assert "fish" in said(text, names)[-1].quote


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Rojas said nets are bad – a swipe at Mwangi, who sells them.", "nets are bad"),
        ("Rojas said nets are bad – and dear.", "nets are bad – and dear"),
        ("Rojas insists “nets are bad” and wouldn’t say more.", "nets are bad"),
        ("Rojas insists “nets are bad” and dear.", "“nets are bad” and dear"),
        ("Rojas opposed “dear nets” in a veiled reference to Kenya.", "“dear nets”"),
        ("Nets are bad, Rojas said, but did not name one.", "Nets are bad"),
        (
            "Nets are bad, Rojas said, but boats are new.",
            "Nets are bad, Rojas said, but boats are new",
        ),
        ("Rojas told a cabinet meeting there was hope for nets.", "there was hope for nets"),
        ("Rojas told the Commons: “Nets are bad.”", "Nets are bad"),
        ("Rojas agreed on peace in that country.", "on peace in that country"),
        ("Rojas agreed that boats were new.", "boats were new"),
    ],
)
def test_what_the_paper_adds_is_not_said_and_what_is_said_is_whole(names, sentence, quote):
    assert said(ROJAS + sentence, names)[-1].quote.strip("“”") == quote.strip("“”")


# --- what was missed -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("Rojas said: “Nets are bad for us all.”", "Elena Rojas"),
        ("Elena Rojas said in Lima: “Nets are bad for us all.”", "Elena Rojas"),
        ("Rojas today (15 June) told reporters that nets are bad.", "Elena Rojas"),
        ("Rojas, like Mwangi, denied the report on nets.", "Elena Rojas"),
        ("Rojas was pleased to announce new nets.", "Elena Rojas"),
        ("Rojas slammed the raids on nets.", "Elena Rojas"),
        ("Rojas rubbished the report on nets.", "Elena Rojas"),
        ("Rojas cited the ban on nets.", "Elena Rojas"),
        ("Rojas issued a statement saying nets are bad.", "Elena Rojas"),
        ("Rojas issued a statement condemning nets.", "Elena Rojas"),
        ("A White House readout of the call said nets are bad.", "United States"),
        ("A White House report concludes nets are bad.", "United States"),
        ("Rojas on Twitter called nets “a threat to us all”.", "Elena Rojas"),
        ("Rojas made very clear that nets are bad.", "Elena Rojas"),
        ("Rojas made a phone call to Ada Holm.", "Elena Rojas"),
        ("Rojas gave a detailed explanation on nets.", "Elena Rojas"),
        ("(Rojas advised Mwangi not to use nets in that bay.)", "Elena Rojas"),
        ("On Sunday the Kenyan foreign ministry called for nets.", "Kenya"),
        ("The leaders of the two nations agreed that nets are bad.", "Chile and Kenya"),
        ("Council members stressed the need for nets.", "Council members"),
        (
            "Speaking in Lima on Monday, President Rojas’s aide, Ada Holm, rejected nets.",
            "Ada Holm",
        ),
        ("“Nets are bad for us all,” said a Kenyan aide quoted by a daily.", "Kenyan aide"),
    ],
)
def test_who_speaks_is_heard(names, sentence, speaker):
    assert told(said(ROJAS + sentence, names)[-1])[0] == speaker


@pytest.mark.parametrize(
    "sentence",
    ["Ada Holm, quoted by Rojas, was there.", "Rojas issued a statement on Monday."],
)
def test_what_says_nothing_is_no_statement(names, sentence):
    assert said(ROJAS + sentence, names) == []


def test_a_statements_it_reads_and_a_person_only_reads(names):
    text = "Kenya's foreign ministry issued a statement condemning the ban. "
    found = said(text + "“Boats will sail on all seas again,” it reads.", names)[-1]
    assert told(found)[::2] == ("Kenya", "Boats will sail on all seas again")
    assert len(said(text + "Ada Holm reads the letters of her crews.", names)) == 1


def test_a_verb_that_is_quoted_with_its_content_is_its_subjects(names):
    text = ROJAS + "Rojas “stressed the need for nets” and urged calm, a Kenyan readout said."
    assert [told(s) for s in said(text, names)[-2:]] == [
        ("Elena Rojas", ["Kenya"], "the need for nets"),
        ("Elena Rojas", ["Kenya"], "calm"),
    ]
    one = ROJAS + "The ban was “mentioned”, and nets are bad, Rojas said."
    assert told(said(one, names)[-1])[0] == "Elena Rojas"


@pytest.mark.parametrize(
    ("teller", "speaker"),
    [("The Kenyan president's office", "Kenya"), ("The Kenyan foreign ministry", "Elena Rojas")],
)
def test_he_of_a_presidents_office_is_the_president_and_not_who_spoke_before(
    names, teller, speaker
):
    text = ROJAS + "Rojas condemned the raids. " + f"{teller} said that she accepted the plan."
    assert told(said(text, names)[-1])[0] == speaker


def test_i_who_tell_of_another_am_no_reporter_with_that_name(names):
    last = said(ROJAS + "I think Rojas has made clear that nets are bad.", names)[-1]
    assert told(last)[:2] == ("Elena Rojas", [])


def test_a_word_before_a_known_name_is_not_who_listens(names):
    last = said(ROJAS + "Rojas spoke with Seyyed Peter Mwangi about nets.", names)[-1]
    assert to(last) == "Peter Mwangi"


def test_others_who_differ_say_it_themselves(names):
    text = "While many delegates voiced support for nets, others condemned nets as a threat."
    assert [(told(s)[0], s.act) for s in said(text, names)] == [
        ("delegates", "express"),
        ("others", "condemn"),
    ]


def test_it_in_a_clause_of_time_is_whoever_begins_the_sentence(names):
    text = "The United States welcomed the talks. Kenya had left early when it condemned the raids."
    assert told(said(text, names)[-1])[0] == "Kenya"


def test_a_known_name_that_begins_a_strangers_is_not_the_known_one():
    known = Names.load(
        None, [Party(name="Kim Eui-ho", country="South Korea", office="spokesperson")]
    )
    text = "Boats sank. Kim Yo Jong, vice-director of the press office, condemned the raids."
    assert told(said(text, known)[-1])[0] == "Kim Yo Jong"


def test_the_rest_of_a_strangers_quotation_in_a_speech_is_not_the_speakers(names):
    text = "At the time he said “Nets are good. Boats are new.” We think otherwise."
    found = [told(s)[::2] for s in said(text, names, speaker="Kenya")]
    owners = {quote.strip("”. "): speaker for speaker, quote in found}
    assert owners["Boats are new"] is None
    assert owners["We think otherwise"] == "Kenya"
    assert ("Kenya", "We think otherwise.") in found


# --- to whom -------------------------------------------------------------------------------------

CALL = "Chilean Foreign Minister Elena Rojas called Kenyan Foreign Minister Peter Mwangi by phone. "


@pytest.mark.parametrize(
    ("sentence", "listener"),
    [
        ("Rojas said fish was cheap.", "Peter Mwangi"),
        ("Rojas said fish was cheap at the ceremony last year.", "Peter Mwangi"),
        ("Rojas said at a ceremony in Lima that fish was cheap.", None),
        ("Rojas told a cabinet meeting that fish was cheap.", None),
        ("Rojas announced this on her Telegram channel.", None),
        ("Rojas said earlier this year that fish was cheap.", None),
        ("“I had a good talk with Mwangi,” Rojas said.", None),
        ("Rojas said the call was good.", None),
    ],
)
def test_words_to_all_are_not_to_the_other_of_a_call(names, sentence, listener):
    assert to(said(CALL + sentence, names)[-1]) == listener


def test_it_is_said_to_all_until_the_talk_is_told_of_again(names):
    text = CALL + "Rojas told reporters that fish was cheap. She condemned the raids. "
    last = "In the call, Rojas thanked the crews."
    assert [to(s) for s in said(text + last, names)[-2:]] == [None, "Peter Mwangi"]


def test_what_a_third_tells_reporters_does_not_part_the_two_who_talk(names):
    text = CALL + "Kenya's Fisheries Minister Ada Holm told reporters that nets are bad. "
    assert to(said(text + "Rojas condemned the raids.", names)[-1]) == "Peter Mwangi"


@pytest.mark.parametrize(
    ("caller", "listener"),
    [("the Chilean president", "Peter Mwangi"), ("the president", None)],
)
def test_who_goes_by_office_in_the_sentence_of_the_call_talks_too(names, caller, listener):
    text = (
        "President Elena Rojas of Chile is glad. In a phone call with Kenyan President "
        f"Peter Mwangi on Monday, {caller} thanked the crews. Rojas condemned the raids."
    )
    assert to(said(text, names)[-1]) == listener


def test_the_day_of_a_talk_is_not_that_of_words_to_all(names):
    call = CALL.replace("called", "spoke on Monday with").replace(" by phone", "")
    text = call + "Rojas condemned the raids. At a ceremony in Lima, Rojas condemned nets."
    days = [s.said.value if s.said else None for s in said(text, names)]
    assert days == ["2022-06-13", "2022-06-13", None]


def test_who_is_named_in_a_clause_beside_the_talks_is_nobodys_listener(names):
    text = (
        "Chilean Foreign Minister Elena Rojas called the visit a success. The meeting was good, "
        "she said after her king was received by Kenyan President Peter Mwangi."
    )
    assert [to(s) for s in said(text, names)] == [None, None]


def test_an_office_of_the_united_nations_is_nobodys_name(names):
    text = (
        "Peter Mwangi, special envoy to the UN Secretary-General, left. Chilean Foreign Minister "
        "Elena Rojas congratulated General Secretary Otieno."
    )
    assert "UN Secretary" not in {p.name for p in people_of(text, names)}


# --- when ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "said_on", "spoken_of"),
    [
        ("Rojas spoke to Mwangi, the president of the council, on 13 June.", "2022-06-13", None),
        ("Rojas held phone talks with Mwangi on Monday over the ban.", "2022-06-13", None),
        ("Rojas held talks with Mwangi about the vote on Monday.", None, "2022-06-13"),
        ("Rojas discussed the ban with Mwangi on Monday.", "2022-06-13", None),
        ("Rojas discussed the vote on Monday.", None, "2022-06-13"),
    ],
)
def test_the_day_of_a_talk_is_not_the_day_talked_about(names, sentence, said_on, spoken_of):
    text = "Chilean Foreign Minister Elena Rojas and Kenyan Foreign Minister Peter Mwangi are old. "
    last = said(text + sentence, names)[-1]
    assert (last.said and last.said.value) == said_on
    assert (last.referred_to and last.referred_to.value) == spoken_of


@pytest.mark.parametrize(
    ("lead", "day"),
    [
        ("On June 3, ", "2022-06-03"),
        ("Asked about the treaty signed on June 3, ", None),
        ("In answer to a letter of June 3, ", None),
        ("At the 2022 forum in Lima on June 3, ", "2022-06-03"),
    ],
)
def test_the_day_of_what_one_is_asked_about_is_not_the_day_of_the_answer(names, lead, day):
    last = said("Chilean Foreign Minister Elena Rojas left. " + lead + "Rojas said no.", names)[-1]
    assert (last.said and last.said.value) == day


@pytest.mark.parametrize(
    ("content", "day"),
    [
        ("boats will sail from December 10 to 13", "2022-12-10"),
        ("boats sailed from December 10 to 13", "2021-12-10"),
        ("boats kept to the 1982 Convention", None),
        ("boats sailed in 1982", "1982"),
    ],
)
def test_what_is_to_come_lies_ahead_and_a_year_in_a_name_is_no_date(names, content, day):
    last = said(f"Chilean Foreign Minister Elena Rojas said that {content}.", names)[-1]
    assert (last.referred_to and last.referred_to.value) == day


def test_a_dateline_that_begins_with_its_date_is_not_said(names):
    text = "June 14, 2022 (NAIROBI) - Fish is cheap, said Kenyan Foreign Minister Peter Mwangi."
    assert [(s.quote, s.referred_to) for s in said(text, names)] == [("Fish is cheap", None)]


@pytest.mark.parametrize(
    ("second", "listener"),
    [
        ("Rojas made the remarks in a phone conversation with her Kenyan counterpart, Peter "
         "Mwangi.", "Peter Mwangi"),
        ("Rojas told reporters that she had held a long call with Peter Mwangi.", None),
    ],
)  # fmt: skip
def test_that_they_talked_is_no_word_about_the_talk(names, second, listener):
    text = (
        "Chilean Foreign Minister Elena Rojas said on Monday that Chile stands ready to help. "
        f"{second} Rojas said that nets were wide. Kenyan Foreign Minister Peter Mwangi is new."
    )
    last = next(s for s in said(text, names) if s.quote.startswith("nets"))
    assert to(last) == listener
