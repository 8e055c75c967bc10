"""How a speech tells another's words: outright or not, beside its own words, in which span."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.statements.compose import Reported
from rag.statements.frame import Frame

_FRONT = re.compile(
    r"\W*(?:(?:as|and|but|yet|indeed|unfortunately|however|moreover|so|then|today|yesterday|"
    r"recently|only|even|just|earlier|later|again|once|last|this|in|on|at|during|after|before|"
    r"since|from|here|exactly|another|for)\b[^;“”\"]*|[^;:“”\"]*,)?[\s,:–—-]*",
    re.IGNORECASE,
)
"""What may stand before the one who is reported: a link, or words of time and place in commas."""
_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|must|should|can|could|that|which|who|when|if|"
    r"because|while|where|whether|until|unless|although|cannot|be|been|do|does|did|I|we|what|whose)"
    r"\b",
    re.IGNORECASE,
)
_ASSERTS = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|would|must|should|can|could|I|we)\b", re.IGNORECASE
)
_OPEN = re.compile(
    r"\b(?:if|whether|unless|until|when|while|although|though|who|which|whose|what|not|never|nor|"
    r"no)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[^“”]{0,200}?[,:]\s*“")
_GOES_ON = re.compile(r"\s+(?:and\s+)?[A-Z]")
"""The rest of a longer name."""
_AS = re.compile(r"\W*as\s+(?:the\s+)?", re.IGNORECASE)
_AS_SAID = re.compile(r"[^,“”:]{0,90}?(?:\([^)]{0,60}\))?,\s+")
_MINE = re.compile(r",\s+(?:and|but|so)\s+(?:I|we|my|our)\b")
"""Where the speaker's own clause follows another's: "…, and we support them"."""
_SHORT = 160
"""Characters that the words before the one who is reported take at most."""


def as_said(text: str, reported: Reported) -> Reported:
    """What follows "As President Obama said here, …" is his."""
    frame = reported.frame
    lead = _AS_SAID.match(text, frame.cue.end) if _AS.fullmatch(text[: frame.left]) else None
    if lead is None:
        return reported
    end = len(text.rstrip(' .!?”"'))
    return replace(reported, start=lead.end(), end=max(end, lead.end()))


def only_quoted(text: str, reported: Reported) -> Reported:
    """Only the quotation of "noted in 1963, at a session of the Assembly, “…"."""
    lead = _QUOTED.match(text, reported.frame.cue.end)
    if lead is None or reported.frame.shape != "before" or lead.end() >= reported.end:
        return reported
    closed = text.find("”", lead.end(), reported.end)
    return replace(reported, start=lead.end(), end=closed if closed > 0 else reported.end)


def plainly(text: str, frame: Frame, start: int) -> bool:
    """Whether the sentence tells it outright: not under a condition, in a clause or an aside."""
    if frame.shape in {"after", "amid"}:
        return start < 10
    if frame.shape == "source":
        cut = frame.subject is None or _GOES_ON.match(text, frame.subject.end)
        cut = cut or _OPEN.match(text, start)  # "according to X, who presided, …"
        return frame.contiguous and not cut and _OPEN.search(text[: frame.left]) is None
    if frame.shape != "before":
        return False
    head = text[: frame.left]
    if _AS.fullmatch(head):
        return True
    if _OPEN.search(head):
        return False
    if len(head.strip()) < _SHORT and not _CLAUSE.search(head):
        return _FRONT.fullmatch(head) is not None
    return len(head.strip()) < 60


def wholly(text: str, reported: Reported) -> bool:
    """Whether the report is the sentence's own clause, not an aside in the speaker's sentence."""
    frame = reported.frame
    if frame.shape == "before":
        head = text[: frame.left]
        near = len(head.strip()) < 60 and not _ASSERTS.search(head)
        return near and reported.end >= len(text.rstrip(' .!?”"')) - 3
    return frame.shape in {"after", "amid"} and reported.start < 10


def without_own(text: str, reported: Reported) -> Reported:
    """What is reported, without a clause of the speaker's own that follows it."""
    own = _MINE.search(text, reported.start, reported.end)
    return replace(reported, end=own.start()) if own else reported
