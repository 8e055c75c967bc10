"""Who a text says is speaking: its speaking phrases, before, inside or after what is said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from rag.check.lexicon import alike, verbs_of_speech, words, written
from rag.check.reading import Text, Token, Who, is_numeral
from rag.words import STOPWORDS, fold

PRONOUNS = frozenset("he she they it we i who".split())
DETERMINERS = frozenset("the a an his her its their both that this".split())
AUXILIARIES = frozenset("has have had did do does will would also then".split())
BEING = frozenset("is are was were be been being".split())
NAME_LENGTH = 10
ROLES = frozenset({"leader", "representative"})


@dataclass(frozen=True, slots=True)
class Speaker:
    """A noun phrase that names who speaks."""

    start: int
    end: int
    """Token indices, end exclusive."""
    names: frozenset[str]
    """Folded proper names that are neither a country's nor an office's."""
    numerals: frozenset[str]
    countries: frozenset[str]
    offices: frozenset[str]
    pronoun: bool
    origins: frozenset[str] = frozenset()
    """The countries of the persons named, where they are known."""

    @property
    def empty(self) -> bool:
        """Names nobody: "the statement", "scholars"."""
        return not (self.names or self.countries or self.offices or self.pronoun)


@dataclass(frozen=True, slots=True)
class Frame:
    """A speaking phrase."""

    speaker: Speaker
    verb: int
    """The verb's token; the "according" of "according to"."""
    source: bool
    """It is an "according to"."""
    start: int
    end: int
    """The tokens of the phrase, end exclusive."""
    follows: bool
    """What is said comes before it: "…, the king said"."""


def frames(text: Text) -> tuple[Frame, ...]:
    """The speaking phrases of a text, in order."""
    found = [f for f in _frames(text) if not f.speaker.empty]
    return tuple(sorted(found, key=lambda f: f.start))


