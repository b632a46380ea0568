"""What becomes of cells: numbers, codes, dates, errors, formulas, merged and hidden cells, in each kind of workbook."""

from __future__ import annotations

import datetime
import zipfile

import openpyxl
import pytest
import xlsxwriter

from sources.reading.cell_text import cell_text
from sources.reading.table import read_delivered_table

xlwt = pytest.importorskip("xlwt")
HEADER = ["code", "fuel", "value"]


@pytest.fixture
def book(tmp_path):
    """Return a function that writes rows below the header with XlsxWriter; `more(workbook, sheet)` adds to them."""

    def write(*rows, more=lambda workbook, sheet: None):
        with xlsxwriter.Workbook(tmp_path / "plants.xlsx") as workbook:
            sheet = workbook.add_worksheet("企业")
            for number, row in enumerate([HEADER, *rows]):
                sheet.write_row(number, 0, row)
            more(workbook, sheet)
        return "plants.xlsx"

    return write


def found(table):
    return [(each.code, each.cell.letter, each.cell.row, each.cell.column) for each in table.problems]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (380.0, "380"), (380.5, "380.5"), (-0.1, "-0.1"), (1e-7, "1e-07"), (True, "TRUE"), (False, "FALSE"), ("001", "001"),
        (None, ""), (datetime.date(2021, 3, 4), "2021-03-04"), (datetime.datetime.fromisoformat("2021-03-04T05:06"), "2021-03-04 05:06:00"),
        (datetime.datetime.fromisoformat("2021-03-04T05:59:59.999"), "2021-03-04 06:00:00"),
        (datetime.time(7, 30), "07:30:00"), (datetime.timedelta(hours=42), "42:00:00"),
    ],
)  # fmt: skip
def test_a_cell_becomes_what_a_person_would_type(value, text):
    assert cell_text(value) == text


def test_a_code_stored_as_a_number_is_named_and_never_taken(read, book):
    table = read(book([913100001322078588, "coal", 1], ["91310000132207858X", "coal", 2]))
    assert found(table) == [("TY2044", "A", 2, "code")]
    assert table.problems[0].place == "plants.xlsx › 企业 › A2 (code)"


def test_a_code_of_15_digits_survives_as_a_number(read, book):
    table = read(book([310115002345678, "coal", 1]))
    assert (table.frame["code"][0], table.problems) == ("310115002345678", ())


def test_a_large_quantity_is_no_code(read, book):
    table = read(book(["a", "coal", 2.5e18]))
    assert (table.frame["value"][0], table.problems) == ("2500000000000000000", ())


@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"])
def test_an_error_value_is_named_with_its_address(read, book, error):
    table = read(
        book(["a", "coal", 1], ["b", "coal", ""], more=lambda _, sheet: sheet.write_formula("C3", "=1/0", None, error))
    )
    assert found(table) == [("IN116", "C", 3, "value")]
    assert table.frame["value"][1] == error


def test_an_error_value_in_a_column_that_is_not_ours_stops_nothing(read, book):
    table = read(
        book(
            ["a", "coal", 1],
            more=lambda _, sheet: (sheet.write("D1", "mine"), sheet.write_formula("D2", "=1/0", None, "#N/A")),
        )
    )
    assert table.problems == ()
    assert table.frame["mine"][0] == "#N/A"


def test_formulas_without_a_stored_value_are_named_even_where_they_are_a_whole_row(read, tmp_path):
    workbook = openpyxl.Workbook()
    for row in (HEADER, ["a", "coal", "=1+1"], ["=B1", "=B1", "=C2*2"]):
        workbook.active.append(row)
    workbook.save(tmp_path / "plants.xlsx")
    table = read("plants.xlsx")
    assert found(table) == [
        ("TY2045", "C", 2, "value"),
        ("TY2045", "A", 3, "code"),
        ("TY2045", "B", 3, "fuel"),
        ("TY2045", "C", 3, "value"),
    ]
    assert list(table.frame["value"]) == ["=1+1", "=C2*2"]


def test_the_zero_that_a_program_stores_for_a_formula_is_no_value(read, book):
    table = read(book(["a", "coal"], more=lambda _, sheet: sheet.write_formula("C2", "=SUM(E1:E9)")))
    assert found(table) == [("TY2045", "C", 2, "value")]


def test_a_stored_result_is_read(read, book):
    table = read(book(["a", "coal"], more=lambda _, sheet: sheet.write_formula("C2", "=1+1", None, 2)))
    assert (table.frame["value"][0], table.problems) == ("2", ())


