"""`rag batch` as a person runs it: options reach the run, its exit status tells how it ended."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

RUN = [sys.executable, "-c", "from rag.cli import main; main()", "--offline"]
QUESTIONS = (
    "What did Norway say about whaling?",
    "What does Croatia export?",
    "What did Norway say about oil?",
)


def rag(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """One run of the command in a process of its own."""
    return subprocess.run(
        [*RUN, *args],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "NO_COLOR": "1"},
        timeout=120,
    )


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An indexed workspace of two documents with the fake models."""
    root = tmp_path_factory.mktemp("batch")
    (root / "seeds").mkdir()
    (root / "rag.toml").write_text('embedder = "fake"\nmodel = "fake"\n', encoding="utf-8")
    norway = "Norway opposes the ban on whaling, Foreign Minister Anna Berg said on Monday."
    (root / "seeds" / "a.txt").write_text(norway, encoding="utf-8")
    (root / "seeds" / "b.txt").write_text("Croatia exports wine and oil.\n", encoding="utf-8")
    (root / "q.txt").write_text("\n".join(QUESTIONS), encoding="utf-8")
    done = rag("index", cwd=root)
    assert done.returncode == 0, done.stderr
    return root


def costs(path: Path) -> list[float | None]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["usage"]["cost_usd"] for line in lines]


def test_a_price_gives_the_estimate_the_answers_and_the_summary_their_cost(workspace, tmp_path):
    output = tmp_path / "a.jsonl"
    done = rag("batch", "q.txt", "-o", str(output), "--price", "100/1000", cwd=workspace)
    assert done.returncode == 0, done.stderr
    assert "3 questions to ask: about 2,600 tokens, $0.66" in done.stderr
    paid = [cost for cost in costs(output) if cost]
    assert paid and f"${sum(paid):.4f}" in done.stderr


def test_a_budget_in_dollars_stops_the_run_and_a_larger_one_finishes_it(workspace, tmp_path):
    output = tmp_path / "a.jsonl"
    command = ["batch", "q.txt", "-o", str(output), "--price", "100/1000", "--max-cost"]
    done = rag(*command, "0.0001", cwd=workspace)
    assert done.returncode == 3
    assert "budget of $0.0001 is used up" in done.stderr
    done = rag(*command, "10", cwd=workspace)
    assert done.returncode == 0, done.stderr
    assert len(costs(output)) == len(QUESTIONS)


def test_a_budget_in_dollars_without_a_price_stops_and_says_what_is_missing(workspace, tmp_path):
    done = rag("batch", "q.txt", "-o", str(tmp_path / "a.jsonl"), "--max-cost", "1", cwd=workspace)
    assert done.returncode == 3
    assert "--max-cost needs a --price" in done.stderr


def test_a_price_that_cannot_be_read_is_refused_before_anything_is_asked(workspace, tmp_path):
    output = tmp_path / "a.jsonl"
    done = rag("batch", "q.txt", "-o", str(output), "--price", "cheap", cwd=workspace)
    assert done.returncode == 2
    assert "--price" in done.stderr and "0.15/0.60" in done.stderr
    assert not output.exists()
