"""Templates: what people see, and that every cell of the example comes back as it was written."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import python_calamine

from inventory.errors import DataSourceError
from sources.registry import SourceColumn, all_sources, find_source
from sources.template.data_sheet import reads_back
from sources.template.from_tables import workbooks_of_tables
from sources.template.layout import providers
from sources.template.version import template_version
from sources.template.workbook import fill_template

EXAMPLE = Path(__file__).parents[3] / "examples" / "shanghai"
TABLES = {path.stem: path for path in sorted((EXAMPLE / "tables").glob("*.csv"))}


@pytest.fixture(scope="module")
def workbooks():
    return workbooks_of_tables(EXAMPLE / "tables")


def calamine_text(cell: object) -> str:
    """Say a cell as a reader of text would: whole numbers without a point."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def sheet_of(content: bytes, source_id: str) -> list[list[str]]:
    """Return the sheet of a source from A1 on, found by the hidden sheet."""
    book = python_calamine.load_workbook(io.BytesIO(content))
    stamps = book.get_sheet_by_name("_template").to_python(skip_empty_area=False)
    assert stamps[0] == ["source_id", "sheet", "id_row", "first_data_row", "template_version"]
    sheet = next(row[1] for row in stamps if row[0] == source_id)
    rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    return [[calamine_text(cell) for cell in row] for row in rows]


@pytest.mark.parametrize("source_id", TABLES)
def test_every_cell_of_the_example_reads_back_letter_for_letter(workbooks, source_id):
    source = find_source(source_id)
    with TABLES[source_id].open(encoding="utf-8-sig", newline="") as handle:
        delivered = list(csv.DictReader(handle))
    rows = sheet_of(workbooks[f"{source.provider}.xlsx"], source_id)
    names = rows[1]
    assert rows[0] == [column.zh for column in source.columns]
    assert names == [column.name for column in source.columns]
    assert rows[2][0].startswith("示例")
    filled = [dict(zip(names, row, strict=True)) for row in rows[3:]]
    assert filled == [{name: row.get(name, "") for name in names} for row in delivered]


def test_the_workbooks_of_the_example_are_those_of_its_tables(workbooks):
    on_disk = {path.name: path.read_bytes() for path in (EXAMPLE / "workbooks").glob("*.xlsx")}
    assert sorted(on_disk) == sorted(workbooks)
    stale = [name for name, content in workbooks.items() if on_disk[name] != content]
    assert not stale, "write them anew from the tables: sources.template.from_tables.write_workbooks"
    assert sum(map(len, on_disk.values())) < 600_000


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("47.03", 47.03), ("662030", 662030.0), ("-119.5", -119.5), ("0", 0.0),
        ("14200.0", None), ("0.30", None), ("1e5", None), ("1,234", None), ("-0", None), ("+5", None), ("007", None),
        ("0.12345678901234567", None), ("12345678901234567", None), ("—", None), ("", None), ("12%", None),
    ],
)  # fmt: skip
def test_a_number_is_written_only_where_its_text_comes_back(text, number):
    assert reads_back(text) == number


def balance(**cells: str) -> pd.DataFrame:
    """Return one row of the energy balance."""
    row = {
        "item": "Coking", "item_zh": "炼焦", "fuel": "Coal Raw", "fuel_zh": "原煤", "value": "-30.01", "unit": "10^4 t",
        "year": "2021", "source": "x", "confidence": "H", "note": "",
    }  # fmt: skip
    return pd.DataFrame([row | cells])


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1 t", "@SUM(A1)", "http://a.b", "0012", "  两边空格 ", "a\nb", "{=1}"]
)
def test_text_that_looks_like_something_else_stays_text(text):
    rows = sheet_of(fill_template("统计局", {"energy_balance": balance(note=text)}), "energy_balance")
    assert rows[3][9] == text


def test_a_row_that_would_be_passed_over_as_an_example_is_refused():
    with pytest.raises(DataSourceError, match="TY2102"):
        fill_template("统计局", {"energy_balance": balance(item="", item_zh="示例行")})


def test_what_excel_would_cut_or_the_table_lacks_is_refused():
    with pytest.raises(DataSourceError, match="TY2103"):
        fill_template("统计局", {"energy_balance": balance(note="长" * 32_768)})
    with pytest.raises(DataSourceError, match="TY2104") as caught:
        fill_template("统计局", {"energy_balance": balance().drop(columns=["unit", "year"])})
    assert "unit、year" in str(caught.value)
    with pytest.raises(DataSourceError, match="TY2101"):
        fill_template("没有的单位")


def test_equal_tables_give_equal_bytes():
    assert fill_template("农业农村委") == fill_template("农业农村委")


