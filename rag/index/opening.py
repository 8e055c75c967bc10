"""Which catalogue a run writes to: the current one, an unfinished one, or a new one beside it."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from rag.errors import IndexUnusable
from rag.index import catalogue, layout, shape
from rag.workspace import Workspace


@dataclass
class Opened:
    """A catalogue open for writing."""

    place: layout.Layout
    connection: sqlite3.Connection
    because: tuple[str, ...] = ()
    """Why everything is built anew; empty where it isn't."""
    published: bool = True
    """Whether readers use it already."""
    earlier: Path | None = None
    """The catalogue it replaces, whose vectors may serve again."""
    state: dict[str, str] = field(default_factory=dict)


def open_for_writing(workspace: Workspace, *, rebuild: bool) -> Opened:
    """The catalogue that this run writes to; the caller holds the writer's lock.

    Raises:
        IndexUnusable: the current one is damaged and `rebuild` is not asked for, or it was made by
            a newer version, which is refused even then.
    """
    folder = workspace.index
    _refuse_the_future(folder)
    current = None if rebuild else layout.current(folder)
    if rebuild:
        with suppress(IndexUnusable):
            current = layout.current(folder)
        return _new(workspace, current, ("asked for",), reuse=False)
    if current is None:
        return _resume(workspace, None, ()) or _new(workspace, None, (), reuse=False)
    because = _reasons(workspace, current)
    if because:
        found = _resume(workspace, current, because)
        return found or _new(workspace, current, because, reuse=True)
    connection = catalogue.open_writer(current.catalogue)
    return Opened(current, connection, state=catalogue.get_state(connection))


def _refuse_the_future(folder: Path) -> None:
    for number in layout.numbers(folder):
        path = layout.Layout(folder, number).catalogue
        try:
            catalogue.open_reader(path).close()
        except catalogue.FutureIndex:
            raise
        except IndexUnusable:
            continue


def _reasons(workspace: Workspace, current: layout.Layout) -> tuple[str, ...]:
    """Why the current catalogue cannot be brought up to date."""
    try:
        connection = catalogue.open_reader(current.catalogue)
    except catalogue.OlderIndex:
        return ("the index has an older format",)
    try:
        built = shape.parse(catalogue.get_state(connection).get("shape", ""))
    finally:
        connection.close()
    return shape.differences(built, shape.shape(workspace))


def _resume(
    workspace: Workspace, current: layout.Layout | None, because: tuple[str, ...]
) -> Opened | None:
    """An unfinished catalogue of the wanted shape that a run left behind when it was cut off."""
    least = current.number if current else 0
    for number in reversed(layout.numbers(workspace.index)):
        place = layout.Layout(workspace.index, number)
        if number <= least:
            break
        with suppress(IndexUnusable):
            connection = catalogue.open_writer(place.catalogue)
            state = catalogue.get_state(connection)
            if state.get("shape") == shape.dump(shape.shape(workspace)):
                earlier = current.catalogue if current else None
                return Opened(place, connection, because, False, earlier, state)
            connection.close()
    return None


def open_new(workspace: Workspace) -> Opened:
    """A new, empty catalogue beside the current one; the caller holds the writer's lock."""
    with suppress(IndexUnusable):
        return _new(workspace, layout.current(workspace.index), (), reuse=False)
    return _new(workspace, None, (), reuse=False)


def _new(
    workspace: Workspace, current: layout.Layout | None, because: tuple[str, ...], *, reuse: bool
) -> Opened:
    folder = workspace.index
    for number in layout.numbers(folder):
        if current is None or number != current.number:
            layout.remove(layout.Layout(folder, number))
    place = layout.Layout(folder, (current.number if current else 0) + 1)
    layout.remove(place)
    connection = catalogue.create(place.catalogue)
    state = {
        "shape": shape.dump(shape.shape(workspace)),
        "ledger": shape.dump({}),
        "embedder": workspace.settings.embedder,
        "store": workspace.settings.store,
        "attempt": "1",
        "writing": "0",
        "run": "0",
        "updated": "",
    }
    with catalogue.transaction(connection):
        catalogue.set_state(connection, **state)
    earlier = current.catalogue if current and reuse else None
    return Opened(place, connection, because, False, earlier, state)
