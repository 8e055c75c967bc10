"""Condition, question and wish: is what the span only asks, hopes or makes conditional so still?"""

from __future__ import annotations

from collections.abc import Iterator

from rag.check.align import Alignment, neighbours
from rag.check.lexicon import verbs_of_speech, words, written
from rag.check.reading import Text, Token, is_light
from rag.words import STOPWORDS

GOVERNS = 4
"""A modal governs the first content words among so many words after it."""
PERHAPS = frozenset({"may", "might", "perhaps", "possibly", "maybe", "potentially"})
POSSIBLE = frozenset(
    """may might could can possible possibly perhaps likely unlikely probably would should potential
    potentially seem appear suggest expect if whether estimate threaten risk danger""".split()
)


def condition_added(found: Alignment) -> str | None:
    """An "if" or "whether" of the sentence that the span does not have."""
    lows = {t.low for t in found.span.tokens}
    for token in found.sentence.tokens:
        conditional = token.low in written("modality", "conditions")
        if conditional and not _concessive(found, token):
            hinted = lows & written("modality", "conditional_hints")
            if not (hinted and _carried(found, token)):
                return f"“{token.text}” is a condition that the source does not have"
        if token.low == "whether" and not asks(found.span):
            return "“whether” is a question that the source does not have"
        if token.low in PERHAPS and token.low != "may" and not lows & POSSIBLE:
            return f"“{token.text}” is a doubt that the source does not have"
    return None


def _carried(found: Alignment, token: Token) -> bool:
    """Whether the span has at least half of what the condition says."""
    inside = []
    for other in found.sentence.tokens[token.index + 1 :]:
        if other.kind == "mark" or other.clause != token.clause:
            break
        if other.content:
            inside.append(found.carried(other))
    return sum(inside) >= len(inside) / 2


def _concessive(found: Alignment, token: Token) -> bool:
    """Of "as if", "even if" and "asked if"; the "provided" that is no conjunction."""
    before = found.sentence.tokens[token.index - 1].low if token.index else ""
    after = [t.low for t in found.sentence.tokens[token.index + 1 : token.index + 2]]
    if token.low == "provided":
        return after != ["that"] and not (before == "," and after and after[0] in STOPWORDS)
    return before in {"as", "even"}


def condition_dropped(found: Alignment) -> str | None:
    """The span says it only under a condition, the sentence without one."""
    said = {t.low for t in found.sentence.tokens}
    theirs = {t.low for t in found.span.tokens} - {"if", "unless"}
    if (said - theirs) & written("modality", "conditional_hints"):
        return None
    for token in found.span.tokens:
        if token.low not in {"if", "unless"} or _concessive_in(found.span, token):
            continue
        if _main_clause_used(found, token) and not _purpose(found.span, token):
            return f"the source says so only with “{token.text}”"
    return None


def _concessive_in(text: Text, token: Token) -> bool:
    before = text.tokens[token.index - 1].low if token.index else ""
    return before in {"as", "even", "asked", "ask", "or", "know", "see"}


def _purpose(text: Text, token: Token) -> bool:
    """Of "if we want to reform it, we must": the wish explains a duty, it does not limit it."""
    following = [t.low for t in text.tokens[token.index + 1 : token.index + 5]]
    return bool(set(following) & {"want", "wish", "necessary", "possible", "any", "need"})


def _condition_end(text: Text, token: Token) -> int:
    """Where the conditional clause ends: the comma after it, or the end of the sentence."""
    opening = (
        token.index == 0
        or text.tokens[token.index - 1].kind == "mark"
        or (text.tokens[token.index - 1].low in {"that", "and", "but"})
    )
    for other in text.tokens[token.index + 1 :]:
        if other.sentence != token.sentence or (opening and other.text == ","):
            return other.index
    return len(text.tokens)


def _main_clause_used(found: Alignment, token: Token) -> bool:
    """Whether the sentence takes its words from what the condition governs."""
    end = _condition_end(found.span, token)
    main = dependent = 0
    for other in found.span.tokens:
        if other.sentence != token.sentence or not other.content:
            continue
        if found.back[other.index]:
            inside = token.index < other.index < end
            dependent += inside
            main += not inside
    return main >= 2 and main > dependent


