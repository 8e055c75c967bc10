"""Is the speaker that a sentence names the one who speaks in its spans?"""

from __future__ import annotations

import itertools
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace

from rag.check.lexicon import verbs_of_speech
from rag.check.reading import Text, Who
from rag.check.speakers import Speaker, holds_office, is_speaker
from rag.check.speech import Frame
from rag.check.speech import frames as frames_of
from rag.words import fold

NOBODY: frozenset[str] = frozenset()
JOINS = frozenset({"and", "while", "whereas", "but", "as", "though", "although"})


@dataclass(frozen=True, slots=True)
class Source:
    """A span and everybody it is attributed to."""

    text: Text
    speaker: Who | None
    reporters: tuple[Who, ...]
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a sentence with its own speaker."""

    start: int
    end: int
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class Claimed:
    """What came of a segment's claim."""

    segment: Segment
    sources: tuple[int, ...]
    """The spans that its speaker speaks in: these must carry it."""
    frames: tuple[Frame, ...] = ()
    """The phrases that only say who speaks."""
    reason: str | None = None
    reporter: bool = False


def segments(text: Text, found: Sequence[Frame]) -> list[Segment]:
    """The parts of a sentence that each have their own speaker."""
    cuts = [0]
    for before, frame in itertools.pairwise(found):
        cut = _cut(text, frame)
        if before.follows and before.end <= frame.speaker.start:
            cut = cut or before.end
        if cut:
            cuts.append(cut)
    cuts.append(len(text.tokens))
    return [
        Segment(a, b, tuple(f for f in found if a <= f.start < b))
        for a, b in itertools.pairwise(cuts)
    ]


def _cut(text: Text, frame: Frame) -> int | None:
    """Where the part that the frame opens begins, if it opens one."""
    tokens, place = text.tokens, frame.start - 1
    if frame.follows or place < 0:
        return None
    if tokens[place].text in {";", "."}:
        return place
    if tokens[place].low in JOINS and place:
        return place
    return None


def claims(text: Text, sources: Sequence[Source], *, outside: Container[int] = ()) -> list[Claimed]:
    """For every part of the sentence, which spans its speaker speaks in, or why none.

    Args:
        text: The sentence.
        sources: Its spans.
        outside: Tokens whose speaking phrases don't count: a quote's own.
    """
    found = [f for f in frames_of(text) if f.verb not in outside]
    return [_judged(text, segment, sources) for segment in segments(text, found)]


def _judged(text: Text, segment: Segment, sources: Sequence[Source]) -> Claimed:
    everywhere = tuple(range(len(sources)))
    outer, inner, according = _chain(segment.frames)
    if outer is None and according is None:
        return Claimed(segment, everywhere)
    results = [_in_source(text, outer, inner, according, s) for s in sources]
    fits = tuple(i for i, r in enumerate(results) if r is not None)
    attributes = tuple(f for f in (outer, according) if f is not None and says(text, f))
    named = according or outer
    assert named is not None
    if fits and not _half_heard(text, named.speaker, [sources[i] for i in fits]):
        reporter = all(results[i] == "reporter" for i in fits)
        return Claimed(segment, fits, attributes, reporter=reporter)
    who = " ".join(t.text for t in text.tokens[named.speaker.start : named.speaker.end])
    speakers = [s.speaker.name for s in sources if s.speaker]
    known = f"; {speakers[0]} does" if speakers else ""
    reason = f"{who} does not speak in the source{known}"
    return Claimed(segment, everywhere, attributes, reason)


def _half_heard(text: Text, speaker: Speaker, sources: Sequence[Source]) -> bool:
    """Whether "Iran and China" are said to speak where only one of them does."""
    words = {t.low for t in text.tokens[speaker.start : speaker.end]}
    if len(speaker.countries) < 2 or speaker.names or speaker.offices or "and" not in words:
        return False
    heard = [w for s in sources for w in (s.speaker, *s.reporters) if w is not None]
    told = {f for s in sources for frame in s.frames for f in frame.speaker.countries}
    return any(
        not any(w.country == c or fold(c) in fold(w.name) for w in heard) and c not in told
        for c in speaker.countries
    )


def _chain(found: Sequence[Frame]) -> tuple[Frame | None, list[Frame], Frame | None]:
    """The outermost speaking phrase, those inside it, and an "according to"."""
    according = next((f for f in found if f.source), None)
    verbs = [f for f in found if not f.source]
    if not verbs:
        return None, [], according
    after = [f for f in verbs if f.follows]
    outer = after[-1] if after else verbs[0]
    return outer, [f for f in verbs if f is not outer], according


def _in_source(
    text: Text, outer: Frame | None, inner: Sequence[Frame], according: Frame | None, source: Source
) -> str | None:
    """How a span's attribution fits the claim: `speaker`, `reporter`, or None."""
    if according is not None:
        if outer is None:
            return _one(text, according, inner, source)
        return _both(text, outer, according, inner, source)
    assert outer is not None
    return _one(text, outer, inner, source)


