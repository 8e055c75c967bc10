"""What chance could have done: intervals, paired tests, and the smallest difference to be seen."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.types import Value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Statistic = Callable[..., float]
    """Equally long columns → one number."""

DRAWS = 4999
LEVEL = 0.05
Z_BOTH = 2.8015852
"""z(0.975) + z(0.80): a two-sided test at 5 % that finds a true difference four times of five."""
FEWEST_DISCORDANT = 6
"""McNemar's exact test cannot reach 5 % with fewer: 2 · 0.5^6 = 0.031, 2 · 0.5^5 = 0.063."""


@dataclass(frozen=True, kw_only=True)
class Estimate(Value):
    """A number, how many cases it rests on, and its 95 % interval; None where nothing is known."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


def mean_interval(values: Floats, *, bounded: bool, draws: int = DRAWS, seed: int = 0) -> Estimate:
    """The mean with a bootstrap interval (BCa; Efron 1987).

    Where all values are equal a bootstrap would claim certainty. For shares (`bounded`, all values
    within 0 and 1) Wilson's interval is given then, which allows for what was not seen; for other
    amounts none is given.
    """
    import numpy as np

    n = len(values)
    if n == 0:
        return Estimate(value=None, n=0)
    mean = float(values.mean())
    if np.ptp(values) == 0:
        low, high = wilson(mean, n) if bounded else (None, None)
        return Estimate(value=mean, n=n, low=low, high=high)
    low, high = _bootstrap((values,), np.mean, "BCa", draws, seed)
    if math.isnan(low + high):
        low, high = _bootstrap((values,), np.mean, "percentile", draws, seed)
    return Estimate(value=mean, n=n, low=min(low, mean), high=max(high, mean))


def statistic_interval(
    columns: Sequence[Floats], statistic: Statistic, *, draws: int = 999, seed: int = 0
) -> Estimate:
    """Any statistic of paired columns with a percentile bootstrap interval over the cases."""
    import numpy as np

    n = len(columns[0])
    value = statistic(*columns) if n else math.nan
    if math.isnan(value):
        return Estimate(value=None, n=n)
    random = np.random.default_rng(seed)
    drawn = [statistic(*(c[rows] for c in columns)) for rows in random.integers(0, n, (draws, n))]
    known = [d for d in drawn if not math.isnan(d)]
    if not known or max(known) == min(known):
        return Estimate(value=value, n=n)
    low, high = np.percentile(known, [2.5, 97.5])
    return Estimate(value=value, n=n, low=min(float(low), value), high=max(float(high), value))


def wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share seen in `n` cases (1927)."""
    z = 1.959964
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share))


def _bootstrap(
    data: tuple[Any, ...], statistic: Callable[..., Any], method: str, draws: int, seed: int
) -> tuple[float, float]:
    import warnings

    import numpy as np
    from scipy.stats import bootstrap

    with warnings.catch_warnings():
        # A degenerate sample gives NaN, which the caller looks for.
        warnings.simplefilter("ignore")
        found = bootstrap(
            data,
            statistic,
            method=method,
            n_resamples=draws,
            vectorized=True,
            rng=np.random.default_rng(seed),
        )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def mcnemar(a: Floats, b: Floats) -> float:
    """McNemar's exact p-value for two yes/no columns of the same cases (1947)."""
    from scipy.stats import binomtest

    won = int(((b == 1) & (a == 0)).sum())
    lost = int(((b == 0) & (a == 1)).sum())
    return float(binomtest(won, won + lost).pvalue) if won + lost else 1.0


def paired_permutation(a: Floats, b: Floats, *, draws: int = DRAWS, seed: int = 0) -> float:
    """The p-value of the mean difference under swapping the two systems within cases."""
    import numpy as np
    from scipy.stats import permutation_test

    if np.array_equal(a, b):
        return 1.0

    def difference(x: Floats, y: Floats, axis: int = -1) -> Floats:
        found: Floats = np.mean(y - x, axis=axis)
        return found

    found = permutation_test(
        (a, b),
        difference,
        permutation_type="samples",
        n_resamples=draws,
        vectorized=True,
        rng=np.random.default_rng(seed),
    )
    return float(found.pvalue)


def statistic_permutation(
    a: Sequence[Floats], b: Sequence[Floats], statistic: Statistic, *, draws: int, seed: int = 0
) -> float:
    """The p-value of any statistic's difference under swapping the two systems within cases."""
    import numpy as np

    if all(np.array_equal(x, y) for x, y in zip(a, b, strict=True)):
        return 1.0
    observed = abs(statistic(*b) - statistic(*a))
    random = np.random.default_rng(seed)
    beyond = total = 0
    for swap in random.random((draws, len(a[0]))) < 0.5:
        x = [np.where(swap, p, q) for p, q in zip(a, b, strict=True)]
        y = [np.where(swap, q, p) for p, q in zip(a, b, strict=True)]
        drawn = abs(statistic(*y) - statistic(*x))
        if not math.isnan(drawn):
            total += 1
            beyond += drawn >= observed - 1e-12
    # The observed arrangement is one of them (Phipson and Smyth 2010).
    return (beyond + 1) / (total + 1)


def holm(pvalues: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values (1979): the chance of any false alarm stays below the level."""
    order = sorted(range(len(pvalues)), key=lambda i: pvalues[i])
    adjusted = [0.0] * len(pvalues)
    highest = 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, (len(pvalues) - rank) * pvalues[i]))
        adjusted[i] = highest
    return adjusted


def smallest_difference(differences: Floats, *, yes_no: bool) -> float | None:
    """The smallest true difference that this many cases would show four times of five.

    (z(0.975) + z(0.80)) · s / √n = 2.80 · s / √n, s being the standard deviation of the paired
    differences; for a yes/no metric at least 6 / n, since fewer than six changed cases can never
    be significant.
    """
    n = len(differences)
    if n < 2:
        return None
    by_spread = Z_BOTH * float(differences.std(ddof=1)) / math.sqrt(n)
    return max(by_spread, FEWEST_DISCORDANT / n if yes_no else 0.0) or None
