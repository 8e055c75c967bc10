"""Words without what is no part of a name: quotation marks, articles, honorifics, "side"."""

from __future__ import annotations

import re

from rag.names.offices import HONORIFICS

_EDGES = re.compile(r"^[\s\"“”'‘’(\[,.;:?!]+|[\s\"“”'‘)\],.;:?!]+$")
_ARTICLE = re.compile(
    r"^(?:the|a|an|its|their|former|then|then-|acting|late|visiting|newly appointed)\s+",
    re.IGNORECASE,
)
POSSESSIVE = re.compile(r"['’](?:s\b|(?=\s|$))")
_HONORIFIC = re.compile(rf"^(?:{HONORIFICS})(?:\.|\b)\s*", re.IGNORECASE)
_SIDE = re.compile(
    r"\s+(?:side|government|govt|authorities|administration|leadership|leaders?|delegation|regime"
    r"|state|nation|people|embassy|mission|cabinet"
    r"|(?:foreign|external affairs|defen[cs]e|foreign affairs) (?:ministry|office|department))$"
    r"|(?:政府|外交部|方面|当局)$",
    re.IGNORECASE,
)


def trimmed(text: str) -> str:
    """Without quotation marks, punctuation, articles at the edges; spaces squeezed."""
    bare = _EDGES.sub("", " ".join(text.split()))
    bare = re.sub(r"['’]s?$", "", bare)
    while (shorter := _ARTICLE.sub("", bare)) != bare:
        bare = shorter
    return bare.strip(" ,")


def side_of(text: str) -> str:
    """The country's words: "Pakistan's foreign ministry" → "Pakistan"."""
    return POSSESSIVE.sub("", _SIDE.sub("", text)).strip()


def without_honorifics(text: str) -> str:
    """The name behind "Mr.", "His Majesty", and so on."""
    while (shorter := _HONORIFIC.sub("", text, count=1)) != text:
        text = shorter
    return text.strip()
