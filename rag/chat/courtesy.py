"""What people type at a prompt that is no question: greetings, thanks, and `exit` without a `/`."""

from __future__ import annotations

import re

from rag.words import fold

WITHOUT_SLASH = {
    "help": "/help",
    "?": "/help",
    "quit": "/quit",
    "exit": "/quit",
    "bye": "/quit",
    "goodbye": "/quit",
    ":q": "/quit",
}
"""Lines that mean a command, as at other prompts."""
HELLO = frozenset("hi hello hey greetings morning afternoon evening".split())
THANKS = frozenset(
    "thanks thank thx cheers ok okay great perfect nice cool super fine good".split()
)
ASIDE = frozenset("there again all you so very much a lot then day readout that's that’s".split())
"""Words that may stand beside those and ask nothing."""


def as_command(line: str) -> str | None:
    """The command that a line without a `/` means, as `exit` does; None for anything else."""
    return WITHOUT_SLASH.get(fold(line).strip(" .!"))


def reply_to(line: str) -> str | None:
    """What is said to a greeting or to thanks; None where it may be a question.

    They are not looked up: "thanks" would find whoever thanks somebody in the documents.
    """
    said = re.split(r"[\s,.!]+", line.casefold().strip(" \t,.!"))
    if not set(said) <= HELLO | THANKS | ASIDE:
        return None
    if set(said) & HELLO:
        return "Hello. Ask what the documents say; /help lists what else there is."
    return "Ask on; Ctrl-D leaves." if set(said) & THANKS else None
