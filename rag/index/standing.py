"""How the index stands: cheap, without models, and safe whatever state it is in."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any

from rag.errors import RagError
from rag.index import catalogue, layout, lock, manifest, shape
from rag.index.failures import load_failures
from rag.index.report import Status
from rag.index.shape import fingerprint
from rag.workspace import Workspace


def status(workspace: Workspace) -> Status:
    """How the index stands, and which files have changed since it was built.

    Never raises for a missing or damaged index: `problem` and `hint` say what is wrong.
    """
    folder = workspace.index
    unfinished = False
    writer = lock.holder(folder) if lock.is_held(folder) else {}
    base = Status(store=workspace.settings.store, writer=writer)
    try:
        place = layout.current(folder)
        unfinished = any(n > (place.number if place else 0) for n in layout.numbers(folder))
        if place is None:
            stale = _stale(workspace, {})
            return replace(base, **stale, unfinished=unfinished, bytes_on_disk=_size(workspace))
        guarded = catalogue.errors(place.catalogue)
        with guarded, closing(catalogue.open_reader(place.catalogue)) as connection:
            found = _of(workspace, connection, base)
    except RagError as exc:
        return replace(
            base, exists=True, problem=exc.message, hint=exc.hint, bytes_on_disk=_size(workspace)
        )
    return replace(found, unfinished=found.unfinished or (unfinished and not writer))


def _of(workspace: Workspace, connection: sqlite3.Connection, base: Status) -> Status:
    state = catalogue.get_state(connection)
    one = connection.execute(
        "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages),"
        " (SELECT count(*) FROM statements), (SELECT count(DISTINCT name) FROM people),"
        " (SELECT coalesce(sum(length(sentences)) / 12, 0) FROM documents),"
        " (SELECT count(*) FROM vectors WHERE stored = 0)"
    ).fetchone()
    built = shape.parse(state["shape"])
    failed = {file for (file,) in connection.execute("SELECT DISTINCT file FROM failures")}
    return replace(
        base,
        **_stale(workspace, manifest.load(connection), failed),
        exists=True,
        documents=one[0],
        passages=one[1],
        statements=one[2],
        people=one[3],
        sentences=one[4],
        unfinished=(one[5] > 0 or state["writing"] == "1") and not base.writer,
        failures=load_failures(connection),
        fingerprint=fingerprint(connection),
        embedder=state["embedder"],
        store=state["store"],
        updated=state["updated"],
        rebuild_because=shape.differences(built, shape.shape(workspace)),
        bytes_on_disk=_size(workspace),
    )


def _stale(
    workspace: Workspace, known: dict[str, manifest.Entry], failed: Collection[str] = ()
) -> dict[str, Any]:
    from rag.reading import MetadataTable, discover

    if not workspace.documents.is_dir():
        return {"deleted": tuple(sorted(known))}
    table = MetadataTable.load(workspace.documents)
    files = discover(workspace.documents)
    metadata = {f.name: table.sha256_for(f.name) for f in files}
    plan = manifest.compare(known, files, metadata)
    moved = tuple(plan.renamed)
    new = [e.name for e in plan.new] + [e.name for e in plan.renamed.values()]
    return {
        "new": tuple(sorted(new)),
        # A file that failed and is as it was is listed among the failures, not as a change.
        "changed": tuple(
            e.name
            for e in plan.changed
            if e.name not in failed or not known[e.name].same_content(e)
        ),
        "deleted": tuple(sorted((*plan.deleted, *moved))),
    }


def _size(workspace: Workspace) -> int:
    with suppress(OSError):
        return layout.size_on_disk(workspace.index)
    return 0
