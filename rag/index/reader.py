"""The read side: one snapshot of the index, the same from opening to closing."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING, Any

from rag.errors import IndexMissing, IndexUnusable, UnknownDocument
from rag.index import catalogue, layout, nearest, rows, shape
from rag.index.catalogue import SHIFT
from rag.index.fulltext import FullText
from rag.index.packed import unpack_parts
from rag.index.rows import DocumentInfo
from rag.index.told import Told
from rag.types import Document, Party, Passage, Sentence, Statement
from rag.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


KEPT = 256
"""Documents kept in memory once they were read."""
LONG = 50_000
"""Characters of a document that is too long to be kept."""


class Index:
    """A snapshot of the index, for reading; several threads may share it.

    It stays as it was when it was opened, whatever a writer does; `changed` says when to open anew.
    """

    def __init__(self, place: layout.Layout, *, exact: int = nearest.EXACT) -> None:
        self._place = place
        self._connection, self._beside = catalogue.open_twice(place.catalogue)
        self._lock, self._lock_beside = RLock(), RLock()
        self._kept: dict[str, tuple[Document, Sequence[Sentence]]] = {}
        self._full_text = FullText(self._connection, self._guarded)
        self._told = Told(self._connection, self._guarded)
        with self._guarded():
            self._state = catalogue.get_state(self._connection)
            self._nearest = nearest.Nearest(
                self._beside, self._opener(), exact=0 if self._state["store"] else exact
            )

    @classmethod
    def open(cls, workspace: Workspace, *, exact: int = nearest.EXACT) -> Index:
        """The workspace's index as it is now.

        Raises:
            IndexMissing: there is none, or it holds no documents.
            IndexUnusable: it is damaged, of another version, or its vectors are another model's.
            StoreUnavailable: there is none here, and the server to take it from doesn't answer.
        """
        place = _place(workspace)
        try:
            index = cls(place, exact=exact)
        except IndexUnusable:
            newer = layout.current(place.folder)
            if newer is None or newer == place:
                raise
            index = cls(newer, exact=exact)  # a rebuild replaced it at this very moment
        try:
            index._check(workspace)
        except BaseException:
            index.close()
            raise
        return index

    def _check(self, workspace: Workspace) -> None:
        if not self._names:
            raise IndexMissing(
                f"The index of {workspace.root} holds no documents.",
                hint=f"Put documents into {workspace.documents} and run: rag index",
            )
        built, wanted = self._state["embedder"], workspace.settings.embedder
        if built != wanted:
            raise IndexUnusable(
                f"The index was built with the embedder `{built}`; the settings say `{wanted}`.",
                hint="Build it with the new one: rag index",
            )

    def _opener(self) -> Any:
        if self._state["store"]:
            return nearest.server_opener(self._state["store"])
        folder = self._place.chroma(int(self._state["attempt"]))
        torn = self._state["writing"] == "1"
        return nearest.local_opener(folder, self._place.gate, torn=torn)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """For one thread at a time, with SQLite's errors as ours."""
        with self._lock, catalogue.errors(self._place.catalogue):
            yield

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._guarded():
            return self._connection.execute(sql, values).fetchall()

    @cached_property
    def fingerprint(self) -> str:
        """Sixteen hex digits that change with the content or the settings that shape it."""
        with self._guarded():
            return shape.fingerprint(self._connection)

    @property
    def changed(self) -> bool:
        """Whether a writer has changed the index since this snapshot was taken."""
        now = layout.current(self._place.folder)
        if now is None or now.number != self._place.number:
            return True
        connection = catalogue.open_reader(self._place.catalogue)
        try:
            return catalogue.get_state(connection).get("run") != self._state.get("run")
        finally:
            connection.close()

    @cached_property
    def _names(self) -> dict[str, int]:
        return dict(self._rows("SELECT name, id FROM documents ORDER BY name"))

    @cached_property
    def _by_id(self) -> dict[int, str]:
        return {number: name for name, number in self._names.items()}

    @cached_property
    def _infos(self) -> tuple[DocumentInfo, ...]:
        found = self._rows(
            "SELECT id, name, metadata, length(sentences) / 12, passages FROM documents"
            " ORDER BY name"
        )
        copies = self._rows("SELECT document, other FROM copies")
        return rows.to_infos(found, [(n, self._by_id[other]) for n, other in copies])

    def documents(self) -> Sequence[DocumentInfo]:
        """Every document, in the order of their names."""
        return self._infos

    def document(self, name: str) -> Document:
        """The stored text and metadata of one document.

        Raises:
            UnknownDocument: there is none of that name; the hint has the nearest names.
        """
        return self._read(name)[0]

    def sentences(self, name: str) -> Sequence[Sentence]:
        """The sentences of one document, in order.

        Raises:
            UnknownDocument: there is none of that name.
        """
        return self._read(name)[1]

    def _read(self, name: str) -> tuple[Document, Sequence[Sentence]]:
        """A document and its sentences, kept for the next question: a snapshot doesn't change."""
        kept = self._kept  # replaced when full, so that other threads go on with theirs
        if name in kept:
            return kept[name]
        number = self._number(name)
        sql = "SELECT name, metadata, text, sentences FROM documents WHERE id = ?"
        row = self._rows(sql, (number,))[0]
        document = rows.to_document(row)
        found = document, rows.unpack_sentences(row[3], name, document.text)
        if len(document.text) <= LONG:
            self._kept = {**(kept if len(kept) < KEPT else {}), name: found}
        return found

    def passages(self, ids: Sequence[int]) -> list[Passage]:
        """The passages with these ids, in this order; unknown ids are left out."""
        found = self.passages_by_id(ids)
        return [found[i] for i in ids if i in found]

    def document_of(self, passage: int) -> str:
        """The name of the document that a passage is of, by the passage's id."""
        return self._by_id[passage >> SHIFT]

    def passages_by_id(self, ids: Sequence[int]) -> dict[int, Passage]:
        """Id → passage; ids that this snapshot does not hold are left out."""
        found: dict[int, Passage] = {}
        columns = 'p.id, p.start, p."end", p.first, p.last, p.heading'
        sql = (
            f"SELECT {columns}, p.id >> {SHIFT} FROM json_each(?) w JOIN passages p"
            " ON p.id = w.value"
        )
        for row in self._rows(sql, (json.dumps([int(i) for i in ids]),)):
            name = self._by_id[row[6]]
            found[row[0]] = rows.to_passage(row, name, self.document(name).text)
        return found

    def sentence_vectors(
        self, wanted: Mapping[str, Collection[int]]
    ) -> dict[tuple[str, int], NDArray[np.float32]]:
        """Vectors of length one of some sentences of some documents, by document and index.

        Each was read within its passage. A sentence that spans several passages has its first
        passage's.
        """
        places = [[self._names[name], i] for name, found in wanted.items() for i in found]
        sql = (
            "SELECT w.value ->> 0, w.value ->> 1, (w.value ->> 1) - p.first, v.sentences"
            f" FROM json_each(?) w JOIN passages p ON p.id BETWEEN (w.value ->> 0) << {SHIFT}"
            f" AND ((w.value ->> 0) + 1 << {SHIFT}) - 1"
            " AND (w.value ->> 1) BETWEEN p.first AND p.last"
            " JOIN vectors v ON v.key = p.key ORDER BY p.id DESC"
        )
        found = self._rows(sql, (json.dumps(places),))
        size = 4 + self._dimensions
        cut = [blob[row * size : (row + 1) * size] for _, _, row, blob in found]
        vectors = unpack_parts(cut, self._dimensions)
        keys = ((self._by_id[number], i) for number, i, _, _ in found)
        return dict(zip(keys, vectors, strict=True))

    @cached_property
    def _dimensions(self) -> int:
        """Numbers in a vector."""
        found = self._rows("SELECT length(vector) / 4 FROM vectors LIMIT 1")
        return int(found[0][0]) if found else 0

    def dense(
        self, vector: NDArray[np.float32], k: int, *, documents: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """The passages nearest to a vector of length one: (id, cosine), nearest first.

        Another thread may search for words at the same time.
        """
        with self._lock_beside, catalogue.errors(self._place.catalogue):
            return self._nearest.search(vector, k, self._numbers(documents))

    def bm25(
        self, expression: str, k: int, *, documents: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """Passages that match an FTS5 expression over heading and text: (id, score), best first.

        Raises:
            ValueError: the expression is not FTS5's syntax.
        """
        return self._full_text.match("passages_fts", expression, k, self._numbers(documents))

    def bm25_sentences(
        self, expression: str, k: int, *, documents: Collection[str] | None = None
    ) -> list[tuple[str, int, float]]:
        """Sentences that match an FTS5 expression: (document, index, score), best first."""
        found = self._full_text.match("sentences_fts", expression, k, self._numbers(documents))
        low = (1 << SHIFT) - 1
        return [(self._by_id[i >> SHIFT], i & low, score) for i, score in found]

    def document_frequency(self, terms: Sequence[str]) -> Mapping[str, int]:
        """In how many sentences each stem occurs; the number of all sentences under `""`.

        Args:
            terms: Stems as `rag.words.stem` gives them.
        """
        return {**self._full_text.frequency(terms), "": self._total_sentences}

    def stems(self, beginning: str) -> list[str]:
        """Every stem of the sentences that begins so."""
        return self._full_text.stems(beginning)

    @cached_property
    def _total_sentences(self) -> int:
        return int(self._rows("SELECT sum(length(sentences)) / 12 FROM documents")[0][0] or 0)

    def statements(self, *, documents: Collection[str] | None = None) -> list[Statement]:
        """Who said what, in the order of documents and places."""
        return self._told.statements(self._numbers(documents))

    def statements_in(self, sentences: Mapping[str, Collection[int]]) -> list[Statement]:
        """Those of some sentences of some documents."""
        wanted = {self._names[n]: list(i) for n, i in sentences.items() if n in self._names}
        return self._told.in_sentences(wanted)

    def people(self) -> list[Party]:
        """Everyone whom the documents introduce by name and office, and who speaks in them."""
        return self._told.people()

    def introductions(self) -> list[tuple[Party, str | None]]:
        """Everyone whom a document introduces, once a document, with its date: for the names."""
        return self._told.introductions()

    def copies(self, document: str, start: int, end: int) -> list[str]:
        """Other documents that carry the paragraph around `start` to `end`.

        Raises:
            UnknownDocument: there is none of that name.
        """
        from rag.index import duplicates

        number = self._number(document)
        paragraph = duplicates.paragraph_at(self.sentences(document), start, end)
        with self._guarded():
            found = duplicates.carriers(self._connection, paragraph, but=number)
        return sorted(self._by_id[n] for n in found)

    def close(self) -> None:
        """Lets go of the snapshot."""
        with self._lock, self._lock_beside:
            self._nearest.close()
            self._connection.close()
            self._beside.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _number(self, name: str) -> int:
        if name in self._names:
            return self._names[name]
        near = get_close_matches(name, self._names, n=3, cutoff=0.5)
        near = near or [n for n in self._names if name.casefold() in n.casefold()][:3]
        hint = f"Near names: {', '.join(near)}" if near else "All names: rag status --json"
        raise UnknownDocument(f"No document {name!r} is in the index.", hint=hint)

    def _numbers(self, documents: Collection[str] | None) -> list[int] | None:
        if documents is None:
            return None
        return sorted({self._names[n] for n in documents if n in self._names})


def _place(workspace: Workspace) -> layout.Layout:
    place = layout.current(workspace.index)
    if place is None and workspace.settings.store:
        from rag.index import shared

        place = shared.attach(workspace)
    if place is None:
        raise IndexMissing(
            f"Nothing has been indexed in {workspace.root} yet.", hint="Run: rag index"
        )
    return place
