"""The same records in any delivery give the same bits: CSV, GB18030, workbook, names, full-width digits."""

import numpy as np
import openpyxl
import pandas as pd
import pytest

from inventory import estimate
from inventory.calculation.reading import read_activity_text
from inventory.errors import DataSourceError
from tests.inventory.calculation.conftest import rows_of


def same(found, expected):
    pd.testing.assert_frame_equal(found, expected, check_exact=True, check_dtype=False, check_categorical=False)


def workbook(path, rows, above=()):
    book = openpyxl.Workbook()
    for row in (*above, *rows):
        book.active.append(row)
    book.save(path)
    return path


@pytest.fixture
def records(coal, plain):
    second = plain(activity_id="B", activity_value="1234.5", technology="", activity_uncertainty_pct="")
    return coal(activity_uncertainty_pct="5"), second


@pytest.fixture
def expected(records):
    return estimate(rows_of(*records))


def test_csv_gives_the_bits_of_the_data_frame(records, expected, write_csv):
    same(estimate(write_csv(*records)), expected)


def test_gb18030_and_utf8_with_mark_are_read(records, expected, write_csv):
    named = tuple(row | {"note": "一号炉"} for row in records)
    same(estimate(write_csv(*named, name="gb.csv", encoding="gb18030")), expected)
    same(estimate(write_csv(*named, name="mark.csv", encoding="utf-8-sig")), expected)


def test_numbers_of_a_workbook_are_those_of_the_csv(records, expected, tmp_path):
    table = rows_of(*records)
    numeric = [name for name in table if name not in {"activity_id", "technology", "control"}]
    cells = [
        [float(text) if name in numeric and text.replace(".", "").isdigit() else text or None
         for name, text in zip(table, row, strict=True)]
        for row in table.to_numpy().tolist()
    ]  # fmt: skip
    path = workbook(tmp_path / "a.xlsx", [table.columns.tolist(), *cells], above=[["活动水平"], []])
    same(estimate(path), expected)


def test_numbers_of_a_data_frame_are_those_of_the_text(records, expected):
    table = rows_of(*records)
    numbers = table.assign(
        **{name: pd.to_numeric(table[name]) for name in table.columns[9:]},
        activity_value=table["activity_value"].astype(float).astype(object).map(np.float64).astype(object),
        inventory_year=[2021, 2021], region_code=[310000.0, 310000.0],
    )  # fmt: skip
    same(estimate(numbers), expected)


def test_chinese_names_aliases_and_blanks_mean_the_codes(coal, expected, records):
    named = coal(
        fuel_or_product="原煤", technology="层燃炉", control="石灰石/石膏法 + 普通静电除尘法", activity_unit="吨",
        region_code="上海市", activity_uncertainty_pct="5",
    )  # fmt: skip
    same(estimate(rows_of(named, records[1] | {"technology": "any", "control": "none"})), expected)


@pytest.mark.parametrize("text", ["１２３４．５", "1,234.5", "１，２３４.５", " 1234.5 ", "1.2345e3", "+1234.50"])
def test_spelling_of_a_number_does_not_matter(text, records, expected, write_csv):
    same(estimate(write_csv(records[0], records[1] | {"activity_value": text})), expected)


@pytest.mark.parametrize("text", ["—", "–", "-", "/", "", "　"])
def test_cell_without_a_value_is_missing_and_not_zero(text, records, expected, write_csv):
    other = {"sulphur_fraction": text, "activity_uncertainty_pct": text}
    same(estimate(write_csv(records[0], records[1] | other)), expected)


def test_blank_rows_and_columns_are_passed_over_and_rows_keep_their_numbers(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('activity_id,note,\nA,"1\n2",\n\n,,\nB,x,\n', encoding="utf-8")
    found = read_activity_text(path)
    assert found["activity_id"].tolist() == ["A", "B"]
    assert found["row_number"].tolist() == [2, 5]
    assert list(found.columns) == ["activity_id", "note", "row_number"]


def test_header_row_of_a_workbook_is_found_below_notes_and_on_any_sheet(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["activity_id", "编号", "唯一"])
    sheet = book.create_sheet("数据")
    for row in (["说明"], ["activity_id", "activity_value"], ["A", 3], [None, None], ["B", 4.25]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    found = read_activity_text(tmp_path / "a.xlsx")
    assert found.to_numpy().tolist() == [["A", "3", 3], ["B", "4.25", 5]]


def refused(path):
    with pytest.raises(DataSourceError) as error:
        read_activity_text(path)
    return [(problem.code, problem.place) for problem in error.value.problems]


def test_rows_wider_or_narrower_than_the_header_are_all_named(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("activity_id,b\n1,2,3\n2,3\n\n4\n", encoding="utf-8")
    assert refused(path) == [("TY2303", "a.csv › 2"), ("TY2303", "a.csv › 5")]


def test_quotation_mark_that_is_never_closed_does_not_swallow_rows(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('activity_id,note\n1,"x\n2,y\n3,z\n', encoding="utf-8")
    assert refused(path) == [("TY2309", "a.csv")]


def test_cells_without_a_result_are_refused_and_not_read_as_blank(tmp_path):
    path = workbook(tmp_path / "a.xlsx", [["activity_id", "activity_value"], ["A", "=1+1"], ["B", "#DIV/0!"], ["C", 1]])
    assert refused(path) == [("TY2310", "a.xlsx › Sheet › B2"), ("TY2310", "a.xlsx › Sheet › B3")]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "TY2304"),
        ("a.csv", b"activity_id,b\n", "TY2304"),
        ("a.csv", "activity_id,b\n一,2\n".encode("utf-16"), "TY2305"),
        ("a.csv", b"activity_id,b,b\n1,2,3\n", "TY2302"),
        ("a.csv", b"activity_id,,c\n1,2,3\n", "TY2302"),
        ("a.xlsx", b"not a workbook", "TY2306"),
    ],
)
def test_file_that_cannot_be_read_says_why(tmp_path, name, content, code):
    path = tmp_path / name
    path.write_bytes(content)
    assert [found for found, _ in refused(path)] == [code]


def test_missing_file_and_workbook_without_header_are_told(tmp_path):
    assert refused(tmp_path / "none.csv")[0][0] == "TY2301"
    assert refused(workbook(tmp_path / "b.xlsx", [["编号", "数量"], [1, 2]]))[0][0] == "TY2307"
