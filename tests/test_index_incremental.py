"""What a run does after a change: that and nothing else."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rag.errors import IndexMissing, IndexUnusable, RagError, UsageError
from rag.fakes import FakeEmbedder
from rag.index import Index, building, catalogue, layout, pipeline, status
from rag.index.dump import dump
from rag.reading import Failure
from rag.types import Document
from rag.workspace import Workspace

SEEDS = Path(__file__).parent.parent / "seeds"


class Counting(FakeEmbedder):
    """Counts what it reads."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, texts: Any) -> Any:
        self.read.extend(texts)
        return super().encode(texts)


def build(workspace: Workspace, **options: Any) -> tuple[Any, list[str]]:
    """The report and the texts that were embedded."""
    embedder = Counting()
    report = building.build(workspace, lambda: embedder, **options)
    assert report.passages_embedded == len(embedder.read)
    return report, embedder.read


def content(workspace: Workspace) -> str:
    place = layout.current(workspace.index)
    assert place is not None
    connection = catalogue.open_reader(place.catalogue)
    try:
        return dump(connection)
    finally:
        connection.close()


def without_vectors(text: str) -> list[str]:
    """Vectors made before a failure stay, so that they need not be made again."""
    return [line for line in text.splitlines() if not line.startswith('{"vectors"')]


def counts(report: Any) -> dict[str, int]:
    every = ("added", "changed", "renamed", "deleted", "unchanged")
    return {name: getattr(report, name) for name in every if getattr(report, name)}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    shutil.copytree(SEEDS, tmp_path / "seeds")
    found = Workspace.open(tmp_path, embedder="fake", ledger=False)
    build(found)
    return found


NAMES = sorted(p.name for p in SEEDS.iterdir())


def test_nothing_changed_reads_and_embeds_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unread(*_: Any) -> Iterator[Document]:
        raise AssertionError("a file was read")

    monkeypatch.setattr(pipeline, "read", unread)
    before = content(workspace)
    report, embedded = build(workspace)
    assert (counts(report), embedded) == ({"unchanged": 5}, [])
    assert content(workspace) == before


