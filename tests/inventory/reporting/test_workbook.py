from __future__ import annotations

import re
import shutil
import subprocess
import zipfile

import openpyxl
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from inventory.reporting.ghg_summary import build_ghg_summary
from inventory.reporting.workbook import WorkbookAbout, write_workbook
from inventory.warehouse import load_contract

ABOUT = WorkbookAbout(
    title_zh="某市2021年清单", region_zh="某市", inventory_year=2021, release_id="2021-0123456789ab",
    gwp_sets=("SARGWP100", "AR5GWP100"), packs=("cn-provincial-2011",), grid="EPSG:4510",
)  # fmt: skip
# activity_id, category, role, in_airshed, boundary, name, {species: tonnes or key}
RECORDS = [
    ("p:1", "FC.01.01", "total", True, "in_domain", "甲电厂", {"SO2": 12.5, "CO2": 3e6, "CH4": 20.0, "Hg": 0.0004}),
    ("p:2", "FC.01.01", "total", True, "in_domain", '=HYPERLINK("x")',
     {"SO2": 0.5, "CO2": 1e6, "CH4": "NE", "Hg": 0.0001}),
    ("p:3", "FC.02.01", "total", True, "in_domain", "乙热电", {"SO2": 2.0, "CO2": 5e5, "CH4": 1.0, "Hg": "NE"}),
    ("a:1", "MB.10.03", "memo_int_aviation", True, "in_domain", "国际起降", {"SO2": 7.0, "CO2": 2e5, "CH4": 3.0}),
    ("a:2", "MB.10.06", "memo_int_aviation", False, "fuel_sold_outside", "国际巡航",
     {"SO2": 9.0, "CO2": 8e6, "CH4": 4.0}),
    ("w:1", "WT.02.01", "total", True, "in_domain", "焚烧厂", {"CO2": 4e5, "CO2_BIO": 6e5, "CH4": "NE"}),
]  # fmt: skip
ROLE_ZH = {"total": "计入总量", "memo_int_aviation": "信息项-国际航空"}
BOUNDARY_ZH = {"in_domain": "本地活动", "fuel_sold_outside": "本地售出域外使用"}
REGION = [
    ("310101", "FC", "SO2", 14.0), ("310101", "FC", "CO2", 4.4e6), ("310115", "FC", "SO2", 1.0),
    ("310115", "WT", "CO2", 4e5), ("outside_city", "MB", "SO2", 7.0), ("unallocated", "FC", "CO2", 1e5),
]  # fmt: skip


def emission_rows():
    rows = []
    for activity, *_, amounts in RECORDS:
        for species, amount in amounts.items():
            is_key = isinstance(amount, str)
            rows.append({
                "activity_id": activity, "species": species, "emission_t": None if is_key else amount,
                "notation_key": amount if is_key else "", "method": "factor", "factor_id": "F1", "fallback_chain": "",
                "tier": "1", "control_efficiency": 0.0, "factor_confidence": "B", "included_in": "",
            })  # fmt: skip
    return pd.DataFrame(rows).astype({"emission_t": "float64"})


def category_rows():
    """Sums worked out by hand from RECORDS; the CH4 of FC.01.01 is partial, that of WT.02.01 missing."""
    values = {
        ("FC.01.01", "total", True, "in_domain"): {"SO2": 13.0, "CO2": 4e6, "CH4": 20.0, "Hg": 0.0005},
        ("FC.02.01", "total", True, "in_domain"): {"SO2": 2.0, "CO2": 5e5, "CH4": 1.0, "Hg": "NE"},
        ("MB.10.03", "memo_int_aviation", True, "in_domain"): {"SO2": 7.0, "CO2": 2e5, "CH4": 3.0},
        ("MB.10.06", "memo_int_aviation", False, "fuel_sold_outside"): {"SO2": 9.0, "CO2": 8e6, "CH4": 4.0},
        ("WT.02.01", "total", True, "in_domain"): {"CO2": 4e5, "CO2_BIO": 6e5, "CH4": "NE"},
    }
    return [
        (*key, species, None if isinstance(value, str) else value, value if isinstance(value, str) else "")
        for key, cells in values.items()
        for species, value in cells.items()
    ]


