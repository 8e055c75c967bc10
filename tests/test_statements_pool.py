"""Drawing from many documents at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from rag import segment
from rag.names import Names
from rag.statements import extract
from rag.statements.pool import Pool, Prepared
from rag.types import Document, Metadata

SEEDS = Path(__file__).resolve().parent.parent / "seeds"


@pytest.fixture(scope="module")
def documents() -> list[Prepared]:
    """The seeds, three times over under other names."""
    found: list[Prepared] = []
    for copy in range(3):
        for path in sorted(SEEDS.glob("*.txt")):
            name = f"{copy}-{path.name}"
            text = path.read_text(encoding="utf-8")
            document = Document(name=name, text=text, metadata=Metadata())
            found.append((document, segment.split_sentences(text, name)))
    return found


def _here(documents: Sequence[Prepared], names: Names) -> list[object]:
    return [extract(document, sentences, names) for document, sentences in documents]


def test_processes_draw_the_same_in_the_same_order(documents: list[Prepared]) -> None:
    names = Names.load()
    with Pool("extract", names, 2) as pool:
        drawn = [d.found for d in pool.draw(documents)]
    assert drawn == _here(documents, names)
    assert any(drawn)


def test_a_process_that_dies_loses_no_document(documents: list[Prepared]) -> None:
    names = Names.load()
    with Pool("extract", names, 2) as pool:
        found = []
        for number, drawn in enumerate(pool.draw(documents)):
            found.append(drawn.found)
            if number == 2:
                for process in pool._started:
                    process._child.kill()
        assert found == _here(documents, names)


def test_no_process_to_be_had_is_no_failure(
    documents: list[Prepared], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    names = Names.load()
    with Pool("extract", names, 2) as pool:
        assert [d.found for d in pool.draw(documents)] == _here(documents, names)


def test_a_document_that_breaks_is_told_from_an_empty_one(documents: list[Prepared]) -> None:
    broken = (documents[0][0], None)
    with Pool("extract", Names.load(), 2) as pool:
        drawn = list(pool.draw([documents[0], broken, documents[1]]))  # type: ignore[list-item]
    assert [d.found is None for d in drawn] == [False, True, False]
    assert "TypeError" in drawn[1].broke


def test_processes_end_with_the_pool(documents: list[Prepared]) -> None:
    with Pool("extract", Names.load(), 2) as pool:
        next(pool.draw(documents))
        children = [p._child for p in pool._started]
    assert all(child.poll() is not None for child in children)
