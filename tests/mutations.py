"""Machine-made falsifications of true sentences, to measure a checker by what it lets through.

Each makes one change that turns a sentence its spans carry into one they don't. A change that may
leave the sentence true is left out by rule: nobody is swapped in "X and Y agreed" or "between X and
Y", and no neighbour is taken that carries the sentence too. All is drawn from a seeded generator.
"""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from rag.names import Mention, Names
from rag.names.tables import aliases
from rag.types import Evidence, Party

GOLD = Path(__file__).parents[1] / "evals" / "gold" / "pairs.jsonl"
SAID = (
    r"(?:said|says|stated|noted|stressed|pointed out|recalled|announced|recognized|argued|believes)"
)


@dataclass(frozen=True)
class Pair:
    """A true sentence and the spans that carry it."""

    id: str
    sentence: str
    spans: tuple[Evidence, ...]
    neighbour: Evidence | None
    source: str
    split: str


@dataclass(frozen=True)
class Mutation:
    """A false sentence made from a true one (or a true one with the wrong span)."""

    kind: str
    sentence: str
    spans: tuple[Evidence, ...]
    pair: str


def evidence(span: dict[str, Any]) -> Evidence:
    quote = span["quote"]
    return Evidence(start=0, end=len(quote), score=1.0, **span)


