"""What a batch costs besides the model: time a question, and memory as the questions grow.

    python bench/batch.py                           # --questions N --workers N
    python bench/batch.py --order WORKSPACE FILE    # what the order does for the local model

The assistant answers at once with an answer of the usual size, so all time is the batch's own. A
plain loop that writes and syncs the same lines is the measure: the difference is what it adds.
With `--order` the workspace's own model answers the questions of a file twice, shuffled: as they
come, and in the order in which the batch puts them.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.batch import read_questions, run_batch
from rag.batch.journal import encode
from rag.types import (
    Answer,
    AnswerSentence,
    Citation,
    Event,
    Evidence,
    Filters,
    Finished,
    Found,
    Query,
    Usage,
)

QUOTE = "The Moroccan side firmly supports the position, the minister said on Monday. " * 2


class Instant:
    """Answers at once: three sentences, three citations, eight pieces of evidence."""

    identity = {"model": "fake", "index": "i", "prompts": "p", "settings": "s"}  # noqa: RUF012

    def stream(
        self, question: str, *, id: str, filters: Filters, evidence_only: bool
    ) -> Iterator[Event]:
        """The answer alone."""
        yield Finished(answer=answer(id, question))

    def search(self, question: str, *, filters: Filters) -> Found:
        """Nothing: no local model, no order."""
        return Found(query=Query(text=question, standalone=question), hits=(), evidence=())

    def close(self) -> None:
        """Nothing to give back."""


def answer(identity: str, question: str) -> Answer:
    """An answer of the usual size, about 6 kB as JSON."""
    evidence = tuple(
        Evidence(document=f"d{n}.txt", start=n, end=n + len(QUOTE), quote=QUOTE, score=1 / n)
        for n in range(1, 9)
    )
    return Answer(
        id=identity,
        question=question,
        status="answered",
        answer="It firmly supports the position. [1] " * 3,
        sentences=tuple(
            AnswerSentence(text=QUOTE, citations=(n,), support=0.9, origin="model")
            for n in (1, 2, 3)
        ),
        citations=tuple(Citation.of(n, evidence[n]) for n in (1, 2, 3)),
        evidence=evidence,
        model="fake",
        usage=Usage(prompt_tokens=600, completion_tokens=60),
    )


def plain_loop(folder: Path, count: int) -> float:
    """Seconds to write and sync the same lines one after another."""
    began = time.perf_counter()
    descriptor = os.open(folder / "plain.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for n in range(count):
        os.write(descriptor, encode(answer(f"q{n}", f"What about number {n}?").to_dict()))
        os.fsync(descriptor)
    os.close(descriptor)
    return time.perf_counter() - began


def batch(folder: Path, name: str, count: int, **options: Any) -> float:
    """Seconds of a batch over so many questions."""
    path = folder / f"{name}.txt"
    lines = [f"What about number {n}?" for n in range(count)]
    path.write_text("\n".join(lines), encoding="utf-8")
    began = time.perf_counter()
    summary = run_batch(
        path, folder / f"{name}.jsonl", Instant(), notify=lambda line: None, **options
    )
    if summary.exit_status:
        sys.exit("The batch did not finish: " + " ".join(summary.lines()))
    return time.perf_counter() - began


def peak(folder: Path, name: str, count: int) -> int:
    """The most bytes that Python objects took during a batch."""
    gc.collect()
    tracemalloc.start()
    batch(folder, name, count)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def order(root: Path, questions: Path, limit: int) -> None:
    """Prints the time of a model's first words with and without the batch's order."""
    from rag.batch import loop

    chosen = list(read_questions(questions).questions)
    random.Random(1).shuffle(chosen)
    lines = [json.dumps({"id": q.id, "question": q.text}) for q in chosen[:limit]]
    arranged = loop.in_good_order
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "q.jsonl"
        path.write_text("\n".join(lines), encoding="utf-8")
        for name, arrange in (
            ("as they come", lambda tasks, _: list(tasks)),
            ("ordered", arranged),
        ):
            loop.in_good_order = arrange  # type: ignore[assignment]
            sys.stdout.write(f"{name:14} {in_one_order(root, path)}\n")
            sys.stdout.flush()


def in_one_order(root: Path, path: Path) -> str:
    """Answers the file with a model loaded anew, so that nothing of an earlier run is cached."""
    from rag.assistant import Assistant
    from rag.llm import local
    from rag.llm.engine import close_engines
    from rag.workspace import Workspace

    close_engines()
    read, kept, plain = [0], [0], local._usage

    def counted(data: Any) -> Any:
        usage = plain(data)
        read[0] += usage["input_tokens"]
        kept[0] += usage["input_token_details"]["cache_read"]
        return usage

    local._usage = counted
    output = path.with_name("a.jsonl")
    output.unlink(missing_ok=True)
    with Assistant.open(Workspace.open(root)) as assistant:
        assistant.warm()
        summary = run_batch(path, output, assistant, notify=lambda line: None)
    local._usage = plain
    records = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    timings = [r["timing"] for r in records if r["timing"]["first_token_ms"]]
    waits = [t["first_token_ms"] - t["retrieve_ms"] for t in timings]
    return (
        f"{len(records)} questions {summary.seconds:7.1f} s, {summary.digest.tokens} tokens, "
        f"{kept[0]} of {read[0]} prompt tokens from the cache, first token after "
        f"{statistics.median(waits) if waits else 0:.0f} ms (median of {len(waits)})"
    )


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--questions", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--order", nargs=2, type=Path, metavar=("WORKSPACE", "FILE"))
    given = parser.parse_args()
    if given.order:
        order(*given.order, given.questions)
        return
    count = given.questions
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as place:
        folder = Path(place)
        plain = plain_loop(folder, count)
        first = batch(folder, "first", count, workers=given.workers)
        again = batch(folder, "first", count)
        small, large = peak(folder, "small", count // 4), peak(folder, "large", count)
    say = sys.stdout.write
    say(f"{count} questions, {given.workers} at once\n")
    say(f"write and sync alone   {1000 * plain / count:6.2f} ms a question\n")
    say(f"batch                  {1000 * first / count:6.2f} ms a question\n")
    say(f"second run, all kept   {1000 * again / count:6.2f} ms a question\n")
    say(f"peak of Python objects {large / 1e6:6.2f} MB, with a quarter {small / 1e6:.2f} MB\n")
    say(f"each further question  {(large - small) / (count - count // 4):6.0f} bytes\n")


if __name__ == "__main__":
    main()
