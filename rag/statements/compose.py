"""From the frames of a sentence to what is reported: contents cut apart, reporters put outside."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rag.statements.clauses import Judge, goes_on_as, of_doer, opens, owned
from rag.statements.edges import trimmed
from rag.statements.frame import Frame
from rag.statements.grammar import pattern
from rag.statements.nouns import Noun

_INDEPENDENT = frozenset({"person", "pronoun", "office", "medium", "counterpart", "latter"}) | {
    "former"
}
"""Kinds of subjects that begin a clause of their own after "while" or a comma."""
_ALSO = frozenset({"person", "office", "country", "joint", "unnamed"})


@dataclass(frozen=True, slots=True)
class Reported:
    """Something reported in a sentence: who, by which verb, and the span of what was said."""

    frame: Frame
    start: int
    end: int
    reporters: tuple[Noun, ...] = ()
    contiguous: bool = True


def compose(frames: list[Frame], text: str, judge: Judge) -> list[Reported]:
    """What the sentence reports, in order, no content lying inside another's.

    Args:
        frames: The sentence's frames in order of place.
        text: The sentence.
        judge: Tells a statement inside a statement from the mere wording of the outer one.
    """
    frames = _subjects_of_fronted(frames, text)
    sources = [f for f in frames if f.shape == "source"]
    others = [f for f in frames if f.shape != "source"]
    found = _tree(others, text, judge)
    for source in sources:
        found = _under_source(found, source, text, judge)
    spans = [trimmed(text, r.start, r.end, contiguous=r.contiguous) for r in found]
    return [replace(r, start=s[0], end=s[1]) for r, s in zip(found, spans, strict=True) if s]


def _subjects_of_fronted(frames: list[Frame], text: str) -> list[Frame]:
    """A participle at the head speaks for the subject that follows: "Noting that …, Wang said"."""
    result: list[Frame] = []
    for index, frame in enumerate(frames):
        if frame.shape == "fronted":
            later = [f for f in frames[index + 1 :] if f.subject and f.shape in {"before", "amid"}]
            after_comma = [f for f in later if text[: f.left].rstrip().endswith((",", "”", '"'))]
            owner = next(iter(after_comma or later), None)
            if owner is None or owner.subject is None:
                continue
            frame = replace(
                frame, subject=owner.subject, partner=owner.partner, end=owner.left, leans=True
            )
        result.append(frame)
    return result


def _tree(frames: list[Frame], text: str, judge: Judge) -> list[Reported]:
    closing = [f for f in frames if f.shape in {"after", "amid"}]
    if not closing:
        return _in_order(frames, text, judge)
    last = closing[-1]
    if (told := _as_ahead(frames, last, judge)) is not None:
        return _in_order(told, text, judge)
    inner = [
        f
        for f in frames
        if f is not last and f.cue.start < last.cue.start and f.shape != "trailing"
    ]
    # What follows "History, he said, …" is content; only a participle begins something new.
    onward = {"trailing"} if last.shape == "amid" else {"trailing", "joined"}
    tail = _onward([f for f in frames if f.cue.start > last.cue.start], last, onward)
    found = _enclosed(last, inner, text, judge)
    cut = tail[0].left if tail else last.end
    if last.shape == "amid":
        found = [replace(r, end=min(r.end, cut)) for r in found]
    return found + _in_order(tail, text, judge)


def _as_ahead(frames: list[Frame], last: Frame, judge: Judge) -> list[Frame] | None:
    """The frames of "Lin, Kim said, praised Peru" as those of "Kim said Lin praised Peru"."""
    parted = next((f for f in frames if f.left < last.left and f.cue.start > last.cue.start), None)
    if parted is None or last.subject is None or not judge.nests(parted, last.subject):
        return None
    outer = replace(last, shape="before", left=-1, start=parted.left, end=parted.end)
    return [outer, *frames[frames.index(parted) :]]


def _onward(frames: list[Frame], last: Frame, shapes: set[str]) -> list[Frame]:
    """The frames after an attribution, from the first that begins something new."""
    first = next((i for i, f in enumerate(frames) if f.shape in shapes), len(frames))
    own = [f.subject for f in frames[first:] if not f.leans]
    return [
        replace(f, subject=last.subject, partner=last.partner)
        if f.leans and not any(f.subject is subject for subject in own)
        else f
        for f in frames[first:]
    ]


def _enclosed(outer: Frame, inner: list[Frame], text: str, judge: Judge) -> list[Reported]:
    """What lies before "…, Zhao said": Zhao's own words, or what Zhao says that another said."""
    inner = [_ended(f, outer, text) for f in inner]
    head = [f for f in inner if f.shape in {"before", "joined", "after", "amid", "fronted"}]
    first = next((f for f in head if f.shape != "fronted"), None)
    if first is not None and outer.shape == "after":
        opening = next((f.left for f in head if f.shape == "fronted"), first.left)
        whole = first.shape != "before" or opens(text, outer.start, opening)
        told = (
            first.subject is not None
            if outer.subject is None
            else judge.nests(first, outer.subject)
        )
        if whole and told:
            clipped = [replace(f, end=min(f.end, outer.end)) for f in inner]
            by = () if outer.whole is None else (outer.whole,)
            return [replace(r, reporters=(*by, *r.reporters)) for r in _tree(clipped, text, judge)]
    return [Reported(outer, outer.start, outer.end, contiguous=outer.contiguous)]