@cache
def pairs(path: Path = GOLD) -> tuple[Pair, ...]:
    """The pairs of the gold file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return tuple(
        Pair(
            id=row["id"],
            sentence=row["sentence"],
            spans=tuple(evidence(s) for s in row["spans"]),
            neighbour=evidence(row["neighbour"]) if row["neighbour"] else None,
            source=row["source"],
            split=row["split"],
        )
        for row in rows
    )


@cache
def known_names() -> Names:
    """Names as an index of these texts would know them."""
    return Names.load(people=_people(pairs()))


def _people(known: Sequence[Pair]) -> list[Party]:
    found = {
        (s.speaker, s.country, s.office)
        for p in known
        for s in p.spans
        if s.speaker and s.speaker != s.country
    }
    return [Party(name=n or "", country=c, office=o) for n, c, o in sorted(found, key=str)]


class Mutator:
    """Makes the mutations of one pair after another; the same seed, the same mutations."""

    def __init__(self, known: Sequence[Pair], names: Names, seed: int = 1) -> None:
        self.known = known
        self.names = names
        self.seed = seed
        self.countries = sorted({s.country for p in known for s in p.spans if s.country})
        self.persons = _people(known)
        self.world = {a.party.country for a in aliases() if a.role == "capital"}

    def of(self, pair: Pair) -> Iterator[Mutation]:
        """All mutations that the sentence admits."""
        for kind, make in KINDS.items():
            rng = random.Random(f"{self.seed}-{kind}-{pair.id}")
            for sentence in make(self, pair, rng):
                if sentence and _plain(sentence) != _plain(pair.sentence):
                    yield Mutation(kind, sentence, pair.spans, pair.id)
        if pair.neighbour is not None:
            yield Mutation("neighbour", pair.sentence, (pair.neighbour,), pair.id)

    # --- parties ---------------------------------------------------------------------------------

    def written(self, party: Party, like: Mention) -> str:
        """A name for `party` of the kind that `like` is written with: Chinese for Iranian."""
        if like.role in {"adjective", "people"}:
            return _form(party.country or party.name, like.role) or party.name
        return party.name

    def mentions(self, pair: Pair) -> list[Mention]:
        return self.names.find(pair.sentence)


@cache
def _forms() -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for alias in aliases():
        if alias.party.country:
            found.setdefault((alias.party.country, alias.role), alias.written)
    return found


def _form(country: str, role: str) -> str | None:
    return _forms().get((country, role))


def _plain(text: str) -> str:
    return " ".join(text.split())


def _key(party: Party) -> str:
    return party.country or party.name


def _replaced(text: str, changes: Sequence[tuple[int, int, str]]) -> str:
    for start, end, new in sorted(changes, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def speaker_replaced(m: Mutator, pair: Pair, rng: random.Random) -> Iterator[str]:
    """Another person or country of the corpus speaks."""
    speakers = {s.speaker for s in pair.spans} | {s.country for s in pair.spans}
    speakers |= {s.reported_by for s in pair.spans}
    speaking = [
        x for x in m.mentions(pair) if _key(x.party) in speakers or x.party.name in speakers
    ]
    if not speaking:
        return
    # In "X said Y supports" the outermost party is the one who comes first or after "according to".
    first = next((x for x in speaking if _claims(pair.sentence, x)), None)
    if first is None:
        return
    countries = {s.country for s in pair.spans} | {_key(x.party) for x in m.mentions(pair)}
    if first.party.kind == "person":
        others = [p for p in m.persons if p.country not in countries]
        others += [Party(name=c, country=c) for c in m.countries if c not in countries]
    else:
        others = [Party(name=c, country=c) for c in m.countries if c not in countries]
    if not others:
        return
    other = rng.choice(others)
    yield _replaced(pair.sentence, [(first.start, first.end, m.written(other, first))])


def _claims(sentence: str, mention: Mention) -> bool:
    before, after = sentence[: mention.start], sentence[mention.end :]
    if re.search(r"according to (?:the |President |King |Prime Minister )*$", before, re.I):
        return True
    if re.search(r"\bby (?:the )?$", before):
        return False
    return mention.role != "adjective" and bool(
        re.match(rf"(?:\w* )?(?:also |has |have )?(?:{SAID}|[a-z]+s\b|[a-z]+ed\b)", after.lstrip())
    )


def principals_swapped(m: Mutator, pair: Pair, rng: random.Random) -> Iterator[str]:
    """Two parties change places everywhere in the sentence."""
    found = [x for x in m.mentions(pair) if x.party.country in m.world]
    keys = list(dict.fromkeys(_key(x.party) for x in found))
    if len(keys) < 2:
        return
    first, second = keys[0], keys[1]
    pairs_ = [x for x in found if _key(x.party) in (first, second)]
    if _symmetric(pair.sentence, pairs_):
        return
    persons = {k: next((p for p in m.persons if p.country == k), None) for k in (first, second)}
    changes = []
    for mention in pairs_:
        other = second if _key(mention.party) == first else first
        party = Party(name=other, country=other)
        if mention.party.kind == "person":
            person = persons[other]
            party = person if person is not None else party
        changes.append((mention.start, mention.end, m.written(party, mention)))
    yield _replaced(pair.sentence, changes)


def _symmetric(sentence: str, mentions: Sequence[Mention]) -> bool:
    """Whether every mention is one half of "X and Y", "X-Y" or "between X and Y"."""
    joined = set()
    for left, right in itertools.pairwise(mentions):
        between = sentence[left.end : right.start]
        if re.fullmatch(r"(?:'s)?,?\s*(?:and|or|-|/|–|with|, and)\s*(?:the |President )?", between):
            joined |= {left.start, right.start}
    if re.search(r"\b(?:each other|agreed with|met with|spoke with|call with)\b", sentence):
        return True
    return all(x.start in joined for x in mentions)


def names_swapped(m: Mutator, pair: Pair, rng: random.Random) -> Iterator[str]:
    """Two proper names of an encyclopedic sentence change places."""
    if pair.source != "clapnq":
        return
    taken = {x.start for x in m.mentions(pair)}
    found = [
        x
        for x in re.finditer(r"(?<!^)\b[A-Z][a-z]+(?: [A-Z][a-z]+)*\b", pair.sentence)
        if x.start() not in taken and x.group() not in MONTHS
    ]
    if len(found) < 2 or len({x.group() for x in found}) < 2:
        return
    a, b = found[0], next(x for x in found if x.group() != found[0].group())
    between = pair.sentence[a.end() : b.start()]
    if len(between.split()) < 3 or re.fullmatch(r"(?:[\w ]*,)*\s*(?:and|or|,)\s*", between):
        return
    yield _replaced(pair.sentence, [(*a.span(), b.group()), (*b.span(), a.group())])


def name_replaced(m: Mutator, pair: Pair, rng: random.Random) -> Iterator[str]:
    """A name inside the sentence becomes another of the corpus."""
    speakers = {s.speaker for s in pair.spans} | {s.country for s in pair.spans}
    inside = [x for x in m.mentions(pair) if _key(x.party) not in speakers]
    used = {_key(x.party) for x in m.mentions(pair)} | {s.country for s in pair.spans}
    others = [c for c in m.countries if c not in used]
    if inside and others:
        chosen = rng.choice(inside)
        country = rng.choice(others)
        new = m.written(Party(name=country, country=country), chosen)
        yield _replaced(pair.sentence, [(chosen.start, chosen.end, new)])
    words = list(re.finditer(r"(?<!^)(?<![.] )\b[A-Z][a-z]{3,}\b", pair.sentence))
    taken = [(x.start, x.end) for x in m.mentions(pair)]
    words = [
        w
        for w in words
        if w.group() not in MONTHS | TITLES and not any(s <= w.start() < e for s, e in taken)
    ]
    if words:
        chosen_word = rng.choice(words)
        new = rng.choice([n for n in OTHER_NAMES if n not in pair.sentence])
        yield _replaced(pair.sentence, [(*chosen_word.span(), new)])


MONTHS = frozenset(
    """January February March April May June July August September October November December
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday Fall Spring""".split()
)
TITLES = frozenset(
    "President Prime Minister King Foreign Health State Government Yes Secretary General".split()
)
OTHER_NAMES = ("Valdoria", "Hendricks", "Kashgar", "Okonkwo", "Geneva", "Santiago", "Ferrara")

# --- polarity ------------------------------------------------------------------------------------

AUXILIARY = r"\b(is|are|was|were|will|would|can|could|should|must|has|have|had|may|stands?)\b"
PLAIN_VERB = {
    "supports": "does not support", "support": "do not support", "backs": "does not back",
    "enjoy": "do not enjoy", "regards": "does not regard", "hopes": "does not hope",
    "attaches": "does not attach", "believes": "does not believe", "pursues": "does not pursue",
    "plays": "does not play", "encourages": "does not encourage", "appreciates":
    "does not appreciate", "welcomes": "does not welcome", "welcomed": "did not welcome",
    "condemned": "did not condemn", "condemns": "does not condemn", "called": "did not call",
    "thanked": "did not thank", "agreed": "did not agree", "signed": "did not sign",
    "continues": "does not continue", "requires": "does not require", "wants": "does not want",
    "seeks": "does not seek", "values": "does not value", "said that": "did not say that",
    "regulates": "does not regulate", "inhibit": "do not inhibit", "controls": "does not control",
    "consisted": "did not consist", "expressed": "did not express", "began": "did not begin",
    "opened": "did not open", "founded": "did not found", "discovers": "does not discover",
    "divided": "did not divide", "led": "did not lead", "became": "did not become",
    "accounts": "does not account", "announced": "did not announce", "opposes": "does not oppose",
    "launched": "did not launch", "proposed": "did not propose", "reaffirmed": "did not reaffirm",
    "represents": "does not represent", "provided": "did not provide", "offered": "did not offer",
    "contributes": "does not contribute", "protected": "did not protect", "sent": "did not send",
    "withstood": "not withstood", "needed": "did not need", "hoped": "did not hope",
    "praised": "did not praise", "established": "did not establish", "holds": "does not hold",
    "acceded": "did not accede", "recognized": "did not recognize", "developed":
    "did not develop", "focuses": "does not focus", "beat": "did not beat", "sold": "did not sell",
    "defined": "did not define", "introduced": "did not introduce", "helps": "does not help",
}  # fmt: skip


def negation_added(m: Mutator, pair: Pair, rng: random.Random) -> Iterator[str]:
    """A "not", "never" or "no longer" where there was none."""
    text = pair.sentence
    if re.search(r"\b(?:not|no|never|cannot|nor|neither|without)\b|n't|\bonly\b|\basked\b", text):
        return
    word = rng.choice(["not", "not", "not", "never", "no longer"])
    verb = next((v for v in PLAIN_VERB if re.search(rf"\b{v}\b", text)), None)
    auxiliary = re.search(AUXILIARY, text)
    if auxiliary and not re.match(r"\s+(?:to|been)\b", text[auxiliary.end() :]):
        yield f"{text[: auxiliary.end()]} {word}{text[auxiliary.end() :]}"
    if verb is not None:
        yield re.sub(rf"\b{verb}\b", PLAIN_VERB[verb], text, count=1)


def negation_removed(m: Mutator, pair: Pair, rng: random.Random) -> Iterator[str]:
    """The "not" is gone."""
    text = pair.sentence
    for pattern, new in (
        (r"\b(do|does) not (\w+)", r"\2"),
        (r"\b(is|are|was|were|has|have|had|will|would|can|should|must|could|may) not (?!only)",
         r"\1 "),
        (r"\bcannot\b", "can"),
        (r"\bdoesn't (\w+)", r"\1"),
        (r"\bnever ", ""),
        (r"\bhas no\b", "has a"),
        (r"\bthere is no\b", "there is"),
        (r"\bwithout\b", "with"),
        (r"\bimpossible\b", "possible"),
        (r"\bunacceptable\b", "acceptable"),
        (r"\brefused to\b", "agreed to"),
    ):  # fmt: skip
        changed = re.sub(pattern, new, text, count=1)
        if changed != text:
            yield changed
            return


def denied(m: Mutator, pair: Pair, rng: random.Random) -> Iterator[str]:
    """What was said is denied."""
    yield from _other_verb(pair, "denied that", "denied")


def asked(m: Mutator, pair: Pair, rng: random.Random) -> Iterator[str]:
    """What was said is only asked."""
    if not re.search(r"\basked\b|\bwhether\b", pair.sentence):
        yield from _other_verb(pair, "asked whether", "asked whether")


def _other_verb(pair: Pair, clause: str, tail: str) -> Iterator[str]:
    text = pair.sentence
    if re.search(r"\bdenied\b", text):
        return
    middle = re.search(rf"\b{SAID} (?:that )?", text)
    if middle and not text[middle.end() :].startswith(("on ", "by ")):
        yield text[: middle.start()] + clause + " " + text[middle.end() :]
        return
    if (end := re.search(rf", ([^,]+) {SAID}\.$", text)) and tail == "denied":
        yield f"{text[: end.start()]}, {end.group(1)} denied."
        return
    if before := re.match(r"According to ([^,]+), (.+)$", text):
        yield f"{before.group(1)} {clause} {before.group(2)}"


def made_conditional(m: Mutator, pair: Pair, rng: random.Random) -> Iterator[str]:
    """A condition nobody made."""
    text = pair.sentence
    if re.search(r"\b(?:if|unless|once|whether)\b", text):
        return
    condition = rng.choice(CONDITIONS)
    body = text.rstrip(".")
    verb = next((v for v in ("supports", "backs", "welcomes", "encourages") if v in body), None)
    if verb:
        body = body.replace(verb, f"would {verb[:-1]}", 1)
    elif re.search(r"\bwill\b", body):
        body = re.sub(r"\bwill\b", "would", body, count=1)
    else:
        return
    yield f"{body} {condition}."


CONDITIONS = (
    "if the sanctions were lifted",
    "if other countries did the same",
    "provided that the talks succeed",
    "unless the situation improves",
    "if it received more aid",
)


def condition_dropped(m: Mutator, pair: Pair, rng: random.Random) -> Iterator[str]:
    """The condition is gone."""
    text = pair.sentence
    for pattern in (
        r",? (?:if|unless|provided that) [^.]+(?=\.$)",
        r"\b[Ii]f [^,]+, ",
        r"(?:^|that )[Ww]ithout [^,]+, ",
        r"\bonly (?=\w+ .*\b(?:by|if|when|after)\b)",
    ):
        if pattern.startswith(r"\bonly") and "can only" not in text:
            continue
        changed = re.sub(pattern, "", text, count=1)
        if re.search(r"\bif (?:it|we|they|he|she) (?:is|are|was|were|want)", text):
            continue  # a purpose, not a condition
        if changed != text and len(changed.split()) > 5:
            yield changed
            return


def question_stated(m: Mutator, pair: Pair, rng: random.Random) -> Iterator[str]:
    """A question becomes a statement."""
    changed = re.sub(r"\basked whether\b", "said that", pair.sentence, count=1)
    if changed != pair.sentence:
        yield changed


def only_added(m: Mutator, pair: Pair, rng: random.Random) -> Iterator[str]:
    """A restriction nobody made, or the one that was made turned around."""
    text = pair.sentence
    if re.search(r"\bonly\b", text):
        yield re.sub(r"\bonly (hinder|provide|recommend)", r"hardly \1", text, count=1)
        return
    verb = re.search(r"\b(?:supports|support|covers|applies|helps|requires|benefits)\b", text)
    if verb:
        yield f"{text[: verb.start()]}only {text[verb.start() :]}"


OPPOSITE = {
    "supports": "opposes", "support": "oppose", "supported": "opposed", "supporting": "opposing",
    "backs": "opposes", "welcomed": "rejected", "welcomes": "rejects", "condemned": "praised",
    "condemns": "praises", "strengthen": "weaken", "strengthened": "weakened", "promote": "block",
    "lifted": "tightened", "encourages": "discourages", "encourage": "discourage",
    "safeguard": "endanger", "safeguarding": "endangering", "thanked": "criticised",
    "gratitude": "anger", "praised": "attacked", "ready": "unwilling", "hinder": "facilitate",
    "uphold": "abandon", "deepened": "damaged", "boosting": "cutting", "hopes": "fears",
    "delighted": "dismayed", "grateful": "hostile", "rose": "fell", "increase": "decrease",
    "increased": "decreased", "reduce": "raise", "reduced": "raised", "respected": "ignored",
    "protected": "harmed", "began": "ended", "begins": "ends", "opened": "closed",
    "highest": "lowest", "oldest": "newest", "largest": "smallest", "first": "last",
    "won": "lost", "beat": "lost to", "before": "after", "after": "before", "north": "south",
    "eastern": "western", "western": "eastern", "above": "below", "more": "less",
    "acceptable": "unacceptable", "unacceptable": "acceptable", "impossible": "possible",
    "illegal": "legal", "legitimate": "illegitimate", "regular": "irregular",
    "prevent": "encourage", "inhibit": "stimulate", "improved": "worsened", "founded": "closed",
    "strong": "weak", "accept": "refuse", "declined": "accepted", "refused": "agreed",
    "proud": "ashamed", "achieved": "failed to achieve", "committed": "opposed",
    "appreciates": "resents", "rejected": "accepted", "predictable": "unpredictable",
    "peace": "war", "friendship": "enmity", "success": "failure", "enhancing": "reducing",
    "establish": "abolish", "established": "abolished", "expanded": "narrowed",
    "unanimous": "divided", "necessary": "unnecessary", "stable": "unstable",
}  # fmt: skip


def opposite(m: Mutator, pair: Pair, rng: random.Random) -> Iterator[str]:
    """A word becomes its opposite."""
    text = pair.sentence
    found = [x for x in re.finditer(r"\b[a-z]+\b", text) if x.group() in OPPOSITE]
    found = [x for x in found if not re.match(r" (?:part|time|named)", text[x.end() :])]
    if found:
        chosen = rng.choice(found)
        yield _replaced(text, [(*chosen.span(), OPPOSITE[chosen.group()])])


# --- numbers -------------------------------------------------------------------------------------

NUMBER = re.compile(r"(?<![\w-])\d[\d,.]*\d|(?<![\w-])\d(?!\w)")
WORDS = "two three four five six seven eight nine ten twelve fifteen".split()


def number_changed(m: Mutator, pair: Pair, rng: random.Random) -> Iterator[str]:
    """One number or year is another."""
    text = pair.sentence
    found = list(NUMBER.finditer(text))
    available = " ".join(s.quote for s in pair.spans)
    if found:
        chosen = rng.choice(found)
        new = _other_number(chosen.group(), rng, available + text)
        yield _replaced(text, [(*chosen.span(), new)])
    words = [x for x in re.finditer(r"\b[a-z]+\b", text) if x.group() in WORDS]
    if words:
        chosen = rng.choice(words)
        new = rng.choice([w for w in WORDS if w not in (available + text).lower().split()])
        yield _replaced(text, [(*chosen.span(), new)])


def _other_number(written: str, rng: random.Random, taken: str) -> str:
    while True:
        position = rng.randrange(len(written))
        if not written[position].isdigit():
            continue
        digit = rng.choice("123456789")
        new = written[:position] + digit + written[position + 1 :]
        if new != written and new not in taken:
            return new


def date_changed(m: Mutator, pair: Pair, rng: random.Random) -> Iterator[str]:
    """One month or weekday is another."""
    found = [x for x in re.finditer(r"\b[A-Z][a-z]+\b", pair.sentence) if x.group() in MONTHS]
    if found:
        chosen = rng.choice(found)
        group = sorted(d for d in MONTHS if d.endswith("day") == chosen.group().endswith("day"))
        quotes = " ".join(s.quote for s in pair.spans)
        new = rng.choice([d for d in group if d not in quotes + pair.sentence])
        yield _replaced(pair.sentence, [(*chosen.span(), new)])


UNITS = {
    "per cent": "million", "%": " degrees", "kilometres": "miles", "feet": "inches",
    "inches": "feet", "million": "billion", "billion": "million", "years": "months",
    "months": "weeks", "weeks": "days", "square": "cubic", "votes": "seats", "troops": "tonnes",
    "copies": "dollars", "degrees": "metres", "gallon": "barrel", "$": "€", "members": "branches",
}  # fmt: skip


def unit_changed(m: Mutator, pair: Pair, rng: random.Random) -> Iterator[str]:
    """A number's unit is another."""
    for unit, other in UNITS.items():
        pattern = rf"(?<=\d){unit}" if unit == "%" else re.escape(unit)
        if unit[0].isalpha():
            pattern = rf"(?<=[\d-] ){unit}\b|(?<=\d ){unit}\b"
        changed = re.sub(pattern, other, pair.sentence, count=1)
        if changed != pair.sentence:
            yield changed
            return


