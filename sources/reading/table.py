"""A delivery as one table of text: every file by its kind, headers in our names, each row with its origin."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd

from inventory.delivered_cells import parse_number
from inventory.errors import CellRef, DataSourceError, Problem, problem
from sources.delivery import DeliveredFile, Delivery, whole_sha256
from sources.reading.cells import ORIGIN_COLUMNS, Cells, DeliveredTable
from sources.reading.duplicates import repeated_files, repeated_rows
from sources.reading.file_kind import WORKBOOKS, FileKind, sniff
from sources.reading.guarded import WorkbookReader
from sources.reading.header import Header, accepted_names, read_header
from sources.reading.limits import MAX_TEXT_BYTES, MIB, column_letter, column_number
from sources.reading.number_cells import NUMERIC, normalised_remarks, turn_decimal_commas
from sources.reading.template_stamp import is_example
from sources.reading.text_file import delimiter_of, other_delimiter, text_cells
from sources.reading.workbook import workbook_cells
from sources.registry import DataSource

EXAMPLE_ROW = "示例行 / example row"
_ERROR_TEXT = re.compile(r"#(?:DIV/0!|N/A|REF!|NAME\?|VALUE!|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)|#N/A N/A|Err:5\d\d")
_REFUSED = {
    "html": ("HTML 网页（改名为表格）", "an HTML page under the name of a table"),
    "xml2003": ("XML 电子表格 2003", "an XML Spreadsheet 2003"),
    "encrypted": ("加密的工作簿", "an encrypted workbook"),
}
_CURES = {
    "encrypted": ("在 Excel 中去掉密码后另存为 .xlsx", "remove the password in Excel and save it as .xlsx"),
    "other": ("交付 .xlsx、.xls、.ods 或 UTF-8 CSV", "deliver .xlsx, .xls, .ods or UTF-8 CSV"),
}
_SAVE = ("在 Excel 中打开并另存为 .xlsx", "open it in Excel and save it as .xlsx")


@dataclass(frozen=True)
class _Part:
    """The table of one file."""

    frame: pd.DataFrame
    letters: dict[str, str]
    rejected: dict[tuple[str, str, int], str]
    problems: list[Problem]
    remarks: list[str]


def read_delivered_table(delivery: Delivery, reader: WorkbookReader | None = None) -> DeliveredTable:
    """Return all files of a delivery as one table of text, each row with file, sheet, row and checksum.

    Rows without any content are passed over, and origin_row still counts them. Findings of single cells are in
    `problems`; their rows stand in the frame. `reader`: a running reader of workbooks, by default one of its own.

    Raises
    ------
    DataSourceError
        With every finding of every file that makes it unreadable: kind, limits, encoding, sheet, header.

    """
    if reader is None:
        with WorkbookReader() as own:
            return read_delivered_table(delivery, own)
    parts: dict[str, _Part] = {}
    fatal: list[Problem] = []
    seen: set[str] = set()
    for file in delivery.files:
        if file.sha256 in seen:
            continue
        seen.add(file.sha256)
        try:
            parts[file.name] = _part(_cells(file, delivery, reader), file, delivery)
        except DataSourceError as error:
            fatal += error.problems
    if fatal:
        raise DataSourceError(*fatal, *(found for part in parts.values() for found in part.problems))
    return _joined(delivery, parts)


def _shared_letters(by_file: dict[str, dict[str, str]], names: list[str]) -> dict[str, str]:
    """Return the letter of every column that has the same one in all files."""
    first = next(iter(by_file.values()))
    return {
        name: first[name]
        for name in names
        if name in first and all(each.get(name, "") == first[name] for each in by_file.values())
    }


def _joined(delivery: Delivery, parts: dict[str, _Part]) -> DeliveredTable:
    """Return the tables of the files as one."""
    declared = [column.name for column in delivery.source.columns]
    frame = pd.concat([part.frame for part in parts.values()], ignore_index=True)
    extra = [name for name in frame.columns if name not in {*declared, *ORIGIN_COLUMNS}]
    frame = frame[[*declared, *extra, *ORIGIN_COLUMNS]].fillna("")
    by_file = {name: part.letters for name, part in parts.items()}
    table = DeliveredTable(frame, _shared_letters(by_file, [*declared, *extra]), letters_by_file=by_file)

    def first_cell(row: pd.Series) -> CellRef:
        return table.cell(declared[0], int(row["origin_row"]), file=row["origin_file"], sheet=row["origin_sheet"])

    problems = [*repeated_files(delivery.files), *(found for part in parts.values() for found in part.problems)]
    return replace(
        table,
        rejected={place: why for part in parts.values() for place, why in part.rejected.items()},
        problems=(*problems, *repeated_rows(frame, delivery.source, first_cell)),
        remarks=tuple(remark for part in parts.values() for remark in part.remarks),
    )


def _cells(file: DeliveredFile, delivery: Delivery, reader: WorkbookReader) -> Cells:
    """Return the cells of a file, read by what it is."""
    kind, format_name = sniff(file.path)
    refusal = _refusal(file, kind, format_name)
    if refusal:
        raise DataSourceError(refusal)
    if kind == "text":
        content = file.path.read_bytes()
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise DataSourceError(problem("TY2012", file.name))
        return text_cells(file, content, delivery.spec)
    if kind in WORKBOOKS:
        cells = workbook_cells(file, kind, reader, source=delivery.source, spec=delivery.spec)
    else:
        from sources.reading.vector import read_layer  # noqa: PLC0415 - GDAL is heavy

        cells = read_layer(file, delivery.source, delivery.spec)
    if whole_sha256(file.path) != file.sha256:
        raise DataSourceError(problem("TY2012", file.name))
    return cells


def _refusal(file: DeliveredFile, kind: FileKind, format_name: str) -> Problem | None:
    """Return why a file of this kind is not read."""
    if kind == "empty":
        return problem("IN102", file.name)
    if kind == "torn":
        return problem("IN101", file.name, reason=format_name or "zip")
    if kind in ("html", "xml2003", "encrypted", "other"):
        zh, en = _REFUSED.get(kind, (f"{format_name} 文件", f"a file of the format {format_name}"))
        cure_zh, cure_en = _CURES.get(kind, _SAVE)
        return problem("IN103", file.name, kind_zh=zh, kind_en=en, cure_zh=cure_zh, cure_en=cure_en)
    if kind == "text" and file.path.stat().st_size > MAX_TEXT_BYTES:
        return problem("TY2047", file.name, limit_mib=MAX_TEXT_BYTES // MIB)
    return None


def _part(cells: Cells, file: DeliveredFile, delivery: Delivery) -> _Part:
    """Return the table that a header makes of the cells of a file."""
    source, spec = delivery.source, delivery.spec
    if not any(cell.strip() for row in cells.rows for cell in row):
        raise DataSourceError(problem("IN102", " › ".join(filter(None, (cells.file, cells.sheet)))))
    header = read_header(cells, source, spec)
    if header.problems:
        raise DataSourceError(*_header_problems(cells, file, header, delivery=delivery), *_whole_problems(cells))
    body, rejected = _body(cells, header)
    letters = {name: column_letter(at) for at, name in enumerate(header.names, 1) if name and cells.is_lettered}
    problems = [*_whole_problems(cells), *_typed_over(cells, header, rejected, source=source)]
    if not cells.is_lettered:
        problems += _ragged(cells, header, body)
    frame = _frame(cells, header, body, source=source).assign(
        origin_file=file.name, origin_sheet=cells.sheet, origin_sha256=file.sha256
    )
    places = _places(frame, source, cells, letters=letters)
    problems += turn_decimal_commas(frame, source, places) if spec.decimal == "," else []
    problems += _cell_findings(cells, header, frame, source=source)
    problems += _error_values(frame, places)
    problems += _merged_in_body(cells, header, frame, source=source)
    remarks = [*cells.remarks, *header.remarks, *normalised_remarks(frame, source, places)]
    return _Part(
        frame, letters, {(file.name, cells.sheet, row): why for row, why in rejected.items()}, problems, remarks
    )


def _header_problems(cells: Cells, file: DeliveredFile, header: Header, *, delivery: Delivery) -> tuple[Problem, ...]:
    """Return what is wrong with a header: another delimiter explains all the rest."""
    if cells.is_lettered or cells.sheet:
        return header.problems
    known = set(accepted_names(delivery.source, delivery.spec))
    found = other_delimiter(cells, delimiter_of(file, delivery.spec), known)
    if found is None:
        return header.problems
    return (problem("IN111", f"{file.name} › {header.row}", found=found[0], expected=found[1]),)


def _whole_problems(cells: Cells) -> list[Problem]:
    """Return the findings that belong to no single cell."""
    return [found for found in cells.problems if found.cell is None]


def _body(cells: Cells, header: Header) -> tuple[list[tuple[int, list[str]]], dict[int, str]]:
    """Return the rows of data with their numbers, and the rows that are none and why."""
    rejected = dict(header.rejected)
    named = [cell.strip() for cell in cells.rows[header.row - 1]]
    body = []
    for number, row in enumerate(cells.rows[header.first_body_row - 1 :], header.first_body_row):
        if not any(cell.strip() for cell in row) or number in rejected:
            continue
        if header.is_template and is_example(next((cell for cell in row if cell.strip()), "")):
            rejected[number] = EXAMPLE_ROW
        elif [cell.strip() for cell in row] == named:
            rejected[number] = "重复的表头 / repeated header"
        else:
            body.append((number, row))
    return body, rejected


def _typed_over(cells: Cells, header: Header, rejected: dict[int, str], *, source: DataSource) -> list[Problem]:
    """Return the example rows that hold something else than the example: data that would be passed over."""
    examples = {column.name: column.example for column in source.columns}
    problems = []
    for number in [row for row, why in rejected.items() if why == EXAMPLE_ROW]:
        row = dict(zip(header.names, cells.rows[number - 1], strict=False))
        mark = next(name for name in header.names if name and row.get(name, "").strip())
        for at, name in enumerate(header.names, 1):
            text = row.get(name, "").strip()
            if examples.get(name) and name != mark and text and not _says(text, examples[name]):
                cell = CellRef(cells.file, cells.sheet, number, name, column_letter(at))
                problems.append(problem("TY2050", cell, cell=cell, text=text, example=examples[name]))
    return problems


def _says(text: str, example: str) -> bool:
    """Return whether a cell holds the example, as text or as the same number."""
    try:
        return text == example.strip() or parse_number(text) == parse_number(example)
    except ValueError:
        return False


def _ragged(cells: Cells, header: Header, body: Iterable[tuple[int, list[str]]]) -> list[Problem]:
    """Return the rows of a text file with fewer or more cells than the header; empty surplus cells are harmless."""
    width = len(header.names)
    problems = []
    for number, row in body:
        if len(row) < width or any(cell.strip() for cell in row[width:]):
            cell = CellRef(cells.file, "", number, header.names[0])
            zh, en = f"该行有 {len(row)} 格，表头有 {width} 格", f"the row has {len(row)} cells, the header {width}"
            problems.append(problem("TY2004", f"{cells.file} › {number}", cell=cell, what_zh=zh, what_en=en))
    return problems


def _frame(cells: Cells, header: Header, body: list[tuple[int, list[str]]], *, source: DataSource) -> pd.DataFrame:
    """Return the rows as text under our names; the surplus of a ragged row stays in its last cell."""
    width = len(header.names)
    rows = [
        [
            *row[: width - 1],
            "".join(row[width - 1 : width]) + "".join(f",{cell}" for cell in row[width:] if cell.strip()),
        ]
        for _, row in body
    ]
    rows = [row + [""] * (width - len(row)) for row in rows]
    frame = pd.DataFrame(rows, columns=pd.Index(header.names), dtype=str)
    frame = frame.loc[:, [name != "" for name in header.names]]
    for column in source.columns:
        if column.name not in frame:
            frame[column.name] = ""
    return frame.assign(origin_row=pd.Series([number for number, _ in body], dtype="int64"))


def _places(
    frame: pd.DataFrame, source: DataSource, cells: Cells, *, letters: dict[str, str]
) -> dict[str, list[CellRef]]:
    """Return the address of every declared cell by column."""
    return {
        column.name: [
            CellRef(cells.file, cells.sheet, int(row), column.name, letters.get(column.name, ""))
            for row in frame["origin_row"]
        ]
        for column in source.columns
    }


def _cell_findings(cells: Cells, header: Header, frame: pd.DataFrame, *, source: DataSource) -> list[Problem]:
    """Return the findings of the reader on declared cells of the body, under the names of their columns.

    Digits beyond the 15th matter in codes alone.
    """
    types = {column.name: column.type for column in source.columns}
    rows = set(frame["origin_row"])
    problems = []
    for found in cells.problems:
        if found.cell is None or found.cell.row not in rows:
            continue
        name = found.cell.column or _name_at(header, found.cell.letter)
        if name in types and not (found.code == "TY2044" and types[name] in NUMERIC):
            cell = replace(found.cell, column=name)
            problems.append(replace(found, cell=cell, place=str(cell)))
    return problems


def _name_at(header: Header, letter: str) -> str:
    """Return the name of the column at a letter."""
    at = column_number(letter)
    return header.names[at - 1] if 0 < at <= len(header.names) else ""


def _error_values(frame: pd.DataFrame, places: dict[str, list[CellRef]]) -> list[Problem]:
    """Return the declared cells that hold an error value of a spreadsheet, in text files too."""
    return [
        problem("IN116", cell, cell=cell, text=text.strip())
        for name, cells in places.items()
        for text, cell in zip(frame[name], cells, strict=True)
        if _ERROR_TEXT.fullmatch(text.strip())
    ]


def _merged_in_body(cells: Cells, header: Header, frame: pd.DataFrame, *, source: DataSource) -> list[Problem]:
    """Return the rows that a vertical merge leaves without a value of their own."""
    ours = {column.name for column in source.columns}
    rows = set(frame["origin_row"])
    problems = []
    for top, left, bottom, right in cells.merged:
        covered = [
            row for row in range(max(top + 1, header.first_body_row), min(bottom, len(cells.rows)) + 1) if row in rows
        ]
        name = next((each for each in header.names[left - 1 : right] if each in ours), "")
        if not covered or not name:
            continue
        span = f"{column_letter(left)}{top}:{column_letter(right)}{bottom}"
        letter = column_letter(header.names.index(name) + 1)
        places = [CellRef(cells.file, cells.sheet, row, name, letter) for row in covered]
        problems += [problem("TY2046", cell, cell=cell, range=span) for cell in places]
    return problems
