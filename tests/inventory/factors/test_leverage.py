"""What a change of factors does to the totals of the example, against sums read from its own emissions."""

import math

import duckdb
import pytest

from inventory.factors.leverage import factor_changes, factor_leverage
from inventory.factors.library import load_library
from inventory.warehouse import read_table

PACKS = ("cn-provincial-2011", "tcses-144-2024", "ipcc-2006")
TURBINE = {
    "source_category": "FC.01", "fuel_or_product": "natural_gas", "technology": "ccgt_dln_50mg", "control": "dln",
    "species": "NOx", "unit": "g/m3_gas", "basis": "emitted", "region_code": "310000",
}  # fmt: skip
"""Key of SUP0151: 1.5 g NOx per m3 of gas."""


@pytest.fixture(scope="module")
def release(estimated, tmp_path_factory):
    folder = tmp_path_factory.mktemp("release")
    about = "select 'packs' as name, '[\"tcses-144-2024\"]' as value union all select 'inventory_year', '2021'"
    with duckdb.connect(str(folder / "inventory.duckdb")) as connection:
        connection.execute(f"create table out_about as {about}")
        for table in ("core_activity", "core_activity_parameter", "core_emission"):
            connection.from_df(read_table(table, estimated)).create(table)
    return folder


@pytest.fixture(scope="module")
def before():
    return load_library(PACKS)


@pytest.fixture(scope="module")
def measure(release, before, example_config):
    def run(after):
        return factor_leverage(release, before, after, project_dir=example_config.project_dir)

    return run


def test_same_library_changes_nothing_and_reproduces_the_release(before, measure):
    found = measure(load_library(PACKS))
    assert factor_changes(before, load_library(PACKS)) == ()
    assert found.rows.empty
    assert found.unlike_release == 0


def test_doubled_factor_adds_exactly_what_its_records_emit(before, measure, estimated, local_row, local_folder):
    """1.5 → 3.0 g/m3 doubles every record that cites SUP0151, and nothing else."""
    after = load_library(PACKS, local=local_folder(local_row("L1", **TURBINE, value="3.0")))
    emissions = read_table("core_emission", estimated)
    cited = emissions.loc[emissions["factor_id"] == "SUP0151", "emission_t"]
    (change,) = factor_changes(before, after)
    found = measure(after)
    (row,) = found.rows.to_dict("records")
    assert (change.kind, change.old_id, change.new_id) == ("changed", "SUP0151", "L1")
    assert (change.old_value, change.new_value) == ("1.5 g/m3_gas", "3.0 g/m3_gas")
    assert (row["factor_before"], row["factor_after"], row["species"]) == ("SUP0151", "L1", "NOx")
    assert row["source_category"] == "FC.01.04"
    assert row["records"] == len(cited) > 1
    assert row["before_t"] == row["delta_t"] == math.fsum(cited) > 0
    assert found.unlike_release == 0


def test_first_factor_of_a_gap_starts_from_nothing_not_from_zero(before, measure, estimated, local_row, local_folder):
    emissions = read_table("core_emission", estimated).merge(read_table("core_activity", estimated), on="activity_id")
    gaps = emissions[(emissions["notation_key"] == "NE") & (emissions["activity_unit"] == "t")]
    gap = gaps.sort_values(["source_category", "species"]).iloc[0]
    row = local_row(
        "L1", source_category=gap["source_category"], fuel_or_product=gap["fuel_or_product"], species=gap["species"],
        technology=gap["technology"], basis="emitted", value="2",
    )  # fmt: skip
    after = load_library(PACKS, local=local_folder(row))
    (change,) = factor_changes(before, after)
    found = measure(after).rows
    own = found[(found["factor_after"] == "L1") & (found["factor_before"] == "")]
    assert (change.kind, change.old_id, change.old_value) == ("added", "", "")
    assert own["before_t"].isna().all()
    assert list(own["newly_estimated"]) == list(own["records"])
    expected = gaps[
        (gaps["source_category"] == gap["source_category"])
        & (gaps["fuel_or_product"] == gap["fuel_or_product"])
        & (gaps["technology"] == gap["technology"])
        & (gaps["species"] == gap["species"])
    ]["activity_value"]
    assert math.fsum(own["delta_t"]) == pytest.approx(2.0 * math.fsum(expected) / 1000.0, rel=1e-12)


def test_pack_that_leaves_takes_its_rows_and_fuels_along(before):
    changes = factor_changes(before, load_library(("tcses-144-2024", "ipcc-2006")))
    removed = [change for change in changes if change.kind == "removed"]
    assert {change.old_id for change in removed} >= {"GGRID001", "FP001"}
    assert all(change.new_id == "" and change.new_value == "" for change in removed)


def test_edition_2025_changes_the_fuels_that_it_holds(before):
    changes = factor_changes(before, load_library(("cn-provincial-2025", *PACKS)))
    by_key = {change.key: change for change in changes}
    coal = by_key["fuel bituminous_coal"]
    assert (coal.kind, coal.old_id, coal.new_id) == ("changed", "FP003", "P25_FP004")
    assert coal.new_value == "19.57 GJ/t × 26.1 tC/TJ × 0.93"
    assert sum(change.new_id.startswith("P25_FP") for change in changes) == 14
