"""The sentences of a longer span that a claim is about: a word elsewhere in it proves nothing."""

from __future__ import annotations

from dataclasses import replace

from rag.check.align import Alignment, align
from rag.check.reading import Text, Token, is_light

SHORT = 2
"""So many sentences are read as they are; of longer spans so many are chosen."""
ADDS = 1.5
"""What a second sentence must add to be chosen: more than one word of content."""


def focused(sentence: Text, span: Text) -> tuple[Text, dict[int, int]]:
    """The part of a span that bears on a sentence, and where its tokens were.

    Returns:
        The span itself, or the one or two of its sentences that share most with the sentence; and
        the new index of each token that stayed.
    """
    last = span.tokens[-1].sentence if span.tokens else 0
    if last < SHORT:
        return span, {t.index: t.index for t in span.tokens}
    chosen = _chosen(align(sentence, span))
    kept = [t for t in span.tokens if t.sentence in chosen]
    places = {t.index: new for new, t in enumerate(kept)}
    tokens = [replace(t, index=places[t.index]) for t in kept]
    made = Text(span.plain, tokens, span.mentions, span.speaker)
    made.index()
    return made, places


def _chosen(found: Alignment) -> set[int]:
    """The sentences that together carry most, at most two."""
    carries: dict[int, set[int]] = {}
    for token in found.sentence.content():
        for place in found.to[token.index]:
            carries.setdefault(found.span.tokens[place].sentence, set()).add(token.index)
    chosen: set[int] = set()
    covered: set[int] = set()
    while carries and len(chosen) < SHORT:
        best = max(carries, key=lambda s: (_worth(found, carries[s] - covered), -s))
        if chosen and _worth(found, carries[best] - covered) < ADDS:
            break
        chosen.add(best)
        covered |= carries.pop(best)
    return chosen or {0}


def _worth(found: Alignment, indices: set[int]) -> float:
    return sum(_weight(found.sentence.tokens[i]) for i in indices)


def _weight(token: Token) -> float:
    return 0.3 if is_light(token) else 1.0
