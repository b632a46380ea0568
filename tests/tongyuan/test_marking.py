"""Marked copies: the right cells are red and commented, the list leads to them, the user's file stays as it is."""

from __future__ import annotations

import time
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from inventory.errors import CellRef, Problem
from sources.template.from_tables import write_workbooks
from tongyuan.marking import LIST_SHEET, mark_findings

EXAMPLE = Path(__file__).parents[2] / "examples" / "shanghai"
RED = "FFFF9B9B"


def finding(file, row, column, *, sheet="", letter="", code="TY2008"):
    ref = CellRef(file, sheet, row, column, letter)
    return Problem(code, str(ref), "不是数字：'12%'", "not a number: '12%'", "改为数字", "write a number", ref)


def red_cells(sheet):
    return {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.start_color.rgb == RED}


@pytest.fixture
def user_book(tmp_path):
    """A workbook of a user's: formats, a formula, merged cells, a comment of theirs, a second sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "产量 2021"
    sheet.append(["品种", "产量", "说明"])
    sheet.append(["粗钢", 12.5, "=1+1"])
    sheet.append(["生铁", "12%", "文字"])
    sheet["B2"].number_format = "0.00"
    sheet["B3"].comment = Comment("待核", "老王")
    sheet.merge_cells("C3:C5")
    book.create_sheet("别的表")["A1"] = "不动"
    path = tmp_path / "产量.xlsx"
    book.save(path)
    return path


def test_a_workbook_keeps_its_own_content_beside_the_marks(user_book, tmp_path):
    before = user_book.read_bytes()
    (copy,) = mark_findings(
        [finding("产量.xlsx", 3, "value", sheet="产量 2021", letter="B")], tmp_path, tmp_path / "out"
    )
    assert copy == (tmp_path / "out" / "产量.marked.xlsx").resolve()
    assert user_book.read_bytes() == before
    book = openpyxl.load_workbook(copy)
    assert book.sheetnames == [LIST_SHEET, "产量 2021", "别的表"]
    sheet = book["产量 2021"]
    assert red_cells(sheet) == {"B3"}
    assert (sheet["B3"].value, sheet["B2"].value, sheet["C2"].value) == ("12%", 12.5, "=1+1")
    assert sheet["B2"].number_format == "0.00"
    assert sheet["B3"].comment.text == (
        "待核\n——\n[TY2008] 不是数字：'12%'\nnot a number: '12%'\n→ 改为数字\n→ write a number"
    )
    assert book["别的表"]["A1"].value == "不动"


def test_the_list_leads_to_the_cell(user_book, tmp_path):
    problems = [
        finding("产量.xlsx", 3, "value", sheet="产量 2021", letter="B"),
        Problem("IN103", "产量.xlsx", "整个文件的问题", "about the whole file"),
        Problem("IN103", "别的.xlsx", "别的文件", "another file"),
    ]
    (copy,) = mark_findings(problems, tmp_path, tmp_path / "out")
    sheet = openpyxl.load_workbook(copy)[LIST_SHEET]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert rows[0] == [
        1, "TY2008", "产量.xlsx › 产量 2021 › B3 (value)", "不是数字：'12%'\nnot a number: '12%'",
        "改为数字\nwrite a number",
    ]  # fmt: skip
    assert [row[1] for row in rows] == ["TY2008", "IN103"]
    assert sheet["C4"].hyperlink.location == "'产量 2021'!B3"
    assert sheet["C5"].hyperlink is None


def test_findings_of_one_cell_share_a_comment_and_merged_cells_are_marked_at_their_first(user_book, tmp_path):
    problems = [
        finding("产量.xlsx", 4, "note", sheet="产量 2021", letter="C"),
        finding("产量.xlsx", 5, "note", sheet="产量 2021", letter="C", code="IN305"),
    ]
    (copy,) = mark_findings(problems, tmp_path, tmp_path / "out")
    sheet = openpyxl.load_workbook(copy)["产量 2021"]
    assert red_cells(sheet) == {"C3"}
    assert sheet["C3"].comment.text.count("[") == 2
    assert "[IN305]" in sheet["C3"].comment.text


def test_a_template_keeps_drop_downs_protection_and_its_hidden_sheet(tmp_path):
    write_workbooks(EXAMPLE / "tables", tmp_path)
    name = "农业农村委.xlsx"
    (copy,) = mark_findings([finding(name, 5, "value", sheet="种植与养殖", letter="C")], tmp_path, tmp_path / "out")
    own, marked = openpyxl.load_workbook(tmp_path / name), openpyxl.load_workbook(copy)
    assert marked.sheetnames == [LIST_SHEET, *own.sheetnames]
    assert marked["_template"].sheet_state == "veryHidden"
    assert marked["代码表"].protection.sheet
    for sheet in own.worksheets:
        again = marked[sheet.title]
        rules = [(str(r.sqref), r.formula1) for r in sheet.data_validations.dataValidation]
        assert [(str(r.sqref), r.formula1) for r in again.data_validations.dataValidation] == rules
        assert len(again.conditional_formatting) == len(sheet.conditional_formatting)
        assert again.freeze_panes == sheet.freeze_panes


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8-sig", ","), ("gb18030", ";"), ("utf-8", "\t")])
def test_a_text_file_becomes_a_workbook_of_the_same_text(tmp_path, encoding, delimiter):
    lines = [["品种", "数值", "备注"], ["=1+1", "007", "甲"], ["生铁", "12%", "乙\x07"]]
    text = "\n".join(delimiter.join(line) for line in lines) + "\n"
    (tmp_path / "t.csv").write_bytes(text.encode(encoding))
    problems = [finding("t.csv", 3, "value"), finding("t.csv", 2, "nothing of this name")]
    (copy,) = mark_findings(problems, tmp_path, tmp_path / "out")
    sheet = openpyxl.load_workbook(copy)["t"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        lines[0], lines[1], ["生铁", "12%", "乙\ufffd"],
    ]  # fmt: skip
    assert sheet["A2"].data_type == "s"
    assert red_cells(sheet) == {"B3", "A2"}


def test_an_old_workbook_becomes_a_new_one_of_the_same_text(tmp_path):
    xlwt = pytest.importorskip("xlwt")
    book = xlwt.Workbook()
    sheet = book.add_sheet("旧表")
    for row, cells in enumerate([["编码", "数值"], ["007", "12%"], ["=1", 14200]]):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    book.save(str(tmp_path / "old.xls"))
    (copy,) = mark_findings([finding("old.xls", 2, "value", sheet="旧表", letter="B")], tmp_path, tmp_path / "out")
    marked = openpyxl.load_workbook(copy)["旧表"]
    assert [[cell.value for cell in row] for row in marked.iter_rows()] == [
        ["编码", "数值"], ["007", "12%"], ["=1", "14200"],
    ]  # fmt: skip
    assert red_cells(marked) == {"B2"}


@pytest.mark.parametrize("content", [b"PK\x03\x04 not a workbook", b"%PDF-1.7 scan", b""])
def test_a_file_that_cannot_be_copied_gets_a_list(tmp_path, content):
    (tmp_path / "x.xlsx").write_bytes(content)
    (copy,) = mark_findings([finding("x.xlsx", 3, "value", sheet="表", letter="B")], tmp_path, tmp_path / "out")
    book = openpyxl.load_workbook(copy)
    assert book.sheetnames == [LIST_SHEET]
    assert book[LIST_SHEET]["B4"].value == "TY2008"
    assert "没有带过来" in book[LIST_SHEET]["A2"].value


def test_copies_never_meet_each_other_or_a_delivered_file(tmp_path):
    (tmp_path / "a").mkdir()
    for name in ("t.csv", "a/t.csv", "t.marked.xlsx"):
        (tmp_path / name).write_bytes(b"value\n1\n")
    problems = [finding(name, 2, "value") for name in ("t.csv", "a/t.csv", "t.marked.xlsx")]
    copies = mark_findings(problems, tmp_path, tmp_path)
    assert sorted(path.name for path in copies) == ["t-2.marked.xlsx", "t-3.marked.xlsx", "t.marked.marked.xlsx"]
    assert (tmp_path / "t.marked.xlsx").read_bytes() == b"value\n1\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["a", "t.csv", "t.marked.xlsx", *(path.name for path in copies)]
    )


def test_no_finding_of_a_cell_no_copy(tmp_path):
    assert mark_findings([Problem("IN101", "x.xlsx", "坏", "bad")], tmp_path, tmp_path / "out") == []
    assert not (tmp_path / "out").exists()


def test_ten_thousand_findings_are_marked_in_seconds(tmp_path):
    rows = "".join(f"{number},x\n" for number in range(5_000))
    (tmp_path / "t.csv").write_text("item,value\n" + rows, encoding="utf-8")
    problems = [finding("t.csv", row, column) for row in range(2, 5_002) for column in ("item", "value")]
    started = time.monotonic()
    (copy,) = mark_findings(problems, tmp_path, tmp_path / "out")
    assert time.monotonic() - started < 60
    book = openpyxl.load_workbook(copy)
    assert len(red_cells(book["t"])) == 10_000
    assert book[LIST_SHEET].max_row == 3 + 10_000
