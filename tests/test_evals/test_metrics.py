"""Metrics agree with their published definitions, on examples worked by hand."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import UsageError
from rag.evals.judges import (
    agreement,
    carries,
    checker_judge,
    labelled_sample,
    overlap_judge,
    party_judge,
)
from rag.evals.metrics import abstention, answers, citations, retrieval
from rag.evals.metrics.catalogue import METRICS, metric_named
from rag.evals.spans import Span, TextsOf, same_place
from rag.names import Names
from rag.types import Answer, AnswerSentence, Citation

NAMES = st.lists(st.sampled_from("abcdefghijklmno"), max_size=15, unique=True)


def cite(number=1, quote="text", document="a.txt", start=0, **more):
    end = start + len(quote)
    return Citation(number=number, document=document, start=start, end=end, quote=quote, **more)


# Retrieval


def test_ranking_measures_on_an_example_worked_by_hand():
    found = retrieval.ranking_measures(["x", "a", "y", "b"], ["a", "b", "c"])
    dcg = 1 / math.log2(3) + 1 / math.log2(5)
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert found["RR@10"] == pytest.approx(1 / 2)
    assert found["nDCG@10"] == pytest.approx(dcg / ideal)
    assert found["R@5"] == pytest.approx(2 / 3)
    assert found["Success@1"] == 0
    assert found["Success@5"] == 1


def test_a_question_without_results_scores_zero_and_is_not_left_out():
    assert set(retrieval.ranking_measures([], ["a"]).values()) == {0.0}


@given(ranked=NAMES, relevant=NAMES.filter(bool))
def test_ranking_measures_agree_with_their_definitions(ranked, relevant):
    found = retrieval.ranking_measures(ranked, relevant)
    hits = [name in relevant for name in ranked]
    first = next((i for i, hit in enumerate(hits[:10], 1) if hit), None)
    ideal = sum(1 / math.log2(i + 1) for i in range(1, min(10, len(relevant)) + 1))
    gain = sum(1 / math.log2(i + 1) for i, hit in enumerate(hits[:10], 1) if hit)
    assert found["RR@10"] == pytest.approx(1 / first if first else 0)
    assert found["R@10"] == pytest.approx(sum(hits[:10]) / len(relevant))
    assert found["Success@5"] == float(any(hits[:5]))
    assert found["nDCG@10"] == pytest.approx(gain / ideal)


def test_documents_rank_where_they_first_appear():
    assert retrieval.first_appearances(["b", "a", "b", "c", "a"]) == ("b", "a", "c")


def test_a_neighbouring_sentence_is_not_the_same_place():
    gold = Span("a", 100, 200)
    assert same_place(Span("a", 100, 200), gold)
    assert same_place(Span("a", 50, 400), gold)
    assert same_place(Span("a", 150, 250), gold)
    assert not same_place(Span("a", 199, 300), gold)
    assert not same_place(Span("b", 100, 200), gold)
    assert not same_place(Span("a", 150, 150), gold)


def test_sentences_are_found_by_their_places():
    gold = [[Span("a", 0, 10), Span("a", 90, 100)], [Span("b", 0, 10)]]
    ranked = [Span("a", 20, 30), Span("a", 91, 99), Span("a", 0, 10), *[Span("c", 0, 9)] * 3]
    found = retrieval.sentence_columns(ranked, gold)
    assert found["sentence_recall@5"] == 0.5
    assert found["sentence_mrr@10"] == 0.5
    # The second place of the same gold sentence gains nothing more.
    ideal = 1 + 1 / math.log2(3)
    assert found["sentence_ndcg@10"] == pytest.approx((1 / math.log2(3)) / ideal)


def test_a_perfect_search_scores_one_and_an_empty_one_zero():
    gold = [[Span("a", 0, 10)], [Span("a", 10, 20)]]
    perfect = retrieval.Retrieved(
        documents=("a",),
        passages=(Span("a", 0, 30),),
        sentences=(Span("a", 0, 10), Span("a", 10, 20)),
    )
    assert set(retrieval.retrieval_columns(perfect, ["a"], gold).values()) == {1.0}
    empty = retrieval.Retrieved(documents=(), passages=(), sentences=())
    assert set(retrieval.retrieval_columns(empty, ["a"], gold).values()) == {0.0}


def test_what_does_not_apply_has_no_value():
    unknown = retrieval.Retrieved(documents=("a",))
    found = retrieval.retrieval_columns(unknown, ["a"], [[Span("a", 0, 10)]])
    assert found["sentence_recall@5"] is None
    assert found["passage_recall@5"] is None
    assert set(retrieval.retrieval_columns(unknown, [], []).values()) == {None}


def test_a_gold_sentence_cut_by_a_passage_border_does_not_lie_inside():
    gold = [[Span("a", 0, 10)], [Span("a", 20, 30)]]
    found = retrieval.passage_columns([Span("a", 0, 25), Span("b", 0, 9)], ["a"], gold)
    assert found == {"passage_recall@5": 0.5, "right_document_share@5": 0.5}


# Answers


@pytest.mark.parametrize(
    ("answer", "gold", "f1"),
    [
        ("the cat sat", "The cat sat.", 1.0),
        ("a cat sat down", "cat sat", 2 * 2 / (3 + 2)),
        ("dog", "cat", 0.0),
        ("", "cat", 0.0),
        ("", "", 1.0),
        ("the", "a", 1.0),
        ("cat cat", "cat", 2 * 1 / 3),
    ],
)
def test_token_f1_is_that_of_squad(answer, gold, f1):
    assert answers.token_f1(answer, [gold]) == pytest.approx(f1)


def test_the_best_gold_answer_counts():
    assert answers.token_f1("blue whale", ["red", "the Blue Whale!"]) == 1.0
    assert answers.exact_match("Blue whale.", ["red", "the blue whale"]) == 1.0
    assert answers.exact_match("Blue whales", ["blue whale"]) == 0.0


def test_rouge_l_is_that_of_the_longest_common_subsequence():
    # LCS of "police kill the gunman" and "police killed the gunman" with stems: all four.
    assert answers.rouge_l("police kill the gunman", ["police killed the gunman"]) == 1.0
    # Lin 2004, section 3: P = 2/4, R = 2/4.
    assert answers.rouge_l("the gunman kill police", ["police killed the gunman"]) == 0.5
    assert answers.rouge_l("", ["police"]) == 0.0


@pytest.mark.parametrize(
    ("answer", "groups", "holds"),
    [
        ("Pakistan supports China.", [["support"], ["China"]], True),
        ("Pakistan opposes China.", [["support", "oppose"]], True),
        ("Pakistan opposes China.", [["support"]], False),
        ("They are unsupported.", [["support"]], False),
        ("In 1990 it fell.", [["19"]], False),
        ("It cost 350,000.", [["350"]], False),
        ("The “Belt and Road” plan, café", [['"belt and road"', "x"], ["cafe"]], True),
        ("支持一带一路", [["一带一路"]], True),
        ("anything", [], True),
    ],
)
def test_must_include_wants_one_of_each_group(answer, groups, holds):
    assert answers.must_include(answer, groups) is holds


@given(st.text(), st.text())
def test_answer_scores_stay_within_bounds_and_are_one_for_themselves(a, b):
    assert 0 <= answers.token_f1(a, [b]) <= 1
    assert answers.token_f1(a, [a]) == 1
    assert answers.token_f1(a, [b]) == pytest.approx(answers.token_f1(b, [a]))
    assert answers.exact_match(a, [a]) == 1


# Citations


def places_judge(carried):
    """Carries when the citations' numbers include one of these sets."""

    def judge(places, sentence):
        numbers = {c.number for c in places}
        return any(wanted <= numbers for wanted in carried)

    return judge


