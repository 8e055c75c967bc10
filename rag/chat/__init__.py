"""The conversation in the terminal: follow-ups, sources at hand, every answer kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.chat.session import SessionInfo, list_sessions

if TYPE_CHECKING:
    from rag.chat.loop import run_chat

__all__ = ["SessionInfo", "list_sessions", "run_chat"]


def __getattr__(name: str) -> Any:
    """Loads the conversation when it is first used: a list of sessions needs none of it."""
    if name != "run_chat":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from rag.chat.loop import run_chat

    return run_chat
