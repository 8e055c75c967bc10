"""Kill −9 at any moment: the next run ends where an undisturbed one does.

`READOUT_KILLS=200` asks for more random kills than the dozen of the default run.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

KILLS = int(os.environ.get("READOUT_KILLS", "12"))
FILES = 200 if KILLS > 100 else 40


def write_documents(folder: Path, count: int, *, second: bool) -> None:
    """A first state of the folder, or a second one: some changed, renamed, deleted and new."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for i in range(count):
        paragraphs = [
            f"The minister of country {i} said that plan {i * 7 + j} would be carried out. "
            f"Nobody in town {j} of country {i} has answered so far."
            for j in range(1 + i % 4)
        ]
        name = f"report-{i:03}.txt"
        if second and i % 5 == 0:
            paragraphs.append(f"Later the minister of country {i} took it back.")
        if second and i % 5 == 1:
            name = f"moved-{i:03}.txt"
        if not (second and i % 5 == 2):
            (folder / name).write_text("\n\n".join(paragraphs), encoding="utf-8")
    if second:
        (folder / "new.txt").write_text("Something new has happened.", encoding="utf-8")
        (folder / "empty.txt").write_text("", encoding="utf-8")


class Worker:
    """A process that has everything imported and forks one child a command."""

    def __init__(self, root: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parent.parent,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
        )

    def __call__(self, command: str, **options: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"command": command, **options}) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def close(self) -> None:
        self.process.communicate(timeout=30)


@pytest.fixture
def worker(tmp_path: Path) -> Any:
    found = Worker(tmp_path)
    yield found
    found.close()


def prepare(root: Path, worker: Worker, count: int, *, second: bool) -> str:
    """The first state indexed and kept aside, the folder as the run will find it; its outcome."""
    shutil.rmtree(root / "index", ignore_errors=True)
    shutil.rmtree(root / "before", ignore_errors=True)
    write_documents(root / "seeds", count, second=False)
    if second:
        assert worker("build")["ok"]
        write_documents(root / "seeds", count, second=True)
    else:
        (root / "index").mkdir()
    shutil.copytree(root / "index", root / "before")
    assert worker("build")["ok"]
    return str(worker("dump")["dump"])


def back_to_before(root: Path) -> None:
    shutil.rmtree(root / "index")
    shutil.copytree(root / "before", root / "index")


def check(worker: Worker, wanted: str, where: str) -> None:
    """Status is consistent at once; after the next run everything is as it should be."""
    after = worker("check")
    assert after["ok"], (where, after)
    assert not after["problem"], (where, after)
    assert after["dump"] == wanted, where
    assert after["chroma"] == after["keys"], where
    assert not after["leftover"], where


@pytest.mark.parametrize("second", [False, True], ids=["first run", "update"])
def test_a_run_killed_at_every_commit_is_completed_by_the_next(
    tmp_path: Path, worker: Worker, second: bool
) -> None:
    wanted = prepare(tmp_path, worker, 6, second=second)
    stride = 1 if KILLS > 100 else 3  # the two cases start apart, so most moments are met anyway
    step = 1 + second - stride
    while True:
        step += stride
        back_to_before(tmp_path)
        outcome = worker("build", die_at=step)
        check(worker, wanted, f"step {step}")
        if outcome["ok"]:
            break
    assert step > 20


def test_a_run_killed_at_random_moments_is_completed_by_the_next(
    tmp_path: Path, worker: Worker
) -> None:
    chance = random.Random(20261121)
    wanted, seconds, killed = {}, {}, 0
    for trial in range(KILLS):
        second = trial % 2 == 1
        if trial < 2:
            wanted[second] = prepare(tmp_path, worker, FILES, second=second)
            keep = tmp_path / f"before-{second}"
            shutil.copytree(tmp_path / "before", keep)
            back_to_before(tmp_path)
            started = time.monotonic()
            worker("build")
            seconds[second] = time.monotonic() - started
        write_documents(tmp_path / "seeds", FILES, second=second)
        shutil.rmtree(tmp_path / "before")
        shutil.copytree(tmp_path / f"before-{second}", tmp_path / "before")
        back_to_before(tmp_path)
        for _ in range(chance.choice([1, 1, 2])):
            outcome = worker("build", kill_after=chance.uniform(0, seconds[second]))
            killed += not outcome["ok"]
        check(worker, wanted[second], f"trial {trial}")
    assert killed >= KILLS // 3


