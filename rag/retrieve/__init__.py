"""Questions to passages and sentences: dense and BM25 fused, speaker and date preferred."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from rag.embed import Embedder
from rag.index import DocumentInfo, Index
from rag.index.speakers import speakers
from rag.names import Names
from rag.orders import stands_in_order
from rag.question import for_speaker
from rag.question.dates import overlaps
from rag.retrieve.concepts import Concept, concepts_of, soft_topic, weighted
from rag.retrieve.evidence import Candidate, candidate, to_evidence, without_copies
from rag.retrieve.fusion import fuse
from rag.retrieve.remembered import Remembered
from rag.retrieve.spelling import IndexVocabulary
from rag.types import Found, Hit, Party, Query, Statement
from rag.words import fold, quoted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STAGES = ("dense", "bm25", "metadata", "evidence_dense", "neighbours", "rerank")
"""What an evaluation may switch off."""
DEPTH = 50
"""How many passages each ranking gives to the fusion."""
WEIGHTS = {"bm25": 0.4, "preferred_bm25": 0.4, "context": 0.5}
"""Words against meaning, which counts 1: equal weights put 2 of 100 general questions behind what
meaning alone finds, and words alone find far less (`rag eval --retrieval-only --without dense`)."""
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
RESCORED = 24
"""How many sentences are compared with a question of fact by the embedder."""
RESCORED_SAID = 12
"""The same where words of the asked speaker are there: speaker and topic tell more than likeness,
and 8, 12 and 24 found as many gold sentences on the seeds and the UN speeches (n 113 and 146)."""
PREFERRED = 0.1
"""Added for a passage by the asked speaker, and again for one in the asked dates: more than two
first ranks give, so that the right speaker's weaker passage comes before another's strong one."""


class Retriever:
    """Retrieval over one open index."""

    def __init__(
        self, index: Index, embedder: Embedder, names: Names, *, reranker: Any | None = None
    ) -> None:
        self.index = index
        self.embedder = embedder
        self.names = names
        self.reranker = reranker
        self._remembered = Remembered(embedder)

    def search(self, query: Query, *, k: int = 8, without: Collection[str] = ()) -> Found:
        """Passages ranked and sentences to quote, `k` passages in all.

        A comparison is searched party by party, so that each is heard.

        Args:
            query: What is asked.
            k: How many passages are returned.
            without: Stages of `STAGES` to leave out.
        """
        query = replace(query, undated=self._undated(query))
        if query.kind == "comparison" and len(query.speakers) > 1:
            each = [self._one(for_speaker(query, s), k, without) for s in query.speakers]
            return Found(
                query=query,
                hits=tuple(_interleaved([f.hits for f in each])[:k]),
                evidence=tuple(_interleaved([f.evidence for f in each])[:EVIDENCE]),
            )
        return self._one(query, k, without)

    def _one(self, query: Query, k: int, without: Collection[str]) -> Found:
        allowed = self._allowed(query)
        if allowed is not None and not allowed:
            return Found(query=query, hits=(), evidence=())
        concepts = weighted(
            concepts_of(query, self.names, self._vocabulary), self.index.document_frequency
        )
        vectors = self.embedder.encode([query.standalone, soft_topic(concepts)])
        preferred = self._preferred(query, allowed) if "metadata" not in without else {}
        most = max(k, RERANKED)
        hits = self._passages(query, vectors[0], concepts, allowed, preferred, without, most)
        if self.reranker is not None and "rerank" not in without:
            hits = self._reranked(query, hits)
        evidence = self._evidence(
            query, vectors, hits[: max(k, READ)], concepts, preferred, without
        )
        return Found(query=query, hits=tuple(hits[:k]), evidence=tuple(evidence))

    def speaks_in(self, query: Query) -> int:
        """In how many documents one of the asked speakers speaks."""
        return len(self._speaking([p.name for p in query.speakers])) if query.speakers else 0

    def spoken_of(self, query: Query, most: int = 3) -> list[str]:
        """What the asked speakers do speak of: the names that recur in their words."""
        counts: Counter[str] = Counter()
        asked = {p.country for p in query.speakers}
        for statement in self.index.statements(
            documents=sorted(self._speaking([p.name for p in query.speakers]))[:20]
        ):
            speaker = statement.speaker
            if speaker and any(self.names.same(speaker, p) for p in query.speakers):
                named = {m.party.name for m in self.names.find(statement.quote)}
                counts.update(named - asked - {speaker.name, speaker.country})
        return [name for name, _ in counts.most_common(most)]

    @cached_property
    def _speakers(self) -> Mapping[str, tuple[Party, ...]]:
        """Document → everybody who speaks in it, by the ledger and by its metadata."""
        found = {name: list(parties) for name, parties in speakers(self.index).items()}
        for info in self.index.documents():
            if info.metadata.speaker:
                party = self.names.resolve(info.metadata.speaker) or Party(
                    name=info.metadata.speaker
                )
                found.setdefault(info.name, []).append(party)
        return {name: tuple(parties) for name, parties in found.items()}

    def _undated(self, query: Query) -> int:
        """Documents without a date, where a filter asks for dates: left out, but not silently."""
        if not (query.filters.since or query.filters.until):
            return 0
        return sum(not d.metadata.published for d in self.index.documents())

    def _allowed(self, query: Query) -> set[str] | None:
        """Documents that the explicit filters leave; None for all."""
        f = query.filters
        if not any((f.since, f.until, f.speaker, f.source, f.document)):
            return None
        by_speaker = self._speaking([f.speaker]) if f.speaker else None
        return {
            d.name
            for d in self.index.documents()
            if (by_speaker is None or d.name in by_speaker) and _passes(d, query)
        }

    def _speaking(self, wanted: Sequence[str]) -> set[str]:
        """Documents in which one of these speaks, by the ledger or the document's metadata."""
        parties = [p for p in map(self.names.resolve, wanted) if p]
        folded = {fold(w) for w in wanted}
        return {
            name
            for speaker, documents in self._by_speaker
            if fold(speaker.name) in folded or any(self.names.same(speaker, p) for p in parties)
            for name in documents
        }

    @cached_property
    def _by_speaker(self) -> Sequence[tuple[Party, set[str]]]:
        """Each speaker once, with the documents: there are fewer speakers than documents."""
        found: dict[tuple[str, ...], tuple[Party, set[str]]] = {}
        for name, parties in self._speakers.items():
            for party in parties:
                key = (party.name, party.country or "", party.office or "", party.kind)
                found.setdefault(key, (party, set()))[1].add(name)
        return tuple(found.values())

    def _preferred(self, query: Query, allowed: set[str] | None) -> dict[str, float]:
        """Document → bonus for holding words of the asked speaker, and for its date."""
        bonus: dict[str, float] = {}
        if query.speakers:
            for name in self._speaking([p.name for p in query.speakers]):
                bonus[name] = PREFERRED
        if query.since or query.until or query.source:
            for info in self.index.documents():
                dated = info.metadata.published and (query.since or query.until)
                if dated and overlaps(str(info.metadata.published), query.since, query.until):
                    bonus[info.name] = bonus.get(info.name, 0.0) + PREFERRED
                if query.source and fold(query.source) in fold(info.metadata.source or ""):
                    bonus[info.name] = bonus.get(info.name, 0.0) + PREFERRED / 2
        return {n: b for n, b in bonus.items() if allowed is None or n in allowed}

    def _passages(
        self,
        query: Query,
        vector: NDArray[np.float32],
        concepts: Sequence[Concept],
        allowed: set[str] | None,
        preferred: Mapping[str, float],
        without: Collection[str],
        most: int,
    ) -> list[Hit]:
        rankings: dict[str, list[int]] = {}
        best = max(preferred.values(), default=0.0)
        top = {n for n, b in preferred.items() if b == best}
        scopes = {"": allowed} | ({"preferred_": top} if top else {})
        expression = _expression(query, concepts)
        for prefix, scope in scopes.items():
            if "dense" not in without:
                found = self.index.dense(vector, DEPTH, documents=scope)
                rankings[f"{prefix}dense"] = [i for i, _ in found]
            if "bm25" not in without and expression:
                matched = self.index.bm25(expression, DEPTH, documents=scope)
                rankings[f"{prefix}bm25"] = [i for i, _ in matched]
        if query.context and "dense" not in without:
            before = self.embedder.encode([query.context])[0]
            near = self.index.dense(before, NEAR, documents=allowed)
            rankings["context"] = [i for i, _ in near]
        scored = [
            (score + preferred.get(self.index.document_of(i), 0.0), i, stages)
            for i, score, stages in fuse(rankings, WEIGHTS)
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
        hits: Sequence[Hit],
        concepts: Sequence[Concept],
        preferred: Mapping[str, float],
        without: Collection[str],
    ) -> list[Any]:
        wanted = self._sentences(query, hits, concepts, preferred)
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
        found.sort(key=_order)
        if "evidence_dense" not in without:
            found = self._rescored(vectors, found)
        return [to_evidence(c, self.index) for c in without_copies(found, limit=EVIDENCE)]

    def _sentences(
        self,
        query: Query,
        hits: Sequence[Hit],
        concepts: Sequence[Concept],
        preferred: Mapping[str, float],
    ) -> dict[str, set[int]]:
        """Sentences worth judging, by document: those of the passages, and those that match."""
        wanted: dict[str, set[int]] = {}
        for hit in hits:
            p = hit.passage
            wanted.setdefault(p.document, set()).update(
                range(p.first_sentence, p.last_sentence + 1)
            )
        expression = _expression(query, concepts)
        if expression:
            scope = sorted(preferred, key=lambda n: -preferred[n])[:200] or self._allowed(query)
            for name, i, _ in self.index.bm25_sentences(expression, 30, documents=scope or None):
                wanted.setdefault(name, set()).add(i)
        return wanted

    def _rescored(
        self, vectors: NDArray[np.float32], candidates: Sequence[Candidate]
    ) -> list[Candidate]:
        """The first candidates with their likeness to question and topic, in the new order."""
        most = RESCORED_SAID if candidates and candidates[0].speaker > 0 else RESCORED
        head, tail = candidates[:most], candidates[most:]
        if not head:
            return []
        likeness = self._remembered.encode([c.sentence.text for c in head]) @ vectors.T
        scored = [
            replace(c, dense=float(row[0]), about=float(row[1]))
            for c, row in zip(head, likeness, strict=True)
        ]
        return sorted(scored, key=_order) + list(tail)

    @cached_property
    def _vocabulary(self) -> IndexVocabulary:
        return IndexVocabulary(self.index)


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


def _passes(info: DocumentInfo, query: Query) -> bool:
    f, meta = query.filters, info.metadata
    if (f.since or f.until) and not overlaps(meta.published or "", f.since, f.until):
        return False
    if f.source and fold(f.source) not in fold(meta.source or ""):
        return False
    return not f.document or fnmatchcase(info.name, f.document)


def _interleaved(lists: Sequence[Sequence[Any]]) -> list[Any]:
    """First of each, then second of each …, every item once."""
    merged: list[Any] = []
    for row in range(max(map(len, lists), default=0)):
        for items in lists:
            if row < len(items) and items[row] not in merged:
                merged.append(items[row])
    return merged
