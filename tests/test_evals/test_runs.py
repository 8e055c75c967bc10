"""A run survives being killed, refuses to mix with another, and never hides a failed case."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import IndexLocked, Interrupted, UsageError, WeightsMissing
from rag.evals.runs import ANSWERS, RECORD, load_run
from rag.evals.systems import Recorded
from rag.types import Answer


@pytest.fixture
def rows(rows):
    """Six countries are enough here."""
    return rows[:66]


class Bar:
    """A progress bar that remembers."""

    def __init__(self):
        self.seen = []

    def start(self, label, total, unit):
        self.seen.append(("start", total))

    def advance(self, n=1):
        self.seen.append(("advance", n))

    def note(self, text):
        self.seen.append(("note", text))

    def finish(self):
        self.seen.append(("finish",))


def lines(folder):
    return [json.loads(x) for x in (folder / ANSWERS).read_text(encoding="utf-8").splitlines()]


def without_times(folder):
    return [{k: v for k, v in row.items() if k != "timing"} for row in lines(folder)]


def test_a_run_folder_holds_what_the_contract_says(run, double, gold):
    done = run(double(), "first")
    record = json.loads((done.folder / RECORD).read_text(encoding="utf-8"))
    assert record["status"] == "done"
    assert record["n"] == len(gold.cases) == len(lines(done.folder))
    for key in ("settings", "model", "prompts", "index", "versions", "machine", "started", "tags"):
        assert key in record
    assert set(record["metrics"]["doc_success@5"]) == {"value", "n", "low", "high"}
    assert record["metrics"]["doc_success@5"]["value"] == 1
    assert record["metrics"]["abstention_recall"]["n"] == sum(not c.answerable for c in gold.cases)
    row = lines(done.folder)[0]
    assert row["metrics"]["right_answer"] == 1
    assert Answer.from_dict(row).citations[0].document == "norway.txt"
    assert load_run(done.folder).scored == done.scored


def test_a_perfect_system_scores_one_everywhere_and_is_never_wrong(run, double):
    metrics = run(double(), "perfect").metrics
    for name in ("accuracy", "right_answer", "must_include", "citation_exact", "citation_recall",
                 "citation_precision", "gold_sentence_cited", "cited_gold_share", "right_speaker",
                 "abstention_recall", "abstention_precision", "abstention_f1", "reason_right",
                 "selective_accuracy", "doc_ndcg@10", "sentence_recall@5"):  # fmt: skip
        assert metrics[name].value == 1, name
    for name in ("wrong_document", "wrong_speaker", "over_refusal", "aurc"):
        assert metrics[name].value == 0, name


def test_a_crashed_case_is_counted_and_in_no_mean(run, double, gold):
    sound = run(double(), "sound").metrics
    done = run(double(crash=["Norway-fishing", "Peru-chess"]), "crashed")
    assert [s.case.id for s in done.failed] == ["Norway-fishing", "Peru-chess"]
    assert done.failed[0].answer.error["message"] == "the model fell over"
    assert done.failed[0].columns == {}
    assert done.record["failed"] == ["Norway-fishing", "Peru-chess"]
    assert done.metrics["accuracy"].n == len(gold.cases) - 2
    assert done.metrics["accuracy"].value == sound["accuracy"].value == 1
    assert {t["tag"]: t["failed"] for t in done.record["tags"]}["near-miss"] == 1


def test_repeating_a_run_asks_only_the_failed_cases_again(run, double):
    run(double(crash=["Norway-fishing"]), "again")
    second = double()
    done = run(second, "again")
    assert second.asked == ["Norway-fishing"]
    assert not done.failed


def test_a_finished_run_that_is_repeated_and_killed_is_unfinished_again(run, double, gold):
    """Else its journal, grown by the repetition, would pass for a damaged run."""
    cases = gold.cases[:11]
    first = run(double(crash=["Norway-fishing", "Norway-water"]), "twice", cases=cases)

    class Stops(Bar):
        def advance(self, n=1):
            raise KeyboardInterrupt

    with pytest.raises(Interrupted):
        run(double(), "twice", cases=cases, progress=Stops())
    with pytest.raises(UsageError, match="is not finished"):
        load_run(first.folder)
    done = run(double(), "twice", cases=cases)
    assert done.record["started"] == first.record["started"]
    assert len(load_run(first.folder).scored) == 11
    assert not done.failed


def test_a_resumed_run_is_that_of_an_undisturbed_one(run, double, gold):
    run(double(slips=0.2), "whole")

    class Stops(Bar):
        def advance(self, n=1):
            super().advance(n)
            if len(self.seen) > 60:
                raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="of 66 cases are kept"):
        run(double(slips=0.2), "stopped", progress=Stops())
    rest = double(slips=0.2)
    done = run(rest, "stopped")
    assert 0 < len(rest.asked) < len(gold.cases)
    whole = load_run(done.folder.with_name("whole"))
    assert without_times(done.folder) == without_times(whole.folder)
    assert done.metrics == whole.metrics


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cut=st.integers(1, 3000))
def test_a_torn_last_line_is_redone(run, double, gold, tmp_path, cut):
    cases = gold.cases[:5]
    name = f"torn-{cut}-{time.monotonic_ns()}"
    done = run(double(), name, cases=cases)
    before = without_times(done.folder)
    data = (done.folder / ANSWERS).read_bytes()
    kept = data[: max(0, len(data) - cut)]
    (done.folder / ANSWERS).write_bytes(kept)
    system = double()
    again = run(system, name, cases=cases)
    assert len(system.asked) == len(cases) - kept.count(b"\n")
    assert without_times(again.folder) == before


def test_a_run_killed_without_warning_goes_on(tmp_path, run, double, gold):
    """The process is killed with SIGKILL between two lines; what it had written counts."""
    here = Path(__file__).parent
    script = textwrap.dedent(f"""
        import sys, time
        sys.path[:0] = [{str(here)!r}, {str(here.parents[1])!r}]
        from pathlib import Path
        from conftest import Double, make_texts
        from rag.evals.gold import load_gold
        from rag.evals.runner import Plan, run_cases
        from rag.evals.score import Scoring
        from rag.evals.spans import TextsOf
        texts = TextsOf(make_texts())
        gold = load_gold(Path({str(gold.path)!r}), texts)
        class Slow(Double):
            def ask(self, *a, **k):
                time.sleep(0.02)
                return super().ask(*a, **k)
        plan = Plan(gold=gold, cases=gold.cases, system_name="double")
        folder = Path({str(tmp_path / "runs" / "k")!r})
        run_cases(plan, Slow(make_texts()), Scoring(texts=texts), folder)
    """)
    process = subprocess.Popen([sys.executable, "-c", script])
    journal = tmp_path / "runs" / "k" / ANSWERS
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and (not journal.exists() or journal.stat().st_size < 20_000):
        assert process.poll() is None
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with pytest.raises(UsageError, match=r"is not finished: \d+ of 66 cases"):
        load_run(journal.parent)
    rest = double()
    done = run(rest, "k")
    assert 0 < len(rest.asked) < len(gold.cases)
    assert [s.case.id for s in done.scored] == [c.id for c in gold.cases]


def test_another_identity_is_refused_and_told(run, double, gold):
    run(double(), "mine", cases=gold.cases[:3])
    with pytest.raises(UsageError) as caught:
        run(double(identity={"prompts": "q"}), "mine", cases=gold.cases[:3])
    assert "`prompts` was p, is q" in caught.value.message
    with pytest.raises(UsageError, match="`cases`"):
        run(double(), "mine", cases=gold.cases[:4])


def test_a_folder_with_something_else_is_left_alone(run, double, tmp_path):
    folder = tmp_path / "runs" / "other"
    folder.mkdir(parents=True)
    (folder / "thesis.doc").write_text("years of work", encoding="utf-8")
    with pytest.raises(UsageError, match=r"holds no run\.json"):
        run(double(), "other")
    assert [p.name for p in folder.iterdir()] == ["thesis.doc"]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda f: (f / RECORD).unlink(), "holds no run.json"),
        (lambda f: (f / RECORD).write_text("{", encoding="utf-8"), "cannot be read"),
        (lambda f: (f / RECORD).write_text("[]", encoding="utf-8"), "not the record of a run"),
        (lambda f: (f / ANSWERS).write_bytes((f / ANSWERS).read_bytes()[:-40]), "damaged on line"),
        (lambda f: (f / ANSWERS).unlink(), "damaged: 0 of 3"),
        (lambda f: (f / ANSWERS).write_bytes(b"?\n" + (f / ANSWERS).read_bytes()), "on line 1"),
    ],
)
def test_a_half_written_run_is_told_plainly(run, double, gold, spoil, told):
    done = run(double(), "half", cases=gold.cases[:3])
    spoil(done.folder)
    with pytest.raises(UsageError, match=told) as caught:
        load_run(done.folder)
    assert caught.value.hint
    assert caught.value.exit_status == 2


def test_two_processes_do_not_write_one_run(run, double, gold, tmp_path):
    class Meddles(Bar):
        def start(self, label, total, unit):
            with pytest.raises(IndexLocked):
                run(double(), "shared", cases=gold.cases[:3])
            self.seen.append("refused")

    bar = Meddles()
    run(double(), "shared", cases=gold.cases[:3], progress=bar)
    assert bar.seen[0] == "refused"


def test_what_every_case_would_meet_stops_the_run(run, double, gold):
    system = double()
    system.ask = lambda *a, **k: (_ for _ in ()).throw(WeightsMissing("no weights", hint="pull"))
    with pytest.raises(WeightsMissing):
        run(system, "raises")
    system.ask = lambda question, *, id="", **k: Answer(
        id=id, question=question, status="failed", error=WeightsMissing("none").to_dict()
    )
    with pytest.raises(WeightsMissing, match="none"):
        run(system, "reports")


def test_a_bar_shows_each_case_and_the_scores_so_far(run, double, gold):
    bar = Bar()
    run(double(), "bar", cases=gold.cases[:9], progress=bar)
    assert bar.seen[0] == ("start", 9)
    assert bar.seen.count(("advance", 1)) == 9
    assert bar.seen[-1] == ("finish",)
    assert ("note", "right 100% · no when due 100% · carried 100%") in bar.seen


def test_searching_alone_asks_no_model(run, double):
    system = double()
    done = run(system, "search", mode="retrieval")
    assert system.asked == []
    assert done.metrics["sentence_recall@5"].value == 1
    assert "right_answer" not in done.metrics
    assert done.metrics["retrieve_ms"].n == len(done.scored)


def test_a_lone_surrogate_does_not_stop_a_run(run, double, gold):
    system = double()
    ask = system.ask

    def odd(question, **more):
        from dataclasses import replace

        return replace(ask(question, **more), answer="broken \ud83d here [1]")

    system.ask = odd
    done = run(system, "odd", cases=gold.cases[:2])
    assert load_run(done.folder).scored[0].answer.answer == "broken \ud83d here [1]"


# Answers made elsewhere


def recorded(tmp_path, texts, *rows):
    path = tmp_path / "answers.jsonl"
    path.write_text(
        "".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in rows), encoding="utf-8"
    )
    return Recorded.load(path, texts)


def test_answers_made_elsewhere_are_scored_by_id(run, tmp_path, texts, gold):
    quote = gold.cases[0].quotes[0]
    system = recorded(
        tmp_path,
        texts,
        {"id": "Norway-fishing", "answer": f"{quote} [1]",
         "citations": [{"document": "norway.txt", "quote": quote}]},
        {"id": "Norway-tariffs", "answer": ""},
    )  # fmt: skip
    chosen = [c for c in gold.cases if c.id.startswith("Norway-")]
    done = run(system, "elsewhere", cases=chosen)
    rows = {s.case.id: s for s in done.scored}
    assert rows["Norway-fishing"].columns["right_answer"] == 1
    assert rows["Norway-fishing"].columns["citation_exact"] == 1
    assert rows["Norway-tariffs"].columns["abstention_recall"] == 1
    assert len(done.failed) == len(chosen) - 2
    assert "No answer with this id" in done.failed[0].answer.error["message"]
    assert done.metrics["doc_success@5"].n == 0


def test_faulty_answers_are_all_named(tmp_path, texts):
    with pytest.raises(UsageError) as caught:
        recorded(
            tmp_path,
            texts,
            {"id": "a", "answer": "x"},
            "{",
            {"answer": "x"},
            {"id": "a", "answer": "y"},
            {"id": "b", "answer": "x", "citations": [{"quote": "q"}]},
        )
    for told in ("4 faulty", "line 2", "line 3: ", "line 4: id a occurs before", "line 5"):
        assert told in caught.value.message
