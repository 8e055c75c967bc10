"""A gold file put to a system, case by case, and the run that comes of it."""

from __future__ import annotations

import hashlib
import os
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rag import __version__
from rag.errors import (
    IndexMissing,
    IndexUnusable,
    Interrupted,
    PromptError,
    RagError,
    SettingsError,
    UnknownModel,
    WeightsCorrupt,
    WeightsMissing,
)
from rag.evals.gold import Case, Gold
from rag.evals.metrics.abstention import risk_coverage
from rag.evals.metrics.retrieval import Retrieved, first_appearances
from rag.evals.runs import FORMAT, Journal, Outcome, Run
from rag.evals.score import Mode, Scored, Scoring, score
from rag.evals.spans import Span
from rag.evals.summary import by_tag, running, summarise, table
from rag.evals.systems import Recorded, System
from rag.types import Answer, Found, Progress, Timing

DEEP = 50
"""Passages searched for the ranking of documents: enough that ten documents appear."""
DEEP_WITHOUT = ("evidence_dense",)
"""The deep search is for its passages; comparing sentences would only take time."""
FATAL = (
    IndexMissing,
    IndexUnusable,
    WeightsMissing,
    WeightsCorrupt,
    UnknownModel,
    PromptError,
    SettingsError,
)
"""Errors that every case would meet: they stop the run instead of failing each case."""
PACKAGES = ("chromadb", "langchain-core", "sentence-transformers", "openvino", "xllamacpp", "scipy")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Which cases are asked, and how."""

    gold: Gold
    cases: Sequence[Case]
    system_name: str
    mode: Mode = "answers"
    limit: int | None = None
    seed: int = 0
    passages: int | None = None
    without: tuple[str, ...] = ()
    """Stages of retrieval that are switched off."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """For the record only; what matters of them is in the system's identity."""
    judges: Mapping[str, Any] = field(default_factory=dict)
    """For the record: each judge with how far it agrees with people."""


def run_cases(
    plan: Plan, system: System, scoring: Scoring, folder: Path, progress: Progress | None = None
) -> Run:
    """Asks every case that the folder does not hold yet, then scores all of them.

    A case that crashes is kept as failed with its error, and tried again when the run is
    repeated. Cases are asked one after the other, in the order of the gold file.

    Raises:
        UsageError: the folder holds another run.
        IndexLocked: another process is writing to it.
        Interrupted: the person stopped it; the same command goes on.
        RagError: what every case would meet, such as missing weights.
    """
    record = _record(plan, system)
    began = time.monotonic()
    journal = Journal.open(folder, record["identity"], record)
    try:
        scored = _ask_all(plan, system, scoring, journal, progress)
        record |= _results(plan, scored)
        record["started"] = journal.earlier.get("started", record["started"])
        seconds = journal.earlier.get("seconds", 0) + time.monotonic() - began
        record["seconds"] = round(seconds, 1)
        journal.finish(record, scored)
    except KeyboardInterrupt as exc:
        done = f"{len(journal.outcomes)} of {len(plan.cases)} cases are kept"
        raise Interrupted(
            f"Stopped; {done} in {folder}.", hint="The same command goes on."
        ) from exc
    finally:
        journal.close()
    return Run(folder=folder, record=record, scored=tuple(scored))


def _ask_all(
    plan: Plan, system: System, scoring: Scoring, journal: Journal, progress: Progress | None
) -> list[Scored]:
    scored: list[Scored] = []
    if progress:
        progress.start("Evaluating", len(plan.cases), "cases")
    try:
        for case in plan.cases:
            outcome = journal.outcomes.get(case.id)
            if outcome is None:
                outcome = _outcome(plan, system, case)
                journal.append(outcome)
            scored.append(score_outcome(plan, case, outcome, scoring))
            if progress:
                progress.advance()
            # Not every bar has room for words beside it.
            if callable(note := getattr(progress, "note", None)):
                note(running(scored, plan.mode))
    finally:
        if progress:
            progress.finish()
    return scored


def score_outcome(plan: Plan, case: Case, outcome: Outcome, scoring: Scoring) -> Scored:
    """A case's metrics from what was kept of it."""
    return score(
        case,
        outcome.answer,
        outcome.retrieved,
        places=plan.gold.places.get(case.id, ()),
        scoring=scoring,
        mode=plan.mode,
    )


def _outcome(plan: Plan, system: System, case: Case) -> Outcome:
    try:
        if plan.mode == "retrieval":
            return _searched(plan, system, case)
        answer = system.ask(
            case.question,
            id=case.id,
            history=case.history,
            evidence_only=plan.mode == "evidence",
            k=plan.passages,
        )
        _raise_fatal(answer)
        retrieved = _retrieved(plan, system, case, answer)
        return Outcome(
            answer=replace(answer, id=case.id, question=case.question), retrieved=retrieved
        )
    except FATAL:
        raise
    except Exception as exc:  # a crash is data: the case has failed, the run goes on
        return Outcome(answer=_failed(case, exc))


