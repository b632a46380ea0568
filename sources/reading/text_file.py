"""A delimited text file as cells: its encoding, strictly, and its records."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection

from inventory.delivered_cells import normalise_name
from inventory.delivery_spec import DeliverySpec
from inventory.errors import DataSourceError, problem
from sources.delivery import DeliveredFile
from sources.reading.cells import Cells

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DELIMITERS = {",": ",", ";": ";", "\t": "TAB", "|": "|"}
_UNIT_SIGNS = frozenset("°²³µμ·±×÷\u00a0")
_MANY = 4
"""So many whole UTF-8 characters for each broken one: a damaged UTF-8 file, not one in GB18030."""


def text_cells(file: DeliveredFile, content: bytes, spec: DeliverySpec) -> Cells:
    """Return the records of a text file.

    Raises
    ------
    DataSourceError
        IN108 where the bytes are in no accepted encoding, TY2004 where quotes do not pair.

    """
    text, encoding = _decoded(file, content, spec.encoding)
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


def _decoded(file: DeliveredFile, content: bytes, declared: str) -> tuple[str, str]:
    """Return the text and the name of its encoding: the declared one, else by mark, else UTF-8, else GB18030."""
    if content.startswith(_UTF16):
        return _strictly(file, content, "utf-16"), "UTF-16"
    if declared and declared.lower().replace("_", "-") not in ("utf-8", "utf8", "utf-8-sig"):
        return _strictly(file, content, declared), declared
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if declared or content.startswith(codecs.BOM_UTF8) or _is_damaged_utf8(content):
            raise _undecodable(file, "UTF-8", error.start) from error
        return _strictly(file, content, "gb18030"), "GB18030"
    if "\0" in text:
        raise _undecodable(file, "NUL", content.index(b"\0"))
    if not declared and not content.startswith(codecs.BOM_UTF8) and _is_disguised(text):
        return _strictly(file, content, "gb18030"), "GB18030"
    return text, "UTF-8"


def _strictly(file: DeliveredFile, content: bytes, encoding: str) -> str:
    """Return the text in one encoding, or refuse it."""
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _undecodable(file, f"UTF-8、{encoding}", error.start) from error
    except LookupError as error:
        raise _undecodable(file, f"encoding = {encoding}?", 0) from error
    if "\0" in text:
        raise _undecodable(file, "NUL", content.index(b"\0"))
    return text


def _is_damaged_utf8(content: bytes) -> bool:
    """Return whether most of what is beyond ASCII reads as UTF-8."""
    text = content.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    whole = len(re.findall(r"[^\x00-\x7f\ufffd]", text))
    return whole > _MANY * broken


def _is_disguised(text: str) -> bool:
    """Return whether text that reads as UTF-8 is in GB18030: 原煤 there is 'ԭú' here.

    Such a text holds letters of two bytes alone; signs of units are no proof of it.
    """
    beyond = {sign for sign in text if sign > "\x7f"} - _UNIT_SIGNS
    return bool(beyond) and max(beyond) < "\u0800"


def _undecodable(file: DeliveredFile, reason: str, offset: int) -> DataSourceError:
    """Return the refusal of a file in no accepted encoding."""
    return DataSourceError(problem("IN108", file.name, reason=reason, offset=offset))
