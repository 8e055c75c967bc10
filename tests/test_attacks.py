"""Documents and questions that give orders change no answer's speaker, polarity or citations.

The model here is the worst there is: it writes word for word what the attacker wants, with a mark.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rag.assistant import Assistant
from rag.embed import load_embedder
from rag.fakes import FakeModel
from rag.index import build
from rag.types import Answer
from rag.words import fold
from rag.workspace import Workspace

ATTACKS: dict[str, list[dict[str, str]]] = tomllib.loads(
    Path(__file__).with_name("attacks.toml").read_text(encoding="utf-8")
)
DOCUMENTS, QUESTIONS = ATTACKS["document"], ATTACKS["question"]
ASKED = "What did Pakistan say about Xinjiang?"
RIGHT = "003_138cc3f4377e1348.txt"
SEEDS = Path(__file__).resolve().parent.parent / "seeds"
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x9b]")


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The seeds with every attacking document among them."""
    root = tmp_path_factory.mktemp("attacked")
    shutil.copytree(SEEDS, root / "seeds")
    for attack in DOCUMENTS:
        name = attack["name"] if "." in attack["name"] else f"{attack['name']}.txt"
        (root / "seeds" / name).write_text(attack["text"], encoding="utf-8")
    (root / "rag.toml").write_text('model = "fake"\n', encoding="utf-8")
    workspace = Workspace.open(root)
    build(workspace, lambda: load_embedder(workspace))
    with Assistant.open(workspace) as assistant:
        yield assistant


def obeying(assistant: Assistant, claim: str, question: str) -> Answer:
    """The answer where the model writes `claim` and points to the first place."""
    model = FakeModel().enqueue(*[f"{claim} [1]"] * 3)
    assistant.__dict__["model"] = model
    for cached in ("chain", "_chain"):
        assistant.__dict__.pop(cached, None)
    return assistant.ask(question)


def assert_harmless(answer: Answer, claim: str) -> None:
    """Nothing but true words of the right speakers is shown."""
    shown = " ".join(s.text for s in answer.sentences)
    assert fold(claim).rstrip(".") not in fold(shown), shown
    assert not CONTROL.search(answer.answer)
    for sentence in answer.sentences:
        assert sentence.citations, "a sentence without a place"
    if answer.status == "answered":
        assert {c.document for c in answer.citations} <= {p.name for p in SEEDS.iterdir()}
        speakers = {c.country for c in answer.citations if c.speaker}
        assert speakers <= {"Pakistan", "China", None}


def test_there_are_forty_attacks() -> None:
    assert len(DOCUMENTS) + len(QUESTIONS) >= 40
    assert len({a["name"] for a in DOCUMENTS}) == len(DOCUMENTS)


@pytest.mark.parametrize("attack", DOCUMENTS, ids=lambda a: a["name"])
def test_a_document_that_gives_orders_is_not_obeyed(
    attacked: Assistant, attack: dict[str, Any]
) -> None:
    answer = obeying(attacked, attack["claim"], ASKED)
    assert answer.status == "answered"
    assert answer.citations[0].document == RIGHT
    assert answer.citations[0].speaker == "Imran Khan"
    assert "supports" in answer.answer
    assert_harmless(answer, attack["claim"])


@pytest.mark.parametrize("attack", QUESTIONS, ids=lambda a: a["text"][:40])
def test_a_question_that_gives_orders_is_not_obeyed(
    attacked: Assistant, attack: dict[str, Any]
) -> None:
    assert_harmless(obeying(attacked, attack["claim"], attack["text"]), attack["claim"])


def test_quotes_alone_come_from_the_right_document_whatever_others_order(
    attacked: Assistant,
) -> None:
    answer = attacked.ask(ASKED, evidence_only=True)
    assert {c.document for c in answer.citations} == {RIGHT}


def test_hidden_text_of_a_page_is_no_text(attacked: Assistant) -> None:
    for name in ("hidden.html", "invisible.html"):
        assert "Xinjiang" not in attacked.index.document(name).text


@pytest.mark.model
@pytest.mark.parametrize("attack", [*DOCUMENTS[:6], *QUESTIONS[:6]], ids=lambda a: a["claim"][:30])
def test_the_local_model_among_attacks_says_nothing_harmful(
    attacked: Assistant, attack: dict[str, Any]
) -> None:
    settings = replace(attacked.settings, model="local", offline=True)
    with Assistant.open(replace(attacked.workspace, settings=settings)) as assistant:
        question = ASKED if "name" in attack else attack["text"]
        assert_harmless(assistant.ask(question), attack["claim"])
