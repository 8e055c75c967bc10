"""Rankings of different kinds made one, by what their scores say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

WEIGHTS = {"dense": 1.0, "bm25": 0.15, "context": 0.25}
"""What a cosine of 1 counts, the best match of the words, and the best of the last answer.

Ranks alone (reciprocal rank fusion, whatever the weights) put the right passage first less often
than scores: on CLAPnq 145 against 146 of 150 (meaning alone 145, words 135), on the seeds 92
against 94 of 105. For CLAPnq any weight of the words from 0.1 to 0.25 does the same."""

Ranking = Sequence[tuple[int, float]]
"""Items with their scores, best first."""


def fuse(rankings: Mapping[str, Ranking]) -> list[tuple[int, float, dict[str, float]]]:
    """Items by a weighted sum of their scores, best first, each with its rank in every ranking.

    A convex combination (Bruch, Gai and Ingber, TOIS 2023): cosines as they are, since how near the
    nearest is tells something; other scores as a share of the best, since theirs have no scale.

    Args:
        rankings: Stage → ranking. A stage is a kind of `WEIGHTS`, or one with a prefix before "_":
            the same kind over fewer items.
    """
    scores: dict[int, float] = {}
    ranks: dict[int, dict[str, float]] = {}
    for stage, ranking in rankings.items():
        for rank, (item, _) in enumerate(ranking, 1):
            ranks.setdefault(item, {})[stage] = rank
    for kind, weight in WEIGHTS.items():
        same = [r for stage, r in rankings.items() if stage.rpartition("_")[2] == kind]
        for item, score in _of_kind(kind, same, ranks).items():
            scores[item] = scores.get(item, 0.0) + weight * score
    ordered = sorted(scores, key=lambda item: (-scores[item], item))
    return [(item, scores[item], ranks[item]) for item in ordered]


def _of_kind(
    kind: str, rankings: Sequence[Ranking], items: Mapping[int, object]
) -> dict[int, float]:
    """Every item's score by one kind of ranking."""
    found = {item: score for ranking in rankings for item, score in ranking}
    if kind != "dense":
        best = max(found.values(), default=0.0)
        return {item: score / best if best > 0 else 0.0 for item, score in found.items()}
    # What is not among the nearest is at most as near as the last of them.
    last = min(found.values(), default=0.0)
    return {item: found.get(item, last) for item in items}
