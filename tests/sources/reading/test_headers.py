"""Headers, templates and repeats: what is accepted under which name, and what is refused by its place."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import openpyxl
import pytest
import xlsxwriter

from inventory.delivery_spec import DeliverySpec
from sources.delivery import DeliveredFile, Delivery
from sources.reading.table import read_delivered_table
from sources.reading.template_stamp import is_older

ROW = "a,coal,1"


@pytest.mark.parametrize(
    "header",
    ["code,fuel,value", "统一社会信用代码,燃料,燃料消耗量", " 燃料 ,value,统一社会信用代码 ", "CODE,Fuel,ＶＡＬＵＥ", "code,燃 料,\u200bvalue\u00a0"],
)  # fmt: skip
def test_our_names_and_the_chinese_labels_are_accepted_in_any_order(read, header):
    frame = read(("a.csv", f"{header}\n{ROW}\n")).frame
    assert {"code", "fuel", "value"} <= set(frame.columns)


def test_a_declared_header_stands_for_our_column(read):
    table = read(
        ("a.csv", f"企业编号,煤种,用量\n{ROW}\n"), columns={"企业编号": "code", "煤种": "fuel", "用量": "value"}
    )
    assert list(table.frame["value"]) == ["1"]


@pytest.mark.parametrize(
    ("header", "said"),
    [("code,fuel,燃料消费量", "燃料消费量"), ("code,fuel,valeu", "did you mean valeu"), ("code,fuel", "燃料消耗量")],
)
def test_a_missing_column_is_named_with_the_nearest_header(refusal, header, said):
    found = refusal(("a.csv", f"{header}\n{ROW[: 2 * header.count(',') + 5]}\n"))
    assert found.codes == ["IN201"]
    assert "value" in found.first.message_zh
    assert said in found.text
    assert found.places == ["a.csv › 1"]


@pytest.mark.parametrize("header", ["code,fuel,value,value", "code,fuel,value,燃料消耗量", "code,fuel,value,x,x"])
def test_a_repeated_header_is_refused_and_never_renamed(refusal, header):
    found = refusal(("a.csv", f"{header}\n{ROW},2{',3' * (header.count(',') - 3)}\n"))
    assert found.codes == ["IN201"]
    assert "出现多次" in found.first.message_zh


def test_every_fault_of_a_header_is_named_at_once(refusal):
    assert refusal(("a.csv", "fuel,fuel,origin_row\nx,y,z\n")).codes == ["TY2003", "IN201", "IN201", "IN201"]


def test_a_column_with_content_and_no_header_is_refused(refusal, read):
    assert refusal(("a.csv", f"code,fuel,value,\n{ROW},lost\n")).codes == ["TY2003"]
    assert "" not in read(("b.csv", f"code,fuel,value,\n{ROW},\n")).frame.columns


def test_an_optional_column_that_is_absent_is_empty(read):
    assert list(read(("a.csv", f"code,fuel,value\n{ROW}\n")).frame["note"]) == [""]


def test_an_undeclared_column_keeps_its_values(read):
    assert list(read(("a.csv", f"code,fuel,value,电话\n{ROW},021\n")).frame["电话"]) == ["021"]


def test_a_title_above_the_header_is_hinted_at(refusal, read):
    text = f"企业能源消费,,\n\ncode,fuel,value\n{ROW}\n"
    assert "第 3 行" in refusal(("a.csv", text)).text
    assert list(read(("a.csv", text), first_row=3).frame["origin_row"]) == [4]


def test_merged_header_cells_are_filled_inside_the_header_alone(read, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("s")
        sheet.merge_range("A1:A2", "code")
        sheet.merge_range("B1:C1", "能源")
        sheet.write_row("B2", ["品种", "用量"])
        sheet.write_row("A3", ["a", "coal", 1])
        sheet.write_row("A4", ["b", "", 2])
    table = read(
        "a.xlsx", header_rows=2, columns={"能源 › 品种": "fuel", "能源›用量": "value"} | {"能源 › 用量": "value"}
    )
    assert list(table.frame["fuel"]) == ["coal", ""]
    assert list(table.frame["value"]) == ["1", "2"]


@pytest.fixture
def template(tmp_path):
    """Return a function that writes a template of the source as the project gives it out, filled with rows."""

    def write(*rows, version="2024", ids=("code", "fuel", "value", "note"), above=0):
        with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
            book.add_worksheet("说明").write(0, 0, "填表说明")
            sheet = book.add_worksheet("企业")
            for number in range(above):
                sheet.write(number, 0, "插入的一行")
            sheet.write_row(above, 0, ["企业能源消费"])
            sheet.write_row(above + 1, 0, ["信用代码 *", "燃料 *", "消耗量（t）", "备注"])
            sheet.write_row(above + 2, 0, ids)
            for number, row in enumerate([["示例：91310000", "coal", 12, ""], *rows], start=above + 3):
                sheet.write_row(number, 0, row)
            stamp = book.add_worksheet("_template")
            stamp.write_row(0, 0, ["source_id", "sheet", "id_row", "first_data_row", "template_version"])
            stamp.write_row(1, 0, ["plants", "企业", 3, 4, version])
            stamp.very_hidden()
        return "t.xlsx"

    return write


def test_a_template_is_read_by_its_id_row_and_its_example_is_rejected(read, template):
    table = read(template(["a", "coal", 1, "x"], ["b", "gas", 2, ""]))
    assert list(table.frame["code"]) == ["a", "b"]
    assert list(table.frame["origin_row"]) == [5, 6]
    assert list(table.rejected) == [("t.xlsx", "企业", 4)]
    assert table.problems == ()
    assert not [remark for remark in table.remarks if "未读" in remark]


def test_an_id_row_that_moved_down_is_found(read, template):
    table = read(template(["a", "coal", 1, ""], above=2))
    assert (list(table.frame["code"]), list(table.frame["origin_row"])) == (["a"], [7])
    assert any("第 5 行" in remark for remark in table.remarks)


def test_an_older_template_with_all_columns_is_read_and_said(read, template):
    assert any("2023" in remark for remark in read(template(["a", "coal", 1, ""], version="2023")).remarks)


def test_an_older_template_without_a_column_says_how_to_upgrade(refusal, template):
    found = refusal(template(["a", "coal", 1, ""], version="2023", ids=("code", "fuel", "amount", "note")))
    assert found.codes == ["IN203", "IN201"]
    assert "tongyuan init DIR" in found.first.remedy_zh


def test_a_template_of_other_sources_is_refused(refusal, template, tmp_path):
    with xlsxwriter.Workbook(tmp_path / "o.xlsx") as book:
        book.add_worksheet("说明").write_row(0, 0, ["code", "fuel", "value"])
        stamp = book.add_worksheet("_template")
        stamp.write_row(1, 0, ["ships", "船舶", 3, 4, "2024"])
    assert refusal("o.xlsx").codes == ["TY2049"]


@pytest.mark.parametrize(
    ("version", "older"), [("2023", True), ("2024", False), ("2025", False), ("", True), ("2024.1", False)]
)
def test_versions_compare_by_their_numbers(version, older):
    assert is_older(version, "2024") is older


def test_a_header_repeated_in_the_body_is_rejected_and_not_read(read):
    table = read(("a.csv", f"code,fuel,value\n{ROW}\ncode,fuel,value\nb,gas,2\n"))
    assert list(table.frame["code"]) == ["a", "b"]
    assert list(table.rejected) == [("a.csv", "", 3)]


def test_a_row_that_stands_twice_is_named_at_both_places(read):
    table = read(("a.csv", f"code,fuel,value\n{ROW}\nb,gas,2\n{ROW}\n"))
    assert [(each.code, each.cell.row) for each in table.problems] == [("IN205", 2), ("IN205", 4)]
    assert "a.csv › 4" in table.problems[0].message_zh


def test_a_row_that_two_files_hold_is_named_with_both(read):
    table = read(("a.csv", f"code,fuel,value\n{ROW}\n"), ("b.csv", "fuel,code,value\ngas,b,2\ncoal,a,1\n"))
    assert [each.place for each in table.problems] == ["a.csv › 2 › code", "b.csv › 3 › code"]
    assert set(table.frame["origin_file"]) == {"a.csv", "b.csv"}


def test_a_copy_of_a_file_is_named_once(read):
    text = f"code,fuel,value\n{ROW}\n"
    table = read(("a.csv", text), ("b.csv", text))
    assert [(each.code, each.place) for each in table.problems] == [("IN205", "b.csv")]


def test_every_file_that_cannot_be_read_is_named_at_once(refusal):
    assert refusal(("a.csv", b""), ("b.csv", "x\n1\n"), ("c.xls", "<html>")).codes[::4] == ["IN102", "IN103"]


def test_letters_are_those_of_each_file(read, tmp_path):
    for name, header in (("a.xlsx", ["code", "fuel", "value"]), ("b.xlsx", ["fuel", "code", "value"])):
        with xlsxwriter.Workbook(tmp_path / name) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, header)
            sheet.write_row(1, 0, [name, "x", 1])
    table = read("a.xlsx", "b.xlsx")
    assert table.letters == {"value": "C"}
    assert table.cell("code", 2, file="b.xlsx").letter == "B"


def test_a_second_sheet_with_the_header_of_a_template_is_no_silent_loss(read, template, tmp_path):
    book = openpyxl.load_workbook(tmp_path / template(["a", "coal", 1, ""]))
    more = book.create_sheet("续表")
    more.append(["code", "fuel", "value", "note"])
    more.append(["c", "coal", 5, ""])
    book.save(tmp_path / "t.xlsx")
    assert [(found.code, "续表" in found.message_zh) for found in read("t.xlsx").problems] == [("IN205", True)]


def test_an_example_row_that_was_typed_over_is_refused(source, template, tmp_path):
    """The example of the fuel is gas; the row marked 示例 holds coal: somebody's data."""
    path = tmp_path / template(["a", "coal", 1, ""])
    columns = tuple(replace(column, example="gas" if column.name == "fuel" else "") for column in source.columns)
    file = DeliveredFile(path, path.name, hashlib.sha256(path.read_bytes()).hexdigest())
    table = read_delivered_table(Delivery(replace(source, columns=columns), (file,), DeliverySpec()))
    assert [(each.code, each.place) for each in table.problems] == [("TY2050", "t.xlsx › 企业 › B4 (fuel)")]
