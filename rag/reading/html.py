"""Web pages: the article and what the page says of it; nothing that the page hides."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from rag.errors import ReadingError
from rag.reading.clean import clean
from rag.reading.encoding import decode
from rag.reading.markdown import same_words, without_table_marks
from rag.reading.metadata import with_fields
from rag.reading.text import Reading, encoding_note, from_plain
from rag.types import Metadata

HtmlElement = Any
"""lxml's, which has no types."""
MAX_BYTES = 50 * 1024 * 1024
"""A page's tree takes many times its bytes."""
SHORT = 250
"""Characters; below, trafilatura itself guesses and runs blocks together, so ours are taken."""
CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?![.\d]*[1-9])"
    r"|font-size\s*:\s*0(?![.\d]*[1-9])|(?:text-indent|left|top|margin-left)\s*:\s*-\d{4,}"
    r"|clip\s*:\s*rect\(\s*0|clip-path\s*:\s*inset\(\s*(?:50|100)%",
    re.IGNORECASE,
)
"""Styles by which text is on a page and not to be seen."""
COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
NAMED = re.compile(r"[a-z0-9]*([.#])([\w-]{1,100})", re.IGNORECASE)
HIDDEN_CLASSES = frozenset(
    "sr-only visually-hidden visuallyhidden screen-reader-text screen-reader-only hidden d-none "
    "is-hidden u-hidden assistive-text".split()
)
RESPONSIVE = re.compile(r"\w+:|d-\w+-|visible-")
"""Classes that show on some screens what another class hides."""
UNSEEN = frozenset(
    "script style head iframe svg object select nav footer aside form button textarea".split()
)
"""Elements that hold no part of an article."""
INLINE = frozenset(
    "a abbr b bdi bdo cite code em font i kbd mark q s small span strong sub sup time u var".split()
)


def read_html(name: str, data: bytes) -> Reading:
    """The document in a `.html` file: its article, or all its text where no article stands out.

    Raises:
        ReadingError: the page is no text, is too large, or what reads pages is not installed.
    """
    if len(data) > MAX_BYTES:
        raise ReadingError(f"The page is larger than {MAX_BYTES // 1024**2} MB.")
    page, encoding = _decoded(data)
    tree = _tree(page)
    _drop_hidden(tree)
    fields, article = _extracted(tree)
    if len(article) < SHORT:
        article = "\n".join(_blocks(_main_part(tree)))
    words = clean(article)
    known, _ = with_fields(Metadata(), fields, "HTML meta")
    words = _without_title(without_table_marks(words), known.title)
    return from_plain(name, words, known=known, notes=encoding_note(encoding), wrapped=0.6)


def _decoded(data: bytes) -> tuple[str, str]:
    """The page as its own declaration says, where that works; else as any other text."""
    declared = CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            return data.decode(declared[1].decode("ascii")), "utf-8"
        except (LookupError, UnicodeDecodeError, ValueError):
            pass
    return decode(data)


def _tree(page: str) -> HtmlElement:
    from lxml import etree  # type: ignore[import-untyped]
    from lxml.html import HTMLParser, document_fromstring  # type: ignore[import-untyped]

    page = DECLARATION.sub("", page).replace("\x00", "")
    parser = HTMLParser(remove_comments=True, remove_pis=True, no_network=True)
    try:
        return document_fromstring(page, parser=parser)
    except etree.ParserError as exc:
        raise ReadingError("It holds no text.") from exc


def _drop_hidden(tree: HtmlElement) -> None:
    classes, ids = _hidden_by_style(tree)
    for element in list(tree.iter("*")):
        hidden = element.tag in ("template", "noscript") or _is_hidden(element, classes, ids)
        if hidden and element.getparent() is not None:
            element.drop_tree()


def _is_hidden(element: HtmlElement, classes: set[str], ids: set[str]) -> bool:
    if element.tag in ("html", "body", "head"):
        return False
    own = set((element.get("class") or "").split())
    return (
        element.get("hidden") is not None
        or (element.get("aria-hidden") or "").lower() == "true"
        or bool(own & classes)
        or (bool(own & HIDDEN_CLASSES) and not any(map(RESPONSIVE.match, own)))
        or element.get("id") in ids
        or HIDING.search(element.get("style") or "") is not None
    )


