"""Nearest passages by vector: exact where that is quick, through Chroma's graph where it pays.

Up to `EXACT` passages the catalogue's own copies of the vectors are compared one by one: that is
exact, and at 13,000 passages a first question took 0.08 s so and 1.2 s through Chroma, most of it
the import. Beyond, and always with a server, Chroma's graph is asked (2 ms a question at 100,000
passages, once loaded), and what it doesn't hold yet is compared besides.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import RagError, StoreUnavailable
from rag.index.catalogue import SHIFT
from rag.index.gate import Gate
from rag.index.vectors import Vectors, open_folder, open_server

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXACT = 20_000
"""Passages that are compared one by one rather than through the graph (30 MB of vectors)."""
FEW = 4_000
"""Passages of the wanted documents that are fetched and compared one by one in a larger index."""
WIDEST = 4_000
"""The most neighbours asked of the graph when few of them are wanted documents."""

LOG = logging.getLogger(__name__)
Found = list[tuple[int, float]]


class Nearest:
    """The dense side of one snapshot of an index."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        open_store: Callable[[], Vectors | None],
        *,
        exact: int,
    ) -> None:
        self._connection = connection
        self._open_store = open_store
        self._exact = exact
        self._store: Vectors | None = None
        self._whole: Block | None = None
        self._unstored: Block | None = None
        self._total = int(connection.execute("SELECT count(*) FROM passages").fetchone()[0])

    def search(
        self, vector: NDArray[np.float32], k: int, documents: Collection[int] | None
    ) -> Found:
        """The `k` nearest passages: (id, cosine), nearest first, ties in order of id."""
        if k <= 0 or not self._total or (documents is not None and not documents):
            return []
        if self._total <= self._exact:
            return self._all().nearest(vector, k, documents)
        if documents is not None and self._passages_of(documents) <= FEW:
            return self._load(documents).nearest(vector, k, None)
        return self._through_graph(vector, k, documents)

    def close(self) -> None:
        """Lets go of Chroma."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def _all(self) -> Block:
        if self._whole is None:
            self._whole = self._load(None)
        return self._whole

    def _passages_of(self, documents: Collection[int]) -> int:
        sql = "SELECT sum(passages) FROM documents WHERE id IN (SELECT value FROM json_each(?))"
        return int(self._connection.execute(sql, (_json(documents),)).fetchone()[0] or 0)

    def _load(self, documents: Collection[int] | None) -> Block:
        joined = "FROM passages p JOIN vectors v ON v.key = p.key"
        if documents is None:
            rows = self._connection.execute(f"SELECT p.id, v.vector {joined} ORDER BY p.id")
        else:
            rows = self._connection.execute(
                f"SELECT p.id, v.vector FROM json_each(?) d JOIN passages p"
                f" ON p.id BETWEEN d.value << {SHIFT} AND (d.value + 1 << {SHIFT}) - 1"
                " JOIN vectors v ON v.key = p.key ORDER BY p.id",
                (_json(documents),),
            )
        return Block(rows.fetchall())

    def _through_graph(
        self, vector: NDArray[np.float32], k: int, documents: Collection[int] | None
    ) -> Found:
        if self._store is None:
            self._store = self._open_store()
        if self._store is None:
            return self._everything(vector, k, documents)
        width = k if documents is None else min(WIDEST, 4 * k)
        while True:
            try:
                near = self._store.query(vector, min(width, max(self._total, 1)))
            except StoreUnavailable:
                raise
            except Exception as exc:
                LOG.warning("The vector store failed (%s); comparing one by one.", exc)
                self._store = None
                return self._everything(vector, k, documents)
            found = self._resolve(near, documents)
            if len(found) >= k or len(near) < width or width >= WIDEST:
                break
            width = min(WIDEST, width * 4)
        if len(found) < k and documents is not None:
            return self._load(documents).nearest(vector, k, None)
        return _best([*found, *self._not_stored().nearest(vector, k, documents)], k)

    def _everything(
        self, vector: NDArray[np.float32], k: int, documents: Collection[int] | None
    ) -> Found:
        """One by one, however many there are, a part at a time."""
        import numpy as np

        rows = self._connection.execute(
            "SELECT p.id, v.vector FROM passages p JOIN vectors v ON v.key = p.key ORDER BY p.id"
        )
        wanted = None if documents is None else np.array(sorted(documents), dtype=np.int64)
        best: Found = []
        while part := rows.fetchmany(8192):
            best = _best([*best, *Block(part).nearest(vector, k, wanted)], k)
        return best

    def _not_stored(self) -> Block:
        """Passages whose vectors had not reached Chroma when this snapshot was taken."""
        if self._unstored is None:
            rows = self._connection.execute(
                "SELECT p.id, v.vector FROM vectors v JOIN passages p ON p.key = v.key"
                " WHERE v.stored = 0 ORDER BY p.id"
            )
            self._unstored = Block(rows.fetchall())
        return self._unstored

    def _resolve(self, near: list[tuple[str, float]], documents: Collection[int] | None) -> Found:
        """Keys to passages of this snapshot; what it doesn't hold is left out."""
        cosines = dict(near)
        rows = self._connection.execute(
            "SELECT p.id, p.key FROM json_each(?) k JOIN passages p ON p.key = k.value"
            " JOIN vectors v ON v.key = p.key WHERE v.stored = 1",
            (json.dumps(list(cosines)),),
        )
        wanted = None if documents is None else set(documents)
        return [
            (number, cosines[key])
            for number, key in rows
            if wanted is None or number >> SHIFT in wanted
        ]


