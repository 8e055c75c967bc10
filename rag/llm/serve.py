"""A local model behind an OpenAI-compatible address on this machine, for trying that path out."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.llm.engine import EngineSettings, start_server


@contextmanager
def serve(path: Path, *, context: int = 4096, threads: int = 0) -> Iterator[tuple[str, str]]:
    """Serves the weights at `path` on loopback for as long as the block runs.

    Yields:
        The base URL (`http://127.0.0.1:PORT/v1`) and the key that requests must carry.
    """
    key = secrets.token_urlsafe(24)
    settings = EngineSettings(path=path, context=context, threads=threads)
    server = start_server(settings, api_key=key)
    try:
        yield f"{server.listening_address}/v1", key
    finally:
        del server
