"""The settings of a workspace: command line, then environment, then `rag.toml`, then default."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rag.errors import SettingsError


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every setting with its default."""

    documents: str = "seeds"
    """The documents' folder, absolute or below the workspace."""
    store: str = ""
    """`http://host:port` of a Chroma server; empty keeps the vectors in `index/`."""
    embedder: str = "all-minilm-l6-v2"
    """A name of the catalogue, or a folder that sentence-transformers can load."""
    reranker: str = ""
    """A cross-encoder (catalogue name or folder) that re-orders passages; empty for none."""
    model: str = "local"
    """The answering model: `local`, `local:NAME`, `local:/path.gguf` or `provider:model`."""
    strategy: str = ""
    """How the model is asked: `select-write`, `choose-write`, `write-align`, `extract`; empty for
    what measured best for it."""
    base_url: str = ""
    """An OpenAI-compatible server."""
    passages: int = 8
    """How many passages retrieval hands on."""
    passage_tokens: int = 160
    """The most word pieces a passage holds, its heading not counted."""
    ledger: bool = True
    """Whether indexing extracts who said what."""
    roster: str = "roster.csv"
    """Extra names (`name,country,office,since,until,aliases,woman`), below the workspace."""
    offline: bool = False
    """Never use the network."""
    threads: int = 0
    """Threads of the local model and the embedder; 0 for one a physical core."""

    @classmethod
    def load(cls, root: Path, **overrides: Any) -> Settings:
        """Settings of the workspace at `root`.

        Raises:
            SettingsError: `rag.toml` is not TOML, a key is unknown, or a value has a wrong type.
        """
        path = root / "rag.toml"
        given = dict(_read_toml(path))
        for key in given:
            _known(key, f"`{path.name}`")
        given.update(_environment(os.environ))
        given.update({k: v for k, v in overrides.items() if v is not None})
        return replace(cls(), **{k: _typed(k, v) for k, v in given.items()})


TYPES: Mapping[str, type] = {f.name: type(f.default) for f in fields(Settings)}


def _read_toml(path: Path) -> Mapping[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        hint = f"Correct or remove {path}."
        raise SettingsError(f"`{path.name}` is not valid TOML: {exc}.", hint=hint) from exc


def _environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """`RAG_MODEL` and its like; `RAG_WORKSPACE` and `RAG_CACHE` are read elsewhere."""
    return {
        name: environ[f"RAG_{name.upper()}"] for name in TYPES if f"RAG_{name.upper()}" in environ
    }


def _known(key: str, where: str) -> None:
    if key in TYPES:
        return
    near = get_close_matches(key, TYPES, n=1, cutoff=0.5)
    hint = f"Did you mean `{near[0]}`?" if near else f"Known: {', '.join(sorted(TYPES))}."
    raise SettingsError(f"Unknown setting `{key}` in {where}.", hint=hint)


def _typed(key: str, value: Any) -> Any:
    wanted = TYPES[key]
    if wanted is bool and isinstance(value, str):
        if value.lower() in {"1", "true", "yes", "on"}:
            return True
        if value.lower() in {"0", "false", "no", "off", ""}:
            return False
    elif wanted is int and not isinstance(value, bool):
        try:
            return int(value)
        except (TypeError, ValueError):
            pass
    elif isinstance(value, wanted):
        return value
    hint = f"It takes a {'yes or no' if wanted is bool else wanted.__name__}."
    raise SettingsError(f"Setting `{key}` cannot be {value!r}.", hint=hint)
