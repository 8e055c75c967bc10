"""Reads a report: sentence by sentence, remembering who spoke."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rag.names import Names
from rag.statements import dates
from rag.statements.announced import announced, may_announce
from rag.statements.cast import Cast
from rag.statements.casting import at_home
from rag.statements.compose import Reported, compose
from rag.statements.frame import Frame
from rag.statements.frames import Reader
from rag.statements.grammar import pattern
from rag.statements.heads import at_head, speaks_unread
from rag.statements.home import home_country, is_of_talk, prefix
from rag.statements.listeners import Audience, one_of, somebody
from rag.statements.members import Member
from rag.statements.nesting import Nesting
from rag.statements.nouns import Masked, Noun
from rag.statements.quotes import Quotation, covering, end_of_run, quotations
from rag.statements.speakers import Speakers
from rag.statements.stance import modality, polarity
from rag.statements.traits import confidence, in_talk, of_one_day, rule, told_within_quotation
from rag.statements.when import dating
from rag.types import Dated, Document, Form, Party, Sentence, Statement

_PERSONAL = frozenset({"person", "office", "name", "counterpart"})
_GLOSSES = frozenset({"refer to", "point to", "speak of", "speak about", "allude to"})
"""Verbs whose participle at the tail is the writer's: "…, he said, referring to the islands"."""
_TELLING = frozenset({"brief", "inform", "assure"})
"""Acts whose object is only the listener: "briefed Fouad on the talks"."""


@dataclass
class Line:
    """What is known of one sentence."""

    sentence: Sentence
    statements: list[Statement] = field(default_factory=list)
    framed: bool = False
    """Whether a reporting verb stands in it."""
    of_person: bool = False
    """Whether it begins with a person: it tells of them rather than going on for them."""
    unread: bool = False
    """Whether somebody speaks in it in words that were not understood."""
    country: str | None = None
    """The country that it begins with, if it begins with one."""
    block: Party | None = None
    """Who was announced before to tell this."""
    opens_block: Party | None = None
    """Who is announced to speak in what follows: "A spokesperson said:"."""
    quotation: Quotation | None = None
    told: Party | None = None
    """Whom "he" means in the quotation of one who tells what others said."""


