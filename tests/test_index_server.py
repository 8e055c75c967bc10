"""The index on a Chroma server: a real `chroma run` on the loopback, started for these tests."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from rag.errors import IndexUnusable, SettingsError, StoreUnavailable, UsageError
from rag.fakes import FakeEmbedder
from rag.index import Index, build, status
from rag.index import vectors as vectors_module
from rag.index.catalogue import open_reader
from rag.index.dump import dump
from rag.index.layout import current
from rag.index.vectors import Address, Server, open_server
from rag.workspace import Workspace

SEEDS = Path(__file__).parent.parent / "seeds"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Chroma:
    """A server that can be stopped and started again over the same folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = Path(sys.executable).parent / "chroma"
        self.process = subprocess.Popen(
            [
                program,
                "run",
                "--path",
                self.folder,
                "--host",
                "127.0.0.1",
                "--port",
                str(self.port),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(300):
            try:
                connection = HTTPConnection("127.0.0.1", self.port, timeout=1)
                connection.request("GET", "/api/v2/heartbeat")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("chroma run doesn't come up")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process = None


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chroma]:
    chroma = Chroma(tmp_path_factory.mktemp("server") / "data")
    chroma.start()
    yield chroma
    chroma.stop()


@pytest.fixture
def server(running: Chroma) -> Chroma:
    """The server with nothing in it."""
    if running.process is None:
        running.start()
    client = Server(running.url).client
    for collection in client.list_collections():
        client.delete_collection(collection.name)
    client.close()
    return running


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors_module, "PAUSE", 0.01)


def workspace_at(root: Path, url: str, *, seeds: bool = True) -> Workspace:
    root.mkdir(parents=True, exist_ok=True)
    if seeds and not (root / "seeds").exists():
        shutil.copytree(SEEDS, root / "seeds")
    return Workspace.open(root, embedder="fake", ledger=False, store=url)


def content(workspace: Workspace) -> str:
    place = current(workspace.index)
    assert place is not None
    connection = open_reader(place.catalogue)
    try:
        return dump(connection)
    finally:
        connection.close()


def documents_of(text: str) -> list[str]:
    """A dump without the manifest, which only the owner of the files has."""
    return [line for line in text.splitlines() if not line.startswith('{"file"')]


class Counting(FakeEmbedder):
    read = 0

    def encode(self, texts: Any) -> Any:
        Counting.read += len(texts)
        return super().encode(texts)


def no_embedder() -> Any:
    raise AssertionError("nothing is to be embedded")


def test_the_server_holds_the_vectors_and_answers_questions(tmp_path: Path, server: Chroma) -> None:
    workspace = workspace_at(tmp_path / "a", server.url)
    report = build(workspace, FakeEmbedder)
    assert open_server(server.url).count() == report.passages
    assert not list((tmp_path / "a" / "index").glob("chroma-*"))
    with Index.open(workspace) as index:
        passage = index.passages([index.bm25("xinjiang", 1)[0][0]])[0]
        vector = FakeEmbedder().encode([f"{passage.heading}\n{passage.text}"])[0]
        (number, cosine), *rest = index.dense(vector, 4)
        assert index.passages([number]) == [passage]
        assert cosine == pytest.approx(1.0, abs=1e-4)
        assert len(rest) == 3


def test_a_second_workspace_takes_its_catalogue_from_the_server(
    tmp_path: Path, server: Chroma
) -> None:
    first = workspace_at(tmp_path / "a", server.url)
    build(first, FakeEmbedder)
    second = workspace_at(tmp_path / "b", server.url, seeds=False)
    with Index.open(second) as theirs, Index.open(first) as ours:
        assert theirs.fingerprint == ours.fingerprint
        for info in ours.documents():
            assert theirs.document(info.name) == ours.document(info.name)
            assert theirs.sentences(info.name) == ours.sentences(info.name)
            places = {info.name: range(len(ours.sentences(info.name)))}
            mine, other = ours.sentence_vectors(places), theirs.sentence_vectors(places)
            assert mine.keys() == other.keys()
            assert all((other[k] == v).all() for k, v in mine.items())
        vector = FakeEmbedder().encode(["Pakistan and China"])[0]
        assert [p for p, _ in _texts(theirs, vector)] == [p for p, _ in _texts(ours, vector)]
    assert documents_of(content(second)) == documents_of(content(first))


def _texts(index: Index, vector: Any) -> list[tuple[str, float]]:
    found = index.dense(vector, 5)
    return [
        (p.text, s) for p, (_, s) in zip(index.passages([i for i, _ in found]), found, strict=True)
    ]


def test_an_attached_workspace_follows_its_owner_and_never_deletes(
    tmp_path: Path, server: Chroma
) -> None:
    first = workspace_at(tmp_path / "a", server.url)
    build(first, FakeEmbedder)
    second = workspace_at(tmp_path / "b", server.url, seeds=False)
    report = build(second, no_embedder)
    assert report.attached
    assert report.documents == 5
    (tmp_path / "a/seeds/new.txt").write_text("Iceland thanked Norway.", encoding="utf-8")
    (tmp_path / "a/seeds/000_5cdbab35170b9fa8.txt").unlink()
    build(first, FakeEmbedder)
    assert build(second, no_embedder).documents == 5
    assert documents_of(content(second)) == documents_of(content(first))
    with Index.open(first) as index:
        assert [d.name for d in index.documents()][-1] == "new.txt"


