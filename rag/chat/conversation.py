"""One conversation: its state, and how a question of it is asked, shown and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rag.chat.engine import Engine, as_rag_error, missing_weights
from rag.chat.record import SavedTurn, text_hash
from rag.chat.screen import Paragraph, Screen
from rag.chat.session import Session
from rag.errors import RagError
from rag.render import Numbered, query_notes, summary_line
from rag.types import (
    Answer,
    Citation,
    Drafting,
    Event,
    Evidence,
    EvidenceFound,
    Filters,
    Finished,
    SentenceReady,
    Turn,
)
from rag.workspace import Workspace

SHOWN_FIRST = 2
"""Quotes on the screen before the model writes."""


@dataclass
class Conversation:
    """What the prompt, the commands and the answers share."""

    workspace: Workspace
    engine: Engine
    screen: Screen
    session: Session
    filters: Filters = field(default_factory=Filters)
    evidence_only: bool = False
    keep: bool = True
    """Whether it is written down; not where questions come from a pipe and no name was given."""
    places: list[Citation] = field(default_factory=list)
    """What the numbers on the screen refer to, in the last answer."""
    failed: int = 0
    """Questions that ended in an error."""
    saved_files: set[str] = field(default_factory=set)
    """Files that this conversation wrote: it may write them again."""
    without_model: bool = False
    """Whether the model's weights were missing when last looked for."""
    _unsaved: bool = False

    @property
    def last(self) -> SavedTurn | None:
        """The last turn that counts."""
        return next((t for t in reversed(self.session.turns) if not t.dropped), None)

    def ask(self, question: str, *, as_typed: bool = False) -> None:
        """Answers a question on the screen and keeps it; an error is said, never raised.

        Args:
            question: What was typed.
            as_typed: Without what the conversation would add to it.

        Raises:
            KeyboardInterrupt: the person stopped the answer; what was shown of it is kept.
        """
        try:
            self._follow_index()
            evidence_only = self.evidence_only or not self._model_ready()
        except Exception as exc:
            self.failed += 1
            self.screen.error(as_rag_error(exc))
            return
        history = [] if as_typed else self.history()
        number = self._note_asked(question, evidence_only)
        answering = _Answering(self, question, number)
        try:
            for event in self.engine.stream(
                question, filters=self.filters, history=history, evidence_only=evidence_only
            ):
                answering.on(event)
        except KeyboardInterrupt:
            answering.stopped()
            raise
        except Exception as exc:
            self.failed += 1
            self.screen.error(as_rag_error(exc))
        finally:
            answering.paragraph.end()
            self.screen.settle()
            if self.screen.live:
                self.screen.line()

    def history(self) -> list[Turn]:
        """What the next question may refer to."""
        return self.session.history()

    def show_saved(self, citations: Sequence[Citation]) -> None:
        """Makes the numbers of a saved answer those that `/open` and `/sources` take."""
        self.places = list(citations)

    def _follow_index(self) -> None:
        self.screen.working("Searching" if self.engine.ready else "Opening the index")
        if self.engine.refresh():
            self.screen.note("The index has changed; this and later answers use the new one.")
        self.screen.flush()

    def _model_ready(self) -> bool:
        """Whether the model's weights are here; said when that changes, never fetched unasked."""
        missing = missing_weights(self.engine.assistant().settings.model)
        if missing is not None:
            if not self.without_model:
                self.screen.error(missing)
                self.screen.note("Until then the quotes alone answer.")
            self.without_model = True
            return False
        if self.without_model:
            self.screen.note("The model is here now.")
        self.without_model = False
        return True

    def _note_asked(self, question: str, evidence_only: bool) -> int:
        if not self.keep:
            return self.session.remember(question, self.filters, evidence_only).number
        try:
            return self.session.asked(
                question, filters=self.filters, evidence_only=evidence_only
            ).number
        except RagError as exc:
            if not self._unsaved:
                self.screen.error(exc)
            self._unsaved = True
            return len(self.session.turns)

    def keep_answer(self, number: int, answer: Answer, asked: str) -> None:
        """Writes the answer down with the hashes of the texts that it cites."""
        texts = self._hashes(answer)
        if not self.keep:
            self.session.remember_answer(number, answer, asked, texts)
            return
        try:
            self.session.answered(number, answer, asked=asked, texts=texts)
        except RagError as exc:
            if not self._unsaved:
                self.screen.error(exc)
            self._unsaved = True

    def _hashes(self, answer: Answer) -> Mapping[str, str]:
        index = self.engine.assistant().index
        names = dict.fromkeys(c.document for c in answer.citations)
        return {name: text_hash(index.document(name).text) for name in names}