def question_stated(found: Alignment) -> str | None:
    """The span only asks; the sentence states it."""
    said = {t.canon for t in found.sentence.tokens} | {t.text for t in found.sentence.tokens}
    if "?" in said or said & words("modality", "question_hints"):
        return None
    asked = _asked(found.span)
    if not asked:
        return None
    taken = [j for t in found.sentence.content() if not is_light(t) for j in found.to[t.index][:1]]
    inside = sum(j in asked for j in taken)
    if len(taken) >= 2 and inside > len(taken) / 2:
        return "the source only asks"
    return None


def asks(text: Text) -> bool:
    """Whether there is a question in a text, direct or indirect."""
    return any(t.text == "?" for t in text.tokens) or bool(_asked(text))


def _asked(text: Text) -> frozenset[int]:
    """The words that stand in a question, direct or indirect."""
    questions = {t.sentence for t in text.tokens if t.text == "?"}
    found = {t.index for t in text.tokens if t.sentence in questions}
    found |= {t.index for t in text.tokens if t.low == "whether"}
    for token in text.tokens[:-1]:
        if token.canon in words("speech", "question") | {"ask"}:
            following = {t.low for t in text.tokens[token.index + 1 : token.index + 4]}
            if following & {"whether", "if", "why", "how", "what"}:
                found |= set(_to_comma(text, token))
    return frozenset(found)


def _to_comma(text: Text, token: Token) -> Iterator[int]:
    """The words from one to the comma or the end of its sentence."""
    for other in text.tokens[token.index :]:
        if other.sentence != token.sentence or other.text == ",":
            return
        yield other.index


# --- doubt -------------------------------------------------------------------------------------

DOUBTS = frozenset({"may", "might", "could"})
BEFORE = 6
"""Words before one within which something must stand that makes it no more than possible."""


def doubt_added(found: Alignment) -> str | None:
    """A "may", "could" or "considers" over what the span states."""
    text = found.sentence
    weakeners = words("modality", "weakeners")
    for token in text.tokens:
        weak = token.low in DOUBTS or (
            token.canon in weakeners and not found.to[token.index] and _verb_follows(text, token)
        )
        if not weak:
            continue
        governed = next((t for t in text.tokens[token.index + 1 :] if t.content), None)
        if (
            governed is None
            or governed.index > token.index + GOVERNS
            or not found.to[governed.index]
        ):
            continue
        if not any(_possible(found.span, j) for j in found.to[governed.index]):
            return f"“{token.text} {governed.text}” where the source states it"
    return None


def _verb_follows(text: Text, token: Token) -> bool:
    following = text.tokens[token.index + 1 : token.index + 2]
    return bool(following) and (following[0].low == "to" or following[0].low.endswith("ing"))


def _possible(text: Text, place: int) -> bool:
    """Whether what stands before a word of the span makes it no more than possible."""
    before = text.tokens[max(place - BEFORE, 0) : place]
    return any(t.low in POSSIBLE | {"able", "allow", "allows", "enable", "let"} for t in before)


# --- wish and duty ------------------------------------------------------------------------------


def wish_stated(found: Alignment) -> str | None:
    """What should, could or is hoped to be is stated as being so."""
    weak, strong = _governed(found.span), _governed(found.sentence)
    for place, modal in weak.items():
        kept = [i for i in found.back[place] if found.sentence.tokens[i].content]
        if not kept or any(i in strong for i in kept):
            continue
        token = found.sentence.tokens[kept[0]]
        if (
            is_light(token)
            or token.canon in verbs_of_speech()
            or _plainly(found, place, weak)
            or not found.near(token, place)
        ):
            continue
        if _hedged(found.sentence, kept[0]) or not _finite(found.sentence, kept[0]):
            continue
        return f"“{token.text}” where the source has “{modal} {found.span.tokens[place].text}”"
    return None


