"""Follow-ups that are no sentence: "and on Hong Kong?", "Iraq too?", "why?", "the other one?"."""

from __future__ import annotations

import re

from rag.rewrite.clauses import ADVERBIAL, append, core, joined, predicate, with_wh
from rag.rewrite.context import Context, title_holder
from rag.rewrite.draft import Draft
from rag.rewrite.parts import Span, is_party, take_apart
from rag.rewrite.phrases import (
    AUXILIARIES,
    DATE_PHRASE,
    IMPERATIVES,
    MORE,
    NEAR_DAY,
    SAME_AGAIN,
    SHIFT,
    TITLES,
    TOPIC_BEFORE,
    TRAILING,
    VENUE_PHRASE,
    WH,
    WH_LIGHT,
    YEAR,
)
from rag.rewrite.pronouns import put_pronouns
from rag.rewrite.references import put_references
from rag.rewrite.result import Rewritten
from rag.rewrite.slots import put_party, put_prepositional, put_topic, rewrite_named
from rag.words import fold, words

LONGEST = 9
"""Words: a longer string without a verb is a search, not a follow-up."""
PREPOSITION = re.compile(
    r"^(?P<p>to|with|for|from|against|by|in|at|into|of|between|among|under|through|according\s+to|"
    r"since|until|before|after|during|without|near)\s+(?P<object>.+)$",
    re.IGNORECASE,
)
ONE = (
    r"(?:\s+(?:one|side|party|leader|country|man|woman|person|president|minister|speaker|"
    r"government))?"
)
ONE_OF_TWO = re.compile(
    rf"^(?:(?:from|by|to|with)\s+)?the\s+(?P<which>others?|latter|second|first|former){ONE}$",
    re.IGNORECASE,
)
BOTH = re.compile(
    r"^(?:both|the\s+two|both\s+of\s+them|each)(?:\s+(?:sides?|countries|leaders|parties))?$",
    re.IGNORECASE,
)
CORRECTED = re.compile(
    r"^(?:not\s+[^,]+,\s*(?:but\s+)?(?P<new>.+)|(?P<kept>[^,]+?),?\s+not\s+.+)$", re.IGNORECASE
)
SHORT_QUESTION = re.compile(
    r"^(?:did|does|do|has|have|is|are|was|were|will|would|can|could)(?:n't)?\s+(?P<who>.+)$",
    re.IGNORECASE,
)
OTHERS = re.compile(
    r"^(?:(?:and\s+)?(?:who|anyone|anybody|someone|any\s+(?:country|one))\s+else"
    r"|(?:any\s+|which\s+|what\s+)?others?(?:\s+(?P<noun>[a-z]+))?|others)$",
    re.IGNORECASE,
)
WH_NOUN = re.compile(
    r"^(?:(?:under|in|to|with|from|by|at|on|for|since|until|through)\s+)?"
    r"(?:which|what|how\s+many|how\s+much|whose)\s+[a-z-]+(?:\s+of\s+\w+)?$",
    re.IGNORECASE,
)
PRONOUNS = frozenset("he she it they him her them this that these those about".split())
NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}


def is_wh_fragment(typed: str) -> bool:
    """Whether nothing but question words is there: "why?", "to whom?", "which frameworks?"."""
    found = words(typed)
    if WH_NOUN.match(typed) and not set(found) & (AUXILIARIES | PRONOUNS):
        return True
    return bool(set(found) & (WH | {"says"})) and set(found) <= WH_LIGHT


def is_fragment(typed: str) -> bool:
    """Whether it is no sentence: neither verb nor question word begins or carries it."""
    found = words(typed)
    if not found or len(found) > LONGEST:
        return False
    return not (found[0] in WH | IMPERATIVES or set(found) & AUXILIARIES)


def rewrite_wh(fragment: str, context: Context) -> Rewritten:
    """A question word alone asks the last question for something else."""
    because = f"“{fragment}” is asked of the last question"
    if OTHERS.match(fragment) or re.search(r"\belse\b", fragment, re.IGNORECASE):
        return Rewritten(_else(fragment, context), because)
    if ADVERBIAL.match(fragment) and (changed := with_wh(context.last, fragment)):
        return Rewritten(changed, because)
    return Rewritten(joined(context.last, fragment), because)


