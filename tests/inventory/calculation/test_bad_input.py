"""Every wrong cell is named in one pass, in both languages, as file › row › column."""

import pytest

from inventory import estimate
from inventory.calculation.codes import code_of
from inventory.errors import InventoryError
from inventory.vocabulary import load
from tests.inventory.calculation.conftest import rows_of


def problems_of(path):
    with pytest.raises(InventoryError) as error:
        estimate(path)
    assert error.value.exit_code == 3
    found = error.value.problems
    assert all(p.message_zh and p.message_en and p.remedy_zh and p.remedy_en for p in found)
    return found


@pytest.fixture
def told(write_csv):
    """Return (code, place) of every problem of rows."""

    def tell(*rows):
        return [(problem.code, problem.place) for problem in problems_of(write_csv(*rows))]

    return tell


def test_all_problems_of_a_file_come_in_one_pass(plain, told):
    rows = (
        plain(),
        plain(activity_id="B", source_category="FC.99.99", activity_value="-1"),
        plain(activity_id="B", fuel_or_product="raw_cole", activity_unit="方", inventory_year="2021.5"),
        plain(activity_id="", technology="层燃", control="esp+nothing", region_code="999999", sulphur_fraction="20"),
        plain(activity_id="E", activity_value="约100", activity_unit="", sulphur_fraction="0.6%"),
        plain(activity_id="F", activity_value="—", inventory_year="21"),
    )
    rows = tuple(row | {"sulfur": "1"} for row in rows)
    assert set(told(*rows)) == {
        ("TY2318", "activity.csv › sulfur"),
        ("TY2316", "activity.csv › 3 › source_category"),
        ("TY2314", "activity.csv › 3 › activity_value"),
        ("TY2312", "activity.csv › 4 › activity_id"),
        ("TY2316", "activity.csv › 4 › fuel_or_product"),
        ("TY2323", "activity.csv › 4 › activity_unit"),
        ("TY2321", "activity.csv › 4 › inventory_year"),
        ("TY2311", "activity.csv › 5 › activity_id"),
        ("TY2316", "activity.csv › 5 › control"),
        ("TY2316", "activity.csv › 5 › region_code"),
        ("TY2314", "activity.csv › 5 › sulphur_fraction"),
        ("TY2313", "activity.csv › 6 › activity_value"),
        ("TY2322", "activity.csv › 6 › activity_unit"),
        ("TY2313", "activity.csv › 6 › sulphur_fraction"),
        ("TY2315", "activity.csv › 7 › activity_value"),
        ("TY2314", "activity.csv › 7 › inventory_year"),
    }


def test_missing_columns_are_told_beside_wrong_cells(plain, told):
    rows = [plain(activity_unit=None, region_code=None, activity_value="x")]
    assert set(told(*rows)) == {
        ("TY2317", "activity.csv › activity_unit"),
        ("TY2317", "activity.csv › region_code"),
        ("TY2313", "activity.csv › 2 › activity_value"),
    }


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"source_category": "FC.03"}, "FC.03.01"),
        ({"fuel_or_product": "raw_cole"}, "raw_coal"),
        ({"technology": "grate_boilr"}, "grate_boiler"),
        ({"control": "fgd_limeston"}, "fgd_limestone"),
        ({"region_code": "上海"}, "上海市"),
        ({"activity_unit": "吨(短)"}, "短吨"),
        ({"activity_unit": "tonn"}, "tonne"),
    ],
)
def test_unknown_code_comes_with_a_suggestion(change, hint, plain, write_csv):
    (problem,) = problems_of(write_csv(plain(**change)))
    assert hint in problem.remedy_zh
    assert hint in problem.remedy_en


@pytest.mark.parametrize("unit", ["方", "标方", "卡", "ton", "头(未注明)"])
def test_ambiguous_unit_is_refused_as_ambiguous(unit, plain, write_csv):
    (problem,) = problems_of(write_csv(plain(activity_unit=unit)))
    assert (problem.code, problem.place) == ("TY2323", "activity.csv › 2 › activity_unit")
    assert "含糊" in problem.message_zh
    assert "ambiguous" in problem.message_en


def test_misspelt_column_comes_with_a_suggestion(plain, write_csv):
    (problem,) = problems_of(write_csv(plain() | {"sulphur_fractoin": "0.01"}))
    assert "sulphur_fraction" in problem.remedy_zh


def test_per_cent_in_place_of_a_fraction_is_out_of_range(coal, write_csv):
    (problem,) = problems_of(write_csv(coal(ash_fraction="20")))
    assert "百分" in problem.remedy_zh
    assert problem.place == "activity.csv › 2 › ash_fraction"


def test_two_methods_that_apply_equally_are_both_named(plain, write_csv):
    (problem,) = problems_of(write_csv(plain() | {"ef_kg_per_unit:SO2": "1", "ef_kg_per_tj:SO2": "2"}))
    assert problem.code == "TY3105"
    assert problem.place.startswith("activity.csv › 2 › A")
    assert "supplied_factor" in problem.message_en
    assert "energy_factor" in problem.message_en


def test_parameter_that_no_method_reads_is_told_for_each_kind_of_record(plain, coal, told):
    rows = (plain(), plain(activity_id="B", mcf="0.5"), coal(activity_id="C", mcf="0.5"), plain(activity_id="D"))
    assert told(*rows) == [("TY3106", "activity.csv › 3 › mcf"), ("TY3106", "activity.csv › 4 › mcf")]


def test_record_that_its_method_refuses_is_named_and_not_its_neighbours(plain, told):
    """More CH4 recovered than released: 10 000 t × 5 m3/t × 0.67 kg/m3 = 33.5 t."""
    mine = {"source_category": "IP.19.01", "fuel_or_product": "raw_coal", "technology": "", "ch4_m3_per_t": "5"}
    rows = [plain(**mine, activity_id=f"M{at}", recovered_ch4_t="40" if at in {2, 5} else "10") for at in range(7)]
    assert [place.split(" (")[0] for _, place in told(*rows)] == ["activity.csv › 4 › M2", "activity.csv › 7 › M5"]


def test_many_problems_of_a_kind_are_counted(plain, write_csv):
    found = problems_of(write_csv(*(plain(activity_id=f"A{at}", activity_value="x") for at in range(50))))
    assert len(found) == 21
    assert (found[-1].code, found[-1].message_en) == ("TY2320", "30 more of this kind (TY2313)")


def test_data_frame_is_named_by_row_as_well(plain):
    with pytest.raises(InventoryError) as error:
        estimate(rows_of(plain(), plain(activity_id="B", activity_value="x")))
    assert error.value.problems[0].place == "activity › 2 › activity_value"


def test_no_chinese_name_stands_for_two_units_but_for_the_gas_in_ten_thousand_cubic_metres():
    units = load("units")
    accepted = units[units["status"] != "refused"]
    assert accepted.loc[accepted["zh"].duplicated(), "zh"].tolist() == []
    others = {row.code: code_of("activity_unit", row.zh) for row in accepted.itertuples()}
    assert {code: other for code, other in others.items() if code != other} == {"wan_m3": "wan_sm3_20"}
