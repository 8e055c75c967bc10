"""Words of a question that the documents do not have, and the near words that they have."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rag.index import Index
from rag.words import stem

SHORTEST = 5
"""A shorter word has too many neighbours to guess which one was meant."""
MOST = 3


def within_a_slip(word: str, stems: Sequence[str]) -> list[str]:
    """Those stems that one slip, perhaps with an ending, makes into `word`; the nearest first.

    A slip is a letter too many, too few, wrong, or changed with its neighbour; the same letters in
    another order are one slip.
    """
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    found: dict[str, int] = {}
    for length in range(SHORTEST, len(word) + 2):
        alike = [s for s in stems if len(s) == length]
        for part in {word[: length + d] for d in (-1, 0, 1)}:
            near = extract(part, alike, scorer=OSA.distance, score_cutoff=1, limit=None)
            for known, distance, _ in near:
                found[known] = min(int(distance), found.get(known, 1))
        if length == len(word):
            found.update({s: 1 for s in alike if sorted(s) == sorted(word) and s != word})
    return sorted(found, key=lambda s: (found[s], s))


class IndexVocabulary:
    """The stems that occur in the documents' sentences."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._near = lru_cache(maxsize=4096)(self._look)
        self._stems = lru_cache(maxsize=None)(self._beginning)

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
        return tuple(within_a_slip(word, self._stems(word[0]))[:MOST])

    def _beginning(self, letter: str) -> list[str]:
        """Stems of letters that begin with this one."""
        return [known for known in self._index.stems(letter) if known.isalpha()]
