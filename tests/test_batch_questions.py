"""Question files: every faulty item is named with its line, and the rest is read."""

import csv
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.batch.encoding import decode, unreadable
from rag.batch.questions import LONGEST_QUESTION, read_questions
from rag.errors import UsageError
from rag.types import Filters

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    lambda text: text.strip() == text and not text.startswith("#")
)


def written(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return read_questions(path)


def texts(file):
    return [question.text for question in file.questions]


def named(file):
    return {item.line: item.reason for item in file.bad}


def test_a_text_file_is_a_question_a_line_with_comments_and_blank_lines_left_out(tmp_path):
    file = written(tmp_path, "q.txt", "# first\nWho spoke?\n\n  What next?  \n#\n")
    assert texts(file) == ["Who spoke?", "What next?"]
    assert [question.line for question in file.questions] == [2, 4]
    assert not file.bad


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_byte_order_marks_and_line_ends_of_any_kind_change_nothing(tmp_path, encoding, end):
    rows = ["id,question,speaker", "a,Was sagte Zürich?,Imran Khan", 'b,"Who, when?",']
    file = written(tmp_path, "q.csv", (end.join(rows) + end).encode(encoding))
    assert texts(file) == ["Was sagte Zürich?", "Who, when?"]
    assert [question.id for question in file.questions] == ["a", "b"]
    assert file.questions[0].filters == Filters(speaker="Imran Khan")
    assert [question.line for question in file.questions] == [2, 3]


def test_filters_and_the_model_are_read_from_both_kinds_of_table(tmp_path):
    row = {"question": "Who?", "id": 7, "since": "2021-10", "until": 2022, "model": "openai:x"}
    expected = Filters(since="2021-10", until="2022")
    for file in (
        written(tmp_path, "q.jsonl", json.dumps(row)),
        written(tmp_path, "q.csv", "question,id,since,until,model\nWho?,7,2021-10,2022,openai:x"),
    ):
        (question,) = file.questions
        assert (question.id, question.filters, question.model) == ("7", expected, "openai:x")


def test_duplicate_ids_empty_questions_and_bad_dates_are_named_and_the_rest_is_read(tmp_path):
    rows = [
        "id,question,since",
        "a,One?,",
        "a,Two?,",
        "b,,",
        "c,Three?,last week",
        "d,Four?,2021-02-30",
        "e,Five?,2021",
    ]
    file = written(tmp_path, "q.csv", "\n".join(rows))
    assert texts(file) == ["One?", "Five?"]
    bad = named(file)
    assert sorted(bad) == [3, 4, 5, 6]
    assert "'a' is already used on line 2" in bad[3]
    assert "empty" in bad[4]
    assert "'last week'" in bad[5]


def test_json_lines_that_are_no_questions_are_named_and_the_rest_is_read(tmp_path):
    lines = [
        '{"question": "One?"}',
        '{"question": "torn',
        "[1, 2]",
        '{"id": "x"}',
        '{"question": ["no"]}',
        "[" * 100_000,
        '{"question": "half \\ud800 character"}',
        '{"question": "nul \\u0000"}',
        '{"question": "Two?"}',
    ]
    file = written(tmp_path, "q.jsonl", "\n".join(lines))
    assert texts(file) == ["One?", "Two?"]
    assert sorted(named(file)) == [2, 3, 4, 5, 6, 7, 8]


def test_a_10_megabyte_cell_is_named_where_it_is_the_question_and_harmless_elsewhere(tmp_path):
    before = csv.field_size_limit()
    huge = "x" * 10_000_000
    file = written(tmp_path, "q.csv", f"question,notes\n{huge},\nWho?,{huge}\nWhat?,\n")
    assert texts(file) == ["Who?", "What?"]
    assert "10,000,000 characters" in named(file)[2]
    assert csv.field_size_limit() == before


def test_an_unquoted_comma_is_named_instead_of_cutting_the_question(tmp_path):
    file = written(tmp_path, "q.csv", "id,question\na,On trade, what was said?\nb,Who?\n")
    assert texts(file) == ["Who?"]
    assert "quotes" in named(file)[2]


def test_a_quote_that_is_never_closed_costs_its_own_line_only(tmp_path):
    rows = ["id,question", "a,One?", 'b,"Two?', "c,Three?", 'd,"Four, five?"', "e,Six?"]
    file = written(tmp_path, "q.csv", "\n".join(rows))
    assert texts(file) == ["One?", "Three?", "Four, five?", "Six?"]
    assert list(named(file)) == [3]


def test_the_lines_of_quoted_line_breaks_are_counted(tmp_path):
    file = written(tmp_path, "q.csv", 'question,id\n"one\ntwo\nthree?",a\n,b\n')
    assert [question.line for question in file.questions] == [2]
    assert list(named(file)) == [5]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_heading_tells_what_separates_the_columns(tmp_path, delimiter):
    file = written(tmp_path, "q.csv", f"ID{delimiter} Question \na{delimiter}Who?\n")
    assert [(question.id, question.text) for question in file.questions] == [("a", "Who?")]


def test_columns_that_are_not_used_are_mentioned_with_the_near_one(tmp_path):
    file = written(tmp_path, "q.csv", "question,speeker,notes\nWho?,Khan,x\n")
    assert any("`speeker` (did you mean `speaker`?)" in note for note in file.notes)
    assert file.questions[0].filters == Filters()


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("q.csv", "id,text\na,Who?\n", "question"),
        ("q.csv", "", "no questions"),
        ("q.txt", "# nothing\n", "no questions"),
        ("q.xlsx", "x", ".xlsx"),
    ],
)
def test_a_file_that_cannot_be_used_at_all_is_an_error(tmp_path, name, content, word):
    with pytest.raises(UsageError, match=word):
        written(tmp_path, name, content)


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        read_questions(tmp_path / "none.csv")


