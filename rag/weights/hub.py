"""Weights from the Hugging Face Hub.

Addresses, headers and the HTTP session are those of `huggingface_hub`; the transfer is our own,
because the library's download repeats a request that cannot be sent for 23 seconds, and starts a
file anew that an earlier process left half fetched.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from rag.weights.entries import Entry, WeightFile
from rag.weights.wheels import SourceFailed, is_disk_full

CONNECT_SECONDS = 4.0
"""How long the hub may take to be reached before the next source is tried."""
READ_SECONDS = 20.0
"""How long it may be silent in the middle of a file."""
ATTEMPTS = 4
"""How often in a row a transfer may break off without a new byte."""


class HubSource:
    """Files of an entry's repository, at one commit."""

    label = "Hugging Face"

    def __init__(self) -> None:
        self.notes: dict[str, str] = {}

    def fetch(self, entry: Entry, files: Sequence[WeightFile], stage: Path) -> None:
        """Downloads `files`; what an earlier process left is taken up where it broke off."""
        hub = entry.hub
        assert hub is not None  # the caller offers this source only where there is one
        if _switched_off():
            raise SourceFailed("switched off by HF_HUB_OFFLINE")
        web = _Web()
        commit = web.commit(web.address(hub.repository, hub.revision, files[0].path))
        commit = commit or hub.revision
        for file in files:
            target = stage / "files" / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            growing = target.with_name(f"{target.name}.{commit[:12]}")
            web.download(web.address(hub.repository, commit, file.path), growing)
            growing.replace(target)
        self.notes = {"source": f"{hub.repository}@{commit}"}


class _Web:
    """Requests to the hub."""

    def __init__(self) -> None:
        # Read when the library is first imported; nothing but the files is asked for.
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        import huggingface_hub
        from huggingface_hub.utils import build_hf_headers

        self._hub = huggingface_hub
        self._session: Any = huggingface_hub.get_session()
        self._headers: dict[str, str] = build_hf_headers(library_name="readout")
        self._headers["Accept-Encoding"] = "identity"  # sizes and ranges are of the file itself

    def address(self, repository: str, revision: str, path: str) -> str:
        endpoint = os.environ.get("HF_ENDPOINT") or None
        return str(self._hub.hf_hub_url(repository, path, revision=revision, endpoint=endpoint))

    def commit(self, url: str) -> str:
        """The commit that `url` stands for, asked briefly; it also shows that the hub is there."""
        try:
            reply = self._session.head(url, headers=self._headers, timeout=CONNECT_SECONDS)
        except Exception as exc:  # of whichever HTTP library the hub's own uses
            raise SourceFailed(_reason(exc)) from exc
        if reply.status_code >= 400:
            raise SourceFailed(f"status {reply.status_code} for {url}")
        return _header(reply, "x-repo-commit")

    def download(self, url: str, growing: Path) -> None:
        """Appends to `growing` until it is whole."""
        failures, size = 0, -1
        while True:
            try:
                self._append(url, growing)
                return
            except SourceFailed:
                raise
            except Exception as exc:
                if is_disk_full(exc):
                    raise
                now = growing.stat().st_size if growing.exists() else 0
                failures, size = (failures + 1 if now <= size else 0), now
                if failures >= ATTEMPTS:
                    raise SourceFailed(_reason(exc)) from exc

    def _append(self, url: str, growing: Path) -> None:
        begin = growing.stat().st_size if growing.exists() else 0
        headers = self._headers | ({"Range": f"bytes={begin}-"} if begin else {})
        with self._get(url, headers) as reply:
            if reply.status_code == 416:  # whole already, or longer than the file now is
                if _header(reply, "content-range") == f"bytes */{begin}":
                    return
                growing.unlink()
                raise ConnectionError("the range was refused")
            if reply.status_code >= 400:
                raise SourceFailed(f"status {reply.status_code} for {url}")
            with growing.open("ab" if reply.status_code == 206 else "wb") as stream:
                for block in reply.iter_raw():
                    stream.write(block)

    def _get(self, url: str, headers: Mapping[str, str]) -> AbstractContextManager[Any]:
        timeout = (CONNECT_SECONDS, READ_SECONDS, READ_SECONDS, CONNECT_SECONDS)
        stream: AbstractContextManager[Any] = self._session.stream(
            "GET", url, headers=headers, timeout=timeout, follow_redirects=True
        )
        return stream


def _header(reply: Any, name: str) -> str:
    """A header of the reply, or of the redirection that led to it."""
    for each in (reply, *reply.history):
        if name in each.headers:
            return str(each.headers[name])
    return ""


def _switched_off() -> bool:
    return any(
        os.environ.get(name, "").upper() in {"1", "ON", "YES", "TRUE"}
        for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
    )


def _reason(exc: BaseException) -> str:
    """One short line of an exception, without a web page in it."""
    line = next((part.strip() for part in str(exc).splitlines() if part.strip()), "")
    return (line or type(exc).__name__)[:160]
