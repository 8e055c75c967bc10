"""Do the citations exist, carry what is said, and come from the right place and person?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from rag.evals.metrics.answers import MARK, without_marks
from rag.evals.metrics.retrieval import Columns
from rag.evals.spans import Span, Texts, any_same
from rag.segment import split_sentences
from rag.types import Answer, Citation
from rag.words import fold

Judge = Callable[[Sequence[Citation], str], bool]
"""Whether these places together carry that sentence."""
SameParty = Callable[[str, Citation], bool | None]
"""Whether a citation's speaker is the one named; None where the citation names none."""

AT_MOST = 3
"""Citations of one sentence that count, as in ALCE."""


class Supported(NamedTuple):
    """One sentence of an answer and whether its citations carry it."""

    text: str
    citations: tuple[int, ...]
    carried: bool
    needed: int
    """Citations that count as precise."""
    counted: int
    """Citations that count at all."""


def sentences_of(answer: Answer) -> list[tuple[str, tuple[int, ...]]]:
    """The sentences of an answer without marks, each with the numbers it cites."""
    if answer.sentences:
        return [(without_marks(s.text), s.citations) for s in answer.sentences]
    bare, marks = _unmarked(answer.answer)
    spans = split_sentences(bare, "")
    found = []
    for sentence, following in zip(spans, [*spans[1:], None], strict=False):
        # A mark belongs to the sentence it stands in or after.
        end = following.start if following else len(bare) + 2
        cited = (n for at, n in marks if sentence.start < at <= end)
        if re.search(r"\w", sentence.text):
            found.append((sentence.text, tuple(dict.fromkeys(cited))))
    return found


def _unmarked(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The text without its marks, and each number with the place where its mark stood.

    A mark that begins a line stands before what it belongs to.
    """
    bare, last, marks = "", 0, []
    for match in MARK.finditer(text):
        bare += text[last : match.start()]
        last = match.end()
        space = match.group().partition("[")[0]
        begins_line = not bare.strip() or "\n" in space
        bare += space if begins_line else ""
        rest = text[last:]
        into_next = len(rest) - len(rest.lstrip()) + 1
        at = len(bare) + into_next if begins_line and rest.strip() else len(bare)
        marks += [(at, int(n)) for n in re.findall(r"\d+", match.group())]
    return bare + text[last:], marks


def supported(
    sentence: tuple[str, tuple[int, ...]], places: Mapping[int, Citation], judge: Judge
) -> Supported:
    """ALCE's verdict on one sentence (Gao 2023).

    It is carried when it cites something, every number resolves, and its citations together carry
    it. A citation is precise when the sentence is carried, unless it does not carry the sentence
    alone and the others carry it without it.
    """
    text, numbers = sentence
    if not numbers or any(n not in places for n in numbers):
        return Supported(text, numbers, False, 0, min(len(numbers), AT_MOST))
    cited = [places[n] for n in numbers[:AT_MOST]]
    if not judge(cited, text):
        return Supported(text, numbers, False, 0, len(cited))
    needed = sum(_needed(i, cited, text, judge) for i in range(len(cited)))
    return Supported(text, numbers, True, needed, len(cited))


def _needed(i: int, cited: Sequence[Citation], text: str, judge: Judge) -> bool:
    if len(cited) == 1 or judge([cited[i]], text):
        return True
    return not judge([*cited[:i], *cited[i + 1 :]], text)


def recall_and_precision(verdicts: Sequence[Supported]) -> tuple[float, float]:
    """ALCE's citation recall (carried sentences) and precision (precise citations); 0 for none."""
    counted = sum(v.counted for v in verdicts)
    recall = sum(v.carried for v in verdicts) / len(verdicts) if verdicts else 0.0
    return recall, (sum(v.needed for v in verdicts) / counted if counted else 0.0)


def exactness(citations: Sequence[Citation], texts: Texts) -> float | None:
    """Share of citations whose quotation is exactly what stands at their place."""
    if not citations:
        return None
    return sum(is_exact(c, texts) for c in citations) / len(citations)


def is_exact(citation: Citation, texts: Texts) -> bool:
    """Whether `stored_text[start:end] == quote`, and there is something to quote."""
    text = texts.text(citation.document)
    start, end = citation.start, citation.end
    return text is not None and 0 <= start < end and text[start:end] == citation.quote


def named_alike(name: str, citation: Citation) -> bool | None:
    """Whether a citation's speaker or country is the one named, by its letters alone."""
    stated = [fold(s) for s in (citation.speaker, citation.country) if s]
    return fold(name) in stated if stated else None


def span_of(citation: Citation) -> Span:
    """Where a citation points."""
    return Span(citation.document, citation.start, citation.end)


def gold_columns(
    citations: Sequence[Citation],
    *,
    documents: Sequence[str],
    wrong_documents: Sequence[str],
    places: Sequence[Span],
) -> Columns:
    """Whether the right documents and sentences are cited, and no wrong document is."""
    cited = {c.document for c in citations}
    on_gold = [any_same(span_of(c), places) for c in citations]
    share = sum(on_gold) / len(on_gold) if on_gold else 0.0
    return {
        "gold_document_cited": float(bool(cited & set(documents))) if documents else None,
        "gold_sentence_cited": float(any(on_gold)) if places else None,
        "cited_gold_share": share if places else None,
        "wrong_document": float(bool(cited & set(wrong_documents))) if wrong_documents else None,
    }


def speaker_columns(citations: Sequence[Citation], speaker: str | None, same: SameParty) -> Columns:
    """Shares of citations from the speaker asked for, and from someone else by name.

    A system that never says who speaks cannot name a wrong speaker: its second share is unknown.
    """
    if not speaker or not citations:
        return {"right_speaker": None, "wrong_speaker": None}
    verdicts = [same(speaker, c) for c in citations]
    stated = len(verdicts) - verdicts.count(None)
    return {
        "right_speaker": verdicts.count(True) / len(verdicts),
        "wrong_speaker": verdicts.count(False) / len(verdicts) if stated else None,
    }


def date_columns(citations: Sequence[Citation], published: str | None) -> Columns:
    """Share of citations of the date asked for, where any of them has a date."""
    dated = [c.published for c in citations if c.published]
    if not published or not dated:
        return {"right_date": None}
    agree = [d.startswith(published) or published.startswith(d) for d in dated]
    return {"right_date": sum(agree) / len(agree)}
