"""Every test runs with its own folders and without the network."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from hypothesis import settings

from rag.workspace import Workspace

# Machines that run tests differ in speed; what a test takes is no failure.
settings.register_profile("readout", deadline=None)
settings.load_profile("readout")

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
REAL_CONNECT = socket.socket.connect


def _loopback_only(self: socket.socket, address: object) -> None:
    host = address[0] if isinstance(address, tuple) else ""
    if self.family in {socket.AF_INET, socket.AF_INET6} and host not in {
        "127.0.0.1",
        "::1",
        "localhost",
    }:
        raise OSError(f"a test tried to reach {host}")
    REAL_CONNECT(self, address)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No network but loopback, no settings of the person's own, no data folder of theirs."""
    monkeypatch.setattr(socket.socket, "connect", _loopback_only)
    for name in ("RAG_MODEL", "RAG_WORKSPACE", "RAG_DOCUMENTS", "RAG_STORE", "RAG_EMBEDDER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RAG_DATA", str(tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace over the five documents, indexed with the real embedder."""
    from rag.embed import load_embedder
    from rag.index import build

    root = tmp_path_factory.mktemp("seeds")
    (root / "rag.toml").write_text(f'documents = "{SEEDS.as_posix()}"\n', encoding="utf-8")
    workspace = Workspace.open(root)
    build(workspace, lambda: load_embedder(workspace))
    return workspace