def test_an_empty_text_that_a_formula_gave_is_empty(read, book, tmp_path):
    book(["a", "coal"], more=lambda _, sheet: sheet.write_formula("C2", '=""', None, "x"))
    with zipfile.ZipFile(tmp_path / "plants.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert sheet.count(b"<v>x</v>") == 1
    with zipfile.ZipFile(tmp_path / "plants.xlsx", "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(b"<v>x</v>", b"<v></v>") if content is sheet else content)
    table = read("plants.xlsx")
    assert (table.frame["value"][0], table.problems) == ("", ())


def test_rows_that_a_merged_key_covers_are_named(read, book):
    table = read(
        book(["", "coal", 1], ["", "gas", 2], ["", "oil", 3], more=lambda _, sheet: sheet.merge_range("A2:A4", "a"))
    )
    assert found(table) == [("TY2046", "A", 3, "code"), ("TY2046", "A", 4, "code")]
    assert "A2:A4" in table.problems[0].message_zh


def test_merged_cells_outside_of_our_columns_do_no_harm(read, book):
    def more(_, sheet):
        sheet.write("D1", "mine")
        sheet.merge_range("D2:D3", "x")

    assert read(book(["a", "coal", 1], ["b", "gas", 2], more=more)).problems == ()


def test_hidden_rows_and_columns_are_read_and_said(read, book):
    def more(_, sheet):
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column("B:B", None, None, {"hidden": True})

    table = read(book(["a", "coal", 1], ["b", "coal", 2], more=more))
    assert list(table.frame["value"]) == ["1", "2"]
    assert sum("隐藏" in remark for remark in table.remarks) == 2


def test_origin_names_sheet_and_row_below_empty_ones(read, book):
    table = read(book(["a", "coal", 1], [], ["b", "coal", 2]))
    assert list(table.frame["origin_row"]) == [2, 4]
    assert set(table.frame["origin_sheet"]) == {"企业"}


@pytest.fixture
def two_sheets(tmp_path):
    """Return a function that writes a workbook of named sheets; a name may say hidden."""

    def write(**sheets):
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for name, rows in sheets.items():
            sheet = workbook.create_sheet(name.removesuffix("_hidden"))
            sheet.sheet_state = "hidden" if name.endswith("_hidden") else "visible"
            for row in rows:
                sheet.append(row)
        workbook.save(tmp_path / "plants.xlsx")
        return "plants.xlsx"

    return write


def test_the_declared_sheet_is_read(read, two_sheets):
    table = read(two_sheets(说明=[["read me"]], 数据=[HEADER, ["a", "coal", 1]]), sheet="数据")
    assert (list(table.frame["code"]), set(table.frame["origin_sheet"])) == (["a"], {"数据"})


def test_a_declared_sheet_that_is_missing_names_those_there(refusal, two_sheets):
    found = refusal(two_sheets(一=[HEADER], 二=[HEADER]), sheet="三")
    assert (found.codes, "一、二" in found.first.message_zh) == (["TY2043"], True)


def test_sheets_that_are_not_read_are_named(read, two_sheets):
    table = read(two_sheets(一=[HEADER, ["a", "coal", 1]], 续表=[["text"]], 空=[]))
    assert [remark for remark in table.remarks if "未读" in remark and "续表" in remark and "空" not in remark]


def test_the_same_table_on_a_second_sheet_is_no_silent_choice(read, two_sheets):
    table = read(two_sheets(上海=[HEADER, ["a", "coal", 1]], 江苏=[HEADER, ["b", "coal", 2]]))
    assert [(each.code, each.place) for each in table.problems] == [("IN205", "plants.xlsx › 上海")]
    assert "江苏" in table.problems[0].message_zh


def test_a_hidden_first_sheet_is_not_the_table(read, two_sheets):
    assert list(read(two_sheets(旧_hidden=[["x"]], 新=[HEADER, ["a", "coal", 1]])).frame["code"]) == ["a"]


def legacy(path):
    """Write an .xls of numbers, a date, an error, a formula never computed and a merged key."""
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("企业")
    for row, cells in enumerate([[*HEADER, "备注"], ["001", "coal", 1.5], ["b", "煤", 2], ["c", "gas"], ["d", "gas"]]):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    sheet.write(1, 3, datetime.datetime.fromisoformat("2021-03-04"), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    sheet.write(3, 2, xlwt.Formula("1+1"))
    sheet.write(4, 2, 3)
    sheet.row(5).set_cell_error(2, "#DIV/0!")
    sheet.write(5, 0, "e")
    sheet.write(5, 1, "gas")
    sheet.write_merge(6, 7, 0, 0, "f")
    sheet.write(7, 2, 4)
    workbook.save(str(path))


def test_a_legacy_xls_is_read_with_its_errors_formulas_and_merges(read, tmp_path):
    legacy(tmp_path / "plants.xls")
    table = read("plants.xls")
    assert list(table.frame["code"]) == ["001", "b", "c", "d", "e", "f", ""]
    assert list(table.frame["value"]) == ["1.5", "2", "=…", "3", "#DIV/0!", "", "4"]
    assert (table.frame["note"][0], table.frame["fuel"][1]) == ("2021-03-04", "煤")
    assert sorted(found(table)) == [("IN116", "C", 6, "value"), ("TY2045", "C", 4, "value"), ("TY2046", "A", 8, "code")]


ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">
<office:body><office:spreadsheet><table:table table:name="企业">{rows}
<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"""


def text(value):
    return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def test_an_ods_is_read_with_its_errors_and_formulas(read, tmp_path):
    number = '<table:table-cell office:value-type="float" office:value="1.5"><text:p>1.5</text:p></table:table-cell>'
    error = '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    bare = '<table:table-cell table:formula="of:=1+1"/>'
    rows = [
        text("code") + text("fuel") + text("value"),
        *(text(name) + text("coal") + cell for name, cell in [("a", number), ("b", error), ("c", bare)]),
    ]
    with zipfile.ZipFile(tmp_path / "plants.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml", ODS.format(rows="".join(f"<table:table-row>{row}</table:table-row>" for row in rows))
        )
    table = read("plants.ods")
    assert list(table.frame["value"]) == ["1.5", "#DIV/0!", "=1+1"]
    assert sorted(found(table)) == [("IN116", "C", 3, "value"), ("TY2045", "C", 4, "value")]


def binary_record(code, body):
    """Return a BIFF12 record; codes and lengths below 16384 take two bytes at most."""

    def number(value):
        return bytes([value]) if value < 128 else bytes([value & 0x7F | 0x80, value >> 7])

    return number(code) + number(len(body)) + body


def wide(value):
    return len(value).to_bytes(4, "little") + value.encode("utf-16-le")


def test_an_xlsb_is_read_with_its_errors(read, tmp_path):
    def cell(column, kind, body):
        return binary_record(kind, column.to_bytes(4, "little") + bytes(4) + body)

    def row(number):
        return binary_record(0, number.to_bytes(4, "little") + bytes(13))

    sheet = binary_record(129, b"") + binary_record(148, bytes(16)) + binary_record(145, b"") + row(0)
    sheet += b"".join(cell(column, 6, wide(name)) for column, name in enumerate(HEADER)) + row(1)
    sheet += cell(0, 6, wide("a")) + cell(1, 6, wide("coal")) + cell(2, 3, b"\x07")
    sheet += binary_record(146, b"") + binary_record(130, b"")
    sheets = binary_record(156, bytes(4) + (1).to_bytes(4, "little") + wide("rId1") + wide("企业"))
    workbook = binary_record(131, b"") + binary_record(153, bytes(12)) + binary_record(143, b"") + sheets
    workbook += binary_record(144, b"") + binary_record(132, b"")
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    links = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="{relation}" Target="worksheets/sheet1.bin"/></Relationships>'
    with zipfile.ZipFile(tmp_path / "plants.xlsb", "w") as archive:
        archive.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
        archive.writestr("xl/workbook.bin", workbook)
        archive.writestr("xl/_rels/workbook.bin.rels", links)
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
    table = read("plants.xlsb")
    assert list(table.frame["fuel"]) == ["coal"]
    assert found(table) == [("IN116", "C", 2, "value")]


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, source):
    from inventory.delivery_spec import DeliverySpec
    from inventory.errors import DataSourceError
    from sources.delivery import DeliveredFile, Delivery

    for name in ("plants.csv", "plants.xlsx"):
        path = tmp_path / name
        if name.endswith("csv"):
            path.write_text("code,fuel,value\na,coal,1\n", encoding="utf-8")
        else:
            xlsxwriter.Workbook(path).close()
        with pytest.raises(DataSourceError, match="TY2012|IN102"):
            read_delivered_table(Delivery(source, (DeliveredFile(path, name, "0" * 64),), DeliverySpec()))