@pytest.mark.parametrize(
    ("cited", "carried", "recall", "precise", "counted"),
    [
        ((), [{1}], False, 0, 0),
        ((1,), [{1}], True, 1, 1),
        ((2,), [{1}], False, 0, 1),
        ((1, 2), [{1}], True, 1, 2),  # 2 carries nothing and is not needed
        ((1, 2), [{1}, {2}], True, 2, 2),  # each carries it alone
        ((1, 2), [{1, 2}], True, 2, 2),  # only together
        ((1, 9), [{1}], False, 0, 2),  # 9 resolves to nothing
        ((1, 2, 3, 4), [{4}], False, 0, 3),  # at most three count
    ],
)
def test_citations_are_judged_as_in_alce(cited, carried, recall, precise, counted):
    known = {n: cite(n) for n in range(1, 5)}
    found = citations.supported(("A sentence.", cited), known, places_judge(carried))
    assert (found.carried, found.needed, found.counted) == (recall, precise, counted)


def test_alce_recall_and_precision_of_an_answer():
    known = {n: cite(n) for n in (1, 2)}
    judge = places_judge([{1}])
    sentences = [("One.", (1,)), ("Two.", (1, 2)), ("Three.", ())]
    found = [citations.supported(s, known, judge) for s in sentences]
    assert citations.recall_and_precision(found) == (2 / 3, 2 / 3)
    assert citations.recall_and_precision([]) == (0.0, 0.0)


