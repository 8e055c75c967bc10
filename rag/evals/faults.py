"""What can be wrong with a gold file: found line by line, told in a few lines."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from rag.evals.spans import FoldedTexts
from rag.types import NotFoundReason

REASONS = get_args(NotFoundReason)
SHOWN_KINDS = 12
SHOWN_ITEMS = 6


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One fault of a gold file."""

    line: int
    what: str
    value: str = ""


Fault = tuple[str, str]
"""What is wrong, in words that many lines can share, and the value at fault."""


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(_text(v) for v in value)


def _groups(value: Any) -> bool:
    return isinstance(value, list) and all(_texts(v) and v for v in value)


def _history(value: Any) -> bool:
    return isinstance(value, list) and all(_text(v) or _turn(v) for v in value)


def _turn(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    if _text(value.get("question")):
        return isinstance(value.get("answer", ""), str)
    return value.get("role") in {"user", "assistant"} and isinstance(value.get("content"), str)


FIELDS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "id": (_text, "a text that is not empty"),
    "question": (_text, "a text that is not empty"),
    "answerable": (lambda v: isinstance(v, bool), "true or false"),
    "answers": (_texts, "a list of texts"),
    "must_include": (_groups, "a list of lists of texts"),
    "documents": (_texts, "a list of document names"),
    "quotes": (_texts, "a list of texts"),
    "wrong_documents": (_texts, "a list of document names"),
    "speaker": (_text, "a name"),
    "published": (_text, "a date such as 2014 or 2014-09-24"),
    "tags": (_texts, "a list of texts"),
    "history": (_history, "a list of questions, or of {question, answer}, or of {role, content}"),
    "reason": (lambda v: isinstance(v, str) and v in REASONS, f"one of {', '.join(REASONS)}"),
    "reason_also": (
        lambda v: isinstance(v, list) and all(isinstance(r, str) and r in REASONS for r in v),
        f"a list of {', '.join(REASONS)}",
    ),
    "standalone": (_text, "a text that is not empty"),
    "forbidden": (_texts, "a list of texts"),
    "note": (lambda v: isinstance(v, str), "a text"),
}
REQUIRED = ("id", "question", "answerable")


def read_row(line: bytes) -> tuple[dict[str, Any], list[Fault]]:
    """A line's object, its `history` in one form, and what is wrong with it."""
    try:
        row = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        return {}, [("not UTF-8", "")]
    except (ValueError, RecursionError):
        return {}, [("not JSON", "")]
    if not isinstance(row, dict):
        return {}, [("not a JSON object", "")]
    faults = [(f"`{name}` is missing", "") for name in REQUIRED if name not in row]
    for name, value in row.items():
        if name not in FIELDS:
            faults.append((_unknown(name), ""))
        elif value is None and name not in REQUIRED:
            continue
        elif not FIELDS[name][0](value):
            faults.append((f"`{name}` must be {FIELDS[name][1]}", _short(value)))
    if not faults:
        row = {k: v for k, v in row.items() if v is not None}
        faults = _contradictions(row)
        row["history"] = _turns(row.get("history", []))
    return row, faults


def _unknown(name: str) -> str:
    near = get_close_matches(name, FIELDS, n=1, cutoff=0.6)
    return f"unknown key `{name}`" + (f"; did you mean `{near[0]}`?" if near else "")


def _short(value: Any) -> str:
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= 40 else shown[:39] + "…"


def _contradictions(row: Mapping[str, Any]) -> list[Fault]:
    """What no single field shows: an answerable flag that the other fields deny, and the like."""
    faults: list[Fault] = []
    documents = row.get("documents", [])
    if not row["answerable"]:
        given = [k for k in ("documents", "quotes", "answers", "must_include") if row.get(k)]
        faults += [(f"`answerable` is false, yet it has `{k}`", "") for k in given]
    elif row.get("quotes") and not documents:
        faults.append(("`quotes` without the `documents` they stand in", ""))
    if row["answerable"] and row.get("reason"):
        faults.append(("`reason` is for unanswerable questions", ""))
    both = sorted(set(documents) & set(row.get("wrong_documents", [])))
    faults += [("in `documents` and in `wrong_documents`", name) for name in both]
    return faults


def _turns(history: Iterable[Any]) -> list[dict[str, str]]:
    """Earlier turns in one form: a lone text is an earlier question."""
    turns: list[dict[str, str]] = []
    for item in history:
        if isinstance(item, str):
            turns.append({"question": item, "answer": ""})
        elif "question" in item:
            turns.append({"question": item["question"], "answer": item.get("answer", "")})
        elif item["role"] == "user":
            turns.append({"question": item["content"], "answer": ""})
        elif turns and not turns[-1]["answer"]:
            turns[-1]["answer"] = item["content"]
        else:
            turns.append({"question": "", "answer": item["content"]})
    return turns


def faults_against_texts(row: Mapping[str, Any], documents: FoldedTexts) -> list[Fault]:
    """Documents and quotations of a sound row that the stored texts don't hold."""
    faults: list[Fault] = []
    for key in ("documents", "wrong_documents"):
        unknown = [name for name in row.get(key, []) if name not in documents]
        faults += [(f"`{key}` that the index does not hold", documents.near(n)) for n in unknown]
    if not faults:
        for quote in row.get("quotes", []):
            if not any(documents.find(name, quote) for name in row["documents"]):
                faults.append(("`quotes` that are not in the stored text", _short(quote)))
    return faults


def faults_message(path: Path, problems: Sequence[Problem]) -> str:
    """Every fault by kind, each kind with all its lines: readable for one fault and for 1,000."""
    kinds: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        kinds[problem.what].append(problem)
    lines = len({p.line for p in problems})
    shown = [f"{path}: {lines:,} line{'s' * (lines != 1)} cannot be used."]
    for what, group in sorted(kinds.items(), key=lambda item: -len(item[1]))[:SHOWN_KINDS]:
        shown.append(f"  {what}: {_where(group)}")
    if len(kinds) > SHOWN_KINDS:
        shown.append(f"  and {len(kinds) - SHOWN_KINDS} more kinds of fault")
    return "\n".join(shown)


def _where(group: Sequence[Problem]) -> str:
    valued = [p for p in group if p.value]
    if not valued:
        ranges = _ranges(sorted({p.line for p in group}))
        more = f" and {len(ranges) - 20} more places" if len(ranges) > 20 else ""
        plural = "s" if len(ranges) > 1 or "–" in ranges[0] else ""
        return f"line{plural} {', '.join(ranges[:20])}{more}"
    items = [f"line {p.line}: {p.value}" for p in valued[:SHOWN_ITEMS]]
    rest = len(valued) - len(items)
    return "; ".join(items) + (f"; and {rest:,} more" if rest else "")


def _ranges(lines: Sequence[int]) -> list[str]:
    """`[1, 2, 3, 7]` → `["1–3", "7"]`."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    return [f"{a}" if a == b else f"{a}–{b}" for a, b in runs]