@pytest.fixture(scope="module")
def tables():
    ledger = pd.DataFrame([
        {"activity_id": activity, "source_category": category, "ghg_role": role, "in_airshed": airshed,
         "boundary": boundary, "name_zh": name, "fuel_or_product": "raw_coal", "technology": "any",
         "region_code": "310000", "facility_id": "", "activity_value": 1.5, "activity_unit": "t", "data_quality": "L",
         "uncertainty_pct": None, "origin_file": "tables/x.csv", "origin_sheet": "", "origin_row": number + 2,
         "citation": "年鉴"}
        for number, (activity, category, role, airshed, boundary, name, _) in enumerate(RECORDS)
    ])  # fmt: skip
    gaps = pd.DataFrame([
        {"source_category": "FC.01.03", "activity_id": "", "species": "SO2", "notation_key": "NO",
         "reason_zh": "本市不发生",
         "reason_en": "does not occur", "missing_input": "", "included_in": "", "source": "", "confidence": "H"},
    ])  # fmt: skip
    totals = pd.DataFrame(
        [("airshed", "SO2", 22.0, 0.2, 0.3, 0.5), ("airshed", "CO2", 5.1e6, 0.0, 0.0, 1.0),
         ("ghg_total", "CO2", 4.9e6, 0.0, 0.0, 1.0), ("ghg_total", "CH4", 21.0, 0.0, 0.0, 1.0)],
        columns=["scope", "species", "emission_t", "share_h", "share_m", "share_l"],
    )  # fmt: skip
    co2e = pd.DataFrame(
        [("ghg_total", one, gas, factor, mass * factor)
         for one, methane in (("SARGWP100", 21.0), ("AR5GWP100", 28.0))
         for gas, factor, mass in (("CO2", 1.0, 4.9e6), ("CH4", methane, 21.0))]
        + [("ghg_total", "SARGWP100", "total", None, 4.9e6 + 441.0),
           ("ghg_total", "AR5GWP100", "total", None, 4.9e6 + 588.0)],
        columns=["scope", "gwp_set", "species", "gwp", "co2e_t"],
    )  # fmt: skip
    emissions = emission_rows()
    return {
        "core_delivery": pd.DataFrame(columns=[column.name for column in load_contract("core_delivery").columns]),
        "core_quarantine": pd.DataFrame(columns=[column.name for column in load_contract("core_quarantine").columns]),
        "core_activity": ledger, "core_emission": emissions, "core_gap": gaps, "out_total": totals, "out_co2e": co2e,
        "core_emission_factor": pd.DataFrame([{
            "factor_id": "F1", "edition": "cn-provincial-2011", "source_category": "FC", "fuel_or_product": "raw_coal",
            "technology": "any", "control": "none", "species": "CO2", "value": 1.9, "unit": "t/t", "basis": "emitted",
            "region_code": "CN", "uncertainty_pct": 5.0, "source": "指南", "evidence": "read", "confidence": "B"}]),
        "out_emission_by_category": pd.DataFrame(category_rows(), columns=[
            "source_category", "ghg_role", "in_airshed", "boundary", "species", "emission_t", "notation_key"]),
        "out_emission_by_region": pd.DataFrame(REGION, columns=[
            "region_code", "category_class", "species", "emission_t"]),
        "out_mass_balance": pd.DataFrame(
            [("FC.01.01", "SO2", 13.0, 10.0, 2.0, 1.0, 0.0)],
            columns=["source_category", "species", "emission_t", "cells_t", "outside_t", "unallocated_t",
                     "relative_error"]),
        "out_ghg_summary": build_ghg_summary(ledger, emissions, gaps, gwp_set="SARGWP100"),
    }  # fmt: skip


@pytest.fixture(scope="module")
def written(tables, tmp_path_factory):
    path = tmp_path_factory.mktemp("workbook") / "清单.xlsx"
    write_workbook(tables, path, about=ABOUT)
    return path


