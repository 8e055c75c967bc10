"""Reads a report: sentence by sentence, remembering who spoke."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rag.names import Names
from rag.statements import dates
from rag.statements.cast import Cast
from rag.statements.compose import Reported, compose
from rag.statements.frames import Frame, Reader
from rag.statements.nouns import Masked, Noun
from rag.statements.quotes import Quotation, covering, quotations
from rag.statements.speakers import Speakers
from rag.statements.stance import modality, polarity
from rag.types import Dated, Document, Form, Party, Sentence, Statement

_ATTRIBUTABLE = re.compile(r"\battributable\s+to\s+", re.IGNORECASE)
_SPEECH_ACTS = frozenset(
    {"say", "stress", "affirm", "urge", "thank", "condemn", "welcome", "express", "convey", "tell", "warn", "demand", "propose",
     "suggest", "criticize", "praise", "announce", "declare", "promise", "agree", "deny", "reject", "accuse", "ask", "invite",
     "inform", "brief", "recall", "acknowledge", "explain", "hope", "congratulate", "assure", "request", "support", "oppose"}
)  # fmt: skip
_TELLING = frozenset({"brief", "inform", "assure"})
"""Acts whose object is only the listener: "briefed Fouad on the talks"."""
_JOINT_ACTS = frozenset(
    {
        "talk",
        "agree",
        "decide",
        "affirm",
        "discuss",
        "oppose",
        "support",
        "condemn",
        "welcome",
        "stress",
        "urge",
        "promise",
        "express",
    }
)


@dataclass
class Line:
    """What is known of one sentence."""

    sentence: Sentence
    statements: list[Statement] = field(default_factory=list)
    framed: bool = False
    """Whether a reporting verb stands in it."""
    opens_block: Party | None = None
    """Who is announced to speak in what follows: "A spokesperson said:"."""
    quotation: Quotation | None = None


class Report:
    """The statements of one report."""

    def __init__(self, document: Document, sentences: Sequence[Sentence], names: Names) -> None:
        self.document = document
        self.sentences = list(sentences)
        self.published = dates.published(document.metadata)
        on = document.metadata.published
        self.cast = Cast(document.text, names, on=on)
        self.home = home_country(document, self.sentences, self.cast)
        self.cast.at_home(self.home)
        self.speakers = Speakers(self.cast, names, home=self.home, on=on)
        self.quotations = quotations(document.text)
        self.block: Party | None = None
        self.owners: dict[Quotation, Party] = {}
        """Quotations of those who tell what others said, and whose they are."""
        self.occasion = _occasion(self.sentences)

    def lines(self) -> list[Line]:
        """Every sentence with the statements its own words make plain."""
        lines = [self._line(sentence) for sentence in self.sentences]
        self.dated(lines)
        return lines

    def _line(self, sentence: Sentence) -> Line:
        line = Line(sentence, quotation=covering(self.quotations, sentence.start, sentence.end))
        if self._attributable(sentence):
            return line
        self.speakers.begin()
        base = sentence.start + self._prefix(sentence)
        masked = Masked(self.document.text, base, sentence.end, self.cast)
        frames = Reader(masked, self._quoted_within(base, sentence.end, line)).read()
        line.framed = bool(frames)
        for reported in compose(frames, masked.text, self._nests):
            told = self._told_in_quotation(sentence, base, reported, line)
            statement = None if told else self._statement(sentence, base, reported, line)
            line.statements += told or ([statement] if statement is not None else [])
        if not line.statements and line.quotation is None:
            line.opens_block = self._announces(sentence, frames)
        self._remember(masked, line)
        return line

    def _prefix(self, sentence: Sentence) -> int:
        """How long the date or dateline is with which the sentence begins."""
        stamp = _STAMP.match(sentence.text)
        first = stamp.end() if stamp else 0
        dateline = _DATELINE.match(sentence.text, first)
        if dateline is None:
            return first
        begin = sentence.start + first
        placed = any(m.start == begin for m in self.cast.mentions(begin, begin + 60))
        return dateline.end() if placed or dateline.group("place").isupper() else first

    def _quoted_within(self, start: int, end: int, line: Line) -> list[tuple[int, int]]:
        """Quotations inside the sentence, in its own offsets; none where all of it is one."""
        if line.quotation is not None:
            return []
        return [
            (max(q.start, start) - start, min(q.end, end) - start)
            for q in self.quotations
            if q.start < end and start < q.end
        ]

    def _attributable(self, sentence: Sentence) -> bool:
        """ "The following is attributable to Spokesperson X:" makes X the reporter of what follows."""
        match = _ATTRIBUTABLE.search(sentence.text)
        if match is None:
            return False
        masked = Masked(self.document.text, sentence.start, sentence.end, self.cast)
        noun = masked.starting_at(match.end())
        self.block = self.speakers.resolve(noun) if noun else None
        return self.block is not None

    def _announces(self, sentence: Sentence, frames: list[Frame]) -> Party | None:
        if not sentence.text.rstrip().endswith(":") or not frames:
            return None
        frame = frames[-1]
        if frame.subject is None or not frame.cue.verb.says:
            return None
        party = self.speakers.resolve(frame.subject, frame.partner)
        if party is not None and frame.cue.verb.act == "say" and self._proxy(frame.subject, party):
            self.block = party
        return party

    def _told_in_quotation(
        self, sentence: Sentence, base: int, reported: Reported, line: Line
    ) -> list[Statement]:
        """What a spokesperson's quotation tells that others said: "The Prime Minister thanked …"."""
        outer = reported.frame.subject
        if outer is None or line.quotation is not None or reported.frame.negated:
            return []
        start, end = base + reported.start, base + reported.end
        quoted = [q for q in self.quotations if q.start <= start + 1 and end - 1 <= q.end + 1]
        speaker = self.speakers.resolve(outer, reported.frame.partner)
        if not quoted or speaker is None or not self._proxy(outer, speaker):
            return []
        self.owners[quoted[0]] = speaker
        inner = Line(sentence, quotation=quoted[0])
        masked = Masked(self.document.text, start, end, self.cast)
        frames = Reader(masked, []).read()
        if not frames or frames[0].left > 0 and frames[0].shape == "before":
            return []
        for item in compose(frames, masked.text, self._nests):
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
        if inner.statements:
            self.speakers.spoke(speaker)
        return inner.statements

    # --- one statement ---------------------------------------------------------------------------

    def _nests(self, inner: Frame, outer: Noun) -> bool:
        if inner.subject is None or inner.negated:
            return False
        outside = self.speakers.resolve(outer)
        inside = self.speakers.resolve(inner.subject, inner.partner)
        paper = outer.kind in {"document", "ministry", "medium"}
        if inside is None or outside is None:
            return paper or (inside is not None and inside.kind == "person")
        if inside.name == outside.name or inside.kind == "unnamed":
            return False
        if inner.subject.kind == "pronoun" and not paper:
            return False
        verb = inner.cue.verb
        proxy = self._proxy(outer, outside)
        if inside.kind == "person":
            return not verb.narrated or proxy or outside.kind != "person"
        if inside.kind == "joint":
            return verb.act in _JOINT_ACTS and (proxy or verb.act == "agree")
        if verb.plain:
            return False
        other_country = inside.country is not None and inside.country != outside.country
        return other_country and verb.act in _SPEECH_ACTS

    def _proxy(self, noun: Noun, party: Party) -> bool:
        """Whether it is of their nature to tell what others said."""
        paper = noun.kind in {"document", "ministry", "medium"} or party.kind in {
            "medium",
            "unnamed",
        }
        paper = paper or (noun.kind == "pronoun" and party.kind == "government")
        seat = noun.mention is not None and noun.mention.role == "metonym"
        return paper or seat or self.speakers.is_spokesperson(party)

    def _statement(
        self, sentence: Sentence, base: int, reported: Reported, line: Line
    ) -> Statement | None:
        frame = reported.frame
        verb = frame.cue.verb
        if frame.negated and verb.says and verb.act != "deny":
            return None
        speaker = self.speakers.resolve(frame.subject, frame.partner) if frame.subject else None
        if line.quotation is not None and not _told_within_quotation(frame, speaker):
            return None
        if verb.act == "decide" and (speaker is None or speaker.kind == "government"):
            return None
        start, end = base + reported.start, base + reported.end
        if (
            verb.act in _TELLING
            and frame.addressee is not None
            and not reported.frame.shape == "after"
        ):
            start = max(start, min(base + frame.addressee.end, end - 1))
            start += len(self.document.text[start:end]) - len(
                self.document.text[start:end].lstrip()
            )
        if verb.act == "talk":
            start = base + frame.cue.start
        content = self.document.text[start:end]
        reporters = self._reporters(reported, speaker)
        for reporter in reporters:
            if reporter.kind == "government" and reporter.office is None:
                self.speakers.scene.body = reporter
            elif reporter.kind == "unnamed" and reporter.name.endswith("s"):
                self.speakers.scene.plural = reporter
        self.speakers.spoke(speaker)
        return Statement(
            document=self.document.name,
            start=start,
            end=end,
            quote=content,
            cue_start=base + frame.cue.start,
            cue_end=base + frame.cue.end,
            sentence=sentence.index,
            speaker=speaker,
            addressee=self._addressee(frame, speaker),
            act=verb.act,
            polarity=polarity(verb, content, negated=frame.negated),
            modality=modality(verb, content, negated=frame.negated),
            form=self._form(start, end, verb.narrated),
            reported_by=reporters,
            said=self._said(base, sentence.end, start, end, nested=bool(reported.reporters)),
            published=self.published,
            referred_to=dates.referred_to(content, self.document.metadata),
            confidence=_confidence(frame, speaker),
            rule=_rule(frame, reported),
        )

    def _reporters(self, reported: Reported, speaker: Party | None) -> tuple[Party, ...]:
        """Who tells it, outermost first: the sentence's own reporters, else who was announced."""
        found = [p for n in reported.reporters if (p := self.speakers.resolve(n)) is not None]
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

    def _addressee(self, frame: Frame, speaker: Party | None) -> Party | None:
        if frame.addressee is not None:
            spoken = self.speakers.resolve(frame.addressee)
            if spoken is not None and (speaker is None or spoken.name != speaker.name):
                return spoken
        pair = self.speakers.principals
        if (
            speaker is None
            or not self.occasion
            or len(pair) != 2
            or any(p.kind != "person" for p in pair)
        ):
            return None
        if speaker.name not in {p.name for p in pair}:
            return None
        return next(p for p in pair if p.name != speaker.name)

    def _form(self, start: int, end: int, narrated: bool) -> Form:
        if narrated:
            return "narrated"
        inside = sum(max(0, min(q.end, end) - max(q.start, start)) for q in self.quotations)
        if inside == 0:
            return "indirect"
        return "direct" if inside >= 0.9 * (end - start) else "mixed"

    def _said(self, first: int, last: int, start: int, end: int, *, nested: bool) -> Dated | None:
        """The day, from the words of the sentence that are not content.

        The words after the content of a nested statement date its reporter, not its speaker.
        """
        text = self.document.text
        after = "" if nested else text[min(end, last) : last]
        return dates.said(text[first : max(first, start)] + " … " + after, self.document.metadata)

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
                replace(s, said=day)
                if s.said is None and s.speaker and s.speaker.name in pair
                else s
                for s in line.statements
            ]

    def _remember(self, masked: Masked, line: Line) -> None:
        """Keeps whom the sentence named; a sentence about a person makes them the next "he"."""
        parties = [m.party(m.name) for _, m in sorted(masked.members.items())]
        if not parties:
            named = [m.party for _, m in sorted(masked.mentions.items())]
            parties = [p for p in named if p.kind == "government"]
        self.speakers.mentioned(parties)
        if any(s.speaker is not None and s.speaker.kind == "person" for s in line.statements):
            return
        head = masked.starting_at(0)
        if line.quotation is None and head is not None and head.kind in {"person", "office"}:
            subject = self.speakers.resolve(head)
            if subject is None or subject.kind == "person":
                self.speakers.scene.person = subject


