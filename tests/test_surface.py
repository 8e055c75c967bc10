"""What others rely on: start-up, the public names, the shape of the package."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import rag

ROOT = Path(__file__).resolve().parent.parent
HEAVY = (
    "torch",
    "transformers",
    "chromadb",
    "langchain",
    "langchain_core",
    "openvino",
    "spacy",
    "scipy",
)


def _loaded(script: str) -> list[str]:
    code = f"{script}\nimport sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return list(ast.literal_eval(done.stdout.splitlines()[-1]))


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; sys.argv = ['rag', '--help']\n"
        "from rag.cli import main\n"
        "try: main()\nexcept SystemExit as exc: assert not exc.code, exc.code"
    )
    assert _loaded(script) == []


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert _loaded("import rag; rag.Workspace; rag.Filters") == []


def test_evidence_waits_for_neither_langchain_nor_chroma(
    seeds: rag.Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RAG_DATA")  # the embedder is where it really is
    argv = [
        "rag",
        "--workspace",
        str(seeds.root),
        "ask",
        "--evidence",
        "What did Iran say about sanctions?",
    ]
    script = (
        f"import sys; sys.argv = {argv!r}\n"
        "from rag.cli import main\n"
        "try: main()\nexcept SystemExit as exc: assert not exc.code, exc.code"
    )
    assert _loaded(script) == ["openvino"]


def test_every_public_name_is_there() -> None:
    for name in rag.__all__:
        assert getattr(rag, name) is not None


def test_no_data_folder_can_be_imported() -> None:
    for folder in ("seeds", "index", "prompts", "evals", "tests"):
        assert not (ROOT / folder / "__init__.py").exists()


def test_dependencies_are_pinned_for_a_repeatable_install() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    }
    for requirement in project["dependencies"]:
        name = requirement.split(">")[0].split("=")[0].strip().lower().replace("_", "-")
        assert name in pinned, f"{name} has no exact version"
