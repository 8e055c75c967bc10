"""What the spans don't have: names, runs of words, whole clauses."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.check.align import Alignment
from rag.check.lexicon import alike, words, written
from rag.check.reading import Text, Token, calendar, is_light, plain
from rag.types import Evidence
from rag.words import fold

LIGHT = 0.3
"""What a word counts that introduces or fills."""
RUN = 2.4
"""Weight of words in a row that the spans lack, from which on they are an invention."""
CLAUSE = 1.0
"""Weight of a clause of which the spans have nothing, from which on it is an invention."""
CARRIED = 0.8
"""How much a carried word takes away from a run."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a sentence its spans carry."""

    carried: float
    total: float

    @property
    def share(self) -> float:
        """0 to 1; 1 for a sentence without content."""
        return self.carried / self.total if self.total else 1.0


def weight(token: Token) -> float:
    """What a word counts."""
    return LIGHT if is_light(token) else 1.0


def coverage(found: Alignment, context: Text, ignored: Collection[int]) -> Coverage:
    """The share of the sentence's words that the spans have, weighed."""
    carried = total = 0.0
    for token in counted(found.sentence, ignored):
        total += weight(token)
        carried += weight(token) * known(found, context, token)
    return Coverage(carried, total)


def counted(text: Text, ignored: Collection[int]) -> list[Token]:
    """The words that must be carried: content, and not only naming who speaks."""
    return [t for t in text.content() if t.index not in ignored]


def known(found: Alignment, context: Text, token: Token) -> bool:
    """Whether a word is in the spans, or in what is known of them."""
    if found.to[token.index] or token.canon in context.by_canon:
        return True
    return token.entity is not None and any(t.entity == token.entity for t in context.tokens)


def quotes_kept(found: Alignment, spans: Sequence[Evidence]) -> str | None:
    """What stands between quotation marks stands so in a span; "…" may leave words out."""
    quotes = [_letters(plain(s.quote)) for s in spans]
    quotes += [_letters(plain(s.title)) for s in spans if s.title]
    quotes.append(_letters(" ".join(plain(s.quote) for s in spans)))
    made = found.sentence.plain
    if made.count('"') > 2:
        outermost = _letters(made[made.index('"') : made.rindex('"')])
        if any(outermost in q for q in quotes):
            return None  # a quote within the quote
    for match in QUOTED.finditer(made):
        for part in re.split(r"\.{2,}|\[[^\]]*\]| \. ", match.group(1)):
            letters = _letters(part)
            if letters.count(" ") >= 2 and not any(letters in q for q in quotes):
                return f"“{part.strip()[:60]}” is not what the source says word for word"
    return None


QUOTED = re.compile(r'"([^"]+)"')


def _letters(text: str) -> str:
    """Folded words, single blanks between and around them."""
    return " " + " ".join(re.findall(r"[^\W_]+", fold(text))) + " "


def invented_run(found: Alignment, context: Text, ignored: Collection[int]) -> str | None:
    """Words close together that the spans lack."""
    score = 0.0
    run: list[str] = []
    for token in counted(found.sentence, ignored):
        if known(found, context, token):
            score = max(score - CARRIED * weight(token), 0.0)
            run = run if score else []
            continue
        score += weight(token)
        run.append(token.text)
        if score >= RUN:
            return f"“{' … '.join(run[-3:])}” is not in the source"
    return None


def put_in_place(found: Alignment, context: Text, ignored: Collection[int]) -> str | None:
    """A word that stands where the span has another, between the same neighbours."""
    ours = counted(found.sentence, ignored)
    theirs = [t for t in found.span.tokens if t.content]
    places = {t.index: n for n, t in enumerate(theirs)}
    for before, token, after in zip(ours, ours[1:], ours[2:], strict=False):
        if not _own(token) or known(found, context, token):
            continue
        for number, other in enumerate(theirs):
            if found.back[other.index] or not _own(other):
                continue
            left = any(0 < number - places.get(j, -9) <= 2 for j in found.to[before.index])
            right = any(0 < places.get(j, -9) - number <= 2 for j in found.to[after.index])
            if left and right:
                return f"“{token.text}” where the source has “{other.text}”"
    return None


def _own(token: Token) -> bool:
    """A word with a meaning of its own that another could take the place of."""
    return (
        token.kind == "word"
        and token.value is None
        and token.low not in written("modality", "conditions")
        and not is_light(token)
        and not (token.low.endswith("ly") and len(token.low) > 4)
    )


def invented_clause(found: Alignment, context: Text, ignored: Collection[int]) -> str | None:
    """A clause that brings something of its own and shares nothing with the spans."""
    for clause in clauses(found.sentence):
        inside = [t for t in clause if t.content and t.index not in ignored]
        new = [t for t in inside if not known(found, context, t)]
        heavy = sum(weight(t) for t in new)
        if heavy >= CLAUSE and _backing(found, inside) < heavy:
            return f"“{' '.join(t.text for t in clause if t.kind != 'mark')}” is not in the source"
    return None


