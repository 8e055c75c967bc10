"""What a conversation has established: the last question taken apart, and who was named when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.names import office_name
from rag.rewrite.clauses import lower_first
from rag.rewrite.parts import Parts, take_apart
from rag.rewrite.phrases import TITLES
from rag.types import Party
from rag.words import fold, tokens

if TYPE_CHECKING:
    from rag.names import Mention, Names

OFFICE_ALONE = re.compile(
    rf"(?P<who>the\s+(?:\w+\s+)?(?:{TITLES})\b(?:\s+of\s+[^.,;:\[]+)?)\s*[.\[]", re.IGNORECASE
)
"""An answer that is nothing but an office."""

FEMALE = frozenset("queen princess chairwoman mrs ms madam madame lady spokeswoman".split())
MALE = frozenset(
    "king prince chairman mr sir sheikh lord spokesman ayatollah pope emir sultan".split()
)


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One earlier question in its standalone form, and its answer."""

    question: Parts
    answer: str
    answer_mentions: tuple[Mention, ...]
    replaced: str = ""
    """`subject` or `topic` where the question came about by replacing that."""


@dataclass(frozen=True)
class Context:
    """The earlier exchanges, oldest first; never empty."""

    exchanges: tuple[Exchange, ...]
    names: Names

    @property
    def last(self) -> Parts:
        """The question before this one."""
        return self.exchanges[-1].question

    def topic(self) -> str:
        """What was last spoken about: of the last question, else of the one before it."""
        for exchange in reversed(self.exchanges[-2:]):
            if words := exchange.question.words_of(exchange.question.topic):
                return words
        return ""

    def thing(self) -> str:
        """What `it` is where it doesn't act: the last topic, else the last object."""
        return self.last.thing or self.topic()

    def speaker(self) -> str:
        """The last question's subject as it was written."""
        return self.last.words_of(self.last.subject)

    def person(self, *, pronoun: str = "", but: Sequence[Party] = ()) -> str | None:
        """Who `he` or `she` is: a person of the last exchange, else of an earlier one.

        Where no person was named, the government that was asked about.
        """
        for exchange in reversed(self.exchanges):
            if holder := _nameless(exchange):
                return holder
            for mention, text in _people(exchange, self.names):
                if _fits(pronoun, mention, text) and not self._is_one_of(mention.party, but):
                    return mention.party.name
        return self.government(but=but)

    def government(self, *, but: Sequence[Party] = ()) -> str | None:
        """Who `it` is when it speaks or acts: the last subject, else the last name."""
        for exchange in reversed(self.exchanges):
            question = exchange.question
            if question.subject:
                inside = [m for m in question.mentions if _within(m, question.subject)]
                if inside and not self._is_one_of(inside[0].party, but):
                    return question.words_of(question.subject)
            for mention in question.parties():
                if not self._is_one_of(mention.party, but):
                    return mention.party.name
        return None

    def parties(self, *, at_most: int = 2) -> list[str]:
        """Who `they` or `the two` are: the names of the last question, then of its answer."""
        found: list[Party] = []
        exchange = self.exchanges[-1]
        asked, said = exchange.question.parties(), exchange.answer_mentions
        if _asks_who(exchange.question):
            said = tuple(
                m for m in said if not any(self.names.same(m.party, a.party) for a in asked)
            )
            asked = [] if said else asked
        for mention in (*asked, *said):
            known = any(self.names.same(mention.party, p) for p in found)
            if not known and mention.party.kind != "medium":
                found.append(mention.party)
        return [p.name for p in found[:at_most]]

    def other(self, than: Party | None) -> str | None:
        """Who `the other one` is: named lately, and not on the side last asked about."""
        for exchange in reversed(self.exchanges):
            mentions = (*exchange.question.parties(), *exchange.answer_mentions)
            for mention in mentions:
                if mention.party.kind == "medium":
                    continue
                if than is None or not self.names.same(mention.party, than):
                    return mention.party.name
        return None

    def counted(self, which: str) -> str | None:
        """The first, second, former, latter or other of those lately named."""
        if which in {"first", "former"}:
            return next(iter(self.parties()), None)
        parties = self.parties()
        if which in {"second", "latter"} and len(parties) == 2:
            return parties[1]
        return self.other(self.subject_party())

    def subject_party(self) -> Party | None:
        """The resolved party of the last subject."""
        subject = self.last.subject
        inside = [m for m in self.last.mentions if subject and _within(m, subject)]
        return inside[0].party if inside else None

    def known(self, words: str) -> Party | None:
        """A party that was named before by a longer name: `Xi` for `Xi Jinping`."""
        wanted = {w for _, _, w in tokens(words)}
        for exchange in reversed(self.exchanges):
            for mention in (*exchange.question.mentions, *exchange.answer_mentions):
                if wanted and wanted <= {w for _, _, w in tokens(mention.party.name)}:
                    return mention.party
        return None

    def _is_one_of(self, party: Party, others: Sequence[Party]) -> bool:
        return any(self.names.same(party, o) for o in others)


