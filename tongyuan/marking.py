"""Findings marked where they are: a copy of each delivered file with red cells, comments and a list of all findings.

The user's file is never written to; the copies are called `<stem>.marked.xlsx`.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import column_index_from_string, get_column_letter, quote_sheetname
from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from inventory.errors import CellRef, Problem
from sources.registry import all_sources
from tongyuan.marking_copy import clean_text, open_copy, write_text

LIST_SHEET = "问题清单"
SUFFIX = ".marked.xlsx"

_RED = PatternFill("solid", start_color="FFFF9B9B", end_color="FFFF9B9B")
_HEAD = PatternFill("solid", start_color="FF1F4E5F", end_color="FF1F4E5F")
_HEADS = ("序号", "代码 / code", "位置（点击前往）/ place", "原因 / cause", "处理 / remedy")
_WIDTHS = (7, 12, 36, 48, 48)
_LINKS = 65_000
"""Excel opens a sheet with at most 65,530 links."""
_COMMENTS = 20_000
"""Cells beyond these are filled, without a comment: the list says what is wrong with them."""
_COMMENT_SIGNS = 2_000
_HEADER_ROWS = 10
_AUTHOR = "同源 Tongyuan"
_LOST_ZH = "这是副本，原文件没有改动；形状、控件、迷你图和宏没有带过来。请对照着改原文件；若改副本，先删去本表。"
_LOST_EN = (
    "A copy: your file is unchanged; shapes, controls, sparklines and macros are left out. Correct your own file."
)
_NO_COPY_ZH = "这个文件没有带过来（太大、打不开或没有单元格），只列出问题。"
_NO_COPY_EN = "The file could not be copied here; its findings are listed."


@dataclass
class _Found:
    """The findings of one cell, in the order in which they were found."""

    cell: Cell
    problems: list[Problem]


def mark_findings(problems: Iterable[Problem], project_dir: Path, out: Path) -> list[Path]:
    """Write a marked copy of every delivered file that has findings of cells.

    Parameters
    ----------
    problems : iterable of Problem
        Those with `cell` are marked there; others whose place begins with the same file are listed.
    project_dir : Path
        Files of cells are named relative to it.
    out : Path
        Folder of the copies; made where it is missing.

    Returns
    -------
    list of Path
        The copies, in the order of the file names; empty where no finding has a cell.

    """
    everything = list(problems)
    names = sorted({each.cell.file for each in everything if each.cell is not None})
    taken = {(project_dir / name).resolve() for name in names}
    copies = []
    for name in names:
        target = _free_name(out, Path(name), taken)
        taken.add(target)
        _write_copy(project_dir / name, _about(name, everything), target)
        copies.append(target)
    return copies


def _about(name: str, problems: Sequence[Problem]) -> list[Problem]:
    """Return the findings of one file: of its cells, then of the file as a whole."""
    of_cells = [each for each in problems if each.cell is not None and each.cell.file == name]
    others = [
        each for each in problems if each.cell is None and (each.place == name or each.place.startswith(f"{name} › "))
    ]
    return [*of_cells, *others]


def _free_name(out: Path, delivered: Path, taken: set[Path]) -> Path:
    """Return the path of a copy that is neither a delivered file nor another copy."""
    folder = out.resolve()
    candidate, number = folder / f"{delivered.stem}{SUFFIX}", 2
    while candidate in taken:
        candidate, number = folder / f"{delivered.stem}-{number}{SUFFIX}", number + 1
    return candidate


def _write_copy(path: Path, problems: Sequence[Problem], target: Path) -> None:
    """Write the marked copy of one file under a temporary name, then rename it."""
    book, is_copied = open_copy(path)
    marks = _Marks(book)
    places = [marks.add(each) for each in problems]
    marks.write()
    _write_list(book, problems, places, is_copied=is_copied)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(suffix=".xlsx", dir=target.parent)
    os.close(handle)
    try:
        book.save(name)
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)


class _Marks:
    """Cells to mark in a workbook, each once however many findings it has."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._found: dict[tuple[str, str], _Found] = {}
        self._headers: dict[str, dict[str, int]] = {}

    def add(self, finding: Problem) -> Cell | None:
        """Note a finding; return its cell, None where the workbook has none."""
        sheet = self._sheet(finding.cell)
        if sheet is None or finding.cell is None or finding.cell.row < 1:
            return None
        cell = _writable(sheet, finding.cell.row, self._column(sheet, finding.cell))
        self._found.setdefault((sheet.title, cell.coordinate), _Found(cell, [])).problems.append(finding)
        return cell

    def write(self) -> None:
        """Fill the cells and write their comments; a comment of the user's stays, above ours."""
        for number, found in enumerate(self._found.values()):
            found.cell.fill = copy(_RED)
            if number >= _COMMENTS:
                continue
            own = f"{found.cell.comment.text}\n——\n" if found.cell.comment is not None else ""
            text = clean_text(own + _comment(found.problems))
            lines = sum(1 + len(line) // 28 for line in text.split("\n"))
            found.cell.comment = Comment(text, _AUTHOR, height=min(24 + 17 * lines, 420), width=380)

    def _sheet(self, ref: CellRef | None) -> Worksheet | None:
        """Return the sheet of a cell; the only one where the finding names none."""
        if ref is None or not self._book.worksheets:
            return None
        if not ref.sheet:
            return self._book.worksheets[0]
        return next((sheet for sheet in self._book.worksheets if sheet.title == ref.sheet), None)

    def _column(self, sheet: Worksheet, ref: CellRef) -> int:
        """Return the column of a cell; the first where neither letter nor header names one."""
        if ref.letter:
            return int(column_index_from_string(ref.letter))
        if sheet.title not in self._headers:
            self._headers[sheet.title] = _header(sheet)
        known = self._headers[sheet.title]
        return next((known[name] for name in (ref.column, *_other_names(ref.column)) if name in known), 1)


def _header(sheet: Worksheet) -> dict[str, int]:
    """Return the column of every text in the first rows; the uppermost, leftmost one counts."""
    found: dict[str, int] = {}
    for row in sheet.iter_rows(min_row=1, max_row=min(_HEADER_ROWS, sheet.max_row)):
        for cell in row:
            if isinstance(cell.value, str) and cell.value.strip():
                found.setdefault(cell.value.strip(), cell.column)
    return found


def _other_names(column: str) -> list[str]:
    """Return the Chinese headers that templates give to a column."""
    return sorted({each.zh for source in all_sources().values() for each in source.columns if each.name == column})


def _writable(sheet: Worksheet, row: int, column: int) -> Cell:
    """Return a cell; of merged ones the first, which alone can carry a comment."""
    cell = sheet.cell(row, column)
    if not isinstance(cell, MergedCell):
        return cell
    area = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
    return sheet.cell(area.min_row, area.min_col)


def _comment(problems: Sequence[Problem]) -> str:
    """Return the text of a comment: code, cause and remedy of every finding, Chinese then English."""
    parts = []
    for each in problems:
        remedies = [f"→ {text}" for text in (each.remedy_zh, each.remedy_en) if text]
        parts.append("\n".join([f"[{each.code}] {each.message_zh}", each.message_en, *remedies]))
    text = "\n\n".join(parts)
    return text if len(text) <= _COMMENT_SIGNS else f"{text[:_COMMENT_SIGNS]}…（见{LIST_SHEET} / see the list）"


def _write_list(book: Workbook, problems: Sequence[Problem], places: Sequence[Cell | None], *, is_copied: bool) -> None:
    """Write the list of findings as the first sheet, and open the workbook there."""
    title = LIST_SHEET
    while title in book.sheetnames:
        title += "_"
    sheet = book.create_sheet(title, 0)
    write_text(sheet.cell(1, 1), f"问题清单：{len(problems)} 处 / {len(problems)} findings")
    sheet.cell(1, 1).font = Font(name="微软雅黑", bold=True, size=14)
    write_text(sheet.cell(2, 1), _LOST_ZH + " " + _LOST_EN if is_copied else _NO_COPY_ZH + " " + _NO_COPY_EN)
    for column, (head, width) in enumerate(zip(_HEADS, _WIDTHS, strict=True), start=1):
        cell = sheet.cell(3, column)
        write_text(cell, head)
        cell.fill, cell.font = copy(_HEAD), Font(name="微软雅黑", bold=True, color="FFFFFFFF")
        sheet.column_dimensions[get_column_letter(column)].width = width
    wrapped = Alignment(wrap_text=True, vertical="top")
    for number, (each, place) in enumerate(zip(problems, places, strict=True), start=1):
        texts = (
            each.code, each.place, f"{each.message_zh}\n{each.message_en}".strip(),
            f"{each.remedy_zh}\n{each.remedy_en}".strip(),
        )  # fmt: skip
        sheet.cell(3 + number, 1, number).alignment = wrapped
        sheet.row_dimensions[3 + number].height = 14.0 * max(
            _lines(*given) for given in zip(texts[1:], _WIDTHS[2:], strict=True)
        )
        for column, text in enumerate(texts, start=2):
            cell = sheet.cell(3 + number, column)
            write_text(cell, text)
            cell.alignment = wrapped
        if place is not None and number <= _LINKS:
            _link(sheet.cell(3 + number, 3), place)
    _set_up(book, sheet, last_row=3 + len(problems))


def _lines(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of a width [characters]; a Chinese sign takes two."""
    widths = (sum(2 if ord(sign) > 0x2E7F else 1 for sign in line) for line in text.split("\n"))
    return min(sum(1 + int(taken // width) for taken in widths), 25)


def _link(cell: Cell, place: Cell) -> None:
    """Make a cell of the list a link to the marked cell."""
    target = f"{quote_sheetname(place.parent.title)}!{place.coordinate}"
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=target, display=str(cell.value))
    cell.font = Font(color="FF0563C1", underline="single")


def _set_up(book: Workbook, sheet: Worksheet, *, last_row: int) -> None:
    """Freeze, filter and page the list; show it first and no other sheet with it."""
    sheet.freeze_panes = "A4"
    sheet.auto_filter.ref = f"A3:{get_column_letter(len(_HEADS))}{last_row}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "3:3"
    for each in book.worksheets:
        each.sheet_view.tabSelected = False
    book.active = 0
    sheet.sheet_view.tabSelected = True
