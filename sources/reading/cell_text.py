"""A workbook's cell as text: what a person who reads the sheet would type."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

EXACT_DIGITS = 10**15
"""From here on a spreadsheet keeps 15 digits and the rest are lost: an 18-digit code must be stored as text."""


def cell_text(value: object) -> str:
    """Return a cell as text: whole numbers without a decimal point, dates and times as ISO 8601 writes them."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, (date, time, timedelta)):
        return _moment_text(value)
    return "" if value is None else str(value)


def has_lost_digits(value: object) -> bool:
    """Return whether a number has more digits than a spreadsheet keeps."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) >= EXACT_DIGITS


def _to_second(moment: datetime) -> datetime:
    """Return a moment without the milliseconds that storing fractions of a day leaves: 05:59:59.999 is 06:00."""
    nearest = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    return nearest if abs(nearest - moment) <= timedelta(milliseconds=2) else moment


def _moment_text(value: date | time | timedelta) -> str:
    """Return a date, a time of day or a duration (hours may exceed 24)."""
    if isinstance(value, datetime):
        return _to_second(value).isoformat(sep=" ")
    if isinstance(value, time):
        return _to_second(datetime.combine(date(2000, 1, 1), value)).time().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    seconds = round(value.total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
