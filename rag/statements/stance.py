"""Whether a statement is for or against, asserted, denied, asked, promised or conditional."""

from __future__ import annotations

import re

from rag.statements.grammar import pattern
from rag.statements.lexicon import Verb
from rag.types import Modality, Polarity

_NOUNS = frozenset({"support", "supports", "opposition", "rejection", "condemnation"})
"""Forms that are nouns behind a possessive: "the Spanish government's support"."""

_HEAD = 160
"""Characters at the head of a content in which its own verb is looked for."""


def polarity(verb: Verb, content: str, *, negated: bool = False) -> Polarity:
    """For or against what the content speaks of, where words say so plainly; else neutral.

    The verb decides where it has a side ("condemned"); otherwise the content's own first verb does
    ("said that China supports …"). A negation takes the side away rather than turning it round.
    """
    if verb.polarity != "neutral":
        return "neutral" if negated else verb.polarity
    match = pattern("stance_verb").search(content[:_HEAD])
    if match is None:
        return "neutral"
    head = content[: match.start()]
    if not pattern("stance_head").match(head) or pattern("stance_not").search(head):
        return "neutral"
    # "It has shown its support" and "those who oppose" are not the speaker's own side.
    if re.search(r"\b(?:has|have|had|means|that|which|who)\b", head[5:]):
        return "neutral"
    if re.search(r"['’]s?\s+(?:\w+\s+)?$", head) and match.group().lower() in _NOUNS:
        return "neutral"
    return "for" if match.group("good") else "against"


def modality(verb: Verb, content: str, *, negated: bool = False) -> Modality:
    """How the content is put: asserted, denied, asked, conditional, hoped or promised."""
    if verb.modality == "asked":
        asks = pattern("question").match(content) or "?" in content or not verb.to
        return "asked" if asks else "asserted"
    if verb.modality != "asserted":
        return verb.modality
    if verb.act == "reject" and pattern("denial").match(content):
        return "denied"
    if negated and verb.act == "acknowledge":
        return "denied"
    if content.rstrip().endswith("?"):
        return "asked"
    return _of_content(verb, content)


def _of_content(verb: Verb, content: str) -> Modality:
    if pattern("condition").search(content[:400]) and pattern("would").search(content):
        return "conditional"
    if verb.act in {"express", "convey", "affirm", "stress"}:
        if pattern("hope").match(content):
            return "hoped"
        if pattern("willing").match(content):
            return "promised"
    return "asserted"
