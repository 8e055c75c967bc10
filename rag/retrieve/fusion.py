"""Reciprocal rank fusion: rankings of different kinds made one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

RRF_K = 60
"""Damps the lead of the first ranks (Cormack, Clarke and Büttcher, SIGIR 2009)."""


def fuse(
    rankings: Mapping[str, Sequence[int]], weights: Mapping[str, float] | None = None
) -> list[tuple[int, float, dict[str, float]]]:
    """Items by Σ weight / (60 + rank), best first, each with its rank in every ranking.

    Args:
        rankings: Stage name → item ids, best first.
        weights: Stage name → weight; 1 where none is given.
    """
    scores: dict[int, float] = {}
    ranks: dict[int, dict[str, float]] = {}
    for stage, ranking in rankings.items():
        weight = (weights or {}).get(stage, 1.0)
        for rank, item in enumerate(dict.fromkeys(ranking), 1):
            scores[item] = scores.get(item, 0.0) + weight / (RRF_K + rank)
            ranks.setdefault(item, {})[stage] = rank
    ordered = sorted(scores, key=lambda item: (-scores[item], item))
    return [(item, scores[item], ranks[item]) for item in ordered]
