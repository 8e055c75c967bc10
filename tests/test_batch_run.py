"""A whole batch in one process, with an assistant that does what the test says."""

import json
import os
import signal
import threading
import time
from collections import Counter

import pytest

from rag.batch import Patience, Price, run_batch
from rag.batch.crew import Crew
from rag.batch.pace import Pace, usable_wait
from rag.errors import (
    IndexLocked,
    ModelRefused,
    ModelUnavailable,
    RagError,
    RateLimited,
    UnknownModel,
    UsageError,
)
from rag.types import (
    Answer,
    Drafting,
    Evidence,
    Filters,
    Finished,
    Found,
    NotFound,
    Query,
    Timing,
    Usage,
)

QUICK = Patience(first_wait=0.001, longest_wait=0.002, quota_wait=5.0)


class Scripted:
    """Answers with an echo of the question; `script` maps a question to what happens first."""

    def __init__(self, script=None, *, delay=0.0, model="fake", usage=None, places=None):
        self.identity = {"model": model, "index": "i1", "prompts": "p1", "settings": "s1"}
        self.script = {question: list(events) for question, events in (script or {}).items()}
        self.asked = []
        self.at_once = 0
        self.most_at_once = 0
        self.closed = False
        self._delay = delay
        self._usage = usage or Usage(prompt_tokens=90, completion_tokens=10)
        self._places = places or {}
        self._lock = threading.Lock()

    def stream(self, question, *, id, filters, evidence_only):
        with self._lock:
            self.asked.append((question, filters, evidence_only))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            event = (self.script.get(question) or [None]).pop(0)
            if callable(event):
                event = event()
            if isinstance(event, BaseException):
                raise event
            end = time.monotonic() + self._delay
            yield Drafting(tokens=1)
            while time.monotonic() < end:
                time.sleep(0.001)
                yield Drafting(tokens=1)
            yield Finished(answer=event or self.echo(question, id))
        finally:
            with self._lock:
                self.at_once -= 1

    def echo(self, question, id):
        return Answer(
            id=id,
            question=question,
            status="answered",
            answer=f"Echo of {question}",
            model=self.identity["model"],
            usage=self._usage,
            timing=Timing(total_ms=time.monotonic_ns() % 1000),
        )

    def search(self, question, *, filters):
        place = self._places.get(question)
        found = [Evidence(document=place, start=0, end=1, quote="x", score=1.0)] if place else []
        return Found(
            query=Query(text=question, standalone=question), hits=(), evidence=tuple(found)
        )

    def close(self):
        self.closed = True

    @property
    def questions(self):
        return [question for question, _, _ in self.asked]


class Bench:
    """A folder with a question file, and the runs over it."""

    def __init__(self, folder):
        self.folder = folder
        self.output = folder / "a.jsonl"
        self.told = []

    def ask(self, *questions, name="q.txt"):
        self.path = self.folder / name
        self.path.write_text("\n".join(questions), encoding="utf-8")
        return self

    def run(self, assistant, output="a.jsonl", **options):
        self.told = []
        self.output = self.folder / output
        options = {"patience": QUICK, "seed": 1, "notify": self.told.append, **options}
        return run_batch(self.path, self.output, assistant, **options)

    @property
    def records(self):
        lines = self.output.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    @property
    def heard(self):
        return "\n".join(self.told)


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


def failed(question, id, error):
    return Answer(id=id, question=question, status="failed", error=error.to_dict())


# Plain runs


def test_every_question_is_answered_once_in_the_order_of_the_file(bench):
    questions = [f"Question {n}?" for n in range(20)]
    bench.ask(*questions)
    assistant = Scripted(delay=0.002)
    summary = bench.run(assistant, workers=4)
    assert [record["question"] for record in bench.records] == questions
    assert all(r["answer"] == f"Echo of {r['question']}" for r in bench.records)
    assert Counter(assistant.questions) == Counter(questions)
    assert 1 < assistant.most_at_once <= 4
    assert (summary.exit_status, summary.digest.answered, summary.left) == (0, 20, 0)


def test_bad_lines_are_named_and_end_with_status_3(bench):
    bench.ask("id,question", "a,One?", "a,Two?", name="q.csv")
    summary = bench.run(Scripted())
    assert summary.exit_status == 3
    assert "q.csv line 3: id 'a' is already used on line 2." in bench.told


