"""The slot for a cross-encoder that judges entailment: another `similarity`, by name.

`check(…, similarity=load_entailment("name"))` puts a natural-language-inference model in the place
of the embedder's cosine: it reads span and sentence together and says how far the one follows from
the other, from −1 (contradicts) to 1 (entails). Any model that sentence-transformers loads as a
`CrossEncoder` with the labels *entailment* and *contradiction* will do, if the catalogue of weights
has an entry of that name. None is shipped, and none has been measured here; the constants of
`rag.check.support` were fitted for a cosine and should be fitted again
(`bench/calibrate_check.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from rag.errors import UsageError


class Judge(Protocol):
    """What is needed of a cross-encoder."""

    config: Any
    """Has `id2label`: the number of each class and its name."""

    def predict(self, sentences: Sequence[tuple[str, str]], **options: Any) -> Any:
        """One row of probabilities a pair."""


def entailment(judge: Judge) -> Callable[[str, str], float]:
    """A `similarity` from a cross-encoder.

    Raises:
        UsageError: It does not tell entailment from contradiction.
    """
    labels = {str(name).lower(): int(number) for number, name in judge.config.id2label.items()}
    if not {"entailment", "contradiction"} <= labels.keys():
        raise UsageError(
            f"The model knows {', '.join(sorted(labels))}, not entailment and contradiction.",
            hint="Name a model for natural-language inference.",
        )

    def similarity(sentence: str, quote: str) -> float:
        (row,) = judge.predict([(quote, sentence)], apply_softmax=True)
        return float(row[labels["entailment"]]) - float(row[labels["contradiction"]])

    return similarity


def load_entailment(name: str, *, offline: bool = False) -> Callable[[str, str], float]:
    """The `similarity` of a cross-encoder that the catalogue of weights knows by name.

    Raises:
        WeightsMissing: Neither here nor to be had.
    """
    from sentence_transformers import CrossEncoder

    from rag.weights import weights_path

    return entailment(CrossEncoder(str(weights_path(name, offline=offline))))
