"""The persons of a document: who is introduced, with which office, for which country."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from rag.names import Mention, Names, office_name
from rag.names.offices import HONORIFICS, office_pattern
from rag.names.people import PARTICLES, alike
from rag.names.text import fold, key
from rag.statements.lexicon import cues
from rag.types import Party

CAPITAL = "A-ZÀ-ÖØ-Þ" + "".join(
    chr(c) for c in [*range(0x100, 0x250), *range(0x1E00, 0x1F00)] if chr(c).isupper()
)
"""The capital letters of Latin script, for a character class."""

_PART = rf"[{CAPITAL}](?:[^\W_]|[-'’](?!s\b)(?=[^\W_]))*"
_INITIAL = rf"[{CAPITAL}]\.(?:\s?[{CAPITAL}]\.)*"
_PARTICLE = r"(?:bin|ibn|al|el|von|van|de|der|da|dos|di|du|la|le|ben|abu|ul|ur|us|uz)[ -]"
NAME = rf"(?:{_INITIAL}|{_PART})(?:[ \t]+(?:{_PARTICLE}){{0,2}}(?:{_INITIAL}|{_PART})|[ \t]+al-{_PART}){{0,5}}"
"""A run of capitalised words, as a person's name is written."""

_NAME = re.compile(NAME)
_HONORIFIC = re.compile(rf"(?:(?:{HONORIFICS})(?:\.|\b)[ \t]+)+", re.IGNORECASE)
_JOIN = re.compile(r"\s*(?:,|and|&|/|-cum-|as well as|, and)\s*(?:the\s+)?", re.IGNORECASE)
_TITLE_WORDS = re.compile(
    r"^(?:(?:King|Queen|President|Prime Minister|Minister|Secretary|Premier|Chancellor)\s+)+"
)
_SITE = re.compile(rf"\s+(?:in|at)\s+[{CAPITAL}]\w+(?=\s*,)")
_OF = re.compile(r"\s+(?:of|for|from|to)\s+(?:the\s+)?")
_BEFORE = re.compile(
    r"(?:['’]s?)?\s+(?:(?:new|newly[ -]\w+|former|caretaker|interim|acting|outgoing|visiting|top|senior|then|late|"
    r"designated|federal|official|state|deputy|ruling)\s+)*$",
    re.IGNORECASE,
)
_APPOSED = re.compile(rf"(?P<name>{NAME})\s*,\s*(?:who is\s+|the\s+|a\s+|an\s+|its\s+)?$")
_WOMAN = re.compile(
    r"(?:mrs|ms|madam|queen|princess|lady|dame|sheikha|first lady|\w*woman)\b", re.IGNORECASE
)
_MAN = re.compile(
    r"(?:mr|king|prince|sultan|emir|sheikh|sir|lord|pope|\w*[^o]man)\b", re.IGNORECASE
)

_RANKS = frozenset({"sheikh", "prince", "general", "senator"})
"""Titles that name no office when they stand beside one: "the emir, Sheikh …"."""

_SPEAKS = "said|told|added|stressed|noted|thanked|expressed|urged|welcomed|emphasi[sz]ed|reiterated|reaffirmed|warned|voiced"
_FAR_NAME = re.compile(
    rf"(?:\s*(?:,|and|&|of|for|the|[{CAPITAL}][\w’'-]*))*?\s*,?\s+(?:(?:Mr|Mrs|Ms|Dr|H\.E)\.?\s+)+(?:(?:Mr|Ms|Dr)\.?\s+)?"
)
"""From the end of a title to the name behind "Mr.": "…, African Cooperation and Expatriates, Mr."."""

_UNIQUE_OFFICES = {
    "secretary of state": "United States",
    "deputy secretary of state": "United States",
    "supreme leader": "Iran",
    "pope": "Holy See",
    "high representative": "European Union",
}
"""Offices of diplomacy that one country alone has."""

