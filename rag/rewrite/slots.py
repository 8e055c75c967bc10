"""Which part of the last question a new phrase replaces, and the question with it replaced."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rag.rewrite.clauses import append, base_form, joined
from rag.rewrite.context import Context, title_holder
from rag.rewrite.parts import Span, is_party, is_territory, rank
from rag.rewrite.phrases import ASKED_FOR, AUXILIARIES, ROLES, TITLES
from rag.rewrite.result import Rewritten
from rag.types import Party
from rag.words import STOPWORDS, fold, words

if TYPE_CHECKING:
    from rag.names import Mention

Slot = str | Span
"""`subject`, `topic`, or the span of another name."""

ADJECTIVE_ONE = re.compile(r"^the\s+(?P<kind>.+?)\s+one$", re.IGNORECASE)
RECIPROCAL = frozenset("discuss talk meet agree sign exchange speak negotiate cooperate".split())


def rewrite_named(fragment: str, context: Context) -> Rewritten | None:
    """A bare noun phrase replaces what it is most like: a party a party, a thing the topic."""
    if one := ADJECTIVE_ONE.match(fragment):
        fragment = one["kind"]
    if owner := _owner(fragment, context):
        return owner
    fragment = re.sub(r"['’]s?$", "", fragment)
    mentions = context.names.find(fragment, fuzzy=True)
    party = mentions[0].party if mentions and is_party(fragment, mentions) else None
    written = _written(fragment, party if len(mentions) == 1 else None)
    if party is None and not is_territory(fragment):
        party = context.known(fragment)
        if party is None and (holder := title_holder(fragment, context)):
            named = context.names.find(holder, fuzzy=True)
            written, party = holder, named[0].party if named else Party(name=holder)
    if party is None:
        return put_topic(fragment, context)
    slot = _slot_for(party, fragment, context)
    return (
        put_topic(written, context) if slot == "topic" else put_party(written, slot, context, party)
    )


def put_topic(new: str, context: Context, *, explicit: bool = False) -> Rewritten:
    """The last question about something else.

    Args:
        new: What it is about now.
        context: The conversation.
        explicit: Whether it was said to be the topic: "about trade", not "trade".
    """
    last, new = context.last, tidy(new)
    content = [w for w in words(new) if w not in STOPWORDS | {"really", "sure", "exactly"}]
    if not content and not context.names.find(new, fuzzy=True):
        return Rewritten(last.text, "the last question again")
    if last.topic:
        because = f"“{new}” instead of “{last.words_of(last.topic)}”"
        return Rewritten(_replaced(last.text, last.topic, new), because, "topic")
    if explicit and last.subject:
        setting = f" {last.setting}" if last.setting else ""
        said = f"What did {last.words_of(last.subject)} say about {new}{setting}?"
        return Rewritten(said, f"about {new}", "topic")
    if parallel := _parallel(new, context):
        because = f"“{new}” instead of “{last.words_of(parallel)}”"
        return Rewritten(_replaced(last.text, parallel, new), because, "topic")
    span = last.last_object()
    mentions = context.names.find(last.words_of(span), fuzzy=True) if span else []
    if span and not is_party(last.words_of(span), mentions):
        because = f"“{new}” instead of “{last.words_of(span)}”"
        return Rewritten(_replaced(last.text, span, new), because, "topic")
    if last.subject and not last.thing:
        return Rewritten(append(last.text, f"about {new}", last.settings), f"about {new}", "topic")
    return Rewritten(joined(last, f"what about {new}"), f"and about {new}", "topic")


def put_prepositional(preposition: str, thing: str, context: Context) -> Rewritten | None:
    """ "with Iran?" replaces what followed `with`, or is added where nothing did."""  # noqa: D210
    last = context.last
    if span := last.object_of(r"\s+".join(preposition.split())):
        because = f"“{thing}” instead of “{last.words_of(span)}”"
        return Rewritten(_replaced(last.text, span, thing), because)
    mentions = context.names.find(thing, fuzzy=True)
    named = bool(mentions) and is_party(thing, mentions)
    speaking = " ".join(fold(preposition).split()) in {"by", "from", "for", "of", "according to"}
    if speaking and named:
        return rewrite_named(thing, context)
    text = append(last.text, f"{preposition.lower()} {thing}", last.settings)
    return Rewritten(text, f"“{preposition} {thing}” is added")


def put_party(new: str, slot: Slot, context: Context, party: Party | None = None) -> Rewritten:
    """The last question of somebody else."""
    last = context.last
    answering = _as_answer(new, context) if slot == "subject" and not last.subject else None
    if answering:
        return answering
    if party and (exchanged := _exchanged(new, party, context)):
        return exchanged
    span = _span_of(slot, new, context)
    if span is None:
        return Rewritten(joined(last, f"what about {new}"), f"and {new}", "subject")
    old = last.words_of(span)
    text = _agreeing(_replaced(last.text, span, new), span, new)
    return Rewritten(text, f"“{new}” instead of “{old}”", "subject" if slot == "subject" else "")


def tidy(fragment: str) -> str:
    """A fragment as it stands inside a sentence: `The king` becomes `the king`."""
    first, _, rest = fragment.strip().partition(" ")
    lowered = fold(first) in STOPWORDS and first.istitle()
    return f"{first.lower() if lowered else first} {rest}".strip()


def _written(fragment: str, party: Party | None) -> str:
    """A name in lower case or another script by its usual name."""
    if party and party.kind == "person" and fragment.islower():
        written = {fold(word): word for word in party.name.split()}
        return " ".join(written.get(fold(word), word) for word in tidy(fragment).split())
    if party and party.kind != "person" and (fragment.islower() or not fragment.isascii()):
        return party.name if fold(fragment) == fold(party.as_written) else tidy(fragment)
    return tidy(fragment)


def _slot_for(party: Party, written: str, context: Context) -> Slot:
    """Which named part of the last question a new name replaces.

    Like replaces like: one that speaks the speaker, a disputed place the place that is spoken
    about; where two would do, the part that the last follow-up replaced, else the speaker.
    """
    last, kind = context.last, rank(party, written)
    candidates: list[tuple[float, int, Slot]] = []
    if _asks_subject(context):
        candidates.append((2.0, 0, "subject"))
    for mention in last.mentions:
        place = _place_of((mention.start, mention.end), context)
        if place is None:
            continue
        score = _alike(kind, rank(mention.party, mention.party.as_written))
        score += 0.75 if place == context.exchanges[-1].replaced else 0.0
        candidates.append((score + _prominence(place, context), mention.start, place))
    if last.topic and kind == "territory":
        candidates.append((1.9, last.topic[0], "topic"))
    return max(candidates, key=lambda c: c[:2])[2] if candidates else "subject"


def _place_of(span: Span, context: Context) -> Slot | None:
    """The part of the last question that a name is; None where it is only a word of one."""
    last = context.last
    if any(a <= span[0] < b for a, b in last.settings):
        return None
    if last.subject and last.subject[0] <= span[0] < last.subject[1]:
        return "subject"
    if last.topic and last.topic[0] <= span[0] < last.topic[1]:
        whole = is_party(last.words_of(last.topic), last.mentions_in(last.topic))
        return "topic" if whole else None
    if _asks_subject(context):
        return None  # "who thanked China?": the new name is another who
    return span


def _prominence(place: Slot, context: Context) -> float:
    """How likely a part is to be replaced: who is told something is, a place or an object isn't."""
    if place == "subject":
        return 0.0
    if isinstance(place, str):
        # "Jordan about Syria?", then "South Africa?": another speaker, where it may be either.
        return -0.1
    before = [w for w in words(context.last.text[: place[0]])[-3:] if w not in ROLES]
    if set(before) & {"to", "with", "tell", "ask", "call", "meet"}:
        return 0.4
    return -0.4 if set(before) & {"in", "from", "by", "against", "for"} else -1.5


