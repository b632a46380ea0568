"""Names and units are compared in one spelling."""

from __future__ import annotations

import pytest

from inventory.delivered_cells import is_plain_number, normalise_name, normalise_unit


@pytest.mark.parametrize(
    ("unit", "spelling"),
    [
        ("10³t", "10^3 t"), ("×10⁴ t", "10^4 t"), ("10^4t", "10^4 t"), ("m³", "m3"), ("㎥", "m3"), ("km²", "km2"),
        ("SO₂", "SO2"), ("ｔ", "t"), ("µg", "µg"), ("μg", "µg"), ("10⁻⁶ m", "10^-6 m"), ("万 吨", "万吨"),
        ("kg／10⁶ m³", "kg/10^6 m3"), ("t", "t"), ("", ""),
    ],
)  # fmt: skip
def test_a_unit_has_one_spelling(unit, spelling):
    assert normalise_unit(unit) == spelling


def test_a_power_never_becomes_a_digit_of_the_number():
    assert normalise_name("10³") == "10^3"


@pytest.mark.parametrize(
    ("name", "same"),
    [
        (" 燃料\n消耗量 ", "燃料消耗量"), ("燃料\u200b消耗量\u00a0", "燃料消耗量"), ("Ｃoal　type", "Coal type"),
        ("消耗量（t）", "消耗量(t)"), ("\ufeffcode", "code"),
    ],
)  # fmt: skip
def test_a_name_has_one_spelling(name, same):
    assert normalise_name(name) == same


@pytest.mark.parametrize(
    ("cell", "plain"),
    [("12", True), (" -1.5e3 ", True), (".5", True), ("１２", False), ("1,234", False), ("−4", False), ("x", False)],
)
def test_a_number_is_plain_where_nothing_was_normalised(cell, plain):
    assert is_plain_number(cell) is plain
