"""What a delivered cell says: a number, a whole number, or nothing; and how names and units are spelled alike.

The checks of the deliveries and the staging SQL (number_of, whole_number_of) read cells with these functions alone, so
that what was checked is what is staged.
"""

from __future__ import annotations

import math
import re
import unicodedata

MISSING = ("", "—", "–", "-", "/")
"""Cells that say "no value"; they stay missing and never become 0."""

_PLAIN = str.maketrans("０１２３４５６７８９．，－＋−", "0123456789.,-+-")
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?(?<=[\d.])([eE][+-]?\d+)?", re.ASCII)
_PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
_RAISED_RUN = re.compile(f"[{''.join(_RAISED)}]+")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_HAN = "\u3400-\u9fff"
_SPACE_BY_HAN = re.compile(rf"(?<=[{_HAN}])\s+|\s+(?=[{_HAN}])")
_POWER = re.compile(r"[×xX*·]?\s*10\s*\^\s*([+-]?\d+)\s*")


def parse_number(text: str) -> float | None:
    """Return the number in a cell; None for a missing one.

    Full-width digits, the minus sign U+2212 and thousands separators (1,234.5) are understood. `<0.1`, 未检出, 12%,
    10³, nan, inf and 1,5 are not numbers.

    Raises
    ------
    ValueError
        If the cell holds anything else.

    """
    plain = text.strip().translate(_PLAIN)
    if text.strip() in MISSING or plain in MISSING:
        return None
    if not _NUMBER.fullmatch(plain) or not re.search(r"\d", plain):
        message = f"not a number: {text!r}"
        raise ValueError(message)
    value = float(plain.replace(",", ""))
    if not math.isfinite(value):
        message = f"too large for a number: {text!r}"
        raise ValueError(message)
    return value


def parse_whole_number(text: str) -> int | None:
    """Return the whole number in a cell (2021, also 2021.0 as workbooks write it); None for a missing one.

    Raises
    ------
    ValueError
        If the cell holds anything else.

    """
    value = parse_number(text)
    if value is None:
        return None
    if not value.is_integer():
        message = f"not a whole number: {text!r}"
        raise ValueError(message)
    return int(value)


def is_plain_number(text: str) -> bool:
    """Return whether a cell is a number as it stands, without normalising digits, signs or separators."""
    return bool(_PLAIN_NUMBER.fullmatch(text.strip()))


def normalise_name(text: str) -> str:
    """Return a header or name as it is compared: one width, no invisible characters, no stray spaces.

    Superscripts are written out first (10³ is 10^3, m³ is m3), for NFKC would make 103 of 10³.
    """
    plain = unicodedata.normalize("NFKC", _lowered(text))
    plain = _INVISIBLE.sub("", plain)
    return _SPACE_BY_HAN.sub("", " ".join(plain.split()))


def normalise_unit(text: str) -> str:
    """Return a unit in the spelling of the vocabulary: 10³t and ×10³ t are 10^3 t, m³ and ㎥ are m3, SO₂ is SO2.

    The micro sign becomes the letter µ (U+00B5) whichever of the two was typed.
    """
    plain = normalise_name(text).replace("μ", "µ")
    return _POWER.sub(r"10^\1 ", plain).strip()


def _lowered(text: str) -> str:
    """Return a text with superscripts on the line: as a power after a digit, as they are after a letter."""

    def plain(run: re.Match[str]) -> str:
        digits = "".join(_RAISED[sign] for sign in run.group())
        before = text[run.start() - 1] if run.start() else ""
        return f"^{digits}" if before.isdecimal() else digits

    return _RAISED_RUN.sub(plain, text)
