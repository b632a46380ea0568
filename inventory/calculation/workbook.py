"""The cells of a workbook of activities as text: which sheet, which row is the header, and cells whose result is lost.

Knows how workbooks are read; not what the columns mean.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from inventory.errors import DataSourceError, problem

_HEADER = frozenset({"activity_id", "activity_value"})
"""Names that tell the header row from a list of columns."""

_SUSPECT = re.compile(rb'\bt="e"|</f>\s*</c>|</f>\s*<v\s*/>|<f[^>]*/>\s*</c>')
"""An error, or a formula without a stored result, in the XML of a sheet."""


def sheet_cells(path: Path) -> pd.DataFrame:
    """Return the rows below the first header row that holds activity_id, as text, with `row_number`.

    Rows above the header are for the reader. A cell that shows an error, or a formula that was never computed, would
    be read as blank: it is refused.

    Raises
    ------
    DataSourceError
        If the file is no workbook, holds no such header, or cells without a result.

    """
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415

    try:
        book = load_workbook(str(path))
    except CalamineError as error:
        raise DataSourceError(problem("TY2306", path.name, reason=error)) from error
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for at, row in enumerate(rows):
            if {str(cell).strip() for cell in row} >= _HEADER:
                _refuse_lost_cells(path, name, at + 1)
                return _below_header(rows, at)
    raise DataSourceError(problem("TY2307", path.name))


def _below_header(rows: Sequence[Sequence[object]], at: int) -> pd.DataFrame:
    """Return the non-empty rows below the header as text; whole numbers without `.0`."""
    texts = [[_text(cell) for cell in row] for row in rows[at:]]
    width = max(index for row in texts for index, text in enumerate(row) if text) + 1
    kept = [(number, row[:width]) for number, row in enumerate(texts[1:], start=at + 2) if any(row)]
    cells = pd.DataFrame([row for _, row in kept], columns=texts[0][:width], dtype=str)
    return cells.assign(row_number=[number for number, _ in kept])


def _text(cell: object) -> str:
    """Return a cell as text."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _refuse_lost_cells(path: Path, sheet: str, header_row: int) -> None:
    """Refuse cells below the header that show an error, or formulas without a stored result."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if not any(_SUSPECT.search(archive.read(name)) for name in sheets):
            return
    problems = [
        problem("TY2310", f"{path.name} › {sheet} › {cell}", shown=shown)
        for cell, shown in _lost_cells(path, sheet, header_row)
    ]
    if problems:
        raise DataSourceError(*problems)


def _lost_cells(path: Path, sheet: str, header_row: int) -> Iterator[tuple[str, str]]:
    """Yield the address of each error and each formula without a result, and what the cell holds."""
    import openpyxl  # noqa: PLC0415

    results = openpyxl.load_workbook(path, data_only=True)[sheet]
    formulas = openpyxl.load_workbook(path)[sheet]
    for row in formulas.iter_rows(min_row=header_row + 1):
        for cell in row:
            result = results[cell.coordinate]
            is_uncomputed = cell.data_type == "f" and result.value is None and result.data_type == "n"
            if result.data_type == "e" or is_uncomputed:
                yield cell.coordinate, str(result.value if result.value is not None else cell.value)
