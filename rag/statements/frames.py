"""Reads the reporting verbs of a sentence, each with its subject and what it reports."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.statements.contents import Contents
from rag.statements.frame import Frame
from rag.statements.grammar import listed, pattern
from rag.statements.lexicon import Cue, cues, written_forms
from rag.statements.nouns import Masked, Noun
from rag.statements.sources import as_outlet, quoting, sources, was_quoted
from rag.statements.subjects import Subjects

_SURE_ACTS = frozenset(
    {"express", "thank", "urge", "say", "stress", "affirm", "agree", "hope", "talk", "promise"}
    | {"discuss"}
)
"""Acts whose verbs need no object to be told from adjectives: "and stressed"."""

_RARELY_SPEECH = frozenset(
    {"call", "offer", "raise", "present", "seek", "cover", "address", "back", "order", "support"}
    | {"threaten", "regard", "consider", "view", "value", "review", "extend", "defend", "accept"}
    | {"cite", "term", "label", "question", "believe", "think", "feel", "direct", "advance", "post"}
)
"""Verbs whose participles seldom report speech: "regarding", "threatening stability"."""

_PLURAL_WORDS = frozenset({"i", "we", "they"})


class Reader:
    """Reads the frames of one masked sentence.

    Args:
        masked: The sentence.
        quoted: Its quotations, as offsets into it; verbs inside them are not its own.
    """

    def __init__(self, masked: Masked, quoted: list[tuple[int, int]]) -> None:
        self.text, self.masked = masked.text, masked.masked
        self.subjects = Subjects(masked, quoted)
        self.contents = Contents(masked, quoted)
        self.frames: list[Frame] = []

    def read(self) -> list[Frame]:
        """The frames in order of place, outer before inner, contents not yet cut apart."""
        for cue in cues(self.masked):
            if self.subjects.quoted_verb(cue) or not self.subjects.inside_quotation(cue.start):
                frame = was_quoted(cue, self.subjects, self.contents) or self._frame(cue)
                if frame is not None:
                    self.frames.append(frame)
        self.frames += sources(self.subjects, self.contents)
        self.frames += quoting(self.subjects, self.contents)
        return sorted(self.frames, key=lambda f: f.cue.start)

    def _frame(self, cue: Cue) -> Frame | None:
        if cue.tenses == {"ing"}:
            return self._participle(cue)
        subject, left, negated = self.subjects.before(cue)
        if cue.verb.act == "agree" and (it := pattern("it_was").search(self.text[: cue.start])):
            # "It was agreed to meet again": by those who talked.
            noun = Noun(it.start(), it.start() + 2, "It", "joint")
            start, _ = self.contents.start(cue)
            return Frame(cue, "before", noun, None, start, self.contents.last(), it.start())
        if subject is None and cue.verb.inverts and cue.tenses & {"past", "present"}:
            inverted = self._inverted(cue)
            if inverted is not None:
                return inverted
        if not self._finite(cue, subject, left):
            return None
        if subject is None:
            return self._joined(cue, left, negated) or self._unknown(cue, left, negated)
        return self._plain(self._placed(cue, subject, left, negated))

    def _finite(self, cue: Cue, subject: Noun | None, left: int) -> bool:
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

    def _plain(self, frame: Frame) -> Frame | None:
        """The frame, unless its verb means something else here: "concluded a tour"."""
        verb = frame.cue.verb
        asked = pattern("relative_before").search(self.text[: frame.left])
        if asked and (verb.plain or asked.group().split()[0].lower() == "what"):
            return None  # "Asked what he had said about it": of which nothing is told
        if verb.lemma == "read" and not _reads(frame):
            return None
        if verb.lemma == "call" and not pattern("called").match(self.text, frame.cue.end):
            return None
        if verb.lemma == "present" and pattern("handed").match(self.text, frame.cue.end):
            return None
        if verb.lemma == "declare" and pattern("warfare").match(self.text, frame.cue.end):
            return None  # done by it rather than said: "declared war on"
        if verb.lemma == "recall" and pattern("envoy").match(self.text, frame.cue.end):
            return None
        written = frame.subject is not None and frame.subject.kind == "document"
        if verb.takes != "quote" or frame.shape != "before" or written:
            return frame
        lead = self.text[frame.cue.end : frame.start]
        mark = self.text[max(0, frame.start - 1) : frame.start + 1]
        clause = "that" in lead.split() or ":" in lead or any(c in '“"' for c in mark)
        return frame if clause else None

    # --- a verb with its own subject -------------------------------------------------------------

    def _placed(self, cue: Cue, subject: Noun, left: int, negated: bool) -> Frame:
        """The frame, before, after or amid what it reports."""
        partner = self.subjects.partner_of(subject)
        left = partner.start if partner else left
        unknown = pattern("unknown_title").search(self.text[:left])
        if subject.kind == "person" and partner is None and unknown and not any(cues(unknown[1])):
            left = unknown.start(1)
        timed = pattern("time_clause").match(self.text, left, subject.start) is not None
        frame = Frame(cue, "before", subject, partner, left=left, negated=negated, aside=timed)
        before = self.text[:left]
        rest = self.text[self.contents.after_listener(cue) :]
        if cue.verb.says and re.search(r"\w", before):
            if self.contents.ends_here(rest, before) or self.contents.told_after(cue, before, rest):
                end, to = len(before.rstrip().rstrip(",")), self.contents.listener(cue)
                teller = as_outlet(subject, cue)
                return replace(frame, subject=teller, shape="after", end=end, addressee=to)
            aside = pattern("amid").match(rest) or self._parts_subject(before, rest)
            if aside and not self.contents.is_lead(before):
                head, last = len(before.rstrip(" ,")), self.contents.last()
                return replace(frame, shape="amid", end=last, contiguous=False, head=head)
        return self._ahead(frame, before)

    def _parts_subject(self, before: str, rest: str) -> bool:
        """Whether it stands between subject and quoted verb: "Khan, it said, “reminded” them"."""
        if re.match(r"\s*,\s*[“\"][a-z]", rest) is None:
            return False
        first = len(before) - len(before.lstrip())
        noun = self.subjects.sentence.starting_at(first)
        return noun is not None and noun.end == len(before.rstrip(" ,"))

    def _ahead(self, frame: Frame, before: str) -> Frame:
        """The frame before its content; in a clause of time the content ends with the clause."""
        start, addressee = self.contents.start(frame.cue)
        end = self.contents.last()
        aside = frame.aside or pattern("subordinate").search(before) is not None
        comma = self.text.find(",", start)
        if aside and comma > 0 and pattern("subordinate").fullmatch(before):
            end = comma
        return replace(frame, start=start, end=end, addressee=addressee, aside=aside)

    def _inverted(self, cue: Cue) -> Frame | None:
        """The verb after what it reports and before its subject: "…, said Xi"."""
        head = self.text[: cue.start].rstrip()
        head = re.sub(r"\b(?:also|further|as)$", "", head).rstrip()
        if head[-1:] not in ',”"’?!–—' or not head:
            return None
        place = pattern("before_inverted").match(self.text, cue.end)
        noun = self.subjects.behind(place.end()) if place else None
        if noun is None:
            stranger = self.subjects.is_stranger(cue, head)
            end = len(head.rstrip(",").rstrip())
            return Frame(cue, "after", None, end=end, left=cue.start) if stranger else None
        if noun.kind == "pronoun" or self.subjects.inside_quotation(noun.start):
            return None
        rest = self.text[noun.end :]
        frame = Frame(cue, "after", noun, end=len(head.rstrip(",").rstrip()), left=cue.start)
        if cue.verb.lemma == "read" and not _reads(frame):
            return None
        if self._closes(rest):
            return frame
        last = self.contents.last()
        return replace(frame, shape="amid", head=frame.end, end=last, contiguous=False)

    def _closes(self, rest: str) -> bool:
        """Whether nothing that is said follows an inverted attribution."""
        if pattern("relative").match(rest) or pattern("tail").fullmatch(rest):
            return True
        appositive = pattern("appositive").match(rest)
        goes_on = appositive is not None and appositive.group().endswith(",")
        follows = rest[appositive.end() - 1 :] if appositive and goes_on else rest
        if appositive and not follows.strip(" ,."):
            return True
        if pattern("next_participle").match(follows):
            return True
        return not pattern("goes_on").match(follows)

    # --- a verb without one ----------------------------------------------------------------------

    def _joined(self, cue: Cue, left: int, negated: bool) -> Frame | None:
        """A verb without a subject of its own: "X thanked A, praised B and called for C"."""
        if not pattern("coordinated").search(self.text[:left]) or not self._governs(cue):
            return None
        if pattern("you_too").search(self.text[:left]):
            return None
        if cue.verb.lemma == "ask" and pattern("was_asked").match(self.text, cue.end):
            return None
        own = {"before", "joined", "after", "amid"}
        earlier = [f for f in self.frames if f.subject is not None and f.shape in own]
        subject = earlier[-1].subject if earlier else self.subjects.first()
        if subject is None or not _same_tense(cue, earlier):
            return None
        if self._in_a_clause(cue, left, earlier[-1] if earlier else None, subject):
            return None
        partner = earlier[-1].partner if earlier else None
        start, addressee = self.contents.start(cue)
        last = self.contents.last()
        frame = Frame(cue, "joined", subject, partner, start, last, left, addressee, leans=True)
        return replace(frame, negated=negated)

    def _in_a_clause(self, cue: Cue, left: int, outer: Frame | None, subject: Noun) -> bool:
        """Whether a joined verb may be of the clause before it: "envoys, who smiled and said"."""
        place = outer.cue.end if outer else subject.end
        between = self.text[place:left]
        if pattern("in_relative").search(between) and (outer or "," in between):
            return True
        if outer is None or not outer.cue.verb.says:
            return False
        if cue.verb.act not in _SURE_ACTS and pattern("had_done").match(between):
            return True  # "said that Kenya had called its envoy home and asked them to stay"
        helped = pattern("perfect").search(self.text[left : cue.start])
        if helped and not pattern("perfect").search(self.text[outer.left : outer.cue.start]):
            return True  # "He said Rojas was glad and had asked for more": she had asked
        told = self.subjects.sentence.starting_at(outer.start)
        another = told is not None and told.kind == "person" and told.member != subject.member
        return another and outer.shape == "before" and self.contents.start(outer.cue)[1] != told

    def _governs(self, cue: Cue) -> bool:
        """Whether a joined form has an object: not so in "immediate and extended family"."""
        if cue.verb.takes == "quote" or cue.verb.lemma == "call":
            return False
        follows = self.masked[cue.end : cue.end + 40]
        if cue.verb.lemma in _RARELY_SPEECH and re.match(r"\s+(?:with|by|in|at|from)\b", follows):
            return False  # "the win of Kenya, supported with arms"
        sure = cue.verb.act in _SURE_ACTS and cue.verb.lemma not in _RARELY_SPEECH
        return sure or pattern("object").match(follows) is not None

    def _unknown(self, cue: Cue, left: int, negated: bool) -> Frame | None:
        """Plain speech by a subject that the grammar does not know: counted, not attributed."""
        before = self.text[:left]
        word = re.search(r"[\w’'.]+(?=\)?$)", before.rstrip())
        joints = listed("clause_word") | listed("oblique")
        says = cue.verb.inverts and cue.verb.lemma != "read"
        if not says or word is None or word.group().lower() in joints:
            return None
        if pattern("before_noun").fullmatch(word.group()):
            return None  # "denying claims that …", "to the claims, Rojas said": no verbs
        rest = self.text[self.contents.after_listener(cue) :]
        head = pattern("before_unknown").match(before)
        # "…, Zarif, played down her remarks": what ends in a noun tells nothing.
        sure = "past" in cue.tenses or cue.verb.lemma == "say"
        if head and sure and self.contents.ends_here(rest, head.group(1) + " "):
            end = len(head.group(1).rstrip(","))
            outlet = self._outlet(head) if cue.verb.lemma == "report" else None
            return Frame(cue, "after", outlet, end=end, left=head.end(1), negated=negated)
        start, addressee = self.contents.start(cue)
        lead = self.text[cue.end : start]
        clause = "that" in lead.split() or lead.strip().endswith((":", "“", '"', ","))
        said = cue.verb.lemma == "say" and pattern("clause_start").match(self.masked, start)
        if not clause and not said:
            return None
        last = self.contents.last()
        frame = Frame(cue, "before", None, None, start, last, left, addressee)
        return replace(frame, negated=negated)

    def _outlet(self, head: re.Match[str]) -> Noun | None:
        """A newspaper that nobody knows: "…, Chile's Nueva Gaceta reported"."""
        found = pattern("outlet").fullmatch(head.group(2).rstrip())
        if found is None:
            return None
        start = head.start(2) + found.start("name")
        return Noun(start, start + len(found["name"]), found["name"], "medium")

    def _participle(self, cue: Cue) -> Frame | None:
        """A participle, at the head ("Noting that …, Wang said") or the tail (", adding that")."""
        before = self.text[: cue.start]
        if cue.verb.lemma == "thank" and re.match(r"\s+to\b", self.text[cue.end :]):
            return None
        if cue.verb.lemma in _RARELY_SPEECH - {"call"} or cue.verb.act == "talk":
            return None
        if pattern("glossing").match(self.text, cue.start):
            return None
        start, addressee = self.contents.start(cue)
        if pattern("head").fullmatch(before):
            return Frame(cue, "fronted", None, None, start, start, cue.start, addressee)
        if not pattern("trailing").search(before):
            return None
        if self._listed(cue):
            return None
        earlier = [f for f in self.frames if f.subject is not None]
        follows_one = bool(earlier) and earlier[-1].shape in {"trailing", "fronted"}
        if before.rstrip().endswith(" and") and not follows_one:
            return None
        subject, partner = self._owner(cue, earlier)
        if subject is None:
            return None
        last = self.contents.last()
        return Frame(
            cue, "trailing", subject, partner, start, last, cue.start, addressee, leans=True
        )

    def _listed(self, cue: Cue) -> bool:
        """Whether it is one of several gerunds: "committed to fishing, promoting A and doing B"."""
        if not pattern("gerund_before").search(self.text[: cue.start]):
            return False
        follows = pattern("gerund_after").match(self.text, cue.end)
        return follows is not None and follows.group(1) not in written_forms()

    def _owner(self, cue: Cue, earlier: list[Frame]) -> tuple[Noun | None, Noun | None]:
        """Whose participle it is: the last verb's subject, else the sentence's."""
        for owner in reversed(earlier):
            if owner.shape != "source":
                return owner.subject, owner.partner
        if cue.verb.narrated or cue.verb.lemma in _RARELY_SPEECH:
            return None, None
        subject = self.subjects.first()
        return subject, self.subjects.partner_of(subject)


def _reads(frame: Frame) -> bool:
    """Whether a text reads so, rather than somebody reads it: "“…,” it reads"."""
    subject = frame.subject
    it = subject is not None and subject.written.lower() == "it" and frame.shape == "after"
    return it or (subject is not None and subject.kind == "document")


def _same_tense(cue: Cue, earlier: list[Frame]) -> bool:
    if not earlier:
        return "past" in cue.tenses
    if not earlier[-1].cue.tenses & cue.tenses & {"past", "present"}:
        return False
    # Inside a clause of content ("said it supported A and opposed B") only strong verbs count.
    return not earlier[-1].cue.verb.says or not cue.verb.plain
