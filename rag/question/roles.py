"""Speakers, addressee and reporter among the names of a question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from rag.names import Mention, Names, find_office
from rag.question.words import UNSPACED, lexicon, speech_verbs
from rag.types import Party
from rag.words import fold, tokens

AUXILIARY = re.compile(
    r"\b(?:did|does|do|has|have|had|will|would|is|was|were|are|can)\s+(?:the\s+|both\s+)?$", re.I
)
BEFORE_SPEAKER = re.compile(
    r"(?:\baccording to|\bwords of|\bstatements? (?:by|of|from)|\bremarks (?:by|of|from)"
    r"|\bspeech (?:by|of)|\bsaid by|\bquotes?(?: from| by)?"
    r"|(?<!['’]s )(?<!['’] )\b(?:position|view|stance) of"
    r"|\bset side by side|\bcompare)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
BEFORE_ADDRESSEE = re.compile(
    r"\b(?:to|told|tell|tells|telling|with|assured?|promised?|talking to|informed?"
    r"|(?:call|conversation|talks?|meeting) with)\s+(?:the\s+|his\s+|her\s+)?$",
    re.IGNORECASE,
)
BEFORE_REPORTER = re.compile(r"\b(?:reported by|in the readout of)\s+(?:the\s+)?$", re.I)
JOINED = re.compile(
    r"^(?:['’]s?)?\s*(?:,|and|or|,\s*and|versus|vs\.?|y|et|und|和|与)\s*(?:the\s+)?$", re.IGNORECASE
)
POSSESSIVE = re.compile(r"^(?:['’]s|['’](?=\s))\s*")
UNKNOWN = re.compile(
    r"\b(?:[Dd]id|[Hh]as|[Dd]oes|[Hh]ad|[Ww]ould|[Ww]ill|dit|dijo|sagte)\s+(?:the\s+)?"
    r"(?P<name>[A-ZÀ-Þ][\w.'’-]+(?:\s+(?:[A-ZÀ-Þ][\w.'’-]+|al|bin|van|von|de|el))*)(?P<after>[^?]*)"
)
POSSESSORS = re.compile(
    r"(?P<one>[A-ZÀ-Þ][\w-]+)['’]s?(?:\s*(?:,|and)\s*(?:the\s+)?(?P<two>[A-ZÀ-Þ][\w-]+)['’]s?)?"
    r"\s+(?:\w+\s+)??(?P<what>\w+)"
)
"""`Wang's and Hussein's words`: persons that only the corpus knows by so short a name."""
RELATIVE = re.compile(r"\b(?:on|for|in|over|about|at|to)\s+which\s+(?:the\s+)?$", re.IGNORECASE)
"""`issues on which Pakistan supports China`: the relative clause's subject acts."""
BARE_OFFICE = re.compile(
    r"\b(?:did|does|do|has|had|will|would)\s+the\s+(?P<words>[a-z]+(?:\s+[a-z]+){0,3})",
    re.IGNORECASE,
)
GENERIC_OFFICES = frozenset({"minister", "leader", "secretary", "official", "representative"})
SKIPPED = frozenset("also really ever then not himself herself itself now still explicitly".split())
CLAUSE_WORDS = 8
SHORTEST_NAME = 6


@dataclass
class Roles:
    """Who is who in a question, and where they stand."""

    speakers: list[Party] = field(default_factory=list)
    addressee: Party | None = None
    reporter: Party | None = None
    spans: list[tuple[int, int]] = field(default_factory=list)
    """Characters that name speakers or addressee."""


def find_roles(text: str, names: Names) -> Roles:
    """The roles of the names in a question."""
    roles = Roles()
    mentions = list(_with_offices(text, names))
    previous: Mention | None = None
    for mention in mentions:
        before, after = text[: mention.start], text[mention.end :]
        joined = previous is not None and JOINED.match(text[previous.end : mention.start])
        if BEFORE_REPORTER.search(before):
            roles.reporter = mention.party
        elif not BEFORE_SPEAKER.search(before) and _addressed(before):
            roles.addressee = roles.addressee or mention.party
            roles.spans.append((mention.start, mention.end))
        elif _speaks(before, after):
            if joined and previous:
                _add(roles, previous)
            _add(roles, mention)
        elif joined and previous and previous.party in roles.speakers:
            _add(roles, mention)
        previous = mention
    if not roles.speakers:
        _first_in_unspaced(text, mentions, roles)
    for found in (_possessors, _only_holder, _unknown_person):
        if not roles.speakers:
            found(text, mentions, roles, names)
    roles.speakers = _most_exact(roles.speakers, names)
    return roles


def _most_exact(speakers: Sequence[Party], names: Names) -> list[Party]:
    """`Iran, according to Rouhani`: of a country and its one speaker only the speaker is asked."""
    persons = [p for p in speakers if p.kind == "person"]
    return [
        p
        for p in speakers
        if p.kind == "person" or not any(names.same(p, person) for person in persons)
    ]


def _add(roles: Roles, mention: Mention) -> None:
    if mention.party not in roles.speakers:
        roles.speakers.append(mention.party)
    roles.spans.append((mention.start, mention.end))


def _addressed(before: str) -> bool:
    """Somebody is spoken to, after somebody who speaks."""
    if not BEFORE_ADDRESSEE.search(before):
        return False
    said = {t for _, _, t in tokens(before)} & (speech_verbs() | {"talking", "speaking"})
    return bool(said) or bool(
        re.search(r"\b(?:call|conversation|talks?) with\s+(?:the\s+)?$", before, re.I)
    )


