"""The records of a legacy .xls workbook (BIFF8) inside its OLE compound file: what the value reader does not tell."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from sources.reading.limits import ReadingRefusedError
from sources.reading.sheet_facts import SheetFacts

ERROR_TEXT = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
_FREE = 0xFFFFFFF0
_FORMULA, _BOOLERR, _MERGED, _ROW, _COLUMNS, _SHEET, _BOF, _CODED = 0x06, 0x205, 0xE5, 0x208, 0x7D, 0x85, 0x809, 0x2F
_VALUES = (0x203, 0x27E, 0xFD, 0x204, _BOOLERR, _FORMULA, 0xD6)
_RUNS = 0xBD
_CALC_ON_LOAD = 0x02


def scan_xls(path: Path) -> dict[str, SheetFacts]:
    """Return the facts of every sheet by name.

    Raises
    ------
    ReadingRefusedError
        IN101 for a damaged file, IN103 for one behind a password.

    """
    try:
        stream = _workbook_stream(path.read_bytes())
        return {name: _sheet_facts(stream, offset) for name, offset in _sheets(stream)}
    except (struct.error, IndexError) as error:
        raise ReadingRefusedError(code="IN101", reason=f"OLE / BIFF: {error}") from error


def _sheets(stream: bytes) -> Iterator[tuple[str, int]]:
    """Yield name and offset of each sheet."""
    for code, body in _records(stream, 0):
        if code == _CODED:
            raise ReadingRefusedError(
                code="IN103", kind_zh="加密的 .xls 工作簿", kind_en="an encrypted .xls workbook",
                cure_zh="在 Excel 中去掉密码后另存为 .xlsx",
                cure_en="remove the password in Excel and save it as .xlsx",
            )  # fmt: skip
        if code == _SHEET:
            (offset,) = struct.unpack_from("<I", body)
            length, is_wide = body[6], body[7] & 1
            yield body[8 : 8 + length * (1 + is_wide)].decode("utf-16-le" if is_wide else "latin-1"), offset


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    """Yield code and body of the records from an offset to the end of that substream."""
    depth = 0
    while offset + 4 <= len(stream):
        code, length = struct.unpack_from("<HH", stream, offset)
        yield code, stream[offset + 4 : offset + 4 + length]
        offset += 4 + length
        depth += (code == _BOF) - (code == 0x0A)
        if depth <= 0 and code == 0x0A:
            return


def _sheet_facts(stream: bytes, offset: int) -> SheetFacts:
    """Return the facts of the sheet whose records begin at an offset."""
    facts = SheetFacts()
    for code, body in _records(stream, offset):
        if code in _VALUES:
            row, column = struct.unpack_from("<HH", body)
            facts.extend(row + 1, column + 1)
            _add_cell(code, body, (row + 1, column + 1), facts)
        elif code == _RUNS:
            row = struct.unpack_from("<H", body)[0]
            facts.extend(row + 1, struct.unpack_from("<H", body, len(body) - 2)[0] + 1)
        elif code == _MERGED:
            for each in range(struct.unpack_from("<H", body)[0]):
                top, bottom, first, last = struct.unpack_from("<HHHH", body, 2 + 8 * each)
                facts.merged.append((top + 1, first + 1, bottom + 1, last + 1))
        elif code == _ROW:
            facts.hidden_rows += bool(struct.unpack_from("<I", body, 12)[0] & 0x20)
        elif code == _COLUMNS:
            first, last, _, _, options = struct.unpack_from("<HHHHH", body)
            facts.hidden_columns += (last - first + 1) if options & 1 else 0
    return facts


def _add_cell(code: int, body: bytes, place: tuple[int, int], facts: SheetFacts) -> None:
    """Note an error value, or a formula that was never computed; an empty result cannot be told from none."""
    if code == _BOOLERR and body[7]:
        facts.errors.append((*place, ERROR_TEXT.get(body[6], "#N/A")))
    if code != _FORMULA:
        return
    result, (options,) = body[6:14], struct.unpack_from("<H", body, 14)
    is_special = result[6:8] == b"\xff\xff"
    if is_special and result[0] == 2:
        facts.errors.append((*place, ERROR_TEXT.get(result[2], "#N/A")))
    elif (is_special and result[0] == 3) or (options & _CALC_ON_LOAD and result == bytes(8)):
        facts.uncomputed.append((*place, "…"))


def _workbook_stream(content: bytes) -> bytes:
    """Return the stream of the workbook from an OLE compound file ([MS-CFB])."""
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    mini_size = 1 << struct.unpack_from("<H", content, 32)[0]
    (directory_start,) = struct.unpack_from("<I", content, 48)
    cutoff, mini_fat_start = struct.unpack_from("<II", content, 56)
    fat = _table(content, size)
    directory = _chain(content, fat, directory_start, size=size, skip=size)
    entries = [directory[place : place + 128] for place in range(0, len(directory) - 127, 128)]
    root_start, _ = struct.unpack_from("<II", entries[0], 116)
    for entry in entries:
        name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le", errors="replace")
        if name not in ("Workbook", "Book"):
            continue
        start, length = struct.unpack_from("<II", entry, 116)
        if length >= cutoff:
            return _chain(content, fat, start, size=size, skip=size)[:length]
        mini = _chain(content, fat, root_start, size=size, skip=size)
        mini_fat = _numbers(_chain(content, fat, mini_fat_start, size=size, skip=size))
        return _chain(mini, mini_fat, start, size=mini_size, skip=0)[:length]
    raise ReadingRefusedError(code="IN101", reason="OLE: no workbook stream")


def _table(content: bytes, size: int) -> list[int]:
    """Return the sector allocation table."""
    sectors = [each for each in struct.unpack_from("<109I", content, 76) if each < _FREE]
    following, count = struct.unpack_from("<II", content, 68)
    for _ in range(min(count, len(content) // size)):
        if following >= _FREE:
            break
        block = _numbers(content[size * (following + 1) : size * (following + 2)])
        sectors += [each for each in block[:-1] if each < _FREE]
        following = block[-1]
    return _numbers(b"".join(content[size * (each + 1) : size * (each + 2)] for each in sectors))


def _chain(content: bytes, table: list[int], start: int, *, size: int, skip: int) -> bytes:
    """Return the sectors that a chain links, `skip` bytes in front of the first sector."""
    parts: list[bytes] = []
    while start < _FREE and len(parts) <= len(table):
        parts.append(content[skip + size * start : skip + size * (start + 1)])
        start = table[start]
    if len(parts) > len(table) or not all(parts):
        raise ReadingRefusedError(code="IN101", reason="OLE: a chain without end, or beyond the end of the file")
    return b"".join(parts)


def _numbers(content: bytes) -> list[int]:
    """Return little-endian unsigned numbers."""
    return list(struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4]))