def _hidden_by_style(tree: HtmlElement) -> tuple[set[str], set[str]]:
    """Classes and ids that the page's own style sheet hides, whatever the screen."""
    classes: set[str] = set()
    ids: set[str] = set()
    for style in tree.iter("style"):
        for selectors, body in _rules(COMMENT.sub("", style.text or "")):
            if HIDING.search(body):
                for kind, word in filter(None, map(_named, selectors.split(","))):
                    (classes if kind == "." else ids).add(word)
    return classes, ids


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and bodies of the rules that stand under no condition such as `@media`."""
    depth, start, selectors = 0, 0, ""
    for brace in re.finditer("[{}]", sheet):
        if brace[0] == "{":
            selectors = selectors if depth else sheet[start : brace.start()]
            depth += 1
        else:
            if depth == 1 and "@" not in selectors:
                yield selectors, sheet[start : brace.start()]
            depth = max(0, depth - 1)
        start = brace.end()


def _named(selector: str) -> tuple[str, str] | None:
    found = NAMED.fullmatch(selector.strip())
    return (found[1], found[2]) if found else None


def _extracted(tree: HtmlElement) -> tuple[dict[str, str], str]:
    """Fields and article as trafilatura finds them; no words where it finds no article.

    Dates come from the page's declarations alone: a date somewhere in the text may be any date.
    """
    for name in ("trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        from trafilatura import bare_extraction
    except ImportError as exc:
        hint = "Install `trafilatura` with what it needs: pip install lxml_html_clean"
        raise ReadingError(f"Pages cannot be read here ({exc}).", hint=hint) from exc
    found: Any = bare_extraction(
        deepcopy(tree),
        include_comments=False,
        with_metadata=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    fields = {"language": tree.get("lang") or "", "author": _declared_author(tree)}
    if found is None:
        return {**fields, "title": _title(tree, "")}, ""
    for field, attribute in FIELDS.items():
        fields[field] = fields.get(field) or getattr(found, attribute, None) or ""
    return {**fields, "title": _title(tree, fields["title"])}, found.text or ""


FIELDS = {
    "title": "title",
    "author": "author",
    "source": "sitename",
    "url": "url",
    "published": "date",
    "language": "language",
}
"""Our name of a field and trafilatura's."""


def _declared_author(tree: HtmlElement) -> str:
    found = tree.xpath("//meta[translate(@name, 'AUTHOR', 'author') = 'author']/@content")
    return str(found[0]) if found and "://" not in found[0] else ""


def _title(tree: HtmlElement, guessed: str) -> str:
    """The title meant for sharing; else a guess that the page's `<title>` holds; else that."""
    declared = tree.xpath("//meta[@property = 'og:title' or @name = 'twitter:title']/@content")
    if declared and declared[0].strip():
        return str(declared[0])
    whole = " ".join((tree.findtext(".//title") or "").split())
    held = guessed and guessed.casefold() in whole.casefold()
    return guessed if held or not whole else whole


def _main_part(tree: HtmlElement) -> HtmlElement:
    """The one article or main part that a page declares, else all of it."""
    for tag in ("article", "main"):
        declared = list(tree.iter(tag))
        if len(declared) == 1 and declared[0].text_content().strip():
            return declared[0]
    return tree


def _blocks(tree: HtmlElement) -> Iterator[str]:
    """The text of a page without an article, a block a line."""
    line: list[str] = []
    for event, element in _walk(tree):
        if element.tag not in INLINE:
            yield from _flush(line)
        line.append((element.text if event == "start" else element.tail) or "")
    yield from _flush(line)


def _walk(tree: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    """Every seen element when it begins and when it ends, in the order of the page."""
    stack = [("start", tree)]
    while stack:
        event, element = stack.pop()
        if event == "start" and element.tag in UNSEEN:
            event = "end"
        elif event == "start":
            stack.append(("end", element))
            stack.extend(("start", child) for child in reversed(element) if child is not None)
        yield event, element


def _flush(line: list[str]) -> Iterator[str]:
    words = " ".join("".join(line).split())
    line.clear()
    if words:
        yield words


def _without_title(words: str, title: str | None) -> str:
    """The text without a first line that only repeats the title."""
    first, _, rest = words.lstrip().partition("\n")
    return rest if title and rest.strip() and same_words(first, title) else words
