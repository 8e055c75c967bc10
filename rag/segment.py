r"""Text to sentences with exact places, and sentences to passages.

Splitting is our own, in the spirit of Punkt: every full stop is a candidate, and the words on both
sides decide. pysbd was tried first: of United Nations speeches it split 63,000 characters a second
on one core, this module 6 million.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import inf

from rag.types import Document, Metadata, Passage, Sentence

LONGEST = 1_500
"""Characters; what is longer is no sentence but a table, a list or a text without full stops."""

PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
CANDIDATE = re.compile(
    r"(?<![.!?…。！？｡؟۔।॥])(?P<mark>[.!?…]++|[。！？｡؟۔।॥]++)"
    r"(?P<closed>[\"'”’»)\]}」』）]*+(?:[ ](?:''|[”»)\]](?=[ ]|$)))*+)"
    r"(?P<space>\s+|$|(?<=[。！？｡」』）])|(?<=[。！？｡][”’\"']))"
)
"""A mark, the quotes and brackets that close with it, and the space (or nothing, in Chinese)."""
SEEN = 100
"""Characters on either side of a mark that are looked at."""
SHOWN = re.compile(r"\S")
LINE_END = re.compile(r"\n\s*")
OPENERS = " \"'“‘«([{`¿¡—–-•*"
QUOTES = re.compile(r"[\"'”’»」』]")
NEXT_WORD = re.compile(r"[\w’']+")
SPEAKER = r"(?:[A-Z][\w.’'-]*\s+){1,4}"
VERB = r"(?:asked|said|added|replied|wrote|told|wondered|exclaimed|answered|stressed|noted)\b"
REPORTING = re.compile(SPEAKER + VERB)
"""`“Is it so?” Wang asked …`"""
REPORTING_ONLY = re.compile(SPEAKER + VERB + r"\s*(?:[.,]|$)")
"""`“We agree.” Xi said.`: after a full stop only where nothing else is said."""
ENUMERATOR = re.compile(r"\(?(?:\d{1,3}|[A-Za-z]|[ivxlIVXL]{1,6})(?:\.\d{1,3})*")
INITIALS = re.compile(r"(?:\w\.)+\w")
NUMBER = re.compile(r"\d|[IVXLC]+\b")

NEVER = frozenset("vs v cf e.g i.e viz ca approx".split())
"""Abbreviations, in any case, that end no sentence."""
TITLES = frozenset(
    "Mr Mrs Ms Mx Dr Prof Gen Lt Col Sgt Capt Cpl Maj Adm Cmdr Brig Gov Sen Sens Rep Reps Rev Hon "
    "St Sts Amb Pres Messrs Mme Mlle Fr Supt Insp Det Pvt Dir Asst Assoc Min Mt Ft Ald Cllr".split()
)
"""A name follows."""
NUMBERED = frozenset(
    "No Nos nos Art Arts art arts Sec Secs sec Fig Figs fig figs Vol Vols vol Ch ch Chap pp p "
    "P Para Paras para paras Op op Res Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec".split()
)
"""No end where a number follows."""
GENERAL = frozenset(
    "Inc Ltd Corp Co Bros LLC Plc plc Pty Cie Jr Sr Esq etc al Dept Univ Assn Ave Blvd Rd Govt "
    "Intl Natl Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss Mo "
    "Mont Neb Nev Okla Ore Pa Penn Tenn Tex Va Vt Wash Wis Wyo Ont Que Ph.D".split()
)
"""The end only where the next word is one that begins sentences; so are `U.S.` and its like."""
MONTHS = (
    "January February March April May June July August September October November December".split()
)
CLOCK = frozenset({"a.m", "p.m"})
AFTER_CLOCK = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday EST EDT ET GMT UTC CET CEST BST PST "
    "PDT PT IST PKT Beijing Eastern Pacific Central".split()
    + MONTHS
)
STARTERS = frozenset(
    "The A An He She It They We I You This That These Those In On At But And Or For As When While "
    "If After Before However Meanwhile Also Both His Her Its Their Our My Your There Here What Who "
    "Why How Since During Under With Without From By To Not No Yes Some Many Most All One Two "
    "According Although Though Because Despite Earlier Later Last Next Now Then Thus So Such Each "
    "Every Other Another Until Nor Only Where Which Asked Speaking Today Yesterday".split()
)
CLAUSE_ENDS = tuple(
    map(re.compile, (r"[;；](?:\s+|(?<=；))", r"(?:[,:]|\s[–—-])\s+|[，、：]", r"\s+"))
)
LONGEST_TITLE = 120
"""Characters of a title in a heading, which shares the embedder's window with the passage."""
USUAL_SENTENCES, MOST_SENTENCES = 6, 12
"""A passage seldom has more than the first and never more than the second."""


