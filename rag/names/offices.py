"""Offices: how they are written, and the one name by which they are compared."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_UPPER = re.compile(r"\b(?:PM|FM|EAM|CEO|CFO|MP|MEP|MNA|COAS)\b")

HONORIFICS = (
    r"(?:his|her) (?:majesty|excellency|highness|royal highness|holiness)"
    r"|h\.?[emh]\.?|mr|mrs|ms|dr|sir|lord|lady|dame|hon(?:ourable|orable)?|the right honou?rable"
    r"|comrade|professor|prof|engr|maulana|ayatollah|hojatoleslam"
    r"|(?:(?:lt|maj|brig|col|rear|vice|sgt)\.?\s+)?(?:gen|adm|col|maj|cmdr)|lt|brig|capt|sgt"
)
"""Words before a name that are no office."""


@cache
def _offices() -> tuple[tuple[str, str], ...]:
    """The name of each office, and one pattern for every way to write it."""
    import tomllib

    path = Path(__file__).with_name("offices.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple((row["name"], "|".join(row["patterns"])) for row in table["office"])


@cache
def office_pattern() -> str:
    """A regular expression (case-insensitive, no groups) that matches any office."""
    return "|".join(f"(?:{pattern})" for _, pattern in _offices())


@cache
def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(rf"(?:{p})", re.IGNORECASE)) for name, p in _offices())


@cache
def _anywhere() -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{office_pattern()})(?![\w-])", re.IGNORECASE)


def office_name(words: str) -> str:
    """The one name of an office: "Minister of Foreign Affairs" → "foreign minister".

    What no pattern knows comes back in lower case, spaces squeezed.
    """
    plain = " ".join(words.split()).strip(" ,.")
    for name, pattern in _compiled():
        if pattern.fullmatch(plain):
            return _portfolio(plain) if name in {"minister", "secretary"} else name
    return plain.lower()


def _portfolio(words: str) -> str:
    """The minister of what: "Federal Minister for Health" and "health minister" are one."""
    plain = re.sub(r"^(?:federal|state|first|senior)\s+", "", words.lower())
    turned = re.fullmatch(r"minister(?: of state)? (?:of|for) (?:the )?(.+)", plain)
    return f"{turned.group(1)} minister" if turned else plain


def find_office(words: str) -> tuple[int, int, str] | None:
    """Where the first office stands in `words`, and its name; None where there is none.

    Of an enumeration ("State Councilor and Foreign Minister") the last, higher one counts.
    """
    found = [m for m in _anywhere().finditer(words) if _meant(m.group())]
    if not found:
        return None
    best = found[0]
    for follower in found[1:]:
        if re.fullmatch(
            r"\s*(?:,|and|&|/|-cum-)\s*(?:the )?", words[best.end() : follower.start()]
        ):
            best = follower
        else:
            break
    return best.start(), best.end(), office_name(best.group())


def _meant(words: str) -> bool:
    """Abbreviations are offices in capital letters only; "pm" in a question too."""
    return not _UPPER.fullmatch(words.upper()) or words.isupper() or words.lower() == "pm"
