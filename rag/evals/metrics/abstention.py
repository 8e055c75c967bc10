"""Does it say no when it should, and only then?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NAN = float("nan")


def recall(answerable: Floats, answered: Floats) -> float:
    """Abstained among the unanswerable; NaN where none is unanswerable."""
    return _share((1 - answered)[answerable == 0])


def precision(answerable: Floats, answered: Floats) -> float:
    """Unanswerable among the abstained; NaN where it never abstained."""
    return _share((1 - answerable)[answered == 0])


def over_refusal(answerable: Floats, answered: Floats) -> float:
    """Abstained among the answerable; NaN where none is answerable."""
    return _share((1 - answered)[answerable == 1])


def f1(answerable: Floats, answered: Floats) -> float:
    """2·TP / (2·TP + FP + FN) of abstaining; NaN where nothing is unanswerable or refused."""
    right = float(((1 - answerable) * (1 - answered)).sum())
    total = float((1 - answerable).sum() + (1 - answered).sum())
    return 2 * right / total if total else NAN


def coverage(answered: Floats) -> float:
    """Answered among all."""
    return _share(answered)


def selective_accuracy(answered: Floats, right: Floats) -> float:
    """Right among the answered; an answer to an unanswerable question is wrong."""
    return _share(right[answered == 1])


def risk_coverage(
    answered: Sequence[float] | Floats,
    right: Sequence[float] | Floats,
    confidence: Sequence[float] | Floats,
) -> list[tuple[float, float]]:
    """The curve (coverage, risk): answering only the i most confident, for every i.

    Coverage is a share of all cases, risk the share of wrong ones among those answered. Cases of
    equal confidence have no order: each place of theirs gets their common risk, so the curve does
    not depend on the order of the cases (El-Yaniv and Wiener 2010).
    """
    coverages, risks = _curve(answered, right, confidence)
    return list(zip(coverages.tolist(), risks.tolist(), strict=True))


def _curve(
    answered: Sequence[float] | Floats,
    right: Sequence[float] | Floats,
    confidence: Sequence[float] | Floats,
) -> tuple[Floats, Floats]:
    import numpy as np

    kept = np.asarray(answered, dtype=np.float64) == 1
    sure = np.asarray(confidence, dtype=np.float64)[kept]
    wrong = 1 - np.asarray(right, dtype=np.float64)[kept]
    _, group = np.unique(-sure, return_inverse=True)
    mean = np.bincount(group, weights=wrong) / np.maximum(1, np.bincount(group))
    counts = np.arange(1, len(sure) + 1, dtype=np.float64)
    return counts / max(1, len(kept)), np.cumsum(mean[np.sort(group)]) / counts


def aurc(answered: Floats, right: Floats, confidence: Floats) -> float:
    """The mean risk over the curve's points; NaN where nothing was answered (Geifman 2019)."""
    return _share(_curve(answered, right, confidence)[1])


def _share(values: Floats) -> float:
    return float(values.mean()) if len(values) else NAN
