"""A batch with a real model, killed again and again: does it end like one that was left alone?

    python -m bench.killing                                  # 10 kills, 12 questions on seeds/
    python -m bench.killing --workspace DIR --questions FILE --kills N --seed S --model NAME

The questions are answered once undisturbed. Then the same command is started, killed (SIGKILL)
after a random time (in which it answers a question or two), and started again, as often as
asked; at last it is left to end. The two outputs must be the same line by line apart from times,
and no question may be asked twice but those that a kill interrupted.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.measure import ROOT

QUESTIONS = (
    "What did Pakistan say about Xinjiang?",
    "What did Rouhani say about sanctions?",
    "What did Xi say about vaccines?",
    "What did Iraq thank China for?",
    "What did Morocco say about sovereignty?",
    "How many Chinese tourists visited Morocco each year?",
    "What did Wang Yi say about the Islamic State?",
    "What did Morocco say about Xinjiang?",
    "What did Xi say about sanctions?",
    "What did Pakistan say about the Global Development Initiative?",
    "Which laboratory was built in Iraq?",
    "What did Rouhani say about China's success?",
)
COUNTED = """
import os, sys
from langchain_core.language_models.chat_models import BaseChatModel
from rag.assistant import Assistant
from rag.cli import main


def note(word):
    descriptor = os.open(os.environ["COUNT"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(descriptor, f"{word}\\n".encode())
    os.close(descriptor)


def counted(owner, name, word):
    plain = getattr(owner, name)
    setattr(owner, name, lambda self, *a, **k: (note(word), plain(self, *a, **k))[1])


counted(Assistant, "stream", "question")
counted(BaseChatModel, "stream", "model")
counted(BaseChatModel, "invoke", "model")
main()
"""
"""The command, with every question and every call to the model written down."""


class Run:
    """One output in a folder, and the command that makes it."""

    def __init__(self, folder: Path, root: Path, questions: Path, model: str) -> None:
        self.output = folder / "a.jsonl"
        self.count = folder / "count"
        self.command = [sys.executable, "-c", COUNTED, "--offline", "--workspace", str(root)]
        self.command += ["batch", str(questions), "-o", str(self.output)]
        self.command += ["--model", model] if model else []

    def start(self) -> subprocess.Popen[bytes]:
        """The batch as a process."""
        env = {**os.environ, "COUNT": str(self.count)}
        quiet = subprocess.DEVNULL
        return subprocess.Popen(self.command, cwd=ROOT, env=env, stdout=quiet, stderr=quiet)

    def answered(self) -> int:
        """Whole lines on the disk."""
        return self.output.read_bytes().count(b"\n") if self.output.exists() else 0

    def counted(self, word: str) -> int:
        """How often a question was begun, or the model called."""
        return self.count.read_text("utf-8").split().count(word) if self.count.exists() else 0

    def lines(self) -> list[str]:
        """The answers without their times."""
        records = [json.loads(line) for line in self.output.read_text("utf-8").splitlines()]
        for record in records:
            record.pop("timing")
        return [json.dumps(record, ensure_ascii=False) for record in records]


def killed(run: Run, kills: int, longest: float, chance: random.Random) -> int:
    """Starts and kills the run; says how many kills hit a question under way."""
    hits = 0
    while kills:
        before, answers = run.counted("question"), run.answered() + chance.randrange(2)
        process = run.start()
        while process.poll() is None:
            if run.counted("question") > before and run.answered() >= answers:
                break
            time.sleep(0.01)
        time.sleep(chance.uniform(0, longest))
        done, begun = run.answered(), run.counted("question") - before
        ended = process.poll() is not None
        process.kill()
        process.wait()
        if ended:
            break
        kills -= 1
        hits += begun > 0
        sys.stdout.write(f"killed with {done} answers written, {begun} begun in this run\n")
    return hits


def main() -> None:
    """Prints what happened; exit status 1 where the outputs differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--workspace", type=Path, default=ROOT)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--longest", type=float, default=5.0, help="seconds, see above")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--model", default="")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        file = given.questions or Path(place) / "q.txt"
        if not given.questions:
            file.write_text("\n".join(QUESTIONS), encoding="utf-8")
        folders = [Path(place) / name for name in ("undisturbed", "killed")]
        for folder in folders:
            folder.mkdir()
        whole, broken = (Run(f, given.workspace, file, given.model) for f in folders)
        whole.start().wait()
        hits = killed(broken, given.kills, given.longest, random.Random(given.seed))
        broken.start().wait()
        sys.exit(_compared(whole, broken, hits))


def _compared(whole: Run, broken: Run, hits: int) -> int:
    """Prints both runs side by side; 1 where the killed one is not as it should be."""
    expected, found = whole.lines(), broken.lines()
    differing = sum(a != b for a, b in zip(expected, found, strict=False))
    differing += abs(len(expected) - len(found))
    say = sys.stdout.write
    say(f"answers: {len(expected)} undisturbed, {len(found)} killed, {differing} differ\n")
    questions = whole.counted("question"), broken.counted("question")
    say(f"questions asked: {questions[0]}, {questions[1]}; begun ones that a kill hit: {hits}\n")
    say(f"calls to the model: {whole.counted('model')}, {broken.counted('model')}\n")
    return int(differing > 0 or questions[1] > questions[0] + hits)


if __name__ == "__main__":
    main()
