"""Persons: their spellings, and their offices by date."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from rag.errors import UsageError
from rag.names.offices import office_name
from rag.names.text import fold, key
from rag.types import Party

FAMILY_FIRST = frozenset(
    {"China", "Taiwan", "Hong Kong", "North Korea", "South Korea"}
    | {"Vietnam", "Cambodia", "Singapore"}
)
"""Countries whose persons are written family name first."""

PARTICLES = frozenset(
    """bin ibn al el von van de der da dos di du la le ben abu ul ur ii iii iv v vi vii viii
    xiv xvi jr sr""".split()
)
_ROYAL = frozenset({"ii", "iii", "iv", "v", "vi", "vii", "viii", "xiv", "xvi"})


Origin = Literal["roster", "packaged", "corpus"]
"""Where a person is known from: the user's roster, the package's own, or the documents."""

_HALF_YEAR = 183


def _ordinal(on: str) -> int:
    """Days on a scale of 31-day months: enough to tell half a year."""
    year, month, day = (
        ([*map(int, on.split("-")[:3]), 6, 15][i] for i in range(3)) if on else (0, 1, 1)
    )
    return year * 372 + month * 31 + day


@dataclass(frozen=True, slots=True)
class Tenure:
    """An office of a person, with the ISO dates between which it is known to be theirs."""

    office: str
    country: str | None
    since: str | None = None
    until: str | None = None
    observed: bool = False
    """Seen in documents between these dates, rather than known to begin and end with them."""

    def _near(self, on: str) -> bool:
        first, last = _ordinal(self.since or ""), _ordinal(self.until or self.since or "")
        return first - _HALF_YEAR <= _ordinal(on) <= last + _HALF_YEAR

    def covers(self, on: str | None) -> bool:
        """Whether `on` (ISO, possibly partial) can lie within; always where no date is asked.

        What documents showed is stretched by half a year to both sides.
        """
        if on is None:
            return True
        if self.observed:
            return self.since is not None and self._near(on)
        after = self.since is None or self.since[: len(on)] <= on[: len(self.since)]
        return after and (self.until is None or on[: len(self.until)] <= self.until[: len(on)])


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who speaks, under every spelling seen."""

    name: str
    country: str | None
    tenures: tuple[Tenure, ...] = ()
    spellings: frozenset[tuple[str, ...]] = frozenset()
    seen: tuple[str, ...] = ()
    """ISO dates of the documents that name them."""
    origin: Origin = "corpus"
    count: int = 0
    """How often the documents introduce them."""
    woman: bool | None = None
    """Whether "she" may mean them and "he" may not; None where nobody wrote it down."""

    def party(self, *, on: str | None = None, written: str = "") -> Party:
        """The person as a party, with the office held on that date."""
        held = [t for t in self.tenures if t.covers(on)]
        latest = held[-1] if held else None
        office = latest.office if latest else None
        country = (latest.country if latest else None) or self.country
        return Party(
            name=self.name, country=country, office=office, as_written=written or self.name
        )

    def short_names(self) -> set[str]:
        """Folded single words that people call them by: "Xi", "Rouhani", "Sisi"."""
        names: set[str] = set()
        for spelling in self.spellings:
            names |= short_names(spelling, self.country)
        return names


def given_names(folded: Sequence[str]) -> set[str]:
    """The other words of a folded full name, by which some are called: "Abiy", "Prince Faisal"."""
    return {w for w in folded if w not in PARTICLES and len(w) > _INITIALS} if folded else set()


_INITIALS = 3
"""Letters of a given name that is too short to mean one person: Wang Yi is not called "Yi"."""


def short_names(folded: Sequence[str], country: str | None) -> set[str]:
    """The words of a folded full name by which alone a person may be called."""
    while len(folded) > 1 and folded[-1] in {"jr", "sr"}:
        folded = folded[:-1]
    if len(folded) < 2:
        return set(folded)
    if folded[-1] in _ROYAL:
        return set()
    first = country in FAMILY_FIRST and len(folded) <= 4
    family = folded[0] if first else folded[-1]
    return {family} if family not in PARTICLES and len(family) > 1 else set()


