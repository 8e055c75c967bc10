"""A run's folder: answers written as they come, so that a killed run goes on where it stopped."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from rag.errors import IndexLocked, UsageError
from rag.evals.metrics.retrieval import Retrieved
from rag.evals.score import Mode, Scored
from rag.evals.significance import Estimate
from rag.types import Answer
from rag.workspace import Workspace

FORMAT = 1
RECORD, ANSWERS, REPORT, LOCK = "run.json", "answers.jsonl", "report.html", ".lock"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one case gave, before it is scored."""

    answer: Answer
    retrieved: Retrieved | None = None

    def to_dict(self) -> dict[str, Any]:
        """A line of the journal."""
        retrieved = self.retrieved.to_dict() if self.retrieved else None
        return {**self.answer.to_dict(), "retrieved": retrieved}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Outcome:
        """The outcome back from a line of the journal, or of a finished `answers.jsonl`."""
        found = data.get("retrieved")
        retrieved = Retrieved.from_dict(found) if found else None
        return cls(answer=Answer.from_dict(data), retrieved=retrieved)


@dataclass(frozen=True, kw_only=True)
class Run:
    """A finished run."""

    folder: Path
    record: Mapping[str, Any]
    scored: tuple[Scored, ...]

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def mode(self) -> Mode:
        """What was asked of the system."""
        mode: Mode = self.record["mode"]
        return mode

    @property
    def metrics(self) -> dict[str, Estimate]:
        """Metric → value, n and interval."""
        return {k: Estimate.from_dict(v) for k, v in self.record["metrics"].items()}

    @property
    def failed(self) -> tuple[Scored, ...]:
        """The cases that crashed: they are in no mean."""
        return tuple(s for s in self.scored if s.answer.status == "failed")


class Journal:
    """The answers of a run that goes on: each line is on the disk before the next case begins."""

    def __init__(self, folder: Path, outcomes: dict[str, Outcome]) -> None:
        self.folder = folder
        self.outcomes = outcomes
        """What is done, by case id; failed cases are not: they are tried again."""
        self.earlier: Mapping[str, Any] = {}
        """The record of the run that is gone on with; empty for a new one."""
        self._lock = _locked(folder)

    @classmethod
    def open(cls, folder: Path, identity: Mapping[str, str], record: Mapping[str, Any]) -> Journal:
        """A new run at `folder`, or the one begun there with this very identity.

        Raises:
            UsageError: the folder holds another run, or something that is no run.
            IndexLocked: another process is writing to it.
        """
        folder.mkdir(parents=True, exist_ok=True)
        journal = cls(folder, {})
        try:
            journal._begin(identity, record)
        except BaseException:
            journal.close()
            raise
        return journal

    def _begin(self, identity: Mapping[str, str], record: Mapping[str, Any]) -> None:
        if (self.folder / RECORD).exists():
            self.earlier = _read_record(self.folder)
            _same_identity(self.folder, self.earlier["identity"], identity)
            _cut_torn_line(self.folder / ANSWERS)
            rows = _read_lines(self.folder / ANSWERS)
            outcomes = [Outcome.from_dict(row) for row in rows]
            self.outcomes = {o.answer.id: o for o in outcomes if o.answer.status != "failed"}
        elif any(p.name != LOCK for p in self.folder.iterdir()):
            hint = f"Name another folder with -o, or remove {self.folder}."
            raise UsageError(f"{self.folder} is not empty and holds no {RECORD}.", hint=hint)
        write_json(self.folder / RECORD, {**record, **_times(self.earlier)})

    def append(self, outcome: Outcome) -> None:
        """Writes one outcome and waits until it is on the disk."""
        with (self.folder / ANSWERS).open("ab") as file:
            file.write(json_line(outcome.to_dict()))
            file.flush()
            os.fsync(file.fileno())
        self.outcomes[outcome.answer.id] = outcome

    def finish(self, record: Mapping[str, Any], scored: Iterable[Scored]) -> None:
        """Replaces the journal by the scored answers, then the record by the final one."""
        _replace(self.folder / ANSWERS, b"".join(json_line(s.to_dict()) for s in scored))
        write_json(self.folder / RECORD, record)

    def close(self) -> None:
        """Lets another process have the folder."""
        self._lock.release()
        (self.folder / LOCK).unlink(missing_ok=True)


