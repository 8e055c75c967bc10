"""Does a place in a source carry a sentence? Code decides, and says why not.

Deterministic checks come first and each may reject: the quote, the speaker, names, numbers,
negation, condition, roles, and runs of words that the source does not have. What passes gets a
support score for paraphrase.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.check.parties import claimed_speaker, names_kept, roles_kept, speaker_kept
from rag.check.polarity import (
    condition_kept,
    denial_kept,
    modality_raised,
    negation_kept,
    opposite,
)
from rag.names import Names
from rag.types import Evidence
from rag.words import STOPWORDS, numbers, stem, tokens

MARK = re.compile(r"\s*\[\d+\]")
NOVEL_RUN = 3
"""So many content words in a row that the source lacks are an invention."""
SUPPORT = 0.5
"""The least support score that passes."""
Similarity = Callable[[str, str], float]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Whether the spans carry the sentence, how well, and why not."""

    supported: bool
    score: float
    reasons: tuple[str, ...] = ()
    reporter: bool = False
    """The sentence names the one who reports, not the one who speaks."""


def exact(text: str, start: int, end: int, quote: str) -> bool:
    """Whether the quote stands in the stored text at those offsets."""
    return 0 <= start < end <= len(text) and text[start:end] == quote


def check(
    sentence: str,
    spans: Sequence[Evidence],
    names: Names,
    *,
    similarity: Similarity | None = None,
) -> Verdict:
    """Whether `spans` carry `sentence`.

    Args:
        sentence: One sentence, with or without `[n]` marks.
        spans: The places it cites.
        names: Who can be recognised.
        similarity: Likeness of two texts from −1 to 1, for paraphrase; words alone without it.
    """
    text = MARK.sub("", sentence).strip()
    if not spans:
        return Verdict(supported=False, score=0.0, reasons=("no source",))
    reasons, reporter = _contradictions(text, spans, names)
    score = support(text, spans, similarity)
    if not reasons and score < SUPPORT:
        reasons = [f"support {score:.2f} is below {SUPPORT}"]
    return Verdict(
        supported=not reasons, score=round(score, 3), reasons=tuple(reasons), reporter=reporter
    )


def _contradictions(text: str, spans: Sequence[Evidence], names: Names) -> tuple[list[str], bool]:
    """Everything that speaks against the sentence, and whether it names the reporter."""
    mentions = names.find(text)
    claim = claimed_speaker(text, mentions)
    wrong_speaker, reporter = speaker_kept(claim, spans, names)
    joined = " ".join(s.quote for s in spans)
    found = [
        wrong_speaker,
        names_kept(text, mentions, spans, names),
        _numbers_kept(text, spans),
        negation_kept(text, joined),
        denial_kept(text, joined),
        condition_kept(text, joined),
        modality_raised(text, joined),
        opposite(text, joined),
        _novel_run(text, spans),
        *(roles_kept(text, claim, mentions, s, names) for s in spans),
    ]
    return [f for f in found if f], reporter


def _numbers_kept(text: str, spans: Sequence[Evidence]) -> str | None:
    available: set[str] = set()
    for span in spans:
        available |= numbers(span.quote) | numbers(span.title or "")
        available |= {p.lstrip("0") for p in (span.published or "").split("-")}
    missing = numbers(text) - available
    return f"“{min(missing)}” is not in the source" if missing else None


def _source_stems(spans: Sequence[Evidence]) -> set[str]:
    context = " ".join(
        " ".join(filter(None, (s.quote, s.speaker, s.country, s.office, s.reported_by, s.title)))
        for s in spans
    )
    return {stem(p) for _, _, w in tokens(context) for p in (w, *w.split("-"))}


FREE = frozenset(
    stem(w)
    for w in """say said says state stated according add added note noted tell told also express
    expressed president minister prime foreign king government country countries position stance
    statement call phone conversation spokesperson official leader regarding concerning matter
    issue side""".split()
)
"""Words that introduce or tie together, and claim nothing of their own."""


def _novel_run(text: str, spans: Sequence[Evidence]) -> str | None:
    """The first run of content words that the source does not have, where it is long."""
    available = _source_stems(spans) | FREE
    run: list[str] = []
    for _, _, word in tokens(text):
        if word in STOPWORDS:
            continue
        if stem(word) in available or any(stem(p) in available for p in word.split("-")):
            run = []
            continue
        run.append(word)
        if len(run) == NOVEL_RUN:
            return f"“{' '.join(run)}” is not in the source"
    return None


def support(text: str, spans: Sequence[Evidence], similarity: Similarity | None = None) -> float:
    """How much of the sentence the spans carry, 0 to 1: shared words, and likeness of meaning."""
    available = _source_stems(spans) | FREE
    content = [w for _, _, w in tokens(text) if w not in STOPWORDS]
    if not content:
        return 0.0
    shared = sum(
        stem(w) in available or all(stem(p) in available for p in w.split("-")) for w in content
    ) / len(content)
    if similarity is None:
        return shared
    alike = max(similarity(text, s.quote) for s in spans)
    return 0.6 * shared + 0.4 * max(alike, 0.0)