def test_a_quote_counts_as_exact_only_where_it_stands():
    texts = TextsOf({"a.txt": "some text here"})
    assert citations.exactness([cite(quote="text", start=5)], texts) == 1
    assert citations.exactness([cite(quote="text", start=4)], texts) == 0
    assert citations.exactness([cite(quote="Text", start=5)], texts) == 0
    assert citations.exactness([cite(quote="text", start=5, document="b")], texts) == 0
    assert citations.exactness([cite(quote="", start=5)], texts) == 0
    assert citations.exactness([cite(quote="text", start=5), cite(quote="no")], texts) == 0.5
    assert citations.exactness([], texts) is None


def test_sentences_come_with_their_marks_where_a_system_gives_none():
    answer = Answer(
        id="a",
        question="?",
        status="answered",
        answer="Iraq agreed. [1] Mr. Wang said “Yes.” [2][3] Nothing more [9]",
    )
    assert citations.sentences_of(answer) == [
        ("Iraq agreed.", (1,)),
        ("Mr. Wang said “Yes.”", (2, 3)),
        ("Nothing more", (9,)),
    ]
    lines = replace(
        answer, answer="[1] One side spoke.\n[2] The other did not.\n\nNobody wrote. [3]"
    )
    assert citations.sentences_of(lines) == [
        ("One side spoke.", (1,)),
        ("The other did not.", (2,)),
        ("Nobody wrote.", (3,)),
    ]
    given_ones = (AnswerSentence(text="Own. [1]", citations=(1,), support=1, origin="model"),)
    answer = Answer(id="a", question="?", status="answered", sentences=given_ones)
    assert citations.sentences_of(answer) == [("Own.", (1,))]


def test_speakers_are_compared_and_silence_is_not_a_wrong_name():
    iran, china = cite(country="Iran", speaker="Hassan Rouhani"), cite(country="China")
    same = party_judge()
    found = citations.speaker_columns([iran, china, cite()], "Iran", same)
    assert found == {"right_speaker": 1 / 3, "wrong_speaker": 1 / 3}
    assert citations.speaker_columns([cite()], "Iran", same)["wrong_speaker"] is None
    assert citations.speaker_columns([iran], None, same)["wrong_speaker"] is None


def test_dates_agree_as_far_as_both_go():
    cited = [cite(published="2014-09-24"), cite(published="2013"), cite()]
    assert citations.date_columns(cited, "2014") == {"right_date": 0.5}
    assert citations.date_columns([cite(published="2014")], "2014-09") == {"right_date": 1.0}
    assert citations.date_columns([cite()], "2014") == {"right_date": None}


def test_the_labelled_sample_has_both_kinds_and_the_overlap_judge_beats_chance_on_it():
    sample = labelled_sample()
    assert len(sample) >= 50
    assert 0.35 <= sum(item.carried for item in sample) / len(sample) <= 0.65
    found = agreement(carries(overlap_judge), sample)
    assert found.n == len(sample)
    assert found.kappa > 0.3
    assert found.rejects_right < 0.15


def test_agreement_is_counted_by_hand():
    sample = labelled_sample()[:4]
    labels = [item.carried for item in sample]
    perfect = agreement(lambda item: item.carried, sample)
    assert (perfect.share, perfect.kappa, perfect.accepts_wrong) == (1.0, 1.0, 0.0)
    yes = agreement(lambda item: True, sample)
    assert yes.share == sum(labels) / 4
    assert yes.kappa == 0


@pytest.mark.parametrize(
    ("sentence", "carried"),
    [
        ("Peru will send 3 ships to the bay.", True),
        ("Peru will send 4 ships to the bay.", False),
        ("Peru will not send 3 ships to the bay.", False),
        ("Chile will send 3 ships to the bay.", False),
        ("The weather was fine.", False),
        ("", False),
    ],
)
def test_the_overlap_judge_sees_numbers_names_and_negation(sentence, carried):
    place = cite(quote="“We shall send 3 ships to the bay,” she said.", country="Peru")
    assert overlap_judge([place], f"Today {sentence}" if sentence else "") is carried


