from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.assistant import Assistant
from rag.fakes import FakeEmbedder
from rag.index import build
from rag.retrieve import STAGES
from rag.retrieve.concepts import concepts_of, coverage, present, stemmed
from rag.retrieve.fusion import WEIGHTS, fuse
from rag.retrieve.langchain import ReadoutRetriever
from rag.retrieve.spelling import IndexVocabulary, within_a_slip
from rag.types import Filters, Query, Turn
from rag.workspace import Workspace

SPEECHES = {
    "nor_2013.txt": (
        "Norway",
        "2013",
        "We oppose whaling bans. Fish stocks must be shared fairly.",
    ),
    "nor_2014.txt": (
        "Norway",
        "2014",
        "We celebrate our constitution. The fjords are deep and old.",
    ),
    "hrv_2014.txt": ("Croatia", "2014", "We oppose all whaling. Wine is our pride and our export."),
    "undated.txt": ("Chad", "", "We call for rain. Whaling does not concern us much at all."),
}


@pytest.fixture(scope="module")
def speeches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    root = tmp_path_factory.mktemp("speeches")
    (root / "seeds").mkdir()
    rows = ["path,title,speaker,published,source"]
    for name, (speaker, year, text) in SPEECHES.items():
        (root / "seeds" / name).write_text(text, encoding="utf-8")
        rows.append(f"{name},{speaker} speech,{speaker},{year},World Forum")
    (root / "seeds" / "metadata.csv").write_text("\n".join(rows), encoding="utf-8")
    (root / "rag.toml").write_text('embedder = "fake"\n', encoding="utf-8")
    workspace = Workspace.open(root)
    build(workspace, FakeEmbedder)
    with Assistant.open(workspace) as assistant:
        yield assistant


def _documents(assistant: Assistant, question: str, **options: object) -> list[str]:
    found = assistant.search(question, **options)  # type: ignore[arg-type]
    return list(dict.fromkeys(h.passage.document for h in found.hits))


def test_the_asked_speaker_and_year_come_before_a_stronger_match(speeches: Assistant) -> None:
    question = "What did Norway say about wine in 2014?"
    assert _documents(speeches, question)[0] == "nor_2014.txt"
    assert "hrv_2014.txt" in _documents(speeches, question), "a guess must not exclude"


def test_without_metadata_the_words_alone_decide(speeches: Assistant) -> None:
    found = speeches.search("What did Norway say about wine?", without=["metadata"])
    assert found.hits[0].passage.document == "hrv_2014.txt"


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        (Filters(since="2014"), {"nor_2014.txt", "hrv_2014.txt"}),
        (Filters(until="2013"), {"nor_2013.txt"}),
        (Filters(speaker="Oslo"), {"nor_2013.txt", "nor_2014.txt"}),
        (Filters(document="hrv_*"), {"hrv_2014.txt"}),
        (Filters(source="world forum", speaker="Croatia"), {"hrv_2014.txt"}),
        (Filters(speaker="Nobody Known"), set()),
    ],
)
def test_an_explicit_filter_is_strict(
    speeches: Assistant, filters: Filters, left: set[str]
) -> None:
    assert set(_documents(speeches, "whaling", filters=filters, k=20)) == left


def test_an_unknown_date_left_out_by_a_filter_is_counted(speeches: Assistant) -> None:
    found = speeches.search("whaling", filters=Filters(since="2013"))
    assert found.query.undated == 1
    assert speeches.search("whaling").query.undated == 0


def test_a_comparison_hears_each_party(speeches: Assistant) -> None:
    found = speeches.search("Compare what Norway and Croatia said about whaling.")
    assert {e.country for e in found.evidence[:2]} == {"Norway", "Croatia"}


def test_evidence_stands_exactly_where_it_says(speeches: Assistant) -> None:
    for evidence in speeches.search("whaling").evidence:
        text = speeches.index.document(evidence.document).text
        assert text[evidence.start : evidence.end] == evidence.quote


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_can_be_switched_off(speeches: Assistant, stage: str) -> None:
    found = speeches.search("What did Norway say about whaling?", without=[stage])
    assert found.evidence
    if stage in {"dense", "bm25"}:
        assert all(not any(s.endswith(stage) for s in h.stages) for h in found.hits)


@pytest.mark.parametrize(
    "nasty",
    ['"', "AND OR NOT", "a* NEAR(b c)", "'; DROP TABLE documents; --", "the of and", "🙂🙂",
     "x" * 10_000, "(((", "heading:x", "-whaling", "what?", "\x00", "\u202eabc", "a\nb"],
)  # fmt: skip
def test_anything_typed_gives_an_answer_or_nothing_but_no_crash(
    speeches: Assistant, nasty: str
) -> None:
    assert speeches.search(nasty).query.text == nasty
    assert speeches.ask(nasty, evidence_only=True).status != "failed"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(max_size=200))
def test_no_text_at_all_crashes_a_search(speeches: Assistant, text: str) -> None:
    speeches.search(text)


def test_the_langchain_retriever_gives_the_same_passages(speeches: Assistant) -> None:
    documents = ReadoutRetriever(assistant=speeches, k=2).invoke("whaling")
    hits = speeches.search("whaling", k=2).hits
    assert [d.page_content for d in documents] == [h.passage.text for h in hits]
    assert documents[0].metadata["start"] == hits[0].passage.start