def _owner(fragment: str, context: Context) -> Rewritten | None:
    """ "And Morocco's?" replaces the owner of something: "Iran's sovereignty"."""  # noqa: D210
    if not re.search(r"['’]s?$", fragment):
        return None
    text = context.last.text
    for mention in reversed(context.last.mentions):
        if re.match(r"['’]s?\s+\w", text[mention.end :]):
            new = tidy(re.sub(r"['’]s?$", "", fragment))
            old = text[mention.start : mention.end]
            replaced = _replaced(text, (mention.start, mention.end), new)
            return Rewritten(replaced, f"“{new}” instead of “{old}”")
    return None


def _asks_subject(context: Context) -> bool:
    found = words(context.last.text)
    return len(found) > 1 and found[0] in {"who", "which"} and found[1] not in AUXILIARIES


def _as_answer(new: str, context: Context) -> Rewritten | None:
    """ "Which countries thanked China?" and "Iran?": "Did Iran thank China?"."""  # noqa: D210
    if not _asks_subject(context):
        return None
    asked = ASKED_FOR.match(context.last.text)
    if not asked:
        return None
    verb, _, rest = context.last.text[asked.end() :].strip().partition(" ")
    auxiliary, base = base_form(verb)
    because = f"“{new}” instead of “{asked.group()}”"
    return Rewritten(f"{auxiliary} {new} {base} {rest}", because)


