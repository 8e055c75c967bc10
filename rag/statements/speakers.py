"""Who a noun phrase means at its place in the document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.names import Names
from rag.statements import naming
from rag.statements.cast import Cast
from rag.statements.grammar import pattern
from rag.statements.members import jointly
from rag.statements.nouns import Noun
from rag.statements.officers import Offices, fits
from rag.statements.personal import bare_name
from rag.statements.pronouns import Pronouns
from rag.statements.scene import Scene, principals, speaks_for_another
from rag.statements.subjects import Subjects
from rag.types import Party

_NO_MINISTRIES = frozenset({"United States", "European Union", "United Nations"})
"""Whose bodies are departments and offices: "the ministry" is another's."""


class Speakers:
    """Resolves noun phrases in one document."""

    def __init__(
        self,
        cast: Cast,
        names: Names,
        *,
        home: str | None,
        on: str | None,
        occasion: bool = False,
    ) -> None:
        self.cast, self.names, self.home, self.on = cast, names, home, on
        self.occasion = occasion
        """Whether the document is of a talk."""
        self.scene = Scene()
        self._pronouns = Pronouns(cast, self.scene)
        self._offices = Offices(cast, names, self.scene, home=home, on=on)
        self._latter, self._former = self._pronouns.latter, self._pronouns.former
        self.teller: str | None = None
        """Whose paper tells what is being read: "a statement by Kenya said the president"."""
        self._decided: dict[tuple[int, int, str], Party | None] = {}
        self.principals = principals(cast, home)

    def resolve(self, noun: Noun, partner: Noun | None = None) -> Party | None:
        """The party that the phrase means here; None where that is uncertain."""
        before = (*partner.listed, partner) if partner else noun.listed
        if not before:
            return self._once(noun)
        nouns = [*before, noun]
        found = [self._once(n) for n in nouns]
        known = [p for p in found if p is not None]
        if len(known) < len(nouns) and any(n.kind == "pronoun" for n in nouns):
            return None
        written = f"{', '.join(n.written for n in nouns[:-1])} and {noun.written}"
        return self._joint(written, known if len(known) == len(nouns) else [])

    def begin(
        self,
        named: Sequence[tuple[int, Party]] = (),
        subjects: Subjects | None = None,
        text: str = "",
    ) -> None:
        """A new sentence: what its phrases mean is not decided yet.

        Args:
            named: The persons it names, and where.
            subjects: Its subjects.
            text: Its words.
        """
        self._decided.clear()
        self.scene.here, self.scene.text, self.scene.clauses = list(named), text, {}
        opening = subjects.opening() if subjects else None
        # "Rojas smiled as she said"; not so in "Rojas smiled, she said", which another tells.
        places = [m.end() for m in re.finditer(r"(?<=\w)\s+(?=s?he\b)", text)] if opening else []
        if subjects and opening and places:
            meant = self._opens(opening, alone=subjects.alone(opening))
            self.scene.clauses = dict.fromkeys(places, meant)

    def _opens(self, opening: Noun, *, alone: bool) -> Party | None:
        """Whom "he" means behind the words with which its sentence begins.

        Of whom is not known there it is nobody rather than who spoke before; "Holm's plan" and
        "Holm and Rojas" leave it to Holm only where he was spoken of.
        """
        party = self._once(opening)
        strange = opening.kind == "name" and " " not in opening.written
        if party is None or strange or party.kind not in {"person", "unnamed"}:
            return party if party is not None and party.office else None
        focus = self.scene.person
        return party if alone or (focus is not None and focus.name == party.name) else None

    def _once(self, noun: Noun) -> Party | None:
        """What the phrase meant when its sentence first asked, before anybody in it spoke."""
        mark = (noun.start, noun.end, noun.written)
        if mark not in self._decided:
            self._decided[mark] = self._one(noun)
        return self._decided[mark]

    def _one(self, noun: Noun) -> Party | None:
        handler = getattr(self, f"_{noun.kind}")
        party: Party | None = handler(noun)
        return replace(party, as_written=noun.written) if party else None

    # --- by kind ---------------------------------------------------------------------------------

    def _person(self, noun: Noun) -> Party | None:
        return noun.member.party(noun.written) if noun.member else None

    def _name(self, noun: Noun) -> Party | None:
        words = noun.written.split()
        if pattern("institution").search(noun.written):
            return Party(name=noun.written, kind="government")
        # One word is somebody only if the documents or the user's roster know them by it.
        if words[-1] in self.cast.doubtful and len(words) == 1:
            return None
        known = self.names.resolve(noun.written, on=self.on) if len(words) > 1 else None
        alone = self.names.find(noun.written) if len(words) == 1 else []
        if known is None and len(alone) == 1:
            known = alone[0].party
        if known is not None and known.kind == "person":
            return known
        if len(words) > 1 or not words[0].isupper():
            return Party(name=bare_name(noun.written), kind="person")
        return None

    def _country(self, noun: Noun) -> Party | None:
        if noun.mention is None:
            return None
        return noun.mention.party

    def _unread(self, _: Noun) -> Party | None:
        return None

    def _medium(self, noun: Noun) -> Party:
        return naming.medium(noun)

    def _aide(self, noun: Noun) -> Party:
        return naming.aide(noun)

    def _body(self, noun: Noun) -> Party:
        return naming.body(noun)

    def _ministry(self, noun: Noun) -> Party | None:
        if noun.member is not None:
            country = noun.member.country
            return Party(name=country, country=country, kind="government") if country else None
        if noun.mention is not None:
            return noun.mention.party
        if noun.written.endswith("agency"):
            body = self.scene.body
            return body if body is not None and body.kind == "medium" else None
        if noun.written[:4].lower() in {"his ", "her "}:
            here = [p for place, p in self.scene.here if place < noun.start]
            whose = here[0] if here else self.scene.person
            country = whose.country if whose else None
            return Party(name=country, country=country, kind="government") if country else None
        if self.home is not None and self.home not in _NO_MINISTRIES:
            return Party(name=self.home, country=self.home, kind="government")
        body = self.scene.body
        ministry = body is not None and re.search("ministry|ministère", body.as_written, re.I)
        return body if ministry and body and body.kind == "government" else None

    def _office(self, noun: Noun) -> Party | None:
        if noun.country is None and (nameless := self._nameless(noun)):
            return nameless
        return self._offices.holder(noun, self.teller)

    def _counterpart(self, noun: Noun) -> Party | None:
        return self._offices.counterpart(noun)

    def _pronoun(self, noun: Noun) -> Party | None:
        word = noun.written.lower()
        scene = self.scene
        if word in {"he", "she"}:
            return self._pronouns.one(noun, woman=word == "she")
        if word == "we" and not re.search(r"\w", scene.text[: noun.start]):
            # In a government's own release: "Kenya condemns the raid. We call for …".
            last = scene.speaker
            return last if last and last.kind == "government" and last.office is None else None
        if word == "it":
            last = scene.speaker
            return last if last and last.kind in {"government", "medium"} else scene.body
        if word == "they":
            if scene.plural is not None:
                return scene.plural
            # "They" may be anybody; of two countries only in a report of a talk.
            if scene.speaker is not None and scene.speaker.kind == "unnamed":
                return None  # "A source said so. They added …"
            met = scene.met is not None or self.occasion
            likely = met or all(p.kind == "person" for p in self.principals)
            return scene.joint or (self._joint(noun) if likely else None)
        return None

    def _unnamed(self, noun: Noun) -> Party | None:
        if noun.office is not None and re.match(r"the\s", noun.written, re.IGNORECASE):
            if noun.country is None:
                return self._nameless(noun) or self._definite(noun)
            members = self.cast.holders(None, noun.country)
            return members[0].party(noun.written) if len(members) == 1 else None
        return naming.unnamed(noun)

    def _nameless(self, noun: Noun) -> Party | None:
        """The one without a name whom "the official" means, if no person spoke since."""
        return None if self.scene.named_since else self._called_so(noun)

    def _called_so(self, noun: Noun) -> Party | None:
        """The last one without a name, if "the official" is how they were called."""
        last, words = self.scene.unnamed, noun.written.split()
        if last is None or len(words) != 2:
            return None
        called = pattern("role_of").split(last.name, maxsplit=1)[0].split()[-1]
        return last if called.lower() == words[-1].lower() else None

    def _definite(self, noun: Noun) -> Party | None:
        """Whom "the official" means: the person just spoken of, where there is one alone."""
        if self._called_so(noun):
            return None  # him, or the one without a name who spoke before him
        focus = self.scene.person
        if focus and focus.office and not fits(noun.written, focus.office):
            return None
        others = [
            p for p in self.scene.order if p.kind == "person" and focus and p.name != focus.name
        ]
        return focus if not others else None

    def _document(self, noun: Noun) -> Party | None:
        if noun.others and re.search(r"\bjoint\b", noun.written, re.IGNORECASE):
            return self._joint(noun)
        told = noun.mention is not None and noun.mention.party.kind == "medium"
        if noun.mention is not None and (not told or pattern("news_report").search(noun.written)):
            return noun.mention.party
        if re.search(r"\b(?:ministry|office|palace)\b", noun.written, re.IGNORECASE):
            return self._ministry(noun)
        if re.search(r"\b(?:by|from)\s", noun.written):
            return None  # by somebody who is not known
        told, whose = self.scene.papers.whose(noun.written)
        if told:
            return whose
        if re.search(r"\bjoint\b", noun.written, re.IGNORECASE):
            return self._joint(noun.written)
        bodies = list(self.scene.bodies.values())
        return bodies[0] if len(bodies) == 1 else None

    def _joint(self, noun: Noun | str, parties: list[Party] | None = None) -> Party | None:
        written = noun if isinstance(noun, str) else noun.written
        members = self._who_met() if parties is None else parties
        if isinstance(noun, Noun) and noun.mention is not None and noun.others:
            members = [m.party for m in (noun.mention, *noun.others)]
        if len({p.name for p in members}) == 1 and len(members) == 2:
            return None
        if not members and parties is None:
            # "Chile and Kenya signed it. Both agreed …"; else a word is nobody's name.
            joint = self.scene.joint if self.scene.met is None else None
            return replace(joint, as_written=written) if joint else None
        if len(members) > 2 and pattern("of_two").match(written):
            return None
        return jointly(members, written)

    def _who_met(self) -> list[Party]:
        """Those who were said to meet last, else the two persons between whom the report is."""
        return self.principals if self.scene.met is None else self.scene.met

    def is_spokesperson(self, party: Party) -> bool:
        """Whether the party speaks for another by office."""
        return speaks_for_another(party.office)
