"""Who said what: each trap of attribution as a pair of texts that differ in one thing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.names import Names
from rag.segment import split_sentences
from rag.statements import extract, people
from rag.statements.dates import said as said_on
from rag.statements.lexicon import cues, verbs
from rag.types import Document, Metadata, Statement

PUBLISHED = "2022-06-15"  # a Wednesday


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load()


def said(text: str, names: Names, **metadata: str) -> list[Statement]:
    document = Document(
        name="a.txt", text=text, metadata=Metadata(**{"published": PUBLISHED, **metadata})
    )
    found = extract(document, split_sentences(text, document.name), names)
    for statement in found:
        assert text[statement.start : statement.end] == statement.quote
        assert 0 <= statement.cue_start <= statement.cue_end <= len(text)
    return found


def speakers(text: str, names: Names, **metadata: str) -> list[str | None]:
    return [s.speaker.name if s.speaker else None for s in said(text, names, **metadata)]


INTRODUCED = (
    "Chilean Foreign Minister Elena Rojas met Kenyan Foreign Minister Peter Mwangi on Monday. "
)


# --- traps ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "speaker", "about"),
    [
        (
            "Rojas thanked Kenya for supporting Chile's position on fisheries.",
            "Elena Rojas",
            "Kenya",
        ),
        (
            "Mwangi thanked Chile for supporting Kenya's position on fisheries.",
            "Peter Mwangi",
            "Chile",
        ),
        ("Rojas appreciated Kenya's support on fisheries.", "Elena Rojas", "Kenya"),
        ("Rojas expressed gratitude for Kenya's support on fisheries.", "Elena Rojas", "Kenya"),
    ],
)
def test_thanks_are_said_by_the_one_who_thanks(
    names: Names, sentence: str, speaker: str, about: str
) -> None:
    found = said(INTRODUCED + sentence, names)[-1]
    assert found.speaker is not None
    assert found.speaker.name == speaker
    assert about in found.quote
    assert found.polarity == "for"


def test_what_a_spokesperson_reports_has_a_reporter_and_the_ministers_own_words_have_none(
    names: Names,
) -> None:
    start = "Chilean spokesperson Ana Vidal spoke after Foreign Minister Elena Rojas had landed. "
    told = said(start + "Vidal said that Rojas stressed the need for a treaty.", names)[-1]
    own = said(start + "Rojas stressed the need for a treaty.", names)[-1]
    assert told.speaker is not None and own.speaker is not None
    assert told.speaker.name == own.speaker.name == "Elena Rojas"
    assert [p.name for p in told.reported_by] == ["Ana Vidal"]
    assert own.reported_by == ()


def test_a_minister_who_speaks_of_his_country_speaks_himself(names: Names) -> None:
    found = said(INTRODUCED + "Mwangi said that Kenya supports the treaty.", names)[-1]
    assert found.speaker is not None
    assert (found.speaker.name, found.speaker.country) == ("Peter Mwangi", "Kenya")
    assert found.reported_by == ()
    assert found.polarity == "for"


@pytest.mark.parametrize(
    ("publisher", "country", "name"),
    [
        ("Ministry of Foreign Affairs of Kenya", "Kenya", "Peter Mwangi"),
        ("Ministry of Foreign Affairs of Chile", "Chile", "Elena Rojas"),
    ],
)
def test_the_minister_of_a_readout_is_the_publishers_own_and_the_other_is_named(
    names: Names, publisher: str, country: str, name: str
) -> None:
    text = (
        INTRODUCED + "The Foreign Minister reaffirmed support for quotas. "
        "The Kenyan Foreign Minister reaffirmed support for boats."
    )
    own, other = said(text, names, source=publisher)
    assert own.speaker is not None and other.speaker is not None
    assert (own.speaker.name, own.speaker.country) == (name, country)
    assert (other.speaker.name, other.speaker.country) == ("Peter Mwangi", "Kenya")


def test_what_another_government_did_by_speaking_is_that_governments(names: Names) -> None:
    found = said(INTRODUCED + "Mwangi said that Chile condemned the attack.", names)[-1]
    assert found.speaker is not None
    assert found.speaker.name == "Chile"
    assert [p.name for p in found.reported_by] == ["Peter Mwangi"]


def test_joint_subjects_are_neither_side_alone(names: Names) -> None:
    both = said(INTRODUCED + "Both sides opposed new tariffs.", names)[-1]
    one = said(INTRODUCED + "The Kenyan side opposed new tariffs.", names)[-1]
    assert both.speaker is not None and one.speaker is not None
    assert (both.speaker.kind, both.speaker.country) == ("joint", None)
    assert both.speaker.name == "Chile and Kenya"
    assert both.speaker.as_written == "Both sides"
    assert (one.speaker.kind, one.speaker.name) == ("government", "Kenya")


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Nairobi", "Kenya"),
        ("The Kenyan side", "Kenya"),
        ("The Kenyan foreign ministry", "Kenya"),
        ("The Kenyan foreign minister", "Peter Mwangi"),
        ("The Kenyan minister", "Peter Mwangi"),
        ("Mwangi", "Peter Mwangi"),
        ("Foreign Minister Mwangi", "Peter Mwangi"),
        ("Santiago de Chile", "Chile"),
    ],
)
def test_metonyms_and_offices_resolve(names: Names, subject: str, name: str) -> None:
    assert speakers(INTRODUCED + f"{subject} said that talks would go on.", names)[-1] == name


def test_an_office_resolves_to_who_held_it_on_the_day(names: Names) -> None:
    text = "The Pakistani foreign minister said that talks would go on."
    assert speakers(text, names, published="2021-03-01") == ["Shah Mahmood Qureshi"]
    assert speakers(text, names, published="2023-03-01") == ["Bilawal Bhutto Zardari"]
    unknown = said(text, names, published="1990-03-01")[0].speaker
    assert unknown is not None
    assert (unknown.name, unknown.kind, unknown.office) == (
        "Pakistan",
        "government",
        "foreign minister",
    )


def test_talks_that_are_only_told_of_say_nothing_of_a_position(names: Names) -> None:
    told = said(INTRODUCED + "They discussed fisheries.", names)[-1]
    stated = said(INTRODUCED + "They supported a ban on fisheries.", names)[-1]
    assert (told.form, told.polarity) == ("narrated", "neutral")
    assert (stated.form, stated.polarity) == ("indirect", "for")


def test_taking_note_is_not_support(names: Names) -> None:
    found = said(INTRODUCED + "Rojas took note of Kenya's support for the ban.", names)[-1]
    assert (found.act, found.polarity) == ("take note", "neutral")


@pytest.mark.parametrize(
    ("words", "modality"),
    [
        ("said that Kenya had sent troops", "asserted"),
        ("denied that Kenya had sent troops", "denied"),
        ("asked whether Kenya had sent troops", "asked"),
        ("said Kenya would send troops if the Council agreed", "conditional"),
        ("hoped that Kenya would send troops", "hoped"),
        ("expressed hope that Kenya would send troops", "hoped"),
        ("pledged to send troops", "promised"),
    ],
)
def test_denial_question_condition_hope_and_promise(
    names: Names, words: str, modality: str
) -> None:
    found = said(INTRODUCED + f"Mwangi {words}.", names)[-1]
    assert found.modality == modality
    assert found.speaker is not None
    assert found.speaker.name == "Peter Mwangi"


def test_what_was_not_said_is_no_statement(names: Names) -> None:
    assert said("Kenyan President Peter Mwangi did not say whether he would resign.", names) == []
    assert len(said("Kenyan President Peter Mwangi said that he would resign.", names)) == 1


def test_nested_quotation_keeps_every_reporter_outermost_first(names: Names) -> None:
    text = (
        INTRODUCED
        + "Rojas thanked Mwangi for his visit, said the Chilean foreign ministry, Reuters added."
    )
    found = said(text, names)[-1]
    assert found.speaker is not None
    assert found.speaker.name == "Elena Rojas"
    assert [p.name for p in found.reported_by] == ["Reuters", "Chile"]


def test_an_agency_that_quotes_is_the_reporter(names: Names) -> None:
    found = said(
        "Xinhua quoted Peruvian President Rosa Quispe as saying that mines would reopen.", names
    )
    assert [s.speaker.name for s in found if s.speaker] == ["Rosa Quispe"]
    assert [p.name for p in found[0].reported_by] == ["Xinhua"]
    assert found[0].quote == "mines would reopen"


# --- where the subject stands --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Mwangi said Kenya would join.", "Kenya would join"),
        ("Kenya would join, Mwangi said.", "Kenya would join"),
        ("Kenya would join, said Mwangi.", "Kenya would join"),
        ("“Kenya will join,” Mwangi told reporters on Tuesday.", "Kenya will join"),
        ("Kenya, Mwangi said, would join.", "Kenya, Mwangi said, would join"),
        ("Noting that Kenya would join, Mwangi left the room.", None),
        ("Mwangi, who was in Santiago, said Kenya would join.", "Kenya would join"),
        ("Mwangi, for his part, said that Kenya would join.", "Kenya would join"),
        ("In a statement on Tuesday, Mwangi said: “Kenya will join.”", "Kenya will join"),
        ("Mwangi said on Tuesday that Kenya would join.", "Kenya would join"),
        ("As Mwangi has said, the door is open.", None),
    ],
)
def test_contents_are_cut_from_the_words_that_attribute_them(
    names: Names, sentence: str, quote: str | None
) -> None:
    found = said(INTRODUCED + sentence, names)[-1:]
    if quote is None:
        assert all(s.speaker is None or s.speaker.name == "Peter Mwangi" for s in found)
        return
    assert [s.quote for s in found] == [quote]
    assert [s.speaker.name for s in found if s.speaker] == ["Peter Mwangi"]


def test_a_participle_adds_a_second_statement_of_the_same_speaker(names: Names) -> None:
    found = said(INTRODUCED + "Kenya is ready, Mwangi said, adding that funds are there.", names)[
        -2:
    ]
    assert [s.quote for s in found] == ["Kenya is ready", "funds are there"]
    assert {s.speaker.name for s in found if s.speaker} == {"Peter Mwangi"}


def test_several_verbs_of_one_subject_are_several_statements(names: Names) -> None:
    text = INTRODUCED + "Rojas thanked Kenya for its help, praised its army and called for peace."
    found = said(text, names)[-3:]
    assert [s.act for s in found] == ["thank", "praise", "urge"]
    assert {s.speaker.name for s in found if s.speaker} == {"Elena Rojas"}


def test_a_participle_belongs_to_the_speaker_not_to_whom_he_speaks_of(names: Names) -> None:
    found = said(INTRODUCED + "Rojas said Kenya thanked Peru, adding that she agreed.", names)[-1]
    assert found.speaker is not None
    assert found.speaker.name == "Elena Rojas"


# --- carried over --------------------------------------------------------------------------------


def test_he_also_and_the_latter_and_the_host_carry_over(names: Names) -> None:
    text = (
        "Kenyan President Peter Mwangi called Peruvian President Rosa Quispe on Monday. "
        "Mwangi briefed Quispe on the drought. The latter said that Peru would send food. "
        "She also said that ships were ready. For his part, Mwangi said that Kenya was grateful. "
        "He added that he would visit Lima."
    )
    assert speakers(text, names)[-5:] == [
        "Peter Mwangi",
        "Rosa Quispe",
        "Rosa Quispe",
        "Peter Mwangi",
        "Peter Mwangi",
    ]


def test_a_pronoun_never_takes_a_person_of_the_other_sex(names: Names) -> None:
    text = (
        "Queen Helena of Norway met King Olav of Sweden. The king said that it rained. "
        "She said that it was fine."
    )
    assert speakers(text, names)[-1] != "Olav"


def test_a_quotation_goes_on_over_sentences_and_paragraphs(names: Names) -> None:
    text = (
        "Kenyan President Peter Mwangi spoke in Nairobi.\n\n“We have waited for years. "
        "Now it is time.\n\n"
        "Nobody will stop us,” Mwangi said.\n\nThe rain came at noon."
    )
    found = said(text, names)
    assert [s.quote for s in found] == [
        "We have waited for years",
        "Now it is time",
        "Nobody will stop us",
    ]
    assert {s.speaker.name for s in found if s.speaker} == {"Peter Mwangi"}
    assert {s.form for s in found} == {"direct"}


def test_a_quotation_with_an_attribution_that_is_not_understood_stays_open(names: Names) -> None:
    text = (
        "Kenyan President Peter Mwangi said that it rained.\n\n“I never saw such rain. "
        "The river is high,” "
        "was how an old fisherman put it."
    )
    found = said(text, names)
    assert [s.speaker.name if s.speaker else None for s in found] == ["Peter Mwangi", None]


def test_a_bare_sentence_is_carried_in_a_paragraph_of_a_readout_but_not_into_background(
    names: Names,
) -> None:
    readout = (
        "Chilean President Elena Rojas had a phone call with Kenyan President Peter Mwangi.\n\n"
        "Rojas said that Chile values its friends. The two sides should build a port together.\n\n"
        "Mwangi said that Kenya agrees. Kenya will continue to support Chile.\n"
    )
    found = said(readout, names)
    assert [(s.speaker.name, s.rule) for s in found if s.speaker][1:] == [
        ("Elena Rojas", "before person"),
        ("Elena Rojas", "paragraph goes on"),
        ("Peter Mwangi", "before person"),
        ("Peter Mwangi", "paragraph goes on"),
    ]
    background = readout + "\nIn 2019, the two countries signed an agreement on fisheries.\n"
    assert len(said(background, names)) == len(found)


def test_a_list_under_a_colon_is_all_its_speakers(names: Names) -> None:
    text = (
        "Kenyan President Peter Mwangi promised to:\n\n- build a road\n- open a school\n\n"
        "It rained.\n"
    )
    found = said(text, names)
    assert [s.quote for s in found] == ["build a road", "open a school"]
    assert {s.speaker.name for s in found if s.speaker} == {"Peter Mwangi"}


def test_the_person_without_a_country_speaks_for_the_other_side(names: Names) -> None:
    text = (
        "Peru's President Rosa Quispe spoke with Prime Minister Paavo Lehto "
        "on ties between Peru and "
        "Finland. Lehto said that Finland would buy copper from Peru."
    )
    found = said(text, names)[-1]
    assert found.speaker is not None
    assert (found.speaker.name, found.speaker.country) == ("Paavo Lehto", "Finland")


# --- who stays unnamed ---------------------------------------------------------------------------


def test_anonymous_speakers_are_unnamed_and_unknown_ones_nobody(names: Names) -> None:
    unnamed = said("Two senior officials said that the bank would close.", names)[0].speaker
    assert unnamed is not None
    assert unnamed.kind == "unnamed"
    assert speakers("The baker said that the bank would close.", names) == [None]


def test_he_without_anyone_before_is_nobody(names: Names) -> None:
    assert speakers("He said that the bank would close.", names) == [None]


def test_two_ministers_make_the_minister_ambiguous(names: Names) -> None:
    text = INTRODUCED + "It was late. The ambassador said that talks would go on."
    assert speakers(text, names)[-1] is None


# --- dates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("on Monday", "2022-06-13"),
        ("on Wednesday", "2022-06-15"),
        ("last Wednesday", "2022-06-08"),
        ("on Thursday", "2022-06-09"),
        ("yesterday", "2022-06-14"),
        ("on June 3, 2022", "2022-06-03"),
        ("on 3 June", "2022-06-03"),
        ("on December 30", "2021-12-30"),
    ],
)
def test_the_day_of_saying_is_read_from_the_words_around_it(
    names: Names, words: str, day: str
) -> None:
    found = said(f"Kenyan President Peter Mwangi said {words} that rain fell in 2019.", names)[0]
    assert found.said is not None
    assert found.said.value == day
    assert found.published is not None and found.published.value == PUBLISHED
    assert found.referred_to is not None and found.referred_to.value == "2019"


def test_without_a_date_of_publication_a_weekday_stays_unknown(names: Names) -> None:
    document = Document(
        name="a", text="Kenyan President Peter Mwangi said on Monday that rain fell."
    )
    found = extract(document, split_sentences(document.text, "a"), names)[0]
    assert (found.said, found.published) == (None, None)


@settings(max_examples=30, deadline=None)
@given(st.dates(date(2000, 1, 10), date(2100, 1, 1)), st.integers(0, 2000))
def test_shifting_publication_shifts_every_resolved_day(day, shift) -> None:
    later = day + timedelta(days=7 * shift)
    for words in ("on Monday", "last Friday", "yesterday", "today"):
        first = said_on(words, Metadata(published=day.isoformat()))
        second = said_on(words, Metadata(published=later.isoformat()))
        assert first is not None and second is not None
        moved = type(day).fromisoformat(second.value) - type(day).fromisoformat(first.value)
        assert moved == timedelta(days=7 * shift)


# --- monologues and transcripts ------------------------------------------------------------------


def test_every_sentence_of_a_speech_is_the_speakers_own(names: Names) -> None:
    text = "We thank the Assembly. Kenya supports peace. Who could be against it?"
    found = said(text, names, speaker="Kenya")
    assert [s.speaker.name for s in found if s.speaker] == ["Kenya"] * 3
    assert [s.act for s in found] == ["thank", "support", "say"]
    assert found[2].modality == "asked"
    assert {(s.form, s.rule) for s in found} == {("direct", "monologue")}


def test_a_speech_that_reports_another_is_the_others_with_the_speaker_as_reporter(
    names: Names,
) -> None:
    own = said("Kenya has said that it will not yield.", names, speaker="Kenya")[0]
    other = said("Peru has said that it will not yield.", names, speaker="Kenya")[0]
    assert own.speaker is not None and other.speaker is not None
    assert (own.speaker.name, own.reported_by) == ("Kenya", ())
    assert other.speaker.name == "Peru"
    assert [p.name for p in other.reported_by] == ["Kenya"]


def told(text: str, names: Names) -> list[tuple[str | None, str]]:
    """Who says what in Kenya's speech besides Kenya."""
    found = said(text, names, speaker="Kenya", published="2013-09-25")
    return [(s.speaker.name if s.speaker else None, s.quote) for s in found if s.reported_by]


