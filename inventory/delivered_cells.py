"""What a delivered cell says: a number, a whole number, or nothing.

The checks of the deliveries and the staging SQL (number_of, whole_number_of) read cells with these functions alone, so
that what was checked is what is staged.
"""

from __future__ import annotations

import math
import re

MISSING = ("", "—", "–", "-", "/")
"""Cells that say "no value"; they stay missing and never become 0."""

_PLAIN = str.maketrans("０１２３４５６７８９．，－＋−", "0123456789.,-+-")
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?(?<=[\d.])([eE][+-]?\d+)?")


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
