"""A delimited text file as cells: its encoding, strictly, and its records."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection

from inventory.delivered_cells import normalise_name
from inventory.delivery_spec import DeliverySpec
from inventory.errors import DataSourceError, problem
from inventory.text_encoding import UndecodableError, decode_text
from sources.delivery import DeliveredFile
from sources.reading.cells import Cells

_DELIMITERS = {",": ",", ";": ";", "\t": "TAB", "|": "|"}


def text_cells(file: DeliveredFile, content: bytes, spec: DeliverySpec) -> Cells:
    """Return the records of a text file.

    Raises
    ------
    DataSourceError
        IN108 where the bytes are in no accepted encoding, TY2004 where quotes do not pair.

    """
    try:
        text, encoding = decode_text(content, spec.encoding)
    except UndecodableError as error:
        raise DataSourceError(problem("IN108", file.name, reason=error.reason, offset=error.offset)) from error
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(file, spec), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        place = f"{file.name} › line {reader.line_num}"
        what_zh, what_en = f"CSV 语法错误：{error}", f"broken CSV: {error}"
        raise DataSourceError(problem("TY2004", place, what_zh=what_zh, what_en=what_en)) from error
    remarks = (f"{file.name}：编码 / encoding {encoding}",) if encoding != "UTF-8" else ()
    return Cells(file.name, "", rows, remarks=remarks)


def delimiter_of(file: DeliveredFile, spec: DeliverySpec) -> str:
    """Return the delimiter of a file: the declared one, and a tab where only the name .tsv declares it."""
    return "\t" if spec.delimiter == "," and file.path.suffix.lower() == ".tsv" else spec.delimiter


def other_delimiter(cells: Cells, declared: str, known: Collection[str]) -> tuple[str, str] | None:
    """Return the names of the delimiter that a header uses and of the declared one, where they differ."""
    header = next((row for row in cells.rows if any(row)), [])
    line = declared.join(header)
    best = max(
        (sign for sign in _DELIMITERS if sign != declared),
        key=lambda sign: sum(normalise_name(part) in known for part in line.split(sign)),
    )
    parts = line.split(best)
    hits = sum(normalise_name(part) in known for part in parts)
    is_other = hits >= 2 and hits > sum(normalise_name(part) in known for part in header)
    return (_DELIMITERS[best], _DELIMITERS.get(declared, declared)) if is_other else None
