"""Fits the weights of `rag/answer/answerable.py` on gold questions, with and without a model's yes.

    python -m bench.calibrate_answerable WORKSPACE=GOLD.jsonl [WORKSPACE=GOLD.jsonl …] [--cases 60]

Each gold file needs answerable and unanswerable questions of fact over the workspace's documents.
Prints the two sets of weights and how well they separate the questions, in ten-fold validation.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path
from typing import Any

from rag.answer.answerable import ENOUGH, asked_whether, features
from rag.answer.decide import refusal_reason
from rag.answer.selecting import SHOW, selected
from rag.answer.strategies import Calls
from rag.assistant import Assistant
from rag.evals.gold import Case, load_gold
from rag.workspace import Workspace

SEED = 1


def rows(workspace: str, gold: str, cases: int) -> list[tuple[bool, dict[str, float]]]:
    """For each question of fact whether it is answerable, and what the regression sees of it."""
    known = list(load_gold(Path(gold)).cases)
    random.Random(SEED).shuffle(known)
    halves = [[c for c in known if c.answerable is kind][:cases] for kind in (True, False)]
    found = []
    with Assistant.open(Workspace.open(workspace)) as assistant:
        for case in [c for half in halves for c in half if not c.history]:
            row = _row(assistant, case)
            found += [(case.answerable, row)] if row else []
    return found


def _row(assistant: Assistant, case: Case) -> dict[str, float] | None:
    found = assistant.search(case.question)
    query = found.query
    if query.speakers or query.kind in {"list", "comparison"} or not found.evidence:
        return None
    doubted = refusal_reason(query, found, assistant.names, speaks=True, foreign=False) is not None
    shown = selected(query, found.evidence, SHOW)
    yes = asked_whether(assistant.model, assistant.prompts, query, shown, Calls())
    return features(shown, doubted=doubted, yes=yes)


def fit(found: list[tuple[bool, dict[str, float]]], names: list[str]) -> None:
    """Prints weights and ten-fold rates."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import KFold, cross_val_predict

    given = np.array([[row[n] for n in names] for _, row in found])
    wanted = np.array([answerable for answerable, _ in found])
    model: Any = LogisticRegression(C=1.0, class_weight="balanced")
    folds = KFold(10, shuffle=True, random_state=0)
    likely = cross_val_predict(model, given, wanted, cv=folds, method="predict_proba")[:, 1]
    model.fit(given, wanted)
    weights = {n: round(float(w), 2) for n, w in zip(names, model.coef_[0], strict=True)}
    no = likely < ENOUGH
    print(weights | {"constant": round(float(model.intercept_[0]), 2)})
    print(f"  n {len(found)}: no to {no[~wanted].mean():.0%} of the unanswerable", end=", ")
    print(f"{no[wanted].mean():.0%} of the answerable")


def main() -> None:
    """Both fits over all the files given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", metavar="WORKSPACE=GOLD")
    parser.add_argument("--cases", type=int, default=60, help="of each kind and file")
    given = parser.parse_args()
    found = [row for s in given.sets for row in rows(*s.split("=", 1), given.cases)]
    fit(found, ["yes", "dense", "topic", "doubted"])
    fit(found, ["dense", "topic", "doubted"])


if __name__ == "__main__":
    main()
