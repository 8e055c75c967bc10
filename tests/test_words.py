from __future__ import annotations

import sqlite3
import string
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.words import content_words, fold, numbers, quoted, stem, tokens, words


@pytest.mark.parametrize(
    "word", "supports policies sanctions vaccination diplomacy relational iraqi".split()
)
def test_stems_are_those_of_the_full_text_index(word: str) -> None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='porter unicode61')")
    db.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, row)")
    db.execute("INSERT INTO t VALUES (?)", (word,))
    assert db.execute("SELECT term FROM v").fetchall() == [(stem(word),)]


def test_accents_quotes_and_dashes_do_not_divide_words() -> None:
    assert fold("Türkiye’s “São”") == 'turkiye\'s "sao"'
    assert words("China’s one‑China policy") == ["china", "one-china", "policy"]
    assert content_words("the one-China policy of China") == ["one", "china", "policy", "china"]


def test_numbers_are_alike_however_they_are_written() -> None:
    assert numbers("350,000 and 350000") == {"350000"}
    assert numbers("three of 2.0") == {"3", "2"}
    assert numbers("in May 2016, COVID-19") == {"2016", "19"}


@given(st.text())
def test_token_spans_point_at_their_words(text: str) -> None:
    for start, end, folded in tokens(text):
        assert fold(text[start:end]) == folded


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5))
def test_anything_typed_is_a_valid_full_text_expression(texts: list[str]) -> None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE t USING fts5(x)")
    expression = quoted(t for t in texts if "\0" not in t and t.isprintable())
    if expression:
        db.execute("SELECT * FROM t WHERE t MATCH ?", (expression,)).fetchall()


def test_threads_that_stem_at_once_do_not_mix_their_words_up():
    one = [f"conditional{c}ations" for c in string.ascii_lowercase] * 40
    two = [f"{c}aking" for c in string.ascii_lowercase] * 40
    right = {word: stem.__wrapped__(word) for word in {*one, *two}}
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(stem.__wrapped__, [*one, *two] * 3))
    finally:
        sys.setswitchinterval(usual)
    assert found == [right[word] for word in [*one, *two] * 3]
