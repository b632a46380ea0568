"""The encoding of a text file, found strictly: by its mark, else UTF-8, else GB18030; damage is refused."""

from __future__ import annotations

import codecs
import re

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF8_NAMES = ("utf-8", "utf8", "utf-8-sig")
_UNIT_SIGNS = frozenset("°²³µμ·±×÷\u00a0")
_MANY = 4
"""So many whole UTF-8 characters for each broken one: a damaged UTF-8 file, not one in GB18030."""


class UndecodableError(ValueError):
    """Bytes in no accepted encoding: what was tried, and the offset of the first byte that does not fit."""

    def __init__(self, offset: int, reason: str) -> None:
        self.reason, self.offset = reason, offset
        super().__init__(f"{reason} @ {offset}")


def decode_text(content: bytes, declared: str = "") -> tuple[str, str]:
    """Return the text of a file and the name of its encoding.

    Parameters
    ----------
    content : bytes
        The whole file.
    declared : str
        Encoding that the project states; empty: found as the module says.

    Raises
    ------
    UndecodableError
        If the bytes do not fit, or hold NUL.

    """
    if content.startswith(_UTF16):
        return _strictly(content, "utf-16"), "UTF-16"
    if declared and declared.lower().replace("_", "-") not in _UTF8_NAMES:
        return _strictly(content, declared), declared
    is_stated = bool(declared) or content.startswith(codecs.BOM_UTF8)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if is_stated or _is_damaged_utf8(content):
            raise UndecodableError(error.start, "UTF-8") from error
        return _strictly(content, "gb18030"), "GB18030"
    _refuse_nul(text, content)
    if not is_stated and _is_disguised(text):
        return _strictly(content, "gb18030"), "GB18030"
    return text, "UTF-8"


def _strictly(content: bytes, encoding: str) -> str:
    """Return the text in one encoding, or refuse it."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UndecodableError(error.start, f"UTF-8、{encoding}") from error
    except LookupError as error:
        raise UndecodableError(0, f"encoding = {encoding}?") from error
    _refuse_nul(text, content)
    return text


def _refuse_nul(text: str, content: bytes) -> None:
    """Refuse text that holds a NUL: no text file has one."""
    if "\0" in text:
        raise UndecodableError(content.index(b"\0"), "NUL")


def _is_damaged_utf8(content: bytes) -> bool:
    """Return whether most of what is beyond ASCII reads as UTF-8."""
    text = content.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    whole = len(re.findall(r"[^\x00-\x7f\ufffd]", text))
    return whole > _MANY * broken


def _is_disguised(text: str) -> bool:
    """Return whether text that reads as UTF-8 is in GB18030: 原煤 there is 'ԭú' here.

    Such a text holds letters of two bytes alone; signs of units are no proof of it.
    """
    beyond = {sign for sign in text if sign > "\x7f"} - _UNIT_SIGNS
    return bool(beyond) and max(beyond) < "\u0800"
