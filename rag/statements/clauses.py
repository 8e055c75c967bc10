"""Whose a verb without a subject of its own is, where a clause of another stands before it.

"Lin noted that Iran rejected A, and warned of B": behind the comma Lin warns. Without one Iran
does, and where the verbs make a list ("rejected A, condemned B, and warned of C") nobody can tell.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Protocol

from rag.statements.frame import Frame
from rag.statements.grammar import pattern
from rag.statements.nouns import Noun
from rag.statements.subjects import Subjects

_ADDS = frozenset({"say", "inform"})
"""Acts that go on with what was said before, rather than with what was done."""


class Judge(Protocol):
    """Knows whom the phrases of a sentence mean."""

    def nests(self, inner: Frame, outer: Noun) -> bool:
        """Whether an inner frame is somebody else's statement, which the outer noun reports."""

    def goes_on(self, inner: Noun, outer: Noun) -> bool:
        """Whether a verb joined to the inner one's behind a comma is the inner one's too."""


def resumed(frames: list[Frame], earlier: list[Frame], text: str, left: int) -> Frame | None:
    """The sentence's own verb that a joined one may go back to, past the clause of another.

    Args:
        frames: The verbs before it.
        earlier: Those of them that have a subject.
        text: The sentence.
        left: Where the joined verb begins; a comma before it ends a clause or a participle.
    """
    if not pattern("resuming").search(text[:left]):
        return None
    holders = {id(f.subject): g for f in earlier if (g := _holder(f, frames, text))}
    main = holders.get(id(earlier[-1].subject))
    if main is None:
        return earlier[-1] if frames[-1].shape == "trailing" else None
    if main.shape != "trailing" and main.subject is not None and not earlier[-1].aside:
        return main
    return next((f for f in reversed(earlier) if id(f.subject) not in holders), None)


def _holder(frame: Frame, frames: list[Frame], text: str) -> Frame | None:
    """The verb in whose clause it stands: the "noted" of "noted that Iran agreed"."""
    if frame.shape != "before":
        return None
    others = [f for f in frames if f is not frame and f.shape != "source"]
    if frame.aside:
        return next((f for f in others if f.cue.end <= frame.left), None)
    for other in others:
        said = other.cue.verb.says and other.cue.end <= other.start <= frame.left
        if said and opens(text, other.start, frame.left):
            return other
    return None


def stranded(nearest: Frame, main: Frame | None, text: str, left: int) -> bool:
    """Whether the verb before a comma is in a clause of one whose subject is not known."""
    after = pattern("resuming").search(text[:left]) and main is None
    return bool(after and re.search(r"\bthat\s+$", text[: nearest.left]))


def _in_list(frame: Frame, frames: list[Frame], text: str) -> bool:
    """Whether a joined verb is one of several: "rejected A, condemned B, and warned of C"."""
    return any(
        f.shape == "joined"
        and f.resumed is frame.resumed
        and f.left <= frame.left
        and text[: f.left].rstrip().endswith(",")
        for f in frames
    )


def opens(text: str, start: int, place: int) -> bool:
    """Whether nothing but an adverbial stands between the two places."""
    return pattern("leading").fullmatch(text[start:place]) is not None


def doer_within(frame: Frame, participle: Frame, subjects: Subjects) -> Noun | None:
    """Who does something in the clause that a verb says: "said the minister toured A, noting B".

    What goes on with the saying itself ("said the minister toured A, adding that B") is left out.
    """
    text = subjects.text
    if frame.shape == "trailing":
        return frame.doer
    if frame.shape != "before" or not frame.cue.verb.says or participle.cue.verb.act in _ADDS:
        return None
    noun = subjects.sentence.starting_at(frame.start)
    if noun is None or noun.kind in {"name", "document"} or noun == frame.addressee:
        return None
    done = pattern("first_verb").match(text, noun.end)
    return noun if done and done.end() < participle.left else None


def owned(
    frame: Frame, main: Frame, frames: list[Frame], text: str, judge: Judge, *, own: bool
) -> Frame:
    """The joined frame with the subject of the clause that it belongs to; nobody if not plain.

    Args:
        frame: The joined verb.
        main: The sentence's own verb, to which it may go back.
        frames: The verbs of the sentence.
        text: The sentence.
        judge: Knows whom its phrases mean.
        own: Whether the verb before it is no other's than the sentence's own.
    """
    inner, outer = frame.subject, main.subject
    aside = any(
        f.shape == "trailing" and main.cue.start < f.cue.start < frame.cue.start for f in frames
    )
    told = inner is not None and outer is not None and judge.goes_on(inner, outer)
    if inner is not outer and told and not aside:
        return replace(frame, resumed=None)
    if inner is not outer and _in_list(frame, frames, text):
        subject = inner if own else None
        return replace(frame, subject=subject, partner=None, resumed=None)
    return replace(frame, subject=outer, partner=main.partner)


def of_doer(frame: Frame, judge: Judge) -> Frame | None:
    """A participle of whom a teller tells: "said the minister toured the port, stressing A"."""
    doer, teller = frame.doer, frame.subject
    if doer is None or teller is None or not judge.goes_on(doer, teller):
        return None
    inner = replace(frame, subject=doer, partner=None)
    pair = re.match(r"(?:the\s+two|both)\b", doer.written, re.IGNORECASE)
    return inner if pair or judge.nests(inner, teller) else None


def goes_on_as(frame: Frame, text: str) -> bool:
    """Whether it goes on in the clause of what is told: "…, as he explained that"."""
    pronoun = frame.subject is not None and frame.subject.kind == "pronoun"
    return pronoun and re.search(r",\s*as\s+$", text[: frame.left]) is not None
