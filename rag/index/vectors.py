"""Chroma: the store of the vectors, in a folder of ours or on a server. Nothing else imports it.

Two processes must not use one folder at the same time unless both only read: a reader that loads
the graph while a writer saves it ends in a segmentation fault (seen with chromadb 1.5.9), and so
does the next one to load it after a writer was killed while saving. So a writer holds the gate
while it writes, a reader while it loads, and a torn folder is abandoned, never opened.
"""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from rag.errors import RagError, SettingsError, StoreUnavailable
from rag.index.packed import Packed, unpack

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

COLLECTION = "readout"
SENTENCES = "sentences"
"""Under which name a server holds the vectors of a passage's sentences."""
TOKEN = "RAG_STORE_TOKEN"
GRAPH = {"space": "cosine", "ef_construction": 160, "ef_search": 160, "max_neighbors": 24}
"""HNSW parameters, measured on sentences of speeches; see `evals` for recall and time."""
ATTEMPTS = 4
PAUSE = 0.15
"""Seconds before the second attempt, half of them; each wait is twice the one before."""
TIMEOUT = 30.0
"""Seconds to wait for a server's answer."""

T = TypeVar("T")
Retry = Callable[[Callable[[], Any]], Any]
"""Makes a call, perhaps several times, and gives its outcome."""


class Vectors:
    """One collection of vectors by key."""

    def __init__(self, client: Any, collection: Any, retry: Retry, *, shared: bool) -> None:
        self._client = client
        self._collection = collection
        self._retry = retry
        self._shared = shared
        self._batch: int = min(client.get_max_batch_size(), 5000)

    def upsert(self, items: Sequence[Packed]) -> None:
        """Adds or overwrites vectors; the same again changes nothing.

        A server, from which others take them, gets those of the sentences beside each.
        """
        for at in range(0, len(items), self._batch):
            some = items[at : at + self._batch]
            given: dict[str, Any] = {
                "ids": [item.key for item in some],
                "embeddings": unpack([item.vector for item in some]),
            }
            if self._shared:
                beside = (base64.b85encode(item.sentences).decode("ascii") for item in some)
                given["metadatas"] = [{SENTENCES: text} for text in beside]
            self._retry(partial(self._collection.upsert, **given))

    def delete(self, keys: Sequence[str]) -> None:
        """Takes vectors out; unknown keys are no error."""
        for at in range(0, len(keys), self._batch):
            some = list(keys[at : at + self._batch])
            self._retry(partial(self._collection.delete, ids=some))

    def query(self, vector: NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """The keys of the `k` nearest vectors, nearest first, each with its cosine."""
        found = self._retry(
            lambda: self._collection.query(
                query_embeddings=[vector], n_results=k, include=["distances"]
            )
        )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(key, 1.0 - float(distance)) for key, distance in pairs]

    def fetch(self, keys: Sequence[str]) -> Iterator[Packed]:
        """The vectors of these keys, as far as a server has them whole, in any order."""
        import numpy as np

        wanted = ["embeddings", "metadatas"]
        for at in range(0, len(keys), 500):
            some = list(keys[at : at + 500])
            got = self._retry(partial(self._collection.get, ids=some, include=wanted))
            for key, vector, about in zip(
                got["ids"], got["embeddings"], got["metadatas"], strict=True
            ):
                if about and SENTENCES in about:
                    beside = base64.b85decode(about[SENTENCES])
                    yield Packed(key, np.asarray(vector, dtype="<f4").tobytes(), beside)

    def every_key(self) -> set[str]:
        """Every key that is stored."""
        return all_keys(self._collection, self._retry)

    def count(self) -> int:
        """How many vectors are stored."""
        return int(self._retry(self._collection.count))

    def warm(self) -> None:
        """Loads the graph now rather than with the first question."""
        if self.count():
            width = len(self._retry(lambda: self._collection.peek(1))["embeddings"][0])
            self._retry(
                lambda: self._collection.query(query_embeddings=[[1.0] * width], n_results=1)
            )

    def close(self) -> None:
        """Lets go of files or connections."""
        self._client.close()


def open_folder(folder: Path) -> Vectors:
    """The vectors in a local folder, which is made where it is missing."""
    import chromadb

    folder.mkdir(parents=True, exist_ok=True)
    client = chromadb.PersistentClient(str(folder), settings=_settings())
    collection = client.get_or_create_collection(
        COLLECTION, embedding_function=None, configuration={"hnsw": GRAPH}
    )
    return Vectors(client, collection, lambda call: call(), shared=False)


