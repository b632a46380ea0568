"""Coordinates written as degrees, minutes and seconds: read to propose decimal degrees, never taken as data."""

from __future__ import annotations

import re
import unicodedata

_SIGNS = {
    "°": "d",
    "º": "d",
    "度": "d",
    "′": "m",
    "'": "m",
    "’": "m",
    "分": "m",
    "″": "s",
    '"': "s",
    "”": "s",
    "秒": "s",
}
_WITH_SIGNS = re.compile(r"(\d{1,3})d(?:(\d{1,2}(?:\.\d+)?)m?)?(?:(\d{1,2}(?:\.\d+)?)s?)?")
_WITH_DOTS = re.compile(r"(\d{1,3})[.:](\d{1,2})[.:](\d{1,2}(?:\.\d+)?)")


def decimal_degrees(text: str) -> float | None:
    """Return the decimal degrees of 121°28′30″, 121度28分30秒, 121.28.30 or 121:28:30; None for anything else.

    degrees + minutes / 60 + seconds / 3600; minutes and seconds stay below 60.
    """
    signed = "".join(_SIGNS.get(sign, sign) for sign in re.sub(r"[\sEN东经北纬]", "", text.strip()))
    plain = unicodedata.normalize("NFKC", signed)
    found = _WITH_SIGNS.fullmatch(plain) or _WITH_DOTS.fullmatch(plain)
    if found is None:
        return None
    degrees, minutes, seconds = (float(part or 0) for part in found.groups())
    if minutes >= 60 or seconds >= 60:
        return None
    return degrees + minutes / 60 + seconds / 3600
