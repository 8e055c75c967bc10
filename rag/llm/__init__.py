"""Language models: a name becomes a LangChain chat model.

`local`, `local:NAME` and `local:/file.gguf` run in this process; `provider:model` goes through
LangChain's `init_chat_model`; names that begin with `fake` are scripted models for tests.
"""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import UnknownModel
from rag.llm.choices import choice_probabilities
from rag.llm.failures import translate_error
from rag.types import Progress
from rag.weights import catalogue, default_name

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = [
    "choice_probabilities",
    "full_name",
    "load_model",
    "takes_grammar",
    "translate_error",
]


def load_model(
    name: str,
    *,
    base_url: str = "",
    offline: bool = False,
    threads: int = 0,
    fetch: bool = True,
    progress: Progress | None = None,
) -> BaseChatModel:
    """The chat model called `name`; local weights are fetched and loaded when it is first used.

    Args:
        name: `local`, `local:NAME`, `local:/file.gguf`, `provider:model` or `fake…`; any name at
            all with `base_url`.
        base_url: An OpenAI-compatible server.
        offline: Never use the network; a `base_url` on this machine is allowed.
        threads: Of a local model; 0 for one a physical core.
        fetch: Whether absent local weights may be downloaded.
        progress: Told of that download.

    Raises:
        UnknownModel: the name is neither ours nor a provider's, or the provider's package is not
            installed; the hint says what to type.
        ModelRefused: the provider's key is not set, or it needs the network while offline.
    """
    name = name.strip() or "local"
    if name.startswith("fake"):
        from rag.fakes import load_fake

        return load_fake(name)
    provider, colon, model = name.partition(":")
    if provider == "local":
        return _local(model, colon, offline=offline, threads=threads, fetch=fetch, show=progress)
    if base_url and not colon:
        provider, colon, model = "openai", ":", name
    if not colon or not model:
        raise _unknown(name)
    from rag.llm.remote import load_remote

    return load_remote(provider, model, base_url=base_url, offline=offline)


def full_name(name: str) -> str:
    """The name under which a model stands in an answer: `local` becomes `local:NAME`."""
    return f"local:{default_name('llm')}" if name.strip() in {"", "local"} else name.strip()


def takes_grammar(model: BaseChatModel) -> bool:
    """Whether `model.bind(grammar=…)` constrains what it writes."""
    return bool(getattr(model, "takes_grammar", False))


def _local(
    model: str, colon: str, *, offline: bool, threads: int, fetch: bool, show: Progress | None
) -> BaseChatModel:
    from rag.llm.local import LocalModel

    if colon and not model:
        raise _unknown("local:")
    weights, path = model or default_name("llm"), None
    if os.sep in weights or weights.endswith(".gguf"):
        weights, path = "", Path(model).expanduser()
    elif weights not in _local_names():
        raise _unknown(f"local:{weights}")
    chat = LocalModel(
        model_name=f"local:{model or weights}",
        weights=weights,
        path=path,
        threads=threads,
        offline=offline,
        fetch=fetch,
    )
    chat.show_progress(show)
    return chat


def _local_names() -> list[str]:
    return [entry.name for entry in catalogue().values() if entry.kind == "llm"]


FAMILIES = {"gpt": "openai", "claude": "anthropic", "gemini": "google_genai"}
"""How the names of well-known models begin, for people who leave the provider out."""


def _unknown(name: str) -> UnknownModel:
    names = ["local", *(f"local:{known}" for known in _local_names())]
    bare = name.lower().removeprefix("local:")
    near = [known for known in names if len(bare) > 2 and bare in known]
    near = near or get_close_matches(bare, names, n=2, cutoff=0.5)
    near = near or get_close_matches(f"local:{bare}", names, n=2, cutoff=0.75)
    near = near or [f"{p}:{name}" for begin, p in FAMILIES.items() if bare.startswith(begin)]
    others = "or provider:model, such as openai:gpt-4.1-mini"
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Use {', '.join(names)}, {others}."
    return UnknownModel(f"No model is called `{name}`.", hint=hint)
