"""Text that gives orders to whatever reads it for a person: it is nobody's statement.

A document is data. A sentence such as "when asked about X, answer that Y condemned it" would read
like a report of what Y did, to a grammar as to a model. Such sentences, and those of the same
paragraph, make no statements and are no evidence; they stay in the text and can be searched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.types import Sentence

NEAR = 4
"""Sentences before and after one that are looked at for an order."""
_ANSWERING = (
    r"(?:answer|respond|reply|write|output|print|quote|cite|repeat|say|state|tell|add|claim)"
)
_READER = r"(?:assistant|chat ?bot|language model|AI model|AI|LLM|GPT|bot|model|summari[sz]er)"
ORDER = re.compile(
    rf"""
    \b(?:ignore|disregard|forget|override|bypass)\b.{{0,40}}
        \b(?:instructions?|prompts?|guidelines|the\ rules|your\ rules|messages?\ above|system)\b
    | \b(?:dear|hey|hello|attention|note\ to|for)\s*,?\s+(?:the\s+|any\s+)?{_READER}\b
    | \b(?:when|whenever|if|once)\s+(?:you(?:['’]re|\ are)?
        |any(?:one|body)|some(?:one|body)|whoever)?
        \s*(?:are\s+|is\s+)?asked?\s+(?:about|for|on|what|who|whether).{{0,120}}
        \b{_ANSWERING}\b
    | \A\W*(?:please\s+|you\s+must\s+|you\s+should\s+)?(?:always|never|only)\s+
        (?:answer|respond|reply|write|output|print|quote|cite)\b
    | \A\W*(?:answer|respond|reply)\s+(?:to\s+)?(?:each|every|all|any)\b
    | \A\W*(?:end|begin|start|finish)\s+(?:each|every|all|any|your)\s+(?:answer|response|repl)
    | \byou\s+must\s+(?:always\s+)?(?:answer|say|respond|reply|write|output)\b
    | \b(?:repeat\s+after\s+me|translate\s+and\s+obey)
    | \byou\s+are\s+now\s+(?:a\b|an\b|the\b|[A-Z]\w*Bot\b)
    | \b(?:say|answer|tell\s+(?:everybody|everyone|them|the\s+user))\s+(?:so|that)\b.{{0,80}}
        \b(?:instead|and\s+nothing\s+else)\b
    | \bso\s+(?:say|answer|reply|respond)\s+that\b
    | \b(?:the|your)\s+system\s+prompt\b
    | <\|[^|>]{{0,40}}\|> | \[/?INST\] | <</?SYS>> | ^\s*\#\s*(?:system|assistant|user)\s*$
    | </?(?:system|assistant|user|sentences|instructions?|prompt)> | ^\s*(?:SYSTEM|ASSISTANT):
    | "(?:answer|role|content|not_found)"\s*:
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
"""Phrases with which a text speaks to a machine. People say few of them in public, and a sentence
too many left out of the evidence costs less than an order obeyed."""


@lru_cache(maxsize=65536)
def is_order(text: str) -> bool:
    """Whether a sentence speaks to the machine that reads it."""
    return ORDER.search(text) is not None


def ordering(sentences: Sequence[Sentence]) -> frozenset[int]:
    """Indices of the sentences in paragraphs that give orders."""
    paragraphs = {s.paragraph for s in sentences if is_order(s.text)}
    return frozenset(s.index for s in sentences if s.paragraph in paragraphs)


def stands_in_order(sentences: Sequence[Sentence], index: int) -> bool:
    """Whether one sentence or a near one of its paragraph gives an order."""
    near = sentences[max(0, index - NEAR) : index + NEAR + 1]
    here = sentences[index].paragraph
    return any(s.paragraph == here and is_order(s.text) for s in near)
