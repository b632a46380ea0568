"""The tables of a project that say what its data mean: read as text, strictly, or refused with the place."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from inventory.delivered_cells import parse_number
from inventory.errors import Problem, SchemaError, problem
from inventory.text_encoding import UndecodableError, decode_text

_MAX_BYTES = 64 << 20


def read_project_table(path: Path, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Return a CSV of a project as text: its encoding found as decode_text says; row 1 is the header.

    Parameters
    ----------
    path : Path
        The file.
    columns : sequence of str
        Columns that must be there.

    Returns
    -------
    DataFrame
        Text columns as delivered; rows without any content are passed over; the index is the row in the file − 2.

    Raises
    ------
    SchemaError
        If the file is missing, too large, in another encoding, ragged, or its header repeats or lacks a name; all
        findings at once.

    """
    rows = _records(path)
    header = [name.strip() for name in rows[0]] if rows else []
    body = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)]
    problems = [
        problem("TY1011", f"{path.name} › {number}", found=len(row), wanted=len(header))
        for number, row in body
        if len(row) != len(header)
    ]
    repeated = sorted({name for name in header if header.count(name) > 1})
    problems += [problem("TY1012", f"{path.name} › 1", said=f"{name!r} × {header.count(name)}") for name in repeated]
    problems += [problem("TY1013", f"{path.name} › 1", name=name) for name in columns if name not in header]
    if problems:
        raise SchemaError(*problems)
    index = pd.Index([number - 2 for number, _ in body], dtype="int64")
    return pd.DataFrame([row for _, row in body], columns=pd.Index(header), index=index, dtype=str)


def number_column(
    table: pd.DataFrame,
    column: str,
    *,
    file: str,
    low: float = -math.inf,
    high: float = math.inf,
    default: float = math.nan,
) -> tuple[pd.Series, list[Problem]]:
    """Return a column as numbers, and a finding for each cell that is none or out of bounds.

    Parameters
    ----------
    low, high : float
        Bounds, inclusive; a value above 1 where `high` is 1 is most likely a percentage.
    default : float
        Value of an empty cell; nan: an empty cell is a finding.

    """
    values: list[float] = []
    problems: list[Problem] = []
    for index, cell in table[column].items():
        place = f"{file} › {int(str(index)) + 2} › {column}"
        try:
            number = parse_number(cell)
        except ValueError:
            problems.append(problem("TY1016", place, cell=None, text=cell))
            number = math.nan
        else:
            if number is None and math.isnan(default):
                problems.append(problem("IN308", place))
            number = default if number is None else number
        if not math.isnan(number) and not low <= number <= high:
            code = "IN307" if high == 1.0 and number > 1.0 else "TY1017"
            problems.append(problem(code, place, text=cell, low=f"{low:g}", high=f"{high:g}"))
        values.append(number)
    return pd.Series(values, index=table.index, dtype="float64"), problems


def _records(path: Path) -> list[list[str]]:
    """Return the records of a file."""
    if not path.is_file():
        raise SchemaError(problem("TY1006", path.name))
    if path.stat().st_size > _MAX_BYTES:
        raise SchemaError(problem("TY1009", path.name, limit=_MAX_BYTES >> 20))
    try:
        text, _ = decode_text(path.read_bytes())
    except UndecodableError as error:
        raise SchemaError(problem("TY1015", path.name, reason=error.reason, offset=error.offset)) from error
    if not text.strip():
        raise SchemaError(problem("TY1014", path.name))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        raise SchemaError(problem("TY1010", f"{path.name} › {reader.line_num}", reason=error)) from error