@pytest.mark.parametrize(
    ("text", "speaker", "quote"),
    [
        ("Only last week President Elena Rojas of Chile said that quotas matter.",
         "Elena Rojas", "quotas matter"),
        ("As President Elena Rojas of Chile said here on Monday (see A/68/PV.5), quotas matter.",
         "Elena Rojas", "quotas matter"),
        ("Five years ago today, President Elena Rojas of Chile said, in a speech on the coast, "
         "“How horrible this is.”", "Elena Rojas", "How horrible this is"),
        ("President Elena Rojas of Chile told the Assembly that while Chile is patient, it insists "
         "on quotas.", "Elena Rojas", "Chile is patient, it insists on quotas"),
        ("President Elena Rojas of Chile was here. In May, she said that quotas matter.",
         "Elena Rojas", "quotas matter"),
        ("As the Secretary-General has said, quotas matter.", "Ban Ki-moon", "quotas matter"),
    ],
)  # fmt: skip
def test_a_speech_tells_what_others_said_beside_its_own_words(
    names: Names, text: str, speaker: str, quote: str
) -> None:
    assert told(text, names) == [(speaker, quote)]


def test_a_quotation_in_a_speech_goes_on_for_the_one_who_is_quoted(names: Names) -> None:
    text = (
        "President Elena Rojas of Chile once noted: “Fish are few. Boats are many.” We agree. "
        "The boats must go."
    )
    found = said(text, names, speaker="Kenya")
    whose = [s.speaker.name if s.speaker else None for s in found if s.quote != text[:70]]
    assert whose[-4:] == ["Elena Rojas", "Elena Rojas", "Kenya", "Kenya"]


