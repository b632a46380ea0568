import math

import pandas as pd
import pytest

from inventory.comparison import Scope, compare_totals, load_reference_totals, load_scopes, records_in_scope
from inventory.errors import SchemaError

# Five records: a power plant, a bunker, a ship in the domain, a petrol record sold outside, a record without number.
LEDGER = pd.DataFrame(
    [
        ("plant", "FC.01.01", "raw_coal", "total", True, "in_domain", 100.0, "t"),
        ("bunker", "MB.08.03", "fuel_oil", "memo_int_marine", False, "fuel_sold_outside", 10.0, "t"),
        ("ship", "MB.08.01", "marine_residual_oil", "memo_int_marine", True, "in_domain", 500.0, "kWh"),
        ("petrol", "MB.01.01", "gasoline", "total", False, "fuel_sold_outside", 2.0, "kt"),
        ("wear", "MB.10.07", "jet_kerosene", "none", True, "in_domain", 7.0, "lto"),
    ],
    columns=[
        "activity_id", "source_category", "fuel_or_product", "ghg_role", "in_airshed", "boundary", "activity_value",
        "activity_unit",
    ],
)  # fmt: skip
EMISSIONS = pd.DataFrame(
    [
        ("plant", "CO2", 190.0),
        ("plant", "SO2", 4.0),
        ("bunker", "CO2", 31.0),
        ("ship", "CO2", 3.0),
        ("ship", "SO2", 1.0),
        ("petrol", "CO2", 6000.0),
        ("wear", "CO2", float("nan")),
    ],
    columns=["activity_id", "species", "emission_t"],
)


def _scope(records, categories=(), without=(), fuels=()):
    return Scope("s", "", "", records, categories, without, fuels)


@pytest.mark.parametrize(
    ("scope", "co2_t"),
    [
        (_scope("ghg_total"), 6190.0),  # plant + petrol
        (_scope("fuel_sold"), 6224.0),  # and both bunker records
        (_scope("airshed"), 193.0),  # plant + ship
        (_scope("in_domain"), 193.0),
        (_scope("fuel_sold", ("MB",)), 6034.0),
        (_scope("fuel_sold", ("MB",), ("MB.08",)), 6000.0),
        (_scope("fuel_sold", ("MB.0",)), 0.0),  # a code, not a prefix of letters
        (_scope("fuel_sold", (), (), ("gasoline",)), 6000.0),
    ],
)
def test_scope_holds_the_records_it_names(scope, co2_t):
    records = records_in_scope(LEDGER, EMISSIONS, scope)
    assert sum(records.loc[records["species"] == "CO2", "amount_t"]) == co2_t


def test_ledger_scope_sums_masses_of_fuel_and_leaves_other_units_out():
    records = records_in_scope(LEDGER, EMISSIONS, _scope("ledger"))
    assert dict(zip(records["activity_id"], records["amount_t"], strict=True)) == {
        "plant": 100.0, "bunker": 10.0, "petrol": 2000.0,
    }  # fmt: skip


def _reference(**changed):
    row = {"reference_id": "r", "value": 5.0, "unit": "kt", "comparable": "yes", "our_scope": "s", "our_species": "CO2"}
    return pd.DataFrame([row | changed])


def test_difference_is_ours_less_published_over_published():
    compared = compare_totals(LEDGER, EMISSIONS, _reference(), {"s": _scope("ghg_total")})
    assert compared["ours"].tolist() == [6.19]
    assert compared["difference_pct"].iloc[0] == pytest.approx(23.8)


def test_no_record_is_no_number_rather_than_zero():
    compared = compare_totals(LEDGER, EMISSIONS, _reference(our_species="NH3"), {"s": _scope("airshed")})
    assert math.isnan(compared["ours"].iloc[0])


def test_rows_that_are_not_comparable_are_left_out():
    assert compare_totals(LEDGER, EMISSIONS, _reference(comparable="no"), {}).empty


HEADER = "reference_id,value,unit,comparable,our_scope,our_species,not_comparable_zh,not_comparable_en\n"


def test_every_wrong_row_of_the_published_totals_is_named_in_one_pass(tmp_path):
    (tmp_path / "reference_totals.csv").write_text(
        HEADER
        + "good,1,Mt,yes,s,CO2,,\n"
        + "no_value,,Mt,yes,s,CO2,,\n"
        + "no_mass,1,%,yes,s,CO2,,\n"
        + "no_scope,1,Mt,yes,x,CO2,,\n"
        + "no_reason,1,Mt,no,,,,\n"
        + "no_word,1,Mt,maybe,s,CO2,,\n"
        + "twice,1,Mt,yes,s,CO2,,\n"
        + "twice,1,Mt,yes,s,CO2,,\n",
        encoding="utf-8",
    )
    with pytest.raises(SchemaError) as error:
        load_reference_totals(tmp_path, {"s": _scope("airshed")})
    places = [problem.place.removeprefix("reference_totals.csv › ") for problem in error.value.problems]
    assert sorted(places) == ["no_mass", "no_reason", "no_scope", "no_value", "no_word", "twice"]


def test_unknown_set_of_records_is_refused(tmp_path):
    (tmp_path / "reference_scopes.csv").write_text(
        "scope,name_zh,name_en,records,categories,without_categories,fuels\na,,,everything,,,\n", encoding="utf-8"
    )
    with pytest.raises(SchemaError, match="unknown set of records"):
        load_scopes(tmp_path)


def test_missing_table_is_named(tmp_path):
    with pytest.raises(SchemaError, match="reference_totals"):
        load_reference_totals(tmp_path, {})
