"""Reporting verbs in a sentence, each with its subject and what it reports: the sentence's frames."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from rag.statements.lexicon import Cue, Verb, cues, verbs
from rag.statements.nouns import Masked, Noun

Shape = Literal["before", "after", "amid", "fronted", "trailing", "joined", "source"]
"""Where the subject and its verb stand: before what is reported, after it ("…, he said"), amid it
("History, he said, had …"), as a participle at the head or at the tail, joined to an earlier verb
by "and", or as a source ("according to …")."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A reporting verb, who does it, and the span of the sentence that it reports."""

    cue: Cue
    shape: Shape
    subject: Noun | None
    partner: Noun | None = None
    """The second subject of "X and Y agreed"."""
    start: int = 0
    end: int = 0
    """What is reported, as offsets into the sentence; equal where nothing is."""
    left: int = 0
    """Where the frame begins: subject or verb, whichever stands first."""
    addressee: Noun | None = None
    quoted_by: Noun | None = None
    """Who quotes, in "X quoted Y as saying"."""
    negated: bool = False
    contiguous: bool = True
    leans: bool = False
    """Its subject was taken from an earlier frame of the sentence."""
    head: int = 0
    """Where the words before an attribution that stands amid them end."""
    aside: bool = False
    """It stands in a clause of time or reason: "after Morocco agreed to …"."""