def test_fusion_prefers_what_two_rankings_agree_on() -> None:
    fused = fuse({"dense": [(1, 0.5), (2, 0.48), (3, 0.3)], "bm25": [(4, 9.0), (2, 8.0), (5, 1.0)]})
    assert fused[0][0] == 2
    assert fused[0][2] == {"dense": 2, "bm25": 2}
    assert fused[0][1] == pytest.approx(0.48 + WEIGHTS["bm25"] * 8 / 9)


def test_what_is_much_nearer_in_meaning_comes_before_the_best_match_of_the_words() -> None:
    fused = fuse({"dense": [(1, 0.8), (2, 0.3)], "bm25": [(2, 9.0), (3, 8.0)]})
    assert [item for item, _, _ in fused] == [1, 2, 3]


def test_what_only_words_found_counts_no_nearer_than_the_last_that_meaning_found() -> None:
    fused = {i: score for i, score, _ in fuse({"dense": [(1, 0.8), (2, 0.3)], "bm25": [(3, 2.0)]})}
    assert fused[3] == pytest.approx(0.3 + WEIGHTS["bm25"])


def test_a_passage_that_was_found_in_two_scopes_counts_once() -> None:
    twice = {"dense": [(1, 0.8)], "preferred_dense": [(1, 0.8)], "preferred_bm25": [(1, 4.0)]}
    ((_, score, ranks),) = fuse(twice)
    assert score == pytest.approx(0.8 + WEIGHTS["bm25"])
    assert ranks == {"dense": 1, "preferred_dense": 1, "preferred_bm25": 1}


def test_fusion_of_one_kind_alone_keeps_its_order() -> None:
    for kind in WEIGHTS:
        fused = fuse(
            {kind: [(7, 3.0), (1, 2.0), (5, 2.0)], "dense" if kind != "dense" else "bm25": []}
        )
        assert [item for item, _, _ in fused] == [7, 1, 5]


def test_a_country_is_found_under_its_other_names(speeches: Assistant) -> None:
    query = Query(text="", standalone="", terms=("Palestine",), topic="Palestine")
    (concept,) = concepts_of(query, speeches.names)
    assert concept.named
    assert present(concept, stemmed("the Palestinian people"))
    assert not present(concept, stemmed("the people of Israel"))


def test_a_longer_name_of_another_country_is_not_this_one(speeches: Assistant) -> None:
    query = Query(text="", standalone="", terms=("Taiwan",), topic="Taiwan")
    (concept,) = concepts_of(query, speeches.names)
    assert not present(concept, stemmed("President of the People's Republic of China"))


def test_coverage_counts_rare_concepts_more(speeches: Assistant) -> None:
    from rag.retrieve.concepts import weighted

    query = Query(text="", standalone="", terms=("whaling", "wine"), topic="whaling wine")
    concepts = weighted(concepts_of(query, speeches.names), speeches.index.document_frequency)
    assert coverage(concepts, stemmed("wine")) > coverage(concepts, stemmed("whaling"))


@pytest.mark.parametrize(
    ("word", "meant"),
    [("multilateralsm", ["multilater"]), ("tawain", ["taiwan"]), ("vacine", ["vaccin"]),
     ("sanctions", ["sanction"]), ("libya", []), ("vacinne", ["vaccin"]), ("syrai", ["syria"])],
)  # fmt: skip
def test_a_slip_of_the_keyboard_is_told_from_another_word(word: str, meant: list[str]) -> None:
    known = ["multilater", "taiwan", "vaccin", "sanction", "syria", "vacanc", "serial"]
    assert within_a_slip(word, known) == meant


def test_a_word_with_another_first_letter_is_another_word(speeches: Assistant) -> None:
    vocabulary = IndexVocabulary(speeches.index)
    assert vocabulary.near("whalling") == ("whale",) or vocabulary.near("whalling")[0][0] == "w"
    assert vocabulary.near("shaling") == ()


def test_the_seeds_question_finds_pakistans_sentence_first(seeds: Workspace) -> None:
    with Assistant.open(seeds) as assistant:
        found = assistant.search("What did Pakistan say about Xinjiang?")
    assert found.evidence[0].document.startswith("003")
    assert found.evidence[0].speaker == "Imran Khan"
    assert found.evidence[0].published == "2021-10-28"


def test_reading_an_index_needs_no_torch(seeds: Workspace, tmp_path: Path) -> None:
    import subprocess
    import sys

    script = (
        "import sys; from rag import Assistant, Workspace;"
        f"Assistant.open(Workspace.open({str(seeds.root)!r})).search('Xinjiang');"
        "print([m for m in ('torch', 'transformers', 'sentence_transformers') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_only_a_follow_up_looks_near_the_last_answer(seeds: Workspace) -> None:
    said = "Morocco is very glad to have such a strategic partner, King Mohammed VI said. [1]"
    history = [Turn(question="What did the king say about the partnership?", answer=said)]
    with Assistant.open(seeds) as assistant:
        follow = assistant.search("what has it brought?", history=history)
        other = assistant.search("Which company did Iran name?", history=history)
    assert follow.query.context == said
    assert any("context" in hit.stages for hit in follow.hits)
    assert follow.hits[0].passage.document.startswith("000")
    assert not other.query.context
    assert not any("context" in hit.stages for hit in other.hits)
