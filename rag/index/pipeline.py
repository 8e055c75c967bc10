"""From files to rows: read, cut, embed in batches, write; memory is bounded by a batch."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial

from rag.embed import Embedder, Spans
from rag.index import catalogue, duplicates, manifest, rows, shape, stored
from rag.index.background import Encoding
from rag.index.failures import save_failures
from rag.index.opening import Opened
from rag.index.packed import Packed, to_packed
from rag.index.rows import Prepared
from rag.index.store import Store
from rag.reading import Failure, MetadataTable, SourceFile, read
from rag.types import Document
from rag.workspace import Workspace

TEXTS = 256
"""Texts embedded, and their vectors made durable, at once."""
CHARACTERS = 4_000_000
"""Characters of documents that wait for their vectors."""
STEPS = 500
"""Documents and files that wait to be written."""
BEHIND = 4000
"""Vectors that may be in the catalogue and not yet in Chroma."""


@dataclass
class Counts:
    """What a run has done so far."""

    added: int = 0
    changed: int = 0
    renamed: int = 0
    unchanged: int = 0
    passages: int = 0
    """Of new and changed documents."""
    embedded: int = 0


@dataclass
class _File:
    """A file in the course of being read."""

    entry: manifest.Entry
    before: dict[str, tuple[int, str]]
    """Document name → id and sha256, as the index has them."""
    seen: set[str] = field(default_factory=set)
    failures: list[Failure] = field(default_factory=list)
    differs: bool = False


@dataclass(frozen=True)
class _Put:
    """A document waits to be written, in the place of the one with that id if there is one."""

    prepared: Prepared
    entry: manifest.Entry
    instead_of: int | None


@dataclass(frozen=True)
class _Flight:
    """A batch that is being embedded."""

    steps: Sequence[_Put | _File]
    keys: Sequence[str]
    encoding: Encoding | None


class Pipeline:
    """The writing side of one run."""

    def __init__(
        self,
        workspace: Workspace,
        opened: Opened,
        embedder: Callable[[], Embedder],
        store: Store,
        table: MetadataTable,
    ) -> None:
        self._workspace = workspace
        self._connection = opened.connection
        self._open_embedder = embedder
        self._model = shape.embedder(workspace)
        self._embedder: Embedder | None = None
        self._store = store
        self._table = table
        self._earlier = _earlier(opened)
        self._waiting: list[_Put | _File] = []
        self._flight: _Flight | None = None
        self._texts = 0
        self._characters = 0
        self.counts = Counts()

    # --- files ------------------------------------------------------------------------------------

    def read(self, entry: manifest.Entry, source: SourceFile) -> None:
        """Reads a file and puts its documents into the queue."""
        file = _File(entry, self._documents_of(entry.name))
        for found in read(source, self._table):
            if isinstance(found, Failure):
                file.failures.append(found)
            elif found.name in file.seen:
                reason = f"The document {found.name!r} comes twice; the first is used."
                file.failures.append(Failure(name=found.name, reason=reason))
            else:
                self._queue(file, found)
        self._waiting.append(file)
        self._flush_if_full()

    def rename(self, old: str, entry: manifest.Entry, source: SourceFile) -> None:
        """Moves a file's documents to its new name, or reads it anew where that is not all."""
        found = list(read(source, self._table))
        documents = [d for d in found if isinstance(d, Document)]
        before = self._documents_of(old)
        shas = {name.replace(old, entry.name, 1): pair for name, pair in before.items()}
        same = len(documents) == len(found) == len(before) and all(
            d.name in shas and shas[d.name][1] == rows.document_sha256(d) for d in documents
        )
        with catalogue.transaction(self._connection):
            if same:
                self._connection.executemany(
                    "UPDATE documents SET name = ?, file = ? WHERE id = ?",
                    ((d.name, entry.name, shas[d.name][0]) for d in documents),
                )
                self._connection.execute("DELETE FROM files WHERE name = ?", (old,))
                manifest.save(self._connection, entry, done=True)
                self._mark()
            else:
                self.forget(old)
        if same:
            self.counts.renamed += 1
        else:
            self.read(entry, source)

    def forget(self, name: str) -> None:
        """Takes a file and its documents out; the caller is in a transaction."""
        numbers = [number for number, _ in self._documents_of(name).values()]
        stored.delete_documents(self._connection, numbers)
        self._connection.execute("DELETE FROM files WHERE name = ?", (name,))
        self._connection.execute("DELETE FROM failures WHERE file = ?", (name,))
        self._mark()

    def _documents_of(self, file: str) -> dict[str, tuple[int, str]]:
        found = self._connection.execute(
            "SELECT name, id, sha256 FROM documents WHERE file = ?", (file,)
        )
        return {name: (number, sha256) for name, number, sha256 in found}

    def _queue(self, file: _File, document: Document) -> None:
        file.seen.add(document.name)
        number, sha256 = file.before.get(document.name, (None, ""))
        if sha256 == rows.document_sha256(document):
            return
        embedder = self._embed()
        try:
            prepared = self._prepare(document, file.entry.name, embedder)
        except Exception as exc:  # one document must not stop the others, whatever is odd about it
            reason = f"It could not be cut into passages ({type(exc).__name__}: {exc})."
            file.failures.append(Failure(name=document.name, reason=reason))
            return
        file.differs = True
        self._waiting.append(_Put(prepared, file.entry, number))
        self._texts += len(prepared.passages)
        self._characters += len(document.text)
        self._flush_if_full()

    def _prepare(self, document: Document, file: str, embedder: Embedder) -> Prepared:
        from rag import segment

        document.name.encode("utf-8")
        sentences = segment.split_sentences(document.text, document.name)
        passages = segment.make_passages(
            document,
            sentences,
            max_tokens=self._workspace.settings.passage_tokens,
            count_tokens=embedder.count_tokens,
        )
        spans = [rows.sentence_spans(p, sentences) for p in passages]
        return Prepared(
            document=document,
            file=file,
            sentences=tuple(sentences),
            passages=tuple(passages),
            keys=tuple(map(partial(rows.vector_key, self._model), passages, spans)),
            shingles=duplicates.shingles(document.text),
        )

    def _embed(self) -> Embedder:
        if self._embedder is None:
            self._embedder = self._open_embedder()
        return self._embedder

    # --- batches ----------------------------------------------------------------------------------

    def _flush_if_full(self) -> None:
        full = self._texts >= TEXTS or self._characters >= CHARACTERS
        if full or len(self._waiting) >= STEPS:
            self._launch()

    def flush(self) -> None:
        """Writes all that waits."""
        self._launch()
        self._land()

    def _launch(self) -> None:
        """Starts embedding what waits; the batch before it is written first."""
        self._land()
        steps, self._waiting = self._waiting, []
        self._texts = self._characters = 0
        if not steps:
            return
        lacking = self._lacking([s.prepared for s in steps if isinstance(s, _Put)])
        encoding = None
        if lacking:
            encoding = Encoding(self._embed(), list(lacking.values()), TEXTS)
        self._flight = _Flight(steps, list(lacking), encoding)

    def _land(self) -> None:
        """Writes the batch that is being embedded, vectors first."""
        flight = self._flight
        if flight is None:
            return
        if flight.encoding:
            keys = iter(flight.keys)
            for part in flight.encoding:
                self._save_vectors([to_packed(next(keys), *vectors) for vectors in part])
                self.counts.embedded += len(part)
        with catalogue.transaction(self._connection):
            for step in flight.steps:
                if isinstance(step, _Put):
                    self._write(step)
                else:
                    self._close(step)
            self._mark()
        self._flight = None
        if self._store.behind >= BEHIND:
            self._store.sync()

    def _write(self, step: _Put) -> None:
        if step.instead_of is not None:
            stored.delete_documents(self._connection, [step.instead_of])
        stored.insert_documents(self._connection, [step.prepared])
        # Until its last document is written, a crash must have the file read again.
        manifest.save(self._connection, step.entry, done=False)
        self.counts.passages += len(step.prepared.passages)

    def _close(self, file: _File) -> None:
        """All of a file is written: what it no longer holds goes, and the manifest has it."""
        gone = [pair[0] for name, pair in file.before.items() if name not in file.seen]
        stored.delete_documents(self._connection, gone)
        save_failures(self._connection, file.entry.name, file.failures)
        manifest.save(self._connection, file.entry, done=not file.failures)
        if not file.before and file.differs:
            self.counts.added += 1
        elif file.differs or gone:
            self.counts.changed += 1
        elif not file.failures:
            self.counts.unchanged += 1

    def _mark(self) -> None:
        """Readers can see that something has changed."""
        catalogue.set_state(self._connection, run=str(time.time_ns()))

    def _lacking(self, batch: Sequence[Prepared]) -> dict[str, tuple[str, Spans]]:
        """Key → text and spans of each passage that nobody has embedded yet, short ones first."""
        wanted = {
            key: rows.embedded(passage, rows.sentence_spans(passage, prepared.sentences))
            for prepared in batch
            for key, passage in zip(prepared.keys, prepared.passages, strict=True)
        }
        for key in _known(self._connection, wanted):
            del wanted[key]
        if self._earlier is not None:
            self._take_over(wanted)
        self._take(wanted, self._store.fetch(list(wanted)), stored=1)
        return dict(sorted(wanted.items(), key=lambda item: len(item[1][0])))

    def _take_over(self, wanted: dict[str, tuple[str, Spans]]) -> None:
        """Vectors of the same texts by the same embedder from the catalogue that is replaced."""
        assert self._earlier is not None
        sql = (
            "SELECT key, vector, sentences FROM vectors"
            " WHERE key IN (SELECT value FROM json_each(?))"
        )
        found = self._earlier.execute(sql, (json.dumps(list(wanted)),)).fetchall()
        self._take(wanted, [Packed(*row) for row in found], stored=0)

    def _take(
        self, wanted: dict[str, tuple[str, Spans]], found: Sequence[Packed], *, stored: int
    ) -> None:
        if found:
            self._save_vectors(found, stored=stored)
        for item in found:
            del wanted[item.key]

    def _save_vectors(self, found: Sequence[Packed], *, stored: int = 0) -> None:
        with catalogue.transaction(self._connection):
            self._connection.executemany(
                "INSERT OR IGNORE INTO vectors VALUES (?, ?, ?, ?)",
                ((p.key, p.vector, p.sentences, stored) for p in found),
            )
            self._connection.executemany(
                "DELETE FROM garbage WHERE key = ?", ((p.key,) for p in found)
            )

    def close(self) -> None:
        """Lets go of the earlier catalogue and of what is still being embedded."""
        if self._flight and self._flight.encoding:
            self._flight.encoding.abandon()
        if self._earlier is not None:
            self._earlier.close()
            self._earlier = None


def _known(connection: sqlite3.Connection, keys: Iterable[str]) -> list[str]:
    sql = "SELECT key FROM vectors WHERE key IN (SELECT value FROM json_each(?))"
    return [row[0] for row in connection.execute(sql, (json.dumps(list(keys)),))]


def _earlier(opened: Opened) -> sqlite3.Connection | None:
    return catalogue.open_for_vectors(opened.earlier) if opened.earlier else None
