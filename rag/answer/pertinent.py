"""Does a sentence that its places carry also answer the question?"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache

from rag.check.lexicon import canon, same
from rag.retrieve.concepts import stemmed
from rag.retrieve.evidence import holds
from rag.statements.lexicon import written_forms
from rag.types import Evidence, Query
from rag.words import STOPWORDS, fold, stem, tokens, words

PLAIN = frozenset(
    stem(w)
    for w in """say said state tell told add note stress express wish hope want speak spoke spoken
    mention talk
    president minister prime foreign king leader spokesperson""".split()
)
"""Words that say nothing by themselves."""
SMALL = frozenset(stem(w) for w in STOPWORDS)
MEASURED = frozenset({"number", "amount", "time"})
"""What is asked for where a word or two is the whole answer."""
TOPIC_KEPT = 0.6
"""Share of the topic's words in its place that a sentence must keep."""
KEPT = 0.2
"""Share of its place's words that a sentence must keep: with less it says next to nothing."""
SHORT = 4
"""Letters up to which two words must be the same."""
WHOLE = 30
"""Words of a place that a sentence is measured against; of longer ones it may leave out more."""
CLAUSE = re.compile(
    r"[;:—]|,\s+(?:and\s+|but\s+)?(?=(?:adding|noting|saying|stressing|expressing|while|which)\b)"
)


def beside_the_point(
    text: str, evidence: Sequence[Evidence], query: Query, usable: Sequence[Evidence] = ()
) -> str | None:
    """Why a true sentence is no answer, or None.

    A small model drops the part that matters. The sentence must hold what is asked for where that
    can be had (a number, a date), keep the topic's words and the act of its place (supports,
    thanks, opposes), and say something that the question does not say already.

    Args:
        text: The sentence, without its marks.
        evidence: The places it points to.
        query: What is asked.
        usable: All places that are on the topic.
    """
    quotes = " ".join(e.quote for e in evidence)
    possible = holds(query.asks, quotes) or any(e.stages["asked"] for e in usable)
    if query.asks in MEASURED and possible and not holds(query.asks, text):
        return f"leaves out the {query.asks} that is asked for"
    mine = set(stemmed(text))
    asked = {s for term in query.terms for s in stemmed(term)} & set(stemmed(quotes))
    if len(mine & asked) < TOPIC_KEPT * len(asked):
        return "leaves out what is asked about"
    if query.kind != "yes_no" and not mine - _known(query, evidence):
        return "only repeats the question"
    if query.asks == "person" or (query.asks in MEASURED and holds(query.asks, text)):
        return None
    if act := _act_left_out(text, evidence, asked):
        return f"leaves out “{act}”"
    return "leaves out most of its place" if kept(text, evidence) < KEPT else None


def _act_left_out(text: str, evidence: Sequence[Evidence], asked: Collection[str]) -> str | None:
    """A verb of taking sides that every place has where it is about the topic, and the text not."""
    mine = {canon(word) for _, _, word in tokens(text) if word not in STOPWORDS}
    left_out = None
    for place in evidence:
        acts = [w for clause in _clauses(place.quote, asked) for w in _acts(clause)]
        lost = [w for w in acts if not any(same(canon(w), m) or canon(w) == m for m in mine)]
        if len(lost) < len(acts) or not acts:
            return None
        left_out = lost[0]
    return left_out


def _acts(clause: str) -> list[str]:
    return [word for _, _, word in tokens(clause) if word in _sides()]


@cache
def _sides() -> frozenset[str]:
    """Every form of the verbs that take a side: support, thank, condemn."""
    return written_forms() - written_forms(neutral=True)


def _clauses(quote: str, asked: Collection[str]) -> list[str]:
    """The parts of a quote that hold words of the topic, else all of it."""
    about = [c for c in CLAUSE.split(quote) if not set(stemmed(c)).isdisjoint(asked)]
    return about or [quote]


def kept(text: str, evidence: Sequence[Evidence]) -> float:
    """Share of what the fullest place says that a sentence keeps, in words that tell something."""
    mine = set(stemmed(text))
    shares = [0.0] if evidence else [1.0]
    for place in evidence:
        theirs = set(stemmed(place.quote)) - PLAIN - SMALL
        if theirs:
            shares.append(len(theirs & mine) / min(len(theirs), WHOLE))
    return max(shares)


def _known(query: Query, evidence: Sequence[Evidence]) -> set[str]:
    """Stems that tell nothing new: the question's, the speaker's, and empty words.

    Who asks for a person is told something by a name.
    """
    who = " ".join(f"{e.speaker or ''} {e.country or ''} {e.office or ''}" for e in evidence)
    known = set(stemmed(query.standalone)) | PLAIN | SMALL | _meant(query, evidence)
    return known if query.asks == "person" else known | set(stemmed(who))


def _meant(query: Query, evidence: Sequence[Evidence]) -> set[str]:
    """Stems of the places that the question has with a slip of the keyboard."""
    from rapidfuzz.distance import OSA

    asked = [fold(t) for t in query.terms if len(t) > SHORT]
    theirs = {w for e in evidence for w in words(e.quote) if len(w) > SHORT}
    near = {t for t in theirs for a in asked if OSA.distance(t, a, score_cutoff=1) <= 1}
    return {s for word in near for s in stemmed(word)}
