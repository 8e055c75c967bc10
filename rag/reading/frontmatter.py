"""YAML front matter: the fields between two `---` lines at the very start of a file."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

FENCED = re.compile(
    r"\A\s*---[ ]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ ]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
PLAIN_LINE = re.compile(r"(?P<key>[A-Za-z][\w -]*):(?P<value>.*)")
MAX_CHARACTERS = 64 * 1024


def take_front_matter(text: str) -> tuple[str, dict[str, str], str]:
    """The text without its front matter, the fields, and what was wrong with it, if anything.

    A fenced block that is no YAML mapping is left where it is: two rules may frame a paragraph.
    """
    found = FENCED.match(text[:MAX_CHARACTERS])
    if not found:
        return text, {}, ""
    fields, problem = _fields(found["yaml"])
    if fields is None:
        return text, {}, problem
    return text[found.end() :], fields, ""


def _fields(block: str) -> tuple[dict[str, str] | None, str]:
    import yaml

    if re.search(r"(^|\s)[&*]\w", block):
        return _plain_lines(block), "front matter with anchors is not read"
    try:
        loaded = yaml.safe_load(block)
    except (yaml.YAMLError, ValueError, RecursionError) as exc:
        reason = " ".join(str(exc).split())[:120]
        return _plain_lines(block), f"front matter is not YAML ({reason})"
    if loaded is None:
        return {}, ""
    if not isinstance(loaded, dict):
        return None, ""
    return {str(key): as_text(value) for key, value in loaded.items()}, ""


def _plain_lines(block: str) -> dict[str, str] | None:
    """`key: value` lines that YAML refuses, as `title: China: a new era`; None for other text."""
    lines = [line for line in block.splitlines() if line.strip()]
    found = [PLAIN_LINE.fullmatch(line) for line in lines]
    pairs = [(m["key"].strip(), m["value"].strip().strip("\"'")) for m in found if m]
    return dict(pairs) if pairs and len(pairs) == len(lines) else None


def as_text(value: Any) -> str:
    """A value of YAML or JSON as the text that a metadata field holds; empty for none."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ", ".join(as_text(item) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{key}: {as_text(item)}" for key, item in value.items())
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
