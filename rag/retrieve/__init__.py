"""Questions to passages and sentences: dense and BM25 fused, speaker and date preferred."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from rag.embed import Embedder
from rag.index import Index
from rag.names import Names
from rag.orders import stands_in_order
from rag.question import for_speaker
from rag.retrieve.concepts import Concept, concepts_of, soft_topic, weighted
from rag.retrieve.evidence import Candidate, candidate, to_evidence, without_copies
from rag.retrieve.fusion import Ranking, fuse
from rag.retrieve.scope import Scope
from rag.retrieve.spelling import IndexVocabulary
from rag.types import Evidence, Found, Hit, Query, Statement
from rag.words import quoted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STAGES = ("dense", "bm25", "metadata", "evidence_dense", "neighbours", "rerank")
"""What an evaluation may switch off."""
DEPTH = 50
"""How many passages each ranking gives to the fusion."""
RERANKED = 20
"""Passages that a cross-encoder compares with the question."""
NEAR = 10
"""Passages near the last answer that a follow-up may be answered from."""
MATCHES = 10_000
"""Sentences that a full-text query may match; each costs about a microsecond."""
READ = 16
"""Passages whose sentences are judged, at least."""
EVIDENCE = 10
"""How many sentences are chosen."""


class Retriever:
    """Retrieval over one open index."""

    def __init__(
        self, index: Index, embedder: Embedder, names: Names, *, reranker: Any | None = None
    ) -> None:
        self.index = index
        self.embedder = embedder
        self.names = names
        self.scope = Scope(index, names)
        self.reranker = reranker
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="meaning")

    def search(self, query: Query, *, k: int = 8, without: Collection[str] = ()) -> Found:
        """Passages ranked and sentences to quote, `k` passages in all.

        A comparison is searched party by party, so that each is heard.

        Args:
            query: What is asked.
            k: How many passages are returned.
            without: Stages of `STAGES` to leave out.
        """
        query = replace(query, undated=self.scope.undated(query))
        if query.kind == "comparison" and len(query.speakers) > 1:
            each = [self._one(for_speaker(query, s), k, without) for s in query.speakers]
            return Found(
                query=query,
                hits=tuple(_interleaved([f.hits for f in each])[:k]),
                evidence=tuple(_interleaved([f.evidence for f in each])[:EVIDENCE]),
            )
        return self._one(query, k, without)

    def _one(self, query: Query, k: int, without: Collection[str]) -> Found:
        allowed = self.scope.allowed(query)
        if allowed is not None and not allowed:
            return Found(query=query, hits=(), evidence=())
        concepts = weighted(
            concepts_of(query, self.names, self._vocabulary), self.index.document_frequency
        )
        preferred = self.scope.preferred(query, allowed) if "metadata" not in without else {}
        expression = _expression(query, concepts)
        scopes = _scopes(allowed, preferred)
        # Meanwhile another thread searches by meaning: both leave Python alone most of the time.
        meant = self._aside.submit(self._by_meaning, query, concepts, scopes, without)
        worded = self._by_words(expression, scopes) if "bm25" not in without else {}
        matched = self._matched(query, expression, preferred)
        vectors, near = meant.result()
        hits = self._fused({**near, **worded}, preferred, max(k, RERANKED))
        if self.reranker is not None and "rerank" not in without:
            hits = self._reranked(query, hits)
        wanted = _places(hits[: max(k, READ)], matched)
        evidence = self._evidence(query, vectors, wanted, concepts, without)
        return Found(query=query, hits=tuple(hits[:k]), evidence=tuple(evidence))

    def _by_meaning(
        self,
        query: Query,
        concepts: Sequence[Concept],
        scopes: Mapping[str, set[str] | None],
        without: Collection[str],
    ) -> tuple[NDArray[np.float32], dict[str, Ranking]]:
        """Vectors of question, topic and context, and the passages nearest to them."""
        texts = [query.standalone, soft_topic(concepts), *filter(None, [query.context])]
        vectors = self.embedder.encode(texts)
        rankings: dict[str, Ranking] = {}
        if "dense" not in without:
            for prefix, scope in scopes.items():
                rankings[f"{prefix}dense"] = self.index.dense(vectors[0], DEPTH, documents=scope)
            if query.context:
                rankings["context"] = self.index.dense(vectors[2], NEAR, documents=scopes[""])
        return vectors, rankings

    def _by_words(
        self, expression: str, scopes: Mapping[str, set[str] | None]
    ) -> dict[str, Ranking]:
        """The passages that match best, of all documents and of the preferred ones."""
        if not expression:
            return {}
        return {
            f"{prefix}bm25": self.index.bm25(expression, DEPTH, documents=scope)
            for prefix, scope in scopes.items()
        }

    def _matched(
        self, query: Query, expression: str, preferred: Mapping[str, float]
    ) -> list[tuple[str, int]]:
        """The sentences that match best: document and index."""
        if not expression:
            return []
        likely = sorted(preferred, key=lambda n: -preferred[n])[:200]
        scope = likely or self.scope.allowed(query) or None
        found = self.index.bm25_sentences(expression, 30, documents=scope)
        return [(name, i) for name, i, _ in found]

    def _fused(
        self, rankings: Mapping[str, Ranking], preferred: Mapping[str, float], most: int
    ) -> list[Hit]:
        """The best passages of all rankings, those of preferred documents first."""
        scored = [
            (score + preferred.get(self.index.document_of(i), 0.0), i, stages)
            for i, score, stages in fuse(rankings)
        ]
        scored.sort(key=lambda hit: (-hit[0], self.index.document_of(hit[1]), hit[1]))
        passages = self.index.passages_by_id([i for _, i, _ in scored[:most]])
        return [
            Hit(passage=passages[i], score=score, stages=stages)
            for score, i, stages in scored[:most]
        ]

    def _reranked(self, query: Query, hits: Sequence[Hit]) -> list[Hit]:
        """The first passages re-ordered by the cross-encoder, the bonus for metadata kept."""
        head, tail = list(hits[:RERANKED]), list(hits[RERANKED:])
        scores = self.reranker.score(query.standalone, [h.passage.text for h in head])  # type: ignore[union-attr]
        order = sorted(range(len(head)), key=lambda i: -scores[i])
        ranked = [
            replace(head[i], stages={**head[i].stages, "rerank": float(scores[i])}) for i in order
        ]
        return ranked + tail

    def _evidence(
        self,
        query: Query,
        vectors: NDArray[np.float32],
        wanted: Mapping[str, Collection[int]],
        concepts: Sequence[Concept],
        without: Collection[str],
    ) -> list[Evidence]:
        needed = {name: {j for i in found for j in (i - 1, i)} for name, found in wanted.items()}
        statements = _by_sentence(self.index.statements_in(needed))
        found: list[Candidate] = []
        for name, indices in wanted.items():
            document, sentences = self.index.document(name), self.index.sentences(name)
            for i in sorted(indices):
                if stands_in_order(sentences, i):
                    continue  # what speaks to a machine is nobody's statement
                before = sentences[i - 1] if i and "neighbours" not in without else None
                if query.speakers and not _same_speaker(statements, name, i):
                    before = None
                found.append(
                    candidate(
                        sentences[i],
                        document,
                        statements.get((name, i), ()),
                        before,
                        query,
                        concepts,
                        self.names,
                    )
                )
        if "evidence_dense" not in without:
            found = self._compared(vectors, found, wanted)
        found.sort(key=_order)
        return [to_evidence(c, self.index) for c in without_copies(found, limit=EVIDENCE)]

    def _compared(
        self,
        vectors: NDArray[np.float32],
        candidates: Sequence[Candidate],
        wanted: Mapping[str, Collection[int]],
    ) -> list[Candidate]:
        """The candidates with their likeness to question and topic, by the index's vectors."""
        import numpy as np

        known = self.index.sentence_vectors(wanted)
        none = np.zeros(self.embedder.dimensions, dtype=np.float32)
        places = ((c.sentence.document, c.sentence.index) for c in candidates)
        rows = [known.get(place, none) for place in places]
        likeness = np.reshape(rows, (-1, self.embedder.dimensions)) @ vectors[:2].T
        return [
            replace(c, dense=float(row[0]), about=float(row[1]))
            for c, row in zip(candidates, likeness, strict=True)
        ]

    @cached_property
    def _vocabulary(self) -> IndexVocabulary:
        return IndexVocabulary(self.index)


