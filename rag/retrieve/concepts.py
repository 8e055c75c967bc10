"""What a question is about, as things that can be found under several names.

A country is found under its demonym, capital and other names; a few terms of diplomacy under their
usual equals ("embargo", "blockade"). Everything else is a stemmed word.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Protocol

from rag.names import Names
from rag.names.tables import aliases
from rag.types import Party, Query
from rag.words import STOPWORDS, fold, stem, words

Phrase = tuple[str, ...]
UNKNOWN = 0.5
"""Share of its weight that a word keeps which the documents do not have at all."""


@dataclass(frozen=True, kw_only=True)
class Concept:
    """One thing that a question asks about."""

    label: str
    phrases: frozenset[Phrase]
    """Stemmed words that name it, each phrase a tuple of consecutive stems."""
    searched: tuple[str, ...]
    """The same as written, for full-text search."""
    named: bool = False
    """A name: a text without it is about something else."""
    weight: float = 1.0
    """How much it says: rarer in the documents is more."""
    seen: int = 0
    """Sentences of the documents that have it, at most."""


class Vocabulary(Protocol):
    """The words that the documents have."""

    def near(self, stem: str) -> Sequence[str]:
        """Stems of the documents that differ from an unknown one by a slip of the keyboard."""


@lru_cache(maxsize=1)
def _equals() -> Mapping[Phrase, frozenset[str]]:
    """Stemmed phrase → all the wordings of its group."""
    raw = (files("rag.retrieve") / "equals.toml").read_text(encoding="utf-8")
    table: dict[Phrase, frozenset[str]] = {}
    given = tomllib.loads(raw)
    for wide, narrow in given["wider"].items():
        table[stemmed(wide)] = frozenset({wide, *narrow})
    for group in given["groups"]:
        wordings = frozenset(group)
        for wording in group:
            table[stemmed(wording)] = table.get(stemmed(wording), frozenset()) | wordings
    return table


@lru_cache(maxsize=1)
def _acronyms() -> Mapping[str, str]:
    raw = (files("rag.retrieve") / "equals.toml").read_text(encoding="utf-8")
    found: Mapping[str, str] = tomllib.loads(raw)["acronyms"]
    return found


@lru_cache(maxsize=1)
def _by_country() -> Mapping[str, tuple[str, ...]]:
    """Country → the names, adjectives and peoples it is found under in running text."""
    table: dict[str, dict[str, None]] = {}
    for alias in aliases():
        if alias.role in {"name", "adjective", "people"} and alias.party.country:
            table.setdefault(alias.party.name, {})[alias.written] = None
    others = {name: [f" {fold(w)} " for w in written] for name, written in table.items()}
    return {
        name: tuple(w for w in written if w == name or not _within(f" {fold(w)} ", name, others))
        for name, written in table.items()
    }


def _within(wording: str, name: str, others: Mapping[str, Sequence[str]]) -> bool:
    """`Republic of China` for Taiwan stands in `People's Republic of China`: it would be found."""
    return any(
        wording in longer and wording != longer
        for other, wordings in others.items()
        if other != name
        for longer in wordings
    )


def _wordings(party: Party) -> tuple[str, ...]:
    """What a party is found under: a country's names, a person's name and family name."""
    if party.kind == "person":
        return (party.name, party.name.split()[-1])
    return (party.name, *_by_country().get(party.name, ()))


@lru_cache(maxsize=65536)
def _stemmed_word(word: str) -> tuple[str, ...]:
    parts = word.split("-") if "-" in word else [word]
    return tuple(stem(p) for p in parts if p)


@lru_cache(maxsize=16384)
def stemmed(text: str) -> Phrase:
    """All words of `text` as stems, hyphenated ones apart, stop words kept."""
    return tuple(s for w in words(text) for s in _stemmed_word(w))


def spelled_out(text: str) -> str:
    """A text with what its capitals stand for: "the IS" speaks of the Islamic State."""
    return text if text.isupper() else _capitals().sub(lambda m: _acronyms()[m.group()], text)


@lru_cache(maxsize=1)
def _capitals() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(_acronyms())})\b(?![.&])")


def concepts_of(query: Query, names: Names, vocabulary: Vocabulary | None = None) -> list[Concept]:
    """The concepts of a question's topic, unweighted: names first, then other words.

    Args:
        query: The question; its own speakers are no topic.
        names: Who can be recognised.
        vocabulary: Corrects words that the documents do not have to near ones that they have.
    """
    text = " ".join(_acronyms().get(t, t) for t in query.terms)
    own = {p.name for p in query.speakers}
    found: list[Concept] = []
    for phrase in _known_phrases(text):
        capital = any(c.isupper() for c in phrase)
        found.append(_concept(phrase, (phrase, *_equal_wordings(phrase)), named=capital))
        text = text.replace(phrase, "\n", 1)
    rest = text
    for mention in reversed(names.find(text, fuzzy=True)):
        written = text[mention.start : mention.end]
        if mention.party.name not in own:
            wordings = (written, *_wordings(mention.party))
            found.append(_concept(mention.party.name, wordings, named=True))
        rest = rest[: mention.start] + " \n " + rest[mention.end :]
    for name in query.named:
        place = rest.find(name)
        if place >= 0 and len(name.split()) > 1:
            found.append(_concept(name, (name, *_equal_wordings(name)), named=True))
            rest = rest[:place] + " \n " + rest[place + len(name) :]
    named = {fold(n) for n in query.named}
    for piece in rest.split("\n"):
        for concept in _word_concepts(piece):
            found.append(replace(concept, named=concept.label in named))
    if vocabulary is not None:
        found = [_corrected(c, vocabulary) for c in found]
    return list({c.label: c for c in reversed(found)}.values())


def _known_phrases(text: str) -> Iterable[str]:
    """Phrases of several words that the table of equals knows, the longest first."""
    given = text.split()
    position = 0
    while position < len(given):
        for length in range(min(5, len(given) - position), 0, -1):
            phrase = " ".join(given[position : position + length])
            if len(stemmed(phrase)) > 1 and stemmed(phrase) in _equals():
                yield phrase
                position += length
                break
        else:
            position += 1


def _corrected(concept: Concept, vocabulary: Vocabulary) -> Concept:
    """The concept with the near words of the documents where they have none of its own."""
    if len(concept.searched) != 1 or " " in concept.label:
        return concept
    near = vocabulary.near(concept.label)
    if not near:
        return concept
    searched = (*concept.searched, *near)
    return replace(
        concept, searched=searched, phrases=concept.phrases | {(n,) for n in near}, named=False
    )


def _equal_wordings(wording: str) -> Iterable[str]:
    return sorted(_equals().get(stemmed(wording), ()))


def _word_concepts(piece: str) -> Iterable[Concept]:
    """Known groups of equals first, the longest, then single words."""
    given = [w for w in words(piece) if w not in STOPWORDS]
    position = 0
    while position < len(given):
        for length in range(min(5, len(given) - position), 0, -1):
            wording = " ".join(given[position : position + length])
            equal = _equals().get(stemmed(wording))
            if equal or length == 1:
                yield _concept(wording, (wording, *sorted(equal or ())))
                position += length
                break


def _concept(label: str, wordings: Iterable[str], *, named: bool = False) -> Concept:
    searched = tuple(dict.fromkeys(fold(w) for w in wordings))
    phrases = frozenset(p for p in map(stemmed, searched) if p)
    return Concept(label=label, phrases=phrases, searched=searched, named=named)


def soft_topic(concepts: Sequence[Concept]) -> str:
    """The topic without its names, which are looked for by name; what meaning is compared with."""
    return " ".join(c.label for c in concepts if not c.named)


def weighted(
    concepts: Sequence[Concept], frequency: Callable[[Sequence[str]], Mapping[str, int]]
) -> list[Concept]:
    """The concepts with inverse document frequency as weight, counted over sentences.

    Args:
        concepts: As `concepts_of` gives them.
        frequency: Stems → number of sentences with each; the number of all sentences under "".
    """
    stems = sorted({s for c in concepts for p in c.phrases for s in p})
    counts = frequency(stems)
    total = max(counts.get("", 1), 1)
    result = []
    for concept in concepts:
        # A phrase is at most as frequent as its rarest word; a concept as its phrases together.
        seen = sum(min((counts.get(s, 0) for s in p), default=0) for p in concept.phrases)
        idf = math.log(1 + (total - min(seen, total) + 0.5) / (seen + 0.5))
        if not seen and not concept.named:
            idf *= UNKNOWN  # perhaps a word of the question alone: "judge", "handling"
        result.append(replace(concept, weight=idf, seen=seen))
    return result


def present(concept: Concept, stems: Phrase) -> bool:
    """Whether one of the concept's phrases occurs in the stems, its words side by side."""
    available = set(stems)
    for phrase in concept.phrases:
        if not available.issuperset(phrase):
            continue
        n = len(phrase)
        if n == 1 or any(stems[i : i + n] == phrase for i in range(len(stems) - n + 1)):
            return True
    return False


def missing_names(concepts: Sequence[Concept], stems: Phrase) -> int:
    """How many of the named concepts do not occur in the stems."""
    return sum(c.named and not present(c, stems) for c in concepts)


def coverage(concepts: Sequence[Concept], stems: Phrase) -> float:
    """Share of the concepts' weight that occurs in the stems; 0 where there is no concept."""
    whole = sum(c.weight for c in concepts)
    if not whole:
        return 0.0
    return sum(c.weight for c in concepts if present(c, stems)) / whole