def rewrite_more(context: Context) -> Rewritten:
    """ "Tell me more" asks the last question once more, for the rest."""  # noqa: D210
    text = core(context.last.text)
    changed = re.sub(r"^(what)\s+(?=did|does|do|has|have)", r"\1 else ", text, flags=re.IGNORECASE)
    if changed == text and not re.search(r"\belse\b", text):
        changed = f"{text}, and what else"
    return Rewritten(f"{changed}?", "more of the last question")


def rewrite_fragment(fragment: str, context: Context) -> Rewritten | None:
    """The last question with the part replaced that the fragment is of one kind with."""
    if corrected := CORRECTED.match(fragment):
        fragment = (corrected["new"] or corrected["kept"]).strip()
    if MORE.match(fragment):
        return rewrite_more(context)
    if OTHERS.match(fragment):
        return Rewritten(_else(fragment, context), "of anybody else")
    replaced = (
        _setting(fragment, context)
        or _numbered(fragment, context)
        or _party_reference(fragment, context)
    )
    if replaced:
        return replaced
    fragment = _put_into_words(fragment, context)
    if gapped := _gapped(fragment, context):
        return gapped
    if topic := TOPIC_BEFORE.match(fragment):
        return put_topic(fragment[topic.end() :], context, explicit=True)
    if with_preposition := PREPOSITION.match(fragment):
        return put_prepositional(with_preposition["p"], with_preposition["object"], context)
    return rewrite_named(fragment, context)


def rewrite_short_question(question: str, context: Context) -> Rewritten | None:
    """ "Did Iran?", "Does Iraq do so too?": the rest is the last question's."""  # noqa: D210
    if SAME_AGAIN.search(question) and not context.last.subject:
        return None
    match = SHORT_QUESTION.match(SAME_AGAIN.sub("", TRAILING.sub("", question)))
    if not match:
        return None
    who = re.sub(r"^also\s+", "", match["who"], flags=re.IGNORECASE)
    mentions = context.names.find(who, fuzzy=True)
    named = bool(mentions) and is_party(who, mentions)
    if named or title_holder(who, context):
        return rewrite_named(who, context)
    office = re.fullmatch(rf"the\s+(?:{TITLES})", who, re.IGNORECASE)
    if office and SAME_AGAIN.search(question):  # whichever king: he is asked the same
        return put_party(who, "subject", context)
    return None


def _put_into_words(fragment: str, context: Context) -> str:
    """ "his counterpart", "the latter": the references inside a fragment."""  # noqa: D210
    draft = Draft(take_apart(fragment, context.names), context)
    put_references(draft)
    put_pronouns(draft)
    return fragment if draft.join else draft.text()


def _gapped(fragment: str, context: Context) -> Rewritten | None:
    """ "And Iraq on trade?": another speaker and another topic."""  # noqa: D210
    topic = TOPIC_BEFORE.search(fragment)
    if not topic or not topic.start():
        return None
    who, what = fragment[: topic.start()].strip(), fragment[topic.end() :]
    mentions = context.names.find(who, fuzzy=True)
    if not mentions or not is_party(who, mentions):
        return None
    setting = f" {context.last.setting}" if context.last.setting else ""
    return Rewritten(f"What did {who} say about {what}{setting}?", f"{who} about {what}")


