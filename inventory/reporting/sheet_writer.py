"""How a sheet of the workbook looks: styles, number formats, widths for Chinese text, page set-up, plain tables.

Text is always written as text, so that a name that begins with = never becomes a formula. Creation date is fixed:
equal tables give equal bytes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from inventory.errors import Problem, SchemaError

CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - xlsxwriter takes naive dates; a fixed one keeps the bytes stable
ROW_LIMIT = 1_048_576
_FONT = {"font_name": "微软雅黑", "font_size": 9, "valign": "vcenter"}
_HEAD = {"bold": True, "bg_color": "#1F4E5F", "font_color": "#FFFFFF", "border": 1, "border_color": "#B7C4CA",
         "align": "center", "text_wrap": True}  # fmt: skip
_LINE = {"border": 1, "border_color": "#D5DCE0"}

LOOKS: dict[str, dict[str, object]] = {
    "title": {"bold": True, "font_size": 15},
    "section": {"bold": True, "font_size": 11, "font_color": "#1F4E5F", "bottom": 2, "bottom_color": "#1F4E5F"},
    "note": {"font_color": "#555555"},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "warning": {"bold": True, "font_color": "#9C0006", "bg_color": "#FFE3E0", "text_wrap": True, "border": 1,
                "border_color": "#9C0006"},
    "head": _HEAD,
    "leaf": _LINE,
    "key": {**_LINE, "font_color": "#8A8A8A", "align": "right"},
    "branch": {**_LINE, "bold": True, "bg_color": "#EEF4F6"},
    "class": {**_LINE, "bold": True, "bg_color": "#CFE0E6"},
    "total": {**_LINE, "bold": True, "bg_color": "#F6E7BD", "top": 2},
    "link": {"font_color": "#0563C1", "underline": 1},
}  # fmt: skip

Kind = Literal["text", "code", "number", "share", "error", "integer"]


@dataclass(frozen=True)
class Column:
    """One column of a plain table: field of the frame, heading, width [characters] and kind."""

    name: str
    heading: str
    width: float
    kind: Kind = "text"


@dataclass
class Book:
    """A workbook with its styles, each made once."""

    workbook: xlsxwriter.Workbook
    footer: str
    _styles: dict[tuple[str, str, int], Format] = field(default_factory=dict)

    def style(self, look: str, number_format: str = "", indent: int = 0) -> Format:
        """Return a style: a look of LOOKS, a number format and an indent."""
        key = (look, number_format, indent)
        if key not in self._styles:
            properties: dict[str, object] = {**_FONT, **LOOKS[look]}
            if number_format:
                properties["num_format"] = number_format
            if indent:
                properties["indent"] = indent
            self._styles[key] = self.workbook.add_format(properties)
        return self._styles[key]

    def add_sheet(self, name: str, title: str, widths: Sequence[float]) -> Worksheet:
        """Add a sheet with its title, column widths and page set-up: A4 landscape, one page wide, numbered."""
        sheet = self.workbook.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width, self.style("note"))
        sheet.write_string(0, 0, title, self.style("title"))
        sheet.set_row(0, 26)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer(f"&L&8{self.footer}&R&8&A  &P / &N")
        return sheet


def open_book(path: Path, footer: str) -> Book:
    """Start a workbook; `footer` stands on every printed page."""
    workbook = xlsxwriter.Workbook(
        str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    workbook.set_properties({"created": CREATED})
    workbook.set_calc_mode("auto")
    return Book(workbook, footer.replace("&", "&&"))


def number_format(value: float) -> str:
    """Return the number format that shows about three figures of a value, be it grams of mercury or Mt of CO2."""
    size = abs(value)
    if size == 0:
        return "0"
    if size >= 1000:
        return "#,##0"
    if size >= 1:
        return "#,##0.00"
    return "0.0000" if size >= 0.01 else "0.00E+00"


def is_missing(value: object) -> bool:
    """Tell whether there is no number."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def write_number(sheet: Worksheet, at: tuple[int, int], value: float, style: Format, formula: str = "") -> None:
    """Write a number, or a formula whose value is that number."""
    if formula:
        sheet.write_formula(*at, formula, style, value)
    else:
        sheet.write_number(*at, value, style)


def sum_formula(column: int, rows: Sequence[int]) -> str:
    """Return =SUM over rows of a column: a range where they are adjacent, else cell by cell."""
    if list(rows) == list(range(rows[0], rows[-1] + 1)):
        return f"=SUM({xl_rowcol_to_cell(rows[0], column)}:{xl_rowcol_to_cell(rows[-1], column)})"
    return f"=SUM({','.join(xl_rowcol_to_cell(row, column) for row in rows)})"


def column_range(sheet_name: str, column: int, rows: tuple[int, int]) -> str:
    """Return an absolute reference to a column of another sheet, from the first to the last row."""
    return f"'{sheet_name}'!{xl_range_abs(rows[0], column, rows[1], column)}"


def write_heads(book: Book, sheet: Worksheet, row: int, heads: Sequence[str]) -> None:
    """Write a row of headings."""
    for column, head in enumerate(heads):
        sheet.write_string(row, column, head, book.style("head"))


def write_table(book: Book, names: tuple[str, str], frame: pd.DataFrame, columns: Sequence[Column]) -> Worksheet:
    """Add a sheet with one plain table: headings in row 3, data from row 4, autofilter, frozen headings.

    Parameters
    ----------
    names : tuple of str
        Sheet name and title.

    Raises
    ------
    SchemaError
        If the table has more rows than a sheet can hold.

    """
    if len(frame) + 3 > ROW_LIMIT:
        raise SchemaError(
            Problem("TY4302", f"{names[0]} › {len(frame)} rows", f"行数超过 Excel 上限 {ROW_LIMIT}",
                    f"more rows than Excel's {ROW_LIMIT}", "改用 Parquet 或 DuckDB 文件", "use the Parquet or DuckDB file")
        )  # fmt: skip
    sheet = book.add_sheet(*names, [column.width for column in columns])
    write_heads(book, sheet, 2, [column.heading for column in columns])
    sheet.set_row(2, 30)
    for number, column in enumerate(columns):
        for row, value in enumerate(frame[column.name].tolist(), start=3):
            _write_cell(book, sheet, (row, number), (value, column.kind))
    sheet.freeze_panes(3, 2)
    sheet.repeat_rows(2)
    sheet.autofilter(2, 0, max(2 + len(frame), 3), len(columns) - 1)
    return sheet


def _write_cell(book: Book, sheet: Worksheet, at: tuple[int, int], cell: tuple[object, Kind]) -> None:
    """Write one cell of a plain table."""
    value, kind = cell
    if kind in ("text", "code"):
        sheet.write_string(*at, "" if is_missing(value) else str(value), book.style("leaf", "@"))
    elif is_missing(value):
        sheet.write_blank(*at, None, book.style("leaf"))
    elif isinstance(value, str):
        sheet.write_string(*at, value, book.style("key"))
    else:
        number = float(str(value))
        formats = {"share": "0%", "error": "0.0E+00", "integer": "0", "number": number_format(number)}
        sheet.write_number(*at, number, book.style("leaf", formats[kind]))