def run_folder(workspace: Workspace, name: str | Path) -> Path:
    """Where a run of this name or path lies: as given, below `evals/runs` or `evals/baselines`."""
    given = Path(name).expanduser()
    places = [workspace.evals / "runs" / given, workspace.evals / "baselines" / given]
    if given.is_absolute() or len(given.parts) > 1:
        places = [given, workspace.root / given, *places]
    return next((p for p in places if p.is_dir()), places[0])


def load_run(folder: Path) -> Run:
    """A finished run from its folder.

    Raises:
        UsageError: there is no run, it is not finished, or its files are damaged.
    """
    if not folder.is_dir():
        raise UsageError(f"No run at {folder}.", hint="See evals/runs, or make one: rag eval GOLD")
    record = _read_record(folder)
    if record.get("status") != "done":
        done = len(_read_lines(folder / ANSWERS, torn=True))
        raise UsageError(
            f"The run {folder} is not finished: {done} of {record.get('n', '?')} cases.",
            hint="Give the command that began it again, and it goes on.",
        )
    rows = _read_lines(folder / ANSWERS)
    if len(rows) != record.get("n"):
        raise UsageError(
            f"The run {folder} is damaged: {len(rows)} of {record.get('n', '?')} answers.",
            hint="Remove the folder and run again.",
        )
    return Run(folder=folder, record=record, scored=tuple(Scored.from_dict(r) for r in rows))


def write_json(path: Path, data: Mapping[str, Any]) -> None:
    """Writes a JSON file that is the old or the new one, never half of it."""
    _replace(path, json_line(data, indent=1))


def json_line(data: Any, indent: int | None = None) -> bytes:
    """JSON in UTF-8 with a line end; a text with half a surrogate pair is escaped as a whole."""
    try:
        return (json.dumps(data, ensure_ascii=False, indent=indent) + "\n").encode()
    except UnicodeEncodeError:
        return (json.dumps(data, indent=indent) + "\n").encode()


def _replace(path: Path, data: bytes) -> None:
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _locked(folder: Path) -> FileLock:
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as exc:
        hint = "Wait for it to end, or name another run with -o."
        raise IndexLocked(f"Another process is writing to {folder}.", hint=hint) from exc
    return lock


def _read_record(folder: Path) -> Mapping[str, Any]:
    path = folder / RECORD
    hint = "Name another run, or remove the folder and run again."
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise UsageError(f"{folder} holds no {RECORD}: it is no run.", hint=hint) from exc
    except (OSError, ValueError) as exc:
        raise UsageError(f"{path} cannot be read: {exc}.", hint=hint) from exc
    if not isinstance(record, dict) or not isinstance(record.get("identity"), dict):
        raise UsageError(f"{path} is not the record of a run.", hint=hint)
    if record.get("format") != FORMAT:
        raise UsageError(f"{path} is of another version: {record.get('format')!r}.", hint=hint)
    return record


def _same_identity(folder: Path, there: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    keys = sorted({*there, *wanted})
    changed = [k for k in keys if there.get(k) != wanted.get(k)]
    if changed:
        shown = [f"`{k}` was {_brief(there.get(k))}, is {_brief(wanted.get(k))}" for k in changed]
        raise UsageError(
            f"{folder} holds another run: {'; '.join(shown)}.",
            hint=f"Name another run with -o, or remove {folder}.",
        )


def _times(earlier: Mapping[str, Any]) -> dict[str, Any]:
    """When a run that is gone on with began, and how long it has taken so far."""
    return {key: earlier[key] for key in ("started", "seconds") if key in earlier}


def _brief(value: str | None) -> str:
    if value is None:
        return "not set"
    return value if len(value) <= 32 else f"{value[:12]}…"


def _cut_torn_line(path: Path) -> None:
    """Takes away a last line that was not written to its end."""
    if not path.exists():
        return
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    last = whole[whole.rfind(b"\n", 0, -1) + 1 :]
    if whole and _row(last) is None:
        whole = whole[: -len(last)]
    if whole != data:
        with path.open("r+b") as file:
            file.truncate(len(whole))
            os.fsync(file.fileno())


def _read_lines(path: Path, *, torn: bool = False) -> Sequence[dict[str, Any]]:
    if not path.exists():
        return []
    rows = [_row(line) for line in path.read_bytes().split(b"\n") if line]
    if torn and rows and rows[-1] is None:
        rows.pop()
    for number, row in enumerate(rows, 1):
        if row is None:
            hint = "Remove the folder and run again."
            raise UsageError(f"{path} is damaged on line {number}.", hint=hint)
    return [row for row in rows if row is not None]


def _row(line: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and "id" in row and "status" in row else None