def test_a_touched_file_is_not_read_again(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in workspace.documents.iterdir():
        os.utime(path, (1, 1))
    monkeypatch.setattr(pipeline, "read", None)
    assert counts(build(workspace)[0]) == {"unchanged": 5}


def test_a_stamp_too_fresh_to_be_trusted_is_not_trusted(workspace: Workspace) -> None:
    path = workspace.documents / NAMES[0]
    stat, data = path.stat(), path.read_bytes()
    path.write_bytes(data.replace(b"Morocco", b"Marocco"))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert path.stat().st_size == stat.st_size
    assert counts(build(workspace)[0]) == {"changed": 1, "unchanged": 4}


def test_a_renamed_file_keeps_its_rows_and_nothing_is_embedded(workspace: Workspace) -> None:
    with Index.open(workspace) as index:
        ids = [i for i, _ in index.bm25("xinjiang", 9)]
    for name in NAMES:
        (workspace.documents / name).rename(workspace.documents / f"moved-{name}")
    report, embedded = build(workspace)
    assert (counts(report), embedded) == ({"renamed": 5}, [])
    with Index.open(workspace) as index:
        assert [i for i, _ in index.bm25("xinjiang", 9)] == ids
        assert [d.name for d in index.documents()] == [f"moved-{name}" for name in NAMES]
        assert all(p.document.startswith("moved-") for p in index.passages(ids))


def test_two_files_that_change_names_are_both_right(workspace: Workspace) -> None:
    one, two = (workspace.documents / name for name in NAMES[:2])
    texts = one.read_bytes(), two.read_bytes()
    one.write_bytes(texts[1])
    two.write_bytes(texts[0])
    report, embedded = build(workspace)
    assert (counts(report), embedded) == ({"changed": 2, "unchanged": 3}, [])
    assert content(workspace) == fresh(workspace)


def test_a_copy_under_another_name_is_indexed_without_embedding(workspace: Workspace) -> None:
    shutil.copy(workspace.documents / NAMES[0], workspace.documents / "copy.txt")
    report, embedded = build(workspace)
    assert (counts(report), embedded) == ({"added": 1, "unchanged": 5}, [])
    assert report.passages_reused > 0
    with Index.open(workspace) as index:
        (info,) = [d for d in index.documents() if d.name == NAMES[0]]
        assert info.copies == ("copy.txt",)


def test_a_changed_file_embeds_its_changed_passages_alone(workspace: Workspace) -> None:
    path = workspace.documents / NAMES[0]
    path.write_bytes(path.read_bytes() + b"\n\nIn the end Iceland thanked Norway.\n")
    report, embedded = build(workspace)
    assert counts(report) == {"changed": 1, "unchanged": 4}
    assert len(embedded) <= 2
    assert any("Iceland" in text for text in embedded)
    assert content(workspace) == fresh(workspace)


def test_a_deleted_file_leaves_nothing_behind(workspace: Workspace) -> None:
    path = workspace.documents / NAMES[3]
    word = b"Xinjiang"
    assert word in path.read_bytes()
    for name in NAMES:
        if word in (workspace.documents / name).read_bytes():
            (workspace.documents / name).unlink()
    report, embedded = build(workspace)
    assert report.deleted >= 1
    assert embedded == []
    with Index.open(workspace) as index:
        assert not index.bm25("xinjiang", 5)
        assert not index.bm25_sentences("xinjiang", 5)
        assert index.document_frequency(["xinjiang"])["xinjiang"] == 0
    assert content(workspace) == fresh(workspace)


def test_a_line_of_the_metadata_table_changes_its_document_alone(workspace: Workspace) -> None:
    table = workspace.documents / "metadata.csv"
    table.write_text(f"path,title\n{NAMES[1]},A headline\n", encoding="utf-8")
    report, embedded = build(workspace)
    assert counts(report) == {"changed": 1, "unchanged": 4}
    assert embedded
    assert all("A headline" in text for text in embedded)
    with Index.open(workspace) as index:
        assert index.document(NAMES[1]).metadata.title == "A headline"
    table.unlink()
    assert counts(build(workspace)[0]) == {"changed": 1, "unchanged": 4}
    assert content(workspace) == fresh(workspace)


def test_wrong_lines_of_the_metadata_table_are_failures_until_mended(workspace: Workspace) -> None:
    table = workspace.documents / "metadata.csv"
    table.write_text("path,title\nnowhere.txt,Lost\n", encoding="utf-8")
    (failed,) = build(workspace)[0].failed
    assert (failed.name, failed.line) == ("metadata.csv", 2)
    assert status(workspace).failures == (failed,)
    table.unlink()
    assert build(workspace)[0].failed == ()
    assert status(workspace).failures == ()


def test_a_failed_file_is_named_with_its_reason_and_tried_again(workspace: Workspace) -> None:
    path = workspace.documents / "bad.txt"
    path.write_bytes(b"")
    for _ in range(2):
        report, _ = build(workspace)
        assert [f.name for f in report.failed] == ["bad.txt"]
        assert report.failed[0].reason
        assert counts(report) == {"unchanged": 5}
        assert [f.name for f in status(workspace).failures] == ["bad.txt"]
        assert not status(workspace).stale
    path.write_text("Now it holds text.", encoding="utf-8")
    report, _ = build(workspace)
    assert (report.failed, counts(report)) == ((), {"added": 1, "unchanged": 5})


def test_a_file_that_turns_bad_takes_its_old_text_out(workspace: Workspace) -> None:
    (workspace.documents / NAMES[0]).write_bytes(b"")
    report, _ = build(workspace)
    assert [f.name for f in report.failed] == [NAMES[0]]
    assert report.documents == 4
    assert content(workspace) == fresh(workspace)


def test_a_document_that_cannot_be_cut_is_a_failure_and_the_others_go_on(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rag import segment

    real = segment.split_sentences

    def breaks(text: str, document: str) -> Any:
        if document == "odd.txt":
            raise RecursionError("too deep")
        return real(text, document)

    monkeypatch.setattr(segment, "split_sentences", breaks)
    (workspace.documents / "odd.txt").write_text("Odd.", encoding="utf-8")
    (workspace.documents / "fine.txt").write_text("Fine.", encoding="utf-8")
    report, _ = build(workspace)
    assert [f.name for f in report.failed] == ["odd.txt"]
    assert counts(report) == {"added": 1, "unchanged": 5}


def test_rows_of_a_table_are_documents_of_their_own(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = {"a": "Alpha met Beta.", "b": "Beta met Gamma.", "c": "Gamma met Delta."}

    def read(source: Any, table: Any) -> Iterator[Document | Failure]:
        for key, text in rows.items():
            yield Document(name=f"{source.name}#{key}", text=text)
        if "bad" in source.path.read_text(encoding="utf-8"):
            yield Failure(name=source.name, reason="No text.", line=4)
            yield Document(name=f"{source.name}#a", text="Twice.")

    monkeypatch.setattr(pipeline, "read", read)
    for name in NAMES:
        (workspace.documents / name).unlink()
    path = workspace.documents / "table.txt"
    path.write_text("1 bad", encoding="utf-8")
    report, embedded = build(workspace)
    assert (report.documents, len(embedded)) == (3, 3)
    assert [(f.name, f.line) for f in report.failed] == [("table.txt", 4), ("table.txt#a", None)]
    del rows["a"]
    rows["b"] = "Beta left Gamma."
    path.write_text("2", encoding="utf-8")
    report, embedded = build(workspace)
    assert (report.documents, embedded) == (2, ["Beta left Gamma."])
    assert report.failed == ()
    path.rename(path.with_name("other.txt"))
    report, embedded = build(workspace)
    assert (counts(report), embedded) == ({"renamed": 1}, [])
    with Index.open(workspace) as index:
        assert [d.name for d in index.documents()] == ["other.txt#b", "other.txt#c"]


def test_a_table_that_was_cut_off_and_then_deleted_leaves_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(source: Any, table: Any) -> Iterator[Document]:
        for i in range(9):
            yield Document(name=f"{source.name}#{i}", text=f"Row {i} of many.")
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "TEXTS", 2)
    path = workspace.documents / "table.txt"
    path.write_text("1", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "read", read)
        with pytest.raises(KeyboardInterrupt):
            build(workspace)
    assert status(workspace).documents > 5
    assert "table.txt" in status(workspace).changed
    path.unlink()
    assert build(workspace)[0].documents == 5
    assert content(workspace) == fresh(workspace)


def test_only_the_named_files_are_looked_at(workspace: Workspace) -> None:
    (workspace.documents / NAMES[0]).unlink()
    (workspace.documents / "sub").mkdir()
    (workspace.documents / "sub" / "one.txt").write_text("One.", encoding="utf-8")
    (workspace.documents / "two.txt").write_text("Two.", encoding="utf-8")
    assert counts(build(workspace, only=["sub"])[0]) == {"added": 1}
    assert counts(build(workspace)[0]) == {"added": 1, "deleted": 1, "unchanged": 5}


# --- settings -------------------------------------------------------------------------------------


def with_settings(workspace: Workspace, **changed: Any) -> Workspace:
    given = {"embedder": "fake", "ledger": False, **changed}
    return Workspace.open(workspace.root, **given)


def fresh(workspace: Workspace) -> str:
    """The content of an index built from nothing over the same folder."""
    other = workspace.root / "fresh"
    shutil.rmtree(other, ignore_errors=True)
    other.mkdir()
    shutil.copytree(workspace.documents, other / "seeds")
    roster = workspace.root / workspace.settings.roster
    if roster.exists():
        shutil.copy(roster, other / "roster.csv")
    again = Workspace(other, workspace.settings)
    building.build(again, FakeEmbedder)
    return content(again)


def test_other_passages_rebuild_everything_say_why_and_reuse_vectors(workspace: Workspace) -> None:
    smaller = with_settings(workspace, passage_tokens=40)
    assert status(smaller).rebuild_because == (
        "the setting `passage_tokens` changed from 160 to 40",
    )
    report, embedded = build(smaller)
    assert report.rebuilt_because == ("the setting `passage_tokens` changed from 160 to 40",)
    assert len(embedded) == report.passages - report.passages_reused
    report, embedded = build(with_settings(workspace, passage_tokens=41))
    assert report.passages_reused > 0
    assert len(layout.numbers(workspace.index)) == 1


def test_another_embedder_is_refused_for_reading_and_rebuilt(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = with_settings(workspace, embedder="another")
    with pytest.raises(IndexUnusable, match="embedder `fake`"):
        Index.open(other)
    monkeypatch.setattr(FakeEmbedder, "name", "another")
    report, embedded = build(other)
    assert len(embedded) == report.passages
    Index.open(other).close()


def test_rebuild_embeds_everything_anew(workspace: Workspace) -> None:
    before = content(workspace)
    report, embedded = build(workspace, rebuild=True)
    assert len(embedded) == report.passages > 0
    assert report.rebuilt_because == ("asked for",)
    assert content(workspace) == before
    assert len(list(workspace.index.glob("catalogue-*.sqlite"))) == 1
    assert len(list(workspace.index.glob("chroma-*"))) == 1


def test_a_rebuild_that_was_cut_off_leaves_the_index_in_use_and_is_swept_away(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(workspace)

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(layout, "publish", interrupted)
        with pytest.raises(KeyboardInterrupt):
            build(workspace, rebuild=True)
    assert content(workspace) == before
    assert status(workspace).unfinished
    report, embedded = build(workspace)
    assert (counts(report), embedded) == ({"unchanged": 5}, [])
    assert not status(workspace).unfinished
    assert len(list(workspace.index.glob("catalogue-*.sqlite"))) == 1


def test_a_change_of_settings_that_was_cut_off_is_gone_on_with(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    smaller = with_settings(workspace, passage_tokens=40)

    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(layout, "publish", interrupted)
        with pytest.raises(KeyboardInterrupt):
            build(smaller)
    report, embedded = build(smaller)
    assert embedded == []
    assert report.rebuilt_because
    assert content(smaller) == fresh(smaller)


def test_the_same_folder_name_with_other_weights_is_another_embedder(
    workspace: Workspace,
) -> None:
    texts = []
    for place in ("a", "b"):
        folder = workspace.root / place / "model"
        folder.mkdir(parents=True)
        (folder / "weights").write_text(place, encoding="utf-8")
        report, embedded = build(with_settings(workspace, embedder=str(folder)))
        assert len(embedded) == report.passages
        texts.append(sorted(embedded))
    assert texts[0] == texts[1]
    (folder / "weights").write_text("other", encoding="utf-8")
    report, embedded = build(with_settings(workspace, embedder=str(folder)))
    assert len(embedded) == report.passages


def test_the_fingerprint_follows_content_names_and_settings(workspace: Workspace) -> None:
    def fingerprint() -> str:
        with Index.open(workspace) as index:
            return index.fingerprint

    seen = [fingerprint()]
    build(workspace)
    assert fingerprint() == seen[0]
    (workspace.documents / NAMES[0]).rename(workspace.documents / "z.txt")
    seen.append(build(workspace)[0].fingerprint)
    (workspace.documents / "z.txt").unlink()
    seen.append(build(workspace)[0].fingerprint)
    seen.append(build(with_settings(workspace, passage_tokens=50))[0].fingerprint)
    assert len(set(seen)) == 4
    assert status(workspace).fingerprint == seen[-1]


# --- damage ---------------------------------------------------------------------------------------


def catalogue_of(workspace: Workspace) -> Path:
    place = layout.current(workspace.index)
    assert place is not None
    return place.catalogue


def test_an_index_of_a_future_version_is_refused_and_never_touched(workspace: Workspace) -> None:
    path = catalogue_of(workspace)
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {catalogue.FORMAT + 1}")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    before = {p: p.read_bytes() for p in workspace.index.rglob("*.sqlite*") if p.is_file()}
    for options in ({}, {"rebuild": True}):
        with pytest.raises(IndexUnusable, match="newer version"):
            build(workspace, **options)
    with pytest.raises(IndexUnusable, match="newer version"):
        Index.open(workspace)
    assert "newer version" in status(workspace).problem
    assert {p: p.read_bytes() for p in before if p.exists()} == before


def test_an_index_of_an_older_version_is_built_anew(workspace: Workspace) -> None:
    path = catalogue_of(workspace)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 0")
    connection.close()
    with pytest.raises(IndexUnusable, match="older format"):
        Index.open(workspace)
    report, embedded = build(workspace)
    assert report.rebuilt_because == ("the index has an older format",)
    assert (report.documents, embedded) == (5, [])


@pytest.mark.parametrize("damage", ["zeros", "cut", "text", "empty"])
def test_a_damaged_catalogue_is_named_with_the_way_out(workspace: Workspace, damage: str) -> None:
    path = catalogue_of(workspace)
    wanted = content(workspace)
    data = path.read_bytes()
    broken = {
        "zeros": b"\0" * len(data),
        "cut": data[:5000],
        "text": b"no database at all",
        "empty": b"",
    }
    path.write_bytes(broken[damage])
    with pytest.raises(IndexUnusable) as caught:
        Index.open(workspace)
    assert "--rebuild" in caught.value.hint
    assert status(workspace).problem
    with pytest.raises(IndexUnusable) as caught:
        build(workspace)
    assert "--rebuild" in caught.value.hint
    build(workspace, rebuild=True)
    assert content(workspace) == wanted


def test_a_current_file_that_names_no_index_is_named(workspace: Workspace) -> None:
    (workspace.index / "CURRENT").write_text("../../etc", encoding="utf-8")
    with pytest.raises(IndexUnusable, match="CURRENT"):
        Index.open(workspace)
    assert "CURRENT" in status(workspace).problem
    assert build(workspace, rebuild=True)[0].documents == 5


def test_a_lost_vector_folder_is_noticed_and_written_again(workspace: Workspace) -> None:
    (folder,) = workspace.index.glob("chroma-*")
    shutil.rmtree(folder)
    with Index.open(workspace, exact=0) as index:
        assert index.dense(FakeEmbedder().encode(["China"])[0], 3)
    report, embedded = build(workspace)
    assert embedded == []
    (folder,) = workspace.index.glob("chroma-*")
    from rag.index.vectors import open_folder

    assert open_folder(folder).count() == report.passages


def test_nothing_indexed_yet_and_nothing_to_index_are_different(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path, embedder="fake", ledger=False)
    with pytest.raises(IndexMissing, match="Nothing has been indexed"):
        Index.open(workspace)
    with pytest.raises(UsageError, match="no documents folder"):
        build(workspace)
    workspace.documents.mkdir()
    assert build(workspace)[0].documents == 0
    with pytest.raises(IndexMissing, match="holds no documents"):
        Index.open(workspace)


@pytest.mark.parametrize("where", ["documents", "vectors", "end"])
def test_a_full_disk_stops_the_run_and_keeps_what_was_there(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    before = content(workspace)
    (workspace.documents / "new.txt").write_text("Iceland thanked Norway.", encoding="utf-8")
    full = sqlite3.OperationalError("database or disk is full")

    def fails(*_: Any, **__: Any) -> None:
        raise full

    with monkeypatch.context() as patch:
        if where == "documents":
            patch.setattr("rag.index.stored.insert_documents", fails)
        elif where == "vectors":
            patch.setattr(pipeline.Pipeline, "_save_vectors", fails)
        else:
            patch.setattr("rag.index.duplicates.update_copies", fails)
        with pytest.raises(RagError, match="disk is full"):
            build(workspace)
    assert not status(workspace).problem
    if where != "end":
        assert without_vectors(content(workspace)) == without_vectors(before)
    build(workspace)
    assert content(workspace) == fresh(workspace)


# --- any sequence of changes ----------------------------------------------------------------------

SENTENCES = [
    "Prime Minister Imran Khan of Pakistan said that peace was near.",
    "Khan thanked China for its vaccines.",
    "The prime minister of Pakistan met Hassan Rouhani, President of Iran.",
    "Rouhani said that Iran would not bow to pressure.",
    "Foreign Minister Wang Yi told reporters that China supported the plan.",
    "Wang added that trade had grown by a third.",
    "On 3 May 2021 the king of Morocco spoke of friendship.",
    "Nobody else spoke.",
]
EDIT = st.tuples(
    st.sampled_from(["write", "delete", "rename"]),
    st.integers(0, 3),
    st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4),
)


def apply(folder: Path, edit: tuple[str, int, list[str]]) -> None:
    kind, number, sentences = edit
    path = folder / f"{number}.txt"
    if kind == "write":
        path.write_text(f"date 2021-0{number + 1}-10 " + "\n\n".join(sentences), encoding="utf-8")
    elif kind == "delete":
        path.unlink(missing_ok=True)
    elif path.exists():
        path.rename(folder / f"{(number + 1) % 4}.txt")


@settings(
    max_examples=int(os.environ.get("READOUT_EXAMPLES", "6")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a run takes too long to shrink
)
@given(st.lists(st.lists(EDIT, min_size=1, max_size=4), min_size=2, max_size=4))
def test_any_sequence_of_changes_ends_where_a_fresh_build_does(
    tmp_path: Path, rounds: list[list[Any]]
) -> None:
    shutil.rmtree(tmp_path / "w", ignore_errors=True)
    (tmp_path / "w" / "seeds").mkdir(parents=True)
    workspace = Workspace.open(tmp_path / "w", embedder="fake")
    for edits in rounds:
        for edit in edits:
            apply(workspace.documents, edit)
        build(workspace)
        assert content(workspace) == fresh(workspace)


def test_a_changed_roster_draws_the_statements_anew(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "a.txt").write_text(
        "The president of Iceland said that fish was plentiful.", encoding="utf-8"
    )
    workspace = Workspace.open(tmp_path, embedder="fake")
    assert build(workspace)[0].statements == 1
    (tmp_path / "roster.csv").write_text(
        "name,country,office,since,until,aliases\nHalla T,Iceland,president,,,\n", encoding="utf-8"
    )
    report, embedded = build(workspace)
    assert embedded == []
    assert any("roster" in why for why in report.rebuilt_because)
    with Index.open(workspace) as index:
        (statement,) = index.statements()
        assert statement.speaker is not None
        assert statement.speaker.name == "Halla T"
    assert build(with_settings(workspace, ledger=False))[0].statements == 0


def test_a_person_introduced_later_changes_older_documents(tmp_path: Path) -> None:
    folder = tmp_path / "seeds"
    folder.mkdir()
    (folder / "a.txt").write_text("Jonsdottir said that fish was plentiful.", encoding="utf-8")
    (folder / "b.txt").write_text("Norway thanked Sweden.", encoding="utf-8")
    workspace = Workspace.open(tmp_path, embedder="fake")
    build(workspace)
    (folder / "c.txt").write_text(
        "Prime Minister Birna Jonsdottir of Iceland met the press.", encoding="utf-8"
    )
    report, _ = build(workspace)
    assert counts(report) == {"added": 1, "unchanged": 2}
    assert content(workspace) == fresh(workspace)
    with Index.open(workspace) as index:
        (statement,) = index.statements(documents=["a.txt"])
        assert statement.speaker is not None
        assert statement.speaker.name == "Birna Jonsdottir"


def test_a_document_on_which_the_ledger_breaks_is_named_and_stays_searchable(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    import rag.statements

    real = rag.statements.extract

    def breaks(document: Any, *rest: Any) -> Any:
        if document.name == NAMES[0]:
            raise RecursionError("too deep")
        return real(document, *rest)

    monkeypatch.setattr(rag.statements, "extract", breaks)
    report, _ = build(with_settings(workspace, ledger=True))
    assert [f.name for f in report.failed] == [NAMES[0]]
    assert report.statements > 0
    with Index.open(workspace) as index:
        assert index.document(NAMES[0])
