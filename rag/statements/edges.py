"""The edges of what is reported: without commas, conjunctions, marks and the writer's comment."""

from __future__ import annotations

import re

from rag.statements.grammar import pattern


def trimmed(text: str, start: int, end: int, *, contiguous: bool) -> tuple[int, int] | None:
    """The span without what joins it to the words around it; None where no word is left.

    Args:
        text: The sentence.
        start: Where the span begins.
        end: Where it ends.
        contiguous: Whether an attribution stands beside it, not amid it.
    """
    end = max(start, end)
    if contiguous:
        start = min(end, start + len(_match_left(text[start:end])))
    aside = pattern("comment").search(text, start, end)
    end = aside.start() if aside else end
    body = text[start:end]
    tail = pattern("edge_right").search(body)
    end = start + (tail.start() if tail else len(body))
    start, end = _unquoted(text, start, end)
    if not re.search(r"\w", text[start:end]):
        return None
    return start, end


def _match_left(body: str) -> str:
    match = pattern("edge_left").match(body)
    return match.group() if match else ""


def _unquoted(text: str, start: int, end: int) -> tuple[int, int]:
    """Without the quotation marks that enclose all of it."""
    body = text[start:end]
    opening, closing = body[:1], body[-1:]
    if (
        opening in '“"'
        and closing in '”"'
        and len(body) > 2
        and not re.search(r"[“”\"]", body[1:-1])
    ):
        inner = body[1:-1].rstrip(" ,.")
        return start + 1, start + 1 + len(inner)
    if opening in '“"' and opening and not re.search(r"[“”\"]", body[1:]):
        return start + 1, end
    if closing in '”"' and closing and not re.search(r"[“”\"]", body[:-1]):
        return start, start + len(body[:-1].rstrip(" ,.!"))
    return start, end
