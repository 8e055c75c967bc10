"""JSONL and CSV: each row a document, each bad row named, all others read."""

import csv
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.reading import Failure, MetadataTable, SourceFile, read
from rag.types import Document


def outcome(folder, name, data, table=None):
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    file = SourceFile(name=name, path=path, size=0, mtime_ns=0)
    return list(read(file, table or MetadataTable()))


def documents(found):
    return {item.name: item.text for item in found if isinstance(item, Document)}


def failures(found):
    return [(item.name, item.line, item.reason) for item in found if isinstance(item, Failure)]


def test_a_row_of_jsonl_is_a_document_with_its_columns_as_metadata(tmp_path):
    row = {
        "id": "c1",
        "text": "They spoke.",
        "title": "A call",
        "date": "28 October 2021",
        "tags": ["x"],
    }
    [document] = outcome(tmp_path, "a.jsonl", json.dumps(row) + "\n")
    assert (document.name, document.text) == ("a.jsonl#c1", "They spoke.")
    assert (document.metadata.title, document.metadata.published) == ("A call", "2021-10-28")
    assert document.metadata.extra == {"tags": "x"}
    assert document.metadata.how["title"] == "column"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_is_read_however_a_program_writes_it(tmp_path, delimiter, ends, encoding):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ends, quoting=csv.QUOTE_ALL)
    writer.writerow(["ID", "Title", "Text"])
    writer.writerow(["7", "A call", "Côte d’Azur; they spoke,\n\nand “left”."])
    [document] = outcome(tmp_path, "a.csv", out.getvalue().encode(encoding))
    assert document.name == "a.csv#7"
    assert document.text.split() == "Côte d’Azur; they spoke, and “left”.".split()
    assert document.metadata.title == "A call"


def test_windows_bytes_in_csv_are_read(tmp_path):
    data = "id,text\n1,plain\n2,Côte d’Azur\n".encode("cp1252")
    assert documents(outcome(tmp_path, "a.csv", data))["a.csv#2"] == "Côte d’Azur"


def test_bad_rows_of_jsonl_are_named_and_the_rest_is_read(tmp_path):
    lines = [
        '{"id": 1, "text": "One."}',
        '{"id": 2, "text": "torn',
        "",
        "[1, 2]",
        '{"id": 3}',
        '{"id": 4, "text": "  "}',
        '{"id": 1, "text": "Again."}',
        '{"id": 5, "text": "\\ud800 Five.\\u0000", "published": "soon"}',
        '{"text": "No id."}',
        '{"id": "' + "x" * 300 + '", "text": "Long id."}',
        '{"id": 6, "text": ["a", "b"]}',
    ]
    found = outcome(tmp_path, "a.jsonl", "\n".join(lines))
    assert documents(found) == {
        "a.jsonl#1": "One.",
        "a.jsonl#5": "\ufffd Five.",
        "a.jsonl#row8": "No id.",
        "a.jsonl#6": "a, b",
    }
    assert [line for _, line, _ in failures(found)] == [2, 4, 5, 6, 7, 8, 10]
    assert "`1` already" in failures(found)[4][2]
    assert "soon" in failures(found)[5][2]


def test_bad_rows_of_csv_are_named_and_the_rest_is_read(tmp_path):
    data = (
        "id,text,title\n"
        "1,One.,A\n"
        "2,Two, unquoted, comma\n"
        '3,"Never closed.,C\n'
        "4,Four.,D\n"
        "5,,E\n"
        '6,"Six\nin two lines.",F\n'
        "1,Again.,G\n"
        "8,Eight.\n"
    )
    found = outcome(tmp_path, "a.csv", data)
    assert documents(found) == {
        "a.csv#1": "One.",
        "a.csv#4": "Four.",
        "a.csv#6": "Six in two lines.",
        "a.csv#8": "Eight.",
    }
    assert [line for _, line, _ in failures(found)] == [3, 4, 6, 9]


def test_many_quotation_marks_that_never_close_end_in_a_failure(tmp_path):
    data = "id,text\n" + "".join(f'{n},"open\n' for n in range(301))
    found = outcome(tmp_path, "a.csv", data)
    assert "the rest is not read" in failures(found)[-1][2]
    assert len(found) < 310


def test_a_column_named_text_is_needed(tmp_path):
    found = outcome(tmp_path, "a.csv", "id,body\n1,x\n")
    assert failures(found) == [("a.csv", None, "It has no column `text`.")]
    assert "body" in found[0].hint


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.csv", b"", "empty"),
        ("a.jsonl", b"", "empty"),
        ("a.csv", b"id,text\n", "no rows"),
        ("a.jsonl", b"\n \n", "no rows"),
        ("a.csv", b"\x00" * 2000, "binary"),
        ("a.jsonl", b"%PDF-1.7\n", "PDF"),
        ("a.csv", b"PK\x03\x04" + b"\x01" * 99, "ZIP"),
        ("a.csv", b'"never closed', "not CSV"),
    ],
)
def test_a_file_without_rows_is_one_failure(tmp_path, name, data, reason):
    [found] = outcome(tmp_path, name, data)
    assert isinstance(found, Failure)
    assert reason in found.reason


def test_cells_of_megabytes_are_read(tmp_path):
    text = "China said so again. " * 150_000
    found = outcome(tmp_path, "a.csv", f'id,text\n1,"{text}"\n2,Two.\n')
    assert len(documents(found)["a.csv#1"]) == len(text) - 1
    assert documents(found)["a.csv#2"] == "Two."


def test_rows_come_one_by_one(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 1, "text": "One."}\n' * 3 + "{torn", encoding="utf-8")
    rows = read(SourceFile(name="a.jsonl", path=path, size=0, mtime_ns=0), MetadataTable())
    assert next(rows).name == "a.jsonl#1"
    rows.close()


def test_deep_json_is_a_bad_row(tmp_path):
    data = '{"id": 1, "text": ' + "[" * 100_000 + "]" * 100_000 + '}\n{"id": 2, "text": "Two."}'
    assert documents(outcome(tmp_path, "a.jsonl", data)) == {"a.jsonl#2": "Two."}


def test_wrapped_text_in_a_cell_is_unwrapped(tmp_path):
    text = "China stands ready to work\nwith Pakistan, the minister\nsaid on Monday."
    found = outcome(tmp_path, "a.jsonl", json.dumps({"id": "x", "text": text}))
    assert documents(found)["a.jsonl#x"] == text.replace("\n", " ")


def test_a_table_of_metadata_reaches_the_rows(tmp_path):
    (tmp_path / "metadata.csv").write_text("path,source\na.jsonl#x,Xinhua\n", encoding="utf-8")
    (tmp_path / "a.jsonl").write_text("", encoding="utf-8")
    table = MetadataTable.load(tmp_path)
    [document] = outcome(tmp_path, "a.jsonl", '{"id": "x", "text": "One."}', table)
    assert document.metadata.source == "Xinhua"


CELL = st.text(st.sampled_from(list('ab,;"\n\r é\t')) | st.characters(), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(CELL, CELL), max_size=6))
def test_whatever_csv_writes_is_read_back_or_named(tmp_path, rows):
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["id", "text"])
    writer.writerows(rows)
    found = outcome(tmp_path, "a.csv", out.getvalue().encode("utf-8", "replace"))
    names = [item.name for item in found if isinstance(item, Document)]
    assert len(names) == len(set(names)) <= len(rows)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["a.csv", "a.jsonl"]))
def test_no_bytes_raise(tmp_path, data, name):
    head = b"id,text\n" if name == "a.csv" else b'{"text": "x"}\n'
    assert outcome(tmp_path, name, head + data)
