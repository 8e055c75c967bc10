"""Do the places hold the answer at all? Retrieval's figures and a model's yes in one number.

A question of fact has no speaker whose silence could be told from the ledger, and a near miss looks
much like an answer. The model is asked for one token; what counts is how probable "yes" is, not
which word it would write. The weights are those of a logistic regression over answerable and
unanswerable questions of two kinds of text: `bench/calibrate_answerable.py`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rag.answer.prompting import numbered
from rag.llm.choices import choice_probabilities
from rag.prompts import Prompts
from rag.types import Evidence, Query

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel

    from rag.answer.strategies import Calls

ENOUGH = 0.4
"""Least probability at which a question counts as answerable: a wrong no costs more than a quote
that a person can judge."""
SURE = 1e-4
WITH_MODEL: Mapping[str, float] = {
    "yes": 1.38, "dense": 2.92, "topic": 1.32, "doubted": -1.0, "constant": -2.31,
}  # fmt: skip
ALONE: Mapping[str, float] = {"dense": 3.46, "topic": 2.53, "doubted": -1.15, "constant": -2.99}


def asked_whether(
    model: BaseChatModel,
    prompts: Prompts,
    query: Query,
    shown: Sequence[Evidence],
    calls: Calls,
) -> float | None:
    """How probable "yes" is when a model is asked whether the places hold the answer.

    None where the model tells no probabilities.

    Raises:
        ModelError: the model failed.
    """
    turns = prompts.render("answerable", question=query.standalone, sentences=numbered(shown))
    message = model.bind(max_tokens=1, logprobs=True, top_logprobs=20).invoke(list(turns))
    calls.count(message)
    return choice_probabilities(message, ("yes", "no")).get("yes")


def probability(shown: Sequence[Evidence], *, doubted: bool, yes: float | None = None) -> float:
    """How probable it is that the places hold the answer, 0 to 1.

    Args:
        shown: The places that a model would see.
        doubted: Whether the rules found no place that is about all that is asked.
        yes: The probability that a model gives to "yes"; None where none was asked.
    """
    weights = ALONE if yes is None else WITH_MODEL
    figures = features(shown, doubted=doubted, yes=yes)
    total = weights["constant"] + sum(weights[k] * v for k, v in figures.items())
    return 1 / (1 + math.exp(-total))


def features(
    shown: Sequence[Evidence], *, doubted: bool, yes: float | None = None
) -> dict[str, float]:
    """What the regression sees of a question."""
    found = {k: max((e.stages[k] for e in shown), default=0.0) for k in ("dense", "topic")}
    found["doubted"] = float(doubted)
    if yes is not None:
        yes = min(max(yes, SURE), 1 - SURE)
        found["yes"] = math.log(yes / (1 - yes))
    return found
