"""From the frames of a sentence to what is reported: contents cut apart, reporters put outside."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from rag.statements.frame import Frame
from rag.statements.grammar import pattern
from rag.statements.nouns import Noun

Nests = Callable[[Frame, Noun], bool]
"""Whether an inner frame is somebody else's statement, which the outer noun only reports."""

_INDEPENDENT = frozenset({"person", "pronoun", "office", "medium", "counterpart", "latter"}) | {
    "former"
}
"""Kinds of subjects that begin a clause of their own after "while" or a comma."""
_ALSO = frozenset({"person", "office", "country"})


@dataclass(frozen=True, slots=True)
class Reported:
    """Something reported in a sentence: who, by which verb, and the span of what was said."""

    frame: Frame
    start: int
    end: int
    reporters: tuple[Noun, ...] = ()
    contiguous: bool = True


def compose(frames: list[Frame], text: str, nests: Nests) -> list[Reported]:
    """What the sentence reports, in order, no content lying inside another's.

    Args:
        frames: The sentence's frames in order of place.
        text: The sentence.
        nests: Tells a statement inside a statement from the mere wording of the outer one.
    """
    frames = _subjects_of_fronted(frames, text)
    sources = [f for f in frames if f.shape == "source"]
    others = [f for f in frames if f.shape != "source"]
    found = _tree(others, text, nests)
    for source in sources:
        found = _under_source(found, source, text, nests)
    return [r for item in found if (r := _trimmed(item, text)) is not None]


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


def _tree(frames: list[Frame], text: str, nests: Nests) -> list[Reported]:
    closing = [f for f in frames if f.shape in {"after", "amid"}]
    if not closing:
        return _in_order(frames, text, nests)
    last = closing[-1]
    inner = [
        f
        for f in frames
        if f is not last and f.cue.start < last.cue.start and f.shape != "trailing"
    ]
    # What follows "History, he said, …" is content; only a participle begins something new.
    onward = {"trailing"} if last.shape == "amid" else {"trailing", "joined"}
    tail = _onward([f for f in frames if f.cue.start > last.cue.start], last, onward)
    found = _enclosed(last, inner, text, nests)
    cut = tail[0].left if tail else last.end
    if last.shape == "amid":
        found = [replace(r, end=min(r.end, cut)) for r in found]
    return found + _in_order(tail, text, nests)


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


def _enclosed(outer: Frame, inner: list[Frame], text: str, nests: Nests) -> list[Reported]:
    """What lies before "…, Zhao said": Zhao's own words, or what Zhao says that another said."""
    inner = [_ended(f, outer, text) for f in inner]
    head = [f for f in inner if f.shape in {"before", "joined", "after", "amid", "fronted"}]
    first = next((f for f in head if f.shape != "fronted"), None)
    if first is not None and outer.shape == "after":
        opening = next((f.left for f in head if f.shape == "fronted"), first.left)
        whole = first.shape != "before" or _opens(text, outer.start, opening)
        told = first.subject is not None if outer.subject is None else nests(first, outer.subject)
        if whole and told:
            clipped = [replace(f, end=min(f.end, outer.end)) for f in inner]
            by = () if outer.subject is None else (outer.subject,)
            return [replace(r, reporters=(*by, *r.reporters)) for r in _tree(clipped, text, nests)]
    return [Reported(outer, outer.start, outer.end, contiguous=outer.contiguous)]


def _ended(frame: Frame, outer: Frame, text: str) -> Frame:
    """In "…, said the ministry, Reuters added" the inner attribution ends what it reports."""
    place = frame.subject.end if frame.subject else 0
    if frame.shape == "amid" and not re.search(r"\w", text[max(place, frame.cue.end) : outer.left]):
        return replace(frame, shape="after", end=frame.head, contiguous=True)
    return frame


def _opens(text: str, start: int, place: int) -> bool:
    """Whether nothing but an adverbial stands between the two places."""
    return pattern("leading").fullmatch(text[start:place]) is not None


def _in_order(frames: list[Frame], text: str, nests: Nests) -> list[Reported]:
    found: list[Reported] = []
    passed: list[Frame] = []
    for frame in frames:
        current = found[-1] if found else None
        if frame.leans and current is not None and _leans_on(frame, passed):
            if frame.shape != "trailing":
                passed.append(frame)
                continue
            # Its nearest verb is only wording: "Wang said Iraq thanked China, adding …" is Wang's.
            owner = current.frame
            frame = replace(frame, subject=owner.subject, partner=owner.partner)
        if current is None or frame.shape == "fronted":
            found.append(Reported(frame, frame.start, frame.end))
            continue
        if frame.shape == "trailing" and current.reporters and _only_told(current.frame):
            # "The sources said they discussed trade, adding …": the sources add.
            frame = replace(frame, subject=current.reporters[-1], partner=None, leans=False)
        verdict = _relation(current, frame, text, nests)
        if verdict == "nested" and current.frame.subject is not None:
            quoted_by = current.frame.quoted_by
            outer = (quoted_by,) if quoted_by is not None else ()
            reporters = (*outer, *current.reporters, current.frame.subject)
            found[-1] = Reported(frame, frame.start, current.end, reporters)
        elif verdict == "next":
            found[-1] = replace(current, end=_cut(current, frame, text))
            reporters = current.reporters if frame.leans else ()
            found.append(Reported(frame, frame.start, frame.end, reporters))
        else:
            passed.append(frame)
    return found