# --- inventions ----------------------------------------------------------------------------------

TAILS = (
    ", and promised 500 million dollars",
    ", which he called a betrayal",
    ", despite strong protests at home",
    ", and threatened to leave the organization",
    ", according to secret documents",
    ", a move that angered its neighbours",
    ", which led to a diplomatic crisis",
    ", and invited journalists to see for themselves",
    ", after weeks of bitter quarrels",
    ", and apologized for the delay",
    ", because of pressure from the army",
)


def tail_added(m: Mutator, pair: Pair, rng: random.Random) -> Iterator[str]:
    """An invented tail."""
    yield pair.sentence.rstrip(".") + rng.choice(TAILS) + "."


def clause_added(m: Mutator, pair: Pair, rng: random.Random) -> Iterator[str]:
    """A clause of another sentence of the corpus glued on."""
    documents = {s.document for s in pair.spans}
    others = [
        p
        for p in m.known
        if p.source == pair.source and not documents & {s.document for s in p.spans}
    ]
    if not others:
        return
    other = rng.choice(others).sentence.rstrip(".")
    body = re.sub(rf"^.*?\b{SAID} (?:that )?|^According to [^,]+, |^Yes, ", "", other)
    body = re.sub(rf", [^,]+ {SAID}$|, according to [^,]+$", "", body)
    yield f"{pair.sentence.rstrip('.')}, and {body}."


