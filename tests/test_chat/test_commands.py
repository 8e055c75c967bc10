"""Commands: what each shows, and that a mistyped one helps."""

from __future__ import annotations

import json

import pytest

from rag.chat import clipboard, list_sessions
from rag.chat.commands import COMMANDS, Leave, find_command
from rag.chat.filters import changed_filters, parse_pairs
from rag.chat.history import QuestionHistory, history_file, read_questions
from rag.errors import UsageError
from rag.types import Filters

XINJIANG = "What did Pakistan say about Xinjiang?"


def test_every_command_is_in_the_help(talk):
    told = talk(live=False).say("/help")
    assert all(f"/{name}" in told for name in COMMANDS)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("srcs", "/sources"),
        ("sorces", "/sources"),
        ("quite", "/quit"),
        ("modle", "/model"),
        ("resumee", "/resume"),
    ],
)
def test_a_mistyped_command_names_the_near_one(talk, typed, near):
    with pytest.raises(UsageError) as caught:
        talk().say(f"/{typed}")
    assert near in caught.value.hint


def test_a_beginning_that_only_one_command_has_is_enough():
    assert find_command("und") is COMMANDS["undo"]
    with pytest.raises(UsageError, match="There is no command /s"):
        find_command("s")


def test_sources_shows_the_last_answers_places_and_one_of_them_with_its_title(talk):
    one = talk(live=False)
    one.say(XINJIANG)
    assert one.say("/sources").count("a.txt") == 2
    told = one.say("/sources 2")
    assert "[2]" in told
    assert "[1]" not in told
    assert "“A call”" in told
    with pytest.raises(UsageError) as caught:
        one.say("/sources 7")
    assert caught.value.hint == "There are 1, 2."


def test_open_shows_the_place_in_its_document(talk):
    one = talk(plain=True)
    one.say(XINJIANG)
    told = one.say("/open 2")
    assert "The place: " in told
    assert told.index("Before: Prime Minister") < told.index("The place:")


def test_open_finds_the_quote_where_it_now_stands(talk, workspace):
    one = talk(plain=True)
    one.say(XINJIANG)
    path = workspace.documents / "a.txt"
    path.write_text("Corrected.\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    one.conversation.engine.refresh()
    told = one.say("/open 1")
    assert "the quote stands elsewhere in it now" in told
    assert "The place: Prime Minister Imran Khan said" in told


def test_open_takes_a_documents_name_and_a_span(talk):
    assert "The place: Xi Jinping" in talk(plain=True).say("/open b.txt:0-10")
    assert "would be a public good." in talk(plain=True).say("/open b.txt")


def test_filters_restrict_the_search_until_they_are_taken_away(talk):
    one = talk(live=False)
    assert "Only: document b.txt" in one.say("/filter document b.txt")
    assert "Not in the documents." in one.say("What about Hong Kong and Taiwan?")
    assert "All documents are searched." in one.say("/filter off")
    assert "a.txt" in one.say("What about Hong Kong and Taiwan?")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("since 2021", Filters(since="2021")),
        ("--since=2021-03 --until 2022", Filters(since="2021-03", until="2022")),
        ("speaker Imran Khan source Xinhua", Filters(speaker="Imran Khan", source="Xinhua")),
        ('speaker "Imran Khan"', Filters(speaker="Imran Khan")),
        ("speaker “Imran Khan”", Filters(speaker="Imran Khan")),
        ("source People's Daily", Filters(source="People's Daily")),
    ],
)
def test_filters_are_read_as_people_write_them(words, expected):
    assert changed_filters(Filters(), words) == expected


def test_one_filter_is_taken_away_and_the_others_stay():
    before = Filters(since="2021", speaker="Xi")
    assert changed_filters(before, "since off") == Filters(speaker="Xi")


@pytest.mark.parametrize("words", ["sincee 2021", "since soon", "speaker", "2021"])
def test_a_filter_that_cannot_be_is_refused_and_helps(words):
    with pytest.raises(UsageError) as caught:
        changed_filters(Filters(), words)
    assert caught.value.hint


def test_words_before_any_key_belong_to_the_key_that_takes_them():
    found = parse_pairs("Imran Khan about the economy", ("by", "about"), rest="by")
    assert found == {"by": "Imran Khan", "about": "the economy"}


def test_said_lists_statements_that_open_takes(talk):
    one = talk(plain=True)
    told = one.say("/said by Pakistan about Xinjiang")
    assert "Source 1: Imran Khan" in told
    assert "Hong Kong" not in told
    assert "The place: Pakistan firmly supports China on Xinjiang" in one.say("/open 1")


def test_said_takes_a_topic_without_a_speaker(talk):
    assert "Hong Kong and Taiwan" in talk(live=False).say("/said Taiwan")


def test_who_lists_speakers_and_how_much_they_say(talk):
    told = talk(live=False).say("/who")
    assert told.splitlines()[0] == "Imran Khan · prime minister, Pakistan · 2 statements"
    assert "Wang Yi" in talk(live=False).say("/who China")
    assert "Nobody called 'Bhutan'" in talk(live=False).say("/who Bhutan")


