"""Sentences to quote: chosen across passages, speaker and topic judged, copies folded together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rag.index import Index
from rag.names import Names
from rag.question.dates import overlaps
from rag.question.topic import in_one_breath
from rag.retrieve.concepts import Concept, Phrase, coverage, missing_names, spelled_out, stemmed
from rag.types import Document, Evidence, Metadata, Party, Query, Sentence, Statement
from rag.words import numbers

SPEAKER_WEIGHT = 0.8
"""Right speaker against full topic coverage, which counts 1."""
WRONG_SPEAKER = -0.5
DATE_WEIGHT = 0.3
ADDRESSEE_WEIGHT = 0.3
ASKED_WEIGHT = 0.25
MANY_NAMES = 3
"""Of so many names in a question of fact one may be missing."""
MISSING_WEIGHT = 0.3
DENSE_WEIGHT = 1.0
NEIGHBOUR = 0.35
"""What a concept counts that stands in the sentence before, in the same paragraph."""
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DATE = re.compile(
    rf"\b(?:{MONTHS})\.?\s+\d{{1,2}}(?:,?\s+\d{{4}})?|\b\d{{1,2}}\s+(?:{MONTHS})(?:\s+\d{{4}})?"
    rf"|\b(?:{MONTHS}),?\s+\d{{4}}|\b(?:19|20)\d\d\b|\bCOVID-19\b",
    re.IGNORECASE,
)
TIME = re.compile(
    rf"\b(?:19|20)\d\d\b|\b(?:{MONTHS})\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
    r"|\b(?:yesterday|today|tomorrow|ago|century|decade|morning|evening)\b"
)
AMOUNT = re.compile(
    r"[$€£¥₹]|\b(?:dollars?|euros?|pounds?|yuan|rupees?|dirhams?|pence|cents?|percent|per cent"
    r"|million|billion|trillion|tons?|tonnes|kilograms?|litres?)\b|%",
    re.I,
)
QUANTITY = re.compile(
    r"\b(?:dozens?|hundreds?|thousands?|millions?|billions?|half|twice|double|percent)\b",
    re.I,
)
COUNTED = re.compile(
    r"\b(?:the|our|both|their|these|those|between|any|no|each|every)\s+(?:one|two|three|four|five)\b"
    r"|\bone-|\b(?:one|two)\s+(?:of|another|side|sides|countries|nations|peoples|leaders|governments|parties"
    r"|ministers|presidents)\b",
    re.IGNORECASE,
)
"""Number words that count nothing new: "the two sides", "one of them"."""
SAME_TEXT = 0.9
"""Share of common stems above which two sentences are copies."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A sentence that may be quoted, and why."""

    sentence: Sentence
    document: Document
    statement: Statement | None
    stems: Phrase
    topic: float = 0.0
    """Share of the topic's weight found in the sentence, 0 to 1."""
    around: float = 0.0
    """The same with the sentence before it."""
    speaker: float = 0.0
    """1 right, 0 unknown or not asked, negative for another speaker."""
    dated: float = 0.0
    addressed: float = 0.0
    """1 said to the asked addressee, −1 to another, 0 unknown or not asked."""
    missing: int = 0
    """Names that the question asks about and that neither this sentence nor the one before has."""
    asked: bool = False
    """Whether it holds the kind of thing that is asked for: a date, a number, a person."""
    dense: float = 0.0
    """Likeness to the question."""
    about: float = 0.0
    """Likeness to the topic alone."""
    stages: Mapping[str, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """How well the sentence answers."""
        topic = max(self.topic, NEIGHBOUR * self.around)
        return (
            topic
            + DENSE_WEIGHT * self.dense
            + SPEAKER_WEIGHT * max(self.speaker, WRONG_SPEAKER)
            + DATE_WEIGHT * self.dated
            + ADDRESSEE_WEIGHT * self.addressed
            + ASKED_WEIGHT * self.asked
            - MISSING_WEIGHT * self.missing
        )


def candidate(
    sentence: Sentence,
    document: Document,
    statements: Sequence[Statement],
    before: Sentence | None,
    query: Query,
    concepts: Sequence[Concept],
    names: Names,
) -> Candidate:
    """A sentence with its topic, speaker and date judged; the dense score is added later."""
    statement = _best(statements, query, names)
    stems = stemmed(spelled_out(sentence.text))
    topic = coverage(concepts, stems)
    wide = stems if before is None else (*stemmed(spelled_out(before.text)), "\0", *stems)
    known = (*wide, "\0", *stemmed(_parties(statement, document)))
    return Candidate(
        sentence=sentence,
        document=document,
        statement=statement,
        stems=stems,
        topic=topic,
        around=coverage(concepts, wide),
        missing=_missing(concepts, known, document, query),
        addressed=addressee_match(statement, query, names),
        asked=_holds_asked(query, sentence.text, statement, names),
        speaker=speaker_match(statement, document.metadata, query, names),
        dated=date_match(document.metadata, query),
    )


def _parties(statement: Statement | None, document: Document) -> str:
    """Who speaks and who is spoken to: named by the place, if not by the words."""
    parties = [statement.speaker, statement.addressee] if statement else []
    named = [f"{p.name} {p.country or ''}" for p in parties if p]
    return " ".join([*named, document.metadata.title or ""])


def _missing(concepts: Sequence[Concept], known: Phrase, document: Document, query: Query) -> int:
    """How many names of the question the place lacks.

    What somebody said must name them there; a fact may be told where its document has named them
    before. A comparison or list is answered bit by bit: one of its names is enough, and so it is
    where names in one breath are all that is asked about.
    """
    stems = known if query.speakers else (*known, "\0", *document_stems(document))
    missing = missing_names(concepts, stems)
    if not query.speakers and sum(c.named for c in concepts) >= MANY_NAMES:
        missing = max(missing - 1, 0)
    if query.kind in {"comparison", "list"} or in_one_breath(query.standalone, query.terms):
        return int(missing > 0 and missing == sum(c.named for c in concepts))
    return missing


@lru_cache(maxsize=256)
def _stems_of(text: str) -> Phrase:
    return stemmed(text)


def document_stems(document: Document) -> Phrase:
    """All stems of a document's text."""
    return _stems_of(document.text)


def _best(statements: Sequence[Statement], query: Query, names: Names) -> Statement | None:
    """The statement that a sentence is quoted for: one by the asked speaker first."""
    if not statements:
        return None

    def rank(statement: Statement) -> tuple[bool, bool, float]:
        asked = statement.speaker is not None and any(
            names.speaks_as(statement.speaker, p) for p in query.speakers
        )
        return (asked, statement.speaker is not None, statement.confidence)

    return max(statements, key=rank)


def speaker_match(
    statement: Statement | None, metadata: Metadata, query: Query, names: Names
) -> float:
    """1 for the asked speaker, −1 for another, 0 where nobody is asked for or nobody is known.

    Who is only the asked one among others (a joint statement) or reports what is asked counts less.
    """
    if not query.speakers:
        return 0.0
    speaker = statement.speaker if statement else None
    if speaker is None and metadata.speaker:
        speaker = names.resolve(metadata.speaker) or Party(name=metadata.speaker)
    if speaker is None:
        return 0.0
    # A speech that is filed under a country is somebody's: it may be the asked person's.
    speech = statement is None or statement.rule == "monologue"
    fits = names.same if speech else names.speaks_as
    if any(fits(speaker, asked) for asked in query.speakers):
        return 1.0
    reporters = statement.reported_by if statement else ()
    if any(names.speaks_as(r, asked) for r in reporters for asked in query.speakers):
        return 0.9
    if speaker.kind == "joint" and _takes_part(speaker, query, names):
        return 0.8
    return -1.0


def _takes_part(joint: Party, query: Query, names: Names) -> bool:
    """Whether an asked speaker is one of the parties of a joint statement."""
    members = [m.party for m in names.find(f"{joint.name} {joint.as_written}")]
    return any(
        names.same(asked, member) and (asked.kind != "person" or member.kind == "person")
        for asked in query.speakers
        for member in members
    )


def addressee_match(statement: Statement | None, query: Query, names: Names) -> float:
    """1 for words to the asked addressee, −1 to another, 0 where that is not asked or not known."""
    if query.addressee is None or statement is None or statement.addressee is None:
        return 0.0
    return 1.0 if names.same(statement.addressee, query.addressee) else -1.0


def date_match(metadata: Metadata, query: Query) -> float:
    """1 inside the asked dates, −1 outside, 0 where none is asked or the date is unknown."""
    if not (query.since or query.until) or not metadata.published:
        return 0.0
    return 1.0 if overlaps(metadata.published, query.since, query.until) else -1.0


def to_evidence(chosen: Candidate, index: Index) -> Evidence:
    """The candidate as a quotable span with its attribution."""
    sentence, meta, statement = chosen.sentence, chosen.document.metadata, chosen.statement
    speaker = statement.speaker if statement else None
    if speaker is None and statement is None and meta.speaker:
        speaker = Party(name=meta.speaker, country=meta.speaker, kind="government")
    reporters = statement.reported_by if statement else ()
    return Evidence(
        document=sentence.document,
        start=sentence.start,
        end=sentence.end,
        quote=sentence.text,
        score=round(chosen.score, 4),
        title=meta.title,
        source=meta.source,
        published=meta.published,
        url=meta.url,
        speaker=speaker.name if speaker else None,
        country=speaker.country if speaker else None,
        office=speaker.office if speaker else None,
        reported_by=", ".join(p.name for p in reporters) or None,
        act=statement.act if statement else None,
        addressee=statement.addressee.name if statement and statement.addressee else None,
        also=tuple(index.copies(sentence.document, sentence.start, sentence.end)),
        stages={
            "topic": round(chosen.topic, 3),
            "around": round(chosen.around, 3),
            "missing": chosen.missing,
            "dense": round(chosen.dense, 3),
            "about": round(chosen.about, 3),
            "addressee": chosen.addressed,
            "asked": float(chosen.asked),
            "speaker": chosen.speaker,
            "date": chosen.dated,
            **chosen.stages,
        },
    )


def _holds_asked(query: Query, text: str, statement: Statement | None, names: Names) -> bool:
    if query.asks == "addressee":
        return statement is not None and statement.addressee is not None
    if query.asks == "person":
        return any(m.party.kind == "person" for m in names.find(text))
    return holds(query.asks, text)


def holds(asks: str, text: str) -> bool:
    """Whether a sentence holds a date, a number or an amount, as the question asks for."""
    if asks == "time":
        return TIME.search(text) is not None
    if asks == "number":
        return (
            bool(numbers(COUNTED.sub(" ", DATE.sub(" ", text))))
            or QUANTITY.search(text) is not None
        )
    if asks == "amount":
        return AMOUNT.search(text) is not None
    return False


def without_copies(candidates: Sequence[Candidate], *, limit: int) -> list[Candidate]:
    """The best candidates, each text once: a wire copy doesn't crowd the evidence."""
    kept: list[Candidate] = []
    seen: list[set[str]] = []
    for item in candidates:
        stems = set(item.stems)
        if any(_alike(stems, other) for other in seen):
            continue
        kept.append(item)
        seen.append(stems)
        if len(kept) == limit:
            break
    return kept


def _alike(a: set[str], b: set[str]) -> bool:
    return bool(a) and len(a & b) >= SAME_TEXT * max(len(a), len(b))
