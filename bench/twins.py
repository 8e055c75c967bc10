"""Twins: questions that differ in one thing from one with an answer, and have none.

From each who-said-what question of the seeds' gold come questions with another speaker of the
corpus, another topic, or another date. That a twin has no answer is made sure without the
assistant: no sentence that the ledger gives the party asked for, or gives nobody, may hold a word
of the topic or of like meaning.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bench.measure import ROOT
from rag.evals.gold import Case, load_gold
from rag.names import Mention, Names
from rag.statements.ledger import is_by
from rag.types import Party, Statement
from rag.words import STOPWORDS, stem, words

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.index import Index

GOLD = ROOT / "evals" / "gold" / "seeds.jsonl"
SEED = 7
EACH = 2
"""Twins of one kind that are made of one question, at most; of another speaker twice as many."""

OUTSIDE = (
    "climate change", "fishing quotas", "the death penalty", "space exploration", "migration",
    "artificial intelligence", "football", "nuclear weapons", "child labour", "air pollution",
)  # fmt: skip
"""Topics of which no document of the seeds says anything; checked all the same."""

LIKE = (
    "virus viral pandemic epidemic covid coronavirus outbreak disease infection handling health",
    "vaccine vaccination vaccinate jab dose inoculation",
    "terror terrorism terrorist counter-terrorism extremism is islamic isis daesh state group",
    "cooperation cooperate relation relations tie ties partner partnership partners friend friends "
    "friendship friendly bilateral strategic",
    "sanction sanctions unilateral pressure embargo bullying",
    "invest investment company companies enterprise business economic economy trade corridor cpec "
    "industrial",
    "core interest interests internal affairs sovereignty sovereign territorial integrity",
    "neighbour neighbours neighbouring countries regional region around surrounding middle east",
    "multilateral multilateralism international united nations",
    "path development develop own choose choosing way suited",
    "thank thanks gratitude grateful appreciate appreciation",
    "history historic historical brotherhood iron brother brothers all-weather century",
    "major issue issues world facing challenges global change changes unseen",
    "initiative initiatives belt road gdi",
    "human rights politicise politicization interference interfere",
)
"""Words near enough in meaning that a sentence with one may answer a question for another."""

_ASKING = frozenset(
    """say said says tell told think thinks thought position positions view views stance stances
    opinion stand stands express expressed describe described call called comment commented announce
    announced promise promised offer offered propose proposed judge judged take took attitude words
    wish wished regard regarding explicitly list rank ranks high himself herself talking talked call
    according respect role issue issues question matter what which how where did does do pose hold
    contribute contributed make made give gave according""".split()
)
"""Words of asking, which are no topic."""

_TOWARDS = frozenset({"thank", "appreciate", "praise", "welcome", "accuse", "congratulate"})
"""Acts by which one tells what another has done or said."""
_WHEN = re.compile(
    r"\b(?:(?:in|on|since|after|before) )?(?:january|february|march|april|may|june|july|august|"
    r"september|october|november|december)?\s*(?:19|20)\d\d\b",
    re.IGNORECASE,
)

_OFFICE = (
    r"(?:president|king|prime minister|foreign minister|health minister|minister|leader|premier)"
)
_BEHIND = re.compile(rf"(?:['’]s)?\s+(?:\w+\s+)?{_OFFICE}\b(?:\s+himself)?", re.IGNORECASE)
_OF = re.compile(rf"(?:the\s+)?{_OFFICE}\s+of\s+$", re.IGNORECASE)
_BEFORE = re.compile(rf"(?:(?:the|king|president|{_OFFICE})\s+)+$", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ABOUT = re.compile(
    r"^(?P<head>.*?\b(?:say|said|tell|told|think|position|view|stance|opinion|attitude|stand|comment"
    r"|announce|promise|propose)\b.*?\b(?:about|on|of|to|regarding|for))\s+"
    r"(?P<topic>[^?,]+?)(?P<tail>\s+(?:in|during|when)\s[^?]*)?\?$"
)
_MONTHS = ("January", "March", "May", "June", "September", "November")


@dataclass(frozen=True, kw_only=True)
class Twin:
    """A question without an answer, and the kinds of no that are right for it."""

    case: str
    kind: str
    question: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """What is known of the documents, and who is who in them."""

    names: Names
    people: Sequence[Party]
    statements: Sequence[Statement]
    sentences: Mapping[tuple[str, int], str]
    """Document and place of a sentence → its text."""
    named: Mapping[tuple[str, int], frozenset[str | None]]
    """The same → the countries that it names."""
    years: frozenset[str]
    heard: dict[str, frozenset[str]] = field(default_factory=dict)
    """Party → every word that may be its own, once asked for."""

    @classmethod
    def of(cls, index: Index) -> Corpus:
        """The corpus of an index."""
        people = index.people()
        sentences = {
            (s.document, s.index): s.text
            for d in index.documents()
            for s in index.sentences(d.name)
        }
        dates = (d.metadata.published or "" for d in index.documents())
        names = Names.load(None, people)
        return cls(
            names=names,
            people=people,
            statements=index.statements(),
            sentences=sentences,
            named={
                place: frozenset(m.party.country for m in names.find(text))
                for place, text in sentences.items()
            },
            years=frozenset(y for date in dates for y in _YEAR.findall(date)),
        )

    def speakers(self) -> list[Party]:
        """Everyone with words in the corpus: persons, and the countries they speak for."""
        persons = {
            p.name: p for p in self.people if any(is_by(s, p, self.names) for s in self.statements)
        }
        countries = {p.country: _government(p.country) for p in persons.values() if p.country}
        return [*persons.values(), *countries.values()]

    def parties(self, text: str) -> list[Mention]:
        """Those who speak in the corpus, where `text` names them: other places are topics."""
        speaking = {p.country for p in self.people}
        return [m for m in self.names.find(text) if m.party.country in speaking]

    def may_speak_of(self, party: Party, stems: Iterable[str]) -> bool:
        """Whether any sentence that is, or might be, the party's holds such a word."""
        if party.name not in self.heard:
            country = _government(party.country) if party.country else party
            self.heard[party.name] = frozenset(
                word
                for s in self.statements
                if s.speaker is None or is_by(s, country, self.names) or is_by(s, party, self.names)
                for word in _stems(self.sentences[s.document, s.sentence])
            )
        return not self.heard[party.name].isdisjoint(widened(stems))

    def told_of(self, party: Party, stems: Iterable[str]) -> bool:
        """Whether another speaks of the topic in a sentence that names the party's country."""
        wanted = set(stems)
        return any(
            s.act in _TOWARDS
            and wanted & _stems(self.sentences[s.document, s.sentence])
            and party.country in self.named[s.document, s.sentence]
            for s in self.statements
        )

    def mentions(self, stems: Iterable[str]) -> bool:
        """Whether any sentence of any document holds such a word."""
        wanted = set(stems)
        return any(wanted & _stems(text) for text in self.sentences.values())


