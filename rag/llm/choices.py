"""How probable each of a few answers is, from the first token a model writes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any


def choice_probabilities(message: Any, choices: Sequence[str]) -> Mapping[str, float]:
    """How the probability of the first token is shared among `choices`.

    Ask with `max_tokens=1, logprobs=True, top_logprobs=20` and the choices told apart by their
    first token. A token counts for a choice that it begins, whatever its case or leading space;
    the shares are relative to all tokens that count for one, so that they add up to 1.

    Args:
        message: The model's message; `response_metadata["logprobs"]` as OpenAI gives it.
        choices: The words that were offered.

    Returns:
        A share for each choice; empty where the model told none or nothing fits.
    """
    content = ((message.response_metadata or {}).get("logprobs") or {}).get("content") or []
    if not content:
        return {}
    mass = dict.fromkeys(choices, 0.0)
    for candidate in content[0].get("top_logprobs") or [content[0]]:
        token = candidate["token"].strip().casefold()
        begun = [choice for choice in choices if token and choice.casefold().startswith(token)]
        if len(begun) == 1:
            mass[begun[0]] += math.exp(candidate["logprob"])
    total = sum(mass.values())
    return {choice: share / total for choice, share in mass.items()} if total else {}