def test_ids_without_a_column_stay_the_same_when_a_faulty_row_is_mended(tmp_path):
    broken = written(tmp_path, "q.csv", "question\nOne?\n,\nThree?\n")
    mended = written(tmp_path, "q.csv", "question\nOne?\nTwo?\nThree?\n")
    assert [q.id for q in broken.questions] == [mended.questions[n].id for n in (0, 2)]


# Encodings


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("What did France say?\nWho visited Café Zürich?\n", "cp1252"),
        ("What did “Xi” say – and why?\nTürkiye’s minister? À propos: 20° or €5?\n", "cp1252"),
        ("Что сказал Путин о Китае?\nКто это был?\n", "cp1251"),
        ("巴基斯坦对新疆说了什么？\n谁说的？\n", "gb18030"),
    ],
)
def test_a_file_in_another_encoding_is_read_and_the_encoding_is_told(tmp_path, text, encoding):
    file = written(tmp_path, "q.txt", text.encode(encoding))
    assert texts(file) == text.strip().splitlines()
    assert any("not UTF-8" in note for note in file.notes)


@pytest.mark.parametrize(
    "broken",
    [
        b"\xff\xfe\xfa?",
        b"\xff\xfe\x80 bad line?",
        b"\xc3\x28 broken?",
        b"caf\xe9 beside caf\xc3\xa9?",
        b"cut in the middle \xe2\x80",
    ],
)
def test_a_line_in_no_encoding_is_named_and_the_rest_is_read(tmp_path, broken):
    content = b"What did France say?\n" + broken + "\nUnd Zürich?\n".encode()
    file = written(tmp_path, "q.txt", content)
    assert texts(file) == ["What did France say?", "Und Zürich?"]
    assert list(named(file)) == [2]


@pytest.mark.parametrize("broken", [b"\xff\xfe\xfa?", b"\xff\xfe\x80 bad?", b"\xc3\x28 broken?"])
def test_garbage_in_a_file_of_plain_ascii_is_named_rather_than_guessed_at(tmp_path, broken):
    file = written(tmp_path, "q.txt", b"What did France say?\n" + broken + b"\nAnd then?\n")
    assert texts(file) == ["What did France say?", "And then?"]
    assert list(named(file)) == [2]


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_decoding_never_fails_and_what_it_calls_readable_can_be_stored(data):
    text = decode(data).text
    assert unreadable(text) or text.encode("utf-8") is not None


# Any content


@settings(deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_any_questions_come_back_from_a_csv_as_they_went_in(tmp_path_factory, questions, end):
    path = tmp_path_factory.mktemp("csv") / "q.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator=end)
        writer.writerow(["id", "question"])
        writer.writerows([[f"q{n}", text] for n, text in enumerate(questions)])
    result = read_questions(path)
    assert texts(result) == questions
    assert not result.bad


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from([".txt", ".csv", ".jsonl"]))
def test_no_bytes_stop_the_reader_and_every_question_is_fit_to_ask(tmp_path_factory, data, ending):
    path = tmp_path_factory.mktemp("any") / f"q{ending}"
    path.write_bytes(b"question\n" + data if ending == ".csv" else data)
    try:
        file = read_questions(path)
    except UsageError:
        return
    ids = [question.id for question in file.questions]
    assert len(ids) == len(set(ids))
    for question in file.questions:
        assert question.text == question.text.strip() != ""
        assert len(question.text) <= LONGEST_QUESTION
        question.text.encode("utf-8")
    count = data.count(b"\n") + data.count(b"\r") + 2
    assert all(1 <= item.line <= count for item in (*file.questions, *file.bad))


@settings(deadline=None)
@given(st.lists(st.one_of(WORDS, st.just("")), min_size=1, max_size=10))
def test_every_row_of_a_jsonl_is_either_asked_or_named(tmp_path_factory, questions):
    path = tmp_path_factory.mktemp("jsonl") / "q.jsonl"
    lines = [json.dumps({"question": text}, ensure_ascii=False) for text in questions]
    path.write_text("\n".join(lines), encoding="utf-8", newline="")
    file = read_questions(path)
    assert len(file.questions) + len(file.bad) == len(questions)
    assert {item.line for item in file.bad} == {
        n for n, text in enumerate(questions, 1) if not text
    }
