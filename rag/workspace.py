"""A workspace: the folder that holds documents, index, prompts and evaluations."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from rag.errors import UsageError
from rag.settings import Settings


@dataclass(frozen=True)
class Workspace:
    """Where everything of one workspace lies, and its settings."""

    root: Path
    settings: Settings

    @classmethod
    def open(cls, root: Path | str | None = None, **overrides: object) -> Workspace:
        """The workspace at `root`, else at `RAG_WORKSPACE`, else in the current folder.

        Raises:
            UsageError: `root` is no folder.
            SettingsError: its settings are unusable.
        """
        path = Path(root or os.environ.get("RAG_WORKSPACE") or ".").expanduser().resolve()
        if not path.is_dir():
            raise UsageError(f"No workspace at {path}.", hint=f"Make one: rag init {path}")
        return cls(path, Settings.load(path, **overrides))

    @property
    def documents(self) -> Path:
        """The documents' folder; opened by `rag.reading` alone."""
        return (self.root / Path(self.settings.documents).expanduser()).resolve()

    @property
    def index(self) -> Path:
        """What is built from the documents; opened by `rag.index` alone."""
        return self.root / "index"

    @property
    def prompts(self) -> Path:
        """Template overrides; opened by `rag.prompts` alone."""
        return self.root / "prompts"

    @property
    def evals(self) -> Path:
        """Gold files, baselines and runs; opened by `rag.evals` alone."""
        return self.root / "evals"


def cache_folder() -> Path:
    """The user's cache folder for weights and compiled models; `RAG_CACHE` overrides it."""
    from platformdirs import user_cache_path

    given = os.environ.get("RAG_CACHE")
    return Path(given).expanduser() if given else user_cache_path("readout", appauthor=False)