def _ended(frame: Frame, outer: Frame, text: str) -> Frame:
    """In "…, said the ministry, Reuters added" the inner attribution ends what it reports."""
    place = frame.subject.end if frame.subject else 0
    if frame.shape == "amid" and not re.search(r"\w", text[max(place, frame.cue.end) : outer.left]):
        return replace(frame, shape="after", end=frame.head, contiguous=True)
    return frame


def _in_order(frames: list[Frame], text: str, judge: Judge) -> list[Reported]:
    found: list[Reported] = []
    passed: list[Frame] = []
    for frame in frames:
        if found:
            frame = _claimed(frame, frames, found[-1], passed, text, judge)
        wording = frame.shape != "trailing" and _leans_on(frame, passed)
        if (found and wording) or not _placed(found, frame, text, judge):
            passed.append(frame)
    return found


def _claimed(
    frame: Frame,
    frames: list[Frame],
    current: Reported,
    passed: list[Frame],
    text: str,
    judge: Judge,
) -> Frame:
    """The frame with the subject that what stands before it leaves to it."""
    if frame.resumed is not None:
        own = not current.reporters and current.frame.subject is not None
        frame = owned(frame, frame.resumed, frames, text, judge, own=own)
    if frame.shape != "trailing":
        return frame
    if _leans_on(frame, passed):
        # Its nearest verb is only wording: "Wang said Iraq thanked China, adding …" is Wang's.
        frame = replace(frame, subject=current.frame.subject, partner=current.frame.partner)
    if of_doer(frame, judge) is None and current.reporters and _only_told(current.frame):
        # "The sources said they discussed trade, adding …": the sources add.
        frame = replace(frame, subject=current.reporters[-1], partner=None, leans=False)
    return frame


def _placed(found: list[Reported], frame: Frame, text: str, judge: Judge) -> bool:
    """Adds a frame to what was found; false where it is only the wording of an outer one."""
    if not found or frame.shape == "fronted":
        found.append(Reported(frame, frame.start, frame.end))
        return True
    current = found[-1]
    inner = of_doer(frame, judge)
    verdict = "next" if inner else _relation(current, frame, text, judge)
    if verdict == "nested" and (teller := current.frame.whole) is not None:
        quoted_by = current.frame.quoted_by
        outer = (quoted_by,) if quoted_by is not None else ()
        reporters = (*outer, *current.reporters, teller)
        found[-1] = Reported(frame, frame.start, current.end, reporters)
        return True
    if verdict != "next":
        return False
    found[-1] = replace(current, end=_cut(current, frame, text))
    by = _above(frame, current) if frame.leans or goes_on_as(frame, text) else ()
    by = (*by, frame.whole) if inner and frame.whole else by
    found.append(Reported(inner or frame, frame.start, frame.end, by))
    return True


def _above(frame: Frame, current: Reported) -> tuple[Noun, ...]:
    """Who reports a frame that leans on an earlier one, perhaps on the one that reports that."""
    by = current.reporters
    if frame.subject is None:
        return ()
    own = (i for i, noun in enumerate(by) if noun.start == frame.subject.start)
    return by[: next(own, len(by))]


def _only_told(frame: Frame) -> bool:
    """Whether a nested statement is of a talk or a government, which add nothing of themselves."""
    kind = frame.subject.kind if frame.subject else ""
    return frame.cue.verb.narrated or kind in {"country", "joint", "ministry"}


def _cut(current: Reported, frame: Frame, text: str) -> int:
    """Where the earlier content ends: before the later frame, or before its verb's last comma."""
    within = pattern("during_which").search(text[: frame.left])
    if within is not None:
        return min(current.end, within.start())
    if frame.left >= current.start:
        return min(current.end, frame.left)
    comma = text.rfind(",", current.start, frame.cue.start)
    return comma if comma > 0 else min(current.end, frame.cue.start)


def _leans_on(frame: Frame, passed: list[Frame]) -> bool:
    """Whether the frame took its subject from one that was only wording of an outer statement."""
    return frame.leans and any(p.subject is frame.subject for p in passed if p.subject)


