"""Where what is reported begins and ends, before and after the reporting verb."""

from __future__ import annotations

import re

from rag.statements.grammar import pattern
from rag.statements.lexicon import Cue, cues
from rag.statements.nouns import Masked, Noun

_NO_LISTENER = frozenset({"document"})

_AGREEING = frozenset({"agree", "decide"})
"""Acts whose content "on" begins: "on Syria, the ministers agreed on a truce"."""

_ASKING = frozenset({"urge", "ask", "invite"})
"""Acts of which only what is asked for is content: "urged Chile to sign"."""


class Contents:
    """Reads the contents of one masked sentence."""

    def __init__(self, masked: Masked, quoted: list[tuple[int, int]]) -> None:
        self.sentence, self.text, self.quoted = masked, masked.text, quoted

    def last(self) -> int:
        """Where the sentence's words end."""
        return len(self.text.rstrip().rstrip(".!?"))

    def start(self, cue: Cue) -> tuple[int, Noun | None]:
        """Where what is reported begins after the verb, and who is spoken to between them."""
        place = cue.end
        addressee = self.addressee(cue)
        listener = self._listener(cue) if cue.verb.to else None
        if addressee is not None and cue.verb.says:
            place = addressee.end
        elif listener is not None and cue.verb.says:
            place = listener
        if not cue.verb.says:
            place = self._past_asked(cue, addressee)
            if addressee is not None and re.match(r"\s+that\b", self.text[addressee.end :]):
                return addressee.end + len(" that "), addressee
            return self._past(r"\s*:?\s*", place), addressee
        if addressee is not None and pattern("asked_to").match(self.text, addressee.end):
            return addressee.end + 1, addressee
        that = pattern("that").search(self.text, place, min(len(self.text), place + 170))
        inside = that is not None and any(a <= that.start() < b for a, b in self.quoted)
        between = self.text[place : that.start()] if that else ""
        told = cue.verb.to and re.search(r"[“”\":;]", between) is None and self._listens(between)
        if that and not inside and (told or self._only_adverbial(between)):
            return self._past(r"\s*,?\s*", that.end()), addressee
        colon = pattern("to_colon").match(self.text, place)
        colon = colon or (pattern("told_colon").match(self.text, place) if cue.verb.to else None)
        if colon:
            return colon.end(), addressee
        dated = pattern("day_then").match(self.text, place)
        if dated:
            return dated.end(), addressee
        at_once = pattern("at_once").match(self.text, place)
        return (at_once.end() if at_once else place), addressee

    def _past_asked(self, cue: Cue, addressee: Noun | None) -> int:
        """Where what is asked begins, behind those asked: "urged Chile and Peru to sail"."""
        if cue.verb.act not in _ASKING or not (cue.verb.to or addressee):
            return cue.end
        if addressee is None:
            group = pattern("asked_group").match(self.text, cue.end)
            return group.end() if group else cue.end
        joined = pattern("asked_too").match(self.text, addressee.end)
        end = joined.end() if joined else addressee.end
        return end if pattern("to_infinitive").match(self.text, end) else cue.end

    def to_next_clause(self, cue: Cue, start: int, end: int) -> int:
        """Where an object ends before a semicolon: "proposed flights; our side agreed".

        Not so within a clause: "said that boats were new; nets would follow".
        """
        clause = pattern("next_clause").search(self.text, start, end)
        if clause is None or any(a <= clause.start() < b for a, b in self.quoted):
            return end
        told = pattern("told_clause").search(self.text, cue.end, clause.start())
        return end if told and cue.verb.says else clause.start()

    def _listener(self, cue: Cue) -> int | None:
        """Listeners without a name: "told him that …", "told the Assembly that …"."""
        pronoun = pattern("listener_pronoun").match(self.text, cue.end)
        plain = pronoun or pattern("listeners").match(self.text, cue.end)
        gap = pattern("to_addressee").match(self.text, cue.end) if plain is None else None
        medium = self.sentence.starting_at(gap.end()) if gap else None
        if plain is None and medium is not None and medium.kind == "medium":
            return medium.end
        return plain.end() if plain else None

    def _past(self, gap: str, place: int) -> int:
        match = re.compile(gap).match(self.text, place)
        return match.end() if match else place

    def _only_adverbial(self, between: str) -> bool:
        """Whether only a time, a place or a listener stands between the verb and "that"."""
        if not between.strip():
            return True
        if re.search(r"[“”\":;]", between) or not pattern("adverbial").match(between):
            return False
        if pattern("apposed_thing").search(between):
            return False
        return between.count(",") <= 3 and not pattern("has_finite").search(between)

    def _listens(self, between: str) -> bool:
        """Whether a listener stands there that the grammar does not know: "told a dinner that"."""
        verbless = pattern("has_finite").search(between) is None and not any(cues(between))
        return verbless and len(between) < 120

    def addressee(self, cue: Cue) -> Noun | None:
        """Who is spoken to: "told Y", "said to Y"."""
        given = pattern("given_to").match(self.text, cue.end) if not cue.verb.says else None
        if given and (receiver := self.sentence.starting_at(given.end())):
            return receiver if receiver.kind == "person" else None
        gap = pattern("to_addressee").match(self.text, cue.end)
        if gap is None or not (cue.verb.to or gap.group().strip()):
            return None
        noun = self.sentence.starting_at(gap.end())
        plain = pattern("hearers").match(self.text, cue.end) if cue.verb.to else None
        if plain and cue.verb.says and (noun is None or noun.kind in {"name", "unnamed"}):
            return Noun(plain.start("who"), plain.end(), plain["who"], "unnamed")
        if noun is not None and noun.kind == "name":
            # "spoke with Seyyed Ali Holm": a word before the name that is known.
            follows = self.sentence.starting_at(noun.end + 1)
            noun = follows if follows and follows.kind == "person" else noun
        if noun is None or noun.kind in _NO_LISTENER:
            return None
        if noun.kind == "country" and self.text[noun.end : noun.end + 2] in {"'s", "’s"}:
            return None
        vague = noun.kind == "unnamed" and not pattern("plain_unnamed").match(noun.written)
        if vague and not cue.verb.to:
            return None
        definite = noun.kind != "office" or noun.written[:4].lower().startswith("the ")
        return noun if cue.verb.to or (noun.kind != "name" and definite) else None

    def listener(self, cue: Cue) -> Noun | None:
        """Who is spoken to behind a verb that needs one: "“…,” Holm told Khan"."""
        return self.addressee(cue) if cue.verb.to else None

    def after_listener(self, cue: Cue) -> int:
        """Where the verb's phrase ends: after "told reporters", "told Trump"."""
        plain = pattern("listeners").match(self.text, cue.end)
        if plain:
            return plain.end()
        noun = self.listener(cue)
        gap = pattern("to_addressee").match(self.text, cue.end) if cue.verb.to else None
        outlet = self.sentence.starting_at(gap.end()) if gap and noun is None else None
        if outlet is not None and outlet.kind == "medium":
            return outlet.end
        return noun.end if noun is not None else cue.end

    def ends_here(self, cue: Cue, rest: str, before: str) -> bool:
        """Whether the attribution closes what stands before it: "…, Wang said on Friday"."""
        if cue.verb.act in _AGREEING and pattern("agreed_on").match(rest):
            return False
        if pattern("next_participle").match(rest):
            return not self.is_lead(before)
        if before.rstrip()[-1:] in '”"' and self._beside(rest):
            return True
        if not pattern("tail").fullmatch(rest) or pattern("opens_content").match(rest):
            return False
        if pattern("to_infinitive").match(rest) or pattern("source_lead").match(before):
            return False
        bare = pattern("bare_tail").fullmatch(rest)
        if not bare and (pattern("that").search(rest) or self.is_lead(before)):
            return False
        if before.rstrip()[-1:] not in ',”"’?!–—' or pattern("lead").fullmatch(before):
            return False
        return not self._short_lead(before)

    def _beside(self, rest: str) -> bool:
        """Whether the words after a quotation and its verb tell when and of what it was said."""
        of_what = pattern("of_what").fullmatch(rest) and not pattern("that").search(rest)
        asked = of_what or pattern("when_asked").fullmatch(rest)
        return bool(asked) or pattern("place_first").match(rest) is not None

    def told_after(self, cue: Cue, before: str, rest: str) -> bool:
        """Whether listeners that the grammar does not know end it: "…,” Ali told thousands"."""
        outlet = cue.verb.lemma == "tell" and pattern("outlet_only").fullmatch(rest)
        if outlet and before.rstrip().endswith(",") and not self.is_lead(before):
            return True
        quoted = re.search(r"[,.!?][”\"]$|[”\"],$", before.rstrip()) is not None
        return quoted and cue.verb.to and re.search(r"\bthat\b|[:“\"”]", rest) is None

    def _short_lead(self, before: str) -> bool:
        short = before.count(",") <= 1 and len(before) < 60
        starts = pattern("starts").match(before) is not None
        return short and starts and pattern("occasion").search(before) is not None

    def is_lead(self, before: str) -> bool:
        """Whether what stands before the subject frames the saying rather than being said."""
        if pattern("lead").fullmatch(before) or before.rstrip()[-1:] not in ',”"’':
            return True
        spoken = pattern("told_before").search(before)
        if pattern("participle_lead").match(before) and before.count(",") <= 3 and not spoken:
            return True
        if not pattern("starts").match(before) or pattern("asserts").search(before):
            return False
        return pattern("occasion").search(before.split(",")[0]) is not None

    def closed(self, head: str, rest: str) -> bool:
        """Whether nothing that is said follows an inverted attribution: "…, said Lin, a baker".

        Args:
            head: What stands before the verb.
            rest: What stands behind its subject.
        """
        if any(pattern(name).match(rest) for name in ("relative", "next_participle")):
            return True
        if pattern("tail").fullmatch(rest):
            return True
        if self.one_quotation(head) and not re.search(r"[“\"]", rest):
            return True
        appositive = pattern("appositive").match(rest)
        if appositive is None and pattern("verbless").fullmatch(rest):
            # "Trade, said Lin, grows": what has no verb yet goes on.
            return pattern("has_verb").search(head) is not None and not any(cues(rest))
        goes_on = appositive is not None and appositive.group().endswith(",")
        if appositive and not goes_on:
            return True
        follows = rest[appositive.end() - 1 :] if appositive else rest
        if not follows.strip(" ,.") or pattern("next_participle").match(follows):
            return True
        return not pattern("goes_on").match(follows)

    def one_quotation(self, words: str) -> bool:
        """Whether the words are one quotation, mark to mark."""
        return pattern("one_quotation").fullmatch(words) is not None
