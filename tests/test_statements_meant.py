"""Whom "she", "they", "the statement" or "the official" mean: each cause beside its neighbour."""

from __future__ import annotations

import pytest

from rag.names import Names
from rag.segment import split_sentences
from rag.statements import extract
from rag.types import Document, Metadata, Statement


@pytest.fixture(scope="module")
def names() -> Names:
    return Names.load()


def said(text: str, names: Names, **metadata: str) -> list[Statement]:
    document = Document(
        name="a.txt", text=text, metadata=Metadata(**{"published": "2018-06-13", **metadata})
    )
    return extract(document, split_sentences(text, document.name), names)


def speakers(text: str, names: Names, **metadata: str) -> list[str | None]:
    return [s.speaker.name if s.speaker else None for s in said(text, names, **metadata)]


# --- he and she ----------------------------------------------------------------------------------

MET = "Kenyan Foreign Minister Peter Mwangi met Chilean Foreign Minister Elena Rojas on Monday. "


def test_she_is_never_a_man_whom_the_package_knows(names):
    text = "German Chancellor Angela Merkel met French President Emmanuel Macron in Bonn. "
    assert speakers(text + "“Fish is cheap,” she said.", names)[-1] == "Angela Merkel"
    assert speakers(text + "“Fish is cheap,” he said.", names)[-1] == "Emmanuel Macron"
    assert speakers("Emmanuel Macron said it. “Fish is cheap,” she said.", names)[-1] is None


def test_she_is_the_other_of_two_where_the_first_is_a_man(names):
    text = "Prime Minister Emmanuel Macron met Chilean Foreign Minister Elena Rojas. "
    assert speakers(text + "“Fish is cheap,” she said.", names)[-1] == "Elena Rojas"
    three = text.replace(".", " and Kenyan Foreign Minister Anna Mwangi.", 1)
    assert speakers(three + "“Fish is cheap,” she said.", names)[-1] is None


@pytest.mark.parametrize(
    ("first", "she", "he"),
    [
        (MET, "Peter Mwangi", "Peter Mwangi"),
        (MET.replace("Peter", "Mr. Peter"), "Elena Rojas", "Peter Mwangi"),
        (MET.replace("on Monday", "who smiled as she left"), None, "Peter Mwangi"),
    ],
)
def test_he_and_she_follow_what_the_document_tells_of_a_person(names, first, she, he):
    assert speakers(first + "“Fish is cheap,” she said.", names)[-1] == she
    assert speakers(first + "“Fish is cheap,” he said.", names)[-1] == he


def test_a_roster_may_mark_women(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text(
        "name,country,office,woman\nPeter Mwangi,Kenya,foreign minister,no\n", encoding="utf-8"
    )
    marked = Names.load(path)
    assert speakers(MET + "“Fish is cheap,” she said.", marked)[-1] == "Elena Rojas"
