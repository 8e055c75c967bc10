"""Page furniture: what a page prints around an article, which is no sentence of it.

Three causes, each by its shape and never by the file it is in:

- running headers and footers of printed records: lines of document symbols, job numbers, page
  fractions and dates alone; page numbers beside a page break; lines that repeat at page breaks;
- the labels of a web page's buttons and counters (share, print, comments, subscribe);
- notices that publishers add (copyright, editor, advertisement).
"""

from __future__ import annotations

import re
from collections import Counter

SYMBOL = r"[A-Z]{1,4}(?:/[A-Z0-9.-]{1,12}){0,3}/[A-Z0-9.-]{0,8}\d[A-Z0-9.]{0,8}"
JOB_NUMBER = r"\d{2}-\d{5}(?:\s?\(E\))?"
NUMERIC_DATE = r"\d{1,2}/\d{1,2}/\d{4}"
PAGE_FRACTION = r"\d{1,4}/\d{1,4}"
TOKEN = f"(?:{NUMERIC_DATE}|{JOB_NUMBER}|{PAGE_FRACTION}|{SYMBOL})"
RECORD_HEADER = re.compile(rf"(?<![^\s]){TOKEN}(?:\s+{TOKEN}){{2,5}}(?![^\s])")
"""Three or more in a row occur in no sentence, so they go even from the middle of a line."""
RECORD_LINE = re.compile(rf"[ \t]*{TOKEN}(?:[ \t]+{TOKEN})+[ \t]*")
"""Two or more that make up a whole line."""
PAGE_NUMBER = re.compile(
    r"\s*[-–—|\[]*\s*(?:page|p\.|seite|página)?\s*\d{1,4}(?:\s*(?:of|/|von|de)\s*\d{1,4})?\s*[-–—|\]]*\s*",
    re.IGNORECASE,
)

INTERFACE = re.compile(
    r"""(?:
      (?:go\ to\ (?:the\ )?forum\s*>*\s*)?\(?\d*\s*comments?\s*(?:\(s\)|\(\d+\)|s)?\)?(?:\s*closed)?
    | go\ to\ (?:the\ )?(?:forum|top|homepage|comments)\s*>*
    | (?:leave|post|add|write)\ a\ (?:comment|reply)s?
    | (?:view|show|read|hide|join)\ (?:all\ |the\ )?(?:\d+\ )?(?:comments?|conversation|discussion)
    | (?:share|print|e-?mail|tweet|whatsapp|facebook|twitter|linkedin|telegram|pinterest|copy\ link
       |save|bookmark|listen|subscribe|sign\ (?:in|up)|log\ ?in|register|menu|search|home|next
       |previous|back\ to\ top|skip\ to\ (?:main\ )?content|advertisements?|sponsored|promoted
       |click\ to\ (?:share|print|enlarge|expand)|enlarge\ image|font\ size)
      (?:\s*[|·•,/+-]?\s*(?:share|print|e-?mail|tweet|whatsapp|facebook|twitter|linkedin|telegram
       |pinterest|copy\ link|save))*
    | share\ (?:(?:this\ )?(?:article|story|post|page)|this|on|via)\b
      (?:\ (?:on|via|with|by)\b[^.]{0,60})?
    | follow\ (?:us|him|her|the\ author)\b[^.]{0,60}
    | (?:sign\ up|subscribe)\ (?:for|to)\ (?:our|the|get|receive|daily|weekly|free)\b.{0,90}
    | (?:click|tap)\ here\b.{0,80}
    | (?:read|see|watch|view)\ (?:more|also|next|full\ (?:story|article))(?:\s*:.{0,120})?
    | read\ more\ (?:about|on|at|from|here)\b.{0,100}
    | (?:related|recommended|most\ (?:read|popular)|trending|more\ from|you\ may\ also\ like)
      (?:\ (?:stories|story|articles?|news|topics?|posts?|links?|videos?))?\s*:?
    | (?:your\ email\ address\ will\ not\ be\ published|required\ fields\ are\ marked).{0,60}
    | (?:we\ use|this\ (?:site|website)\ uses)\ cookies\b.{0,200}
    | download\ (?:our|the)\ app\b.{0,80}
    )\s*[.!:>»|]*""",
    re.IGNORECASE | re.VERBOSE,
)

