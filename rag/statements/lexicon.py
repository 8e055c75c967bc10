"""The verbs of reporting, in every form in which they are written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from rag.types import Form, Modality, Polarity

Tense = Literal["base", "present", "past", "participle", "ing"]
Takes = Literal["clause", "object", "both", "quote"]


@dataclass(frozen=True, kw_only=True)
class Verb:
    """A verb of reporting: what is done with it, and how it is built into a sentence."""

    lemma: str
    act: str = "say"
    takes: Takes = "clause"
    polarity: Polarity = "neutral"
    modality: Modality = "asserted"
    form: Form | Literal[""] = ""
    to: bool = False
    inverts: bool = False
    plain: bool = False
    needs: str = ""
    unless: str = ""

    @property
    def says(self) -> bool:
        """Whether a clause of content may follow or precede it: "said that …", "…, he said"."""
        return self.takes != "object"

    @property
    def narrated(self) -> bool:
        """Whether it tells only that people talked."""
        return self.form == "narrated"


@dataclass(frozen=True, slots=True)
class Cue:
    """A reporting verb where it stands in a text."""

    start: int
    end: int
    verb: Verb
    tenses: frozenset[Tense]


def _regular(word: str) -> dict[Tense, str]:
    """The forms of a regular verb: "deny" → denies, denied, denying."""
    if word.endswith("e"):
        return {"present": word + "s", "past": word + "d", "ing": word[:-1] + "ing"}
    if re.search(r"[^aeiou]y$", word):
        return {"present": word[:-1] + "ies", "past": word[:-1] + "ied", "ing": word + "ing"}
    if word.endswith(("s", "sh", "ch", "x", "z")):
        return {"present": word + "es", "past": word + "ed", "ing": word + "ing"}
    return {"present": word + "s", "past": word + "ed", "ing": word + "ing"}


# Stressed last syllables double their consonant; the others are few enough to name.
_DOUBLED = frozenset(
    {"admit", "regret", "commit", "refer", "confer", "set", "rebut", "concur", "quip", "dub"}
    | {"slam"}
)
_PRESENT = {"go": "goes", "have": "has"}
_ING = {"have": "having", "lie": "lying"}


def _forms(lemma: str, past: str) -> Iterator[tuple[str, Tense]]:
    head, space, tail = lemma.partition(" ")
    rest = space + tail
    forms = _regular(head)
    if head in _DOUBLED:
        forms |= {"past": head + head[-1] + "ed", "ing": head + head[-1] + "ing"}
    forms["present"] = _PRESENT.get(head, forms["present"])
    forms["ing"] = _ING.get(head, forms["ing"])
    yield head + rest, "base"
    yield forms["present"] + rest, "present"
    yield forms["ing"] + rest, "ing"
    written = past.split("|") if past else [forms["past"] + rest]
    yield written[0], "past"
    yield written[-1], "participle"


@cache
def verbs() -> tuple[Verb, ...]:
    """Every verb of the lexicon."""
    return tuple(verb for verb, _ in _entries())


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("lexicon.toml").read_text(encoding="utf-8"))


@cache
def _entries() -> tuple[tuple[Verb, str], ...]:
    return tuple(
        (Verb(lemma=lemma, **{k: v for k, v in row.items() if k != "past"}), row.get("past", ""))
        for lemma, row in _file()["verbs"].items()
    )


@cache
def _table() -> dict[str, tuple[Verb, frozenset[Tense]]]:
    """Written form → verb and the tenses it can be; the longest verb wins a shared form."""
    found: dict[str, tuple[Verb, set[Tense]]] = {}
    for verb, past in _entries():
        for written, tense in _forms(verb.lemma, past):
            known = found.get(written)
            if known is None or known[0] is verb:
                tenses = known[1] if known else set()
                found[written] = (verb, tenses | {tense})
    return {written: (verb, frozenset(tenses)) for written, (verb, tenses) in found.items()}


@cache
def _phrases() -> tuple[tuple[Verb, re.Pattern[str]], ...]:
    """Past forms of verbs that other words may part: "spoke today with"."""
    known = {verb.lemma: verb for verb in verbs()}
    return tuple(
        (known[lemma], re.compile(expression, re.IGNORECASE))
        for lemma, expression in _file()["phrases"].items()
    )


def _trie_pattern(words: list[str]) -> str:
    """A regular expression for many words that reads shared beginnings once."""
    if words == [""]:
        return ""
    heads: dict[str, list[str]] = {}
    for word in words:
        if word:
            heads.setdefault(word[0], []).append(word[1:])
    parts = [_escaped(head) + _trie_pattern(sorted(tails)) for head, tails in sorted(heads.items())]
    body = parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"
    return f"(?:{body})?" if "" in words else body


def _escaped(char: str) -> str:
    return r"\s+" if char == " " else re.escape(char)


@cache
def pattern() -> re.Pattern[str]:
    """Matches any form of any verb, longest first."""
    phrases = "|".join(phrase.pattern for _, phrase in _phrases())
    words = _trie_pattern(sorted(_table()))
    return re.compile(rf"(?<![\w-])({phrases}|{words})(?![\w-])", re.IGNORECASE)


DEEDS = frozenset(
    {"accept", "advocate", "approve of", "decide", "defend", "encourage", "endorse", "estimate"}
    | {"extend", "guarantee", "offer", "order", "outline", "present", "raise", "resolve", "seek"}
    | {"set out", "support", "undertake"}
)
"""Verbs that in a speech mostly tell what is done: "the rights that it guaranteed"."""


@cache
def reports() -> re.Pattern[str]:
    """Matches what a sentence holds that may tell what another said, and most sentences don't."""
    past: set[str] = set()
    present: set[str] = set()
    for verb, irregular in _entries():
        if verb.plain or verb.narrated or verb.takes == "quote" or verb.lemma in DEEDS:
            continue
        for written, tense in _forms(verb.lemma, irregular):
            if tense in {"past", "participle"}:
                past.add(written)
            elif tense == "present":
                present.add(written)
    # In the present most forms are also nouns: "claims", "states", "reports".
    named = (
        rf"(?:[A-Z][\w’'-]+|[Hh]e|[Ss]he)\s+(?:\w+ly\s+|also\s+)?{_trie_pattern(sorted(present))}"
    )
    return re.compile(rf"\b(?:{_trie_pattern(sorted(past))}|[Aa]ccording to|{named})\b")


_WORD_BEFORE = re.compile(r"[\w,)’'-]\s+\Z")


def cues(text: str) -> Iterator[Cue]:
    """The forms of reporting verbs in `text`, whether or not they report anything there."""
    for match in pattern().finditer(text):
        # "Small Island Developing States": inside a sentence no verb has a capital letter.
        if match.group(1)[0].isupper() and _WORD_BEFORE.search(
            text, max(0, match.start() - 4), match.start()
        ):
            continue
        known = _table().get(" ".join(match.group(1).lower().split()))
        verb, tenses = known or (_phrase(match.group(1)), frozenset({"past"}))
        yield Cue(match.start(), match.end(), verb, tenses)


def _phrase(words: str) -> Verb:
    return next(verb for verb, expression in _phrases() if expression.fullmatch(words))


@cache
def written_forms(*, neutral: bool = False) -> frozenset[str]:
    """Every form of every verb that is one word: what makes a question's subject a speaker.

    Args:
        neutral: Only verbs that take no side, neither by polarity nor by denying.
    """
    return frozenset(
        written
        for written, (verb, _) in _table().items()
        if " " not in written
        and not (neutral and (verb.polarity != "neutral" or verb.modality == "denied"))
    )
