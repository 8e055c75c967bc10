"""Negation, denial, question, condition and opposites: does the sentence keep them?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rag.words import STOPWORDS, stem, tokens

NEGATORS = frozenset(
    """not no never none neither nor without cannot can't won't don't doesn't didn't isn't aren't
    wasn't weren't hasn't haven't hadn't wouldn't shouldn't couldn't mustn't nobody nothing nowhere
    hardly scarcely barely""".split()
)
DENIALS = frozenset(
    """deny denied denies denying refuse refused refuses refusing reject rejected rejects rejecting
    fail failed fails failing decline declined declines refute refuted rule ruled""".split()
)
"""Verbs that turn what follows around; `rule` only as in `rule out`, judged by its neighbour."""
ASKED = frozenset("whether".split())
CONDITIONS = frozenset("if unless provided would could might should may".split())
HEDGES = (
    CONDITIONS | ASKED | frozenset("hope hopes hoped hoping ready willing will can asked".split())
)
SCOPE = 4
"""A negator turns around the content words among the next four words."""
OPPOSITES = (
    ("support", "oppose"), ("support", "condemn"), ("back", "oppose"), ("accept", "reject"),
    ("agree", "disagree"), ("increase", "decrease"), ("increase", "reduce"), ("rise", "fall"),
    ("raise", "lower"), ("lift", "impose"), ("strengthen", "weaken"), ("welcome", "condemn"),
    ("praise", "criticise"), ("praise", "criticize"), ("start", "end"), ("begin", "end"),
    ("allow", "ban"), ("allow", "forbid"), ("permit", "prohibit"), ("win", "lose"),
    ("success", "failure"), ("friend", "enemy"), ("legal", "illegal"), ("possible", "impossible"),
    ("legitimate", "illegitimate"), ("satisfied", "dissatisfied"), ("stable", "unstable"),
    ("good", "bad"), ("more", "less"), ("first", "last"), ("before", "after"), ("import", "export"),
    ("buy", "sell"), ("join", "leave"), ("open", "close"), ("peace", "war"), ("ally", "enemy"),
    ("oldest", "newest"), ("largest", "smallest"), ("highest", "lowest"), ("north", "south"),
    ("east", "west"), ("safeguard", "undermine"), ("promote", "hinder"), ("help", "hinder"),
    ("unilateral", "multilateral"), ("upper", "lower"), ("maximum", "minimum"),
)  # fmt: skip


@dataclass(frozen=True)
class Word:
    """A word of a text with what turns it around."""

    stem: str
    negated: bool
    hedged: bool


def read(text: str) -> list[Word]:
    """The content words of a text, each with whether a negator or a condition governs it."""
    found = [w for _, _, w in tokens(text.replace("’", "'"))]
    result: list[Word] = []
    negation = hedge = 0
    for position, word in enumerate(found):
        following = found[position + 1] if position + 1 < len(found) else ""
        if _negates(word, following):
            negation = SCOPE + 1
        if word in ASKED or word in CONDITIONS:
            hedge = 12
        if word not in STOPWORDS and word not in NEGATORS:
            result.append(Word(stem(word), negation > 0, hedge > 0))
        negation, hedge = max(negation - 1, 0), max(hedge - 1, 0)
    return result


def _negates(word: str, following: str) -> bool:
    if word in {"rule", "ruled"}:
        return following == "out"
    if word == "no" and following in {"longer"}:
        return True
    if word == "not" and following == "only":
        return False
    return word in NEGATORS or word in DENIALS


def negation_kept(sentence: str, span: str) -> str | None:
    """None where negation is kept, else the words that were turned around.

    A content word that is negated in one text and occurs, always unnegated, in the other is a
    contradiction. Words around the negator itself decide; far ones do not.
    """
    ours, theirs = read(sentence), read(span)
    mine, other = _states(ours), _states(theirs)
    for word, states in mine.items():
        if word in other and states.isdisjoint(other[word]):
            return f"negation of “{word}” is not the source's"
    if _has_negator(sentence) != _has_negator(span) and _has_negator(sentence):
        return "a negation that the source does not have"
    return None


def _states(words: Iterable[Word]) -> dict[str, set[bool]]:
    states: dict[str, set[bool]] = {}
    for word in words:
        states.setdefault(word.stem, set()).add(word.negated)
    return states


def _has_negator(text: str) -> bool:
    found = [w for _, _, w in tokens(text.replace("’", "'"))]
    return any(_negates(w, n) for w, n in zip(found, [*found[1:], ""], strict=True))


def denial_kept(sentence: str, span: str) -> str | None:
    """A sentence that says `denied` needs a span that denies, and the other way round."""
    ours = {w for _, _, w in tokens(sentence)} & DENIALS
    theirs = {w for _, _, w in tokens(span)} & (DENIALS | NEGATORS)
    if ours and not theirs:
        return f"“{sorted(ours)[0]}” is not in the source"
    return None


def condition_kept(sentence: str, span: str) -> str | None:
    """What the source only asks or makes conditional must not be stated as a fact."""
    said = {w for _, _, w in tokens(sentence)}
    if said & HEDGES:
        return None
    shared = {w.stem for w in read(sentence)}
    theirs = read(span)
    hedged = {w.stem for w in theirs if w.hedged} & shared
    plain = {w.stem for w in theirs if not w.hedged} & shared
    marks = {w for _, _, w in tokens(span)} & (ASKED | {"if", "unless"})
    if marks and len(hedged - plain) > max(2, len(plain)):
        return f"the source makes it depend on “{sorted(marks)[0]}”"
    return None


def opposite(sentence: str, span: str) -> str | None:
    """A word whose opposite the source has instead of it."""
    ours = {stem(w) for _, _, w in tokens(sentence)}
    theirs = {stem(w) for _, _, w in tokens(span)}
    for a, b in OPPOSITES:
        for x, y in ((stem(a), stem(b)), (stem(b), stem(a))):
            if x in ours and x not in theirs and y in theirs and y not in ours:
                return f"“{x}” where the source has “{y}”"
    return None


def modality_raised(sentence: str, span: str) -> str | None:
    """`hopes to` or `asked` in the source, plainly stated in the sentence: only for questions."""
    if re.search(r"\basked (?:if|whether|about)\b", span, re.I) and not re.search(
        r"\b(?:ask|asked|asks|whether|question)\b", sentence, re.I
    ):
        return "the source only asks"
    return None
