from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rag.fakes import FakeEmbedder
from rag.index import Index, build, status
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


def test_status_tells_what_is_there(workspace: Workspace) -> None:
    assert not status(workspace).exists
    build(workspace, FakeEmbedder)
    found = status(workspace)
    assert (found.documents, found.stale, found.problem) == (5, False, "")
