"""The plain pipeline cites what it read, and nothing else."""

import pytest

from rag.errors import UsageError
from rag.evals.metrics.citations import exactness
from rag.evals.plain import UNKNOWN, PlainPipeline, recursive_splitter
from rag.evals.spans import TextsOf
from rag.fakes import FakeEmbedder, FakeModel
from rag.types import Document, Metadata, Turn

TEXTS = {
    "peru.txt": "Peru buys grain.\n\nPeru rejects the railway.\n\nPeru opens schools.",
    "oman.txt": "Oman protects forests.\n\nOman sends ships to the bay.",
}


def paragraphs(text):
    return [(text.index(part), part) for part in text.split("\n\n")]


@pytest.fixture
def model():
    return FakeModel()


@pytest.fixture
def plain(model):
    return PlainPipeline(
        [Document(name=n, text=t, metadata=Metadata(title=n)) for n, t in TEXTS.items()],
        embed=FakeEmbedder().encode,
        split=paragraphs,
        model=lambda: model,
        model_name="fake",
    )


def test_the_nearest_chunks_are_found_and_stand_where_they_say(plain):
    found = plain.search("Who sends ships to the bay?", k=3)
    assert len(found.hits) == 3
    assert found.hits[0].passage.text == "Oman sends ships to the bay."
    scores = [h.score for h in found.hits]
    assert scores == sorted(scores, reverse=True)
    for e in found.evidence:
        assert TEXTS[e.document][e.start : e.end] == e.quote


def test_more_chunks_than_there_are_is_no_fault(plain):
    assert len(plain.search("ships", k=50).hits) == 5


def test_marks_become_citations_of_whole_chunks(plain, model):
    model.enqueue("Oman sends ships. [1] It rejects nothing. [2][9]")
    answer = plain.ask("Who sends ships to the bay?", id="q1")
    assert answer.status == "answered"
    assert [s.citations for s in answer.sentences] == [(1,), (2, 9)]
    assert [c.number for c in answer.citations] == [1, 2]
    assert answer.citations[0].quote == "Oman sends ships to the bay."
    assert exactness(answer.citations, TextsOf(TEXTS)) == 1
    assert answer.usage.completion_tokens > 0
    assert answer.id == "q1"


@pytest.mark.parametrize(
    "reply", [UNKNOWN, "I do not know.", "The texts do not contain that.", "i don’t know, sorry"]
)
def test_a_refusal_is_no_answer(plain, model, reply):
    model.enqueue(reply)
    answer = plain.ask("Who sends ships?")
    assert (answer.status, answer.answer, answer.citations) == ("not_found", "", ())


def test_an_empty_reply_is_no_answer(plain, model):
    model.enqueue("")
    assert plain.ask("Who sends ships?").status == "not_found"


def test_the_prompt_holds_four_chunks_and_what_was_said_before(plain, model):
    plain.ask("And Oman?", history=[Turn(question="What of Peru?", answer="It buys grain.")])
    sent = [str(m.content) for m in model.history[-1]]
    assert sent[1:3] == ["What of Peru?", "It buys grain."]
    assert "[4] " in sent[-1]
    assert "[5] " not in sent[-1]
    assert "Question: And Oman?" in sent[-1]


def test_no_documents_give_no_hits(model):
    empty = PlainPipeline(
        [], embed=FakeEmbedder().encode, split=paragraphs, model=lambda: model, model_name="fake"
    )
    assert empty.search("ships").hits == ()


def test_its_identity_follows_its_texts_and_nothing_of_the_workspace(plain, model):
    other = PlainPipeline(
        [Document(name="peru.txt", text="Other.")],
        embed=FakeEmbedder().encode,
        split=paragraphs,
        model=lambda: model,
        model_name="fake",
    )
    assert other.identity["index"] != plain.identity["index"]
    assert other.identity["prompts"] == plain.identity["prompts"]


def test_the_tutorial_splitter_gives_places_or_says_what_to_install():
    try:
        split = recursive_splitter()
    except UsageError as error:
        assert "pip install langchain-text-splitters" in error.hint
        return
    text = "\n\n".join(f"Paragraph {i}. " + "word " * 90 for i in range(12))
    chunks = split(text)
    assert len(chunks) > 5
    for start, chunk in chunks:
        assert text[start : start + len(chunk)] == chunk
        assert len(chunk) <= 1000
