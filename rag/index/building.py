"""Brings the index up to date with the documents: what is new, changed or gone, nothing else."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import closing
from dataclasses import replace

from rag.embed import Embedder
from rag.errors import UsageError
from rag.index import catalogue, duplicates, layout, ledger, manifest, shared
from rag.index.failures import load_failures, save_failures
from rag.index.lock import WAIT, writer_lock
from rag.index.opening import Opened, open_for_writing
from rag.index.pipeline import Pipeline
from rag.index.records import Records
from rag.index.report import Report
from rag.index.shape import fingerprint
from rag.index.store import Store
from rag.reading import MetadataTable, SourceFile, discover
from rag.types import Progress
from rag.workspace import Workspace


def build(
    workspace: Workspace,
    embedder: Callable[[], Embedder],
    *,
    rebuild: bool = False,
    progress: Progress | None = None,
    only: Collection[str] = (),
    wait: float = WAIT,
) -> Report:
    """Brings the workspace's index up to date.

    What a crash interrupts, the next run goes on with; readers see the old documents or the new
    ones, batch by batch. A change of a setting that shapes the index builds a second index beside
    the current one, which is then replaced in one step.

    Args:
        workspace: Where documents and index lie.
        embedder: Gives the embedder; called only when there is a text to embed.
        rebuild: Build everything anew, whatever is there.
        progress: Is told how many files are done.
        only: Files or folders, as POSIX paths below the documents folder, that alone are looked at.
        wait: Seconds to wait for another writer.

    Raises:
        UsageError: There is no documents folder.
        IndexLocked: Another process is writing and did not finish in time.
        IndexUnusable: The index is damaged (and `rebuild` is not asked for) or of a newer version.
        StoreUnavailable: The store's server doesn't answer; what was done is kept.
    """
    started = time.monotonic()
    if shared.is_reader(workspace):
        return _attached(workspace, started)
    if not workspace.documents.is_dir():
        raise UsageError(
            f"There is no documents folder {workspace.documents}.",
            hint='Make it, or name another: documents = "…" in rag.toml',
        )
    with writer_lock(workspace.index, wait=wait):
        opened = open_for_writing(workspace, rebuild=rebuild)
        with closing(opened.connection), catalogue.errors(opened.place.catalogue):
            run = _Run(workspace, opened, embedder, progress)
            try:
                run.meet_server(rebuild=rebuild)
                return run.report(run.update(only), started)
            finally:
                run.close()


def _attached(workspace: Workspace, started: float) -> Report:
    """What a workspace reports that takes its documents from a shared store."""
    before = layout.current(workspace.index)
    place = shared.attach(workspace)
    assert place is not None
    with closing(catalogue.open_reader(place.catalogue)) as connection:
        report = _standing(connection)
    taken = report.documents if place != before else 0
    seconds = round(time.monotonic() - started, 3)
    return replace(
        report, attached=True, added=taken, unchanged=report.documents - taken, seconds=seconds
    )


def _standing(connection: sqlite3.Connection) -> Report:
    """The parts of a report that say how the index stands now."""
    one = connection.execute(
        "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages),"
        " (SELECT count(*) FROM statements)"
    ).fetchone()
    return Report(
        documents=one[0],
        passages=one[1],
        statements=one[2],
        failed=load_failures(connection),
        fingerprint=fingerprint(connection),
    )


class _Run:
    """One run of a writer over one catalogue."""

    def __init__(
        self,
        workspace: Workspace,
        opened: Opened,
        embedder: Callable[[], Embedder],
        progress: Progress | None,
    ) -> None:
        self._workspace = workspace
        self._opened = opened
        self._connection = opened.connection
        self._redrawn: tuple[str, ...] = ()
        self._records: Records | None = None
        self._progress = progress
        self._table = MetadataTable.load(workspace.documents)
        self._store = Store(opened.connection, opened.place, workspace.settings.store)
        self._pipeline = Pipeline(workspace, opened, embedder, self._store, self._table)

    def meet_server(self, *, rebuild: bool) -> None:
        """Sees whose the store on the server is, and whether it still has what we gave it."""
        if not self._workspace.settings.store:
            return
        self._records = shared.open_records(self._workspace)
        shared.check_owner(self._workspace, self._records, rebuild=rebuild)
        self._store.forget_server(self._records.identity)

    def update(self, only: Collection[str]) -> manifest.Plan:
        """Does what is to be done."""
        files = discover(self._workspace.documents)
        metadata = {f.name: self._table.sha256_for(f.name) for f in files}
        known = manifest.load(self._connection)
        plan = manifest.compare(known, files, metadata, within=only)
        self._note(plan)
        work = ledger.Ledger(self._workspace, self._connection)
        if plan.empty and self._settled() and not work.due:
            self._share()
            if len(layout.numbers(self._workspace.index)) > 1:
                layout.remove_others(self._opened.place, self._store.attempt)
            return plan
        work.check()
        self._remove(plan.deleted)
        self._read(plan, {f.name: f for f in files})
        self._redrawn = work.because
        work.bring_up_to_date(self._progress)
        self._finish()
        return plan

    def _note(self, plan: manifest.Plan) -> None:
        """New stamps of files whose content is as before, and the metadata table's failures."""
        failures = [("", f) for f in self._table.failures]
        noted = self._connection.execute(
            "SELECT name, line, reason, hint FROM failures WHERE file = '' ORDER BY position"
        ).fetchall()
        same = noted == [(f.name, f.line, f.reason, f.hint) for _, f in failures]
        if not plan.touched and same:
            return
        with catalogue.transaction(self._connection):
            for entry in plan.touched:
                manifest.save(self._connection, entry, done=True)
            save_failures(self._connection, "", self._table.failures)

    def _settled(self) -> bool:
        return self._opened.published and not self._store.behind

    def _remove(self, names: Sequence[str]) -> None:
        if names:
            with catalogue.transaction(self._connection):
                for name in names:
                    self._pipeline.forget(name)

    def _read(self, plan: manifest.Plan, files: dict[str, SourceFile]) -> None:
        if self._progress:
            self._progress.start("Indexing", len(plan.to_read), "documents")
        try:
            for old, entry in plan.renamed.items():
                self._pipeline.rename(old, entry, files[entry.name])
                self._advance()
            for entry in sorted((*plan.new, *plan.changed), key=lambda e: e.name):
                self._pipeline.read(entry, files[entry.name])
                self._advance()
            self._pipeline.flush()
        finally:
            if self._progress:
                self._progress.finish()

    def _advance(self) -> None:
        if self._progress:
            self._progress.advance()

    def _finish(self) -> None:
        with catalogue.transaction(self._connection):
            duplicates.update_copies(self._connection, self._progress)
            self._store.prune()
            if not self._opened.published:
                catalogue.optimise(self._connection)
        if self._records and not self._opened.published:
            self._store.sweep()
        self._store.sync(self._progress)
        self._share()
        now = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        with catalogue.transaction(self._connection):
            catalogue.set_state(self._connection, run=str(time.time_ns()), updated=now)
        if not self._opened.published:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            layout.publish(self._opened.place)
        layout.remove_others(self._opened.place, self._store.attempt)

    def _share(self) -> None:
        if self._records:
            shared.push(self._workspace, self._connection, self._records)

    def report(self, plan: manifest.Plan, started: float) -> Report:
        """What was done."""
        counts = self._pipeline.counts
        return replace(
            _standing(self._connection),
            added=counts.added,
            changed=counts.changed,
            renamed=counts.renamed,
            deleted=len(plan.deleted),
            unchanged=plan.unchanged + counts.unchanged,
            passages_embedded=counts.embedded,
            passages_reused=counts.passages - counts.embedded,
            seconds=round(time.monotonic() - started, 3),
            rebuilt_because=(*self._opened.because, *self._redrawn),
        )

    def close(self) -> None:
        """Lets go of Chroma and of the earlier catalogue."""
        self._pipeline.close()
        self._store.close()
        if self._records:
            self._records.close()