_ADVERB = re.compile(
    r"(?:\b(?:also|further|furthermore|again|then|later|earlier|repeatedly|once|never|not|has|have|had|will|would|is|are|was|"
    r"were|been|being|did|does|do|can|could|may|might|must|should|wishes|wished|to|both|jointly|all|today|yesterday|"
    r"here|too|twice|always|still|now|just|in turn|both|like|likes|want|wants|wanted|wish|going|on|Monday|Tuesday|"
    r"(?:during|in|at|on) (?:the|a|their|his|her|this) (?:\w+ )?(?:call|conversation|meeting|talks|discussion|interview|visit|"
    r"statement|speech|occasion|evening|morning)|Wednesday|Thursday|Friday|Saturday|Sunday|each|[a-z]+ly|n['’]t|particularly|went|personally|however)|n['’]t|(?:for|on|from) (?:his|her|its|their) (?:part|side|turn))\s*$"
)
_NEGATION = re.compile(r"\b(?:not|never|n['’]t)\b|n['’]t\b|\b(?:refused|declined|failed) to\b")
_AUXILIARY = re.compile(
    r"\b(?:did|does|do|will|would|can|could|may|must|should|shall|to|might|like)\b", re.IGNORECASE
)
_PASSIVE = re.compile(r"\b(?:is|are|was|were|been|being|be)\s+(?:\w+ly\s+|also\s+)*$")
_CLAUSE_WORDS = frozenset(
    "and but while as that when where whereas because since after before if although though however which for yet so "
    "what until unless then or meanwhile today yesterday earlier later said added noted stressed also whether".split()
)
_OBLIQUE = frozenset(
    "in at from of with to by on between near across throughout about against under toward towards into over via "
    "through among amid upon within without during for per than like behind".split()
)
_PART = r"(?:for|on|from|in) (?:his|her|its|their|the \w+['’]s?) (?:own )?(?:part|side|turn|end)|in (?:turn|response|reply|return)"
_PART_WORDS = re.compile(rf"\s*(?:{_PART}|however|meanwhile|too)\b")
_BRACKETED = re.compile(
    rf"\s*(?:{_PART}|meanwhile|however|too|also|on the other hand|as well|likewise|moreover|in addition|"
    r"the|a|an|his|her|its|who|whose|speaking|citing|referring|quoting|addressing|accompanied|flanked|also|"
    r"himself|herself|which|one of|in an?|in his|in her|in the|at an?|at the|during|after|on|from|through|via|"
    r"while|responding|answering|commenting|asked|when|recalling|noting|reacting|chairing|briefing|\S+ing)\b",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\s*,?\s*(?:and|as well as|&|along with|together with)\s*$")
_COORDINATED = re.compile(
    r"(?:,\s*)?\b(?:and|but|as well as|before|then)\b(?:\s+(?:also|further|then|in turn|once again|again|again|he|she))?\s*$"
    r"|,\s*(?:\w+ly\s+|also\s+)?$"
)
_TRAILING = re.compile(
    r"(?:[,;–—-]|[”\"])\s*(?:(?:and|while|also|further|thus|thereby|again|by)\s+){0,2}(?:\w+ly\s+)?$|\bwhile\s+(?:also\s+|\w+ly\s+)?$|\band\s+$"
)
_HEAD = re.compile(
    r"\s*[“\"]?\s*(?:(?:also|further|while|meanwhile|again|in)\s*,?\s+)*$", re.IGNORECASE
)
_ADVERBIAL = (
    r"(?:on|in|at|during|after|before|following|from|via|through|over|by|to|with|upon|late|early|earlier|here|today|"
    r"yesterday|later|while|ahead of|when|as|this|last|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|"
    r"separately|again|too|as well|recently|also|quoting|citing|for his part|for her part)\b"
)
_TAIL = re.compile(rf"\s*(?:,?\s*{_ADVERBIAL}[^“”\":;]{{0,160}}?)?\s*[.!?)\]”\"’]*\s*$")
_NEXT_PARTICIPLE = re.compile(
    r"\s*,\s*(?:while\s+|and\s+|also\s+|further\s+)?(?:[a-z]+ing\b|and (?:also )?(?:added|stressed|noted|urged|called|expressed))"
)
_THAT = re.compile(r"\bthat\b")
_NOT_THAT = re.compile(rf"\s*,?\s*{_ADVERBIAL}")
_SUBORDINATE = re.compile(
    r"(?:^|.*[\s,])(?:after|before|since|when|because|although|though|until|unless|once|if|as|whether)\s+(?:the\s+)?$",
    re.IGNORECASE | re.DOTALL,
)
_AT_ONCE = re.compile(
    r"\s*(?:on\s+)?(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|today|yesterday)?\s*(?:that\b\s*,?|[:,]\s*[“\"]?|[“\"])?\s*"
)
_SOURCE_LEAD = re.compile(r"\s*(?:according to|as per|citing|quoting)\b[^,]*,\s*$", re.IGNORECASE)
_SURE_ACTS = frozenset(
    {"express", "thank", "urge", "say", "stress", "affirm", "agree", "hope", "talk", "promise"}
)
_OBJECT = re.compile(
    r"\s+(?:the|an?|his|her|its|their|that|this|these|those|any|all|both|each|to|for|on|upon|of|with|against|whether|every|"
    r"some|such|him|them|us|me|it|what|how|full|sincere|warm|deep|strong|[\ue000-\ue005“\"A-Z\d])"
)
_UNKNOWN_TITLE = re.compile(
    r"[,”\"]\s+((?:(?!(?:and|but|while|as|when|which|who)\b)[\w’'-]+\s+){1,5})$"
)
_CALLED = re.compile(r"\s+[^,;.]{0,80}?(?:[“\"]|\ban?\s)")
_ENVOY = re.compile(r"\s+(?:\w+\s+){0,3}(?:envoy|ambassador|diplomat|troops)")
_BEFORE_INVERTED = re.compile(
    r"\s+(?:(?:on|in|at)\s+(?:[A-Z]\w+|a \w+)(?:\s+(?:on|in)\s+[A-Z]\w+)?\s+)?"
)
_LISTENERS = re.compile(
    r"\s+(?:(?:to|with)\s+)?(?:the\s+|a\s+|local\s+|foreign\s+)?(?:reporters?|journalists?|media(?:persons|men)?|press|"
    r"newsmen|parliament(?:arians)?|lawmakers|audience|nation|gathering|conference|participants)\b"
)
_LEAD = re.compile(
    r"\s*(?:meanwhile|however|moreover|furthermore|in addition|additionally|likewise|also|earlier|later|separately|"
    r"similarly|nevertheless|besides|finally|first(?:ly)?|second(?:ly)?|third(?:ly)?|then|at the same time|"
    r"in this (?:regard|respect|context|connection)|to this end|on the other hand|on (?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    rf"today|yesterday|{_PART}|in conclusion|and|but)\s*,?\s*$",
    re.IGNORECASE,
)
_OCCASION = re.compile(
    r"\b(?:call|conversation|talks?|meeting|interview|briefing|statement|speech|address|tweet|post|remarks|letter|"
    r"message|visit|summit|session|ceremony|reporters|conference|forum|event|phone|telephone|telephonic|discussion|"
    r"exchange|behalf|question|response|encounter|reception|podcast|article|comments?)\b",
    re.IGNORECASE,
)
_START_WORDS = re.compile(
    r"\s*(?:on|in|at|during|after|following|speaking|addressing|asked|responding|commenting|according|through|via|while|upon|referring|for|with|answering|turning|regarding|concerning|as for|about)\b",
    re.IGNORECASE,
)
_ACCORDING = re.compile(
    r"\b(?:according\s+to|as\s+per|as\s+quoted\s+in|in\s+the\s+words\s+of|as\s+reported\s+by|citing|quoting)\s+",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\b(?:(?:was|were|is|been)\s+)?(?:quoted|cited|reported)\b", re.IGNORECASE)
_AS_SAYING = re.compile(
    r"\s*(?:,[^,]{0,60},\s*)?as\s+(?:saying|telling|stating|noting|adding)\b\s*(?P<to>[^“”\":,]{0,60}?)(?:\bthat\b|:|,)?\s*"
)
_WAS_QUOTED = re.compile(
    r"\b(?:was|were|is|are|been)\s+(?:quoted|cited)(?:\s+(?:by|in)\s+[^,.;“”\"]{1,60}?)?\s+as\s+"
    r"(?:saying|telling|stating|noting|adding)\b"
)


class Reader:
    """Reads the frames of one masked sentence."""

    def __init__(self, masked: Masked, quoted: list[tuple[int, int]]) -> None:
        self.sentence = masked
        self.text = masked.text
        self.quoted = quoted
        self.frames: list[Frame] = []

    def read(self) -> list[Frame]:
        """The frames in order of place, outer before inner, contents not yet cut apart."""
        for cue in cues(self.sentence.masked):
            if not self._inside_quotation(cue.start):
                frame = self._was_quoted(cue) or self._frame(cue)
                if frame is not None:
                    self.frames.append(frame)
        self.frames += [f for f in self._sources() if f is not None]
        self.frames += [f for f in self._quoted_as() if f is not None]
        self.frames.sort(key=lambda f: f.cue.start)
        return self.frames

    def _inside_quotation(self, place: int) -> bool:
        return any(start <= place < end for start, end in self.quoted)

    # --- one verb --------------------------------------------------------------------------------

    def _frame(self, cue: Cue) -> Frame | None:
        if "ing" in cue.tenses and len(cue.tenses) == 1:
            return self._participle(cue)
        subject, left, negated = self._subject_before(cue)
        if subject is None and cue.verb.inverts and not cue.tenses <= {"base", "ing"}:
            inverted = self._inverted(cue)
            if inverted is not None:
                return inverted
        if not self._finite(cue, subject, left):
            return None
        if subject is None:
            return self._joined(cue, left, negated) or self._unknown(cue, left, negated)
        return self._strict(self._placed(cue, subject, left, negated))

    def _unknown(self, cue: Cue, left: int, negated: bool) -> Frame | None:
        """Plain speech by a subject that the grammar does not know: counted, not attributed."""
        before = self.text[:left]
        word = re.search(r"[\w’'.]+$", before.rstrip())
        if not cue.verb.inverts or word is None or word.group().lower() in _CLAUSE_WORDS | _OBLIQUE:
            return None
        rest = self.text[self._after_addressee(cue) :]
        head = re.search(r"^(.*[,”\"])\s*(?:[\w’'-]+\s+){1,8}$", before, re.DOTALL)
        if head and self._ends_here(rest, head.group(1) + " "):
            end = len(head.group(1).rstrip(","))
            return Frame(cue, "after", None, start=0, end=end, left=head.end(1), negated=negated)
        start, addressee = self._content_start(cue)
        lead = self.text[cue.end : start]
        if "that" not in lead.split() and not lead.strip().endswith((":", "“", '"', ",")):
            return None
        return Frame(
            cue, "before", None, None, start, self._last(), left, addressee, negated=negated
        )

    def _strict(self, frame: Frame) -> Frame | None:
        """Verbs of other meanings report speech only with a clause or a quotation: "concluded"."""
        verb = frame.cue.verb
        if verb.lemma == "read" and (frame.subject is None or frame.subject.kind != "document"):
            return None
        if verb.lemma == "call" and not _CALLED.match(self.text, frame.cue.end):
            return None
        if verb.lemma == "recall" and _ENVOY.match(self.text, frame.cue.end):
            return None
        if verb.takes != "quote" or frame.shape != "before":
            return frame
        lead = self.text[frame.cue.end : frame.start]
        plain = (
            "that" in lead.split()
            or ":" in lead
            or self.text[frame.start - 1 : frame.start] in '“"'
        )
        return frame if plain or self.text[frame.start : frame.start + 1] in '“"' else None

    def _finite(self, cue: Cue, subject: Noun | None, left: int) -> bool:
        """Whether the form can be a sentence's verb here: "urge" needs a helper or a plural."""
        between = self.text[left : cue.start]
        if _PASSIVE.search(between) and "past" in cue.tenses:
            return False
        if cue.tenses & {"past", "present"}:
            return True
        if "participle" in cue.tenses:
            return bool(re.search(r"\b(?:has|have|had)\b", between))
        if re.search(r"\bto\s+$", between) and not re.search(
            r"(?:like|wish\w*|want\w*|went on|continue\w*)\s+to\s+$", between
        ):
            return False
        plural = subject is not None and (
            subject.kind in {"joint", "unnamed"} or subject.written.lower() in {"i", "we", "they"}
        )
        return plural or bool(_AUXILIARY.search(between)) or self._partner_of(subject) is not None

    def _subject_before(self, cue: Cue) -> tuple[Noun | None, int, bool]:
        """The noun phrase that ends where the verb's helpers begin, and how far left that is."""
        edge, negated = self._skip_helpers(cue.start)
        noun = self._subject_at(edge)
        if noun is None:
            for earlier in self._before_brackets(edge):
                noun = self._subject_at(earlier)
                if noun is not None:
                    break
        return noun, noun.start if noun else edge, negated

    def _skip_helpers(self, place: int) -> tuple[int, bool]:
        """Where the helpers before a verb begin, and whether one of them is a negation."""
        start = place
        while True:
            head = self.text[:place].rstrip()
            match = _ADVERB.search(head)
            if match is None or (match.start() > 0 and head[match.start() - 1] in "-’'"):
                break
            place = match.start()
        return len(self.text[:place].rstrip()), bool(_NEGATION.search(self.text[place:start]))

    def _before_brackets(self, edge: int) -> Iterator[int]:
        """Places before what stands between two commas: "Wang Yi, who is in Rabat, said"."""
        if self.text[edge - 1 : edge] == ")":
            opened = self.text.rfind("(", max(0, edge - 60), edge)
            if opened > 0:
                yield len(self.text[:opened].rstrip())
        if self.text[edge - 1 : edge] != ",":
            return
        if _PART_WORDS.match(self.text, edge):
            yield edge - 1
        place = edge - 1
        for _ in range(5):
            place = self.text.rfind(",", max(0, edge - 240), place)
            if place <= 0:
                return
            if _BRACKETED.match(self.text, place + 1) or self._apposed(place + 1):
                yield place

    def _apposed(self, place: int) -> bool:
        start = len(self.text) - len(self.text[place:].lstrip())
        return self.sentence.starting_at(start) is not None

    def _subject_at(self, edge: int) -> Noun | None:
        noun = self.sentence.ending_at(edge)
        if noun is None or self._inside_quotation(noun.start):
            return None
        return noun if self._begins_clause(noun) else None

    def _begins_clause(self, noun: Noun) -> bool:
        """Whether a clause can begin with this noun phrase, rather than end with it."""
        head = self.text[: noun.start].rstrip()
        if not head or head[-1] in ',;:.!?–—-“"”(…*•':
            return True
        word = re.search(r"[\w’']+$", head)
        last = word.group().lower() if word else ""
        if last in _OBLIQUE:
            return False
        if last in _CLAUSE_WORDS or last.endswith("ing"):
            return True
        if (
            re.search(r"(?:\bon \w+day|\bon \w+ \d+|\bin \w+|\bday|\d{4})$", head)
            and len(head) < 40
        ):
            return True
        # "…, Karim Nadir told" after a title the grammar does not know, or "President Xi stressed".
        return noun.kind in {"person", "pronoun"} and not re.search(
            r"\b(?:of|with|by)\s+\S+$", head
        )

    def _partner_of(self, noun: Noun | None) -> Noun | None:
        """The other subject in "X and Y": the phrase before the "and" before this one."""
        if noun is None or noun.kind in {"joint", "unnamed", "document"}:
            return None
        joint = _JOINT.search(self.text[: noun.start])
        if joint is None:
            return None
        other = self.sentence.ending_at(joint.start())
        if (
            other is None
            or other.kind in {"document", "unnamed", "joint", "name"}
            or not self._begins_clause(other)
        ):
            return None
        pronouns = {other.kind, noun.kind} == {"pronoun", "country"}
        alike = other.kind == noun.kind or {other.kind, noun.kind} <= {
            "person",
            "office",
            "counterpart",
            "pronoun",
        }
        return other if alike and not pronouns else None

    # --- where it stands -------------------------------------------------------------------------

    def _placed(self, cue: Cue, subject: Noun, left: int, negated: bool) -> Frame:
        partner = self._partner_of(subject)
        frame = Frame(
            cue,
            "before",
            subject,
            partner,
            left=partner.start if partner else left,
            negated=negated,
        )
        unknown = _UNKNOWN_TITLE.search(self.text[: frame.left])
        if subject.kind == "person" and partner is None and unknown:
            frame = replace(frame, left=unknown.start(1))
        before = self.text[: frame.left]
        rest = self.text[self._after_addressee(cue) :]
        if cue.verb.says and self._has_words(before):
            if self._ends_here(rest, before):
                return replace(frame, shape="after", start=0, end=len(before.rstrip().rstrip(",")))
            if re.match(
                r"\s*(?:on \w+day\s*|\w+day\s*|today\s*|yesterday\s*)?,(?!\s*[“\"])", rest
            ) and not self._is_lead(before):
                return replace(
                    frame,
                    shape="amid",
                    start=0,
                    end=self._last(),
                    contiguous=False,
                    head=len(before.rstrip(" ,")),
                )
        start, addressee = self._content_start(cue)
        end, aside = self._last(), _SUBORDINATE.search(before) is not None
        comma = self.text.find(",", start)
        if aside and _SUBORDINATE.fullmatch(before) and comma > 0:
            end = comma
        return replace(frame, start=start, end=end, addressee=addressee, aside=aside)

    def _after_addressee(self, cue: Cue) -> int:
        """Where the verb's phrase ends: after "told reporters", "told Trump"."""
        plain = _LISTENERS.match(self.text, cue.end)
        if plain:
            return plain.end()
        noun = self._addressee(cue) if cue.verb.to else None
        return noun.end if noun is not None else cue.end

    def _ends_here(self, rest: str, before: str) -> bool:
        if _NEXT_PARTICIPLE.match(rest):
            return not self._is_lead(before)
        if not _TAIL.fullmatch(rest) or re.match(r"\s*(?:that\b|:|[“\"])", rest):
            return False
        infinitive = re.match(r"\s*to\s+(?!the\b|reporters|journalists|media)[a-z]", rest)
        if infinitive or _SOURCE_LEAD.match(before):
            return False
        if not re.match(r"\s*,?\s*[.!?”\"]*\s*$", rest) and (
            _THAT.search(rest) or self._is_lead(before)
        ):
            return False
        return before.rstrip()[-1:] in ',”"’?!–—' and not (
            _LEAD.fullmatch(before) or self._short_lead(before)
        )

    def _short_lead(self, before: str) -> bool:
        return (
            bool(_START_WORDS.match(before))
            and before.count(",") <= 1
            and len(before) < 60
            and bool(_OCCASION.search(before))
        )

    def _has_words(self, before: str) -> bool:
        return bool(re.search(r"\w", before))

    def _is_lead(self, before: str) -> bool:
        """Whether what stands before the subject frames the saying rather than being said."""
        if _LEAD.fullmatch(before) or before.rstrip()[-1:] not in ',”"’':
            return True
        participle = re.match(
            r"\s*(?:while\s+|also\s+)?(?!following|during|according)[a-z]+ing\b", before, re.I
        )
        if participle and before.count(",") <= 3:
            return True
        first = before.split(",")[0]
        asserts = re.search(r"\b(?:should|will|must|is|are|has|have|can|would)\b", before)
        return bool(_START_WORDS.match(before) and _OCCASION.search(first)) and not asserts

    def _last(self) -> int:
        return len(self.text.rstrip().rstrip(".!?"))

    def _inverted(self, cue: Cue) -> Frame | None:
        """ "…, said Xi": the verb after what it reports and before its subject."""
        head = self.text[: cue.start].rstrip()
        head = re.sub(r"\b(?:also|further|and|as)$", "", head).rstrip()
        if not head or head[-1] not in ',”"’?!–—' or not cue.tenses & {"past", "present"}:
            return None
        place = _BEFORE_INVERTED.match(self.text, cue.end)
        noun = self.sentence.starting_at(place.end()) if place else None
        if noun is None or noun.kind in {"pronoun"} or self._inside_quotation(noun.start):
            return None
        rest = self.text[noun.end :]
        if not re.match(
            r"\s*(?:$|[,.;:!?”\"(–—]|(?:on|in|at|during|after|who|to|from|as|while|here|yesterday|today|late|earlier|and|adding|\w+day)\b)",
            rest,
        ):
            return None
        frame = Frame(
            cue, "after", noun, start=0, end=len(head.rstrip(",").rstrip()), left=cue.start
        )
        if re.match(r"\s*,\s*(?:who|which|whose)\b", rest):
            return frame
        appositive = re.match(
            r"\s*,\s*(?:the|a|an|who|its|\S+['’]s)\b(?:(?!\b(?:have|has|had|is|are|was|were|will|would|should|must|can)\b)[^,“”\"]){0,100}(?:,|$)",
            rest,
        )
        follows = (
            rest[appositive.end() - 1 :]
            if appositive and appositive.group().endswith(",")
            else rest
        )
        if (
            _TAIL.fullmatch(rest)
            or appositive
            and not follows.strip(" ,.")
            or _NEXT_PARTICIPLE.match(follows)
        ):
            return frame
        if re.match(r"\s*(?:on \w+|\w+day)?\s*[,;]", follows):
            return replace(frame, shape="amid", head=frame.end, end=self._last(), contiguous=False)
        return frame

    def _joined(self, cue: Cue, left: int, negated: bool) -> Frame | None:
        """A verb without a subject of its own: "X thanked A, praised B and called for C"."""
        head = self.text[:left]
        if not _COORDINATED.search(head) or not self._governs(cue):
            return None
        earlier = [
            f
            for f in self.frames
            if f.subject is not None and f.shape in {"before", "joined", "after", "amid"}
        ]
        subject = earlier[-1].subject if earlier else self._first_noun()
        if subject is None or not self._same_tense(cue, earlier):
            return None
        partner = earlier[-1].partner if earlier else None
        start, addressee = self._content_start(cue)
        return Frame(
            cue,
            "joined",
            subject,
            partner,
            start,
            self._last(),
            left,
            addressee,
            negated=negated,
            leans=True,
        )

    def _governs(self, cue: Cue) -> bool:
        """Whether a joined form has an object of its own: not so in "immediate and extended family"."""
        if cue.verb.takes == "quote" or cue.verb.lemma == "call":
            return False
        follows = self.sentence.masked[cue.end : cue.end + 40]
        return cue.verb.act in _SURE_ACTS or _OBJECT.match(follows) is not None

    def _same_tense(self, cue: Cue, earlier: list[Frame]) -> bool:
        if not earlier:
            return "past" in cue.tenses
        last = earlier[-1].cue.tenses
        if not (last & cue.tenses & {"past", "present"}):
            return False
        # Inside a clause of content ("said it supported A and opposed B") only strong verbs count.
        return not earlier[-1].cue.verb.says or not cue.verb.plain

    def _first_noun(self) -> Noun | None:
        """The subject of a sentence whose first verb reports nothing: "Khan met Wang and thanked"."""
        lead = re.match(
            r"\s*[“\"]?\s*(?:(?:meanwhile|earlier|later|on \w+day),?\s+)?", self.text, re.IGNORECASE
        )
        noun = self.sentence.starting_at(lead.end() if lead else 0)
        if noun is None or noun.kind in {"name", "document"}:
            return None
        follows = re.match(
            r"\s*(?:,[^,]{2,120},)?\s+(?:\w+ly\s+|also\s+|has\s+|had\s+|will\s+)*[a-z]+(?:ed|s|id|et|ade|ook|ave|ent|poke|ade|eld|old)?\b",
            self.text[noun.end :],
        )
        return noun if follows else None

    def _participle(self, cue: Cue) -> Frame | None:
        head = self.text[: cue.start]
        if cue.verb.lemma == "thank" and re.match(r"\s+to\b", self.text[cue.end :]):
            return None
        if _HEAD.fullmatch(head):
            start, addressee = self._content_start(cue)
            return Frame(
                cue, "fronted", None, start=start, end=start, left=cue.start, addressee=addressee
            )
        if not _TRAILING.search(head):
            return None
        earlier = [f for f in self.frames if f.subject is not None]
        if head.rstrip().endswith(" and") and (
            not earlier or earlier[-1].shape not in {"trailing", "fronted"}
        ):
            return None
        start, addressee = self._content_start(cue)
        left = cue.start
        for owner in reversed(earlier):
            if owner.shape != "source":
                return Frame(
                    cue,
                    "trailing",
                    owner.subject,
                    owner.partner,
                    start,
                    self._last(),
                    left,
                    addressee,
                    leans=True,
                )
        subject = self._first_noun() if self._speech_only(cue) else None
        if subject is None:
            return None
        return Frame(
            cue,
            "trailing",
            subject,
            self._partner_of(subject),
            start,
            self._last(),
            left,
            addressee,
            leans=True,
        )

    def _speech_only(self, cue: Cue) -> bool:
        return not cue.verb.narrated and cue.verb.lemma not in {
            "call",
            "offer",
            "raise",
            "present",
            "seek",
            "cover",
            "address",
            "back",
            "order",
        }

    # --- contents --------------------------------------------------------------------------------

    def _content_start(self, cue: Cue) -> tuple[int, Noun | None]:
        """Where what is reported begins after the verb, and who is spoken to between them."""
        place = cue.end
        addressee = self._addressee(cue)
        if addressee is not None and cue.verb.says:
            place = addressee.end
        if not cue.verb.says:
            gap = re.compile(r"\s*:?\s*").match(self.text, place)
            return (gap.end() if gap else place), addressee
        that = _THAT.search(self.text, place, min(len(self.text), place + 170))
        if (
            that
            and not self._inside_quotation(that.start())
            and self._only_adverbial(self.text[place : that.start()])
        ):
            gap = re.compile(r"\s*,?\s*").match(self.text, that.end())
            return (gap.end() if gap else that.end()), addressee
        colon = re.compile(
            rf"\s*(?:,?\s*{_ADVERBIAL}[^“”\":]{{0,150}}?)?(?:[:,]\s*(?=[“\"])|:\s*)"
        ).match(self.text, place)
        if colon:
            return colon.end(), addressee
        gap = _AT_ONCE.match(self.text, place)
        return (gap.end() if gap else place), addressee

    def _only_adverbial(self, between: str) -> bool:
        if not between.strip():
            return True
        if re.search(r"[“”\":;]", between) or not _NOT_THAT.match(between):
            return False
        return between.count(",") <= 3 and not re.search(
            r"\b(?:is|are|was|were|will|would|should|has|have|must)\b", between
        )

    def _addressee(self, cue: Cue) -> Noun | None:
        gap = re.compile(r"\s+(?:(?:to|with)\s+)?").match(self.text, cue.end)
        if gap is None or not (cue.verb.to or gap.group().strip()):
            return None
        noun = self.sentence.starting_at(gap.end())
        if (
            noun is None
            or noun.kind in {"document", "medium"}
            or (noun.kind == "name" and not cue.verb.to)
        ):
            return None
        if noun.kind == "country" and self.text[noun.end : noun.end + 2] in {"'s", "’s"}:
            return None
        if (
            not cue.verb.to
            and noun.kind == "office"
            and not noun.written[:4].lower().startswith("the ")
        ):
            return None
        return noun

    # --- sources ---------------------------------------------------------------------------------

    def _sources(self) -> Iterator[Frame | None]:
        """Frames of "according to X"."""
        for match in _ACCORDING.finditer(self.text):
            if self._inside_quotation(match.start()):
                continue
            noun = self.sentence.starting_at(match.end())
            if noun is None:
                continue
            cue = Cue(match.start(), match.end(), _source_verb(), frozenset())
            head = self.text[: match.start()]
            rest = re.compile(r"[^,“”\"]{0,120}?,\s*").match(self.text, noun.end)
            if not self._has_words(head) and rest:
                yield Frame(
                    cue, "source", noun, start=rest.end(), end=self._last(), left=match.start()
                )
            elif self._has_words(head):
                amid = len(self.text) - noun.end > 25
                end = self._last() if amid else len(head.rstrip().rstrip(","))
                yield Frame(
                    cue, "source", noun, start=0, end=end, left=match.start(), contiguous=not amid
                )

    def _was_quoted(self, cue: Cue) -> Frame | None:
        """ "Wang was quoted by Xinhua as saying that …": the verb is "saying"."""
        if cue.verb.lemma not in {"say", "tell", "state", "note", "add"} or "ing" not in cue.tenses:
            return None
        for match in _WAS_QUOTED.finditer(self.text):
            if match.start() < cue.start < match.end():
                edge, negated = self._skip_helpers(match.start())
                subject = self._subject_at(edge)
                return self._as_quoted(cue, match, subject, negated) if subject else None
        return None

    def _as_quoted(self, cue: Cue, match: re.Match[str], subject: Noun, negated: bool) -> Frame:
        before = self.text[: subject.start].rstrip()
        whole = Cue(match.start(), cue.end, cue.verb, cue.tenses)
        named = re.compile(r"\bby\s+").search(self.text, match.start())
        reporter = self.sentence.starting_at(named.end()) if named else None
        frame = Frame(
            whole, "before", subject, left=subject.start, quoted_by=reporter, negated=negated
        )
        if before[-1:] in ',”"' and self._has_words(before):
            return replace(frame, shape="after", start=0, end=len(before.rstrip(",")))
        start, _ = self._content_start(cue)
        return replace(frame, start=start, end=self._last())

    def _quoted_as(self) -> Iterator[Frame | None]:
        """Frames of "Xinhua quoted Wang as saying that …"."""
        for match in _QUOTED.finditer(self.text):
            gap = re.compile(r"\s+").match(self.text, match.end())
            spoken = self.sentence.starting_at(gap.end()) if gap else None
            saying = _AS_SAYING.match(self.text, spoken.end) if spoken else None
            if spoken is None or saying is None:
                continue
            edge, _ = self._skip_helpers(match.start())
            reporter = self._subject_at(edge)
            cue = Cue(match.start(), saying.end(), _source_verb(), frozenset({"past"}))
            left = reporter.start if reporter else match.start()
            yield Frame(
                cue, "before", spoken, None, saying.end(), self._last(), left, quoted_by=reporter
            )


def _source_verb() -> Verb:
    return verbs()[0]
