"""Judges without a language model, and how far any judge agrees with people.

The product passes its own sentences through the checker before it shows them, so the checker as
judge finds nearly all of them carried, by design. The overlap judge is the second opinion that
owes nothing to it; both are printed with their agreement.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from rag.evals.metrics.citations import Judge, SameParty, named_alike
from rag.types import Citation, Evidence, Value
from rag.words import NUMBER_WORDS, WORD, content_words, numbers, stem, words

if TYPE_CHECKING:
    from rag.names import Names

ENOUGH = 0.6
"""Share of a sentence's content words that its places must hold."""
NEGATIONS = frozenset(
    "not no never nor none neither without cannot refuse deny denied reject rejected".split()
)
INTRODUCING = (
    "say said says tell told state stated add added note noted stress stressed according express "
    "expressed remark remarked announce announced report reported document documents readout"
)
"""Words that introduce what is said and claim nothing of their own."""


@dataclass(frozen=True, kw_only=True)
class Labelled(Value):
    """A sentence, what it is said to rest on, and a person's verdict."""

    question: str
    reference: str
    answer: str
    carried: bool
    kind: str
    """What was done to the sentence: `true`, or the kind of damage."""


@dataclass(frozen=True, kw_only=True)
class Agreement(Value):
    """How often a judge says what people said."""

    n: int
    share: float
    kappa: float
    """Cohen's kappa: agreement beyond what chance gives."""
    accepts_wrong: float
    """Share of the sentences that people reject and the judge accepts."""
    rejects_right: float
    """Share of the sentences that people accept and the judge rejects."""


def overlap_judge(places: Sequence[Citation], sentence: str) -> bool:
    """Whether the places hold the sentence's names, numbers, negation and most of its words.

    A bag of words: it cannot see who did what to whom. Its agreement with people is printed
    wherever its verdicts are.
    """
    known = " ".join(_known(c) for c in places)
    if not numbers(sentence) <= numbers(known) or not _names(sentence) <= _roots(known):
        return False
    if _negated(sentence) and not _negated(known):
        return False
    claimed = {stem(w) for w in content_words(sentence)} - _empty_stems()
    held = {stem(w) for w in content_words(known)}
    return bool(claimed) and len(claimed & held) >= ENOUGH * len(claimed)


def checker_judge(names: Names) -> Judge:
    """The checker of answers as judge: speaker, names, numbers, negation, roles and wording."""
    from rag.check import check

    def judge(places: Sequence[Citation], sentence: str) -> bool:
        return check(sentence, [_evidence(p) for p in places], names).supported

    return judge


def _evidence(citation: Citation) -> Evidence:
    shared = {f.name for f in fields(Evidence)} & {f.name for f in fields(Citation)}
    return Evidence(score=1.0, **{name: getattr(citation, name) for name in shared})


def _known(place: Citation) -> str:
    stated = (
        place.speaker,
        place.office,
        place.country,
        place.reported_by,
        place.addressee,
        place.published,
    )
    return " ".join([place.quote, *(s for s in stated if s)])


@lru_cache(maxsize=1)
def _empty_stems() -> frozenset[str]:
    return frozenset(stem(w) for w in (*INTRODUCING.split(), *NUMBER_WORDS))


def _names(sentence: str) -> set[str]:
    """Roots of the capitalised words, the first word of the sentence not counted."""
    later = sentence.split(maxsplit=1)[1:]
    capitalised = " ".join(
        m.group() for m in WORD.finditer(" ".join(later)) if m.group()[0].isupper()
    )
    return _roots(capitalised)


def _roots(text: str) -> set[str]:
    """Beginnings of words, so that "Iraq" and "Iraqi", "China" and "Chinese" are alike."""
    return {word[:4] for word in content_words(text)}


def _negated(text: str) -> bool:
    found = words(text)
    return any(w in NEGATIONS or w.endswith("n't") for w in found)


def party_judge(names: Names | None = None) -> SameParty:
    """Whether a citation's speaker is the one named; a person speaks for their country.

    Who reports another's words there is named rightly too: what the reporter tells was asked for.
    """
    if names is None:
        return named_alike

    def same(name: str, citation: Citation) -> bool | None:
        alike = named_alike(name, citation)
        wanted = names.resolve(name, on=citation.published)
        if alike is not False or wanted is None:
            return alike
        told = (citation.speaker, citation.country, citation.reported_by)
        stated = [names.resolve(s) for s in told if s]
        return any(party is not None and names.same(wanted, party) for party in stated)

    return same


@lru_cache(maxsize=1)
def labelled_sample() -> tuple[Labelled, ...]:
    """Sentences about news readouts with the verdicts of a person, shipped to check judges."""
    text = (files("rag.evals") / "labelled.jsonl").read_text(encoding="utf-8")
    return tuple(Labelled.from_dict(json.loads(line)) for line in text.splitlines() if line)


def carries(judge: Judge) -> Callable[[Labelled], bool]:
    """A citation judge as a judge of labelled sentences."""

    def verdict(item: Labelled) -> bool:
        place = Citation(number=1, document="", start=0, end=0, quote=item.reference)
        return judge([place], item.answer)

    return verdict


def agreement(verdict: Callable[[Labelled], bool], sample: Sequence[Labelled]) -> Agreement:
    """How far a judge agrees with the labels of a sample that is not empty."""
    pairs = [(item.carried, verdict(item)) for item in sample]
    n = len(pairs)
    share = sum(label == said for label, said in pairs) / n
    yes_label = sum(label for label, _ in pairs) / n
    yes_said = sum(said for _, said in pairs) / n
    chance = yes_label * yes_said + (1 - yes_label) * (1 - yes_said)
    wrong = [said for label, said in pairs if not label]
    right = [said for label, said in pairs if label]
    return Agreement(
        n=n,
        share=share,
        kappa=(share - chance) / (1 - chance) if chance < 1 else 1.0,
        accepts_wrong=sum(wrong) / len(wrong) if wrong else 0.0,
        rejects_right=1 - sum(right) / len(right) if right else 0.0,
    )