def sheet_of(path, name):
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name).to_python(skip_empty_area=False)


def test_workbook_has_the_sheets_in_reading_order(written):
    assert CalamineWorkbook.from_path(str(written)).sheet_names == [
        "说明", "分类别×物种", "分区×物种", "温室气体总表", "二氧化碳当量", "质量守恒", "缺口清单", "排放因子", "活动水平",
        "交付",
        "隔离的行",
        "排放明细",
    ]  # fmt: skip


def test_every_category_cell_equals_the_table(written):
    rows = sheet_of(written, "分类别×物种")
    heads = rows[3]
    for code, role, airshed, boundary, species, value, key in category_rows():
        head = [code, ROLE_ZH[role], "域内" if airshed else "域外", BOUNDARY_ZH[boundary]]
        found = [row for row in rows if [row[0], *row[2:5]] == head]
        assert len(found) == 1
        cell = found[0][heads.index(species)]
        assert cell == (key if value is None else pytest.approx(value, rel=1e-6))


def test_subtotals_of_categories_add_up_and_pass_over_notation_keys(written):
    rows = {(row[0], row[1], row[2]): row for row in sheet_of(written, "分类别×物种")}
    heads = sheet_of(written, "分类别×物种")[3]
    so2, co2, ch4 = (heads.index(code) for code in ("SO2", "CO2", "CH4"))
    assert rows["FC", "合计：化石燃料固定燃烧源", ""][so2] == 15.0
    assert rows["", "合计：大气域内", ""][so2] == 22.0
    assert rows["", "合计：大气域外（不进入网格）", ""][so2] == 9.0
    assert rows["WT.02", "小计：焚烧(垃圾/污泥/危废/医废)", ""][ch4] == "NE"
    assert rows["", "温室气体口径合计（域内+域外）", "计入总量"][co2] == 4.9e6
    assert rows["", "温室气体口径合计（域内+域外）", "信息项-国际航空"][co2] == 8.2e6


def test_a_leaf_without_activity_shows_its_notation_key(written):
    rows = sheet_of(written, "分类别×物种")
    row = next(row for row in rows if row[0] == "FC.01.03")
    assert row[rows[3].index("SO2")] == "NO"


def test_every_district_cell_equals_the_table(written):
    rows = sheet_of(written, "分区×物种")
    heads = rows[3]
    for region, part, species, value in REGION:
        row = next(row for row in rows if (row[0], row[2]) == (region, part))
        assert row[heads.index(species)] == pytest.approx(value, rel=1e-6)
    first = {row[0]: row for row in reversed(rows)}
    assert first["310115"][heads.index("SO2")] == 1.0
    assert first["outside_city"][1] == "市域外（网格内）"
    total = next(row for row in rows if row[1] == "合计：大气域内")
    assert [total[heads.index(code)] for code in ("SO2", "CO2")] == [22.0, 4.9e6]


def test_a_district_without_a_number_is_empty_not_zero(written):
    rows = sheet_of(written, "分区×物种")
    first = {row[0]: row for row in reversed(rows)}
    assert first["outside_city"][rows[3].index("CO2")] == ""


def test_summary_rows_equal_the_table_and_memo_items_stand_below(tables, written):
    rows = sheet_of(written, "温室气体总表")
    line = next(number for number, row in enumerate(rows) if row[0] == "以下为信息项，不计入总量")
    columns = ["co2_wan_t", "ch4_wan_t", "n2o_wan_t"]
    columns += ["hfcs_wan_t_co2e", "pfcs_wan_t_co2e", "sf6_wan_t_co2e", "ghg_wan_t_co2e"]
    for row in tables["out_ghg_summary"].to_dict("records"):
        at = next(number for number, cells in enumerate(rows) if cells[0] == row["row_label"])
        assert (at > line) == row["is_memo"]
        for cell, column in zip(rows[at][1:8], columns, strict=True):
            assert isinstance(cell, str) if pd.isna(row[column]) else cell == pytest.approx(row[column], rel=1e-12)


