"""The sheet 说明: who fills the workbook, what the colours mean, how to send it, and one line per sheet."""

from __future__ import annotations

import math
from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from sources.registry import DataSource
from sources.template.book import Book, text_width
from sources.template.layout import CHECKS, CODES, GUIDE

_STEPS = (
    "每行一条数据，从灰色示例行的下一行填起；示例行首格以“示例”开头，读入时跳过，可以保留。"
    " / One record per row, below the grey example row, which is passed over.",
    "深色表头为必填列，浅色表头可空；浅黄单元格要填，填了一半的行里漏填的必填单元格变橙。"
    " / Dark headers are required; a required cell left empty in a started row turns orange.",
    "没有数据就留空，绝不写 0；未检出、<0.1 之类也留空，写进备注。"
    " / Leave a missing value empty, never 0; put detection limits into the note.",
    "鼠标停在表头上看怎样填、单位和例子；带箭头的单元格从下拉表选。"
    " / Hover over a header for unit and example; choose from the drop-downs.",
    "可以增减行、排序、复制粘贴（建议“只粘贴数值”）；不要改表名、表头和隐藏的第 2 行。"
    " / Rows are yours; keep sheet names, headers and the hidden row 2.",
    "送出前看“校验”表：问题合计为 0 即可保存为 .xlsx 发回，文件名可以改。"
    " / Before sending, the sum of findings in 校验 is 0; keep the .xlsx format.",
)
_WIDTHS = (28, 8, 62, 62)
_LAST = len(_WIDTHS) - 1
_LINE_HEIGHT = 17
"""Height of a line [points]."""


def write_guide(book: Book, provider: str, sources: Sequence[DataSource]) -> None:
    """Write the sheet."""
    sheet = book.add_sheet(GUIDE)
    sheet.hide_gridlines(2)
    for position, width in enumerate(_WIDTHS):
        sheet.set_column(position, position, width)
    book.text(sheet, (0, 0), f"排放清单数据表：{provider}", look="title")
    sheet.set_row(0, 30)
    book.text(sheet, (1, 0), "填表人：", look="plain")
    book.text(sheet, (1, 2), "电话：", look="plain")
    book.text(sheet, (1, 3), "日期：", look="plain")
    _section(book, sheet, 3, title="怎样填 / How to fill")
    for number, step in enumerate(_STEPS, start=1):
        sheet.merge_range(3 + number, 0, 3 + number, _LAST, f"{number}. {step}", book.style("plain"))
        sheet.set_row(3 + number, 20)
    top = 5 + len(_STEPS)
    _section(book, sheet, top, title="各表 / Sheets")
    for position, head in enumerate(("表", "列数", "内容", "必填列")):
        book.text(sheet, (top + 1, position), head, look="head")
    for row, line in enumerate(_sheet_lines(sources), start=top + 2):
        sheet.write_url(row, 0, f"internal:'{line[0]}'!A1", book.style("link"), line[0])
        for position, text in enumerate(line[1:], start=1):
            book.text(sheet, (row, position), text, look="line")
        sheet.set_row(row, _LINE_HEIGHT * _lines(line))


def _section(book: Book, sheet: Worksheet, row: int, *, title: str) -> None:
    """Write the heading of a section over the width of the sheet."""
    for position in range(_LAST + 1):
        book.text(sheet, (row, position), title if position == 0 else "", look="section")


def _sheet_lines(sources: Sequence[DataSource]) -> list[tuple[str, str, str, str]]:
    """Return name, number of columns, content and required columns of every sheet."""
    lines = [
        (s.zh, str(len(s.columns)), _content(s), "、".join(column.zh for column in s.columns if column.required))
        for s in sources
    ]
    nothing = "不用填 / nothing to fill"
    return [
        *lines,
        (CODES, "", "下拉表的全部名称与含义 / all names", nothing),
        (CHECKS, "", "随填随算的检查 / checks", nothing),
    ]


def _content(source: DataSource) -> str:
    """Return what a sheet holds, Chinese first, and whether a build needs it."""
    need_zh, need_en = ("", "") if source.is_required else ("（可选）", " (optional)")
    return f"{source.zh}{need_zh} / {source.title}{need_en}"


def _lines(texts: Sequence[str]) -> int:
    """Return the number of lines that the longest wrapped text of a row takes."""
    return max(math.ceil((text_width(text) + 2) / (width - 2)) for text, width in zip(texts, _WIDTHS, strict=True))
