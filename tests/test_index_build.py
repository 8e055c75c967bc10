from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from rag.fakes import FakeEmbedder
from rag.index import Index, build, status
from rag.index.packed import STEPS, pack_parts, unpack_parts
from rag.workspace import Workspace

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    shutil.copytree(SEEDS, tmp_path / "seeds")
    return Workspace.open(tmp_path, embedder="fake", ledger=False)


def test_a_built_index_finds_a_passage_by_words_and_by_vector(workspace: Workspace) -> None:
    report = build(workspace, FakeEmbedder)
    assert (report.added, report.failed) == (5, ())
    assert report.passages_embedded == report.passages > 5
    with Index.open(workspace) as index:
        (best, _), *_ = index.bm25('"xinjiang" AND "pakistan"', 5)
        passage = index.passages([best])[0]
        assert "Xinjiang" in passage.text
        stored = index.document(passage.document)
        assert stored.text[passage.start : passage.end] == passage.text
        vector = FakeEmbedder().encode([f"{passage.heading}\n{passage.text}"])[0]
        (nearest, cosine), *_ = index.dense(vector, 3)
        assert nearest == best
        assert cosine == pytest.approx(1.0, abs=1e-5)


def test_a_sentences_vector_comes_back_for_every_sentence_of_every_document(
    workspace: Workspace,
) -> None:
    (workspace.documents / "long.txt").write_text("peace and trade " * 900 + ".", encoding="utf-8")
    build(workspace, FakeEmbedder)
    with Index.open(workspace) as index:
        places = {d.name: range(len(index.sentences(d.name))) for d in index.documents()}
        found = index.sentence_vectors(places)
        assert len(found) == sum(map(len, places.values()))
        for (name, i), vector in found.items():
            alone = FakeEmbedder().encode([index.sentences(name)[i].text])[0]
            assert float(vector @ alone) > 0.99 or name == "long.txt"
        assert index.sentence_vectors({}) == {}


@given(
    arrays(
        np.float32, st.tuples(st.integers(0, 6), st.just(8)), elements=st.floats(-1, 1, width=16)
    )
)
def test_a_packed_vector_is_off_by_less_than_half_a_step(vectors: NDArray[np.float32]) -> None:
    back = unpack_parts([pack_parts(vectors)], 8)
    assert back.shape == vectors.shape
    step = np.abs(vectors).max(axis=1, initial=0, keepdims=True) / STEPS
    assert (np.abs(back - vectors) <= 0.501 * step + 1e-9).all()


def test_status_tells_what_is_there(workspace: Workspace) -> None:
    assert not status(workspace).exists
    build(workspace, FakeEmbedder)
    found = status(workspace)
    assert (found.documents, found.stale, found.problem) == (5, False, "")
