"""The other end of `rag.statements.pool`: a process that draws from one document after another.

It reads pickles from standard input and writes pickles to standard output, and ends when its input
does, so that it does not outlive whoever started it.
"""

from __future__ import annotations

import pickle
import signal
import sys
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from rag import statements
from rag.names import Names
from rag.types import Document, Sentence

Draw = Literal["extract", "people"]
"""The function of `rag.statements` that is wanted."""


class Drawn(NamedTuple):
    """What a document yielded."""

    found: Sequence[Any] | None
    """Statements or parties; None where it broke."""
    broke: str = ""
    """Why, for a person."""


def draw(what: Draw, document: Document, sentences: Sequence[Sentence], names: Names) -> Drawn:
    """What a document yields; one that breaks the function must not stop the others."""
    try:
        return Drawn(getattr(statements, what)(document, sentences, names))
    except Exception as exc:
        return Drawn(None, f"{type(exc).__name__}: {exc}")


def main() -> None:
    """Serves until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who started it
    given, taken = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr
    try:
        what, persons = pickle.load(given)
        names = Names(persons)
        while True:
            document, sentences = pickle.load(given)
            pickle.dump(draw(what, document, sentences, names), taken, pickle.HIGHEST_PROTOCOL)
            taken.flush()
    except (EOFError, OSError):
        return
