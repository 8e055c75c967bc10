"""Who said what to whom, and who reports it: the ledger's statements, without a language model.

A report is read sentence by sentence with a lexicon of reporting verbs and a small grammar of the
phrases that speak; a speech is its speaker's own, sentence for sentence.

spaCy's small English parser was measured beside the grammar on 71 reports (15,721 words, 576 verbs
with a subject): both named the same subject for 541 of them, the parser none for 11; of the 24
where they differed the grammar was right in all but one. The parser took ten times as long, 3.4
seconds to load, and needs weights. So it is not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rag.names import Names
from rag.orders import ordering
from rag.statements.carry import carry
from rag.statements.cast import Cast
from rag.statements.members import parties
from rag.statements.monologue import monologue, speaker_of
from rag.statements.report import Report
from rag.statements.transcript import solo, transcript, turns
from rag.types import Document, Party, Sentence, Statement

__all__ = ["extract", "people"]


def extract(document: Document, sentences: Sequence[Sentence], names: Names) -> list[Statement]:
    """The statements of a document, in order of place.

    Args:
        document: Its text and metadata.
        sentences: Its sentences; spans into `document.text`.
        names: Whom words speak of.

    Returns:
        Statements whose `quote` is `document.text[start:end]`, always. A speaker that could not be
        told with confidence is None.
    """
    orders = ordering(sentences)
    return [s for s in _told(document, sentences, names) if s.sentence not in orders]


def _told(document: Document, sentences: Sequence[Sentence], names: Names) -> Iterable[Statement]:
    speaker = speaker_of(document, names)
    # Labels tell whose each turn is; a title such as "X's remarks to the press" tells less.
    found = turns(document, names, speaker)
    if not found and speaker is not None:
        return monologue(document, sentences, names, speaker)
    found = found or solo(document, names)
    if not found:
        return _reported(document, sentences, names)
    # What stands above the first turn is told as in any report.
    above = [s for s in sentences if s.end <= found[0].start]
    told = _reported(document, above, names) if above else []
    return [*told, *transcript(document, sentences, names, found)]


def _reported(document: Document, sentences: Sequence[Sentence], names: Names) -> list[Statement]:
    report = Report(document, sentences, names)
    return sorted(carry(report, report.lines()), key=lambda s: (s.sentence, s.start))


def people(document: Document, sentences: Sequence[Sentence], names: Names) -> list[Party]:
    """The persons that a document introduces with an office or a country."""
    speaker = speaker_of(document, names)
    if speaker is not None and not turns(document, names, speaker):
        return []
    return parties(Cast(document.text, names, on=document.metadata.published).members)
