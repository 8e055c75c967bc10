"""The commands as a person meets them: output, errors, exit statuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag.workspace import Workspace

RUN = [sys.executable, "-c", "from rag.cli import main; main()"]
SENTENCE = (
    "Norway firmly opposes the ban on whaling, Norwegian Foreign Minister Anna Berg said on Monday."
)


def rag(*args: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """One run of the command in a process of its own."""
    return subprocess.run(
        [*RUN, *args],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "NO_COLOR": "1", **env},
        timeout=120,
    )


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An indexed workspace of two documents with the fake models."""
    root = tmp_path_factory.mktemp("cli")
    assert rag("init", ".", cwd=root).returncode == 0
    (root / "rag.toml").write_text('embedder = "fake"\nmodel = "fake"\n', encoding="utf-8")
    (root / "seeds" / "a.txt").write_text(f"date 2024-05-07 {SENTENCE}\n", encoding="utf-8")
    (root / "seeds" / "b.txt").write_text("Croatia exports wine and oil.\n", encoding="utf-8")
    done = rag("index", cwd=root)
    assert done.returncode == 0, done.stderr
    return root


def test_init_never_overwrites(workspace: Path) -> None:
    before = (workspace / "rag.toml").read_text(encoding="utf-8")
    assert rag("init", ".", cwd=workspace).returncode == 0
    assert (workspace / "rag.toml").read_text(encoding="utf-8") == before


def test_ask_prints_one_json_object_and_nothing_else(workspace: Path) -> None:
    done = rag("ask", "--json", "What did Norway say about whaling?", cwd=workspace)
    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert answer["status"] == "answered"
    assert answer["model"] == "fake"
    (citation,) = answer["citations"]
    assert citation["document"] == "a.txt"
    assert citation["published"] == "2024-05-07"
    assert citation["speaker"] == "Anna Berg"
    raw = rag("show", "a.txt", "--raw", cwd=workspace).stdout
    assert raw[citation["start"] : citation["end"]] == citation["quote"]


def test_the_answer_is_on_stdout_and_the_rest_on_stderr(workspace: Path) -> None:
    done = rag("ask", "--evidence", "What did Norway say about whaling?", cwd=workspace)
    assert SENTENCE in done.stdout
    assert "checked against 1 source" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_a_no_is_said_plainly(workspace: Path) -> None:
    done = rag("ask", "What did Croatia say about whaling?", cwd=workspace)
    assert done.returncode == 0
    assert done.stdout.startswith("Not in the documents:")


def test_index_names_what_failed_and_does_the_rest(workspace: Path) -> None:
    bad = workspace / "seeds" / "zeros.txt"
    bad.write_bytes(b"\0" * 4096)
    try:
        done = rag("index", cwd=workspace)
        assert done.returncode == 3
        assert "zeros.txt" in done.stderr
        status = json.loads(rag("status", "--json", cwd=workspace).stdout)
        assert [f["name"] for f in status["failures"]] == ["zeros.txt"]
        assert status["documents"] == 2
    finally:
        bad.unlink()
        rag("index", cwd=workspace)


def test_search_has_the_contracts_shape(workspace: Path) -> None:
    found = json.loads(rag("search", "whaling", "--json", cwd=workspace).stdout)
    assert {"document", "start", "end", "text", "score", "stages"} <= set(found["passages"][0])
    assert found["query"]["text"] == "whaling"
    explained = rag("search", "What did Oslo say about whaling?", "--explain", cwd=workspace)
    assert "speaker Norway" in explained.stderr


def test_said_has_the_contracts_shape_and_neutral_cells(workspace: Path) -> None:
    found = json.loads(rag("said", "--by", "Norway", "--json", cwd=workspace).stdout)
    assert found["statements"][0]["speaker"] == "Anna Berg"
    assert found["statements"][0]["country"] == "Norway"
    rows = rag("said", "--csv", cwd=workspace).stdout.splitlines()
    assert rows[0].startswith("document,start,end,quote,speaker")


def test_the_matrix_leads_to_its_quotes(workspace: Path) -> None:
    page = workspace / "matrix.html"
    done = rag("said", "--matrix", "country,whaling", "--html", str(page), cwd=workspace)
    assert done.returncode == 0, done.stderr
    text = page.read_text(encoding="utf-8")
    assert 'href="#c0-0"' in text
    assert "opposes the ban on whaling" in text
    assert "http" not in text


def test_a_matrix_of_more_topics_than_fit_says_how_many_are_left(workspace: Path) -> None:
    topics = ",".join(["whaling", *(f"some long topic number {n}" for n in range(9))])
    done = rag("said", "--matrix", f"country,{topics}", cwd=workspace)
    assert "Norway" in done.stdout
    assert "whaling" in done.stdout
    assert "topics more than fit here" in done.stderr
    empty = rag("said", "--by", "Atlantis", "--matrix", "country,whaling", cwd=workspace)
    assert empty.stdout == ""
    assert "0 statements" in empty.stderr


