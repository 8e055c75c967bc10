"""The journal: whatever happens to the file, the whole lines before it count and nothing else."""

import errno
import json
import math
import os
import shutil
import subprocess
import sys
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.batch.files import hold
from rag.batch.journal import Journal, encode, read_answers
from rag.errors import IndexLocked, RagError, UsageError
from rag.types import Answer, Usage

KEY = {"question": "a", "filters": "", "model": "m"}
IDS = st.lists(st.text(max_size=8), min_size=1, max_size=6)


def answer(identity, text="Yes.", status="answered", **more):
    return Answer(id=identity, question=f"{identity}?", status=status, answer=text, **more)


def made(path, identities, text="Yes.\u2028Ja: “ß”\n"):
    with closing(Journal(path)) as journal:
        for identity in identities:
            journal.append(answer(identity, text), KEY)
    return path.read_bytes()


def reopened(path):
    with closing(Journal(path)) as journal:
        return [(entry.id, entry.status) for entry in journal.entries.values()], journal


@settings(max_examples=60, deadline=None)
@given(IDS, st.data())
def test_a_file_cut_anywhere_gives_its_whole_lines_and_goes_on(tmp_path_factory, identities, data):
    path = tmp_path_factory.mktemp("cut") / "a.jsonl"
    whole = made(path, identities)
    cut = data.draw(st.integers(0, len(whole)))
    path.write_bytes(whole[:cut])
    lines = whole[:cut].count(b"\n")
    # A line that lacks nothing but its end is whole too: no shorter piece of it is valid JSON.
    lines += whole[cut : cut + 1] == b"\n" and cut > 0
    with closing(Journal(path)) as journal:
        assert list(journal.entries) == list(dict.fromkeys(identities[:lines]))
        for identity in identities[:lines]:
            assert journal.record(identity)["question"] == f"{identity}?"
        for identity in identities[lines:]:
            journal.append(answer(identity, "Yes.\u2028Ja: “ß”\n"), KEY)
    assert path.read_bytes() == whole


@settings(deadline=None)
@given(IDS, st.binary(min_size=1, max_size=40))
def test_bytes_left_behind_by_a_power_cut_are_cut_off(tmp_path_factory, identities, rubbish):
    path = tmp_path_factory.mktemp("tail") / "a.jsonl"
    whole = made(path, identities)
    path.write_bytes(whole + rubbish.replace(b"\n", b" "))
    _, journal = reopened(path)
    assert journal.torn
    assert path.read_bytes() == whole


def test_a_tail_of_zeros_is_a_torn_line(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\0" * 4096)
    entries, journal = reopened(path)
    assert entries == [] and journal.torn and path.read_bytes() == b""


def test_the_last_line_of_an_id_counts(tmp_path):
    path = tmp_path / "a.jsonl"
    with closing(Journal(path)) as journal:
        journal.append(answer("a", status="failed"), KEY)
        journal.append(answer("b"), KEY)
        journal.append(answer("a", "Later."), KEY)
    assert reopened(path)[0] == [("a", "answered"), ("b", "answered")]
    assert [(r["id"], r["answer"]) for r in read_answers(path)] == [("b", "Yes."), ("a", "Later.")]


def test_a_damaged_line_inside_is_named_and_the_others_are_kept(tmp_path):
    path = tmp_path / "a.jsonl"
    lines = made(path, ["a", "b", "c"]).splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1][:40] + b"\n" + b"\n" + lines[2])
    entries, journal = reopened(path)
    assert [identity for identity, _ in entries] == ["a", "c"]
    assert [faulty.line for faulty in journal.faulty] == [2]


@pytest.mark.parametrize(
    "content",
    [
        b'{"a": 1}\n',
        b'{"a": 1}',
        b"id,question\n1,Who?\n",
        b"notes",
        b'{"id": "a", "status": "answered"}\n',
    ],
)
def test_a_file_of_something_else_is_refused_and_left_as_it_is(tmp_path, content):
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="no answers file"):
        Journal(path)
    assert path.read_bytes() == content


def test_an_answer_that_json_cannot_hold_is_stored_as_near_as_it_can_be(tmp_path):
    path = tmp_path / "a.jsonl"
    with closing(Journal(path)) as journal:
        odd = answer("a", "half \ud800", usage=Usage(cost_usd=math.nan))
        journal.append(odd, KEY)
    (record,) = read_answers(path)
    assert record["answer"] == "half \ud800"
    assert record["usage"]["cost_usd"] is None


@given(st.dictionaries(st.text(), st.one_of(st.text(), st.floats(), st.none()), max_size=5))
def test_every_record_is_one_line_of_valid_utf8(record):
    line = encode(record)
    assert line.count(b"\n") == 1 and line.endswith(b"\n")
    assert json.loads(line.decode("utf-8")).keys() == record.keys()