def test_sheets_stand_in_the_order_that_the_guide_says():
    book = openpyxl.load_workbook(io.BytesIO(fill_template("农业农村委")))
    assert book.sheetnames == ["说明", "种植与养殖", "代码表", "校验", "_template"]
    assert [sheet.sheet_state for sheet in book.worksheets] == ["visible"] * 4 + ["veryHidden"]
    sheet = book["种植与养殖"]
    assert sheet.row_dimensions[2].hidden
    assert sheet.freeze_panes == "B3"
    assert book["代码表"].protection.sheet
    assert not sheet.protection.sheet


def test_the_guide_names_what_a_sheet_holds_in_chinese_first_and_says_what_is_optional():
    sheet = openpyxl.load_workbook(io.BytesIO(fill_template("生态环境局")))["说明"]
    content = {row[0]: row[2] for row in sheet.iter_rows(values_only=True) if row[0] and row[2]}
    assert content["设施名录"] == "设施名录 / Named facilities"
    assert content["排放口"].startswith("排放口（可选） / Outlets")


def test_the_example_of_a_facility_is_one_that_runs():
    sheet = openpyxl.load_workbook(io.BytesIO(fill_template("生态环境局")))["设施名录"]
    example = dict(zip([cell.value for cell in sheet[2]], [cell.value for cell in sheet[3]], strict=True))
    assert example["category"] == "power coal"
    assert example["closed_year"] is None
    assert example["site_name"] is None


def test_headers_explain_themselves_and_required_ones_are_tinted():
    sheet = openpyxl.load_workbook(io.BytesIO(fill_template("农业农村委")))["种植与养殖"]
    comment = sheet["C1"].comment.text
    assert "数值（可空）" in comment
    assert "示例：93.9" in comment
    assert sheet["A1"].fill.start_color.rgb != sheet["B1"].fill.start_color.rgb
    assert sheet.column_dimensions["A"].width > 10


def test_drop_downs_take_their_names_from_ranges_and_cover_the_rows_to_fill():
    book = openpyxl.load_workbook(io.BytesIO(fill_template("生态环境局")))
    lists = [rule for rule in book["设施名录"].data_validations.dataValidation if rule.type == "list"]
    by_first = {str(rule.sqref).split(":")[0]: rule for rule in lists}
    category = by_first["C4"]
    assert category.formula1.startswith("'代码表'!$")
    assert str(category.sqref) == "C4:C2003"
    first, last = category.formula1.replace("'代码表'!", "").replace("$", "").split(":")
    names = [row[0].value for row in book["代码表"][first:last]]
    assert names[0] == "power coal"
    assert len(names) == 30


def test_code_columns_are_text():
    sheet = openpyxl.load_workbook(io.BytesIO(workbooks_of_tables(EXAMPLE / "tables")["规划资源局.xlsx"]))["街镇人口"]
    assert sheet["D4"].value == "310101013000"
    assert sheet["D4"].number_format == "@"


def test_the_version_follows_the_columns_and_not_their_notes():
    source = find_source("waste")
    first = source.columns[0]
    noted = replace(source, columns=(replace(first, note="x", example="y"), *source.columns[1:]))
    renamed = replace(source, columns=(replace(first, zh="别名"), *source.columns[1:]))
    longer = replace(source, columns=(*source.columns, SourceColumn("more", "text", required=False)))
    assert template_version(noted) == template_version(source)
    assert len({template_version(source), template_version(renamed), template_version(longer)}) == 3


def test_every_required_source_has_a_sheet_name_and_a_provider():
    in_workbooks = {source.source_id for sources in providers().values() for source in sources}
    assert {source_id for source_id, source in all_sources().items() if source.is_required} <= in_workbooks
    for sources in providers().values():
        assert len({source.zh for source in sources}) == len(sources)
        assert all(len(source.zh) <= 31 for source in sources)


@pytest.mark.apt
def test_the_check_sheet_counts_what_is_wrong(tmp_path):
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    wrong = pd.concat(
        [
            balance(), balance(value="12%"), balance(value="abc"), balance(value="—"), balance(value="1e5"),
            balance(unit="万顿"), balance(source=""), balance(confidence="X"), balance(year="去年"),
        ],
        ignore_index=True,
    )  # fmt: skip
    path = tmp_path / "wrong.xlsx"
    # Saved by openpyxl, formulas have no cached values: LibreOffice must calculate them.
    openpyxl.load_workbook(io.BytesIO(fill_template("统计局", {"energy_balance": wrong}))).save(path)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "ods",
         "--outdir", str(tmp_path), str(path)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    rows = python_calamine.load_workbook(str(tmp_path / "wrong.ods")).get_sheet_by_name("校验").to_python()
    counts = {row[1]: row[2:6] for row in rows if row[0] == "能源平衡表"}
    assert rows[1][1] == 6.0
    assert counts["数值"] == [9.0, "", 2.0, ""]
    assert counts["单位"] == [9.0, 0.0, "", 1.0]
    assert counts["数据来源"] == [9.0, 1.0, "", ""]
    assert counts["可信度"] == [9.0, 0.0, "", 1.0]
    assert counts["年份"] == [9.0, 0.0, 1.0, ""]