def test_show_points_at_the_place(workspace: Path) -> None:
    assert "Anna Berg" in rag("show", "a.txt:0-20", cwd=workspace).stdout
    far = rag("show", "a.txt:0-99999", cwd=workspace)
    assert far.returncode == 2
    assert "rag show a.txt" in far.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["ask", ""], "empty"),
        (["ask", "🔥?!"], "empty"),
        (["search", " \t"], "empty"),
        (["ask", "x", "--since", "soon"], "--since 'soon'"),
        (["ask", "x", "--model", "no-such-model"], "no-such-model"),
        (["show", "c.txt"], "c.txt"),
        (["eval", "nowhere.jsonl"], "nowhere.jsonl"),
        (["eval", "x", "--without", "sparse"], "sparse"),
        (["said", "--clock", "sun"], "sun"),
        (["--workspace", "nowhere", "status"], "rag init"),
        (["models", "path", "nothing"], "nothing"),
        (["index", "/"], "documents folder"),
        (["asks"], "No such command"),
    ],
)
def test_wrong_use_ends_with_2_and_names_the_value(
    workspace: Path, args: list[str], said: str
) -> None:
    done = rag(*args, cwd=workspace)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_without_an_index_the_command_that_makes_one_is_named(tmp_path: Path) -> None:
    done = rag("ask", "x", cwd=tmp_path)
    assert done.returncode == 2
    assert "rag index" in done.stderr
    (tmp_path / "seeds").mkdir()
    (tmp_path / "rag.toml").write_text('embedder = "fake"\n', encoding="utf-8")
    rag("index", cwd=tmp_path)
    assert rag("ask", "x", cwd=tmp_path).returncode == 2


def test_without_weights_or_network_the_quotes_are_the_answer(workspace: Path) -> None:
    done = rag(
        "--offline", "ask", "What did Norway say about whaling?", "--model", "local",
        cwd=workspace, RAG_CACHE=str(workspace / "empty-cache"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert SENTENCE in done.stdout
    assert "rag models pull" in done.stderr


def test_a_providers_missing_package_names_the_extra(workspace: Path) -> None:
    done = rag("ask", "What did Norway say about whaling?", "--model", "anthropic:x", cwd=workspace)
    assert done.returncode == 2
    assert "readout-rag[anthropic]" in done.stderr


def test_a_pipe_that_closes_early_is_no_error(workspace: Path) -> None:
    done = subprocess.run(
        f"{' '.join(map(repr, RUN))} search whaling | head -c 5",
        shell=True, cwd=workspace, capture_output=True, text=True,
    )  # fmt: skip
    assert "Traceback" not in done.stderr


def test_control_sequences_in_a_document_never_reach_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "rag.toml").write_text('embedder = "fake"\nmodel = "fake"\n', encoding="utf-8")
    evil = "Norway said that \x1b[2Jwhaling \x1b]0;owned\x07 is \u202enruter good.\n"
    (tmp_path / "seeds" / "evil.txt").write_text(evil, encoding="utf-8")
    assert rag("index", cwd=tmp_path).returncode == 0
    for args in (
        ["ask", "--evidence", "whaling"],
        ["show", "evil.txt"],
        ["said"],
        ["search", "whaling"],
    ):
        done = rag(*args, cwd=tmp_path)
        assert "whaling" in done.stdout
        assert not set("\x1b\x07\u202e") & set(done.stdout)


def test_a_defect_of_ours_ends_with_1_and_says_where_the_log_is(
    workspace: Path, tmp_path: Path
) -> None:
    script = (
        "import rag.index.standing as s\n"
        "def broken(_): raise ZeroDivisionError('oops')\n"
        "s.status = broken\n"
        "import sys; sys.argv = ['rag', 'status']\n"
        "from rag.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=workspace, capture_output=True, text=True,
        env={**os.environ, "RAG_CACHE": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 1
    assert "last-error.log" in done.stderr
    assert "ZeroDivisionError" in (tmp_path / "logs" / "last-error.log").read_text()


def test_version_is_printed() -> None:
    assert rag("--version", cwd=Path.cwd()).stdout.startswith("rag 0.")


@pytest.mark.model
def test_the_local_model_answers_the_question_of_the_readme(seeds: Workspace) -> None:
    done = rag("ask", "What did Pakistan say about Xinjiang?", "--json", cwd=seeds.root)
    answer = json.loads(done.stdout)
    assert answer["status"] == "answered"
    assert "support" in answer["answer"]
    assert {c["document"][:3] for c in answer["citations"]} == {"003"}
    assert answer["citations"][0]["speaker"] == "Imran Khan"
    assert answer["citations"][0]["published"] == "2021-10-28"
    for wrong in ("Iraq", "Wang"):
        assert wrong not in answer["answer"]


def test_quotes_alone_are_followed_by_the_place_they_come_from(workspace: Path) -> None:
    shown = rag("ask", "--evidence", "What did Norway say about whaling?", cwd=workspace).stdout
    assert "[1] Anna Berg, foreign minister (Norway) · 2024-05-07 · a.txt" in shown
    assert " ".join(shown.split()).count("firmly opposes the ban on whaling") == 1


def test_a_question_in_an_unread_language_is_not_passed_off_as_answered(workspace: Path) -> None:
    done = rag("ask", "--evidence", "Что сказала Норвегия о рыбе?", cwd=workspace)
    assert "Anna Berg, foreign minister (Norway)" in done.stdout
    assert "its topic is not" in " ".join(done.stderr.split())
    plain = rag("ask", "--evidence", "What did Norway say about whaling?", cwd=workspace)
    assert "its topic is not" not in " ".join(plain.stderr.split())


def test_nothing_said_is_a_line_and_no_empty_table(workspace: Path) -> None:
    done = rag("said", "--by", "Atlantis", cwd=workspace)
    assert done.returncode == 0
    assert done.stdout.strip() == ""
    assert "0 statements" in done.stderr