def _only_told(frame: Frame) -> bool:
    """Whether a nested statement is of a talk or a government, which add nothing of themselves."""
    kind = frame.subject.kind if frame.subject else ""
    return frame.cue.verb.narrated or kind in {"country", "joint", "ministry"}


def _cut(current: Reported, frame: Frame, text: str) -> int:
    """Where the earlier content ends: before the later frame, or before its verb's last comma."""
    if frame.left >= current.start:
        return min(current.end, frame.left)
    comma = text.rfind(",", current.start, frame.cue.start)
    return comma if comma > 0 else min(current.end, frame.cue.start)


def _leans_on(frame: Frame, passed: list[Frame]) -> bool:
    """Whether the frame took its subject from one that was only wording of an outer statement."""
    return any(p.subject is frame.subject for p in passed)


def _relation(current: Reported, frame: Frame, text: str, nests: Nests) -> str:
    """How a later frame stands to the one before: "nested" in it, "next" to it, or "part" of it."""
    if frame.shape == "before" and (frame.left <= current.frame.left or _timed(frame)):
        return "next"
    if current.frame.shape == "fronted":
        return "part" if frame.cue.start < current.end else "next"
    if frame.cue.start >= current.end:
        return "next"
    if frame.shape == "trailing":
        return "next"
    if frame.shape == "joined":
        return "part" if _belongs(current.frame, frame) else "next"
    before = text[current.start : frame.left]
    if (
        frame.shape == "before"
        and current.frame.cue.verb.says
        and _opens(text, current.start, frame.left)
    ):
        outer = current.frame.subject
        open_ended = current.frame.cue.verb.modality in {"denied", "asked"}
        nested = outer is not None and not open_ended and nests(frame, outer)
        return "nested" if nested else "part"
    if frame.shape == "before" and not frame.cue.verb.plain and before.rstrip().endswith(";"):
        return "next"
    kind = frame.subject.kind if frame.subject is not None else ""
    strong = frame.cue.verb.inverts or not frame.cue.verb.plain
    apart = pattern("clause_join").search(before) and not pattern("concedes").match(before)
    conceding = pattern("conceding").fullmatch(text[: current.frame.left]) is not None
    others = frame.subject is not None and frame.subject.written.lower() in {"others", "some"}
    independent = kind in _INDEPENDENT or others or (conceding and kind)
    if frame.shape == "before" and independent and strong and apart:
        return "next"
    # "Ankara offered to help and Tehran welcomed the offer" is of two, each with its verb.
    own = not current.frame.cue.verb.says and not frame.cue.verb.plain
    if frame.shape == "before" and own and kind in _ALSO and pattern("and_before").search(before):
        return "next"
    return "part"


def _timed(frame: Frame) -> bool:
    """Whether it is another's, in a clause of time: "warned of raids, a day after Kim said"."""
    apart = frame.aside and frame.subject is not None and frame.left < frame.subject.start
    return apart and not frame.cue.verb.plain


def _belongs(outer: Frame, joined: Frame) -> bool:
    """Whether a joined verb is inside the other's clause: "said it backed A and opposed B"."""
    if not outer.cue.verb.says:
        return False
    verb = joined.cue.verb
    if verb.plain or verb.narrated:
        return True
    return "past" not in outer.cue.tenses and "past" in joined.cue.tenses


def _under_source(found: list[Reported], source: Frame, text: str, nests: Nests) -> list[Reported]:
    noun = source.subject
    if noun is None:
        return found
    if not found:
        return [Reported(source, source.start, source.end, contiguous=source.contiguous)]
    clipped = [_without(r, source) for r in found]
    cited = pattern("cited").match(text, source.left) is not None
    if cited and any(_tells_news(r) for r in clipped):
        return [_told_by(r, noun) if _tells_news(r) else r for r in clipped]
    if any(r.frame.subject is not None and nests(r.frame, noun) for r in clipped):
        # "…, Reuters reported, citing state radio": Reuters is the outer one.
        if not cited:
            return [replace(r, reporters=(noun, *r.reporters)) for r in clipped]
        # What a minister says is his, whomever he cites.
        return [replace(r, reporters=(*r.reporters, noun)) if r.reporters else r for r in clipped]
    return clipped


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


def _trimmed(item: Reported, text: str) -> Reported | None:
    start, end = item.start, max(item.start, item.end)
    if item.contiguous:
        start = min(end, start + len(_match_left(text[start:end])))
    aside = pattern("comment").search(text, start, end)
    end = aside.start() if aside else end
    body = text[start:end]
    tail = pattern("edge_right").search(body)
    end = start + (tail.start() if tail else len(body))
    start, end = _unquoted(text, start, end)
    if not re.search(r"\w", text[start:end]):
        return None
    return replace(item, start=start, end=end)


def _match_left(body: str) -> str:
    match = pattern("edge_left").match(body)
    return match.group() if match else ""


def _unquoted(text: str, start: int, end: int) -> tuple[int, int]:
    """Without the quotation marks that enclose all of it."""
    body = text[start:end]
    opening, closing = body[:1], body[-1:]
    if (
        opening in '“"'
        and closing in '”"'
        and len(body) > 2
        and not re.search(r"[“”\"]", body[1:-1])
    ):
        inner = body[1:-1].rstrip(" ,.")
        return start + 1, start + 1 + len(inner)
    if opening in '“"' and opening and not re.search(r"[“”\"]", body[1:]):
        return start + 1, end
    if closing in '”"' and closing and not re.search(r"[“”\"]", body[:-1]):
        return start, start + len(body[:-1].rstrip(" ,.!"))
    return start, end
