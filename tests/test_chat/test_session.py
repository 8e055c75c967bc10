"""Conversations on disk: nothing that was answered is lost, whatever happens to the program."""

from __future__ import annotations

import json
import os
import random
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.chat import list_sessions
from rag.chat.names import usable_name
from rag.chat.record import end_last_line, read_record
from rag.chat.session import Session, delete_session, sessions_folder
from rag.chat.sources import check_sources, find_quote
from rag.errors import IndexLocked, UnknownDocument, UsageError
from rag.types import Answer, Citation, Filters


def answer(number: int = 1, *, quote: str = "Pakistan supports China", start: int = 0) -> Answer:
    citation = Citation(
        number=1, document="a.txt", start=start, end=start + len(quote), quote=quote
    )
    return Answer(
        id=f"q{number}", question="?", status="answered", answer=f"Answer {number}. [1]",
        citations=(citation,),
    )  # fmt: skip


def converse(workspace, name: str, turns: int) -> Path:
    session = Session.open(workspace, name)
    for number in range(1, turns + 1):
        turn = session.asked(f"Question {number}?", filters=Filters(), evidence_only=False)
        session.answered(
            turn.number, answer(number), asked=f"Asked {number}?", texts={"a.txt": "0" * 64}
        )
    session.close()
    return session.path


def test_a_conversation_is_read_back_as_it_was(workspace):
    session = Session.open(workspace, "morning")
    filters = Filters(since="2021", speaker="Imran Khan")
    session.asked("And he?", filters=filters, evidence_only=True)
    session.answered(1, answer(), asked="What did Khan say?", texts={"a.txt": "f" * 64})
    session.asked("More?", filters=Filters(), evidence_only=False)
    session.stopped(2, "More of it?", "Half an ans")
    session.asked("Wrong?", filters=Filters(), evidence_only=False)
    session.drop(3)
    session.close()
    again = Session.resume(workspace, "morning")
    assert again.turns == session.turns
    assert again.turns[0].filters == filters
    assert [t.question for t in again.history()] == ["What did Khan say?", "More of it?"]
    assert again.history()[1].answer == "Half an ans"
    again.close()


