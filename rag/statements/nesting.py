"""Tells a statement inside a statement from the wording of the outer one."""

from __future__ import annotations

from rag.statements.frame import Frame
from rag.statements.nouns import Noun
from rag.statements.speakers import Speakers
from rag.types import Party

_SPEECH_ACTS = frozenset(
    {"say", "stress", "affirm", "urge", "thank", "condemn", "welcome", "express", "convey"}
    | {"warn", "demand", "propose", "suggest", "criticize", "praise", "announce", "declare"}
    | {"promise", "agree", "deny", "reject", "accuse", "ask", "invite", "inform", "brief"}
    | {"recall", "acknowledge", "explain", "hope", "congratulate", "assure", "request"}
    | {"support", "oppose"}
)
"""Acts that a government does only by saying something."""

_JOINT_ACTS = frozenset(
    {"talk", "agree", "decide", "affirm", "discuss", "oppose", "support", "condemn", "welcome"}
    | {"stress", "urge", "promise", "express", "hope"}
)
"""Acts that several do together."""

_VIEWED = frozenset({"express", "hope", "support", "oppose"})
"""Acts that others ascribe to a government: "Wang said Iran has expressed its position"."""

_GIVEN = frozenset({"document", "medium", "unnamed"})
"""Kinds of tellers that have no side of their own, whoever is told of."""

_PAPER = frozenset({"document", "ministry", "medium"})


class Nesting:
    """Decides who only reports, in one document."""

    def __init__(self, speakers: Speakers) -> None:
        self._speakers = speakers

    def nests(self, inner: Frame, outer: Noun) -> bool:
        """Whether the inner frame is somebody else's statement, which `outer` only reports.

        "Zhao said that Xi stressed …" is Xi's; "Wang said that China supports …" is Wang's, since
        he speaks for China.
        """
        if inner.subject is None or inner.negated:
            return False
        outside = self._speakers.resolve(outer)
        own = outside is not None and outside.kind == "government" and outer.kind in _PAPER
        self._speakers.teller = outside.country if own and outside else None
        inside = self._speakers.resolve(inner.subject, inner.partner)
        self._speakers.teller = None
        itself = inner.subject.written.lower() == "it" and outside is not None
        if itself and outside and outside.kind in {"government", "medium"}:
            return False
        if inside is None or outside is None:
            return outer.kind in _PAPER or (inside is not None and inside.kind == "person")
        if inside.name == outside.name or inside.kind == "unnamed":
            return False
        proxy = self.proxy(outer, outside)
        several = inside.kind == "joint" and proxy
        # "The president's office said he accepted": the president, whoever was spoken of before.
        told = outer.kind in _PAPER and not (outer.kind == "ministry" and outer.office)
        if inner.subject.kind == "pronoun" and not told and not several:
            return False
        return self._is_another(inner, inside, outside, proxy=proxy)

    def _is_another(self, inner: Frame, inside: Party, outside: Party, *, proxy: bool) -> bool:
        verb = inner.cue.verb
        if inside.kind == "person":
            return not verb.narrated or proxy or outside.kind != "person"
        if inside.kind == "joint":
            return verb.act in _JOINT_ACTS and (proxy or verb.act == "agree")
        other = inside.country != outside.country or outside.kind == "medium"
        foreign = inside.country is not None and other
        # What one minister says of another country's support or hopes is his own view of it.
        view = outside.kind == "person" and not proxy and verb.act in _VIEWED
        spoken = verb.act in _SPEECH_ACTS or (verb.narrated and outside.kind == "medium")
        return foreign and not verb.plain and not view and spoken

    def goes_on(self, inner: Noun, outer: Noun) -> bool:
        """Whether a verb joined to an inner one behind a comma is the inner one's too.

        So it is where the outer one only tells of its principal, "The spokesperson said that the
        minister welcomed A, and stressed B", or has nothing to say itself, as an agency.
        """
        party = self._speakers.resolve(outer)
        tells = outer.kind in _PAPER if party is None else self.proxy(outer, party)
        return tells and (outer.kind in _GIVEN or inner.kind != "country")

    def proxy(self, noun: Noun, party: Party) -> bool:
        """Whether it is of their nature to tell what others said: a spokesperson, an agency."""
        if noun.kind in _PAPER or party.kind in {"medium", "unnamed"}:
            return True
        if noun.kind == "pronoun" and party.kind == "government":
            return True
        seat = noun.mention is not None and noun.mention.role == "metonym"
        return seat or self._speakers.is_spokesperson(party)
