"""What one sentence leaves behind for the next: who "he", "it" or "they" will be."""

from __future__ import annotations

from collections.abc import Sequence

from rag.statements.heads import at_head, speaks_unread
from rag.statements.line import Line
from rag.statements.members import Member
from rag.statements.nouns import Masked, Noun
from rag.statements.papers import issued
from rag.statements.speakers import Speakers
from rag.types import Party

PERSONAL = frozenset({"person", "office", "name", "counterpart"})
"""Kinds of phrases that mean one person."""


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
        elif reporter.kind == "unnamed" and reporter.name.endswith("s"):
            scene.plural = reporter
    scene.spoke(speaker)
    last = reporters[-1] if reporters else None
    scene.teller = last if last is not None and last.kind == "person" else None
    if scene.teller is not None:
        scene.outer = scene.teller
    elif not inside and speaker is not None and speaker.kind == "person":
        scene.outer = speaker
    if scene.teller is not None and not speakers.is_spokesperson(scene.teller):
        # After "Lula is ready, Vieira said" it is Vieira who speaks on.
        scene.spoke(scene.teller)


def remember(speakers: Speakers, masked: Masked, line: Line, head: Noun | None) -> None:
    """Keeps whom the sentence named; a sentence about a person makes them the next "he".

    Args:
        speakers: Those of the document.
        masked: The sentence.
        line: What is known of it.
        head: With whom it begins.
    """
    scene = speakers.scene
    parties = [m.party(m.name) for _, m in sorted(masked.members.items())]
    if not parties:
        named = [m.party for _, m in sorted(masked.mentions.items())]
        parties = [p for p in named if p.kind == "government"]
    scene.mentioned(parties)
    paper = issued(masked, line, head, speakers.resolve)
    if paper is not None:
        scene.papers.told(*paper)
    line.of_person = head is not None and head.kind in {"person", "office", "pronoun"}
    line.of_several = head is not None and head.kind == "joint"
    if head is not None and head.kind == "country":
        line.country = head.country
    if head is not None and head.written.lower() in {"it", "they", "we"}:
        line.of_person = False
    if any(s.speaker is not None and s.speaker.kind == "person" for s in line.statements):
        return
    if line.quotation is not None:
        return
    if head is not None and head.kind in PERSONAL:
        # "Normandy format back": one word that nobody introduced may be a place.
        strange = head.kind == "name" and (" " not in head.written or head.written.isupper())
        subject = None if strange else speakers.resolve(head)
        if subject is None or subject.kind == "person":
            scene.person = subject
    elif not line.statements and (persons := at_head(masked)):
        line.unread = speaks_unread(masked)
        one = persons[0] if len(persons) == 1 else None
        scene.person = one.party(one.name) if isinstance(one, Member) else None
