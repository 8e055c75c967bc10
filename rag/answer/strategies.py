"""How a model is asked: choose then write, or write at once. Each yields draft sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from rag.answer.prompting import choice_grammar, chosen, numbered
from rag.answer.selecting import QUOTE, SHOW, selected
from rag.errors import RagError, SettingsError
from rag.llm import takes_grammar, translate_error
from rag.prompts import Prompts
from rag.types import Evidence, Query
from rag.weights import catalogue

if TYPE_CHECKING:
    from langchain_core.language_models.chat_models import BaseChatModel
    from langchain_core.runnables import RunnableConfig

SHOWN = 6
"""Sentences in a prompt: more cost a small model time and lead it astray."""
WRITTEN_TOKENS = 120
SENTENCE_END = re.compile(
    r"(?<=[.!?”\"])\s*((?:\[\d+\]\s*[.,]?\s*)+)|(?<=[.!?])\s+(?=[A-Z“\"])|\n+"
)
NONE = re.compile(r"^\W*(?:none|not in the (?:sentences|documents)|no answer)\b", re.IGNORECASE)


@dataclass
class Calls:
    """What the model calls of one question cost."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    first_token: float | None = None
    raw: list[str] = field(default_factory=list)

    def count(self, chunk: Any) -> None:
        """Adds the usage that a chunk reports."""
        usage = getattr(chunk, "usage_metadata", None)
        if usage:
            self.prompt_tokens += usage["input_tokens"]
            self.completion_tokens += usage["output_tokens"]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A sentence as the model wrote it, and the places it points to."""

    text: str
    evidence: tuple[Evidence, ...]


class Strategy(Protocol):
    """A way of asking a model."""

    def drafts(
        self, query: Query, evidence: Sequence[Evidence], calls: Calls
    ) -> Iterator[Draft | int]:
        """Draft sentences as they are finished; an int says how many tokens were written so far.

        Nothing at all means that the model found no answer.
        """


@dataclass(frozen=True)
class ChooseWrite:
    """First the numbers of the sentences that answer, by grammar; then the answer from those."""

    model: BaseChatModel
    prompts: Prompts
    config: RunnableConfig | None = None

    def drafts(
        self, query: Query, evidence: Sequence[Evidence], calls: Calls
    ) -> Iterator[Draft | int]:
        """Draft sentences from the chosen places."""
        shown = evidence[:SHOWN]
        turns = self.prompts.render("choose", question=query.standalone, sentences=numbered(shown))
        grammar = choice_grammar(len(shown))
        reply = ""
        for text in _ask(self.model, turns, calls, self.config, grammar=grammar, max_tokens=12):
            reply += text
            yield calls.completion_tokens
        calls.raw.append(reply)
        picked = [shown[n - 1] for n in chosen(reply, len(shown))]
        if picked:
            yield from _written(self.model, self.prompts, query, picked, calls, config=self.config)


@dataclass(frozen=True)
class SelectWrite:
    """The code selects the best few places by score; the model writes from those alone."""

    model: BaseChatModel
    prompts: Prompts
    config: RunnableConfig | None = None

    def drafts(
        self, query: Query, evidence: Sequence[Evidence], calls: Calls
    ) -> Iterator[Draft | int]:
        """Draft sentences from the selected places."""
        picked = selected(query, evidence, SHOW)
        yield from _written(self.model, self.prompts, query, picked, calls, config=self.config)


@dataclass(frozen=True)
class WriteAlign:
    """One prompt; the answer's sentences are aligned to places by the checks that follow."""

    model: BaseChatModel
    prompts: Prompts
    config: RunnableConfig | None = None

    def drafts(
        self, query: Query, evidence: Sequence[Evidence], calls: Calls
    ) -> Iterator[Draft | int]:
        """Draft sentences from the best places."""
        shown = evidence[:SHOWN]
        yield from _written(self.model, self.prompts, query, shown, calls, config=self.config)