def _both(
    text: Text, outer: Frame, according: Frame, inner: Sequence[Frame], source: Source
) -> str | None:
    """Of "according to Y, X said": Y reports and X speaks, or X is in what Y says."""
    speaks = _one(text, outer, inner, source) == "speaker"
    if speaks and (_reports(according.speaker, source) or _same_phrase(according.speaker, source)):
        return "speaker"
    whole = _one(text, according, [], source)
    if whole is None:
        return None
    if says(text, outer) and (
        _only_reports(outer.speaker, source) or not _speaks_inside(text, outer, source)
    ):
        return None
    return whole


def _one(text: Text, frame: Frame, inner: Sequence[Frame], source: Source) -> str | None:
    who = frame.speaker
    if not all(_fits_inside(text, f, source) for f in inner):
        return None
    if source.speaker is not None and is_speaker(who, source.speaker):
        if not any(holds_office(who, r) for r in source.reporters):
            return "speaker"
        return "reporter" if _still_attributed(inner, source) else None
    if (
        source.speaker is not None
        and who.names
        and is_speaker(replace(who, offices=NOBODY), source.speaker)
    ):
        return None  # the right name with another's office
    if _reports(who, source):
        return "reporter" if _still_attributed(inner, source) else None
    if _speaks_inside(text, frame, source):
        return "speaker"
    if source.speaker is None and (not says(text, frame) or _narrated(text, frame, source)):
        return "speaker"
    return None


def _narrated(text: Text, frame: Frame, source: Source) -> bool:
    """Whether a text without a speaker has the name and the verb, and no other subject to it."""
    verb = text.tokens[frame.verb].canon
    others = [f for f in source.frames if source.text.tokens[f.verb].canon == verb]
    lows = {t.low for t in source.text.tokens}
    return not others and verb in source.text.by_canon and frame.speaker.names <= lows


def _fits_inside(text: Text, frame: Frame, source: Source) -> bool:
    """Whether somebody said to speak inside what is said can be the one who does so there."""
    if frame.speaker.pronoun or not says(text, frame):
        return True
    if source.speaker is not None and is_speaker(frame.speaker, source.speaker):
        return True
    return not _only_reports(frame.speaker, source) and _speaks_inside(text, frame, source)


def _only_reports(speaker: Speaker, source: Source) -> bool:
    return _reports(speaker, source) and not (
        source.speaker is not None and is_speaker(speaker, source.speaker)
    )


def _reports(speaker: Speaker, source: Source) -> bool:
    """Whether the phrase names one who reports the span."""
    return any(is_speaker(speaker, r) or _phrase_of(speaker, r, source) for r in source.reporters)


def _phrase_of(speaker: Speaker, who: Who, source: Source) -> bool:
    """A description that the quote itself gives to that person: "spokesman Zhao Lijiang"."""
    if speaker.names or not (speaker.offices or speaker.countries):
        return False
    return any(
        is_speaker(f.speaker, who) and _compatible(speaker, f.speaker) for f in source.frames
    )


def _still_attributed(inner: Sequence[Frame], source: Source) -> bool:
    """Whether words told by a reporter stay the speaker's: named, or the reporter's own side."""
    speaker = source.speaker
    if speaker is None or any(is_speaker(f.speaker, speaker) for f in inner):
        return True
    return all(r.country in (None, speaker.country) for r in source.reporters)


def _speaks_inside(text: Text, frame: Frame, source: Source) -> bool:
    """Whether the quote itself has the same one speaking, with a verb of the same kind."""
    verb = text.tokens[frame.verb].canon
    for other in source.frames:
        unnamed = other.speaker.pronoun and source.speaker is None
        if not (unnamed or _compatible(frame.speaker, other.speaker)):
            continue
        theirs = source.text.tokens[other.verb].canon
        if other.source or theirs not in FEELINGS or theirs == verb:
            return True
    return False


def _same_phrase(speaker: Speaker, source: Source) -> bool:
    """Whether the quote names the same source."""
    return any(_compatible(speaker, f.speaker) for f in source.frames)


def _compatible(claimed: Speaker, found: Speaker) -> bool:
    """Whether two noun phrases can mean the same one; the claimed may say less."""
    if claimed.pronoun and not claimed.names:
        return True
    if claimed.names and found.names:
        return bool(claimed.names & found.names)
    if claimed.names:
        return False
    if claimed.countries:
        return bool(claimed.countries & (found.countries | found.origins))
    return bool(claimed.offices & found.offices)


FEELINGS = frozenset(
    "support back endors oppos hope wish expect look aspir hold feel consid believ think deem "
    "reckon".split()
)
"""Verbs of which somebody else may tell without anything having been said."""
STANCES = FEELINGS | frozenset(
    "offer express extend convei voic refus declin reject dismiss thank appreci threaten"
    " commit".split()
)
"""Verbs that tell a stance or a feeling rather than words."""


def _is_saying(verb: str) -> bool:
    return verb in verbs_of_speech() and verb not in STANCES


def says(text: Text, frame: Frame) -> bool:
    """Whether a phrase reports words rather than a stance or a feeling."""
    return frame.source or _is_saying(text.tokens[frame.verb].canon)


def attributing(source: Source) -> tuple[Frame, ...]:
    """The speaking phrases of a quote that only say whose words it is."""
    whose = [w for w in (source.speaker, *source.reporters) if w is not None]
    return tuple(
        f
        for f in source.frames
        if says(source.text, f) and (not whose or any(is_speaker(f.speaker, w) for w in whose))
    )
