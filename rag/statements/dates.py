"""The three clocks of a statement: said, published, spoken of; each with how it was found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from rag.types import Dated, Metadata

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)
_MONTH = "|".join(
    (*_MONTHS, "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec")
)
_YEAR = r"(?:19|20)\d\d"
_EXPLICIT = re.compile(
    rf"\b(?:(?P<iso>{_YEAR}-\d\d-\d\d)"
    rf"|(?P<m1>{_MONTH})\.?\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*,?\s*(?P<y1>{_YEAR}))?(?!\d)"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m2>{_MONTH})\.?(?:\s*,?\s*(?P<y2>{_YEAR}))?"
    rf"|(?P<m3>{_MONTH})\.?,?\s+(?:of\s+)?(?P<y3>{_YEAR})"
    rf"|(?<![\d.,$-])(?P<y4>{_YEAR})(?![\d,.]?\d|-\d))\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(
    rf"\b(?P<which>last|this|next|past|previous)?\s*(?P<day>{'|'.join(_DAYS)})(?:['’]s)?\b",
    re.IGNORECASE,
)
_NEAR = re.compile(r"\b(?P<word>today|yesterday|the day before yesterday)\b", re.IGNORECASE)
_AHEAD = re.compile(r"\b(?:will|shall|(?:is|are|due|scheduled|plans?) to|upcoming)\b")
"""Words before a day that is still to come."""
_YEARS_AWAY = re.compile(r"\b(?P<which>last|this|next)\s+year\b", re.IGNORECASE)


def published(metadata: Metadata) -> Dated | None:
    """When the document was published, and where that was found."""
    if not metadata.published:
        return None
    return Dated(value=metadata.published, how=metadata.how.get("published", "metadata"))


def said(words: str, metadata: Metadata) -> Dated | None:
    """The day on which something was said, from the words around the saying.

    A weekday is the last one up to the day of publication ("on Monday", published on a Wednesday:
    two days before); without a full date of publication it stays unknown.
    """
    full = _full(metadata.published)
    explicit = next((d for d in _all_explicit(words, full) if len(d.value) == 10), None)
    if explicit is not None or full is None:
        return explicit
    near = _NEAR.search(words)
    if near:
        back = {"today": 0, "yesterday": 1}.get(near.group("word").lower(), 2)
        return _dated(full - timedelta(days=back), near.group())
    return _weekday(words, full)


def referred_to(words: str, metadata: Metadata) -> Dated | None:
    """The first date that the content speaks of; None where it names none."""
    full = _full(metadata.published)
    explicit = next(_all_explicit(words, full), None)
    if explicit is not None or full is None:
        return explicit
    away = _YEARS_AWAY.search(words)
    if away:
        step = {"last": -1, "this": 0, "next": 1}[away.group("which").lower()]
        return Dated(
            value=str(full.year + step), how=f"“{away.group()}” from the date of publication"
        )
    near = _NEAR.search(words)
    if near and near.group("word").lower() == "yesterday":
        return _dated(full - timedelta(days=1), near.group())
    return _weekday(words, full)


def _full(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value or "")
    except ValueError:
        return None


def _weekday(words: str, full: date) -> Dated | None:
    match = _WEEKDAY.search(words)
    if match is None or (match.group("which") or "").lower() == "next":
        return None
    back = (full.weekday() - _DAYS.index(match.group("day").lower())) % 7
    if back == 0 and (match.group("which") or "").lower() in {"last", "past", "previous"}:
        back = 7
    return _dated(full - timedelta(days=back), match.group().strip())


def _dated(day: date, words: str) -> Dated:
    return Dated(value=day.isoformat(), how=f"“{words}” from the date of publication")


def _all_explicit(words: str, full: date | None) -> Iterator[Dated]:
    for match in _EXPLICIT.finditer(words):
        before, after = words[: match.start()], words[match.end() :]
        if match.group("y4") and re.match(r"\s+[A-Z]", after) and before.endswith("the "):
            continue  # "the 1982 Convention" is a name
        value = _value(match, full, ahead=_AHEAD.search(before) is not None)
        if value is not None:
            yield Dated(value=value, how=f"“{match.group()}”")


def _value(match: re.Match[str], full: date | None, *, ahead: bool = False) -> str | None:
    if match.group("iso"):
        return match.group("iso") if _full(match.group("iso")) else None
    if match.group("y4"):
        return match.group("y4")
    month_name = match.group("m1") or match.group("m2") or match.group("m3")
    if not month_name or (
        (month_name == "may" or month_name == "march") and not month_name[0].isupper()
    ):
        return None
    month = 1 + next(i for i, m in enumerate(_MONTHS) if m.startswith(month_name.lower()[:3]))
    if match.group("m3"):
        return f"{match.group('y3')}-{month:02}"
    day = int(match.group("d1") or match.group("d2"))
    year = match.group("y1") or match.group("y2")
    if year:
        return _checked(int(year), month, day)
    return _nearest(full, month, day, ahead=ahead)


def _checked(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _nearest(full: date | None, month: int, day: int, *, ahead: bool) -> str | None:
    """A day without a year: the last one up to a week after publication, or the next to come."""
    if full is None:
        return None
    if ahead:
        years, first, last = (full.year, full.year + 1), full, date.max
    else:
        years, first, last = (full.year, full.year - 1), date.min, full + timedelta(days=7)
    for year in years:
        value = _checked(year, month, day)
        if value is not None and first <= date.fromisoformat(value) <= last:
            return value
    return None
