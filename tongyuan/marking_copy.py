"""A copy of a delivered file that can be marked: the user's own workbook where openpyxl reads it, else its cells."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from sources.reading.file_kind import sniff
from sources.reading.guarded import WorkbookReader
from sources.reading.limits import MIB, ReadingRefusedError

_MAX_BYTES = 32 * MIB
_MAX_INFLATED = 256 * MIB
_LAST_ROW, _LAST_COLUMN, _CELL_SIGNS = 1_048_576, 16_384, 32_767
_DELIMITERS = ",;\t|"
_UNREADABLE = (
    InvalidFileException, zipfile.BadZipFile, ParseError, ReadingRefusedError, csv.Error, UnicodeError, OSError,
    KeyError, ValueError, TypeError, AttributeError, IndexError,
)  # fmt: skip
"""What openpyxl and the readers raise on files that others wrote; such a file gets a list without a copy."""

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def open_copy(path: Path) -> tuple[Workbook, bool]:
    """Return a workbook with the sheets of a delivered file, and whether they could be copied.

    An .xlsx or .xlsm keeps formats, drop-downs, formulas, comments, charts and pictures; shapes, controls, sparklines,
    macros and the values that formulas had are left out. Of .xls, .xlsb, .ods and text files the cells are copied as
    text. A file that is too large (32 MiB) or cannot be opened gives an empty workbook.
    """
    book: Workbook | None = None
    try:
        if path.stat().st_size <= _MAX_BYTES:
            book = _opened(path)
    except _UNREADABLE:
        book = None
    if book is None or not book.worksheets:
        empty = openpyxl.Workbook()
        empty.remove(empty.worksheets[0])
        return empty, False
    return book, True


def write_text(cell: Cell, text: str) -> None:
    """Write text into a cell: never a formula, without signs that XML forbids."""
    cell.value = clean_text(text) or None
    if text:
        cell.data_type = "s"


def clean_text(text: str) -> str:
    """Return text that a workbook can hold: signs that XML forbids become �, at most 32,767 signs."""
    return _FORBIDDEN.sub("\ufffd", text)[:_CELL_SIGNS]


def _opened(path: Path) -> Workbook | None:
    """Return a workbook of the file's sheets; None for kinds that have no cells."""
    kind, _ = sniff(path)
    if kind == "xlsx":
        return _own(path)
    if kind in ("xls", "xlsb", "ods"):
        return _foreign(path, kind)
    return _delimited(path) if kind == "text" else None


def _own(path: Path) -> Workbook | None:
    """Return an .xlsx or .xlsm as openpyxl reads it; None if its parts are too large."""
    with path.open("rb") as handle:
        with zipfile.ZipFile(handle) as archive:
            size = sum(part.file_size for part in archive.infolist())
        if size > _MAX_INFLATED:
            return None
        with warnings.catch_warnings():
            # openpyxl warns of what it leaves out; the list of findings says so to the user.
            warnings.simplefilter("ignore", UserWarning)
            return openpyxl.load_workbook(handle)


def _foreign(path: Path, kind: str) -> Workbook:
    """Return the cells of an .xls, .xlsb or .ods as text, read in a guarded process."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    with WorkbookReader() as reader:
        names, _ = reader.open(path, kind)
        for sheet in names:
            if sheet.is_table:
                _fill(book.create_sheet(sheet.name), reader.sheet(sheet.name).rows)
    return book


def _delimited(path: Path) -> Workbook:
    """Return the records of a text file as text in a sheet of its name."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = re.sub(r"[\[\]:*?/\\']", "_", path.stem)[:31] or "data"
    _fill(sheet, csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    return book


def _fill(sheet: Worksheet, rows: Iterable[Sequence[str]]) -> None:
    """Write rows of text.

    Raises
    ------
    ValueError
        If a row, column or cell is beyond what a sheet can hold: a copy must not lose anything.

    """
    for number, row in enumerate(rows, start=1):
        if number > _LAST_ROW or len(row) > _LAST_COLUMN or any(len(text) > _CELL_SIGNS for text in row):
            message = f"row {number} does not fit into a sheet"
            raise ValueError(message)
        for column, text in enumerate(row, start=1):
            if text:
                write_text(sheet.cell(number, column), text)
