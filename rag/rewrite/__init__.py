"""Follow-ups become questions that stand alone: "and on Hong Kong?" with what was asked before.

Rules first; no model is needed. What a follow-up leaves out is taken from the last question: the
part that it replaces is exchanged ("and Iraq?"), a reference is put into words ("what did he say
about it?"), and where neither is possible the last question is put in front whole. A question
that names its own subject is left as it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rag.rewrite.anaphora import resolve, with_setting
from rag.rewrite.clauses import append, bare, core, joined
from rag.rewrite.context import Context, Exchange, exchange_of
from rag.rewrite.fragments import (
    CORRECTED,
    is_fragment,
    is_wh_fragment,
    rewrite_fragment,
    rewrite_more,
    rewrite_short_question,
    rewrite_wh,
)
from rag.rewrite.parts import Parts, take_apart
from rag.rewrite.phrases import (
    CHINESE_ABOUT,
    CONNECTIVE,
    GENERIC,
    MORE,
    NEW_SUBJECT,
    TRAILING,
    WHAT_ABOUT,
)
from rag.rewrite.result import Rewriting, Rewritten
from rag.types import Party, Turn
from rag.words import content_words, fold, numbers, tokens

if TYPE_CHECKING:
    from rag.names import Names

__all__ = ["Rewriting", "standalone"]

REMEMBERED = 8
"""Turns: what lies further back is not referred to by a pronoun."""
ANY_LEFT = re.compile(r"\b(?:any|some|one|ones|none|more|less)$", re.IGNORECASE)
REACTS = re.compile(r"\b(?:respon|repl|react|answer|agree|disagree|differ)\w*$", re.IGNORECASE)
CLOSED = ("?", "？", ".", "!", "。")
LONGEST = 600
"""Characters: a longer text is no follow-up."""

LONGEST_ANSWER = 3000
"""Characters of an answer in which names are looked for."""

Model = Callable[[str, Sequence[Turn]], str]


def standalone(
    question: str, history: Sequence[Turn], names: Names, *, model: Model | None = None
) -> Rewriting:
    """The question as it can be understood without the conversation.

    Args:
        question: As typed.
        history: Earlier turns, oldest first, their questions as typed or standalone.
        names: Who is who; the persons of the documents among them.
        model: Asked where the rules can only put the last question in front; what it writes is
            used if it names nothing that the conversation does not.
    """
    exchanges: list[Exchange] = []
    for turn in history[-REMEMBERED:]:
        found = _rewrite(turn.question, exchanges, names)
        text = (found.text if found else turn.question)[:LONGEST]
        answer = turn.answer[:LONGEST_ANSWER]
        exchanges.append(exchange_of(text, answer, found.replaced if found else "", names))
    outcome = _rewrite(question, exchanges, names)
    if outcome is None or fold(bare(outcome.text)) == fold(bare(question)):
        return Rewriting(text=question, changed=False)
    if outcome.joined and model is not None:
        written = " ".join(model(question, history).split())
        if _invents_nothing(written, question, history):
            return Rewriting(text=written, changed=True, because="read by the model")
    text = outcome.text[:1].upper() + outcome.text[1:]
    text = text if text.endswith(CLOSED) else f"{text}?"
    return Rewriting(text=text, changed=True, because=outcome.because, joined=outcome.joined)


def _rewrite(question: str, exchanges: Sequence[Exchange], names: Names) -> Rewritten | None:
    """What the rules make of a question; None where it stands alone."""
    typed = " ".join(question.split())
    if not exchanges or not typed or len(typed) > LONGEST or NEW_SUBJECT.match(typed):
        return None
    context = Context(tuple(exchanges), names)
    if fold(typed).startswith(f"{fold(core(context.last.text))}, and "):
        return None  # the last question is in front already
    rest, connected, about = _stripped(typed)
    if not rest:
        return None
    if MORE.match(rest):
        return rewrite_more(context)
    if about or CORRECTED.match(rest):
        return rewrite_fragment(rest, context)
    if is_wh_fragment(rest):
        return rewrite_wh(rest, context)
    if is_fragment(rest):
        searched = not connected and _stands_alone(rest, typed, names)
        return None if searched else rewrite_fragment(rest, context)
    return (
        rewrite_short_question(rest, context)
        or resolve(rest, context)
        or _elliptical(rest, context, connected=connected)
    )


def _stripped(typed: str) -> tuple[str, bool, bool]:
    """The question without what ties it to the last one, and whether something did.

    Returns:
        The rest; whether a connective stood before it; whether it was "what about …".
    """
    if chinese := CHINESE_ABOUT.match(typed):
        return chinese["what"], True, True
    text = bare(typed).lstrip(" ¿¡")
    connective = CONNECTIVE.match(text)
    rest = text[connective.end() :] if connective else text
    about = WHAT_ABOUT.match(rest)
    rest = rest[about.end() :] if about else rest
    # "what about the fact that it did …?" is a sentence all the same
    fragment = is_fragment(rest) or is_wh_fragment(rest)
    if about and not fragment:
        rest, about = text[connective.end() :] if connective else text, None
    if fragment:
        rest = TRAILING.sub("", rest)
    return rest.strip(" ,;:"), bool(connective), bool(about)


def _stands_alone(rest: str, typed: str, names: Names) -> bool:
    """Whether a string without a verb is a search of its own: a name and a thing, or several."""
    parts = take_apart(rest, names)
    if parts.mentions and parts.topic and parts.subject:
        return True
    own = len(set(content_words(rest)) - GENERIC)
    asks = typed.rstrip().endswith(("?", "？"))
    return own > (4 if asks else 2) or (bool(parts.mentions) and own > 1 and not asks)


def _elliptical(question: str, context: Context, *, connected: bool) -> Rewritten | None:
    """Whole sentences that leave out what the last question supplies."""
    parts = take_apart(question, context.names)
    own = _own_words(parts)
    topic = context.topic()
    if connected and ANY_LEFT.search(question):
        return Rewritten(joined(context.last, question), "of the last question", joined=True)
    if own or (parts.mentions and not parts.subject):
        return _continued(parts, context) if connected else None
    if parts.settings and not connected:
        return None  # "what happened on August 20?" says itself what it is about
    if not parts.mentions:
        return Rewritten(
            joined(context.last, question), "it continues the last question", joined=True
        )
    if not topic or parts.topic or len(parts.mentions) > 1:
        return _continued(parts, context) if connected else None
    if any(
        context.names.same(m.party, s) for m in parts.mentions for s in _named_in(topic, context)
    ):
        topic = context.speaker()  # asked about, and now asked: the two change places
        if not topic:
            return None
    reacts = REACTS.search(question)
    word = "on" if reacts else "about"
    text = with_setting(append(question, f"{word} {topic}", parts.settings), context)
    return Rewritten(text, f"about {topic}, as before", "subject")


def _continued(parts: Parts, context: Context) -> Rewritten | None:
    """ "And what did India say about Kashmir?" stays within the date and place of the last."""  # noqa: D210
    shared = {w for w in content_words(context.topic())} & set(content_words(parts.text))
    if not shared or parts.settings or not context.last.setting:
        return None
    return Rewritten(with_setting(f"{parts.text}?", context), f"{context.last.setting}, as before")


def _own_words(parts: Parts) -> list[str]:
    """The content words of a question that are neither names of parties nor generic."""
    inside = [(m.start, m.end) for m in parts.parties()] + list(parts.settings)
    outside = "".join(
        " " if any(a <= i < b for a, b in inside) else c for i, c in enumerate(parts.text)
    )
    return [w for w in content_words(outside) if w not in GENERIC and len(w) > 1]


def _named_in(words: str, context: Context) -> list[Party]:
    return [m.party for m in context.names.find(words, fuzzy=True)]


def _invents_nothing(written: str, question: str, history: Sequence[Turn]) -> bool:
    """Whether every capitalised word and number of the model's text was said before."""
    said = " ".join([question, *(f"{t.question} {t.answer}" for t in history)])
    known = {fold(w) for _, _, w in tokens(said)}
    named = [written[a:b] for a, b, _ in tokens(written)][1:]
    fresh = [w for w in named if w[:1].isupper() and fold(re.sub(r"['’]s?$", "", w)) not in known]
    return 0 < len(written) <= LONGEST and not fresh and numbers(written) <= numbers(said)
