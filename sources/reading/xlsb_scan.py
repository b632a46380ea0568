"""The records of an .xlsb sheet (BIFF12): what the value reader does not tell."""

from __future__ import annotations

import posixpath
import struct
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

from sources.reading.archive import inflate, open_archive
from sources.reading.limits import ReadingRefusedError
from sources.reading.sheet_facts import SheetFacts
from sources.reading.xls_scan import ERROR_TEXT

_ROW, _ERROR, _FORMULA_ERROR, _LAST_CELL, _BUNDLE, _MERGED, _COLUMNS = 0, 3, 11, 11, 156, 176, 60
_WORKBOOK = "xl/workbook.bin"


def scan_xlsb_sheet(path: Path, sheet: str) -> SheetFacts:
    """Return the facts of a sheet.

    Raises
    ------
    ReadingRefusedError
        IN101 for a damaged workbook.

    """
    with open_archive(path) as archive:
        try:
            part = dict(_sheets(archive))[sheet]
            return _sheet_facts(_whole(archive, part))
        except (struct.error, IndexError, KeyError, UnicodeDecodeError, ElementTree.ParseError) as error:
            raise ReadingRefusedError(code="IN101", reason=f"xlsb: {error!r}") from error


def _sheets(archive: ZipFile) -> Iterator[tuple[str, str]]:
    """Yield name and part of each sheet."""
    relations = ElementTree.fromstring(_whole(archive, "xl/_rels/workbook.bin.rels"))
    links = {each.get("Id"): each.get("Target", "") for each in relations}
    for code, body in _records(_whole(archive, _WORKBOOK)):
        if code == _BUNDLE:
            link, after = _wide_text(body, 8)
            name, _ = _wide_text(body, after)
            target = links[link]
            yield name, target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def _sheet_facts(stream: bytes) -> SheetFacts:
    """Return the facts of a sheet's records."""
    facts = SheetFacts()
    row = 0
    for code, body in _records(stream):
        if code == _ROW:
            row = struct.unpack_from("<I", body)[0] + 1
            facts.hidden_rows += bool(len(body) > 11 and body[11] & 0x10)
        elif 1 < code <= _LAST_CELL:
            column = struct.unpack_from("<I", body)[0] + 1
            facts.extend(row, column)
            if code in (_ERROR, _FORMULA_ERROR):
                facts.errors.append((row, column, ERROR_TEXT.get(body[8], "#N/A")))
        elif code == _MERGED:
            top, bottom, first, last = struct.unpack_from("<IIII", body)
            facts.merged.append((top + 1, first + 1, bottom + 1, last + 1))
        elif code == _COLUMNS and len(body) >= 18:
            first, last = struct.unpack_from("<II", body)
            facts.hidden_columns += (last - first + 1) if body[16] & 1 else 0
    return facts


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield code and body of each record; both numbers of its head are of variable length ([MS-XLSB] 2.1.4)."""
    offset = 0
    while offset < len(stream):
        code, offset = _variable(stream, offset, most=2)
        length, offset = _variable(stream, offset, most=4)
        yield code, stream[offset : offset + length]
        offset += length


def _variable(stream: bytes, offset: int, *, most: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and the offset after it."""
    number = 0
    for place in range(most):
        byte = stream[offset]
        offset += 1
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            break
    return number, offset


def _wide_text(body: bytes, offset: int) -> tuple[str, int]:
    """Return a counted UTF-16 text, and the offset after it."""
    (length,) = struct.unpack_from("<I", body, offset)
    end = offset + 4 + 2 * length
    return body[offset + 4 : end].decode("utf-16-le"), end


def _whole(archive: ZipFile, name: str) -> bytes:
    """Return a part."""
    return b"".join(inflate(archive, archive.getinfo(name)))
