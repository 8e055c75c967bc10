"""Whose words labels and announcements make them: turns, heads of pages, ranks."""

from __future__ import annotations

import pytest

from rag.names import Names
from rag.segment import split_sentences
from rag.statements import extract, people
from rag.types import Document, Metadata, Statement

TITLE = "Foreign Secretary Ada Holm Remarks to Press"
HEAD = f"{TITLE}\n\nRemarks\n\nAda Holm, Foreign Secretary\n\nLima, Peru\n\nMay 8, 2022\n\n"
TALK = (
    "QUESTION:  Secretary Holm, why not sail?\n\nSECRETARY HOLM:  I will. We like boats.\n\n"
    "QUESTION:  As you said, nets are dear.\n\nSECRETARY HOLM:  Thank you.\n"
)
ROJAS = "Chilean Foreign Minister Elena Rojas met Kenyan Foreign Minister Peter Mwangi on Monday. "


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load()


def said(text: str, names: Names, **metadata: str) -> list[Statement]:
    document = Document(name="a.txt", text=text, metadata=Metadata(**metadata))
    return extract(document, split_sentences(text, document.name), names)


def told(statement: Statement) -> tuple[str | None, list[str], str]:
    speaker = statement.speaker.name if statement.speaker else None
    return speaker, [p.name for p in statement.reported_by], statement.quote


@pytest.mark.parametrize("metadata", [{}, {"title": TITLE}, {"speaker": "Ada Holm"}])
@pytest.mark.parametrize("head", ["", HEAD])
def test_labels_tell_whose_words_they_are_before_a_title_or_the_metadata_do(names, head, metadata):
    found = [told(s)[::2] for s in said(head + TALK, names, **metadata)]
    her = "Holm" if not head and not metadata else "Ada Holm"
    assert found == [
        ("questioner", "Secretary Holm, why not sail?"),
        (her, "I will."),
        (her, "We like boats."),
        ("questioner", "As you said, nets are dear."),
        (her, "Thank you."),
    ]


@pytest.mark.parametrize("head", ["", HEAD])
def test_the_lines_above_a_speech_are_nobodys_words_and_its_first_words_are_the_speakers(
    names, head
):
    text = head + "Good morning. We like boats."
    found = said(text, names, title=TITLE, speaker="Ada Holm")
    assert [told(s)[::2] for s in found] == [
        ("Ada Holm", "Good morning."),
        ("Ada Holm", "We like boats."),
    ]


def test_headings_of_a_speech_are_no_labels_of_others(names):
    text = "TRADE: We trade.\n\nBOATS: We sail.\n\nNETS: We fish.\n"
    found = said(text, names, speaker="Kenya")
    assert {told(s)[0] for s in found} == {"Kenya"}


def test_a_title_of_remarks_is_no_part_of_a_name(names):
    found = people(Document(name="a", text=HEAD + TALK), [], names)
    assert [p.name for p in found] == ["Ada Holm"]


def test_a_questioner_named_behind_the_label_asks_and_an_unnamed_spokesperson_answers(names):
    text = (
        "Question (Ana Paz, Coast News): Mr. Lee has said that nets are dear. Are they?\n\n"
        "Spokesperson: We reject this. Boats are new.\n\n"
        "Question (Luis Gil, Port Daily): And fish?\n\nSpokesperson: Fish is cheap.\n"
    )
    found = [told(s)[::2] for s in said(text, names)]
    assert ("questioner", "Are they?") in found
    assert ("spokesperson", "Boats are new.") in found
    assert ("spokesperson", "Fish is cheap.") in found
    assert {speaker for speaker, _ in found} <= {"questioner", "spokesperson", None, "Lee"}


@pytest.mark.parametrize(
    "rank", ["Spokesperson", "Principal Deputy Spokesperson", "Acting Deputy Spokesperson"]
)
def test_a_rank_before_an_announced_name_is_no_person(names, rank):
    text = f"The following is attributable to {rank} Ada Holm:\n\n" + ROJAS
    found = said(text + "Rojas praised the crews. Mwangi thanked her.", names)
    assert [told(s)[:2] for s in found[-2:]] == [
        ("Elena Rojas", ["Ada Holm"]),
        ("Peter Mwangi", ["Ada Holm"]),
    ]


def test_a_paragraph_that_tells_of_the_one_announced_is_not_told_by_them(names):
    text = "The following is attributable to Spokesperson Ada Holm:\n\n" + ROJAS
    own = "\n\nHolm was asked about nets. Rojas said nets were wide.\n\n"
    found = said(text + own + "Mwangi praised the crews.", names)
    assert [told(s)[:2] for s in found[-2:]] == [
        ("Elena Rojas", []),
        ("Peter Mwangi", ["Ada Holm"]),
    ]


def test_answers_are_those_of_the_one_in_the_title_whom_the_text_does_not_name(names):
    text = "Q: Will it rain?\n\nA: Yes, it will.\n\nQ: When?\n\nA: Soon.\n"
    title = "Interview with Foreign Secretary Ada Holm"
    for metadata in ({"title": title}, {"speaker": "Ada Holm"}):
        found = [told(s)[0] for s in said(text, names, **metadata)]
        assert found == ["questioner", "Ada Holm", "questioner", "Ada Holm"]


def test_a_guests_label_is_not_the_speaker_of_the_title(names):
    text = (
        "SECRETARY HOLM: Nets are wide.\n\nMINISTER PAZ: Boats are new.\n\n"
        "SECRETARY HOLM: Thank you.\n"
    )
    found = said(text, names, title=TITLE, speaker="Ada Holm")
    assert [told(s)[0] for s in found] == ["Ada Holm", "Paz", "Ada Holm"]


@pytest.mark.parametrize("label", ["Q.", "Q:", "Question:"])
def test_what_is_asked_after_remarks_is_not_the_speakers(names, label):
    text = f"We stand with Peru.\n\n{label} Is that so, Madam?\n\nIt is. Q. was not here."
    found = said(text, names, title="Remarks by Chilean Foreign Minister Elena Rojas")
    assert [s.quote for s in found] == ["We stand with Peru.", "It is.", "Q. was not here."]
