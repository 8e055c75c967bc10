"""Words of a question that the documents do not have, and the near words that they have."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache

from rag.index import Index
from rag.words import stem

SHORTEST = 5
"""A shorter word has too many neighbours to guess which one was meant."""
MOST = 3


def slips(word: str, known: str) -> int:
    """How many slips make the stem `known`, perhaps with an ending, into `word`; many as 9.

    A slip is a letter too many, too few, wrong, or changed with its neighbour; the same letters in
    another order are one slip.
    """
    from rapidfuzz.distance import OSA

    if len(known) < SHORTEST or len(word) < len(known) - 1:
        return 9
    if sorted(word) == sorted(known):
        return 1
    cut = (word[: len(known) + d] for d in (-1, 0, 1))
    return min(OSA.distance(part, known, score_cutoff=2) for part in cut)


class IndexVocabulary:
    """The stems that occur in the documents' sentences."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._near = lru_cache(maxsize=4096)(self._look)

    def near(self, word: str) -> Sequence[str]:
        """Stems of the documents that an unknown word misses by a slip of the keyboard.

        Nothing for a word that the documents have, or one too short to guess. The first letter
        counts as right.
        """
        return self._near(word)

    def _look(self, word: str) -> tuple[str, ...]:
        stemmed = stem(word)
        if len(word) < SHORTEST or not word.isalpha():
            return ()
        if self._index.document_frequency([stemmed])[stemmed]:
            return ()
        scored = ((slips(word, known), known) for known in self._stems.get(word[0], ()))
        return tuple(known for distance, known in sorted(scored) if distance <= 1)[:MOST]

    @cached_property
    def _stems(self) -> dict[str, list[str]]:
        """Stems by their first letter."""
        table: dict[str, list[str]] = {}
        for known in self._index.stems():
            table.setdefault(known[:1], []).append(known)
        return table
