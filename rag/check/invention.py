"""What the spans don't have: runs of words, whole clauses, a word in the place of another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rag.check.align import Alignment
from rag.check.lexicon import written
from rag.check.reading import Text, Token, is_light

LIGHT = 0.3
"""What a word counts that introduces or fills."""
RUN = 2.4
"""Weight of words in a row that the spans lack, from which on they are an invention."""
CLAUSE = 1.0
"""Weight of a clause of which the spans have nothing, from which on it is an invention."""
CARRIED = 0.8
"""How much a carried word takes away from a run."""


AUXILIARIES = frozenset(
    """will would shall should can could may might must has have had is are was were also even to
    now then""".split()
)


BEING = frozenset("is are was were be being been".split())
ARTICLES = frozenset("a an the part".split())


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a sentence its spans carry."""

    carried: float
    total: float

    @property
    def share(self) -> float:
        """0 to 1; 1 for a sentence without content."""
        return self.carried / self.total if self.total else 1.0


def weight(token: Token) -> float:
    """What a word counts."""
    return LIGHT if is_light(token) else 1.0


def coverage(found: Alignment, context: Text, ignored: Collection[int]) -> Coverage:
    """The share of the sentence's words that the spans have, weighed."""
    carried = total = 0.0
    for token in counted(found.sentence, ignored):
        total += weight(token)
        carried += weight(token) * known(found, context, token)
    return Coverage(carried, total)


def counted(text: Text, ignored: Collection[int]) -> list[Token]:
    """The words that must be carried: content, and not only naming who speaks."""
    return [t for t in text.content() if t.index not in ignored]


def known(found: Alignment, context: Text, token: Token) -> bool:
    """Whether a word is in the spans, or in what is known of them."""
    if found.to[token.index] or token.canon in context.by_canon:
        return True
    return token.entity is not None and any(t.entity == token.entity for t in context.tokens)


def invented_run(found: Alignment, context: Text, ignored: Collection[int]) -> str | None:
    """Words close together that the spans lack."""
    score = 0.0
    run: list[str] = []
    for token in counted(found.sentence, ignored):
        if known(found, context, token):
            score = max(score - CARRIED * weight(token), 0.0)
            run = run if score else []
            continue
        score += weight(token)
        run.append(token.text)
        if score >= RUN:
            return f"“{' … '.join(run[-3:])}” is not in the source"
    return None


def put_in_place(found: Alignment, context: Text, ignored: Collection[int]) -> str | None:
    """A word that stands where the span has another, between the same neighbours."""
    ours = counted(found.sentence, ignored)
    theirs = [t for t in found.span.tokens if t.content]
    places = {t.index: n for n, t in enumerate(theirs)}
    for before, token, after in zip(ours, ours[1:], ours[2:], strict=False):
        if not _own(token) or known(found, context, token):
            continue
        for number, other in enumerate(theirs):
            if found.back[other.index] or not _own(other):
                continue
            left = any(0 < number - places.get(j, -9) <= 2 for j in found.to[before.index])
            right = any(0 < places.get(j, -9) - number <= 2 for j in found.to[after.index])
            if left and right:
                return f"“{token.text}” where the source has “{other.text}”"
    return None


def _own(token: Token) -> bool:
    """A word with a meaning of its own that another could take the place of."""
    return (
        token.kind == "word"
        and token.value is None
        and token.low not in written("modality", "conditions")
        and not is_light(token)
        and not (token.low.endswith("ly") and len(token.low) > 4)
    )


def invented_clause(found: Alignment, context: Text, ignored: Collection[int]) -> str | None:
    """A clause that brings something of its own and shares nothing with the spans."""
    for clause in clauses(found.sentence):
        inside = [t for t in clause if t.content and t.index not in ignored]
        new = [t for t in inside if not known(found, context, t)]
        heavy = sum(weight(t) for t in new)
        if heavy >= CLAUSE and _backing(found, inside) < heavy:
            return f"“{' '.join(t.text for t in clause if t.kind != 'mark')}” is not in the source"
    return None


def invented_deed(found: Alignment, context: Text, ignored: Collection[int]) -> str | None:
    """A second verb after "and" of which the spans have not a word: "… and will send troops"."""
    tokens = found.sentence.tokens
    for token in tokens[:-1]:
        if token.low not in {"and", "but"} or tokens[token.index + 1].low not in AUXILIARIES:
            continue
        rest = [t for t in tokens[token.index + 1 :] if t.clause == token.clause]
        inside = [t for t in rest if t.content and t.index not in ignored]
        if inside and not any(known(found, context, t) for t in inside):
            return f"“{' '.join(t.text for t in rest if t.kind != 'mark')}” is not in the source"
    return None


def invented_predicate(found: Alignment, context: Text, ignored: Collection[int]) -> str | None:
    """What somebody is said to be ("is a part of …"), where the spans have not the word for it."""
    tokens = found.sentence.tokens
    for token in tokens[:-1]:
        article = tokens[token.index + 1]
        if token.low not in BEING or article.low not in ARTICLES or token.index in ignored:
            continue
        noun = next((t for t in tokens[article.index + 1 :][:3] if not _own(t) and t.content), None)
        heads = [t for t in tokens[article.index + 1 :][:2] if t.content]
        if noun is not None and noun in heads[:1] and not known(found, context, noun):
            return f"“{token.text} {article.text} {noun.text}” is not in the source"
    return None


def _backing(found: Alignment, inside: Sequence[Token]) -> float:
    """What the spans carry of a clause: names and synonyms less, a title's words nothing."""
    carried = [t for t in inside if found.to[t.index] and not _surplus(found, t)]
    return sum(
        weight(t) * (0.5 if t.entity else 1.0 if _same_word(found, t) else 0.6) for t in carried
    )


def _surplus(found: Alignment, token: Token) -> bool:
    """Whether the sentence has used up the span's word before: an added clause repeats words."""
    if token.entity is not None or is_light(token):
        return False
    earlier = [t for t in found.sentence.tokens[: token.index] if t.canon == token.canon]
    return len(earlier) >= len(found.to[token.index])


def _same_word(found: Alignment, token: Token) -> bool:
    return token.canon in found.span.by_canon or token.value is not None


def clauses(text: Text) -> list[list[Token]]:
    """The parts between commas, brackets and dashes."""
    found: list[list[Token]] = [[]]
    for token in text.tokens:
        if token.kind == "mark" and token.text in ",;:()—.":
            found.append([])
        else:
            found[-1].append(token)
    return [c for c in found if c]
