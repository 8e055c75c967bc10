"""Did the search find the right documents and sentences?

Rankings are scored by ir_measures (trec_eval's definitions): reciprocal rank cut at 10, nDCG at 10
with gain 1 and discount log2(rank + 1), success at k (any right one among the first k). A question
whose search finds nothing scores 0; it is never left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rag.evals.spans import Span, inside, same_place

Columns = dict[str, float | None]
"""Metric name → value for one case; None where the metric does not apply to it."""


@dataclass(frozen=True, kw_only=True)
class Retrieved:
    """What a search found, best first."""

    documents: tuple[str, ...] = ()
    """In order of first appearance in a deeper search."""
    passages: tuple[Span, ...] | None = None
    """As many as the answer is written from; None where they are not known."""
    sentences: tuple[Span, ...] | None = None
    """The sentences handed to the model or shown as evidence; None where there is no such thing."""

    def to_dict(self) -> dict[str, Any]:
        """The ranking as plain JSON types."""
        return {
            "documents": list(self.documents),
            "passages": None if self.passages is None else [list(s) for s in self.passages],
            "sentences": None if self.sentences is None else [list(s) for s in self.sentences],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Retrieved:
        """The ranking back from `to_dict`."""
        return cls(
            documents=tuple(data["documents"]),
            passages=_spans(data["passages"]),
            sentences=_spans(data["sentences"]),
        )


def _spans(data: Sequence[Sequence[Any]] | None) -> tuple[Span, ...] | None:
    return None if data is None else tuple(Span(*s) for s in data)


def first_appearances(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, where it first stands: a ranking of documents from one of passages."""
    return tuple(dict.fromkeys(names))


def ranking_measures(ranked: Sequence[str], relevant: Iterable[str]) -> dict[str, float]:
    """`RR@10`, `nDCG@10`, `R@5`, `R@10`, `Success@1` and `Success@5` of one ranking."""
    import ir_measures
    from ir_measures import RR, R, Success, nDCG

    measures = [RR @ 10, nDCG @ 10, R @ 5, R @ 10, Success @ 1, Success @ 5]
    qrels = [ir_measures.Qrel("q", name, 1) for name in dict.fromkeys(relevant)]
    # trec_eval orders by score and breaks ties by name, so every rank has a score of its own.
    run = [
        ir_measures.ScoredDoc("q", name, float(-rank))
        for rank, name in enumerate(first_appearances(ranked))
    ]
    # pytrec_eval leaves a query without any result out; ir_measures then reports 0, as is right.
    found = ir_measures.iter_calc(measures, qrels, run)
    return {str(m.measure): float(m.value) for m in found}


def document_columns(ranked: Sequence[str], documents: Sequence[str]) -> Columns:
    """How well the ranked documents hold the right ones."""
    names = {
        "doc_success@1": "Success@1",
        "doc_success@5": "Success@5",
        "doc_recall@10": "R@10",
        "doc_mrr@10": "RR@10",
        "doc_ndcg@10": "nDCG@10",
    }
    if not documents:
        return dict.fromkeys(names)
    found = ranking_measures(ranked, documents)
    return {name: found[measure] for name, measure in names.items()}


def sentence_recall(ranked: Sequence[Span], gold: Sequence[Sequence[Span]], k: int) -> float | None:
    """Share of gold sentences found among the first `k` spans.

    A gold sentence is given by all its places; it is found when a span is the same place as one.
    """
    if not gold:
        return None
    first = ranked[:k]
    found = [any(same_place(span, place) for span in first for place in g) for g in gold]
    return sum(found) / len(gold)


def sentence_columns(ranked: Sequence[Span] | None, gold: Sequence[Sequence[Span]]) -> Columns:
    """How well the ranked sentences hold the gold ones."""
    if not gold or ranked is None:
        return dict.fromkeys(
            ("sentence_recall@5", "sentence_recall@10", "sentence_mrr@10", "sentence_ndcg@10")
        )
    found = ranking_measures(_labels(ranked, gold), [f"g{i}" for i in range(len(gold))])
    return {
        "sentence_recall@5": sentence_recall(ranked, gold, 5),
        "sentence_recall@10": sentence_recall(ranked, gold, 10),
        "sentence_mrr@10": found["RR@10"],
        "sentence_ndcg@10": found["nDCG@10"],
    }


def _labels(ranked: Sequence[Span], gold: Sequence[Sequence[Span]]) -> list[str]:
    """A name for each span: that of the first gold sentence it finds anew, else one of its own."""
    free = dict(enumerate(gold))
    labels: list[str] = []
    for rank, span in enumerate(ranked):
        hit = next((i for i, g in free.items() if any(same_place(span, p) for p in g)), None)
        labels.append(f"x{rank}" if hit is None else f"g{hit}")
        if hit is not None:
            del free[hit]
    return labels


def passage_columns(
    passages: Sequence[Span] | None, documents: Sequence[str], gold: Sequence[Sequence[Span]]
) -> Columns:
    """How much of the gold the first five passages hold, and how many of them are off the mark."""
    if passages is None:
        return {"passage_recall@5": None, "right_document_share@5": None}
    first = passages[:5]
    held = [any(inside(place, p) for p in first for place in g) for g in gold]
    right = [p.document in documents for p in first]
    return {
        "passage_recall@5": sum(held) / len(gold) if gold else None,
        "right_document_share@5": (sum(right) / len(first) if first else 0.0)
        if documents
        else None,
    }


def retrieval_columns(
    found: Retrieved, documents: Sequence[str], gold: Sequence[Sequence[Span]]
) -> Columns:
    """Every retrieval metric of one case."""
    return {
        **document_columns(found.documents, documents),
        **sentence_columns(found.sentences, gold),
        **passage_columns(found.passages, documents, gold),
    }
