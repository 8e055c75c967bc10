"""Pronouns: he and she, they, it, this and that, each only where the question doesn't bind it."""

from __future__ import annotations

import re

from rag.rewrite.clauses import core, nominal
from rag.rewrite.context import Context
from rag.rewrite.draft import Draft
from rag.rewrite.phrases import (
    AUXILIARIES,
    CLOSING,
    DOCUMENTS,
    EVENTS,
    ISSUES,
    SPEECH,
    THINGS_DO,
    TIMES,
    TITLES,
    TOPIC_BEFORE,
)
from rag.types import Party
from rag.words import STOPWORDS, fold, tokens

PERSONAL = frozenset("he she him his her hers himself herself".split())
PLURAL = frozenset("they them their theirs themselves".split())
POINTING = frozenset("that this these those".split())
POSSESSIVE = frozenset("his her its their".split())
SAYING = frozenset("say said says saying think thinks told".split())
UNKNOWN_NAME = re.compile(r"(?<![.?!:]\s)(?<=\s)[A-Z][a-z]+\s")
"""A word that its capital letter shows to be a name."""
TOGETHER = frozenset("meet talk discuss agree sign call speak exchange".split())


def put_pronouns(draft: Draft) -> None:
    """Notes what each pronoun stands for."""
    found = tokens(draft.question.text)
    for index, (start, end, word) in enumerate(found):
        if draft.claimed(start):
            continue
        following = [w for _, _, w in found[index + 1 : index + 3]]
        before = found[index - 1][2] if index else ""
        if word in PERSONAL:
            _person(draft, (start, end), word, following)
        elif word in PLURAL:
            _group(draft, (start, end), word, before, following)
        elif word == "its":
            _its(draft, start, end)
        elif word == "it":
            _neuter(draft, (start, end), before, following)
        elif word in POINTING:
            _pointing(draft, (start, end), word, before, following)
        elif word == "so" and before in SAYING:
            draft.put_thing(start, end, "the same about {}")


def _person(draft: Draft, span: tuple[int, int], word: str, following: list[str]) -> None:
    start, end = span
    earlier = draft.earlier(start)
    text = draft.question.text
    is_object = word in {"him", "himself"} or (word == "her" and not _owns(word, following))
    if not is_object and any(_is_somebody(m.party, text, m.start) for m in earlier):
        return  # "what did Wang Yi say when he …"
    if not is_object and UNKNOWN_NAME.search(text, 1, start):
        return  # the same with somebody whom nobody has heard of
    if not earlier and re.match(r"(?i)who\s+(?!did|does|was|is|has|do|will)", text):
        return  # "who said that he …"
    but = [*(m.party for m in earlier), *(draft.taken if is_object else ())]
    answers = re.search(r"\b(?:answer|reply|respond|react)\w*", fold(text[end:]))
    if answers and not earlier and word not in POSSESSIVE:
        name = draft.context.other(draft.context.subject_party())
    else:
        name = draft.context.person(pronoun=word, but=but)
    draft.put_name(start, end, name, possessive=_owns(word, following))


def _owns(word: str, following: list[str]) -> bool:
    """Whether `her` and its like own what follows: "her visit", but "thank her for"."""
    return (
        word in POSSESSIVE and bool(following) and following[0] not in STOPWORDS - {"own", "other"}
    )


def _group(
    draft: Draft, span: tuple[int, int], word: str, before: str, following: list[str]
) -> None:
    start, end = span
    earlier, context = draft.earlier(start), draft.context
    if earlier and word != "them":
        return
    subject, parties = context.subject_party(), context.parties()
    speaks = bool(set(following) & (SPEECH | TOGETHER | AUXILIARIES)) or word in {"their", "theirs"}
    if before == "of" and (group := _asked_group(context)):
        draft.put(start, end, group)
        return
    plural = re.search(r"[^s]s$", context.thing()) is not None
    judged = before in {"are", "were"} or subject is None or subject.kind == "person"
    things = plural and not speaks and judged
    if things or (
        word == "them" and (_after_topic_word(draft, start) or (context.thing() and not earlier))
    ):
        draft.put_thing(start, end)
    elif subject and subject.kind != "person" and len(context.last.subjects()) == 1:
        draft.put_name(start, end, context.speaker(), possessive=_owns(word, following))
    elif len(parties) == 2:
        draft.put_name(start, end, " and ".join(parties), possessive=_owns(word, following))
    else:
        name = context.government(but=[m.party for m in earlier])
        draft.put_name(start, end, name, possessive=_owns(word, following))


