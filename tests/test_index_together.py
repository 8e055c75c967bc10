"""Several processes at one index: two writers, and readers while a writer writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from rag.errors import IndexLocked, IndexMissing
from rag.fakes import FakeEmbedder
from rag.index import Index, build, pipeline, status, store
from rag.index.gate import Gate
from rag.index.lock import writer_lock
from rag.workspace import Workspace

FILES = 60


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    write(tmp_path / "seeds", "first")
    return Workspace.open(tmp_path, embedder="fake", ledger=False)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "TEXTS", 8)
    monkeypatch.setattr(pipeline, "BEHIND", 16)
    monkeypatch.setattr(store, "PART", 8)


def write(folder: Path, edition: str) -> None:
    folder.mkdir(exist_ok=True)
    for i in range(FILES):
        text = f"Country {i} issued its {edition} note.\n\nThe {edition} note of {i} was short."
        (folder / f"{i:02}.txt").write_text(text, encoding="utf-8")


def run(root: Path, code: str) -> subprocess.Popen[str]:
    here = Path(__file__).parent.parent
    return subprocess.Popen(
        [sys.executable, "-c", code, str(root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=here,
        env={**os.environ, "PYTHONPATH": str(here)},
    )


READER = """
import json, sys, time
from rag.errors import IndexMissing
from rag.fakes import FakeEmbedder
from rag.index import Index
from rag.workspace import Workspace
workspace = Workspace.open(sys.argv[1], embedder="fake", ledger=False)
vector = FakeEmbedder().encode(["Country 7 issued its note."])[0]
reads = mixed = 0
editions = set()
print("ready", flush=True)
while editions < {"first", "second"} or reads < 20:
    try:
        index = Index.open(workspace, exact=0)
    except IndexMissing:
        time.sleep(0.01)
        continue
    with index:
        found = index.dense(vector, 30)
        assert len(found) == 30, len(found)
        passages = index.passages([i for i, _ in found])
        assert len(passages) == 30
        for passage in passages:
            text = index.document(passage.document).text
            assert text[passage.start : passage.end] == passage.text
            mixed += "first" in text and "second" in text
        for name, at, _ in index.bm25_sentences("note", 200):
            index.sentences(name)[at]
        texts = [index.document(d.name).text for d in index.documents()]
        editions |= {w for w in ("first", "second") if any(w in t for t in texts)}
        reads += 1
