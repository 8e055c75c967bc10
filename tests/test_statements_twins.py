"""Twins of the seeds' questions: one thing is changed, and the right answer is a no of its kind."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from bench.twins import GOLD, SEED, Corpus, Twin, ask, make, widened
from rag.assistant import Assistant
from rag.evals.gold import Case, load_gold
from rag.words import stem
from rag.workspace import Workspace

ASKED = 25
"""Twins that are asked here; the command `python -m bench twins` asks all."""


@pytest.fixture(scope="module")
def assistant(seeds: Workspace) -> Iterator[Assistant]:
    with Assistant.open(seeds) as opened:
        yield opened


@pytest.fixture(scope="module")
def corpus(assistant: Assistant) -> Corpus:
    return Corpus.of(assistant.index)


@pytest.fixture(scope="module")
def cases() -> tuple[Case, ...]:
    return load_gold(GOLD).cases


@pytest.fixture(scope="module")
def twins(cases: tuple[Case, ...], corpus: Corpus) -> list[Twin]:
    return make(cases, corpus)


def test_the_same_seed_makes_the_same_twins(
    cases: tuple[Case, ...], corpus: Corpus, twins: list[Twin]
) -> None:
    assert make(cases, corpus) == twins
    assert make(cases, corpus, seed=SEED + 1) != twins


def test_there_are_twins_of_every_kind_and_none_is_a_question_of_the_gold(
    cases: tuple[Case, ...], twins: list[Twin]
) -> None:
    kinds = Counter(twin.kind for twin in twins)
    assert kinds["speaker"] >= 30 and kinds["topic"] >= 70 and kinds["date"] >= 25
    answerable = {case.question for case in cases if case.answerable}
    assert not answerable & {twin.question for twin in twins}
    originals = {case.id: case for case in cases}
    assert all(originals[twin.case].answerable for twin in twins)


def test_a_word_of_like_meaning_counts_as_the_topics_own() -> None:
    assert stem("pandemic") in widened({stem("virus")})
    assert stem("pandemic") not in widened({stem("football")})


def test_only_who_says_nothing_of_the_topic_gets_a_twin(corpus: Corpus) -> None:
    speakers = {party.name: party for party in corpus.speakers()}
    assert corpus.may_speak_of(speakers["Pakistan"], {stem("xinjiang")})
    assert not corpus.may_speak_of(speakers["Morocco"], {stem("xinjiang")})
    assert corpus.told_of(speakers["Iraq"], {stem("xinjiang")})
    assert not corpus.told_of(speakers["Morocco"], {stem("xinjiang")})


def test_twins_are_refused_for_the_right_reason(assistant: Assistant, twins: list[Twin]) -> None:
    some = random.Random(SEED).sample(twins, ASKED)
    asked = ask(assistant, some)
    wrong = "\n".join(f"{a.reason}: {a.twin}" for a in asked if not a.right)
    assert sum(a.reason is None for a in asked) <= 0.08 * ASKED, wrong
    assert sum(a.right for a in asked) >= 0.9 * ASKED, wrong