# Saying no

BITS = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.booleans(), st.floats(0, 1)), max_size=30
)


def columns(rows):
    return [np.array([row[i] for row in rows], dtype=float) for i in range(4)]


def test_abstention_on_an_example_worked_by_hand():
    # Of 4 unanswerable 3 are refused; of 6 answerable 1 is.
    answerable = np.array([0, 0, 0, 0, 1, 1, 1, 1, 1, 1], dtype=float)
    answered = np.array([0, 0, 0, 1, 0, 1, 1, 1, 1, 1], dtype=float)
    right = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1, 0], dtype=float)
    assert abstention.recall(answerable, answered) == 3 / 4
    assert abstention.precision(answerable, answered) == 3 / 4
    assert abstention.over_refusal(answerable, answered) == 1 / 6
    assert abstention.f1(answerable, answered) == 2 * 3 / (2 * 3 + 1 + 1)
    assert abstention.coverage(answered) == 6 / 10
    assert abstention.selective_accuracy(answered, right) == 4 / 6


def test_risk_coverage_on_an_example_worked_by_hand():
    curve = abstention.risk_coverage([1, 1, 1, 0], [1, 0, 1, 0], [0.9, 0.5, 0.7, 0])
    assert [c for c, _ in curve] == pytest.approx([0.25, 0.5, 0.75])
    assert [r for _, r in curve] == pytest.approx([0.0, 0.0, 1 / 3])
    ones = np.array([1, 1, 1, 0.0])
    found = abstention.aurc(ones, np.array([1, 0, 1, 0.0]), np.array([0.9, 0.5, 0.7, 0]))
    assert found == pytest.approx(1 / 9)


@given(BITS, st.randoms())
def test_abstention_does_not_depend_on_the_order_of_cases(rows, random):
    rows = [(a, b, b and c, x) for a, b, c, x in rows]
    mixed = list(rows)
    random.shuffle(mixed)
    for take, function in (
        ((0, 1), abstention.f1),
        ((0, 1), abstention.precision),
        ((1, 2, 3), abstention.aurc),
    ):
        one = function(*(columns(rows)[i] for i in take))
        two = function(*(columns(mixed)[i] for i in take))
        assert one == pytest.approx(two, nan_ok=True)
        assert math.isnan(one) or -1e-9 <= one <= 1 + 1e-9


@given(BITS)
def test_the_curve_ends_at_the_coverage_and_risk_of_all_answers(rows):
    _, answered, right, confidence = columns(rows)
    curve = abstention.risk_coverage(answered, right, confidence)
    assert [c for c, _ in curve] == sorted(c for c, _ in curve)
    if curve:
        assert curve[-1][0] == pytest.approx(abstention.coverage(answered))
        assert curve[-1][1] == pytest.approx(1 - abstention.selective_accuracy(answered, right))


# The catalogue


def test_every_metric_is_told_in_words():
    for metric in METRICS.values():
        assert metric.label
        assert metric.about.endswith(".")
        assert (metric.statistic is not None) == (metric.kind == "set") == bool(metric.columns)


def test_an_unknown_metric_names_the_near_one():
    with pytest.raises(UsageError) as caught:
        metric_named("abstention_recal")
    assert "abstention_recall" in caught.value.hint


def test_the_checker_as_judge_agrees_with_people_more_than_shared_words_do():
    names = Names.load()
    checker = agreement(carries(checker_judge(names)), labelled_sample())
    words = agreement(carries(overlap_judge), labelled_sample())
    assert checker.kappa > words.kappa
    assert checker.accepts_wrong < words.accepts_wrong


def test_a_person_speaks_for_their_country_and_a_neighbour_does_not():
    same = party_judge(Names.load())
    assert same("Pakistan", cite(country="Pakistan", speaker="Imran Khan")) is True
    assert same("Islamabad", cite(country="Pakistan")) is True
    assert same("Pakistan", cite(country="China", speaker="Wang Yi")) is False
    assert same("Pakistan", cite()) is None


@given(st.text(alphabet="ab .\n[]12,", max_size=60))
def test_any_answer_comes_apart_into_sentences_that_cite_only_its_marks(text):
    found = citations.sentences_of(Answer(id="a", question="?", status="answered", answer=text))
    numbers = {int(n) for n in re.findall(r"\d+", text)}
    assert {n for _, cited in found for n in cited} <= numbers
    assert all("[1]" not in sentence for sentence, _ in found)
