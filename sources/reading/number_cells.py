"""Numbers as people write them: decimal commas turned where declared, full-width digits and separators counted."""

from __future__ import annotations

import re

import pandas as pd

from inventory.delivered_cells import is_plain_number, parse_number
from inventory.errors import CellRef, Problem, problem
from sources.registry import DataSource

NUMERIC = ("number", "integer", "year")
_COMMA_NUMBER = re.compile(r"([+-]?\d{1,3}(?:\.\d{3})+|[+-]?\d+)(?:,(\d+))?([eE][+-]?\d+)?")
_SHOWN = 5


def turn_decimal_commas(frame: pd.DataFrame, source: DataSource, cells: dict[str, list[CellRef]]) -> list[Problem]:
    """Write the numbers of a delivery with decimal commas as ours, in place: 1.234,5 becomes 1234.5.

    `cells` gives the address of each row by column. Returns the cells that break the rule.
    """
    problems = []
    for column in _numeric(frame, source):
        turned = []
        for text, cell in zip(frame[column], cells[column], strict=True):
            found = _COMMA_NUMBER.fullmatch(text.strip())
            if found:
                whole, part, power = found.groups()
                turned.append(whole.replace(".", "") + (f".{part}" if part else "") + (power or ""))
                continue
            turned.append(text)
            if any(sign in text for sign in ".,") and any(map(str.isdigit, text)):
                problems.append(problem("TY2048", cell, cell=cell, text=text))
        frame[column] = turned
    return problems


def normalised_remarks(frame: pd.DataFrame, source: DataSource, cells: dict[str, list[CellRef]]) -> list[str]:
    """Return a remark on the cells whose number is read after normalising its digits or separators."""
    places = []
    for column in _numeric(frame, source):
        for text, cell in zip(frame[column], cells[column], strict=True):
            if text and not is_plain_number(text) and _is_number(text):
                places.append(f"{cell.letter}{cell.row}" if cell.letter else f"{cell.row} › {cell.column}")
    if not places:
        return []
    first = "、".join(places[:_SHOWN]) + ("…" if len(places) > _SHOWN else "")
    file = next(iter(cells.values()))[0].file
    return [
        f"{file}：{len(places)} 格的全角数字或千位分隔符已规范 / numbers with full-width digits or separators: {first}"
    ]


def _numeric(frame: pd.DataFrame, source: DataSource) -> list[str]:
    """Return the columns that hold numbers."""
    return [column.name for column in source.columns if column.type in NUMERIC and column.name in frame]


def _is_number(text: str) -> bool:
    """Return whether a cell holds a number at all."""
    try:
        return parse_number(text) is not None
    except ValueError:
        return False