print(json.dumps({"reads": reads, "mixed": mixed}))
"""


def test_readers_see_the_old_or_the_new_document_while_a_writer_writes(
    workspace: Workspace,
) -> None:
    build(workspace, FakeEmbedder)
    readers = [run(workspace.root, READER) for _ in range(2)]
    for reader in readers:
        assert reader.stdout is not None
        reader.stdout.readline()
    write(workspace.documents, "second")
    build(workspace, FakeEmbedder)
    for reader in readers:
        out, err = reader.communicate(timeout=120)
        assert reader.returncode == 0, (reader.returncode, err[-2000:])
        found = json.loads(out)
        assert found["mixed"] == 0
        assert found["reads"] >= 20


def test_a_snapshot_stays_as_it_was_and_says_that_it_is_old(workspace: Workspace) -> None:
    build(workspace, FakeEmbedder)
    index = Index.open(workspace)
    before = index.fingerprint
    assert not index.changed
    write(workspace.documents, "second")
    build(workspace, FakeEmbedder)
    assert index.changed
    assert "first" in index.document("07.txt").text
    vector = FakeEmbedder().encode(["Country 7 issued its first note."])[0]
    found = index.passages([i for i, _ in index.dense(vector, 5)])
    assert found
    assert all("first" in p.text for p in found)
    index.close()
    with Index.open(workspace) as fresh:
        assert fresh.fingerprint != before
        assert "second" in fresh.document("07.txt").text


def test_a_rebuild_leaves_open_readers_the_old_index(workspace: Workspace) -> None:
    build(workspace, FakeEmbedder)
    with Index.open(workspace, exact=0) as index:
        vector = FakeEmbedder().encode(["Country 7 issued its first note."])[0]
        before = index.dense(vector, 5)
        build(workspace, FakeEmbedder, rebuild=True)
        assert index.changed
        assert index.dense(vector, 5) == before
        assert len(index.documents()) == FILES


def test_the_graph_and_the_exact_comparison_agree(workspace: Workspace) -> None:
    build(workspace, FakeEmbedder)
    vector = FakeEmbedder().encode(["The note of 12 was short."])[0]
    some = [f"{i:02}.txt" for i in range(10, 20)]
    with Index.open(workspace, exact=0) as graph, Index.open(workspace) as exact:
        for chosen in (None, some, ["12.txt"], [], ["unknown.txt"]):
            one = graph.dense(vector, 8, documents=chosen)
            two = exact.dense(vector, 8, documents=chosen)
            assert [s for _, s in one] == pytest.approx([s for _, s in two], abs=1e-5)
            allowed = {i for i, s in two} | {i for i, s in one if s <= two[-1][1] + 1e-5}
            assert {i for i, _ in one} <= allowed


def test_a_reader_answers_while_the_gate_is_shut(workspace: Workspace) -> None:
    build(workspace, FakeEmbedder)
    vector = FakeEmbedder().encode(["The note of 12 was short."])[0]
    with Gate(workspace.index / "vectors.lock").writing(), Index.open(workspace, exact=0) as index:
        (number, _), *_ = index.dense(vector, 8)
        assert index.passages([number])[0].document == "12.txt"


def test_the_gate_lets_readers_in_together_and_keeps_them_out_while_one_writes(
    tmp_path: Path,
) -> None:
    gate = Gate(tmp_path / "gate")
    with gate.reading() as one, gate.reading() as two:
        assert (one, two) == (True, True)
    with gate.writing(), gate.reading() as during:
        assert during is False
    with gate.reading() as after:
        assert after is True


def test_a_second_writer_is_told_who_holds_the_index(workspace: Workspace) -> None:
    with writer_lock(workspace.index):
        assert status(workspace).writer["pid"] == str(os.getpid())
        with pytest.raises(IndexLocked) as caught:
            build(workspace, FakeEmbedder, wait=0.1)
    assert str(os.getpid()) in caught.value.message
    assert caught.value.retryable
    assert not status(workspace).writer
    assert build(workspace, FakeEmbedder).added == FILES


def test_a_second_writer_waits_for_the_first(workspace: Workspace) -> None:
    done: list[Any] = []

    def second() -> None:
        done.append(build(workspace, FakeEmbedder, wait=20))

    with writer_lock(workspace.index):
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.2)
        assert not done
    thread.join()
    assert done[0].added == FILES


WRITER = """
import sys
from rag.fakes import FakeEmbedder
from rag.index import build, pipeline
from rag.workspace import Workspace
pipeline.TEXTS = 8
print(build(Workspace.open(sys.argv[1], embedder="fake", ledger=False), FakeEmbedder).added)
"""


def test_two_runs_at_once_index_each_file_once(workspace: Workspace) -> None:
    runs = [run(workspace.root, WRITER) for _ in range(2)]
    outcomes = [r.communicate(timeout=120) for r in runs]
    assert [r.returncode for r in runs] == [0, 0], outcomes
    assert sorted(int(out) for out, _ in outcomes) == [0, FILES]
    assert status(workspace).documents == FILES


def test_the_lock_of_a_dead_writer_holds_nobody_up(workspace: Workspace) -> None:
    holder = run(
        workspace.root,
        "import os, sys, pathlib\n"
        "from rag.index.lock import writer_lock\n"
        "with writer_lock(pathlib.Path(sys.argv[1]) / 'index'):\n"
        "    os._exit(9)\n",
    )
    holder.communicate(timeout=60)
    assert (workspace.index / "writer.lock.json").exists()
    assert not status(workspace).writer
    assert build(workspace, FakeEmbedder, wait=1).added == FILES


def test_before_the_first_run_ends_there_is_no_index(workspace: Workspace) -> None:
    class Slow(FakeEmbedder):
        def encode(self, texts: Any) -> Any:
            with pytest.raises(IndexMissing):
                Index.open(workspace)
            return super().encode(texts)

    build(workspace, Slow)
    with Index.open(workspace) as index:
        assert len(index.documents()) == FILES