def test_co2e_stands_beside_each_gwp_set(written):
    rows = sheet_of(written, "二氧化碳当量")
    methane = next(row for row in rows if row[1] == "CH4")
    assert methane[3:8] == [21.0, 21.0, 441.0, 28.0, 588.0]
    total = next(row for row in rows if row[1] == "合计")
    assert [total[5], total[7]] == [4_900_441.0, 4_900_588.0]


def test_mass_balance_recomputes_the_difference(written):
    assert sheet_of(written, "质量守恒")[3][3:9] == [13.0, 10.0, 2.0, 1.0, 0.0, 0.0]


def test_a_number_leads_to_its_row_in_the_delivered_file(written):
    record = next(row for row in sheet_of(written, "排放明细") if row[0] == "p:3" and row[6] == "SO2")
    assert record[7] == 2.0
    assert record[9] == "F1"
    source = next(row for row in sheet_of(written, "活动水平") if row[0] == "p:3")
    assert (source[13], source[15]) == ("tables/x.csv", 4.0)
    factor = next(row for row in sheet_of(written, "排放因子") if row[0] == "F1")
    assert (factor[5], factor[15]) == (1.9, "指南")


def test_text_that_looks_like_a_formula_stays_text(written):
    book = openpyxl.load_workbook(written)
    cells = [cell for row in book["活动水平"].iter_rows() for cell in row if str(cell.value).startswith("=HYPERLINK")]
    assert [cell.data_type for cell in cells] == ["s"]


def test_number_formats_show_grams_of_mercury_and_megatonnes(written):
    sheet = openpyxl.load_workbook(written, data_only=True)["分类别×物种"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.number_format for cell in cells if cell.value == 0.0005} == {"0.00E+00"}
    assert {cell.number_format for cell in cells if cell.value == 4_000_000} == {"#,##0"}


def test_pages_are_a4_landscape_with_frozen_heads_and_filters(written):
    for sheet in openpyxl.load_workbook(written):
        assert sheet.page_setup.orientation == "landscape"
        assert int(sheet.page_setup.paperSize) == 9
        assert sheet.freeze_panes is not None
    filtered = [sheet.title for sheet in openpyxl.load_workbook(written) if sheet.auto_filter.ref]
    assert filtered == [
        "分类别×物种",
        "分区×物种",
        "质量守恒",
        "缺口清单",
        "排放因子",
        "活动水平",
        "交付",
        "隔离的行",
        "排放明细",
    ]


def test_front_sheet_warns_and_names_the_release(written):
    cells = [str(cell) for row in sheet_of(written, "说明") for cell in row]
    assert "2021-0123456789ab" in cells
    assert any("未经主管部门审定" in cell for cell in cells)
    so2 = next(row for row in sheet_of(written, "说明") if row[1] == "SO2")
    assert so2[3:7] == [22.0, 0.2, 0.3, 0.5]


def test_equal_tables_give_equal_bytes(tables, written, tmp_path):
    again = tmp_path / "again.xlsx"
    write_workbook(tables, again, about=ABOUT)
    assert again.read_bytes() == written.read_bytes()


@pytest.mark.apt
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_formulas_recalculate_to_the_written_values(written, tmp_path):
    emptied = tmp_path / "emptied.xlsx"
    count = 0
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(emptied, "w") as target:
        for name in source.namelist():
            data, found = re.subn(rb"(</f>)<v>[^<]*</v>", rb"\1", source.read(name))
            count += found
            target.writestr(name, data)
    assert count > 50
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "ods",
         "--outdir", str(tmp_path), str(emptied)], check=True, capture_output=True,
    )  # fmt: skip
    for name in CalamineWorkbook.from_path(str(written)).sheet_names:
        for before, after in zip(sheet_of(written, name), sheet_of(tmp_path / "emptied.ods", name), strict=False):
            for one, other in zip(before, after, strict=False):
                if isinstance(one, float):
                    assert other == pytest.approx(one, rel=1e-9, abs=1e-12)
