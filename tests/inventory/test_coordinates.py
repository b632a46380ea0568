"""Degrees, minutes and seconds in the spellings of permits."""

from __future__ import annotations

import pytest

from inventory.coordinates import decimal_degrees


@pytest.mark.parametrize(
    "text",
    ["121°28′30″", "121°28'30\"", "121度28分30秒", "121.28.30", "121:28:30", " 东经121°28′30″ ", "121° 28’ 30” E"],
)
def test_half_a_minute_past_28_is_read(text):
    assert decimal_degrees(text) == pytest.approx(121 + 28.5 / 60, abs=1e-12)


def test_minutes_alone_are_read():
    assert decimal_degrees("121°28′") == pytest.approx(121 + 28 / 60, abs=1e-12)
    assert decimal_degrees("121°28.5′") == pytest.approx(121 + 28.5 / 60, abs=1e-12)


@pytest.mark.parametrize("text", ["121.4753", "121°61′", "121.28.61", "", "东经", "12吨", "31.2.3.4.5"])
def test_anything_else_is_none(text):
    assert decimal_degrees(text) is None
