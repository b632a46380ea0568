"""What a cell says."""

from __future__ import annotations

import pytest

from inventory.delivered_cells import parse_number, parse_whole_number


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("12", 12.0), ("-3.5", -3.5), ("+7", 7.0), (".5", 0.5), ("5.", 5.0), ("1e-05", 1e-5), ("2E3", 2000.0),
        ("0", 0.0),
        ("1,234.5", 1234.5), ("12,345,678", 12345678.0), (" 8 ", 8.0), ("１２．５", 12.5), ("１，２３４", 1234.0),
        ("−4", -4.0),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it(cell, number):
    assert parse_number(cell) == number


@pytest.mark.parametrize("cell", ["", " ", "—", "–", "-", "/"])
def test_an_empty_cell_is_missing_and_never_zero(cell):
    assert parse_number(cell) is None
    assert parse_whole_number(cell) is None


@pytest.mark.parametrize(
    "cell",
    ["<0.1", ">5", "未检出", "ND", "nan", "inf", "1e400", "12%", "1_000", "10³", "①", "1 234", "1,5", "12,34",
     ",5", ".",
     "e5", "1.2.3", "--1", "0x10", "…", "n/a"],
)  # fmt: skip
def test_anything_else_is_no_number(cell):
    with pytest.raises(ValueError, match="number"):
        parse_number(cell)


@pytest.mark.parametrize(("cell", "number"), [("2021", 2021), ("2021.0", 2021), ("-2", -2)])
def test_a_whole_number_may_carry_the_zero_of_a_workbook(cell, number):
    assert parse_whole_number(cell) == number


@pytest.mark.parametrize("cell", ["2021.5", "1e-1", "x"])
def test_a_fraction_is_no_whole_number(cell):
    with pytest.raises(ValueError, match="number"):
        parse_whole_number(cell)
