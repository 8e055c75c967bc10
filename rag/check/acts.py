"""What is done by speaking: said is not denied, asked, joked, or told by another."""

from __future__ import annotations

from collections.abc import Iterator

from rag.check.align import Alignment
from rag.check.claims import says
from rag.check.lexicon import canon, same_speech, verbs_of_speech, words, written
from rag.check.modality import asks
from rag.check.polarity import negations
from rag.check.reading import Text, Token
from rag.check.speakers import Speaker, phrase_before
from rag.check.speech import BEING, before_adverbs, frames

QUESTIONS = frozenset("whether if why how when where what who which".split())
UNTRUE = frozenset("true correct right accurate case fact".split())


def act_kept(found: Alignment) -> str | None:
    """None, or which act of speaking the span does not have."""
    return (
        _denied_speech(found)
        or _marked(found)
        or _other_act(found)
        or _told(found)
        or _asked(found)
        or _untrue(found)
    )


def _denied_speech(found: Alignment) -> str | None:
    """What somebody "did not say", where the span has nobody who did not."""
    text, span = found.sentence, found.span
    verbs = {f.verb for f in frames(text) if says(text, f)}
    theirs = {span.tokens[h].canon for n in negations(span) for h in n.heads[:1]}
    for negation in negations(text):
        for verb in verbs & set(negation.heads[:1]):
            if not any(c in verbs_of_speech() for c in theirs):
                return f"“{text.tokens[verb].text}” is denied, in the source it is not"
    return None


def _marked(found: Alignment) -> str | None:
    """A verb of speaking that claims more than the span has: "denied", "admitted", "demanded"."""
    for frame in frames(found.sentence):
        verb = found.sentence.tokens[frame.verb]
        if verb.canon in words("classes", "marked") and not _licensed(verb.canon, found.span):
            return f"“{verb.text}” is not in the source"
    return None


def _licensed(verb: str, span: Text) -> bool:
    lows = {t.low for t in span.tokens}
    if verb in words("speech", "promise") and lows & written("modality", "promise"):
        return True
    if verb == canon("demand") and lows & written("modality", "duty"):
        return True
    spoken = {span.tokens[f.verb].canon for f in frames(span)}
    return verb in span.by_canon or any(same_speech(verb, c) for c in spoken)


def _complements(text: Text) -> Iterator[tuple[Token, Token, Speaker]]:
    """Every verb with a clause after it and somebody before it: (verb, "that", who)."""
    for token in text.tokens[1:]:
        verb = text.tokens[token.index - 1]
        if token.low not in QUESTIONS | {"that"} or verb.kind != "word" or verb.cap:
            continue
        who = phrase_before(text, before_adverbs(text, verb.index) + 1)
        if not who.empty and who.end <= verb.index:
            yield verb, token, who


def _other_act(found: Alignment) -> str | None:
    """Somebody who jokes or doubts that something is so, where the span has them say it."""
    for verb, that, who in _complements(found.sentence):
        neutral = verb.canon in verbs_of_speech() or not verb.content or who.end < verb.index - 3
        if that.low == "that" and not neutral and not found.to[verb.index]:
            return f"“{verb.text} that” is not in the source"
    return None


def _told(found: Alignment) -> str | None:
    """Somebody who "was told that", where the span has them tell it."""
    text = found.sentence
    for token in text.tokens[2:]:
        verb = text.tokens[token.index - 1]
        if token.low != "that" or verb.canon not in verbs_of_speech():
            continue
        place = before_adverbs(text, verb.index)
        if place < 1 or text.tokens[place].low not in BEING:
            continue
        who = phrase_before(text, before_adverbs(text, place) + 1)
        if not who.empty and not who.pronoun and not _passive_in(found, verb):
            return f"“{verb.text}” is told to {text.tokens[who.end - 1].text}, not by"
    return None


def _passive_in(found: Alignment, verb: Token) -> bool:
    span = found.span
    return any(
        j and span.tokens[before_adverbs(span, j)].low in BEING for j in found.to[verb.index]
    )


def _asked(found: Alignment) -> str | None:
    """An indirect question, where the span asks nothing."""
    for verb, that, _ in _complements(found.sentence):
        asking = verb.canon in words("speech", "question") | {canon("ask")}
        if asking and that.low in QUESTIONS and not asks(found.span):
            return f"“{verb.text} {that.text}” is not in the source"
    return None


def _untrue(found: Alignment) -> str | None:
    """Of "it is not true that …": a denial of all that follows."""
    tokens = found.sentence.tokens
    for negation in negations(found.sentence):
        after = tokens[negation.cue + 1 : negation.cue + 4]
        word = next((t for t in after if t.low in UNTRUE), None)
        if word is not None and not found.to[word.index]:
            return f"“not {word.text}” is not in the source"
    return None
