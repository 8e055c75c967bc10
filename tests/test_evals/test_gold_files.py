"""A gold file is read with every fault named at once, or not at all."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import GoldError
from rag.evals.gold import Case, load_gold, parse_gold, sample
from rag.evals.spans import Folded, Span, TextsOf

SOUND = {"id": "s1", "question": "Who?", "answerable": True}


def written(tmp_path, *rows):
    path = tmp_path / "gold.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def refusal(tmp_path, *rows, texts=None):
    with pytest.raises(GoldError) as caught:
        load_gold(written(tmp_path, *rows), texts)
    assert caught.value.exit_status == 2
    return caught.value.message


def test_a_sound_file_gives_its_cases_in_order(tmp_path):
    gold = load_gold(written(tmp_path, SOUND, "", {**SOUND, "id": "s2", "tags": ["x"]}))
    assert [c.id for c in gold.cases] == ["s1", "s2"]
    assert gold.cases[1].tags == ("x",)
    assert len(gold.sha256) == 64


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(tmp_path):
    path = tmp_path / "gold.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(SOUND).encode() + b"\r\n\r\n")
    assert len(load_gold(path).cases) == 1


def test_every_fault_is_named_with_its_line(tmp_path):
    message = refusal(
        tmp_path,
        "{not json",
        {"id": "a", "answerable": True},
        {**SOUND, "answerable": "yes"},
        {**SOUND, "documnets": ["a.txt"]},
        SOUND,
        SOUND,
        {**SOUND, "id": "b", "answerable": False, "documents": ["a.txt"]},
        "[1]",
    )
    assert "7 lines cannot be used" in message
    assert "not JSON: line 1" in message
    assert "`question` is missing: line 2" in message
    assert '`answerable` must be true or false: line 3: "yes"' in message
    assert "unknown key `documnets`; did you mean `documents`?: line 4" in message
    assert "line 6: s1 (first on line 5)" in message
    assert "`answerable` is false, yet it has `documents`: line 7" in message
    assert "not a JSON object: line 8" in message


def test_a_thousand_broken_lines_make_a_short_message(tmp_path):
    broken = ["{oops"] * 600 + [{"id": str(i), "answerable": True} for i in range(400)]
    message = refusal(tmp_path, *broken)
    assert "1,000 lines cannot be used" in message
    assert "lines 1–600" in message
    assert "lines 601–1000" in message
    assert len(message.splitlines()) <= 15
    assert len(message) < 2000


def test_a_thousand_different_faults_still_make_a_short_message(tmp_path):
    rows = [{**SOUND, "id": str(i), f"key{i}": 1, "speaker": i} for i in range(1000)]
    message = refusal(tmp_path, *rows)
    assert len(message) < 4000


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", 3),
        ("question", "  "),
        ("answers", "text"),
        ("must_include", ["a"]),
        ("must_include", [[]]),
        ("documents", [1]),
        ("published", 2014),
        ("history", [{"question": ""}]),
        ("history", [{"role": "robot", "content": "x"}]),
        ("reason", "because"),
        ("reason", ["no_document"]),
    ],
)
def test_a_mistyped_field_is_a_fault(tmp_path, field, value):
    assert f"`{field}` must be" in refusal(tmp_path, {**SOUND, field: value})


def test_a_missing_and_an_empty_file_are_told_apart(tmp_path):
    with pytest.raises(GoldError, match="No gold file"):
        load_gold(tmp_path / "none.jsonl")
    with pytest.raises(GoldError, match="no cases"):
        load_gold(written(tmp_path, ""))


def test_documents_and_quotes_are_looked_up_in_the_stored_text(tmp_path):
    texts = TextsOf({"a.txt": "One thing. Another thing.", "b.txt": "Else."})
    message = refusal(
        tmp_path,
        {**SOUND, "documents": ["a.txtt"]},
        {**SOUND, "id": "s2", "documents": ["a.txt"], "quotes": ["No such thing."]},
        {**SOUND, "id": "s3", "documents": ["b.txt"], "quotes": ["One thing."]},
        texts=texts,
    )
    assert "line 1: a.txtt (near: a.txt)" in message
    assert 'line 2: "No such thing."; line 3: "One thing."' in message


def test_a_tokenised_quote_is_found_where_it_stands(tmp_path):
    text = "He called the “season” – one-year cycles – the Examiner's office.\nNext line."
    quote = "He called the `` season '' -- one - year cycles -- the Examiner 's office ."
    row = {**SOUND, "documents": ["a.txt"], "quotes": [quote]}
    gold = load_gold(written(tmp_path, row), TextsOf({"a.txt": text}))
    assert gold.places["s1"] == ((Span("a.txt", 0, text.index("\n") - 1),),)


def test_a_quote_copied_across_a_page_break_is_found(tmp_path):
    quote = "We are deeply 15-29946 3/33 A/70/PV.28 03/10/2015 concerned about 5-7 people."
    text = "Page one. We are deeply\nconcerned about 5-7 people."
    row = {**SOUND, "documents": ["a.txt"], "quotes": [quote]}
    gold = load_gold(written(tmp_path, row), TextsOf({"a.txt": text}))
    assert gold.places["s1"] == ((Span("a.txt", 10, len(text) - 1),),)
    row = {**SOUND, "documents": ["a.txt"], "quotes": ["We are deeply 15-29946 concerned"]}
    assert "not in the stored text" in refusal(tmp_path, row, texts=TextsOf({"a.txt": text}))


def test_a_quote_that_stands_twice_has_two_places(tmp_path):
    row = {**SOUND, "documents": ["a.txt"], "quotes": ["Yes, we can."]}
    gold = load_gold(written(tmp_path, row), TextsOf({"a.txt": "Yes we can. Yes, we can!"}))
    assert gold.places["s1"] == ((Span("a.txt", 0, 10), Span("a.txt", 12, 23)),)


def test_history_takes_questions_turns_and_roles(tmp_path):
    history = [
        "First?",
        {"question": "Second?", "answer": "Two."},
        {"role": "user", "content": "Third?"},
        {"role": "assistant", "content": "Three."},
    ]
    case = load_gold(written(tmp_path, {**SOUND, "history": history})).cases[0]
    assert [(t.question, t.answer) for t in case.history] == [
        ("First?", ""),
        ("Second?", "Two."),
        ("Third?", "Three."),
    ]
    assert Case.from_dict(case.to_dict()) == case


def test_a_sample_is_half_answerable_and_in_file_order(gold):
    cases = sample(gold.cases, 60, seed=7)
    assert len(cases) == 60
    assert sum(c.answerable for c in cases) == 30
    order = [c.id for c in gold.cases]
    assert [order.index(c.id) for c in cases] == sorted(order.index(c.id) for c in cases)
    assert cases == sample(gold.cases, 60, seed=7)
    assert cases != sample(gold.cases, 60, seed=8)


@given(limit=st.integers(1, 40), yes=st.integers(0, 20), no=st.integers(0, 20))
def test_a_sample_has_the_size_asked_for_whatever_the_mix(limit, yes, no):
    cases = [Case(id=f"{i}", question="?", answerable=i < yes) for i in range(yes + no)]
    assert len(sample(cases, limit, seed=1)) == min(limit, yes + no)


@given(st.text(), st.text(max_size=8), st.text())
def test_a_place_found_holds_the_letters_looked_for(before, quote, after):
    text = before + quote + after
    letters = Folded(quote).letters
    for start, end in Folded(text).find(quote):
        assert 0 <= start < end <= len(text)
        # A ligature at the edge can hold a letter more than the quotation.
        assert letters in Folded(text[start:end]).letters
    if letters:
        assert Folded(text).find(quote)


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_stop(raw):
    cases, problems = parse_gold(raw)
    assert len(cases) + len({p.line for p in problems}) <= raw.count(b"\n") + 1
