"""Does the answer say what it must?"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from rag.words import fold

MARK = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")
ARTICLES = re.compile(r"\b(a|an|the)\b")
PUNCTUATION = str.maketrans("", "", string.punctuation)


def without_marks(answer: str) -> str:
    """The answer without its `[1]` marks: they are not part of what it says."""
    return " ".join(MARK.sub("", answer).split())


def must_include(answer: str, groups: Sequence[Sequence[str]]) -> bool:
    """Whether the answer holds one alternative of each group.

    An alternative may go on as an inflection ("support" is in "supports") but must begin a word,
    and a number must be that number ("19" is not in "1990").
    """
    folded = " ".join(fold(answer).split())
    return all(any(_holds(folded, alternative) for alternative in group) for group in groups)


def _holds(folded: str, alternative: str) -> bool:
    wanted = " ".join(fold(alternative).split())
    begins = r"(?<!\w)" if wanted[:1].isascii() and wanted[:1].isalnum() else ""
    ends = r"(?![\d])(?![.,]\d)" if wanted[-1:].isdigit() else ""
    return re.search(begins + re.escape(wanted) + ends, folded) is not None


def squad_tokens(text: str) -> list[str]:
    """Tokens in SQuAD's normalisation: lower case, no ASCII punctuation, no articles."""
    plain = text.lower().translate(PUNCTUATION)
    return ARTICLES.sub(" ", plain).split()


def exact_match(answer: str, golds: Iterable[str]) -> float:
    """1 when the answer equals one of the golds in SQuAD's normalisation (Rajpurkar 2016)."""
    return float(any(squad_tokens(answer) == squad_tokens(gold) for gold in golds))


def token_f1(answer: str, golds: Iterable[str]) -> float:
    """The best F1 of shared tokens over the golds, as SQuAD's official script computes it.

    Where gold or answer has no tokens, it is 1 if both have none, else 0.
    """
    return max((_f1(squad_tokens(answer), squad_tokens(gold)) for gold in golds), default=0.0)


def _f1(answer: Sequence[str], gold: Sequence[str]) -> float:
    if not answer or not gold:
        return float(not answer and not gold)
    shared = sum((Counter(answer) & Counter(gold)).values())
    # 2PR/(P+R) with P = shared/|answer| and R = shared/|gold|.
    return 2 * shared / (len(answer) + len(gold))


def rouge_l(answer: str, golds: Iterable[str]) -> float:
    """The best ROUGE-L F over the golds (Lin 2004; rouge-score with its stemmer)."""
    scorer = _rouge()
    return max((float(scorer.score(g, answer)["rougeL"].fmeasure) for g in golds), default=0.0)


@lru_cache(maxsize=1)
def _rouge() -> Any:
    from rouge_score.rouge_scorer import RougeScorer

    return RougeScorer(["rougeL"], use_stemmer=True)
