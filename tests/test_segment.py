"""Sentences and passages: exact places, nothing lost, nothing divided that belongs together."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.segment import LONGEST, heading, make_passages, split_sentences
from rag.types import Document, Metadata

TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from(list(".!?…\"'“”‘’«»()[] \n\t,;:-–—。！？」؟।a1AB")),
        st.sampled_from(
            ["\u0301", "\u200d", "👩", "🏽", "א", "ش", "ก", "\x00", "\ud800", "\u2028"]
        ),
        st.characters(),
    ),
    max_size=300,
)


def parts(text):
    return [sentence.text for sentence in split_sentences(text, "x.txt")]


def words(text):
    return len(text.split())


def passages(text, limit, count=words, **metadata):
    document = Document(name="x.txt", text=text, metadata=Metadata(**metadata))
    sentences = split_sentences(text, "x.txt")
    made = make_passages(document, sentences, max_tokens=limit, count_tokens=count)
    return document, sentences, made


@settings(deadline=None)
@given(TEXT)
def test_every_place_is_exact_and_no_text_is_lost(text):
    sentences = split_sentences(text, "x.txt")
    end = 0
    for number, sentence in enumerate(sentences):
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.index == number
        assert sentence.text == sentence.text.strip() != ""
        assert not text[end : sentence.start].strip()
        assert sentence.start >= end
        end = sentence.end
    assert not text[end:].strip()


@settings(deadline=None)
@given(TEXT)
def test_no_sentence_crosses_a_paragraph(text):
    numbers = [sentence.paragraph for sentence in split_sentences(text, "x.txt")]
    assert numbers == sorted(numbers)
    for sentence in split_sentences(text, "x.txt"):
        assert "\n\n" not in sentence.text


@settings(deadline=None)
@given(TEXT, st.integers(1, 30))
def test_passages_hold_every_sentence_once_and_never_exceed_the_limit(text, limit):
    document, sentences, made = passages(text, limit, count=len)
    covered = []
    end = 0
    for number, passage in enumerate(made):
        assert document.text[passage.start : passage.end] == passage.text
        assert len(passage.text) <= limit
        assert passage.index == number
        assert passage.start >= end
        assert not document.text[end : passage.start].strip()
        end = passage.end
        covered += range(passage.first_sentence, passage.last_sentence + 1)
    assert not document.text[end:].strip()
    assert sorted(set(covered)) == [sentence.index for sentence in sentences]
    assert covered == sorted(covered)


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. President met Mr. Khan and Dr. Li at 5 p.m. on Jan. 5.",
        "Trade grew 3.5 per cent to $1.2 billion, i.e. more than in 2014.",
        "It sold to Huawei Technologies Co. Ltd. for a sum.",
        "J. K. Rowling wrote to Gen. H. R. McMaster and Lt. Gen. Bajwa.",
        "See No. 4, Art. 5, pp. 10 and Vol. IV of the record (see A/69/PV.6) for it.",
        "“Will you go?” Wang asked.",
        '"Really!" the minister exclaimed.',
        "“China is ready.” Xi said.",
        "She left Washington, D.C. Metropolitan Hospital on Sept. 5.",
        "We ... Member States agree.",
        "1. China stands ready.",
        "The U.N. Security Council met at 3.30 p.m. Monday in St. Petersburg.",
        "Pakistan’s P.M. Imran Khan (b. 1952) spoke.",
        "He asked the U.K. and E.U. Parliament, etc., to vote.",
        "The site example.com/a.b.c and Node.js vs. Deno were named.",
    ],
)
def test_a_dot_inside_a_sentence_does_not_end_it(text):
    assert parts(text) == [text]


@pytest.mark.parametrize(
    "expected",
    [
        ["He is the President of the U.S.", "He left."],
        ["They met at 5 p.m.", "President Xi spoke."],
        ["“We agree.”", "He left."],
        ["He said: “We agree.", "We will act.”", "Then he left."],
        ["(Applause.)", "We go on."],
        ["Is it so?", "No.", "China will not."],
        ["It was no.", "10 were there."],
        ["It ended in 2014.", "2015 was better."],
        ["He took vitamin C.", "The doctor agreed."],
        ["The firm is Apple Inc.", "It sells phones."],
        ["We shall not wait …", "That is over."],
        ["He said , `` I agree . ''", "He left ."],
        ["He wrote “yes”.", "“No,” she wrote."],
        ["Reform is needed [now].", "[It is late.]", "We act."],
        ["China grew by 5%.", "– It will go on."],
    ],
)
def test_sentences_end_where_they_end(expected):
    assert parts(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "expected",
    [
        ["中国支持。", "习近平说:“我们同意。”", "会议结束。"],
        ["मैं सहमत हूँ।", "वह गया।"],
        ["هل توافق؟", "نعم."],
    ],
)
def test_other_scripts_end_their_sentences_too(expected):
    joiner = "" if expected[0].endswith("。") else " "
    assert parts(joiner.join(expected)) == expected


def test_items_of_a_list_are_sentences_of_one_paragraph():
    found = split_sentences("They agreed:\n- trade\n- vaccines\n\nIt ended.", "x.txt")
    assert [(s.text, s.paragraph) for s in found] == [
        ("They agreed:", 0),
        ("- trade", 0),
        ("- vaccines", 0),
        ("It ended.", 1),
    ]


def test_a_line_that_goes_on_in_lower_case_is_one_sentence():
    assert parts("China stands\nready to help.") == ["China stands\nready to help."]


def test_a_text_without_full_stops_is_divided_between_words():
    text = "word " * 2_000
    found = parts(text)
    assert max(map(len, found)) <= LONGEST
    assert " ".join(found) == text.strip()


def test_a_long_list_is_divided_at_semicolons():
    text = "; ".join("the delegation of a country of some size" for _ in range(80)) + "."
    assert all(part.endswith((";", ".")) for part in parts(text))


def test_marks_that_join_are_not_torn_off_by_a_hard_cut():
    text = "e\u0301" * LONGEST
    assert not any(part.startswith("\u0301") for part in parts(text))


@pytest.mark.parametrize(
    "text",
    ["." * 200_000 + "x", "a. " * 100_000, "\n" * 200_000 + "x", '."' * 100_000, "A." * 99_999],
)
def test_hostile_texts_end(text):
    found = split_sentences(text, "x.txt")
    assert "".join("".join(s.text.split()) for s in found) == "".join(text.split())


def test_passages_prefer_to_end_with_a_paragraph():
    paragraph = "One two three four. Five six seven eight. Nine ten."
    text = "\n\n".join([paragraph] * 6)
    _, _, made = passages(text, 22)
    assert {passage.text for passage in made} == {f"{paragraph}\n\n{paragraph}"}


def test_a_sentence_longer_than_the_limit_is_divided_and_nothing_of_it_lost():
    long = "alpha beta gamma; " * 20 + "omega."
    document, _, made = passages(f"Short one. {long} Short two.", 12)
    assert max(words(passage.text) for passage in made) <= 12
    assert " ".join(passage.text for passage in made) == document.text


def test_tokens_that_only_the_whole_has_do_not_break_the_limit():
    _, _, made = passages("Aa. Bb. Cc. Dd. Ee. Ff.", 12, count=lambda text: len(text))
    assert all(len(passage.text) <= 12 for passage in made)


def test_special_tokens_are_not_counted_for_every_sentence():
    text = "One two. Three four. Five six."
    _, _, made = passages(text, 6, count=lambda words: len(words.split()) + 2)
    assert [passage.text for passage in made] == [text]


def test_a_limit_below_one_is_refused():
    with pytest.raises(ValueError, match="max_tokens"):
        passages("One.", 0)


def test_no_sentences_make_no_passages():
    assert passages("", 5)[2] == []


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({}, ""),
        ({"title": "A call", "speaker": "Xi", "published": "2021"}, "A call · Xi · 2021"),
        (
            {"title": "Pakistan in 2013", "speaker": "pakistan", "published": "2013"},
            "Pakistan in 2013",
        ),
        ({"title": "The call of 24 September 2014", "published": "2014-09-24"}, None),
        ({"title": "The call of September 2014", "published": "2014-09-24"}, "… · 2014-09-24"),
        ({"title": "Chinatown", "speaker": "China"}, "Chinatown · China"),
        ({"speaker": "Iran", "published": "2014-13"}, "Iran · 2014-13"),
    ],
)
def test_a_heading_says_nothing_twice(metadata, expected):
    title = metadata.get("title", "")
    wanted = title if expected is None else expected.replace("…", title)
    assert heading(Metadata(**metadata)) == wanted


def test_a_long_title_is_cut_between_words():
    short = heading(Metadata(title="word " * 100))
    assert len(short) <= 121
    assert short.endswith("word…")


def test_a_passage_carries_its_documents_heading():
    _, _, made = passages("One. Two.", 9, title="A call", published="2021")
    assert made[0].heading == "A call · 2021"
