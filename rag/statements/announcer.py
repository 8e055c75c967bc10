"""Whoever is announced in a report to tell what follows, and up to where they tell it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.statements.announced import announced, may_announce
from rag.statements.cast import Cast
from rag.statements.frame import Frame
from rag.statements.grammar import pattern
from rag.statements.nesting import Nesting
from rag.statements.nouns import Masked
from rag.statements.quotes import Quotation, end_of_run
from rag.statements.speakers import Speakers
from rag.types import Party, Sentence


class Announcer:
    """Who was announced to tell what follows, as one report is read sentence by sentence."""

    def __init__(
        self, text: str, cast: Cast, speakers: Speakers, quotations: list[Quotation]
    ) -> None:
        self._text, self._cast, self._speakers = text, cast, speakers
        self._quotations = quotations
        self._some = may_announce(text)
        self._ends: int | None = None
        self.block: Party | None = None
        """Who was announced to tell what follows."""

    def begin(self, sentence: Sentence) -> int | None:
        """Makes X the reporter of what is "attributable to X:", or of "X gave the following:".

        Returns:
            Where that begins, in this sentence or at its end; None where nothing is announced.
        """
        if self._ends is not None and sentence.start >= self._ends:
            self.block = self._ends = None
        text = self._text
        match = pattern("attributable").search(sentence.text)
        told = announced(text, self._cast, sentence.start, sentence.end) if self._some else None
        noun = told.by if told else None
        if match is not None:
            masked = Masked(text, sentence.start, sentence.end, self._cast)
            noun = masked.starting_at(match.end())
        self.block = (self._speakers.resolve(noun) if noun else None) or self.block
        if noun is None or self.block is None:
            return None
        begin = told.start if told else sentence.end
        return begin if re.search(r"\w", text[begin : sentence.end]) else sentence.end

    def opened(self, sentence: Sentence, frames: Sequence[Frame], nesting: Nesting) -> Party | None:
        """Who is announced by a sentence such as "A spokesperson said:"; None if nobody is."""
        if not sentence.text.rstrip().endswith(":") or not frames:
            return None
        frame = frames[-1]
        if frame.subject is None or not frame.cue.verb.says:
            return None
        party = self._speakers.resolve(frame.subject, frame.partner)
        tells = frame.cue.verb.act == "say"
        if party is not None and tells and nesting.proxy(frame.subject, party):
            self.block = party
            self._ends = end_of_run(self._quotations, self._text, sentence.end)
        return party
