"""Values to rows and back."""

from __future__ import annotations

import array
import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rag.embed import Spans
from rag.index.catalogue import SHIFT
from rag.types import Document, Metadata, Passage, Sentence, Statement


@dataclass(frozen=True, kw_only=True)
class DocumentInfo:
    """What a list of documents shows."""

    name: str
    metadata: Metadata
    sentences: int
    passages: int
    copies: tuple[str, ...] = ()
    """Other documents that carry much of the same text."""


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A document with all that is stored of it but its vectors and statements."""

    document: Document
    file: str
    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]
    keys: tuple[str, ...]
    """Of each passage, the key of its vector."""
    shingles: Sequence[int] = field(default=())

    @property
    def sha256(self) -> str:
        """Of text and metadata: equal for a document that was only renamed."""
        return document_sha256(self.document)


def document_sha256(document: Document) -> str:
    """Of text and metadata; the name is left out, so that a renamed document keeps it."""
    digest = hashlib.sha256(dumps(document.metadata.to_dict()).encode("utf-8", "surrogatepass"))
    digest.update(b"\0" + encode(document.text))
    return digest.hexdigest()


def sentence_spans(passage: Passage, sentences: Sequence[Sentence]) -> Spans:
    """Where a passage's sentences stand in its text; one that is longer is cut."""
    own = sentences[passage.first_sentence : passage.last_sentence + 1]
    return [
        (max(s.start, passage.start) - passage.start, min(s.end, passage.end) - passage.start)
        for s in own
    ]


def vector_key(embedder: str, passage: Passage, spans: Spans) -> str:
    """Thirty-two hex digits that name a passage's vectors: what is embedded, and by what."""
    cuts = " ".join(f"{start}-{end}" for start, end in spans)
    parts = (embedder, passage.heading, passage.text, cuts)
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:32]


def embedded(passage: Passage, spans: Spans) -> tuple[str, Spans]:
    """What the embedder reads of a passage, its heading line and its text, and the spans in it."""
    if not passage.heading:
        return passage.text, spans
    before = len(passage.heading) + 1
    moved = [(start + before, end + before) for start, end in spans]
    return f"{passage.heading}\n{passage.text}", moved


def dumps(value: Any) -> str:
    """JSON, the same for the same value; lone surrogates as escapes, so that SQLite takes it."""
    return json.dumps(
        value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=_plain
    )


def _plain(value: Any) -> Any:
    """The fields of a value that stands within another; far quicker than `to_dict`."""
    return dict(value) if isinstance(value, Mapping) else vars(value)


def encode(text: str) -> bytes:
    """UTF-8 that lets lone surrogates through, as some sources hold them."""
    return text.encode("utf-8", "surrogatepass")


def decode(data: bytes) -> str:
    """The text back from `encode`."""
    return data.decode("utf-8", "surrogatepass")


def searchable(text: str) -> str:
    """The text as full-text search may have it: no lone surrogates, no NUL."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def pack_sentences(sentences: Iterable[Sentence]) -> bytes:
    """Start, end and paragraph of each, as little-endian int32."""
    packed = array.array("i")
    for sentence in sentences:
        packed.extend((sentence.start, sentence.end, sentence.paragraph))
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def unpack_sentences(data: bytes, name: str, text: str) -> list[Sentence]:
    """The sentences back from `pack_sentences`."""
    packed = array.array("i")
    packed.frombytes(data)
    if sys.byteorder == "big":
        packed.byteswap()
    return to_sentences(zip(packed[::3], packed[1::3], packed[2::3], strict=True), name, text)


def to_sentences(triples: Iterable[Sequence[int]], name: str, text: str) -> list[Sentence]:
    """From start, end and paragraph of each."""
    return [
        Sentence(document=name, index=i, start=s, end=e, text=text[s:e], paragraph=p)
        for i, (s, e, p) in enumerate(triples)
    ]


def to_document(row: Sequence[Any]) -> Document:
    """From the columns name, metadata, text."""
    metadata = Metadata.from_dict(json.loads(row[1]))
    return Document(name=row[0], metadata=metadata, text=decode(row[2]))


def to_passage(row: Sequence[Any], name: str, text: str) -> Passage:
    """From the columns id, start, end, first, last, heading."""
    position, start, end, first, last, heading = row[:6]
    return Passage(
        document=name,
        index=position & ((1 << SHIFT) - 1),
        start=start,
        end=end,
        text=text[start:end],
        first_sentence=first,
        last_sentence=last,
        heading=heading,
    )


def to_statement(data: str, name: str) -> Statement:
    """From its JSON, which leaves the document's name out so that it survives a renaming."""
    return Statement.from_dict({**json.loads(data), "document": name})


def statement_row(document: int, position: int, statement: Statement) -> tuple[Any, ...]:
    """The columns of `statements` but its id."""
    data = dict(vars(statement))
    del data["document"]
    speaker, said = statement.speaker, statement.said or statement.published
    return (
        document,
        position,
        searchable(speaker.name) if speaker else None,
        speaker.country if speaker else None,
        said.value if said else None,
        dumps(data),
    )


def to_infos(
    found: Sequence[tuple[Any, ...]], copies: Sequence[tuple[int, str]]
) -> tuple[DocumentInfo, ...]:
    """What a list of documents shows.

    Args:
        found: Number, name, metadata, sentences and passages of each.
        copies: Number of a document, and the name of another that carries much of its text.
    """
    others: dict[int, list[str]] = {}
    for number, other in copies:
        others.setdefault(number, []).append(other)
    return tuple(
        DocumentInfo(
            name=name,
            metadata=Metadata.from_dict(json.loads(metadata)),
            sentences=sentences,
            passages=passages,
            copies=tuple(sorted(others.get(number, ()))),
        )
        for number, name, metadata, sentences, passages in found
    )
