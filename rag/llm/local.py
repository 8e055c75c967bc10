"""The local model as LangChain sees it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    convert_to_openai_messages,
)
from langchain_core.messages.ai import InputTokenDetails, UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from rag.errors import WeightsCorrupt
from rag.llm.engine import Chunk, Engine, EngineSettings, engine_for
from rag.types import Progress
from rag.weights import verify, weights_path


class LocalModel(BaseChatModel):
    """A GGUF model through llama.cpp in this process.

    Call options, also through `bind`: `max_tokens`, `stop`, `grammar` (GBNF, rule `root`),
    `temperature`, `seed`, `logprobs` with `top_logprobs`, and any other field of llama.cpp's chat
    completion. The same prompt gives the same words unless another temperature is asked for.
    """

    model_name: str
    """As a person names it: `local:qwen2.5-coder-1.5b`."""
    weights: str = ""
    """A name of the catalogue, or empty where `path` is given."""
    path: Path | None = None
    """A GGUF file of the user's own."""
    context: int = 4096
    """Tokens of prompt and answer together."""
    threads: int = 0
    """0 for one a physical core."""
    temperature: float = 0.0
    seed: int = 1
    max_tokens: int = 512
    offline: bool = False
    fetch: bool = True
    """Whether absent weights may be downloaded."""
    takes_grammar: bool = True
    """For callers that constrain an answer where the model can be constrained."""

    _progress: Progress | None = PrivateAttr(default=None)
    _engine: Engine | None = PrivateAttr(default=None)

    def show_progress(self, progress: Progress | None) -> None:
        """Where a download of the weights is shown."""
        self._progress = progress

    def warm(self, messages: Sequence[BaseMessage] = ()) -> None:
        """Fetches and loads the weights; with `messages`, reads them so that their prefix is kept.

        Raises:
            WeightsMissing: absent, and not to be fetched or not to be had.
            WeightsCorrupt: they cannot be loaded.
        """
        engine = self._loaded()
        if messages:
            for _ in engine.stream(self._body(messages, None, {"max_tokens": 1})):
                pass

    def _loaded(self) -> Engine:
        if self._engine is None or not self._engine.loaded:
            self._engine = self._located()
            try:
                self._engine.load()
            except WeightsCorrupt:
                if not self.weights or self._intact():
                    raise
                self._engine = self._located()  # which fetches a damaged file anew
                self._engine.load()
        return self._engine

    def _located(self) -> Engine:
        path = self.path or weights_path(
            self.weights, offline=self.offline, progress=self._progress, fetch=self.fetch
        )
        return engine_for(
            EngineSettings(path=path.resolve(), context=self.context, threads=self.threads)
        )

    def _intact(self) -> bool:
        """Whether the file is still what was fetched; if so, something else is wrong."""
        try:
            verify(self.weights)
        except WeightsCorrupt:
            return False
        return True

    def close(self) -> None:
        """Frees the memory; the next call loads the weights again."""
        if self._engine is not None:
            self._engine.close()

    @property
    def _llm_type(self) -> str:
        return "readout-local"

    @property
    def _identifying_params(self) -> Mapping[str, Any]:
        return {
            "model_name": self.model_name,
            "temperature": self.temperature,
            "seed": self.seed,
            "max_tokens": self.max_tokens,
        }

    def get_num_tokens(self, text: str) -> int:
        """An estimate, a little high for English: the engine counts only what it reads."""
        return math.ceil(len(text.encode("utf-8")) / 4)

    def _body(
        self, messages: Sequence[BaseMessage], stop: list[str] | None, options: Mapping[str, Any]
    ) -> dict[str, Any]:
        body: dict[str, Any] = {
            "messages": convert_to_openai_messages(list(messages), text_format="string"),
            "temperature": self.temperature,
            "seed": self.seed,
            "max_tokens": self.max_tokens,
        }
        if stop:
            body["stop"] = list(stop)
        return body | {key: value for key, value in options.items() if value is not None}

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        chunks = self._loaded().stream(self._body(messages, stop, kwargs))
        for chunk in chunks:
            generation = self._generation(chunk)
            if generation is None:
                continue
            if run_manager and generation.text:
                run_manager.on_llm_new_token(generation.text, chunk=generation)
            yield generation

    def _generation(self, chunk: Chunk) -> ChatGenerationChunk | None:
        """One chunk of llama.cpp's; None for its reports on how far the prompt has been read."""
        if chunk.get("usage"):
            return ChatGenerationChunk(
                message=AIMessageChunk(content="", usage_metadata=_usage(chunk["usage"]))
            )
        choice = (chunk.get("choices") or [{}])[0]
        text = (choice.get("delta") or {}).get("content") or ""
        details: dict[str, Any] = {}
        if choice.get("logprobs"):
            details["logprobs"] = choice["logprobs"]
        if choice.get("finish_reason"):
            details |= {"finish_reason": choice["finish_reason"], "model_name": self.model_name}
        if not text and not details:
            return None
        message = AIMessageChunk(content=text, response_metadata=details)
        return ChatGenerationChunk(message=message, generation_info=details or None)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text, details, usage, tokens = "", dict[str, Any](), None, list[Any]()
        for part in self._stream(messages, stop, run_manager, **kwargs):
            message = part.message
            assert isinstance(message, AIMessageChunk)
            text += part.text
            details |= message.response_metadata
            tokens += message.response_metadata.get("logprobs", {}).get("content", [])
            usage = message.usage_metadata or usage
        if tokens:
            details["logprobs"] = {"content": tokens}
        answer = AIMessage(content=text, response_metadata=details, usage_metadata=usage)
        return ChatResult(generations=[ChatGeneration(message=answer, generation_info=details)])


def _usage(data: Mapping[str, Any]) -> UsageMetadata:
    read, written = int(data.get("prompt_tokens", 0)), int(data.get("completion_tokens", 0))
    kept = int((data.get("prompt_tokens_details") or {}).get("cached_tokens", 0))
    return UsageMetadata(
        input_tokens=read,
        output_tokens=written,
        total_tokens=read + written,
        input_token_details=InputTokenDetails(cache_read=kept),
    )