def test_filters_of_the_run_hold_where_a_question_has_none_of_its_own(bench):
    bench.ask("question,speaker", "One?,Khan", "Two?,", name="q.csv")
    assistant = Scripted()
    bench.run(assistant, filters=Filters(speaker="Xi", since="2020"), evidence_only=True)
    assert assistant.asked == [
        ("One?", Filters(speaker="Khan", since="2020"), True),
        ("Two?", Filters(speaker="Xi", since="2020"), True),
    ]


@pytest.mark.parametrize(
    "options",
    [{"workers": 0}, {"rpm": -1}, {"timeout": 0}, {"max_cost": 0}, {"max_tokens": -5}],
)
def test_options_that_make_no_sense_are_refused(bench, options):
    bench.ask("One?")
    with pytest.raises(UsageError, match="cannot be"):
        bench.run(Scripted(), **options)


@pytest.mark.parametrize("output", ["q.txt.jsonl/x.jsonl", "a.pdf", "q.jsonl"])
def test_outputs_that_cannot_be_written_are_refused_before_anything_is_asked(bench, output):
    bench.ask('{"question": "One?"}', name="q.jsonl")
    assistant = Scripted()
    with pytest.raises(UsageError):
        bench.run(assistant, output=output)
    assert not assistant.asked


# Going on


def test_a_second_run_asks_nothing_and_changes_no_byte(bench):
    bench.ask("One?", "Two?")
    bench.run(Scripted())
    before = bench.output.read_bytes()
    assistant = Scripted()
    summary = bench.run(assistant)
    assert not assistant.asked
    assert bench.output.read_bytes() == before
    assert (summary.kept, summary.asked, summary.exit_status) == (2, 0, 0)
    assert "2 answers kept from before." in bench.told


@pytest.mark.parametrize("part", ["model", "index", "prompts", "settings"])
def test_answers_are_made_again_when_what_they_rest_on_changed_and_it_says_so(bench, part):
    bench.ask("One?", "Two?")
    bench.run(Scripted())
    before = bench.output.read_bytes()
    assistant = Scripted()
    assistant.identity[part] = "another"
    summary = bench.run(assistant)
    assert assistant.questions == ["One?", "Two?"]
    assert set(summary.redone.values()) == {part}
    assert f"2 answers made again, for the {part} changed: " in bench.heard
    assert bench.output.with_name("a.jsonl.bak-1").read_bytes().startswith(before)
    assert "a.jsonl.bak-1" in bench.heard


def test_an_edited_question_is_asked_again_and_the_others_are_kept(bench):
    bench.ask("id,question", "a,One?", "b,Two?", name="q.csv")
    bench.run(Scripted())
    bench.ask("id,question", "a,One?", "b,Two and more?", name="q.csv")
    assistant = Scripted()
    summary = bench.run(assistant)
    assert assistant.questions == ["Two and more?"]
    assert summary.redone == {"b": "question"}


def test_evidence_only_answers_survive_a_change_of_model_and_full_ones_do_not_pass_for_them(bench):
    bench.ask("One?")
    bench.run(Scripted(), evidence_only=True)
    other = Scripted(model="other")
    bench.run(other, evidence_only=True)
    assert not other.asked
    bench.run(other)
    assert other.questions == ["One?"]


def test_failures_are_tried_again(bench):
    bench.ask("One?", "Two?")
    summary = bench.run(Scripted({"One?": [ModelRefused("no key", hint="set it")]}))
    assert summary.exit_status == 3
    assert bench.records[0]["error"] == {
        "type": "ModelRefused",
        "message": "no key",
        "hint": "set it",
    }
    assistant = Scripted()
    summary = bench.run(assistant)
    assert assistant.questions == ["One?"]
    assert "1 failure tried again: " in bench.heard
    assert summary.exit_status == 0
    assert [record["status"] for record in bench.records] == ["answered", "answered"]


def test_a_question_that_moved_to_another_line_is_not_asked_again(bench):
    bench.ask("One?", "Two?")
    bench.run(Scripted())
    bench.ask("Zero?", "One?", "Two?")
    assistant = Scripted()
    summary = bench.run(assistant)
    assert assistant.questions == ["Zero?"]
    assert [record["question"] for record in bench.records] == ["Zero?", "One?", "Two?"]
    assert summary.digest.tokens == 300


