"""A conversation with a stand-in for the assistant, run as a program of its own by the tests.

The stand-in answers from the documents of the workspace: the sentence that shares most words with
the question. Environment: `CHAT_DELAY` seconds before each event, `CHAT_OPENING` before it is
open, `CHAT_ERROR` a message that every answer fails with, `CHAT_NO_INDEX` for a missing index.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

from rag.errors import IndexMissing, UnknownDocument
from rag.names import Names
from rag.rewrite import standalone
from rag.types import (
    Answer,
    AnswerSentence,
    Citation,
    Document,
    Drafting,
    Event,
    Evidence,
    EvidenceFound,
    Filters,
    Finished,
    Metadata,
    NotFound,
    Party,
    Query,
    SentenceReady,
    Statement,
    Timing,
    Turn,
)
from rag.words import stems

PEOPLE = [
    Party(name="Imran Khan", country="Pakistan", office="prime minister"),
    Party(name="Xi Jinping", country="China", office="president"),
    Party(name="Wang Yi", country="China", office="foreign minister"),
]
SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")


class Index:
    """Documents of a folder as they are when it is opened."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._texts = self._read()
        self.fingerprint = self._hash(self._texts)

    def _read(self) -> dict[str, str]:
        files = sorted(self.folder.glob("*.txt"))
        return {f.name: f.read_bytes().decode("utf-8", "replace") for f in files}

    def _hash(self, texts: dict[str, str]) -> str:
        return hashlib.sha256(repr(sorted(texts.items())).encode()).hexdigest()[:16]

    @property
    def changed(self) -> bool:
        return self._hash(self._read()) != self.fingerprint

    def documents(self) -> list[SimpleNamespace]:
        return [SimpleNamespace(name=n, metadata=Metadata()) for n in self._texts]

    def document(self, name: str) -> Document:
        if name not in self._texts:
            raise UnknownDocument(f"No document {name!r} is in the index.", hint="Near names: none")
        return Document(name=name, text=self._texts[name])

    def people(self) -> list[Party]:
        return PEOPLE

    def statements(self) -> list[Statement]:
        found = []
        for name, text in self._texts.items():
            for match in re.finditer(r"Pakistan (?:firmly )?supports[^.]*", text):
                found.append(
                    Statement(
                        document=name,
                        start=match.start(),
                        end=match.end(),
                        quote=match.group(),
                        cue_start=match.start(),
                        cue_end=match.start(),
                        sentence=0,
                        speaker=PEOPLE[0],
                    )
                )
        return found

    def close(self) -> None:
        """Nothing to let go of."""


class Assistant:
    """Answers with the sentence that shares most words with the question."""

    def __init__(self, folder: Path, model: str | None = None) -> None:
        self.index = Index(folder)
        self.model_name = model or "fake"
        self.settings = SimpleNamespace(model=self.model_name, base_url="", offline=True)
        self.names = Names.load(people=PEOPLE)
        self.delay = float(os.environ.get("CHAT_DELAY", "0"))

    def warm(self) -> None:
        """Nothing to load."""

    def search(self, question: str) -> None:
        """Nothing to load."""

    def close(self) -> None:
        self.index.close()

    def stream(
        self,
        question: str,
        *,
        filters: Filters | None = None,
        history: Sequence[Turn] = (),
        evidence_only: bool = False,
    ) -> Iterator[Event]:
        asked = standalone(question, history, self.names).text
        places = self._find(asked, filters or Filters())
        query = Query(text=question, standalone=asked)
        yield EvidenceFound(
            query=query,
            evidence=tuple(places),
            retrieve_ms=20,
            will_write=bool(places) and not evidence_only,
        )
        if error := os.environ.get("CHAT_ERROR"):
            failed = {"type": "RateLimited", "message": error, "hint": "Wait a minute."}
            yield Finished(answer=Answer(id="q", question=question, status="failed", error=failed))
            return
        yield from self._written(question, asked, places, evidence_only)

    def _written(
        self, question: str, asked: str, places: list[Evidence], evidence_only: bool
    ) -> Iterator[Event]:
        citations = tuple(Citation.of(n, p) for n, p in enumerate(places[:2], 1))
        common = {"id": "q", "question": question, "model": "" if evidence_only else "fake"}
        timing = Timing(retrieve_ms=20, first_token_ms=100, total_ms=300)
        if not places:
            none = NotFound(reason="no_document")
            text = "Not in the documents."
            yield Finished(
                answer=Answer(
                    **common, status="not_found", answer=text, not_found=none, timing=timing
                )
            )
            return
        sentences = []
        for number, citation in enumerate(citations, 1):
            for tokens in range(3):
                time.sleep(self.delay)
                yield Drafting(tokens=tokens)
            text = (
                f"The documents say of this, as to “{asked}”, what place {number} holds. [{number}]"
            )
            sentence = AnswerSentence(text=text, citations=(number,), support=1.0, origin="model")
            sentences.append(sentence)
            yield SentenceReady(sentence=sentence, citations=(citation,))
        yield Finished(
            answer=Answer(
                **common,
                status="answered",
                answer=" ".join(s.text for s in sentences),
                sentences=tuple(sentences),
                citations=citations,
                evidence=tuple(places),
                timing=timing,
            )
        )

    def _find(self, question: str, filters: Filters) -> list[Evidence]:
        wanted = stems(question) - stems("say said tell")
        found = []
        for info in self.index.documents():
            if filters.document and filters.document not in info.name:
                continue
            text = self.index.document(info.name).text
            for match in SENTENCE.finditer(text):
                score = len(wanted & stems(match.group()))
                if score:
                    found.append(self._evidence(info.name, text, match.span(), score))
        return sorted(found, key=lambda e: (-e.score, e.document, e.start))[:4]

    def _evidence(self, name: str, text: str, span: tuple[int, int], score: int) -> Evidence:
        start, end = span
        return Evidence(
            document=name,
            start=start,
            end=end,
            quote=text[start:end],
            score=float(score),
            published="2021-10-28",
            speaker="Imran Khan",
            country="Pakistan",
            title="A call",
        )


def open_assistant(folder: Path, model: str | None = None) -> Assistant:
    """The stand-in, after the delay that was asked for."""
    time.sleep(float(os.environ.get("CHAT_OPENING", "0")))
    if os.environ.get("CHAT_NO_INDEX"):
        raise IndexMissing(f"Nothing has been indexed in {folder.name} yet.", hint="Run: rag index")
    return Assistant(folder, model)


def main() -> int:
    import argparse

    from rag.chat import run_chat
    from rag.workspace import Workspace

    parser = argparse.ArgumentParser()
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--session")
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--evidence", action="store_true")
    given = parser.parse_args()
    workspace = Workspace.open(given.workspace)
    return run_chat(
        workspace,
        lambda model: open_assistant(workspace.documents, model),
        session=given.session,
        plain=given.plain,
        evidence_only=given.evidence,
    )


if __name__ == "__main__":
    sys.exit(main())
