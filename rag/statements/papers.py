"""Whose the statements, letters and readouts are of which a report goes on to tell."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from rag.statements.grammar import pattern
from rag.statements.line import Line
from rag.statements.nouns import Masked, Noun
from rag.types import Party


@dataclass
class Papers:
    """What a document has said so far of who issued what."""

    _whose: dict[str, Party | None] = field(default_factory=dict)
    """The word for the paper, and whose it is; None where nobody can be told."""
    _last: str | None = None

    def whose(self, written: str) -> tuple[bool, Party | None]:
        """Whether a paper was told of that the phrase means, and whose it is."""
        word = _word(written)
        found = word if word in self._whose else self._last
        return (False, None) if found is None else (True, self._whose[found])

    def told(self, written: str, issuer: Party | None) -> None:
        """Remembers whose a paper is, of which a sentence tells for the first time."""
        self._last = _word(written)
        self._whose[self._last] = issuer


def _word(written: str) -> str:
    found = pattern("paper_word").search(written)
    return found.group().lower() if found else ""


def issued(
    masked: Masked,
    line: Line,
    resolve: Callable[[Noun], Party | None],
    about: Callable[[], Party | None],
) -> tuple[str, Party | None] | None:
    """The paper that a sentence introduces, and whose it is; None where it introduces none.

    Args:
        masked: The sentence.
        line: What is said in it: in a statement, said whoever issued it.
        resolve: Whom a phrase means in it.
        about: Tells whom it is about.
    """
    match = next(filter(_is_new, pattern("new_paper").finditer(masked.masked)), None)
    if match is None or line.quotation is not None:
        return None
    words = match.group()
    noun = masked.starting_at(match.start("det"))
    noun = noun if noun is not None and noun.kind == "document" else None
    signed = pattern("paper_by").match(masked.masked, match.end())
    if signed or (noun is not None and noun.mention is not None):
        return words, resolve(noun) if noun is not None else None
    first = line.statements[0] if line.statements else None
    whose = (first.reported_by[0] if first.reported_by else first.speaker) if first else about()
    if " joint " in words:
        several = whose is not None and whose.kind == "joint"
        return words, whose if several or noun is None else resolve(noun)
    told = match["issued"] is not None or (first is not None and first.reported_by)
    return words, whose if told else None


def _is_new(match: re.Match[str]) -> bool:
    """Whether it is told of for the first time: "a letter", "issued its report"."""
    return match["det"].lower() in {"a", "an"} or match["issued"] is not None
