"""Who talks with whom, and so who is spoken to where a sentence does not say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from rag.statements.cast import Cast
from rag.statements.grammar import pattern
from rag.statements.nouns import Noun
from rag.types import Party, Sentence


def partners(sentences: Iterable[Sentence], cast: Cast) -> defaultdict[str, set[str]]:
    """Who talks with whom, by name: the two persons named nearest to a word for a talk."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for sentence in sentences:
        named = [(start, m.name) for start, _, m in cast.find(sentence.text)]
        if len({name for _, name in named}) < 2:
            continue
        for talk in pattern("talk").finditer(sentence.text):
            place = talk.start()
            near = sorted(named, key=lambda one: abs(one[0] - place))
            one, other = list(dict.fromkeys(name for _, name in near))[:2]
            found[one].add(other)
            found[other].add(one)
    return found


def listener(
    speaker: Party, principals: Sequence[Party], talks: Mapping[str, set[str]]
) -> Party | None:
    """The other of two who talk, unless the document has them talk with others too."""
    if len(principals) != 2 or any(p.kind != "person" for p in principals):
        return None
    if speaker.name not in {p.name for p in principals}:
        return None
    other = next(p for p in principals if p.name != speaker.name)
    alone = talks.get(speaker.name, set()) == {other.name}
    return other if alone else None


def one_of(speaker: Party | None, others: Party) -> bool:
    """Whether the speaker is one of them: "both countries" are then not those spoken to."""
    if speaker is None:
        return False
    both = others.name.split(" and ") if others.kind == "joint" else [others.name]
    return speaker.name in both or (others.kind == "joint" and speaker.country in both)


def somebody(noun: Noun) -> Party:
    """A reporter whom the document does not name: that somebody reports is known all the same."""
    written = " ".join(noun.written.split())
    return Party(name=written, country=noun.country, kind="unnamed", as_written=written)
