"""A delivered file as a table of text: encodings, ragged rows, headers, the first sheet of a workbook."""

from __future__ import annotations

import csv
import hashlib
import io

import pandas as pd

from inventory.errors import DataSourceError, Problem
from sources.delivery import Delivery
from sources.reading.cells import ORIGIN_COLUMNS, DeliveredTable


def read_delivered_table(delivery: Delivery) -> DeliveredTable:
    """Return a delivered CSV or the first sheet of a workbook as text, with origin columns.

    CSV is read as UTF-8 (with or without mark), else strictly as GB18030. Row 1 is the header; rows and columns without
    any content are passed over, and origin_row still counts them.

    Raises
    ------
    DataSourceError
        If the file changed since its checksum, is empty, ragged or in another encoding, or the header repeats a name.

    """
    content = delivery.files[0].path.read_bytes()
    if hashlib.sha256(content).hexdigest() != delivery.sha256:
        raise DataSourceError(
            Problem(
                "TY2012",
                delivery.name,
                "读取期间文件被改动",
                "the file changed while it was read",
                "关闭正在编辑它的程序后重试",
                "close the program that edits it, then try again",
            )
        )
    if delivery.files[0].path.suffix.lower() == ".csv":
        rows, sheet = _csv_rows(delivery, content), ""
    else:
        rows, sheet = _sheet_rows(delivery, content)
    frame = _table(delivery, rows)
    return DeliveredTable(frame.assign(origin_file=delivery.name, origin_sheet=sheet, origin_sha256=delivery.sha256))


def _csv_rows(delivery: Delivery, content: bytes) -> list[list[str]]:
    """Return the records of a CSV."""
    text = _decoded(delivery, content)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        raise DataSourceError(
            Problem(
                "TY2004",
                f"{delivery.name} › line {reader.line_num}",
                f"CSV 语法错误：{error}",
                f"broken CSV: {error}",
                "检查该行的引号",
                "check the quotes in that line",
            )
        ) from error


def _decoded(delivery: Delivery, content: bytes) -> str:
    """Return the text of a CSV, UTF-8 first."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise DataSourceError(
        Problem(
            "TY2002",
            delivery.name,
            "编码既不是 UTF-8 也不是 GB18030",
            "the encoding is neither UTF-8 nor GB18030",
            "另存为 UTF-8 CSV",
            "save it as UTF-8 CSV",
        )
    )


def _sheet_rows(delivery: Delivery, content: bytes) -> tuple[list[list[str]], str]:
    """Return the rows of the first sheet of a workbook as text, and its name."""
    import python_calamine  # noqa: PLC0415 - only workbooks need it

    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except python_calamine.CalamineError as error:
        raise DataSourceError(
            Problem(
                "TY2013",
                delivery.name,
                f"不是可读的工作簿：{error}",
                f"not a readable workbook: {error}",
                "另存为 .xlsx 或 UTF-8 CSV",
                "save it as .xlsx or UTF-8 CSV",
            )
        ) from error
    return [[_cell_text(cell) for cell in row] for row in rows], sheet.name


def _cell_text(cell: object) -> str:
    """Return a workbook cell as text: whole numbers without a decimal point, so that codes stay codes."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _table(delivery: Delivery, rows: list[list[str]]) -> pd.DataFrame:
    """Return the rows below the header with their row numbers, after checking their shape."""
    if not any(cell.strip() for row in rows for cell in row):
        raise DataSourceError(
            Problem(
                "TY2005",
                delivery.name,
                "文件是空的",
                "the file is empty",
                "没有数据时只留表头",
                "keep the header if there are no data",
            )
        )
    header = [name.strip() for name in rows[0]]
    body = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)]
    problems = [*_header_problems(delivery, header, body), *_ragged_rows(delivery, len(header), body)]
    if problems:
        raise DataSourceError(*problems)
    frame = pd.DataFrame([row for _, row in body], columns=pd.Index(header), dtype=str)
    named = frame.loc[:, [name != "" for name in header]]
    return named.assign(origin_row=pd.Series([number for number, _ in body], dtype="int64"))


def _header_problems(delivery: Delivery, header: list[str], body: list[tuple[int, list[str]]]) -> list[Problem]:
    """Return names that occur twice or are ours, and columns with content but without a name."""
    place = f"{delivery.name} › 1"
    repeated = sorted({name for name in header if name and header.count(name) > 1})
    taken = sorted(set(header) & set(ORIGIN_COLUMNS))
    nameless = [
        column + 1
        for column, name in enumerate(header)
        if not name and any(column < len(row) and row[column].strip() for _, row in body)
    ]
    remedy = ("改正表头", "correct the header")
    problems = []
    if repeated:
        problems.append(Problem("TY2003", place, f"表头重复：{repeated}", f"repeated header: {repeated}", *remedy))
    if taken:
        problems.append(Problem("TY2003", place, f"保留的列名：{taken}", f"reserved column names: {taken}", *remedy))
    if nameless:
        problems.append(
            Problem("TY2003", place, f"第 {nameless} 列没有表头", f"columns {nameless} have no header", *remedy)
        )
    return problems


def _ragged_rows(delivery: Delivery, width: int, body: list[tuple[int, list[str]]]) -> list[Problem]:
    """Return rows with more or fewer cells than the header."""
    return [
        Problem(
            "TY2004", f"{delivery.name} › {number}", f"该行有 {len(row)} 格，表头有 {width} 格",
            f"the row has {len(row)} cells, the header {width}", "补齐或删去多余的格；含逗号的文字加引号",
            "complete the row or remove the surplus; quote text that holds commas",
        )
        for number, row in body
        if len(row) != width
    ]  # fmt: skip
