"""A text in plain marks and wordings, so that two spellings of one thing are read alike."""

from __future__ import annotations

import re

from rag.check.lexicon import with_phrases_as_words

PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "´": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "—",
     "‑": "-", "\u00a0": " ", "…": "."}
)  # fmt: skip
TREEBANK = (
    (re.compile(r"``|''"), '"'),
    (re.compile(r"\s+(n't|'s|'re|'ve|'ll|'d|'m|')(?=\s)"), r"\1"),
    (re.compile(r"(?<=\w) - (?=\w)"), "-"),
    (re.compile(r"\s+--\s+|--"), " — "),
    (re.compile(r"\s+([,.;:?!%)\]])"), r"\1"),
    (re.compile(r"([(\[$])\s+"), r"\1"),
)
"""How treebanks and web dumps space their tokens, undone."""
OFFICES = (
    (re.compile(r"\bminister (?:of|for) (?:foreign|external) affairs\b", re.I), "foreign minister"),
    (
        re.compile(
            r"\bminister (?:of|for) (health|defen[cs]e|trade|finance|justice|energy)\b", re.I
        ),
        r"\1 minister",
    ),
)
"""One office, one wording."""


def plain(text: str) -> str:
    """Typographic marks made plain, treebank spacing undone, fixed phrases as one word."""
    made = text.translate(PLAIN)
    for pattern, new in (*TREEBANK, *OFFICES):
        made = pattern.sub(new, made)
    return with_phrases_as_words(" ".join(made.split()))
