"""What the rules give back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rewriting:
    """A question as it stands on its own, and why it differs from what was typed."""

    text: str
    changed: bool
    because: str = ""
    """For a person: what was taken from the conversation."""
    joined: bool = False
    """Whether the last question was put in front whole, for want of a rule: a model may do it
    better."""


@dataclass(frozen=True)
class Rewritten:
    """A rule's outcome: the text, the reason, and which part was replaced."""

    text: str
    because: str
    replaced: str = ""
    joined: bool = False
