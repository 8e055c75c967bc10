"""Whoever is announced in a report to tell what follows, and up to where they tell it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.statements.announced import announced, may_announce
from rag.statements.cast import Cast
from rag.statements.frame import Frame
from rag.statements.grammar import pattern
from rag.statements.nesting import Nesting
from rag.statements.nouns import Masked, Noun
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
        self._announced: Party | None = None
        self._since = 0
        self.block: Party | None = None
        """Who was announced to tell what is being read."""

    def begin(self, sentence: Sentence) -> int | None:
        """Makes X the reporter of what is "attributable to X:", or of "X gave the following:".

        Returns:
            Where that begins, in this sentence or at its end; None where nothing is announced.
        """
        if self._ends is not None and sentence.start >= self._ends:
            self._announced = self._ends = None
        text = self._text
        match = pattern("attributable").search(sentence.text)
        told = announced(text, self._cast, sentence.start, sentence.end) if self._some else None
        noun = told.by if told else None
        if match is not None:
            masked = Masked(text, sentence.start, sentence.end, self._cast)
            noun = _attributed(masked, match.end())
        named = self._speakers.resolve(noun) if noun else None
        self._announced = named or self._announced
        if named is not None:
            self._since = told.start if told else sentence.end
        self.block = self._announced if named or not self._is_told_of(sentence) else None
        if noun is None or self.block is None:
            return None
        begin = told.start if told else sentence.end
        return begin if re.search(r"\w", text[begin : sentence.end]) else sentence.end

    def _is_told_of(self, sentence: Sentence) -> bool:
        """Whether the paragraph names the one announced: then another tells it, of them too."""
        start = self._text.rfind("\n", 0, sentence.start) + 1
        if self._announced is None or self._announced.kind != "person" or start < self._since:
            return False
        end = self._text.find("\n", sentence.end)
        paragraph = self._text[start : end if end >= 0 else None]
        return any(m.name == self._announced.name for _, _, m in self._cast.find(paragraph))

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
            self.block = self._announced = party
            self._ends = end_of_run(self._quotations, self._text, sentence.end)
        return party


def _attributed(masked: Masked, place: int) -> Noun | None:
    """Who stands there, behind a rank too: "First Assistant Ministry Spokesperson Ada Holm"."""
    noun = masked.starting_at(place)
    if noun is not None and noun.kind != "name":
        return noun
    rank = pattern("rank").match(masked.masked, place)
    if rank is not None:
        return masked.starting_at(rank.end())
    # A rank whose holder is not known is no name.
    titled = noun is not None and pattern("office_next").match(masked.masked, noun.end)
    return None if titled else noun
