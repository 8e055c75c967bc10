"""Names of conversations that are files' names on every system."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 60
RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in "123456789")]
)
EDGES = " .-"
UNSAFE = re.compile(r"[^\w .\-]+")


def usable_name(name: str) -> str:
    """The nearest name that every file system takes; a usable one comes back unchanged."""
    plain = UNSAFE.sub("-", unicodedata.normalize("NFC", name)).strip(EDGES)
    if plain.split(".")[0].rstrip().lower() in RESERVED:
        plain = f"my-{plain}"
    plain = plain[:LONGEST].rstrip(EDGES)
    while len(plain.encode()) > 200:
        plain = plain[:-1].rstrip(EDGES)
    return plain or "conversation"


def same_name(one: str, other: str) -> bool:
    """Whether two names are one on a file system that ignores case and composition."""
    return _folded(one) == _folded(other)


def near_names(name: str, known: Iterable[str]) -> list[str]:
    """The known names nearest to a mistyped one, a completed beginning before all others."""
    by_fold = {_folded(k): k for k in known}
    wanted = _folded(name)
    begins = [k for fold, k in by_fold.items() if wanted and fold.startswith(wanted)]
    close = [by_fold[m] for m in get_close_matches(wanted, by_fold, n=3, cutoff=0.6)]
    return list(dict.fromkeys([*begins, *close]))


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