def _confidence(frame: Frame, speaker: Party | None) -> float:
    """How sure the speaker is: by the kind of phrase that names it, as seen on development texts."""
    if speaker is None or frame.subject is None:
        return 0.3
    sure = {"person": 0.97, "country": 0.93, "office": 0.9, "pronoun": 0.88, "joint": 0.9}
    base = sure.get(frame.subject.kind, 0.8)
    return round(base - (0.04 if frame.leans else 0.0) - (0.1 if frame.aside else 0.0), 2)


def _rule(frame: Frame, reported: Reported) -> str:
    kind = frame.subject.kind if frame.subject else "none"
    nested = "nested " if reported.reporters else ""
    return f"{nested}{frame.shape} {kind}"


def _told_within_quotation(frame: Frame, speaker: Party | None) -> bool:
    """Whether a sentence inside a quotation tells what another person said or did by speaking."""
    noun = frame.subject
    if noun is None or speaker is None or frame.cue.verb.plain or frame.shape == "after":
        return False
    if noun.kind == "pronoun":
        return speaker.kind == "joint"
    return speaker.kind in {"person", "joint"} or noun.kind == "office"


_TALK = re.compile(
    r"\b(?:call|conversation|talks|meeting|meets?|met|spoke|telephon\w+|phone|discussed|briefed)\b",
    re.IGNORECASE,
)
_STAMP = re.compile(r"\W*date \d{4}-\d\d-\d\d\s+")
_DATELINE = re.compile(
    r"(?P<place>[A-Z][\w.’'/ ]{2,30}?)(?:,\s*[A-Z][^:–—\n“”\"]{0,40}?)?\s*(?:\([^)]{1,30}\)|/[^/]{1,20}/)?\s*"
    r"(?::\s|\s(?:--?|–|—)\s|[–—]\s)\s*"
)


def _occasion(sentences: Sequence[Sentence]) -> bool:
    """Whether the report is of a talk: a call, a meeting, a conversation."""
    return any(_TALK.search(s.text) for s in sentences[:3])


def home_country(document: Document, sentences: Sequence[Sentence], cast: Cast) -> str | None:
    """The country from which the document reports: by its source, or by its dateline's capital."""
    if document.metadata.source and (country := cast.resolve(document.metadata.source)):
        return country
    for sentence in sentences[:4]:
        stamp = _STAMP.match(sentence.text)
        first = stamp.end() if stamp else 0
        if _DATELINE.match(sentence.text, first):
            place = sentence.start + first
            found = [m for m in cast.mentions(place, place + 60) if m.start == place]
            if found and found[0].party.kind == "government":
                return found[0].party.country
    return _announcer(document, cast)


def _announcer(document: Document, cast: Cast) -> str | None:
    """The country of "A Downing Street spokesperson said:" and of "The White House" at the head."""
    for mention in cast.mentions(0, min(len(document.text), 400)):
        if mention.role == "metonym":
            return mention.party.country
    return None
