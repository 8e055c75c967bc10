"""The words of a sentence that tell on which day something was said."""

from __future__ import annotations

import re

from rag.statements.compose import Reported
from rag.statements.frame import Frame
from rag.statements.grammar import pattern
from rag.statements.lexicon import Cue

_NEAR = 30
"""Characters after a verb amid its content in which its day may stand."""


def dating(text: str, start: int, end: int, reported: Reported, *, alone: bool) -> str:
    """The words that attribute and are not content; empty where none can tell the day.

    The words after the content of a nested statement date its reporter, not its speaker.

    Args:
        text: The sentence.
        start: Where its content begins.
        end: Where it ends.
        reported: What is reported.
        alone: Whether nothing before it in the sentence is.
    """
    shape = reported.frame.shape
    if shape in {"before", "source"} or (shape == "joined" and alone):
        return _leading(text, start, end, reported.frame)
    if shape == "after" and not reported.reporters:
        return text[end:]
    if shape == "amid":
        place = reported.frame.cue.end
        return text[place : place + _NEAR]
    return ""


def _leading(text: str, start: int, end: int, frame: Frame) -> str:
    """The words up to the content, without those that tell what one was asked about."""
    apart = frame.aside or pattern("topic_lead").match(text[: frame.left])
    words = text[frame.left if apart and frame.left < start else 0 : start]
    words += _of_talk(text[frame.left : frame.cue.start], text[start:end], frame.cue)
    return re.sub(r",\s*(?:who|which)\b[^,]*,", ",", words)


def _of_talk(helpers: str, content: str, cue: Cue) -> str:
    """The words amid what is told of a talk that has been: "spoke with Kim on Monday about …"."""
    if not cue.verb.narrated or pattern("auxiliary").search(helpers):
        return ""
    partner = 0 if cue.verb.act == "talk" else content.find(" with ") + 1
    day = pattern("talk_day").match(content[partner:])
    return f" {day.group()}" if day and (partner or cue.verb.act == "talk") else ""
