"""Follows the documents folder and brings the index up to date after each change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event

from rag.embed import Embedder
from rag.errors import RagError
from rag.index.building import build
from rag.index.report import Report
from rag.types import Progress
from rag.workspace import Workspace

QUIET_MS = 800
"""Milliseconds without a change after which a run begins: a copy in progress comes to its end."""


def watch(
    workspace: Workspace,
    embedder: Callable[[], Embedder],
    *,
    progress: Progress | None = None,
    stop: Event | None = None,
    quiet_ms: int = QUIET_MS,
) -> Iterator[Report | RagError]:
    """Yields what each run did, or why it could not, until `stop` is set.

    The first run comes at once. The folder is watched from before it, so that nothing falls
    between the two. An error ends a run, not the watching: the next change tries again.
    """
    from watchfiles import watch as changes

    folder = workspace.documents
    following = changes(
        folder,
        debounce=max(1600, 2 * quiet_ms),
        step=quiet_ms,
        stop_event=stop,
        yield_on_timeout=True,
        rust_timeout=100,
        raise_interrupt=True,
    )
    next(following, None)
    yield _run(workspace, embedder, progress)
    for changed in following:
        if changed:
            yield _run(workspace, embedder, progress)


def _run(
    workspace: Workspace, embedder: Callable[[], Embedder], progress: Progress | None
) -> Report | RagError:
    try:
        return build(workspace, embedder, progress=progress)
    except RagError as exc:
        return exc
