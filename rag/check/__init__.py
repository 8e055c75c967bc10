"""Does a place in a source carry a sentence? Code decides, and says why not.

Deterministic checks come first and each may reject: hidden characters, the speaker, names, numbers
and units, negation, opposites, condition, question, wish, the order of the parties, and words that
the source does not have. What passes gets a support score for paraphrase.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.check import acts, figures, invention, modality, naming, polarity, roles
from rag.check.align import Alignment, align
from rag.check.claims import Claimed, Source, attributing, claims
from rag.check.focus import focused
from rag.check.reading import Text, Who, joined, people, read, reporters_of, speaker_of
from rag.check.speech import frame_words, frames, moved, resolved
from rag.check.surface import unfit
from rag.check.verbatim import quoted, quotes_kept
from rag.names import Names
from rag.types import Evidence

MARK = re.compile(r"\s*\[\d+\]")
SUPPORT = 0.7
"""The least support score that passes.

On the development half of `evals/gold/pairs.jsonl` (`bench/calibrate_check.py`) true sentences
share 0.82 of their words or more, sentences with something invented 0.7 or less in most cases;
the line
that parts them best, 0.88, is too strict for paraphrases freer than those."""
LIKENESS = 0.25
"""What likeness counts beside words, where it is given. Fitted, it counts next to nothing (0.7
against 29.1 for words): what embedders see as alike includes the opposite and the invented. It
carries over a paraphrase in other words, no more."""
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
    if not text:
        return Verdict(supported=False, score=0.0, reasons=("nothing is said",))
    verdict = _verdict(text, spans, names, similarity)
    if verdict.supported or len(spans) == 1:
        return verdict
    alone = (_verdict(text, (span,), names, similarity) for span in spans)
    return next((v for v in alone if v.supported), verdict)


def _verdict(
    text: str, spans: Sequence[Evidence], names: Names, similarity: Similarity | None
) -> Verdict:
    reading = _Reading(text, spans, names)
    reasons = reading.reasons()
    score = reading.support(similarity)
    if not reasons and score < SUPPORT:
        reasons = [f"support {score:.2f} is below {SUPPORT}"]
    return Verdict(
        supported=not reasons,
        score=round(score, 3),
        reasons=tuple(dict.fromkeys(reasons)),
        reporter=reading.reporter,
    )


def support(
    text: str,
    spans: Sequence[Evidence],
    similarity: Similarity | None = None,
    names: Names | None = None,
) -> float:
    """How much of the sentence the spans carry, 0 to 1: shared words, and likeness of meaning."""
    return _Reading(text, spans, names or Names(())).support(similarity)


def shared(text: str, spans: Sequence[Evidence], names: Names) -> float:
    """The weighed share of the sentence's words that the spans have, 0 to 1."""
    return _Reading(MARK.sub("", text).strip(), spans, names).shared()


