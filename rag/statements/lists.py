"""Lists of those who speak together: "Chile, Kenya and Peru", known whole or taken as written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from rag.statements.grammar import pattern
from rag.statements.nouns import Masked, Noun

_NAMED = frozenset({"person", "name"})


class Lists:
    """Reads the lists of subjects of one masked sentence."""

    def __init__(self, masked: Masked) -> None:
        self._sentence, self._text = masked, masked.text

    def before(self, last: Noun, begins: Callable[[Noun], bool]) -> Noun:
        """The phrase before the "and" with those before it: "Chile, Kenya" of "Chile, Kenya and …".

        A list must be known whole: of one that begins with something else ("Envoys from Chile,
        Kenya and Peru") all of it is taken as it is written.

        Args:
            last: The phrase before the "and".
            begins: Whether a clause can begin with a phrase.
        """
        found = [last]
        while (item := self._item_before(found[0])) is not None:
            found.insert(0, item)
        first, *others = found
        if not others:
            return last
        if begins(first):
            return replace(last, listed=tuple(found[:-1]))
        # "After talks with Chile, Kenya and Peru agreed", "Lin met Chile, Kenya and Peru said"
        start = self._clause_start(first.start)
        lead = self._text[start : first.start]
        aside = pattern("starts").match(lead) or pattern("beside").match(lead)
        if aside or pattern("has_verb").search(lead):
            return replace(last, listed=tuple(others[:-1]))
        return self._as_written(start, last.end)

    def _item_before(self, noun: Noun) -> Noun | None:
        """The like phrase that only a comma parts from this one."""
        head = self._text[: noun.start].rstrip()
        for item in self._sentence.all_ending_at(len(head) - 1) if head.endswith(",") else ():
            alike = item.kind == noun.kind or {item.kind, noun.kind} <= _NAMED
            if alike and (item.kind != "name" or " " in item.written):
                return item
        return None

    def goes_on(self, noun: Noun) -> bool:
        """Whether others of its kind follow it: "Chile" of "Envoys of Chile, Kenya and Peru"."""
        gap = pattern("listed_next").match(self._text, noun.end)
        after = self._sentence.starting_at(gap.end()) if gap else None
        return noun.kind == "country" and after is not None and after.kind == noun.kind

    def from_first(self, first: Noun, closed: re.Pattern[str]) -> tuple[Noun, Noun | None]:
        """The last of a list that begins here, with those before it: "according to Chile and Peru".

        Only of one that ends there: "According to Chile, Kenya and Peru agreed" is of Chile.

        Args:
            first: Where it begins.
            closed: What may follow it.
        """
        found, joined = [first], False
        while not joined and (gap := pattern("listed_next").match(self._text, found[-1].end)):
            noun = self._sentence.starting_at(gap.end())
            joined = gap.group().strip(" ,") != ""
            kinds = {noun.kind, first.kind} if noun else set()
            if noun is None or not (len(kinds) == 1 or kinds <= _NAMED):
                return first, None
            found.append(noun)
        if not joined or not closed.match(self._text, found[-1].end):
            return first, None
        return found[-1], replace(found[-2], listed=tuple(found[:-2]))

    def unread(self, joint: re.Match[str]) -> Noun | None:
        """What cannot be read before an "and": "World powers and Chile"."""
        start = self._clause_start(joint.start())
        unread = pattern("unread_subject").fullmatch(self._sentence.masked, start, joint.start())
        return self._as_written(start, joint.start()) if unread else None

    def _as_written(self, start: int, end: int) -> Noun:
        return Noun(start, end, self._text[start:end], "unread")

    def _clause_start(self, place: int) -> int:
        """Where the clause begins that holds a place: behind the last mark that ends one."""
        mark = re.search(r"(?:.*[;:“”\"])?\s*", self._text[:place], re.DOTALL)
        return mark.end() if mark else 0
