"""Near-duplicates: the same text carried by several documents, cut, retitled or re-ordered.

A text is the set of its five-word shingles. Of these, those whose hash is divisible by `KEEP` are
kept: the same ones in every document, so shares of kept shingles estimate shares of all without
bias (Broder's containment over a fractional sketch). An inverted index from hash to documents
then answers both questions: which documents carry this paragraph, and which share much of a
whole document. Order, titles and paragraph breaks don't matter; two reports in other words on
the same event share hardly any five words in a row.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from rag.types import Progress, Sentence

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WIDTH = 5
"""Words of a shingle."""
KEEP = 4
"""One shingle in so many is kept: five of a paragraph of 25 words."""
PARAGRAPH_SHARE = 0.6
"""Of a paragraph's shingles, how many another document must hold to carry it."""
DOCUMENT_SHARE = 0.5
"""Of the shorter document's shingles, how many both must hold to be copies."""
FEWEST = 8
"""Kept shingles below which two whole documents are not compared: too short to tell."""
COMMON = 400
"""A shingle of more documents than this is a formula, and joins nobody."""
MANY = 100
"""Documents to compare from which on all formulas are looked up at once."""

TOKEN = re.compile(r"\w+")
ACCENT = re.compile(r"[\u0300-\u036f]+")


def shingles(text: str) -> list[int]:
    """The kept shingles of a text, as signed 64-bit hashes in order, without repetition."""
    import numpy as np

    found = all_shingles(text)
    kept = found[found % np.uint64(KEEP) == 0]
    return [int(h) for h in np.unique(kept.view(np.int64))]


def all_shingles(text: str) -> NDArray[np.uint64]:
    """The hash of every run of `WIDTH` words."""
    import numpy as np

    folded = ACCENT.sub("", unicodedata.normalize("NFKD", text)).casefold()
    hashes = np.array([_word_hash(w) for w in TOKEN.findall(folded)], dtype=np.uint64)
    if len(hashes) < WIDTH:
        return np.zeros(0, dtype=np.uint64)
    count = len(hashes) - WIDTH + 1
    joined = np.zeros(count, dtype=np.uint64)
    for i in range(WIDTH):
        joined = joined * np.uint64(0x9E3779B97F4A7C15) + hashes[i : i + count]
    # A final mix: the low bits decide which hashes are kept, and must depend on all of them.
    joined ^= joined >> np.uint64(31)
    joined *= np.uint64(0xBF58476D1CE4E5B9)
    joined ^= joined >> np.uint64(27)
    return joined


@lru_cache(maxsize=131072)
def _word_hash(word: str) -> int:
    digest = blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def paragraph_at(sentences: Sequence[Sentence], start: int, end: int) -> str:
    """The whole paragraphs that `start` to `end` touches."""
    touched = {s.paragraph for s in sentences if s.start < max(end, start + 1) and s.end > start}
    return " ".join(s.text for s in sentences if s.paragraph in touched)


def carriers(connection: sqlite3.Connection, text: str, *, but: int) -> list[int]:
    """The documents, `but` left out, that carry this paragraph; a formula is nobody's."""
    kept = shingles(text)
    if not kept:
        return []
    holders = f"SELECT 1 FROM shingles t WHERE t.hash = h.value LIMIT {COMMON + 1}"
    rows = connection.execute(
        "SELECT s.document, count(*) FROM json_each(?) h JOIN shingles s ON s.hash = h.value"
        f" WHERE (SELECT count(*) FROM ({holders})) <= {COMMON} AND s.document <> ?"
        " GROUP BY s.document HAVING count(*) >= ?",
        (json.dumps(kept), but, PARAGRAPH_SHARE * len(kept)),
    )
    return [int(row[0]) for row in rows]


def update_copies(connection: sqlite3.Connection, progress: Progress | None = None) -> None:
    """Notes for each document that is not yet clustered which others share much of its text.

    The caller runs it when all documents are in, so that the outcome depends on them alone.
    """
    sql = "SELECT id FROM documents WHERE clustered = 0 ORDER BY id"
    waiting = [number for (number,) in connection.execute(sql)]
    if not waiting:
        return
    if progress:
        progress.start("Comparing", len(waiting), "documents")
    formulas = _formulas(connection) if len(waiting) > MANY else None
    sizes: dict[int, int] = dict(
        connection.execute("SELECT id, length(shingles) / 8 FROM documents")
    )
    for number in waiting:
        pairs = [
            pair
            for other, share in _overlaps(connection, number, sizes, formulas)
            for pair in ((number, other, share), (other, number, share))
        ]
        connection.executemany("INSERT OR REPLACE INTO copies VALUES (?, ?, ?)", pairs)
        if progress:
            progress.advance()
    connection.execute("UPDATE documents SET clustered = 1 WHERE clustered = 0")
    if progress:
        progress.finish()


def _overlaps(
    connection: sqlite3.Connection,
    number: int,
    sizes: Mapping[int, int],
    formulas: Collection[int] | None,
) -> list[tuple[int, float]]:
    """Documents with at least `DOCUMENT_SHARE` of the shorter one's shingles in common."""
    import numpy as np

    mine = kept_of(connection, number)
    if len(mine) < FEWEST:
        return []
    telling = _telling(connection, mine, formulas)
    rows = connection.execute(
        "SELECT s.document FROM json_each(?) h JOIN shingles s ON s.hash = h.value",
        (json.dumps(telling),),
    ).fetchall()
    found = []
    others, counts = np.unique(np.array(rows, dtype=np.int64), return_counts=True)
    for other, shared in zip(others.tolist(), counts.tolist(), strict=True):
        shorter = min(len(mine), sizes[other])
        if other != number and shorter >= FEWEST and shared >= DOCUMENT_SHARE * shorter:
            found.append((other, round(shared / shorter, 3)))
    return found


def _formulas(connection: sqlite3.Connection) -> set[int]:
    """The shingles of more than `COMMON` documents."""
    sql = "SELECT hash FROM shingles GROUP BY hash HAVING count(*) > ?"
    return {hash_ for (hash_,) in connection.execute(sql, (COMMON,))}


def _telling(
    connection: sqlite3.Connection, hashes: Sequence[int], formulas: Collection[int] | None
) -> list[int]:
    """Those that are no formula; each is looked up where all formulas are not known at once."""
    if formulas is not None:
        return [h for h in hashes if h not in formulas]
    rows = connection.execute(
        "SELECT h.value FROM json_each(?) h WHERE (SELECT count(*) FROM"
        " (SELECT 1 FROM shingles c WHERE c.hash = h.value LIMIT ?)) <= ?",
        (json.dumps(list(hashes)), COMMON + 1, COMMON),
    )
    return [h for (h,) in rows]


def pack(hashes: Sequence[int]) -> bytes:
    """Shingles as little-endian int64."""
    import numpy as np

    return np.array(hashes, dtype="<i8").tobytes()


def kept_of(connection: sqlite3.Connection, number: int) -> list[int]:
    """The kept shingles of a stored document."""
    import numpy as np

    sql = "SELECT shingles FROM documents WHERE id = ?"
    (packed,) = connection.execute(sql, (number,)).fetchone()
    return [int(h) for h in np.frombuffer(packed, dtype="<i8")]
