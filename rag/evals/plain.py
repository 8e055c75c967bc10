"""The plain pipeline, to be beaten: what the usual tutorial builds, over the same stored texts.

Chunks of 1,000 characters with 200 shared, MiniLM in fp32 by sentence-transformers, Chroma, the
four nearest chunks in one prompt, the same model as the assistant's. Its parts are fixed on
purpose: settings and prompt overrides of a workspace do not reach it, so that its figures stay
comparable from one run to the next.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rag.errors import UsageError
from rag.evals.metrics.citations import sentences_of
from rag.types import (
    Answer,
    AnswerSentence,
    Citation,
    Document,
    Evidence,
    Filters,
    Found,
    Hit,
    NotFound,
    Passage,
    Query,
    Timing,
    Turn,
    Usage,
)
from rag.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np
    from langchain_core.language_models.chat_models import BaseChatModel
    from numpy.typing import NDArray

CHUNK, SHARED, TOP = 1000, 200, 4
EMBEDDER = "all-minilm-l6-v2"
UNKNOWN = "I don't know"
SYSTEM_TURN = (
    "Answer the question from the numbered texts alone, in at most three sentences. After each "
    "sentence put the number of the text it rests on in square brackets, like [1]. If the texts do "
    f"not hold the answer, say only: {UNKNOWN}."
)
REMINDER = "Answer in one to three sentences, each ending with the number of its text, like [1]:"
"""Small models forget the instruction above the texts; without this they hardly ever cite."""
REFUSED = re.compile(
    r"\b(i do(n['’]t| not) know|do(es)? not (hold|contain|provide)|no answer)\b", re.I
)

Embed = Callable[[Sequence[str]], "NDArray[np.float32]"]
Split = Callable[[str], list[tuple[int, str]]]
"""A text → its chunks, each with where it begins."""


class PlainPipeline:
    """Chunk, embed, take the nearest four, ask once."""

    quotes_sentences = False
    """Its evidence is chunks; there are no sentences to score."""

    def __init__(
        self,
        documents: Iterable[Document],
        *,
        embed: Embed,
        split: Split,
        model: Callable[[], BaseChatModel],
        model_name: str,
    ) -> None:
        self._embed = embed
        self._model = model
        self._model_name = model_name
        self._documents = {d.name: d for d in documents}
        self._chunks = [
            Passage(
                document=d.name,
                index=number,
                start=start,
                end=start + len(text),
                text=text,
                first_sentence=0,
                last_sentence=0,
            )
            for d in self._documents.values()
            for number, (start, text) in enumerate(split(d.text))
        ]
        self._fingerprint = self._hash()
        self._collection = self._stored()

    @classmethod
    def open(cls, workspace: Workspace, *, model: str | None = None) -> PlainPipeline:
        """The pipeline over the documents of a workspace's index.

        Raises:
            IndexMissing: nothing has been indexed yet.
            WeightsMissing: the embedder's weights are not here and cannot be fetched.
            UsageError: langchain-text-splitters is not installed.
        """
        from rag.index import Index
        from rag.llm import full_name, load_model

        split = recursive_splitter()
        settings = workspace.settings
        name = model or settings.model
        index = Index.open(workspace)
        try:
            documents = [index.document(info.name) for info in index.documents()]
        finally:
            index.close()
        return cls(
            documents,
            embed=_sentence_transformer(workspace),
            split=split,
            model=lambda: load_model(
                name,
                base_url=settings.base_url,
                offline=settings.offline,
                threads=settings.threads,
            ),
            model_name=full_name(name),
        )

    @property
    def identity(self) -> Mapping[str, str]:
        """Model, texts and the fixed parts."""
        fixed = f"{CHUNK} {SHARED} {TOP} {EMBEDDER}"
        return {
            "model": self._model_name,
            "index": self._fingerprint,
            "prompts": hashlib.sha256((SYSTEM_TURN + REMINDER).encode()).hexdigest(),
            "settings": hashlib.sha256(fixed.encode()).hexdigest(),
        }

    def search(
        self,
        question: str,
        *,
        filters: Filters | None = None,
        history: Sequence[Turn] = (),
        k: int | None = None,
        without: Collection[str] = (),
    ) -> Found:
        """The nearest chunks; filters, history and exclusions mean nothing to it."""
        wanted = min(k or TOP, len(self._chunks))
        query = Query(text=question, standalone=question)
        if not wanted:
            return Found(query=query, hits=(), evidence=())
        vector = self._embed([question])
        found = self._collection.query(
            query_embeddings=vector, n_results=wanted, include=["distances"]
        )
        hits = tuple(
            Hit(passage=self._chunks[int(row)], score=1 - float(distance) / 2)
            for row, distance in zip(found["ids"][0], found["distances"][0], strict=True)
        )
        return Found(query=query, hits=hits, evidence=tuple(map(self._evidence, hits)))

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
        """The model's reply; a mark `[n]` becomes a citation of the whole n-th chunk."""
        began = time.perf_counter()
        found = self.search(question, k=k)
        retrieved = time.perf_counter()
        reply, first, usage = "", retrieved, Usage()
        if not evidence_only:
            reply, first, usage = self._reply(question, found, history)
        answer = _answer(reply, found.evidence)
        return Answer(
            id=id,
            question=question,
            status="answered" if answer["answer"] or evidence_only else "not_found",
            **answer,
            evidence=found.evidence,
            model=self._model_name,
            index=self._fingerprint,
            prompts=self.identity["prompts"],
            timing=Timing(
                retrieve_ms=_ms(retrieved - began),
                first_token_ms=_ms(first - began) if reply else 0,
                total_ms=_ms(time.perf_counter() - began),
            ),
            usage=usage,
        )

    def close(self) -> None:
        """Nothing on disk to let go of."""

    def _reply(
        self, question: str, found: Found, history: Sequence[Turn]
    ) -> tuple[str, float, Usage]:
        """The model's words, when the first came, and what they took."""
        first, parts, whole = 0.0, [], None
        for chunk in self._model().stream(_messages(question, found.evidence, history)):
            text = str(chunk.text)
            if text and not first:
                first = time.perf_counter()
            parts.append(text)
            whole = chunk if whole is None else whole + chunk
        counted = getattr(whole, "usage_metadata", None) or {}
        usage = Usage(
            prompt_tokens=counted.get("input_tokens", 0),
            completion_tokens=counted.get("output_tokens", 0),
        )
        return "".join(parts).strip(), first or time.perf_counter(), usage

    def _evidence(self, hit: Hit) -> Evidence:
        passage = hit.passage
        metadata = self._documents[passage.document].metadata
        return Evidence(
            document=passage.document,
            start=passage.start,
            end=passage.end,
            quote=passage.text,
            score=hit.score,
            title=metadata.title,
            source=metadata.source,
            published=metadata.published,
            url=metadata.url,
        )

    def _stored(self) -> Any:
        import chromadb
        from chromadb.config import Settings

        client = chromadb.EphemeralClient(settings=Settings(anonymized_telemetry=False))
        collection = client.create_collection(f"plain-{uuid.uuid4().hex}", embedding_function=None)
        step = 1000
        for at in range(0, len(self._chunks), step):
            batch = self._chunks[at : at + step]
            ids = [str(at + i) for i in range(len(batch))]
            collection.add(ids=ids, embeddings=self._embed([c.text for c in batch]))
        return collection

    def _hash(self) -> str:
        rows = [[d.name, hashlib.sha256(d.text.encode("utf-8", "surrogatepass")).hexdigest()]
                for d in self._documents.values()]  # fmt: skip
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def recursive_splitter() -> Split:
    """LangChain's RecursiveCharacterTextSplitter with the tutorial's sizes.

    Raises:
        UsageError: langchain-text-splitters is not installed.
    """
    try:
        from langchain_text_splitters import RecursiveCharacterTextSplitter
    except ImportError as exc:
        hint = "Install it: pip install langchain-text-splitters"
        raise UsageError("The plain pipeline needs langchain-text-splitters.", hint=hint) from exc
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK, chunk_overlap=SHARED, add_start_index=True
    )

    def split(text: str) -> list[tuple[int, str]]:
        found = splitter.create_documents([text])
        return [(int(d.metadata["start_index"]), d.page_content) for d in found]

    return split