def open_server(url: str, name: str = COLLECTION) -> Vectors:
    """The vectors on the Chroma server at `url`.

    Raises:
        StoreUnavailable: it doesn't answer.
    """
    server = Server(url)
    collection = server.retry(
        lambda: server.client.get_or_create_collection(
            name, embedding_function=None, configuration={"hnsw": GRAPH}
        )
    )
    return Vectors(server.client, collection, server.retry, shared=True)


def all_keys(collection: Any, retry: Retry) -> set[str]:
    """Every id of a collection."""
    found: set[str] = set()
    while True:
        page = retry(partial(collection.get, include=[], limit=5000, offset=len(found)))["ids"]
        found.update(page)
        if len(page) < 5000:
            return found


def _settings(**more: Any) -> Any:
    """Chroma's settings: no telemetry, and no `.env` of whichever folder we run in."""
    from chromadb.config import Settings

    return Settings(_env_file=None, anonymized_telemetry=False, **more)


@dataclass(frozen=True)
class Address:
    """Where a Chroma server listens."""

    host: str
    port: int
    secure: bool

    @classmethod
    def parse(cls, url: str) -> Address:
        """From `http://host:port`.

        Raises:
            SettingsError: it is no such address.
        """
        parts = urlsplit(url)
        try:
            port = parts.port or (443 if parts.scheme == "https" else 8000)
        except ValueError:
            port = 0
        if parts.scheme not in {"http", "https"} or not parts.hostname or not port:
            hint = 'For example: store = "http://localhost:8000"'
            raise SettingsError(f"Setting `store` cannot be {url!r}.", hint=hint)
        return cls(parts.hostname, port, parts.scheme == "https")


class Server:
    """A connection to a Chroma server that tries again before it gives up."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._address = Address.parse(url)
        self.client = self.retry(self._connect)

    def _connect(self) -> Any:
        import chromadb
        import httpx

        address = self._address
        scheme = "https" if address.secure else "http"
        beat = f"{scheme}://{address.host}:{address.port}/api/v2/heartbeat"
        httpx.get(beat, timeout=5.0, headers=_headers()).raise_for_status()
        client = chromadb.HttpClient(
            host=address.host,
            port=address.port,
            ssl=address.secure,
            headers=_headers(),
            settings=_settings(),
        )
        session = getattr(getattr(client, "_server", None), "_session", None)
        if session is not None:  # its default is to wait for ever
            session.timeout = httpx.Timeout(TIMEOUT, connect=5.0)
        return client

    def retry(self, call: Callable[[], T]) -> T:
        """The call's outcome; every call made here may be made twice.

        Raises:
            StoreUnavailable: it failed each time.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return call()
            except Exception as exc:
                if not _passing(exc) or attempt == ATTEMPTS:
                    raise self._unavailable(exc) from exc
                time.sleep(PAUSE * 2**attempt)
        raise AssertionError("unreachable")

    def _unavailable(self, exc: Exception) -> RagError:
        if isinstance(exc, RagError):
            return exc
        reason = str(exc).splitlines()[0][:200] if str(exc) else type(exc).__name__
        if _refused(exc):
            hint = f"Put the server's token into the environment variable {TOKEN}."
            return StoreUnavailable(f"The store at {self.url} refuses us: {reason}", hint=hint)
        port = self._address.port
        hint = f"Start it: chroma run --path FOLDER --port {port}; or unset `store`."
        return StoreUnavailable(f"The store at {self.url} doesn't answer: {reason}", hint=hint)


def _headers() -> dict[str, str]:
    token = os.environ.get(TOKEN, "")
    return {"Authorization": f"Bearer {token}", "X-Chroma-Token": token} if token else {}


def _refused(exc: Exception) -> bool:
    return _status(exc) in {401, 403} or type(exc).__name__ in {
        "AuthorizationError",
        "ChromaAuthError",
    }


def _passing(exc: Exception) -> bool:
    """Whether a later attempt may succeed: the connection, a limit, or the server itself."""
    import httpx

    if isinstance(exc, httpx.TransportError) or _status(exc) == 429 or _status(exc) >= 500:
        return True
    return type(exc).__name__ in {"RateLimitError", "InternalError"} or (
        isinstance(exc, ValueError) and "Could not connect" in str(exc)
    )


def _status(exc: BaseException | None) -> int:
    """The HTTP status behind an error: Chroma's client raises a bare `Exception` over it."""
    while exc is not None:
        status = getattr(getattr(exc, "response", None), "status_code", None)
        if status is not None:
            return int(status)
        exc = exc.__cause__ or exc.__context__
    return 0