def test_a_workspace_with_documents_of_its_own_is_kept_from_another_ones_store(
    tmp_path: Path, server: Chroma
) -> None:
    build(workspace_at(tmp_path / "a", server.url), FakeEmbedder)
    second = workspace_at(tmp_path / "b", server.url)
    with pytest.raises(UsageError, match="holds the index of"):
        build(second, FakeEmbedder)
    (tmp_path / "b/seeds/000_5cdbab35170b9fa8.txt").unlink()
    assert build(second, FakeEmbedder, rebuild=True).documents == 4
    assert open_server(server.url).count() == build(second, no_embedder).passages


def test_other_settings_than_the_owners_are_named(tmp_path: Path, server: Chroma) -> None:
    build(workspace_at(tmp_path / "a", server.url), FakeEmbedder)
    (tmp_path / "b").mkdir()
    second = Workspace.open(
        tmp_path / "b", embedder="fake", ledger=False, store=server.url, passage_tokens=40
    )
    with pytest.raises(IndexUnusable, match="passage_tokens"):
        Index.open(second)


def test_a_lost_catalogue_is_filled_from_the_server_without_embedding(
    tmp_path: Path, server: Chroma
) -> None:
    workspace = workspace_at(tmp_path / "a", server.url)
    build(workspace, FakeEmbedder)
    before = content(workspace)
    shutil.rmtree(workspace.index)
    Counting.read = 0
    build(workspace, Counting)
    assert Counting.read == 0
    assert content(workspace) == before


def test_a_server_that_lost_its_data_is_filled_again_without_embedding(
    tmp_path: Path, server: Chroma
) -> None:
    workspace = workspace_at(tmp_path / "a", server.url)
    passages = build(workspace, FakeEmbedder).passages
    server.stop()
    shutil.rmtree(server.folder)
    server.start()
    build(workspace, no_embedder)
    assert open_server(server.url).count() == passages


def test_a_server_that_is_away_is_said_so_and_nothing_is_lost(
    tmp_path: Path, server: Chroma
) -> None:
    workspace = workspace_at(tmp_path / "a", server.url)
    build(workspace, FakeEmbedder)
    index = Index.open(workspace)
    server.stop()
    with pytest.raises(StoreUnavailable) as caught:
        build(workspace, FakeEmbedder)
    assert server.url in caught.value.message
    assert "chroma run" in caught.value.hint
    with pytest.raises(StoreUnavailable):
        index.dense(FakeEmbedder().encode(["anything"])[0], 3)
    assert index.bm25("xinjiang", 3)
    index.close()
    assert status(workspace).documents == 5
    server.start()
    assert build(workspace, no_embedder).unchanged == 5


def test_moving_from_the_folder_to_a_server_embeds_nothing(tmp_path: Path, server: Chroma) -> None:
    workspace = workspace_at(tmp_path / "a", "")
    passages = build(workspace, FakeEmbedder).passages
    moved = workspace_at(tmp_path / "a", server.url)
    build(moved, no_embedder)
    assert open_server(server.url).count() == passages
    assert not list((tmp_path / "a" / "index").glob("chroma-*"))


@pytest.mark.parametrize("url", ["localhost:8000", "http://", "ftp://host:1", "http://host:seven"])
def test_an_address_that_is_none_is_a_settings_error(url: str) -> None:
    with pytest.raises(SettingsError):
        Address.parse(url)


class _Gatekeeper(BaseHTTPRequestHandler):
    """Passes a request on where it carries the token, and fails every seventh as servers do."""

    target: int
    seen = 0

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Authorization") != "Bearer secret":
            self._answer(401, b'{"error": "no token"}')
            return
        type(self).seen += 1
        if type(self).seen % 7 == 0:
            self._answer(503, b"busy")
            return
        there = HTTPConnection("127.0.0.1", self.target, timeout=20)
        headers = {"Content-Type": "application/json"}
        there.request(self.command, self.path, body=body, headers=headers)
        answer = there.getresponse()
        self._answer(answer.status, answer.read())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = _pass_on  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def guarded(server: Chroma) -> Iterator[str]:
    handler = type("Gatekeeper", (_Gatekeeper,), {"target": server.port, "seen": 0})
    gate = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=gate.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{gate.server_address[1]}"
    gate.shutdown()
    gate.server_close()


def test_the_token_is_sent_and_passing_faults_are_tried_again(
    tmp_path: Path, guarded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RAG_STORE_TOKEN", "secret")
    workspace = workspace_at(tmp_path / "a", guarded)
    assert build(workspace, FakeEmbedder).documents == 5
    with Index.open(workspace) as index:
        assert index.dense(FakeEmbedder().encode(["China"])[0], 3)


def test_a_missing_token_is_named(
    tmp_path: Path, guarded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RAG_STORE_TOKEN", raising=False)
    with pytest.raises(StoreUnavailable) as caught:
        build(workspace_at(tmp_path / "a", guarded), FakeEmbedder)
    assert "RAG_STORE_TOKEN" in caught.value.hint
