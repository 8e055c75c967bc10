"""What must not stand in a shown sentence, whatever its source: controls, markup, role-play."""

from __future__ import annotations

import re
import unicodedata

HIDDEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5"
    "\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]"
    "|[\U000e0000-\U000e007f]"
)
"""Control, zero-width, direction and tag characters."""
MARKUP = re.compile(
    r"<\s*[/!a-z|][^>]*>|<\|[^|]*\||\]\s*\(|&(?:#x?[0-9a-f]+|[a-z]+);|```|\{\{|\}\}|<!--|-->", re.I
)
"""HTML, chat templates, Markdown links, entities, code fences."""
ADDRESS = re.compile(r"\b(?:https?|ftp|javascript|data|file)\s*:\s*\S|\bwww\.\w", re.I)
ASSISTANT = re.compile(
    r"\bas an? (?:ai|a\.i\.|artificial|language model|assistant)\b"
    r"|\b(?:language model|ai assistant|my (?:instructions|system prompt|programming))\b"
    r"|\b(?:ignore|disregard|forget) (?:all |any |the |your |these )*"
    r"(?:previous|prior|above|earlier)"
    r"|^\s*(?:system|assistant|user|human)\s*:|\b(?:system prompt|prompt injection)\b"
    r"|\bi (?:cannot|can't|can not|am unable to|'m unable to) "
    r"(?:answer|help|assist|comply|provide)",
    re.I,
)
"""A model that speaks of itself, takes orders or plays a turn."""


def unfit(sentence: str, source: str) -> str | None:
    """Why a sentence must not be shown, or None.

    Args:
        sentence: The sentence as it would be shown.
        source: The quotes: what they hold themselves may be repeated, hidden characters never.
    """
    if HIDDEN.search(sentence):
        return "hidden or control characters"
    for name, pattern in (("markup", MARKUP), ("an address", ADDRESS)):
        found = pattern.search(sentence)
        if found and found.group() not in source:
            return f"{name}: “{found.group()[:40]}”"
    found = ASSISTANT.search(sentence)
    if found and found.group().lower() not in source.lower():
        return f"speaks as an assistant: “{found.group().strip()[:40]}”"
    if any(unicodedata.category(c) in {"Co", "Cs"} for c in sentence):
        return "characters of private use"
    return None