class Block:
    """Vectors in memory, with the ids of their passages."""

    def __init__(self, rows: list[tuple[int, bytes]]) -> None:
        import numpy as np

        self.ids = np.array([row[0] for row in rows], dtype=np.int64)
        self._documents = self.ids >> SHIFT
        self._last: tuple[bytes, NDArray[np.float32]] | None = None
        joined = np.frombuffer(b"".join(row[1] for row in rows), dtype="<f4")
        self.matrix = joined.reshape(len(rows), -1) if rows else joined.reshape(0, 0)

    def nearest(
        self,
        vector: NDArray[np.float32],
        k: int,
        documents: Collection[int] | NDArray[np.int64] | None,
    ) -> Found:
        """The `k` nearest, of these documents alone where they are given."""
        import numpy as np

        ids = self.ids
        if not len(ids):
            return []
        cosines = self._cosines(vector)
        if documents is not None:
            wanted = np.fromiter(documents, dtype=np.int64, count=len(documents))
            chosen = np.isin(self._documents, wanted)
            ids, cosines = ids[chosen], cosines[chosen]
        if len(ids) > k:
            # Everything that ties with the k-th stays in, so that the order decides and not chance.
            least = np.partition(cosines, len(ids) - k)[len(ids) - k]
            ids, cosines = ids[cosines >= least], cosines[cosines >= least]
        order = np.lexsort((ids, -cosines))[:k]
        return [(int(ids[i]), float(cosines[i])) for i in order]

    def _cosines(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """One for each passage; a question asks twice, of all documents and of the likeliest."""
        asked = vector.tobytes()
        if self._last is None or self._last[0] != asked:
            self._last = asked, self.matrix @ vector
        return self._last[1]


def local_opener(folder: Path, gate: Path, *, torn: bool) -> Callable[[], Vectors | None]:
    """Opens the local store, or nothing where its files may not be loaded now."""

    def opened() -> Vectors | None:
        if torn or not folder.is_dir():
            return None
        with Gate(gate).reading() as free:
            if not free:
                return None
            try:
                store = open_folder(folder)
                store.warm()
            except RagError:
                raise
            except Exception as exc:  # whatever Chroma raises, the catalogue can answer
                LOG.warning("The vectors at %s cannot be opened: %s", folder, exc)
                return None
        return store

    return opened


def server_opener(url: str) -> Callable[[], Vectors | None]:
    """Opens the store on a server."""
    return lambda: open_server(url)


def _best(found: Found, k: int) -> Found:
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]


def _json(documents: Collection[int]) -> str:
    return json.dumps([int(d) for d in documents])