def make(cases: Sequence[Case], corpus: Corpus, *, seed: int = SEED) -> list[Twin]:
    """The twins of every question that can have some; the same for the same seed."""
    rng = random.Random(seed)
    chosen = [c for c in cases if _usable(c)]
    topics = sorted({m["topic"] for c in chosen if (m := _ABOUT.match(c.question))})
    made: list[Twin] = []
    for case in chosen:
        made += _few(_of_speaker(case, corpus), rng, 2 * EACH)
        made += _few(_of_topic(case, corpus, topics), rng)
        made += _few(_of_topic(case, corpus, OUTSIDE), rng)
        made += _few(_of_date(case, corpus, rng), rng)
    unique = {twin.question: twin for twin in made}
    return list(unique.values())


def _usable(case: Case) -> bool:
    """One speaker, in English, on its own."""
    foreign = any(tag.startswith("language-") for tag in case.tags)
    asked = case.answerable and "who-said-what" in case.tags and case.speaker is not None
    return asked and not foreign and not case.history and "reporter" not in case.tags


def _few(twins: Iterable[Twin], rng: random.Random, most: int = EACH) -> list[Twin]:
    found = list(twins)
    return rng.sample(found, min(most, len(found)))


# --- another speaker -----------------------------------------------------------------------------


def _of_speaker(case: Case, corpus: Corpus) -> Iterator[Twin]:
    place = _speaker_place(case, corpus)
    if place is None:
        return
    start, end, mention = place
    rest = case.question[:start] + " " + case.question[end:]
    others = corpus.parties(rest)
    topic = _topic(rest, others)
    elsewhere = {m.party.country for m in others}
    person = mention.role == "person" or end - start > mention.end - mention.start
    for party in corpus.speakers():
        fits = (party.kind == "person") == person
        if not fits or party.country in {case.speaker, *elsewhere} or not topic:
            continue
        if corpus.may_speak_of(party, topic):
            continue
        reasons = ["speaker_without_topic", "topic_without_speaker"]
        if corpus.told_of(party, topic):
            reasons = ["reported_only", *reasons]
        if others:
            reasons.append("unsupported")
        question = case.question[:start] + party.name + case.question[end:]
        yield Twin(case=case.id, kind="speaker", question=question, reasons=tuple(reasons))


def _speaker_place(case: Case, corpus: Corpus) -> tuple[int, int, Mention] | None:
    """Where the question names its speaker, with the office; None where not exactly once."""
    question = case.question
    found = [m for m in corpus.names.find(question) if m.party.country == case.speaker]
    if len(found) != 1:
        return None
    start, end = found[0].start, found[0].end
    if behind := _BEHIND.match(question, end):
        end = behind.end()
    if before := _OF.search(question[:start]) or _BEFORE.search(question[:start]):
        start = before.start()
    if (
        question[start:end] == question[found[0].start : found[0].end]
        and found[0].role == "adjective"
    ):
        return None
    return start, end, found[0]


# --- another topic -------------------------------------------------------------------------------


