"""Where a document quotes: the spans between its quotation marks."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 4_000
"""Characters; a quotation mark that closes later than this closes something else."""

_MARK = re.compile(r"[“”„«»\"]|(?<=\s)‘‘|''(?=[\s.,;]|$)|``")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n|\n(?=\s*[“\"])")


@dataclass(frozen=True, slots=True)
class Quotation:
    """The inside of a pair of quotation marks; `closed` is false where no mark ends it."""

    start: int
    end: int
    closed: bool = True


def quotations(text: str) -> list[Quotation]:
    """The quotations of `text` in order, none overlapping.

    A paragraph inside a long quotation may open with a further mark, as newspapers print it. A mark
    that nothing closes holds to the end of its paragraph.
    """
    found: list[Quotation] = []
    opened: int | None = None
    for mark in _MARK.finditer(text):
        opens = _opens(text, mark, opened is not None)
        if opens and opened is None:
            opened = mark.end()
        elif opens and opened is not None:
            if _at_line_start(text, mark.start()) and mark.start() - opened <= LONGEST:
                continue  # the next paragraph of the same quotation
            found.append(_unclosed(text, opened, mark.start()))
            opened = mark.end()
        elif opened is not None:
            if mark.start() - opened <= LONGEST:
                found.append(Quotation(opened, mark.start()))
            else:
                found.append(_unclosed(text, opened, mark.start()))
            opened = None
    if opened is not None:
        found.append(_unclosed(text, opened, len(text)))
    return [q for q in found if q.end > q.start]


def _opens(text: str, mark: re.Match[str], inside: bool) -> bool:
    shape = mark.group()
    if shape in "“„«" or shape in {"‘‘", "``"}:
        return True
    if shape in "”»" or shape == "''":
        return False
    before, after = text[: mark.start()][-1:], text[mark.end() : mark.end() + 1]
    if not inside:
        return True
    # "… of modernity. "For sure, …": no mark closes right before a word that begins a sentence.
    if before == " " and after.isupper() and text[: mark.start()].rstrip()[-1:] in set(".!?"):
        return True
    # A straight mark inside a quotation opens the next paragraph of it, or else closes it.
    return _at_line_start(text, mark.start()) and not after.isspace() and before in {"", "\n"}


def _at_line_start(text: str, place: int) -> bool:
    return text[text.rfind("\n", 0, place) + 1 : place].strip() == ""


def _unclosed(text: str, start: int, limit: int) -> Quotation:
    gap = _PARAGRAPH.search(text, start, limit)
    return Quotation(start, gap.start() if gap else limit, closed=False)


def covering(found: list[Quotation], start: int, end: int) -> Quotation | None:
    """The quotation that holds all of `start` to `end`, its marks at the edges set aside."""
    for quotation in found:
        if quotation.start <= start + 1 and end - 2 <= quotation.end:
            return quotation
        if quotation.start > end:
            break
    return None


def end_of_run(found: list[Quotation], text: str, place: int) -> int | None:
    """Where the quotations end that follow a place with nothing between; None if there are none."""
    end: int | None = None
    for quotation in found:
        if quotation.start < place:
            continue
        if re.search(r"\w", text[end or place : quotation.start]):
            break
        end = quotation.end + 1
    return end
