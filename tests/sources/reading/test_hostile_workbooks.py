"""Files that are broken, lie about themselves or were made to do harm: refused by name, and this process lives."""

from __future__ import annotations

import os
import resource
import signal
import struct
import subprocess
import sys
import time
import zipfile
import zlib

import openpyxl
import pytest
import xlsxwriter

from sources.reading.guarded import WorkbookReader
from sources.reading.limits import ReadingRefusedError

HEADER = ["code", "fuel", "value"]


@pytest.fixture
def book(tmp_path):
    """Return the path of a sound workbook of three rows."""
    path = tmp_path / "plants.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("企业")
        for row, cells in enumerate([HEADER, ["a", "coal", 1.5], ["b", "coal", 2], ["c", "gas", 3]]):
            sheet.write_row(row, 0, cells)
    return path


def edit(path, change):
    """Write a workbook anew with `change(name, content)` as the content of each part."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, change(name, content))


def in_sheet(old, new):
    """Return a change that replaces bytes in the first sheet."""
    return lambda name, content: content.replace(old, new) if name.endswith("sheet1.xml") else content


def test_a_sound_workbook_is_read(read, book):
    table = read("plants.xlsx")
    assert list(table.frame["value"]) == ["1.5", "2", "3"]
    assert (table.problems, table.letters) == ((), {"code": "A", "fuel": "B", "value": "C"})


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_workbook_cut_off_is_no_complete_workbook(refusal, book, share):
    content = book.read_bytes()
    found = refusal(("plants.xlsx", content[: int(len(content) * share)]))
    assert (found.codes, found.places) == (["IN101"], ["plants.xlsx"])


def test_a_workbook_without_its_last_byte_is_no_complete_workbook(refusal, book):
    assert refusal(("plants.xlsx", book.read_bytes()[:-1])).codes == ["IN101"]


def test_a_flipped_bit_in_a_stored_part_is_noticed_by_its_checksum(refusal, book):
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(book, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    content = book.read_bytes()
    assert content.count(b"<v>1.5</v>") == 1
    assert refusal(("plants.xlsx", content.replace(b"<v>1.5</v>", b"<v>9.5</v>"))).codes == ["IN101"]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\xff\xfe"])
@pytest.mark.parametrize("name", ["plants.csv", "plants.xlsx"])
def test_a_file_of_no_bytes_or_a_mark_alone_is_empty(refusal, name, content):
    assert refusal((name, content)).codes == ["IN102"]


def test_a_sheet_without_cells_is_empty(refusal, tmp_path):
    openpyxl.Workbook().save(tmp_path / "plants.xlsx")
    found = refusal("plants.xlsx")
    assert (found.codes, found.places) == (["IN102"], ["plants.xlsx › Sheet"])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("plants.xls", b"<html><body><table><tr><td>code</td></tr></table></body></html>", "HTML"),
        ("plants.xls", b"\xef\xbb\xbf\n <TABLE border=1>", "HTML"),
        ("plants.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "2003"),
        ("plants.csv", b"%PDF-1.7 ...", "PDF"),
        ("plants.xlsx", b"\x1f\x8b\x08\x00" + bytes(20), "gzip"),
    ],
)
def test_another_format_is_named_for_what_it_is(refusal, name, content, said):
    found = refusal((name, content))
    assert found.codes == ["IN103"]
    assert said in found.first.message_zh


def test_a_word_document_is_no_table(refusal, tmp_path):
    with zipfile.ZipFile(tmp_path / "plants.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert "Word" in refusal("plants.xlsx").first.message_en


def test_an_encrypted_workbook_says_to_remove_the_password(refusal):
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage\0".encode("utf-16-le") + bytes(600)
    found = refusal(("plants.xlsx", content))
    assert (found.codes, "remove the password" in found.first.remedy_en) == (["IN103"], True)


def bomb(path, mib):
    """Write a workbook whose sheet inflates to `mib` MiB; the zip header says 100 bytes."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    row = b"<row><c><v>1</v></c></row>" * 40_000
    content, checksum, size = b"", 0, 0
    while size < mib << 20:
        content += engine.compress(row)
        checksum, size = zlib.crc32(row, checksum), size + len(row)
    content += engine.flush()
    name = b"xl/worksheets/sheet1.xml"
    fields = (8, 0, 0, checksum, len(content), 100, len(name))
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, *fields, 0) + name + content
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    small = path.read_bytes()
    start = struct.unpack("<I", small[-6:-2])[0]
    central = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, *fields, 0, 0, 0, 0, 0, start) + name
    directory = central + small[start:-22]
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 2, 2, len(directory), start + len(local), 0)
    path.write_bytes(small[:start] + local + directory + end)


