"""What a report's reading keeps of each of its sentences."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.statements.quotes import Quotation
from rag.types import Party, Sentence, Statement


@dataclass
class Line:
    """What is known of one sentence."""

    sentence: Sentence
    statements: list[Statement] = field(default_factory=list)
    framed: bool = False
    """Whether a reporting verb stands in it."""
    of_person: bool = False
    """Whether it begins with a person: it tells of them rather than going on for them."""
    of_several: bool = False
    """Whether it begins with a word for two or more: "Both ministers"."""
    unread: bool = False
    """Whether somebody speaks in it in words that were not understood."""
    country: str | None = None
    """The country that it begins with, if it begins with one."""
    block: Party | None = None
    """Who was announced before to tell this."""
    opens_block: Party | None = None
    """Who is announced to speak in what follows: "A spokesperson said:"."""
    quotation: Quotation | None = None
    told: Party | None = None
    """Whom "he" means in the quotation of one who tells what others said."""
