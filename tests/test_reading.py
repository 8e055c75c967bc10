"""Discovering and reading: every file ends as documents or as a failure that says why."""

import os
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.reading import Failure, MetadataTable, SourceFile, discover, files, read
from rag.types import Document


def put(folder, name, data):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def outcome(folder, name, data):
    """All that one file gives."""
    put(folder, name, data)
    file = next(file for file in discover(folder) if file.name == name)
    return list(read(file, MetadataTable()))


def failure(folder, name, data):
    [found] = outcome(folder, name, data)
    assert isinstance(found, Failure)
    assert found.name == name
    return found.reason


def test_files_are_found_sorted_and_named_by_their_path_below_the_folder(tmp_path):
    for name in ["b.txt", "a/z.md", "a/b.HTML", "a.pdf", "c.docx", "rows.jsonl", "rows.csv"]:
        put(tmp_path, name, "x")
    names = [file.name for file in discover(tmp_path)]
    assert names == ["a.pdf", "a/b.HTML", "a/z.md", "b.txt", "c.docx", "rows.csv", "rows.jsonl"]
    assert {file.size for file in discover(tmp_path)} == {1}


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.txt",
        ".git/a.txt",
        "~$a.docx",
        "metadata.csv",
        "metadata.jsonl",
        "a.exe",
        "noending",
    ],
)
def test_what_is_no_document_is_not_found(tmp_path, name):
    put(tmp_path, name, "x")
    assert discover(tmp_path) == []


def test_a_table_named_metadata_below_the_top_is_a_document(tmp_path):
    put(tmp_path, "sub/metadata.csv", "x")
    assert [file.name for file in discover(tmp_path)] == ["sub/metadata.csv"]


def test_a_missing_folder_has_no_files(tmp_path):
    assert discover(tmp_path / "absent") == []


def test_a_broken_link_is_a_failure(tmp_path):
    (tmp_path / "a.txt").symlink_to(tmp_path / "gone.txt")
    [file] = discover(tmp_path)
    [found] = read(file, MetadataTable())
    assert isinstance(found, Failure)
    assert "cannot be opened" in found.reason


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_does_not_stop_the_reading(tmp_path):
    os.mkfifo(tmp_path / "a.txt")
    [file] = discover(tmp_path)
    [found] = read(file, MetadataTable())
    assert isinstance(found, Failure)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_file_without_permission_is_a_failure(tmp_path):
    put(tmp_path, "a.txt", "x").chmod(0)
    [file] = discover(tmp_path)
    [found] = read(file, MetadataTable())
    assert "Permission" in found.reason


def test_a_file_that_vanished_is_a_failure(tmp_path):
    path = put(tmp_path, "a.txt", "x")
    [file] = discover(tmp_path)
    path.unlink()
    [found] = read(file, MetadataTable())
    assert isinstance(found, Failure)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\r\n ", "no text"),
        (b"\xef\xbb\xbf", "no text"),
        (b"\x00" * 4096, "binary"),
        (bytes(random.Random(1).randbytes(4096)), "binary"),
        ("\u200b\u200e\ufeff", "no text"),
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04" + b"\x00" * 40, "ZIP"),
        (b"{\\rtf1 hello}", "RTF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99, "Office"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html><p>x</p>", "HTML"),
        (b"<HTML lang=en><body>x", "HTML"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
    ],
)
def test_what_is_no_text_is_a_failure_with_its_reason(tmp_path, data, reason):
    assert reason in failure(tmp_path, "a.txt", data)


def test_a_file_above_the_limit_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_BYTES", 1024 * 1024)
    assert "larger than 1 MB" in failure(tmp_path, "a.txt", b"x" * (1024 * 1024 + 1))


def test_a_reader_that_breaks_is_a_failure_of_that_file_alone(tmp_path, monkeypatch):
    def broken(name, data):
        raise RecursionError("too deep")

    monkeypatch.setitem(__import__("rag.reading").reading.READERS, ".md", broken)
    assert "too deep" in failure(tmp_path, "a.md", "x")
    [document] = outcome(tmp_path, "b.txt", "Fine.")
    assert document.text == "Fine."


def test_a_line_of_some_megabytes_is_read(tmp_path):
    [document] = outcome(tmp_path, "a.txt", b"China said so. " * 300_000)
    assert len(document.text) == 15 * 300_000 - 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    data=st.one_of(
        st.binary(max_size=400),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.text(max_size=200).map(lambda text: text.encode("utf-16", "surrogatepass")),
        st.lists(
            st.sampled_from(
                ["---\n", "# A\n", "a: b\n", "\r", "\x0c", "- x\n", "|a|b|\n", "`", "*"]
            )
        )
        .map("".join)
        .map(str.encode),
    ),
    ending=st.sampled_from(sorted(files.ENDINGS)),
)
def test_no_bytes_at_all_raise(tmp_path, data, ending):
    path = put(tmp_path, f"a{ending}", data)
    file = SourceFile(name=path.name, path=path, size=len(data), mtime_ns=0)
    found = list(read(file, MetadataTable()))
    for item in found:
        assert isinstance(item, Failure) or clean_enough(item)


def clean_enough(document: Document) -> bool:
    """No control characters but line feeds, no space at the ends, nothing that UTF-8 lacks."""
    text = document.text
    text.encode()
    shown = all(character == "\n" or ord(character) > 31 for character in text)
    return shown and text == text.strip() != "" and "\n\n\n" not in text
