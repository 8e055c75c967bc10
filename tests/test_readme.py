"""What the README prints is what the program prints."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from rag.assistant import Assistant
from rag.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def _readme() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_readme", ROOT / "bench" / "readme.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_readme"] = module
    spec.loader.exec_module(module)
    return module


README = _readme()
BLOCKS = list(README.blocks(TEXT))


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(b, id=b.command, marks=[pytest.mark.model] if b.needs_model else [])
        for b in BLOCKS
    ],
)
def test_a_transcript_is_what_the_command_prints(block: object, seeds: Workspace) -> None:
    now = README.output_of(block.command, seeds.root)  # type: ignore[attr-defined]
    assert README.same(block.output, now), now  # type: ignore[attr-defined]


def test_there_are_transcripts() -> None:
    assert len(BLOCKS) >= 4


def test_every_make_target_named_is_there() -> None:
    made = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = set(
        re.findall(r"`make ([a-z]+)`", TEXT + (ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    )
    assert named
    assert named <= made


def test_every_command_named_is_there() -> None:
    from rag.cli import app

    known = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}
    known |= {g.name for g in app.registered_groups if g.name}
    named = set(re.findall(r"`rag ([a-z]+)", TEXT))
    assert named <= known


def test_the_python_of_the_readme_runs(seeds: Workspace) -> None:
    code = re.search(r"```python\n(.*?)```", TEXT, re.S)
    assert code is not None
    assert "Workspace.open" in code.group(1)
    with Assistant.open(seeds) as assistant:
        asked = re.search(r'ask\("([^"]+)"', code.group(1))
        assert asked is not None
        assert "Xinjiang" in assistant.ask(asked.group(1), evidence_only=True).answer
