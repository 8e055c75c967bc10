"""Intervals and tests are those of the books, also where the data leaves nothing to draw from."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.evals.significance import (
    holm,
    mcnemar,
    mean_interval,
    paired_permutation,
    smallest_difference,
    statistic_interval,
    statistic_permutation,
    wilson,
)


def test_an_interval_covers_the_true_mean_nearly_always():
    random = np.random.default_rng(5)
    covered = 0
    for seed in range(100):
        values = (random.random(80) < 0.7).astype(float)
        found = mean_interval(values, bounded=True, draws=499, seed=seed)
        covered += found.low <= 0.7 <= found.high
    assert covered >= 88


def test_ten_of_ten_is_not_certainty():
    found = mean_interval(np.ones(10), bounded=True)
    assert found.value == found.high == 1
    # Wilson's lower bound for 10 of 10 (Brown, Cai and DasGupta 2001).
    assert found.low == pytest.approx(0.7225, abs=1e-3)


def test_nothing_and_one_value_give_no_false_interval():
    assert mean_interval(np.array([]), bounded=True).value is None
    assert mean_interval(np.array([]), bounded=True).n == 0
    single = mean_interval(np.array([412.0]), bounded=False)
    assert (single.value, single.n, single.low, single.high) == (412.0, 1, None, None)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_an_interval_holds_its_value_and_stays_in_bounds(values):
    found = mean_interval(np.array(values), bounded=True, draws=199)
    assert found.n == len(values)
    assert -1e-12 <= found.low <= found.value <= found.high <= 1 + 1e-12


def test_the_same_seed_gives_the_same_interval():
    values = np.random.default_rng(1).random(50)
    assert mean_interval(values, bounded=True) == mean_interval(values, bounded=True)


def test_a_statistic_of_no_cases_is_unknown():
    found = statistic_interval([np.array([])], lambda x: float(np.median(x)))
    assert (found.value, found.n) == (None, 0)
    constant = statistic_interval([np.full(9, 3.0)], lambda x: float(np.median(x)), draws=50)
    assert (constant.value, constant.low) == (3.0, None)


def test_mcnemar_is_the_sign_test_on_changed_cases():
    a = np.array([0] * 10 + [1] * 2 + [1] * 50, dtype=float)
    b = np.array([1] * 10 + [0] * 2 + [1] * 50, dtype=float)
    # 2 · P(X ≤ 2), X binomial(12, 1/2): 2 · (1 + 12 + 66) / 4096.
    assert mcnemar(a, b) == pytest.approx(2 * 79 / 4096)
    assert mcnemar(a, a) == 1


def test_five_changed_cases_can_never_be_significant_and_six_can():
    zeros = np.zeros(40)
    assert mcnemar(zeros, np.r_[np.ones(5), np.zeros(35)]) > 0.05
    assert mcnemar(zeros, np.r_[np.ones(6), np.zeros(34)]) < 0.05


def test_a_permutation_test_of_few_pairs_is_exact():
    a, b = np.zeros(5), np.array([1.0, 2, 3, 4, 5])
    # All 2^5 arrangements; only all-plus and all-minus are as extreme.
    assert paired_permutation(a, b) == pytest.approx(2 / 32)
    assert paired_permutation(a, a) == 1


def test_a_statistic_is_tested_by_swapping_too():
    random = np.random.default_rng(0)
    slow, fast = random.normal(10, 1, 60), random.normal(5, 1, 60)

    def median(x):
        return float(np.median(x))

    assert statistic_permutation([slow], [fast], median, draws=199) == pytest.approx(1 / 200)
    assert statistic_permutation([slow], [slow], median, draws=199) == 1


def test_holm_on_an_example_worked_by_hand():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_the_smallest_difference_is_what_a_test_finds_four_times_of_five():
    random = np.random.default_rng(3)
    n, spread = 200, 0.4
    shown = smallest_difference(random.normal(0, spread, n), yes_no=False)
    found = 0
    for seed in range(60):
        b = np.random.default_rng(seed).normal(shown, spread, n)
        found += paired_permutation(np.zeros(n), b, draws=499) < 0.05
    assert 0.65 <= found / 60 <= 0.95


def test_equal_runs_still_say_what_they_could_show():
    assert smallest_difference(np.zeros(120), yes_no=True) == 6 / 120
    assert smallest_difference(np.zeros(120), yes_no=False) is None
    assert smallest_difference(np.zeros(1), yes_no=True) is None


@given(st.floats(0, 1), st.integers(1, 500))
def test_wilson_holds_the_share(share, n):
    low, high = wilson(share, n)
    assert 0 <= low <= share <= high <= 1
