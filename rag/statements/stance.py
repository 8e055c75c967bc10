"""Whether a statement is for or against, asserted, denied, asked, promised or conditional."""

from __future__ import annotations

import re

from rag.statements.lexicon import Verb
from rag.types import Modality, Polarity

_FOR = (
    r"supports?|supported|backs?|backed|endorses?|endorsed|welcomes?|welcomed|appreciates?|appreciated|"
    r"grateful|gratitude|applauds?|applauded|commends?|commended|in favou?r of|favou?rs?|stands? (?:by|with)|"
    r"stood (?:by|with)|agrees? with"
)
_AGAINST = (
    r"opposes?|opposed|opposition|opposing|rejects?|rejected|rejection|condemns?|condemned|condemnation|denounces?|denounced|"
    r"deplores?|deplored|against|objects? to|objected to|resolutely resists?|will not (?:accept|tolerate|allow)|"
    r"never (?:accept|tolerate|allow|recogni[sz]e)"
)
_STANCE = re.compile(rf"\b(?:(?P<good>{_FOR})|(?P<bad>{_AGAINST}))\b", re.IGNORECASE)
_NOT = re.compile(
    r"(?:\bnot|n['’]t|\bnever|\bno longer|\bwithout|\bneither|\bstopped|\bceased to|\brefus\w+ to)\s+(?:\w+ly\s+)?(?:be\s+)?$",
    re.IGNORECASE,
)
_OWN = re.compile(r"^\W*(?:that\s+)?(?:[^\s,]+\s+){0,7}?$")
_CONDITION = re.compile(
    r"\b(?:if|unless|provided that|on (?:the )?condition|in the event|should .{0,40} then|only when)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"^\W*(?:whether|if|why|how|what|who|when)\b", re.IGNORECASE)
_HOPE = re.compile(
    r"^\W*(?:(?:his|her|its|their|the|a|our|strong|sincere|earnest)\s+){0,3}(?:hopes?|wish(?:es)?|expectations?|best wishes|aspirations?|confidence that)\b",
    re.IGNORECASE,
)
_WILLING = re.compile(
    r"^\W*(?:(?:his|her|its|their|the|a|our|\w+['’]s)\s+){0,2}(?:commitment|pledge|promise|determination|resolve|readiness|willingness)\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"^\W*(?:(?:his|her|its|their|the|any|all|such|these|those)\s+){0,2}(?:allegations?|accusations?|claims?|reports?|rumou?rs?|charges?|suggestions?)\b",
    re.IGNORECASE,
)


def polarity(verb: Verb, content: str, *, negated: bool = False) -> Polarity:
    """For or against what the content speaks of, where words say so plainly; else neutral.

    The verb decides where it has a side ("condemned"); otherwise the content's own first verb does
    ("said that China supports …"). A negation takes the side away rather than turning it round.
    """
    if verb.polarity != "neutral":
        return verb.polarity if not negated else "neutral"
    sides: set[Polarity] = set()
    for match in _STANCE.finditer(content[:160]):
        head = content[: match.start()]
        if not _OWN.match(head) or re.search(
            r"\b(?:has|have|had|means|that|which|who)\b", head[5:]
        ):
            break
        if _NOT.search(head):
            return "neutral"
        if re.search(r"['’]s?\s+(?:\w+\s+)?$", head) and match.group().lower() in {
            "support",
            "supports",
            "opposition",
            "rejection",
            "condemnation",
        }:
            break
        sides.add("for" if match.group("good") else "against")
        break
    return sides.pop() if len(sides) == 1 else "neutral"


def modality(verb: Verb, content: str, *, negated: bool = False) -> Modality:
    """How the content is put: asserted, denied, asked, conditional, hoped or promised."""
    if verb.modality == "asked" and not _QUESTION.match(content) and verb.to:
        return "asked" if "?" in content else _plain(verb, content)
    if verb.modality != "asserted":
        return verb.modality
    if verb.act == "reject" and _DENIAL.match(content) or negated and verb.act in {"acknowledge"}:
        return "denied"
    if content.rstrip().endswith("?"):
        return "asked"
    return _plain(verb, content)


def _plain(verb: Verb, content: str) -> Modality:
    if _CONDITION.search(content[:400]) and re.search(
        r"\b(?:would|will|could|may|might|can)\b", content
    ):
        return "conditional"
    if verb.act in {"express", "convey", "affirm", "stress"}:
        if _HOPE.match(content):
            return "hoped"
        if _WILLING.match(content):
            return "promised"
    if verb.modality == "asked":
        return "asked" if _QUESTION.match(content) else "asserted"
    return "asserted"
