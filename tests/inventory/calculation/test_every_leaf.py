"""Every leaf with its typical fuel or product, nothing else stated: all its species have a number, or a listed reason.

every_leaf_records.csv holds the records, every_leaf_holes.csv what is accepted as missing; lists are separated by `;`.
"""

import csv
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

import inventory
from inventory.vocabulary import load

FOLDER = Path(__file__).parent


def rows(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def estimated():
    """Return the emissions of one record of 1000 units per leaf and fuel or product, of Shanghai in 2021."""
    records = pd.DataFrame(rows("every_leaf_records.csv"))
    key = records["source_category"] + "|" + records["fuel_or_product"]
    blank = {"technology": "", "control": "", "activity_value": 1000, "inventory_year": 2021, "region_code": "310000"}
    found = inventory.estimate(records.assign(activity_id=key, **blank))
    found[["source_category", "fuel_or_product"]] = found["activity_id"].str.split("|", expand=True)
    return found


def test_records_cover_every_leaf():
    assert {row["source_category"] for row in rows("every_leaf_records.csv")} >= set(load("categories")["code"])


def test_every_hole_has_a_reason():
    assert [row for row in rows("every_leaf_holes.csv") if not row["reason"].strip()] == []


def test_what_is_missing_is_what_is_listed(estimated):
    listed = {
        (row["source_category"], *pair)
        for row in rows("every_leaf_holes.csv")
        for pair in product(row["fuel_or_product"].split(";"), row["species"].split(";"))
    }
    gaps = estimated[estimated["emission_t"].isna()]
    missing = set(zip(gaps["source_category"], gaps["fuel_or_product"], gaps["species"], strict=True))
    assert sorted(missing - listed) == [], "new holes: give a factor, or list them with a reason"
    assert sorted(listed - missing) == [], "no longer missing: take them off the list"


def test_no_missing_species_is_a_zero(estimated):
    gaps = estimated[estimated["emission_t"].isna()]
    assert set(gaps["notation_key"]) == {"NE"}


def of(estimated, leaf, fuel, species):
    """Return the one row of a record and species."""
    chosen = estimated[(estimated["activity_id"] == f"{leaf}|{fuel}") & (estimated["species"] == species)]
    return chosen.iloc[0]


def test_industrial_coal_takes_the_grate_boiler_by_default(estimated):
    found = of(estimated, "FC.03.13", "raw_coal", "CO")
    assert "technology any→grate_boiler_mechanical (default)" in found["fallback"]
    named = inventory.estimate(
        pd.DataFrame(
            [{"activity_id": "a", "source_category": "FC.03.13", "fuel_or_product": "raw_coal",
              "technology": "grate_boiler_mechanical", "control": "", "activity_value": 1000, "activity_unit": "t",
              "inventory_year": 2021, "region_code": "310000"}]
        )
    )  # fmt: skip
    assert found["emission_t"] == named.loc[named["species"] == "CO", "emission_t"].iloc[0]


def test_household_gas_has_all_its_pollutants_but_ammonia(estimated):
    own = estimated[estimated["activity_id"] == "FC.07.01|natural_gas"]
    assert set(own.loc[own["emission_t"].isna(), "species"]) == {"NH3"}
    assert "control none→eu_average" in of(estimated, "FC.07.01", "natural_gas", "PM2.5")["fallback"]


def test_factor_per_energy_names_the_heating_value(estimated):
    """1000 t of raw coal × 20.908 GJ/t (guideline 2011) × 1.5 g N2O per GJ (IPCC 2006 V2 table 2.3)."""
    found = of(estimated, "FC.03.13", "raw_coal", "N2O")
    assert found["emission_t"] == pytest.approx(1000 * 20.908 * 1.5 / 1e6, rel=1e-12)
    assert "ncv FP001" in found["fallback"]


def test_coal_as_a_group_has_the_carbon_of_raw_coal(estimated):
    """1000 t × 20.908 GJ/t × 26.37 tC/TJ × 0.94 × 44/12."""
    found = of(estimated, "FC.03.13", "coal", "CO2")
    assert found["emission_t"] == pytest.approx(20.908 * 26.37 * 0.94 * 44 / 12, rel=1e-12)
    assert found["emission_t"] == of(estimated, "FC.03.13", "raw_coal", "CO2")["emission_t"]
    assert "fuel coal→raw_coal (default member)" in found["fallback"]


def test_straw_burned_on_fields_gives_biogenic_carbon_alone(estimated):
    assert of(estimated, "BB.03.01", "crop_straw", "CO2_BIO")["emission_t"] == pytest.approx(1585, rel=1e-12)
    assert estimated[(estimated["source_category"] == "BB.03.01") & (estimated["species"] == "CO2")].empty


def test_vehicle_kilometres_without_a_standard_are_missing_with_the_reason():
    record = {"activity_id": "a", "source_category": "MB.01.01", "fuel_or_product": "gasoline", "technology": "",
              "control": "", "activity_value": 1e6, "activity_unit": "vkm", "inventory_year": 2021,
              "region_code": "310000"}  # fmt: skip
    found = inventory.estimate(pd.DataFrame([record])).set_index("species")
    assert found.loc["NOx", "notation_key"] == "NE"
    assert "没有注明排放标准" in found.loc["NOx", "fallback"]
    assert "no emission standard is stated" in found.loc["NOx", "fallback"]