@dataclass(frozen=True)
class Extract:
    """No writing at all: the best places are quoted, introduced by who says them."""

    model: BaseChatModel
    prompts: Prompts
    config: RunnableConfig | None = None

    def drafts(
        self, query: Query, evidence: Sequence[Evidence], calls: Calls
    ) -> Iterator[Draft | int]:
        """An empty draft for each selected place, which the chain replaces by its quote."""
        for place in selected(query, evidence, QUOTE):
            yield Draft(text="", evidence=(place,))


STRATEGIES: dict[str, type[ChooseWrite] | type[SelectWrite] | type[WriteAlign] | type[Extract]] = {
    "choose-write": ChooseWrite,
    "select-write": SelectWrite,
    "write-align": WriteAlign,
    "extract": Extract,
}


def strategy_for(model_name: str, wanted: str = "") -> str:
    """The strategy that is wanted, else what measured best for a model; the catalogue says so.

    Larger models, reached by API, choose well themselves and get one prompt.

    Raises:
        SettingsError: no strategy is called so.
    """
    if wanted and wanted not in STRATEGIES:
        raise SettingsError(
            f"No strategy `{wanted}`.", hint=f"Set `strategy` to one of {', '.join(STRATEGIES)}."
        )
    if wanted:
        return wanted
    if model_name.startswith("local:"):
        entry = catalogue().get(model_name.removeprefix("local:"))
        return (entry.strategy if entry else "") or "select-write"
    return "select-write" if model_name.startswith("fake") else "write-align"


def _written(
    model: BaseChatModel,
    prompts: Prompts,
    query: Query,
    shown: Sequence[Evidence],
    calls: Calls,
    *,
    config: RunnableConfig | None,
) -> Iterator[Draft | int]:
    dated = bool(query.since or query.until)
    turns = prompts.render(
        "write", question=query.standalone, sentences=numbered(shown, dated=dated)
    )
    waiting = whole = ""
    for count, text in enumerate(_ask(model, turns, calls, config, max_tokens=WRITTEN_TOKENS), 1):
        waiting += text
        whole += text
        yield count
        *finished, waiting = split_drafts(waiting)
        for piece in finished:
            yield from _draft(piece, shown)
    calls.raw.append(whole)
    yield from _draft(waiting, shown)


def _draft(piece: str, shown: Sequence[Evidence]) -> Iterator[Draft]:
    text = piece.strip()
    if len(text) < 4 or NONE.match(text):
        return
    places = tuple(shown[n - 1] for n in marks(text, len(shown)))
    yield Draft(text=text, evidence=places)


def marks(text: str, count: int) -> list[int]:
    """The `[n]` of a draft that were handed out."""
    found = [int(n) for n in re.findall(r"\[(\d+)\]", text)]
    return list(dict.fromkeys(n for n in found if 1 <= n <= count))


def split_drafts(text: str) -> list[str]:
    """Finished sentences with their marks, and last what is still being written."""
    pieces: list[str] = []
    start = 0
    for match in SENTENCE_END.finditer(text):
        if match.end() == len(text) and not text.endswith("\n"):
            break  # marks or the next sentence may still be coming
        pieces.append(text[start : match.end()])
        start = match.end()
    return [*pieces, text[start:]]


def _ask(
    model: BaseChatModel,
    turns: Sequence[tuple[str, str]],
    calls: Calls,
    config: RunnableConfig | None,
    *,
    max_tokens: int,
    grammar: str | None = None,
) -> Iterator[str]:
    """The model's reply piece by piece."""
    import time

    options: dict[str, Any] = {"max_tokens": max_tokens}
    if grammar and takes_grammar(model):
        options["grammar"] = grammar
    stream = model.bind(**options).stream(list(turns), config=config)
    while True:
        try:
            chunk = next(stream)
        except StopIteration:
            return
        except RagError:
            raise
        except Exception as exc:  # whatever a provider's client raises
            raise translate_error(exc) from exc
        if calls.first_token is None:
            calls.first_token = time.monotonic()
        calls.count(chunk)
        if text := str(chunk.content):
            yield text
