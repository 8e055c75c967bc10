"""What a reader of the index can rely on."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import RagError, UnknownDocument
from rag.fakes import FakeEmbedder
from rag.index import Index, Report, Status, build, pipeline, rows, status, stored, watch
from rag.types import Document, Metadata
from rag.words import stem, tokens
from rag.workspace import Workspace

SEEDS = Path(__file__).parent.parent / "seeds"
NAMES = sorted(p.name for p in SEEDS.iterdir())


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("reader")
    shutil.copytree(SEEDS, root / "seeds")
    found = Workspace.open(root, embedder="fake")
    build(found, FakeEmbedder)
    return found


@pytest.fixture
def index(workspace: Workspace) -> Any:
    with Index.open(workspace) as found:
        yield found


def test_every_span_is_exact(index: Index) -> None:
    for info in index.documents():
        text = index.document(info.name).text
        sentences = index.sentences(info.name)
        assert len(sentences) == info.sentences > 0
        assert all(text[s.start : s.end] == s.text for s in sentences)
        assert [s.index for s in sentences] == list(range(len(sentences)))
        for statement in index.statements(documents=[info.name]):
            assert text[statement.start : statement.end] == statement.quote
            assert statement.document == info.name


def test_passages_come_in_the_order_asked_for_and_unknown_ids_are_left_out(index: Index) -> None:
    ids = [i for i, _ in index.bm25("china OR morocco OR pakistan", 12)]
    found = index.passages([*reversed(ids), 12345])
    assert len(found) == len(ids) == 12
    assert found == list(reversed(index.passages(ids)))
    for passage in found:
        held = index.sentences(passage.document)[passage.first_sentence : passage.last_sentence + 1]
        assert passage.text.startswith(held[0].text)
        assert passage.text.endswith(held[-1].text)


def test_scores_fall_and_more_is_better(index: Index) -> None:
    for found in (
        index.bm25("xinjiang OR china", 20),
        [(i, s) for _, i, s in index.bm25_sentences("xinjiang OR china", 20)],
        index.dense(FakeEmbedder().encode(["Xinjiang"])[0], 20),
    ):
        scores = [s for _, s in found]
        assert scores == sorted(scores, reverse=True)
        assert scores[0] > 0


def test_a_restriction_to_documents_is_kept_by_every_search(index: Index) -> None:
    chosen = {NAMES[1], NAMES[3], "unknown.txt"}
    vector = FakeEmbedder().encode(["China"])[0]
    dense = index.passages([i for i, _ in index.dense(vector, 99, documents=chosen)])
    lexical = index.passages([i for i, _ in index.bm25("china", 99, documents=chosen)])
    sentences = index.bm25_sentences("china", 99, documents=chosen)
    infos = {d.name: d for d in index.documents()}
    assert len(dense) == infos[NAMES[1]].passages + infos[NAMES[3]].passages
    assert {p.document for p in dense} == {p.document for p in lexical} == chosen & set(NAMES)
    assert {name for name, _, _ in sentences} == chosen & set(NAMES)
    assert index.bm25("china", 9, documents=[]) == index.dense(vector, 9, documents=[]) == []


@pytest.mark.parametrize("k", [0, -1])
def test_asking_for_nothing_gives_nothing(index: Index, k: int) -> None:
    assert index.dense(FakeEmbedder().encode(["China"])[0], k) == []
    assert index.bm25("china", k) == []


@pytest.mark.parametrize("expression", ['"open', "AND", "a NEAR(", "nocolumn : x", "(", "*"])
def test_a_wrong_expression_is_a_value_error_and_the_index_goes_on(
    index: Index, expression: str
) -> None:
    with pytest.raises(ValueError, match="no full-text expression"):
        index.bm25(expression, 5)
    assert index.bm25("china", 5)


def test_accents_and_endings_dont_matter_to_full_text_search(workspace: Workspace) -> None:
    path = workspace.documents / "accents.txt"
    path.write_text("Les négociations à Côte d’Ivoire were applauded.", encoding="utf-8")
    build(workspace, FakeEmbedder)
    with Index.open(workspace) as index:
        for words in ("negociations", "cote", "CÔTE", "applauding", "ivoire"):
            assert [n for n, _, _ in index.bm25_sentences(words, 3)] == ["accents.txt"]
    path.unlink()
    build(workspace, FakeEmbedder)


def test_document_frequency_counts_the_stems_that_words_stem_gives(index: Index) -> None:
    counted: dict[str, set[tuple[str, int]]] = {}
    total = 0
    for info in index.documents():
        for sentence in index.sentences(info.name):
            total += 1
            for _, _, word in tokens(sentence.text):
                if word.isalpha() and len(word) > 2:
                    counted.setdefault(stem(word), set()).add((info.name, sentence.index))
    found = index.document_frequency(sorted(counted))
    assert found[""] == total
    # Words with an apostrophe or hyphen count by their parts in full-text search, so more is right.
    assert all(found[term] >= len(places) for term, places in counted.items())
    plain = [t for t in counted if found[t] == len(counted[t])]
    assert len(plain) > 0.9 * len(counted)
    assert index.document_frequency(["nosuchword"])["nosuchword"] == 0


def test_an_unknown_document_is_answered_with_the_near_names(index: Index) -> None:
    with pytest.raises(UnknownDocument) as caught:
        index.document(NAMES[2][:-5] + ".txt")
    assert NAMES[2] in caught.value.hint
    with pytest.raises(UnknownDocument):
        index.sentences("../../etc/passwd")
    with pytest.raises(UnknownDocument) as caught:
        index.copies("003", 0, 10)
    assert NAMES[3] in caught.value.hint


def test_people_and_statements_come_from_the_ledger(index: Index) -> None:
    assert {p.name for p in index.people()} >= {"Xi Jinping"}
    assert len(index.introductions()) >= len(index.people()) > 0
    statements = index.statements()
    assert len(statements) == len({(s.document, s.start, s.end, s.cue_start) for s in statements})
    by_document = [s for n in NAMES for s in index.statements(documents=[n])]
    assert by_document == statements
    some = {NAMES[0]: {0, 2, 3}, NAMES[3]: {1}}
    here = [s for s in statements if s.sentence in some.get(s.document, ())]
    assert here
    assert index.statements_in(some) == here


def test_several_threads_share_an_index(index: Index) -> None:
    vector = FakeEmbedder().encode(["Xinjiang"])[0]
    wanted = index.dense(vector, 5), index.bm25("xinjiang", 5)
    wrong: list[Any] = []

    def ask() -> None:
        for _ in range(30):
            if (index.dense(vector, 5), index.bm25("xinjiang", 5)) != wanted:
                wrong.append(1)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_folder_that_cannot_be_written_is_still_read(workspace: Workspace) -> None:
    code = (
        "import os, sys\n"
        "from rag.index import Index\n"
        "from rag.workspace import Workspace\n"
        "if os.getuid() == 0: os.setuid(65534)\n"
        "workspace = Workspace.open(sys.argv[1], embedder='fake')\n"
        "print(len(Index.open(workspace).bm25('xinjiang', 5)))\n"
    )
    for part in (workspace.root, *workspace.root.parents):
        if part.name.startswith(("pytest", workspace.root.name)):
            part.chmod(0o755)
    for leftover in workspace.index.glob("catalogue-*-*"):
        leftover.unlink()
    folder_mode = workspace.index.stat().st_mode
    workspace.index.chmod(0o555)
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, str(workspace.root)],
            cwd=Path(__file__).parent.parent,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        workspace.index.chmod(folder_mode)
    assert done.returncode == 0, done.stderr[-800:]
    assert int(done.stdout) > 0


def test_reading_loads_neither_chroma_nor_the_writing_side() -> None:
    code = (
        "import sys\n"
        "from rag.index import Index\n"
        "heavy = {'chromadb', 'torch', 'openvino', 'filelock', 'rag.statements', 'rag.reading'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    here = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=here, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_status_and_report_survive_json(workspace: Workspace) -> None:
    found = status(workspace)
    assert Status.from_dict(found.to_dict()).documents == found.documents == 5
    assert found.sentences > found.passages > 0
    assert found.people > 0
    assert found.bytes_on_disk > 100_000
    assert Report.from_dict(Report(added=3).to_dict()).added == 3


# --- odd text -------------------------------------------------------------------------------------

ODD = st.text(
    st.one_of(
        st.characters(exclude_categories=[]),
        st.sampled_from(list("\0\ud800\udfff\u202e\u0301\u200b\ufeff\r\n.?!“” aA1é字🏳️")),
    ),
    max_size=200,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ODD, ODD, ODD)
def test_any_text_comes_back_as_it_went_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, title: str, value: str
) -> None:
    metadata = Metadata(title=title, extra={"note": value})
    document = Document(name="odd.txt", text=text, metadata=metadata)
    root = tmp_path / "odd"
    shutil.rmtree(root, ignore_errors=True)
    (root / "seeds").mkdir(parents=True)
    (root / "seeds" / "odd.txt").write_text("x", encoding="utf-8")
    monkeypatch.setattr(pipeline, "read", lambda *_: iter([document]))
    workspace = Workspace.open(root, embedder="fake", ledger=False)
    report = build(workspace, FakeEmbedder)
    assert report.failed == ()
    with Index.open(workspace) as index:
        assert index.document("odd.txt") == document
        for sentence in index.sentences("odd.txt"):
            assert document.text[sentence.start : sentence.end] == sentence.text
        payload = stored.to_payload(index._connection, 1)
        again = stored.from_payload(payload)
        assert again.document == document
        assert list(again.sentences) == list(index.sentences("odd.txt"))
    (root / "seeds" / "odd.txt").unlink()
    assert build(workspace, FakeEmbedder).documents == 0


def test_json_of_a_value_is_the_same_whatever_the_order() -> None:
    assert rows.dumps({"b": 1, "a": Metadata(title="é")}) == rows.dumps(
        {"a": Metadata(title="é"), "b": 1}
    )


# --- following the folder -------------------------------------------------------------------------


def test_watching_follows_the_folder_and_survives_a_bad_moment(tmp_path: Path) -> None:
    shutil.copytree(SEEDS, tmp_path / "seeds")
    workspace = Workspace.open(tmp_path, embedder="fake", ledger=False)
    stop = threading.Event()
    seen: list[Report | RagError] = []

    def follow() -> None:
        seen.extend(())
        for outcome in watch(workspace, FakeEmbedder, stop=stop, quiet_ms=50):
            seen.append(outcome)

    def wait_for(count: int) -> None:
        end = time.monotonic() + 30
        while len(seen) < count and time.monotonic() < end:
            time.sleep(0.02)
        assert len(seen) >= count

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        wait_for(1)
        (workspace.documents / "new.txt").write_text("Iceland thanked Norway.", encoding="utf-8")
        wait_for(2)
        shutil.move(workspace.documents, tmp_path / "away")
        workspace.documents.mkdir()
        time.sleep(0.2)
    finally:
        stop.set()
        thread.join(timeout=30)
    assert not thread.is_alive()
    first, second = seen[:2]
    assert isinstance(first, Report)
    assert isinstance(second, Report)
    assert (first.added, second.added, second.unchanged) == (5, 1, 5)