@dataclass
class _Draft:
    names: Counter[str] = field(default_factory=Counter)
    countries: Counter[str] = field(default_factory=Counter)
    tenures: list[Tenure] = field(default_factory=list)
    spellings: set[tuple[str, ...]] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    fixed: str = ""
    origin: Origin = "corpus"
    count: int = 0
    woman: bool | None = None


def packaged() -> list[Person]:
    """Heads of state and of government, foreign ministers, of many countries since about 2010.

    Compiled for this package; a roster of the user's goes before it, office for office.
    """
    return read_roster(Path(__file__).with_name("leaders.csv"), origin="packaged")


def read_roster(path: Path, *, origin: Origin = "roster") -> list[Person]:
    """The persons of a roster file with the columns name, country, office, since, until, aliases.

    Several rows of one name are several offices of one person. Countries come in any spelling. A
    column `woman` ("yes" or "no") tells whom "she" means; the package's own list marks women only.

    Raises:
        UsageError: The file cannot be read or has no column `name`.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"Cannot read the roster {path}: {error}.", hint="It must be a UTF-8 CSV file."
        ) from error
    reader = csv.DictReader(text.splitlines())
    if "name" not in (reader.fieldnames or ()):
        raise UsageError(
            f"The roster {path} has no column `name`.",
            hint="Columns: name,country,office,since,until,aliases,woman",
        )
    drafts: dict[str, _Draft] = {}
    for row in reader:
        name = (row.get("name") or "").strip()
        if name:
            _add_row(drafts.setdefault(fold(name), _Draft(fixed=name, origin=origin)), row)
    return [_finished(draft) for draft in drafts.values()]


def _add_row(draft: _Draft, row: dict[str, str]) -> None:
    from rag.names.gazetteer import gazetteer

    written = (row.get("country") or "").strip()
    known = gazetteer().lookup(written) if written else None
    country = known.party.country if known else written or None
    draft.names[draft.fixed] += 1
    mark = (row.get("woman") or ("no" if draft.origin == "packaged" else "")).strip().lower()
    draft.woman = mark == "yes" if mark in {"yes", "no"} else draft.woman
    draft.spellings |= {
        key(draft.fixed),
        *(key(a) for a in (row.get("aliases") or "").split("|") if a.strip()),
    }
    if country:
        draft.countries[country] += 1
    office = (row.get("office") or "").strip()
    if office:
        since, until = (row.get("since") or "").strip(), (row.get("until") or "").strip()
        draft.tenures.append(Tenure(office_name(office), country, since or None, until or None))


def _ranked(counted: Counter[Any]) -> list[tuple[Any, int]]:
    """The most frequent first, ties in alphabetical order: never in that of the documents."""
    return sorted(counted.items(), key=lambda item: (-item[1], str(item[0])))


def _in_order(tenure: Tenure) -> tuple[str, ...]:
    """By their beginnings, and always the same way: the last one is the office of today."""
    since, until = tenure.since or "", tenure.until or ""
    return since, until, tenure.country or "", tenure.office, str(tenure.observed)


def _finished(draft: _Draft) -> Person:
    name = draft.fixed or _ranked(draft.names)[0][0]
    country = _ranked(draft.countries)[0][0] if draft.countries else None
    tenures = tuple(sorted(set(draft.tenures), key=_in_order))
    return Person(
        name,
        country,
        tenures,
        frozenset(draft.spellings),
        tuple(sorted(draft.seen)),
        draft.origin,
        draft.count,
        draft.woman,
    )


def merge(
    roster: Sequence[Person], parties: Iterable[Party | tuple[Party, str | None]]
) -> list[Person]:
    """The roster's persons and those of the corpus, each person once.

    Two spellings are one person where one is the other with a letter wrong ("Xi Xinping"), or
    where one holds all words of the other ("Mohammed bin Salman", "Mohammed bin Salman Al Saud"),
    and countries don't differ. The corpus's most frequent spelling is the name.
    """
    drafts = [_draft_of(person) for person in roster]
    index: dict[str, list[_Draft]] = {}
    for draft in drafts:
        _register(index, draft, draft.spellings)
    grouped: Counter[tuple[str, str | None, str | None]] = Counter()
    dates: dict[tuple[str, str | None, str | None], set[str]] = {}
    for item in parties:
        party, on = item if isinstance(item, tuple) else (item, None)
        if party.kind == "person" and len(key(party.name)) > 1:
            mark = (party.name, party.country, party.office)
            grouped[mark] += 1
            dates.setdefault(mark, set()).update([on] if on else [])
    for (name, country, office), count in _ranked(grouped):
        known = _same_person(index, key(name), country)
        draft = known or _Draft()
        if known is None:
            drafts.append(draft)
        draft.names[name] += count
        draft.count += count
        draft.spellings.add(key(name))
        draft.seen |= dates[name, country, office]
        if country:
            draft.countries[country] += count
        if office and _is_new(draft, office_name(office)):
            draft.tenures.append(_observed(office, country, sorted(dates[name, country, office])))
        _register(index, draft, {key(name)})
    return [_finished(draft) for draft in drafts]


def _is_new(draft: _Draft, office: str) -> bool:
    """Whether the documents tell an office that is not known better; the user's roster is final."""
    known = any(t.office == office and not t.observed for t in draft.tenures)
    return draft.origin != "roster" and not known


