"""Reads a report: sentence by sentence, remembering who spoke."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.names import Names
from rag.statements import dates
from rag.statements.announcer import Announcer
from rag.statements.cast import Cast
from rag.statements.casting import at_home
from rag.statements.compose import Reported, compose
from rag.statements.frame import Frame
from rag.statements.frames import Reader
from rag.statements.grammar import pattern
from rag.statements.home import home_country, is_of_talk, outlet_country, prefix
from rag.statements.line import Line
from rag.statements.listeners import Audience, one_of, somebody
from rag.statements.meetings import Meeting
from rag.statements.memory import PERSONAL, heard, remember
from rag.statements.nesting import Nesting
from rag.statements.nouns import Masked, Noun
from rag.statements.quotes import Quotation, covering, quotations
from rag.statements.speakers import Speakers
from rag.statements.stance import modality, polarity
from rag.statements.traits import confidence, in_talk, of_one_day, rule, told_within_quotation
from rag.statements.when import dating
from rag.types import Dated, Document, Form, Party, Sentence, Statement

_GLOSSES = frozenset({"refer to", "point to", "speak of", "speak about", "allude to"})
"""Verbs whose participle is the writer's: "Referring to the islands, he said …"."""
_TELLING = frozenset({"brief", "inform", "assure"})
"""Acts whose object is only the listener: "briefed Fouad on the talks"."""


class Report:
    """The statements of one report."""

    def __init__(self, document: Document, sentences: Sequence[Sentence], names: Names) -> None:
        self.document = document
        self.sentences = list(sentences)
        self.published = dates.published(document.metadata)
        on = document.metadata.published
        self.cast = Cast(document.text, names, on=on)
        self.home = home_country(document, self.sentences, self.cast)
        at_home(self.cast, self.home, sourced=outlet_country(document, self.cast) is not None)
        self.occasion = is_of_talk(self.sentences)
        self.speakers = Speakers(self.cast, names, home=self.home, on=on, occasion=self.occasion)
        self.nesting = Nesting(self.speakers)
        self.quotations = quotations(document.text)
        self.announcer = Announcer(document.text, self.cast, self.speakers, self.quotations)
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
        begin = self.announcer.begin(sentence)
        if begin is not None and begin >= sentence.end:
            return line
        base = begin or sentence.start + prefix(sentence, self.cast)
        masked = Masked(self.document.text, base, sentence.end, self.cast)
        reader = Reader(masked, self._quoted_within(base, sentence.end, line))
        named = [(i, m.party(m.name)) for i, m in sorted(masked.members.items())]
        self.opening = masked.starting_at(0)
        self.speakers.begin(named, reader.subjects, masked.text)
        self.speakers.scene.meet(Meeting(masked, reader.subjects, self.speakers.resolve).parties())
        frames = reader.read()
        line.framed = bool(frames)
        for reported in compose(frames, masked.text, self.nesting):
            told = self._told_in_quotation(sentence, base, reported, line)
            statement = None if told else self._statement(sentence, base, reported, line)
            line.statements += told or ([statement] if statement is not None else [])
        if not line.statements and line.quotation is None:
            line.opens_block = self.announcer.opened(sentence, frames, self.nesting)
        line.block = self.announcer.block
        remember(self.speakers, reader.subjects, masked, line, self.opening)
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
        words, scene.text = scene.text, ""
        found = self._inside(sentence, base, reported, speaker, quoted[0])
        scene.text = words
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
        if (
            frame.shape in {"trailing", "fronted"}
            and verb.lemma in _GLOSSES
            and ", that " not in told
        ):
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
        second = pattern("second_clause").search(whole[: frame.left]) is not None
        outside = None if line.quotation else speaker
        heard(self.speakers, outside, reporters, inside=second)
        if speaker is None and (frame.subject is None or frame.subject.kind in PERSONAL):
            self.speakers.scene.person = None  # "he" is not whoever spoke before them
        if frame.subject is not None and frame.subject.kind == "document":
            self.speakers.scene.wrote(speaker)
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
        block = self.announcer.block
        if not found and block is not None and (speaker is None or block.name != speaker.name):
            found = [block]
        return tuple(found)

    def _addressee(
        self, frame: Frame, speaker: Party | None, text: str, content: str
    ) -> Party | None:
        noun = frame.addressee
        # "He thanked the ministers": not the two who talk, unless they are called two.
        vague = (
            noun is not None and noun.kind == "joint" and not pattern("two").search(noun.written)
        )
        spoken = self.speakers.resolve(noun) if noun is not None and not vague else None
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
