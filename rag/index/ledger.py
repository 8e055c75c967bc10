"""Statements: drawn from every document once its text and the people of all documents are known."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from rag.types import Document, Party, Progress, Sentence
from rag.workspace import Workspace


def introduced(
    workspace: Workspace, document: Document, sentences: Sequence[Sentence]
) -> tuple[Party, ...]:
    """The people whom a document introduces by name and office."""
    return ()


class Ledger:
    """The statements of one catalogue."""

    def __init__(self, workspace: Workspace, connection: sqlite3.Connection) -> None:
        self.due = False

    def bring_up_to_date(self, progress: Progress | None) -> None:
        """Draws the statements that are missing or out of date."""