def split_sentences(text: str, document: str) -> list[Sentence]:
    """The sentences of `text`: in order, apart, and together all of it but the space between.

    No sentence crosses a paragraph. Quotation marks and brackets stay with the sentence they close.
    What is longer than `LONGEST` characters is divided at a semicolon, a comma or a space.
    """
    places = [
        (number, *span)
        for number, (start, end) in enumerate(_paragraphs(text))
        for span in _spans(text, start, end)
    ]
    return [
        Sentence(
            document=document, index=i, start=start, end=end, text=text[start:end], paragraph=number
        )
        for i, (number, start, end) in enumerate(places)
    ]


def _paragraphs(text: str) -> list[tuple[int, int]]:
    borders = [0, *chain.from_iterable(gap.span() for gap in PARAGRAPH.finditer(text)), len(text)]
    places = zip(borders[::2], borders[1::2], strict=True)
    return [(start, end) for start, end in places if text[start:end].strip()]


def _spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Places of the sentences of one paragraph."""
    for line_start, line_end in _lines(text, start, end):
        at = line_start
        for cut in [*_ends(text, line_start, line_end), line_end]:
            yield from _trimmed(text, at, cut)
            at = cut


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A line feed ends a sentence (a list, a table), unless it plainly goes on below."""
    at = start
    for found in LINE_END.finditer(text, start, end):
        before = text[max(at, found.start() - 8) : found.start()].rstrip()
        goes_on = text[found.end() : found.end() + 1].islower()
        if goes_on and before and not before.endswith((".", "!", "?", ":", ";", "”", '"')):
            continue
        yield at, found.start()
        at = found.end()
    yield at, end


def _ends(text: str, start: int, end: int) -> Iterator[int]:
    """Offsets behind the marks that end a sentence, the last one of the line left out."""
    begun = start
    for found in CANDIDATE.finditer(text, start, end):
        if found.end() == end:
            return
        sentence = text[max(begun, found.start() - SEEN) : found.start()]
        if _is_end(sentence, found, text[found.end() : min(end, found.end() + SEEN)]):
            yield found.end("closed")
            begun = found.end()


def _is_end(sentence: str, found: re.Match[str], following: str) -> bool:
    """Whether a mark ends the sentence before it, seen what follows."""
    mark, closed = found["mark"], found["closed"]
    if not found["space"]:
        return following[:1] not in "」』）”’\"',，、；："
    if following.lstrip(OPENERS)[:1].islower() or following[:1] in ",;:)]}":
        return False
    quoted = QUOTES.search(closed) is not None
    if mark[0] in "!?":
        return not (quoted and REPORTING.match(following))
    if quoted and REPORTING_ONLY.match(following):
        return False
    if mark[0] == "…" or len(mark) > 1:
        return len(sentence.split(maxsplit=4)) > 3
    return mark != "." or quoted or _full_stop_ends(sentence, following)


