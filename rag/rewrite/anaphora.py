"""Sentences that refer back: "who reported that?", "what did he say?", "when was the call?"."""

from __future__ import annotations

import re

from rag.rewrite.clauses import ADVERBIAL, append, bare, joined, nominal, with_wh
from rag.rewrite.context import Context
from rag.rewrite.draft import Draft
from rag.rewrite.parts import take_apart
from rag.rewrite.phrases import OBJECT_THAT, REPORTING
from rag.rewrite.pronouns import put_pronouns
from rag.rewrite.references import THEN, put_references
from rag.rewrite.result import Rewritten

WH = (
    r"(?:on\s+|in\s+)?(?:when|where|why|how|to\s+whom|(?:which|what)\s+(?:day|date|year|month|time|place|"
    r"occasion))(?:\s+exactly)?"
)
AUXILIARY = r"(?:did|was|is|were|does|do|has|had)(?:n't)?"
HAPPENED = re.compile(
    rf"^(?P<wh>{WH})\s+{AUXILIARY}\s+(?:it|that|this|these|those|all\s+(?:this|that))"
    r"(?:\s+(?:happen(?:ed|ing)?|take\s+place|taking\s+place|occur(?:red)?|said|published|reported|"
    r"made|announced|come\s+about))?$",
    re.IGNORECASE,
)
WHEN_SAID = re.compile(
    rf"^(?P<wh>{WH})\s+{AUXILIARY}\s+(?:he|she|it|they)\s+(?:say|tell|state|claim|do|mention)"
    rf"\s+{OBJECT_THAT}$",
    re.IGNORECASE,
)
WHO_SAID = re.compile(
    r"^(?P<who>who(?:\s+(?:exactly|else))?)\s+(?:said|says|did\s+say|claimed|stated|told|has\s+said)"
    rf"\s+{OBJECT_THAT}(?P<rest>\b.*)?$",
    re.IGNORECASE,
)
REPORTED = re.compile(
    rf"^(?P<head>(?:who|which\s+\w+|what\s+\w+|where)\b[^?]*?\b(?:{REPORTING})\w*)"
    rf"\s+{OBJECT_THAT}(?P<rest>(?:\s+(?:first|too|also|exactly|then))?)$",
    re.IGNORECASE,
)


def resolve(typed: str, context: Context) -> Rewritten | None:
    """The question with its references put into words; None where it has none."""
    question = take_apart(bare(typed), context.names)
    if whole := _about_the_whole(question.text, context):
        return whole
    draft = Draft(question, context)
    put_references(draft)
    put_pronouns(draft)
    if not draft.changes and not draft.join:
        return None
    text, because = draft.text(), "; ".join(draft.reasons) or "it refers to the last question"
    if draft.join:
        return Rewritten(joined(context.last, text), because, joined=True)
    return Rewritten(with_setting(f"{text}?", context), because)


def with_setting(text: str, context: Context) -> str:
    """The date and venue of the last question, where the new one has none of its own."""
    new = take_apart(text, context.names)
    if new.settings or not context.last.setting or THEN.search(text):
        return text
    return append(text, context.last.setting)


def _about_the_whole(text: str, context: Context) -> Rewritten | None:
    """Questions about the last question as a whole: "when was that?", "who reported it?"."""
    last = context.last
    if match := HAPPENED.match(text) or WHEN_SAID.match(text):
        changed = with_wh(last, match["wh"]) if ADVERBIAL.match(match["wh"]) else None
        return Rewritten(changed or joined(last, match["wh"]), f"“{text}” asks about that")
    if match := WHO_SAID.match(text):
        return Rewritten(_who_said(match, context), "“that” is what the last question is about")
    if match := REPORTED.match(text):
        draft = Draft(take_apart(match["head"], context.names), context)
        put_pronouns(draft)
        if clause := nominal(last):
            return Rewritten(f"{draft.text()} {clause}{match['rest']}?", f"“that” is {clause}")
    return None


def _who_said(match: re.Match[str], context: Context) -> str:
    last, topic = context.last, context.thing()
    on_behalf = f" for {context.speaker()}" if last.subject else ""
    about = f" about {topic}" if topic else ""
    if not topic and not on_behalf:
        return joined(last, match.group())
    setting = f" {last.setting}" if last.setting else ""
    return f"{match['who']} said that{on_behalf}{about}{match['rest'] or ''}{setting}?"