def test_kill_at_any_byte_loses_at_most_the_answer_being_written(workspace):
    path = converse(workspace, "long", 6)
    whole = path.read_bytes()
    complete = read_record(path)[0]
    ends = [i + 1 for i, byte in enumerate(whole) if byte == 10]
    cuts = random.Random(1).sample(range(len(whole)), 120) + ends
    for cut in cuts:
        path.write_bytes(whole[:cut])
        kept = sum(end <= cut for end in ends)
        session = Session.resume(workspace, "long")
        answered = [t for t in session.turns if t.answer]
        # A whole line whose line end alone was lost counts as well.
        assert answered == complete[: len(answered)]
        assert len(answered) in {max(0, (kept - 1) // 2), max(0, kept // 2)}
        session.asked("After the crash?", filters=Filters(), evidence_only=False)
        session.close()
        reread, unreadable = read_record(path)
        assert unreadable == 0
        assert reread[-1].typed == "After the crash?"
        assert [t.answer for t in reread if t.answer] == [t.answer for t in answered]


@given(st.binary(max_size=300))
def test_rubbish_at_the_end_of_a_record_is_set_aside(rubbish):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "r.jsonl"
        record = {"type": "asked", "number": 1, "at": "2026-11-21T10:00:00", "typed": "Who?"}
        path.write_bytes(json.dumps(record).encode() + b"\n" + rubbish)
        end_last_line(path)
        assert path.read_bytes().endswith(b"\n")
        turns, _ = read_record(path)
        assert turns[0].typed == "Who?"


def test_a_damaged_line_in_the_middle_costs_that_line_only(workspace):
    path = converse(workspace, "torn", 3)
    lines = path.read_bytes().split(b"\n")
    lines[3] = b'{"type": "asked", "numb\0\0\0'
    path.write_bytes(b"\n".join(lines))
    session = Session.resume(workspace, "torn")
    assert [t.answer.id for t in session.turns if t.answer] == ["q1", "q3"]
    assert session.unreadable >= 1
    session.close()


def test_kill_9_while_writing_keeps_every_line_that_was_reported(workspace, own_home):
    code = (
        "import sys\n"
        "from rag.chat.session import Session\nfrom rag.types import Answer, Filters\n"
        "from rag.workspace import Workspace\n"
        "s = Session.open(Workspace.open(sys.argv[1]), 'killed')\n"
        "for n in range(1, 100000):\n"
        "    s.asked(f'Q{n}', filters=Filters(), evidence_only=False)\n"
        "    a = Answer(id=str(n), question='', status='answered', answer='x' * 3000)\n"
        "    s.answered(n, a, asked='', texts={})\n"
        "    print(n, flush=True)\n"
    )
    for reported in (1, 7, 19):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(workspace.root)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        assert process.stdout
        for _ in range(reported):
            seen = int(process.stdout.readline())
        process.kill()
        process.wait()
        process.stdout.close()
        session = Session.resume(workspace, "killed")
        answered = [t.answer.id for t in session.turns if t.answer]
        assert answered[:seen] == [str(n) for n in range(1, seen + 1)]
        delete_session_open(session)


def delete_session_open(session: Session) -> None:
    session.forget()


def test_a_full_disk_is_said_and_leaves_no_half_line(workspace, monkeypatch):
    path = converse(workspace, "full", 1)
    before = path.read_bytes()
    session = Session.resume(workspace, "full")
    real = os.write

    def half(handle: int, data: bytes) -> int:
        return real(handle, data[: len(data) // 2])

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(UsageError, match="No space left on device"):
        session.asked("More?", filters=Filters(), evidence_only=False)
    monkeypatch.undo()
    session.close()
    assert path.read_bytes() == before


def test_two_windows_cannot_write_one_conversation(workspace):
    first = Session.open(workspace, "mine")
    first.asked("Who?", filters=Filters(), evidence_only=False)
    with pytest.raises(IndexLocked, match="another window"):
        Session.resume(workspace, "MINE")
    first.close()
    Session.resume(workspace, "mine").close()


def test_two_new_conversations_at_once_get_two_names(workspace):
    one, two = Session.open(workspace), Session.open(workspace)
    one.asked("First?", filters=Filters(), evidence_only=False)
    two.asked("Second?", filters=Filters(), evidence_only=False)
    assert one.name != two.name
    assert {s.first_question for s in list_sessions(workspace)} == {"First?", "Second?"}
    one.close()
    two.close()


def test_a_conversation_nobody_asked_anything_in_leaves_no_file(workspace):
    Session.open(workspace).close()
    assert list_sessions(workspace) == []


def test_conversations_of_another_workspace_are_not_listed(workspace, tmp_path):
    from rag.workspace import Workspace

    converse(workspace, "here", 1)
    other = tmp_path / "elsewhere" / "work"
    other.mkdir(parents=True)
    assert list_sessions(Workspace.open(other)) == []
    assert [s.name for s in list_sessions(workspace)] == ["here"]


def test_others_on_the_machine_cannot_read_a_conversation(workspace):
    if os.name == "nt":
        pytest.skip("Windows has no such modes")
    path = converse(workspace, "private", 1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_renamed_by_hand_is_the_conversation_of_its_new_name(workspace):
    path = converse(workspace, "old", 2)
    path.rename(path.with_name("new.jsonl"))
    session = Session.resume(workspace, "new")
    assert (session.name, len(session.turns)) == ("new", 2)
    session.close()


def test_a_mistyped_name_names_the_near_one(workspace):
    converse(workspace, "xinjiang notes", 1)
    with pytest.raises(UsageError) as caught:
        Session.resume(workspace, "xinjang notes")
    assert caught.value.hint == "Did you mean `xinjiang notes`?"


def test_a_deleted_conversation_is_gone(workspace):
    path = converse(workspace, "gone", 1)
    delete_session(workspace, "gone")
    assert not path.exists()
    assert list_sessions(workspace) == []


@pytest.mark.parametrize(
    "name", ["../up", "a/b", "con", "NUL.txt", " x", "x.", "a\x1b[31m", "x" * 99]
)
def test_a_name_that_is_no_file_name_is_refused_with_one_that_is(workspace, name):
    with pytest.raises(UsageError) as caught:
        Session.open(workspace, name)
    usable = caught.value.hint.rsplit(": ", 1)[1]
    assert usable_name(usable) == usable


@given(st.text(max_size=80))
def test_a_usable_name_stays_itself_and_inside_its_folder(name):
    usable = usable_name(name)
    assert usable_name(usable) == usable
    assert (Path("folder") / f"{usable}.jsonl").parent == Path("folder")
    assert usable not in {"", ".", ".."}
    assert len(usable.encode()) <= 200


def test_names_in_other_scripts_are_kept(workspace):
    session = Session.open(workspace, "إيران 香港")
    session.asked("Who?", filters=Filters(), evidence_only=False)
    session.close()
    assert [s.name for s in list_sessions(workspace)] == ["إيران 香港"]


def test_lone_surrogates_in_a_question_are_kept_readable(workspace):
    session = Session.open(workspace, "odd")
    session.asked("What is \udcff?", filters=Filters(), evidence_only=False)
    session.close()
    again = Session.resume(workspace, "odd")
    assert again.turns[0].typed == "What is \udcff?"
    again.close()


# --- what has changed since -------------------------------------------------------------------

TEXT = "In Beijing, Pakistan supports China on Xinjiang."
QUOTE = "Pakistan supports China"


def kept_turn(workspace, text: str):
    from rag.chat.record import text_hash

    session = Session.open(workspace, "cited")
    session.asked("Who?", filters=Filters(), evidence_only=False)
    found = answer(quote=QUOTE, start=text.index(QUOTE))
    session.answered(1, found, asked="Who?", texts={"a.txt": text_hash(text)})
    session.close()
    again = Session.resume(workspace, "cited")
    again.close()
    return again.turns


def test_an_unchanged_document_is_not_mentioned(workspace):
    assert check_sources(kept_turn(workspace, TEXT), lambda _: TEXT) == []


def test_a_changed_document_is_named_with_what_became_of_its_quotes(workspace):
    turns = kept_turn(workspace, TEXT)
    moved = check_sources(turns, lambda _: f"Corrected on Monday. {TEXT}")
    lost = check_sources(turns, lambda _: "Nothing of it is left.")
    assert [(c.state, c.kept, c.lost) for c in moved] == [("changed", 1, 0)]
    assert [(c.state, c.kept, c.lost) for c in lost] == [("changed", 0, 1)]


def test_a_document_that_left_the_index_is_gone(workspace):
    def unknown(name: str) -> str:
        raise UnknownDocument(f"No document {name!r}.")

    assert [c.state for c in check_sources(kept_turn(workspace, TEXT), unknown)] == ["gone"]


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_quote_is_found_where_it_now_stands(before, after):
    text = before + QUOTE + after
    citation = Citation(number=1, document="a.txt", start=3, end=3 + len(QUOTE), quote=QUOTE)
    span = find_quote(citation, text)
    assert span is not None
    assert text[span[0] : span[1]].split() == QUOTE.split()


def test_of_two_places_the_one_nearest_to_the_old_is_taken():
    text = f"{QUOTE}. {'x' * 500} {QUOTE}."
    far = text.rindex(QUOTE)
    citation = Citation(number=1, document="a.txt", start=far - 5, end=far, quote=QUOTE)
    assert find_quote(citation, text) == (far, far + len(QUOTE))


def test_a_folder_that_cannot_be_written_is_said(workspace, own_home):
    own_home.write_text("a file where the folder should be", encoding="utf-8")
    session = Session.open(workspace, "nowhere")
    with pytest.raises(UsageError, match="cannot be saved"):
        session.asked("Who?", filters=Filters(), evidence_only=False)
    assert sessions_folder(workspace).parent.name == "sessions"