NOT_NAMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april june july august "
    "september october november december the a an in on at of for and but he she it they we i his her its their "
    "this that these those ministry government office council committee department affairs foreign state national "
    "general security assembly nations united party republic kingdom union commission agency news press court "
    "parliament congress senate cabinet embassy army forces group organization organisation association bank fund "
    "institute university center centre company corporation board authority foundation initiative agreement "
    "convention plan program programme treaty declaration forum summit conference strategy policy war covid-19 "
    "states nations countries peoples charter member members page photo file south north east west eastern western northern southern central middle islamic african european asian arab "
    "also both during after before according meanwhile however while when as if since under with without through "
    "earlier later speaking asked noting recalling thanks islam covid pandemic".split()
)  # fmt: skip
"""Capitalised words that end a name or are none."""


@dataclass
class Member:
    """A person of the document."""

    name: str
    country: str | None = None
    office: str | None = None
    woman: bool | None = None
    first: int = 0
    """Where the document first names them."""
    spellings: set[str] = field(default_factory=set)
    sure: bool = True
    """Whether the country is written, rather than concluded from the rest of the document."""

    def party(self, written: str) -> Party:
        """The person as a party."""
        return Party(name=self.name, country=self.country, office=self.office, as_written=written)


@cache
def _titles() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{office_pattern()}|counterparts?)(?![\w-])", re.IGNORECASE)


