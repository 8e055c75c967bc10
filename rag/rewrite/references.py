"""Noun phrases that refer back: the two sides, the other one, the king, the call, that year."""

from __future__ import annotations

import re

from rag.rewrite.context import title_holder
from rag.rewrite.draft import Draft
from rag.rewrite.phrases import AUXILIARIES, EVENTS, SPEECH, TITLES
from rag.words import fold

SIDES = (
    r"sides?|countries|nations|governments|leaders|parties|presidents|ministers|men|states|"
    r"politicians|capitals"
)
TWO = re.compile(
    rf"\b(?:the\s+two|both)(?:\s+of\s+them)?(?:\s+(?:{SIDES})\b|(?=\s*$)|(?=\s+\w+(?<!s)\b))",
    re.IGNORECASE,
)
OTHER = re.compile(
    r"\bthe\s+(?P<which>other|latter|second|first|former)"
    r"(?:\s+(?:side|party|one|leader|country|president|minister|government|speaker|two)\b"
    rf"|(?=\s*$)|(?=\s+(?:{'|'.join(sorted(AUXILIARIES | SPEECH))}|about|on)\b)|(?=['’]s))"
    r"(?P<s>['’]s)?",
    re.IGNORECASE,
)
TITLE = re.compile(
    rf"\b(?:the|this|that)\s+(?:same\s+)?(?P<title>{TITLES})(?P<s>['’]s)?\b"
    r"(?!\s+(?:of|for|from)\b|['’])",
    re.IGNORECASE,
)
EVENT = re.compile(
    r"\b(?:the|that|this|these|those|their|his|her|its)\s+(?:same\s+)?"
    r"(?:(?:phone|telephone|video|press)\s+)?"
    rf"(?P<noun>{'|'.join(sorted(EVENTS, key=len, reverse=True))})\b"
    r"(?!\s+(?:of|between|with|on|about|to|from|against)\b)",
    re.IGNORECASE,
)
THEN = re.compile(
    r"\b(?:at\s+(?:that|the\s+same)\s+time|(?:in\s+|on\s+)?(?:that|the\s+same|this)\s+"
    r"(?:year|day|month|week)|back\s+then|then(?=\s*$))",
    re.IGNORECASE,
)
THERE = re.compile(r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\bthere\b", re.IGNORECASE)


def put_references(draft: Draft) -> None:
    """Notes what each phrase stands for."""
    for step in (_two, _other, _title, _then, _event, _there):
        step(draft)


def _two(draft: Draft) -> None:
    if len(draft.question.parties()) >= 2:
        return
    for match in TWO.finditer(draft.question.text):
        both = draft.context.parties()
        if len(both) == 2:
            draft.put(*match.span(), " and ".join(both))


def _other(draft: Draft) -> None:
    for match in OTHER.finditer(draft.question.text):
        if found := draft.context.counted(fold(match["which"])):
            draft.put(*match.span(), found + (match["s"] or ""))


def _title(draft: Draft) -> None:
    for match in TITLE.finditer(draft.question.text):
        if any(m.start <= match.end() + 1 <= m.end for m in draft.question.mentions):
            continue  # "the president Xi Jinping" names him
        if found := title_holder(match["title"], draft.context):
            draft.put(*match.span(), found + (match["s"] or ""))


def _then(draft: Draft) -> None:
    last = draft.context.last
    for match in THEN.finditer(draft.question.text):
        if last.dates:
            draft.put(*match.span(), last.words_of(last.dates[-1]))
        elif fold(match.group()) != "then":
            draft.join = True


def _event(draft: Draft) -> None:
    """ "the call" without a word on whose: that of the last question."""  # noqa: D210
    match = EVENT.search(draft.question.text)
    if draft.question.mentions or match is None:
        return
    parties = draft.context.parties()
    noun = draft.question.text[match.start("noun") : match.end()]
    if len(parties) == 2:
        draft.put(*match.span(), f"the {noun} between {parties[0]} and {parties[1]}")
    elif parties:
        draft.put(*match.span(), f"the {noun} of {parties[0]}")
    else:
        draft.join = True


def _there(draft: Draft) -> None:
    for match in THERE.finditer(draft.question.text):
        places = [m for m in draft.context.last.parties() if m.party.kind == "government"]
        if places:
            draft.put(*match.span(), f"in {places[-1].party.name}")
        else:
            draft.join = True
