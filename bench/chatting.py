"""`python -m bench.chatting`: start to prompt, question to evidence, evidence to first sentence."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.measure import RAG, ROOT

QUESTIONS = (
    "What did Pakistan say about Xinjiang?",
    "and on Hong Kong?",
    "What did Rouhani say about sanctions?",
    "And Xi?",
    "How many Chinese tourists visited Morocco?",
)


def rows(model: str = "", root: Path = ROOT) -> Iterator[tuple[str, str]]:
    """Each figure with its name: the median of several, in a real pseudo-terminal.

    Args:
        model: The answering model's name; "" for the workspace's own.
        root: A workspace with an index.
    """
    prompts, evidence, sentences = [], [], []
    for _ in range(3):
        start, found, written = _conversation(model, root)
        prompts.append(start)
        evidence += found
        sentences += written
    first, *later = [evidence[i :: len(QUESTIONS)] for i in range(len(QUESTIONS))]
    warm = [seconds for group in later for seconds in group]
    yield "rag chat: start to prompt", f"{median(prompts):.2f} s (n {len(prompts)})"
    yield "first question to evidence, models loading", f"{median(first):.2f} s (n {len(first)})"
    yield "later questions to evidence", f"{median(warm):.2f} s (n {len(warm)})"
    if sentences:
        yield "evidence to the first sentence", f"{median(sentences):.1f} s (n {len(sentences)})"


def _conversation(model: str, root: Path) -> tuple[float, list[float], list[float]]:
    """One conversation: seconds to the prompt, to each evidence, to each first sentence."""
    import pexpect

    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "RAG_DATA": home, "TERM": "xterm-256color", "NO_COLOR": "1"}
        env["PROMPT_TOOLKIT_NO_CPR"] = "1"
        options = ["--model", model] if model else []
        began = time.perf_counter()
        child = pexpect.spawn(
            RAG[0],
            [*RAG[1:], "--offline", "chat", *options],
            env=env,
            cwd=str(root),
            encoding="utf-8",
            timeout=300,
            dimensions=(40, 90),
        )
        child.expect("›")
        start = time.perf_counter() - began
        evidence, sentences = [], []
        for question in QUESTIONS:
            child.send(f"{question}\r")
            child.expect(r"\r\n")
            asked = time.perf_counter()
            shown = child.expect([r"\[1\]", "Not in the documents"])
            evidence.append(time.perf_counter() - asked)
            found = time.perf_counter()
            # The first mark that ends a sentence, or the line under the answer.
            if shown == 0 and child.expect([r"[.”] \[\d+\]", "✓", "evidence "]) == 0:
                sentences.append(time.perf_counter() - found)
            child.expect(r"evidence \d")
            child.expect("›")
        child.close(force=True)
    return start, evidence, sentences


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspace", type=Path, default=ROOT)
    parser.add_argument("--model", default="")
    given = parser.parse_args()
    for label, figure in rows(given.model, given.workspace):
        print(f"{label}: {figure}", flush=True)


if __name__ == "__main__":
    main()
