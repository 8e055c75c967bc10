"""Names in a sentence: the claimed speaker, everybody named, and who does what to whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.names import Mention, Names
from rag.types import Evidence, Party
from rag.words import STOPWORDS, fold, stem, stems, tokens

REPORTING = frozenset(
    """say says said state states stated add adds added note notes noted stress stresses stressed
    emphasize emphasizes emphasized emphasise emphasised tell tells told express expresses expressed
    thank thanks thanked urge urges urged call calls called recall recalls recalled point pointed
    believe believes believed hope hopes hoped regard regards regarded reaffirm reaffirmed reiterate
    reiterated welcome welcomes welcomed condemn condemns condemned deny denied denies declare
    declared announce announced propose proposed suggest suggested describe described claim claimed
    warn warned pledge pledged promise promised ask asked report reported explain explained
    appreciate appreciates appreciated extend extended convey conveyed support supports supported
    oppose opposes opposed want wants wanted offer offered praise praised mention mentioned argue
    argued insist insisted acknowledge acknowledged congratulate congratulated criticise criticised
    criticize criticized reject rejects rejected demand demands demanded stand stands view views
    consider considers considered""".split()
)
ACCORDING = re.compile(
    r"\baccording to\s+(?:the\s+)?$|\bin the words of\s+$|\bas told by\s+$", re.I
)
BETWEEN = 6
"""A name is a verb's subject when no more than six words stand between them."""
CAPITALISED = re.compile(r"(?<!^)(?<![.!?:“\"]\s)\b[A-Z][\w’'-]+")


@dataclass(frozen=True)
class Claim:
    """Who a sentence says is speaking, and the verb that says so."""

    party: Party
    verb: str
    start: int
    end: int


def claimed_speaker(sentence: str, mentions: Sequence[Mention]) -> Claim | None:
    """The party that the sentence makes the speaker: subject of a reporting verb, or its source."""
    for mention in mentions:
        if ACCORDING.search(sentence[: mention.start]):
            return Claim(mention.party, "according to", mention.start, mention.end)
    for mention in mentions:
        after = tokens(sentence[mention.end :])
        if sentence[mention.end : mention.end + 2] in ("'s", "’s"):
            continue
        for _, end, word in after[:BETWEEN]:
            if word in REPORTING:
                return Claim(mention.party, word, mention.start, mention.end + end)
            if word not in _FILLERS and any(m.start == mention.end + _ for m in mentions):
                break
    return None


_FILLERS = STOPWORDS | {"firmly", "also", "then", "strongly", "prime", "minister", "president"}


def speaker_kept(
    claim: Claim | None, spans: Sequence[Evidence], names: Names
) -> tuple[str | None, bool]:
    """(why the speaker is wrong or None, whether the claim names the reporter instead)."""
    if claim is None:
        return None, False
    known = [s for s in spans if s.speaker]
    for span in known:
        if _is(claim.party, span.speaker, span.country, names):
            return None, False
    for span in spans:
        if span.reported_by and _is(claim.party, span.reported_by, None, names):
            return None, True
    if known:
        return f"{claim.party.name} is not the speaker; {known[0].speaker} is", False
    if any(_mentions(span.quote, claim.party, names) for span in spans):
        return None, False
    return f"{claim.party.name} does not speak in the source", False


def _is(party: Party, speaker: str | None, country: str | None, names: Names) -> bool:
    if speaker is None:
        return False
    if fold(party.name) in fold(speaker) or fold(speaker) == fold(party.name):
        return True
    other = names.resolve(speaker) or Party(name=speaker, country=country)
    if party.kind == "government":
        return bool(party.country) and party.country in (other.country, country)
    return names.same(party, other) and not (
        other.kind == "person" and party.kind == "person" and other.name != party.name
    )


def _mentions(text: str, party: Party, names: Names) -> bool:
    return any(
        m.party == party or (m.party.country and m.party.country == party.country)
        for m in names.find(text)
    )


def names_kept(
    sentence: str, mentions: Sequence[Mention], spans: Sequence[Evidence], names: Names
) -> str | None:
    """Everybody named, and every other capitalised word, occurs in the span or its attribution."""
    context = " ".join(
        " ".join(filter(None, (s.quote, s.speaker, s.country, s.office, s.reported_by, s.title)))
        for s in spans
    )
    there = names.find(context)
    parties = {m.party.name for m in there} | {m.party.country for m in there}
    for mention in mentions:
        if mention.party.name not in parties and mention.party.country not in parties:
            return f"“{mention.party.name}” is not in the source"
    available = stems(context)
    for match in CAPITALISED.finditer(sentence):
        if any(m.start <= match.start() < m.end for m in mentions):
            continue
        parts = [stem(fold(p)) for p in re.split(r"[-’']", match.group()) if len(p) > 1]
        if any(p not in available and p not in STOPWORDS for p in parts):
            return f"“{match.group()}” is not in the source"
    return None


def roles_kept(
    sentence: str, claim: Claim | None, mentions: Sequence[Mention], span: Evidence, names: Names
) -> str | None:
    """Two parties must not change places: who supports whom, whose position it is."""
    content = [m for m in mentions if claim is None or m.start >= claim.end or m.end <= claim.start]
    ours = _anchors(sentence, content)
    theirs = _anchors(span.quote, names.find(span.quote))
    for anchor, parties in ours.items():
        other = theirs.get(anchor)
        if other and parties.isdisjoint(other):
            return f"“{anchor}” belongs to {sorted(other)[0]} in the source"
    holder = span.country or span.speaker
    order = list(dict.fromkeys(_key(m.party) for m in content))
    their_order = list(dict.fromkeys(_key(m.party) for m in names.find(span.quote)))
    if holder and holder not in their_order:
        their_order.insert(0, holder)
    if claim is None and len(order) >= 2 and set(order[:2]) <= set(their_order):
        first, second = order[0], order[1]
        if their_order.index(first) > their_order.index(second) and holder == second:
            return f"{second} and {first} have changed places"
    return None


def _key(party: Party) -> str:
    return party.country or party.name


def _anchors(text: str, mentions: Sequence[Mention]) -> dict[str, set[str]]:
    """Stem that a name possesses or modifies → the parties that do: `China's stance`."""
    anchors: dict[str, set[str]] = {}
    for mention in mentions:
        after = text[mention.end : mention.end + 60]
        match = re.match(r"(?:['’]s?)\s+(?:[a-z]+ly\s+)?([\w-]+)(?:\s+([\w-]+))?", after)
        if match:
            for word in match.groups():
                if word and fold(word) not in STOPWORDS:
                    anchors.setdefault(stem(fold(word)), set()).add(_key(mention.party))
    return anchors
