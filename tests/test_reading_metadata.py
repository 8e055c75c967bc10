"""Metadata tables, the order of sources, and dates."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.reading import Failure, MetadataTable, discover, read
from rag.reading.dates import date_in_title, parse_date
from rag.reading.metadata import with_fields
from rag.types import Document, Metadata


def folder_with(tmp_path, **tables):
    (tmp_path / "a.txt").write_text("date 2020-01-01 They spoke.", encoding="utf-8")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.txt").write_text("They left.", encoding="utf-8")
    for name, data in tables.items():
        path = tmp_path / name.replace("_", ".")
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return tmp_path


def one(folder, name):
    table = MetadataTable.load(folder)
    [file] = [file for file in discover(folder) if file.name == name]
    [document] = read(file, table)
    return document


def problems(folder):
    return [(failure.line, failure.reason) for failure in MetadataTable.load(folder).failures]


def test_a_table_wins_over_the_file_and_says_so(tmp_path):
    folder = folder_with(
        tmp_path,
        metadata_csv="path,title,published,colour\na.txt,A call,2021-10,red\nsub/b.txt,,,\n",
    )
    metadata = one(folder, "a.txt").metadata
    assert (metadata.title, metadata.published) == ("A call", "2021-10")
    assert metadata.extra == {"colour": "red"}
    assert metadata.how == {"title": "metadata.csv", "published": "metadata.csv"}
    assert one(folder, "sub/b.txt").metadata.title is None
    assert problems(folder) == []


def test_an_empty_cell_leaves_what_the_file_says(tmp_path):
    folder = folder_with(tmp_path, metadata_csv="path,published\na.txt,\n")
    assert one(folder, "a.txt").metadata.published == "2020-01-01"


def test_jsonl_wins_over_csv_field_by_field(tmp_path):
    folder = folder_with(
        tmp_path,
        metadata_csv="path,title,speaker\na.txt,One,Iran\n",
        metadata_jsonl='{"path": "a.txt", "title": "Two", "year": 2021, "tags": ["x", "y"]}\n',
    )
    metadata = one(folder, "a.txt").metadata
    assert (metadata.title, metadata.speaker) == ("Two", "Iran")
    assert metadata.extra == {"year": "2021", "tags": "x, y"}


@pytest.mark.parametrize("path", ["sub/b.txt", "./sub/b.txt", "sub\\b.txt", " sub/b.txt "])
def test_a_path_is_known_however_it_is_spelled(tmp_path, path):
    folder = folder_with(tmp_path, metadata_csv=f"path,title\n{path},Yes\n")
    assert one(folder, "sub/b.txt").metadata.title == "Yes"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_spreadsheets_ways_of_writing_csv_are_read(tmp_path, delimiter, mark):
    rows = f"Path{delimiter}Title\r\na.txt{delimiter}Côte\r\n"
    folder = folder_with(tmp_path, metadata_csv=mark + rows.encode())
    assert one(folder, "a.txt").metadata.title == "Côte"


def test_each_line_that_cannot_be_used_is_named_and_the_others_are(tmp_path):
    folder = folder_with(
        tmp_path,
        metadata_csv=(
            "path,title,published\n"
            "a.tx,One,2021\n"
            "a.txt,Two,soon\n"
            "a.txt,Three,2021\n"
            ",Four,2021\n"
            "sub/b.txt,Five,05/04/2021\n"
        ),
    )
    found = MetadataTable.load(folder).failures
    assert [failure.line for failure in found] == [2, 3, 4, 5, 6]
    assert "no document `a.tx`" in found[0].reason
    assert "`a.txt`" in found[0].hint
    assert "soon" in found[1].reason
    assert "already" in found[2].reason
    assert "no `path`" in found[3].reason
    assert "05/04/2021" in found[4].reason
    assert one(folder, "a.txt").metadata.title == "Two"
    assert one(folder, "a.txt").metadata.published == "2020-01-01"
    assert one(folder, "sub/b.txt").metadata.title == "Five"


def test_bad_lines_of_jsonl_are_named(tmp_path):
    rows = '{"path": "a.txt", "title": "Yes"}\n{torn\n\n[1]\n"x"\n{"title": "No"}\n'
    folder = folder_with(tmp_path, metadata_jsonl=rows)
    assert [line for line, _ in problems(folder)] == [2, 4, 5, 6]
    assert one(folder, "a.txt").metadata.title == "Yes"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("metadata_csv", "file,title\na.txt,x\n", "no column `path`"),
        ("metadata_csv", b"", "empty"),
        ("metadata_csv", b"\x00\x01" * 500, "binary"),
        ("metadata_jsonl", b"%PDF-1.7 x", "not JSON"),
        ("metadata_csv", "path,title\n" + "x" * 100 + ",y\n", "no document"),
    ],
)
def test_a_table_that_is_none_is_named_and_stops_nothing(tmp_path, name, data, reason):
    folder = folder_with(tmp_path, **{name: data})
    assert reason in problems(folder)[0][1]
    assert one(folder, "a.txt").text == "They spoke."


def test_a_short_or_long_row_loses_nothing_else(tmp_path):
    folder = folder_with(tmp_path, metadata_csv="path,title\na.txt\nsub/b.txt,Yes,more,most\n")
    assert one(folder, "sub/b.txt").metadata.title == "Yes"
    assert one(folder, "sub/b.txt").metadata.extra == {}


def test_no_table_is_no_fault(tmp_path):
    table = MetadataTable.load(folder_with(tmp_path))
    assert table.failures == ()
    assert table.sha256_for("a.txt") == ""


def test_the_hash_of_a_row_changes_with_that_row_alone(tmp_path):
    folder = folder_with(tmp_path, metadata_csv="path,title\na.txt,One\nsub/b.txt,Two\n")
    before = MetadataTable.load(folder)
    (folder / "metadata.csv").write_text("path,title\nsub/b.txt,New\na.txt,One\n", encoding="utf-8")
    after = MetadataTable.load(folder)
    assert before.sha256_for("a.txt") == after.sha256_for("a.txt") != ""
    assert before.sha256_for("sub/b.txt") != after.sha256_for("sub/b.txt")


def test_a_row_of_a_table_document_takes_the_files_line_and_then_its_own(tmp_path):
    (tmp_path / "rows.jsonl").write_text("", encoding="utf-8")
    (tmp_path / "metadata.csv").write_text(
        "path,source,title\nrows.jsonl,Xinhua,All\nrows.jsonl#7,,Seven\n", encoding="utf-8"
    )
    table = MetadataTable.load(tmp_path)
    assert table.failures == ()
    seven = table.apply(Document(name="rows.jsonl#7", text="x")).metadata
    eight = table.apply(Document(name="rows.jsonl#8", text="x")).metadata
    assert (seven.source, seven.title) == ("Xinhua", "Seven")
    assert (eight.source, eight.title) == ("Xinhua", "All")
    assert table.sha256_for("rows.jsonl#7") != table.sha256_for("rows.jsonl#8")


def test_hidden_characters_leave_metadata_too():
    metadata, _ = with_fields(Metadata(), {"title": "A\u202ecall\u200b\x00\n now"}, "x")
    assert metadata.title == "Acall now"


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=6))
def test_any_fields_make_metadata(given_fields):
    metadata, _ = with_fields(Metadata(), given_fields, "here")
    assert Metadata.from_dict(metadata.to_dict()) == metadata
    assert all(metadata.extra.values())


# Dates


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2014", "2014"),
        ("2014-09", "2014-09"),
        ("2014-9-4", "2014-09-04"),
        ("2014/09/24", "2014-09-24"),
        ("2014.09.24", "2014-09-24"),
        ("20140924", "2014-09-24"),
        ("2014-09-24T10:00:00Z", "2014-09-24"),
        ("2014-09-24 10:00:00+08:00", "2014-09-24"),
        ("24 September 2014", "2014-09-24"),
        ("24th of September, 2014", "2014-09-24"),
        ("24-Sep-2014", "2014-09-24"),
        ("Sept. 24, 2014", "2014-09-24"),
        ("SEPTEMBER 24 2014", "2014-09-24"),
        ("September 2014", "2014-09"),
        ("May 2014", "2014-05"),
        ("Wednesday, 24 September 2014", "2014-09-24"),
        ("Wed, 24 Sep 2014 10:00:00 GMT", "2014-09-24"),
        ("September 24, 2014 at 10:33 am", "2014-09-24"),
        ("24/09/2014", "2014-09-24"),
        ("09/24/2014", "2014-09-24"),
        ("05/05/2014", "2014-05-05"),
        ("2014年9月24日", "2014-09-24"),
        (" '2014-09-24' ", "2014-09-24"),
    ],
)
def test_dates_are_read_as_they_are_written(words, expected):
    assert parse_date(words) == expected


@pytest.mark.parametrize(
    "words",
    [
        *(
            "",
            "soon",
            "05/04/2014",
            "2014-13",
            "2014-02-30",
            "2014-00-01",
            "2014-01-00",
            "32 May 2014",
        ),
        *(
            "0999",
            "3000",
            "14",
            "September",
            "24 September",
            "yesterday",
            "20141341",
            "2014-09-24 soon",
        ),
        *("12014", "2014-9-244", "24 Mayhem 2014"),
    ],
)
def test_what_is_no_date_or_could_be_two_is_none(words):
    assert parse_date(words) is None


@settings(deadline=None)
@given(st.text(max_size=70))
def test_no_words_break_the_reading_of_dates(words):
    parsed = parse_date(words)
    assert parsed is None or parse_date(parsed) == parsed


@settings(deadline=None)
@given(st.dates())
def test_every_day_survives(day):
    if day.year >= 1000 and day.year <= 2999:
        assert parse_date(day.isoformat()) == day.isoformat()
        assert parse_date(f"{day.day} {day:%B} {day.year}") == day.isoformat()
        assert parse_date(f"{day:%b} {day.day}, {day.year}") == day.isoformat()


def test_a_failure_says_which_table(tmp_path):
    folder = folder_with(tmp_path, metadata_csv="path\nno.txt\n")
    [failure] = MetadataTable.load(folder).failures
    assert isinstance(failure, Failure)
    assert failure.name == "metadata.csv"


@pytest.mark.parametrize(
    ("title", "published"),
    [
        ("Norway, UN General Debate 2012", "2012"),
        ("Readout of the call with Prime Minister Khan, 26 October 2021", "2021-10-26"),
        ("What changed after March 2019", None),
        ("Meeting with the Prime Minister, March 2019", "2019-03"),
        ("Vision 2030", None),
        ("From the 2012 summit to the 2014 summit", None),
        ("Resolution S-2012/4 on the debate", None),
    ],
)
def test_a_title_dates_what_nothing_else_dates_and_a_plan_is_no_date(title, published):
    assert date_in_title(title) == published


def test_a_date_from_the_title_gives_way_to_any_other():
    metadata = Metadata(title="Norway, UN General Debate 2012", how={"title": "front matter"})
    bare = MetadataTable().apply(Document(name="a.txt", text="We.", metadata=metadata)).metadata
    assert (bare.published, bare.how["published"]) == ("2012", "title")
    table = MetadataTable(rows={"a.txt": ("metadata.csv", {"published": "2013-01-02"})})
    told = table.apply(Document(name="a.txt", text="We.", metadata=metadata)).metadata
    assert (told.published, told.how["published"]) == ("2013-01-02", "metadata.csv")
