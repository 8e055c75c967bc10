"""Whether a verb of the lexicon is speech where it stands, rather than a deed or another word."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.statements.frame import Frame
from rag.statements.grammar import pattern
from rag.statements.lexicon import DEEDS, Cue, Tense, Verb
from rag.statements.nouns import Noun
from rag.statements.subjects import Subjects

_FIRST = frozenset({"i", "we"})
_PLURAL_WORDS = _FIRST | {"they"}


_NEAR = 40
"""Characters before a verb in which its helpers stand."""
RARELY_SPEECH = frozenset(
    {"call", "offer", "raise", "present", "seek", "cover", "address", "back", "order", "support"}
    | {"threaten", "regard", "consider", "view", "value", "review", "extend", "defend", "accept"}
    | {"cite", "term", "label", "question", "believe", "think", "feel", "direct", "advance", "post"}
)
"""Verbs whose participles seldom report speech: "regarding", "threatening stability"."""


class Senses:
    """Reads the senses of the verbs of one sentence."""

    def __init__(self, subjects: Subjects) -> None:
        self.subjects, self.text = subjects, subjects.text
        self.masked = subjects.sentence.masked

    def tensed(self, cue: Cue) -> Cue | None:
        """The verb in the tense that its helpers give it: "did urge", "is calling on".

        None where the form is a noun behind them: "had hopes for".
        """
        found = pattern("helped").search(self.text, max(0, cue.start - _NEAR), cue.start)
        if found is None:
            return cue
        if cue.tenses == {"present"} and found["now"] and found.group() == f"{found['now']} ":
            return None
        verb = cue.verb
        tense: Tense | None = None
        if cue.tenses == {"ing"} and found["be"] and _progresses(verb):
            tense = "present"
        elif "base" in cue.tenses and found["do"]:
            tense = "past" if found["do"].lower() == "did" else "present"
        elif "participle" in cue.tenses and found["have"]:
            return replace(cue, tenses=cue.tenses | {"present"})
        return replace(cue, tenses=frozenset({tense})) if tense else cue

    def finite(self, cue: Cue, subject: Noun | None, left: int) -> bool:
        """Whether the form can be a sentence's verb here: "urge" needs a helper or a plural."""
        between = self.text[left : cue.start]
        if pattern("passive").search(between) and "past" in cue.tenses:
            return False
        if "participle" in cue.tenses and re.match(r"\s+by\b", self.text[cue.end :]):
            return False
        if pattern("briefed").match(self.text, cue.start) and subject and subject.kind == "unnamed":
            return False  # "diplomats briefed on the talks"
        if cue.tenses & {"past", "present"}:
            return True
        if "participle" in cue.tenses:
            return re.search(r"\b(?:has|have|had)\b", between) is not None
        if cue.verb.narrated and pattern("modal").search(self.text[: cue.start], left):
            return False  # what "the sides would discuss" is not yet talked of
        if pattern("infinitive").search(between):
            return pattern("wished_infinitive").search(between) is not None
        if subject is not None and subject.kind in {"joint", "unnamed"}:
            return True
        plural = subject is not None and subject.written.lower() in _PLURAL_WORDS
        helped = pattern("auxiliary").search(between) is not None
        return plural or helped or self.subjects.partner_of(subject) is not None

    def to_come(self, cue: Cue, subject: Noun | None, left: int) -> bool:
        """Whether the act has not been done: "the two will seek support", but "we will"."""
        first = subject is not None and subject.written.lower() in _FIRST
        return not first and pattern("to_come").search(self.text, left, cue.start) is not None

    def is_speech(self, frame: Frame) -> bool:
        """Whether the verb is speech by what follows it: not so in "declared war on"."""
        verb, place = frame.cue.verb, frame.cue.end
        if frame.shape in {"after", "amid"}:
            return True
        if verb.needs and not pattern(verb.needs).match(self.text, place):
            return False
        other = pattern(verb.unless) if verb.unless else None
        if other and (other.match(self.text, place) or other.match(self.masked, place)):
            return False
        object_only = verb.takes == "object" and not verb.to and frame.shape == "trailing"
        if object_only and pattern("gerund_subject").match(self.text, place):
            return False  # "until then, speaking of a truce is idle"
        quotes = frame.shape != "trailing" or verb.takes != "quote"
        return quotes or pattern("quoting_ahead").match(self.text, place) is not None

    def tells(self, frame: Frame) -> bool:
        """Whether words are told by the verb: "concluded that", but not "concluded a tour"."""
        verb = frame.cue.verb
        asked = pattern("relative_before").search(self.text[: frame.left])
        if asked and (verb.plain or asked["untold"]):
            return False  # "asked what he had said", "something he denies": nothing is told
        if pattern("denied_before").search(self.text[: frame.left]):
            return False  # of what somebody denies to have said nothing was said
        if verb.lemma == "read" and not reads(frame):
            return False
        written = frame.subject is not None and frame.subject.kind == "document"
        if verb.takes != "quote" or frame.shape != "before" or written:
            return True
        lead = self.text[frame.cue.end : frame.start]
        mark = self.text[max(0, frame.start - 1) : frame.start + 1]
        return "that" in lead.split() or ":" in lead or any(c in '“"' for c in mark)


def _progresses(verb: Verb) -> bool:
    """Whether one who "is doing" it speaks: "is urging", but not "is continuing", "is backing"."""
    if verb.lemma in RARELY_SPEECH | DEEDS or verb.narrated or verb.plain:
        return False
    if verb.takes == "quote":
        return False
    return verb.act != "say" or verb.takes == "clause"


def reads(frame: Frame) -> bool:
    """Whether a text reads so, rather than somebody reads it: "“…,” it reads"."""
    subject = frame.subject
    it = subject is not None and subject.written.lower() == "it" and frame.shape == "after"
    return it or (subject is not None and subject.kind == "document")
