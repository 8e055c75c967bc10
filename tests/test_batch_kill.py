"""A batch killed at any moment ends as if it had never been: nothing lost, nothing paid twice.

`READOUT_KILLS=200` makes the random series longer. Run as a script, this file is the process
that forks the runs and kills them, so that no thread of the test runner is copied along.
"""

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rag.batch import run_batch
from rag.types import Answer, Finished, Timing, Usage

KILLS = int(os.environ.get("READOUT_KILLS", "12"))
KILLED = -signal.SIGKILL if hasattr(signal, "SIGKILL") else 9
WRITE = os.write
"""As it was before any sabotage."""
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")


class Echo:
    """Writes down every call before it answers, after a random time."""

    def __init__(self, calls, delay):
        self.identity = {"model": "fake", "index": "i", "prompts": "p", "settings": "s"}
        self._calls = calls
        self._delay = delay

    def stream(self, question, *, id, filters, evidence_only):
        note(self._calls, question)
        time.sleep(self._delay * random.random())
        yield Finished(
            answer=Answer(
                id=id,
                question=question,
                status="answered",
                answer=f"Echo of {question} " + "x" * random.Random(question).randrange(9000),
                timing=Timing(total_ms=time.monotonic_ns() % 100_000),
                usage=Usage(prompt_tokens=3, completion_tokens=2),
            )
        )

    def close(self):
        pass


def note(path, line):
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    WRITE(descriptor, f"{line}\n".encode())
    os.close(descriptor)


def batch(folder, output, *, workers, delay=0.01):
    assistant = Echo(folder / "calls", delay)
    heard = []
    run_batch(folder / "q.txt", folder / output, assistant, workers=workers, notify=heard.append)


def forked(action):
    """The process id of a copy of this process that does `action` and ends."""
    pid = os.fork()
    if pid == 0:
        try:
            action()
        except BaseException:
            import traceback

            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return pid


def status_of(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def kill_at_random(folder, output, workers, kills, seed):
    """Starts the batch again and again, and kills it a moment after a random number of calls."""
    chance = random.Random(seed)
    killed = 0
    for _ in range(kills):
        enough = calls(folder) + chance.randrange(3)
        pid = forked(lambda: batch(folder, output, workers=workers))
        wait_for(lambda: calls(folder) >= enough)  # noqa: B023
        time.sleep(chance.uniform(0, 0.02))
        os.kill(pid, signal.SIGKILL)
        status = status_of(pid)
        assert status in {0, KILLED}
        killed += status == KILLED
    assert status_of(forked(lambda: batch(folder, output, workers=workers))) == 0
    (folder / "killed").write_text(str(killed), encoding="utf-8")


def wait_for(condition, seconds=10):
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.001)


def kill_at_each_step(folder, output, workers):
    """Kills a batch before, in and after each of its writes, syncs and renames, one at a time."""
    step = 0
    while True:
        step += 1
        place = folder / str(step)
        place.mkdir()
        (place / "q.txt").write_bytes((folder / "q.txt").read_bytes())
        status = status_of(forked(lambda: sabotaged(place, output, workers, step)))  # noqa: B023
        if status == 0:
            break
        assert status == KILLED
        assert status_of(forked(lambda: batch(place, output, workers=workers))) == 0  # noqa: B023
    (folder / "steps").write_text(str(step), encoding="utf-8")


def sabotaged(folder, output, workers, step):
    left = [step]

    def dies():
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(function, half=None):
        def wrapped(*arguments, **named):
            dies()
            if half is not None and left[0] == 1:
                half(*arguments)
            result = None if half is not None and left[0] == 1 else function(*arguments, **named)
            dies()
            return result

        return wrapped

    def half_written(descriptor, data):
        WRITE(descriptor, bytes(data)[: len(data) // 2])

    os.write = around(os.write, half_written)
    os.fsync = around(os.fsync)
    os.ftruncate = around(os.ftruncate)
    Path.replace = around(Path.replace)
    Path.rename = around(Path.rename)
    batch(folder, output, workers=workers)


def without_times(path):
    """The file's bytes, with every time in it made the same."""
    data = path.read_bytes()
    data = re.sub(rb'"total_ms": \d+', b'"total_ms": 0', data)
    return re.sub(rb",\d+,3,2,(\n)", rb",0,3,2,\1", data) if path.suffix == ".csv" else data


def drive(folder, *arguments):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, __file__, str(folder), *map(str, arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def questions(folder, count):
    folder.mkdir(exist_ok=True)
    lines = [f"What about number {n}?" for n in range(count)]
    (folder / "q.txt").write_text("\n".join(lines), encoding="utf-8")
    return folder


def calls(folder):
    path = folder / "calls"
    return len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0


@needs_fork
@pytest.mark.parametrize(("output", "workers"), [("a.jsonl", 3), ("a.csv", 1)])
def test_a_batch_killed_at_random_moments_ends_like_an_undisturbed_one(tmp_path, output, workers):
    count = 4 * KILLS
    calm = questions(tmp_path / "calm", count)
    batch(calm, output, workers=workers, delay=0)
    hurt = questions(tmp_path / "hurt", count)
    drive(hurt, "random", output, workers, KILLS, f"{output} {workers}")
    assert without_times(hurt / output) == without_times(calm / output)
    killed = int((hurt / "killed").read_text(encoding="utf-8"))
    assert killed >= KILLS // 4, "the batch was done before kills could hit"
    assert count <= calls(hurt) <= count + killed * workers


@needs_fork
@pytest.mark.parametrize(("output", "workers"), [("a.jsonl", 2), ("a.md", 1)])
def test_a_batch_killed_at_each_step_of_its_writing_ends_like_an_undisturbed_one(
    tmp_path, output, workers
):
    count = 3
    calm = questions(tmp_path / "calm", count)
    batch(calm, output, workers=workers, delay=0)
    hurt = questions(tmp_path / "hurt", count)
    drive(hurt, "steps", output, workers)
    steps = int((hurt / "steps").read_text(encoding="utf-8"))
    assert steps > 4 * count
    for step in range(1, steps + 1):
        place = hurt / str(step)
        assert without_times(place / output) == without_times(calm / output), f"step {step}"
        assert calls(place) <= count + workers, f"step {step}"
        assert not list(place.glob("*.bak-*")), f"step {step}"


if __name__ == "__main__":
    where, how, name, at_once, *more = sys.argv[1:]
    if how == "random":
        kill_at_random(Path(where), name, int(at_once), int(more[0]), more[1])
    else:
        kill_at_each_step(Path(where), name, int(at_once))