def _observed(office: str, country: str | None, seen: Sequence[str]) -> Tenure:
    first, last = (seen[0], seen[-1]) if seen else (None, None)
    return Tenure(office_name(office), country, first, last, observed=True)


def _draft_of(person: Person) -> _Draft:
    draft = _Draft(
        fixed=person.name,
        origin=person.origin,
        tenures=list(person.tenures),
        spellings=set(person.spellings),
        woman=person.woman,
    )
    if person.country:
        draft.countries[person.country] += 1
    draft.names[person.name] += 1
    return draft


def _register(
    index: dict[str, list[_Draft]], draft: _Draft, spellings: Iterable[tuple[str, ...]]
) -> None:
    for spelling in spellings:
        for word in spelling:
            known = index.setdefault(word, [])
            if not any(d is draft for d in known):
                known.append(draft)


def _same_person(
    index: dict[str, list[_Draft]], spelling: tuple[str, ...], country: str | None
) -> _Draft | None:
    candidates = {id(d): d for word in spelling for d in index.get(word, ())}
    matching = [
        d
        for d in candidates.values()
        if (country is None or not d.countries or country in d.countries)
        and any(alike(spelling, other) for other in d.spellings)
    ]
    return matching[0] if len(matching) == 1 else None


def alike(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether two folded full names are spellings of one person's name."""
    if left == right or "".join(left) == "".join(right):
        return True
    if len(left) > 1 and len(right) > 1 and _contains(left, right):
        return True
    if len(left) != len(right) or left[0][0] != right[0][0] or len(left) < 2:
        return False
    from rapidfuzz.distance import OSA

    wrong = [OSA.distance(a, b) for a, b in zip(left, right, strict=True)]
    same_words = sum(1 for d in wrong if d == 0)
    # One word slightly wrong, the others exactly the same, and not two short different names.
    return (
        same_words == len(left) - 1
        and max(wrong) <= 1
        and max(map(len, left)) > 4
        and _long_where_wrong(left, wrong)
    )


def _long_where_wrong(name: tuple[str, ...], wrong: list[int]) -> bool:
    return all(len(word) > 3 for word, distance in zip(name, wrong, strict=True) if distance)


def _contains(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether one name is the other without middle names, or without what stands before it."""
    shorter, longer = (right, left) if len(left) > len(right) else (left, right)
    if shorter[0] != longer[0] and longer[-len(shorter) :] != shorter:
        return False
    rest = iter(longer)
    return all(word in rest for word in shorter)
