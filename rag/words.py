"""Words of a text: folded, stemmed, counted. One definition for search, questions and checks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

WORD = re.compile(r"[^\W_]+(?:[’'][^\W_]+)*(?:[-‑][^\W_]+(?:[’'][^\W_]+)*)*", re.UNICODE)
NUMBER = re.compile(r"(?<![\w.])\d[\d,.]*\d|(?<![\w.])\d")

STOPWORDS = frozenset(
    """a about above after again against all also am an and any are aren't as at be because been
    before being below between both but by can can't cannot could couldn't did didn't do does
    doesn't doing don't down during each few for from further had hadn't has hasn't have haven't
    having he her here hers herself him himself his how i if in into is isn't it it's its itself
    let me more most must my myself nor of off on once only or other ought our ours
    ourselves out over own same shall she should shouldn't so some such than that that's the their
    theirs them themselves then there these they this those through to too under until up upon us
    very was wasn't we were weren't what when where which while who whom whose why will with won't
    would wouldn't you your yours yourself""".split()
)
NUMBER_WORDS = {
    word: str(value)
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {
    "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80",
    "ninety": "90", "hundred": "100", "thousand": "1000", "million": "1000000",
    "billion": "1000000000",
}  # fmt: skip


def fold(text: str) -> str:
    """Lower case without accents, typographic quotes and dashes made plain."""
    if text.isascii():
        return text.lower()
    plain = text.translate(_PLAIN)
    decomposed = unicodedata.normalize("NFKD", plain)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-"})


def words(text: str) -> list[str]:
    """The folded words of a text, in order, hyphenated ones whole and possessives without 's."""
    found = (fold(m.group()) for m in WORD.finditer(text))
    return [w.removesuffix("'s").removesuffix("'") for w in found]


def tokens(text: str) -> list[tuple[int, int, str]]:
    """Each word with its span in `text`: (start, end, folded)."""
    return [(m.start(), m.end(), fold(m.group())) for m in WORD.finditer(text)]


def content_words(text: str) -> list[str]:
    """The folded words that are not stop words, hyphenated ones also as their parts."""
    found: list[str] = []
    for word in words(text):
        parts = word.split("-") if "-" in word else [word]
        found.extend(p for p in parts if p and p not in STOPWORDS)
    return found


def stems(text: str) -> set[str]:
    """The stems of the content words."""
    return {stem(w) for w in content_words(text)}


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The word without its English inflection (Porter's algorithm, as SQLite's FTS5 has it)."""
    # A stemmer holds the word it works on: two threads with one of them mix their words up.
    stemmed: str = _porter()().stemWord(word)
    return stemmed


@lru_cache(maxsize=1)
def _porter() -> Callable[[], Any]:
    from snowballstemmer.porter_stemmer import PorterStemmer

    made: Callable[[], Any] = PorterStemmer
    return made


def numbers(text: str) -> set[str]:
    """The numbers of a text, digits and small number words alike, in one notation."""
    found = {_plain_number(m.group()) for m in NUMBER.finditer(text)}
    found |= {NUMBER_WORDS[w] for w in content_words(text) if w in NUMBER_WORDS}
    return found


def _plain_number(written: str) -> str:
    """`350,000` and `350000` alike; `2.0` is `2`."""
    digits = written.replace(",", "").rstrip(".")
    if digits.count(".") == 1:
        digits = digits.rstrip("0").rstrip(".")
    return digits


def quoted(texts: Iterable[str]) -> str:
    """An FTS5 expression that finds any of these words or phrases, whatever they contain."""
    return " OR ".join('"' + t.replace('"', '""') + '"' for t in texts)


KEPT_CONTROLS = frozenset("\n\t")


def sanitize(text: str) -> str:
    """`text` without what could command a terminal: controls and bidirectional overrides."""
    return "".join(c for c in text if c in KEPT_CONTROLS or not _commanding(c))


def _commanding(character: str) -> bool:
    category = unicodedata.category(character)
    return category in {"Cc", "Cs", "Co", "Cn"} or (
        category == "Cf" and character not in {"\u200c", "\u200d"}
    )


ROLE_MARKS = re.compile(
    r"<\|[^|>]{0,40}\|>|</?s>|\[/?INST\]|<</?SYS>>|^\s*#\s*(?:system|user|assistant)\s*$",
    re.IGNORECASE | re.MULTILINE,
)
"""Marks with which chat templates begin a turn: no text of others may hold them in a prompt."""


def wordless(text: str) -> bool:
    """Whether nothing is asked: no letter and no digit, "?!" or an emoji alone."""
    return not any(c.isalnum() for c in text)


def harmless(text: str) -> str:
    """`text` without what could command a terminal or begin a turn of a prompt."""
    return ROLE_MARKS.sub(" ", sanitize(text))
