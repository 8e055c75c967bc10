"""Which documents a question is about: by filters, by who speaks in them, by date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property

from rag.index import DocumentInfo, Index
from rag.index.speakers import speakers
from rag.names import Names
from rag.question.dates import overlaps
from rag.types import Party, Query
from rag.words import fold

PREFERRED = 1.5
"""Added for a passage by the asked speaker, and again for one in the asked dates: more than meaning
and words give together, so that the right speaker's weaker passage comes before another's."""


class Scope:
    """The documents of one open index, by who speaks in them and when."""

    def __init__(self, index: Index, names: Names) -> None:
        self._index = index
        self._names = names

    def speaks_in(self, query: Query) -> int:
        """In how many documents one of the asked speakers speaks."""
        return len(self._speaking([p.name for p in query.speakers])) if query.speakers else 0

    def spoken_of(self, query: Query, most: int = 3) -> list[str]:
        """What the asked speakers do speak of: the names that recur in their words."""
        counts: Counter[str] = Counter()
        asked = {p.country for p in query.speakers}
        for statement in self._index.statements(
            documents=sorted(self._speaking([p.name for p in query.speakers]))[:20]
        ):
            speaker = statement.speaker
            if speaker and any(self._names.speaks_as(speaker, p) for p in query.speakers):
                named = {m.party.name for m in self._names.find(statement.quote)}
                counts.update(named - asked - {speaker.name, speaker.country})
        # Of names that recur as often the first by the alphabet, not by the order of a set.
        return sorted(counts, key=lambda name: (-counts[name], name))[:most]

    @cached_property
    def _speakers(self) -> Mapping[str, tuple[Party, ...]]:
        """Document → everybody who speaks in it, by the ledger and by its metadata."""
        found = {name: list(parties) for name, parties in speakers(self._index).items()}
        for name, party in self._filed.items():
            found.setdefault(name, []).append(party)
        return {name: tuple(parties) for name, parties in found.items()}

    @cached_property
    def _filed(self) -> Mapping[str, Party]:
        """Document → whose speech it is by its metadata."""
        filed = {d.name: d.metadata.speaker for d in self._index.documents()}
        return {
            name: self._names.resolve(speaker) or Party(name=speaker)
            for name, speaker in filed.items()
            if speaker
        }

    def undated(self, query: Query) -> int:
        """Documents without a date, where a filter asks for dates: left out, but not silently."""
        if not (query.filters.since or query.filters.until):
            return 0
        return sum(not d.metadata.published for d in self._index.documents())

    def allowed(self, query: Query) -> set[str] | None:
        """Documents that the explicit filters leave; None for all."""
        f = query.filters
        if not any((f.since, f.until, f.speaker, f.source, f.document)):
            return None
        by_speaker = self._speaking([f.speaker]) if f.speaker else None
        return {
            d.name
            for d in self._index.documents()
            if (by_speaker is None or d.name in by_speaker) and _passes(d, query)
        }

    def _speaking(self, wanted: Sequence[str]) -> set[str]:
        """Documents in which one of these speaks, by the ledger or the document's metadata."""
        parties = [p for p in map(self._names.resolve, wanted) if p]
        folded = {fold(w) for w in wanted}
        return {
            name
            for speaker, documents in self._by_speaker
            if fold(speaker.name) in folded
            or any(self._names.speaks_as(speaker, p) for p in parties)
            for name in documents
        } | {
            # A speech that is filed under a country may be the asked person's.
            name
            for name, speaker in self._filed.items()
            if any(self._names.same(speaker, p) for p in parties)
        }

    @cached_property
    def _by_speaker(self) -> Sequence[tuple[Party, set[str]]]:
        """Each speaker once, with the documents: there are fewer speakers than documents."""
        found: dict[tuple[str, ...], tuple[Party, set[str]]] = {}
        for name, parties in self._speakers.items():
            for party in parties:
                key = (party.name, party.country or "", party.office or "", party.kind)
                found.setdefault(key, (party, set()))[1].add(name)
        return tuple(found.values())

    def preferred(self, query: Query, allowed: set[str] | None) -> dict[str, float]:
        """Document → bonus for holding words of the asked speaker, and for its date."""
        bonus: dict[str, float] = {}
        if query.speakers:
            for name in self._speaking([p.name for p in query.speakers]):
                bonus[name] = PREFERRED
        if query.since or query.until or query.source:
            for info in self._index.documents():
                dated = info.metadata.published and (query.since or query.until)
                if dated and overlaps(str(info.metadata.published), query.since, query.until):
                    bonus[info.name] = bonus.get(info.name, 0.0) + PREFERRED
                if query.source and fold(query.source) in fold(info.metadata.source or ""):
                    bonus[info.name] = bonus.get(info.name, 0.0) + PREFERRED / 2
        return {n: b for n, b in bonus.items() if allowed is None or n in allowed}


def _passes(info: DocumentInfo, query: Query) -> bool:
    f, meta = query.filters, info.metadata
    if (f.since or f.until) and not overlaps(meta.published or "", f.since, f.until):
        return False
    if f.source and fold(f.source) not in fold(meta.source or ""):
        return False
    return not f.document or fnmatchcase(info.name, f.document)
