"""The sheet 代码表: every list side by side, each once, and where the drop-downs and checks find them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter.utility import xl_range_abs

from sources.registry import DataSource
from sources.template.book import Book, text_width
from sources.template.choices import Choices, column_choices
from sources.template.layout import CODES

_FIRST = 2
"""First row of the names, 0-based."""


@dataclass(frozen=True)
class CodeRanges:
    """Where the names of a column stand: `offered` for its drop-down, `accepted` for its check; A1 notation."""

    offered: str
    accepted: str
    is_closed: bool


def lists_of(sources: Sequence[DataSource]) -> dict[tuple[str, str], Choices]:
    """Return what may be chosen by (source_id, column)."""
    found = {(s.source_id, column.name): column_choices(s, column) for s in sources for column in s.columns}
    return {key: choices for key, choices in found.items() if choices is not None}


def code_ranges(lists: dict[tuple[str, str], Choices]) -> dict[tuple[str, str], CodeRanges]:
    """Return the ranges of every column with choices; equal lists stand once."""
    starts = {_same(choices): column for column, choices in _placed(lists)}
    ranges = {}
    for key, choices in lists.items():
        column = starts[_same(choices)]
        names, everything = len(choices.names), len(choices.names) + len(choices.more)
        ranges[key] = CodeRanges(_range(column, names), _range(column, everything), choices.is_closed)
    return ranges


def write_codes(book: Book, lists: dict[tuple[str, str], Choices]) -> None:
    """Write the sheet: a list takes a column, and a second one where its names need explaining."""
    sheet = book.add_sheet(CODES, is_wide=True)
    sheet.set_print_scale(70)
    sheet.print_across()
    book.text(sheet, (0, 0), "代码表：下拉表和校验用的名称，请勿修改 / names for drop-downs and checks", look="section")
    for column, choices in _placed(lists):
        book.text(sheet, (1, column), choices.title, look="head_required")
        sheet.set_column(column, column, _width((*choices.names, choices.title), 60))
        for row, name in enumerate((*choices.names, *choices.more), start=_FIRST):
            book.text(sheet, (row, column), name, look="code")
        if _is_explained(choices):
            book.text(sheet, (1, column + 1), "含义", look="head")
            sheet.set_column(column + 1, column + 1, _width((*choices.meanings, "含义"), 40))
            for row, meaning in enumerate((*choices.meanings, *("别名" for _ in choices.more)), start=_FIRST):
                book.text(sheet, (row, column + 1), meaning, look="meaning")
    sheet.set_row(1, 24)
    sheet.freeze_panes(_FIRST, 0)
    sheet.repeat_rows(1)
    sheet.protect()


def _is_explained(choices: Choices) -> bool:
    """Return whether a list says what its names mean."""
    return any(choices.meanings)


def _placed(lists: dict[tuple[str, str], Choices]) -> list[tuple[int, Choices]]:
    """Return each list once with its column, in the order of the columns to fill."""
    distinct: dict[tuple[tuple[str, ...], tuple[str, ...]], Choices] = {}
    for choices in lists.values():
        distinct.setdefault(_same(choices), choices)
    placed, column = [], 0
    for choices in distinct.values():
        placed.append((column, choices))
        column += 2 if _is_explained(choices) else 1
    return placed


def _same(choices: Choices) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what makes two lists the same, whatever column they belong to."""
    return choices.names, choices.more


def _range(column: int, rows: int) -> str:
    """Return the absolute address of a list."""
    return f"'{CODES}'!{xl_range_abs(_FIRST, column, _FIRST + rows - 1, column)}"


def _width(texts: Sequence[str], most: int) -> float:
    """Return a column width [characters] that shows the longest text, within bounds."""
    return float(min(max(*map(text_width, texts), 8) + 4, most))
