"""The tables of countries, organisations and media that come with the package."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from rag.names.text import fold, key
from rag.types import Party, PartyKind

Role = Literal["name", "adjective", "people", "capital", "metonym", "code", "foreign", "person"]

_HERE = Path(__file__).parent
LANGUAGES = ("es", "fr", "de", "it", "pt", "zh_CN", "ja", "ru", "ar")
"""Languages whose country names are taken from pycountry's translations."""

FOREIGN_WORDS = frozenset({"island", "maurice", "dominique", "grenade", "chine", "inde", "suede"})
"""Foreign country names that are English words or given names: German for Iceland, and so on."""

# Whole words of other meanings: they name the country only where nothing else is asked of them.
LOOSE = frozenset(
    {
        "korea",
        "male",
        "san jose",
        "dawn",
        "petra",
        "emirates",
        "map",
        "ap",
        "rt",
        "ria",
        "ina",
        "spa",
    }
    | {"sana", "app", "car", "carthage palace", "daily star", "the nation", "georgetown", "beehive"}
)


@dataclass(frozen=True, slots=True)
class Alias:
    """One way to write a party's name."""

    written: str
    party: Party
    role: Role
    loose: bool = False
    """Accepted only where a name is expected (a question, a table's cell), not in running text."""

    @property
    def shouted(self) -> bool:
        """Whether it is an abbreviation that means the party only in capital letters."""
        letters = [c for c in self.written.removeprefix("the ") if c.isalpha()]
        return len(letters) <= 5 and all(c.isupper() for c in letters) and letters != []


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _split(cell: str) -> list[str]:
    return [part.strip() for part in cell.split("|") if part.strip()]


def _plurals(adjectives: list[str]) -> list[str]:
    """Plurals: "Pakistani" → "Pakistanis"; forms such as "Chinese" and "French" have none."""
    closed = ("ese", "ish", "ch", "ss", "s", "ic", "ine", "vak")
    return [f"{a}s" for a in adjectives if not a.endswith(closed) and " and " not in a]


def _country_aliases(row: dict[str, str]) -> Iterator[Alias]:
    party = Party(name=row["name"], country=row["name"], kind="government")
    adjectives = _split(row["adjectives"])
    groups: list[tuple[Role, list[str]]] = [
        ("name", [row["name"], *_split(row["aliases"])]),
        ("adjective", adjectives),
        ("people", [*_plurals(adjectives), *_split(row["people"])]),
        ("capital", _split(row["capitals"])),
        ("metonym", _split(row["metonyms"])),
    ]
    for role, names in groups:
        for name in names:
            yield Alias(name, party, role, fold(name) in LOOSE)


def _inverted(name: str) -> list[str]:
    """ISO writes "Iran, Islamic Republic of": the name in the order in which people write it."""
    head, comma, tail = name.partition(", ")
    if not comma:
        return [name]
    joined = tail + head if tail.endswith(("'", "’")) else f"{tail} {head}"
    several = {"coree", "corea", "korea", "congo", "kongo", "coreia", "repubblica di"}
    return [joined] if fold(head) in several else [joined, head]


def _translated() -> Iterator[Alias]:
    import gettext

    import pycountry

    known = {row["code"]: row["name"] for row in _rows("countries.csv")}
    catalogues = [
        gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[lang], fallback=True)
        for lang in LANGUAGES
    ]
    for country in pycountry.countries:
        name = known.get(country.alpha_2)
        if name is None:
            continue
        party = Party(name=name, country=name, kind="government")
        yield Alias(country.alpha_2, party, "code", True)
        yield Alias(country.alpha_3, party, "code", True)
        extra = [getattr(country, f, "") for f in ("common_name", "official_name")]
        originals = [country.name, *filter(None, extra)]
        for written in dict.fromkeys(n for o in originals for n in _inverted(o)):
            yield Alias(written, party, "name", fold(written) in LOOSE | {"congo"})
        seen = {t for c in catalogues for o in originals for t in _inverted(c.gettext(o))}
        for written in sorted(seen):
            if fold(written) not in FOREIGN_WORDS and len(written) > 1:
                yield Alias(written, party, "foreign", True)


def _organisations() -> Iterator[Alias]:
    for row in _rows("organisations.csv"):
        kind: PartyKind = "medium" if row["kind"] == "medium" else "government"
        party = Party(name=row["name"], country=row["country"] or None, kind=kind)
        for name in [row["name"], *_split(row["aliases"])]:
            yield Alias(name, party, "name", fold(name) in LOOSE)


@cache
def aliases() -> tuple[Alias, ...]:
    """Every packaged way to write a country, organisation or medium; own spellings first."""
    own = [a for row in _rows("countries.csv") for a in _country_aliases(row)]
    return (*own, *_organisations(), *_translated())


@cache
def blockers() -> frozenset[tuple[str, ...]]:
    """Phrases such as "Indian Ocean" that hold a country's name without speaking of it."""
    lines = (_HERE / "blockers.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(key(line) for line in lines if line and not line.startswith("#"))


@cache
def misspellings() -> dict[tuple[str, ...], str]:
    """Common misspellings, folded, and the country's name."""
    return {key(row["written"]): row["name"] for row in _rows("misspellings.csv")}


@cache
def doubtful(which: str) -> frozenset[str]:
    """Words that look like names: the list of `doubtful.toml` called `which`."""
    import tomllib

    table = tomllib.loads((_HERE / "doubtful.toml").read_text(encoding="utf-8"))
    return frozenset(table[which])
