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

from inventory.errors import SchemaError, problem

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

_SUMS = ("branch", "class", "total")
LOOKS.update({f"{look}_key": {**LOOKS[look], "align": "right"} for look in _SUMS})

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

    def add_sheet(self, name: str, title: str, widths: Sequence[float]) -> Page:
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
        return Page(self, sheet)


@dataclass(frozen=True)
class Page:
    """A sheet that is being written; every cell is (row, column), 0-based."""

    book: Book
    sheet: Worksheet

    def text(self, at: tuple[int, int], text: str, look: str = "leaf", *, indent: int = 0) -> None:
        """Write text, never a formula or a number."""
        self.sheet.write_string(*at, text, self.book.style(look, "@", indent))

    def texts(self, row: int, texts: Sequence[str], look: str = "leaf") -> None:
        """Write texts side by side from the first column."""
        for column, text in enumerate(texts):
            self.text((row, column), text, look)

    def heads(self, row: int, heads: Sequence[str]) -> None:
        """Write a row of headings."""
        for column, head in enumerate(heads):
            self.sheet.write_string(row, column, head, self.book.style("head"))

    def number(
        self, at: tuple[int, int], value: float, look: str = "leaf", *, formula: str = "", shown: str = ""
    ) -> None:
        """Write a number, or a formula whose value is that number; `shown` is its format."""
        style = self.book.style(look, shown or number_format(value))
        if formula:
            self.sheet.write_formula(*at, formula, style, value)
        else:
            self.sheet.write_number(*at, value, style)

    def key(self, at: tuple[int, int], key: str, look: str = "leaf") -> None:
        """Write a notation key where a number is missing."""
        self.sheet.write_string(*at, key, self.book.style(f"{look}_key" if look in _SUMS else "key"))

    def blank(self, at: tuple[int, int], look: str = "leaf") -> None:
        """Write an empty cell."""
        self.sheet.write_blank(*at, None, self.book.style(look))

    def line(self, row: int, columns: tuple[int, int], text: str, *, look: str = "leaf") -> None:
        """Write text over merged columns, the last one included."""
        self.sheet.merge_range(row, columns[0], row, columns[1], text, self.book.style(look, "@"))


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


def fixed_format(value: float, decimals: int) -> str:
    """Return a format with fixed decimals, or a scientific one where they would show nothing."""
    shows = abs(value) >= 0.5 * 10.0**-decimals or value == 0
    return f"#,##0.{'0' * decimals}" if shows else "0.00E+00"


def is_missing(value: object) -> bool:
    """Tell whether there is no number."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def sum_formula(column: int, rows: Sequence[int]) -> str:
    """Return =SUM over rows of a column: a range where they are adjacent, else cell by cell."""
    if list(rows) == list(range(rows[0], rows[-1] + 1)):
        return f"=SUM({xl_rowcol_to_cell(rows[0], column)}:{xl_rowcol_to_cell(rows[-1], column)})"
    return f"=SUM({','.join(xl_rowcol_to_cell(row, column) for row in rows)})"


def column_range(sheet_name: str, column: int, rows: tuple[int, int]) -> str:
    """Return an absolute reference to a column of another sheet, from the first to the last row."""
    return f"'{sheet_name}'!{xl_range_abs(rows[0], column, rows[1], column)}"


def write_table(book: Book, frame: pd.DataFrame, columns: Sequence[Column], *, names: tuple[str, str]) -> Page:
    """Add a sheet with one plain table: headings in row 3, data from row 4, autofilter, frozen headings.

    Parameters
    ----------
    frame : DataFrame
    columns : sequence of Column
    names : tuple of str
        Sheet name and title.

    Raises
    ------
    SchemaError
        If the table has more rows than a sheet can hold.

    """
    if len(frame) + 3 > ROW_LIMIT:
        raise SchemaError(problem("TY4302", f"{names[0]} › {len(frame)} rows", limit=ROW_LIMIT))
    page = book.add_sheet(*names, [column.width for column in columns])
    page.heads(2, [column.heading for column in columns])
    for number, column in enumerate(columns):
        for row, value in enumerate(frame[column.name].tolist(), start=3):
            _write_cell(page, (row, number), value, kind=column.kind)
    last_row = max(2 + len(frame), 3)
    page.sheet.set_row(2, 30)
    page.sheet.freeze_panes(3, 2)
    page.sheet.repeat_rows(2)
    page.sheet.autofilter(2, 0, last_row, len(columns) - 1)
    page.sheet.print_area(0, 0, last_row, len(columns) - 1)
    return page


def _write_cell(page: Page, at: tuple[int, int], value: object, *, kind: Kind) -> None:
    """Write one cell of a plain table."""
    if kind in ("text", "code"):
        page.text(at, "" if is_missing(value) else str(value), indent=1)
    elif is_missing(value):
        page.blank(at)
    elif isinstance(value, str):
        page.key(at, value)
    else:
        formats = {"share": "0%", "error": "0.0E+00", "integer": "0"}
        page.number(at, float(str(value)), shown=formats.get(kind, ""))
