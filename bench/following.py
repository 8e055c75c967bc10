"""Follow-ups: what is found with the conversation and without, and how the question is put.

    python -m bench.following                     # over the five documents of seeds/
    python -m bench.following --workspace DIR     # an index of seeds/ among other documents
    python -m bench.following --verbose           # every case that is not as the gold has it

No model is needed. With five documents the right one is among the first five nearly always; an
index with many others beside them (`--workspace`) is what tells the three ways of asking apart:
as typed, as rewritten, and as a person would put it who knows the conversation.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench.measure import ROOT
from rag.assistant import Assistant
from rag.evals.gold import Case, load_gold
from rag.types import Found
from rag.words import fold, words
from rag.workspace import Workspace

GOLD = ROOT / "evals" / "gold" / "followups.jsonl"
DEEP = 40
"""Passages ranked, so that five documents are among them."""

Ways = dict[str, Callable[[Assistant, Case], Found]]
WAYS: Ways = {
    "as typed": lambda assistant, case: assistant.search(case.question, k=DEEP),
    "rewritten": lambda assistant, case: assistant.search(
        case.question, history=case.history, k=DEEP
    ),
    "as the gold puts it": lambda assistant, case: assistant.search(
        case.standalone or case.question, k=DEEP
    ),
}


def rows(
    root: Path = ROOT, gold: Path = GOLD, complaint: Callable[[str], None] = lambda line: None
) -> Iterator[tuple[str, str]]:
    """Each figure with its name.

    Args:
        root: A workspace whose index holds the documents of the gold file.
        gold: Cases with a history.
        complaint: Takes a line for every case that is not as the gold has it.
    """
    cases = load_gold(gold).cases
    changes = [c for c in cases if "change-of-subject" in c.tags]
    follow = [c for c in cases if c not in changes]
    with Assistant.open(Workspace.open(root, offline=True)) as assistant:
        yield "documents in the index", str(len(assistant.index.documents()))
        for kind, some in (("follow-ups", follow), ("changes of subject", changes)):
            for way, search in WAYS.items():
                yield f"{kind}, {way}", _found(assistant, some, search, way, complaint)
        exact = [_same(assistant.rewrite(c.question, c.history), c, complaint) for c in follow]
        yield "follow-ups put word for word as in the gold", _share(exact)
        named = [_names_the_same(assistant, c) for c in follow]
        yield "follow-ups naming all whom the gold names", _share(named)
        clean = [_clean(assistant.rewrite(c.question, c.history), c, complaint) for c in changes]
        yield "changes of subject, nothing dragged along", _share(clean)


def _found(
    assistant: Assistant,
    cases: Sequence[Case],
    search: Callable[[Assistant, Case], Found],
    way: str,
    complaint: Callable[[str], None],
) -> str:
    """Right document first and among the first five; a gold sentence in the first five quotes."""
    first, five, cited, quoted = [], [], [], []
    for case in cases:
        found = search(assistant, case)
        documents = list(dict.fromkeys(hit.passage.document for hit in found.hits))
        first.append(bool(set(documents[:1]) & set(case.documents)))
        five.append(bool(set(documents[:5]) & set(case.documents)))
        cited.append(any(e.document in case.documents for e in found.evidence[:5]))
        quotes = [fold(e.quote) for e in found.evidence[:5]]
        quoted.append(any(fold(g) in q or q in fold(g) for g in case.quotes for q in quotes))
        if way == "rewritten" and not (five[-1] and quoted[-1]):
            missing = "the sentence" if five[-1] else "the document"
            complaint(f"{case.id} {missing} is missing: {case.question} → {found.query.standalone}")
    return (
        f"document first {_share(first)}, in the first five {_share(five)}; "
        f"of the first five quotes one from it {_share(cited)}, a gold sentence {_share(quoted)}"
    )


def _same(rewritten: str, case: Case, complaint: Callable[[str], None]) -> bool:
    same = words(rewritten) == words(case.standalone or case.question)
    if not same:
        complaint(f"{case.id} {case.question} → {rewritten} (gold: {case.standalone})")
    return same


def _names_the_same(assistant: Assistant, case: Case) -> bool:
    """Whether everybody whom the gold's question names is in the rewritten one."""
    names = assistant.names
    ours = names.find(assistant.rewrite(case.question, case.history))
    wanted = names.find(case.standalone or case.question)
    return all(any(names.same(m.party, o.party) for o in ours) for m in wanted)


def _clean(rewritten: str, case: Case, complaint: Callable[[str], None]) -> bool:
    """Whether a rewriting has none of the words that belong to the old subject."""
    dragged = [word for word in case.forbidden if fold(word) in fold(rewritten)]
    if dragged:
        complaint(f"{case.id} {case.question} → {rewritten} (still {', '.join(dragged)})")
    return not dragged


def _share(right: Sequence[bool]) -> str:
    return f"{sum(right)}/{len(right)}"


def main() -> None:
    """Prints the figures, and with `--verbose` the cases behind them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--workspace", type=Path, default=ROOT)
    parser.add_argument("--gold", type=Path, default=GOLD)
    parser.add_argument("--verbose", action="store_true")
    given = parser.parse_args()
    lines: list[str] = []
    for label, figure in rows(given.workspace, given.gold, lines.append):
        sys.stdout.write(f"{label:43} {figure}\n")
    if given.verbose:
        sys.stdout.write("\n".join(["", *dict.fromkeys(lines), ""]))


if __name__ == "__main__":
    main()
