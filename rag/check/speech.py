"""Who a text says is speaking: its speaking phrases, before, inside or after what is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from rag.check.lexicon import verbs_of_speech
from rag.check.reading import Text, Token
from rag.check.speakers import DETERMINERS, Speaker, phrase_after, phrase_before

AUXILIARIES = frozenset("has have had did do does will would also then not never".split())
BEING = frozenset("is are was were be been being".split())


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
    if text.frames is None:
        found = [f for f in _frames(text) if not f.speaker.empty]
        text.frames = tuple(sorted(found, key=lambda f: f.start))
    return text.frames


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
            speaker = phrase_after(text, _past_document(text, token.index + 2))
            yield Frame(speaker, token.index, True, token.index, speaker.end, _ends(text, speaker))
        elif token.low == "words":
            speaker = _words_of(text, token)
            start = max(min(speaker.start, token.index) - 1, 0)
            yield Frame(speaker, token.index, True, start, token.index + 1, False)
        elif token.kind == "word" and (token.canon in verbs_of_speech() or _gives(text, token)):
            yield from _at_verb(text, token)


GIVING = frozenset(
    """issue issues issued make makes made give gives gave given release releases released
    deliver delivers delivered publish publishes published""".split()
)
GIVEN = frozenset(
    """statement statements remark remarks speech speeches declaration communique readout
    address""".split()
)


def _gives(text: Text, verb: Token) -> bool:
    """Whether a verb only gives words: "issued a joint statement", "made the remarks"."""
    if verb.low not in GIVING:
        return False
    for token in text.tokens[verb.index + 1 : verb.index + 4]:
        if token.low in GIVEN:
            return True
        if token.low not in DETERMINERS and not token.adjective:
            break
    return False


DOCUMENTS = frozenset("statement report reports readout release communique press sources".split())


def _past_document(text: Text, start: int) -> int:
    """The place after "a statement from", which is no name."""
    for token in text.tokens[start : start + 5]:
        if token.low in {"from", "by", "of"}:
            return token.index + 1
        if token.low not in DOCUMENTS | DETERMINERS | {"issued", "released"}:
            break
    return start


def _words_of(text: Text, token: Token) -> Speaker:
    """Of "in Rouhani's words" and "in the words of Rouhani"."""
    tokens = text.tokens
    if token.index + 1 < len(tokens) and tokens[token.index + 1].low == "of":
        return phrase_after(text, token.index + 2)
    return phrase_before(text, token.index)


def _at_verb(text: Text, verb: Token) -> Iterator[Frame]:
    before = text.tokens[verb.index - 1] if verb.index else None
    if verb.cap or (before is not None and before.poss):
        return
    if verb.low.endswith("ing") and not (before is not None and before.cap):
        return
    place = before_adverbs(text, verb.index)
    if place >= 0 and text.tokens[place].low in BEING:
        agent = _agent(text, verb)
        if agent is not None:
            yield Frame(agent, verb.index, False, verb.index, agent.end, False)
        return
    if verb.index + 1 < len(text.tokens) and text.tokens[verb.index + 1].low == "by":
        return  # "the plan proposed by Xi" tells whose plan it is
    speaker = phrase_before(text, place + 1)
    if speaker.empty and (inverted := _inverted(text, verb)):
        yield Frame(inverted, verb.index, False, verb.index, inverted.end, True)
        return
    if text.tokens[place].adjective and speaker.end - speaker.start == 1:
        return
    follows = _ends(text, verb.index + 1) or _inside(text, speaker, verb)
    yield Frame(speaker, verb.index, False, speaker.start, verb.index + 1, follows)


def before_adverbs(text: Text, index: int) -> int:
    """The place of the last word before a verb that is no adverb or auxiliary."""
    place = index - 1
    while place >= 0:
        low = text.tokens[place].low
        if low in AUXILIARIES or low.endswith("n't") or (low.endswith("ly") and len(low) > 4):
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
            return phrase_after(text, token.index + 1)
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
    return phrase_after(text, verb.index + 1)


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


def frame_words(found: tuple[Frame, ...]) -> frozenset[int]:
    """The tokens that only say who speaks."""
    return frozenset(i for f in found for i in (*range(f.speaker.start, f.speaker.end), f.verb))