def resolved(found: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """The frames of a longer text, "he said" given to whoever was named last."""
    made: list[Frame] = []
    last: Speaker | None = None
    for frame in found:
        speaker = frame.speaker
        if not speaker.pronoun or speaker.names:
            last = speaker
        elif last is not None:
            frame = replace(frame, speaker=replace(last, start=speaker.start, end=speaker.end))
        made.append(frame)
    return tuple(made)


def moved(frame: Frame, places: Mapping[int, int]) -> Frame:
    """The frame where its tokens stand in a shortened text."""
    shift = places[frame.verb] - frame.verb
    speaker = replace(
        frame.speaker, start=frame.speaker.start + shift, end=frame.speaker.end + shift
    )
    return replace(
        frame, speaker=speaker, verb=frame.verb + shift, start=frame.start + shift,
        end=frame.end + shift,
    )  # fmt: skip


def _frames(text: Text) -> Iterator[Frame]:
    tokens = text.tokens
    for token in tokens:
        following = tokens[token.index + 1].low if token.index + 1 < len(tokens) else ""
        if token.low == "according" and following == "to":
            speaker = _phrase_after(text, _past_document(text, token.index + 2))
            yield Frame(speaker, token.index, True, token.index, speaker.end, _ends(text, speaker))
        elif token.low == "words" and (whose := _words_of(text, token)):
            start = min(whose.start, token.index) - 1
            yield Frame(whose, token.index, True, start, token.index + 1, False)
        elif token.kind == "word" and token.canon in verbs_of_speech():
            yield from _at_verb(text, token)


DOCUMENTS = frozenset("statement report reports readout release communique press sources".split())


def _past_document(text: Text, start: int) -> int:
    """The place after "a statement from", which is no name."""
    for token in text.tokens[start : start + 5]:
        if token.low in {"from", "by", "of"}:
            return token.index + 1
        if token.low not in DOCUMENTS | DETERMINERS | {"issued", "released"}:
            break
    return start


def _words_of(text: Text, token: Token) -> Speaker | None:
    """Of "in Rouhani's words" and "in the words of Rouhani"."""
    tokens = text.tokens
    if token.index + 1 < len(tokens) and tokens[token.index + 1].low == "of":
        return _phrase_after(text, token.index + 2)
    return _phrase_before(text, token.index)


def _at_verb(text: Text, verb: Token) -> Iterator[Frame]:
    before = text.tokens[verb.index - 1] if verb.index else None
    if verb.cap or (before is not None and before.poss):
        return
    if verb.low.endswith("ing") and not (before is not None and before.cap):
        return
    place = _before_adverbs(text, verb.index)
    following = text.tokens[verb.index + 1].low if verb.index + 1 < len(text.tokens) else ""
    if following == "by" or (place >= 0 and text.tokens[place].low in BEING):
        agent = _agent(text, verb)
        if agent is not None:
            yield Frame(agent, verb.index, False, verb.index, agent.end, False)
        return
    speaker = _phrase_before(text, place + 1)
    if speaker.empty and (inverted := _inverted(text, verb)):
        yield Frame(inverted, verb.index, False, verb.index, inverted.end, True)
        return
    if text.tokens[place].adjective and speaker.end - speaker.start == 1:
        return
    follows = _ends(text, verb.index + 1) or _inside(text, speaker, verb)
    yield Frame(speaker, verb.index, False, speaker.start, verb.index + 1, follows)


def _before_adverbs(text: Text, index: int) -> int:
    """The place of the last word before a verb that is no adverb or auxiliary."""
    place = index - 1
    while place >= 0:
        low = text.tokens[place].low
        if low in AUXILIARIES or (low.endswith("ly") and len(low) > 4):
            place -= 1
        elif low == "," and (skipped := _aside(text, place)) is not None:
            place = skipped
        else:
            break
    return place


def _aside(text: Text, comma: int) -> int | None:
    """The place before the comma that opens an aside closed by this one: ", for his part,"."""
    for place in range(comma - 1, max(comma - 9, -1), -1):
        if text.tokens[place].text in ".;:?!":
            return None
        if text.tokens[place].low == ",":
            return place - 1 if place else None
    return None


def _agent(text: Text, verb: Token) -> Speaker | None:
    """Of "was thanked by Wang Yi for …" the one who thanks."""
    for token in text.tokens[verb.index + 1 : verb.index + 4]:
        if token.low == "by":
            return _phrase_after(text, token.index + 1)
    return None


def _inverted(text: Text, verb: Token) -> Speaker | None:
    """Of ", said Xi" the one who speaks."""
    tokens = text.tokens
    before = tokens[verb.index - 1].text if verb.index else ","
    after = tokens[verb.index + 1 : verb.index + 2]
    if (
        before not in {",", '"', "?", "!"}
        or not after
        or not (after[0].cap or after[0].low == "the")
    ):
        return None
    return _phrase_after(text, verb.index + 1)


def _inside(text: Text, speaker: Speaker, verb: Token) -> bool:
    """Whether a phrase between commas interrupts what is said: "China, he added, encourages"."""
    tokens = text.tokens
    before = tokens[speaker.start - 1].text if speaker.start else ""
    after = tokens[verb.index + 1].text if verb.index + 1 < len(tokens) else ""
    return before == "," and after == ","


def _ends(text: Text, place: Speaker | int) -> bool:
    """Whether the sentence or its part ends there: a time or a mark may follow."""
    index = place.end if isinstance(place, Speaker) else place
    rest = [t.text for t in text.tokens[index : index + 4]]
    if not rest or rest[0] in {".", ";", "?", "!"}:
        return True
    return rest[0] == "on" and (len(rest) < 3 or rest[2] == ".")


# --- noun phrases --------------------------------------------------------------------------------


def _belongs(token: Token) -> bool:
    """Whether a word can be part of the name of who speaks."""
    return token.kind == "word" and (
        (token.cap and token.low not in STOPWORDS)
        or token.low in written("classes", "titles")
        or token.low in DETERMINERS
        or token.low in PRONOUNS
        or token.low in {"of", "and", "for"} | ROLES
        or token.poss
    )


def _phrase_before(text: Text, end: int) -> Speaker:
    start = end
    while start > 0 and end - start < NAME_LENGTH and _extends(text, start, end):
        start -= 1
    while start < end and text.tokens[start].low in {"of", "and", "for", "that"}:
        start += 1
    return _speaker(text, start, end)


def _extends(text: Text, start: int, end: int) -> bool:
    """Whether the word before `start` still belongs to the phrase that ends at `end`."""
    token = text.tokens[start - 1]
    if not _belongs(token):
        return False
    joins = {"of", "for", "and"}
    if token.low in joins:
        before = text.tokens[start - 2] if start > 1 else None
        office = before is not None and before.low in written("classes", "titles") | ROLES
        return start < end and (office or (token.low == "and" and bool(before and before.cap)))
    opened = start < end and text.tokens[start].low in DETERMINERS | PRONOUNS
    return not opened


def _phrase_after(text: Text, start: int) -> Speaker:
    end = start
    while end < len(text.tokens) and end - start < NAME_LENGTH and _belongs(text.tokens[end]):
        end += 1
    while end > start and text.tokens[end - 1].low in {"of", "and", "for", *DETERMINERS}:
        end -= 1
    return _speaker(text, start, end)


def _speaker(text: Text, start: int, end: int) -> Speaker:
    run = [t for t in text.tokens[start:end] if t.kind == "word"]
    roles = written("classes", "titles") | ROLES
    countries = {t.entity for t in run if t.entity and not t.person and _is_party(text, t)}
    names = {
        t.low
        for t in run
        if t.cap
        and t.low not in STOPWORDS
        and t.low not in roles
        and not is_numeral(t.text)
        and (t.person or t.entity not in countries)
    }
    return Speaker(
        start=start,
        end=end,
        names=frozenset(names),
        numerals=frozenset(t.low for t in run if is_numeral(t.text) and len(run) > 1),
        countries=frozenset(c for c in countries if c),
        offices=frozenset(t.low for t in run if t.low in roles),
        pronoun=bool(run) and run[-1].low in PRONOUNS,
        origins=frozenset(t.entity for t in run if t.entity and t.person),
    )


def _is_party(text: Text, token: Token) -> bool:
    """Whether a token stands in the name of a country or organisation that is known."""
    return any(m.start <= token.start < m.end and m.party.kind != "person" for m in text.mentions)


# --- who is meant --------------------------------------------------------------------------------

HEADS_OF = frozenset(
    """president prime king queen foreign health defence defense spokesperson spokesman
    spokeswoman ambassador premier chancellor secretary emperor pope sultan emir vice deputy
    finance interior trade education justice environment""".split()
)
"""Words of an office that tell it from another; "minister", "leader" or "official" may be any."""
PEERS = (
    frozenset({"premier", "prime", "chancellor"}),
    frozenset({"king", "emperor", "sultan", "emir", "queen"}),
    frozenset({"spokesperson", "spokesman", "spokeswoman"}),
    frozenset({"secretary", "foreign"}),
    frozenset({"defence", "defense"}),
)


def is_speaker(speaker: Speaker, who: Who) -> bool:
    """Whether a noun phrase can mean that person or country."""
    if speaker.pronoun and not speaker.names:
        return True
    if speaker.names and not _named(speaker, who):
        return False
    if speaker.countries and not _from(speaker, who):
        return False
    return not _other_office(speaker, who)


def _named(speaker: Speaker, who: Who) -> bool:
    written_ = re.findall(r"[^\W_]+", f"{who.name} {who.country or ''}")
    parts = [fold(p) for p in written_]
    numerals = {fold(p) for p in written_ if is_numeral(p)}
    if speaker.numerals and numerals and speaker.numerals != numerals:
        return False
    known = set(parts)
    return all(any(alike(n, p) for p in known) for n in speaker.names) or (
        known - numerals <= speaker.names
    )


def _from(speaker: Speaker, who: Who) -> bool:
    if who.country is None:
        name = {fold(p) for p in re.findall(r"[^\W_]+", who.name)}
        return any(
            {fold(p) for p in c.split()} & name or _adjective_in(c, who) for c in speaker.countries
        )
    return who.country in speaker.countries


def _adjective_in(country: str, who: Who) -> bool:
    """Whether a nameless office names its country: "Chinese Foreign Ministry Spokesperson"."""
    return fold(country)[:4] in fold(who.name)


def _other_office(speaker: Speaker, who: Who) -> bool:
    """Whether the phrase gives an office that the person is known not to hold."""
    claimed = speaker.offices & HEADS_OF
    held = set(re.findall(r"[a-z]+", fold(f"{who.office or ''} {who.name}")))
    if not claimed or not who.office or who.is_country:
        return False
    if claimed & held:
        return bool({"vice", "deputy", "prime"} & (claimed ^ (held & HEADS_OF)))
    return not any(claimed & group and held & group for group in PEERS)


def frame_words(found: tuple[Frame, ...]) -> frozenset[int]:
    """The tokens that only say who speaks."""
    return frozenset(i for f in found for i in (*range(f.speaker.start, f.speaker.end), f.verb))


def is_marked(text: Text, frame: Frame) -> bool:
    """Whether the verb claims more than that something was said."""
    return text.tokens[frame.verb].canon in words("classes", "marked")
