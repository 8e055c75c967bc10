"""How a document introduces its persons: by office, beside a verb of saying, as known ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from rapidfuzz import fuzz

from rag.names import Names, office_name
from rag.names.offices import office_pattern
from rag.names.text import fold, key
from rag.statements.casting import PROVINCIAL
from rag.statements.counterparts import give_offices
from rag.statements.grammar import listed, pattern
from rag.statements.lexicon import cues
from rag.statements.members import Member, holders
from rag.statements.personal import is_former, is_institution, one_name, trimmed_name
from rag.statements.placing import Placing, sent_to

_RANKS = frozenset({"sheikh", "prince", "general", "senator", "member of parliament", "ambassador"})
"""Titles that name no office when they stand beside one: "the emir, Sheikh …"."""

_LEAD = 160
"""Characters before an office in which the words begin that lead up to a clause."""

_NEARLY = 75
"""How alike (of 100) two last names of one office are that are one name: Arakchi, Araghchi."""

_OF_BODIES = frozenset({"director", "chairman", "chief financial officer"})
"""Offices of companies and other bodies too, whose name then stands before them."""

_VAGUE = frozenset(
    {"leader", "official", "minister", "secretary", "director", "representative"}
    | {"state councilor", "deputy secretary", "deputy minister", "assistant secretary"}
    | {"under secretary"}
)
"""Offices that a more telling one replaces."""


@cache
def titles() -> re.Pattern[str]:
    """Offices, and "counterpart"."""
    return re.compile(rf"(?<![\w-])(?:{office_pattern()}|counterparts?)(?![\w-])", re.IGNORECASE)


class Introductions:
    """Reads who a document introduces, with which office, for which country."""

    def __init__(self, text: str, names: Names, on: str | None) -> None:
        self.members: list[Member] = []
        self.offices: set[tuple[str, str]] = set()
        """Offices that the document names with their country, whoever holds them."""
        self.bare_offices: dict[str | None, int] = {}
        """Where an office stands first without name and country, as at home: "the President"."""
        self.all_mentions = names.find(text)
        self.names, self.on = names, on
        self._text = text
        self._ends = {m.end: m for m in self.all_mentions}
        self._starts = {m.start: m for m in self.all_mentions}
        self._placing = Placing(text, self.all_mentions, self._find)
        self._counterparts: list[tuple[int, Member]] = []
        for group in self._title_groups():
            self._introduce(*group)
        self._beside_verbs()
        self._called_by_one_word()
        self._known_by_one_word()
        self._known_persons()
        give_offices(text, self.members, self._counterparts)

    def _title_groups(self) -> Iterator[tuple[int, int, str]]:
        """Offices, joined ones as one: "State Councilor and Foreign Minister"."""
        start, end, last = -1, -1, ""
        for match in titles().finditer(self._text):
            # "08:01 PM" is an hour.
            if (
                match.group().lower() == "pm"
                and self._text[: match.start()].rstrip()[-1:].isdigit()
            ):
                continue
            between = pattern("title_join").fullmatch(self._text, max(end, 0), match.start())
            # "In a meeting with the Foreign Minister, President Ruto said": two persons.
            apart = between and "," in between.group() and self._in_lead(start)
            if end > 0 and between and not apart and match.group()[0].isupper():
                end = match.end()
                last = last if office_name(match.group()) in _RANKS else match.group()
                continue
            if end > 0:
                yield start, end, last
            start, end, last = match.start(), match.end(), match.group()
        if end > 0:
            yield start, end, last

    def _introduce(self, start: int, end: int, office: str) -> None:
        country, before = self._placing.before(start)
        after = self._placing.after(end)
        place = after[1] if after else end
        country = country or self._within(start, end, office)
        # An envoy for a country is another's.
        if country is None and after and not sent_to(office, self._text[end : end + 5]):
            country = after[0]
        if after is None and (site := pattern("site").match(self._text, end)):
            place = site.end()
        named = self._name_after(place) or self._name_before(before, place)
        if named is not None and self._ends_source(start, place, named[0]):
            named = None
        if country is None and named is not None:
            country = self._placing.behind(named[0], place)
        counterpart = office.lower().startswith("counterpart")
        if country is None and named is None and _alone(self._text, start):
            self.bare_offices.setdefault(office_name(office), start)
        if country is not None and not counterpart:
            self.offices.add((office_name(office), country))
        if named is not None:
            behalf = pattern("behalf").search(self._text[max(0, before - 80) : before])
            office = behalf.group(1) if behalf and self._text[end : end + 1] == "," else office
            member = self._held(
                named[0], country, office, f"{self._text[start:end]} {named[1]}", start
            )
            if member is not None and member.first == start:
                self._marked(member, before, bare=country is None)
            if member is not None and counterpart:
                self._counterparts.append((start, member))

    def _held(
        self, name: str, country: str | None, office: str, title: str, start: int
    ) -> Member | None:
        """The person introduced by an office; that of a counterpart is to be found yet."""
        province = country is None and self._placing.of_province(start, office)
        held: str | None = PROVINCIAL if province else office_name(office)
        if office.lower().startswith("counterpart"):
            held = None
        self._add(name, country, held, title, start)
        return self._find(name, country)

    def _marked(self, member: Member, before: int, *, bare: bool) -> None:
        """Notes how somebody is introduced whom the document has not named before."""
        member.bare = bare
        behind = "company_before" if member.office in _OF_BODIES else "abbreviation_before"
        body = pattern(behind).search(self._text[max(0, before - 30) : before])
        member.of_body = bare and body is not None
        member.former = is_former(self._text[max(0, before - 12) : member.first])

    def _within(self, start: int, end: int, office: str) -> str | None:
        """The country in the words of an office: "Minister of Foreign Affairs of Kenya"."""
        inside = (m for m in self.all_mentions if start <= m.start and m.end <= end)
        own = (m for m in inside if not sent_to(office, self._text[start : m.start]))
        return next((m.party.country for m in own), None)

    def _name_after(self, place: int) -> tuple[str, str] | None:
        """The name behind an office, and the honorifics between them."""
        gap = pattern("after_office").match(self._text, place)
        start = gap.end() if gap else place
        if department := pattern("department_after").match(self._text, place):
            start, gap = department.end(), None
        title = pattern("honorifics").match(self._text, start)
        name = self._name_at(title.end() if title else start)
        near = title is None and pattern("honorific_near").match(self._text, place)
        if near and (far := pattern("far_name").match(self._text, place)):
            title, name = far, self._name_at(far.end())
        comma = gap is not None and "," in gap.group()
        other = titles().match(self._text, start)
        # "a spokesman for Kenyan President Ruto": the name is of the office right before it.
        another = other is not None and office_name(other.group()) not in _RANKS
        if name is None or another or (comma and len(name.split()) < 2):
            return None
        return name, title.group() if title else ""

    def _ends_source(self, start: int, place: int, name: str) -> bool:
        """Whether the name begins the clause: "According to the envoy, Lin thanked Kim"."""
        if not self._in_lead(start):
            return False
        named = self._text.find(name, place)
        between, follows = self._text[place:named], self._text[named + len(name) :].lstrip()
        return "," in between and not follows.startswith((",", "(", "–", "-"))

    def _in_lead(self, place: int) -> bool:
        """Whether it stands before the clause: "According to the envoy", "In talks with Lin"."""
        window = self._text[max(0, place - _LEAD) : place]
        return pattern("lead_before").search(window) is not None

    def _name_at(self, start: int) -> str | None:
        match = pattern("name").match(self._text, start)
        if match is None:
            return None
        known = self._starts.get(start)
        name = trimmed_name(match.group())
        whole = known is not None and known.end >= start + len(name or "")
        if known is not None and known.role != "person" and (whole or known.role == "adjective"):
            return None
        return name

    def _name_before(self, before: int, end: int) -> tuple[str, str] | None:
        """The name in "Karim Nadir, the Iraqi foreign minister", which ends at `end`."""
        floor = max(0, before - 80)
        match = pattern("appositive_name").search(self._text[floor:before])
        name = trimmed_name(match.group("name")) if match else None
        if match is None or name is None:
            return None
        place = floor + match.start()
        told = pattern("tells_amid").match(self._text, end)
        if told and (told["comma"] or self._in_lead(place)):
            return None  # "Kim Nadir, the minister said, will come": another says so
        known = self._starts.get(place)
        if known is not None and known.role != "person":
            # "Kenyan Ambassador Ada Holm, the spokesperson": known by the name that ends there.
            ends = [m for m in self.members if name.endswith(f" {m.name}")]
            return (ends[-1].name, "") if ends else None
        fits = known.role == "person" if known else len(name.split()) > 1
        return (name, "") if fits else None

    def _add(
        self, name: str, country: str | None, office: str | None, title: str, first: int
    ) -> None:
        name = pattern("title_words").sub("", name)
        # "the envoy to the UN Secretary-General" is nobody called UN Secretary.
        if not name or titles().fullmatch(name.split()[-1]) or is_institution(name):
            return
        member = self._find(name, country) or self._misspelt(name, country, office)
        if member is None:
            member = Member(name, first=first)
            self.members.append(member)
        if len(name.split()) > len(member.name.split()):
            member.name = name
        member.spellings.add(name)
        member.country = member.country or country
        if member.office is None or (office and _tells_more(office, member.office)):
            member.office = office
        if pattern("woman").search(title):
            member.woman = True
        elif pattern("man").search(title):
            member.woman = False

    def _find(self, name: str, country: str | None) -> Member | None:
        """The member that `name` means: its full name, a part of it, or a misspelling."""
        folded = key(name)
        for member in self.members:
            if any(key(s) == folded for s in member.spellings):
                return member
        near = [
            m
            for m in self.members
            if (country is None or m.country is None or m.country == country)
            and any(one_name(name, s) for s in m.spellings)
        ]
        return near[0] if len(near) == 1 else None

    def _misspelt(self, name: str, country: str | None, office: str | None) -> Member | None:
        """The member of the same office whose name is nearly the same."""
        if office is None:
            return None
        last = fold(name.split()[-1])
        for member in holders(self.members, office, country) if country else ():
            other = fold(member.name.split()[-1])
            if min(len(last), len(other)) >= 6 and fuzz.ratio(last, other) >= _NEARLY:
                return member
        return self._shortened(name, country, office)

    def _shortened(self, name: str, country: str | None, office: str) -> Member | None:
        """Joe Biden, where "Joseph R. Biden" holds the same office."""
        first, last = name.split()[0], name.split()[-1]
        for member in holders(self.members, office, None):
            words = member.name.split()
            begins = len(words) > 1 and first != last and words[0][0] == first[0]
            if begins and words[-1] == last and None in {country, member.country}:
                return member
        return None

    def _beside_verbs(self) -> None:
        """Names of two words or more right beside a verb of saying: "John Smith said"."""
        for cue in cues(self._text):
            if not cue.verb.inverts:
                continue
            floor = max(0, cue.start - 70)
            match = pattern("speaking_name").search(self._text[floor : cue.start])
            if match is None or floor + match.start(1) in self._starts:
                continue
            known = self._ends.get(floor + match.end(1))
            if known is not None and known.role != "person":
                continue  # "the White House responded", "Consequently Nairobi asked"
            name = trimmed_name(match.group(1))
            if name is None or name != match.group(1).strip() or titles().search(name):
                continue
            if 2 <= len(name.split()) <= 4 and self._find(name, None) is None:
                place = floor + match.start(1)
                # "Hungary's Peter Szijjarto"
                owned = self._text[:place].rstrip()[-2:] in {"'s", "’s"}
                country = self._placing.before(place)[0] if owned else None
                self._add(name, country, None, "", place)

    def _called_by_one_word(self) -> None:
        """Names written in full once, and then by one word that speaks: "Trump said"."""
        alone = set(pattern("alone_before").findall(self._text))
        alone |= set(pattern("alone_after").findall(self._text))
        not_names = listed("not_names")
        alone = {w for w in alone if fold(w) not in not_names and self._find(w, None) is None}
        for match in pattern("name").finditer(self._text) if alone else ():
            name = trimmed_name(match.group())
            if name is None or not 2 <= len(name.split()) <= 4 or match.start() in self._starts:
                continue
            if name.split()[-1] in alone and not titles().search(name):
                self._add(name, None, None, "", match.start())

    def _known_by_one_word(self) -> None:
        """Leaders whom the document calls by one word only: "Putin thanked Erdogan"."""
        named = {m.party.country for m in self.all_mentions if m.party.country}
        for match in pattern("alone_known").finditer(self._text):
            word = match.group("before") or match.group("after")
            if fold(word) in listed("not_names") or self._find(word, None) is not None:
                continue
            place = match.start("before") if match.group("before") else match.start("after")
            party = None if place in self._starts else self.names.resolve(word, on=self.on)
            if party is not None and party.kind == "person" and party.country in named:
                self._add(party.name, party.country, party.office, "", place)

    def _known_persons(self) -> None:
        """Persons that the roster or the rest of the corpus knows and this document names."""
        for mention in self.all_mentions:
            if mention.role != "person":
                continue
            party = self.names.resolve(mention.party.name, on=self.on) or mention.party
            written = trimmed_name(mention.party.as_written) or party.name
            known = self._find(written, party.country) or self._find(party.name, party.country)
            inside = known is not None and " " not in written and " " in known.name
            if inside and known and not one_name(known.name, party.name):
                continue  # "Ahmed" inside "Ahmed Sharif Chaudhry" is nobody else's name
            if known is None:
                self._add(party.name, party.country, party.office, "", mention.start)
                known = self._find(party.name, party.country)
            if known is None:
                continue
            # "Orban" is Viktor Orbán here, though others write him so.
            known.spellings |= {written}
            known.country = known.country or party.country
            known.office = known.office or party.office


def _alone(text: str, start: int) -> bool:
    """Whether the office has an article or "its" before it, or begins a line."""
    before = text[max(0, start - 80) : start].rpartition("\n")[2]
    return not before.strip() or re.search(r"\b(?:[Tt]he|[Ii]ts)\s+$", before) is not None


def _tells_more(office: str, than: str) -> bool:
    """Whether an office says better than another what somebody does: "Ambassador X, minister"."""
    return than in _VAGUE or (than in _RANKS and office not in _RANKS | _VAGUE)