def _exchanged(new: str, party: Party, context: Context) -> Rewritten | None:
    """One who was spoken to or about is asked about in turn: the two change places."""
    last, names = context.last, context.names
    subject = last.subjects()
    if len(subject) != 1 or names.same(subject[0].party, party) or not last.subject:
        return None
    for mention in last.mentions:
        place = _place_of((mention.start, mention.end), context)
        if place in {None, "subject"} or not names.same(mention.party, party):
            continue
        span = last.topic if place == "topic" and last.topic else last.with_titles(mention)
        old = last.words_of(last.subject)
        text = _replaced(_replaced(last.text, span, old), last.subject, last.words_of(span))
        return Rewritten(text, f"“{new}” is asked in turn", "subject")
    return None


def _span_of(slot: Slot, new: str, context: Context) -> Span | None:
    last = context.last
    if not isinstance(slot, str):
        return slot
    subjects = last.subjects()
    if last.subject and len(subjects) == 2:
        verb = next(iter(words(last.text[last.subject[1] :])), "")
        if verb in RECIPROCAL:
            return last.with_titles(subjects[-1])[0], last.subject[1]
    bare = re.search(rf"\b(?:{TITLES})\b", new, re.IGNORECASE) is None
    if (
        last.subject
        and bare
        and len(subjects) == 1
        and _titled(last.words_of(last.subject), subjects[0])
    ):
        return subjects[0].start, subjects[0].end
    if last.subject:
        return last.subject
    named = last.parties()
    return (named[-1].start, named[-1].end) if named else None


def _titled(subject: str, mention: Mention) -> bool:
    """Whether a country stands before an office: "the Chinese president", "Iraq's minister"."""
    titled = re.search(rf"\b(?:{TITLES})\b", subject, re.IGNORECASE)
    return mention.party.kind == "government" and titled is not None


def _parallel(new: str, context: Context) -> Span | None:
    """The phrase with the same noun: "Chinese tourists" for "Japanese tourists"."""
    text, noun = context.last.text, words(new)[-1:]
    if len(words(new)) != 2 or not noun:
        return None
    found = re.search(rf"[\w-]+\s+{re.escape(noun[0])}\b", text, re.IGNORECASE)
    return found.span() if found else None


def _agreeing(text: str, span: Span, new: str) -> str:
    """ "do Iran and Iraq" but "does Iran"."""  # noqa: D210
    several = re.search(r"\b(?:and|both)\b", new) is not None
    pattern, verb = (r"\bdoes\s+$", "do ") if several else (r"\bdo\s+$", "does ")
    return re.sub(pattern, verb, text[: span[0]], flags=re.IGNORECASE) + text[span[0] :]


def _replaced(text: str, span: Span, new: str) -> str:
    return f"{text[: span[0]]}{new}{text[span[1] :]}"


def _alike(new: str, old: str) -> float:
    if new == old:
        return 2.0
    return 0.0 if "territory" in {new, old} else 1.5