def _full_stop_ends(sentence: str, following: str) -> bool:
    """Whether a full stop after this text is more than the dot of an abbreviation."""
    tail = sentence[-40:].rstrip()
    word = tail[max(tail.rfind(mark) for mark in ' \n"“”‘([«-–—/') + 1 :]
    if ENUMERATOR.fullmatch(sentence.strip()):
        return False
    next_word = NEXT_WORD.match(following.lstrip(OPENERS))
    if word.lower() in NEVER or word in TITLES:
        return False
    if word in NUMBERED or (len(word) == 1 and word.islower()):
        return NUMBER.match(following.lstrip(OPENERS)) is None
    if word in CLOCK:
        return not (next_word and (next_word[0] in AFTER_CLOCK or next_word[0][0].isdigit()))
    if word in GENERAL or INITIALS.fullmatch(word) or (len(word) == 1 and word.isupper()):
        return next_word is not None and next_word[0] in STARTERS
    return True


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The place without the space around it, divided where it is too long."""
    first = _shown(text, start, end)
    last = first + len(text[first:end].rstrip())
    while last - first > LONGEST:
        cut = _safe_cut(text, first, first + LONGEST)
        yield first, first + len(text[first:cut].rstrip())
        first = _shown(text, cut, last)
    if first < last:
        yield first, last


def _shown(text: str, start: int, end: int) -> int:
    """Where the space from `start` on is over."""
    found = SHOWN.search(text, start, end)
    return found.start() if found else end


def _safe_cut(text: str, start: int, limit: int) -> int:
    """Where to divide `text[start:limit]`: late in it, behind a semicolon, comma or space.

    Where there is none, at the limit itself, but never before a mark that joins what precedes it.
    """
    low = start + (limit - start) // 3
    for marks in CLAUSE_ENDS:
        places = [found.end() for found in marks.finditer(text, low, limit)]
        if places:
            return places[-1]
    cut = limit
    while cut > low + 1 and (unicodedata.combining(text[cut]) or text[cut] in "\u200c\u200d\ufe0f"):
        cut -= 1
    return cut


def heading(metadata: Metadata) -> str:
    """`title · speaker · date` as far as they are known, without what the title says already."""
    title = _shortened(" ".join((metadata.title or "").split()))
    speaker, date = metadata.speaker or "", metadata.published or ""
    said = (_says(title, speaker), _says_date(title, date))
    parts = (title, "" if said[0] else _shortened(speaker), "" if said[1] else date)
    return " · ".join(filter(None, parts))


def _shortened(words: str) -> str:
    """At most `LONGEST_TITLE` characters, cut between words."""
    if len(words) <= LONGEST_TITLE:
        return words
    space = words.rfind(" ", 0, LONGEST_TITLE)
    return words[: space if space > 0 else LONGEST_TITLE] + "…"


def _says(title: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words.casefold())}(?!\w)", title.casefold()) is not None


def _says_date(title: str, published: str) -> bool:
    """Whether a title names year, month and day of an ISO date, in figures or in words."""
    if _says(title, published):
        return True
    year, month, day = (*published.split("-"), "", "")[:3]
    named = MONTHS[int(month) - 1] if month.isdecimal() and 1 <= int(month) <= 12 else month
    return all(_says(title, part) for part in (year, named, day.lstrip("0")) if part)


def make_passages(
    document: Document,
    sentences: Sequence[Sentence],
    *,
    max_tokens: int,
    count_tokens: Callable[[str], int],
) -> list[Passage]:
    """Passages of consecutive whole sentences, each of at most `max_tokens` tokens of text.

    Together they cover every sentence once. Three to six sentences that end with a paragraph are
    sought. A sentence that is too long by itself becomes passages of its own, divided where it does
    least harm, so that an embedder cuts nothing off unseen.

    Args:
        document: whose text the sentences point into.
        sentences: all its sentences, in order.
        max_tokens: the most tokens of a passage, its heading not counted.
        count_tokens: tokens of a text, special ones counted or not.

    Raises:
        ValueError: `max_tokens` is below 1.
    """
    if max_tokens < 1:
        raise ValueError(f"max_tokens must be at least 1, got {max_tokens}")
    special = count_tokens("")
    packer = _Packer(document, sentences, max_tokens, lambda text: count_tokens(text) - special)
    spans = [span for first, last in packer.groups() for span in packer.fitting(first, last)]
    title = heading(document.metadata)
    return [
        Passage(
            document=document.name,
            index=index,
            start=start,
            end=end,
            text=document.text[start:end],
            first_sentence=sentences[first].index,
            last_sentence=sentences[last].index,
            heading=title,
        )
        for index, (first, last, start, end) in enumerate(spans)
    ]


@dataclass(frozen=True)
class _Packer:
    """Groups the sentences of one document so that the whole costs least."""

    document: Document
    sentences: Sequence[Sentence]
    limit: int
    count: Callable[[str], int]

    def groups(self) -> list[tuple[int, int]]:
        """First and last sentence of each passage: the cheapest way through the document."""
        sizes = [self.count(sentence.text) for sentence in self.sentences]
        total = len(sizes)
        best, origin = [0.0] + [inf] * total, [0] * (total + 1)
        for first in range(total):
            tokens = 0
            for last in range(first, min(total, first + MOST_SENTENCES)):
                tokens += sizes[last]
                if tokens > self.limit and last > first:
                    break
                cost = best[first] + self._cost(first, last, tokens)
                if cost < best[last + 1]:
                    best[last + 1], origin[last + 1] = cost, first
        found, end = [], total
        while end:
            found.append((origin[end], end - 1))
            end = origin[end]
        return found[::-1]

    def _cost(self, first: int, last: int, tokens: int) -> float:
        """One for each passage, more for one that ends inside a paragraph, is small, or is long."""
        following = self.sentences[last + 1 : last + 2]
        inside = any(s.paragraph == self.sentences[last].paragraph for s in following)
        small = max(0.0, 0.35 - tokens / self.limit)
        many = max(0, last - first + 1 - USUAL_SENTENCES)
        return 1.0 + 0.5 * inside + 1.5 * small + 0.3 * many

    def fitting(self, first: int, last: int) -> Iterator[tuple[int, int, int, int]]:
        """The group itself where its text fits, else its halves; a long sentence in pieces.

        Tokens of the whole can be more than those of the parts, depending on the tokenizer.
        """
        start, end = self.sentences[first].start, self.sentences[last].end
        if self.count(self.document.text[start:end]) <= self.limit:
            yield first, last, start, end
        elif first < last:
            middle = (first + last) // 2
            yield from self.fitting(first, middle)
            yield from self.fitting(middle + 1, last)
        else:
            for piece_start, piece_end in self._pieces(start, end):
                yield first, last, piece_start, piece_end

    def _pieces(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        text = self.document.text
        while start < end:
            stop = end
            while stop - start > 1 and self.count(text[start:stop]) > self.limit:
                stop = _safe_cut(text, start, start + max(1, (stop - start) * 3 // 4))
            yield start, start + len(text[start:stop].rstrip())
            start = _shown(text, stop, end)
