"""A text read word by word: what each word is, who is named, and where clauses end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from rag.check.lexicon import canon, words, written
from rag.check.plain import plain
from rag.names import Mention, Names
from rag.types import Evidence
from rag.words import NUMBER_WORDS, STOPWORDS, fold

TOKEN = re.compile(
    r"\d+(?:[.,]\d+)*(?:st|nd|rd|th)?(?![^\W_])|[^\W_]+(?:'[^\W_]+)*|[$€£¥%°]|[^\w\s]", re.UNICODE
)
ENDS = frozenset(".?!")
BREAKS = frozenset(",;:()[]—") | ENDS
SUBORDINATORS = frozenset(
    """that which who whom whose because although though while whereas but if unless when where
    after before until since so""".split()
)
ABBREVIATED = frozenset("mr mrs ms dr st no prof gen jr sr vs etc approx".split())
FIRST_PERSON = frozenset("we our ours us my i mine ourselves myself".split())
ORDINALS = {
    word: str(value)
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(),
        1,
    )
}


@dataclass(slots=True)
class Token:
    """One word, number or mark of a text, and what is known of it."""

    index: int
    start: int
    end: int
    text: str
    low: str
    canon: str
    kind: str
    """`word`, `number` or `mark`."""
    sentence: int
    clause: int
    poss: bool = False
    """Ends in 's: the next words are its own."""
    entity: str | None = None
    """The party or proper name it belongs to, by the key under which parties are compared."""
    person: str | None = None
    """The person's name, where the party is a person."""
    adjective: bool = False
    party: bool = False
    """The entity is a country, an organisation or a person that is known, not just a capital."""
    value: str | None = None
    """A number's value; an ordinal's with a leading `#`."""
    content: bool = False
    """Carries meaning of its own."""

    @property
    def cap(self) -> bool:
        """Written with a capital letter."""
        return self.text[:1].isupper()


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody a span speaks for: its speaker or one who reports it."""

    name: str
    country: str | None = None
    office: str | None = None

    @property
    def key(self) -> str:
        """The key under which parties are compared: the country where there is one."""
        return self.country or self.name

    @property
    def is_country(self) -> bool:
        """Speaks as a country, no person named."""
        return self.name == self.country


@dataclass(frozen=True, slots=True)
class Negation:
    """A negator and the content words that it denies, the nearest first."""

    cue: int
    heads: tuple[int, ...]
    whole: bool = False
    """Denies the clause after it, not just the next word."""


@dataclass(slots=True)
class Text:
    """A text and its tokens."""

    plain: str
    tokens: list[Token]
    mentions: list[Mention]
    speaker: str | None = None
    """Whom "we" and "my country" mean."""
    by_canon: dict[str, list[int]] = field(default_factory=dict)
    pairs: dict[str, list[int]] = field(default_factory=dict)
    """Two words written as one → where they stand: southeast, South East."""
    negations: tuple[Negation, ...] | None = None
    """What is denied, once `polarity.negations` has been asked for it."""
    frames: tuple[Any, ...] | None = None
    """Its speaking phrases, once `speech.frames` has been asked for them."""

    def index(self) -> None:
        """Fills the tables by which words are found."""
        for token in self.tokens:
            if token.kind == "mark":
                continue
            self.by_canon.setdefault(token.canon, []).append(token.index)
            before = self.tokens[token.index - 1] if token.index else token
            if before.kind == token.kind == "word" and before is not token:
                self.pairs[before.low + token.low] = [before.index, token.index]

    def content(self) -> Iterator[Token]:
        """The words that carry meaning."""
        return (t for t in self.tokens if t.content)


def people(spans: Sequence[Evidence], names: Names) -> tuple[Who, ...]:
    """Everybody who speaks, reports or is spoken to in the spans, each once."""
    found: dict[Who, None] = {}
    for span in spans:
        for who in (speaker_of(span, names), *reporters_of(span, names)):
            if who is not None:
                found[who] = None
        if span.addressee:
            found[_known(span.addressee, names)] = None
    return tuple(found)


def speaker_of(span: Evidence, names: Names) -> Who | None:
    """Who speaks in a span, the country by the name that `names` knows it by."""
    if not span.speaker:
        return None
    country = _country(span.country, names) if span.country else None
    own = span.speaker == span.country and country is not None
    return Who(country if own and country else span.speaker, country, span.office)


def reporters_of(span: Evidence, names: Names) -> tuple[Who, ...]:
    """Who reports a span, the outermost first."""
    return tuple(_known(n, names) for n in (span.reported_by or "").split(", ") if n)


@lru_cache(maxsize=4096)
def _known(name: str, names: Names) -> Who:
    party = names.resolve(name)
    return Who(name, party.country if party else None, party.office if party else None)


@lru_cache(maxsize=4096)
def _country(written_: str, names: Names) -> str:
    party = names.resolve(written_)
    return party.country if party and party.country else written_


@lru_cache(maxsize=1024)
def read(text: str, names: Names, cast: tuple[Who, ...], speaker: str | None = None) -> Text:
    """A text as tokens with their parties.

    Args:
        text: What is read.
        names: Who can be recognised.
        cast: Persons known from the attribution of the spans.
        speaker: Key of the party that the first person means.
    """
    made = plain(text)
    tokens = _tokens(made)
    found = Text(made, tokens, names.find(made), speaker)
    _name(found, cast)
    found.index()
    return found


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    sentence = clause = 0
    for match in TOKEN.finditer(text):
        written_, start, end = match.group(), match.start(), match.end()
        if not (written_[0].isalnum() or written_ in "$€£¥%°"):
            if written_ == "-" and start and text[start - 1].isalnum():
                continue
            if written_ == "'" and found and found[-1].end == start:
                found[-1].poss = found[-1].low.endswith("s")
                continue
            last = found[-1].low if found else ""
            found.append(_token(found, match, "mark", sentence, clause))
            clause += written_ in BREAKS
            sentence += written_ in ENDS and _ends_sentence(text, end, last)
            continue
        kind = "number" if written_[0].isdigit() else "word"
        clause += fold(written_) in SUBORDINATORS
        found.append(_token(found, match, kind, sentence, clause))
    return found


def _token(
    found: list[Token], match: re.Match[str], kind: str, sentence: int, clause: int
) -> Token:
    low = fold(match.group())
    poss = low.endswith("'s")
    low = low.removesuffix("'s") if kind == "word" else low
    return Token(
        len(found), match.start(), match.end(), match.group(), low,
        canon(low) if kind == "word" else low, kind, sentence, clause, poss,
        value=_value(low, kind), content=kind != "mark" and _carries_meaning(low),
    )  # fmt: skip


@lru_cache(maxsize=65536)
def _carries_meaning(low: str) -> bool:
    return len(low) > 1 and low not in STOPWORDS and low not in written("classes", "ties")


def _ends_sentence(text: str, end: int, last: str) -> bool:
    following = text[end:].lstrip(" \"')")
    return (
        len(last) > 1
        and last not in ABBREVIATED
        and (not following or following[0].isupper() or following[0].isdigit())
        and (end == len(text) or text[end] in " \"')")
    )


def _value(low: str, kind: str) -> str | None:
    if kind == "number":
        ordinal = re.fullmatch(r"(\d+)(?:st|nd|rd|th)", low)
        if ordinal:
            return "#" + ordinal.group(1)
        digits = low.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", low) else low
        whole, dot, part = digits.partition(".")
        part = part.rstrip("0")
        return (whole.lstrip("0") or "0") + (dot + part if part else "")
    if low in ORDINALS:
        return "#" + ORDINALS[low]
    return NUMBER_WORDS.get(low)


def _name(text: Text, cast: tuple[Who, ...]) -> None:
    """Marks the tokens of parties, of the cast's persons, and of other proper names."""
    tokens = text.tokens
    for mention in text.mentions:
        party = mention.party
        for token in tokens:
            if mention.start <= token.start < mention.end and token.kind == "word":
                token.entity = party.country or party.name
                token.person = party.name if party.kind == "person" else None
                token.adjective = mention.role == "adjective"
                token.party = True
    known = {part: who for who in cast if not who.is_country for part in _name_parts(who)}
    roles = written("classes", "titles")
    for token in tokens:
        if token.low in FIRST_PERSON and text.speaker:
            token.entity, token.party = text.speaker, True
        if token.kind != "word" or token.entity or not token.cap or token.low in STOPWORDS:
            continue
        who = known.get(token.low)
        if who is not None:
            token.entity, token.person, token.party = who.key, who.name, True
        elif not _opens(tokens, token) and token.low not in roles | calendar():
            token.entity = token.low


