"""Words by what they do to a sentence, compared without their inflection, spelling and synonyms."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from rag.words import stem


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))


@cache
def _irregular() -> dict[str, str]:
    return {form: base for base, forms in _table()["irregular"].items() for form in forms.split()}


@cache
def _endings() -> tuple[tuple[str, str], ...]:
    return tuple((a, b) for a, b in _table()["spelling"]["endings"])


@lru_cache(maxsize=65536)
def canon(word: str) -> str:
    """What the inflected and spelling variants of a folded word have in common."""
    irregular = _irregular()
    if word in irregular:
        return stem(irregular[word])
    base = _without_ly(word)
    base = irregular.get(base, base)
    for british, american in _endings():
        if base.endswith(british) and len(base) > len(british) + 2:
            base = base[: len(base) - len(british)] + american
            break
    return stem(base)


def _without_ly(word: str) -> str:
    """An adverb's adjective: firmly → firm, happily → happy."""
    if not word.endswith("ly") or len(word) < 6 or word in _NO_ADVERBS:
        return word
    if word.endswith("ily"):
        return word[:-3] + "y"
    return word[:-1] + "e" if word.endswith(("ably", "ibly")) else word[:-2]


_NO_ADVERBS = frozenset(
    "family assembly supply reply apply comply italy monopoly anomaly ally rally early".split()
)


def _canons(text: str) -> frozenset[str]:
    return frozenset(canon(w) for w in text.split())


@cache
def words(section: str, name: str) -> frozenset[str]:
    """A class of words of the lexicon, in the form that `canon` gives."""
    return _canons(_table()[section][name])


@cache
def written(section: str, name: str) -> frozenset[str]:
    """A class of words of the lexicon, as written."""
    return frozenset(_table()[section][name].split())


@cache
def _groups() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    speech = _table()["speech"].values()
    for number, group in enumerate([*_table()["same"]["groups"], *speech]):
        for word in _canons(group):
            found.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


@lru_cache(maxsize=262144)
def same(left: str, right: str) -> bool:
    """Whether two canonical words can stand for one another."""
    groups = _groups()
    return not groups.get(left, frozenset()).isdisjoint(groups.get(right, frozenset()))


@cache
def _speech() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, group in _table()["speech"].items():
        for word in _canons(group):
            found.setdefault(word, set()).add(name)
    return {word: frozenset(names) for word, names in found.items()}


def same_speech(left: str, right: str) -> bool:
    """Whether two canonical verbs do the same by speaking."""
    return not _speech().get(left, frozenset()).isdisjoint(_speech().get(right, frozenset()))


@cache
def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for left, right in _table()["opposite"]["pairs"]:
        for a in _canons(left):
            for b in _canons(right):
                if a != b:
                    found.setdefault(a, set()).add(b)
                    found.setdefault(b, set()).add(a)
    return {word: frozenset(others) for word, others in found.items()}


def opposites(word: str) -> frozenset[str]:
    """The canonical words that say the opposite of a canonical word."""
    return _opposites().get(word, frozenset())


@cache
def verbs_of_speech() -> frozenset[str]:
    """Every verb that reports speech, canonical."""
    return frozenset(w for group in _table()["speech"].values() for w in _canons(group))


@cache
def idioms() -> tuple[tuple[str, ...], ...]:
    """Phrases with a negator that deny nothing."""
    return tuple(tuple(p.split()) for p in _table()["negation"]["idioms"])


@cache
def prefixes() -> tuple[str, ...]:
    """Beginnings that turn a word into its opposite."""
    return tuple(_table()["negation"]["prefixes"])


@lru_cache(maxsize=65536)
def without_prefix(word: str) -> str | None:
    """The canonical word that a negating prefix or suffix turns around: unresolved → resolve."""
    if canon(word) in words("negation", "unprefixed"):
        return None
    for prefix in prefixes():
        rest = word[len(prefix) :].lstrip("-")
        if word.startswith(prefix) and len(rest) >= 4:
            return canon(rest)
    if word.endswith("less") and len(word) > 7:
        return canon(word[:-4])
    return None


@cache
def _phrases() -> tuple[re.Pattern[str], dict[str, str]]:
    table: dict[str, str] = _table()["phrases"]
    longest = sorted(table, key=len, reverse=True)
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest))})\b", re.IGNORECASE)
    return pattern, table


def with_phrases_as_words(text: str) -> str:
    """The text with "step up" as "strengthen" and the like."""
    pattern, table = _phrases()

    def word(match: re.Match[str]) -> str:
        new = table[match.group().lower()]
        return new.capitalize() if match.group()[0].isupper() else new

    return pattern.sub(word, text)


def alike(left: str, right: str) -> bool:
    """Whether two names are equal or, if long, one letter apart: Rouhani, Rouhanni."""
    if left == right:
        return True
    if min(len(left), len(right)) < 5 or left[0] != right[0]:
        return False
    from rapidfuzz.distance import OSA

    return OSA.distance(left, right, score_cutoff=1) <= 1