@pytest.mark.parametrize(
    "text",
    [
        "If President Elena Rojas of Chile said that quotas matter, we would listen.",
        "The President said that quotas matter.",
        "President Elena Rojas of Chile and President Juan Paz of Peru met. He said quotas matter.",
        "President Elena Rojas of Chile asked me to read her words.",
    ],
)
def test_what_a_speech_does_not_plainly_tell_of_another_stays_its_own(
    names: Names, text: str
) -> None:
    assert told(text, names) == []


def test_a_title_of_a_speech_names_its_speaker(names: Names) -> None:
    text = "The rain has come. The fields are green."
    titled = said(text, names, title="Statement by Kenya at the General Debate")
    assert [s.speaker.name for s in titled if s.speaker] == ["Kenya", "Kenya"]
    assert said(text, names, title="Rain in Kenya") == []


def test_a_transcript_gives_every_turn_to_its_label(names: Names) -> None:
    text = (
        "Foreign Ministry Spokesperson Ana Vidal's Regular Press Conference\n\n"
        "Q: Will Chile join? What is your view?\n\nA: Chile will join. We support the treaty.\n\n"
        "Reuters: And Peru?\n\nA: Ask them.\n"
    )
    found = said(text, names)
    assert [s.speaker.name for s in found if s.speaker] == [
        "questioner", "questioner", "Ana Vidal", "Ana Vidal", "Reuters", "Ana Vidal",
    ]  # fmt: skip
    assert found[0].quote == "Will Chile join?"
    assert said("Note: rain.\n\nPlease read: rain.\n\nBring: a coat.\n", names) == []


