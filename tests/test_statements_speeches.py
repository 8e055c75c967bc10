"""Whose words a speech holds: the speaker's own, another's, or nobody's that could be told."""

from __future__ import annotations

import pytest

from rag.names import Names
from rag.segment import split_sentences
from rag.statements import extract
from rag.types import Document, Metadata, Statement


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load()


def speech(text: str, names: Names) -> list[Statement]:
    """The statements of a speech of Kenya's."""
    metadata = Metadata(published="2013-09-25", speaker="Kenya")
    document = Document(name="a.txt", text=text, metadata=metadata)
    found = extract(document, split_sentences(text, document.name), names)
    for statement in found:
        assert text[statement.start : statement.end] == statement.quote
        assert statement.speaker is None or statement.speaker.name != "Kenya" or statement.quote
    return found


def told(text: str, names: Names) -> list[tuple[str | None, str]]:
    """Who speaks in it, and the first three words of what."""
    found = speech(text, names)
    return [(s.speaker.name if s.speaker else None, " ".join(s.quote.split()[:3])) for s in found]


# --- quotations ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Or, as Lena Vossberg aptly put it, “no tide can wait for those who count”.",
         "Lena Vossberg"),
        ("The late Otto Brandal Jr. once said: “He who owns the boat is never late.”",
         "Otto Brandal Jr."),
        ("Listen to Ayatollah Karubeh who said, “the sea will not be divided by any of you”.",
         "Karubeh"),
        ("Lena Vossberg, the famous Norwegian President once said, “the sea was here before us”.",
         "Lena Vossberg"),
        ("A great island singer, Lena Vossberg, once lamented that while “everyone is asking for "
         "rain, none are asking for wells”.", "Lena Vossberg"),
        ("Let me end with the words of Lena Vossberg: “The sea is what we have in common.”",
         "Lena Vossberg"),
        ("Brandal wrote, “The task, my friends, is water”.", None),
        ("Otto Brandal had a plan. Mr. Brandal wrote, “The task, my friends, is water”.",
         "Otto Brandal"),
        ("Lena Vossberg, the second Secretary-General of the League, is dead. She advised: “Never "
         "count the boats that you do not own”.", "Lena Vossberg"),
        ("I recall the words of the elder to President Elena Rojas of Chile: “The sea is yours, "
         "but not the wells.”", None),
        ("A boy from Bela Vista said: “I have not seen my mother since the flood.”", None),
        ("Some islanders said: “I have not seen my mother since the flood.”", None),
        ("The then French President said: “I have not seen such a flood before.”", None),
    ],
)  # fmt: skip
def test_a_quotation_is_given_to_whoever_is_plainly_said_to_have_spoken_it(
    names: Names, text: str, speaker: str | None
) -> None:
    found = [s for s in speech(text, names) if s.reported_by]
    assert [s.speaker.name if s.speaker else None for s in found] == [speaker]
    # On the day of the speech it was only told again.
    assert found[0].said is None


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("The theme of this session, “Wells and boats: who is to own them”, is timely.", 1),
        ("We welcome the drive under the slogan “Strong wells. Better world.” Water is life.", 3),
        ("It would be a so-called “miracle of the northern wells” if nobody went thirsty.", 1),
        ("To the owners of the boats I say, “Be wise. Give the sea a chance.” We mean it.", 3),
        ("They want wells.\n\n“Our continent needs rain. It needs it now.”", 3),
    ],
)  # fmt: skip
def test_titles_slogans_and_what_the_speaker_says_stay_the_speakers(
    names: Names, text: str, own: int
) -> None:
    assert [who for who, _ in told(text, names)] == ["Kenya"] * own


def test_no_sentence_of_a_quotation_without_an_owner_is_the_speakers(names: Names) -> None:
    quoted = "“Wells are dug by many. They are owned by few. We all drink.”"
    found = told(f"An elder of the village told us: {quoted} He was right.", names)
    assert found[-4:] == [
        (None, "Wells are dug"), (None, "They are owned"), (None, "We all drink."),
        ("Kenya", "He was right."),
    ]  # fmt: skip


def test_a_quotation_in_the_next_paragraph_is_whose_who_was_announced(names: Names) -> None:
    lead = "Secretary-General Ban Ki-moon came to Nairobi. At the harbour, he said:"
    found = told(f"{lead}\n\n“Boats are many. Wells are few.”\n\nWe agree.", names)
    assert found[-3:] == [
        ("Ban Ki-moon", "Boats are many."), ("Ban Ki-moon", "Wells are few."),
        ("Kenya", "We agree."),
    ]  # fmt: skip


