"""Speakers carried to sentences that have no reporting verb of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rag.statements.grammar import pattern
from rag.statements.lexicon import verbs
from rag.statements.line import Line
from rag.statements.quotes import Quotation
from rag.statements.report import Report
from rag.statements.stance import modality, polarity
from rag.types import Form, Party, Statement


@dataclass(frozen=True)
class _Carried:
    speaker: Party | None
    rule: str
    confidence: float
    like: Statement | None = None


def carry(report: Report, lines: list[Line]) -> list[Statement]:
    """All statements of the report, with those whose speaker the neighbours decide."""
    spoken = _spoken_quotations(report, lines)
    found: list[Statement] = []
    for index, line in enumerate(lines):
        if line.statements:
            line.statements = _within_quotation(report, line, spoken)
            found += line.statements
            continue
        carried = _of_quotation(report, lines, index, spoken) or _of_neighbours(
            report, lines, index
        )
        if carried is not None:
            statement = _statement(report, line, carried)
            line.statements = [statement]
            found.append(statement)
    return found


def _within_quotation(
    report: Report, line: Line, spoken: dict[Quotation, Statement]
) -> list[Statement]:
    """Inside a quotation, what another said is reported by the one who is quoted."""
    if line.quotation is None:
        return line.statements
    owner = spoken.get(line.quotation)
    teller = report.owners.get(line.quotation) or (owner.speaker if owner else None)
    if teller is None:
        return line.statements
    return [
        s
        if s.reported_by or s.speaker is None or s.speaker.name == teller.name
        else replace(s, reported_by=(teller,))
        for s in line.statements
    ]


def _spoken_quotations(report: Report, lines: list[Line]) -> dict[Quotation, Statement]:
    """Each quotation and the statement that says whose it is."""
    owner: dict[Quotation, Statement] = {}
    for quotation in report.quotations:
        overlapping = [
            s
            for line in lines
            for s in (line.statements if line.quotation is None else ())
            if s.start < quotation.end and quotation.start < s.end and s.speaker is not None
        ]
        long_enough = [s for s in overlapping if not s.reported_by or s.form != "narrated"]
        names = {s.speaker.name for s in long_enough if s.speaker}
        if len(names) == 1:
            owner[quotation] = long_enough[-1]
    return owner


def _of_quotation(
    report: Report, lines: list[Line], index: int, spoken: dict[Quotation, Statement]
) -> _Carried | None:
    line = lines[index]
    quotation = line.quotation
    if quotation is None:
        return None
    known = spoken.get(quotation)
    if quotation in report.owners:
        owner = report.owners[quotation]
        same = known is not None and known.speaker is not None and known.speaker.name == owner.name
        return _Carried(owner, "quotation goes on", 0.85, known if same else None)
    if known is not None:
        return _Carried(known.speaker, "quotation goes on", 0.9, known)
    if line.block is not None and index and _block_before(lines, index) is not None:
        return _Carried(_block_before(lines, index), "announced quotation", 0.85)
    before = _last_statement(lines, index, quotation.start - 1)
    if _closes_with_words(report, lines, quotation):
        return _Carried(None, "quotation without speaker", 0.2)
    if before is None or before.speaker is None or before.form == "narrated":
        return _Carried(None, "quotation without speaker", 0.2)
    return _Carried(before.speaker, "quotation follows", 0.75, before)


def _closes_with_words(report: Report, lines: list[Line], quotation: Quotation) -> bool:
    """Whether words follow the closing mark: an attribution that was not understood."""
    last = next(
        (n.sentence for n in lines if n.sentence.start <= quotation.end <= n.sentence.end), None
    )
    rest = report.document.text[quotation.end : last.end] if last else ""
    return len(re.findall(r"\w+", rest)) >= 2


def _block_before(lines: list[Line], index: int) -> Party | None:
    return next((n.opens_block for n in reversed(lines[:index]) if n.opens_block is not None), None)


def _last_statement(lines: list[Line], index: int, place: int) -> Statement | None:
    """The last statement before a place, if the sentence right before it has one."""
    for line in reversed(lines[:index]):
        if line.sentence.start >= place:
            continue
        return line.statements[-1] if line.statements else None
    return None


def _of_neighbours(report: Report, lines: list[Line], index: int) -> _Carried | None:
    """Whose a bare sentence is, by the sentences around it; None where that is not plain."""
    line = lines[index]
    if line.framed or line.unread or index == 0 or line.quotation is not None:
        return None
    listed = _listed(lines, index)
    if listed is not None or not _takes_a_stand(line, talk=report.occasion):
        return listed
    before = lines[index - 1].statements[-1] if lines[index - 1].statements else None
    if before is None or before.speaker is None or not _can_go_on(before):
        return None
    if line.block is not None and before.reported_by:
        return _Carried(line.block, "announced text goes on", 0.65)
    if before.rule.startswith("nested"):
        return None  # after "Rao said Lin accepted" neither goes on
    if _same_block(report, lines, index) and _readout(report, lines):
        return _Carried(before.speaker, "paragraph goes on", 0.7, before)
    after = _next_statement(lines, index)
    follows = after.speaker if after is not None else None
    alike = follows is not None and follows.name == before.speaker.name
    if alike and before.speaker.kind == "person":
        return _Carried(before.speaker, "between two of the same speaker", 0.7, before)
    closing = after is None and index == len(lines) - 1
    if closing and _speaks_for(line, before.speaker) and _readout(report, lines):
        return _Carried(before.speaker, "own country goes on", 0.65, before)
    return None


def _speaks_for(line: Line, speaker: Party) -> bool:
    """Whether the sentence says what the speaker's own country will do or wants."""
    own = line.country is not None and line.country == speaker.country
    return own and pattern("own_stance").search(line.sentence.text) is not None