def _sentence_transformer(workspace: Workspace) -> Embed:
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    from rag.weights import weights_path

    folder = weights_path(EMBEDDER, offline=workspace.settings.offline)
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = SentenceTransformer(str(folder), device="cpu")
    finally:
        logging.enable_progress_bar()  # type: ignore[no-untyped-call]

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        vectors: NDArray[np.float32] = model.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False
        )
        return vectors

    return embed


def _messages(
    question: str, evidence: Sequence[Evidence], history: Sequence[Turn]
) -> list[tuple[str, str]]:
    earlier = [
        message
        for turn in history
        for message in (("user", turn.question), ("assistant", turn.answer))
        if message[1]
    ]
    texts = "\n\n".join(f"[{n}] {e.quote}" for n, e in enumerate(evidence, 1))
    asked = f"{texts}\n\nQuestion: {question}\n{REMINDER}"
    return [("system", SYSTEM_TURN), *earlier, ("user", asked)]


def _answer(reply: str, evidence: Sequence[Evidence]) -> dict[str, Any]:
    """Answer text, sentences and citations of a reply; a refusal has none."""
    if not reply or REFUSED.search(reply):
        return {"answer": "", "not_found": NotFound(reason="unsupported") if reply else None}
    draft = Answer(id="", question="", status="answered", answer=reply)
    sentences = sentences_of(draft)
    used = sorted({n for _, numbers in sentences for n in numbers if 1 <= n <= len(evidence)})
    # Numbers count from 1 in the order of the chunks; one that no chunk has stays as it is.
    return {
        "answer": reply,
        "sentences": tuple(
            AnswerSentence(text=text, citations=numbers, support=1.0, origin="model")
            for text, numbers in sentences
        ),
        "citations": tuple(Citation.of(n, evidence[n - 1]) for n in used),
    }


def _ms(seconds: float) -> int:
    return round(1000 * seconds)
