"""What a text says of itself before it begins: leading fields and the dateline."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.reading.dates import MONTH, parse_date

LEADING_WORDS = re.compile(
    r"\A\s*(?:title(?:\s*:\s*|\s+)(?P<title>[^\n]{3,200}?)\s+)?"
    r"date(?:\s*:\s*|\s+)(?P<published>\d{4}-\d{2}(?:-\d{2})?)(?:[ \t]*[:|–—-])?(?=\s)\s*",
    re.IGNORECASE,
)
"""`date 2021-10-28 China's President …`, all on one line."""

TITLE_LINE = re.compile(r"\A\s*title[ \t]+(?P<title>[^\n]{3,200}?[^\s.])[ \t]*\n[ \t]*\n")
"""`title Norway, UN General Debate 2012` on a line of its own, an empty one below it."""

LEADING_LINE = re.compile(
    r"\s*(?P<key>title|headline|date|published|source|author|byline|url|link|speaker|language)"
    r"\s*:[ \t]*(?P<value>[^\n]{1,300})(?:\n|\Z)",
    re.IGNORECASE,
)
FIELDS = {"headline": "title", "date": "published", "byline": "author", "link": "url"}

DAY = rf"(?:{MONTH}\s*\d{{1,2}}(?:,?\s+\d{{4}})?|\d{{1,2}}\s+{MONTH}(?:,?\s+\d{{4}})?)"
DASH = r"(?:\s*(?:--+|—)|\s+[-–]|\s*[–:])\s*"
CAPITALS = r"[A-Z][A-Z.’'-]+(?:[ ,/]+[A-Z][A-Z.’'-]*[A-Z.])*(?:,\s[A-Z][\w.]+)?"
NAMES = r"[A-Z][\w’'-]+(?:\s(?:[a-z]{2}\s)?[A-Z][\w’'-]+){0,2}(?:,\s[A-Z][\w.]+)?"
AGENCY = r"\s*\((?P<source>[A-Z][\w .&/’'-]{1,30})\)"
DATELINES = tuple(
    re.compile(pattern + r"(?=[“\"‘']?\S)")
    for pattern in (
        rf"(?P<place>{CAPITALS}|{NAMES})(?:[,.]?\s+(?P<day>{DAY}))?{AGENCY}{DASH}",
        rf"(?P<place>{CAPITALS}|{NAMES})[,.]?\s+(?P<day>{DAY}){DASH}",
        rf"(?P<place>{CAPITALS}){DASH}",
        rf"(?P<place>{NAMES})\s+[–—]\s+(?=[“\"‘']?[A-Z])",
        rf"{AGENCY}{DASH}",
    )
)
NO_PLACE = frozenset(
    "The A An This That It He She They We I You There In On At For But And Or If When While As "
    "Yes No Note Update Q QUESTION ANSWER NOTE UPDATE EDITOR".split()
)
PARAGRAPHS = 3
"""A dateline stands in the first of these, after a standfirst at most."""


def take_leading_fields(text: str) -> tuple[str, dict[str, str]]:
    """The text without leading `title: …`, `date 2021-10-28` and the like, and those fields.

    A line is taken only where its value can be used, and only if some text is left.
    """
    found = LEADING_WORDS.match(text)
    if found and parse_date(found["published"]) and text[found.end() :].strip():
        given = {key: value.strip() for key, value in found.groupdict().items() if value}
        return text[found.end() :], given
    rest, fields = text, dict[str, str]()
    titled = TITLE_LINE.match(text)
    if titled and text[titled.end() :].strip():
        rest, fields["title"] = text[titled.end() :], titled["title"].strip()
    while line := LEADING_LINE.match(rest):
        key = FIELDS.get(line["key"].lower(), line["key"].lower())
        usable = key not in fields and (key != "published" or parse_date(line["value"]))
        if not usable or not rest[line.end() :].strip():
            break
        fields[key] = line["value"].strip()
        rest = rest[line.end() :]
    return rest, fields


HEADING = re.compile(
    r"\s*(?P<heading>(?:(?:opening|closing|joint)\s+)?"
    r"(?:remarks|address|statement|speech|intervention|keynote(?: address| speech)?)\s+"
    r"(?:delivered\s+)?(?:by|of)\s[^\n]{5,240}[^\n.:;,])[ \t]*\n[ \t]*\n(?=\s*\S)",
    re.IGNORECASE,
)
FIRST_PERSON = re.compile(r"\b(?:I|[Ww]e|[Mm]y|[Oo]ur|us|me)\b")


def find_heading(text: str) -> str:
    """The first line, where it is the heading of a speech: "Remarks by Ada Holm at the summit".

    A readout may have such a line too; only what speaks as "I" or "we" is a speech.
    """
    found = HEADING.match(text)
    spoken = found is not None and len(FIRST_PERSON.findall(text, found.end())) > 1
    return " ".join(found["heading"].split()) if found and spoken else ""


def find_dateline(text: str) -> Mapping[str, str]:
    """What the dateline says: `dateline` its words, and `source` and `published` if it has them.

    A day without a year makes no `published`. The dateline stays in the text.
    """
    for paragraph in text[:4000].split("\n\n", PARAGRAPHS)[:PARAGRAPHS]:
        for pattern in DATELINES:
            found = pattern.match(paragraph[:160])
            if found and _is_place(found.groupdict().get("place")):
                return _fields(found)
    return {}


def _is_place(words: str | None) -> bool:
    return words is None or words.split()[0].strip(",") not in NO_PLACE


def _fields(found: re.Match[str]) -> dict[str, str]:
    groups = found.groupdict()
    words = re.sub(r"[\s:–—-]+$", "", found[0])
    published = parse_date(groups.get("day") or "")
    given = {"dateline": words, "source": groups.get("source"), "published": published}
    return {key: value for key, value in given.items() if value}
