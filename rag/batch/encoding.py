"""Bytes of a question file to text: UTF-8 first, then what the bytes can plausibly be."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
LIKELY = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r"),
    *("gb18030", "big5", "cp932", "euc_jp", "euc_kr", "utf_16_le", "utf_16_be"),
]
"""What people save tables in, besides UTF-8."""
FOREIGN_SHARE = 0.2
"""A file is in another script when that many of its letters are; fewer are stray bytes."""
LONE_LETTERS = frozenset("àáâäåæèéêëíîïñòóôöøùúû")
"""Accented letters that stand as words of their own in some language."""


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """A file's text, and the encoding it was read as."""

    text: str
    encoding: str
    """Bytes that this encoding does not have stand as lone surrogates in `text`."""


def decode(data: bytes) -> Decoded:
    """The text of `data`; never fails.

    A file that is UTF-8 but for some lines stays UTF-8, and its bad bytes become lone surrogates,
    so that the reader can name those lines and do the rest. A file with no UTF-8 beyond ASCII in it
    is read in another encoding where all of it makes sense there.
    """
    for bom, name in BOMS:
        if data.startswith(bom):
            return Decoded(text=_lenient(data, name), encoding=name.removesuffix("-sig"))
    if b"\0" not in data:
        try:
            return Decoded(text=data.decode("utf-8"), encoding="utf-8")
        except UnicodeDecodeError:
            pass
    other = None if _holds_utf8(data) else _other_encoding(data)
    return other or Decoded(text=data.decode("utf-8", "surrogateescape"), encoding="utf-8")


def unreadable(text: str) -> bool:
    """Whether `text` holds bytes that were in no known encoding, or half a character."""
    return any("\ud800" <= character <= "\udfff" for character in text)


def _lenient(data: bytes, encoding: str) -> str:
    """UTF-16 and -32 have no escape for bad bytes: their replacement becomes a lone surrogate."""
    if encoding == "utf-8-sig":
        return data.decode(encoding, "surrogateescape")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode(encoding, "replace").replace("\ufffd", "\udcff")


def _holds_utf8(data: bytes) -> bool:
    """Whether some line is valid UTF-8 beyond ASCII, which other encodings hardly ever are."""
    for line in re.split(rb"[\r\n]+", data):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        return True
    return False


def _other_encoding(data: bytes) -> Decoded | None:
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _makes_sense(text):
            return Decoded(text=text, encoding=encoding)
    return None


def _candidates(data: bytes) -> Iterator[str]:
    """Windows' Western encoding first: short files give a detector too little to go by."""
    from charset_normalizer import from_bytes

    if b"\0" not in data:
        yield "cp1252"
    best = from_bytes(data, cp_isolation=LIKELY).best()
    if best is not None:
        yield best.encoding


def _makes_sense(text: str) -> bool:
    """Whether every word beyond ASCII looks like one; a wrong encoding makes it look otherwise."""
    odd = [word for word in text.split() if not word.isascii()]
    letters = [c for word in odd for c in word if c.isalpha() and not c.isascii()]
    foreign = sum(not unicodedata.name(c, "").startswith("LATIN") for c in letters)
    if foreign:
        # Words of another script, not a few stray characters between Latin ones.
        letters_in_all = sum(map(str.isalpha, text))
        return foreign > FOREIGN_SHARE * letters_in_all and not any(map(_is_broken, text))
    return not any(map(_is_broken, text)) and all(_is_latin_word(word) for word in odd)


def _is_broken(character: str) -> bool:
    """Control characters, private and unassigned ones: no question holds them."""
    return character not in "\t\r\n" and unicodedata.category(character) in {"Cc", "Co", "Cn"}


def _is_latin_word(word: str) -> bool:
    """`Zürich`, `l’État`, `“Xi”`, `à`, `20°` are words; `ÿþ€` and `Ã(` are not."""
    for part in re.findall(r"[^\W\d_]+", word):
        if part.isascii():
            continue
        if len(part) == 1 and part.casefold() not in LONE_LETTERS:
            return False
        if len(part) > 1 and not any(c.isascii() for c in part):
            return False
    runs = re.findall(r"[^\x00-\x7f]{2,}", word)
    return not any(unicodedata.category(c) in {"Sc", "So", "Sm", "Sk"} for run in runs for c in run)
