"""Characters that a reader cannot see, or that only print, leave the text before it is stored."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\U000e0000-\U000e0fff"
)
"""Zero-width, bidirectional and tag characters: they can hide words or turn them round."""

REMOVED = re.compile(f"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f{INVISIBLE}]")
LINE_ENDS = re.compile("\r\n|[\r\x0b\x85\u2028]")
SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
SURROGATES = re.compile("[\ud800-\udfff]")

JOINERS = re.compile("[\u200c\u200d]+")
JOINING_LETTER = re.compile(
    "[\u0600-\u085f\u08a0-\u0dff\u0e00-\u109f\u1780-\u18af\ua840-\ua87f\ufb50-\ufdff\ufe70-\ufefe]"
)
"""Arabic, Syriac, Indic, Thai, Tibetan, Burmese, Khmer and Mongolian letters."""
EMOJI = re.compile("[\u00a9\u00ae\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")

LONG_RUN = re.compile(" {40,}|\n{6,}")
"""Longer runs say nothing more, and are slow to look at."""

LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)

BROKEN_LIGATURE = re.compile(r"\b((?:con|in|re|un|de|af)?f) l(?=[aeiouy][a-z])")
"""Type set with an `fl` ligature often comes out of a PDF as `f l`: `inf luence`, `f lag`."""


def clean(text: str) -> str:
    """`text` with visible characters, spaces, line feeds and form feeds only, in Unicode's NFC.

    A form feed stays because it says where a page ended; unwrapping takes it away. Joiners stay
    inside scripts and emoji that are spelled with them. A lone half of a surrogate pair becomes
    U+FFFD.
    """
    text = LINE_ENDS.sub("\n", text).replace("\u2029", "\n\n")
    text = SPACES.sub(" ", text)
    if not text.isascii():
        text = SURROGATES.sub("\ufffd", text).translate(LIGATURES)
        text = JOINERS.sub(_joiner, REMOVED.sub("", text))
        text = unicodedata.normalize("NFC", text)
    return LONG_RUN.sub(_shortened, REMOVED.sub("", text))


def _shortened(match: re.Match[str]) -> str:
    return match[0][:40] if match[0][0] == " " else match[0][:6]


def _joiner(match: re.Match[str]) -> str:
    """One joiner where the characters on both sides are spelled with it, none elsewhere."""
    before, after = (
        match.string[max(0, match.start() - 1) : match.start()],
        match.string[match.end() : match.end() + 1],
    )
    for kind in (JOINING_LETTER, EMOJI):
        if kind.match(before) and kind.match(after):
            return match[0][0]
    return ""


def mend_ligatures(text: str) -> str:
    """`inf luence` and `f lag` as they were printed."""
    return BROKEN_LIGATURE.sub(r"\1l", text)


ENTITY = re.compile(
    r"&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,5}|amp|quot|apos|nbsp|lt|gt|[lrb][sd]quo|[mn]dash|hellip"
    r"|[lr]aquo|euro|pound|(?:[aeiounyc](?:acute|grave|circ|uml|tilde|cedil|ring|slash)|szlig));",
    re.IGNORECASE,
)
"""Character references that a scraper left in plain text."""

DECODED_TWICE = re.compile(
    "(?:[\u00c2\u00c3][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192"
    "\u02c6\u02dc\u2013-\u2122]"
    "|\u00e2(?:\u20ac|\u0080)[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192"
    "\u02c6\u02dc\u2013-\u2122])+"
)
"""What UTF-8 looks like that was read as code page 1252: a quote as `â€™`, `é` as `Ã©`."""


def mend_marks(text: str) -> str:
    """`China&#8217;s` and `Chinaâ€™s` as they were written."""
    if "&" in text:
        text = ENTITY.sub(lambda match: unescape(match[0]), text)
    return text if text.isascii() else DECODED_TWICE.sub(_decoded_once, text)


def _decoded_once(match: re.Match[str]) -> str:
    try:
        return b"".join(map(_as_byte, match[0])).decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return match[0]


def _as_byte(character: str) -> bytes:
    """The byte that code page 1252, or Latin-1 where that has none, shows as this character."""
    return character.encode("latin-1" if ord(character) < 256 else "cp1252")