def _with_offices(text: str, names: Names) -> Iterator[Mention]:
    """Each name with the office beside it: `China's foreign minister`, `the Iraqi minister`."""
    for mention in names.find(text, fuzzy=True):
        start, end = mention.start, mention.end
        possessive = POSSESSIVE.match(text[end:])
        gap = end + (possessive.end() if possessive else 0)
        following = find_office(text[gap : gap + 40])
        preceding = find_office(text[max(0, start - 40) : start])
        if following and following[0] <= 1 and (possessive or mention.role != "name"):
            end = gap + following[1]
        elif preceding:
            low = max(0, start - 40) + preceding[0]
            between = text[max(0, start - 40) + preceding[1] : start]
            if re.fullmatch(r"\s+(?:(?:of|for)\s+(?:the\s+)?)?", between):
                start = low
        if (start, end) == (mention.start, mention.end):
            yield mention
            continue
        party = mention.party
        if party.kind != "person":
            party = _holder(text[start:end], party, names)
        yield replace(mention, start=start, end=end, party=party)


def _holder(words: str, party: Party, names: Names) -> Party:
    """Who holds the office, else the country, with the office where it tells one from another."""
    found = names.resolve(words)
    if found is None:
        return party
    if found.kind != "person" and found.office in GENERIC_OFFICES:
        return party
    return found


def _speaks(before: str, after: str) -> bool:
    """Whether the words around a name make it the one who speaks."""
    if BEFORE_SPEAKER.search(before):
        return True
    verbs, words = speech_verbs(), lexicon()
    possessive = POSSESSIVE.match(after)
    rest = after[possessive.end() :] if possessive else after
    following = [t for _, _, t in tokens(re.split(r"[,;?!:]", rest)[0])][:CLAUSE_WORDS]
    if possessive:
        return any(w in words["words"] for w in following[:3])
    first = next((w for w in following if w not in SKIPPED), "")
    if AUXILIARY.search(before):
        return _verb_in_clause(following)
    opening = not before.strip() or RELATIVE.search(before)
    if first in words["saying"] or (first in verbs and opening):
        return True
    return first in words["foreign"] or _foreign_verb_before(before)


def _foreign_verb_before(before: str) -> bool:
    """`¿Qué dijo Pakistán …?`: the verb stands before its subject, a title may come between."""
    for word in reversed([t for _, _, t in tokens(before)][-3:]):
        if word in lexicon()["foreign"]:
            return True
        if word in lexicon()["about"]:
            return False
    return False


def _verb_in_clause(following: Sequence[str]) -> bool:
    """`did Pakistan's envoy in Geneva say …`: a verb of speech before the topic begins."""
    verbs, about = speech_verbs(), lexicon()["about"]
    for position, word in enumerate(following):
        if word in verbs:
            return position < 2 or word in lexicon()["saying"]
        if word in about:
            return False
    return False


def _first_in_unspaced(text: str, mentions: Sequence[Mention], roles: Roles) -> None:
    """`巴基斯坦对香港问题说了什么`: the first name, where a word of saying stands anywhere."""
    if UNSPACED.search(text) and mentions and any(w in text for w in lexicon()["han"]):
        _add(roles, mentions[0])


def _possessors(text: str, mentions: Sequence[Mention], roles: Roles, names: Names) -> None:
    """Persons of the corpus, by family name alone, whose words are asked for."""
    for match in POSSESSORS.finditer(text):
        if match["what"].lower() not in lexicon()["words"]:
            continue
        for part in ("one", "two"):
            start, end = match.span(part)
            if start < 0 or any(m.start < end and start < m.end for m in mentions):
                continue
            if party := names.resolve(match[part]):
                roles.speakers.append(party)
                roles.spans.append((start, end))


def _only_holder(text: str, mentions: Sequence[Mention], roles: Roles, names: Names) -> None:
    """`did the king say …`: an office alone, where the documents know one who holds it."""
    for match in BARE_OFFICE.finditer(text):
        found = find_office(match["words"])
        if found is None or found[0] != 0 or any(m.start == match.start("words") for m in mentions):
            continue
        end = match.start("words") + found[1]
        following = [t for _, _, t in tokens(text[end:])][:CLAUSE_WORDS]
        if not _verb_in_clause(following):
            continue
        holders = names.holders(found[2])
        if len(holders) == 1:
            roles.speakers.append(holders[0].party())
            roles.spans.append((match.start("words"), end))


def _unknown_person(text: str, mentions: Sequence[Mention], roles: Roles, names: Names) -> None:
    """Somebody named where the speaker stands whom no table, roster or document knows."""
    match = UNKNOWN.search(text)
    if not match or any(m.start < match.end("name") and match.start() < m.end for m in mentions):
        return
    following = [t for _, _, t in tokens(match["after"])][:CLAUSE_WORDS]
    before = [t for _, _, t in tokens(text[: match.start("name")])][-1:]
    if _verb_in_clause(following) or any(w in lexicon()["foreign"] for w in before):
        unknown = Party(name=match["name"], as_written=match["name"], kind="person")
        found = names.resolve(match["name"]) or _misspelt(match["name"], names)
        roles.speakers.append(found or unknown)
        roles.spans.append(match.span("name"))


def _misspelt(written: str, names: Names) -> Party | None:
    """The one person whose family name is a slip of the keyboard away."""
    from rapidfuzz.distance import OSA

    folded = fold(written)
    if len(folded) < SHORTEST_NAME:
        return None
    near = [
        person
        for person in names.persons()
        if any(OSA.distance(folded, n, score_cutoff=1) <= 1 for n in person.short_names())
    ]
    return near[0].party() if len(near) == 1 else None
