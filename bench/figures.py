"""The README's tables of answers, from the folders of finished runs.

    python -m bench.figures RUN [RUN …] >> table.md

The first run's column comes first; `rag eval` wrote the runs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROWS = {
    "must_include": "says what it must (`must_include`)",
    "gold_document_cited": "cites a gold document",
    "gold_sentence_cited": "cites a gold sentence",
    "cited_gold_share": "citations that are gold sentences",
    "citation_recall": "sentences carried by their citations",
    "wrong_document": "cites a wrong document",
    "wrong_speaker": "cites the wrong speaker",
    "abstention_recall": "says no when it should",
    "over_refusal": "says no when it shouldn't",
    "abstention_f1": "balance of saying no (F1)",
    "reason_right": "names the right kind of no",
    "citation_exact": "quotes exactly in place",
    "words": "words an answer, mean",
    "total_ms": "median time to the whole answer",
    "prompt_tokens": "tokens read, of questions that a model saw",
}


def table(runs: Sequence[Path]) -> Iterator[str]:
    """One line a metric that any of the runs has, value, interval and n for each."""
    found = [json.loads((run / "run.json").read_text(encoding="utf-8"))["metrics"] for run in runs]
    for name, label in ROWS.items():
        cells = [cell(name, metrics.get(name)) for metrics in found]
        if any(value for value, _ in cells):
            columns = [part for pair in cells for part in pair]
            yield f"| {label} | {' | '.join(part or '–' for part in columns)} |"


def cell(name: str, metric: dict[str, Any] | None) -> tuple[str, str]:
    """Value with its interval, and n."""
    if not metric or metric.get("value") is None or not metric.get("n"):
        return "", ""
    value = metric["value"]
    if name == "total_ms":
        shown = f"{value / 1000:.1f} s"
    elif name in {"words", "prompt_tokens"}:
        shown = f"{value:.0f}"
    else:
        low, high = metric.get("low"), metric.get("high")
        interval = f" ({100 * low:.0f}–{100 * high:.0f})" if low is not None else ""
        shown = f"{100 * value:.0f} %{interval}"
    return shown, str(metric["n"])


if __name__ == "__main__":
    print("\n".join(table([Path(p) for p in sys.argv[1:]])))