def neighbours_clause(m: Mutator, pair: Pair, rng: random.Random) -> Iterator[str]:
    """The end of the sentence beside the span glued on."""
    if pair.neighbour is None:
        return
    quote = pair.neighbour.quote.rstrip(" .”")
    parts = [
        p.strip() for p in re.split(r",? (?:and|but|while|which|that|adding|saying) |, ", quote)
    ]
    parts = [p for p in parts if 5 <= len(p.split()) <= 16 and len(_new_words(p, pair)) >= 3]
    if parts:
        part = rng.choice(parts)
        yield f"{pair.sentence.rstrip('.')}, and {part[0].lower()}{part[1:]}."


def _new_words(part: str, pair: Pair) -> set[str]:
    """The longer words of a clause that the spans don't have in any form."""
    known = " ".join(s.quote for s in pair.spans).lower()
    return {w for w in re.findall(r"[a-z]{5,}", part.lower()) if w[:5] not in known}


# --- who reports ---------------------------------------------------------------------------------


def reporter_exchanged(m: Mutator, pair: Pair, rng: random.Random) -> Iterator[str]:
    """The one who reports becomes the one who speaks, and the other way round."""
    span = pair.spans[0]
    if len(pair.spans) > 1 or not span.reported_by or not span.speaker:
        return
    body = re.sub(rf"^.*?\b{SAID} (?:that )?", "", pair.sentence)
    body = re.sub(rf", [^,]+ {SAID}\.$|, according to [^,]+\.$", "", body).rstrip(".")
    yield f"{span.reported_by} said, according to {span.speaker}, that {body}."


