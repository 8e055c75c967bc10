"""Markdown: the words without the marks, the first heading as the title."""

from __future__ import annotations

import re

from rag.reading.clean import clean, mend_marks
from rag.reading.encoding import decode
from rag.reading.frontmatter import take_front_matter
from rag.reading.metadata import with_fields
from rag.reading.text import Reading, encoding_note, from_plain
from rag.types import Metadata

COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
HIDDEN = re.compile(r"<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
TAG = re.compile(r"</?[a-zA-Z][^<>\n]{0,500}>")
FENCE = re.compile(r"^[ ]{0,3}(?:```|~~~).*$", re.MULTILINE)
HEADING = re.compile(r"^[ ]{0,3}#{1,6}[ ]++([^\n]*)$", re.MULTILINE)
UNDERLINED = re.compile(
    r"^(?P<words>[^\n#>|*+-][^\n]{0,199})\n(?:={3,}|-{3,})[ \t]*$", re.MULTILINE
)
RULE = re.compile(r"^[ ]{0,3}(?:(?:\*[ ]*){3,}|(?:-[ ]*){3,}|(?:_[ ]*){3,})$", re.MULTILINE)
QUOTE = re.compile(r"^[ ]{0,3}(?:>[ ]?)+", re.MULTILINE)
TABLE_RULE = re.compile(
    r"^[ ]{0,3}\|?(?:[ ]{0,9}:?-{2,99}:?[ ]{0,9}\|)+(?:[ ]{0,9}:?-{2,99}:?[ ]{0,9})?$", re.MULTILINE
)
TABLE_EDGE = re.compile(r"^[ ]{0,9}\|([^\n]*)\|[ ]*$", re.MULTILINE)
IMAGE = re.compile(r"!\[[^\]\n]{0,500}\](?:\([^()\n]{0,1000}\)|\[[^\]\n]{0,200}\])")
LINK = re.compile(
    r"\[([^\[\]\n]{1,500})\](?:\([^()\n]{0,1000}(?:\([^()\n]{0,200}\)[^()\n]{0,200})?\)|\[[^\]\n]{0,200}\])"
)
AUTOLINK = re.compile(r"<(https?://[^<>\s]{1,1000})>")
DEFINITION = re.compile(r"^[ ]{0,3}\[[^\]\n]{1,200}\]:[ ]*\S+.*$", re.MULTILINE)
EMPHASIS = (
    re.compile(r"(?<![*\w])(\*{1,3})(?=\S)([^*\n]{1,2000}?)(?<=\S)\1(?![*\w])"),
    re.compile(r"(?<![_\w])(_{1,3})(?=\S)([^_\n]{1,2000}?)(?<=\S)\1(?![_\w])"),
    re.compile(r"(?<!~)(~~)(?=\S)([^~\n]{1,2000}?)(?<=\S)\1(?!~)"),
    re.compile(r"(?<!`)(`)(?=[^\s`])([^`\n]{1,2000}?)(?<=[^\s`])\1(?!`)"),
)
ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])")


def read_markdown(name: str, data: bytes) -> Reading:
    """The document in a `.md` file; comments, scripts and images leave it, link texts stay.

    Raises:
        ReadingError: the bytes are no text.
    """
    text, encoding = decode(data)
    body, front, problem = take_front_matter(clean(mend_marks(text)))
    words, title = take_title(plain_words(body), front.get("title"))
    known, _ = with_fields(Metadata(), {"title": title}, "first heading")
    known, problems = with_fields(known, front, "front matter")
    notes = [*encoding_note(encoding), problem]
    document, more = from_plain(name, words or title, known=known, notes=notes)
    return document, problems + more


def plain_words(text: str) -> str:
    """Markdown without its marks; a heading keeps `# ` so that it can still be told."""
    text = HIDDEN.sub("", COMMENT.sub("", text))
    text = UNDERLINED.sub(lambda m: f"\n# {m['words'].strip()}\n", text)
    for pattern in (FENCE, RULE, DEFINITION, IMAGE, QUOTE):
        text = pattern.sub("", text)
    text = TAG.sub("", AUTOLINK.sub(r"\1", LINK.sub(r"\1", text)))
    text = without_table_marks(text)
    for pattern in EMPHASIS:
        text = pattern.sub(r"\2", text)
    return ESCAPE.sub(r"\1", HEADING.sub(_heading, text))


def without_table_marks(text: str) -> str:
    """Rows of a table as `a | b`, without the line under their head."""
    return TABLE_EDGE.sub(lambda match: match[1].strip(), TABLE_RULE.sub("", text))


def _heading(match: re.Match[str]) -> str:
    return f"\n\n# {match[1].strip().rstrip('#').strip()}\n\n"


def take_title(text: str, given: str | None) -> tuple[str, str]:
    """The text with its headings as plain paragraphs, and the first heading if nothing precedes it.

    Such a heading leaves the text, for the title is kept beside it; one that differs from the
    title in the front matter stays.
    """
    found = re.match(r"\s*# (.+)\n", text)
    title = found[1].strip() if found else ""
    if found and (not given or same_words(given, title)):
        text = text[found.end() :].strip()
    if not title:
        later = re.search(r"^# (.+)$", text, re.MULTILINE)
        title = later[1].strip() if later else ""
    return re.sub(r"^# ", "", text, flags=re.MULTILINE), title


def same_words(one: str, other: str) -> bool:
    """Whether two titles differ in punctuation, space and case at most."""
    return _bare(one) == _bare(other)


def _bare(words: str) -> str:
    return re.sub(r"\W+", " ", words).strip().casefold()
