"""How many true sentences the checker rejects and how many false ones it lets through.

Of the pairs in `evals/gold/pairs.jsonl`, by half; the `test` half was written together with the
other one and not looked at while the checker was made.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cache

import pytest
from mutations import STRICT, Mutator, Pair, known_names, other_span, pairs

from rag.check import Verdict, check

SEED = 1
SPLITS = ("dev", "test")


@dataclass
class Rates:
    """What came of the pairs of a half and of the mutations made from them."""

    rejected: list[tuple[Pair, Verdict]] = field(default_factory=list)
    true: int = 0
    missed: list[str] = field(default_factory=list)
    missed_kinds: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)

    def caught(self, kinds: frozenset[str] | set[str] | None = None) -> float:
        """Share of the mutations of these kinds that were rejected."""
        chosen = [k for k in self.kinds if kinds is None or k in kinds]
        total = sum(self.kinds[k] for k in chosen)
        return 1 - sum(self.missed_kinds[k] for k in chosen) / total


@cache
def rates(split: str) -> Rates:
    names = known_names()
    known = [p for p in pairs() if p.split == split]
    mutator = Mutator(known, names, SEED)
    made = Rates(true=len(known))
    for pair in known:
        verdict = check(pair.sentence, pair.spans, names)
        if not verdict.supported:
            made.rejected.append((pair, verdict))
        foreign = other_span(pair, known, SEED)
        for mutation in (*mutator.of(pair), *([foreign] if foreign else [])):
            made.kinds[mutation.kind] += 1
            if check(mutation.sentence, mutation.spans, names).supported:
                made.missed_kinds[mutation.kind] += 1
                made.missed.append(f"{mutation.kind}, {pair.id}: {mutation.sentence}")
    return made


def test_the_pairs_are_enough_and_of_all_three_kinds_of_text() -> None:
    sources = Counter(p.source for p in pairs())
    assert len(pairs()) >= 330
    assert sources["seeds"] >= 120
    assert sources["ungdc"] >= 110
    assert sources["clapnq"] >= 100
    assert len({p.id for p in pairs()}) == len(pairs())
    halves = {s: {d.document for p in pairs() if p.split == s for d in p.spans} for s in SPLITS}
    assert not halves["dev"] & halves["test"], "a document stands in both halves"


@pytest.mark.parametrize("split", SPLITS)
def test_at_most_one_true_sentence_in_twenty_is_rejected(split: str) -> None:
    found = rates(split)
    shown = "\n".join(f"{p.id}: {p.sentence} {v.reasons}" for p, v in found.rejected)
    assert len(found.rejected) <= 0.05 * found.true, shown


def together(kinds: frozenset[str]) -> float:
    """Share of the mutations of these kinds that were rejected, over both halves."""
    halves = [rates(s) for s in SPLITS]
    total = sum(h.kinds[k] for h in halves for k in kinds)
    return 1 - sum(h.missed_kinds[k] for h in halves for k in kinds) / total


def test_ninety_nine_of_a_hundred_swaps_negations_and_numbers_are_caught() -> None:
    assert together(STRICT) >= 0.99, "\n".join(rates("dev").missed)


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize(
    "kinds",
    [
        {"speaker replaced", "principals swapped"},
        {"negation added", "negation removed"},
        {"number changed", "date changed"},
    ],
    ids=["speakers", "negations", "numbers"],
)
def test_no_kind_of_change_slips_through_in_the_half_that_was_not_looked_at(
    split: str, kinds: frozenset[str]
) -> None:
    found = rates(split)
    assert sum(found.kinds[k] for k in kinds) >= 70
    assert found.caught(kinds) >= 0.975, "\n".join(found.missed)


@pytest.mark.parametrize("split", SPLITS)
def test_ninety_five_of_a_hundred_of_all_kinds_are_caught(split: str) -> None:
    found = rates(split)
    assert found.caught() >= 0.95, "\n".join(found.missed)
    for kind in ("neighbour", "tail", "denied", "asked", "opposite", "span of another"):
        assert found.caught({kind}) >= 0.95, kind


def test_the_same_seed_makes_the_same_mutations() -> None:
    known = [p for p in pairs() if p.split == "dev"][:40]
    first, second = (Mutator(known, known_names(), SEED) for _ in range(2))
    assert [list(first.of(p)) for p in known] == [list(second.of(p)) for p in known]


def test_what_stays_true_is_not_made_a_mutation() -> None:
    def swapped(sentence: str) -> list[str]:
        pair = next(p for p in pairs() if p.source == "seeds")
        made = Pair("x", sentence, pair.spans, None, "seeds", "dev")
        mutator = Mutator([pair], known_names())
        return [m.sentence for m in mutator.of(made) if m.kind == "principals swapped"]

    assert not swapped("Morocco and China agreed to partner in vaccine trials.")
    assert not swapped("The talks between Iran and China went well.")
    assert not swapped("Pakistan-China relations had withstood all tests.")
    assert swapped("Pakistan supports China.") == ["China supports Pakistan."]