# --- people --------------------------------------------------------------------------------------


def test_people_are_introduced_in_every_order_of_name_office_and_country(names: Names) -> None:
    text = (
        "Chile's President Elena Rojas wrote to Peter Mwangi, President of the Republic of Kenya, "
        "and to the "
        "Finnish Minister of Health, Liisa Niemi. "
        "Minister for Foreign Affairs of Oman Said al-Busaidi was there, "
        "as was spokesman for Peru's foreign ministry Luis Paz."
    )
    document = Document(name="a", text=text)
    found = {
        p.name: (p.country, p.office) for p in people(document, split_sentences(text, "a"), names)
    }
    assert found == {
        "Elena Rojas": ("Chile", "president"),
        "Peter Mwangi": ("Kenya", "president"),
        "Liisa Niemi": ("Finland", "health minister"),
        "Said al-Busaidi": ("Oman", "foreign minister"),
        "Luis Paz": ("Peru", "foreign ministry spokesperson"),
    }


def test_a_misspelt_second_mention_is_the_same_person(names: Names) -> None:
    text = "Chilean President Elena Rojaz spoke. President Elena Rojas said that rain fell."
    assert len({p.name for p in people(Document(name="a", text=text), [], names)}) == 1


# --- the lexicon ---------------------------------------------------------------------------------