class _Reading:
    """A sentence and its spans, read and aligned."""

    def __init__(self, text: str, spans: Sequence[Evidence], names: Names) -> None:
        cast = people(spans, names)
        self.cast = cast
        self.raw = text
        self.spans = spans
        self.names = names
        self.sentence = read(text, names, cast)
        self.sources = [_source(self.sentence, s, names, cast) for s in spans]
        # Whom it was said to is no news unless something is said.
        addressed = bool(frames(self.sentence))
        self.context = read(_context(spans, addressed=addressed), names, cast)
        self.claims: list[Claimed] = claims(self.sentence, self.sources)
        self.everything = read(
            " ; ".join((_context(spans, addressed=addressed), *(s.quote for s in spans))),
            names,
            cast,
        )
        self.whole_quote = read(spans[0].quote, names, cast)
        self.verbatim = self._verbatim()
        self.framed = frame_words(tuple(f for c in self.claims for f in c.frames))

    @property
    def reporter(self) -> bool:
        return any(c.reporter for c in self.claims)

    def _verbatim(self) -> bool:
        """Whether it is one span word for word, introduced by the one who speaks in it."""
        if len(self.spans) != 1:
            return False
        known = _context(self.spans, addressed=True)
        record = read(f"{known} ; {self.spans[0].published or ''}", self.names, self.cast)
        place = quoted(self.sentence, self.whole_quote, record)
        if place is None:
            return False
        self.claims = claims(self.sentence, self.sources, outside=place)
        return True

    def reasons(self) -> list[str]:
        found = [unfit(self.raw, " ".join(s.quote for s in self.spans))]
        if self.verbatim:
            return [f for f in (*found, *(c.reason for c in self.claims)) if f]
        found += [c.reason for c in self.claims]
        whole = self._alignment(range(len(self.spans)))
        found += self._whole(whole)
        if len(self.claims) > 1:
            for claim in self.claims:
                found.append(self._part(claim))
        return [f for f in found if f]

    def _alignment(self, which: Sequence[int]) -> Alignment:
        return align(self.sentence, joined([self.sources[i].text for i in which]))

    def _whole(self, found: Alignment) -> list[str | None]:
        attribution = frozenset[int]()
        base = 0
        for source in self.sources:
            attribution |= {base + i for i in frame_words(attributing(source))}
            base += len(source.text.tokens)
        return [
            naming.names_kept(found, self.everything),
            naming.compounds_kept(found, self.context),
            quotes_kept(self.sentence, self.spans),
            figures.numbers_kept(found, self.spans),
            figures.units_kept(found, self.spans),
            figures.numbers_bound(found),
            figures.comparison_kept(found),
            acts.act_kept(found),
            polarity.negation_added(found),
            polarity.negation_removed(found),
            polarity.opposite(found),
            polarity.turned(found),
            polarity.charged(found),
            modality.condition_added(found),
            modality.condition_dropped(found),
            modality.question_stated(found),
            modality.doubt_added(found),
            modality.wish_stated(found),
            modality.restricted(found),
            roles.roles_kept(found, self.framed, attribution),
            invention.invented_clause(found, self.context, self.framed),
            invention.invented_deed(found, self.context, self.framed),
            invention.invented_predicate(found, self.context, self.framed),
            invention.invented_run(found, self.context, self.framed),
            invention.put_in_place(found, self.context, self.framed),
        ]

    def _part(self, claim: Claimed) -> str | None:
        """A part with its own speaker must be carried by that speaker's spans."""
        found = self._alignment(claim.sources)
        inside = range(claim.segment.start, claim.segment.end)
        outside = frozenset(range(len(self.sentence.tokens))) - set(inside) | self.framed
        share = invention.coverage(found, self.context, outside).share
        return None if share >= SUPPORT else "a part of it is another speaker's"

    def shared(self) -> float:
        found = self._alignment(range(len(self.spans)))
        return invention.coverage(found, self.context, self.framed).share

    def support(self, similarity: Similarity | None) -> float:
        if self.verbatim:
            return 1.0
        share = self.shared()
        if similarity is None:
            return share
        alike = max(similarity(self.raw, s.quote) for s in self.spans)
        return (1 - LIKENESS) * share + LIKENESS * min(max(alike, 0.0), 1.0)


def _source(sentence: Text, span: Evidence, names: Names, cast: tuple[Who, ...]) -> Source:
    speaker = speaker_of(span, names)
    text = read(span.quote, names, cast, speaker.key if speaker else None)
    found = resolved(frames(text))
    text, places = focused(sentence, text)
    kept = tuple(moved(f, places) for f in found if f.verb in places)
    return Source(text, speaker, reporters_of(span, names), kept)


def _context(spans: Sequence[Evidence], *, addressed: bool) -> str:
    """What is known of the spans besides their words; who is `addressed` only on demand."""
    known = (
        (s.speaker, s.country, s.office, s.reported_by, s.title, s.source)
        + ((s.addressee,) if addressed else ())
        for s in spans
    )
    return " ; ".join(part for parts in known for part in parts if part)
