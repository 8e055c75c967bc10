"""Fits the support score of the checker to labelled pairs and prints the constants and figures.

    python bench/calibrate_check.py [--words-only]

True sentences of the dev half of `evals/gold/pairs.jsonl` against sentences whose words or clauses
the spans lack: the span beside the right one, a span of another document, an invented tail, a
clause of another sentence. Contradictions (a "not", another number) are no matter of support and
are left out. Without `--words-only` the embedding model must be at hand (`rag models pull`).
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType

import numpy as np

ROOT = Path(__file__).parents[1]
KINDS = frozenset({"neighbour", "tail", "clause of another", "clause of the neighbour"})


def mutations() -> ModuleType:
    """The module beside the tests that makes the false sentences."""
    spec = importlib.util.spec_from_file_location("mutations", ROOT / "tests" / "mutations.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutations"] = module
    spec.loader.exec_module(module)
    return module


def labelled(split: str) -> Iterator[tuple[str, tuple, bool]]:
    """Sentence, spans, and whether these carry it."""
    made = mutations()
    known = [p for p in made.pairs() if p.split == split]
    mutator = made.Mutator(known, made.known_names(), seed=1)
    for pair in known:
        yield pair.sentence, pair.spans, True
        if (other := made.other_span(pair, known, 1)) is not None:
            yield other.sentence, other.spans, False
        for mutation in mutator.of(pair):
            if mutation.kind in KINDS:
                yield mutation.sentence, mutation.spans, False


def cosine() -> Callable[[str, str], float]:
    """The embedder's similarity."""
    from rag.embed import load_embedder
    from rag.workspace import Workspace

    embedder = load_embedder(Workspace.open(ROOT))

    @cache
    def vector(text: str) -> np.ndarray:
        return embedder.encode([text])[0]

    return lambda a, b: float(vector(a) @ vector(b))


def features(split: str, likeness: Callable[[str, str], float] | None) -> tuple:
    """One row a sentence: the share of words carried, and the likeness; and the labels."""
    from rag.check import shared

    rows, labels = [], []
    for sentence, spans, true in labelled(split):
        row = [shared(sentence, spans, mutations_names())]
        if likeness is not None:
            row.append(max(likeness(sentence, s.quote) for s in spans))
        rows.append(row)
        labels.append(true)
    return np.array(rows), np.array(labels)


@lru_cache(maxsize=1)
def mutations_names() -> object:
    """Names as the tests know them."""
    return mutations().known_names()


def report(name: str, likeness: Callable[[str, str], float] | None) -> None:
    """Fits on dev, judges on both halves."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    x, y = features("dev", likeness)
    model = LogisticRegression(C=10.0, class_weight="balanced").fit(x, y)
    weights = ", ".join(f"{w:.2f}" for w in model.coef_[0])
    print(f"{name}: intercept {model.intercept_[0]:.2f}, weights {weights}")
    for split in ("dev", "test"):
        x, y = features(split, likeness)
        p = model.predict_proba(x)[:, 1]
        print(
            f"  {split}: n {len(y)}, AUC {roc_auc_score(y, p):.3f}, true below 0.5: "
            f"{np.mean(p[y] < 0.5):.3f}, false below 0.5: {np.mean(p[~y] < 0.5):.3f}, "
            f"least words of a true one: {x[y, 0].min():.2f}, "
            f"2nd centile {np.quantile(x[y, 0], 0.02):.2f}"
        )


if __name__ == "__main__":
    report("words", None)
    if "--words-only" not in sys.argv:
        report("words and likeness", cosine())
