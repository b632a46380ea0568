"""Raw test results: every cell checked, nothing dropped, and what the runs say, against hand calculation."""

import math
from datetime import date

import openpyxl
import pytest

from inventory.errors import DataSourceError, SchemaError
from inventory.factors.measured_factor import candidate_factors, run_statistics
from inventory.factors.test_report import COLUMNS, RUNS_SHEET, read_test_report, write_template

T_2, T_4 = 4.302653, 2.776445
"""Student t, 0.975, of 2 and 4 degrees of freedom (printed tables)."""


def run(value=1.0, **cells):
    defaults = {
        "facility": "甲厂", "unit_no": "1号", "source_category": "FC.03", "fuel_or_product": "natural_gas",
        "technology": "any", "control": "none", "species": "NOx", "value": value, "unit": "g/m3_gas",
        "activity": 100, "load_pct": 80, "o2_pct": 3.5, "test_date": date(2025, 3, 1), "method": "HJ 693-2014",
        "laboratory": "某检测", "detection_limit": 0.1,
    }  # fmt: skip
    return list((defaults | cells).values())


@pytest.fixture
def report(tmp_path):
    """Return a maker of workbooks: the template with rows of runs, then edited."""

    def make(*rows, edit=None):
        path = write_template(tmp_path / "tests.xlsx")
        book = openpyxl.load_workbook(path)
        for row in rows:
            book[RUNS_SHEET].append(row)
        if edit is not None:
            edit(book[RUNS_SHEET])
        book.save(path)
        return path

    return make


def candidates(path):
    runs = read_test_report(path)
    return candidate_factors(runs, report=path.name, region_code="310000", author="", today=date(2026, 1, 5))


def test_template_explains_every_column_and_holds_no_run(tmp_path):
    book = openpyxl.load_workbook(write_template(tmp_path / "t.xlsx"))
    guide = [row[0].value for row in book["说明"].iter_rows()]
    assert book.sheetnames == ["说明", "测试结果"]
    assert [cell.value for cell in book["测试结果"][1]] == [column.header for column in COLUMNS]
    assert book["测试结果"].max_row == 1
    assert {column.header for column in COLUMNS} <= set(guide)


def test_empty_template_has_no_runs(report):
    with pytest.raises(SchemaError, match="TY4423"):
        read_test_report(report())


def test_runs_are_read_with_codes_numbers_and_days(report):
    (row,) = read_test_report(report(run(1.25, unit="g/m3 fuel"))).to_dict("records")
    assert (row["value"], row["unit"], row["test_date"], row["is_below_limit"]) == (
        1.25, "g/m3_gas", date(2025, 3, 1), False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "value"),
    [
        ({"value": "未检出"}, 0.05),
        ({"value": "ND"}, 0.05),
        ({"value": 0.04}, 0.05),
        ({"value": 0}, 0.05),
        ({"value": "<0.3", "detection_limit": None}, 0.15),
    ],
)
def test_run_below_the_detection_limit_counts_half_of_it_and_is_flagged(report, cells, value):
    path = report(run(**cells))
    (row,) = read_test_report(path).to_dict("records")
    assert row["value"] == pytest.approx(value)
    assert row["is_below_limit"]
    assert "1 次低于检出限" in candidates(path)["note"].iloc[0]


@pytest.mark.parametrize(
    ("column", "cell", "place"),
    [
        ("facility", None, "A2"),
        ("source_category", "FC.99", "C2"),
        ("fuel_or_product", "煤", "D2"),
        ("technology", None, "E2"),
        ("control", "filter", "F2"),
        ("species", "NOX", "G2"),
        ("value", "约1.2", "H2"),
        ("value", -1, "H2"),
        ("value", "<x", "H2"),
        ("unit", "mg", "I2"),
        ("unit", "fraction", "I2"),
        ("activity", "many", "J2"),
        ("load_pct", 800, "K2"),
        ("o2_pct", 22, "L2"),
        ("test_date", "三月", "M2"),
        ("method", None, "N2"),
        ("laboratory", "  ", "O2"),
        ("detection_limit", 0, "P2"),
    ],
)
def test_wrong_cell_is_named(report, column, cell, place):
    with pytest.raises(SchemaError) as error:
        read_test_report(report(run(**{column: cell})))
    (problem,) = error.value.problems
    assert problem.place == f"tests.xlsx › 测试结果 › {place}"
    assert problem.message_zh
    assert column in problem.message_en


def test_all_wrong_cells_are_told_in_one_pass(report):
    rows = (run(species="X", method=None), run(value="?"), run(value="未检出", detection_limit=None))
    with pytest.raises(SchemaError) as error:
        read_test_report(report(*rows))
    assert [problem.place.rpartition(" › ")[2] for problem in error.value.problems] == ["G2", "N2", "H3", "P4"]


def test_cells_outside_the_columns_are_not_dropped(report):
    with pytest.raises(SchemaError, match="TY4427"):
        read_test_report(report(run(), edit=lambda sheet: sheet.cell(2, len(COLUMNS) + 2, "another result: 3.0")))