def _searched(plan: Plan, system: System, case: Case) -> Outcome:
    began = time.perf_counter()
    found = system.search(
        case.question, history=case.history, k=plan.passages, without=plan.without
    )
    milliseconds = 1000 * (time.perf_counter() - began)
    timing = Timing(retrieve_ms=round(milliseconds), total_ms=round(milliseconds))
    answer = Answer(
        id=case.id,
        question=case.question,
        status="answered",
        evidence=found.evidence,
        timing=timing,
        query={"standalone": found.query.standalone},
    )
    return Outcome(answer=answer, retrieved=_ranking(plan, system, case, found))


def _retrieved(plan: Plan, system: System, case: Case, answer: Answer) -> Retrieved | None:
    if isinstance(system, Recorded):
        spans = tuple(Span(e.document, e.start, e.end) for e in answer.evidence)
        documents = first_appearances(s.document for s in spans)
        return Retrieved(documents=documents, sentences=spans) if spans else None
    found = system.search(case.question, history=case.history, k=plan.passages)
    return _ranking(plan, system, case, found)


def _ranking(plan: Plan, system: System, case: Case, found: Found) -> Retrieved:
    """Passages and sentences as the product has them; documents from a deeper search."""
    deep = system.search(
        case.question, history=case.history, k=DEEP, without=(*DEEP_WITHOUT, *plan.without)
    )
    hits = max(deep.hits, found.hits, key=len)
    sentences = tuple(Span(e.document, e.start, e.end) for e in found.evidence)
    return Retrieved(
        documents=first_appearances(h.passage.document for h in hits),
        passages=tuple(
            Span(h.passage.document, h.passage.start, h.passage.end) for h in found.hits
        ),
        sentences=sentences if getattr(system, "quotes_sentences", True) else None,
    )


def _raise_fatal(answer: Answer) -> None:
    """What an assistant reports as a failed answer, where every case would fail alike."""
    error = answer.error or {}
    for kind in FATAL:
        if answer.status == "failed" and error.get("type") == kind.__name__:
            raise kind(error.get("message", ""), hint=error.get("hint", ""))


def _failed(case: Case, exc: Exception) -> Answer:
    known = exc.to_dict() if isinstance(exc, RagError) else None
    error = known or {"type": type(exc).__name__, "message": str(exc), "hint": ""}
    return Answer(id=case.id, question=case.question, status="failed", error=error)


def identity_of(plan: Plan, system: System) -> dict[str, str]:
    """What makes two runs the same run."""
    asked = "\n".join(c.id for c in plan.cases)
    return {
        **system.identity,
        "gold": plan.gold.sha256,
        "cases": hashlib.sha256(asked.encode("utf-8", "surrogatepass")).hexdigest(),
        "system": plan.system_name,
        "mode": plan.mode,
        "passages": str(plan.passages or "default"),
        "without": " ".join(sorted(plan.without)),
    }


def _record(plan: Plan, system: System) -> dict[str, Any]:
    identity = identity_of(plan, system)
    return {
        "format": FORMAT,
        "status": "running",
        "system": plan.system_name,
        "mode": plan.mode,
        "identity": identity,
        "model": identity.get("model", ""),
        "index": identity.get("index", ""),
        "prompts": identity.get("prompts", ""),
        "settings": dict(plan.settings),
        "judges": dict(plan.judges),
        "gold": {
            "file": plan.gold.path.name,
            "sha256": plan.gold.sha256,
            "cases": len(plan.gold.cases),
            "limit": plan.limit,
            "seed": plan.seed if plan.limit else None,
        },
        "n": len(plan.cases),
        "versions": _versions(),
        "machine": _machine(),
        "started": _now(),
    }


def _results(plan: Plan, scored: Sequence[Scored]) -> dict[str, Any]:
    sound = [s.columns for s in scored if s.answer.status != "failed"]
    curve = risk_coverage(*table(sound, ("answered", "right", "confidence")))
    return {
        "status": "done",
        "finished": _now(),
        "failed": [s.case.id for s in scored if s.answer.status == "failed"],
        "metrics": {name: e.to_dict() for name, e in summarise(scored, plan.mode).items()},
        "tags": by_tag(scored),
        "risk_coverage": curve,
    }


def _versions() -> dict[str, str]:
    found = {"readout-rag": __version__, "python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _machine() -> dict[str, Any]:
    """What times depend on; nothing that names the machine or its owner."""
    return {
        "system": platform.system(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