def _backing(found: Alignment, inside: Sequence[Token]) -> float:
    """What the spans carry of a clause: names and synonyms less, a title's words nothing."""
    carried = [t for t in inside if found.to[t.index] and not _surplus(found, t)]
    return sum(
        weight(t) * (0.5 if t.entity else 1.0 if _same_word(found, t) else 0.6) for t in carried
    )


def _surplus(found: Alignment, token: Token) -> bool:
    """Whether the sentence has used up the span's word before: an added clause repeats words."""
    if token.entity is not None or is_light(token):
        return False
    earlier = [t for t in found.sentence.tokens[: token.index] if t.canon == token.canon]
    return len(earlier) >= len(found.to[token.index])


def _same_word(found: Alignment, token: Token) -> bool:
    return token.canon in found.span.by_canon or token.value is not None


def clauses(text: Text) -> list[list[Token]]:
    """The parts between commas, brackets and dashes."""
    found: list[list[Token]] = [[]]
    for token in text.tokens:
        if token.kind == "mark" and token.text in ",;:()—.":
            found.append([])
        else:
            found[-1].append(token)
    return [c for c in found if c]


def names_kept(found: Alignment, context: Text) -> str | None:
    """Everybody named, and every other capitalised word, is in the spans or their attribution."""
    for token in found.sentence.tokens:
        if token.kind != "word" or not token.cap:
            continue
        if token.person is not None and not _present(token, found.span, context):
            return f"“{token.text}” is not in the source"
        if found.to[token.index] or token.canon in context.by_canon or not token.content:
            continue
        if _misspelt(token, context):
            continue
        if token.entity is not None:
            if not _present(token, found.span, context):
                return f"“{token.text}” is not in the source"
        elif _proper(found.sentence, token):
            return f"“{token.text}” is not in the source"
    return None


def _misspelt(token: Token, context: Text) -> bool:
    """Whether it is a speaker's name, one letter off."""
    return any(t.cap and alike(token.low, t.low) for t in context.tokens)


def compounds_kept(found: Alignment, context: Text) -> str | None:
    """Proper names side by side stand so in the spans or in what is known of them."""
    tokens = found.sentence.tokens
    for left, right in pairwise(tokens):
        if right.start - left.end > 1 or not (_part(left) and _part(right)) or left.poss:
            continue
        texts = [t for t in (found.span, context) if left.low in _lows(t) or right.low in _lows(t)]
        both = {t.low for text in texts for t in text.tokens}
        if left.low in both and right.low in both:
            if any(_adjacent(text, left.low, right.low) for text in texts):
                continue
            if any(_otherwise(text, left.low, right.low) for text in texts):
                return f"“{left.text} {right.text}” is not in the source"
    return None


def _lows(text: Text) -> set[str]:
    return {t.low for t in text.tokens}


def _part(token: Token) -> bool:
    """A word that can be part of a longer proper name."""
    skipped = written("classes", "titles") | calendar()
    return (
        token.kind == "word" and token.cap and token.content and token.low not in skipped
        and not token.adjective and not _possessive(token)
    )  # fmt: skip


def _possessive(token: Token) -> bool:
    return token.low in {"yes", "no"}


def _adjacent(text: Text, left: str, right: str) -> bool:
    places = [t.index for t in text.tokens if t.low == left]
    return any(
        text.tokens[j].low == right
        for i in places
        for j in (i + 1, i + 2)
        if j < len(text.tokens) and (j == i + 1 or text.tokens[i + 1].cap)
    )


def _otherwise(text: Text, left: str, right: str) -> bool:
    """Whether one of two names has another name beside it there."""
    tokens = text.tokens
    for token in tokens:
        before = tokens[token.index - 1] if token.index else None
        after = tokens[token.index + 1] if token.index + 1 < len(tokens) else None
        if token.low == right and before is not None and _part(before) and not before.poss:
            return True
        if token.low == left and after is not None and _part(after) and not token.poss:
            return True
    return False


def _present(token: Token, span: Text, context: Text) -> bool:
    """Whether the party is there; a person only by name, a country by any of its people."""
    there = [t for text in (span, context) for t in text.tokens if t.entity == token.entity]
    if token.person is None:
        return bool(there)
    return any(t.person == token.person for t in there)


def _proper(text: Text, token: Token) -> bool:
    """Whether the capital makes a name: not a sentence's first word, a title or a date."""
    if token.low in written("classes", "titles") | calendar() or token.low in {"yes", "no"}:
        return False
    opens = token.index == 0 or text.tokens[token.index - 1].text in {'"', ":", "."}
    if not opens:
        return True
    following = text.tokens[token.index + 1 : token.index + 2]
    return token.poss or bool(following and following[0].cap and following[0].kind == "word")


def harsh(token: Token) -> bool:
    """A word that accuses or threatens."""
    return token.canon in words("classes", "charged")


def words_of(text: str, tokens: Sequence[Token]) -> str:
    """The stretch of the text that the tokens span."""
    return text[tokens[0].start : tokens[-1].end]
