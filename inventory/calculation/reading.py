"""A delivered table of activities as text: CSV (UTF-8 or GB18030) here, workbooks in workbook.py.

Knows how files are read; not what the columns mean.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from inventory.calculation.workbook import sheet_cells
from inventory.errors import DataSourceError, Problem, problem

_ENCODINGS = ("utf-8-sig", "gb18030")
_CSV = frozenset({".csv", ".txt"})


def read_activity_text(path: Path) -> pd.DataFrame:
    """Return all cells as text, with column `row_number` (1 = first row of the file or sheet); blank rows are left out.

    Parameters
    ----------
    path : Path
        `.csv` in UTF-8 or GB18030, or `.xlsx`, `.xls`, `.ods` with a header row that holds `activity_id`.

    Raises
    ------
    DataSourceError
        If the file is missing, empty, in another encoding, or its rows are not as wide as its header.

    """
    if not path.is_file():
        raise DataSourceError(problem("TY2301", path))
    cells = _csv_cells(path) if path.suffix.lower() in _CSV else sheet_cells(path)
    cells = cells.set_axis([str(name).strip() for name in cells.columns], axis=1)
    cells = cells.loc[:, [bool(name) or _holds_text(cells.iloc[:, at]) for at, name in enumerate(cells.columns)]]
    names = list(cells.columns)
    wrong = sorted({name for name in names if not name or names.count(name) > 1})
    if wrong:
        raise DataSourceError(*(problem("TY2302", f"{path.name} › {name or '(空 / empty)'}") for name in wrong))
    return cells


def _csv_cells(path: Path) -> pd.DataFrame:
    """Return the cells of a CSV file; every row must be as wide as the header."""
    text = _decoded(path)
    _refuse_open_quotation(text, path)
    header = csv.reader(StringIO(text))
    names = next((row for row in header if row), [])
    body = text.split("\n", header.line_num)[-1] if names else ""
    if not body.strip():
        raise DataSourceError(problem("TY2304", path.name))
    cells = _body_cells(body, names, path)
    blank = [at for at in _without_text(cells.iloc[:, 0]) if not _holds_text(cells.iloc[at])]
    return cells.assign(row_number=_row_numbers(text)).drop(index=blank).reset_index(drop=True)


def _body_cells(body: str, names: Sequence[str], path: Path) -> pd.DataFrame:
    """Return the rows below the header as text, one column per name."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import csv as arrow_csv  # noqa: PLC0415

    wrong: list[Problem] = []

    def refuse(row: arrow_csv.InvalidRow) -> str:
        wrong.append(_ragged(f"{path.name} › {(row.text or '')[:60]}", row.actual_columns, row.expected_columns))
        return "skip"

    columns = [f"column_{index}" for index in range(len(names))]
    try:
        table = arrow_csv.read_csv(
            BytesIO(body.encode()),
            read_options=arrow_csv.ReadOptions(column_names=columns),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=refuse),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )  # fmt: skip
    except pa.ArrowInvalid as error:
        raise _unreadable(path, error) from error
    if wrong:
        raise DataSourceError(*(list(_ragged_rows(path, len(names))) or wrong))
    return table.to_pandas(types_mapper={pa.string(): pd.StringDtype("pyarrow")}.get).set_axis(list(names), axis=1)


def _refuse_open_quotation(text: str, path: Path) -> None:
    """Refuse a quotation mark that is never closed: it would swallow the rows below it."""
    if text.count('"') % 2 == 0:
        return
    try:
        sum(1 for _ in csv.reader(StringIO(text), strict=True))
    except csv.Error as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> DataSourceError:
    """Return the error of a file that is no CSV."""
    return DataSourceError(problem("TY2309", path.name, reason=error))


def _row_numbers(text: str) -> Sequence[int]:
    """Return the row of each record below the header as a spreadsheet counts them; blank lines count."""
    if "\n\n" not in text and not text.startswith("\n"):
        return range(2, _records(text) + 1)
    return [number for number, row in enumerate(csv.reader(StringIO(text)), start=1) if row][1:]


def _records(text: str) -> int:
    """Return how many rows a text without blank lines has, its header included."""
    if '"' in text:
        return sum(1 for _ in csv.reader(StringIO(text)))
    return text.count("\n") + (not text.endswith("\n"))


def _ragged_rows(path: Path, width: int) -> Iterator[Problem]:
    """Yield the rows of a file that are not as wide as its header."""
    for number, row in enumerate(csv.reader(StringIO(_decoded(path))), start=1):
        if row and len(row) != width:
            yield _ragged(f"{path.name} › {number}", len(row), width)


def _ragged(place: str, actual: int, expected: int) -> Problem:
    """Return the problem of a row that is not as wide as the header."""
    return problem("TY2303", place, actual=actual, expected=expected)


def _without_text(column: pd.Series) -> Sequence[int]:
    """Return the positions of the blank cells of a column."""
    positions: Sequence[int] = np.flatnonzero((column.str.strip() == "").to_numpy()).tolist()
    return positions


def _holds_text(cells: pd.Series) -> bool:
    """Return whether any cell of a row or column holds text."""
    return any(str(cell).strip() for cell in cells)


def _decoded(path: Path) -> str:
    """Return the text of a file in the first encoding that reads it without a wrong byte, with Unix line ends."""
    content = path.read_bytes()
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise DataSourceError(problem("TY2305", path.name))
