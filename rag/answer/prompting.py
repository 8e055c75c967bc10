"""Evidence as numbered lines for a prompt, fenced as data; replies back to numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.types import Evidence
from rag.words import harmless

LONGEST = 420
"""Characters of one sentence in a prompt; a longer one is cut at a word."""


def numbered(evidence: Sequence[Evidence], *, dated: bool = False) -> str:
    """One line a sentence, `[n] (speaker) text`, all on single lines and without role marks."""
    return "\n".join(_line(n, e, dated) for n, e in enumerate(evidence, 1))


def _line(number: int, evidence: Evidence, dated: bool) -> str:
    text = data(evidence.quote)
    if len(text) > LONGEST:
        text = text[:LONGEST].rsplit(" ", 1)[0] + " …"
    about = [speaker(evidence)]
    if dated and evidence.published:
        about.append(evidence.published)
    return f"[{number}] ({', '.join(filter(None, about)) or 'report'}) {text}"


def speaker(evidence: Evidence) -> str:
    """Who says it, in the few words that a prompt can spare."""
    if not evidence.speaker:
        return ""
    named = evidence.speaker
    if evidence.country and evidence.country != evidence.speaker:
        named += f" of {evidence.country}"
    if evidence.reported_by:
        named += f", as told by {evidence.reported_by}"
    return data(named)


def data(text: str) -> str:
    """Document text made harmless for a prompt: one line, no turn marks, no numbered brackets."""
    line = " ".join(harmless(text).split())
    return re.sub(r"\[(\d+)\]", r"(\1)", line)


def choice_grammar(count: int, most: int = 3) -> str:
    """A GBNF grammar for up to `most` of the numbers 1 to `count`, or `none`."""
    number = " | ".join(f'"{n}"' for n in range(1, count + 1))
    more = '(", " number)? ' * (most - 1)
    return f'root ::= "none" | number {more}\nnumber ::= {number}'


def chosen(reply: str, count: int) -> list[int]:
    """The numbers in a reply that were handed out, in order, each once."""
    found = [int(n) for n in re.findall(r"\d+", reply)]
    return list(dict.fromkeys(n for n in found if 1 <= n <= count))