def test_the_lexicon_knows_the_usual_verbs_of_readouts() -> None:
    usual = (
        "accuse acknowledge add affirm agree announce applaud appreciate assert assure commend "
        "condemn confirm "
        "congratulate convey denounce deny deplore emphasize express hail highlight hope inform "
        "laud note object to "
        "oppose pledge praise propose reaffirm recall reiterate reject say state stress suggest "
        "support thank "
        "underline underscore urge vow warn welcome"
    )
    known = {v.lemma for v in verbs()}
    assert set(usual.replace("object to", "object_to").split()) <= {
        k.replace(" ", "_") for k in known
    }
    assert len(known) >= 120


def test_verbs_are_found_in_every_form_and_names_are_not_verbs() -> None:
    text = "denies denied denying regretted committed to paid tribute to takes note of spoke of"
    assert [c.verb.lemma for c in cues(text)] == [
        "deny", "deny", "deny", "regret", "commit to", "pay tribute to", "take note of", "speak of",
    ]  # fmt: skip


def test_the_united_states_states_nothing(names: Names) -> None:
    text = "The United States and Kenya can do more. A report by the Council is due."
    assert said(text, names) == []


# --- whose words they are not --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # An adverb before a comma is nobody, and the inverted subject counts.
        (INTRODUCED + "Currently, Kenyan ports are open to all, said Mwangi.", "Peter Mwangi"),
        (INTRODUCED + "Kenyan ports, Mwangi said, are open to all.", "Peter Mwangi"),
        # "and urged Nairobi to" is no inversion.
        (INTRODUCED + "On fisheries, Rojas said quotas matter, and urged Nairobi to sign.",
         "Elena Rojas"),
        # Behind its title a longer name of the department.
        ("Kenya backs the plan, said Chilean Deputy Minister for Ocean Affairs, Inés Duarte.",
         "Inés Duarte"),
        # In a spokesperson's quotation "he" is the one spoken of.
        (INTRODUCED + "“The Foreign Minister of Chile noted the deadline,” spokesperson Ana Vidal "
         "said. “He underscored that quotas matter,” Vidal added.", "Elena Rojas"),
        # What can be maintained is not said.
        (INTRODUCED + "Rojas believes that Kenya can maintain calm on the coast.", "Elena Rojas"),
        # Hopes that one minister ascribes to another country are his own words.
        (INTRODUCED + "Mwangi said that Chile has expressed its fair position.", "Peter Mwangi"),
    ],
)  # fmt: skip
def test_the_nearest_name_is_not_always_the_speaker(names: Names, text: str, expected: str) -> None:
    found = [s for s in said(text, names) if s.act not in {"talk", "meet"}]
    assert {s.speaker.name if s.speaker else None for s in found} == {expected}


def test_a_minister_of_one_country_and_another_are_not_told_apart(names: Names) -> None:
    assert "Kenya" not in speakers("Foreign Minister of Chile and Kenya noted the need.", names)


def test_they_under_a_reporter_are_those_who_talked(names: Names) -> None:
    text = INTRODUCED + "They agreed on the need for quotas, the Kenyan foreign ministry said."
    (statement,) = [s for s in said(text, names) if s.act == "agree"]
    assert statement.speaker is not None
    assert statement.speaker.kind == "joint"
    assert [p.name for p in statement.reported_by] == ["Kenya"]


