"""The commands of a conversation: each a small function that returns what to show."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.chat import clipboard, export, ledger, pager
from rag.chat.conversation import Conversation
from rag.chat.filters import changed_filters, described
from rag.chat.names import near_names
from rag.chat.resume import greet, post_changes, resume_session, start_again
from rag.chat.session import SessionInfo, delete_session, list_sessions
from rag.chat.sources import find_quote
from rag.errors import UsageError
from rag.render import heading_line, marked
from rag.types import Citation
from rag.words import sanitize

if TYPE_CHECKING:
    from rich.console import RenderableType

Shown = Sequence["RenderableType | str"]
"""What a command shows, line by line; text is plain text."""
PLACE = re.compile(r"^(?P<name>.+?)(?::(?P<start>\d+)-(?P<end>\d+))?$")


@dataclass(frozen=True)
class Command:
    """A command: what follows its name, what it does, and the function."""

    arguments: str
    does: str
    run: Callable[[Conversation, str], Shown]


class Leave(Exception):
    """The person wants to leave."""


def run_command(chat: Conversation, line: str) -> None:
    """Runs a line that begins with `/`.

    Raises:
        UsageError: there is no such command (the hint names the near one), or it can't be done.
        Leave: it was `/quit`.
    """
    name, _, words = line[1:].strip().partition(" ")
    chat.screen.show(*_texts(find_command(name).run(chat, words.strip())))


def find_command(name: str) -> Command:
    """The command of that name, also by a beginning that only one has.

    Raises:
        UsageError: there is none.
    """
    wanted = name.lower()
    if wanted in COMMANDS:
        return COMMANDS[wanted]
    begins = [c for c in COMMANDS if wanted and c.startswith(wanted)]
    if len(begins) == 1:
        return COMMANDS[begins[0]]
    near = begins or near_names(wanted, COMMANDS)
    hint = f"Did you mean {' or '.join(f'/{n}' for n in near[:3])}?" if near else "See /help."
    raise UsageError(f"There is no command /{name}.", hint=hint)


def show_help(chat: Conversation, _: str) -> Shown:
    """All commands, one a line."""
    rows = [(f"/{name} {c.arguments}".strip(), c.does) for name, c in COMMANDS.items()]
    keys = "Esc Enter begins a new line; Ctrl-C stops an answer; Ctrl-D leaves."
    if chat.screen.plain or not chat.screen.live:
        return [*(f"{name}: {does}" for name, does in rows), keys]
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=chat.screen.width >= 60, style="cyan")
    table.add_column()
    for name, does in rows:
        table.add_row(name, does)
    return [table, keys]


def show_sources(chat: Conversation, words: str) -> Shown:
    """The numbered places of the last answer, or one of them."""
    places = [_place(chat, words)] if words else chat.places
    if not places:
        return ["The last answer has no sources."]
    titles = [f"“{p.title}”" for p in places if p.title and words]
    return [chat.screen.places(places), *titles]


def open_place(chat: Conversation, words: str) -> Shown:
    """The document at a numbered place, or any document by name."""
    index = chat.engine.assistant().index
    match = PLACE.match(words)
    if words.isdigit() or not match:
        place = _place(chat, words)
        document = index.document(place.document)
        span = find_quote(place, document.text)
        if span is None:
            chat.screen.note("The quote no longer stands in the document, which has changed.")
        elif span != (place.start, place.end):
            chat.screen.note("The document has changed; the quote stands elsewhere in it now.")
        pager.open_document(document, *(span or (0, 0)), chat.screen)
        return []
    known = {d.name for d in index.documents()}
    document = index.document(words if words in known else match["name"])
    low, high = (int(match["start"] or 0), int(match["end"] or 0)) if words not in known else (0, 0)
    pager.open_document(document, low, min(high, len(document.text)), chat.screen)
    return []


def show_who(chat: Conversation, words: str) -> Shown:
    """Who speaks in the documents, how often; or what is known of one of them."""
    assistant = chat.engine.assistant()
    found = ledger.speakers(assistant)
    if words:
        party = assistant.names.resolve(words)
        found = [(p, n) for p, n in found if party and assistant.names.same(p, party)]
        if not found:
            return [f"Nobody called {words!r} speaks in the documents."]
    if not found:
        return ["Nobody is quoted in the documents."]
    return [_who_line(chat, party.name, party.office, party.country, n) for party, n in found[:40]]


def show_said(chat: Conversation, words: str) -> Shown:
    """Statements of the ledger: by whom, about what, to whom, when."""
    found = ledger.find_statements(chat.engine.assistant(), words)
    left_out = [
        f"{number} more {'fits' if number == 1 else 'fit'} but {lack}."
        for number, lack in (
            (found.unattributed, "for a speaker who could not be told"),
            (found.undated, "for a date that is not known"),
        )
        if number
    ]
    if not found.statements:
        return ["No statement of that kind is in the documents.", *left_out]
    chat.places = ledger.as_places(found.statements)
    more = len(found.statements) - len(chat.places)
    rest = [f"{more} more: rag said lists them all."] if more > 0 else []
    return [chat.screen.places(chat.places), *rest, *left_out]


def change_filters(chat: Conversation, words: str) -> Shown:
    """Restricts the documents that are searched, or shows the restriction."""
    if words:
        chat.filters = changed_filters(chat.filters, words)
    now = described(chat.filters)
    return [f"Only: {now}" if now else "All documents are searched."]


def change_model(chat: Conversation, words: str) -> Shown:
    """Goes on with another model, or names the one in use."""
    if words:
        from rag.llm import load_model

        settings = chat.engine.assistant().settings
        load_model(words, base_url=settings.base_url, offline=settings.offline, fetch=False)
        chat.engine.use(words)
    return [f"The model is {chat.engine.assistant().model_name}."]


def change_evidence(chat: Conversation, words: str) -> Shown:
    """Quotes alone, or answers written by the model."""
    if words.lower() not in {"", "on", "off"}:
        raise UsageError(f"/evidence takes on or off, not {words!r}.", hint="/evidence on")
    if words:
        chat.evidence_only = words.lower() == "on"
        chat.without_model = False  # if its weights are still missing, that is said again
    now = "The quotes alone answer." if chat.evidence_only else "The model writes the answers."
    return [now]


def copy_answer(chat: Conversation, _: str) -> Shown:
    """The last answer and its sources to the clipboard."""
    turn = chat.last
    if turn is None or turn.answer is None:
        return ["There is no answer to copy yet."]
    sources = [f"{heading_line(c.number, c)}\n“{c.quote}”" for c in turn.answer.citations]
    taken = clipboard.copy(sanitize("\n\n".join([turn.answer.answer, *sources])))
    if taken is None:
        hint = "Write it to a file instead: /save answer.md"
        raise UsageError("No clipboard can be reached from here.", hint=hint)
    return [f"Copied, through {taken}."]


def save_conversation(chat: Conversation, words: str) -> Shown:
    """The conversation into a file."""
    forced = re.match(r"^(?:--force|-f)\s+", words)
    given = (words[forced.end() :] if forced else words).strip().strip("'\"")
    if not given:
        raise UsageError("/save needs a file's name.", hint="/save conversation.md")
    if not [t for t in chat.session.turns if not t.dropped]:
        return ["There is nothing to save yet."]
    path = Path(given).expanduser()
    ours = str(path.resolve()) in chat.saved_files
    export.save(path, chat.session.name, chat.session.turns, overwrite=bool(forced) or ours)
    chat.saved_files.add(str(path.resolve()))
    return [f"Saved in {path}."]


def show_sessions(chat: Conversation, _: str) -> Shown:
    """The saved conversations about this workspace."""
    found = list_sessions(chat.workspace)
    if not found:
        return ["No conversation is saved yet."]
    return [session_line(info) for info in found[:30]]


def session_line(info: SessionInfo) -> str:
    """One saved conversation: `name · 2026-11-21 18:02 · 3 questions · What did …`."""
    first = info.first_question
    shown = first if len(first) <= 60 else f"{first[:59]}…"
    count = f"{info.turns} question{'' if info.turns == 1 else 's'}"
    when = info.changed.strftime("%Y-%m-%d %H:%M")
    return " · ".join(p for p in (info.name, when, count, shown) if p)


def resume(chat: Conversation, words: str) -> Shown:
    """Goes on with a saved conversation."""
    if not words:
        raise UsageError("/resume needs a name.", hint="The list of them: /sessions")
    resume_session(chat, words)
    greet(chat)
    post_changes(chat, chat.engine.assistant())
    chat.screen.flush()
    return []


def forget(chat: Conversation, words: str) -> Shown:
    """Deletes this conversation's record, or another's."""
    if words and words != chat.session.name:
        return [f"The conversation `{delete_session(chat.workspace, words).name}` is deleted."]
    start_again(chat)
    return ["This conversation is deleted. The next question begins a new one."]


def undo(chat: Conversation, _: str) -> Shown:
    """Asks the last question as it was typed, without what the conversation added."""
    turn = chat.last
    if turn is None:
        return ["There is nothing to undo."]
    if turn.asked in {"", turn.typed}:
        return ["The last question was asked as it was typed."]
    chat.session.drop(turn.number, write=chat.keep)
    chat.screen.note(f"Asked as typed: {turn.typed}")
    chat.ask(turn.typed, as_typed=True)
    return []


def leave(_: Conversation, __: str) -> Shown:
    """Leaves the conversation."""
    raise Leave


COMMANDS: dict[str, Command] = {
    "help": Command("", "the commands", show_help),
    "sources": Command("[n]", "the sources of the last answer", show_sources),
    "open": Command("n | DOCUMENT", "the place in its document", open_place),
    "who": Command("[NAME]", "who speaks in the documents", show_who),
    "said": Command("[by NAME] [about TOPIC] [to NAME]", "their statements", show_said),
    "filter": Command(
        "since|until|speaker|source|document VALUE",
        "search only there; or off",
        change_filters,
    ),
    "model": Command("[NAME]", "another model", change_model),
    "evidence": Command("on|off", "the quotes alone, or answers", change_evidence),
    "copy": Command("", "the last answer to the clipboard", copy_answer),
    "save": Command("FILE.md|.json|.html", "the conversation into a file", save_conversation),
    "sessions": Command("", "the saved conversations", show_sessions),
    "resume": Command("NAME", "go on with one of them", resume),
    "forget": Command("[NAME]", "delete this conversation, or that one", forget),
    "undo": Command("", "ask the last question as it was typed", undo),
    "quit": Command("", "leave", leave),
}


def _place(chat: Conversation, words: str) -> Citation:
    """The place with that number on the screen.

    Raises:
        UsageError: there is none.
    """
    numbers = [p.number for p in chat.places]
    wanted = words.strip("[] ")
    for place in chat.places:
        if wanted == str(place.number):
            return place
    if not numbers:
        raise UsageError("The last answer has no sources.", hint="Ask a question first.")
    hint = f"There are {', '.join(str(n) for n in numbers)}."
    raise UsageError(f"There is no source {words or '…'}.", hint=hint)


def _who_line(
    chat: Conversation, name: str, office: str | None, country: str | None, statements: int
) -> str:
    about = ", ".join(p for p in (office, country if country != name else None) if p)
    said = f"{statements} statement{'' if statements == 1 else 's'}" if statements else ""
    return sanitize(" · ".join(p for p in (name, about, said) if p))


def _texts(shown: Shown) -> list[RenderableType]:
    return [marked(s, plain=True) if isinstance(s, str) else s for s in shown]