def _of_topic(case: Case, corpus: Corpus, topics: Sequence[str]) -> Iterator[Twin]:
    match = _ABOUT.match(case.question)
    if match is None:
        return
    parties = corpus.names.find(match["head"])
    asked = next((m.party for m in parties if m.party.country == case.speaker), None)
    if asked is None:
        return
    for topic in topics:
        named = corpus.parties(topic)
        stems = _topic(topic, named)
        if not stems or any(m.party.country == case.speaker for m in named):
            continue
        known = corpus.mentions(widened(stems))
        if corpus.may_speak_of(asked, stems) or (known and topics is OUTSIDE):
            continue
        reasons = ["speaker_without_topic", "topic_without_speaker" if known else "no_document"]
        if known and corpus.told_of(asked, stems):
            reasons = ["reported_only", *reasons]
        if len(parties) > 1:
            reasons.append("unsupported")
        question = f"{match['head']} {topic}?"
        yield Twin(case=case.id, kind="topic", question=question, reasons=tuple(reasons))


# --- another date --------------------------------------------------------------------------------


def _of_date(case: Case, corpus: Corpus, rng: random.Random) -> Iterator[Twin]:
    if case.published is None:
        return  # of an undated document nobody can say that it is of another year
    years = [str(y) for y in range(2009, 2019) if str(y) not in corpus.years]
    if _YEAR.search(case.question):
        for year in rng.sample(years, EACH):
            yield _dated(case, _YEAR.sub(year, case.question))
        return
    body = case.question.rstrip("?. ")
    for year in rng.sample(years, EACH):
        month = rng.choice(_MONTHS)
        when = rng.choice([f"in {year}", f"in {month} {year}", f"on 3 {month} {year}"])
        yield _dated(case, f"{body} {when}?")
    after = max(int(y) for y in corpus.years) + 2
    yield _dated(case, f"{body} after {after}?")


def _dated(case: Case, question: str) -> Twin:
    return Twin(case=case.id, kind="date", question=question, reasons=("other_date",))


# --- words ---------------------------------------------------------------------------------------


def _topic(text: str, named: Sequence[Mention]) -> set[str]:
    """Stems of the topic's words: not those of names of parties, nor of asking."""
    masked = _WHEN.sub(lambda m: " " * len(m.group()), text)
    for mention in named:
        blank = " " * (mention.end - mention.start)
        masked = masked[: mention.start] + blank + masked[mention.end :]
    kept = [w for w in words(masked) if w not in _ASKING and w not in STOPWORDS and len(w) > 2]
    return {stem(w) for w in kept}


@cache
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(w) for w in words(text))


def widened(stems: Iterable[str]) -> set[str]:
    """With the words of like meaning."""
    found = set(stems)
    for group in LIKE:
        if found & _stems(group):
            found |= _stems(group)
    return found


def _government(country: str) -> Party:
    return Party(name=country, country=country, kind="government")


# --- asking --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A twin and what was answered."""

    twin: Twin
    reason: str | None
    """The kind of no; None where an answer was given."""
    shown: str = ""

    @property
    def right(self) -> bool:
        """Whether the no is of a right kind."""
        return self.reason in self.twin.reasons


def ask(assistant: Assistant, twins: Iterable[Twin]) -> list[Asked]:
    """What the assistant makes of them, without a model."""
    asked = []
    for twin in twins:
        answer = assistant.ask(twin.question, evidence_only=True)
        reason = answer.not_found.reason if answer.not_found else None
        asked.append(Asked(twin=twin, reason=reason, shown=answer.answer))
    return asked


def refused(assistant: Assistant, cases: Iterable[Case]) -> list[str]:
    """The questions with an answer that get none: what a guard against twins must not cost."""
    return [
        case.id
        for case in cases
        if _usable(case) and assistant.ask(case.question, evidence_only=True).not_found is not None
    ]


def rows() -> Iterator[tuple[str, str]]:
    """False answers and right reasons, in all and by kind of twin."""
    from rag.assistant import Assistant
    from rag.embed import load_embedder
    from rag.index import build
    from rag.workspace import Workspace

    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "rag.toml").write_text(f'documents = "{ROOT.as_posix()}/seeds"\n', encoding="utf-8")
        workspace = Workspace.open(root)
        build(workspace, lambda: load_embedder(workspace))
        with Assistant.open(workspace) as assistant:
            cases = load_gold(GOLD).cases
            asked = ask(assistant, make(cases, Corpus.of(assistant.index)))
            lost = refused(assistant, cases)
    for kind in (None, "speaker", "topic", "date"):
        some = [a for a in asked if kind in {None, a.twin.kind}]
        false = sum(a.reason is None for a in some)
        right = sum(a.right for a in some)
        yield (
            f"twins, {kind or 'all'}: false answers",
            f"{false / len(some):.3f} ({false} / {len(some)})",
        )
        yield (
            f"twins, {kind or 'all'}: right reason",
            f"{right / len(some):.3f} ({right} / {len(some)})",
        )
    usable = Counter(map(_usable, cases))[True]
    yield "their originals: refused", f"{len(lost)} / {usable} {' '.join(lost)}"
