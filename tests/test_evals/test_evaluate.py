"""The whole way: a workspace with an index, a gold file by name, a run, a baseline, a page."""

import json

import pytest

from rag.embed import load_embedder
from rag.errors import GoldError, UsageError
from rag.evals.evaluate import Request, compare_folders, run_eval
from rag.evals.runs import run_folder
from rag.index import build
from rag.workspace import Workspace

GOLD = [
    {"id": "g1", "question": "What did Peru buy?", "answerable": True, "must_include": [["grain"]],
     "documents": ["peru.txt"], "quotes": ["Peru will buy 300 tons of grain, the minister said."],
     "speaker": "Peru", "tags": ["fact"]},
    {"id": "g2", "question": "What did Oman say about forests?", "answerable": True,
     "documents": ["oman.txt"], "quotes": ["Oman protects the old forests, its envoy said."]},
    {"id": "g3", "question": "What did Norway say about chess?", "answerable": False,
     "reason": "no_document"},
]  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    root = tmp_path_factory.mktemp("workspace")
    (root / "seeds").mkdir()
    (root / "seeds" / "peru.txt").write_text(
        "Lima, 4 March. Peru will buy 300 tons of grain, the minister said. It rained.",
        encoding="utf-8",
    )
    (root / "seeds" / "oman.txt").write_text(
        "Oman protects the old forests, its envoy said. Ships sail in May.", encoding="utf-8"
    )
    (root / "rag.toml").write_text('embedder = "fake"\nmodel = "fake"\n', encoding="utf-8")
    gold = root / "evals" / "gold"
    gold.mkdir(parents=True)
    for name, rows in {"small": GOLD, "other": GOLD[:2]}.items():
        text = "".join(json.dumps(r) + "\n" for r in rows)
        (gold / f"{name}.jsonl").write_text(text, encoding="utf-8")
    workspace = Workspace.open(root)
    build(workspace, lambda: load_embedder(workspace))
    return workspace


def ask(workspace, name="small", **options):
    from pathlib import Path

    return run_eval(workspace, Request(gold=Path(name), **options))


def test_a_run_is_named_after_what_is_run_and_a_second_gets_a_number(built):
    first, second = ask(built), ask(built)
    assert first.run.name.startswith("small-readout-")
    assert second.run.name == f"{first.run.name}-2"
    assert first.report.is_file()
    assert first.run.folder.parent == built.evals / "runs"
    assert first.run.metrics["citation_exact"].value == 1
    assert not first.run.failed


def test_no_absolute_path_and_no_name_of_the_machine_is_recorded(built):
    done = ask(built, output="clean")
    record = (done.run.folder / "run.json").read_text(encoding="utf-8")
    assert str(built.root) not in record
    assert "/" not in json.loads(record)["gold"]["file"]


def test_a_baseline_is_compared_with_and_shown_on_the_page(built):
    ask(built, output="before")
    done = ask(built, output="after", baseline="before")
    assert done.comparison.a.name == "before"
    assert "before" in done.report.read_text(encoding="utf-8")
    comparison, page = compare_folders(built, "before", "after")
    assert comparison.n == 3
    assert page.name == "compare-before.html"


def test_a_baseline_of_other_gold_is_refused_before_anything_runs(built):
    ask(built, output="first")
    with pytest.raises(UsageError, match="other gold"):
        ask(built, "other", baseline="first", output="never")
    assert not run_folder(built, "never").exists()


def test_searching_alone_and_evidence_alone_are_runs_too(built):
    search = ask(built, mode="retrieval")
    assert "-search-" in search.run.name
    assert search.run.metrics["doc_success@5"].value == 1
    evidence = ask(built, mode="evidence")
    assert "-evidence-" in evidence.run.name
    assert evidence.run.metrics["prompt_tokens"].n == 0


def test_answers_made_elsewhere_are_scored(built, tmp_path):
    path = tmp_path / "answers.jsonl"
    path.write_text('{"id": "g1", "answer": "Peru buys grain."}\n', encoding="utf-8")
    done = ask(built, answers=path, output="theirs")
    assert done.run.metrics["must_include"].value == 1
    assert len(done.run.failed) == 2


def test_gold_that_the_index_does_not_hold_is_refused(built):
    path = built.evals / "gold" / "stale.jsonl"
    path.write_text(json.dumps({**GOLD[0], "documents": ["peru.tx"]}) + "\n", encoding="utf-8")
    with pytest.raises(GoldError, match=r"peru\.tx \(near: peru\.txt\)"):
        ask(built, "stale")
    path.unlink()


@pytest.mark.parametrize("options", [{"limit": 0}, {"answers": "x", "mode": "retrieval"}])
def test_options_that_contradict_each_other_are_refused(built, options):
    with pytest.raises(UsageError):
        ask(built, **options)


def test_a_missing_run_is_told(built):
    with pytest.raises(UsageError, match="No run at"):
        ask(built, baseline="nowhere")
