"""Whom "he" and "she" mean in a report, by who was spoken of and who tells it."""

from __future__ import annotations

from rag.statements.cast import Cast
from rag.statements.grammar import pattern
from rag.statements.nouns import Noun
from rag.statements.scene import Scene, speaks_for_another
from rag.types import Party


class Pronouns:
    """Resolves "he" and "she" by the scene of one document."""

    def __init__(self, cast: Cast, scene: Scene) -> None:
        self._cast, self._scene = cast, scene
        self._called: dict[str, bool] = {}
        """Who was plainly "she" before, or "he"."""

    def one(self, noun: Noun, *, woman: bool) -> Party | None:
        """Whom "he" or "she" means: whoever was spoken of last, unless it is known not to fit.

        Then the only other one who was named beside them, or the only one of the document; of two
        who may both be meant neither.
        """
        party = self._scene.clauses.get(noun.start, self._speaking_on(noun) or self._scene.person)
        if party is None or self._of_another_side(party):
            return None
        beside = [p for p in self._beside(noun) if p.name != party.name]
        known = self._woman(party.name)
        if known is None and not beside:
            self._called[party.name] = woman
        if known == woman or (known is None and not (woman and self._one_is_woman(beside))):
            return party
        if known is None:
            return None
        fit = [p for p in beside if self._woman(p.name) in {None, woman}]
        if not fit:
            others = [m for m in self._cast.members if m.name != party.name]
            fit = [m.party("") for m in others if self._woman(m.name) in {None, woman}]
        if len(fit) != 1:
            return None
        self._called[fit[0].name] = woman
        return fit[0]

    def _woman(self, name: str) -> bool | None:
        """Whether the person is a woman, as far as it is known or was plain before."""
        known = self._cast.woman(name)
        return self._called.get(name) if known is None else known

    def _speaking_on(self, noun: Noun) -> Party | None:
        """The spokesperson who goes on after telling what another said.

        Who only tells is "he" in "He further disclosed", and in "“…,” he said" to the press; "he
        thanked" is the other, whose words are told.
        """
        scene = self._scene
        tells = pattern("tells_on").match(scene.text, noun.end)
        adds = pattern("adds").match(scene.text, noun.end)
        quotes = pattern("own_quote").search(scene.text[: noun.start])
        party = scene.outer if tells else scene.teller if adds or quotes else None
        return party if party is not None and speaks_for_another(party.office) else None

    def _of_another_side(self, party: Party) -> bool:
        """Whether it is one of whom another country's spokesperson told: who speaks on is open."""
        scene = self._scene
        told = scene.person is not None and party.name == scene.person.name
        teller = scene.teller if told else None
        if teller is None or not speaks_for_another(teller.office) or teller.name == party.name:
            return False
        return None not in {party.country, teller.country} and party.country != teller.country

    def _beside(self, noun: Noun) -> list[Party]:
        """The persons named last, before the phrase or in the sentence before."""
        here = [p for place, p in self._scene.here if place < noun.start]
        return list({p.name: p for p in [*self._scene.near, *here]}.values())

    def _one_is_woman(self, parties: list[Party]) -> bool:
        """Whether "she" has somebody who plainly can be meant, beside one who may be a man."""
        return any(self._woman(p.name) for p in parties)

    def latter(self, noun: Noun) -> Party | None:
        """The second of the two who were named last: "the latter"."""
        here = list({p.name: p for place, p in self._scene.here if place < noun.start}.values())
        order = here if len(here) > 1 else self._scene.order
        last = self._scene.speaker
        if len(order) > 2:
            # "Neither A nor B refused, said C. The latter …": who tells it is none of the two.
            order = [p for p in order if last is None or p.name != last.name]
        return order[-1] if len(order) > 1 else None

    def former(self, _: Noun) -> Party | None:
        """The first of them: "the former"."""
        return self._scene.order[0] if len(self._scene.order) > 1 else None
