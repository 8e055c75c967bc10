"""A reporting verb in a sentence, with its subject and the span that it reports."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from rag.statements.lexicon import Cue
from rag.statements.nouns import Noun

Shape = Literal["before", "after", "amid", "fronted", "trailing", "joined", "source"]
"""Where the subject and its verb stand: before what is reported, after it ("…, he said"), amid it
("History, he said, had …"), as a participle at the head or at the tail, joined to an earlier verb
by "and", or as a source ("according to …")."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A reporting verb, who does it, and the span of the sentence that it reports."""

    cue: Cue
    shape: Shape
    subject: Noun | None
    partner: Noun | None = None
    """The second subject of "X and Y agreed"."""
    start: int = 0
    end: int = 0
    """What is reported, as offsets into the sentence; equal where nothing is."""
    left: int = 0
    """Where the frame begins: subject or verb, whichever stands first."""
    addressee: Noun | None = None
    quoted_by: Noun | None = None
    """Who quotes, in "X quoted Y as saying"."""
    negated: bool = False
    contiguous: bool = True
    leans: bool = False
    """Its subject was taken from an earlier frame of the sentence."""
    resumed: Frame | None = None
    """The sentence's own verb, with which it may be joined past a clause: "noted that Iran agreed,
    and warned"; its subject is the clause's."""
    doer: Noun | None = None
    """Who does something in the clause before a participle: "said Lin toured A, noting B"."""
    head: int = 0
    """Where the words before an attribution that stands amid them end."""
    aside: bool = False
    """It stands in a clause of time or reason: "after Morocco agreed to …"."""

    @property
    def whole(self) -> Noun | None:
        """Its subject together with those beside it: "Chile, Kenya and Peru"."""
        if self.subject is None or self.partner is None:
            return self.subject
        return replace(self.subject, listed=(*self.partner.listed, self.partner))