def _relation(current: Reported, frame: Frame, text: str, judge: Judge) -> str:
    """How a later frame stands to the one before: "nested" in it, "next" to it, or "part" of it."""
    if frame.shape == "before" and (frame.left <= current.frame.left or _timed(frame)):
        return "next"
    if current.frame.shape == "fronted":
        return "part" if frame.cue.start < current.end else "next"
    if frame.cue.start >= current.end or frame.shape == "trailing":
        return "next"
    if frame.shape == "joined":
        return "part" if _belongs(current.frame, frame, text) else "next"
    if frame.shape != "before":
        return "part"
    if current.frame.cue.verb.says and opens(text, current.start, frame.left):
        outer = current.frame.subject
        open_ended = current.frame.cue.verb.modality in {"denied", "asked"}
        nested = outer is not None and not open_ended and judge.nests(frame, outer)
        return "nested" if nested else "part"
    return "next" if _independent(current, frame, text) else "part"


def _independent(current: Reported, frame: Frame, text: str) -> bool:
    """Whether a clause with a subject of its own is the writer's, outside what is reported."""
    before = text[current.start : frame.left]
    if not frame.cue.verb.plain and before.rstrip().endswith(";"):
        return True
    if current.frame.cue.verb.narrated and pattern("during_which").search(before):
        return True  # "received a call from Kim, during which they agreed to meet"
    noun = frame.subject
    kind = noun.kind if noun is not None else ""
    strong = frame.cue.verb.inverts or not frame.cue.verb.plain
    apart = pattern("clause_join").search(before) and not pattern("concedes").match(before)
    conceding = pattern("conceding").fullmatch(text[: current.frame.left]) is not None
    other = noun is not None and pattern("another").search(text[noun.start : frame.cue.start])
    if (kind in _INDEPENDENT or other or (conceding and kind)) and strong and apart:
        return True
    # "Ankara offered to help and Tehran welcomed the offer" is of two, each with its verb.
    own = not current.frame.cue.verb.says and not frame.cue.verb.plain
    return own and kind in _ALSO and pattern("and_before").search(before) is not None


def _timed(frame: Frame) -> bool:
    """Whether it is another's, in a clause of time: "warned of raids, a day after Kim said"."""
    apart = frame.aside and frame.subject is not None and frame.left < frame.subject.start
    return apart and not frame.cue.verb.plain


def _belongs(outer: Frame, joined: Frame, text: str) -> bool:
    """Whether a joined verb is inside the other's clause: "said it backed A and opposed B"."""
    verb = joined.cue.verb
    if joined.resumed is not None:
        return verb.plain or verb.narrated
    if not outer.cue.verb.says:
        return False
    if verb.narrated and outer.cue.verb.takes == "both":
        # "reaffirmed the accord and discussed nets", but "said that it backed A and discussed B"
        return pattern("told_clause").search(text, outer.cue.end, joined.left) is not None
    if verb.plain or verb.narrated:
        return True
    return "past" not in outer.cue.tenses and "past" in joined.cue.tenses


def _under_source(found: list[Reported], source: Frame, text: str, judge: Judge) -> list[Reported]:
    noun = source.whole
    if noun is None:
        return found
    if not found:
        return [Reported(source, source.start, source.end, contiguous=source.contiguous)]
    clipped = [_without(r, source) for r in found]
    cited = pattern("cited").match(text, source.left) is not None
    if cited and any(_tells_news(r) for r in clipped):
        return [_told_by(r, noun) if _tells_news(r) else r for r in clipped]
    if any(r.frame.subject is not None and judge.nests(r.frame, noun) for r in clipped):
        # "…, Reuters reported, citing state radio": Reuters is the outer one.
        if not cited:
            return [replace(r, reporters=(noun, *r.reporters)) for r in clipped]
        # What a minister says is his, whomever he cites.
        return [replace(r, reporters=(*r.reporters, noun)) if r.reporters else r for r in clipped]
    if not cited and _wording(clipped[0].frame, source, text):
        return [Reported(source, source.start, source.end)]
    return clipped


def _wording(frame: Frame, source: Frame, text: str) -> bool:
    """Whether a frame only words what the source tells: "According to Lin, Chile backs A"."""
    named = frame.subject is not None and frame.subject.kind in {"country", "joint"}
    ahead = source.start > source.left and frame.shape == "before"
    return named and ahead and opens(text, source.start, frame.left)


def _tells_news(reported: Reported) -> bool:
    """Whether a medium tells it of itself: "…, Reuters reported, citing officials"."""
    teller = reported.frame.subject
    return teller is not None and teller.kind == "medium" and not reported.reporters


def _told_by(reported: Reported, source: Noun) -> Reported:
    """What a medium reports as the words of the one whom it cites."""
    teller = reported.frame.subject
    frame = replace(reported.frame, subject=source, partner=None)
    return replace(reported, frame=frame, reporters=(teller,) if teller else ())


def _without(reported: Reported, source: Frame) -> Reported:
    """The content without the words "according to X" at its end."""
    if reported.start < source.left < reported.end:
        return replace(reported, end=source.left)
    return reported
