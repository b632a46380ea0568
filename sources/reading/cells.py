"""What reading hands over: the cells of a sheet, and the table that a header makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from inventory.errors import CellRef, Problem

ORIGIN_COLUMNS = ("origin_file", "origin_sheet", "origin_row", "origin_sha256")


@dataclass(frozen=True)
class TemplateStamp:
    """What the hidden sheet of a template says of a source: where its table stands; rows are 1-based.

    Attributes
    ----------
    id_row : int
        Row of our column names, below the Chinese headers.
    version : str
        Release of the source that the template was made for.

    """

    sheet: str
    id_row: int
    first_data_row: int
    version: str


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
        Of single cells, with `cell` (its letter is enough): formulas without a stored value, codes that lost digits.
    merged : tuple of (int, int, int, int)
        First row, first column, last row, last column, 1-based.
    template : TemplateStamp, optional
        If the workbook is one of our templates.

    """

    file: str
    sheet: str
    rows: list[list[str]]
    is_lettered: bool = False
    remarks: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    template: TemplateStamp | None = None


@dataclass(frozen=True)
class DeliveredTable:
    """A delivered table as text.

    Attributes
    ----------
    frame : DataFrame
        Text columns, then ORIGIN_COLUMNS; `origin_row` is the row in the file, 1-based.
    letters : mapping of str to str
        Spreadsheet letter by column, where the files agree; empty for text files.
    letters_by_file : mapping of str to mapping of str to str
        The same for each file.
    rejected : mapping of (str, str, int) to str
        File, sheet and row passed over by declaration, and why: the example row of a template, a repeated header.
    problems : tuple of Problem
        Of single cells, with `cell`; their rows stand in `frame`.
    remarks : tuple of str
        Encoding, normalised cells, undeclared columns.

    """

    frame: pd.DataFrame
    letters: Mapping[str, str] = field(default_factory=dict)
    rejected: Mapping[tuple[str, str, int], str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()
    letters_by_file: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def cell(self, column: str, row: int, *, file: str, sheet: str = "") -> CellRef:
        """Return the address of a cell."""
        letters = self.letters_by_file.get(file, self.letters)
        return CellRef(file, sheet, row, column, letters.get(column, ""))