class _Answering:
    """The events of one answer on their way to the screen and the record."""

    def __init__(self, conversation: Conversation, question: str, number: int) -> None:
        self.chat = conversation
        self.screen = conversation.screen
        self.question = question
        self.number = number
        self.asked = question
        self.paragraph = Paragraph(self.screen)
        conversation.places = []
        self.numbers = Numbered()
        self.citations: list[Citation] = []
        self.shown: set[tuple[str, int, int]] = set()
        """Places whose quotes are on the screen already."""
        self.texts: list[str] = []

    def on(self, event: Event) -> None:
        """Shows what there is to show of an event."""
        if isinstance(event, EvidenceFound):
            self._evidence(event)
        elif isinstance(event, Drafting):
            self.screen.working(f"Writing, {event.tokens} tokens")
        elif isinstance(event, SentenceReady):
            self._sentence(event)
        elif isinstance(event, Finished):
            self._finished(event.answer)

    def stopped(self) -> None:
        """Keeps what was shown of an answer that was interrupted."""
        self.paragraph.end()
        self.screen.note("Stopped.")
        partial = " ".join(self.texts)
        self.chat.session.stopped(self.number, self.asked, partial, write=self.chat.keep)

    def _evidence(self, event: EvidenceFound) -> None:
        self.asked = event.query.standalone
        if event.query.standalone != event.query.text:
            self.screen.note(f"→ {event.query.standalone}  (/undo asks it as typed)")
        if event.will_write and event.evidence:
            places = event.evidence[:SHOWN_FIRST]
            self.chat.places = [_numbered(self.numbers.of(p), p) for p in places]
            self.shown = {_key(p) for p in places}
            self.screen.show(self.screen.places(places), "")
            self.screen.working("Writing")

    def _sentence(self, event: SentenceReady) -> None:
        self.citations.extend(event.citations)
        text = self.numbers.text(event.sentence.text, self.citations)
        self.texts.append(event.sentence.text)
        self.paragraph.add(text)

    def _finished(self, answer: Answer) -> None:
        self.paragraph.end()
        if answer.status == "failed":
            self._failed(answer)
        elif answer.status == "not_found":
            self.chat.places = list(answer.citations)
            self.screen.line(answer.answer)
            if answer.not_found and answer.not_found.nearest:
                nearest = [c for c in answer.citations if c.number in answer.not_found.nearest]
                self.screen.show("Nearest:", self.screen.places(nearest))
        else:
            self.chat.places = self._all_places(answer)
            fresh = [p for p in self.chat.places if _key(p) not in self.shown]
            if fresh:
                self.screen.show("", *self.screen.sources(fresh, answer.answer))
        for note in query_notes(answer.query):
            self.screen.note(note)
        if answer.status != "failed":
            self.screen.note(summary_line(answer))
        self.chat.keep_answer(self.number, answer, self.asked)

    def _failed(self, answer: Answer) -> None:
        self.chat.failed += 1
        error = answer.error or {}
        message = error.get("message", "No answer.")
        self.screen.error(RagError(message, hint=error.get("hint", "")))

    def _all_places(self, answer: Answer) -> list[Citation]:
        """Everything that has a number on the screen, cited or only shown, by its number."""
        cited = [_numbered(self.numbers.of(c), c) for c in answer.citations]
        numbers = {c.number for c in cited}
        return sorted(
            [*cited, *(p for p in self.chat.places if p.number not in numbers)],
            key=lambda c: c.number,
        )


def _key(place: Evidence | Citation) -> tuple[str, int, int]:
    return place.document, place.start, place.end


def _numbered(number: int, place: Evidence | Citation) -> Citation:
    from dataclasses import replace

    if isinstance(place, Citation):
        return replace(place, number=number)
    return Citation.of(number, place)
