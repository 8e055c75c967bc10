"""A comparison cries wolf rarely, and finds the damage that was planted."""

import random
from dataclasses import replace

import pytest

from rag.errors import UsageError
from rag.evals.compare import compare_columns, compare_runs
from rag.evals.gates import parse_gates, regressions, unmet
from rag.evals.metrics.catalogue import METRICS
from rag.types import AnswerSentence


def compared(a, b):
    """Fewer draws than usual: enough for these differences, and the suite stays quick."""
    return compare_runs(a, b, draws=1999)


def test_two_runs_of_the_same_system_do_not_differ(run, double):
    a, b = run(double(slips=0.2), "a"), run(double(slips=0.2), "b")
    found = compared(a, b)
    assert {d.verdict for d in found.differences if d.n} == {"no clear difference"}
    assert not found.changes
    assert regressions(found) == []
    shown = found.of("accuracy")
    assert (shown.difference, shown.smallest) == (0, 6 / 220)


def test_false_alarms_stay_below_one_in_twenty():
    """200 comparisons of a system with itself, each case with a chance of its own to come right."""
    draw = random.Random(11)
    difficulty = [draw.betavariate(2, 1) for _ in range(90)]
    names = ("accuracy", "right_answer", "wrong_document", "token_f1", "citation_recall")
    metrics = [METRICS[name] for name in names]

    def columns(chance):
        right = float(draw.random() < chance)
        return {
            "accuracy": right,
            "right_answer": right if draw.random() < 0.9 else 1 - right,
            "wrong_document": float(draw.random() < (1 - chance) / 3),
            "token_f1": min(1.0, max(0.0, draw.gauss(chance, 0.2))),
            "citation_recall": draw.choice([0.0, 0.5, 1.0]) if draw.random() > chance else 1.0,
        }

    alarms = 0
    for _ in range(200):
        rows = [(columns(c), columns(c)) for c in difficulty]
        found = compare_columns(rows, metrics, draws=299)
        alarms += any(d.verdict in {"better", "worse"} for d in found)
    assert alarms <= 10


def test_a_better_system_is_found_better_and_its_won_cases_listed(run, double):
    a, b = run(double(slips=0.3, seed=1), "a"), run(double(slips=0.05, seed=2), "b")
    found = compared(a, b)
    accuracy = found.of("accuracy")
    assert accuracy.verdict == "better"
    assert accuracy.low > 0
    assert accuracy.won - accuracy.lost == round(accuracy.difference * accuracy.n)
    assert sum(c.won for c in found.changes) == accuracy.won
    lost = [c.won for c in found.changes]
    assert lost == sorted(lost)
    assert compared(b, a).of("accuracy").verdict == "worse"
    assert regressions(found) == []
    assert any(line.startswith("accuracy fell") for line in regressions(compared(b, a)))


def swap_speakers(answer, number):
    """In every tenth answer the words and the citation are put into another mouth."""
    if number % 10 or not answer.citations:
        return answer
    wrong = replace(answer.citations[0], speaker="Minister of Elsewhere", country="Elsewhere")
    text = answer.answer.replace(answer.citations[0].country, "Elsewhere")
    sentence = AnswerSentence(text=text, citations=(1,), support=0.9, origin="quote")
    return replace(answer, answer=text, sentences=(sentence,), citations=(wrong,))


def never_refuses(answer, number):
    if answer.status != "not_found":
        return answer
    sentence = AnswerSentence(text="It is so.", citations=(), support=0.2, origin="model")
    return replace(
        answer, status="answered", not_found=None, answer="It is so.", sentences=(sentence,)
    )


def misquotes(answer, number):
    """A single citation among 220 cases that says what is not there."""
    if number != 5 or not answer.citations:
        return answer
    first = answer.citations[0]
    return replace(answer, citations=(replace(first, quote=first.quote + " Not."),))


@pytest.mark.parametrize(
    ("damage", "metric"),
    [
        ("shift", "gold_sentence_cited fell"),
        (swap_speakers, "wrong_speaker rose"),
        (never_refuses, "abstention_recall fell"),
        (misquotes, "citation_exact holds no longer in 1 of"),
    ],
)
def test_planted_damage_turns_the_gate_red(run, double, request, damage, metric):
    if damage == "shift":
        damage = request.getfixturevalue("shift")
    sound = run(double(slips=0.1), "sound")
    hurt = run(double(slips=0.1, damage=damage, identity={"prompts": "hurt"}), "hurt")
    lines = regressions(compared(sound, hurt))
    assert any(line.startswith(metric) for line in lines), lines
    assert regressions(compared(sound, sound)) == []


def test_a_shifted_citation_no_longer_carries_its_sentence(run, double, shift):
    hurt = run(double(damage=shift), "hurt").metrics
    assert hurt["citation_exact"].value == 1  # the shifted quotation is still a true one
    assert hurt["citation_recall"].value == pytest.approx(1 - 14 / 140, abs=0.03)


def test_a_case_that_newly_fails_is_a_regression(run, double):
    a, b = run(double(), "a"), run(double(crash=["Peru-rail"]), "b")
    found = compared(a, b)
    assert regressions(found) == ["1 cases failed that did not before: Peru-rail."]
    assert (found.n, found.unpaired) == (219, 1)


def test_runs_on_other_gold_are_not_compared(run, double):
    a = run(double(), "a")
    b = run(double(), "b")
    other = dict(b.record["identity"], gold="0" * 64)
    b = replace(b, record={**b.record, "identity": other})
    with pytest.raises(UsageError, match="made with other gold") as caught:
        compare_runs(a, b)
    assert caught.value.exit_status == 2


def test_runs_without_a_common_case_are_not_compared(run, double, gold):
    a = run(double(), "a", cases=gold.cases[:5])
    b = run(double(), "b", cases=gold.cases[5:9])
    with pytest.raises(UsageError, match="share no case"):
        compare_runs(a, b)


def test_a_search_run_is_compared_by_what_both_have(run, double):
    a, b = run(double(), "a"), run(double(), "b", mode="retrieval")
    found = compared(a, b)
    assert found.of("doc_recall@10").n == 140
    assert found.of("accuracy") is None


# Gates


def test_gates_are_met_or_told(run, double, gold):
    done = run(double(slips=0.3), "a")
    assert unmet(done, parse_gates(["citation_exact=1", "over_refusal=0.1"])) == []
    lines = unmet(done, parse_gates(["accuracy=95%", "wrong_document=0", "judged_right=0.5"]))
    assert lines[0].startswith("accuracy is 0.7")
    assert "under 0.95 (n = 220)" in lines[0]
    assert lines[1:] == ["judged_right was not measured; the gate asks for 0.5."]


def test_a_gate_for_what_should_be_low_is_a_ceiling(run, double):
    done = run(double(damage=swap_speakers), "a")
    assert unmet(done, {"wrong_speaker": 0.2}) == []
    assert "above 0.01" in unmet(done, {"wrong_speaker": 0.01})[0]


@pytest.mark.parametrize("text", ["accuray=1", "accuracy", "accuracy=high", "words=10"])
def test_an_unusable_gate_is_told(text):
    with pytest.raises(UsageError):
        parse_gates([text])
