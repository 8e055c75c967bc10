"""Stand-ins for the models, so that everything can be tried without weights or network.

`--model fake` answers by repeating the first sentence it is given. Options follow as in a web
address: `fake:?delay=0.05&calls=/tmp/calls&script=/tmp/replies.txt&error=429`.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from rag.errors import ModelUnavailable, RateLimited
from rag.words import content_words, stem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NUMBERED = re.compile(r"^\[(\d+)\]\s*(?:\([^)]*\)\s*)?(.*)$", re.MULTILINE)


class FakeModel(BaseChatModel):
    """A chat model that says what it was told to, and remembers what it was asked."""

    takes_grammar: bool = True
    delay: float = 0.0
    """Seconds before each word."""
    calls: str = ""
    """A file that gets one line a call, so that calls can be counted across processes."""
    error: str = ""
    """`429` or `503`: every call fails that way."""
    _queue: list[str] = PrivateAttr(default_factory=list)
    _history: list[list[BaseMessage]] = PrivateAttr(default_factory=list)

    @property
    def history(self) -> list[list[BaseMessage]]:
        """The messages of every call so far."""
        return self._history

    def enqueue(self, *replies: str) -> FakeModel:
        """These replies come next, in this order; after them the first sentence is repeated."""
        self._queue.extend(replies)
        return self

    @property
    def _llm_type(self) -> str:
        return "fake"

    def _reply(self, messages: Sequence[BaseMessage], grammar: str) -> str:
        self._history.append(list(messages))
        prompt = str(messages[-1].content)
        if self.calls:
            _append(Path(self.calls), hashlib.sha256(prompt.encode()).hexdigest()[:12])
        if self.error == "429":
            raise RateLimited("The fake model asks to wait.", retry_after=0.01)
        if self.error:
            raise ModelUnavailable(f"The fake model answers {self.error}.")
        if self._queue:
            return self._queue.pop(0)
        numbered = NUMBERED.findall("\n".join(str(m.content) for m in messages))
        if grammar:
            return numbered[0][0] if numbered else "none"
        return numbered[0][1] if numbered else "Not in the sentences."

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text = "".join(str(c.message.content) for c in self._stream(messages, **kwargs))
        message = AIMessage(content=text, usage_metadata=_usage(messages, text))
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        reply = self._reply(messages, str(kwargs.get("grammar", "")))
        for word in re.findall(r"\S+\s*", reply):
            time.sleep(self.delay)
            yield ChatGenerationChunk(message=AIMessageChunk(content=word))
        usage = _usage(messages, reply)
        yield ChatGenerationChunk(message=AIMessageChunk(content="", usage_metadata=usage))


def load_fake(name: str) -> FakeModel:
    """The fake model of a name such as `fake` or `fake:?delay=0.05&calls=/tmp/calls`."""
    options = {k: v[-1] for k, v in parse_qs(name.partition(":")[2].lstrip("?")).items()}
    model = FakeModel(
        delay=float(options.get("delay", 0)),
        calls=options.get("calls", ""),
        error=options.get("error", ""),
    )
    if "script" in options:
        model.enqueue(*Path(options["script"]).read_text(encoding="utf-8").splitlines())
    return model


class FakeEmbedder:
    """Vectors from hashed stems: texts that share words are near each other."""

    name = "fake"
    dimensions = 96
    max_tokens = 256

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), 96), each of length one."""
        import numpy as np

        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in content_words(text) or ["\0"]:
                digest = hashlib.sha256(stem(word).encode("utf-8", "replace")).digest()
                vectors[row, digest[0] % self.dimensions] += 1 if digest[1] % 2 else -1
            if not vectors[row].any():
                vectors[row, 0] = 1
        norms: NDArray[np.float32] = np.linalg.norm(vectors, axis=1, keepdims=True)
        scaled: NDArray[np.float32] = vectors / norms
        return scaled

    def encode_parts(
        self, texts: Sequence[str], parts: Sequence[Sequence[tuple[int, int]]]
    ) -> tuple[NDArray[np.float32], list[NDArray[np.float32]]]:
        """Vectors of texts, and of the parts of each as if they stood alone."""
        vectors, given = self.encode(texts), zip(texts, parts, strict=True)
        return vectors, [FakeEmbedder.encode(self, [t[a:b] for a, b in ps]) for t, ps in given]

    def count_tokens(self, text: str) -> int:
        """A word piece for every four characters of a word, as a rough model has it."""
        return sum(1 + len(w) // 5 for w in text.split())


def _usage(messages: Sequence[BaseMessage], text: str) -> UsageMetadata:
    prompt = sum(len(str(m.content).split()) for m in messages)
    reply = len(text.split())
    return UsageMetadata(input_tokens=prompt, output_tokens=reply, total_tokens=prompt + reply)


def _append(path: Path, line: str) -> None:
    """One whole line in one write, so that lines of several processes don't mix."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        os.write(handle, f"{line}\n".encode())
    finally:
        os.close(handle)
