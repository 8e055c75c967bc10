from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import SettingsError, UsageError
from rag.settings import Settings
from rag.workspace import Workspace


def test_an_option_wins_over_environment_over_file_over_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Settings.load(tmp_path).model == "local"
    (tmp_path / "rag.toml").write_text('model = "from-file"\npassages = 3\n', encoding="utf-8")
    assert Settings.load(tmp_path).model == "from-file"
    monkeypatch.setenv("RAG_MODEL", "from-environment")
    assert Settings.load(tmp_path).model == "from-environment"
    assert Settings.load(tmp_path, model="from-option").model == "from-option"
    assert Settings.load(tmp_path, model=None).passages == 3


def test_an_unknown_key_names_the_near_one(tmp_path: Path) -> None:
    (tmp_path / "rag.toml").write_text('modle = "x"\n', encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        Settings.load(tmp_path)
    assert "`modle`" in caught.value.message
    assert "`model`" in caught.value.hint


@pytest.mark.parametrize("line", ['passages = "many"', "offline = 7", "model = 3", "model = ["])
def test_an_unusable_value_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "rag.toml").write_text(line, encoding="utf-8")
    with pytest.raises(SettingsError):
        Settings.load(tmp_path)


def test_a_missing_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        Workspace.open(tmp_path / "nowhere")
    assert "rag init" in caught.value.hint
