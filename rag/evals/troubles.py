"""What went wrong with a case, in words for people."""

from __future__ import annotations

from collections.abc import Sequence

from rag.evals.gold import Case
from rag.evals.metrics.answers import must_include, without_marks
from rag.evals.score import Scored
from rag.types import Answer

OUTCOMES = {
    "right": "Right",
    "wrong": "Wrong answer",
    "refused": "Refused, though there is an answer",
    "invented": "Answered, though there is none",
    "rightly-refused": "Rightly refused",
    "failed": "Failed",
    "found": "Found",
    "missed": "Not found",
}


def outcome(scored: Scored) -> str:
    """One of `OUTCOMES`: what became of the case as a whole."""
    columns = scored.columns
    if scored.answer.status == "failed":
        return "failed"
    if "answered" not in columns:
        return "missed" if _missed(scored) else "found"
    if not scored.case.answerable:
        return "invented" if columns["answered"] else "rightly-refused"
    if not columns["answered"]:
        return "refused"
    return "right" if columns["right"] else "wrong"


def _missed(scored: Scored) -> bool:
    found = [scored.columns.get(n) for n in ("doc_success@5", "sentence_recall@5")]
    return any(v == 0 for v in found)


def troubles(scored: Scored) -> list[str]:
    """Everything that went wrong, most serious first; empty where nothing did."""
    case, answer = scored.case, scored.answer
    if answer.status == "failed":
        error = answer.error or {}
        return [f"It failed: {error.get('message') or error.get('type', 'no reason given')}"]
    if "answered" not in scored.columns:
        return _search(scored)
    if not case.answerable:
        return _unanswerable(case, answer)
    if answer.status == "not_found":
        return ["It refused to answer, though the documents hold an answer.", *_search(scored)]
    return [*_content(case, answer), *_citations(scored), *_search(scored)]


def _unanswerable(case: Case, answer: Answer) -> list[str]:
    if answer.status == "answered":
        return ["It answered, though the documents hold no answer."]
    said = answer.not_found.reason if answer.not_found else None
    right = [r for r in (case.reason, *case.reason_also) if r]
    if right and said and said not in right:
        return [f"It gave another kind of no: {_plain(said)} instead of {_plain(right[0])}."]
    return []


def _content(case: Case, answer: Answer) -> list[str]:
    said = without_marks(answer.answer)
    missing = [group for group in case.must_include if not must_include(said, [group])]
    return [f"The answer lacks {_alternatives(group)}." for group in missing]


def _alternatives(group: Sequence[str]) -> str:
    return " or ".join(f"“{word}”" for word in group)


def _citations(scored: Scored) -> list[str]:
    columns, found = scored.columns, []
    if columns.get("wrong_document"):
        cited = {c.document for c in scored.answer.citations}
        wrong = sorted(cited & set(scored.case.wrong_documents))
        found.append(f"It cites a wrong document: {', '.join(wrong)}.")
    if columns.get("wrong_speaker"):
        named = sorted({c.speaker or c.country or "" for c in scored.answer.citations})
        found.append(f"It cites {', '.join(named)}; {scored.case.speaker} was asked for.")
    if (exact := columns.get("citation_exact")) is not None and exact < 1:
        found.append("A quote is not what stands at its place.")
    if columns.get("gold_sentence_cited") == 0:
        found.append("No gold sentence is cited.")
    for verdict in scored.verdicts:
        if not verdict.carried:
            why = "its citations don't carry it" if verdict.citations else "it cites nothing"
            found.append(f"In doubt, {why}: “{verdict.text}”")
    return found


def _search(scored: Scored) -> list[str]:
    found = []
    if scored.columns.get("doc_success@5") == 0:
        found.append("The search has no right document among the first five.")
    elif scored.columns.get("sentence_recall@5") == 0:
        found.append("The search has no gold sentence among the first five.")
    return found


def _plain(reason: str) -> str:
    return f"“{reason.replace('_', ' ')}”"