def test_evidence_switches_the_model_off_and_on(talk):
    one = talk(live=False)
    one.say("/evidence on")
    assert "fake" not in one.say(XINJIANG)
    one.say("/evidence off")
    assert "fake" in one.say(XINJIANG)
    with pytest.raises(UsageError, match="on or off"):
        one.say("/evidence perhaps")


def test_another_model_is_used_from_then_on(talk):
    one = talk(live=False)
    one.say(XINJIANG)
    assert one.say("/model fake:?delay=0") == "The model is fake:?delay=0.\n"
    with pytest.raises(Exception, match="No model is called"):
        one.say("/model gpt")
    assert one.say("/model") == "The model is fake:?delay=0.\n"


def test_save_writes_what_was_said_and_overwrites_only_its_own(talk, tmp_path):
    one = talk()
    assert "nothing to save" in one.say(f"/save {tmp_path / 'x.json'}")
    one.say(XINJIANG)
    target = tmp_path / "x.json"
    one.say(f"/save {target}")
    one.say("and on Hong Kong?")
    one.say(f"/save {target}")
    turns = json.loads(target.read_text(encoding="utf-8"))["turns"]
    assert [t["asked"] for t in turns] == [XINJIANG, "What did Pakistan say about Hong Kong?"]
    theirs = tmp_path / "theirs.md"
    theirs.write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="exists"):
        one.say(f"/save {theirs}")
    assert theirs.read_text(encoding="utf-8") == "mine"
    one.say(f"/save --force {theirs}")
    assert "# " in theirs.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["x.docx", "x", "missing/folder/x.md"])
def test_a_file_that_cannot_be_written_is_said(talk, tmp_path, name):
    one = talk()
    one.say(XINJIANG)
    with pytest.raises(UsageError) as caught:
        one.say(f"/save {tmp_path / name}")
    assert caught.value.hint


def test_resume_takes_up_questions_filters_and_numbers(talk):
    first = talk(name="first", live=False)
    first.say("/filter document a.txt")
    first.say(XINJIANG)
    first.conversation.session.close()
    second = talk(live=False)
    told = second.say("/resume first")
    assert "Going on with `first`: 1 question" in told
    assert "Only: document a.txt" in told
    assert second.say("/sources 1").startswith("[1] Imran Khan")
    assert "→ What did Pakistan say about Hong Kong?" in second.say("and on Hong Kong?")


def test_resume_says_which_documents_have_changed_since(talk, workspace):
    first = talk(name="first", live=False)
    first.say(XINJIANG)
    first.conversation.session.close()
    (workspace.documents / "a.txt").write_text("Something else.\n", encoding="utf-8")
    told = talk(live=False).say("/resume first")
    assert "a.txt has changed since it was cited; 2 of 2 quotes no longer stand in it." in told


def test_forget_deletes_the_record_and_the_questions_for_the_arrow_keys(talk, workspace):
    one = talk(name="secret", live=False)
    history = QuestionHistory(history_file())
    for question in ("kept?", XINJIANG):
        history.store_string(question)
    one.say(XINJIANG)
    one.say("/forget")
    assert list_sessions(workspace) == []
    assert read_questions(history_file()) == ["kept?"]
    assert "→" not in one.say("and on Hong Kong?")


def test_forget_with_a_name_deletes_that_one(talk, workspace):
    talk(name="other").say(XINJIANG)
    one = talk(name="mine")
    one.say(XINJIANG)
    with pytest.raises(UsageError, match="No conversation"):
        one.say("/forget nobody")


def test_sessions_are_listed_with_their_first_question(talk):
    one = talk(name="morning", live=False)
    one.say(XINJIANG)
    assert one.say("/sessions").startswith("morning · ")
    assert XINJIANG in one.say("/sessions")


def test_quit_leaves(talk):
    with pytest.raises(Leave):
        talk().say("/quit")


def test_copy_needs_an_answer_and_a_clipboard(talk, monkeypatch):
    one = talk(live=False)
    assert "no answer to copy" in one.say("/copy")
    one.say(XINJIANG)
    given: list[str] = []
    monkeypatch.setattr(clipboard, "copy", lambda text: given.append(text) or "pbcopy")
    assert "Copied" in one.say("/copy")
    assert given[0].startswith("The documents say")
    assert "“Prime Minister Imran Khan" in given[0]
    monkeypatch.setattr(clipboard, "copy", lambda text: None)
    with pytest.raises(UsageError, match="No clipboard"):
        one.say("/copy")


def test_history_keeps_several_lines_and_backslashes(own_home):
    history = QuestionHistory(history_file())
    asked = ["two\nlines", "a \\n b", "plain"]
    for question in asked:
        history.store_string(question)
    assert read_questions(history_file()) == asked
    assert list(QuestionHistory(history_file()).load_history_strings()) == asked[::-1]
