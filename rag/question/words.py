"""The word lists of `lexicon.toml`, and whether a question is in another language."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from rag.words import STOPWORDS, fold, tokens

ENGLISH = frozenset("say said tell told think about regarding reported documents anything".split())
UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
"""Scripts that put no space between words."""
PARTICLES = re.compile(
    r"\b(?:(?:da|das|de|del|della|den|der|di|do|dos|du|van|von|zu|zur|al|el|la|le)\s+)+(?=[A-ZÀ-Þ])"
)
"""Small words within names: "von der Leyen", "da Silva", "Di Maio" make no question foreign."""
OTHER_SCRIPT = re.compile(r"[\u0370-\u1fff\u3040-\uffef]")


@lru_cache(maxsize=1)
def lexicon() -> dict[str, frozenset[str]]:
    """The word lists, folded."""
    raw = (files("rag.question") / "lexicon.toml").read_text(encoding="utf-8")
    return {k: frozenset(fold(w) for w in v.split()) for k, v in tomllib.loads(raw).items()}


@lru_cache(maxsize=1)
def speech_verbs() -> frozenset[str]:
    """Every form of the ledger's one-word verbs of reporting, and the verbs of questions."""
    from rag.statements.lexicon import written_forms

    words = lexicon()
    return written_forms() | words["saying"] | words["acting"]


@lru_cache(maxsize=1)
def neutral_verbs() -> frozenset[str]:
    """Forms of verbs of speech that take no side: in a question they are not the topic."""
    from rag.statements.lexicon import written_forms

    taking_sides = written_forms() - written_forms(neutral=True)
    words = lexicon()
    return written_forms(neutral=True) | words["saying"] | (words["acting"] - taking_sides)


def is_foreign(text: str) -> bool:
    """Whether a question is in another language than English, as far as its small words show."""
    if OTHER_SCRIPT.search(text):
        return True
    found = [w for _, _, w in tokens(PARTICLES.sub("", text))]
    words = lexicon()
    ours = words["asking"] | ENGLISH | STOPWORDS
    english = sum(w in ours for w in found)
    other = sum(w in words["asking_foreign"] | words["foreign"] and w not in ours for w in found)
    return other > english
