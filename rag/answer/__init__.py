"""Evidence to an answer whose every shown sentence has passed the checks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from rag.answer.answerable import ENOUGH, asked_whether, probability
from rag.answer.compose import Numbering, introduced, refusal, sentence
from rag.answer.decide import is_final, on_the_topic, refusal_reason
from rag.answer.pertinent import MEASURED, beside_the_point
from rag.answer.selecting import QUOTE, SHOW, scattered, selected
from rag.answer.strategies import STRATEGIES, Calls, Draft
from rag.check import MARK, Similarity, Verdict, check
from rag.names import Names
from rag.prompts import Prompts
from rag.retrieve.evidence import holds
from rag.types import (
    Answer,
    AnswerSentence,
    Drafting,
    Event,
    Evidence,
    EvidenceFound,
    Finished,
    Found,
    NotFound,
    NotFoundReason,
    Query,
    SentenceReady,
    Timing,
    Usage,
)
from rag.words import content_words, stem

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel
    from langchain_core.runnables import RunnableConfig

NEAREST = 1
QUOTED_KINDS = frozenset({"list", "comparison"})
"""Questions whose answer must be whole: a small model leaves out items and mixes the parties up, so
they are answered by quotes."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """What the chain is given."""

    query: Query
    search: Callable[[], Found]
    """Runs retrieval; called once."""
    id: str = ""
    evidence_only: bool = False
    speaks_in: Callable[[], int] = lambda: 0
    """In how many documents an asked speaker speaks."""
    spoken: Callable[[], Sequence[str]] = tuple
    """Topics of the asked speaker, for a typed no."""


@dataclass
class _Work:
    """One answer while it is being made."""

    question: Question
    started: float
    found: Found
    retrieve_ms: int
    calls: Calls = field(default_factory=Calls)
    numbering: Numbering = field(default_factory=Numbering)
    sentences: list[AnswerSentence] = field(default_factory=list)
    trace: list[dict[str, Any]] = field(default_factory=list)

    @property
    def query(self) -> Query:
        return self.question.query


class Answering:
    """Evidence, draft, check, answer.

    `rag.answer.chain` makes a LangChain Runnable of it, apart from here: LangChain takes most of a
    second to import, and evidence needs none of it.
    """

    def __init__(
        self,
        names: Names,
        prompts: Prompts,
        *,
        model: Callable[[], BaseChatModel] | None = None,
        model_name: str = "",
        strategy: str = "choose-write",
        similarity: Similarity | None = None,
    ) -> None:
        self.names = names
        self.prompts = prompts
        self.model = model
        self.model_name = model_name
        self.strategy = strategy
        self.similarity = similarity

    def events(self, question: Question, config: RunnableConfig | None = None) -> Iterator[Event]:
        """Evidence first, then each sentence once it has passed, last the whole answer."""
        started = time.monotonic()
        found = question.search()
        work = _Work(question, started, found, _since(started))
        speaks = question.speaks_in() > 0
        reason = refusal_reason(found.query, found, self.names, speaks=speaks)
        final = (
            is_final(found.query, found, reason)
            or found.query.kind in QUOTED_KINDS
            or found.query.unread
        )
        yield EvidenceFound(
            query=found.query,
            evidence=found.evidence,
            retrieve_ms=work.retrieve_ms,
            will_write=(reason is None or not final)
            and not question.evidence_only
            and self.model is not None,
        )
        if not final:
            reason = self._of_fact(work, reason)
        if reason is None:
            yield from self._write(work, config)
        if not work.sentences:
            reason = reason or "unsupported"
        yield Finished(answer=self._finish(work, reason))

    def _write(self, work: _Work, config: RunnableConfig | None) -> Iterator[Event]:
        quoted = self.strategy == "select-write" and self._is_quoted(work)
        if work.question.evidence_only or self.model is None or quoted:
            for evidence in self._best(work):
                yield self._show_quote(work, evidence)
            return
        strategy = STRATEGIES[self.strategy](self.model(), self.prompts, config)
        for draft in strategy.drafts(work.query, self._usable(work), work.calls):
            if isinstance(draft, int):
                yield Drafting(tokens=draft)
            elif event := self._checked(work, draft):
                yield event
        if work.query.speakers and work.trace and not work.sentences:
            # What was asked is there, whatever the model made of it.
            for evidence in self._best(work):
                yield self._show_quote(work, evidence)

    def _of_fact(self, work: _Work, reason: NotFoundReason | None) -> NotFoundReason | None:
        """The reason for a no to a question of fact: the rules' doubt is one sign among others."""
        shown = selected(work.query, self._usable(work), SHOW)
        yes = None
        if self.model is not None and not work.question.evidence_only:
            if self.strategy != "select-write":
                return reason  # a model that sees all the evidence and chooses says "none" itself
            yes = asked_whether(self.model(), self.prompts, work.query, shown, work.calls)
        likely = probability(shown, doubted=reason is not None, yes=yes)
        return (reason or "unsupported") if likely < ENOUGH else None

    def _is_quoted(self, work: _Work) -> bool:
        """Whether quotes answer better than a small model.

        Many items do, and what a place's own record tells: to whom it was said, when reported.
        """
        query = work.query
        if (
            query.kind in QUOTED_KINDS
            or query.asks == "addressee"
            or scattered(query, self._usable(work))
        ):
            return True
        return self._dated(work) or self._undated(work)

    def _undated(self, work: _Work) -> bool:
        """Whether a date is asked for and no place on the topic has one: that must be said."""
        if not (work.query.since or work.query.until) or not work.query.speakers:
            return False
        on_topic = self._on_topic(work)
        return bool(on_topic) and not any(e.published for e in on_topic)

    def _dated(self, work: _Work) -> bool:
        """Whether the date of the report is the answer: no sentence says when it was said."""
        if work.query.asks != "time" or not work.query.speakers:
            return False
        return not any(holds("time", e.quote) for e in self._on_topic(work))

    def _usable(self, work: _Work) -> list[Evidence]:
        """What a model may see: where a speaker is asked for, not what others say, if there is."""
        evidence = list(work.found.evidence)
        if not work.query.speakers:
            return evidence
        right = [e for e in evidence if e.stages.get("speaker", 0) > 0]
        dated = [e for e in right if e.stages.get("date", 0) >= 0]  # what the same said then
        return dated or right or evidence

    def _best(self, work: _Work) -> list[Evidence]:
        """The quotes that are the answer where no model writes."""
        pool = self._on_topic(work) or self._usable(work)
        own = [e for e in pool if e.stages.get("speaker", 0) == 1]  # not joint, not reported
        return selected(work.query, own or pool, QUOTE)

    def _on_topic(self, work: _Work) -> list[Evidence]:
        return [e for e in self._usable(work) if on_the_topic(e, work.query)]

    def _checked(self, work: _Work, draft: Draft) -> SentenceReady | None:
        """The draft if a place carries it, else its quote, else nothing."""
        text = MARK.sub("", draft.text).strip()
        verdict = self._verdict(text, draft.evidence)
        if verdict.supported and (why := self._beside(work, text, draft.evidence)):
            verdict = replace(verdict, supported=False, reasons=(why,))
        if verdict.supported:
            return self._show(work, text, draft.evidence, verdict.score, "model")
        repaired = self._repaired(work, text) if text else None
        note = {"draft": draft.text, "reasons": list(verdict.reasons)}
        if not text and draft.evidence:  # a strategy that only quotes
            return self._show_quote(work, draft.evidence[0])
        if repaired is not None:
            evidence, score = repaired
            work.trace.append({**note, "outcome": "repaired"})
            return self._show(work, text, (evidence,), score, "model")
        quote = self._replacement(work, text, draft.evidence)
        work.trace.append({**note, "outcome": "replaced" if quote else "dropped"})
        return self._show_quote(work, quote) if quote else None

    def _verdict(self, text: str, evidence: Sequence[Evidence]) -> Verdict:
        return check(text, evidence, self.names, similarity=self.similarity)

    def _beside(self, work: _Work, text: str, evidence: Sequence[Evidence]) -> str | None:
        return beside_the_point(text, evidence, work.query, self._on_topic(work))

    def _repaired(self, work: _Work, text: str) -> tuple[Evidence, float] | None:
        """Another place that carries the sentence, the best supported."""
        best: tuple[Evidence, float] | None = None
        for evidence in self._usable(work):
            verdict = self._verdict(text, (evidence,))
            fits = verdict.supported and not self._beside(work, text, (evidence,))
            if fits and (best is None or verdict.score > best[1]):
                best = (evidence, verdict.score)
        return best

    def _replacement(self, work: _Work, text: str, cited: Sequence[Evidence]) -> Evidence | None:
        """The quote that the sentence was about: the cited place, or the most alike."""
        stems = {stem(w) for w in content_words(text)}
        pool = self._holding_asked(work) or list(cited) or self._usable(work)[:4]

        def shared(evidence: Evidence) -> float:
            theirs = {stem(w) for w in content_words(evidence.quote)}
            return len(stems & theirs) / (len(stems) or 1)

        best = max(pool, key=shared, default=None)
        shown = {(c.document, c.start) for c in work.numbering.citations}
        if best is None or (best.document, best.start) in shown or shared(best) < 0.2:
            return None
        return best

    def _holding_asked(self, work: _Work) -> list[Evidence]:
        """The places that hold the number or date that is asked for, if one is."""
        if work.query.asks not in MEASURED:
            return []
        return [e for e in self._on_topic(work)[:4] if e.stages["asked"]][:1]

    def _show(
        self, work: _Work, text: str, evidence: Sequence[Evidence], score: float, origin: str
    ) -> SentenceReady:
        before = len(work.numbering.citations)
        numbers = [work.numbering.number(e) for e in evidence]
        ready = sentence(text, numbers, score, origin)
        work.sentences.append(ready)
        return SentenceReady(sentence=ready, citations=tuple(work.numbering.citations[before:]))

    def _show_quote(self, work: _Work, evidence: Evidence) -> SentenceReady:
        query = work.query
        text = introduced(
            evidence,
            to=query.asks == "addressee",
            dated=self._dated(work) or bool(query.since or query.until),
        )
        return self._show(work, text, (evidence,), 1.0, "quote")

    def _finish(self, work: _Work, reason: NotFoundReason | None) -> Answer:
        found, calls = work.found, work.calls
        text, not_found = " ".join(s.text for s in work.sentences), None
        if reason is not None:
            nearest = [work.numbering.number(e) for e in self._nearest(work)]
            not_found = NotFound(reason=reason, nearest=tuple(nearest))
            spoken, count = work.question.spoken(), work.question.speaks_in()
            text = refusal(reason, found.query, spoken, count)
        first = calls.first_token
        return Answer(
            id=work.question.id,
            question=work.query.text,
            status="not_found" if reason else "answered",
            answer=text,
            not_found=not_found,
            sentences=() if reason else tuple(work.sentences),
            citations=tuple(work.numbering.citations),
            evidence=found.evidence,
            model="" if work.question.evidence_only else self.model_name,
            prompts=self.prompts.sha256,
            timing=Timing(
                retrieve_ms=work.retrieve_ms,
                first_token_ms=round((first - work.started) * 1000) if first else 0,
                total_ms=_since(work.started),
            ),
            usage=Usage(
                prompt_tokens=calls.prompt_tokens, completion_tokens=calls.completion_tokens
            ),
            query=found.query.to_dict(),
            trace=tuple([*work.trace, *({"raw": raw} for raw in calls.raw)]),
        )

    def _nearest(self, work: _Work) -> list[Evidence]:
        """What comes nearest to an answer: the asked speaker's words before others'."""
        return sorted(self._usable(work), key=_distance)[:NEAREST]


def _distance(evidence: Evidence) -> float:
    """How far a place is from what is asked about.

    A speaker's words are all alike to a question that names the speaker: likeness to its topic
    tells which of them is near.
    """
    likeness = evidence.stages["about"] - evidence.stages["dense"]
    return -(evidence.score + (likeness if evidence.stages["speaker"] > 0 else 0.0))


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