class Cast:
    """The persons that one document names."""

    def __init__(self, text: str, names: Names, *, on: str | None = None) -> None:
        self.members: list[Member] = []
        self.offices: set[tuple[str, str]] = set()
        """Offices that the document names with their country, whoever holds them."""
        self._text, self._names, self._on = text, names, on
        self._mentions = names.find(text)
        self._ends = {m.end: m for m in self._mentions}
        self._starts = {m.start: m for m in self._mentions}
        for group in self._title_groups():
            self._introduce(*group)
        self._without_title()
        self._called_by_one_word()
        self._known_persons()
        self._complete()
        self._pattern = self._compiled()

    # --- reading the introductions ---------------------------------------------------------------

    def _title_groups(self) -> Iterator[tuple[int, int, str]]:
        """Offices, those that are joined together as one: "State Councilor and Foreign Minister"."""
        start, end, last = -1, -1, ""
        for match in _titles().finditer(self._text):
            joint = _JOIN.fullmatch(self._text, end, match.start()) if end > 0 else None
            if joint and match.group()[0].isupper():
                end = match.end()
                last = last if office_name(match.group()) in _RANKS else match.group()
                continue
            if end > 0:
                yield start, end, last
            start, end, last = match.start(), match.end(), match.group()
        if end > 0:
            yield start, end, last

    def _introduce(self, start: int, end: int, office: str) -> None:
        country, before = self._country_before(start)
        after = self._country_after(end)
        place = after[1] if after else end
        if country is None:
            inside = self.mentions(start, end)
            country = inside[0].party.country if inside else None
        abroad = after is not None and self._text[end : end + 4].strip() == "to"
        if country is None and after and not abroad:
            country = after[0]
        if after is None and (site := _SITE.match(self._text, end)):
            place = site.end()
        named = self._name_after(place) or self._name_before(before)
        if country is None and named is not None:
            country = self._country_behind(named[0], place)
        if country is not None and not office.lower().startswith("counterpart"):
            self.offices.add((office_name(office), country))
        if named is None:
            return
        name, title = named
        wanted = (
            self._counterpart_office()
            if office.lower().startswith("counterpart")
            else office_name(office)
        )
        self._add(name, country, wanted, self._text[start:end] + " " + title, start)

    def _country_behind(self, name: str, place: int) -> str | None:
        """The country in "President Elena Castellan of Chile", which follows the name."""
        start = self._text.find(name, place, place + 100)
        behind = self._country_after(start + len(name)) if start >= 0 else None
        follows = self._text[start + len(name) :][:4]
        return behind[0] if behind and follows.strip() == "of" else None

    def _country_before(self, start: int) -> tuple[str | None, int]:
        """The country whose name or adjective stands right before, and where the phrase begins."""
        window = self._text[max(0, start - 60) : start]
        gap = _BEFORE.search(window)
        if gap is None:
            return None, start
        edge = start - len(window) + gap.start()
        mention = self._ends.get(edge)
        if mention is None or mention.party.kind != "government":
            return None, start
        return mention.party.country, mention.start

    def _country_after(self, end: int) -> tuple[str | None, int] | None:
        """The country in "President of the People's Republic of China", and where it ends."""
        of = _OF.match(self._text, end)
        mention = self._starts.get(of.end()) if of else None
        if mention is None and of:
            mention = (
                self._starts.get(of.end() - 4)
                if self._text[of.end() - 4 : of.end()].lower() == "the "
                else None
            )
        if mention is None or mention.party.kind != "government":
            return None
        return mention.party.country, mention.end

    def _name_after(self, place: int) -> tuple[str, str] | None:
        gap = re.compile(r"[ \t]*\n?[ \t]*(?:,[ \t]*)?").match(self._text, place)
        start = gap.end() if gap else place
        title = _HONORIFIC.match(self._text, start)
        first = title.end() if title else start
        name = self._name_at(first)
        if title is None and (far := _FAR_NAME.match(self._text, place)):
            title, name = far, self._name_at(far.end())
        if name is None or (gap is not None and "," in gap.group() and len(name.split()) < 2):
            return None
        return name, title.group() if title else ""

    def _name_at(self, start: int) -> str | None:
        match = _NAME.match(self._text, start)
        if match is None:
            return None
        known = self._starts.get(start)
        if known is not None and known.role != "person" and known.end >= match.end():
            return None
        return trimmed_name(match.group())

    def _name_before(self, before: int) -> tuple[str, str] | None:
        match = _APPOSED.search(self._text[max(0, before - 80) : before])
        if match is None:
            return None
        start = max(0, before - 80) + match.start()
        name = trimmed_name(match.group("name"))
        if name is None or len(name.split()) < 2 or self._starts.get(start, None) is not None:
            known = self._starts.get(start)
            if known is None or known.role != "person" or name is None:
                return None
        return name, ""

    def _counterpart_office(self) -> str | None:
        """A counterpart holds the office of the person introduced last."""
        return self.members[-1].office if self.members else None

    def _add(
        self, name: str, country: str | None, office: str | None, title: str, first: int
    ) -> None:
        name = _TITLE_WORDS.sub("", name)
        if not name or _titles().fullmatch(name) or _institution(name):
            return
        member = self._find(name, country)
        if member is None:
            member = Member(name, first=first)
            self.members.append(member)
        if len(name.split()) > len(member.name.split()):
            member.name = name
        member.spellings.add(name)
        member.country = member.country or country
        if office and (member.office is None or _vague(member.office)) or member.office is None:
            member.office = office
        if _WOMAN.search(title):
            member.woman = True
        elif _MAN.search(title):
            member.woman = False

    def _find(self, name: str, country: str | None) -> Member | None:
        """The member that `name` means: its full name, a part of it, or a misspelling."""
        folded = key(name)
        exact = [m for m in self.members if any(key(s) == folded for s in m.spellings)]
        if exact:
            return exact[0]
        near = [
            m
            for m in self.members
            if (country is None or m.country is None or m.country == country)
            and any(_one_name(folded, key(s)) for s in m.spellings)
        ]
        return near[0] if len(near) == 1 else None

    def _without_title(self) -> None:
        """Names of two words or more right beside a verb of saying: "John Smith said"."""
        for cue in cues(self._text):
            if not cue.verb.inverts:
                continue
            before = self._text[max(0, cue.start - 70) : cue.start]
            match = re.search(
                rf"(?:^|[.,;“”\"\n]\s*|\s)({NAME})\s+(?:also\s+|has\s+|had\s+)?$", before
            )
            if match is None:
                continue
            start = max(0, cue.start - 70) + match.start(1)
            name = trimmed_name(match.group(1))
            whole = name is not None and name == match.group(1).strip()
            if name and whole and 2 <= len(name.split()) <= 4 and not _titles().search(name):
                known = self._starts.get(start)
                if known is None and self._find(name, None) is None and not _institution(name):
                    self._add(name, None, None, "", start)

    def _called_by_one_word(self) -> None:
        """Names written in full once and then by one word that speaks: "Donald Trump … Trump said"."""
        alone = set(
            re.findall(
                rf"(?<![\w’'-] )(?<![\w-])({_PART})\s+(?:also\s+|has\s+|had\s+)?(?:{_SPEAKS})\b",
                self._text,
            )
        )
        alone |= set(re.findall(rf"\b(?:said|added|stressed|noted)\s+({_PART})\b", self._text))
        alone = {w for w in alone if fold(w) not in NOT_NAMES and self._find(w, None) is None}
        for match in _NAME.finditer(self._text) if alone else ():
            name = trimmed_name(match.group())
            if (
                name is None
                or not 2 <= len(name.split()) <= 4
                or _institution(name)
                or _titles().search(name)
            ):
                continue
            if name.split()[-1] in alone and match.start() not in self._starts:
                self._add(name, None, None, "", match.start())

    def _known_persons(self) -> None:
        """Persons that the roster or the rest of the corpus knows and this document only names."""
        for mention in self._mentions:
            if mention.role == "person":
                party = self._names.resolve(mention.party.name, on=self._on) or mention.party
                written = trimmed_name(mention.party.as_written) or party.name
                known = self._find(written, party.country) or self._find(party.name, party.country)
                if known is not None:
                    known.spellings |= {written}
                    known.country = known.country or party.country
                    known.office = known.office or party.office
                else:
                    self._add(party.name, party.country, party.office, "", mention.start)

    # --- what the document leaves unsaid ---------------------------------------------------------

    def _complete(self) -> None:
        for member in self.members:
            alone = len(member.name.split()) < 2
            if alone and not member.office:
                continue
            words = f"{member.office} {member.name}" if alone else member.name
            known = self._names.resolve(words, on=self._on)
            if known is None or known.kind != "person":
                continue
            if member.country in {None, known.country}:
                member.spellings |= {member.name, known.name}
                member.name, member.country = known.name, known.country
                member.office = member.office or known.office
        for member in self.members:
            if member.country is None:
                member.country = _UNIQUE_OFFICES.get(member.office or "")
        pair = self.two_countries()
        if len(pair) != 2:
            return
        placed = {m.country for m in self.members if m.country in pair and m.office}
        open_members = [m for m in self.members if m.country is None and _high(m.office)]
        # Of two countries in talks the person without a country speaks for the other one.
        if len(placed) == 1 and len(open_members) == 1:
            open_members[0].country = next(c for c in pair if c not in placed)
            open_members[0].sure = False

    def at_home(self, country: str | None) -> None:
        """Persons with an office and no country hold it in the country that the document is from."""
        for member in self.members:
            if country is not None and member.country is None and member.office:
                member.country, member.sure = country, False

    def two_countries(self) -> list[str]:
        """The two countries the document is about, if it plainly is about two."""
        counts: Counter[str] = Counter(
            m.party.country
            for m in self._mentions
            if m.party.country and m.party.kind == "government" and m.role != "person"
        )
        top = counts.most_common(3)
        if len(top) < 2 or top[1][1] < 2 and len(top) > 2:
            return []
        third = top[2][1] if len(top) > 2 else 0
        return [top[0][0], top[1][0]] if top[1][1] >= 2 * third else []

    def resolve(self, words: str) -> str | None:
        """The one country that a few words, such as the name of an outlet, speak of."""
        party = self._names.resolve(words)
        if party is not None:
            return party.country
        found = {m.party.country for m in self._names.find(words) if m.party.country}
        return found.pop() if len(found) == 1 else None

    # --- finding them in a sentence --------------------------------------------------------------

    def _compiled(self) -> re.Pattern[str] | None:
        self._by_spelling: dict[str, Member | None] = {}
        for member in self.members:
            for spelling in member.spellings | {member.name}:
                for form in spelled(spelling):
                    known = self._by_spelling.get(form, member)
                    self._by_spelling[form] = member if known is member else None
        forms = [f for f, m in self._by_spelling.items() if m is not None and not self._is_place(f)]
        if not forms:
            return None
        ordered = sorted(forms, key=len, reverse=True)
        return re.compile(rf"(?<![\w-])(?:{'|'.join(_spaced(f) for f in ordered)})(?![\w])")

    def _is_place(self, form: str) -> bool:
        if " " in form:
            return False
        known = self._names.resolve(form)
        return known is not None and known.kind != "person"

    def find(self, text: str) -> Iterator[tuple[int, int, Member]]:
        """The members named in `text`, in full or by a part of their name."""
        if self._pattern is None:
            return
        for match in self._pattern.finditer(text):
            member = self._by_spelling.get(" ".join(match.group().split()))
            if member is not None:
                yield match.start(), match.end(), member

    def mentions(self, start: int, end: int) -> list[Mention]:
        """The countries, organisations and known persons between two places of the document."""
        return [m for m in self._mentions if start <= m.start and m.end <= end]

    def holders(self, office: str | None, country: str | None) -> list[Member]:
        """The members of that country in that office; None stands for any."""
        return [
            m
            for m in self.members
            if (country is None or m.country == country) and (office is None or m.office == office)
        ]


