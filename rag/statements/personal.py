"""How persons' names are written, and which spellings are one name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.names.people import PARTICLES, alike
from rag.names.text import fold, key
from rag.statements.grammar import listed, pattern

_NUMBERS = frozenset({"vi", "ii", "iii", "iv", "v", "vii", "viii", "xiv", "xvi", "jr", "sr"})


def trimmed_name(words: str) -> str | None:
    """The name at the head of a run of capitalised words; None where there is none."""
    kept: list[str] = []
    for word in pattern("honorifics_at_start").sub("", words).split():
        if fold(word).strip(".") in listed("not_names"):
            break
        kept.append(word)
    while kept and kept[-1].lower() in PARTICLES - _NUMBERS:
        kept.pop()
    name = " ".join(kept).rstrip("-'’")
    plain = len(name) > 1 and not pattern("initial").fullmatch(name)
    return name if plain and name.lower() not in _NUMBERS else None


def bare_name(written: str) -> str:
    """The name without "Mr." or "Professor"."""
    return pattern("honorifics_at_start").sub("", written).strip()


def spelled(name: str) -> Iterator[str]:
    """The forms by which a person is called once introduced: in full, in part, by one word."""
    yield name
    parts = name.split()
    plain = [p for p in parts if not pattern("initial").fullmatch(p)]
    if len(plain) > 2:
        yield f"{plain[0]} {plain[-1]}"
        yield " ".join(plain[-2:])
        yield " ".join(plain[:2])
    for part in plain if len(parts) > 1 else ():
        if part.lower() not in PARTICLES and len(part) > 1 and not re.fullmatch(r"[IVX]+", part):
            yield part
            yield part[0].upper() + part[1:]
            if "-" in part and part.split("-")[0].lower() in PARTICLES:
                yield part.split("-", 1)[1]


def spaced(form: str) -> str:
    """An expression for the form with any space between its words."""
    return r"\s+".join(re.escape(part) for part in form.split())


def one_name(left: str, right: str) -> bool:
    """Whether one of two names is the other in part, or misspelt."""
    a, b = key(left), key(right)
    if len(a) == 1 or len(b) == 1:
        return a[:1] != () and b[:1] != () and (a[0] in b or b[0] in a)
    return alike(a, b)


def is_institution(name: str) -> bool:
    """Whether a capitalised word of it belongs to institutions rather than persons."""
    return pattern("institution").search(name) is not None or any(
        fold(word) in listed("not_names") for word in name.split()
    )


def is_former(words: str) -> bool:
    """Whether the words before an office say that it is held no more."""
    return (
        re.search(r"\b(?:former|ex|erstwhile|one-time|the then|then-)\b", words, re.IGNORECASE)
        is not None
    )