def test_ids_that_trade_their_questions_trade_their_answers(bench):
    bench.ask("id,question", "a,One?", "b,Two?", name="q.csv")
    bench.run(Scripted())
    bench.ask("id,question", "a,Two?", "b,One?", name="q.csv")
    assistant = Scripted()
    bench.run(assistant)
    assert not assistant.asked
    assert [(r["id"], r["answer"]) for r in bench.records] == [
        ("a", "Echo of Two?"),
        ("b", "Echo of One?"),
    ]


def test_the_same_question_twice_is_asked_once_and_paid_once(bench):
    bench.ask("id,question", "a,One?", "b,Two?", "c,One?", name="q.csv")
    assistant = Scripted()
    summary = bench.run(assistant, workers=3)
    assert Counter(assistant.questions) == {"One?": 1, "Two?": 1}
    assert [record["id"] for record in bench.records] == ["a", "b", "c"]
    assert bench.records[2]["same_as"] == "a"
    assert summary.digest.tokens == 200


def test_another_question_file_over_an_output_loses_no_answer(bench):
    bench.ask("One?")
    bench.run(Scripted())
    before = bench.output.read_bytes()
    bench.ask("Other?")
    bench.run(Scripted())
    assert [record["question"] for record in bench.records] == ["Other?"]
    assert bench.output.with_name("a.jsonl.bak-1").read_bytes().startswith(before)


@pytest.mark.parametrize("output", ["a.jsonl", "a.csv"])
def test_restart_begins_anew_and_moves_the_old_aside(bench, output):
    bench.ask("One?")
    bench.run(Scripted(), output=output)
    before = bench.output.read_bytes()
    assistant = Scripted()
    bench.run(assistant, output=output, restart=True)
    assert assistant.questions == ["One?"]
    assert bench.output.with_name(f"{output}.bak-1").read_bytes() == before
    assert f"moved to {bench.output}.bak-1" in bench.heard


def test_a_table_that_no_journal_stands_behind_is_moved_aside(bench):
    bench.ask("One?")
    (bench.folder / "a.csv").write_text("precious", encoding="utf-8")
    bench.run(Scripted(), output="a.csv")
    assert (bench.folder / "a.csv.bak-1").read_text(encoding="utf-8") == "precious"


def test_a_torn_last_line_is_redone(bench):
    bench.ask("One?", "Two?")
    bench.run(Scripted())
    whole = bench.output.read_bytes()
    bench.output.write_bytes(whole[:-30])
    assistant = Scripted()
    bench.run(assistant)
    assert assistant.questions == ["Two?"]
    assert "half-written" in bench.heard


def test_two_runs_on_one_output_do_not_mix(bench):
    bench.ask("One?")
    second = []

    def meanwhile():
        try:
            bench.run(Scripted())
        except IndexLocked as exc:
            second.append(exc)

    bench.run(Scripted({"One?": [meanwhile]}))
    assert str(os.getpid()) in second[0].message


# Models that fail


def test_passing_failures_are_tried_again_and_lasting_ones_are_not(bench):
    bench.ask("Shaky?", "Refused?", "Down?")
    assistant = Scripted(
        {
            "Shaky?": [ModelUnavailable("500"), ModelUnavailable("500")],
            "Refused?": [ModelRefused("too long")],
            "Down?": [ModelUnavailable("down")] * 9,
        }
    )
    summary = bench.run(assistant)
    assert Counter(assistant.questions) == {"Shaky?": 3, "Refused?": 1, "Down?": 5}
    assert [record["status"] for record in bench.records] == ["answered", "failed", "failed"]
    assert [failure.message for failure in summary.digest.failed] == ["too long", "down"]


def test_a_failed_answer_is_tried_again_like_a_raised_error(bench):
    bench.ask("id,question", "a,One?", name="q.csv")
    limited = failed("One?", "a", RateLimited("slowly", retry_after=0.01))
    assistant = Scripted({"One?": [limited, failed("One?", "a", ModelUnavailable("500"))]})
    assert bench.run(assistant).exit_status == 0
    assert len(assistant.asked) == 3


def test_waiting_for_quota_is_no_failure_and_holds_the_others_back(bench):
    bench.ask("One?", "Two?", "Three?")
    times = []

    def limited():
        times.append(time.monotonic())
        return RateLimited("slowly", retry_after=0.15)

    assistant = Scripted({"One?": [limited] * 2})
    summary = bench.run(assistant, patience=Patience(attempts=1, first_wait=0.001))
    assert summary.exit_status == 0
    assert assistant.questions == ["One?", "One?", "One?", "Two?", "Three?"]
    assert times[1] - times[0] >= 0.15


