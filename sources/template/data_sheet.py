"""The sheets to fill: Chinese headers, hidden column names, an example row, drop-downs, number checks, tints."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from inventory.delivered_cells import parse_number
from inventory.errors import DataSourceError, Problem, problem
from sources.reading.template_stamp import is_example
from sources.registry import DataSource, SourceColumn
from sources.template.book import Book, text_width
from sources.template.codes_sheet import CodeRanges
from sources.template.layout import EXAMPLE_MARK, EXAMPLE_ROW, FIRST_DATA_ROW, HEADER_ROW, ID_ROW, last_row

_NUMBERS = ("number", "integer", "year")
_YEARS = (1900, 2100)
_CELL_LIMIT = 32_767
_WIDE = 150.0
"""Sum of widths [characters] above which a sheet is printed on A3."""
_LINE_HEIGHT = 13.5
_MOST_LINES = 8


@dataclass(frozen=True)
class Sheet:
    """A sheet to fill: its source, the ranges of its code lists and the rows that stand in it already (text)."""

    source: DataSource
    ranges: Mapping[str, CodeRanges]
    rows: Sequence[Sequence[str]]

    @property
    def last_row(self) -> int:
        """Last row, 1-based, that checks cover."""
        return last_row(len(self.rows))


def sheet_rows(source: DataSource, frame: pd.DataFrame) -> list[list[str]]:
    """Return the cells of a table in the order of the source's columns.

    Raises
    ------
    DataSourceError
        If a column that is not optional is missing, a row looks like the example, or a cell is too long for Excel.

    """
    names = [column.name for column in source.columns]
    missing = [column.name for column in source.columns if column.name not in frame and not column.optional]
    if missing:
        raise DataSourceError(problem("TY2104", source.source_id, columns="、".join(missing)))
    rows: list[list[str]] = frame.reindex(columns=names).fillna("").astype(str).to_numpy().tolist()
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=EXAMPLE_ROW + 1):
        place = f"{source.zh} › {number}"
        if is_example(next((cell for cell in row if cell.strip()), "")):
            problems.append(problem("TY2102", place))
        problems += [
            problem("TY2103", f"{place} › {name}", length=len(cell))
            for name, cell in zip(names, row, strict=True)
            if len(cell) > _CELL_LIMIT
        ]
    if problems:
        raise DataSourceError(*problems)
    return rows


def write_data_sheet(book: Book, page: Sheet) -> None:
    """Write one sheet to fill."""
    columns = page.source.columns
    widths = [_width(column) for column in columns]
    sheet = book.add_sheet(page.source.zh, is_wide=sum(widths) > _WIDE)
    for position, (column, width) in enumerate(zip(columns, widths, strict=True)):
        sheet.set_column(position, position, width, book.style(_look(column)))
        _write_head(book, sheet, (position, column))
        _restrict(sheet, (position, column), page)
        if column.required:
            _tint_missing(book, sheet, position, page=page)
    sheet.set_row(HEADER_ROW - 1, 34)
    sheet.set_row(ID_ROW - 1, None, None, {"hidden": True})
    sheet.set_row(EXAMPLE_ROW - 1, _height([column.example for column in columns], widths))
    for row, cells in enumerate(page.rows, start=EXAMPLE_ROW):
        sheet.set_row(row, _height(cells, widths))
        for position, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            _write_cell(book, sheet, (row, position), cell=cell, column=column)
    end = xl_col_to_name(len(columns) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{end}{page.last_row}"})
    sheet.freeze_panes(ID_ROW, 1)
    sheet.repeat_rows(HEADER_ROW - 1)
    sheet.hide_gridlines(0)


def is_number_column(column: SourceColumn) -> bool:
    """Return whether the cells of a column hold numbers."""
    return column.type in _NUMBERS


def reads_back(text: str) -> float | None:
    """Return the number to write for a cell if reading gives the same text again, else None: write the text.

    A workbook holds 16 significant digits, and reading turns 14200 into `14200` and 0.3 into `0.3`; `14200.0`, `0.30`
    and `1e5` would come back in other words.
    """
    try:
        value = parse_number(text)
    except ValueError:
        return None
    if value is None:
        return None
    stored = float(f"{value:.16G}")
    shown = str(int(stored)) if stored.is_integer() else repr(stored)
    return stored if shown == text and math.copysign(1.0, stored) == math.copysign(1.0, value) else None


def _write_head(book: Book, sheet: Worksheet, at: tuple[int, SourceColumn]) -> None:
    """Write header, column name and example of one column, and the comment that explains it."""
    position, column = at
    book.text(sheet, (HEADER_ROW - 1, position), column.zh, look="head_required" if column.required else "head")
    book.text(sheet, (ID_ROW - 1, position), column.name, look="id")
    example = f"{EXAMPLE_MARK}：{column.example}" if position == 0 else column.example
    number = reads_back(example) if is_number_column(column) else None
    if number is None:
        book.text(sheet, (EXAMPLE_ROW - 1, position), example, look="example")
    else:
        sheet.write_number(EXAMPLE_ROW - 1, position, number, book.style("example_number"))
    lines = [
        f"{column.zh}（{'必填' if column.required else '可空'}）", column.note,
        f"示例：{column.example}" if column.example else "", f"列名 {column.name}",
    ]  # fmt: skip
    text = "\n".join(line for line in lines if line)
    sheet.write_comment(
        HEADER_ROW - 1, position, text, {"x_scale": 1.9, "y_scale": 1.3, "font_name": "微软雅黑", "font_size": 9}
    )


def _write_cell(book: Book, sheet: Worksheet, at: tuple[int, int], *, cell: str, column: SourceColumn) -> None:
    """Write one delivered cell: a number where it reads back as it was written, else text."""
    number = reads_back(cell) if is_number_column(column) else None
    if number is None:
        book.text(sheet, at, cell, look=_look(column))
    else:
        sheet.write_number(*at, number, book.style(_look(column)))


def _restrict(sheet: Worksheet, at: tuple[int, SourceColumn], page: Sheet) -> None:
    """Add the drop-down or the number check of a column."""
    position, column = at
    rows = (FIRST_DATA_ROW, position, page.last_row - 1, position)
    ranges = page.ranges.get(column.name)
    if ranges is not None:
        sheet.data_validation(
            *rows,
            {
                "validate": "list", "source": f"={ranges.offered}",
                "error_type": "warning" if ranges.is_closed else "information", "error_title": "不在下拉表中",
                "error_message": "只接受代码表中的名称。" if ranges.is_closed else "下拉表只是建议；请核对名称。",
            },
        )  # fmt: skip
    elif is_number_column(column):
        sheet.data_validation(*rows, _number_check(column))


def _number_check(column: SourceColumn) -> dict[str, object]:
    """Return the check of a number; a dash for a missing value is let through after a warning."""
    if column.type == "year":
        low, high, kind = float(_YEARS[0]), float(_YEARS[1]), "integer"
    else:
        low = column.low if math.isfinite(column.low) else -1e15
        high = column.high if math.isfinite(column.high) else 1e15
        kind = "integer" if column.type == "integer" else "decimal"
    has_bounds = column.type == "year" or math.isfinite(column.low) or math.isfinite(column.high)
    wanted = f"应在 {low:g} 到 {high:g} 之间" if has_bounds else ("应为整数" if kind == "integer" else "应为数字")
    return {
        "validate": kind, "criteria": "between", "minimum": low, "maximum": high, "error_type": "warning",
        "error_title": "请核对数值", "error_message": f"{wanted}；缺失请留空，不要写 0 或“无”。",
    }  # fmt: skip


def _tint_missing(book: Book, sheet: Worksheet, position: int, *, page: Sheet) -> None:
    """Colour a required cell that is empty in a row that has content."""
    end, here, first = xl_col_to_name(len(page.source.columns) - 1), xl_col_to_name(position), FIRST_DATA_ROW + 1
    sheet.conditional_format(
        FIRST_DATA_ROW, position, page.last_row - 1, position,
        {
            "type": "formula", "format": book.style("missing"),
            "criteria": f"=AND(COUNTA($A{first}:${end}{first})>0,LEN(TRIM({here}{first}))=0)",
        },
    )  # fmt: skip


def _look(column: SourceColumn) -> str:
    """Return the style of the cells of a column."""
    return f"{'number' if is_number_column(column) else 'text'}{'_required' if column.required else ''}"


def _width(column: SourceColumn) -> float:
    """Return the width of a column [characters]."""
    if column.name in ("source", "note", "activity_note", "control"):
        return 40.0
    if is_number_column(column):
        return float(max(text_width(column.zh) + 3, 11))
    if column.type in ("rating", "unit"):
        return 14.0
    return float(min(max(text_width(column.zh), text_width(column.example)) + 6, 32))


def _height(cells: Sequence[str], widths: Sequence[float]) -> float:
    """Return the height of a row [points] that shows its wrapped text, up to a limit."""
    lines = max(
        (math.ceil(text_width(cell) / (width - 1)) for cell, width in zip(cells, widths, strict=True) if cell),
        default=1,
    )
    return _LINE_HEIGHT * min(max(lines, 1), _MOST_LINES) + 3