def _governed(text: Text) -> dict[int, str]:
    """Words directly under a modal of duty, possibility or condition, with the modal."""
    modals = written("modality", "duty") | {"may", "might", "could", "would"}
    found: dict[int, str] = {}
    for token in text.tokens:
        if token.low not in modals:
            continue
        for other in text.tokens[token.index + 1 : token.index + 1 + GOVERNS]:
            if other.kind == "mark" or other.sentence != token.sentence:
                break
            if other.content and not (other.low.endswith("ly") or other.low == "to"):
                found[other.index] = token.text
                break
    return found


def _plainly(found: Alignment, place: int, weak: dict[int, str]) -> bool:
    """Whether the span also has the word outside a modal."""
    word = found.span.tokens[place].canon
    return any(j not in weak for j in found.span.by_canon.get(word, []))


def _hedged(text: Text, index: int) -> bool:
    """Whether something earlier in the sentence keeps it a wish, a duty or a possibility."""
    hedges = (
        words("modality", "wish") | words("modality", "duty") | words("modality", "possible")
        | words("modality", "promise") | words("modality", "likely") | {"can", "possibl", "need"}
    )  # fmt: skip
    return any(t.canon in hedges or t.low == "to" for t in text.tokens[:index])


def _finite(text: Text, index: int) -> bool:
    """Whether the word looks like a verb that states: a past, a present, or after "is"."""
    token = text.tokens[index]
    before = text.tokens[index - 1].low if index else ""
    being = {"is", "are", "was", "were", "been", "be", "has", "have", "had"}
    return token.low.endswith("ed") or before in being or token.low.endswith("s")


ONLY = frozenset({"only", "solely", "merely", "just"})
RESTRICTING = ONLY | frozenset(
    "except unless sole nothing exclusively limited no not never alone until exception".split()
)


def restricted(found: Alignment) -> str | None:
    """An "only" that the span does not have, or one of "can only … by" that is gone."""
    word = next((t for t in found.sentence.tokens if t.low in ONLY), None)
    if word is not None:
        return None if _restricts(found, word) else f"“{word.text}” is not in the source"
    for token in found.span.tokens:
        if token.low == "only" and _limits(found.span, token):
            after = [
                t for t in found.span.tokens[token.index + 1 :] if t.sentence == token.sentence
            ]
            used = sum(bool(found.back[t.index]) for t in after if t.content and not is_light(t))
            if used >= 2 and _states_means(found, token):
                return "the source's “only” is missing"
    return None


def _restricts(found: Alignment, word: Token) -> bool:
    """Whether the span limits the same: near what follows or precedes the "only"."""
    beside = [t for t in neighbours(found.sentence, word.index, 2) if found.carried(t)]
    denied = _denied_only(found.sentence, word)
    cues = [
        t.index
        for t in found.span.tokens
        if t.low in RESTRICTING
        and (t.low not in ONLY or _denied_only(found.span, t) == denied)
        and not (t.low == "not" and _followed_by_only(found.span, t))
    ]
    return any(-4 <= j - cue <= 8 for t in beside for j in found.to[t.index] for cue in cues)


def _followed_by_only(text: Text, word: Token) -> bool:
    return word.index + 1 < len(text.tokens) and text.tokens[word.index + 1].low in ONLY


def _denied_only(text: Text, word: Token) -> bool:
    """Of "not only"."""
    return word.index > 0 and text.tokens[word.index - 1].low in {"not", "n't"}


def _limits(text: Text, token: Token) -> bool:
    """Of "can only win by working together": a condition in other words."""
    before = text.tokens[token.index - 1].low if token.index else ""
    after = text.tokens[token.index + 1].low if token.index + 1 < len(text.tokens) else ""
    return before in {"can", "could", "will", "would", "may"} or after in {"if", "when", "after"}


def _states_means(found: Alignment, token: Token) -> bool:
    """Whether the sentence keeps "can": it says it is possible, without saying how alone."""
    lows = {t.low for t in found.sentence.tokens}
    before = found.span.tokens[token.index - 1].low
    return before in lows and not lows & {"must", "need", "needs", "requires", "require", "unless"}
