"""A delivered table of activities as text: CSV (UTF-8 or GB18030) or a filled template workbook.

Knows how files are read; not what the columns mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO, StringIO
from pathlib import Path

import pandas as pd

from inventory.errors import DataSourceError, Problem

_KEY_COLUMN = "activity_id"
_ENCODINGS = ("utf-8-sig", "gb18030")


def read_activity_text(path: Path) -> pd.DataFrame:
    """Return all cells as text, with column `row_number` (1 = first row of the file or sheet).

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
        raise DataSourceError(
            Problem("TY2301", str(path), "没有这个文件", "no such file", "核对路径", "check the path")
        )
    cells = _csv_cells(path) if path.suffix.lower() in {".csv", ".txt"} else _sheet_cells(path)
    names = [str(name).strip() for name in cells.columns]
    problems = [
        Problem("TY2302", f"{path.name} › {name or '?'}", "表头为空或重复", "an empty or repeated column name")
        for name in sorted({name for name in names if not name or names.count(name) > 1})
    ]
    if problems:
        raise DataSourceError(*problems)
    return cells.set_axis(names, axis=1)


def _csv_cells(path: Path) -> pd.DataFrame:
    """Return the cells of a CSV file; every row must be as wide as the header."""
    from pyarrow import csv, string  # noqa: PLC0415

    text = _decoded(path)
    header = text.partition("\n")[0]
    if not header.strip():
        raise DataSourceError(Problem("TY2304", path.name, "文件是空的", "the file is empty"))
    wrong: list[Problem] = []

    def refuse(row: csv.InvalidRow) -> str:
        wrong.append(
            Problem("TY2303", f"{path.name} › {row.text[:60] if row.text else ''}",
                    f"这一行有 {row.actual_columns} 列，表头有 {row.expected_columns} 列",
                    f"a row of {row.actual_columns} cells, the header has {row.expected_columns}")
        )  # fmt: skip
        return "skip"

    names_of_file = list(pd.read_csv(StringIO(header), header=None, dtype=str, keep_default_na=False).iloc[0])
    names = [f"column_{index}" for index in range(len(names_of_file))]
    table = csv.read_csv(
        BytesIO(text.encode()),
        read_options=csv.ReadOptions(column_names=names, skip_rows=1),
        parse_options=csv.ParseOptions(newlines_in_values=True, invalid_row_handler=refuse),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, string()), strings_can_be_null=False, quoted_strings_can_be_null=False
        ),
    )
    if wrong:
        raise DataSourceError(*wrong)
    cells = table.to_pandas(types_mapper={string(): pd.StringDtype("pyarrow")}.get).set_axis(names_of_file, axis=1)
    return cells.assign(row_number=range(2, len(cells) + 2))


def _decoded(path: Path) -> str:
    """Return the text of a file in the first encoding that reads it without a wrong byte."""
    content = path.read_bytes()
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    raise DataSourceError(
        Problem(
            "TY2305", path.name, "既不是 UTF-8 也不是 GB18030 编码", "neither UTF-8 nor GB18030",
            "另存为 CSV UTF-8", "save as CSV UTF-8",
        )
    )  # fmt: skip


def _sheet_cells(path: Path) -> pd.DataFrame:
    """Return the cells of the first sheet that has a row with `activity_id`; rows above it are for the reader."""
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415

    try:
        book = load_workbook(str(path))
    except CalamineError as error:
        raise DataSourceError(
            Problem("TY2306", path.name, f"不是可读的工作簿：{error}", f"no readable workbook: {error}")
        ) from error
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for at, row in enumerate(rows):
            if _KEY_COLUMN in row:
                return _below_header(rows, at)
    raise DataSourceError(
        Problem("TY2307", path.name, f"没有含 {_KEY_COLUMN} 的表头", f"no header row with {_KEY_COLUMN}",
                "使用 tongyuan calculate --template 的模板", "use the template of tongyuan calculate --template")
    )  # fmt: skip


def _below_header(rows: Sequence[Sequence[object]], at: int) -> pd.DataFrame:
    """Return the non-empty rows below the header as text; whole numbers without `.0`."""
    width = max(index for index, name in enumerate(rows[at]) if str(name).strip()) + 1
    texts = [[_text(cell) for cell in row[:width]] for row in rows[at + 1 :]]
    kept = [(number, row) for number, row in enumerate(texts, start=at + 2) if any(row)]
    cells = pd.DataFrame([row for _, row in kept], columns=[str(name) for name in rows[at][:width]], dtype=str)
    return cells.assign(row_number=[number for number, _ in kept])


def _text(cell: object) -> str:
    """Return a cell as text."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