def test_a_question_that_is_always_refused_lets_the_others_go_first(bench):
    bench.ask("Huge?", "Two?", "Three?")
    assistant = Scripted({"Huge?": [RateLimited("too many tokens")] * 10_000})
    summary = bench.run(
        assistant, patience=Patience(first_wait=0.001, longest_wait=0.01, quota_wait=0.3)
    )
    assert [record["question"] for record in bench.records] == ["Huge?", "Two?", "Three?"]
    assert [failure.message for failure in summary.digest.failed] == ["too many tokens"]
    assert assistant.questions.index("Two?") < 6


def test_a_provider_that_asks_to_wait_too_long_stops_the_run_and_says_so(bench):
    bench.ask("One?", "Two?", "Three?")
    assistant = Scripted({"Two?": [RateLimited("come tomorrow", retry_after=86_400)]})
    summary = bench.run(assistant)
    assert summary.exit_status == 3
    assert (summary.digest.answered, len(summary.digest.failed), summary.left) == (1, 1, 1)
    assert "24 h" in summary.stopped


def away(calls):
    """A network that is away for so many calls."""
    left = [calls]

    def event():
        left[0] -= 1
        return ModelUnavailable("connection refused") if left[0] >= 0 else None

    return event


@pytest.mark.parametrize("workers", [1, 4])
def test_an_outage_in_the_middle_costs_no_question(bench, workers):
    questions = [f"Question {n}?" for n in range(30)]
    bench.ask(*questions)
    outage = away(60)
    assistant = Scripted({question: [outage] * 99 for question in questions[5:]})
    summary = bench.run(assistant, workers=workers)
    assert summary.left == 0
    # The first few may use up their tries before it is plain that nothing gets through.
    assert len(summary.digest.failed) <= max(2, workers)
    assert len(assistant.asked) > 30 + 40


def test_an_outage_that_does_not_end_fails_every_question_with_its_reason(bench):
    questions = [f"Question {n}?" for n in range(8)]
    bench.ask(*questions)
    outage = away(10**9)
    assistant = Scripted({question: [outage] * 9999 for question in questions[1:]})
    patience = Patience(first_wait=0.001, longest_wait=0.002, outage_wait=0.1)
    summary = bench.run(assistant, patience=patience)
    assert (summary.digest.answered, len(summary.digest.failed), summary.left) == (1, 7, 0)


def test_a_question_that_always_fails_at_the_end_does_not_look_like_an_outage(bench):
    bench.ask("One?", "Two?", "Down?")
    assistant = Scripted({"Down?": [ModelUnavailable("down")] * 99})
    bench.run(assistant)
    assert Counter(assistant.questions)["Down?"] == 5


def test_a_defect_fails_its_question_and_no_other(bench, caplog):
    bench.ask("One?", "Two?")
    summary = bench.run(Scripted({"One?": [ZeroDivisionError("oops")]}))
    assert [failure.type for failure in summary.digest.failed] == ["ZeroDivisionError"]
    assert summary.digest.answered == 1
    assert "question q0001" in caplog.text


def test_an_answer_to_another_question_is_never_recorded(bench):
    bench.ask("One?", "Two?")
    stray = Answer(id="q0002-x", question="Two?", status="answered", answer="Echo of Two?")
    summary = bench.run(Scripted({"One?": [stray]}))
    assert bench.records[0]["status"] == "failed"
    assert bench.records[0]["answer"] == ""
    assert len(summary.digest.failed) == 1


def test_an_answer_that_cannot_be_stored_costs_itself_only(bench):
    bench.ask("id,question", "a,One?", "b,Two?", name="q.csv")
    odd = Answer(id="a", question="One?", status="answered", query={"what": object()})
    summary = bench.run(Scripted({"One?": [odd]}))
    assert [failure.type for failure in summary.digest.failed] == ["TypeError"]
    assert summary.digest.answered == 1


# Time


def test_a_hanging_call_fails_its_question_in_time_and_the_rest_go_on(bench):
    bench.ask("Hangs?", "Two?")
    released = threading.Event()

    def hang():
        released.wait(10)

    began = time.monotonic()
    summary = bench.run(Scripted({"Hangs?": [hang]}), timeout=0.2)
    released.set()
    assert time.monotonic() - began < 5
    assert [record["status"] for record in bench.records] == ["failed", "answered"]
    assert "No answer within" in summary.digest.failed[0].message
    assert summary.abandoned == 1


