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
from rag.words import ROLE_MARKS

NEAR = 4
"""Sentences before and after one that are looked at for an order."""
_ANSWERING = r"(?:answer|respond|reply|write|output|print|quote|cite|repeat|say|state|tell|add)"
_READER = r"(?:assistant|chat ?bot|language model|AI model|AI|LLM|GPT|bot|summari[sz]er)"
ORDER = re.compile(
    rf"""
    \b(?:ignore|disregard|forget|override|bypass)\b.{{0,40}}\b(?:your|previous|prior|above|earlier)\b
        .{{0,20}}\b(?:instructions?|prompts?|rules|messages?)\b
    | \A\W*(?:dear|hey|hello|attention|note\ to)\s*,?\s+(?:the\s+|any\s+)?{_READER}\b
    | \b(?:when|whenever|if|once)\s+you(?:['’]re|\ are)\s+asked\b
    | \A\W*(?:when|whenever|if|once)\s+asked\s+(?:about|for|on)\b
        [^,.;]{{0,80}}(?:,\s*(?:please\s+)?{_ANSWERING}\b|\s(?:answer|reply|write|say|add)\s+that\b)
    | \A\W*(?:please\s+)?(?:always|never|only)\s+{_ANSWERING}\b
    | \A\W*(?:answer|respond|reply)\s+(?:to\s+)?(?:each|every|all|any)\b
    | \A\W*(?:end|begin|start|finish)\s+(?:each|every|all|any|your)\s+(?:answer|response|repl)
    | \byou\s+must\s+(?:always\s+)?(?:answer|respond|reply|output)\b
    | \b(?:repeat\s+after\s+me|translate\s+and\s+obey)\b
    | \byou\s+are\s+now\s+(?:an?\s+)?(?:\w+bot|{_READER}|pirate|poet)\b
    | \bso\s+(?:answer|reply|respond)\s+that\b
    | \b(?:the|your)\s+system\s+prompt\b
    | </?(?:system|assistant|user|sentences|instructions?|prompt)>
    | ^\s*(?-i:SYSTEM|ASSISTANT):
    | "(?:answer|role|content|not_found)"\s*:
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
"""Phrases with which a text speaks to a machine and reports do not speak of people: an order missed
meets the checks of the answer, a true sentence left out is lost."""


@lru_cache(maxsize=65536)
def is_order(text: str) -> bool:
    """Whether a sentence speaks to the machine that reads it."""
    return bool(ROLE_MARKS.search(text) or ORDER.search(text))


def ordering(sentences: Sequence[Sentence]) -> frozenset[int]:
    """Indices of the sentences in paragraphs that give orders."""
    paragraphs = {s.paragraph for s in sentences if is_order(s.text)}
    return frozenset(s.index for s in sentences if s.paragraph in paragraphs)


def stands_in_order(sentences: Sequence[Sentence], index: int) -> bool:
    """Whether one sentence or a near one of its paragraph gives an order."""
    near = sentences[max(0, index - NEAR) : index + NEAR + 1]
    here = sentences[index].paragraph
    return any(s.paragraph == here and is_order(s.text) for s in near)
