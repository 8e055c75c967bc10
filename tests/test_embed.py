"""The compiled embedder beside the library it was made from, and in a program that goes on."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from rag.embed import load_embedder
from rag.weights import weights_path
from rag.workspace import Workspace

TEXTS = [
    "Pakistan firmly supports China's stance.",
    "",
    "Who reported the call?",
    "海洋 🌊 " * 40,
    "A long sentence about sanctions and vaccines. " * 60,
]

COLLECTED_ELSEWHERE = """
import faulthandler, gc, os, signal, sys, threading
from rag.embed import load_embedder
from rag.workspace import Workspace
faulthandler.enable()
held = [load_embedder(Workspace.open(sys.argv[1]))]
held[0].encode(["once"])
away = threading.Thread(target=lambda: (held.clear(), gc.collect()))
away.start()
away.join()
heard = []
signal.signal(signal.SIGINT, lambda *_: heard.append(1))
os.kill(os.getpid(), signal.SIGINT)
print("heard", len(heard))
"""


def test_a_compiled_vector_is_that_of_sentence_transformers(tmp_path) -> None:
    from sentence_transformers import SentenceTransformer

    (tmp_path / "rag.toml").write_text("", encoding="utf-8")
    workspace = Workspace.open(tmp_path)
    mine = load_embedder(workspace).encode(TEXTS)
    folder = weights_path(workspace.settings.embedder, offline=True)
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    theirs = model.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    assert (mine * theirs).sum(axis=1).min() >= 0.999
    assert np.allclose(np.linalg.norm(mine, axis=1), 1, atol=1e-3)


def test_a_vector_does_not_depend_on_what_is_embedded_with_it(tmp_path) -> None:
    (tmp_path / "rag.toml").write_text("", encoding="utf-8")
    embedder = load_embedder(Workspace.open(tmp_path))
    subjects = "peace trade sanctions vaccines tourism water".split()
    texts = [f"{' and '.join(subjects[: n % 7])} were raised {n} times." for n in range(400)]
    texts += ["They agreed to cooperate on " + ", ".join(subjects * n) + "." for n in range(40)]
    together = embedder.encode(texts)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-3)
    assert (embedder.encode(texts[::-1])[::-1] == together).all()
    for size in (1, 7, 24):
        for at in range(380, 440, size):
            assert (embedder.encode(texts[at : at + size]) == together[at : at + size]).all()


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_is_heard_after_the_embedder_was_given_up_in_another_thread(tmp_path) -> None:
    (tmp_path / "rag.toml").write_text("", encoding="utf-8")
    command = [sys.executable, "-c", COLLECTED_ELSEWHERE, str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (ran.returncode, ran.stdout.strip()) == (0, "heard 1"), ran.stderr