def test_a_slow_stream_is_left_between_two_events(bench):
    bench.ask("One?")
    assistant = Scripted(delay=30)
    bench.run(assistant, timeout=0.1)
    deadline = time.monotonic() + 5
    while assistant.at_once and time.monotonic() < deadline:
        time.sleep(0.01)
    assert assistant.at_once == 0


def test_the_local_model_takes_one_call_at_a_time_even_after_one_was_given_up(bench):
    bench.ask("Hangs?", "Two?", "Three?")
    released = threading.Event()
    assistant = Scripted({"Hangs?": [lambda: released.wait(0.5) and None]}, model="local:x")
    summary = bench.run(assistant, workers=4, timeout=0.1)
    assert assistant.most_at_once == 1
    assert summary.digest.answered + len(summary.digest.failed) == 3
    assert "one question at a time" in bench.heard


def test_a_question_that_meets_a_busy_local_model_is_told_why_it_failed():
    crew = Crew(Scripted(model="local:x"))
    with (
        crew.lend(None, patience=1),
        pytest.raises(ModelUnavailable, match="still busy"),
        crew.lend(None, patience=0.01),
    ):
        pass


def test_questions_to_the_local_model_go_by_document_and_come_out_in_order(bench):
    questions = ["A1?", "B1?", "A2?", "B2?", "none?"]
    bench.ask(*questions)
    places = {"A1?": "a.txt", "A2?": "a.txt", "B1?": "b.txt", "B2?": "b.txt"}
    assistant = Scripted(model="local:x", places=places)
    bench.run(assistant)
    assert assistant.questions == ["none?", "A1?", "A2?", "B1?", "B2?"]
    assert [record["question"] for record in bench.records] == questions


def test_a_rate_limit_spaces_the_calls(bench):
    bench.ask("One?", "Two?", "Three?")
    began = time.monotonic()
    bench.run(Scripted(), rpm=600, workers=3)
    assert time.monotonic() - began >= 0.2


def test_the_pace_follows_the_monotonic_clock_alone():
    pace = Pace(60)
    assert pace.delay(100.0) == 0
    pace.start(100.0)
    assert pace.delay(100.25) == pytest.approx(0.75)
    assert pace.delay(101.0) == 0
    assert Pace(None).delay(0.0) == 0


def test_a_clock_set_back_during_the_run_does_no_harm(bench, monkeypatch):
    bench.ask(*[f"Question {n}?" for n in range(10)])
    now = [2_000_000_000.0]

    def falling():
        now[0] -= 3600
        return now[0]

    monkeypatch.setattr(time, "time", falling)
    assistant = Scripted({"Question 3?": [RateLimited("slowly", retry_after=0.05)]})
    summary = bench.run(assistant, workers=2, rpm=6000, timeout=5)
    assert summary.exit_status == 0
    assert 0 <= summary.seconds < 5


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("1.5", 1.5), (2, 2.0), (-3, 0.0), (None, None), ("soon", None), ("nan", None), ("inf", None)],
)
def test_a_wait_that_makes_no_sense_is_not_waited(value, seconds):
    assert usable_wait(value) == seconds


# Budget


def test_a_token_budget_stops_before_it_is_passed_and_a_larger_one_goes_on(bench):
    bench.ask(*[f"Question {n}?" for n in range(10)])
    summary = bench.run(Scripted(), max_tokens=350, workers=4)
    assert summary.digest.tokens == 300
    assert (summary.left, summary.exit_status) == (7, 3)
    assert "350 tokens" in summary.stopped
    assistant = Scripted()
    summary = bench.run(assistant, max_tokens=350)
    assert not assistant.asked and summary.left == 7
    summary = bench.run(Scripted(), max_tokens=1000)
    assert (summary.exit_status, summary.digest.tokens) == (0, 1000)


def test_a_cost_budget_stops_before_it_is_passed(bench):
    bench.ask(*[f"Question {n}?" for n in range(10)])
    usage = Usage(prompt_tokens=90, completion_tokens=10, cost_usd=0.01)
    summary = bench.run(Scripted(usage=usage), max_cost=0.055, workers=3)
    assert summary.digest.cost_usd == pytest.approx(0.05)
    assert "$" in summary.stopped


