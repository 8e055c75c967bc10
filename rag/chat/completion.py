"""What Tab completes: commands and what follows them; in a question, documents and names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from prompt_toolkit.completion import CompleteEvent, Completer, Completion, PathCompleter
from prompt_toolkit.document import Document as Typed

from rag.chat.commands import COMMANDS
from rag.chat.conversation import Conversation
from rag.chat.filters import FILTER_KEYS
from rag.chat.ledger import SAID_KEYS
from rag.chat.session import list_sessions
from rag.weights import catalogue

SHORTEST = 2
"""Letters of a word in a question before anything is offered for it."""
SAVABLE = (".md", ".json", ".html")


class ChatCompleter(Completer):
    """Completes lines of a conversation."""

    def __init__(self, chat: Conversation) -> None:
        self._chat = chat
        self._files = PathCompleter(
            expanduser=True, file_filter=lambda n: n.endswith(SAVABLE) or "." not in n
        )

    def get_completions(
        self, document: Typed, complete_event: CompleteEvent
    ) -> Iterator[Completion]:
        """What may stand at the cursor."""
        text = document.text_before_cursor
        if not text.startswith("/"):
            if complete_event.completion_requested:
                yield from self._in_question(text)
            return
        name, space, rest = text[1:].partition(" ")
        if not space:
            yield from _matching(name, COMMANDS, describe=lambda n: COMMANDS[n].does)
        elif name == "save":
            inner = Typed(rest, len(rest))
            yield from self._files.get_completions(inner, complete_event)
        elif name in self._arguments():
            yield from _matching(_last_word(rest), self._arguments()[name]())

    def _arguments(self) -> dict[str, Callable[[], Iterable[str]]]:
        return {
            "open": lambda: [*(str(p.number) for p in self._chat.places), *self._documents()],
            "sources": lambda: [str(p.number) for p in self._chat.places],
            "evidence": lambda: ["on", "off"],
            "filter": lambda: [*FILTER_KEYS, "off"],
            "said": lambda: SAID_KEYS,
            "who": self._names,
            "resume": self._sessions,
            "forget": self._sessions,
            "model": _models,
            "help": lambda: (),
        }

    def _in_question(self, text: str) -> Iterator[Completion]:
        word = _last_word(text)
        if len(word) >= SHORTEST:
            yield from _matching(word, [*self._names(), *self._documents()])

    def _documents(self) -> list[str]:
        ready = self._chat.engine.ready
        return [d.name for d in ready.index.documents()] if ready else []

    def _names(self) -> list[str]:
        ready = self._chat.engine.ready
        if ready is None:
            return []
        people = [p.name for p in ready.index.people()]
        countries = [p.country for p in ready.index.people() if p.country]
        return list(dict.fromkeys([*people, *countries]))

    def _sessions(self) -> list[str]:
        return [s.name for s in list_sessions(self._chat.workspace)]


def _models() -> list[str]:
    return ["local", *(f"local:{e.name}" for e in catalogue().values() if e.kind == "llm")]


def _last_word(text: str) -> str:
    found = re.search(r"\S+$", text)
    return found.group() if found else ""


def _matching(
    begun: str, known: Iterable[str], *, describe: Callable[[str], str] | None = None
) -> Iterator[Completion]:
    """Those that begin so, then those that hold three letters of it; case does not matter."""
    wanted = begun.casefold()
    options = list(known)
    first = [o for o in options if o.casefold().startswith(wanted)]
    then = [o for o in options if len(wanted) > 2 and wanted in o.casefold() and o not in first]
    for option in [*first, *then][:50]:
        about = describe(option) if describe else None
        yield Completion(option, start_position=-len(begun), display_meta=about)
