"""A question under work: which words are to be replaced by what."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.rewrite.context import Context
from rag.rewrite.parts import Parts
from rag.types import Party
from rag.words import fold

if TYPE_CHECKING:
    from rag.names import Mention

SINGULAR = {"do": "does", "have": "has", "are": "is", "were": "was"}


@dataclass
class Draft:
    """A question, and the replacements that put its references into words."""

    question: Parts
    context: Context
    changes: list[tuple[int, int, str]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    taken: list[Party] = field(default_factory=list)
    """Parties that an earlier pronoun of this question already stands for."""
    join: bool = False
    """Something refers back that no rule can put into words."""

    def claimed(self, start: int) -> bool:
        """Whether a replacement already covers this place."""
        return any(a <= start < b for a, b, _ in self.changes)

    def put(self, start: int, end: int, words: str) -> None:
        """Notes that `words` stand for the span; the first to claim a place keeps it."""
        if any(a < end and start < b for a, b, _ in self.changes):
            return
        self.changes.append((start, end, words))
        self.reasons.append(f"“{self.question.text[start:end]}” is {words}")

    def put_name(self, start: int, end: int, name: str | None, *, possessive: bool = False) -> None:
        """A party's name in the place of a pronoun; without one the last question is joined."""
        if name is None:
            self.join = True
            return
        self.taken.extend(m.party for m in self.context.names.find(name, fuzzy=True))
        own = ("'" if name.endswith("s") else "'s") if possessive else ""
        self.put(start, end, name + own)

    def put_thing(self, start: int, end: int, pattern: str = "{}") -> None:
        """What was spoken about in the place of a pronoun."""
        thing = self.context.thing()
        if thing:
            self.put(start, end, pattern.format(thing))
        else:
            self.join = True

    def earlier(self, start: int) -> list[Mention]:
        """The names that stand in the question before this place."""
        return [m for m in self.question.mentions if m.end <= start]

    def text(self) -> str:
        """The question with every replacement made."""
        text = self.question.text
        for start, end, words in sorted(self.changes, reverse=True):
            head = text[:start]
            if fold(text[start:end]) == "they" and not re.search(r"\band\b|[^s]s$", words):
                head = _singular(head)
            text = head + words + text[end:]
        return text


def _singular(head: str) -> str:
    """ "do they" with one name in its place: "does Pakistan"."""  # noqa: D210
    return re.sub(
        r"\b(do|have|are|were)(\s+)$",
        lambda m: SINGULAR[m[1].lower()] + m[2],
        head,
        flags=re.IGNORECASE,
    )
