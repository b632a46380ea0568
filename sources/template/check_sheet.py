"""The sheet 校验: live formulas that count rows, empty required cells, non-numbers and unknown names of every sheet."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from sources.registry import SourceColumn
from sources.template.book import Book
from sources.template.data_sheet import Sheet, is_number_column
from sources.template.layout import CHECKS, EXAMPLE_ROW

_HEADS = ("数据表", "列", "已填行数", "必填为空", "不是数字", "不在代码表")
_WIDTHS = (28, 22, 12, 12, 12, 14)
_FIRST = 4
"""First row of the counts, 0-based."""
_MISSING = '{"—";"–";"-";"/"}'


def write_checks(book: Book, pages: Sequence[Sheet]) -> None:
    """Write the sheet: one row per column that is checked, and their sum on top."""
    sheet = book.add_sheet(CHECKS)
    for position, width in enumerate(_WIDTHS):
        sheet.set_column(position, position, width)
    book.text(sheet, (0, 0), "校验：随填随算，全部为 0 才算填好；橙红处请回到该表改正。", look="section")
    for position, head in enumerate(_HEADS):
        book.text(sheet, (_FIRST - 1, position), head, look="head_required")
    row = _FIRST
    for page in pages:
        for column in page.source.columns:
            if _is_checked(page, column):
                _write_row(book, sheet, row, of=(page, column))
                row += 1
    _write_sum(book, sheet, row)
    for position in (3, 4, 5):
        _colour(book, sheet, (_FIRST, position, row - 1, position))
    sheet.freeze_panes(_FIRST, 0)
    sheet.repeat_rows(_FIRST - 1)
    sheet.protect()


def _is_checked(page: Sheet, column: SourceColumn) -> bool:
    """Return whether anything can be wrong in a column."""
    return column.required or is_number_column(column) or _accepted(page, column) != ""


def _accepted(page: Sheet, column: SourceColumn) -> str:
    """Return the range of the names that a column accepts; empty for open columns."""
    ranges = page.ranges.get(column.name)
    return ranges.accepted if ranges is not None and ranges.is_closed else ""


def _write_row(book: Book, sheet: Worksheet, row: int, *, of: tuple[Sheet, SourceColumn]) -> None:
    """Write the counts of one column."""
    page, column = of
    filled, cells, accepted = _filled(page), _cells(page, page.source.columns.index(column)), _accepted(page, column)
    book.text(sheet, (row, 0), page.source.zh, look="line")
    book.text(sheet, (row, 1), column.zh, look="line")
    has_text = f"(LEN(TRIM({cells}))>0)"
    wrong = f'((ISERROR(VALUE(TRIM({cells})))+ISNUMBER(FIND("%",{cells}))+ISNUMBER(FIND("/",{cells})))>0)'
    formulas = (
        f"=SUMPRODUCT(--{filled})",
        f"=SUMPRODUCT({filled}*(LEN(TRIM({cells}))=0))" if column.required else "",
        f"=SUMPRODUCT({has_text}*{wrong}*ISNA(MATCH(TRIM({cells}),{_MISSING},0)))" if is_number_column(column) else "",
        f"=SUMPRODUCT({has_text}*ISERROR(MATCH(TRIM({cells}),{accepted},0)))" if accepted else "",
    )
    for position, formula in enumerate(formulas, start=2):
        if formula:
            sheet.write_formula(row, position, formula, book.style("count"), len(page.rows) if position == 2 else 0)
        else:
            sheet.write_blank(row, position, None, book.style("count"))


def _write_sum(book: Book, sheet: Worksheet, end: int) -> None:
    """Write the number of all findings above the table."""
    book.text(sheet, (1, 0), "问题合计", look="head")
    sheet.write_formula(1, 1, f"=SUM(D{_FIRST + 1}:F{max(end, _FIRST + 1)})", book.style("count"), 0)
    _colour(book, sheet, (1, 1, 1, 1))


def _colour(book: Book, sheet: Worksheet, area: tuple[int, int, int, int]) -> None:
    """Colour counts: red above 0, green at 0."""
    cell = f"{xl_col_to_name(area[1])}{area[0] + 1}"
    sheet.conditional_format(
        *area, {"type": "formula", "criteria": f"=AND(ISNUMBER({cell}),{cell}>0)", "format": book.style("bad")}
    )
    sheet.conditional_format(
        *area, {"type": "formula", "criteria": f"=AND(ISNUMBER({cell}),{cell}=0)", "format": book.style("good")}
    )


def _cells(page: Sheet, position: int) -> str:
    """Return the address of the cells of a column, below the example."""
    name = xl_col_to_name(position)
    return f"'{page.source.zh}'!${name}${EXAMPLE_ROW + 1}:${name}${page.last_row}"


def _filled(page: Sheet) -> str:
    """Return the condition that a row has content."""
    lengths = "+".join(f"LEN({_cells(page, position)})" for position in range(len(page.source.columns)))
    return f"(({lengths})>0)"
