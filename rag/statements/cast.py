"""The persons of a document: found wherever it names them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from rag.names import Mention, Names
from rag.names.text import fold
from rag.statements.casting import complete
from rag.statements.genders import women
from rag.statements.grammar import listed, pattern
from rag.statements.introductions import Introductions, titles
from rag.statements.lexicon import cues
from rag.statements.members import Member, holders
from rag.statements.personal import spaced, spelled

_RUNNING = re.compile(r"[ \t][A-Z][\w’'-]+(?:,|[ \t][a-z])")
_REST = re.compile(r"[^.;“”\"\n]{0,90}")
_FOLLOWS = re.compile(r"[ \t]([A-Z][\w'’-]+)")
_PRECEDES = re.compile(r"(?<![.!?“\"\n][ \t])\b([A-Z][\w'’-]+)[ \t]$")
_SMALL = re.compile(r"(?<![\w-])[a-z]{2,}")
_ENDS = re.compile(r"[a-z\d)”\"][.!?]”?\s|\n[^\S\n]*\n")
_HEAD = 800
"""Characters in which a report says what it is of."""
_NEAR = 200
"""Characters around a name in which these are looked for."""
_FEW = 5
"""Words in small letters that a line of running text has at least."""


def _any_of(forms: set[str]) -> re.Pattern[str] | None:
    ordered = "|".join(spaced(f) for f in sorted(forms, key=lambda f: (-len(f), f)))
    return re.compile(rf"(?<![\w-])(?:{ordered})(?!\w)") if forms else None


class Cast:
    """The persons that one document names."""

    def __init__(self, text: str, names: Names, *, on: str | None = None) -> None:
        self.names, self.on, self._text = names, on, text
        read = Introductions(text, names, on)
        self.members, self.all_mentions = read.members, read.all_mentions
        self.offices, self.bare_offices = read.offices, read.bare_offices
        self.by_telephone = pattern("by_telephone").search(text, 0, _HEAD) is not None
        """Whether the document is of a call: who is called is elsewhere."""
        self.settle()

    def settle(self) -> None:
        """Completes what the introductions leave open, and makes the members findable."""
        complete(self)
        self._by_spelling: dict[str, Member | None] = {}
        for member in self.members:
            for form in {f for s in member.spellings | {member.name} for f in spelled(s)}:
                known = self._by_spelling.get(form, member)
                same = known is not None and known.name == member.name
                self._by_spelling[form] = known if same and not self._shared(form, member) else None
        forms = {f for f, m in self._by_spelling.items() if m is not None and not self._place(f)}
        self._pattern = _any_of(forms)
        self.doubtful = {m.group() for m in self._longer_names()}
        """Single words that mean a member or somebody else: nobody, where they stand alone."""
        if self.doubtful:
            self._pattern = _any_of(forms - self.doubtful)
        shared = {f for f, m in self._by_spelling.items() if m is None and " " not in f}
        self.all_mentions = [
            m
            for m in self.all_mentions
            if m.role != "person"
            or (m.party.as_written not in self.doubtful | shared and not self._in_longer(m))
        ]

    def _in_longer(self, mention: Mention) -> bool:
        """Whether what is known as a person begins a stranger's name: "Kim" in "Kim Yo Jong"."""
        match = re.compile(r"\w+").fullmatch(self._text, mention.start, mention.end)
        follows = _FOLLOWS.match(self._text, mention.end)
        strange = match and follows and self._is_strange(follows[1])
        return bool(match and strange and self._running(match))

    def _longer_names(self) -> Iterator[re.Match[str]]:
        """Where a single word that means a member begins a stranger's name in running text."""
        for match in self._pattern.finditer(self._text) if self._pattern else ():
            begins = _RUNNING.match(self._text, match.end())
            strange = self._of_longer(match, self._text)
            if strange and (begins or self._speaks(match.end())) and self._running(match):
                yield match

    def _running(self, match: re.Match[str]) -> bool:
        """Whether it stands in running text: in a headline every word has a capital."""
        first = max(0, match.start() - _NEAR)
        before = self._text[first : match.start()].rpartition("\n")[2]
        after = self._text[match.start() : match.end() + _NEAR].partition("\n")[0]
        return len(_SMALL.findall(before + after)) >= _FEW

    def _speaks(self, place: int) -> bool:
        """Whether a verb of saying follows: a wife who only shakes hands has the name in vain."""
        rest = _REST.match(self._text, place)
        return rest is not None and any(cues(rest.group()))

    def in_one_sentence(self, first: int, last: int) -> bool:
        """Whether no sentence or paragraph ends between two places."""
        return _ENDS.search(self._text, first, last) is None

    def has_article(self, place: int) -> bool:
        """Whether "the" stands before a place, as it seldom does in a headline."""
        return self._text[max(0, place - 4) : place].lower() == "the "

    def is_common(self, word: str) -> bool:
        """Whether a word that begins a sentence is one of everyday: "First", "Denying"."""
        return re.fullmatch(r"\w{3,}ing", word) is not None or word.lower() in self._small

    @cached_property
    def _small(self) -> frozenset[str]:
        """The words that the text writes in small letters."""
        return frozenset(_SMALL.findall(self._text))

    def _shared(self, form: str, member: Member) -> bool:
        """Whether a single word is also in another's name: "Kim" beside Kim Tae-hyo."""
        others = (m for m in self.members if m.name != member.name)
        return " " not in form and any(form in m.name.split() for m in others)

    def _place(self, form: str) -> bool:
        """Whether a single word is a country's too; one that is only like it ("Chinh") is not."""
        return " " not in form and any(m.party.kind != "person" for m in self.names.find(form))

    def find(self, text: str) -> Iterator[tuple[int, int, Member]]:
        """The members named in `text`, in full or by a part of their name."""
        for match in self._pattern.finditer(text) if self._pattern else ():
            member = self._by_spelling.get(" ".join(match.group().split()))
            if member is not None and not self._of_longer(match, text):
                yield match.start(), match.end(), member

    def _of_longer(self, match: re.Match[str], text: str) -> bool:
        """Whether a single word is part of a stranger's name: "Kim" in "Kim Yo-jong"."""
        if " " in match.group():
            return False
        follows = _FOLLOWS.match(text, match.end())
        precedes = _PRECEDES.search(text[max(0, match.start() - _NEAR) : match.start()])
        return bool(
            (follows and self._is_strange(follows[1]))
            or (precedes and self._is_strange(precedes[1]))
        )

    def _is_strange(self, word: str) -> bool:
        """Whether a capitalised word beside a name can be the rest of another name."""
        known = fold(word) in listed("not_names") or word.endswith(("'s", "’s"))
        return not (
            known
            or titles().match(word)
            or pattern("honorific_word").fullmatch(word)
            or self.names.resolve(word) is not None
        )

    def name_at(self, place: int) -> str | None:
        """The name of the member who is named from this place of the document on."""
        match = self._pattern.match(self._text, place) if self._pattern else None
        member = self._by_spelling.get(" ".join(match.group().split())) if match else None
        return member.name if member else None

    def woman(self, name: str) -> bool | None:
        """Whether "she" can mean the person and "he" cannot; None where nothing tells."""
        known = self.names.woman(name)
        return self._women.get(name) if known is None else known

    @cached_property
    def _women(self) -> dict[str, bool]:
        return women(self._text, self)

    def mentions(self, start: int, end: int) -> list[Mention]:
        """The countries, organisations and known persons between two places of the document."""
        return [m for m in self.all_mentions if start <= m.start and m.end <= end]

    def holders(self, office: str | None, country: str | None) -> list[Member]:
        """The members of that country in that office; None stands for any."""
        return holders(self.members, office, country)
