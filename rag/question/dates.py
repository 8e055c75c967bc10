"""Dates that a question names: absolute, relative to today, open on one side."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from rag.errors import UsageError

MONTHS = {
    name: number
    for number in range(1, 13)
    for name in (calendar.month_name[number].lower(), calendar.month_abbr[number].lower())
} | {"sept": 9}
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
YEAR = r"(?:19|20)\d\d"
ONE_DATE = (
    rf"\d{{4}}-\d\d(?:-\d\d)?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{MONTH})\.?,?\s+{YEAR}"
    rf"|(?:{MONTH})\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+{YEAR}"
    rf"|(?:{MONTH})\.?,?\s+(?:of\s+)?{YEAR}"
    rf"|{YEAR}"
)
SPAN = re.compile(
    rf"\b(?:between|from)\s+(?P<a>{ONE_DATE})\s+(?:and|to|until|till|[-–])\s+(?P<b>{ONE_DATE})\b"
    rf"|\b(?P<c>{YEAR})\s*[-–]\s*(?P<d>{YEAR})\b",
    re.IGNORECASE,
)
EDGE = re.compile(
    rf"\b(?P<edge>since|after|before|until|till|up to|from)\s+(?P<date>{ONE_DATE})\b(?!\s*-)",
    re.IGNORECASE,
)
POINT = re.compile(
    rf"\b(?:(?:in|on|at|during|of|for|dated)\s+)?(?P<date>{ONE_DATE})\b", re.IGNORECASE
)
RELATIVE = re.compile(
    r"\b(?P<words>today|yesterday|(?:this|last|past|previous)\s+(?:week|month|year)"
    r"|(?:the\s+)?(?:last|past)\s+(?P<n>\d{1,3})\s+(?P<unit>day|week|month|year)s?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class DateRange:
    """When something was published: both ends inclusive, ISO, possibly partial, possibly open."""

    since: str | None
    until: str | None
    words: str
    start: int
    end: int


def find_dates(text: str, today: date) -> DateRange | None:
    """The first date or range that `text` names, or None."""
    if m := SPAN.search(text):
        first, last = m["a"] or m["c"], m["b"] or m["d"]
        return _range(m, iso(first), iso(last))
    if m := EDGE.search(text):
        value = iso(m["date"])
        edge = m["edge"].lower()
        if edge in {"since", "from"}:
            return _range(m, value, None)
        if edge == "after":
            return _range(m, _next(value), None)
        if edge == "before":
            return _range(m, None, _previous(value))
        return _range(m, None, value)
    if m := RELATIVE.search(text):
        return _relative(m, today)
    if m := POINT.search(text):
        value = iso(m["date"])
        return _range(m, value, value)
    return None


def _range(match: re.Match[str], since: str | None, until: str | None) -> DateRange:
    return DateRange(
        since=since, until=until, words=match.group(), start=match.start(), end=match.end()
    )


def iso(written: str) -> str:
    """`28 October 2021` → `2021-10-28`; `March 2021` → `2021-03`; ISO as it is."""
    if re.fullmatch(r"\d{4}(-\d\d){0,2}", written):
        return written
    year = re.search(YEAR, written)
    month = re.search(rf"\b({MONTH})\b", written, re.IGNORECASE)
    if not year or not month:
        return written
    day = re.search(r"\b(\d{1,2})(?:st|nd|rd|th)?\b", written.replace(year.group(), " "))
    found = f"{year.group()}-{MONTHS[month.group(1).lower()]:02d}"
    return f"{found}-{int(day.group(1)):02d}" if day else found


def first_day(partial: str) -> date:
    """The first day that a partial ISO date covers."""
    year, month, day = ([*map(int, partial.split("-")), 1, 1])[:3]
    return date(year, month, day)


def last_day(partial: str) -> date:
    """The last day that a partial ISO date covers."""
    parts = [int(p) for p in partial.split("-")]
    if len(parts) == 1:
        return date(parts[0], 12, 31)
    if len(parts) == 2:
        return date(parts[0], parts[1], calendar.monthrange(parts[0], parts[1])[1])
    return date(*parts[:3])


@lru_cache(maxsize=4096)
def overlaps(published: str, since: str | None, until: str | None) -> bool:
    """Whether a possibly partial date shares a day with the range."""
    try:
        first, last = first_day(published), last_day(published)
        return (since is None or last >= first_day(since)) and (
            until is None or first <= last_day(until)
        )
    except ValueError:
        return False


def _next(partial: str) -> str:
    return (last_day(partial) + timedelta(days=1)).isoformat()


def _previous(partial: str) -> str:
    return (first_day(partial) - timedelta(days=1)).isoformat()


def _relative(match: re.Match[str], today: date) -> DateRange:
    words = match["words"].lower()
    if match["n"]:
        days = {"day": 1, "week": 7, "month": 30, "year": 365}[match["unit"].lower()]
        since = today - timedelta(days=int(match["n"]) * days)
        return _range(match, since.isoformat(), today.isoformat())
    exact: dict[str, Callable[[], tuple[str, str]]] = {
        "today": lambda: (today.isoformat(),) * 2,
        "yesterday": lambda: ((today - timedelta(days=1)).isoformat(),) * 2,
    }
    if words in exact:
        return _range(match, *exact[words]())
    this = words.startswith("this")
    if words.endswith("year"):
        return _range(match, *((str(today.year if this else today.year - 1),) * 2))
    if words.endswith("month"):
        end = today if this else today.replace(day=1) - timedelta(days=1)
        return _range(match, *((f"{end:%Y-%m}",) * 2))
    monday = today - timedelta(days=today.weekday() + (0 if this else 7))
    return _range(match, monday.isoformat(), (monday + timedelta(days=6)).isoformat())


def require_iso(value: str | None, option: str) -> str | None:
    """`value` if it is an ISO date, possibly partial, or None.

    Raises:
        UsageError: it is neither.
    """
    if value is None:
        return None
    try:
        if re.fullmatch(r"\d{4}(-\d\d){0,2}", value):
            first_day(value)
            return value
    except ValueError:
        pass
    raise UsageError(
        f"{option} {value!r} is no date.",
        hint="Give a year, month or day: 2021, 2021-10, 2021-10-28.",
    )