def exchange_of(standalone: str, answer: str, replaced: str, names: Names) -> Exchange:
    """An earlier turn with what it names."""
    return Exchange(
        question=take_apart(standalone, names),
        answer=answer,
        answer_mentions=tuple(names.find(answer)),
        replaced=replaced,
    )


def _people(exchange: Exchange, names: Names) -> list[tuple[Mention, str]]:
    """The persons of an exchange, likeliest antecedent first, each with the text around it."""
    question = exchange.question
    asked = [m for m in question.mentions if m.party.kind == "person"]
    said = [m for m in exchange.answer_mentions if m.party.kind == "person"]
    subject = [m for m in asked if question.subject and _within(m, question.subject)]
    asks_who = _asks_who(question)
    parties = [
        m.party for m in question.mentions if question.subject and _within(m, question.subject)
    ]
    ours = [m for m in said if any(names.same(m.party, p) for p in parties)]
    new = [m for m in said if not any(names.same(m.party, a.party) for a in asked)]
    order = [*new, *subject, *asked] if asks_who else [*subject, *ours, *asked, *said]
    return [(m, question.text if m in asked else exchange.answer) for m in order]


def _nameless(exchange: Exchange) -> str | None:
    """Someone whom an answer to "who?" gives by the office alone: "the spokesman of China"."""
    if not _asks_who(exchange.question):
        return None
    if any(m.party.kind == "person" for m in exchange.answer_mentions):
        return None
    found = OFFICE_ALONE.match(exchange.answer)
    return lower_first(found["who"].strip()) if found else None


def _asks_who(question: Parts) -> bool:
    return fold(question.text).lstrip(" ¿").startswith(("who", "which", "whose"))


def _fits(pronoun: str, mention: Mention, text: str) -> bool:
    """A title may say that it is a woman or a man; without one, either is possible."""
    near = f"{text[max(0, mention.start - 25) : mention.end]} {mention.party.office or ''}"
    titles = {w for _, _, w in tokens(near)}
    if pronoun in {"he", "him", "his", "himself"}:
        return not titles & FEMALE
    if pronoun in {"she", "her", "hers", "herself"}:
        return not titles & MALE
    return True


def _within(mention: Mention, span: tuple[int, int]) -> bool:
    return span[0] <= mention.start < span[1]


def title_holder(title: str, context: Context) -> str | None:
    """Who was named with this title before, or holds it in the country last asked about.

    "The king" is Mohammed VI after "King Mohammed VI" or where the documents know no other king,
    the Moroccan king after "the Moroccan king", else the king of the country asked about.
    """
    wanted = " ".join(fold(title).removeprefix("the ").split())
    if not re.fullmatch(TITLES, wanted, re.IGNORECASE):
        return None
    for exchange in reversed(context.exchanges):
        pairs = [(m, exchange.question.text) for m in exchange.question.mentions]
        pairs += [(m, exchange.answer) for m in exchange.answer_mentions]
        for mention, text in pairs:
            if found := _titled(mention, text, wanted):
                return found
    countries = dict.fromkeys(m.party.country for m in context.last.parties() if m.party.country)
    holders = context.names.holders(office_name(wanted))
    ours = [p for p in holders if p.country in countries] or holders
    if len(ours) == 1:
        return ours[0].name
    return f"the {wanted} of {next(iter(countries))}" if len(countries) == 1 else None


def _titled(mention: Mention, text: str, title: str) -> str | None:
    if mention.party.kind == "person":
        before = fold(text[max(0, mention.start - len(title) - 12) : mention.end])
        known = f"{before} {fold(mention.party.office or '')}"
        return mention.party.name if re.search(rf"\b{re.escape(title)}\b", known) else None
    after = re.match(rf"(?:['’]s)?\s+{re.escape(title)}\b", fold(text[mention.end :]))
    if not after:
        return None
    article = "the " if mention.role in {"adjective", "people"} else ""
    return f"{article}{text[mention.start : mention.end + after.end()]}"
