"""Reads the reporting verbs of a sentence, each with its subject and what it reports."""

from __future__ import annotations

import re
from dataclasses import replace

from rag.statements.clauses import doer_within, resumed, stranded
from rag.statements.contents import Contents
from rag.statements.frame import Frame
from rag.statements.grammar import listed, pattern
from rag.statements.lexicon import Cue, cues, written_forms
from rag.statements.nouns import Masked, Noun
from rag.statements.senses import RARELY_SPEECH, Senses, reads
from rag.statements.sources import as_outlet, quoting, sources, was_quoted
from rag.statements.subjects import Subjects

_SURE_ACTS = frozenset(
    {"express", "thank", "urge", "say", "stress", "affirm", "agree", "hope", "talk", "promise"}
    | {"discuss"}
)
"""Acts whose verbs need no object to be told from adjectives: "and stressed"."""

_AGAINST = frozenset({"condemn", "criticize", "reject"})
"""Acts that need no article to be told from adjectives: "and denounced outside interference"."""


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
        self.senses = Senses(self.subjects)
        self.frames: list[Frame] = []

    def read(self) -> list[Frame]:
        """The frames in order of place, outer before inner, contents not yet cut apart."""
        for cue in cues(self.masked):
            if self.subjects.quoted_verb(cue) or not self.subjects.inside_quotation(cue.start):
                frame = was_quoted(cue, self.subjects, self.contents) or self._frame(cue)
                if frame is not None and self.senses.is_speech(frame):
                    self.frames.append(frame)
        self.frames += sources(self.subjects, self.contents)
        self.frames += quoting(self.subjects, self.contents)
        return sorted(self.frames, key=lambda f: f.cue.start)

    def _frame(self, cue: Cue) -> Frame | None:
        tensed = self.senses.tensed(cue)
        if tensed is None or tensed.tenses == {"ing"}:
            return self._participle(cue) if tensed else None
        cue = tensed
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
        to_come = self.senses.to_come(cue, subject, left) and not negated
        if to_come or not self.senses.finite(cue, subject, left):
            return None
        if subject is None:
            return self._joined(cue, left, negated) or self._unknown(cue, left, negated)
        frame = self._placed(cue, subject, left, negated)
        return frame if self.senses.tells(frame) else self._called(frame)

    def _called(self, frame: Frame) -> Frame | None:
        """In "in what Rojas called “a mess”" two words; of "asked what he had said" nothing."""
        words = pattern("quoted_name").match(self.text, frame.cue.end)
        if frame.cue.verb.act != "describe" or words is None:
            return None
        return replace(frame, start=words.start("words"), end=words.end("words"))

    # --- a verb with its own subject -------------------------------------------------------------

    def _placed(self, cue: Cue, subject: Noun, left: int, negated: bool) -> Frame:
        """The frame, before, after or amid what it reports."""
        partner = self.subjects.partner_of(subject)
        left = (*partner.listed, partner)[0].start if partner else left
        unknown = pattern("unknown_title").search(self.text[:left])
        if subject.kind == "person" and partner is None and unknown and not any(cues(unknown[1])):
            left = unknown.start(1)
        timed = pattern("time_clause").match(self.text, left, subject.start) is not None
        frame = Frame(cue, "before", subject, partner, left=left, negated=negated, aside=timed)
        before = self.text[:left]
        rest = self.text[self.contents.after_listener(cue) :]
        if cue.verb.says and re.search(r"\w", before):
            if self.contents.ends_here(cue, rest, before) or self.contents.told_after(
                cue, before, rest
            ):
                end, to = len(before.rstrip().rstrip(",")), self.contents.listener(cue)
                teller = as_outlet(subject, cue)
                return replace(frame, subject=teller, shape="after", end=end, addressee=to)
            aside = pattern("amid").match(rest) or self._parts_subject(before, rest)
            subject_first = pattern("resumed_verb").match(rest) is not None
            if aside and (subject_first or not self.contents.is_lead(before)):
                head, last = len(before.rstrip(" ,")), self.contents.last()
                return replace(frame, shape="amid", end=last, contiguous=False, head=head)
        return self._ahead(frame, before)

    def _parts_subject(self, before: str, rest: str) -> bool:
        """Whether it stands between subject and quoted verb: "Khan, it said, “reminded” them"."""
        return re.match(r"\s*,\s*[“\"][a-z]", rest) is not None and self._lone(before) is not None

    def _lone(self, words: str) -> Noun | None:
        """The phrase that is all that stands before an attribution: "Lin, Kim said, praised"."""
        noun = self.subjects.sentence.starting_at(len(words) - len(words.lstrip()))
        return noun if noun is not None and noun.end == len(words.rstrip(" ,")) else None

    def _ahead(self, frame: Frame, before: str) -> Frame:
        """The frame before its content; in a clause of time the content ends with the clause."""
        start, addressee = self.contents.start(frame.cue)
        end = self.contents.last()
        aside = frame.aside or pattern("subordinate").search(before) is not None
        comma = self.text.find(",", start)
        if aside and comma > 0 and pattern("subordinate").fullmatch(before):
            end = comma
        end = self.contents.to_next_clause(frame.cue, start, end)
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
        noun, partner = self.subjects.lists.from_first(noun, pattern("after_inverted"))
        rest = self.text[noun.end :]
        end = len(head.rstrip(",").rstrip())
        frame = Frame(cue, "after", noun, partner, end=end, left=cue.start)
        if cue.verb.lemma == "read" and not reads(frame):
            return None
        parts = self._lone(head) is not None and pattern("parted").match(rest)
        if not parts and self.contents.closed(head, rest):
            return frame
        last = self.contents.last()
        return replace(frame, shape="amid", head=frame.end, end=last, contiguous=False)

    # --- a verb without one ----------------------------------------------------------------------

    def _joined(self, cue: Cue, left: int, negated: bool) -> Frame | None:
        """A verb without a subject of its own: "X thanked A, praised B and called for C"."""
        if not self._may_join(cue, left):
            return None
        own = {"before", "joined", "after", "amid"}
        earlier = [f for f in self.frames if f.subject is not None and f.shape in own]
        nearest = earlier[-1] if earlier else None
        main = resumed(self.frames, earlier, self.text, left) if earlier else None
        if main and not _same_tense(cue, nearest):
            nearest = main
        subject = nearest.subject if nearest else self.subjects.first()
        if nearest and (parted := self._parted(nearest, left)):
            frame = Frame(cue, "before", parted, left=parted.start, negated=negated)
            return self._ahead(frame, "")
        if (clause := self.subjects.of_clause(left)) and nearest and nearest.left < clause[1]:
            frame = Frame(cue, "before", clause[0], left=clause[1], negated=negated)
            return self._ahead(frame, "")
        if subject is None or not _same_tense(cue, nearest):
            return None
        if self._in_a_clause(cue, left, nearest, subject):
            return None
        partner = nearest.partner if nearest else self.subjects.partner_of(subject)
        start, addressee = self.contents.start(cue)
        last = self.contents.last()
        frame = Frame(cue, "joined", subject, partner, start, last, left, addressee, leans=True)
        if nearest and stranded(nearest, main, self.text, left):
            return replace(frame, negated=negated, subject=None, partner=None, leans=False)
        return replace(frame, negated=negated, resumed=main)

    def _may_join(self, cue: Cue, left: int) -> bool:
        """Whether the verb stands behind "and" or a comma and governs something."""
        if not pattern("coordinated").search(self.text[:left]) or not self._governs(cue):
            return False
        if pattern("you_too").search(self.text[:left]):
            return False
        return cue.verb.lemma != "ask" or pattern("was_asked").match(self.text, cue.end) is None

    def _parted(self, amid: Frame, left: int) -> Noun | None:
        """The subject that an attribution parts from its verb: "Lin, Kim said, praised Peru"."""
        place = max(amid.cue.end, amid.subject.end if amid.subject else 0)
        if amid.shape != "amid" or re.search(r"\w", self.text[place:left]):
            return None
        return self._lone(self.text[: amid.head])

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
        if cue.verb.lemma in RARELY_SPEECH and re.match(r"\s+(?:with|by|in|at|from)\b", follows):
            return False  # "the win of Kenya, supported with arms"
        sure = cue.verb.act in _SURE_ACTS and cue.verb.lemma not in RARELY_SPEECH
        against = cue.verb.act in _AGAINST and pattern("bare_object").match(follows) is not None
        return sure or against or pattern("object").match(follows) is not None

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
        if head and sure and self.contents.ends_here(cue, rest, head.group(1) + " "):
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
        if not self._may_trail(cue):
            return None
        start, addressee = self.contents.start(cue)
        if pattern("head").fullmatch(before):
            return Frame(cue, "fronted", None, None, start, start, cue.start, addressee)
        last = self.contents.last()
        if (doing := self._beside(cue)) is not None:
            return Frame(cue, "trailing", doing, None, start, last, doing.start)
        if self._listed(cue) or not pattern("trailing").search(before):
            return None
        earlier = [f for f in self.frames if f.subject is not None]
        follows_one = bool(earlier) and earlier[-1].shape in {"trailing", "fronted"}
        if before.rstrip().endswith(" and") and not follows_one:
            return None
        subject, partner = self._owner(cue, earlier)
        if subject is None:
            return None
        frame = Frame(
            cue, "trailing", subject, partner, start, last, cue.start, addressee, leans=True
        )
        doer = doer_within(earlier[-1], frame, self.subjects) if earlier else None
        return replace(frame, doer=doer)

    def _may_trail(self, cue: Cue) -> bool:
        """Whether the participle can be speech: not so in "thanking to", "regarding"."""
        if cue.verb.lemma == "thank" and re.match(r"\s+to\b", self.text[cue.end :]):
            return False
        if cue.verb.lemma in RARELY_SPEECH - {"call"} or cue.verb.act == "talk":
            return False
        return pattern("glossing").match(self.text, cue.start) is None

    def _beside(self, cue: Cue) -> Noun | None:
        """Who speaks beside another: "the deal was good, Lin said, with Kim adding that …"."""
        if " with " not in self.text[: cue.start]:
            return None
        edge, negated = self.subjects.skip_helpers(cue.start)
        nouns = [] if negated else self.subjects.sentence.all_ending_at(edge)
        return next((n for n in nouns if pattern("with").search(self.text[: n.start])), None)

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
        if cue.verb.narrated or cue.verb.lemma in RARELY_SPEECH:
            return None, None
        subject = self.subjects.first()
        return subject, self.subjects.partner_of(subject)


def _same_tense(cue: Cue, earlier: Frame | None) -> bool:
    if earlier is None:
        return "past" in cue.tenses
    if not earlier.cue.tenses & cue.tenses & {"past", "present"}:
        return False
    # Inside a clause of content ("said it supported A and opposed B") only strong verbs count.
    return not earlier.cue.verb.says or not cue.verb.plain
