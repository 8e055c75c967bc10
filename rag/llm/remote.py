"""Models of providers, through LangChain's `init_chat_model`."""

from __future__ import annotations

import ipaddress
import os
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rag.errors import ModelRefused, RagError, UnknownModel
from rag.llm.failures import translate_error

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

EXTRAS = {"openai", "anthropic", "ollama"}
"""Providers with an extra of our own."""
PROVIDERS = (
    "anthropic",
    "azure_openai",
    "bedrock_converse",
    "cohere",
    "deepseek",
    "fireworks",
    "google_genai",
    "google_vertexai",
    "groq",
    "mistralai",
    "ollama",
    "openai",
    "openrouter",
    "together",
    "xai",
)
"""The providers that a misspelt name is compared with; LangChain knows more."""
TIMEOUT_SECONDS = 120.0
OLLAMA = "http://127.0.0.1:11434"
OWN_RETRIES = {"openai", "anthropic", "azure_openai", "mistralai", "groq", "deepseek", "xai"}
"""Providers whose client repeats requests by itself and can be told not to."""
NO_TEMPERATURE = re.compile(r"^(o\d|gpt-([5-9]|\d\d))")
"""OpenAI's reasoning models reject a temperature."""


def load_remote(provider: str, model: str, *, base_url: str, offline: bool) -> BaseChatModel:
    """The chat model `model` of `provider`.

    Repeating a failed request is the caller's affair, so the client's own repeats are off.

    Raises:
        UnknownModel: no such provider, or its package is not installed.
        ModelRefused: its key is not set, or it needs the network while offline.
    """
    provider = provider.replace("-", "_").lower()
    name = f"{provider}:{model}"
    if offline and not is_loopback(base_url or _default_address(provider)):
        raise ModelRefused(
            f"`{name}` needs the network, and Readout is set to stay offline.",
            hint="Drop --offline (RAG_OFFLINE, `offline` in rag.toml), or use --model local",
        )
    from langchain.chat_models import init_chat_model

    try:
        chat: BaseChatModel = init_chat_model(
            model, model_provider=provider, **_options(provider, model, base_url)
        )
    except ImportError as exc:
        raise UnknownModel(
            f"`{name}` needs a package that is not installed.", hint=_install(provider, exc)
        ) from exc
    except Exception as exc:
        if isinstance(exc, ValueError) and "Unsupported" in str(exc):
            raise unknown_provider(provider, model) from exc
        raise _not_made(provider, name, exc) from exc
    return chat


def _not_made(provider: str, name: str, exc: Exception) -> RagError:
    """Why a client could not even be made; nearly always its key is not set."""
    variable = f"{provider.upper()}_API_KEY"
    if re.search(r"api[_ ]key|credentials", str(exc), re.IGNORECASE) and variable not in os.environ:
        return ModelRefused(f"`{name}` needs a key.", hint=f"Set it: export {variable}=…")
    return translate_error(exc)


def _options(provider: str, model: str, base_url: str) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if provider in OWN_RETRIES:
        options |= {"max_retries": 0, "timeout": TIMEOUT_SECONDS}
    if base_url:
        options["base_url"] = base_url
    if provider == "openai":
        options["stream_usage"] = True
        if base_url and not os.environ.get("OPENAI_API_KEY"):
            options["api_key"] = "none"  # servers of one's own seldom want a key
    if provider in {"openai", "ollama", "mistralai", "groq"} and not NO_TEMPERATURE.match(model):
        options["temperature"] = 0
    return options


def _install(provider: str, exc: ImportError) -> str:
    if provider in EXTRAS:
        return f"pip install 'readout-rag[{provider}]'"
    found = re.search(r"pip install [\w-]+", str(exc))
    return found.group() if found else f"pip install langchain-{provider.replace('_', '-')}"


def unknown_provider(provider: str, model: str) -> UnknownModel:
    """The error for `provider:model` where LangChain has no such provider."""
    near = get_close_matches(provider, [*PROVIDERS, "local"], n=1, cutoff=0.6)
    hint = f"Did you mean `{near[0]}:{model}`?" if near else f"Known: {', '.join(PROVIDERS)}."
    return UnknownModel(f"`{provider}` is no provider that LangChain knows.", hint=hint)


def _default_address(provider: str) -> str:
    """Where a provider's client connects by default, as far as it may be this machine."""
    if provider != "ollama":
        return ""
    host = os.environ.get("OLLAMA_HOST", OLLAMA)
    return host if "://" in host else f"http://{host}"


def is_loopback(url: str) -> bool:
    """Whether `url` stays on this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
