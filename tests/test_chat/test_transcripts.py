"""Whole conversations through a pipe, compared to the letter."""

from __future__ import annotations

import io
import sys

import pytest

from rag.chat import list_sessions, run_chat

KHAN = "Prime Minister Imran Khan said that Pakistan firmly supports China on Xinjiang."
TOO = "Pakistan supports China on Hong Kong and Taiwan too."
FIRST = f"""\
> What did Pakistan say about Xinjiang?
[1] Imran Khan (Pakistan) · 2021-10-28 · a.txt
    “{KHAN}”
[2] Imran Khan (Pakistan) · 2021-10-28 · a.txt
    “{TOO}”

The documents say of this, as to “What did Pakistan say about Xinjiang?”, what place 1 holds. [1]
The documents say of this, as to “What did Pakistan say about Xinjiang?”, what place 2 holds. [2]
"""
SUMMARY = "✓ 2 sentences, checked against 1 source · evidence 0.0 s, answer 0.3 s · fake\n"


def test_one_question_from_a_pipe_is_answered_and_the_program_ends(pipe):
    told = pipe("What did Pakistan say about Xinjiang?\n")
    assert (told.status, told.out, told.err) == (0, FIRST, SUMMARY)


def test_a_follow_up_is_asked_in_full_and_said_to_be(pipe):
    told = pipe("What did Pakistan say about Xinjiang?\nand on Hong Kong?\n")
    asked = "What did Pakistan say about Hong Kong?"
    assert told.out == FIRST + (
        "\n> and on Hong Kong?\n"
        f"[1] Imran Khan (Pakistan) · 2021-10-28 · a.txt\n    “{TOO}”\n"
        f"[2] Imran Khan (Pakistan) · 2021-10-28 · a.txt\n    “{KHAN}”\n\n"
        f"The documents say of this, as to “{asked}”, what place 1 holds. [1]\n"
        f"The documents say of this, as to “{asked}”, what place 2 holds. [2]\n"
    )
    assert told.err == f"{SUMMARY}→ {asked}  (/undo asks it as typed)\n{SUMMARY}"


def test_undo_asks_the_question_as_it_was_typed(pipe):
    told = pipe("What did Pakistan say about Xinjiang?\nand on Hong Kong?\n/undo\n")
    assert "as to “and on Hong Kong?”, what place 1 holds. [1]" in told.out
    assert "Asked as typed: and on Hong Kong?\n" in told.err


def test_a_change_of_subject_takes_nothing_along(pipe):
    told = pipe("What did Pakistan say about Xinjiang?\nWhat did Xi Jinping say about vaccines?\n")
    assert "→" not in told.err
    assert "as to “What did Xi Jinping say about vaccines?”" in told.out


def test_nothing_found_is_said_and_the_talk_goes_on(pipe):
    told = pipe("Bhutan?\nWhat did Pakistan say about Xinjiang?\n")
    assert told.status == 0
    assert told.out.startswith("> Bhutan?\nNot in the documents.\n\n> What did Pakistan")


def test_an_error_of_the_provider_is_a_line_and_the_status_says_that_some_failed(pipe, monkeypatch):
    monkeypatch.setenv("CHAT_ERROR", "The provider asks to wait 20 s.")
    told = pipe("What did Pakistan say about Xinjiang?\n/help\n")
    assert told.err.splitlines()[:2] == ["The provider asks to wait 20 s.", "Wait a minute."]
    assert "/help: the commands" in told.out
    assert told.status == 2


def test_one_failure_among_answers_is_status_3(pipe):
    told = pipe(f"What did Pakistan say about Xinjiang?\n{'x' * 5000}\n")
    assert told.status == 3
    assert "The question has 5,000 characters." in told.err


def test_a_missing_index_names_the_command_that_makes_one(pipe, monkeypatch):
    monkeypatch.setenv("CHAT_NO_INDEX", "1")
    told = pipe("What did Pakistan say about Xinjiang?\n")
    assert told.status == 2
    assert told.err == "Nothing has been indexed in seeds yet.\nRun: rag index\n"


def test_an_empty_pipe_says_nothing(pipe):
    told = pipe("\n  \n")
    assert (told.status, told.out, told.err) == (0, "", "")


@pytest.mark.parametrize(
    "typed",
    [
        "What did Pakistan say about Xinjiang?",
        "\r\nWhat did Pakistan say about Xinjiang?\r\n\r\n",
        b"\xef\xbb\xbfWhat did Pakistan say about Xinjiang?\n",
        "What did Pakistan say about Xinjiang?\n".encode("utf-16"),
    ],
    ids=["no-line-end", "crlf", "byte-order-mark", "utf-16"],
)
def test_a_pipe_may_have_any_line_ends_and_marks(pipe, typed):
    assert pipe(typed).out == FIRST


def test_bad_bytes_in_a_pipe_are_no_crash(pipe):
    told = pipe(b"What did Pakistan say about Xinjiang\xff?\n")
    assert told.status == 0
    assert "Xinjiang\ufffd?" in told.out


def test_plain_wording_is_for_the_ear(pipe):
    told = pipe("What did Pakistan say about Xinjiang?\n/sources 1\n", plain=True)
    assert f"Source 1: Imran Khan (Pakistan) · 2021-10-28 · a.txt\n“{KHAN}”" in told.out
    assert "    “" not in told.out


def test_a_changed_index_is_said_and_the_answer_is_of_the_new_one(talk, workspace):
    one = talk(live=False)
    assert "Not in the documents." in one.say("What did Bhutan say about forests?")
    path = workspace.documents / "c.txt"
    path.write_text("Bhutan said that its forests absorb carbon.\n", encoding="utf-8")
    told = one.say("What did Bhutan say about forests?")
    assert told.startswith("The index has changed; this and later answers use the new one.\n[1]")
    assert "“Bhutan said that its forests absorb carbon.”" in told


def test_a_pipe_keeps_no_record_unless_it_has_a_name(pipe, workspace):
    pipe("What did Pakistan say about Xinjiang?\n")
    assert list_sessions(workspace) == []
    pipe("What did Pakistan say about Xinjiang?\n", session="morning")
    assert [s.name for s in list_sessions(workspace)] == ["morning"]


def test_a_character_that_the_output_cannot_hold_does_not_stop_it(
    workspace, open_assistant, monkeypatch
):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("香港 Xinjiang?\n".encode())))
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="cp1252"))
    assert run_chat(workspace, open_assistant) == 0
    sys.stdout.flush()
    assert written.getvalue().startswith(b"> ?? Xinjiang?")


def test_quotes_alone_name_their_document_once(talk):
    one = talk(live=False)
    one.say("What did Xi Jinping say about vaccines?")
    one.say("/evidence on")
    told = one.say("What did Pakistan say about Xinjiang?")
    assert told.count("a.txt") == 2
    assert "b.txt" not in told + one.say("/sources")