KINDS: dict[str, Callable[[Mutator, Pair, random.Random], Iterator[str]]] = {
    "speaker replaced": speaker_replaced,
    "principals swapped": principals_swapped,
    "names swapped": names_swapped,
    "name replaced": name_replaced,
    "negation added": negation_added,
    "negation removed": negation_removed,
    "denied": denied,
    "asked": asked,
    "made conditional": made_conditional,
    "condition dropped": condition_dropped,
    "question stated": question_stated,
    "only": only_added,
    "opposite": opposite,
    "number changed": number_changed,
    "date changed": date_changed,
    "unit changed": unit_changed,
    "tail": tail_added,
    "clause of another": clause_added,
    "clause of the neighbour": neighbours_clause,
    "reporter exchanged": reporter_exchanged,
}
STRICT = frozenset(
    {"speaker replaced", "principals swapped", "negation added", "negation removed",
     "number changed", "date changed"}
)  # fmt: skip
"""Kinds of which 99 of 100 must be caught."""


def other_span(pair: Pair, known: Sequence[Pair], seed: int) -> Mutation | None:
    """The sentence with a span of another pair of its source; None where there is no other."""
    rng = random.Random(f"{seed}-other-{pair.id}")
    documents = {s.document for s in pair.spans}
    others = [
        p
        for p in known
        if p.source == pair.source and not documents & {s.document for s in p.spans}
    ]
    if not others:
        return None
    spans = tuple(replace(s) for s in rng.choice(others).spans)
    return Mutation("span of another", pair.sentence, spans, pair.id)