def _scopes(allowed: set[str] | None, preferred: Mapping[str, float]) -> dict[str, set[str] | None]:
    """Which documents are searched: all that are allowed, and the likeliest by themselves."""
    best = max(preferred.values(), default=0.0)
    top = {n for n, b in preferred.items() if b == best}
    return {"": allowed} | ({"preferred_": top} if top else {})


def _places(hits: Sequence[Hit], matched: Sequence[tuple[str, int]]) -> dict[str, set[int]]:
    """Sentences worth judging, by document: those of the passages, and those that match."""
    wanted: dict[str, set[int]] = {}
    for hit in hits:
        p = hit.passage
        wanted.setdefault(p.document, set()).update(range(p.first_sentence, p.last_sentence + 1))
    for name, i in matched:
        wanted.setdefault(name, set()).add(i)
    return wanted


def _order(item: Candidate) -> tuple[float, str, int]:
    return (-item.score, item.sentence.document, item.sentence.index)


def _by_sentence(statements: Sequence[Statement]) -> dict[tuple[str, int], list[Statement]]:
    table: dict[tuple[str, int], list[Statement]] = {}
    for statement in statements:
        table.setdefault((statement.document, statement.sentence), []).append(statement)
    return table


def _same_speaker(
    statements: Mapping[tuple[str, int], Sequence[Statement]], document: str, index: int
) -> bool:
    """Whether a sentence and the one before it may be by the same speaker: none is known to differ.

    What one party says of a topic does not make the other's next sentence about it.
    """
    before, here = (
        {s.speaker.name for s in statements.get((document, i), ()) if s.speaker}
        for i in (index - 1, index)
    )
    return not before or not here or not before.isdisjoint(here)


def _expression(query: Query, concepts: Sequence[Concept]) -> str:
    """The full-text query: every wording of every concept, all quoted, any may match.

    Every sentence that matches is scored. So where the documents are many, the commonest words,
    which tell least, are left out once the rarer ones match as many as anybody needs.
    """
    rarest = sorted(concepts, key=lambda c: c.seen)
    matched = list(accumulate(c.seen for c in rarest))
    kept = [c for c, n in zip(rarest, matched, strict=True) if n <= MATCHES or c is rarest[0]]
    wordings = [w for c in concepts if c in kept for w in c.searched if w.strip()]
    return quoted(dict.fromkeys(wordings[:200]))


def _interleaved(lists: Sequence[Sequence[Any]]) -> list[Any]:
    """First of each, then second of each …, every item once."""
    merged: list[Any] = []
    for row in range(max(map(len, lists), default=0)):
        for items in lists:
            if row < len(items) and items[row] not in merged:
                merged.append(items[row])
    return merged
