"""Full names by their words, so that a name with one word misspelt is found without a long walk."""

from __future__ import annotations

from collections.abc import Iterable

from rag.names.people import alike

Name = tuple[str, ...]


class Spellings:
    """Full names, each as its folded words."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._by_word: dict[str, list[Name]] = {}
        self._joined: dict[str, list[Name]] = {}
        for name in names:
            self._joined.setdefault("".join(name), []).append(name)
            for word in set(name):
                self._by_word.setdefault(word, []).append(name)

    def like(self, name: Name) -> list[Name]:
        """Those that are spellings of the same person's name: all but one word must be the same."""
        near = dict.fromkeys(self._joined.get("".join(name), ()))
        for word in name:
            near.update(dict.fromkeys(self._by_word.get(word, ())))
        return [other for other in near if alike(name, other)]