@pytest.mark.parametrize(
    "opening",
    [
        "Elena Rojas spoke today with Kenyan Foreign Minister Peter Mwangi.",
        "Elena Rojas spoke by phone on Monday with Kenyan Foreign Minister Peter Mwangi.",
        "Newly appointed Elena Rojas held telephone talks with Kenyan Foreign Minister Peter "
        "Mwangi.",
    ],
)
def test_a_talk_is_told_however_the_day_parts_its_verb(names: Names, opening: str) -> None:
    found = said(f"Chilean Foreign Minister Elena Rojas is in Santiago. {opening}", names)
    assert [(s.act, s.form, s.speaker and s.speaker.name) for s in found] == [
        ("talk", "narrated", "Elena Rojas")
    ]
    assert found[0].addressee is not None
    assert found[0].addressee.name == "Peter Mwangi"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What stands between the country and the office is what the minister is for.
        ("Chilean Fisheries Minister Elena Rojas told the Kenyan minister that quotas matter, the "
         "Kenyan foreign ministry said.", [("Elena Rojas", "Chile", ["Kenya"])]),
        ("The Chilean president's spokesman Juan Paz said quotas matter.",
         [("Juan Paz", "Chile", [])]),
        ("In Santiago de Chile, it rained. Chile's Elena Rojas said that quotas matter.",
         [("Elena Rojas", "Chile", [])]),
        # The outermost reporter stands first.
        ("Xinhua quoted Chilean Foreign Minister Elena Rojas as saying that Kenyan Foreign "
         "Minister Peter Mwangi told her quotas matter.",
         [("Peter Mwangi", "Kenya", ["Xinhua", "Elena Rojas"])]),
        (INTRODUCED + "Rojas denied that quotas matter, Reuters reported, citing Kenyan state "
         "radio.", [("Elena Rojas", "Chile", ["Reuters", "Kenyan state radio"])]),
        (INTRODUCED + "Rojas denied that quotas matter, her ministry said.",
         [("Elena Rojas", "Chile", ["Chile"])]),
        ("Kenyan state television reported that Nairobi had welcomed the quotas.",
         [("Kenya", "Kenya", ["Kenyan state television"])]),
        # Each with a verb of its own.
        (INTRODUCED + "Kenya offered to help and Chile welcomed the offer.",
         [("Kenya", "Kenya", []), ("Chile", "Chile", [])]),
        (INTRODUCED + "Rojas, asked about the sea, said quotas matter.",
         [("Elena Rojas", "Chile", [])]),
        (INTRODUCED + "Mwangi wished Rojas well, and the latter said quotas matter.",
         [("Peter Mwangi", "Kenya", []), ("Elena Rojas", "Chile", [])]),
        # The one who tells of another speaks on.
        (INTRODUCED + "President Ann Odera of Kenya believes in quotas, Mwangi said. He said "
         "quotas matter.",
         [("Ann Odera", "Kenya", ["Peter Mwangi"]), ("Peter Mwangi", "Kenya", [])]),
        ("A source close to the talks told Reuters that Chile had threatened to leave.",
         [("source close to the talks", None, [])]),
        (INTRODUCED + "It was agreed to meet again.", [("Chile and Kenya", None, [])]),
    ],
)  # fmt: skip
def test_each_is_told_with_a_country_and_a_chain(
    names: Names, text: str, expected: list[tuple[str, str | None, list[str]]]
) -> None:
    found = [s for s in said(text, names) if s.act not in {"talk", "meet"}]
    assert [
        (s.speaker.name, s.speaker.country, [p.name for p in s.reported_by])
        for s in found
        if s.speaker
    ] == expected


def test_an_outlet_of_the_world_gives_no_minister_a_country(names: Names) -> None:
    text = "Foreign Minister Juan Paz said quotas matter."
    own = said(text, names, source="Dawn")[0].speaker
    world = said(text, names, source="AFP")[0].speaker
    assert own is not None and world is not None
    assert (own.country, world.country) == ("Pakistan", None)


def test_what_is_not_clear_is_nobodys(names: Names) -> None:
    text = INTRODUCED + "Rojas said quotas matter. It remains unclear whether Kenya should agree."
    assert [s.quote for s in said(text, names)] == ["quotas matter"]


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Rojas urged the Government of Kenya to sign.", "to sign"),
        ("Rojas urged Kenya to sign.", "to sign"),
        ("Rojas told him that quotas matter.", "quotas matter"),
        ("Rojas told Reuters in an interview that quotas matter.", "quotas matter"),
        ("“It is false,” Rojas said of the report.", "It is false"),
    ],
)
def test_whom_it_is_said_to_is_no_content(names: Names, sentence: str, quote: str) -> None:
    assert said(INTRODUCED + sentence, names)[-1].quote == quote


def test_words_to_the_press_are_not_to_the_other_side(names: Names) -> None:
    private = said(INTRODUCED + "Rojas said quotas matter.", names)[-1]
    public = said(INTRODUCED + "Rojas said in an interview that quotas matter.", names)[-1]
    assert private.addressee is not None
    assert private.addressee.name == "Peter Mwangi"
    assert public.addressee is None


def test_a_dateline_without_a_dash_is_not_said(names: Names) -> None:
    text = "Nairobi, May 31 (KNA) Kenyan Foreign Minister Peter Mwangi praised Chile."
    (statement,) = said(text, names)
    assert statement.quote == "Chile"


def test_two_spellings_of_a_minister_are_one_person(names: Names) -> None:
    text = (
        "Chilean Foreign Minister Elena Castellan spoke. Chilean Foreign Minister Kastellan said "
        "quotas matter."
    )
    assert speakers(text, names)[-1] == "Elena Castellan"


def test_an_hour_is_no_prime_minister(names: Names) -> None:
    text = "01/08/2022 08:01 PM EST\n\nChilean Foreign Minister Elena Rojas said quotas matter."
    document = Document(name="a", text=text)
    assert [p.name for p in people(document, split_sentences(text, "a"), names)] == ["Elena Rojas"]


# --- any text ------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    (
        'Kenya Kenyan Peru President Peter Mwangi said says adding that , . “ ” " : he the two '
        "sides agreed thanked according to Reuters quoted as saying and for his part \n "
        "\n\n ’s 2021 on "
        "Monday not Q: A: – — ( ) é 中国"
    ).split(" ")
)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=40).map(" ".join) | st.text(max_size=200))
def test_any_text_gives_exact_spans_and_no_crash(names: Names, text: str) -> None:
    for metadata in ({}, {"speaker": "Kenya"}):
        for statement in said(text, names, **metadata):
            assert statement.end > statement.start
            assert 0 <= statement.confidence <= 1
            assert statement.rule
    people(Document(name="a", text=text), split_sentences(text, "a"), names)


