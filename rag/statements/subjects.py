"""Finds the subject of a verb: the phrase before it, past helpers and what stands in commas."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.statements.grammar import listed, pattern
from rag.statements.lexicon import Cue
from rag.statements.lists import Lists
from rag.statements.nouns import Masked, Noun

_PERSONAL = frozenset({"person", "office", "counterpart", "pronoun"})
_OPENING = _PERSONAL - {"pronoun"} | {"name", "unnamed", "aide"}
_FAR = 600
"""Characters of a sentence in which a name beside a role is looked for."""
_NAMED = frozenset({"person", "name"})
_HELD = frozenset({"office", "unnamed", "document"})
_NO_PARTNER = frozenset({"joint", "unnamed", "document"})


class Subjects:
    """Reads the subjects of one masked sentence."""

    def __init__(self, masked: Masked, quoted: list[tuple[int, int]]) -> None:
        self.sentence, self.text, self.quoted = masked, masked.text, quoted
        self.lists = Lists(masked)

    def inside_quotation(self, place: int) -> bool:
        """Whether the place lies between quotation marks of the sentence."""
        return any(start <= place < end for start, end in self.quoted)

    def quoted_verb(self, cue: Cue) -> bool:
        """Whether a quotation begins with the verb: "Holm “stressed the ban”"."""
        last = next((last for first, last in self.quoted if first == cue.start), 0)
        return (
            "past" in cue.tenses and re.search(r"\w+\W+\w", self.text[cue.end : last]) is not None
        )

    def before(self, cue: Cue) -> tuple[Noun | None, int, bool]:
        """The subject before a verb, where it begins, and whether the verb is negated."""
        edge, negated = self.skip_helpers(cue.start)
        if first := self._named_first(edge, cue.end):
            return first, first.start, negated
        noun = self.ending_at(edge)
        if noun is None and (named := self._named_by_role(edge)):
            return named[0], named[1], negated
        if noun is None:
            earlier = (self.ending_at(place) for place in self._before_brackets(edge))
            noun = next((n for n in earlier if n is not None and not self.lists.goes_on(n)), None)
        # "Diplomats briefed on the talks said": the last words are of the phrase, no helper.
        last = len(self.text[: cue.start].rstrip())
        phrase = noun is None and pattern("determined").search(self.text, edge, last)
        whole = self.ending_at(last) if phrase else None
        if whole is not None and whole.kind == "unnamed":
            return whole, whole.start, False
        return noun, noun.start if noun else edge, negated

    def skip_helpers(self, place: int) -> tuple[int, bool]:
        """Where the helpers before a verb begin, and whether one of them is a negation."""
        if any(first == place for first, _ in self.quoted):
            # "Holm “stressed the ban”": the verb is quoted with what follows it.
            place = len(self.text[:place].rstrip(' “"‘«„'))
        start = place
        while True:
            head = self.text[:place].rstrip()
            match = pattern("helper").search(head)
            if match is None or (match.start() > 0 and head[match.start() - 1] in "-’'"):
                break
            place = match.start()
        negated = pattern("negation").search(self.text[place:start]) is not None
        return len(self.text[:place].rstrip()), negated

    def _named_by_role(self, edge: int) -> tuple[Noun, int] | None:
        """The name in "Its leader, Abdulla Shahid, said", and where the whole subject begins."""
        if self.text[edge - 1 : edge] != "," or edge > _FAR:
            return None
        for noun in self.sentence.all_ending_at(edge - 1):
            role = pattern("apposed").fullmatch(self.text[: noun.start])
            full = noun.kind == "person" or (noun.kind == "name" and " " in noun.written)
            if role and full and not self.inside_quotation(noun.start):
                return noun, role.start("role")
        return None

    def _named_first(self, edge: int, end: int) -> Noun | None:
        """The name in "“…,” Ada Holm, a member of the board told them", without a second comma."""
        comma = self.text.find(",", max(0, edge - 120), edge)
        role = pattern("role_open").search(self.text, comma, edge) if comma > 0 else None
        for noun in self.sentence.all_ending_at(role.start()) if role else ():
            full = noun.kind == "person" or (noun.kind == "name" and " " in noun.written)
            before = self.text[: noun.start].rstrip()
            # "Ada Holm, the minister said, will come": told by the minister.
            amid = not before and re.match(r"[^.;:“”\"]{0,40},", self.text[end:])
            if full and (not before or before[-1] in '”"') and not amid:
                return noun
        return None

    def _before_brackets(self, edge: int) -> Iterator[int]:
        """Places before what stands between two commas: "Wang Yi, who is in Rabat, said"."""
        if self.text[edge - 1 : edge] == ")":
            opened = self.text.rfind("(", max(0, edge - 60), edge)
            if opened > 0:
                yield len(self.text[:opened].rstrip())
        if self.text[edge - 1 : edge] != ",":
            return
        if pattern("part_words").match(self.text, edge):
            yield edge - 1
        inside = self.sentence.ending_at(edge - 1)
        if inside is not None and inside.kind == "person" and "counterpart" in inside.written:
            yield edge - 1
        place = edge - 1
        for _ in range(5):
            place = self.text.rfind(",", max(0, edge - 240), place)
            if place <= 0:
                return
            if pattern("bracketed").match(self.text, place + 1) or self._apposed(place + 1):
                yield place

    def _apposed(self, place: int) -> bool:
        start = len(self.text) - len(self.text[place:].lstrip())
        return self.sentence.starting_at(start) is not None

    def ending_at(self, edge: int) -> Noun | None:
        """The phrase that ends here and can be a subject."""
        for number, noun in enumerate(self.sentence.all_ending_at(edge)):
            # "In talks with the envoy, Khan said": of a phrase that begins no clause, what follows
            # a comma may.
            after_comma = self.text[: noun.start].rstrip().endswith(",")
            if self.inside_quotation(noun.start) or (number and not after_comma):
                continue
            if (
                noun.kind == "name"
                and noun.start == 0
                and pattern("adverb").fullmatch(noun.written)
            ):
                continue
            if self._begins_clause(noun):
                return noun
        return None

    def behind(self, place: int) -> Noun | None:
        """Who stands behind an inverted verb: at once, behind a title, or beside a role."""
        role = pattern("role_first").match(self.text, place)
        beside = self.sentence.starting_at(role.end()) if role else None
        if (
            beside
            and beside.kind != "person"
            and not (beside.kind == "name" and " " in beside.written)
        ):
            beside = None
        for noun in (self.sentence.starting_at(place), self.behind_title(place), beside):
            if noun is not None and pattern("after_inverted").match(self.text, noun.end):
                return noun
        return None

    def is_stranger(self, cue: Cue, head: str) -> bool:
        """Whether somebody of whom the grammar makes nothing says `head`: "…, said the old man"."""
        quoted = head[-1] in '”"' and head[-2:-1] in ",.?!"
        stranger = pattern("somebody" if quoted else "some_name")
        return cue.verb.lemma == "say" and stranger.match(self.sentence.masked, cue.end) is not None

    def behind_title(self, place: int) -> Noun | None:
        """The name behind a title that the grammar does not know: "deputy fisheries chief Holm"."""
        title = pattern("small_title").match(self.sentence.masked, place)
        noun = self.sentence.starting_at(title.end()) if title else None
        return noun if noun is not None and noun.kind in {"person", "name"} else None

    def _begins_clause(self, noun: Noun) -> bool:
        """Whether a clause can begin with this phrase, rather than end with it."""
        head = self.text[: noun.start].rstrip()
        if not head or head[-1] in ',;:.!?–—-“"”(…*•':
            return True
        if pattern("adverb").fullmatch(head):
            return True
        if pattern("enumerated").search(self.sentence.masked[: noun.start]):
            return False
        word = re.search(r"[\w’']+$", head)
        last = word.group().lower() if word else ""
        if last in listed("oblique"):
            return False
        if last in {"and", "or"} and self._second_of_two(noun):
            return False
        if last in listed("clause_word") or last.endswith("ing"):
            return True
        if pattern("day_before").search(head) and len(head) < 40:
            return True
        # "…, Karim Nadir told" after a title that the grammar does not know.
        known = noun.kind in {"person", "pronoun"}
        return known and not pattern("object_before").search(head)

    def _second_of_two(self, noun: Noun) -> bool:
        """Whether it ends a phrase such as "the presidents of Kenya and Nigeria"."""
        joint = pattern("joint").search(self.text[: noun.start])
        other = self.sentence.ending_at(joint.start()) if joint else None
        if other is None:
            return False
        # "The Foreign Minister of Kenya and Nigeria" is hardly a minister and a country.
        if noun.kind == "country" and other.kind == "office" and other.country is not None:
            return True
        return other.kind == noun.kind != "name" and not self._begins_clause(other)

    def partner_of(self, noun: Noun | None) -> Noun | None:
        """The other subject in "X and Y": the phrase before the "and" before this one."""
        others = noun is not None and noun.written.lower().split()[0] in {"other", "others"}
        if noun is None or (noun.kind in _NO_PARTNER and not others):
            return None
        joint = pattern("joint").search(self.text[: noun.start])
        if joint is None:
            return None
        other = self.ending_at(joint.start())
        if whose := self._apposed_to(joint.start(), other):
            other = whose if self.opens(whose) else None
        elif other is None or other.kind in _NO_PARTNER:
            return self.lists.unread(joint)
        if other is None or other.kind in _NO_PARTNER or not self._begins_clause(other):
            return None
        if other.kind == "name" and not (noun.kind in _NAMED and self.opens(other)):
            return None
        kinds = {other.kind, noun.kind}
        fit = (
            other.kind == noun.kind
            or kinds <= _PERSONAL
            or (others and other.kind in _NAMED | {"country"})
        )
        # "Chile and Polisario agreed": with whom the sentence begins is of its subject.
        begins = not re.search(r"\w", self.text[: other.start])
        fit = fit or kinds <= _NAMED or begins
        return self.lists.before(other, self._begins_clause) if fit else None

    def opens(self, noun: Noun) -> bool:
        """Whether the sentence, or its main clause behind a comma, begins with the phrase."""
        return re.search(r"(?:^|,)\W*$", self.text[: noun.start]) is not None

    def _apposed_to(self, edge: int, inner: Noun | None) -> Noun | None:
        """The person in "Elena Rojas, the Chilean minister of fish and ports, and Peter Mwangi".

        Args:
            edge: Where the words before the "and" end.
            inner: The phrase that ends there.
        """
        if inner is not None and inner.kind in _NAMED:
            return None
        place = edge
        while (place := self.text.rfind(",", max(0, edge - 160), place)) > 0:
            start = place + len(self.text[place + 1 :]) - len(self.text[place + 1 :].lstrip()) + 1
            held = self.sentence.starting_at(start)
            apposed = pattern("bracketed").match(self.text, place + 1) or held is not None
            noun = self.ending_at(place) if apposed and (not held or held.kind in _HELD) else None
            full = noun is not None and noun.kind in _NAMED and " " in noun.written
            if noun is not None and (full or noun.kind == "country"):
                return noun
        return None

    def first(self) -> Noun | None:
        """The subject of a sentence whose first verb reports nothing: "Khan met Wang and …"."""
        for place in self._first_places():
            noun = self.sentence.starting_at(place)
            joint = pattern("joint_after").match(self.text, noun.end) if noun else None
            noun = (self.sentence.starting_at(joint.end()) if joint else None) or noun
            if noun is None or noun.kind in {"name", "document"}:
                continue
            if pattern("first_verb").match(self.text, noun.end):
                return noun
        return None

    def opening(self) -> Noun | None:
        """Somebody with whom the sentence begins, or something that may be somebody."""
        for place in self._first_places():
            noun = self.sentence.starting_at(place)
            if noun is not None and noun.kind in _OPENING:
                return noun
        return None

    def alone(self, noun: Noun) -> bool:
        """Whether the phrase is no pair's, and nothing of theirs stands there."""
        return pattern("not_alone").match(self.sentence.masked, noun.end) is None

    def of_clause(self, place: int) -> tuple[Noun | None, int] | None:
        """Who does something in the clause behind the last semicolon before a place, and where.

        None where that clause has no subject of its own; nobody where it begins with a name that
        cannot be read.
        """
        mark = self.text.rfind(";", 0, place)
        if mark < 0 or self.inside_quotation(mark):
            return None
        lead = pattern("clause_lead").match(self.text, mark + 1)
        start = lead.end() if lead else mark + 1
        owned = pattern("countrys").match(self.sentence.masked, start)
        noun = self.sentence.starting_at(owned.end() if owned else start)
        done = pattern("first_verb").match(self.text, noun.end) if noun else None
        if done and done.end() < place:
            return noun, start
        strange = pattern("strange_clause").match(self.sentence.masked, start, place)
        return (None, start) if strange else None

    def _first_places(self) -> Iterator[int]:
        """Where a first subject may begin: at the head, or behind "Ahead of the talks, "."""
        lead = pattern("first_words").match(self.text)
        yield lead.end() if lead else 0
        adverbial = pattern("first_adverbial").match(self.text)
        if adverbial:
            yield adverbial.end()
