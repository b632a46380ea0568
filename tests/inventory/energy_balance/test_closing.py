"""Closing of the energy balance: fuels of a few rows, worked out by hand, and the balance of the example."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from inventory.energy_balance.closing import close_balance, require_closed
from inventory.errors import SchemaError
from inventory.warehouse import read_table

TABLE = Path(__file__).parents[3] / "examples" / "shanghai" / "tables" / "energy_balance.csv"
COAL = {
    "Indigenous Production": 1e6, "Import": 3e6, "Export": 5e5, "Stock Change": -1e5, "Total Primary Energy Supply": 3.4e6,
    "Thermal Power": -2e6, "Total Transformation": -2e6, "Losses": 1e5, "Industry": 1.1e6, "Industry - NonEnergy Use": 2e5,
    "Residential consumption - Urban": 1e5, "Residential consumption - Rural": 5e4, "Residential consumption": 1.5e5,
    "Total Final Consumption": 1.25e6, "Statistical Difference": 5e4,
}  # fmt: skip
"""3.4 − 2 − 0.1 − 1.25 = 0.05 Mt."""


def facts_of(items: dict[str, float], fuel: str = "raw_coal", **about: object) -> pd.DataFrame:
    """Return a balance of 2021, one row per item from row 2 on."""
    default = {"source_id": "energy_balance", "fuel": fuel, "region_code": "", "data_year": 2021, "unit": "t",
               "unit_delivered": "t", "origin_file": "b.csv", "origin_sheet": ""}  # fmt: skip
    rows = [
        default | {"item": item, "value": value, "origin_row": row}
        for row, (item, value) in enumerate(items.items(), 2)
    ]
    return pd.DataFrame(rows).assign(**about)


def test_a_balance_that_closes_says_nothing():
    closing = close_balance(facts_of(COAL), 2021)
    assert (closing.errors, closing.notices) == ((), ())
    row = closing.table.iloc[0]
    assert (row["supply"], row["transformation"], row["losses"], row["final"]) == (3.4e6, -2e6, 1e5, 1.25e6)
    assert row["difference"] == pytest.approx(5e4, rel=1e-9)


def test_a_cell_ten_times_too_large_is_an_error_that_names_item_fuel_and_row():
    with pytest.raises(SchemaError) as caught:
        require_closed(facts_of(COAL | {"Industry": 1.1e7}), 2021)
    codes = {found.code: found.place for found in caught.value.problems}
    assert codes["TY3030"] == "b.csv › 16 (Statistical Difference raw_coal)"
    assert codes["TY3031"] == "b.csv › 15 (Total Final Consumption raw_coal)"


def test_a_wrong_sign_of_transformation_is_an_error():
    errors = close_balance(facts_of(COAL | {"Thermal Power": 2e6, "Total Transformation": 2e6}), 2021).errors
    assert [found.code for found in errors] == ["TY3030"]


@pytest.mark.parametrize(("industry", "codes"), [(1.1e6 + 900, []), (1.1e6 + 2.5e4, ["TY3030", "TY3031"])])
def test_a_gap_of_rounding_is_silent_and_one_below_five_per_cent_is_a_notice(industry, codes):
    closing = close_balance(facts_of(COAL | {"Industry": industry}), 2021)
    assert closing.errors == ()
    assert [found.code for found in closing.notices] == codes


def test_a_total_that_is_printed_wrong_is_a_notice_where_the_parts_close():
    closing = close_balance(facts_of(COAL | {"Total Transformation": 0.0}), 2021)
    assert closing.errors == ()
    assert [(n.code, n.place) for n in closing.notices] == [("TY3031", "b.csv › 8 (Total Transformation raw_coal)")]


def test_exports_close_with_either_sign_and_totals_serve_where_no_part_is_delivered():
    assert close_balance(facts_of(COAL | {"Export": -5e5}), 2021).notices == ()
    totals = {name: value for name, value in COAL.items() if name.startswith(("Total", "Losses", "Statistical"))}
    assert close_balance(facts_of(totals), 2021).errors == ()


def test_without_a_printed_difference_the_balance_must_close_by_itself():
    rest = {name: value for name, value in COAL.items() if name != "Statistical Difference"}
    closing = close_balance(facts_of(rest), 2021)
    assert [found.code for found in closing.notices] == ["TY3030"]


def test_more_non_energy_use_than_use_is_an_error():
    errors = close_balance(facts_of(COAL | {"Industry - NonEnergy Use": 1.2e6}), 2021).errors
    assert [(e.code, e.place) for e in errors] == [("TY3033", "b.csv › 11 (Industry - NonEnergy Use raw_coal)")]


def test_a_large_statistical_difference_that_is_printed_is_a_notice():
    closing = close_balance(
        facts_of(COAL | {"Industry": 8.5e5, "Total Final Consumption": 1e6, "Statistical Difference": 3e5}), 2021
    )
    assert [found.code for found in closing.notices] == ["TY3032"]


def test_one_row_in_another_unit_is_an_error():
    facts = facts_of(COAL)
    facts.loc[facts["item"] == "Losses", ["unit", "unit_delivered"]] = ["GJ", "TJ"]
    places = [found.place for found in close_balance(facts, 2021).errors if found.code == "TY3038"]
    assert places == ["b.csv › 9 (Losses raw_coal)"]


def test_other_years_and_regions_are_balances_of_their_own():
    wrong = facts_of(COAL | {"Industry": 9e9}, data_year=2020)
    assert close_balance(pd.concat([facts_of(COAL), wrong]), 2021).errors == ()
    of_district = facts_of(COAL | {"Industry": 9e9}, region_code="310115")
    errors = close_balance(pd.concat([facts_of(COAL), of_district]), 2021).errors
    assert {found.place.rpartition(" ")[2] for found in errors} == {"310115)"}


def test_an_unknown_item_is_told():
    notices = close_balance(facts_of(COAL | {"Hydrogen works": 1.0}), 2021).notices
    assert [(n.code, "Hydrogen works" in n.message_en) for n in notices] == [("TY3034", True)]


def test_the_order_of_rows_does_not_matter():
    facts = facts_of(COAL | {"Industry": 1.2e6})
    turned = facts.iloc[::-1].reset_index(drop=True)
    assert close_balance(turned, 2021).table.equals(close_balance(facts, 2021).table)


def pair(value_tce: float) -> pd.DataFrame:
    """Return coal of industry in t and, beside it, in tce (staged as GJ)."""
    physical = facts_of({"Industry": 1e6})
    return pd.concat([physical, physical.assign(source_id="energy_balance_tce", value=value_tce * 29.3076, unit="GJ")])


def test_an_implied_tce_factor_out_of_range_is_an_error():
    assert [e.code for e in close_balance(pair(7.143e6), 2021).errors if e.code == "TY3036"] == ["TY3036"]
    assert [e.code for e in close_balance(pair(7.143e5), 2021).errors if e.code == "TY3036"] == []


def test_rows_that_came_in_tce_alone_are_told_once_per_fuel():
    facts = facts_of(COAL, unit_delivered="万吨标准煤")
    told = [found for found in close_balance(facts, 2021).notices if found.code == "TY3037"]
    assert len(told) == 1
    assert "0.714" in told[0].message_en
    assert f"{len(COAL)} rows" in told[0].message_en


def test_the_balance_of_the_example_closes_as_printed(estimated):
    with TABLE.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    printed = {row["fuel"]: float(row["value"]) * 1e4 for row in rows
               if row["item"] == "Statistical Difference" and row["unit"] == "10^4 t"}  # fmt: skip
    closing = require_closed(read_table("stg_fact", estimated), 2021)
    table = closing.table.set_index("fuel")
    assert table.loc["diesel", "difference"] == pytest.approx(printed["Diesel Oil"], abs=101)
    assert table.loc["raw_coal", "difference"] == pytest.approx(printed["Coal Raw"], abs=1e-6)
    # energy_balance_check.csv: 106.081 Mtce is the sum of its column supply_sum without the total of petroleum.
    assert table.loc["all", "supply"] == pytest.approx(106.081e6, rel=1e-3)
    assert {found.code for found in closing.notices} == {"TY3031", "TY3032"}


def test_the_tce_factors_lie_in_their_ranges():
    from inventory.vocabulary import load

    for row in load("tce_factors").to_dict("records"):
        assert float(row["low"]) <= float(row["tce_per_unit"]) <= float(row["high"]), row["fuel"]
        assert row["citation"], row["fuel"]


def test_a_total_of_fuels_that_is_not_their_sum_is_a_notice():
    def oil(fuel: str, value: float) -> pd.DataFrame:
        items = {"Import": value, "Total Primary Energy Supply": value, "Total Final Consumption": value}
        return facts_of(items, fuel=fuel)

    told = close_balance(pd.concat([oil("gasoline", 2e6), oil("diesel", 3e6), oil("petroleum_total", 5e6)]), 2021)
    assert (told.errors, told.notices) == ((), ())
    wrong = close_balance(pd.concat([oil("gasoline", 2e6), oil("diesel", 3e6), oil("petroleum_total", 8e6)]), 2021)
    assert [found.code for found in wrong.notices] == ["TY3035", "TY3035"]
    assert "petroleum_total supply" in wrong.notices[0].message_en