# --- subjects that are easily somebody else -------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (  # the home leader, whom nobody names, does not speak to himself
            "The Prime Minister spoke to the Prime Minister of Kenya, Peter Mwangi, today. "
            "The Prime Minister underscored that trade would grow.",
            {None},
        ),
        (  # a foreign one alone is meant
            "The Prime Minister of Kenya, Peter Mwangi, arrived today. "
            "The Prime Minister underscored that trade would grow.",
            {"Peter Mwangi"},
        ),
        (  # "she" is not whoever spoke before the sentence that was not understood
            "Chilean Foreign Minister Elena Rojas welcomed the call.\n\nThe head of the Fisheries "
            "Board of Kenya (FBK), Mary Otieno, said talks had failed. She blamed the ministers.",
            {"Elena Rojas", "Mary Otieno"},
        ),
        (  # the predecessor's words are not the minister's
            "Chilean Defense Minister Elena Rojas denied the report. Her predecessor, Ivo Marin, "
            "told Channel 12 that the army was ready for weeks of war.",
            {"Elena Rojas", "Ivo Marin"},
        ),
        (  # a family name that two have
            "Kim Jong Un met his army.\n\nKim Tae-hyo, a deputy adviser, travelled too. "
            "Kim said the two leaders shared concern.",
            {None},
        ),
        (  # institutions are no persons
            "The Commissioner for Human Rights said on Monday that the law must be changed.",
            {None},
        ),
        (  # he who held the office once is not he who holds it
            "Chilean President Gabriel Boric met miners. The former Chilean president said mines "
            "should close.",
            {None},
        ),
        (  # the last ministry named is another country's department
            "Rojas said Chile would sign, the State Department said. Fish is cheap. "
            "The ministry said fishing would go on.",
            {"Rojas", None},
        ),
        (  # in a quotation "he told me" hands over nothing
            "Chilean President Gabriel Boric thanked Kenya. “Peter Mwangi told me that Kenya will "
            "stay. I believe him,” he said.",
            {"Gabriel Boric", "Peter Mwangi"},
        ),
        (  # what goes on after "he said," is no subject
            "“No, this was not raised,” Rojas said, commenting on media reports.",
            {"Rojas"},
        ),
    ],
)
def test_nobody_is_given_the_words_of_another(names, text, right):
    found = said(text, names)
    assert {s.speaker.name if s.speaker else None for s in found} <= right
    believed = [s for s in found if s.quote == "I believe him"]
    assert all(s.speaker.name == "Gabriel Boric" for s in believed)


@pytest.mark.parametrize(
    "sentence",
    [
        "Rojas has not called for new talks.",
        "Rojas had not discussed sanctions with Peter Mwangi.",
        "Rojas would not condemn the attack.",
        "Rojas hasn’t thanked Mwangi for the offer.",
        "Rojas did not say that talks had failed.",
    ],
)
def test_what_somebody_did_not_say_is_no_statement(names, sentence):
    assert said(INTRODUCED + sentence, names) == []


@pytest.mark.parametrize(
    ("text", "speaker", "country"),
    [
        (  # the headline's last country is not the office's below it
            "Press conference with the President of Ukraine\n\nPresident Emmanuel Macron said "
            "France would help.",
            "Emmanuel Macron",
            "France",
        ),
        (  # one word of a longer name is nobody known
            "Lieutenant General Ahmed Sharif Chaudhry said no pilot was in custody.",
            "Ahmed Sharif Chaudhry",
            None,
        ),
        (
            "For the United States, Deputy Representative Dorothy Mills stated that it would not.",
            "Dorothy Mills",
            "United States",
        ),
    ],
)
def test_a_speakers_country_is_not_that_of_words_near_by(names, text, speaker, country):
    found = said(text, names)[-1].speaker
    assert found is not None
    assert (found.name, found.country) == (speaker, country)


def test_the_latter_is_the_last_named_and_not_who_tells_of_both(names):
    text = (
        "Chilean Foreign Minister Elena Rojas, in a call with Kenyan Minister Peter Mwangi, "
        "conveyed thanks. The latter praised the talks."
    )
    assert speakers(text, names)[-1] == "Peter Mwangi"
    text = (
        "Former president Ada Holm said neither Elena Rojas nor Peter Mwangi had refused. "
        "The latter, however, told a rally that he would not be lectured."
    )
    assert speakers(INTRODUCED + text, names)[-1] == "Peter Mwangi"


@pytest.mark.parametrize(
    ("attribution", "reporter"),
    [
        ("Rojas said fish was cheap, her spokesman told reporters.", "her spokesman"),
        ("Rojas and Mwangi agreed to meet again, Rojas’s office said.", "Chile"),
        (
            "“Fish is cheap,” Rojas said, according to deputy fisheries minister Ada Holm.",
            "Ada Holm",
        ),
    ],
)
def test_who_reports_is_kept_where_the_attribution_comes_last(names, attribution, reporter):
    last = said(INTRODUCED + attribution, names)[-1]
    assert [p.name for p in last.reported_by] == [reporter]
    assert reporter.split()[-1] not in last.quote


