r"""Hard-wrapped lines to paragraphs; files that keep one paragraph on a line keep their paragraphs.

In the outcome a paragraph ends with an empty line ("\n\n"), and a single line feed stands only
between the items of a list or the rows of a table.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

PAGE_BREAK = -1

ENDED = re.compile(r"(?:[.!?…:;。！？；؟۔।]|[.!?…]\s?\(\w{1,4}\)|--|—)[\"'”’»)\]]*$")
"""How a line ends that is the last of a sentence, or that announces a list."""
ITEM = re.compile(
    r"(?:[-*•‣◦▪●·–—o]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)])\s+\S"
    r"|\d{1,2}(?:\.\d{1,2}){1,3}\.?\s+[A-Z]|\|"
)
"""How an item of a list, or a row of a table, begins."""
NUMBERED_HEADING = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,3}\.?\s+[A-Z]")
OPEN_WORD = re.compile(
    r"(?:,|\w-|\b(?:the|an?|of|to|and|or|nor|but|in|on|at|by|for|from|with|into|as|that|which|who|whose"
    r"|is|are|was|were|be|been|has|have|had|will|would|its|our|their|his|her|my|your|this|these"
    r"|those|than|between|under|over|against|Mr\.|Mrs\.|Ms\.|Dr\.|St\.|No\.))$"
)
"""After these a sentence goes on, even where the next line begins with a capital."""
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
SPLIT_WORD = re.compile(r"(?P<compound>[\w’']-)?(?P<head>[^\W\d_]+)-$")
SUSPENDED = frozenset({"and", "or", "to", "und", "oder", "et", "ou"})
"""Before these a hyphen stands for a word left out: `short- and long-term`."""
HYPHENATING = 0.03
"""Share of lines that end in a hyphen above which a text is taken to divide its words."""
PREFIXES = frozenset(
    "anti eighty ever fifty forty full half high ill long low macro micro mid multi never ninety "
    "non post quasi self semi seventy short sixty socio thirty three twenty two ultra well".split()
)
"""First halves of compounds that are written with a hyphen."""
SUFFIXES = frozenset(
    "backed based building called driven elect eighth faced fifth first fourth free friendly "
    "governmental held keeping known led level made making minded ninth oriented owned party "
    "related ridden round scale second seventh sixth sized sponsored standing stricken style term "
    "third torn wide".split()
)
"""Second halves of such compounds."""
WORD_ENDING = re.compile(
    r"^[a-z]{0,4}(?:[ts]ion|ment|ness|it(?:y|ies)|[ae]nc(?:e|y)|[ai]ble|ally|[ts]ive|ture|[ct]ial"
    r"|ular|ical|ous|ics)s?$"
)
"""Second halves that are no words, unless the text has them: `manip-` `ulation`."""
SOLID = frozenset("every here inter mean over some there under what when where with".split())
"""First halves that are words, but whose compounds are written solid (`under-` `stand`)."""
CJK = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
PROSE = re.compile(r"\w[.!?]['\"”’)]* [A-Z]\w.{20}")
"""A full stop within: what it stands in is no heading."""
LINE_END_HYPHEN = re.compile(r"(?<![^\W\d_])[^\W\d_]++-[ ]*+\n\s*+[^\W\d_]+")
SHORT_PARAGRAPH, LONG_PARAGRAPH = 25, 150
"""Characters: a shorter piece without a full stop may be a heading, a longer one is cut short."""
WIDEST = 250
"""Characters; longer lines are paragraphs, not lines wrapped by a program."""


@dataclass(frozen=True)
class Line:
    """A line with text in it."""

    text: str
    indent: int
    gap: int
    """Empty lines above it, or `PAGE_BREAK`."""

    @property
    def tail(self) -> str:
        """Its end, by which it is judged; a line may be very long."""
        return self.text[-40:]

    @property
    def ended(self) -> bool:
        """Whether a sentence, or what announces a list, ends with it."""
        return ENDED.search(self.tail) is not None


def unwrap(text: str, *, least: float = 0.3) -> str:
    r"""`text` with every paragraph on one line and nothing but "\n\n" between paragraphs.

    Wrapped text breaks its lines in mid-sentence: `least` is the share of lines that must go on in
    the next. Formats that tell their paragraphs themselves ask for a larger one.
    """
    lines = _lines(text)
    if not lines:
        return ""
    width = _wrap_width(lines, least)
    if width:
        lines = _without_usual_gap(lines)
    divided = Divided.of(text)
    pieces, length = [lines[0].text], len(lines[0].text)
    for before, line in pairwise(lines):
        joint = _joint(before, line, width, length, first=len(pieces) == 1)
        if joint == " ":
            pieces[-1], joint = _joined(pieces[-1], line.text, divided)
            length += len(line.text)
        else:
            length = len(line.text)
        pieces += [joint, line.text]
    return "".join(pieces)


def _lines(text: str) -> list[Line]:
    found: list[Line] = []
    gap, paged = 0, False
    for raw in text.split("\n"):
        paged = paged or "\f" in raw
        shown = raw.replace("\f", "").rstrip()
        words = " ".join(shown.split())
        if not words:
            gap += 1
            continue
        indent = len(shown) - len(shown.lstrip())
        found.append(Line(words, indent, PAGE_BREAK if paged and found else gap))
        gap, paged = 0, False
    return found


def _continues(before: Line, line: Line) -> bool:
    """Whether the sentence of one line plainly goes on in the next."""
    first = line.text.lstrip("\"'“‘«([")[:1]
    return not before.ended and (first.islower() or _caseless(first))


def _caseless(letter: str) -> bool:
    return letter.isalpha() and letter.lower() == letter.upper()


def _wrap_width(lines: list[Line], least: float) -> int:
    """Characters to which the text was wrapped; 0 where each line is a paragraph of its own."""
    pairs = [(a, b) for a, b in pairwise(lines) if not ITEM.match(b.text)]
    lengths = sorted(len(a.text) for a, b in pairs if _continues(a, b))
    if not pairs or len(lengths) < least * len(pairs):
        return 0
    width = lengths[int(0.9 * (len(lengths) - 1))]
    usual = sorted(len(line.text) for line in lines)[len(lines) // 2]
    return width if 0.8 * usual <= width <= WIDEST else 0


def _without_usual_gap(lines: list[Line]) -> list[Line]:
    """Lines of a text that was wrapped and then double-spaced, without that spacing."""
    gaps = Counter(line.gap for line in lines[1:] if line.gap != PAGE_BREAK)
    usual = gaps.most_common(1)[0][0] if gaps else 0
    if not usual or gaps[usual] < 0.7 * sum(gaps.values()):
        return lines
    within = [(a, b) for a, b in pairwise(lines) if b.gap == usual]
    if sum(_continues(a, b) for a, b in within) < max(3, 0.3 * len(within)):
        return lines
    return [Line(x.text, x.indent, max(0, x.gap - usual) if x.gap > 0 else x.gap) for x in lines]


def _joint(before: Line, line: Line, width: int, length: int, *, first: bool) -> str:
    """What stands between two lines: a space, a line feed, or an empty line.

    `length` is that of the paragraph so far; `first` says that it is the text's first.
    """
    if line.gap == PAGE_BREAK:
        runs_on = _runs_on(before, line, length) or _full(before, line, width, 0.9)
        return " " if runs_on else "\n\n"
    if line.gap > 0:
        return " " if _runs_on(before, line, length) else "\n\n"
    if ITEM.match(line.text) and (ITEM.match(before.text) or before.ended):
        return "\n"
    if not width:
        runs_on = line.text[:1].islower() and not before.ended
        return " " if runs_on or _runs_on(before, line, length) else "\n\n"
    return _wrapped_joint(before, line, width, first=first)


def _wrapped_joint(before: Line, line: Line, width: int, *, first: bool) -> str:
    """A line into which the next word would have fitted was ended on purpose."""
    if _continues(before, line) or OPEN_WORD.search(before.tail):
        return " "
    if line.indent >= before.indent + 2 and not ITEM.match(before.text):
        return "\n\n"
    if before.ended:
        return " " if _full(before, line, width, 0.9) else "\n\n"
    heading = _is_heading(before.text, alone=not first) or NUMBERED_HEADING.match(before.text)
    return "\n\n" if heading and not _full(before, line, width, 0.6) else " "


def _is_heading(words: str, *, alone: bool) -> bool:
    """Whether every long word has a capital; one word makes a heading only if `alone` allows it."""
    parts = words.split()
    return (len(parts) > 1 or alone) and all(
        not part[:1].islower() for part in parts if len(part) > 3
    )


def _full(before: Line, line: Line, width: int, share: float) -> bool:
    """Whether the next line's first word would have made the line longer than that share."""
    return bool(width) and len(before.text) + 1 + len(line.text.split(" ", 1)[0]) > share * width