class Report:
    """The statements of one report."""

    def __init__(self, document: Document, sentences: Sequence[Sentence], names: Names) -> None:
        self.document = document
        self.sentences = list(sentences)
        self.published = dates.published(document.metadata)
        on = document.metadata.published
        self.cast = Cast(document.text, names, on=on)
        self.home = home_country(document, self.sentences, self.cast)
        at_home(self.cast, self.home, sourced=bool(document.metadata.source))
        self.occasion = is_of_talk(self.sentences)
        self.speakers = Speakers(self.cast, names, home=self.home, on=on, occasion=self.occasion)
        self.nesting = Nesting(self.speakers)
        self.quotations = quotations(document.text)
        self.block: Party | None = None
        """Who was announced to tell what follows."""
        self._block_ends: int | None = None
        self._announces_some = may_announce(document.text)
        self.opening: Noun | None = None
        """With whom the sentence begins that is being read."""
        self.owners: dict[Quotation, Party] = {}
        """Quotations of those who tell what others said, and whose they are."""
        self.audience = Audience(self.sentences if self.occasion else (), self.cast)

    def lines(self) -> list[Line]:
        """Every sentence with the statements its own words make plain."""
        lines = [self._line(sentence) for sentence in self.sentences]
        self.dated(lines)
        return lines

    def _line(self, sentence: Sentence) -> Line:
        line = Line(sentence, quotation=covering(self.quotations, sentence.start, sentence.end))
        if self._block_ends is not None and sentence.start >= self._block_ends:
            self.block = self._block_ends = None
        begin = self._opens(sentence)
        if begin is not None and begin >= sentence.end:
            return line
        base = begin or sentence.start + prefix(sentence, self.cast)
        masked = Masked(self.document.text, base, sentence.end, self.cast)
        reader = Reader(masked, self._quoted_within(base, sentence.end, line))
        named = [(i, m.party(m.name)) for i, m in sorted(masked.members.items())]
        self.opening = masked.starting_at(0)
        self.speakers.begin(named, reader.subjects.opening(), masked.text)
        frames = reader.read()
        line.framed = bool(frames)
        for reported in compose(frames, masked.text, self.nesting):
            told = self._told_in_quotation(sentence, base, reported, line)
            statement = None if told else self._statement(sentence, base, reported, line)
            line.statements += told or ([statement] if statement is not None else [])
        if not line.statements and line.quotation is None:
            line.opens_block = self._announces(sentence, frames)
        line.block = self.block
        self._remember(masked, line)
        line.statements = of_one_day(line.statements)
        return line

    def _quoted_within(self, start: int, end: int, line: Line) -> list[tuple[int, int]]:
        """Quotations inside the sentence, in its own offsets; none where all of it is one."""
        if line.quotation is not None:
            return []
        return [
            (max(q.start, start) - start, min(q.end, end) - start)
            for q in self.quotations
            if q.start < end and start < q.end
        ]

    def _opens(self, sentence: Sentence) -> int | None:
        """Makes X the reporter of what is "attributable to X:", or of "X gave the following:".

        Returns:
            Where that begins, in this sentence or at its end; None where nothing is announced.
        """
        text = self.document.text
        match = pattern("attributable").search(sentence.text)
        told = None
        if self._announces_some:
            told = announced(text, self.cast, sentence.start, sentence.end)
        noun = told.by if told else None
        if match is not None:
            masked = Masked(text, sentence.start, sentence.end, self.cast)
            noun = masked.starting_at(match.end())
        self.block = (self.speakers.resolve(noun) if noun else None) or self.block
        if noun is None or self.block is None:
            return None
        begin = told.start if told else sentence.end
        return begin if re.search(r"\w", text[begin : sentence.end]) else sentence.end

    def _announces(self, sentence: Sentence, frames: list[Frame]) -> Party | None:
        if not sentence.text.rstrip().endswith(":") or not frames:
            return None
        frame = frames[-1]
        if frame.subject is None or not frame.cue.verb.says:
            return None
        party = self.speakers.resolve(frame.subject, frame.partner)
        if (
            party is not None
            and frame.cue.verb.act == "say"
            and self.nesting.proxy(frame.subject, party)
        ):
            self.block = party
            self._block_ends = end_of_run(self.quotations, self.document.text, sentence.end)
        return party

    def _told_in_quotation(
        self, sentence: Sentence, base: int, reported: Reported, line: Line
    ) -> list[Statement]:
        """What a spokesperson's quotation tells of others: "The Prime Minister thanked …"."""
        outer = reported.frame.subject
        if outer is None or line.quotation is not None or reported.frame.negated:
            return []
        start, end = base + reported.start, base + reported.end
        quoted = [q for q in self.quotations if q.start <= start + 1 and end - 1 <= q.end + 1]
        speaker = self.speakers.resolve(outer, reported.frame.partner)
        if not quoted or speaker is None or not self.nesting.proxy(outer, speaker):
            return []
        self.owners[quoted[0]] = speaker
        scene = self.speakers.scene
        # In a quotation its speaker is "I": "he" is the one whose words were told before.
        focus = scene.person
        if scene.told is not None and (focus is None or focus.name == speaker.name):
            scene.person = scene.told
        found = self._inside(sentence, base, reported, speaker, quoted[0])
        if found:
            told = found[-1].speaker
            scene.told = told if told is not None and told.kind == "person" else scene.told
            self.speakers.scene.spoke(speaker)
        else:
            scene.person = focus
        return found

    def _inside(
        self,
        sentence: Sentence,
        base: int,
        reported: Reported,
        speaker: Party,
        quotation: Quotation,
    ) -> list[Statement]:
        """The statements of others inside one quotation of `speaker`."""
        start, end = base + reported.start, base + reported.end
        inner = Line(sentence, quotation=quotation, told=self.speakers.scene.told)
        masked = Masked(self.document.text, start, end, self.cast)
        self.speakers.scene.clauses = {}
        frames = Reader(masked, []).read()
        if not frames or (frames[0].left > 0 and frames[0].shape == "before"):
            return []
        for item in compose(frames, masked.text, self.nesting):
            if item.frame.subject is None or item.frame.subject.written.lower() in {"i", "we"}:
                return []
            statement = self._statement(sentence, start, item, inner)
            if (
                statement is not None
                and statement.speaker is not None
                and statement.speaker.name != speaker.name
            ):
                by = statement.reported_by or (speaker,)
                inner.statements.append(
                    replace(statement, reported_by=by, rule=f"quoted {statement.rule}")
                )
        return inner.statements

    # --- one statement ---------------------------------------------------------------------------

    def _statement(
        self, sentence: Sentence, base: int, reported: Reported, line: Line
    ) -> Statement | None:
        frame = reported.frame
        verb = frame.cue.verb
        if frame.negated and verb.act != "deny":
            return None
        told = self.document.text[base + reported.start : base + reported.end]
        if frame.shape == "trailing" and verb.lemma in _GLOSSES and ", that " not in told:
            return None
        speaker = self._subject(frame)
        if line.quotation is not None and not told_within_quotation(frame, speaker, line.told):
            return None
        if verb.act == "decide" and (speaker is None or speaker.kind == "government"):
            return None
        start, end = base + reported.start, base + reported.end
        start = self._past_listener(frame, base, start, end)
        if verb.act == "talk":
            start = base + frame.cue.start
        content = self.document.text[start:end]
        if pattern("nothing").match(content):
            return None
        reporters = self._reporters(reported, speaker)
        whole = self.document.text[base : sentence.end]
        said, spoken_of = self._clocks(
            whole, start - base, end - base, reported, alone=not line.statements
        )
        self._heard(None if line.quotation else speaker, reporters)
        if speaker is None and (frame.subject is None or frame.subject.kind in _PERSONAL):
            self.speakers.scene.person = None  # "he" is not whoever spoke before them
        return Statement(
            document=self.document.name,
            start=start,
            end=end,
            quote=content,
            cue_start=base + frame.cue.start,
            cue_end=base + frame.cue.end,
            sentence=sentence.index,
            speaker=speaker,
            addressee=self._addressee(frame, speaker, whole, content),
            act=verb.act,
            polarity=polarity(verb, content, negated=frame.negated),
            modality=modality(verb, content, negated=frame.negated),
            form=self._form(start, end, verb.narrated),
            reported_by=reporters,
            said=said,
            published=self.published,
            referred_to=spoken_of,
            confidence=confidence(frame, speaker),
            rule=rule(frame, reported),
        )

    def _subject(self, frame: Frame) -> Party | None:
        """Who speaks; "it" in "Kenya left when it condemned the raid" is whoever begins."""
        if frame.subject is None:
            return None
        if frame.aside and frame.subject.written.lower() == "it":
            opening = self.opening if self.opening and self.opening.kind == "country" else None
            return self.speakers.resolve(opening) if opening else None
        return self.speakers.resolve(frame.subject, frame.partner)

    def _heard(self, speaker: Party | None, reporters: Sequence[Party]) -> None:
        """Remembers who spoke and who told it, for "he" and "the ministry" in what follows."""
        for reporter in reporters:
            if reporter.kind == "government" and reporter.office is None:
                self.speakers.scene.body = reporter
            elif reporter.kind == "unnamed" and reporter.name.endswith("s"):
                self.speakers.scene.plural = reporter
        self.speakers.scene.spoke(speaker)
        teller = reporters[-1] if reporters else None
        if teller and teller.kind == "person" and not self.speakers.is_spokesperson(teller):
            # After "Lula is ready, Vieira said" it is Vieira who speaks on.
            self.speakers.scene.spoke(teller)

    def _past_listener(self, frame: Frame, base: int, start: int, end: int) -> int:
        """Where the content begins behind the listener: "briefed Fouad on the talks"."""
        listener = frame.addressee
        if frame.cue.verb.act not in _TELLING or listener is None or frame.shape == "after":
            return start
        start = max(start, min(base + listener.end, end - 1))
        body = self.document.text[start:end]
        return start + len(body) - len(body.lstrip())

    def _reporters(self, reported: Reported, speaker: Party | None) -> tuple[Party, ...]:
        """Who tells it, outermost first: the sentence's own reporters, else who was announced."""
        others = [n for n in reported.reporters if n.written.lower() not in {"i", "we"}]
        found = [self.speakers.resolve(n) or somebody(n) for n in others]
        if reported.frame.quoted_by is not None:
            by = self.speakers.resolve(reported.frame.quoted_by)
            found += [by] if by is not None else []
        if (
            not found
            and self.block is not None
            and (speaker is None or self.block.name != speaker.name)
        ):
            found = [self.block]
        return tuple(found)

    def _addressee(
        self, frame: Frame, speaker: Party | None, text: str, content: str
    ) -> Party | None:
        spoken = self.speakers.resolve(frame.addressee) if frame.addressee else None
        if spoken is not None and not one_of(speaker, spoken):
            self.audience.told(speaker, spoken, self.speakers.principals)
            if frame.cue.verb.act == "talk" and speaker is not None:
                self.audience.talks[speaker.name].add(spoken.name)
            return spoken
        if speaker is None:
            return None
        return self.audience.of(frame, speaker, self.speakers.principals, text, content)

    def _form(self, start: int, end: int, narrated: bool) -> Form:
        if narrated:
            return "narrated"
        inside = sum(max(0, min(q.end, end) - max(q.start, start)) for q in self.quotations)
        if inside == 0:
            return "indirect"
        return "direct" if inside >= 0.9 * (end - start) else "mixed"

    def _clocks(
        self, text: str, start: int, end: int, reported: Reported, *, alone: bool
    ) -> tuple[Dated | None, Dated | None]:
        """When it was said, and of which time it speaks."""
        words = dating(text, start, end, reported, alone=alone)
        said = dates.said(words, self.document.metadata)
        spoken_of = dates.referred_to(text[start:end], self.document.metadata)
        # The day of a talk stands in what is told of it.
        same = reported.frame.cue.verb.narrated and spoken_of == said
        return said, None if same else spoken_of

    def dated(self, lines: list[Line]) -> None:
        """Gives the day of the talk to what its two principals said in it."""
        pair = {p.name for p in self.speakers.principals if p.kind == "person"}
        if not self.occasion or len(pair) != 2:
            return
        first = [s for line in lines[:4] for s in line.statements if s.said and not s.reported_by]
        first = [s for s in first if s.speaker is not None and s.speaker.name in pair]
        if not first or first[0].said is None:
            return
        day = Dated(value=first[0].said.value, how=f"day of the talk: {first[0].said.how}")
        for line in lines:
            line.statements = [
                replace(s, said=day) if s.said is None and in_talk(s, pair) else s
                for s in line.statements
            ]

    def _remember(self, masked: Masked, line: Line) -> None:
        """Keeps whom the sentence named; a sentence about a person makes them the next "he"."""
        parties = [m.party(m.name) for _, m in sorted(masked.members.items())]
        if not parties:
            named = [m.party for _, m in sorted(masked.mentions.items())]
            parties = [p for p in named if p.kind == "government"]
        self.speakers.scene.mentioned(parties)
        head = self.opening
        line.of_person = head is not None and head.kind in {"person", "office", "pronoun"}
        if head is not None and head.kind == "country":
            line.country = head.country
        if head is not None and head.written.lower() in {"it", "they", "we"}:
            line.of_person = False
        if any(s.speaker is not None and s.speaker.kind == "person" for s in line.statements):
            return
        if line.quotation is not None:
            return
        if head is not None and head.kind in _PERSONAL:
            # "Normandy format back": one word that nobody introduced may be a place.
            strange = head.kind == "name" and (" " not in head.written or head.written.isupper())
            subject = None if strange else self.speakers.resolve(head)
            if subject is None or subject.kind == "person":
                self.speakers.scene.person = subject
        elif not line.statements and (persons := at_head(masked)):
            line.unread = speaks_unread(masked)
            one = persons[0] if len(persons) == 1 else None
            self.speakers.scene.person = one.party(one.name) if isinstance(one, Member) else None
