"""Local factors: which pack rows they stand in for, and which records they reach."""

import pandas as pd
import pytest

from inventory.errors import SchemaError
from inventory.factors.library import load_library
from inventory.factors.overrides import LOCAL_FILE, read_local, superseded_by
from inventory.factors.selection import FactorKey, select_emission_factor

PACKS = ("cn-provincial-2011", "tcses-144-2024", "ipcc-2006")


def key(**values):
    defaults = {
        "source_category": "FC.01.01", "fuel_or_product": "coal", "technology": "pulverised_coal_boiler",
        "control": "none", "size_class": "mw_le_100", "region_code": "310115", "species": "NOx",
        "inventory_year": 2021, "unit_bases": frozenset({"kg per t", "kg per GJ"}),
    }  # fmt: skip
    return FactorKey(**(defaults | values))


def same_key_as_ef00002(local_row, **cells):
    """EF00002: FC.01, coal, pulverised coal boiler of up to 100 MW, uncontrolled, NOx 8.96 g/kg, region CN."""
    return local_row(
        "L1", source_category="FC.01", technology="pulverised_coal_boiler", size_class="mw_le_100", region_code="CN",
        **cells,
    )  # fmt: skip


def test_pack_row_of_the_key_is_taken_without_override():
    assert select_emission_factor(load_library(PACKS), key()).factor_id == "EF00002"


@pytest.mark.parametrize("unit", ["g/kg", "g/GJ"])
def test_override_of_the_same_key_wins_whatever_its_unit(local_row, local_folder, unit):
    library = load_library(PACKS, local=local_folder(same_key_as_ef00002(local_row, unit=unit)))
    found = select_emission_factor(library, key())
    assert (found.factor_id, found.edition) == ("L1", "local")


def test_override_wins_over_a_less_specific_pack_row(local_row, local_folder):
    row = local_row("L1", source_category="FC.01.01", technology="pulverised_coal_boiler", size_class="mw_le_100")
    library = load_library(PACKS, local=local_folder(row))
    assert select_emission_factor(library, key()).factor_id == "L1"


def test_override_touches_no_record_whose_key_it_does_not_match(local_row, local_folder):
    plain, changed = load_library(PACKS), load_library(PACKS, local=local_folder(same_key_as_ef00002(local_row)))
    for other in (key(species="CO"), key(fuel_or_product="natural_gas"), key(technology="grate_boiler")):
        assert select_emission_factor(changed, other) == select_emission_factor(plain, other)


@pytest.mark.parametrize("status", ["candidate", "reviewed", "superseded"])
def test_only_effective_rows_are_used(local_row, local_folder, status):
    library = load_library(PACKS, local=local_folder(same_key_as_ef00002(local_row, status=status)))
    assert select_emission_factor(library, key()).factor_id == "EF00002"
    assert "L1" not in set(library.factors["factor_id"])


def test_superseded_pack_row_stays_in_the_table_and_says_by_what(local_row, local_folder):
    library = load_library(PACKS, local=local_folder(same_key_as_ef00002(local_row)))
    row = library.factors.set_index("factor_id").loc["EF00002"]
    assert (row["status"], row["superseded_by"], row["value"]) == ("superseded", "L1", "8.96")
    assert (library.factors["status"] == "superseded").sum() == 1


def test_override_of_one_year_leaves_the_other_years_to_the_pack(local_row, local_folder):
    row = same_key_as_ef00002(local_row, year_from="2022", year_to="2022")
    library = load_library(PACKS, local=local_folder(row))
    assert select_emission_factor(library, key(inventory_year=2022)).factor_id == "L1"
    assert select_emission_factor(library, key(inventory_year=2021)).factor_id == "EF00002"


def test_override_of_one_year_in_another_kind_of_unit_is_refused(local_row, local_folder):
    row = same_key_as_ef00002(local_row, year_from="2022", year_to="2022", unit="g/GJ")
    with pytest.raises(SchemaError, match=r"TY4403.*[\s\S]*EF00002"):
        load_library(PACKS, local=local_folder(row))


@pytest.mark.parametrize(
    ("fuel", "unit", "category"),
    [("raw_coal", "g/kg", "FC.03"), ("coal", "g/GJ", "FC"), ("natural_gas", "g/m3_gas", "FC.01.02"),
     ("diesel", "g/kg", "MB.02"), ("any", "g/GJ", "FC.01")],
)  # fmt: skip
def test_local_co2_of_a_fuel_is_refused_because_its_carbon_comes_first(local_row, local_folder, fuel, unit, category):
    row = local_row("L1", species="CO2", fuel_or_product=fuel, unit=unit, source_category=category)
    with pytest.raises(SchemaError, match=r"TY4413.*L1[\s\S]*ncv_gj_per_unit"):
        load_library(PACKS, local=local_folder(row))


@pytest.mark.parametrize(
    "cells",
    [{"source_category": "IP.09.01", "fuel_or_product": "clinker", "unit": "g/kg"},
     {"source_category": "FC.05.02", "fuel_or_product": "fcc_feed", "unit": "g/kg"},
     {"source_category": "MB.01.01", "fuel_or_product": "gasoline", "unit": "g/vkm"},
     {"source_category": "FC.03", "fuel_or_product": "raw_coal", "unit": "g/kg", "status": "candidate"}],
)  # fmt: skip
def test_local_co2_that_a_record_can_use_or_that_is_no_candidate_stands(local_row, local_folder, cells):
    load_library(PACKS, local=local_folder(local_row("L1", species="CO2", **cells)))


def test_row_of_some_years_does_not_supersede_an_open_one(local_row):
    open_row, bounded = local_row("A"), local_row("B", year_from="2021", year_to="2022")
    rows = pd.DataFrame([open_row, bounded])
    assert list(superseded_by(pd.Series(bounded), rows)["factor_id"]) == ["B"]
    assert list(superseded_by(pd.Series(open_row), rows)["factor_id"]) == ["A", "B"]


def test_missing_table_and_missing_columns_are_named(tmp_path):
    with pytest.raises(SchemaError, match=LOCAL_FILE):
        read_local(tmp_path)
    tmp_path.joinpath(LOCAL_FILE).write_text("factor_id,value\nL1,3\n", encoding="utf-8")
    with pytest.raises(SchemaError, match=r"source_category[\s\S]*reviewer"):
        read_local(tmp_path)


def test_table_in_another_encoding_is_refused(tmp_path):
    tmp_path.joinpath(LOCAL_FILE).write_bytes("factor_id,备注\nL1,实测\n".encode("gb18030"))
    with pytest.raises(SchemaError, match="UTF-8"):
        read_local(tmp_path)
