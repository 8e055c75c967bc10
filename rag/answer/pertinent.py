"""Does a sentence that its places carry also answer the question?"""

from __future__ import annotations

from collections.abc import Sequence

from rag.retrieve.concepts import stemmed
from rag.retrieve.evidence import holds
from rag.types import Evidence, Query
from rag.words import STOPWORDS, stem

PLAIN = frozenset(
    stem(w)
    for w in """say state tell told add note stress express wish hope want speak spoke mention talk
    president minister prime foreign king leader spokesperson""".split()
)
"""Words that say nothing by themselves."""
SMALL = frozenset(stem(w) for w in STOPWORDS)


def beside_the_point(text: str, evidence: Sequence[Evidence], query: Query) -> str | None:
    """Why a true sentence is no answer, or None.

    It must hold what is asked for where its place does (a number, a date), keep one of the topic's
    words that its place has, and say something that the question does not say already.
    """
    quotes = " ".join(e.quote for e in evidence)
    if query.asks in {"number", "amount", "time"} and (
        holds(query.asks, quotes) and not holds(query.asks, text)
    ):
        return f"leaves out the {query.asks} that is asked for"
    mine = set(stemmed(text))
    asked = {s for term in query.terms for s in stemmed(term)} & set(stemmed(quotes))
    if asked and mine.isdisjoint(asked):
        return "leaves out what is asked about"
    if query.kind != "yes_no" and not mine - _known(query, evidence):
        return "only repeats the question"
    return None


def _known(query: Query, evidence: Sequence[Evidence]) -> set[str]:
    """Stems that tell nothing new: the question's, the speaker's, and empty words."""
    who = " ".join(f"{e.speaker or ''} {e.country or ''} {e.office or ''}" for e in evidence)
    return set(stemmed(query.standalone)) | set(stemmed(who)) | PLAIN | SMALL