def test_own_words_of_another_day_were_not_said_on_this_one(names: Names) -> None:
    again = speech("Five years ago I stood here and stated that:\n\n“Wells are ours.”", names)
    now = speech("To all who doubt it we say:\n\n“Wells belong to all of us.”", names)
    short = speech("Five years ago we said, “Wells belong to all of us now”.", names)
    assert again[-1].speaker is not None and again[-1].speaker.name == "Kenya"
    assert [s.said is None for s in short] == [True]
    assert [s.said is None for s in now] == [False, False]


def test_what_stands_beside_anothers_quotation_is_the_speakers_without_it(names: Names) -> None:
    text = (
        "We must dig more wells, because, as President Elena Rojas of Chile noted, “thirst is "
        "older than any of our borders”."
    )
    own, other = speech(text, names)
    assert own.quote.endswith("Rojas of Chile noted") and own.form == "direct"
    assert other.quote.startswith("thirst is older")
    assert other.speaker is not None and other.speaker.name == "Elena Rojas"


# --- reports without quotation marks -------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Two days ago, from this podium, President Elena Rojas of Chile reiterated that fish "
         "are few.", "Elena Rojas"),
        ("Speaking before the Assembly last week, President Elena Rojas of Chile said that fish "
         "are few.", "Elena Rojas"),
        ("President Elena Rojas of Chile cautioned that fish are few.", "Elena Rojas"),
        ("According to the World Bank, fish are few.", "World Bank"),
        ("According to the World Food Fund, fish are few.", None),
        ("Until the United Nations recognizes that fish are few, boats will sail.", None),
        ("While the United Nations has said that fish are few, boats still sail.", None),
        ("In 1945, Peru declared war on Japan.", None),
        ("Peru sought a dialogue between fishers and owners.", None),
    ],
)  # fmt: skip
def test_openings_in_commas_are_read_and_deeds_and_clauses_are_not(
    names: Names, text: str, speaker: str | None
) -> None:
    found = [s.speaker.name for s in speech(text, names) if s.reported_by and s.speaker]
    assert found == ([speaker] if speaker else [])


def test_a_clause_of_the_speakers_own_is_kept_beside_anothers_words(names: Names) -> None:
    own = "And we are glad that President Elena Rojas of Chile has agreed to come."
    assert [who for who, _ in told(own, names)] == ["Kenya", "Elena Rojas"]
    only = "Only last week President Elena Rojas of Chile agreed to come."
    assert [who for who, _ in told(only, names)] == ["Elena Rojas"]


def test_the_speakers_own_clause_after_a_report_is_not_the_others(names: Names) -> None:
    text = "President Elena Rojas of Chile noted the lack of wells, and we support her."
    assert [s.quote for s in speech(text, names) if s.reported_by] == ["the lack of wells"]


def test_in_a_speech_nobody_gets_the_country_that_the_others_leave_over(names: Names) -> None:
    text = (
        "President Rolf Hagen noted that fish are few. Peru said so too. Peru and Chile met. "
        "Chile has boats, Peru has wells. Chilean Foreign Minister Ana Paz said fish are few."
    )
    hagen = next(s for s in speech(text, names) if s.speaker and s.speaker.name == "Rolf Hagen")
    assert hagen.speaker is not None and hagen.speaker.country is None


# --- what the speaker does by speaking -----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "act", "modality", "polarity"),
    [
        ("I wish to stress that wells are few.", "stress", "asserted", "neutral"),
        ("My delegation wishes to commend the fishers.", "praise", "asserted", "for"),
        ("We wish to take this opportunity to thank the fishers.", "thank", "asserted", "for"),
        ("I wish to say that wells are few.", "say", "asserted", "neutral"),
        ("We wish the fishers every success.", "wish", "hoped", "neutral"),
        ("Wells are the source of our collective values.", "say", "asserted", "neutral"),
        ("The well remains our best hope for rain.", "say", "asserted", "neutral"),
        ("Thirst threatens our shared resolve to dig.", "say", "asserted", "neutral"),
        ("Our delegation values the wells.", "appreciate", "asserted", "for"),
        ("Kenya strongly condemns the theft of boats.", "condemn", "asserted", "against"),
        ("The Republic of Kenya rejects the theft of boats.", "reject", "asserted", "against"),
        ("A young fisher from Kenya condemns the theft.", "say", "asserted", "neutral"),
    ],
)  # fmt: skip
def test_what_a_speaker_does_by_speaking_is_the_verb_and_not_the_wish_or_a_noun(
    names: Names, text: str, act: str, modality: str, polarity: str
) -> None:
    own = next(s for s in speech(text, names) if not s.reported_by)
    assert (own.act, own.modality, own.polarity) == (act, modality, polarity)


def test_another_country_that_is_named_takes_no_stand_for_the_speaker(names: Names) -> None:
    found = speech("Peru strongly condemns the theft of boats.", names)
    assert [(s.speaker.name, s.act) for s in found if s.speaker] == [("Peru", "condemn")]
