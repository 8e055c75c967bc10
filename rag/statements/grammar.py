"""Loads the grammar of reports: its word lists, phrases and patterns."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from rag.names.offices import HONORIFICS

CAPITAL = "A-ZÀ-ÖØ-Þ" + "".join(
    chr(c) for c in [*range(0x100, 0x250), *range(0x1E00, 0x1F00)] if chr(c).isupper()
)
"""The capital letters of Latin script, for a character class."""

PERSON, COUNTRY, ADJECTIVE, PLACE, MEDIUM, OFFICE = "\ue000\ue001\ue002\ue003\ue004\ue005"
"""What stands for a name in a masked sentence, letter for letter."""

_MARKS = {"P": PERSON, "C": COUNTRY, "A": ADJECTIVE, "K": PLACE, "M": MEDIUM, "O": OFFICE}
_REFERENCE = re.compile(r"(?<!\?P)(?<!\(\?)<([A-Za-z_]+)>")
_BREAK = re.compile(r"\n\s*")


@cache
def _table() -> dict[str, Any]:
    path = Path(__file__).with_name("grammar.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _expanded(text: str) -> str:
    """The expression with its references replaced, over and over."""
    return _REFERENCE.sub(lambda m: _referred(m.group(1)), _BREAK.sub("", text))


@cache
def _referred(name: str) -> str:
    if name in _MARKS:
        return f"{_MARKS[name]}+"
    if name == "capital":
        return CAPITAL
    if name == "honorific":
        return HONORIFICS
    table = _table()
    found = table["words"].get(name) or table["parts"][name]
    return _expanded(found)


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The compiled pattern of that name; compiled at its first use."""
    flags = re.DOTALL | (re.IGNORECASE if name in _table()["loose"] else 0)
    return re.compile(_expanded(_table()["patterns"][name]), flags)


@cache
def listed(name: str) -> frozenset[str]:
    """The words of a plain list."""
    return frozenset(_BREAK.sub("", _table()["words"][name]).split("|"))


@cache
def nouns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The kinds of noun phrases that can speak, and their patterns, in order of preference."""
    return tuple(
        (name.split()[0], re.compile(_expanded(text))) for name, text in _table()["nouns"].items()
    )
