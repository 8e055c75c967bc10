"""Whose an office is: the country before it, after it, or behind the name that it introduces."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.names import Mention, office_name
from rag.names.text import fold
from rag.statements.grammar import listed, pattern
from rag.statements.members import Member

Find = Callable[[str, str | None], Member | None]
"""The person whom a name means, of a country if one is given."""


class Placing:
    """Reads the countries of the offices of one document.

    Args:
        text: The document's.
        mentions: The names found in it.
        find: Who is known there under a name.
    """

    def __init__(self, text: str, mentions: Sequence[Mention], find: Find) -> None:
        self._text, self._find = text, find
        self._ends = {m.end: m for m in mentions}
        self._starts = {m.start: m for m in mentions}

    def before(self, start: int) -> tuple[str | None, int]:
        """The country whose name or adjective stands before, and where the phrase begins."""
        # The country at the end of a headline is not that of the office below it.
        window = self._text[max(0, start - 60) : start].rpartition("\n")[2]
        gap = pattern("before_office").search(window)
        mention = self._ends.get(start - len(window) + gap.start()) if gap else None
        if mention is None:
            # "Angolan Fisheries Minister": what the minister is of stands between.
            between = pattern("portfolio_before")
            ends = (self._ends.get(e) for e in range(start - 1, start - len(window), -1))
            near = next((m for m in ends if m is not None), None)
            mention = near if near and between.fullmatch(self._text, near.end, start) else None
        if mention is None and (seat := pattern("seat_before").search(window)):
            # "In Kyiv, Foreign Minister Sybiha said"
            mention = self._starts.get(start - len(window) + seat.start(1))
            if mention is None or mention.role != "capital":
                return None, start
            return mention.party.country, start
        if mention is None and (spoken := pattern("for_before").search(window)):
            # "For the United States, Representative Dorothy Shea stated"
            mention = self._ends.get(start - len(window) + spoken.end(1))
        whose = pattern("whose").search(window)
        owned = whose is not None and (mention is None or mention.role == "person")
        owner = mention.party.name if mention else whose[1] if whose else ""
        if owned and (boss := self._find(owner, None)):
            return boss.country, start  # "Erdogan's adviser Akif Kilic"
        if mention is None or mention.party.kind != "government":
            return None, start
        return mention.party.country, mention.start

    def of_province(self, start: int, office: str) -> bool:
        """Whether a premier is a province's: "Ontario Premier Doug Ford"."""
        if office.lower() != "premier":
            return False
        word = pattern("province_before").search(self._text[max(0, start - 40) : start])
        return word is not None and fold(word[1]) not in listed("not_names")

    def after(self, end: int) -> tuple[str | None, int] | None:
        """The country in "President of the People's Republic of China", and where it ends."""
        of = pattern("of").match(self._text, end)
        mention = self._starts.get(of.end()) if of else None
        if mention is None and of and self._text[of.end() - 4 : of.end()].lower() == "the ":
            mention = self._starts.get(of.end() - 4)
        if mention is None or mention.party.kind != "government":
            return None
        return mention.party.country, mention.end

    def behind(self, name: str, place: int) -> str | None:
        """The country in "President Elena Castellan of Chile", which follows the name."""
        start = self._text.find(name, place, place + 100)
        follows = self._text[start + len(name) :].split(maxsplit=1)[:1]
        if start < 0 or follows not in (["of"], ["from"]):
            return None
        behind = self.after(start + len(name))
        return behind[0] if behind else None


def sent_to(office: str, words: str) -> bool:
    """Whether the words before a country tell where an office's holder was sent: "envoy for"."""
    return (
        pattern("sent_for" if "envoy" in office_name(office) else "sent_to").search(words)
        is not None
    )
