"""Near-duplicates: copies are recognised, different reports on one event are kept apart."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.fakes import FakeEmbedder
from rag.index import Index, build, duplicates
from rag.workspace import Workspace

# Two reports on one meeting, in different words, with one quotation in common.
ONE = [
    "Beijing and Rabat will widen their work on vaccines, President Xi Jinping told King Mohammed "
    "VI in a call late on Monday, according to a readout from the Chinese side.",
    "“China is ready to continue to offer Morocco firm support in its fight against the pandemic "
    "and to help it build a base for vaccines in Africa,” Xi said.",
    "The king replied that his country had bought more than twenty million doses from a Chinese "
    "maker, and that it would build its own plant for filling and finishing with their help.",
    "Trade between both states rose by eleven per cent in the first half of this year, customs "
    "figures show, with cars and phosphates making up the largest part of what Morocco sells.",
    "The two also spoke about the summit in Dakar this autumn, to which forty African governments "
    "have been invited, and about students who cannot return to their universities.",
]
TWO = [
    "Morocco's monarch and the Chinese leader talked by telephone about the coronavirus on Monday "
    "night, the palace announced; it was their second conversation in four months.",
    "“China is ready to continue to offer Morocco firm support in its fight against the pandemic "
    "and to help it build a base for vaccines in Africa,” Xi said.",
    "Mohammed VI thanked Beijing for shipments that let his government vaccinate half of all "
    "adults by August, sooner than any other on the continent, and asked for more before winter.",
    "Officials in Rabat said a factory near Benslimane would begin to fill vials next summer; "
    "investors have put five hundred million dollars into the site so far.",
    "Neither side mentioned Western Sahara, over which Algeria broke off relations with its "
    "neighbour a week earlier, closing its airspace to Moroccan aircraft.",
]


def workspace_of(tmp_path: Path, **documents: list[str]) -> Workspace:
    (tmp_path / "seeds").mkdir()
    for name, paragraphs in documents.items():
        text = "\n\n".join(paragraphs)
        (tmp_path / "seeds" / f"{name}.txt").write_text(text, encoding="utf-8")
    workspace = Workspace.open(tmp_path, embedder="fake", ledger=False)
    build(workspace, FakeEmbedder)
    return workspace


def copies_of(index: Index, name: str, paragraph: str) -> list[str]:
    start = index.document(name).text.index(paragraph[:40])
    return index.copies(name, start, start + 20)


def test_a_copy_cut_by_a_third_retitled_and_reordered_is_recognised(tmp_path: Path) -> None:
    cut = ["An altogether other headline", ONE[4], ONE[0], ONE[2]]
    with Index.open(workspace_of(tmp_path, one=ONE, cut=cut, two=TWO)) as index:
        infos = {d.name: d.copies for d in index.documents()}
        assert infos == {"one.txt": ("cut.txt",), "cut.txt": ("one.txt",), "two.txt": ()}
        assert copies_of(index, "one.txt", ONE[0]) == ["cut.txt"]
        assert copies_of(index, "cut.txt", ONE[4]) == ["one.txt"]
        assert copies_of(index, "one.txt", ONE[3]) == []


def test_two_reports_share_their_quotation_and_nothing_else(tmp_path: Path) -> None:
    with Index.open(workspace_of(tmp_path, one=ONE, two=TWO)) as index:
        assert copies_of(index, "one.txt", ONE[1]) == ["two.txt"]
        for paragraph in (ONE[0], *ONE[2:]):
            assert copies_of(index, "one.txt", paragraph) == []
        assert all(d.copies == () for d in index.documents())


def test_a_changed_word_or_two_doesnt_hide_a_copy(tmp_path: Path) -> None:
    near = [p.replace("half", "quarter").replace("figures", "numbers") for p in ONE]
    with Index.open(workspace_of(tmp_path, one=ONE, near=near)) as index:
        assert copies_of(index, "one.txt", ONE[3]) == ["near.txt"]
        assert index.documents()[0].copies == ("one.txt",)


def test_case_accents_and_line_breaks_dont_matter() -> None:
    plain = "The president of Côte d’Ivoire said that the “results” were final and would stand."
    other = 'THE PRESIDENT of Cote d\'Ivoire\nsaid that the "results" were\nfinal and would stand'
    assert list(duplicates.all_shingles(plain)) == list(duplicates.all_shingles(other))


@given(st.text(max_size=300))
def test_any_text_has_shingles_and_none_is_found_twice(text: str) -> None:
    found = duplicates.shingles(text)
    assert found == sorted(set(found))
    assert all(-(2**63) <= h < 2**63 for h in found)
    assert set(found) <= {int(h) for h in duplicates.all_shingles(text).view("int64")}


def invented(chance: random.Random, words: int) -> str:
    return "So " + " ".join(f"word{chance.randrange(4000)}" for _ in range(words)) + "."


@pytest.mark.parametrize("words", [25, 60, 150])
def test_paragraphs_of_any_length_are_told_apart_and_recognised(tmp_path: Path, words: int) -> None:
    chance = random.Random(words)
    texts = [[invented(chance, words) for _ in range(4)] for _ in range(12)]
    names = {f"d{i:02}": paragraphs for i, paragraphs in enumerate(texts)}
    names |= {f"copy{i:02}": [texts[i][2], texts[i][0]] for i in range(6)}
    with Index.open(workspace_of(tmp_path, **names)) as index:
        found = {
            (i, j): copies_of(index, f"d{i:02}.txt", texts[i][j])
            for i in range(12)
            for j in range(4)
        }
    for (i, j), others in found.items():
        assert others == ([f"copy{i:02}.txt"] if i < 6 and j in {0, 2} else [])


def test_the_sample_of_shingles_is_a_quarter(tmp_path: Path) -> None:
    text = invented(random.Random(1), 8000)
    share = len(duplicates.shingles(text)) / len(duplicates.all_shingles(text))
    assert share == pytest.approx(1 / duplicates.KEEP, rel=0.1)


def test_a_formula_in_very_many_documents_joins_none_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(duplicates, "COMMON", 5)
    chance = random.Random(3)
    formula = invented(chance, 80)
    many = {f"d{i:02}": [formula, invented(chance, 30)] for i in range(9)}
    with Index.open(workspace_of(tmp_path, **many)) as index:
        assert all(d.copies == () for d in index.documents())
