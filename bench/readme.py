"""Regenerates the outputs in README.md: every ```console block is run and shown as it came.

`python -m bench.readme` writes them; `tests/test_readme.py` compares them.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"^```console\n\$ (?P<command>rag [^\n]+)\n(?P<output>.*?)^```$", re.M | re.S)
SECONDS = re.compile(r"\d+\.\d s")
LINE = 100


@dataclass(frozen=True)
class Block:
    """One command of the README with the output that is printed there."""

    command: str
    output: str

    @property
    def needs_model(self) -> bool:
        """Whether the local model writes in it."""
        return self.command.startswith("rag ask") and "--evidence" not in self.command


def blocks(text: str) -> Iterator[Block]:
    """The console blocks of the README, in order."""
    for match in BLOCK.finditer(text):
        yield Block(match["command"], match["output"])


def output_of(command: str, workspace: Path) -> str:
    """What a person sees: standard output, then what is noted beside it."""
    given = shlex.split(command)[1:]
    done = subprocess.run(
        [sys.executable, "-c", "from rag.cli import main; main()", *given],
        cwd=workspace,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return wrapped(f"{done.stdout}{done.stderr}")


def wrapped(text: str) -> str:
    """Long lines folded as a terminal folds them, indented ones under their indent."""
    import textwrap

    lines: list[str] = []
    for line in text.rstrip().splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        folded = textwrap.wrap(
            line, LINE, subsequent_indent=f"{indent} " if indent else "", break_on_hyphens=False
        )
        lines.extend(folded or [""])
    return "\n".join(lines) + "\n"


def same(printed: str, now: str) -> bool:
    """Whether two outputs agree but for the seconds in them."""
    return SECONDS.sub("… s", printed) == SECONDS.sub("… s", now)


def main() -> None:
    """Writes every output anew, in the checkout's own workspace."""
    text = README.read_text(encoding="utf-8")

    def renewed(match: re.Match[str]) -> str:
        command = match["command"]
        return f"```console\n$ {command}\n{output_of(command, ROOT)}```"

    README.write_text(BLOCK.sub(renewed, text), encoding="utf-8")


if __name__ == "__main__":
    main()
