"""What reading hands over: the cells of a sheet, and the table that a header makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from inventory.errors import CellRef, Problem

ORIGIN_COLUMNS = ("origin_file", "origin_sheet", "origin_row", "origin_sha256")


@dataclass(frozen=True)
class Cells:
    """The cells of one sheet, layer or text file as text, before a header is looked for.

    Attributes
    ----------
    file, sheet : str
        Names for places; no sheet for text files.
    rows : list of list of str
        Empty text for empty cells.
    is_lettered : bool
        Cells have spreadsheet addresses.
    remarks : tuple of str
        What a compiler should know, e.g. the encoding that was found.
    problems : tuple of Problem
        Of single cells, with `cell`: error values, formulas without a cached value.

    """

    file: str
    sheet: str
    rows: list[list[str]]
    is_lettered: bool = False
    remarks: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class DeliveredTable:
    """A delivered table as text.

    Attributes
    ----------
    frame : DataFrame
        Text columns, then ORIGIN_COLUMNS; `origin_row` is the row in the file, 1-based.
    letters : mapping of str to str
        Spreadsheet letter by column; empty for text files.
    rejected : mapping of int to str
        Rows passed over by declaration, and why: the example row of a template, a repeated header.
    problems : tuple of Problem
        Of single cells, with `cell`; their rows stand in `frame`.
    remarks : tuple of str
        Encoding, normalised cells, undeclared columns.

    """

    frame: pd.DataFrame
    letters: Mapping[str, str] = field(default_factory=dict)
    rejected: Mapping[int, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()

    def cell(self, column: str, row: int, *, file: str, sheet: str = "") -> CellRef:
        """Return the address of a cell."""
        return CellRef(file, sheet, row, column, self.letters.get(column, ""))