def _runs_on(before: Line, line: Line, length: int) -> bool:
    """Whether a paragraph was cut in mid-sentence, by a page's end or by a stray line break."""
    if ITEM.match(line.text) or before.ended:
        return False
    if length >= LONG_PARAGRAPH or before.text.endswith(",") or PROSE.search(before.text, 0, 2_000):
        return True
    return length >= SHORT_PARAGRAPH and bool(
        line.text.lstrip("“‘\"'")[:1].islower()
        or OPEN_WORD.search(before.tail)
        or (line.text[:1].isdigit() and before.text[-1:].isalpha())
    )


def _joined(head: str, tail: str, divided: Divided) -> tuple[str, str]:
    """The upper line, and what joins the lower one to it: nothing after a hyphen or in Chinese."""
    split = SPLIT_WORD.search(head[-80:])
    rest = WORD.match(tail)
    if split and rest:
        if rest[0].lower() in SUSPENDED:
            return head, " "
        keeps = split["compound"] or divided.keeps_hyphen(split["head"], rest[0])
        return (head if keeps else head[:-1]), ""
    if split or re.search(r"\d[-–/]$|\w—$", head[-2:]):
        return head, ""
    return head, "" if CJK.match(head[-1:]) and CJK.match(tail[:1]) else " "


@dataclass(frozen=True)
class Divided:
    """How a text divides words at line ends."""

    words: frozenset[str] = frozenset()
    """Its words in lower case, without the halves that line ends make."""
    often: bool = False
    """Whether it divides so often that the hyphens are the typesetter's."""

    @classmethod
    def of(cls, text: str) -> Divided:
        """What `text` shows of that; nothing where no line ends in a hyphen."""
        count = len(LINE_END_HYPHEN.findall(text))
        if not count:
            return cls()
        whole = LINE_END_HYPHEN.sub(" ", text)
        words = frozenset(word.lower() for word in WORD.findall(whole))
        return cls(words, count > HYPHENATING * (1 + text.count("\n")))

    def keeps_hyphen(self, first: str, second: str) -> bool:
        """Whether a word divided at a line's end is a compound, judged by the text's own words."""
        low, high = first.lower(), second.lower()
        if second[:1].isupper() or "-" in second or first.isupper():
            return True
        if low + high in self.words:
            return False
        if f"{low}-{high}" in self.words or low in PREFIXES or high in SUFFIXES:
            return True
        if not self.often:
            return bool({low, high} & self.words) or not WORD_ENDING.search(high)
        both = low in self.words and high in self.words and min(len(low), len(high)) >= 4
        return both and low not in SOLID
