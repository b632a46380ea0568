"""The zip archive of a workbook: inflated under a count, checksums compared, no document type declarations."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sources.reading.limits import (
    CHUNK_BYTES,
    MAX_INFLATED_BYTES,
    MAX_PARTS,
    MAX_RATIO,
    MIB,
    RATIO_FLOOR_BYTES,
    ReadingRefusedError,
)

_LOCAL_HEADER_BYTES = 30
_MARKUP = (".xml", ".rels", ".vml")
_DECLARATION = re.compile(
    rb"<!(?:DOCTYPE|ENTITY)|<\x00!\x00(?:D\x00O\x00C|E\x00N\x00T)|\x00<\x00!\x00(?:D\x00O|E\x00N)"
)
_OVERLAP_BYTES = 24


def check_archive(path: Path) -> tuple[str, ...]:
    """Inflate every part of a workbook archive once, keeping nothing, and return the names of the parts.

    The bytes are counted while they inflate; the sizes in the headers are not trusted.

    Raises
    ------
    ReadingRefusedError
        IN101 for a damaged archive, IN103 for an encrypted one, IN104 for one that inflates beyond the limits, IN106
        for a document type declaration.

    """
    stored = path.stat().st_size
    total = 0
    with open_archive(path) as archive:
        parts = archive.infolist()
        names = [part.filename.lower() for part in parts]
        if len(parts) > MAX_PARTS:
            raise ReadingRefusedError(code="IN104", inflated_mib=0, ratio=0, parts=len(parts))
        if len(set(names)) < len(names):
            raise ReadingRefusedError(code="IN101", reason="the same part twice")
        for part in parts:
            for chunk in _checked(archive, part):
                total += len(chunk)
                _refuse_bomb(total, stored, len(parts))
    return tuple(part.filename for part in parts)


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open an archive.

    Raises
    ------
    ReadingRefusedError
        IN101 if its directory is missing or damaged.

    """
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, UnicodeDecodeError, ValueError, NotImplementedError, EOFError) as error:
        raise ReadingRefusedError(code="IN101", reason=str(error)) from error


def inflate(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the content of a part in chunks, from its stored bytes alone.

    Raises
    ------
    ReadingRefusedError
        IN101 for a part that cannot be inflated, IN103 for an encrypted one.

    """
    if part.flag_bits & 1:
        raise ReadingRefusedError(code="IN103", kind_zh="加密的工作簿", kind_en="an encrypted workbook", **_UNLOCK)
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ReadingRefusedError(code="IN101", reason=f"{part.filename}: compression method {part.compress_type}")
    handle = archive.fp
    if handle is None:
        raise ReadingRefusedError(code="IN101", reason="closed")
    left = part.compress_size
    handle.seek(_data_offset(handle, part))
    engine = zlib.decompressobj(-15)
    while left > 0:
        here = handle.read(min(left, CHUNK_BYTES))
        if not here:
            raise ReadingRefusedError(code="IN101", reason=f"{part.filename}: cut off")
        left -= len(here)
        if part.compress_type == zipfile.ZIP_STORED:
            yield here
            continue
        position = handle.tell()
        yield from _inflated(engine, here, part.filename)
        handle.seek(position)
    if part.compress_type == zipfile.ZIP_DEFLATED and part.compress_size and not engine.eof:
        raise ReadingRefusedError(code="IN101", reason=f"{part.filename}: cut off")


_UNLOCK = {
    "cure_zh": "在 Excel 中去掉密码后另存为 .xlsx",
    "cure_en": "remove the password in Excel and save it as .xlsx",
}


def _inflated(engine: zlib._Decompress, stored: bytes, name: str) -> Iterator[bytes]:
    """Yield what stored bytes inflate to, at most a chunk at a time."""
    while stored and not engine.eof:
        try:
            chunk = engine.decompress(stored, CHUNK_BYTES)
        except zlib.error as error:
            raise ReadingRefusedError(code="IN101", reason=f"{name}: {error}") from error
        stored = engine.unconsumed_tail
        if chunk:
            yield chunk


def _data_offset(handle: BinaryIO | object, part: zipfile.ZipInfo) -> int:
    """Return where the stored bytes of a part begin."""
    handle.seek(part.header_offset)  # type: ignore[union-attr]
    header = handle.read(_LOCAL_HEADER_BYTES)  # type: ignore[union-attr]
    if len(header) < _LOCAL_HEADER_BYTES or not header.startswith(b"PK\x03\x04"):
        raise ReadingRefusedError(code="IN101", reason=f"{part.filename}: no local header")
    name_bytes, extra_bytes = struct.unpack("<HH", header[26:30])
    return int(part.header_offset + _LOCAL_HEADER_BYTES + name_bytes + extra_bytes)


def _checked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the chunks of a part; refuse declarations in markup, and a part that is not what its checksum says."""
    is_markup = part.filename.lower().endswith(_MARKUP)
    checksum, tail = 0, b""
    for chunk in inflate(archive, part):
        checksum = zlib.crc32(chunk, checksum)
        if is_markup and _DECLARATION.search(tail + chunk):
            raise ReadingRefusedError(code="IN106", part=part.filename)
        tail = chunk[-_OVERLAP_BYTES:]
        yield chunk
    if checksum != part.CRC:
        raise ReadingRefusedError(code="IN101", reason=f"{part.filename}: checksum")


def _refuse_bomb(total: int, stored: int, parts: int) -> None:
    """Refuse an archive that inflates beyond the limits."""
    if total > MAX_INFLATED_BYTES or (total > RATIO_FLOOR_BYTES and total > MAX_RATIO * stored):
        raise ReadingRefusedError(code="IN104", inflated_mib=total // MIB, ratio=total // max(stored, 1), parts=parts)
