"""Ctrl-C ends a command at once, whatever still computes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
BUSY_TO_THE_END = """
import atexit, signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
atexit.register(time.sleep, 300)  # as a local model that computes until it is waited for
from rag.cli import main
main()
"""


@pytest.fixture
def asked(tmp_path: Path):
    """A question that a slow model is answering, its evidence already shown."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "rag.toml").write_text('embedder = "fake"\n', encoding="utf-8")
    text = "Norway opposes the ban on whaling, Norwegian Foreign Minister Anna Berg said on Monday."
    (tmp_path / "seeds" / "a.txt").write_text(text, encoding="utf-8")
    rag = [sys.executable, "-c", BUSY_TO_THE_END.replace("300", "0"), "--offline"]
    subprocess.run([*rag, "index"], cwd=tmp_path, check=True, capture_output=True, timeout=120)
    question = "What did Norway say about whaling?"
    rag = [sys.executable, "-u", "-c", BUSY_TO_THE_END, "--offline"]
    process = subprocess.Popen(
        [*rag, "ask", question, "--model", "fake:?delay=600"],
        cwd=tmp_path,
        env={**os.environ, "NO_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    yield process
    process.kill()
    process.communicate()


def test_ctrl_c_ends_a_question_with_status_130_and_no_traceback(asked):
    assert asked.stdout.readline().startswith("[1]")
    asked.send_signal(signal.SIGINT)
    _, errors = asked.communicate(timeout=60)
    assert asked.returncode == 130
    assert "Traceback" not in errors
