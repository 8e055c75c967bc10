"""A name where a text says it."""

from __future__ import annotations

from dataclasses import dataclass

from rag.names.tables import Role
from rag.types import Party


@dataclass(frozen=True, kw_only=True)
class Mention:
    """A party named in a text: `text[start:end] == party.as_written`."""

    start: int
    end: int
    party: Party
    role: Role = "name"
    """How it is named: by its name, its capital, its demonym, …"""
