"""What a question asks for: whose words, about what, to whom, when, and of which kind.

No language model is needed. What is found restricts softly: retrieval prefers, it does not exclude.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from importlib.resources import files

from rag.names import Mention, Names
from rag.question.dates import DateRange, find_dates
from rag.types import Filters, Kind, Party, Query
from rag.words import STOPWORDS, fold, tokens

VENUE = re.compile(
    r"\b(?:at|in|to|before|during)\s+(?:the\s+)?(?:UN|United Nations)(?:['’]s)?"
    r"(?:\s+General\s+(?:Debate|Assembly)(?:\s+Debate)?)?(?:\s+speech)?",
    re.IGNORECASE,
)
AUXILIARY = re.compile(
    r"\b(?:did|does|do|has|have|had|will|would|is|was|were|are|can)\s+(?:the\s+)?$", re.I
)
BEFORE_SPEAKER = re.compile(
    r"(?:\baccording to|\bwords of|\bstatement (?:by|of|from)|\bremarks (?:by|of|from)"
    r"|\bspeech (?:by|of)|\bsaid by|\bquote from)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
BEFORE_ADDRESSEE = re.compile(
    r"\b(?:to|told|tell|thank(?:ed|s)?|with|promised?|asked?|urged?|offer(?:ed)?|assured?)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
BEFORE_REPORTER = re.compile(
    r"\b(?:reported by|as reported by|in the readout of)\s+(?:the\s+)?$", re.I
)
JOINED = re.compile(
    r"^\s*(?:,|and|or|,\s*and|versus|vs\.?|y|et|und|和|与)\s*(?:the\s+)?$", re.IGNORECASE
)
POSSESSIVE = re.compile(r"^(?:['’]s|s?['’])?\s+")
YES_NO = re.compile(
    r"^(?:did|does|do|is|was|were|are|has|have|had|will|would|can|could|should)\b|吗", re.IGNORECASE
)
WHO_SAID = re.compile(
    r"^who(?:m)?\s+(?:said|says|stated|thanked|called|mentioned|promised|expressed|stressed|urged)\b"
    r"|\bwhat\b.{0,80}\b(?:say|said|tell|told|state|stated|think|mention|position|stance|view)\b",
    re.IGNORECASE,
)
LIST = re.compile(
    r"^(?:list|name|enumerate)\b|\b(?:which|what)\s+(?:countries|leaders|governments|documents|parties"
    r"|speakers|people)\b|\bwho\s+(?:all|else)\b|^who\s+(?:has|have)\b|\ball\s+(?:the\s+)?(?:things|statements)",
    re.IGNORECASE,
)

ENGLISH = frozenset("say said tell told think about regarding reported documents anything".split())


@lru_cache(maxsize=1)
def lexicon() -> dict[str, frozenset[str]]:
    """The word lists of `lexicon.toml`, folded."""
    raw = (files("rag.question") / "lexicon.toml").read_text(encoding="utf-8")
    return {k: frozenset(fold(w) for w in v.split()) for k, v in tomllib.loads(raw).items()}


def understand(
    text: str,
    names: Names,
    *,
    standalone: str | None = None,
    filters: Filters | None = None,
    sources: Sequence[str] = (),
    today: date | None = None,
) -> Query:
    """What `text` asks for; `standalone` is its form that needs no history.

    Args:
        text: The question as typed.
        names: Who can be recognised.
        standalone: The question as rewritten from the conversation, if it was.
        filters: What the person restricts the search to.
        sources: The outlets that the documents name.
        today: What "last week" is counted from; the machine's date by default.
    """
    read = standalone or text
    found = find_dates(read, today or date.today())
    mentions = names.find(read, fuzzy=True)
    speakers, addressee, reporter = _roles(read, mentions)
    source = next((s for s in sources if s and fold(s) in fold(read)), None)
    spent = _spent(read, found, [m for m in mentions if m.party in speakers])
    terms = _terms(read, spent)
    return Query(
        text=text,
        standalone=read,
        kind=_kind(read, speakers),
        speakers=tuple(speakers),
        addressee=addressee,
        reporter=reporter,
        topic=" ".join(terms),
        terms=tuple(terms),
        since=found.since if found else None,
        until=found.until if found else None,
        date_words=found.words.strip() if found else None,
        source=source,
        filters=filters or Filters(),
    )


def for_speaker(query: Query, speaker: Party) -> Query:
    """The same question about one of its speakers: comparisons are searched party by party."""
    return replace(query, speakers=(speaker,))


def is_foreign(text: str) -> bool:
    """Whether a question is in another language than English, as far as its small words show."""
    found = [w for _, _, w in tokens(text)]
    if re.search(r"[\u0370-\u1fff\u3040-\uffef]", text):
        return True
    english = sum(w in STOPWORDS or w in ENGLISH for w in found)
    other = sum(w in lexicon()["asking"] and w not in ENGLISH | STOPWORDS for w in found)
    return other > english


def _kind(text: str, speakers: Sequence[Party]) -> Kind:
    folded = {t for _, _, t in tokens(text)}
    if len(speakers) > 1 or (folded & lexicon()["comparison"] and "said" not in folded):
        return "comparison" if len(speakers) > 1 else "fact"
    if LIST.search(text):
        return "list"
    if YES_NO.search(text.strip()):
        return "yes_no"
    if speakers or WHO_SAID.search(text):
        return "said"
    return "fact"


def _roles(
    text: str, mentions: Sequence[Mention]
) -> tuple[list[Party], Party | None, Party | None]:
    """Speakers, addressee and reporter among the names of a question."""
    speakers: list[Party] = []
    addressee: Party | None = None
    reporter: Party | None = None
    previous: Mention | None = None
    for mention in mentions:
        before, after = text[: mention.start], text[mention.end :]
        joined = previous is not None and JOINED.match(text[previous.end : mention.start])
        if BEFORE_REPORTER.search(before):
            reporter = mention.party
        elif _speaks(before, after) or (joined and previous and previous.party in speakers):
            if mention.party not in speakers:
                speakers.append(mention.party)
        elif BEFORE_ADDRESSEE.search(before) and addressee is None:
            addressee = mention.party
        elif joined and previous and _speaks("did ", after) and previous.party not in speakers:
            speakers.extend(p for p in (previous.party, mention.party) if p not in speakers)
        previous = mention
    if not speakers:
        speakers = _joint_speakers(text, mentions)
    return speakers, addressee, reporter


def _speaks(before: str, after: str) -> bool:
    """Whether the words around a name make it the one who speaks."""
    if BEFORE_SPEAKER.search(before):
        return True
    rest = [t for _, _, t in tokens(POSSESSIVE.sub("", after))][:3]
    saying, acting = lexicon()["saying"], lexicon()["acting"]
    following = next((w for w in rest if w not in {"also", "really", "ever", "then", "not"}), "")
    if following in saying and not re.match(r"^\s*[,;]", after):
        return True
    if AUXILIARY.search(before) and (following in acting or _say_at_end(after)):
        return True
    if following in acting and not before.strip():
        return True
    last = [t for _, _, t in tokens(before)][-3:]
    return (
        bool(last)
        and last[-1] in saying
        and last[-1] not in {"position", "word", "words"}
        and (not any(w in lexicon()["about"] for w in last[-1:]))
        and _foreign(last[-1])
    )


def _foreign(word: str) -> bool:
    """Verbs that come before their subject in questions: `¿Qué dijo Pakistán…?`."""
    return word in {
        "dijo",
        "dice",
        "dicen",
        "dijeron",
        "declaro",
        "afirmo",
        "dit",
        "sagte",
        "sagt",
        "disse",
    }


def _say_at_end(after: str) -> bool:
    """`What did Pakistan's prime minister say …`: a saying verb further on in the clause."""
    clause = [t for _, _, t in tokens(re.split(r"[,;?]", after)[0])][:7]
    about = lexicon()["about"]
    for word in clause:
        if word in lexicon()["saying"] | lexicon()["acting"]:
            return True
        if word in about:
            return False
    return False


def _joint_speakers(text: str, mentions: Sequence[Mention]) -> list[Party]:
    """`巴基斯坦关于新疆说了什么`: a name first, a saying word anywhere, in unspaced scripts."""
    spaced = re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", text) is None
    if spaced or not mentions:
        return []
    says = any(w in text for w in lexicon()["saying"] if not w.isascii())
    return [mentions[0].party] if says else []


def _spent(
    text: str, found: DateRange | None, speakers: Iterable[Mention]
) -> list[tuple[int, int]]:
    """Spans of the question that say when, where and who, so not about what."""
    spans = [(m.start, m.end) for m in speakers]
    if found:
        spans.append((found.start, found.end))
    spans.extend(m.span() for m in VENUE.finditer(text))
    return spans


def _terms(text: str, spent: Sequence[tuple[int, int]]) -> list[str]:
    """Content words of the topic, as typed, in order."""
    words = lexicon()
    empty = words["asking"] | words["saying"] | words["about"] | words["comparison"] | STOPWORDS
    terms: list[str] = []
    for start, end, word in tokens(text):
        if any(s < end and start < e for s, e in spent):
            continue
        plain = word.removesuffix("'s").removesuffix("'")
        if plain in empty or (len(plain) == 1 and plain.isascii() and not plain.isdigit()):
            continue
        terms.append(text[start:end].removesuffix("'s").removesuffix("’s"))
    return terms
