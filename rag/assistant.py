"""The assistant: one open workspace that answers questions. Chat, batch and evaluation call it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rag.errors import Defect, RagError
from rag.types import (
    Answer,
    Event,
    Filters,
    Finished,
    Found,
    Query,
    Turn,
)
from rag.words import harmless
from rag.workspace import Workspace

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel

    from rag.answer import Answering, Question
    from rag.answer.chain import AnswerChain
    from rag.embed import Embedder
    from rag.index import Index
    from rag.names import Names
    from rag.prompts import Prompts
    from rag.retrieve import Retriever

SHAPING = ("model", "strategy", "base_url", "reranker", "passages", "embedder", "roster")
"""Settings that can change an answer without changing the index."""

CONTEXT = 500
"""Characters of the last answer that tell where a follow-up's answer may stand."""


class Assistant:
    """Answers questions about the documents of one workspace. Parts load when first needed."""

    def __init__(self, workspace: Workspace, *, model: str | None = None) -> None:
        if model:
            workspace = replace(workspace, settings=replace(workspace.settings, model=model))
        self.workspace = workspace
        self.settings = workspace.settings

    @classmethod
    def open(cls, workspace: Workspace, *, model: str | None = None) -> Assistant:
        """The assistant of a workspace.

        Raises:
            IndexMissing: nothing has been indexed yet.
        """
        assistant = cls(workspace, model=model)
        assistant.index  # noqa: B018 - opened now, so that a missing index is said at once
        return assistant

    @cached_property
    def index(self) -> Index:
        """The open index."""
        from rag.index import Index

        return Index.open(self.workspace)

    @cached_property
    def embedder(self) -> Embedder:
        """The model that the index was embedded with."""
        from rag.embed import load_embedder

        return load_embedder(self.workspace)

    @cached_property
    def names(self) -> Names:
        """Who can be recognised: tables, roster, and the people of the documents."""
        from rag.names import Names

        roster = self.workspace.root / self.settings.roster
        return Names.load(roster if roster.is_file() else None, self.index.people())

    @cached_property
    def prompts(self) -> Prompts:
        """The prompt templates in force."""
        from rag.prompts import Prompts

        return Prompts.load(self.workspace)

    @cached_property
    def retriever(self) -> Retriever:
        """Retrieval over the index."""
        from rag.retrieve import Retriever

        return Retriever(self.index, self.embedder, self.names, reranker=self._reranker())

    @cached_property
    def model(self) -> BaseChatModel:
        """The answering model."""
        from rag.llm import load_model

        s = self.settings
        return load_model(s.model, base_url=s.base_url, offline=s.offline, threads=s.threads)

    @cached_property
    def model_name(self) -> str:
        """The model's full name, `local` spelt out."""
        from rag.llm import full_name

        return full_name(self.settings.model)

    @cached_property
    def chain(self) -> AnswerChain:
        """Evidence to checked answers, as a LangChain Runnable."""
        from rag.answer.chain import AnswerChain

        return AnswerChain(self.answering)

    @cached_property
    def answering(self) -> Answering:
        """Evidence to checked answers."""
        from rag.answer import Answering
        from rag.answer.strategies import strategy_for

        return Answering(
            self.names,
            self.prompts,
            model=lambda: self.model,
            model_name=self.model_name,
            strategy=strategy_for(self.model_name, self.settings.strategy),
            similarity=self._similarity,
        )

    @cached_property
    def identity(self) -> Mapping[str, str]:
        """What decides whether an old answer still holds."""
        shaping = {k: v for k, v in asdict(self.settings).items() if k in SHAPING}
        return {
            "model": self.model_name,
            "index": self.index.fingerprint,
            "prompts": self.prompts.sha256,
            "settings": hashlib.sha256(json.dumps(shaping, sort_keys=True).encode()).hexdigest(),
        }

    def ask(
        self,
        question: str,
        *,
        id: str = "",
        filters: Filters | None = None,
        history: Sequence[Turn] = (),
        evidence_only: bool = False,
        k: int | None = None,
    ) -> Answer:
        """The answer to one question; an error becomes an answer with `status == "failed"`."""
        for event in self.stream(
            question,
            id=id,
            filters=filters,
            history=history,
            evidence_only=evidence_only,
            k=k,
        ):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("a stream ends with Finished")

    def stream(
        self,
        question: str,
        *,
        id: str = "",
        filters: Filters | None = None,
        history: Sequence[Turn] = (),
        evidence_only: bool = False,
        k: int | None = None,
    ) -> Iterator[Event]:
        """Events of one answer as they happen; the last is always `Finished`."""
        identity = id or hashlib.sha256(question.encode("utf-8", "replace")).hexdigest()[:12]
        try:
            asked = self._question(question, identity, filters, history, evidence_only, k)
            for event in self.answering.events(asked):
                if isinstance(event, Finished):
                    event = Finished(answer=replace(event.answer, index=self.index.fingerprint))
                yield event
        except Exception as exc:
            yield Finished(answer=self._failed(exc, identity, question))

    def search(
        self,
        question: str,
        *,
        filters: Filters | None = None,
        history: Sequence[Turn] = (),
        k: int | None = None,
        without: Collection[str] = (),
    ) -> Found:
        """The passages and sentences found for a question; no model is needed."""
        query = self.understand(question, filters=filters, history=history)
        return self.retriever.search(query, k=k or self.settings.passages, without=without)

    def understand(
        self, question: str, *, filters: Filters | None = None, history: Sequence[Turn] = ()
    ) -> Query:
        """What a question asks for, its history taken into account."""
        from rag.question import understand

        read = harmless(question)
        standalone = self.rewrite(read, history)
        query = understand(
            question,
            self.names,
            standalone=standalone if standalone != question else None,
            filters=filters,
            sources=self._sources,
        )
        goes_on = bool(history) and standalone != read
        return replace(query, context=history[-1].answer[:CONTEXT]) if goes_on else query

    def rewrite(self, question: str, history: Sequence[Turn]) -> str:
        """The question as it reads without its history."""
        if not history:
            return question
        from rag.rewrite import standalone

        return standalone(question, history, self.names).text

    def warm(self) -> None:
        """Loads everything a first answer needs; meant for a thread."""
        self.retriever.search(self.understand("warm"), k=1)
        warm = getattr(self.model, "warm", None)
        if warm is not None:
            warm()

    def __enter__(self) -> Assistant:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the index."""
        if "index" in self.__dict__:
            self.index.close()

    @cached_property
    def _sources(self) -> tuple[str, ...]:
        found = {d.metadata.source for d in self.index.documents() if d.metadata.source}
        return tuple(sorted(found))

    def _reranker(self) -> Any | None:
        if not self.settings.reranker:
            return None
        from rag.retrieve.rerank import load_reranker

        return load_reranker(self.workspace)

    def _similarity(self, a: str, b: str) -> float:
        vectors = self.embedder.encode([a, b])
        return float(vectors[0] @ vectors[1])

    def _question(
        self,
        question: str,
        identity: str,
        filters: Filters | None,
        history: Sequence[Turn],
        evidence_only: bool,
        k: int | None,
    ) -> Question:
        from rag.answer import Question
        from rag.question import is_foreign

        foreign = is_foreign(question)
        query = self.understand(question, filters=filters, history=history)
        if foreign and not evidence_only and (english := self._translated(question)):
            query = replace(self.understand(english, filters=filters), text=question)
            foreign = False
        query = replace(query, unread=foreign)
        return Question(
            query=query,
            search=lambda: self.retriever.search(query, k=k or self.settings.passages),
            id=identity,
            evidence_only=evidence_only,
            speaks_in=lambda: self.retriever.scope.speaks_in(query),
            spoken=lambda: self.retriever.scope.spoken_of(query),
        )

    def _translated(self, question: str) -> str:
        """The question in English, as the model puts it; empty where it does not."""
        turns = self.prompts.render("translate", question=question)
        reply = self.model.bind(max_tokens=80).invoke(list(turns))
        lines = str(reply.content).strip().splitlines()
        return lines[0].strip() if lines else ""

    def _failed(self, exc: Exception, identity: str, question: str) -> Answer:
        """The failure as an answer; a defect of ours is one too, so that a batch goes on."""
        error = exc if isinstance(exc, RagError) else Defect(f"{type(exc).__name__}: {exc}")
        return Answer(
            id=identity,
            question=question,
            status="failed",
            error=error.to_dict(),
            model=self.settings.model,
        )
