"""What one sentence leaves behind for the next: who "he", "it" or "they" will be."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.statements.grammar import pattern
from rag.statements.heads import at_head, speaks_unread
from rag.statements.lexicon import cues
from rag.statements.line import Line
from rag.statements.members import Member
from rag.statements.naming import several
from rag.statements.nouns import Masked, Noun
from rag.statements.papers import issued
from rag.statements.speakers import Speakers
from rag.statements.subjects import Subjects
from rag.types import Party

PERSONAL = frozenset({"person", "office", "name", "counterpart"})
"""Kinds of phrases that mean one person."""
_GOES_ON = re.compile(r"\s*,|[ \t]+[a-z]")


def heard(
    speakers: Speakers, speaker: Party | None, reporters: Sequence[Party], *, inside: bool
) -> None:
    """Remembers who spoke and who told it, for "he" and "the ministry" in what follows.

    Args:
        speakers: Those of the document.
        speaker: Who spoke.
        reporters: Who told it, outermost first.
        inside: Whether the speaker is the subject of a later clause only: "…, and Khan thanked".
    """
    scene = speakers.scene
    for reporter in reporters:
        if reporter.kind == "government" and reporter.office is None:
            scene.body = scene.bodies[reporter.name] = reporter
        elif several(reporter.name) and reporter.kind == "unnamed":
            scene.plural = reporter
    scene.spoke(speaker)
    if reporters and reporters[0].kind == "unnamed" and not several(reporters[0].name):
        scene.unnamed, scene.named_since = reporters[0], False
    last = reporters[-1] if reporters else None
    scene.teller = last if last is not None and last.kind == "person" else None
    if scene.teller is not None:
        scene.outer = scene.teller
    elif not inside and speaker is not None and speaker.kind == "person":
        scene.outer = speaker
    if scene.teller is not None and not speakers.is_spokesperson(scene.teller):
        # After "Lula is ready, Vieira said" it is Vieira who speaks on.
        scene.spoke(scene.teller)


def remember(
    speakers: Speakers, subjects: Subjects, masked: Masked, line: Line, head: Noun | None
) -> None:
    """Keeps whom the sentence named; a sentence about a person makes them the next "he".

    Args:
        speakers: Those of the document.
        subjects: Those of the sentence.
        masked: The sentence.
        line: What is known of it.
        head: With whom it begins.
    """
    scene = speakers.scene
    scene.mentioned(_named(masked))

    def about() -> Party | None:
        first = subjects.first() or head
        return speakers.resolve(first, subjects.partner_of(first)) if first else None

    paper = issued(masked, line, speakers.resolve, about)
    if paper is not None:
        scene.papers.told(*paper)
    if head is not None:
        alone = head.kind in {"person", "office", "pronoun"}
        line.of_person = alone and head.written.lower() not in {"it", "they", "we"}
        line.of_several = head.kind == "joint"
        line.country = head.country if head.kind == "country" else None
        if head.kind == "unnamed" and several(head.written) and not line.statements:
            scene.plural = speakers.resolve(head)  # "Critics were angry. They said …"
    spoke = any(s.speaker is not None and s.speaker.kind == "person" for s in line.statements)
    if not spoke and line.quotation is None:
        _turn_to(speakers, masked, line, head)


def _named(masked: Masked) -> list[Party]:
    """The persons that a sentence names, else the governments."""
    persons = [m.party(m.name) for _, m in sorted(masked.members.items())]
    named = [m.party for _, m in sorted(masked.mentions.items())]
    return persons or [p for p in named if p.kind == "government"]


def _turn_to(speakers: Speakers, masked: Masked, line: Line, head: Noun | None) -> None:
    """Makes whom a sentence is about the next "he", where no person speaks in it."""
    scene = speakers.scene
    if head is not None and head.kind in PERSONAL:
        # "Normandy format back": one word that nobody introduced may be a place; and what is the
        # whole line ("Media Note") does nothing.
        plain = " " in head.written and not head.written.isupper()
        plain = plain and _GOES_ON.match(masked.text, head.end) is not None
        subject = speakers.resolve(head) if plain or head.kind != "name" else None
        if subject is None or subject.kind == "person":
            scene.person = subject
    elif line.statements:
        return
    elif agent := _agent(masked):
        scene.person = speakers.resolve(agent)
    elif persons := at_head(masked):
        line.unread = speaks_unread(masked)
        one = persons[0] if len(persons) == 1 else None
        scene.person = one.party(one.name) if isinstance(one, Member) else None


def _agent(masked: Masked) -> Noun | None:
    """By whom something was said: "That was made clear by Rojas", "The Council heard from her"."""
    if told := pattern("heard_from").search(masked.masked):
        return _heard(masked, told.end())
    for cue in cues(masked.masked):
        by = pattern("by_agent").match(masked.masked, cue.end)
        noun = masked.starting_at(by.end()) if by and "participle" in cue.tenses else None
        if noun is not None and noun.kind == "person":
            return noun
    return None


def _heard(masked: Masked, place: int) -> Noun:
    """Who is named from a place on: "from the Special Representative for Haiti, Ada Holm"."""
    named = [i for i in masked.members if i >= place]
    noun = masked.starting_at(named[0] if len(named) == 1 else place)
    whole = noun is not None and masked.text[noun.end : noun.end + 1] not in {"'", "’"}
    if noun is None or len(named) > 1 or not whole or noun.kind not in PERSONAL:
        return Noun(place, place, "", "unread")
    return noun