def test_a_bomb_whose_header_lies_is_refused_in_time_and_memory(refusal, tmp_path):
    bomb(tmp_path / "plants.xlsx", 453)
    assert (tmp_path / "plants.xlsx").stat().st_size < 3_000_000
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refusal("plants.xlsx").codes == ["IN104"]
    assert time.monotonic() - begun < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300 * 1024
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= max(children, 300 * 1024)


@pytest.mark.parametrize(
    "declaration",
    [
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        b'<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd">',
    ],
)
@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "_rels/.rels"])
def test_a_document_type_declaration_is_refused_at_once(refusal, book, declaration, part):
    edit(book, lambda name, content: content.replace(b"?>", b"?>" + declaration, 1) if name == part else content)
    begun = time.monotonic()
    found = refusal("plants.xlsx")
    assert time.monotonic() - begun < 2
    assert found.codes == ["IN106"]
    assert part in found.first.message_zh


def test_one_far_cell_is_a_clean_refusal_that_names_it(refusal, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "plants.xlsx") as workbook:
        sheet = workbook.add_worksheet("企业")
        sheet.write_row(0, 0, HEADER)
        sheet.write(1_048_575, 16_383, 1)
    found = refusal("plants.xlsx")
    assert found.codes == ["TY2041"]
    assert "XFD1048576" in found.first.message_zh


def test_a_far_cell_without_an_address_or_a_dimension_is_found_by_counting(refusal, book):
    edit(
        book, in_sheet(b"</sheetData>", b'<row r="1048570"/><row><c r="XFC1048571"/><c><v>1</v></c></row></sheetData>')
    )
    assert "XFD1048571" in refusal("plants.xlsx").first.message_zh


def test_far_cells_that_are_only_formatted_do_no_harm(read, book):
    edit(book, in_sheet(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'))
    assert len(read("plants.xlsx").frame) == 3


def test_a_far_repeat_in_an_ods_is_refused(refusal, tmp_path):
    cell = '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>'
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="s"><table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tmp_path / "plants.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    assert refusal("plants.ods").codes == ["TY2041"]


def test_the_same_part_twice_is_refused(refusal, book):
    with zipfile.ZipFile(book, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/worksheets/sheet1.xml", b"<worksheet/>")
    assert refusal("plants.xlsx").codes == ["IN101"]


def test_random_bytes_under_each_name_are_refused(refusal):
    for name, head in [
        ("a.xlsx", b"PK\x03\x04"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("a.ods", b"PK\x03\x04"),
    ]:
        content = head + bytes((7 * place) % 251 for place in range(3000))
        assert refusal((name, content)).codes[0] in ("IN101", "IN103", "TY2013")


def test_a_child_that_is_killed_is_a_clean_refusal_and_the_next_file_is_read(book):
    with WorkbookReader() as reader:
        reader.open(book, "xlsx")
        os.kill(reader._child.pid, signal.SIGABRT)
        reader._child.wait()
        sheets, _ = reader.open(book, "xlsx")
        assert [sheet.name for sheet in sheets] == ["企业"]


def test_a_child_that_is_too_slow_is_stopped(book):
    with WorkbookReader(wall_s=0.0001) as reader, pytest.raises(ReadingRefusedError) as caught:
        reader.open(book, "xlsx")
    assert (caught.value.code, "timeout" in str(caught.value.values["reason"])) == ("TY2042", True)


def test_the_child_imports_nothing_that_lies_beside_the_delivery(tmp_path, book):
    for name in ("json.py", "zipfile.py", "python_calamine.py"):
        (tmp_path / name).write_text("raise SystemExit('imported')\n")
    code = (
        "import sys; sys.path.pop(0)\nfrom pathlib import Path\nfrom sources.reading.guarded import WorkbookReader\n"
        f"with WorkbookReader() as reader: print(reader.open(Path({str(book)!r}), 'xlsx')[0][0].name)\n"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "企业"
