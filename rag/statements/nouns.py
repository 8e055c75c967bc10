"""Noun phrases that can speak: names, offices, sides, pronouns, statements, in one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from rag.names import Mention, office_name
from rag.names.offices import HONORIFICS, office_pattern
from rag.statements.cast import CAPITAL, NAME, Cast, Member, trimmed_name

NounKind = Literal[
    "person", "office", "country", "joint", "pronoun", "latter", "former", "counterpart",
    "unnamed", "document", "medium", "ministry", "name",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Noun:
    """A phrase that can be the subject of a reporting verb, not yet resolved by its context."""

    start: int
    end: int
    written: str
    kind: NounKind
    member: Member | None = None
    mention: Mention | None = None
    """The country, organisation or medium it names or is qualified by."""
    others: tuple[Mention, ...] = ()
    """Further ones, in "the Polish and Norwegian ministers"."""
    office: str | None = None

    @property
    def country(self) -> str | None:
        """The country it names or is qualified by."""
        return self.mention.party.country if self.mention else None


# A sentence is first masked: what names something is replaced, character for character, by a mark
# of its kind. The grammar of noun phrases then is a short regular expression over marks and words.
PERSON, COUNTRY, ADJECTIVE, PLACE, MEDIUM, OFFICE = "\ue000\ue001\ue002\ue003\ue004\ue005"

_P, _C, _A, _K, _M, _O = (
    f"{mark}+" for mark in (PERSON, COUNTRY, ADJECTIVE, PLACE, MEDIUM, OFFICE)
)
_S = r"[ \t\n]+"
_DET = rf"(?:[Tt]he|[Hh]is|[Hh]er|[Ii]ts|[Tt]heir|[Aa]n?|[Oo]ur){_S}"
_QUALITY = (
    rf"(?:(?:visiting|new|newly[ -]\w+|former|top|senior|caretaker|interim|acting|outgoing|then|late|designated|federal|"
    rf"veteran|chief|ruling|official|high-ranking|\w+-based|FO|MFA|MoFA|MOFA|MEA|DG|ISPR){_S})*"
)
_GEO = rf"(?:(?:{_A}|{_C}(?:['’]s?)?|{_K}(?:['’]s)?){_S})"
_OFFICES = rf"(?:{_O}(?:\s*(?:and|&|/|-cum-)\s*(?:the{_S})?{_O})*)"
_ONE_OFFICE = rf"{_O}(?:{_S}(?:and|&){_S}(?=[\ue005]){_O}(?={_S}{_P}))?"
_OF = rf"(?:{_S}(?:of|for|at|to|from|in){_S}(?:the{_S})?(?:{_C}|{_K}|{_A}{_S}\w+(?:{_S}\w+)?))"
_LONG = (
    rf"(?:{_OFFICES}(?:{_S}(?:of|for|at|to|in|on|the|and|&|['’]s|{_C}(?:['’]s)?|{_A}|{_K}|{_O}|{_M}"
    rf"|foreign|ministry|affairs|[{CAPITAL}][\w’'-]*)|,\s(?:and\s)?[{CAPITAL}][\w’'-]*){{0,24}}?\s*,?{_S})"
)
_TITLE = rf"(?:(?:(?i:{HONORIFICS})\.?{_S})+)"
_SIDES = (
    (
        r"(?:sides?|governments?|govt|delegation|authorities|leadership|administration|regime|people|nation|state|team|"
        r"(?:foreign|defen[cs]e|interior|external affairs|commerce|information){0}(?:ministry|office|department)|embassy|"
        r"mission|parliament|cabinet|court|army|military|party|council|ministry(?:{0}of(?:{0}\w+){{1,3}})?)"
    )
    .replace("{0}", _S)
    .replace("{{", "{")
    .replace("}}", "}")
)
_RULERS = r"(?:leader|monarch|ruler|sovereign|statesman|strongman|diplomat|envoy|dignitary|guest)"
_PLURALS = (
    r"(?:sides|countries|leaders|ministers|presidents|parties|nations|governments|heads of (?:state|government)|"
    r"neighbou?rs|delegations|principals|statesmen|counterparts|dignitaries|peoples|allies|"
    r"chiefs|premiers|secretaries|monarchs|partners)"
)
_UNNAMED = (
    r"(?:officials?|sources?|diplomats?|analysts?|experts?|observers|aides?|residents|witnesses|critics|protesters|"
    r"insiders|lawmakers|reports|activists|scholars|researchers|economists|commentators|media|newspapers|people|"
    r"spokespersons?|many|others|some|participants|delegates|speakers)"
)
_PAPERS = (
    r"(?:statement|readout|communiqu[ée]|press release|release|declaration|note|letter|message|report|post|tweet|"
    r"document|resolution|article|handout|dispatch|announcement|press statement|text|paper|page)"
)
_BODIES = (
    r"(?:ministry|foreign office|foreign ministry|department|embassy|royal (?:palace|court|office|cabinet)|palace|office|"
    r"government|presidency|agency)"
)
_ORGANS = (
    r"(?:Directorate|Administration|Presidency|Ministry|Office|Department|Council|Authority|Bureau|Commission|Committee|"
    r"Service|Command|Army|Forces|Police|Bank|Embassy|Court|Palace)"
)

_ISSUER = (
    rf"(?:{_DET})?(?:{_GEO})?(?:{_LONG}?{_P}|{_C}|{_K}|{_OFFICES}|(?i:foreign|defen[cs]e|interior){_S}(?i:ministry|office)|"
    rf"(?i:{_BODIES})|FO|MFA|MoFA)"
)

_PAPER_WORDS = (
    r"(?:joint|official|press|final|separate|brief|written|short|foreign|ministry|office|palace|court|government|council|"
    r"party|royal|military|army|presidential|department|same|latest|new|readout)"
)
_LOOSE_ISSUER = (
    rf"(?:(?:the|an?|of|for|and|&|{_A}|{_C}(?:['’]s)?|{_K}|{_O}|{_M}|{_PAPER_WORDS}|ministry|spokesperson|[{CAPITAL}][\w’'-]*)"
    rf"(?:{_S}|(?=[,.;“”\"]|$))){{1,8}}"
)

_GRAMMAR: tuple[tuple[NounKind, str], ...] = (
    ("person", rf"(?:{_DET})?{_QUALITY}{_GEO}?(?:counterpart,?{_S})?(?:{_LONG})?{_TITLE}?{_P}(?:{_S}of{_S}(?:the{_S})?{_C})?"),
    ("joint", rf"(?:[Tt]he{_S})?{_GEO}(?:and|&){_S}{_GEO}(?:\w+{_S}){{0,2}}?{_PLURALS}(?:{_S}of{_S}\w+(?:{_S}affairs)?)?"),
    ("latter", rf"[Tt]he{_S}latter"),
    ("former", rf"[Tt]he{_S}former"),
    ("joint", rf"(?:(?:[Tt]he{_S})?(?:[Tt]wo|[Bb]oth)(?:{_S}(?:of{_S}(?:the{_S}two{_S})?)?(?:\w+{_S}){{0,2}}?(?:{_PLURALS}|them))"
              rf"|[Tt]he{_S}(?:two|pair|duo)|[Bb]oth|[Tt]he{_S}(?:\w+{_S}){{0,2}}?{_PLURALS})"),
    ("pronoun", r"(?:[Hh]e|[Ss]he|[Tt]hey|[Ii]t|I|[Ww]e)"),
    ("counterpart", rf"(?:[Hh]is|[Hh]er|[Tt]heir|[Ii]ts){_S}{_GEO}?{_QUALITY}(?:counterpart|host|guest|interlocutor)"),
    ("joint", rf"[Tt]he{_S}{_PLURALS}{_S}of{_S}(?:the{_S})?{_C}{_S}and{_S}(?:the{_S})?{_C}"),
    ("ministry", rf"(?:[Tt]he{_S})?{_GEO}(?:[{CAPITAL}]\w+{_S}){{0,4}}{_ORGANS}"),
    ("ministry", rf"(?:(?:{_DET})?{_GEO}?{_QUALITY}(?:[Ff]oreign|[Ii]nterior|[Dd]efen[cs]e|[Hh]ealth|[Cc]ommerce|[Ff]inance|[Ii]nformation)"
                 rf"{_S}(?:[Mm]inistry|[Oo]ffice|[Dd]epartment)(?:{_S}(?:here|in{_S}{_K}))?|(?:[Tt]he{_S})?(?:FO|MoFA|MFA|MOFA)"
                 rf"|(?:[Tt]he{_S}){_GEO}?(?i:{_BODIES})(?:{_S}of{_S}[{CAPITAL}]\w+(?:{_S}(?:and{_S})?[{CAPITAL}]\w+){{0,3}})?)"),
    ("office", rf"(?:{_DET}{_QUALITY}{_GEO}?|{_QUALITY}{_GEO}){_QUALITY}{_ONE_OFFICE}{_OF}?"),
    ("office", rf"(?:{_DET}{_QUALITY}{_GEO}?|{_GEO}){_QUALITY}{_RULERS}"),
    ("office", rf"{_ONE_OFFICE}{_OF}?"),
    ("country", rf"(?:[Tt]he{_S})?(?:{_GEO}){_QUALITY}{_SIDES}"),
    ("unnamed", rf"(?:{_DET})?(?:(?:\w+|{_A}|{_O}|{_C}(?:['’]s)?|{_M}){_S}){{0,3}}?(?i:{_UNNAMED})(?:{_S}(?:in|from|at|close to|familiar with|within|of)(?:{_S}[^\s,.;]+){{1,6}}?)?"),
    ("document", rf"(?:{_DET})(?:(?:{_PAPER_WORDS}|{_O}|{_A}|{_K}|{_C}(?:['’]s)?){_S}){{0,4}}?{_PAPERS}"
                 rf"(?:{_S}(?:by|from|of|issued by|released by){_S}(?:{_ISSUER}|{_LOOSE_ISSUER}))?"),
    ("medium", rf"(?:[Tt]he{_S})?(?:{_GEO})?(?:state[ -]\w+{_S})?{_M}(?:{_S}(?:news{_S})?(?:agency|newspaper|daily|channel|magazine|report))?"),
    ("country", rf"(?:[Tt]he{_S})?(?:{_C}|{_K})(?:{_S}\([^)]{{1,20}}\))?"),
    ("name", rf"{_TITLE}?{NAME}"),
)  # fmt: skip


@cache
def _compiled() -> tuple[tuple[NounKind, re.Pattern[str]], ...]:
    return tuple((kind, re.compile(pattern)) for kind, pattern in _GRAMMAR)


@cache
def _offices() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{office_pattern()})(?![\w-])", re.IGNORECASE)


_WITHOUT_TITLE = re.compile(rf"^(?:(?:{HONORIFICS})\.?\s+)+", re.IGNORECASE)


class Masked:
    """A sentence with its names masked, and what each mask stands for."""

    def __init__(self, text: str, start: int, end: int, cast: Cast) -> None:
        self.offset = start
        self.text = text[start:end]
        self.members: dict[int, Member] = {}
        self.mentions: dict[int, Mention] = {}
        chars = list(self.text)
        for first, last, member in cast.find(self.text):
            self.members[first] = member
            chars[first:last] = PERSON * (last - first)
        for match in _offices().finditer("".join(chars)):
            chars[match.start() : match.end()] = OFFICE * (match.end() - match.start())
        for mention in cast.mentions(start, end):
            first, last = mention.start - start, mention.end - start
            free = all(c < PERSON or c > OFFICE for c in chars[first:last])
            if free or all(c == OFFICE for c in chars[first:last]):
                self.mentions[first] = mention
                if free:
                    chars[first:last] = _mark(mention) * (last - first)
        self.masked = "".join(chars)

    def ending_at(self, end: int, floor: int = 0) -> Noun | None:
        """The longest noun phrase that ends at this place of the sentence."""
        for start in self._starts(max(floor, end - 160), end):
            noun = self._noun(start, end)
            if noun is not None:
                return noun
        return None

    def starting_at(self, start: int) -> Noun | None:
        """The longest noun phrase that begins at this place of the sentence."""
        best: Noun | None = None
        for kind, pattern in _compiled():
            match = pattern.match(self.masked, start)
            if (
                match
                and _whole(self.masked, match.end())
                and (best is None or match.end() > best.end)
            ):
                noun = self._made(kind, start, match.end())
                best = noun or best
        return best

    def _starts(self, first: int, end: int) -> Iterator[int]:
        """Where words begin, farthest first; phrases don't reach over stronger punctuation."""
        floor = max((self.masked.rfind(mark, first, end) for mark in ';:“”"'), default=-1) + 1
        for match in re.finditer(r"\S+", self.masked[max(first, floor) : end]):
            yield max(first, floor) + match.start()

    def _noun(self, start: int, end: int) -> Noun | None:
        if start > 0 and (self.masked[start - 1].isalnum() or self.masked[start - 1] in "-’'"):
            return None
        for kind, pattern in _compiled():
            if pattern.fullmatch(self.masked, start, end):
                return self._made(kind, start, end)
        return None

    def _made(self, kind: NounKind, start: int, end: int) -> Noun | None:
        written = self.text[start:end]
        member = next(
            (m for i, m in sorted(self.members.items(), reverse=True) if start <= i < end), None
        )
        found = [m for i, m in sorted(self.mentions.items()) if start <= i < end]
        mention = found[0] if found else None
        office = None
        for run in re.finditer(rf"{_O}", self.masked[start:end]):
            office = office_name(written[run.start() : run.end()])
        if kind == "name":
            bare = _WITHOUT_TITLE.sub("", written)
            if trimmed_name(bare) != bare.strip() or self.masked[start:end] != written:
                return None
        if kind == "office" and office is None:
            office = "leader"
        if office in {"official", "senator", "representative"} or (
            office and written[:2] in {"a ", "A ", "an", "An"}
        ):
            kind = "unnamed" if kind == "office" else kind
        member = member if kind == "person" else None
        return Noun(start, end, written, kind, member, mention, tuple(found[1:]), office)


def _mark(mention: Mention) -> str:
    if mention.party.kind == "medium":
        return MEDIUM
    if mention.role == "adjective":
        return ADJECTIVE
    return PLACE if mention.role in {"capital", "people"} else COUNTRY


def _whole(masked: str, end: int) -> bool:
    return end >= len(masked) or not (masked[end].isalnum() or PERSON <= masked[end] <= OFFICE)