def test_an_announced_quotation_ends_and_with_it_its_reporter(names):
    text = (
        "A Downing Street spokesperson said:\n\n“The Prime Minister was clear.”\n\n"
        "Foreign Secretary Ada Holm welcomed the call."
    )
    first, last = said(text, names)
    assert first.speaker is not None and first.speaker.kind == "unnamed"
    assert last.reported_by == ()


@pytest.mark.parametrize(
    ("sentence", "quote"),
    [
        ("Rojas told a dinner with miners that talks would go on.", "talks would go on"),
        ("“Fish is cheap,” Rojas told AFP.", "Fish is cheap"),
        ("“Fish is cheap,” Rojas told a press briefing in Nairobi.", "Fish is cheap"),
        ("As Rojas said a few days ago, fish is cheap.", "fish is cheap"),
        ("On Friday, Rojas was quoted by Reuters as saying fish was cheap.", "fish was cheap"),
    ],
)
def test_listeners_and_times_are_not_what_was_said(names, sentence, quote):
    assert said(INTRODUCED + sentence, names)[-1].quote == quote


def test_two_calls_in_one_report_are_not_mixed_up(names):
    text = (
        "Chilean Foreign Minister Elena Rojas spoke by phone with Kenyan Foreign Minister Peter "
        "Mwangi. Rojas also spoke to Norwegian Foreign Minister Ada Holm. Rojas underlined that "
        "fish was cheap."
    )
    assert said(text, names)[-1].addressee is None
    one = text.replace("Rojas also spoke to Norwegian Foreign Minister Ada Holm. ", "")
    addressee = said(one, names)[-1].addressee
    assert addressee is not None and addressee.name == "Peter Mwangi"


@pytest.mark.parametrize(
    "subject",
    [
        "Its leader, Ada Holm,",
        "The company’s founder, Ada Holm,",
        "In Lima, the leader of the party, Ada Holm,",
        "A spokesperson for State House, Ada Holm,",
        "Ada Holm, head of the opposition Law and Justice party,",
        "Ada Holm herself",
    ],
)
def test_a_name_beside_its_role_is_who_speaks(names, subject):
    last = said(INTRODUCED + f"{subject} said fish was cheap.", names)[-1]
    assert last.speaker is not None
    assert (last.speaker.name, last.quote) == ("Ada Holm", "fish was cheap")


def test_nothing_said_is_no_statement(names):
    assert said(INTRODUCED + "Rojas said nothing on the subject.", names) == []


def test_an_adviser_is_of_his_presidents_country_and_a_guests_minister_not_of_the_dateline(names):
    text = (
        "VILNIUS, July 11 - Turkish President Recep Tayyip Erdogan met Lithuanian President Ada "
        "Holm. Erdogan’s adviser Akif Kilic said no. Finance Minister Ivo Marin said yes."
    )
    found = said(text, names)[-2:]
    assert [s.speaker and s.speaker.country for s in found] == ["Türkiye", None]


def test_a_clause_after_a_semicolon_is_its_own_subjects(names):
    text = "Kenyan media said Rojas objected to a portrait; the Norwegian embassy denied this."
    last = said(INTRODUCED + text, names)[-1]
    assert last.speaker is not None
    assert (last.speaker.country, last.act) == ("Norway", "deny")


def test_a_family_name_that_a_stranger_speaks_under_too_is_nobodys_alone(names):
    text = (
        "Chilean Vice President Delcy Rojas spoke in Lima. Her brother, Jorge Rojas, who heads the "
        "Assembly, called for talks. Rojas said later that fish was cheap."
    )
    found = said(text, names)
    assert [s.speaker and s.speaker.name for s in found] == ["Jorge Rojas", None]
    wife = text.replace("called for talks", "sat beside her")
    assert [s.speaker and s.speaker.name for s in said(wife, names)] == ["Delcy Rojas"]


def test_he_is_not_whoever_spoke_before_one_who_could_not_be_told(names):
    text = "Rojas said fish was cheap. The former president said no. He hoped boats would sail."
    assert speakers(INTRODUCED + text, names)[-1] is None


def test_what_an_agency_tells_below_a_transcript_is_not_the_last_speakers(names):
    text = (
        "President Elena Rojas of Chile: I thank you.\n\nPresident Peter Mwangi of Kenya: We agree."
        "\n\nElena Rojas: We will sign. I promise.\n\nLater in the day, her spokesman said that "
        "Rojas had not promised anything."
    )
    assert [s.quote for s in said(text, names)][-1] == "I promise."


def test_a_ministrys_it_is_the_ministry(names):
    found = said("Kenya's foreign ministry said it regretted the decision.", names)
    assert [(s.speaker and s.speaker.name, s.reported_by) for s in found] == [("Kenya", ())]


@pytest.mark.parametrize(
    ("content", "polarity"),
    [
        ("Chile must defend the islands against an attack", "neutral"),
        ("Chile was against the ban", "against"),
        ("Chile stood firmly against the ban", "against"),
    ],
)
def test_against_is_a_stance_only_where_somebody_stands_against(names, content, polarity):
    assert said(INTRODUCED + f"Rojas said {content}.", names)[-1].polarity == polarity


def test_what_somebody_is_asked_about_is_not_said(names):
    assert said(INTRODUCED + "Asked what Rojas had said about fish, she left.", names) == []


def test_a_former_president_is_not_shown_as_president(names):
    last = said("Former Chilean President Ada Holm said fish was cheap.", names)[-1]
    assert last.speaker is not None
    assert (last.speaker.name, last.speaker.office) == ("Ada Holm", None)
