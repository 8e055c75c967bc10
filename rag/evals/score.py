"""One case and what came of it, put into numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rag.evals.gold import Case
from rag.evals.judges import overlap_judge
from rag.evals.metrics import answers, citations
from rag.evals.metrics.amounts import cost_columns, length_columns
from rag.evals.metrics.citations import Judge, SameParty, Supported, named_alike
from rag.evals.metrics.retrieval import Columns, Retrieved, retrieval_columns
from rag.evals.spans import Span, Texts
from rag.types import Answer
from rag.words import fold

Mode = Literal["answers", "evidence", "retrieval"]
ENOUGH_F1 = 0.5
"""Token F1 that counts as right where a case has neither `must_include` nor places."""
AROUND = 240
"""Characters of the source that are kept on either side of a citation, for people to read."""


@dataclass(frozen=True, kw_only=True)
class Scoring:
    """What scoring needs besides the case: the stored texts and the judges."""

    texts: Texts
    carries: Judge = overlap_judge
    same_party: SameParty = named_alike
    judged_right: Callable[[Case, Answer], bool | None] | None = None
    """A language model as judge of the answer's content; None where it gave no verdict."""


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A case, its answer, and every metric's value for it."""

    case: Case
    answer: Answer
    retrieved: Retrieved | None = None
    columns: Columns
    """Metric → value; None where it does not apply. Empty for a case that failed."""
    verdicts: tuple[Supported, ...] = ()
    """Sentence by sentence, whether the citations carry it."""
    around: Mapping[int, tuple[str, str]]
    """Number of a citation → the text before and after it in its source."""

    def to_dict(self) -> dict[str, Any]:
        """A line of a run's `answers.jsonl`: the answer, and beside it the case and its metrics."""
        return {
            **self.answer.to_dict(),
            "case": self.case.to_dict(),
            "retrieved": self.retrieved.to_dict() if self.retrieved else None,
            "metrics": self.columns,
            "verdicts": [v._asdict() for v in self.verdicts],
            "around": {str(n): list(texts) for n, texts in self.around.items()},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Scored:
        """The scored case back from a line of `answers.jsonl`."""
        retrieved = data.get("retrieved")
        return cls(
            case=Case.from_dict(data["case"]),
            answer=Answer.from_dict(data),
            retrieved=Retrieved.from_dict(retrieved) if retrieved else None,
            columns=dict(data.get("metrics", {})),
            verdicts=tuple(
                Supported(**{**v, "citations": tuple(v["citations"])})
                for v in data.get("verdicts", ())
            ),
            around={int(n): (b, a) for n, (b, a) in data.get("around", {}).items()},
        )


def score(
    case: Case,
    answer: Answer,
    retrieved: Retrieved | None,
    *,
    places: Sequence[Sequence[Span]],
    scoring: Scoring,
    mode: Mode = "answers",
) -> Scored:
    """Every metric of one case. A failed one has none: a missing score never enters a mean."""
    columns: Columns = {}
    verdicts: tuple[Supported, ...] = ()
    if answer.status != "failed":
        columns["answerable"] = float(case.answerable)
        if retrieved:
            columns |= retrieval_columns(retrieved, case.documents, places)
        columns["rewrite_clean"] = _rewrite_clean(case, answer)
        if mode == "retrieval":
            columns["retrieve_ms"] = float(answer.timing.retrieve_ms)
        else:
            verdicts = _verdicts(answer, scoring.carries)
            columns |= _answer_columns(case, answer, places, verdicts, scoring)
    return Scored(
        case=case,
        answer=answer,
        retrieved=retrieved,
        columns=columns,
        verdicts=verdicts,
        around=_around(answer, scoring.texts),
    )


def _verdicts(answer: Answer, carries: Judge) -> tuple[Supported, ...]:
    if answer.status != "answered":
        return ()
    numbered = {c.number: c for c in answer.citations}
    found = citations.sentences_of(answer)
    return tuple(citations.supported(s, numbered, carries) for s in found)


def _answer_columns(
    case: Case,
    answer: Answer,
    places: Sequence[Sequence[Span]],
    verdicts: Sequence[Supported],
    scoring: Scoring,
) -> Columns:
    answered = answer.status == "answered"
    columns: Columns = {
        "citation_exact": citations.exactness(answer.citations, scoring.texts),
        **_abstention(case, answer),
        **length_columns(answer, len(verdicts)),
        **cost_columns(answer),
        **(_content(case, answer) if case.answerable else {}),
    }
    if answered:
        recall, precision = citations.recall_and_precision(verdicts)
        overlap, _ = citations.recall_and_precision(_verdicts(answer, overlap_judge))
        columns |= {"citation_recall": recall, "citation_precision": precision}
        columns["overlap_recall"] = overlap
        columns |= _citation_columns(case, answer, places, scoring.same_party)
    columns["right"] = float(answered and _right(case, columns))
    columns["confidence"] = _confidence(answer) if answered else 0.0
    if case.answerable:
        columns["right_answer"] = columns["right"]
    columns["accuracy"] = columns["right"] if case.answerable else float(not answered)
    if scoring.judged_right and case.answerable and case.answers:
        verdict = scoring.judged_right(case, answer) if answered else False
        columns["judged_right"] = None if verdict is None else float(verdict)
    return columns


def _abstention(case: Case, answer: Answer) -> Columns:
    refused = float(answer.status == "not_found")
    reasons = {case.reason, *case.reason_also} - {None}
    known = bool(reasons) and answer.not_found is not None
    right = answer.not_found is not None and answer.not_found.reason in reasons
    return {
        "answered": 1 - refused,
        "coverage": 1 - refused,
        "over_refusal": refused if case.answerable else None,
        "abstention_recall": None if case.answerable else refused,
        "reason_right": float(right) if known else None,
    }


def _content(case: Case, answer: Answer) -> Columns:
    """How near the answer's words come to the gold; a refusal says nothing and gets 0."""
    said = answers.without_marks(answer.answer) if answer.status == "answered" else ""
    columns: Columns = {}
    if case.must_include:
        columns["must_include"] = float(answers.must_include(said, case.must_include))
    if case.answers:
        columns["exact_match"] = answers.exact_match(said, case.answers)
        columns["token_f1"] = answers.token_f1(said, case.answers)
        columns["rouge_l"] = answers.rouge_l(said, case.answers)
    return columns


def _citation_columns(
    case: Case, answer: Answer, places: Sequence[Sequence[Span]], same: SameParty
) -> Columns:
    cited = answer.citations
    columns = citations.gold_columns(
        cited,
        documents=case.documents,
        wrong_documents=case.wrong_documents,
        places=[place for group in places for place in group],
    )
    if case.answerable:
        columns |= citations.speaker_columns(cited, case.speaker, same)
        columns |= citations.date_columns(cited, case.published)
    return columns


def _right(case: Case, columns: Columns) -> bool:
    """The strictest of what the case lets be checked, and no wrong document cited."""
    if not case.answerable or columns.get("wrong_document"):
        return False
    for name in ("must_include", "gold_sentence_cited", "gold_document_cited"):
        if (value := columns.get(name)) is not None:
            return value == 1
    return (columns.get("token_f1") or 0.0) >= ENOUGH_F1


def _confidence(answer: Answer) -> float:
    """The support of the weakest sentence; 1 where the system states none."""
    return min((s.support for s in answer.sentences), default=1.0)


def _rewrite_clean(case: Case, answer: Answer) -> float | None:
    standalone = answer.query.get("standalone") if answer.query else None
    if not case.forbidden or not isinstance(standalone, str):
        return None
    return float(not any(fold(word) in fold(standalone) for word in case.forbidden))


def _around(answer: Answer, texts: Texts) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for citation in answer.citations:
        text = texts.text(citation.document)
        if text is not None and 0 <= citation.start <= citation.end <= len(text):
            found[citation.number] = (_before(text, citation.start), _after(text, citation.end))
    return found


def _before(text: str, end: int) -> str:
    """The text before `end`, from the beginning of a word; an ellipsis where more is left out."""
    start = max(0, end - AROUND)
    return text[:end] if start == 0 else f"… {text[start:end].partition(' ')[2]}"


def _after(text: str, start: int) -> str:
    end = start + AROUND
    return text[start:] if end >= len(text) else f"{text[start:end].rpartition(' ')[0]} …"