def calendar() -> frozenset[str]:
    """Months and weekdays."""
    return written("classes", "months") | written("classes", "weekdays")


def _opens(tokens: list[Token], token: Token) -> bool:
    """Whether its capital may be that of a sentence's beginning."""
    before = tokens[token.index - 1] if token.index else None
    return before is None or before.sentence != token.sentence or before.text in '":(—'


def _name_parts(who: Who) -> Iterator[str]:
    """The words of a name by which a person may be called."""
    roles = written("classes", "titles")
    for part in re.findall(r"[^\W_]+", who.name):
        if len(part) > 1 and fold(part) not in roles and not is_numeral(part):
            yield fold(part)


def is_numeral(word: str) -> bool:
    """A ruler's number, as written: VI, but not Xi."""
    return bool(re.fullmatch(r"[IVX]+", word))


def is_light(token: Token) -> bool:
    """Introduces or fills, and claims nothing of its own."""
    return _light(token.canon)


@lru_cache(maxsize=65536)
def _light(word: str) -> bool:
    return word in words("classes", "light") or word in words("speech", "say")


def joined(texts: Sequence[Text]) -> Text:
    """Several texts as one, their sentences apart."""
    if len(texts) == 1:
        return texts[0]
    tokens: list[Token] = []
    sentence = clause = 0
    for text in texts:
        base = len(tokens)
        tokens += [
            replace(
                t, index=base + t.index, sentence=sentence + t.sentence, clause=clause + t.clause
            )
            for t in text.tokens
        ]
        sentence = tokens[-1].sentence + 1 if tokens else 0
        clause = tokens[-1].clause + 1 if tokens else 0
    made = Text(" ".join(t.plain for t in texts), tokens, [])
    made.index()
    return made
