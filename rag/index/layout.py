"""Where the parts of an index lie: numbered catalogues, and a file that names the current one.

A change of settings or `--rebuild` builds the next number beside the current one, which readers
go on using; the last step replaces `CURRENT`, so a crash leaves the old index or the new one.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from rag.errors import IndexUnusable

CURRENT = "CURRENT"
LOCK = "writer.lock"
GATE = "vectors.lock"


@dataclass(frozen=True)
class Layout:
    """The paths of one numbered index."""

    folder: Path
    number: int

    @property
    def catalogue(self) -> Path:
        """The SQLite database."""
        return self.folder / f"catalogue-{self.number}.sqlite"

    def chroma(self, attempt: int) -> Path:
        """Chroma's folder; a torn one is abandoned for the next attempt."""
        return self.folder / f"chroma-{self.number}-{attempt}"

    @property
    def gate(self) -> Path:
        """The lock between a writer of Chroma's files and their readers."""
        return self.folder / GATE


def current(folder: Path) -> Layout | None:
    """The index in use; None where there is none.

    Raises:
        IndexUnusable: `CURRENT` doesn't name one.
    """
    path = folder / CURRENT
    try:
        number = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as exc:
        hint = "rag index --rebuild"
        raise IndexUnusable(f"{path} cannot be read: {exc}.", hint=hint) from exc
    if not number.isascii() or not number.isdigit():
        hint = "Build it anew: rag index --rebuild"
        raise IndexUnusable(f"{path} doesn't name an index: {number[:40]!r}.", hint=hint)
    layout = Layout(folder, int(number))
    if layout.catalogue.exists():
        return layout
    # A rebuild may have replaced it between the two looks.
    again = path.read_text(encoding="utf-8").strip() if path.exists() else number
    return current(folder) if again != number else None


def numbers(folder: Path) -> list[int]:
    """The numbers of all catalogues that lie here, in order."""
    if not folder.is_dir():
        return []
    stems = (p.stem.removeprefix("catalogue-") for p in folder.glob("catalogue-*.sqlite"))
    return sorted(int(s) for s in stems if s.isascii() and s.isdigit())


def publish(layout: Layout) -> None:
    """Makes this the index in use, in one step."""
    draft = layout.folder / f"{CURRENT}.new"
    with draft.open("w", encoding="utf-8") as file:
        file.write(f"{layout.number}\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(layout.folder / CURRENT)


def remove_others(layout: Layout, attempt: int) -> None:
    """Deletes what neither this catalogue nor this attempt at Chroma's folder needs."""
    keep = {layout.catalogue.name, layout.chroma(attempt).name}
    for path in sorted(layout.folder.iterdir()):
        if path.name.startswith("chroma-") and path.name not in keep:
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith("catalogue-") and _database(path.name) not in keep:
            with contextlib.suppress(OSError):  # Windows: a reader has it open; next time
                path.unlink()


def remove(layout: Layout) -> None:
    """Deletes this catalogue and its vectors."""
    for path in sorted(layout.folder.glob(f"chroma-{layout.number}-*")):
        shutil.rmtree(path, ignore_errors=True)
    for suffix in ("-wal", "-shm", ""):
        layout.catalogue.with_name(layout.catalogue.name + suffix).unlink(missing_ok=True)


def _database(name: str) -> str:
    return name.removesuffix("-wal").removesuffix("-shm")


def size_on_disk(folder: Path) -> int:
    """Bytes of everything in the index folder."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