def test_a_cost_budget_without_a_price_stops_rather_than_spends(bench):
    bench.ask("One?", "Two?", "Three?")
    summary = bench.run(Scripted(), max_cost=1.0)
    assert (summary.digest.answered, summary.left) == (1, 2)
    assert "No price" in summary.stopped


def test_a_price_gives_answers_their_cost_and_the_budget_its_measure(bench):
    bench.ask(*[f"Question {n}?" for n in range(10)])
    price = Price.parse("100/1000")  # 90 and 10 tokens: 0.019 dollars a question
    summary = bench.run(Scripted(), price=price, max_cost=0.06)
    assert summary.digest.cost_usd == pytest.approx(0.057)
    assert [record["usage"]["cost_usd"] for record in bench.records] == [pytest.approx(0.019)] * 3
    assert summary.left == 7
    # 700 and 150 tokens are assumed until an answer tells.
    assert "about 8,500 tokens, $2.20, taking 850 for each" in bench.heard


def test_a_price_does_not_make_the_local_model_cost_anything(bench):
    bench.ask("One?", "Two?")
    summary = bench.run(Scripted(model="local:x"), price=Price.parse("1/1"), max_cost=0.000001)
    assert (summary.exit_status, summary.digest.cost_usd) == (0, None)


@pytest.mark.parametrize("text", ["1", "1/2/3", "a/b", "-1/2", "nan/1", ""])
def test_a_price_that_cannot_be_read_is_refused(text):
    with pytest.raises(UsageError, match="--price"):
        Price.parse(text)


def test_the_estimate_comes_before_the_first_question(bench):
    bench.ask("One?", "Two?")
    bench.run(Scripted())
    assert "2 questions to ask: about 1,700 tokens" in bench.heard
    bench.ask("One?", "Two?", "Three?")
    bench.run(Scripted())
    assert "1 question to ask: about 100 tokens, judging by the answers so far." in bench.told


# Stopping


def strike():
    """Ctrl-C, in the middle of a call."""
    os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_finishes_what_is_under_way_keeps_it_and_the_next_run_goes_on(bench):
    bench.ask("One?", "Two?", "Three?")
    before = signal.getsignal(signal.SIGINT)
    summary = bench.run(Scripted({"Two?": [strike]}, delay=0.02))
    assert signal.getsignal(signal.SIGINT) is before
    assert (summary.exit_status, summary.left) == (130, 1)
    assert [record["question"] for record in bench.records] == ["One?", "Two?"]
    assert "Ctrl-C again" in bench.heard
    assert any("go on" in line for line in summary.lines())
    assistant = Scripted()
    assert bench.run(assistant).exit_status == 0
    assert assistant.questions == ["Three?"]


def test_a_second_ctrl_c_leaves_off_at_once(bench):
    bench.ask("One?", "Two?", "Three?")
    released = threading.Event()

    def hang():
        strike()
        time.sleep(0.1)
        strike()
        released.wait(10)

    began = time.monotonic()
    summary = bench.run(Scripted({"Two?": [hang]}))
    assert time.monotonic() - began < 5
    released.set()
    assert (summary.exit_status, summary.left, summary.abandoned) == (130, 2, 1)
    assert [record["question"] for record in bench.records] == ["One?"]


def test_a_table_of_an_interrupted_run_says_what_is_missing(bench):
    bench.ask("One?", "Two?", "Three?")
    bench.run(Scripted({"One?": [strike]}, delay=0.02), output="a.csv")
    assert bench.output.read_text(encoding="utf-8").count("Echo") == 1
    assert "so far; the rest is missing from a.csv" in bench.heard
    assert ".a.csv.journal.jsonl" in bench.heard


# The workspace changes


def test_an_index_rebuilt_during_the_run_is_noticed_and_the_older_answers_are_redone(bench):
    bench.ask("One?", "Two?", "Three?")
    assistant = Scripted()

    def rebuilt():
        assistant.identity = {**assistant.identity, "index": "i2"}

    assistant.script["Two?"] = [rebuilt]
    summary = bench.run(assistant)
    assert "The index changed during the run" in bench.heard
    assert summary.outdated == 2
    again = Scripted()
    again.identity = assistant.identity
    summary = bench.run(again)
    assert again.questions == ["One?", "Two?"]
    assert set(summary.redone.values()) == {"index"}