NOTICE = re.compile(
    r"""(?:
      (?:copyright\b|©|\(c\)\ ).{0,160}
    | .{0,80}\ball\ rights\ reserved\b.{0,120}
    | [(\[]?(?:web\ |copy\ )?editor\s*[:：]\s*.{1,40}[)\]]?
    | (?:file\ )?(?:photo|image|picture|video)(?:\ (?:by|credit|source))?\s*[:：/].{1,80}
    | this\ (?:material|article|story)\ may\ not\ be\ (?:published|reproduced).{0,160}
    | (?:the\ )?views\ expressed\ (?:in\ this\ article\ )?are\ (?:those\ of\ )?the\ author.{0,160}
    )""",
    re.IGNORECASE | re.VERBOSE,
)
ENDED = re.compile(r"[.!?…:;。！？؟۔।>)][\"'”’»)\]]*$")
OFTEN = 3
"""Times that a line recurs beside page breaks before it counts as a running header."""
LONGEST_HEADER = 120
FAR = 8
"""Lines from a page break within which its headers are looked for."""
LONGEST = 260
"""A longer line is prose whatever it begins with."""


def remove_furniture(text: str) -> tuple[str, int]:
    """`text` without page furniture, and how many pieces of it were left out."""
    text, inline = RECORD_HEADER.subn("", text) if "/" in text else (text, 0)
    lines = text.split("\n")
    repeated = _repeated_at_breaks(lines)
    kept: list[str] = []
    removed, before = 0, ""
    for number, line in enumerate(lines):
        after = lines[number + 1] if number + 1 < len(lines) else ""
        if number in repeated or (_stands_alone(line, before, after) and is_furniture(line)):
            kept.append("\f" * line.count("\f"))
            removed += 1
        else:
            kept.append(line)
        before = kept[-1]
    return "\n".join(kept), inline + removed


def _stands_alone(line: str, before: str, after: str) -> bool:
    """Whether the line is a piece of its own and not part of a wrapped sentence."""
    if line.lstrip()[:1].islower():
        return False
    runs_on = len(before) > 30 and not ENDED.search(before[-40:].rstrip())
    return not (runs_on or after.lstrip()[:1].islower()) or RECORD_LINE.fullmatch(line) is not None


def is_furniture(line: str) -> bool:
    """Whether the whole line is a record's header, an interface label or a notice."""
    line = line.strip()
    if not line or len(line) > LONGEST:
        return False
    return any(p.fullmatch(line) for p in (RECORD_LINE, INTERFACE, NOTICE))


def _repeated_at_breaks(lines: list[str]) -> set[int]:
    """Numbers of the lines beside form feeds that are page numbers, or that recur there."""
    beside = _beside_breaks(lines)
    shapes = Counter(_shape(lines[number]) for number in beside)
    return {
        number
        for number, nearest in beside.items()
        if (nearest and PAGE_NUMBER.fullmatch(lines[number].replace("\f", "")))
        or (shapes[_shape(lines[number])] >= OFTEN and len(lines[number].strip()) <= LONGEST_HEADER)
    }


def _beside_breaks(lines: list[str]) -> dict[int, bool]:
    """The two lines with text above and below each form feed; whether each is the nearest."""
    found: dict[int, bool] = {}
    for number, line in enumerate(lines):
        if "\f" not in line:
            continue
        for step in (-1, 1):
            start = number if step == 1 and line.strip() else number + step
            for nth, at in enumerate(_two_with_text(lines, start, step)):
                found[at] = found.get(at, False) or nth == 0
    return found


def _two_with_text(lines: list[str], at: int, step: int) -> list[int]:
    """The first two lines with text from there on, not farther than a few empty ones."""
    found: list[int] = []
    for place in range(at, at + FAR * step, step):
        if not 0 <= place < len(lines) or len(found) == 2:
            break
        if lines[place].strip():
            found.append(place)
    return found


def _shape(line: str) -> str:
    """The line with its digits alike, so that a running header recurs in spite of page numbers."""
    return re.sub(r"\d+", "0", line.replace("\f", "").strip())
