"""The workbook to fill: lists to choose from by Chinese name, and a filled one goes through the calculation."""

import openpyxl
import pytest

from inventory.calculation.calculate import calculate
from inventory.calculation.codes import TABLES, code_of
from inventory.calculation.template import DATA_SHEET, write_activity_template
from inventory.calculation.validation import OPTIONAL, REQUIRED
from inventory.errors import DataSourceError
from inventory.methods import METHODS
from inventory.vocabulary import load


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "活动水平.xlsx"
    write_activity_template(path)
    return path


@pytest.fixture
def book(template):
    return openpyxl.load_workbook(template)


def header(sheet):
    return [cell.value for cell in sheet[4]]


def lists_of(book):
    """Return the names to choose from by column of the data sheet."""
    sheet, found = book[DATA_SHEET], {}
    for rule in sheet.data_validations.dataValidation:
        if rule.type == "list":
            name, _, cells = rule.formula1.strip("=").partition("!")
            column = header(sheet)[next(iter(rule.sqref.ranges)).min_col - 1]
            found[column] = [cell.value for (cell,) in book[name.strip("'")][cells.replace("$", "")]]
    return found


def test_sheet_has_the_columns_of_the_calculation_with_chinese_names_above(book):
    sheet = book[DATA_SHEET]
    assert header(sheet)[:12] == [*REQUIRED, *OPTIONAL]
    assert [cell.value for cell in sheet[3]][:6] == ["编号", "源类", "燃料或产品", "技术", "治理", "活动水平"]


def test_every_column_of_codes_offers_all_its_chinese_names(book):
    lists = lists_of(book)
    assert set(lists) == {*TABLES, "activity_unit"}
    for column, tables in TABLES.items():
        assert lists[column] == [name for table in tables for name in load(table)["zh"]]
    assert None not in lists["activity_unit"]


def test_every_offered_name_means_the_code_beside_it(book):
    names = {"source_category": "源类", "fuel_or_product": "燃料与产品", "technology": "技术", "control": "治理",
             "region_code": "地区", "size_class": "规模", "activity_unit": "单位"}  # fmt: skip
    for column, sheet in names.items():
        rows = [(code.value, name.value) for code, name in book[f"代码-{sheet}"]["A4:B600"] if code.value]
        assert len(rows) > 20
        assert [(code, name) for code, name in rows if code_of(column, name.strip()) != code] == []


def test_amounts_and_fractions_are_checked_as_numbers(book):
    sheet = book[DATA_SHEET]
    rules = {
        header(sheet)[next(iter(rule.sqref.ranges)).min_col - 1]: (float(rule.formula1), float(rule.formula2))
        for rule in sheet.data_validations.dataValidation
        if rule.type == "decimal"
    }
    assert rules["sulphur_fraction"] == (0.0, 1.0)
    assert rules["inventory_year"] == (1949.0, 2100.0)
    assert rules["activity_value"][0] == 0.0


def test_methods_and_parameters_stand_beside_the_data(book):
    assert book["方法"].max_row - 3 == len(METHODS)
    assert book["参数"].max_row - 3 == len(load("parameters"))


def test_template_as_it_is_goes_through_with_its_example(template, tmp_path):
    report = calculate(template, tmp_path / "out.csv")
    assert report.activities == 1
    text = (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    assert '"示例-1","SO2",20.399999999999995' in text


def test_filled_template_gives_the_emissions_by_hand(template, tmp_path):
    """150 t of coal with 0.5 % sulphur, no control, 15 % stays: 150 × 2 × 0.005 × 0.85 = 1.275 t SO2."""
    book = openpyxl.load_workbook(template)
    sheet = book[DATA_SHEET]
    names = header(sheet)
    filled = {
        "activity_id": "二号炉", "source_category": sheet.cell(5, 2).value, "fuel_or_product": "原煤", "technology": None,
        "control": None, "activity_value": 0.015, "activity_unit": "万吨", "inventory_year": 2021,
        "region_code": "浦东新区", "size_class": None, "balance_group": None, "activity_uncertainty_pct": None,
        "sulphur_fraction": 0.005, "sulphur_retention": 0.15,
    }  # fmt: skip
    for name, value in filled.items():
        sheet.cell(5, names.index(name) + 1).value = value
    book.save(template)
    calculate(template, tmp_path / "out.csv")
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    (so2,) = [line for line in lines if line.startswith('"二号炉","SO2",')]
    assert float(so2.split(",")[2]) == pytest.approx(1.275, rel=1e-14)
    assert not [line for line in lines if "示例-1" in line]


def test_template_never_overwrites_a_file_that_may_be_filled(template):
    before = template.read_bytes()
    with pytest.raises(DataSourceError, match="TY2319"):
        write_activity_template(template)
    assert template.read_bytes() == before
