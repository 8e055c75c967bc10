from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import PromptError
from rag.prompts import PLACEHOLDERS, Prompts, packaged
from rag.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "prompts").mkdir()
    return Workspace.open(tmp_path)


def test_every_template_that_is_asked_for_is_packaged_and_no_other() -> None:
    folder = Path(__file__).resolve().parent.parent / "prompts"
    assert set(packaged()) == set(PLACEHOLDERS)
    assert {p.stem for p in folder.glob("*.md")} - {"README"} == set(PLACEHOLDERS)


def test_a_file_in_the_workspace_overrides_and_changes_the_hash(workspace: Workspace) -> None:
    before = Prompts.load(workspace)
    text = "# user\n{question} {sentences}"
    (workspace.prompts / "write.md").write_text(text, encoding="utf-8")
    after = Prompts.load(workspace)
    assert after.templates["write"].origin.endswith("write.md")
    assert after.sha256 != before.sha256


def test_values_are_put_in_once_and_their_braces_mean_nothing(workspace: Workspace) -> None:
    turns = Prompts.load(workspace).render("write", question="{sentences} {x}", sentences="S")
    assert [role for role, _ in turns] == ["system", "user", "assistant", "user"]
    assert "{sentences} {x}" in turns[-1][1]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("# user\n{question}", "lacks {sentences}"),
        ("# user\n{question} {sentences} {sentence}", "unknown placeholder {sentence}"),
        ("# user\n{question} {sentences", "expected '}'"),
        ("{question} {sentences}", "no turn"),
    ],
)
def test_a_faulty_template_is_refused(workspace: Workspace, text: str, complaint: str) -> None:
    (workspace.prompts / "write.md").write_text(text, encoding="utf-8")
    with pytest.raises(PromptError) as caught:
        Prompts.load(workspace)
    assert complaint in caught.value.message
    assert "write.md" in caught.value.message


def test_a_file_that_nothing_asks_for_is_reported(workspace: Workspace) -> None:
    (workspace.prompts / "wrtie.md").write_text("# user\nx", encoding="utf-8")
    assert [p.name for p in Prompts.load(workspace).unused] == ["wrtie.md"]
