"""What a file really is, by its content; its name says nothing."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Literal

FileKind = Literal[
    "xlsx", "xlsb", "xls", "ods", "text", "layer", "empty", "torn", "html", "xml2003", "encrypted", "other"
]
WORKBOOKS: tuple[FileKind, ...] = ("xlsx", "xlsb", "xls", "ods")
_LAYER_SUFFIXES = (".gpkg", ".shp", ".geojson", ".json")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SQLITE = b"SQLite format 3\x00"
_SHAPE = b"\x00\x00\x27\x0a"
_HEAD_BYTES = 4096
_PARTS: tuple[tuple[FileKind, re.Pattern[str]], ...] = (
    ("xlsb", re.compile(r"xl/workbook\.bin")),
    ("xlsx", re.compile(r"/?xl/workbook\d*\.xml", re.IGNORECASE)),
)
_OFFICE = {"word/": "Word (.docx)", "ppt/": "PowerPoint (.pptx)"}
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_OTHER = {
    b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"\x1f\x8b": "gzip",
    b"7z\xbc\xaf": "7-Zip", b"Rar!": "RAR", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"PAR1": "Parquet",
    b"CDF\x01": "NetCDF", b"CDF\x02": "NetCDF", b"\x89HDF": "HDF5 / NetCDF-4", b"II*\x00": "TIFF",
    b"MM\x00*": "TIFF", b"{\\rtf": "RTF", b"\x7fELF": "ELF",
}  # fmt: skip


def sniff(path: Path) -> tuple[FileKind, str]:
    """Return the kind of a file, and the name of its format where it is none that is read.

    `torn`: begins as a zip archive but has no complete directory; `encrypted`: an Office file behind a password.
    """
    with path.open("rb") as handle:
        head = handle.read(_HEAD_BYTES)
    if not head or head in _BYTE_ORDER_MARKS:
        return "empty", ""
    if head.startswith((_SQLITE, _SHAPE)) or path.suffix.lower() in _LAYER_SUFFIXES:
        return "layer", ""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _archive_kind(path)
    return _compound_kind(path) if head.startswith(_OLE) else _plain_kind(head)


def _archive_kind(path: Path) -> tuple[FileKind, str]:
    """Return which kind of zip archive it is."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, UnicodeDecodeError, ValueError, NotImplementedError, EOFError):
        return "torn", ""
    if "content.xml" in names:
        return "ods", ""
    found: FileKind | None = next((kind for kind, sign in _PARTS if any(sign.fullmatch(name) for name in names)), None)
    other = next((said for folder, said in _OFFICE.items() if any(name.startswith(folder) for name in names)), "zip")
    return (found, "") if found else ("other", other)


def _compound_kind(path: Path) -> tuple[FileKind, str]:
    """Return which kind of OLE compound file it is, by the names of its streams."""
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "encrypted", ""
    if any(f"{name}\0".encode("utf-16-le") in content for name in ("Workbook", "Book")):
        return "xls", ""
    directory = (int.from_bytes(content[48:52], "little") + 1) << min(int.from_bytes(content[30:32], "little"), 16)
    return ("torn", "OLE") if directory >= len(content) else ("other", "OLE (Word, PowerPoint, Outlook …)")


def _plain_kind(head: bytes) -> tuple[FileKind, str]:
    """Return whether a file is text, and none of the formats that look like it or are known by their first bytes."""
    for magic, name in _OTHER.items():
        if head.startswith(magic):
            return "other", name
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<html", b"<table", b"<!doctype html")):
        return "html", ""
    if not start.startswith((b"<?xml", b"<workbook")):
        return "text", ""
    if b"office:spreadsheet" in start:
        return "xml2003", ""
    return ("html", "") if b"<html" in start else ("other", "XML")