# Rewriting


def test_rewriting_puts_lines_in_order_and_keeps_a_copy_of_what_it_leaves_out(tmp_path):
    path = tmp_path / "a.jsonl"
    before = made(path, ["c", "a", "b"])
    with closing(Journal(path)) as journal:
        backup = journal.rewrite(["a", "b"])
        assert list(journal.entries) == ["a", "b"]
        journal.append(answer("d"), KEY)
    assert backup.name == "a.jsonl.bak-1" and backup.read_bytes() == before
    assert [record["id"] for record in read_answers(path)] == ["a", "b", "d"]


def test_rewriting_copies_nothing_when_only_failures_are_replaced(tmp_path):
    path = tmp_path / "a.jsonl"
    with closing(Journal(path)) as journal:
        journal.append(answer("a", status="failed"), KEY)
        journal.append(answer("b"), KEY)
        journal.append(answer("a"), KEY)
        assert journal.rewrite(["a", "b"]) is None
    assert [record["id"] for record in read_answers(path)] == ["a", "b"]
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.jsonl"]


def test_a_journal_in_order_is_not_written_again(tmp_path):
    path = tmp_path / "a.jsonl"
    made(path, ["a", "b"])
    stamp = path.stat().st_ino
    with closing(Journal(path)) as journal:
        journal.rewrite(["a", "b"])
    assert path.stat().st_ino == stamp


# A failing disk


@pytest.mark.parametrize("taken", [0, 1, 30])
def test_a_full_disk_is_told_and_leaves_whole_lines(tmp_path, monkeypatch, taken):
    path = tmp_path / "a.jsonl"
    whole = made(path, ["a", "b"])
    write = os.write
    left = [taken]

    def full(descriptor, data):
        if not left[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        part, left[0] = data[: left[0]], 0
        return write(descriptor, part)

    with closing(Journal(path)) as journal:
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(RagError, match=r"No space left.*2 answers") as caught:
            journal.append(answer("c"), KEY)
        monkeypatch.undo()
        assert caught.value.exit_status == 2
        assert path.read_bytes() == whole
        journal.append(answer("c"), KEY)
    assert [record["id"] for record in read_answers(path)] == ["a", "b", "c"]


def test_a_line_that_cannot_be_synced_does_not_count(tmp_path, monkeypatch):
    path = tmp_path / "a.jsonl"
    whole = made(path, ["a"])
    with closing(Journal(path)) as journal:
        monkeypatch.setattr(os, "fsync", _broken)
        with pytest.raises(RagError, match="Input/output error"):
            journal.append(answer("b"), KEY)
        assert list(journal.entries) == ["a"]
    assert path.read_bytes() == whole


def _broken(descriptor):
    raise OSError(errno.EIO, "Input/output error")


@pytest.mark.parametrize("rename", [False, True])
def test_a_removed_folder_costs_no_answer(tmp_path, rename):
    folder = tmp_path / "out"
    folder.mkdir()
    path = folder / "a.jsonl"
    with closing(Journal(path)) as journal:
        journal.append(answer("a"), KEY)
        if rename:
            folder.rename(tmp_path / "elsewhere")
        else:
            shutil.rmtree(folder)
        with pytest.raises(RagError, match="removed or replaced") as caught:
            journal.append(answer("b"), KEY)
    assert str(path) in caught.value.hint
    assert [record["id"] for record in read_answers(path)] == ["a", "b"]


def test_a_file_put_in_the_journals_place_is_not_overwritten(tmp_path):
    path = tmp_path / "a.jsonl"
    with closing(Journal(path)) as journal:
        journal.append(answer("a"), KEY)
        path.unlink()
        path.write_text("someone else's", encoding="utf-8")
        with pytest.raises(RagError, match="replaced"):
            journal.append(answer("b"), KEY)
    assert path.read_text(encoding="utf-8") == "someone else's"
    saved = path.with_name("a.jsonl.bak-1")
    assert [record["id"] for record in read_answers(saved)] == ["a", "b"]


# The lock

HOLDER = """
import sys, time
from pathlib import Path
from rag.batch.files import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_told_who_works_on_the_output_and_a_killed_one_lets_go(tmp_path):
    output = tmp_path / "a.jsonl"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", HOLDER, str(output)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as child:
        try:
            assert child.stdout.readline().strip() == b"held"
            with pytest.raises(IndexLocked, match=f"process {child.pid}"), hold(output):
                pass
        finally:
            child.kill()
        child.wait()
        with hold(output):
            pass
