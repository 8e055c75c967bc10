"""A conversation as a file: Markdown to read, JSON for programs, HTML to pass on."""

from __future__ import annotations

import html
import json
import os
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.chat.filters import described
from rag.chat.record import SavedTurn
from rag.errors import UsageError
from rag.render import heading_line
from rag.types import Citation
from rag.words import sanitize

MARK = re.compile(r"\[(\d+)\]")
SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
LINE_START = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.MULTILINE)
STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;
color:#1c1c1c;background:#fff}h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2.2rem}
blockquote{margin:.3rem 0 .9rem;padding-left:.8rem;border-left:3px solid #4a7a8c}
.note,.source{color:#555;font-size:.9rem;margin:.6rem 0 0}sup a{text-decoration:none}
:target{background:#fff3c4}
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}.note,.source{color:#aaa}
:target{background:#4a3f10}a{color:#8fc7da}}"""


def save(path: Path, name: str, turns: Sequence[SavedTurn], *, overwrite: bool) -> None:
    """Writes the conversation in the form that the file's ending names, whole or not at all.

    Raises:
        UsageError: an unknown ending, an existing file, or a file that cannot be written.
    """
    form = FORMS.get(path.suffix.lower())
    if form is None:
        hint = f"End it with {', '.join(FORMS)}: /save {path.stem}.md"
        raise UsageError(f"Cannot tell what to write into `{path.name}`.", hint=hint)
    if path.exists() and not overwrite:
        hint = f"Give another name, or say so: /save --force {path}"
        raise UsageError(f"`{path}` exists.", hint=hint)
    text = form(name, [t for t in turns if not t.dropped and t.at])
    try:
        _write_whole(path, text)
    except OSError as exc:
        hint = "Give a folder that exists and that you may write to."
        raise UsageError(f"Cannot write {path}: {exc.strerror or exc}.", hint=hint) from exc


def to_json(name: str, turns: Sequence[SavedTurn]) -> str:
    """One object; each answer in the form that `rag ask --json` prints."""
    exported = [_as_data(t) for t in turns]
    return json.dumps({"session": name, "turns": exported}, ensure_ascii=False, indent=2) + "\n"


def to_markdown(name: str, turns: Sequence[SavedTurn]) -> str:
    """Questions as headings, answers, and the quotes they rest on."""
    parts = [f"# {_escaped(name)}"]
    for turn in turns:
        parts.append(f"## {_escaped(_line(turn.typed))}")
        parts.extend(f"*{_escaped(note)}*" for note in _notes(turn))
        answer = turn.answer.answer if turn.answer else turn.stopped or ""
        parts.append(_escaped_text(answer))
        for citation in turn.answer.citations if turn.answer else ():
            heading = _escaped(_heading(citation))
            quote = _escaped_text(" ".join(citation.quote.split()))
            parts.append(f"{heading}\n\n> {quote}")
    return "\n\n".join(p for p in parts if p) + "\n"


def to_html(name: str, turns: Sequence[SavedTurn]) -> str:
    """One self-contained page without scripts; marks lead to their quotes."""
    body = "\n".join(_turn_html(t) for t in turns)
    title = html.escape(sanitize(name))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<h1 dir="auto">{title}</h1>\n{body}\n</body>\n</html>\n'
    )


FORMS: Mapping[str, Callable[[str, Sequence[SavedTurn]], str]] = {
    ".md": to_markdown,
    ".json": to_json,
    ".html": to_html,
}


def _as_data(turn: SavedTurn) -> dict[str, Any]:
    return {
        "number": turn.number,
        "at": turn.at,
        "question": turn.typed,
        "asked": turn.asked or turn.typed,
        "filters": turn.filters.to_dict(),
        "answer": turn.answer.to_dict() if turn.answer else None,
        "stopped": turn.stopped,
        "texts": dict(turn.texts),
    }


def _notes(turn: SavedTurn) -> list[str]:
    """What a reader must know besides question and answer."""
    found = []
    if turn.asked and turn.asked != turn.typed:
        found.append(f"Asked as: {turn.asked}")
    if filters := described(turn.filters):
        found.append(f"Restricted to: {filters}")
    if turn.answer and turn.answer.error:
        found.append(f"No answer: {turn.answer.error.get('message', '')}")
    elif turn.stopped is not None:
        found.append("Stopped before the answer was complete.")
    elif turn.answer is None:
        found.append("No answer was kept.")
    return found


def _turn_html(turn: SavedTurn) -> str:
    anchor = f"t{turn.number}"
    parts = [f'<section>\n<h2 dir="auto">{_html(turn.typed)}</h2>']
    parts += [f'<p class="note" dir="auto">{_html(note)}</p>' for note in _notes(turn)]
    answer = turn.answer.answer if turn.answer else turn.stopped or ""
    citations = turn.answer.citations if turn.answer else ()
    known = {c.number for c in citations}

    def linked(match: re.Match[str]) -> str:
        number = int(match[1])
        if number not in known:
            return match[0]
        return f'<sup><a href="#{anchor}-{number}">{match[0]}</a></sup>'

    if answer:
        parts.append(f'<p dir="auto">{MARK.sub(linked, _html(answer))}</p>')
    for citation in citations:
        parts.append(
            f'<p class="source" id="{anchor}-{citation.number}" dir="auto">'
            f"{_html(_heading(citation))}</p>\n"
            f'<blockquote dir="auto">{_html(" ".join(citation.quote.split()))}</blockquote>'
        )
    return "\n".join([*parts, "</section>"])


def _heading(citation: Citation) -> str:
    heading = heading_line(citation.number, citation)
    return f"{heading} · {citation.title}" if citation.title else heading


def _line(text: str) -> str:
    return " ".join(text.split())


def _html(text: str) -> str:
    return html.escape(sanitize(text))


def _escaped(text: str) -> str:
    """Text as it is, whatever Markdown would make of it; `[1]` stays readable."""
    return SPECIAL.sub(r"\\\1", _line(sanitize(text)))


def _escaped_text(text: str) -> str:
    return LINE_START.sub(r"\1\\\2", _escaped(text))


def _write_whole(path: Path, text: str) -> None:
    """Beside the target first, so that a full disk leaves the old file."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8", "backslashreplace"))
            file.flush()
            os.fsync(file.fileno())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
