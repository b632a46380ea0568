"""What the cells of a delivery must hold: numbers within bounds, years, units, ratings, and nothing left empty."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd

from inventory.coordinates import decimal_degrees
from inventory.delivered_cells import MISSING, parse_number, parse_whole_number
from inventory.errors import CellRef, Problem, UnitError, problem
from inventory.vocabulary.units import known_unit_names, resolve_unit
from sources.delivery import Delivery
from sources.reading.cells import DeliveredTable
from sources.registry import SourceColumn

_COORDINATES = ("lon", "lat")
_YEARS = range(1900, 2101)
_RATINGS = ("H", "M", "L")
_NOT_FINITE = re.compile(r"[+-]?(nan|inf(inity)?)", re.IGNORECASE)
_DIGITS = re.compile(r"[+-]?\d+(\.\d*)?[eE][+-]?\d+")


def absent_columns(table: DeliveredTable, delivery: Delivery, unused: tuple[str, ...]) -> list[Problem]:
    """Return the columns that source.toml declares and the delivery lacks."""
    there = "、".join(unused) or "无 / none"
    return [
        problem("TY2006", f"{delivery.name} › 1", column=column.name, there=there)
        for column in delivery.source.columns
        if column.name not in table.frame and not column.optional
    ]


def wrong_cells(table: DeliveredTable, frame: pd.DataFrame, column: SourceColumn) -> list[Problem]:
    """Return the cells of a column that are empty but required, or not what the column declares."""
    check = _CHECKS.get(column.type)
    problems: list[Problem] = []
    for text, file, sheet, row in zip(
        frame[column.name], frame["origin_file"], frame["origin_sheet"], frame["origin_row"], strict=True
    ):
        is_empty = text.strip() in MISSING
        if not is_empty and check is None:
            continue
        if is_empty and not column.required:
            continue
        cell = table.cell(column.name, int(row), file=file, sheet=sheet)
        found = problem("TY2007", cell, cell=cell) if is_empty else check(text, column, cell) if check else None
        problems += [found] if found else []
    return problems


def _check_number(text: str, column: SourceColumn, cell: CellRef) -> Problem | None:
    """Return the finding of a cell that should hold a number."""
    try:
        value = parse_number(text)
    except ValueError:
        degrees = decimal_degrees(text) if column.name in _COORDINATES else None
        text = text if degrees is None else f"{text} = {degrees:.6f}°"
        is_endless = _NOT_FINITE.fullmatch(text.strip()) or _DIGITS.fullmatch(text.strip())
        return problem("IN301" if is_endless else "IN303", cell, cell=cell, text=text)
    if value is None or not (value < column.low or value > column.high):
        return None
    if value < column.low == 0.0:
        return problem("IN302", cell, cell=cell, text=text)
    code = "IN307" if column.high == 1.0 < value else "TY2018"
    bounds = {"low": f"{column.low:g}", "high": f"{column.high:g}"}
    return problem(code, cell, cell=cell, text=text, **bounds)


def _check_whole_number(text: str, column: SourceColumn, cell: CellRef) -> Problem | None:
    """Return the finding of a cell that should hold a whole number, or a year."""
    try:
        number = parse_whole_number(text)
    except ValueError:
        number = None
    if column.type == "year":
        return None if number in _YEARS else problem("IN312", cell, cell=cell, text=text)
    if number is None:
        return problem("TY2014", cell, cell=cell, text=text)
    is_outside = number < column.low or number > column.high
    return problem("IN312", cell, cell=cell, text=text) if is_outside else None


def _check_unit(text: str, column: SourceColumn, cell: CellRef) -> Problem | None:
    """Return the finding of a cell that should name a unit of the vocabulary or of the source."""
    if text.strip() in known_unit_names() or text.strip() in column.also:
        return None
    try:
        resolve_unit(text.strip())
    except UnitError as error:
        said_zh, said_en = error.problems[0].message_zh, error.problems[0].message_en
        also = "、".join(column.also)
        return problem(
            "IN304", cell, cell=cell, text=text, reason_zh=said_zh, reason_en=said_en, also=also or "无 / none"
        )
    return None


def _check_rating(text: str, _: SourceColumn, cell: CellRef) -> Problem | None:
    """Return the finding of a cell that should hold a confidence."""
    return None if text.strip() in _RATINGS else problem("TY2017", cell, cell=cell, text=text)


_CHECKS: dict[str, Callable[[str, SourceColumn, CellRef], Problem | None]] = {
    "number": _check_number, "integer": _check_whole_number, "year": _check_whole_number, "unit": _check_unit,
    "rating": _check_rating,
}  # fmt: skip
