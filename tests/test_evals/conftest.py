"""A small invented world: documents, gold questions about them, and a system that answers them."""

import json
import random
from dataclasses import replace

import pytest

from rag.evals.gold import load_gold
from rag.evals.runner import Plan, run_cases
from rag.evals.score import Scoring
from rag.evals.spans import Folded, TextsOf
from rag.types import (
    Answer,
    AnswerSentence,
    Citation,
    Evidence,
    Found,
    Hit,
    NotFound,
    Passage,
    Query,
    Timing,
    Usage,
)

COUNTRIES = (
    "Norway Kenya Peru Japan Jordan Ghana Chile Nepal Qatar Spain Latvia Fiji Malta Cuba Oman "
    "Gabon Tonga Samoa Benin Haiti"
).split()
TOPICS = {
    "fishing": "supports the treaty on fishing rights and will send 3 ships",
    "water": "pays for clean water in 12 villages near the border",
    "flights": "resumes direct flights to the islands in June",
    "grain": "buys grain from its neighbours at a fixed price",
    "schools": "opens new schools for nurses with foreign teachers",
    "rail": "rejects the plan for a railway through the valley",
    "forests": "protects the old forests along the great river",
}
ABSENT = ("tariffs", "satellites", "cinema", "chess")


def document_name(country):
    return f"{country.lower()}.txt"


def sentence_of(country, topic):
    return f"The minister of {country} said that {country} {TOPICS[topic]}."


def make_texts():
    return {
        document_name(c): "\n".join(
            [f"Readout of a call with {c}.", *(sentence_of(c, t) for t in TOPICS)]
        )
        for c in COUNTRIES
    }


def make_rows():
    rows = []
    for number, country in enumerate(COUNTRIES):
        other = COUNTRIES[(number + 1) % len(COUNTRIES)]
        for topic in TOPICS:
            rows.append(
                {
                    "id": f"{country}-{topic}",
                    "question": f"What did {country} say about {topic}?",
                    "answerable": True,
                    "answers": [f"{country} {TOPICS[topic]}."],
                    "must_include": [
                        [TOPICS[topic].split()[0]],
                        [topic, *TOPICS[topic].split()[-1:]],
                    ],
                    "documents": [document_name(country)],
                    "quotes": [sentence_of(country, topic)],
                    "wrong_documents": [document_name(other)],
                    "speaker": country,
                    "tags": [topic],
                }
            )
        for topic in ABSENT:
            rows.append(
                {
                    "id": f"{country}-{topic}",
                    "question": f"What did {country} say about {topic}?",
                    "answerable": False,
                    "reason": "speaker_without_topic",
                    "tags": ["near-miss"],
                }
            )
    return rows


class Double:
    """Answers from the gold: right but for a share of slips, drawn anew for each seed."""

    def __init__(self, texts, *, slips=0.0, seed=0, damage=None, crash=(), identity=None):
        self.texts = texts
        self.slips = slips
        self.seed = seed
        self.damage = damage or (lambda answer, number: answer)
        self.crash = set(crash)
        self.identity = {"model": "double", "index": "i", "prompts": "p", "settings": "s"}
        self.identity |= identity or {}
        self.asked = []

    def ask(self, question, *, id="", filters=None, history=(), evidence_only=False, k=None):
        self.asked.append(id)
        if id in self.crash:
            raise RuntimeError("the model fell over")
        draw = random.Random(f"{self.seed} {id}")
        country, _, topic = id.partition("-")
        slip = draw.random() < self.slips
        if topic in TOPICS:
            topic = draw.choice(sorted(TOPICS)) if slip else topic
            answer = self._answered(id, question, self._evidence(country, topic))
        elif slip:
            answer = self._answered(id, question, self._evidence(country, "rail"))
        else:
            answer = self._refused(id, question)
        return self.damage(answer, len(self.asked))

    def search(self, question, *, filters=None, history=(), k=None, without=()):
        words = question.rstrip("?").split()
        country, topic = words[2], words[-1]
        name = document_name(country)
        first = self._evidence(country, topic) if topic in TOPICS else ()
        names = [name, *(n for n in sorted(self.texts) if n != name)]
        hits = tuple(
            Hit(
                passage=Passage(
                    document=n, index=0, start=0, end=len(self.texts[n]), text=self.texts[n],
                    first_sentence=0, last_sentence=7,
                ),
                score=1 / rank,
            )
            for rank, n in enumerate(names[: k or 8], 1)
        )  # fmt: skip
        return Found(query=Query(text=question, standalone=question), hits=hits, evidence=first)

    def close(self):
        pass

    def _evidence(self, country, topic):
        name, quote = document_name(country), sentence_of(country, topic)
        start = self.texts[name].index(quote)
        place = Evidence(
            document=name, start=start, end=start + len(quote), quote=quote, score=1.0,
            speaker=f"Minister of {country}", country=country, published="2021-03-04",
        )  # fmt: skip
        return (place,)

    def _answered(self, id, question, evidence):
        text = evidence[0].quote
        return Answer(
            id=id,
            question=question,
            status="answered",
            answer=f"{text} [1]",
            sentences=(AnswerSentence(text=text, citations=(1,), support=0.9, origin="quote"),),
            citations=(Citation.of(1, evidence[0]),),
            evidence=evidence,
            timing=Timing(retrieve_ms=12, first_token_ms=300, total_ms=900 + len(text)),
            usage=Usage(prompt_tokens=400, completion_tokens=40),
        )

    def _refused(self, id, question):
        return Answer(
            id=id,
            question=question,
            status="not_found",
            not_found=NotFound(reason="speaker_without_topic"),
            timing=Timing(retrieve_ms=11, total_ms=15),
        )


@pytest.fixture(scope="session")
def texts():
    return TextsOf(make_texts())


@pytest.fixture
def rows():
    """220 cases; a module that needs fewer overrides this."""
    return make_rows()


@pytest.fixture
def gold(tmp_path, texts, rows):
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    return load_gold(path, texts)


@pytest.fixture
def double():
    """Makes systems: `double(slips=0.1)`."""
    world = make_texts()
    return lambda **options: Double(world, **options)


@pytest.fixture
def run(tmp_path, gold, texts):
    """Runs a system on the gold: `run(system, "name")`."""

    def go(system, name, *, mode="answers", cases=None, progress=None):
        plan = Plan(
            gold=gold,
            cases=gold.cases if cases is None else cases,
            system_name="double",
            mode=mode,
        )
        return run_cases(plan, system, Scoring(texts=texts), tmp_path / "runs" / name, progress)

    return go


@pytest.fixture(scope="session")
def shift():
    """Every tenth citation shifted by one sentence, still an exact quotation."""
    world = make_texts()

    def damage(answer, number):
        if number % 10 or not answer.citations:
            return answer
        first = answer.citations[0]
        text = world[first.document]
        lines = text.split("\n")
        here = lines.index(first.quote)
        quote = lines[(here + 1) % len(lines)]
        start, end = Folded(text).find(quote)[0]
        moved = replace(first, start=start, end=end, quote=text[start:end])
        return replace(answer, citations=(moved, *answer.citations[1:]))

    return damage