def trimmed_name(words: str) -> str | None:
    """The name at the head of a run of capitalised words; None where it begins with another word."""
    kept: list[str] = []
    for word in re.sub(
        rf"^(?:(?:{HONORIFICS})(?:\.|\b)\s+)+", "", words, flags=re.IGNORECASE
    ).split():
        if fold(word).strip(".") in NOT_NAMES:
            break
        kept.append(word)
    while kept and (
        kept[-1].lower()
        in PARTICLES - {"vi", "ii", "iii", "iv", "v", "vii", "viii", "xiv", "xvi", "jr", "sr"}
    ):
        kept.pop()
    name = " ".join(kept).rstrip("-'’")
    return name if len(name) > 1 and not re.fullmatch(_INITIAL, name) else None


def spelled(name: str) -> Iterator[str]:
    """The forms by which a person is called once introduced: in full, in part, by one word."""
    yield name
    parts = name.split()
    plain = [p for p in parts if not re.fullmatch(_INITIAL, p)]
    if len(plain) > 2:
        yield f"{plain[0]} {plain[-1]}"
        yield " ".join(plain[-2:])
        yield " ".join(plain[:2])
    for part in plain if len(parts) > 1 else ():
        if part.lower() not in PARTICLES and len(part) > 1 and not re.fullmatch(r"[IVX]+", part):
            yield part
            yield part[0].upper() + part[1:]
            if "-" in part and part.split("-")[0].lower() in PARTICLES:
                yield part.split("-", 1)[1]


