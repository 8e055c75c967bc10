"""Bytes to text: byte-order marks, UTF-8, UTF-16, Windows code pages, and refusal of binary."""

from __future__ import annotations

import codecs
import re

from rag.errors import ReadingError

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""UTF-32 before UTF-16, whose little-endian mark is the beginning of the other's."""

SAMPLE = 64 * 1024
"""Bytes that are enough to guess an encoding from."""

CONTROL = bytes(set(range(32)) - {9, 10, 11, 12, 13, 27}) + b"\x7f"

WESTERN = re.compile(r"[\x00-\x7f€‚„…‘’“”•–—™š›œžŸŠŒŽ‹¡¢£§¨©«»®°±²³´·º¼½¾¿À-ÖØ-öø-ÿ\u00a0\u00ad]*")
"""What Western European text in code page 1252 is made of."""
FOREIGN_WORD = re.compile("[À-ÿ]{4}|[a-zà-ÿ][¹³¿£¼¾]|Ÿ[a-zà-ÿ]")
"""What Cyrillic (little but such letters) and Polish or Czech look like when read as Western."""


def decode(data: bytes) -> tuple[str, str]:
    """The text of `data` and the encoding it was read as.

    Order: byte-order mark, UTF-16 by its zero bytes, UTF-8, UTF-8 with a few stray bytes, code
    page 1252 where the outcome looks Western, and then what charset-normalizer thinks.

    Raises:
        ReadingError: the bytes are no text in any encoding.
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), encoding
    wide = _wide_without_mark(data)
    if wide:
        return data.decode(wide, "replace"), wide
    _refuse_binary(data)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _mostly_utf8(data) or _western(data) or _guessed(data)


def _wide_without_mark(data: bytes) -> str | None:
    """UTF-16 without a mark: zeros at nearly every other place, and hardly any elsewhere."""
    head = data[:SAMPLE]
    half = len(head) // 2
    if half < 2:
        return None
    even, odd = head[0::2].count(0) / half, head[1::2].count(0) / half
    if max(even, odd) <= 0.5 or min(even, odd) >= 0.1:
        return None
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    shown = head.decode(encoding, "replace").encode("utf-8", "replace")
    return encoding if _control_share(shown) < 0.05 else None


def _control_share(data: bytes) -> float:
    return 1 - len(data.translate(None, CONTROL)) / len(data)


def _refuse_binary(data: bytes) -> None:
    share = _control_share(data[:SAMPLE])
    if share > 0.05:
        shown = round(100 * share)
        raise ReadingError(f"It is binary, not text: {shown} % of its bytes are control codes.")


def _mostly_utf8(data: bytes) -> tuple[str, str] | None:
    """UTF-8 into which some bytes of a Windows program were pasted, each read as cp1252."""
    valid = len(re.findall(rb"[\xc2-\xf4][\x80-\xbf]{1,3}", data[:SAMPLE]))
    text = data.decode("utf-8", "surrogateescape")
    stray = len(re.findall("[\udc80-\udcff]", text))
    if not valid or stray > max(3, valid // 4):
        return None
    mended = re.sub("[\udc80-\udcff]", _as_windows, text)
    return mended, "utf-8 with some cp1252"


def _as_windows(match: re.Match[str]) -> str:
    return bytes([ord(match[0]) - 0xDC00]).decode("cp1252", "replace")


def _western(data: bytes) -> tuple[str, str] | None:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    head = data[:SAMPLE]
    foreign = sum(1 for byte in head if byte > 127)
    plausible = foreign <= 0.3 * len(head) and not FOREIGN_WORD.search(text, 0, SAMPLE)
    return (text, "cp1252") if plausible and WESTERN.fullmatch(text, 0, SAMPLE) else None


def _guessed(data: bytes) -> tuple[str, str]:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:SAMPLE]).best()
    if best is None:
        hint = "Save it as UTF-8."
        raise ReadingError("Its text is in an encoding that cannot be told.", hint=hint)
    return data.decode(best.encoding, "replace"), best.encoding
