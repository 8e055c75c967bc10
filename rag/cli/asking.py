"""`rag ask` and `rag search`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli import options
from rag.cli.console import State, filters, state
from rag.errors import UsageError
from rag.types import (
    Answer,
    Citation,
    Drafting,
    EvidenceFound,
    Filters,
    Finished,
    Found,
    SentenceReady,
)
from rag.words import wordless

if TYPE_CHECKING:
    from rag.assistant import Assistant

SHOWN_FIRST = 2
"""Quotes on the screen before the model writes."""


def register(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(ask)
    app.command()(search)


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    as_json: options.Json = False,
    evidence: options.EvidenceOnly = False,
    model: options.Model = None,
    base_url: options.BaseUrl = None,
    k: options.Passages = None,
    since: options.Since = None,
    until: options.Until = None,
    speaker: options.Speaker = None,
    source: options.Source = None,
    document: options.DocumentGlob = None,
) -> None:
    """Answer one question with citations."""
    _in_words(question)
    chosen = filters(since, until, speaker, source, document)
    here = state(context)
    with here.assistant(model=model, base_url=base_url, k=k) as assistant:
        if not evidence:
            evidence = not _weights_ready(here, assistant.settings.model)
        if as_json:
            answer = assistant.ask(question, filters=chosen, evidence_only=evidence)
            typer.echo(json.dumps(answer.to_dict(), ensure_ascii=False))
        else:
            answer = _streamed(here, assistant, question, chosen, evidence)
    _end(here, answer, shown=not as_json)


def _weights_ready(here: State, model: str) -> bool:
    """Fetches a local model's weights if need be; False where the quotes must do."""
    from rag.errors import WeightsMissing
    from rag.llm import full_name
    from rag.weights import catalogue, weights_path

    name = full_name(model).removeprefix("local:")
    if name not in catalogue():
        return True
    try:
        weights_path(name, offline=here.workspace().settings.offline, progress=here.progress())
    except WeightsMissing as exc:
        here.note(f"{exc.message} {exc.hint} The quotes alone follow.")
        return False
    return True


def _streamed(
    here: State, assistant: Assistant, question: str, chosen: Filters, evidence: bool
) -> Answer:
    """Evidence, then sentences as they pass the checks, then the sources not shown yet."""
    from rag.render import Numbered, marked, render_evidence, render_nearest

    numbers = Numbered()
    citations: list[Citation] = []
    with here.writing() as writing:
        for event in assistant.stream(question, filters=chosen, evidence_only=evidence):
            if isinstance(event, EvidenceFound) and event.will_write:
                places = event.evidence[:SHOWN_FIRST]
                for place in places:
                    numbers.show(place)
                here.show(render_evidence(places), "")
                writing.say("Writing")
            elif isinstance(event, Drafting):
                writing.say(f"Writing, {event.tokens} tokens")
            elif isinstance(event, SentenceReady):
                citations.extend(event.citations)
                writing.stop()
                here.show(marked(numbers.text(event.sentence.text, citations)))
            elif isinstance(event, Finished):
                answer = event.answer
    if answer.status == "not_found":
        here.show(marked(answer.answer), render_nearest(answer))
    elif fresh := numbers.new(answer.citations):
        here.show("", render_evidence(fresh, read=answer.answer))
    if answer.status != "failed":
        _sum_up(here, answer)
    return answer


def _sum_up(here: State, answer: Answer) -> None:
    from rag.render import query_notes, summary_line

    for note in query_notes(answer.query):
        here.note(note)
    here.note(summary_line(answer))


def _end(here: State, answer: Answer, *, shown: bool) -> None:
    if here.verbose:
        for note in answer.trace:
            here.note(json.dumps(note, ensure_ascii=False))
    if answer.status == "failed" and answer.error:
        if shown:
            here.note(f"rag: {answer.error['message']}")
            here.note(f"     {answer.error.get('hint', '')}")
        raise typer.Exit(1 if answer.error["type"] == "Defect" else 2)


def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="What to look for.")],
    as_json: options.Json = False,
    k: options.Passages = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show how the question was understood.")
    ] = False,
    since: options.Since = None,
    until: options.Until = None,
    speaker: options.Speaker = None,
    source: options.Source = None,
    document: options.DocumentGlob = None,
) -> None:
    """List the passages that retrieval finds, with rank and score by stage."""
    _in_words(query)
    chosen = filters(since, until, speaker, source, document)
    here = state(context)
    with here.assistant(k=k) as assistant:
        found = assistant.search(query, filters=chosen)
    if as_json:
        typer.echo(json.dumps(_as_contract(found), ensure_ascii=False))
        return
    from rag.render import render_hits, understood

    if explain:
        here.note(understood(found.query))
    here.show(render_hits(found.hits))


def _in_words(question: str) -> None:
    if wordless(question):
        raise UsageError("The question is empty.", hint='Ask one: rag ask "Who said what?"')


def _as_contract(found: Found) -> dict[str, object]:
    passages = [
        {
            "document": h.passage.document,
            "start": h.passage.start,
            "end": h.passage.end,
            "text": h.passage.text,
            "score": round(h.score, 6),
            "stages": dict(h.stages),
        }
        for h in found.hits
    ]
    evidence = [e.to_dict() for e in found.evidence]
    return {"query": found.query.to_dict(), "passages": passages, "evidence": evidence}
