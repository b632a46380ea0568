"""A workbook as cells: which sheet is read, and what stands in the others."""

from __future__ import annotations

from typing import Any

from inventory.delivered_cells import normalise_name
from inventory.delivery_spec import DeliverySpec
from inventory.errors import CellRef, DataSourceError, Problem, problem
from sources.delivery import DeliveredFile
from sources.reading.cells import Cells, TemplateStamp
from sources.reading.guarded import Sheet, SheetName, WorkbookReader
from sources.reading.header import header_hits
from sources.reading.limits import ReadingRefusedError, column_letter
from sources.reading.template_stamp import STAMP_SHEET, read_stamps
from sources.registry import DataSource

_LOOK_ROWS = 20
_TEMPLATE_SHEETS = {normalise_name(name) for name in ("说明", "代码表", "校验", STAMP_SHEET)}
"""Sheets of a template that hold no data."""

_LOOK_SHEETS = 30


def workbook_cells(
    file: DeliveredFile, kind: str, reader: WorkbookReader, *, source: DataSource, spec: DeliverySpec
) -> Cells:
    """Return the cells of the sheet that a workbook delivers for a source.

    The sheet is the declared one, else the one that the template's hidden sheet names, else the first visible one.

    Raises
    ------
    DataSourceError
        If the sheet is not there, or the workbook cannot be read.

    """
    try:
        sheets, links = reader.open(file.path, kind)
        tables = [sheet for sheet in sheets if sheet.is_table]
        stamps = read_stamps(reader.sheet(STAMP_SHEET).rows) if any(s.name == STAMP_SHEET for s in tables) else {}
        name, stamp = _chosen(file, tables, stamps, source=source, spec=spec)
        sheet = reader.sheet(name)
        own = {normalise_name(each.sheet) for each in stamps.values()} | _TEMPLATE_SHEETS
        rest = [each for each in tables if each.name != name and normalise_name(each.name) not in own]
        remarks, problems = _others(file, name, rest, reader=reader, source=source)
        problems = [] if spec.sheet else problems
    except ReadingRefusedError as refusal:
        raise DataSourceError(_refused(file, refusal)) from refusal
    remarks += _remarks(file, name, sheet, is_template=stamp is not None)
    if kind == "xls":
        remarks.append(f"{file.name}：.xls 没有校验和，损坏未必可见 / an .xls carries no checksum: damage may not show")
    if links:
        remarks.append(
            f"{file.name}：链接到 {links} 个外部工作簿，只读存储的值 / links to other workbooks: stored values are read"
        )
    return Cells(
        file.name, name, _with_findings(sheet), True, tuple(remarks),
        tuple(problems) + tuple(_cell_problems(file, name, sheet)), tuple(sheet.facts.merged), stamp,
    )  # fmt: skip


def _refused(file: DeliveredFile, refusal: ReadingRefusedError) -> Problem:
    """Return the finding of a refusal."""
    values: dict[str, Any] = dict(refusal.values)
    return problem(refusal.code, file.name, **values)


def _found(file: DeliveredFile, tables: list[SheetName], wanted: str) -> str:
    """Return the name of the sheet that is asked for, as the workbook writes it."""
    found = [each.name for each in tables if normalise_name(each.name) == normalise_name(wanted)]
    if not found:
        known = "、".join(each.name for each in tables if each.visible != "VeryHidden")
        raise DataSourceError(problem("TY2043", file.name, sheet=wanted, known=known))
    return found[0]


def _chosen(
    file: DeliveredFile,
    tables: list[SheetName],
    stamps: dict[str, TemplateStamp],
    *,
    source: DataSource,
    spec: DeliverySpec,
) -> tuple[str, TemplateStamp | None]:
    """Return the name of the sheet to read, and its stamp."""
    stamp = stamps.get(source.source_id)
    wanted = spec.sheet or (stamp.sheet if stamp else "")
    if wanted:
        is_stamped = stamp is not None and normalise_name(stamp.sheet) == normalise_name(wanted)
        is_as_issued = is_stamped and spec.first_row == spec.header_rows == 1
        return _found(file, tables, wanted), stamp if is_as_issued else None
    if stamps:
        raise DataSourceError(problem("TY2049", file.name, known="、".join(stamps)))
    if not tables:
        raise DataSourceError(problem("IN102", file.name))
    visible = [each.name for each in tables if each.visible == "Visible"]
    return (visible or [each.name for each in tables])[0], None


def _others(
    file: DeliveredFile, name: str, tables: list[SheetName], *, reader: WorkbookReader, source: DataSource
) -> tuple[list[str], list[Problem]]:
    """Return what is to be said of sheets that are not read: their names, and which hold the same table."""
    filled, problems = [], []
    for each in tables[:_LOOK_SHEETS]:
        rows = reader.sheet(each.name, most=_LOOK_ROWS).rows
        if not any(cell.strip() for row in rows for cell in row):
            continue
        filled.append(each.name if each.visible == "Visible" else f"{each.name}（隐藏 hidden）")
        needed = sum(not column.optional for column in source.columns)
        if any(header_hits(row, source) >= needed for row in rows):
            problems.append(problem("IN205", f"{file.name} › {name}", other=f"{file.name} › {each.name}"))
    said = [f"{file.name}：只读工作表「{name}」，未读 / sheets not read: {'、'.join(filled)}"] if filled else []
    return said, problems


def _with_findings(sheet: Sheet) -> list[list[str]]:
    """Return the rows with what the value reader leaves blank: error values, and formulas as `=…`."""
    rows = sheet.rows
    shown = [*sheet.facts.errors, *((row, column, f"={formula}") for row, column, formula in sheet.facts.uncomputed)]
    for row, column, text in shown:
        while len(rows) < row:
            rows.append([])
        cells = rows[row - 1]
        cells += [""] * (column - len(cells))
        cells[column - 1] = text
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _cell_problems(file: DeliveredFile, name: str, sheet: Sheet) -> list[Problem]:
    """Return the findings of single cells; the header gives them their column later."""
    found = []
    for row, column, formula in sheet.facts.uncomputed:
        cell = CellRef(file.name, name, row, "", column_letter(column))
        found.append(problem("TY2045", cell, cell=cell, formula=formula))
    for row, column, text in sheet.lost:
        cell = CellRef(file.name, name, row, "", column_letter(column))
        found.append(problem("TY2044", cell, cell=cell, text=text))
    return found


def _remarks(file: DeliveredFile, name: str, sheet: Sheet, *, is_template: bool) -> list[str]:
    """Return what is hidden in a sheet; hidden cells are read like the others. A template hides its row of names."""
    hidden = [(sheet.facts.hidden_rows - is_template, "行", "rows"), (sheet.facts.hidden_columns, "列", "columns")]
    return [
        f"{file.name} › {name}：{count} {zh}隐藏，照常读入 / hidden {en}, read all the same: {count}"
        for count, zh, en in hidden
        if count > 0
    ]
