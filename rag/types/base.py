"""What every value can do, and how long work tells how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any, Protocol, Self


class Value:
    """Gives a dataclass `to_dict` and `from_dict`; unknown keys are ignored on the way in."""

    def to_dict(self) -> dict[str, Any]:
        """The value as plain JSON types."""
        return asdict(self)  # type: ignore[call-overload, no-any-return]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The value back from `to_dict` or from a later version's richer form of it."""
        known = {f.name for f in fields(cls)}  # type: ignore[arg-type]
        return cls(**{k: _frozen(v) for k, v in data.items() if k in known})


def _frozen(value: Any) -> Any:
    """JSON gives lists where the values hold tuples."""
    return tuple(_frozen(v) for v in value) if isinstance(value, list) else value


class Progress(Protocol):
    """Something that shows how far a long step has come."""

    def start(self, label: str, total: int | None, unit: str) -> None:
        """A step begins; `total` is None where it is not known."""

    def advance(self, n: int = 1) -> None:
        """`n` more units are done."""

    def finish(self) -> None:
        """The step is over."""
