"""Sentences to quote: chosen across passages, speaker and topic judged, copies folded together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.index import Index
from rag.names import Names
from rag.question.dates import overlaps
from rag.retrieve.concepts import Concept, Phrase, coverage, stemmed
from rag.types import Document, Evidence, Metadata, Party, Query, Sentence, Statement

SPEAKER_WEIGHT = 0.8
"""Right speaker against full topic coverage, which counts 1."""
WRONG_SPEAKER = -0.5
DATE_WEIGHT = 0.3
DENSE_WEIGHT = 1.0
NEIGHBOUR = 0.35
"""What a concept counts that stands in the sentence before, in the same paragraph."""
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
    dense: float = 0.0
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
    stems = stemmed(sentence.text)
    topic = coverage(concepts, stems)
    around = topic
    if before is not None and before.paragraph == sentence.paragraph:
        around = coverage(concepts, (*stemmed(before.text), "\0", *stems))
    return Candidate(
        sentence=sentence,
        document=document,
        statement=statement,
        stems=stems,
        topic=topic,
        around=around,
        speaker=speaker_match(statement, document.metadata, query, names),
        dated=date_match(document.metadata, query),
    )


def _best(statements: Sequence[Statement], query: Query, names: Names) -> Statement | None:
    """The statement that a sentence is quoted for: one by the asked speaker first."""
    if not statements:
        return None

    def rank(statement: Statement) -> tuple[bool, bool, float]:
        asked = statement.speaker is not None and any(
            names.same(statement.speaker, p) for p in query.speakers
        )
        return (asked, statement.speaker is not None, statement.confidence)

    return max(statements, key=rank)


def speaker_match(
    statement: Statement | None, metadata: Metadata, query: Query, names: Names
) -> float:
    """1 for the asked speaker, −1 for another, 0 where nobody is asked for or nobody is known."""
    if not query.speakers:
        return 0.0
    speaker = statement.speaker if statement else None
    if speaker is None and metadata.speaker:
        speaker = names.resolve(metadata.speaker)
    if speaker is None:
        return 0.0
    if any(names.same(speaker, asked) for asked in query.speakers):
        return 1.0
    return 0.5 if speaker.kind == "joint" else -1.0


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
        also=tuple(index.copies(sentence.document, sentence.start, sentence.end)),
        stages={
            "topic": round(chosen.topic, 3),
            "dense": round(chosen.dense, 3),
            "speaker": chosen.speaker,
            "date": chosen.dated,
            **chosen.stages,
        },
    )


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
