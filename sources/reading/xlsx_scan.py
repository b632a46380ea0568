"""The markup of an .xlsx sheet, streamed: what the value reader does not tell or cannot survive."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

from sources.reading.archive import inflate, open_archive
from sources.reading.limits import MIB, ReadingRefusedError, column_number
from sources.reading.sheet_facts import SheetFacts

_TOKEN = re.compile(
    rb"<(?:\w+:)?row\b([^>]*)>"
    rb"|<(?:\w+:)?c\b(?:([^>]*)/>|([^>]*)>(.*?)</(?:\w+:)?c\s*>)"
    rb"|<(?:\w+:)?mergeCell\b([^>]*)>"
    rb"|<(?:\w+:)?col\b([^>]*)>",
    re.DOTALL,
)
_ADDRESS = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["']""")
_ROW_NUMBER = re.compile(rb"""\br\s*=\s*["'](\d{1,7})["']""")
_HIDDEN = re.compile(rb"""\bhidden\s*=\s*["'](?:1|true)["']""")
_IS_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
_IS_TEXT = re.compile(rb"""\bt\s*=\s*["']str["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>(.*?)</(?:\w+:)?f\s*>)", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v\b(?:[^>]*/>|[^>]*>(.*?)</(?:\w+:)?v\s*>)", re.DOTALL)
_RANGE = re.compile(rb"""\bref\s*=\s*["']([A-Za-z]{1,3})(\d{1,7}):([A-Za-z]{1,3})(\d{1,7})["']""")
_SPAN = re.compile(rb"""\b(min|max)\s*=\s*["'](\d{1,5})["']""")
_STALE = re.compile(rb"""\bfullCalcOnLoad\s*=\s*["'](?:1|true)["']""")
_BEGUN = re.compile(rb"<(?:\w+:)?(?:c|row|mergeCell|col)\b")
_LONGEST_TAG_BYTES = 64
_MAX_TOKEN_BYTES = 4 * MIB
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


def scan_xlsx_sheet(path: Path, sheet: str) -> SheetFacts:
    """Return the facts of a sheet.

    Raises
    ------
    ReadingRefusedError
        IN101 if the workbook does not say where the sheet stands.

    """
    with open_archive(path) as archive:
        workbook = next(
            (name for name in archive.namelist() if re.fullmatch(r"/?xl/workbook\d*\.xml", name, re.IGNORECASE)), ""
        )
        part = sheet_parts(archive, workbook).get(sheet)
        if part is None:
            raise ReadingRefusedError(code="IN101", reason=f"no part for sheet {sheet}")
        is_stale = bool(_STALE.search(_whole(archive, workbook)))
        return scan_markup(inflate(archive, archive.getinfo(part)), is_stale=is_stale)


def sheet_parts(archive: ZipFile, workbook: str) -> dict[str, str]:
    """Return the part of each sheet of a workbook by the sheet's name."""
    folder = posixpath.dirname(workbook)
    relations = f"{folder}/_rels/{posixpath.basename(workbook)}.rels"
    try:
        links = {each.get("Id"): each.get("Target", "") for each in ElementTree.fromstring(_whole(archive, relations))}
        sheets = [
            each for each in ElementTree.fromstring(_whole(archive, workbook)).iter() if each.tag.endswith("}sheet")
        ]
    except (ElementTree.ParseError, KeyError) as error:
        raise ReadingRefusedError(code="IN101", reason=f"{workbook}: {error}") from error
    names = {name.lstrip("/"): name for name in archive.namelist()}
    found = {}
    for each in sheets:
        target = links.get(each.get(_RELATION) or each.get(_STRICT_RELATION), "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
        if part in names:
            found[each.get("name", "")] = names[part]
    return found


def scan_markup(chunks: Iterable[bytes], *, is_stale: bool) -> SheetFacts:
    """Return the facts of a sheet's markup, which comes in chunks.

    `is_stale`: the workbook was written by a program that computes nothing, so a formula's 0 is no result.

    Raises
    ------
    ReadingRefusedError
        IN104 if one row's markup is larger than any real one.

    """
    facts = SheetFacts()
    row, column, rest = 0, 0, b""
    for chunk in chunks:
        text = rest + chunk
        end = 0
        for token in _TOKEN.finditer(text):
            end = token.end()
            if token.group(1) is not None:
                row, column = _row_of(token.group(1), row, facts), 0
            elif token.group(5) is not None:
                _add_merged(token.group(5), facts)
            elif token.group(6) is not None:
                _add_hidden_columns(token.group(6), facts)
            else:
                row, column = _add_cell(token, (row, column), facts, is_stale=is_stale)
        rest = text[end:]
        begun = _BEGUN.search(rest)
        rest = rest[begun.start() :] if begun else rest[-_LONGEST_TAG_BYTES:]
        if len(rest) > _MAX_TOKEN_BYTES:
            raise ReadingRefusedError(code="IN104", inflated_mib=len(rest) // MIB, ratio=0, parts=1)
    return facts


def _row_of(attributes: bytes, row: int, facts: SheetFacts) -> int:
    """Return the number of a row that begins."""
    if _HIDDEN.search(attributes):
        facts.hidden_rows += 1
    number = _ROW_NUMBER.search(attributes)
    return int(number.group(1)) if number else row + 1


def _add_cell(token: re.Match[bytes], before: tuple[int, int], facts: SheetFacts, *, is_stale: bool) -> tuple[int, int]:
    """Note a cell; return its row and column."""
    attributes = token.group(2) if token.group(2) is not None else token.group(3)
    address = _ADDRESS.search(attributes)
    row, column = (
        (int(address.group(2)), column_number(address.group(1).decode())) if address else (before[0], before[1] + 1)
    )
    content = token.group(4)
    if not content:
        return row, column
    facts.extend(row, column)
    if b"e" in attributes and _IS_ERROR.search(attributes):
        value = _VALUE.search(content)
        facts.errors.append((row, column, _text(value.group(1) if value else b"") or "#N/A"))
    elif (
        b"f" in content
        and (formula := _FORMULA.search(content))
        and _is_uncomputed(attributes, content, is_stale=is_stale)
    ):
        facts.uncomputed.append((row, column, _text(formula.group(1))))
    return row, column


def _is_uncomputed(attributes: bytes, content: bytes, *, is_stale: bool) -> bool:
    """Return whether a formula's cell holds no result."""
    value = _VALUE.search(content)
    if value is None:
        return True
    stored = (value.group(1) or b"").strip()
    return (not stored and not _IS_TEXT.search(attributes)) or (is_stale and stored == b"0")


def _add_merged(attributes: bytes, facts: SheetFacts) -> None:
    """Note a merged range."""
    if found := _RANGE.search(attributes):
        first, top, last, bottom = found.groups()
        facts.merged.append((int(top), column_number(first.decode()), int(bottom), column_number(last.decode())))


def _add_hidden_columns(attributes: bytes, facts: SheetFacts) -> None:
    """Count hidden columns."""
    if _HIDDEN.search(attributes):
        span = {name: int(number) for name, number in _SPAN.findall(attributes)}
        facts.hidden_columns += span.get(b"max", 1) - span.get(b"min", 1) + 1


def _text(stored: bytes | None) -> str:
    """Return markup as text."""
    return html.unescape((stored or b"").decode("utf-8", errors="replace"))


def _whole(archive: ZipFile, name: str) -> bytes:
    """Return a small part."""
    return b"".join(inflate(archive, archive.getinfo(name)))
