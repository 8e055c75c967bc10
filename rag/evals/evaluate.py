"""One evaluation from a gold file to a folder with a page to read: what `rag eval` does."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rag.errors import UsageError
from rag.evals.compare import Comparison, compare_runs
from rag.evals.gold import Gold, load_gold, sample
from rag.evals.judge import ModelJudge
from rag.evals.judges import (
    agreement,
    carries,
    checker_judge,
    labelled_sample,
    overlap_judge,
    party_judge,
)
from rag.evals.report import write_report
from rag.evals.runner import Plan, identity_of, run_cases
from rag.evals.runs import RECORD, REPORT, Run, load_run, run_folder
from rag.evals.score import Mode, Scoring
from rag.evals.spans import IndexTexts, Texts
from rag.evals.systems import Recorded, System
from rag.types import Progress
from rag.workspace import Workspace

if TYPE_CHECKING:
    from rag.index import Index
    from rag.names import Names

SystemName = Literal["readout", "plain"]
NOT_RECORDED = ("threads", "base_url", "offline", "store")
"""Settings that say something of a machine and nothing of the answers."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is to be evaluated, and how."""

    gold: Path
    system: SystemName = "readout"
    mode: Mode = "answers"
    model: str | None = None
    limit: int | None = None
    seed: int = 0
    passages: int | None = None
    without: tuple[str, ...] = ()
    """Stages of retrieval that are switched off."""
    answers: Path | None = None
    """Answers made elsewhere, scored in place of a system's."""
    judge: str | None = None
    """A model that judges answers besides."""
    baseline: str | None = None
    """A run to compare with, by name or path."""
    output: str | None = None
    """The run's name or path; by default one is made from what is run, and gone on with."""


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """A finished run, and the comparison with its baseline where one was named."""

    run: Run
    comparison: Comparison | None
    report: Path


def run_eval(
    workspace: Workspace, request: Request, progress: Progress | None = None
) -> Evaluation:
    """Evaluates a system on a gold file, or goes on with a run that was stopped.

    Raises:
        GoldError: the gold file has faults; all are named.
        UsageError: the baseline or the output folder cannot be used.
        IndexMissing: nothing has been indexed yet.
        Interrupted: the person stopped it; the same command goes on.
    """
    baseline = load_run(run_folder(workspace, request.baseline)) if request.baseline else None
    _check(request)
    from rag.index import Index

    with closing(Index.open(workspace)) as index:
        texts = IndexTexts(index)
        gold = load_gold(_gold_path(workspace, request.gold), texts)
        _same_gold(gold, baseline)
        with closing(_system(workspace, request, texts)) as system:
            names = _names(workspace, index)
            plan, judge = _plan(workspace, request, gold, names)
            scoring = Scoring(
                texts=texts,
                carries=checker_judge(names),
                same_party=party_judge(names),
                judged_right=judge.right if judge else None,
            )
            folder = _folder(workspace, request, plan, system)
            run = run_cases(plan, system, scoring, folder, progress)
    comparison = compare_runs(baseline, run) if baseline else None
    report = folder / REPORT
    write_report(report, run, comparison)
    return Evaluation(run=run, comparison=comparison, report=report)


def compare_folders(workspace: Workspace, a: str, b: str) -> tuple[Comparison, Path]:
    """Run b against run a, and a page that shows both, in b's folder.

    Raises:
        UsageError: a run is missing, unfinished or damaged, or they have other gold.
    """
    first, second = (load_run(run_folder(workspace, name)) for name in (a, b))
    comparison = compare_runs(first, second)
    path = second.folder / f"compare-{first.name}.html"
    write_report(path, second, comparison)
    return comparison, path


def _check(request: Request) -> None:
    if request.answers and request.mode != "answers":
        raise UsageError("`--answers` has answers already; it asks for no retrieval or evidence.")
    if request.without and request.mode != "retrieval":
        raise UsageError("`--without` switches stages of retrieval; add `--retrieval-only`.")
    if request.limit is not None and request.limit < 1:
        raise UsageError(f"`--limit {request.limit}` leaves no case.", hint="Give 1 or more.")


def _gold_path(workspace: Workspace, given: Path) -> Path:
    """As given, below the workspace, or by its bare name among the gold files."""
    named = workspace.evals / "gold" / f"{given.name}.jsonl"
    places = [given, workspace.root / given, *([named] if given.parent == Path() else [])]
    return next((p for p in places if p.is_file()), given)


def _same_gold(gold: Gold, baseline: Run | None) -> None:
    """Said before an hour is spent on a run that could not be compared."""
    if baseline and baseline.record["identity"].get("gold") != gold.sha256:
        raise UsageError(
            f"The baseline {baseline.name} was made with other gold than {gold.path.name}.",
            hint="Make a new baseline with this gold file, or leave --baseline out.",
        )


def _system(workspace: Workspace, request: Request, texts: Texts) -> System:
    if request.answers:
        return Recorded.load(request.answers, texts)
    if request.system == "plain":
        from rag.evals.plain import PlainPipeline

        return PlainPipeline.open(workspace, model=request.model)
    from rag.assistant import Assistant

    return Assistant.open(workspace, model=request.model)


def _plan(
    workspace: Workspace, request: Request, gold: Gold, names: Names
) -> tuple[Plan, ModelJudge | None]:
    judge = _model_judge(workspace, request.judge) if request.judge else None
    judges = {
        name: agreement(carries(rule), labelled_sample()).to_dict()
        for name, rule in (("checker", checker_judge(names)), ("shared words", overlap_judge))
    }
    if judge:
        judges[judge.name] = judge.agreement().to_dict()
    settings = {k: v for k, v in asdict(workspace.settings).items() if k not in NOT_RECORDED}
    plan = Plan(
        gold=gold,
        cases=sample(gold.cases, request.limit, request.seed),
        system_name="answers" if request.answers else request.system,
        mode=request.mode,
        limit=request.limit,
        seed=request.seed,
        passages=request.passages,
        without=request.without,
        settings=settings,
        judges=judges,
    )
    return plan, judge


def _names(workspace: Workspace, index: Index) -> Names:
    from rag.names import Names

    roster = workspace.root / workspace.settings.roster
    return Names.load(roster if roster.is_file() else None, index.people())


def _model_judge(workspace: Workspace, name: str) -> ModelJudge:
    from rag.llm import load_model
    from rag.prompts import Prompts

    settings = workspace.settings
    model = load_model(name, base_url=settings.base_url, offline=settings.offline)
    cache = workspace.evals / "runs" / "judge-cache.jsonl"
    return ModelJudge(lambda: model, name=name, prompts=Prompts.load(workspace), cache=cache)


def _folder(workspace: Workspace, request: Request, plan: Plan, system: System) -> Path:
    """The folder named, or one named after what is run: the unfinished one if there is one."""
    if request.output:
        return run_folder(workspace, request.output)
    identity = json.dumps(identity_of(plan, system), sort_keys=True)
    mode = {"answers": "", "evidence": "-evidence", "retrieval": "-search"}[plan.mode]
    short = hashlib.sha256(identity.encode()).hexdigest()[:8]
    name = f"{plan.gold.path.stem}-{plan.system_name}{mode}-{short}"
    runs = workspace.evals / "runs"
    number = 1
    while _finished(runs / _numbered(name, number)):
        number += 1
    return runs / _numbered(name, number)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def _finished(folder: Path) -> bool:
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(record, dict) and record.get("status") == "done"
