"""How long, how fast, how dear."""

from __future__ import annotations

from rag.evals.metrics.answers import without_marks
from rag.evals.metrics.retrieval import Columns
from rag.types import Answer


def length_columns(answer: Answer, sentences: int) -> Columns:
    """Words, sentences and citations of an answer; nothing for a question not answered."""
    if answer.status != "answered":
        return dict.fromkeys(("words", "sentences", "citations"))
    return {
        "words": float(len(without_marks(answer.answer).split())),
        "sentences": float(sentences),
        "citations": float(len(answer.citations)),
    }


def cost_columns(answer: Answer) -> Columns:
    """Milliseconds and tokens; a first token that never came (no model asked) does not count."""
    timing, usage = answer.timing, answer.usage
    return {
        "retrieve_ms": float(timing.retrieve_ms),
        "first_token_ms": float(timing.first_token_ms) or None,
        "total_ms": float(timing.total_ms) or None,
        "prompt_tokens": float(usage.prompt_tokens) or None,
        "completion_tokens": float(usage.completion_tokens) or None,
        "cost_usd": usage.cost_usd,
    }
