"""Sources: "according to X", "X quoted Y as saying", "Y was quoted as saying"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from rag.statements.contents import Contents
from rag.statements.frame import Frame
from rag.statements.grammar import pattern
from rag.statements.lexicon import Cue, verbs
from rag.statements.nouns import Noun
from rag.statements.subjects import Subjects

_BY = re.compile(r"\s+(?:by|in)\s+")
_QUOTABLE = frozenset({"say", "tell", "state", "note", "add"})
_PLACES = frozenset({"name", "capital", "people", "adjective"})
"""Names of countries of which only something can be cited: "citing Iran's threats"."""
_AMID = 25
"""Characters behind a source from which it stands amid what it tells, not at its end."""


def sources(subjects: Subjects, contents: Contents) -> Iterator[Frame]:
    """Frames of "according to X"."""
    text = subjects.text
    for match in pattern("according").finditer(text):
        noun = _named(subjects, match.end())
        if noun is None or subjects.inside_quotation(match.start()):
            continue
        if match["cites"] and not _is_source(noun, text):
            continue  # "citing Putin's invasion": an event tells nothing
        if pattern("norms").match(text, noun.end):
            continue  # "according to UN resolutions": what one goes by, not who tells it
        cue = Cue(match.start(), match.end(), verbs()[0], frozenset())
        noun, partner = subjects.lists.from_first(noun, pattern("list_end"))
        frame = Frame(cue, "source", noun, partner, left=match.start())
        head = text[: match.start()]
        rest = pattern("to_comma").match(text, noun.end)
        if re.fullmatch(r"\s*(?:that|this|it)(?: is|['’]s)\s*", head, re.IGNORECASE):
            continue
        if re.search(r"\w", head):
            long = "," in text[noun.end :] and len(text) - noun.end > _AMID
            amid = long or pattern("resumed_verb").match(text, noun.end) is not None
            amid = amid and not contents.one_quotation(head)
            end = contents.last() if amid else len(head.rstrip().rstrip(","))
            yield replace(frame, end=end, contiguous=not amid)
        elif rest:
            yield replace(frame, start=rest.end(), end=contents.last())


def as_outlet(subject: Noun, cue: Cue) -> Noun:
    """The subject; a paper where it is a word that nobody knows and reports: "…, Trend reports"."""
    strange = subject.kind == "name" and " " not in subject.written
    return replace(subject, kind="medium") if strange and cue.verb.lemma == "report" else subject


def _is_source(noun: Noun, text: str) -> bool:
    """Whether what is cited can tell something: somebody, and nothing of theirs."""
    place = noun.mention.role in _PLACES if noun.mention and noun.kind == "country" else False
    bare = (
        place and noun.mention is not None and noun.written.endswith(noun.mention.party.as_written)
    )
    return not bare and pattern("cited_whole").match(text, noun.end) is not None


def _named(subjects: Subjects, place: int) -> Noun | None:
    """Who stands there, or behind a title."""
    noun = subjects.sentence.starting_at(place)
    comma = subjects.text.find(",", place, noun.end) if noun and noun.kind == "person" else -1
    if noun is not None and comma > 0 and subjects.text[noun.end : noun.end + 1] != ",":
        # "According to the envoy, Lin thanked Kim": the comma ends the source.
        short = subjects.sentence.all_ending_at(comma)
        noun = next((n for n in short if n.start == place), None)
    return noun or subjects.behind_title(place)


def quoting(subjects: Subjects, contents: Contents) -> Iterator[Frame]:
    """Frames of "Xinhua quoted Wang as saying that …"."""
    text = subjects.text
    for match in pattern("quoted").finditer(text):
        place = len(text) - len(text[match.end() :].lstrip())
        if place == match.end():
            continue
        # Behind "presidential aide" the name may stand that says it.
        named = (subjects.sentence.starting_at(place), subjects.behind_title(place))
        told = [(n, pattern("as_saying").match(text, n.end)) for n in named if n is not None]
        spoken, saying = next(((n, m) for n, m in told if m is not None), (None, None))
        if spoken is None or saying is None:
            continue
        edge, _ = subjects.skip_helpers(match.start())
        reporter = subjects.ending_at(edge)
        cue = Cue(match.start(), saying.end(), verbs()[0], frozenset({"past"}))
        left = reporter.start if reporter else match.start()
        frame = Frame(
            cue, "before", spoken, None, saying.end(), contents.last(), left, quoted_by=reporter
        )
        before = text[:left].rstrip()
        if before.endswith(("”", '"')) and pattern("tail").fullmatch(text[saying.end() :]):
            # "“…,” CNN quoted a source as saying."
            frame = replace(frame, shape="after", start=0, end=len(before))
        yield frame


def was_quoted(cue: Cue, subjects: Subjects, contents: Contents) -> Frame | None:
    """The frame of "Wang was quoted by Xinhua as saying that …", whose verb is "saying"."""
    if cue.verb.lemma not in _QUOTABLE or "ing" not in cue.tenses:
        return None
    for match in pattern("was_quoted").finditer(subjects.text):
        if match.start() < cue.start < match.end():
            edge, negated = subjects.skip_helpers(match.start())
            subject = subjects.ending_at(edge)
            if subject is None:
                return None
            return _as_quoted(cue, match, subject, negated, subjects, contents)
    return None


def _as_quoted(
    cue: Cue,
    match: re.Match[str],
    subject: Noun,
    negated: bool,
    subjects: Subjects,
    contents: Contents,
) -> Frame:
    before = subjects.text[: subject.start].rstrip()
    whole = Cue(match.start(), cue.end, cue.verb, cue.tenses)
    text = subjects.text
    named = _BY.search(text, match.start(), match.end()) or _BY.match(text, cue.end)
    by = subjects.sentence.starting_at(named.end()) if named else None
    frame = Frame(whole, "before", subject, left=subject.start, quoted_by=by, negated=negated)
    rest = subjects.text[cue.end :]
    goes_on = re.match(r"\W*\w+\s+\w", rest) and not (
        pattern("by_whom").fullmatch(rest) or pattern("tail").fullmatch(rest)
    )
    if before[-1:] in ',”"' and re.search(r"\w", before) and not goes_on:
        return replace(frame, shape="after", start=0, end=len(before.rstrip(",")))
    start, _ = contents.start(cue)
    return replace(frame, start=start, end=contents.last())
