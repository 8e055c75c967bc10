"""The last question in other grammatical clothes: as a clause, or joined to what is added."""

from __future__ import annotations

import re

from rag.rewrite.parts import CONJOINED, Parts, Span
from rag.rewrite.phrases import AUXILIARIES, PAST, SPEECH, STRANDED, WH
from rag.words import fold

DID = re.compile(
    r"^(?P<head>(?:(?!\b(?:did|does|do)\b).)*?)\b(?P<did>did|does|do)\s+", re.IGNORECASE
)
YES_NO = re.compile(rf"^(?:{'|'.join(sorted(AUXILIARIES))})\s", re.IGNORECASE)
BE_WHAT = re.compile(r"^what(?:['’]s|\s+(?:is|was|are|were))\s+(?P<thing>.+)$", re.IGNORECASE)
ADVERBIAL = re.compile(
    r"^(?P<wh>(?:(?:since|until|by|to|with|from|for|on|in|at|under|through)\s+)?(?:when|why|where|how|whom|which\s+\w+|what\s+(?:day|date|year|month|time|occasion|place|reason))"
    r"(?:\s+exactly)?)\s*\??$",
    re.IGNORECASE,
)


def bare(text: str) -> str:
    """A question without its closing marks."""
    return text.strip().rstrip(" ?.!？！。…")


def core(text: str) -> str:
    """A question without closing marks and without what was joined to it before."""
    plain = bare(text)
    return CONJOINED.sub("", plain) if CONJOINED.search(plain) else plain


def lower_first(text: str) -> str:
    """`text` with a small first letter, unless it is a name or an abbreviation."""
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    small = fold(first) in WH | AUXILIARIES or fold(first) in {"the", "in", "on", "to", "by", "a"}
    return text[:1].lower() + text[1:] if small else text


def joined(previous: Parts, addition: str) -> str:
    """The last question and the addition as one: always grammatical, nothing lost."""
    added = lower_first(bare(addition))
    return f"{core(previous.text)}, and {added}?"


def nominal(previous: Parts) -> str | None:
    """The last question as a clause: "What did P say about X?" → "what P said about X"."""
    text = core(previous.text)
    match = DID.match(text)
    subject = previous.subject
    if match and subject and subject[0] == match.end():
        head = match["head"].strip()
        verb, rest = _split_verb(text[subject[1] :])
        if not verb:
            return None
        head = lower_first(head) if head else "that"
        told = finite(match["did"], verb)
        return f"{head} {previous.words_of(subject)} {told}{rest}".strip()
    if thing := BE_WHAT.match(text):
        return thing["thing"]
    first = fold(text.split()[0]) if text.split() else ""
    second = fold(text.split()[1]) if len(text.split()) > 1 else ""
    if first in {"who", "which"} and second not in AUXILIARIES:
        return lower_first(text)
    return None


def predicate(previous: Parts) -> str | None:
    """What the last question's subject did, in the past tense: "thanked China"."""
    text, subject = core(previous.text), previous.subject
    match = DID.match(text)
    if not match or not subject or subject[0] != match.end():
        return None
    verb, rest = _split_verb(text[subject[1] :])
    return finite(match["did"], verb) + STRANDED.sub("", rest) if verb else None


def with_wh(previous: Parts, wh: str) -> str | None:
    """The last question asked for its time, place, reason or receiver instead.

    "What did P say about X?" and "when" → "When did P say that about X?"; a question for one
    circumstance becomes a question for the other; a yes/no question gets the word in front.
    """
    text, wh = core(previous.text), wh[:1].upper() + wh[1:].rstrip(" ?")
    if YES_NO.match(text):
        return f"{wh} {text[:1].lower()}{text[1:]}?"
    match = DID.match(text)
    if not match:
        return None
    head, rest = match["head"].strip(), text[match.end("head") :]
    if ADVERBIAL.match(head):
        return f"{wh} {rest}?"
    subject = previous.subject
    if fold(head) != "what" or not subject or subject[0] != match.end():
        return None
    verb, after = _split_verb(text[subject[1] :])
    if fold(verb) not in SPEECH:
        return None
    receiver, about = _split_receiver(previous, verb, after)
    receiver = "" if "whom" in fold(wh) else receiver
    return f"{wh} {match['did']} {previous.words_of(subject)} {verb}{receiver} that{about}?"


def finite(auxiliary: str, verb: str) -> str:
    """The verb without its `did`, `does` or `do`."""
    if fold(auxiliary) == "did":
        return past(verb)
    if fold(auxiliary) == "do":
        return verb
    return f"{verb}es" if re.search(r"(?:s|sh|ch|x|o)$", verb) else f"{verb}s"


def past(verb: str) -> str:
    """The past tense of a base form."""
    plain = fold(verb)
    if plain in PAST:
        return PAST[plain]
    if plain.endswith("e"):
        return f"{verb}d"
    if re.search(r"[^aeiou]y$", plain):
        return f"{verb[:-1]}ied"
    return f"{verb}ed"


def base_form(verb: str) -> tuple[str, str]:
    """The auxiliary that asks with a finite verb, and its base: "thanked" → "Did", "thank"."""
    plain = fold(verb)
    irregular = {finite: base for base, finite in PAST.items()}
    if plain in irregular and irregular[plain] != plain:
        return "Did", irregular[plain]
    if plain.endswith("ed"):
        return "Did", _without_ed(plain)
    if plain.endswith("ies"):
        return "Does", f"{plain[:-3]}y"
    if re.search(r"(?:sh|ch|x|ss|o)es$", plain):
        return "Does", plain[:-2]
    return "Does", plain[:-1] if re.search(r"[^s]s$", plain) else plain


def _without_ed(verb: str) -> str:
    """ "promised" → "promise", "called" → "call", "stopped" → "stop"."""  # noqa: D210
    if verb.endswith("ied"):
        return f"{verb[:-3]}y"
    for candidate in (verb[:-1], verb[:-2]):
        if candidate in SPEECH:
            return candidate
    if re.search(r"([bdgmnprt])\1ed$", verb):
        return verb[:-3]
    return verb[:-1] if re.search(r"(?:[cgsuvz]|[^aeiou]l|ee)ed$|eed$", verb) else verb[:-2]


def _split_verb(after_subject: str) -> tuple[str, str]:
    match = re.match(r"\s*([A-Za-z]+)(.*)$", after_subject, re.DOTALL)
    return (match[1], match[2].rstrip()) if match else ("", "")


def _split_receiver(previous: Parts, verb: str, after: str) -> tuple[str, str]:
    """The receiver of "tell" stands between verb and object: "tell the king that about …"."""
    if fold(verb) not in {"tell", "ask", "promise", "offer"} or not after.strip():
        return "", after
    offset = len(core(previous.text)) - len(after)
    receiver = previous.name_phrase(offset + len(after) - len(after.lstrip()))
    if receiver is None:
        return "", after
    cut = receiver[1] - offset
    return after[:cut], after[cut:]


def append(text: str, phrase: str, settings: tuple[Span, ...] = ()) -> str:
    """A phrase at the end of a question, before the date or venue that closes it."""
    cut = len(text.rstrip(" ?.!？！"))
    for start, end in reversed(settings):
        if text[end:cut].strip(" ,"):
            break
        cut = start
    head, tail = text[:cut].rstrip(" ,"), text[cut:].strip(" ?.!？！")
    return f"{head} {phrase}{' ' + tail if tail else ''}?"
