"""Folded words with their places: the form in which names are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]")
_PLAIN = str.maketrans(
    {"ı": "i", "İ": "i", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "đ": "d", "ß": "ss", "æ": "ae"}
)


class Word(NamedTuple):
    """A run of letters or digits, folded, and where it stands in the text."""

    start: int
    end: int
    folded: str


@lru_cache(maxsize=20000)
def fold(text: str) -> str:
    """`text` in lower case without accents, so that "Türkiye" and "turkiye" are the same."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def words(text: str) -> list[Word]:
    """The words of `text` in order, punctuation left out: "d'Ivoire" is two words."""
    return [Word(m.start(), m.end(), fold(m.group())) for m in _WORD.finditer(text)]


def key(text: str) -> tuple[str, ...]:
    """The folded words of a name: what two spellings of it have in common."""
    return tuple(w.folded for w in words(text))


def is_unspaced(text: str) -> bool:
    """Whether `text` is in a script that puts no spaces between words."""
    return bool(_HAN.search(text))