def _asked_group(context: Context) -> str | None:
    """Who `them` are in "which of them": those that the last question asked for."""
    last = re.match(
        r"(?:which|what)\s+(?P<who>[a-z]+)\s+(?P<rest>.+)$", core(context.last.text), re.IGNORECASE
    )
    if last and fold(last["rest"]).split()[0] not in AUXILIARIES:
        return f"the {last['who']} that {last['rest']}"
    parties = context.parties(at_most=6)
    return " and ".join(parties) if len(parties) > 1 else None


def _its(draft: Draft, start: int, end: int) -> None:
    if not draft.earlier(start):
        draft.put_name(start, end, draft.context.government(), possessive=True)


def _neuter(draft: Draft, span: tuple[int, int], before: str, following: list[str]) -> None:
    start, end = span
    acts = bool(following) and (before in AUXILIARIES or following[0] in AUXILIARIES)
    if _after_topic_word(draft, start):
        draft.put_thing(start, end)
    elif not acts:
        _what_was_said(draft, span, before)
    elif not draft.earlier(start) and not _expletive(draft.question.text[end:]):
        if set(following) & THINGS_DO and not draft.context.topic():
            draft.join = True
            return
        party = draft.context.subject_party()
        alone = len(draft.context.last.subjects()) == 1
        if party and party.kind != "person" and alone and not set(following) & THINGS_DO:
            draft.put_name(start, end, draft.context.speaker())
        elif not alone or draft.context.topic():
            draft.put_thing(start, end)
        else:
            draft.join = True


def _expletive(after: str) -> bool:
    """ "is it true that …", "how long does it take to …"."""  # noqa: D210
    judged = r"\s+(?:true|possible|likely|correct|clear|known|fair|the\s+case)\s+(?:that|to|if)\b"
    return bool(re.match(judged, after) or re.match(r"\s+takes?\b", after))


def _pointing(
    draft: Draft, span: tuple[int, int], word: str, before: str, following: list[str]
) -> None:
    """`that` alone, `that issue`, or the `that` that opens a clause."""
    start, end = span
    noun = following[0] if following else ""
    if not noun or noun in CLOSING | AUXILIARIES or (word == "this" and noun in STOPWORDS):
        _what_was_said(draft, span, before)
    elif noun in ISSUES and draft.context.topic():
        stop = re.compile(r"\s+[\w-]+").match(draft.question.text, end)
        draft.put_thing(start, stop.end() if stop else end)
    elif noun in DOCUMENTS | TIMES | ISSUES:
        draft.join = True
    elif noun in EVENTS and following[1:] and following[1] in {"of", "on", "between", "with"}:
        return  # "that agreement on vaccines" says which
    elif noun in EVENTS or word in {"these", "those", "this"}:
        draft.join = draft.join or not draft.question.mentions
    # "that" with anything else after it opens a clause: "did Xi say that vaccines …"


def _what_was_said(draft: Draft, span: tuple[int, int], before: str) -> None:
    """A pronoun for what was said: the topic after a preposition, the same after a speech verb."""
    if _after_topic_word(draft, span[0]):
        draft.put_thing(*span)
    elif before in SAYING:
        draft.put_thing(*span, "the same about {}")
    elif before in {"with", "to", "by", "after", "for"} and (clause := nominal(draft.context.last)):
        draft.put(*span, clause)
    elif before and before not in AUXILIARIES and draft.context.thing():
        draft.put_thing(*span)
    else:
        draft.join = True


def _is_somebody(party: Party, text: str, start: int) -> bool:
    """A person, or a country with the title of one: "the Iraqi foreign minister"."""
    titled = re.match(rf"\w+(?:['’]s)?\s+(?:{TITLES})\b", text[start:], re.IGNORECASE)
    return party.kind == "person" or titled is not None


def _after_topic_word(draft: Draft, start: int) -> bool:
    before = draft.question.text[:start]
    return any(m.end() == start for m in TOPIC_BEFORE.finditer(draft.question.text)) or bool(
        re.search(r"\bof\s+$", before)
    )
