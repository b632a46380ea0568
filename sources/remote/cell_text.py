"""The value of a database as the text that a delivered CSV would hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from types import NoneType
from typing import Any

import numpy as np

_EXACT = 2**53


def cell_text(value: object) -> str:
    """Return a value as text: no thousands separators, no noise of floats, ISO dates, nothing for NULL.

    `Decimal("1577.06")` is `1577.06`; a float is written with as few digits as tell it apart, a whole one without
    decimal point, so that codes and years stay what they are.
    """
    found = next((text for kind, text in _TEXTS if isinstance(value, kind)), str)
    return found(value)


def single_text(value: object) -> str:
    """Return a number of four bytes as text: 121.6, not 121.5999984741211."""
    return cell_text(float(str(np.float32(value)))) if isinstance(value, float) else cell_text(value)


def _float_text(value: float) -> str:
    """Return a float as text."""
    return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)


_TEXTS: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (NoneType, lambda _: ""),
    (bool, lambda value: "true" if value else "false"),
    (float, _float_text),
    (Decimal, lambda value: format(value, "f")),
    (datetime, lambda value: value.isoformat(sep=" ")),
    ((date, time), lambda value: value.isoformat()),
    ((bytes, bytearray, memoryview), lambda value: bytes(value).hex()),
    ((dict, list), lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True, default=cell_text)),
)
"""How a kind of value is written, the first that fits; anything else as Python shows it."""