def test_torn_vector_files_are_never_opened_again(tmp_path: Path, worker: Worker) -> None:
    wanted = prepare(tmp_path, worker, 10, second=False)
    (folder,) = (tmp_path / "index").glob("chroma-*")
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2] + b"torn")
    worker("mark_writing")
    assert worker("search")["found"] > 0
    check(worker, wanted, "torn")


# --- the worker -----------------------------------------------------------------------------------


class _Embedder:
    name = "tiny"
    dimensions = 16
    max_tokens = 256

    def encode(self, texts: Any) -> Any:
        import hashlib

        import numpy as np

        rows = [np.frombuffer(hashlib.sha256(t.encode()).digest()[:16], np.uint8) for t in texts]
        found = np.array(rows, dtype=np.float32) - 127.5
        return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)

    def encode_parts(self, texts: Any, parts: Any) -> Any:
        from rag.embed.parts import alone

        return self.encode(texts), alone(self.encode, texts, parts)

    def count_tokens(self, text: str) -> int:
        return len(text.split())


def _child(root: Path, command: str, die_at: int = 0) -> dict[str, Any]:
    from rag.index import Index, build, catalogue, layout, pipeline, status, store, vectors
    from rag.index.dump import dump
    from rag.workspace import Workspace

    workspace = Workspace.open(root, embedder="tiny", ledger=False)
    pipeline.TEXTS, pipeline.BEHIND, store.PART = 8, 12, 6
    if command == "build":
        _die(die_at, catalogue, vectors, layout)
        return {"report": build(workspace, _Embedder).to_dict()}
    problem = ""
    if command == "check":
        problem = status(workspace).problem
        build(workspace, _Embedder)
    place = layout.current(workspace.index)
    if place is None:
        return {"dump": ""}
    if command == "mark_writing":
        connection = catalogue.open_writer(place.catalogue)
        catalogue.set_state(connection, writing="1")
        return {}
    if command == "search":
        with Index.open(workspace, exact=0) as index:
            return {"found": len(index.dense(_Embedder().encode(["a"])[0], 5))}
    connection = catalogue.open_reader(place.catalogue)
    attempt = int(catalogue.get_state(connection)["attempt"])
    keys = sorted(k for (k,) in connection.execute("SELECT key FROM vectors"))
    folder = place.chroma(attempt)
    known = {place.catalogue.name, folder.name}
    return {
        "problem": problem,
        "dump": dump(connection),
        "keys": keys,
        "chroma": sorted(vectors.open_folder(folder).every_key()),
        "leftover": [
            p.name
            for p in workspace.index.iterdir()
            if p.name.startswith(("chroma-", "catalogue-"))
            and p.name.removesuffix("-wal").removesuffix("-shm") not in known
        ],
    }


def _die(at: int, catalogue: Any, vectors: Any, layout: Any) -> None:
    """Has the process die at the `at`-th thing that it makes durable, before or after it."""
    count = 0

    def step() -> None:
        nonlocal count
        count += 1
        if count == at:
            os._exit(9)

    def around(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            step()
            found = real(*args, **kwargs)
            step()
            return found

        setattr(owner, name, wrapped)

    if at:
        from contextlib import contextmanager

        real = catalogue.transaction

        @contextmanager
        def transaction(connection: Any) -> Any:
            with real(connection):
                yield
                step()
            step()

        catalogue.transaction = transaction
        around(catalogue, "set_state")
        around(catalogue, "create")
        around(vectors.Vectors, "upsert")
        around(vectors.Vectors, "delete")
        around(layout, "publish")
        around(layout, "remove_others")


def _serve(root: Path) -> None:
    import signal

    import chromadb  # noqa: F401 - imported once, before the forks

    import rag.index.building  # noqa: F401
    import rag.index.standing  # noqa: F401

    for line in sys.stdin:
        request = json.loads(line)
        kill_after = request.pop("kill_after", None)
        receiving, sending = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(receiving)
            try:
                answer = _child(root, **request)
                answer["ok"] = True
            except BaseException as exc:
                answer = {"ok": False, "error": repr(exc)}
            with os.fdopen(sending, "w") as out:
                json.dump(answer, out)
            os._exit(0)
        os.close(sending)
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(child, signal.SIGKILL)
        with os.fdopen(receiving) as incoming:
            text = incoming.read()
        _, status = os.waitpid(child, 0)
        try:
            answer = json.loads(text)
        except ValueError:
            answer = {"ok": False, "error": f"died: {status}"}
        print(json.dumps(answer), flush=True)  # noqa: T201


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
