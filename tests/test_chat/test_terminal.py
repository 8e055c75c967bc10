"""The conversation in a real pseudo-terminal."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.chat import list_sessions
from rag.chat.session import Session

pexpect = pytest.importorskip("pexpect")
if sys.platform == "win32":
    pytest.skip("pseudo-terminals are not to be had on Windows", allow_module_level=True)

PROGRAM = Path(__file__).with_name("program.py")
ROOT = PROGRAM.parents[2]
ESCAPE = re.compile(
    r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][0-9A-B]|[@-Z\\^_=>])"
)
QUESTION = "What did Pakistan say about Xinjiang?"
ANSWERED = r"✓ \d sentences?"


class Terminal:
    """A program at a pseudo-terminal, and all that it wrote."""

    def __init__(self, workspace: Path, arguments: list[str], **given: str) -> None:
        size = (int(given.pop("rows", "40")), int(given.pop("columns", "80")))
        env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        env.update(given)
        # The terminal must not be asked where its cursor is: nobody here answers.
        env.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
        self.child = pexpect.spawn(
            sys.executable,
            [str(PROGRAM), str(workspace), *arguments],
            env=env,
            dimensions=size,
            encoding="utf-8",
            codec_errors="replace",
            timeout=60,
            # A parent that runs in the background ignores Ctrl-C, and its children would too.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        self.seen = ""

    def until(self, pattern: str) -> str:
        """Waits for the pattern; gives what was written before and with it, without controls."""
        self.child.expect(pattern)
        text = self.child.before + self.child.after
        self.seen += text
        return ESCAPE.sub("", text).replace("\r", "")

    def ask(self, line: str) -> None:
        """Types a line."""
        self.child.send(line)
        time.sleep(0.05)
        self.child.send("\r")

    def leave(self) -> int:
        """Ctrl-D, again where it came before the prompt did; the exit status."""
        for _ in range(20):
            time.sleep(0.2)
            self.child.send("\x04")
            if self.child.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=1) == 0:
                break
        else:
            raise AssertionError("Ctrl-D does not leave")
        self.seen += self.child.before
        self.child.close()
        return int(self.child.exitstatus if self.child.exitstatus is not None else -1)


@pytest.fixture
def terminal(workspace) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def start(*arguments: str, **env: str) -> Terminal:
        opened.append(Terminal(workspace.root, list(arguments), **env))
        return opened[-1]

    yield start
    for one in opened:
        one.child.close(force=True)


def test_first_run_question_follow_up_and_leave(terminal):
    one = terminal()
    assert "/help for commands, Ctrl-D leaves" in one.until("›")
    one.ask(QUESTION)
    told = one.until(ANSWERED)
    quote = told.index("“Prime Minister Imran Khan said")
    assert quote < told.index("The documents say of this")
    one.ask("and on Hong Kong?")
    raw_before = len(one.seen)
    told = one.until(ANSWERED)
    assert "→ What did Pakistan say about Hong Kong?  (/undo asks it as typed)" in told
    assert "\x1b[2m→ What did Pakistan say about Hong Kong?" in one.seen[raw_before:]
    assert one.leave() == 0


def test_the_prompt_does_not_wait_for_the_models(terminal):
    one = terminal(CHAT_OPENING="3")
    begun = time.monotonic()
    one.until("›")
    one.ask(QUESTION)
    one.until("Opening the index")
    one.until(ANSWERED)
    assert time.monotonic() - begun >= 3
    assert one.leave() == 0


def test_ctrl_c_stops_the_answer_and_not_the_program(terminal, workspace):
    one = terminal("--session", "stopped", CHAT_DELAY="2")
    one.until("›")
    one.ask(QUESTION)
    one.until("place 1 holds")
    one.child.sendintr()
    one.until("Stopped.")
    one.ask("and on Hong Kong?")
    assert "What did Pakistan say about Hong Kong?" in one.until(ANSWERED)
    assert one.leave() == 0
    kept = Session.resume(workspace, "stopped")
    assert kept.turns[0].answer is None
    assert (
        kept.turns[0].stopped
        == f"The documents say of this, as to “{QUESTION}”, what place 1 holds. [1]"
    )
    assert kept.turns[1].answer is not None
    kept.close()


def test_ctrl_c_at_the_prompt_leaves_neither(terminal):
    one = terminal()
    one.until("›")
    one.child.sendintr()
    one.until("Ctrl-D or /quit leaves.")
    one.ask(QUESTION)
    one.until(ANSWERED)
    assert one.leave() == 0


def test_kill_9_in_an_answer_keeps_the_ones_before_it(terminal, workspace):
    one = terminal("--session", "killed", CHAT_DELAY="0.1")
    one.until("›")
    one.ask(QUESTION)
    one.until(ANSWERED)
    one.ask("and on Hong Kong?")
    one.until("place 1 holds")
    one.child.kill(signal.SIGKILL)
    one.child.wait()
    again = terminal("--session", "killed")
    told = again.until("›")
    assert "Going on with `killed`: 2 questions" in told
    assert "> and on Hong Kong?" in told
    assert "It has no answer: the program ended before." in told
    again.ask("/sources 1")
    assert "“Prime Minister Imran Khan said" in again.until("A call”")
    again.ask("And on Taiwan?")
    assert "→ What did Pakistan say about Taiwan?" in again.until(ANSWERED)
    assert again.leave() == 0
    assert [s.turns for s in list_sessions(workspace)] == [3]


def test_a_changed_document_is_said_when_the_conversation_is_resumed(terminal, workspace):
    one = terminal("--session", "old")
    one.until("›")
    one.ask(QUESTION)
    one.until(ANSWERED)
    one.leave()
    path = workspace.documents / "a.txt"
    path.write_text("Corrected.\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    again = terminal("--session", "old")
    told = again.until("still stand")
    assert "a.txt has changed since it was cited; all 2 quotes still stand" in told
    assert again.leave() == 0


def test_an_error_is_a_line_and_the_next_question_is_answered(terminal, workspace):
    one = terminal(CHAT_NO_INDEX="1")
    one.until("›")
    one.ask(QUESTION)
    assert "Nothing has been indexed in seeds yet." in one.until("Run: rag index")
    one.ask("/help")
    one.until("/quit")
    assert one.leave() == 0


@pytest.mark.parametrize("columns", ["40", "80"])
def test_without_colour_nothing_is_coloured(terminal, columns):
    one = terminal(NO_COLOR="1", columns=columns)
    one.until("›")
    one.ask(QUESTION)
    one.until(ANSWERED)
    one.leave()
    coloured = re.findall(
        r"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m", one.seen
    )
    assert [c for c in coloured if c not in {"\x1b[39m", "\x1b[49m", "\x1b[39;49m"}] == []


def test_a_dumb_terminal_gets_text_and_nothing_else(terminal):
    one = terminal(TERM="dumb")
    one.until("Question: ")
    one.ask(QUESTION)
    told = one.until(ANSWERED)
    assert "Source 1: Imran Khan (Pakistan)" in told
    one.ask("/sources 1")
    one.until("A call")
    one.until("Question: ")
    assert one.leave() == 0
    assert "\x1b" not in one.seen


def test_plain_has_no_moving_line_and_no_colour(terminal):
    one = terminal("--plain", CHAT_DELAY="0.05")
    one.until("Question: ")
    one.ask(QUESTION)
    one.until(ANSWERED)
    one.until("Question: ")
    assert one.leave() == 0
    assert not re.search(r"\x1b\[[0-9;]*[mABCDHJK]", one.seen)
    assert not re.search("[⠁-⣿─-╿]", one.seen)


def test_several_lines_are_one_question(terminal, workspace):
    one = terminal("--session", "lines")
    one.until("›")
    one.child.send("What did Pakistan say")
    one.child.send("\x1b\r")
    one.ask("about Xinjiang?")
    one.until(ANSWERED)
    one.leave()
    kept = Session.resume(workspace, "lines")
    assert kept.turns[0].typed == "What did Pakistan say\nabout Xinjiang?"
    kept.close()


def test_earlier_questions_come_back_with_the_arrow_key_in_another_conversation(terminal):
    one = terminal()
    one.until("›")
    one.ask(QUESTION)
    one.until(ANSWERED)
    one.leave()
    again = terminal()
    again.until("›")
    again.child.send("\x1b[A")
    again.until(re.escape("Xinjiang?"))
    again.child.send("\r")
    again.until(ANSWERED)
    assert again.leave() == 0


def test_tab_completes_commands_and_document_names(terminal):
    one = terminal(RAG_PAGER="cat")
    one.until("›")
    one.ask(QUESTION)  # the index is open from here on
    one.until(ANSWERED)
    one.until("›")
    one.child.send("/sou")
    one.until("sources")  # in the menu
    one.child.send("\t")
    one.until("rces")
    one.child.send("\r")
    one.until(re.escape("[2]"))
    one.until("›")
    one.child.send("/open b.")
    one.until(re.escape("b.txt"))
    one.child.send("\t")
    one.until("txt")
    one.child.send("\r")
    one.until("public good")
    assert one.leave() == 0


def test_the_pager_opens_at_the_place(terminal, workspace, tmp_path):
    filler = "".join(f"Line {n} of nothing.\n" for n in range(200))
    path = workspace.documents / "a.txt"
    path.write_text(filler + path.read_text(encoding="utf-8") + filler, encoding="utf-8")
    pager = tmp_path / "less"
    pager.write_text('#!/bin/sh\necho "arguments: $*"\ngrep -c "of nothing"\n', encoding="utf-8")
    pager.chmod(0o755)
    one = terminal(RAG_PAGER=str(pager))
    one.until("›")
    one.ask(QUESTION)
    one.until(ANSWERED)
    one.ask("/open 1")
    told = one.until(r"arguments: -R \+(\d+)")
    line = int(one.child.match.group(1))
    assert 195 <= line <= 202
    assert "400" in one.until("400")
    assert told
    assert one.leave() == 0


def test_hostile_documents_cannot_move_the_terminal(terminal, workspace):
    hostile = "Xinjiang\x1b]0;owned\x07 \x1b[2J\x1b[31m is \x9b5m mentioned.\n"
    (workspace.documents / "evil.txt").write_text(hostile, encoding="utf-8")
    one = terminal()
    one.until("›")
    one.ask("Is Xinjiang mentioned?")
    one.until(ANSWERED)
    one.leave()
    assert "owned" in one.seen
    assert "\x1b]0;owned" not in one.seen
    assert "\x9b" not in one.seen
    answered = one.seen[one.seen.index("owned") :]
    assert "\x1b[2J" not in answered


def test_output_to_a_file_holds_answers_only(workspace, tmp_path):
    target = tmp_path / "answers.txt"
    command = f"{sys.executable} {PROGRAM} {workspace.root} > {target}"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    child = pexpect.spawn("/bin/sh", ["-c", command], env=env, encoding="utf-8", timeout=20)
    child.expect("> ")
    child.sendline(QUESTION)
    child.expect("✓")
    child.sendeof()
    child.expect(pexpect.EOF)
    written = target.read_text(encoding="utf-8")
    assert written.startswith("[1] Imran Khan (Pakistan)")
    assert "\x1b" not in written


def test_leaving_while_models_load_takes_no_time_and_is_no_crash(terminal):
    one = terminal(CHAT_OPENING="500")
    one.until("›")
    assert one.leave() == 0


def test_what_is_typed_during_an_answer_waits_for_the_prompt(terminal):
    one = terminal(CHAT_DELAY="0.3")
    one.until("›")
    one.ask(QUESTION)
    one.until("Writing")
    one.ask("and on Hong Kong?")
    told = one.until(ANSWERED)
    assert "and on Hong Kong?" not in told
    assert "→ What did Pakistan say about Hong Kong?" in one.until(ANSWERED)
    assert one.leave() == 0


def test_greetings_are_not_looked_up_and_exit_leaves(terminal, workspace):
    one = terminal("--session", "polite")
    one.until("›")
    one.ask("hello")
    one.until("Ask what the documents say")
    one.until("›")
    one.ask(QUESTION)
    one.until(ANSWERED)
    one.until("›")
    one.ask("exit")
    one.child.expect(pexpect.EOF)
    one.child.close()
    assert one.child.exitstatus == 0
    kept = Session.resume(workspace, "polite")
    assert [turn.typed for turn in kept.turns] == [QUESTION]
    kept.close()


@pytest.mark.parametrize("columns", [40, 80])
def test_wide_and_right_to_left_text_keeps_within_the_terminal(terminal, workspace, columns):
    from rich.cells import cell_len

    wide = "新疆 Xinjiang 是中国的核心利益，巴基斯坦总理在电话中说，他们坚定支持中国的立场。\n"
    arabic = "Xinjiang وقال رئيس الوزراء إن باكستان تدعم الصين في جميع القضايا الأساسية.\n"
    (workspace.documents / "a.txt").write_text(wide + arabic, encoding="utf-8")
    one = terminal(columns=str(columns), NO_COLOR="1")
    one.until("›")
    one.ask("What about Xinjiang 新疆?")
    one.until(ANSWERED)
    one.leave()
    shown = ESCAPE.sub("", one.seen)
    assert "核心利益" in shown.replace("\n", "").replace("\r", "").replace(" ", "")
    assert "باكستان" in shown
    answer = shown[shown.rindex("[1] Imran Khan") :].replace("\r", "").split("\n")
    assert max(cell_len(line) for line in answer if "›" not in line) <= columns