def test_missing_column_and_missing_sheet_are_named(report, tmp_path):
    with pytest.raises(DataSourceError, match="缺少列 单位"):
        read_test_report(report(run(), edit=lambda sheet: sheet.delete_cols(9)))
    book = openpyxl.Workbook()
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(DataSourceError, match="TY4426"):
        read_test_report(tmp_path / "other.xlsx")


def test_file_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "notes.xlsx"
    path.write_text("not a workbook", encoding="utf-8")
    with pytest.raises(DataSourceError, match="TY4421"):
        read_test_report(path)


def test_run_that_is_written_twice_is_named_with_both_rows(report):
    with pytest.raises(SchemaError, match=r"TY4425.*› 2；.*› 3"):
        read_test_report(report(run(1.5), run(1.5)))


def test_three_runs_get_the_t_interval():
    """10, 11, 12: mean 11, s = 1, half = t/√3 = 2.4841."""
    found = run_statistics([10.0, 11.0, 12.0])
    assert (found.n, found.mean, found.standard_deviation, found.distribution) == (3, 11.0, 1.0, "normal")
    assert found.high - found.mean == pytest.approx(T_2 / math.sqrt(3), rel=1e-6)
    assert found.uncertainty_pct == pytest.approx(T_2 / math.sqrt(3) / 11 * 100, rel=1e-6)


def test_interval_that_passes_zero_is_not_called_normal():
    found = run_statistics([1.0, 2.0, 3.0])
    assert found.low == pytest.approx(2 - T_2 / math.sqrt(3), rel=1e-5)
    assert found.low < 0
    assert found.distribution == "lognormal"


def test_five_even_runs_are_normal():
    """8 … 12: s² = 2.5, half = t √(2.5/5); AICc of the logarithms is larger by 0.03."""
    found = run_statistics([8.0, 9.0, 10.0, 11.0, 12.0])
    assert found.distribution == "normal"
    assert found.high == pytest.approx(10 + T_4 * math.sqrt(0.5), rel=1e-6)
    assert found.shapiro_p > 0.9


def test_five_runs_over_orders_of_magnitude_are_lognormal_with_the_interval_of_cox():
    """ln = −2 … 2: μ = 0, σ² = 2.5; exp(1.25 ± t √(2.5/5 + 6.25/8))."""
    found = run_statistics([math.exp(power) for power in (-2, -1, 0, 1, 2)])
    reach = T_4 * math.sqrt(0.5 + 0.78125)
    assert found.distribution == "lognormal"
    assert found.low == pytest.approx(math.exp(1.25 - reach), rel=1e-5)
    assert found.high == pytest.approx(math.exp(1.25 + reach), rel=1e-5)


def test_one_run_has_no_interval_and_is_held(report):
    (row,) = candidates(report(run(2.0))).to_dict("records")
    assert (row["value"], row["uncertainty_pct"], row["confidence"], row["status"]) == ("2", "100", "L", "candidate")
    assert "1 次测试" in row["hold"]


@pytest.mark.parametrize(
    ("n", "confidence", "is_held"), [(2, "L", True), (3, "L", False), (5, "M", False), (10, "H", False)]
)
def test_confidence_and_hold_follow_the_number_of_runs(report, n, confidence, is_held):
    (row,) = candidates(report(*(run(1.0 + 0.1 * number) for number in range(n)))).to_dict("records")
    assert row["confidence"] == confidence
    assert bool(row["hold"]) is is_held


def test_runs_all_below_the_limit_are_held(report):
    rows = [run("未检出", test_date=date(2025, 3, day)) for day in (1, 2, 3)]
    (row,) = candidates(report(*rows)).to_dict("records")
    assert (row["value"], row["uncertainty_pct"]) == ("0.05", "100")
    assert "低于检出限" in row["hold"]


def test_runs_are_grouped_by_key_and_units_of_one_base_are_converted(report):
    """2 g/kg and 0.004 kg/kg … are written in g/kg and kg/t: one base; NOx and CO are two candidates."""
    key = {"fuel_or_product": "coal", "control": "none"}
    path = report(
        run(2.0, unit="g/kg", **key), run(0.2, unit="t/wan_t", **key, detection_limit=None), run(5.0, species="CO")
    )
    found = candidates(path).set_index("species")
    assert float(found.loc["NOx", "value"]) == pytest.approx((2.0 + 0.02) / 2)
    assert float(found.loc["CO", "value"]) == 5.0


def test_candidate_says_where_it_comes_from(report):
    rows = [run(1.0 + day / 10, test_date=date(2025, 3, day), control="scr", load_pct=50 + day) for day in (1, 2, 3)]
    (row,) = candidates(report(*rows)).to_dict("records")
    assert row["basis"] == "emitted"
    assert (row["year_from"], row["region_code"], row["author"]) == ("2025", "310000", "某检测")
    for said in ("甲厂 1号", "2025-03-01 至 2025-03-03", "负荷 51–53%", "HJ 693-2014"):
        assert said in row["source_detail"]
    assert row["source"] == "某检测：tests.xlsx"
    assert "n = 3" in row["note"]