def test_an_index_rebuilt_under_an_open_assistant_is_noticed_at_the_end(bench):
    bench.ask("One?", "Two?")

    def opener(model):
        later = Scripted()
        later.identity["index"] = "i2"
        return later

    summary = bench.run(Scripted(), opener=opener)
    assert summary.outdated == 2
    assert any("run the same command to renew" in line for line in summary.lines())


def test_a_removed_output_folder_ends_the_run_and_keeps_the_answers(bench):
    (bench.folder / "out").mkdir()
    bench.ask("One?", "Two?", "Three?")

    def remove():
        for path in (bench.folder / "out").iterdir():
            path.unlink()
        (bench.folder / "out").rmdir()

    with pytest.raises(RagError, match="removed") as caught:
        bench.run(Scripted({"Two?": [remove]}), output="out/a.jsonl")
    assert caught.value.exit_status == 2
    assert [record["question"] for record in bench.records] == ["One?", "Two?"]


# Several models


def test_each_question_goes_to_its_own_model_and_each_call_has_its_own_assistant(bench):
    bench.ask(
        "question,model", *(f"Q{n}?,{'other' if n % 2 else ''}" for n in range(8)), name="q.csv"
    )
    opened = []

    def opener(model):
        if model == "broken":
            raise UnknownModel("no such model")
        opened.append(Scripted(model=model or "fake", delay=0.01))
        return opened[-1]

    first = Scripted(delay=0.01)
    summary = bench.run(first, opener=opener, workers=4)
    assert summary.exit_status == 0
    assert [r["model"] for r in bench.records] == ["fake", "other"] * 4
    assert all(assistant.most_at_once <= 1 for assistant in (first, *opened))
    assert all(assistant.closed for assistant in opened) and not first.closed


def test_a_model_that_cannot_be_opened_fails_its_own_questions(bench):
    bench.ask("question,model", "One?,broken", "Two?,", name="q.csv")

    def opener(model):
        if model == "broken":
            raise UnknownModel("No model `broken`.")
        return Scripted()

    summary = bench.run(Scripted(), opener=opener)
    assert [record["status"] for record in bench.records] == ["failed", "answered"]
    assert summary.digest.failed[0].message == "No model `broken`."


def test_another_name_of_the_same_local_model_loads_it_once(bench):
    bench.ask("question,model", "One?,local", "Two?,", name="q.csv")
    opened = []

    def opener(model):
        opened.append(Scripted(model="local:x"))
        return opened[-1]

    first = Scripted(model="local:x")
    bench.run(first, opener=opener, workers=2)
    assert sorted(first.questions) == ["One?", "Two?"]
    assert all(assistant.closed and not assistant.asked for assistant in opened)


# What a person sees


class Bar:
    def __init__(self):
        self.events = []

    def start(self, label, total, unit):
        self.events.append(("start", total))

    def advance(self, n=1):
        self.events.append(("advance", n))

    def finish(self):
        self.events.append(("finish",))


def test_the_bar_starts_at_what_is_kept_and_the_numbers_add_up(bench):
    bench.ask("id,question", "n,One?", name="q.csv")
    bench.run(Scripted())
    bench.ask("id,question", "n,One?", "t,Two?", "h,Three?", name="q.csv")
    bar, tallies = Bar(), []
    nothing = Answer(
        id="t", question="Two?", status="not_found", not_found=NotFound(reason="no_document")
    )
    assistant = Scripted({"Two?": [nothing]})
    summary = bench.run(assistant, progress=bar, on_status=tallies.append)
    assert bar.events[0] == ("start", 3) and bar.events[-1] == ("finish",)
    assert [event[1] for event in bar.events if event[0] == "advance"] == [1, 1, 1]
    last = tallies[-1]
    assert (last.done, last.kept, last.found, last.not_found, last.failed) == (3, 1, 2, 1, 0)
    assert "3 of 3 done · 2 found · 1 not found · 0 failed" in last.line()
    assert summary.digest.not_found == {"no_document": 1}


def test_without_a_bar_a_line_is_told_every_minute(bench, monkeypatch):
    bench.ask("One?", "Two?")
    monkeypatch.setattr("rag.batch.view.STATUS_EVERY", 0.02)
    bench.run(Scripted(delay=0.05))
    assert any("of 2 done" in line for line in bench.told)
    bench.run(Scripted(delay=0.05), restart=True, progress=Bar())
    assert not any("of 2 done" in line for line in bench.told)
