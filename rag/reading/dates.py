"""Dates as documents write them, to ISO dates that may be partial; what is ambiguous is no date."""

from __future__ import annotations

import re
from datetime import date

MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?"
)
WEEKDAY = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,?\s+)?"
TIME = r"(?:(?:,?\s+(?:at\s+)?|T)\d{1,2}[:.]\d{2}.*)?"

PATTERNS = tuple(
    re.compile(WEEKDAY + pattern + TIME, re.IGNORECASE | re.DOTALL)
    for pattern in (
        r"(?P<y>\d{4})",
        r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})(?:[-/.](?P<d>\d{1,2}))?",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?:of\s+)?(?P<n>{MONTH}),?[\s-]+(?P<y>\d{{4}})",
        rf"(?P<n>{MONTH})\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})",
        rf"(?P<n>{MONTH}),?[\s-]+(?P<y>\d{{4}})",
        r"(?P<y>\d{4})\s*年(?:\s*(?P<m>\d{1,2})\s*月(?:\s*(?P<d>\d{1,2})\s*日)?)?",
        r"(?P<a>\d{1,2})[-/.](?P<b>\d{1,2})[-/.](?P<y>\d{4})",
    )
)


def parse_date(words: str) -> str | None:
    """`24 September 2014`, `Sept. 24, 2014`, `2014-09` … as an ISO date; None where it is none.

    A time after the date is left out. `05/04/2014` is None, for it is April or May.
    """
    words = words.strip().strip("\"'")
    if not 4 <= len(words) <= 60:
        return None
    for pattern in PATTERNS:
        found = pattern.fullmatch(words)
        if found:
            return _iso(found.groupdict())
    return None


def _iso(parts: dict[str, str | None]) -> str | None:
    if "a" in parts:
        parts = _day_and_month(parts)
    year, month, day = int(parts["y"] or 0), _month(parts), int(parts.get("d") or 0)
    if not 1000 <= year <= 2999 or (parts.get("d") and not day) or (not month and day):
        return None
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    return "-".join([f"{year:04}"] + [f"{part:02}" for part in (month, day) if part])


def _day_and_month(parts: dict[str, str | None]) -> dict[str, str | None]:
    """Only a number above twelve tells which of two is the day; equal ones don't matter."""
    first, second = int(parts["a"] or 0), int(parts["b"] or 0)
    if first > 12 or first == second:
        return {"y": parts["y"], "m": parts["b"], "d": parts["a"]}
    if second > 12:
        return {"y": parts["y"], "m": parts["a"], "d": parts["b"]}
    return {"y": "0"}


def _month(parts: dict[str, str | None]) -> int:
    """Month number; 0 for none, 13 for a month zero, which no calendar has."""
    if name := parts.get("n"):
        return 1 + next(
            i for i, m in enumerate(MONTHS) if m.startswith(name.rstrip(".").lower()[:3])
        )
    if number := parts.get("m"):
        return int(number) or 13
    return 0


IN_TITLE = re.compile(
    rf"\d{{1,2}}(?:st|nd|rd|th)?\s+{MONTH},?\s+\d{{4}}|{MONTH}\s*\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
    rf"|{MONTH},?\s+\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}|(?<![\w-])(?:19|20)\d{{2}}(?![\w-])",
    re.IGNORECASE,
)
OCCASION = re.compile(
    r"\b(?:debate|session|summit|conference|statement|speech|address|remarks|readout|briefing|"
    r"interview|meeting|call|visit|communiqu[ée]|declaration)\b",
    re.IGNORECASE,
)


def date_in_title(title: str) -> str | None:
    """The date of the occasion that a title names: "Norway, UN General Debate 2012".

    A title with two dates tells none, and one without its day only beside an occasion: "Vision
    2030" was not published then.
    """
    found = {parsed for m in IN_TITLE.finditer(title) if (parsed := parse_date(m.group()))}
    if len(found) != 1:
        return None
    only = found.pop()
    return only if len(only) == len("2012-09-24") or OCCASION.search(title) else None
