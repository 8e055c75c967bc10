"""What a finished batch comes to: counts, failures by name, reasons, the slowest."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.batch.plan import count
from rag.batch.questions import BadQuestion
from rag.batch.tally import in_words

SLOWEST = 10
IN_WORDS = {
    "no_document": "no document on the topic",
    "topic_without_speaker": "on the topic, but not by that speaker",
    "speaker_without_topic": "by that speaker, but not on the topic",
    "other_date": "only at another date",
    "reported_only": "only reported by others",
    "conflict": "the documents contradict each other",
    "unsupported": "nothing that could be said held up to its source",
}
"""The reasons of `not_found`, for people."""


@dataclass(frozen=True, kw_only=True)
class Failed:
    """A question that got no answer."""

    id: str
    question: str
    type: str
    message: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class Digest:
    """The answers of a journal, added up."""

    answered: int = 0
    not_found: Mapping[str, int] = field(default_factory=dict)
    """Reason → number, the most frequent first."""
    unfound: tuple[tuple[str, str, str], ...] = ()
    """Id, question and reason of each question without an answer in the documents."""
    failed: tuple[Failed, ...] = ()
    slowest: tuple[tuple[int, str, str], ...] = ()
    """Milliseconds, id, question."""
    tokens: int = 0
    cost_usd: float | None = None
    made_with: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """`model`, `index` and `prompts` → the distinct values among the answers."""

    @property
    def total(self) -> int:
        """Questions with an outcome."""
        return self.answered + len(self.unfound) + len(self.failed)


@dataclass(frozen=True, kw_only=True)
class Summary:
    """How a run ended."""

    output: Path
    journal: Path
    digest: Digest
    bad: tuple[BadQuestion, ...] = ()
    kept: int = 0
    asked: int = 0
    """Questions that this run recorded an outcome for."""
    redone: Mapping[str, str] = field(default_factory=dict)
    """Id → what had changed since its answer was made."""
    left: int = 0
    """Questions that were not asked, for the run was stopped."""
    outdated: int = 0
    """Answers that no longer fit what the workspace has become during the run."""
    stopped: str | None = None
    interrupted: bool = False
    abandoned: int = 0
    """Calls still under way that nobody waits for: end the process without joining threads."""
    seconds: float = 0.0

    @property
    def exit_status(self) -> int:
        """0 done, 3 with something failed, bad or left, 130 interrupted."""
        if self.interrupted:
            return 130
        return 3 if self.digest.failed or self.bad or self.left else 0

    def lines(self) -> Iterator[str]:
        """The summary for a terminal."""
        d, unfound = self.digest, sum(self.digest.not_found.values())
        yield (
            f"{count(d.total, 'question')}: {d.answered:,} answered, {unfound:,} not found, "
            f"{len(d.failed):,} failed"
            + (f", {self.left:,} not asked" if self.left else "")
            + (f", {len(self.bad):,} unusable" if self.bad else "")
            + f" · {in_words(self.seconds)}"
            + (f" · {d.tokens:,} tokens" if d.tokens else "")
            + (f" · ${d.cost_usd:,.4f}" if d.cost_usd is not None else "")
        )
        for reason, number in d.not_found.items():
            yield f"  {number:,} not found: {IN_WORDS.get(reason, reason)}"
        for kind, failures in by_message(d.failed):
            ids = ", ".join(f.id for f in failures[:8]) + (" …" if len(failures) > 8 else "")
            yield f"  {len(failures):,} failed: {kind} ({ids})"
        if self.outdated:
            what = count(self.outdated, "answer")
            yield f"{what} made before the workspace changed; run the same command to renew them."
        if self.left:
            yield f"{self.stopped or 'It was stopped.'} Run the same command again to go on."
        elif d.failed:
            yield "Run the same command again to try the failed ones once more."


def by_message(failed: Iterable[Failed]) -> list[tuple[str, list[Failed]]]:
    """Failures with the same message together, the most frequent first."""
    groups: dict[str, list[Failed]] = {}
    for failure in failed:
        groups.setdefault(failure.message, []).append(failure)
    return sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))


def digest(records: Iterable[Mapping[str, Any]]) -> Digest:
    """Adds up the records of a journal, holding no answer longer than it takes."""
    answered, tokens, cost, priced = 0, 0, 0.0, False
    unfound: list[tuple[str, str, str]] = []
    failed: list[Failed] = []
    slowest: list[tuple[int, str, str]] = []
    made_with: dict[str, set[str]] = {"model": set(), "index": set(), "prompts": set()}
    for record in records:
        identity, question = record["id"], record.get("question", "")
        if record["status"] == "answered":
            answered += 1
        elif record["status"] == "not_found":
            reason = (record.get("not_found") or {}).get("reason", "unsupported")
            unfound.append((identity, question, reason))
        else:
            failed.append(_failed(identity, question, record.get("error") or {}))
        usage = record.get("usage") or {}
        tokens += usage.get("prompt_tokens", 0) + usage.get("completion_tokens", 0)
        if usage.get("cost_usd") is not None:
            cost, priced = cost + usage["cost_usd"], True
        heapq.heappush(
            slowest, ((record.get("timing") or {}).get("total_ms", 0), identity, question)
        )
        if len(slowest) > SLOWEST:
            heapq.heappop(slowest)
        for name, values in made_with.items():
            if record.get(name):
                values.add(record[name])
    return Digest(
        answered=answered,
        not_found=dict(Counter(reason for _, _, reason in unfound).most_common()),
        unfound=tuple(unfound),
        failed=tuple(failed),
        slowest=tuple(sorted(slowest, reverse=True)),
        tokens=tokens,
        cost_usd=cost if priced else None,
        made_with={name: tuple(sorted(values)) for name, values in made_with.items()},
    )


def _failed(identity: str, question: str, error: Mapping[str, Any]) -> Failed:
    return Failed(
        id=identity,
        question=question,
        type=str(error.get("type", "")),
        message=str(error.get("message", "")),
        hint=str(error.get("hint", "")),
    )
