"""What a run did, and how the index stands: values for the command line to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rag.types import Value


@dataclass(frozen=True, kw_only=True)
class FailedFile(Value):
    """A file, or a line of one, that could not be indexed."""

    name: str
    reason: str
    hint: str = ""
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class Report(Value):
    """What a run of `rag index` did. Counts are of files where nothing else is said."""

    added: int = 0
    changed: int = 0
    renamed: int = 0
    deleted: int = 0
    unchanged: int = 0
    failed: tuple[FailedFile, ...] = ()
    documents: int = 0
    """Documents in the index after the run."""
    passages: int = 0
    passages_embedded: int = 0
    """Texts that the embedder read."""
    passages_reused: int = 0
    """Passages of new or changed documents whose vectors were there already."""
    statements: int = 0
    """Statements in the ledger after the run."""
    seconds: float = 0.0
    rebuilt_because: tuple[str, ...] = ()
    """Why everything was built anew, or all statements drawn anew; empty where it wasn't."""
    attached: bool = False
    """Whether the documents came from a shared store rather than from the folder."""
    fingerprint: str = ""


@dataclass(frozen=True, kw_only=True)
class Status(Value):
    """How the index stands."""

    exists: bool = False
    documents: int = 0
    sentences: int = 0
    passages: int = 0
    statements: int = 0
    people: int = 0
    failures: tuple[FailedFile, ...] = ()
    fingerprint: str = ""
    embedder: str = ""
    store: str = ""
    """The server's address; empty for the local folder."""
    updated: str = ""
    """When the last run ended, ISO."""
    new: tuple[str, ...] = ()
    """Files that the index doesn't hold yet."""
    changed: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    rebuild_because: tuple[str, ...] = ()
    """Why the next run will build everything anew."""
    unfinished: bool = False
    """Whether a run was cut off; the next one goes on from there."""
    writer: Mapping[str, str] = field(default_factory=dict)
    """Who is writing now: pid, host, since."""
    problem: str = ""
    """Why the index cannot be used, where it cannot."""
    hint: str = ""
    bytes_on_disk: int = 0

    @property
    def stale(self) -> bool:
        """Whether `rag index` has something to do."""
        return bool(self.new or self.changed or self.deleted or self.rebuild_because)