def _takes_a_stand(line: Line, *, talk: bool) -> bool:
    """Whether the sentence speaks as a speaker would: of what should be, not of what happened.

    That "ties have been strengthened" is said in a talk; elsewhere a paper tells what was done.
    """
    text = line.sentence.text
    if not talk and pattern("was_done").search(text):
        return False
    if line.of_person or pattern("narrative").match(text) or pattern("happened").search(text):
        return False
    # "The two sides should …" is what one asks of both; else a sentence about both is both's.
    if line.of_several and not pattern("asked_of_both").search(text):
        return False
    return pattern("stance").search(text) is not None


def _can_go_on(statement: Statement) -> bool:
    """Whether its speaker may still be speaking in the next sentence."""
    speaker = statement.speaker
    if speaker is None or speaker.kind in {"unnamed", "medium"} or statement.form == "narrated":
        return False
    return statement.confidence >= 0.5 and not statement.rule.endswith("source")


def _listed(lines: list[Line], index: int) -> _Carried | None:
    """A line of a list under a sentence that ended with a colon."""
    if not pattern("bullet").match(lines[index].sentence.text):
        return None
    for line in reversed(lines[:index]):
        if line.sentence.text.rstrip().endswith(":"):
            owner = line.statements[-1] if line.statements else None
            speaker = line.opens_block or (owner.speaker if owner else None)
            return _Carried(speaker, "list", 0.85, owner) if speaker else None
        if not pattern("bullet").match(line.sentence.text):
            return None
    return None


def _next_statement(lines: list[Line], index: int) -> Statement | None:
    following = lines[index + 1 : index + 2]
    return following[0].statements[0] if following and following[0].statements else None


def _same_block(report: Report, lines: list[Line], index: int) -> bool:
    between = report.document.text[lines[index - 1].sentence.end : lines[index].sentence.start]
    return "\n" not in between


def _readout(report: Report, lines: list[Line]) -> bool:
    """Whether most paragraphs report speech, so that a bare sentence in one probably does too."""
    blocks = [i for i in range(len(lines)) if i == 0 or not _same_block(report, lines, i)]
    ends = [*blocks[1:], len(lines)]
    framed = [any(n.statements for n in lines[a:b][:2]) for a, b in zip(blocks, ends, strict=True)]
    return sum(framed) >= 0.5 * len(framed)


def _statement(report: Report, line: Line, carried: _Carried) -> Statement:
    sentence = line.sentence
    start, end = _inner(report, sentence.start, sentence.end)
    text = report.document.text[start:end]
    verb = verbs()[0]
    form: Form = "direct" if line.quotation is not None else "indirect"
    like = carried.like
    reporters = like.reported_by if like else ()
    if (
        line.block is not None
        and not reporters
        and (carried.speaker is None or line.block.name != carried.speaker.name)
    ):
        reporters = (line.block,)
    return Statement(
        document=report.document.name,
        start=start,
        end=end,
        quote=text,
        cue_start=start,
        cue_end=start,
        sentence=sentence.index,
        speaker=replace(carried.speaker, as_written="") if carried.speaker else None,
        addressee=like.addressee if like else None,
        act=like.act if like and carried.rule == "list" else "say",
        polarity=polarity(verb, text),
        modality=modality(verb, text),
        form=form,
        reported_by=reporters,
        said=like.said if like else None,
        published=report.published,
        referred_to=None,
        confidence=carried.confidence,
        rule=carried.rule,
    )


def _inner(report: Report, start: int, end: int) -> tuple[int, int]:
    """The sentence without quotation marks, bullets and the final stop at its edges."""
    text = report.document.text
    bullet = pattern("bullet").match(text, start, end)
    first = bullet.end() if bullet and bullet.end() < end else start
    while first < end - 1 and text[first] in "“”\"' \n\t":
        first += 1
    last = end
    while last > first + 1 and text[last - 1] in "“”\"' \n\t.,;":
        last -= 1
    return first, last
