"""Going on with a saved conversation: what was said last, and what has changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rag.chat.conversation import Conversation
from rag.chat.filters import described
from rag.chat.history import forget_questions
from rag.chat.names import same_name
from rag.chat.session import Session
from rag.chat.sources import Changed, check_sources
from rag.types import Filters

if TYPE_CHECKING:
    from rag.assistant import Assistant


def resume_session(chat: Conversation, name: str) -> None:
    """Puts the saved conversation of that name in the place of this one.

    Raises:
        UsageError: there is none of that name.
        IndexLocked: it is open in another window.
    """
    if chat.session.turns and same_name(chat.session.name, name):
        return
    session = Session.resume(chat.workspace, name)
    chat.session.close()
    chat.session, chat.keep = session, True
    take_up(chat)


def take_up(chat: Conversation) -> None:
    """Filters, manner and numbers as they were when the conversation stopped."""
    last = chat.last
    if last is None:
        return
    chat.filters = last.filters if chat.filters == Filters() else chat.filters
    chat.evidence_only = chat.evidence_only or last.evidence_only
    answered = [t.answer for t in chat.session.turns if t.answer and not t.dropped]
    chat.show_saved(answered[-1].citations if answered else ())


def greet(chat: Conversation) -> None:
    """Says what is resumed, shows its last exchange, and what has changed since."""
    session, last = chat.session, chat.last
    if last is None:
        chat.screen.note(f"The conversation `{session.name}` has no questions yet.")
        return
    count = sum(not t.dropped for t in session.turns)
    questions = f"{count} question{'' if count == 1 else 's'}"
    chat.screen.note(f"Going on with `{session.name}`: {questions}, the last on {last.at[:16]}.")
    if session.unreadable:
        lines = f"{session.unreadable} line{'' if session.unreadable == 1 else 's'}"
        chat.screen.note(f"{lines} of its record could not be read; the rest is here.")
    chat.screen.line(f"> {last.typed}")
    if last.answer is not None:
        chat.screen.line(last.answer.answer)
    elif last.stopped is not None:
        chat.screen.line(f"{last.stopped} (stopped)".strip())
    else:
        chat.screen.note("It has no answer: the program ended before. Ask it again if you like.")
    if filters := described(chat.filters):
        chat.screen.note(f"Only: {filters}. /filter off searches everything.")


def post_changes(chat: Conversation, assistant: Assistant) -> None:
    """Says which documents of earlier answers have changed since."""
    for document in check_sources(chat.session.turns, lambda n: assistant.index.document(n).text):
        chat.screen.post(change_line(document))


def change_line(changed: Changed) -> str:
    """One document that is no longer what was cited."""
    cited = changed.kept + changed.lost
    if changed.state == "gone":
        return f"{changed.document}, cited before, is no longer in the index."
    if not changed.lost:
        kept = "the quote still stands" if cited == 1 else f"all {cited} quotes still stand"
        return f"{changed.document} has changed since it was cited; {kept}."
    lost = (
        "the quote no longer stands"
        if cited == 1
        else (f"{changed.lost} of {cited} quotes no longer stand")
    )
    return f"{changed.document} has changed since it was cited; {lost} in it."


def start_again(chat: Conversation) -> None:
    """Deletes the record of this conversation and its questions; what follows is a new one."""
    forget_questions({t.typed for t in chat.session.turns})
    chat.session.forget()
    chat.session = Session.open(chat.workspace)
    chat.places = []