def _else(fragment: str, context: Context) -> str:
    """ "Who else?", "which other countries?": the last question of anybody else."""  # noqa: D210
    last, found = context.last, words(fragment)
    opening = re.match(r"(?P<wh>who|which|what)\s+(?P<rest>.+)$", last.text, re.IGNORECASE)
    asks_subject = opening and fold(opening["rest"]).split()[0] not in AUXILIARIES
    if opening and asks_subject and fold(opening["wh"]) == "who":
        return f"Who else {opening['rest'].removeprefix('else ')}"
    if opening and asks_subject and "what" not in found:
        return f"{opening['wh']} other {opening['rest'].removeprefix('other ')}"
    if found[0] in {"what", "anything", "something"}:
        return rewrite_more(context).text
    if found[0] != "where" and last.subject and last.topic:
        tail = f" {last.setting}" if last.setting else ""
        return f"Who else spoke about {last.words_of(last.topic)}{tail}?"
    if found[0] != "where" and (clause := predicate(last)):
        return f"Who else {clause}?"
    return joined(last, fragment)


def _setting(fragment: str, context: Context) -> Rewritten | None:
    """Another date or venue for the last question."""
    last = context.last
    if shift := SHIFT.match(fragment):
        fragment = _shifted(shift, last.words_of(last.dates[-1]) if last.dates else "")
    old: Span | None
    if (day := NEAR_DAY.match(fragment)) and last.dates:
        fragment, old = _beside(day, last.words_of(last.dates[-1])), last.dates[-1]
    elif VENUE_PHRASE.fullmatch(fragment):
        old = next((s for s in last.settings if s not in last.dates), None)
    elif DATE_PHRASE.fullmatch(fragment):
        old = last.dates[-1] if last.dates else None
    else:
        return None
    phrase = f"in {fragment}" if re.fullmatch(rf"{YEAR}s?", fragment) else fragment
    if old is None:
        return Rewritten(append(last.text, phrase), f"{phrase}, as now asked", "setting")
    before = last.words_of(old)
    preposition = re.match(r"^(?:in|since|before|after|until|during)\s+(?=\S+$)", before, re.I)
    if preposition and re.match(rf"^(?:{YEAR}|[A-Z][a-z]+\s+{YEAR})", fragment):
        phrase = preposition.group() + fragment
    text = f"{last.text[: old[0]]}{phrase}{last.text[old[1] :]}"
    return Rewritten(text, f"“{phrase}” instead of “{before}”", "setting")


def _beside(day: re.Match[str], earlier: str) -> str:
    """ "The day before" Thursday: put into words, for nobody here knows which Thursday."""  # noqa: D210
    way = day["way"] or ("after" if day["after"] else "before")
    bare_date = re.sub(r"^(?:on|in|during)\s+", "", earlier, flags=re.IGNORECASE)
    return f"the {day['unit'] or day['unit2']} {way.lower()} {bare_date}"


def _numbered(fragment: str, context: Context) -> Rewritten | None:
    """ "And 004?" replaces the number of a document or an item."""  # noqa: D210
    if not re.fullmatch(r"(?:(?:document|article|number|no\.?)\s+)?\d+", fragment, re.IGNORECASE):
        return None
    number, last = fragment.split()[-1], context.last
    found = [
        m.span()
        for m in re.finditer(r"(?<![\w.-])\d+(?![\w.-])", last.text)
        if not any(a <= m.start() < b for a, b in last.settings)
    ]
    if not found:
        return None
    start, end = found[-1]
    text = f"{last.text[:start]}{number}{last.text[end:]}"
    return Rewritten(text, f"“{number}” instead of “{last.text[start:end]}”")


def _shifted(shift: re.Match[str], earlier: str) -> str:
    years = re.findall(YEAR, earlier)
    if not years:
        return ""
    steps = NUMBERS.get((shift["n"] or "one").lower(), 1)
    back = shift["before"] or (shift["way"] or "").lower() in {"earlier", "before"}
    return f"in {int(years[-1]) + (-steps if back else steps)}"


def _party_reference(fragment: str, context: Context) -> Rewritten | None:
    found: str | None = None
    if one := ONE_OF_TWO.match(fragment):
        found = context.counted(fold(one["which"]).removesuffix("s"))
    elif BOTH.match(fragment) and len(both := context.parties()) == 2:
        found = " and ".join(both)
    if not found:
        return None
    changed = put_party(found, "subject", context)
    return Rewritten(changed.text, f"“{fragment}” is {found}", changed.replaced)