def _spaced(form: str) -> str:
    return r"\s+".join(re.escape(part) for part in form.split())


def _one_name(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    if len(left) == 1 or len(right) == 1:
        return left[0] in right or right[0] in left
    return alike(left, right) or _shares_family_name(left, right)


def _shares_family_name(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """ "Xi Xinping" beside "Xi Jinping": one word the same, the other one letter apart."""
    from rapidfuzz.distance import OSA

    if len(left) != len(right):
        return False
    wrong = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
    return len(wrong) == 1 and min(map(len, wrong[0])) > 3 and OSA.distance(*wrong[0]) <= 1


def _vague(office: str) -> bool:
    return office in {
        "leader",
        "official",
        "minister",
        "secretary",
        "director",
        "representative",
        "state councilor",
    }


def _high(office: str | None) -> bool:
    return office in {
        "president", "prime minister", "foreign minister", "king", "emir", "sultan", "chancellor",
        "crown prince", "supreme leader", "defence minister", "deputy prime minister", "deputy foreign minister",
        "vice president", "queen",
    }  # fmt: skip


def _institution(name: str) -> bool:
    return any(fold(word) in NOT_NAMES for word in name.split())


def parties(members: Sequence[Member]) -> list[Party]:
    """Members with a full name or an office, as parties for the corpus."""
    return [
        Party(name=m.name, country=m.country, office=m.office, as_written=m.name)
        for m in members
        if len(m.name.split()) > 1 and (m.office or m.country)
    ]
