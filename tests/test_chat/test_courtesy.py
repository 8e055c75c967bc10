"""Lines that are no questions are not looked up, and questions are never taken for them."""

from __future__ import annotations

import pytest

from rag.chat.courtesy import as_command, reply_to


@pytest.mark.parametrize(
    "line",
    "hello|Hi!|hey there|Good morning|thanks|Thank you very much!|ok, thanks|great|OK|"
    "thanks a lot|ok thank you so much".split("|"),
)
def test_a_greeting_and_thanks_are_no_questions(line):
    assert reply_to(line)


@pytest.mark.parametrize(
    "line",
    [
        "who thanked China?",
        "thanks for what?",
        "hello world program?",
        "good relations with China?",
        "ok, and Iraq?",
        "great powers",
        "Xinjiang",
        "and Iran?",
        "that",
        "then",
        "all",
        "",
    ],
)
def test_a_question_is_no_greeting(line):
    assert reply_to(line) is None
    assert as_command(line) is None


def test_words_that_leave_other_prompts_leave_this_one():
    assert {as_command(w) for w in ("exit", "Quit", "bye!", ":q")} == {"/quit"}
    assert {as_command(w) for w in ("help", "?")} == {"/help"}
