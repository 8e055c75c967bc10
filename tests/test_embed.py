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


CALL = "Wang Yi and Sergey Lavrov met on Friday. They spoke of trade. He said that it had doubled."
SENTENCES = [(0, 40), (41, 61), (62, 91)]


def test_a_sentences_vector_knows_the_text_around_it(tmp_path) -> None:
    (tmp_path / "rag.toml").write_text("", encoding="utf-8")
    embedder = load_embedder(Workspace.open(tmp_path))
    _, (within,) = embedder.encode_parts([CALL], [SENTENCES])
    alone = embedder.encode([CALL[a:b] for a, b in SENTENCES])
    question = embedder.encode(["How has trade between China and Russia developed?"])[0]
    assert np.allclose(np.linalg.norm(within, axis=1), 1, atol=1e-3)
    assert within[2] @ question > alone[2] @ question + 0.1
    assert np.argmax(within @ embedder.encode(["Who met whom on Friday?"])[0]) == 0
    assert np.argmax(within @ question) == 1


def test_a_sentences_vector_does_not_depend_on_what_is_embedded_with_it(tmp_path) -> None:
    (tmp_path / "rag.toml").write_text("", encoding="utf-8")
    embedder = load_embedder(Workspace.open(tmp_path))
    texts = [f"{CALL} {'The call was long. ' * (n % 9)}" for n in range(120)]
    vectors, parts = embedder.encode_parts(texts, [SENTENCES] * len(texts))
    assert (vectors == embedder.encode(texts)).all()
    for n in (0, 7, 64, 119):
        _, (one,) = embedder.encode_parts([texts[n]], [SENTENCES])
        assert (one == parts[n]).all()


def test_a_sentence_behind_what_the_model_reads_is_embedded_on_its_own(tmp_path) -> None:
    (tmp_path / "rag.toml").write_text("", encoding="utf-8")
    embedder = load_embedder(Workspace.open(tmp_path))
    text = "Trade was discussed at length. " * 200 + "Lavrov agreed."
    _, (found,) = embedder.encode_parts([text], [[(0, 30), (len(text) - 14, len(text))]])
    assert (found[1] == embedder.encode(["Lavrov agreed."])[0]).all()
    assert np.linalg.norm(found[0]) == pytest.approx(1, abs=1e-3)


def test_only_a_model_that_takes_the_mean_reads_sentences_within_their_text(tmp_path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling

    from rag.embed.convert import takes_the_mean

    (tmp_path / "rag.toml").write_text("", encoding="utf-8")
    folder = weights_path(Workspace.open(tmp_path).settings.embedder, offline=True)
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    assert takes_the_mean(model)
    model[1] = Pooling(model.get_embedding_dimension(), pooling_mode="cls")
    assert not takes_the_mean(model)
