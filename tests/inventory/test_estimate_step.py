"""The estimate step on the example: doubling, row order, balances, and what the ledger must never hold."""

import csv
import math
import random
from pathlib import Path

import pandas as pd
import pytest

from inventory.warehouse import load_contract, read_table

TABLES = Path(__file__).parents[2] / "examples" / "shanghai" / "tables"

CORE = (
    "core_activity", "core_activity_parameter", "core_allocation_request", "core_facility", "core_facility_alias",
    "core_release_point", "core_emission", "core_gap", "core_emission_factor", "core_control", "core_control_path",
    "core_step_balance",
)  # fmt: skip


def rewrite(path: Path, change) -> None:
    """Rewrite the rows of a delivered table."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        header, *rows = csv.reader(handle)
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows([header, *change(header, rows)])


def doubled(table: str, item: str):
    """Return an edit that doubles the value of one item of 2021."""

    def change(header, rows):
        item_at, value_at, year_at = (header.index(name) for name in ("item", "value", "year"))
        hits = [row for row in rows if row[item_at] == item and row[year_at] == "2021"]
        assert len(hits) == 1
        hits[0][value_at] = repr(2 * float(hits[0][value_at]))
        return rows

    return lambda project: rewrite(project / "tables" / f"{table}.csv", change)


def content(work: Path, table: str) -> pd.DataFrame:
    """Return a table without provenance, sorted by its grain."""
    contract = load_contract(table)
    frame = read_table(table, work).drop(columns=list(contract.provenance))
    return frame.sort_values(list(contract.grain)).reset_index(drop=True)


@pytest.mark.parametrize(
    ("table", "item", "category", "species"),
    [
        ("agriculture", "straw, collectable", "BB.03.01", 12),
        ("industry", "architectural coatings", "SV.04.01", 1),
        ("agriculture", "layer stock", "AG.01.15", 6),
    ],
)
def test_doubled_activity_doubles_all_its_species_bit_for_bit_and_nothing_else(
    estimated, run_example, table, item, category, species
):
    before = content(estimated, "core_emission")
    after = content(run_example(doubled(table, item)), "core_emission")
    activities = content(estimated, "core_activity").set_index("activity_id")
    changed = before["emission_t"].notna() & (before["emission_t"] != after["emission_t"])
    touched = set(before.loc[changed, "activity_id"])
    assert set(activities.loc[list(touched), "source_category"]) == {category}
    of_touched = before["activity_id"].isin(touched) & before["emission_t"].notna()
    assert (after.loc[of_touched, "emission_t"] == 2 * before.loc[of_touched, "emission_t"]).all()
    assert before.loc[of_touched, "species"].nunique() == species
    unchanged = ["activity_id", "species", "notation_key", "factor_id", "fallback_chain"]
    pd.testing.assert_frame_equal(before[unchanged], after[unchanged])


def test_shuffled_deliveries_give_identical_core_tables(estimated, run_example):
    def shuffle(project):
        for path in sorted((project / "tables").glob("*.csv")):
            rewrite(path, lambda _, rows: random.Random(7).sample(rows, len(rows)))

    work = run_example(shuffle)
    for table in CORE:
        pd.testing.assert_frame_equal(content(estimated, table), content(work, table), check_exact=True, obj=table)


def test_facts_are_used_or_no_activity_or_without_value(estimated):
    balance = read_table("core_step_balance", estimated).set_index("measure")
    facts = balance.loc["facts"]
    staged = len(read_table("stg_fact", estimated)) + len(read_table("stg_facilities_facility", estimated))
    assert facts["amount_in"] == staged
    assert facts["used"] + facts["not_an_activity"] + facts["quarantined"] == staged


def test_points_and_rest_are_the_coal_of_the_energy_balance(estimated):
    with (TABLES / "energy_balance.csv").open(encoding="utf-8-sig") as handle:
        rows = [row for row in csv.DictReader(handle) if row["fuel"] in {"Coal Raw"}]
    burned = [row for row in rows if row["item"] in {"Thermal Power", "Heating Supply"}]
    total_t = sum(abs(float(row["value"])) for row in burned) * 1e4
    ledger = read_table("core_activity", estimated)
    power = ledger[(ledger["fuel_or_product"] == "raw_coal") & ledger["source_category"].str.match(r"FC\.0[12]")]
    assert power["activity_value"].sum() == pytest.approx(total_t, rel=1e-9)


def test_every_rating_is_known_and_every_activity_is_a_number(estimated):
    ledger = read_table("core_activity", estimated)
    assert set(ledger["data_quality"]) <= {"H", "M", "L"}
    assert (ledger["activity_value"] >= 0).all()


def test_works_gas_leaves_its_co2_to_the_carbon_balance_of_the_works(estimated):
    emissions = read_table("core_emission", estimated).merge(
        read_table("core_activity", estimated)[["activity_id", "source_category", "balance_group"]], on="activity_id"
    )
    gas = emissions[
        (emissions["balance_group"] == "baoshan_carbon") & emissions["source_category"].str.startswith("FC")
    ]
    co2 = gas[gas["species"] == "CO2"]
    assert len(co2) >= 5
    assert set(co2["notation_key"]) == {"IE"}
    assert set(co2["included_in"].str[:8]) == {"IP.04.03"}
    balance = emissions[(emissions["source_category"] == "IP.04.03") & (emissions["species"] == "CO2")]
    assert balance["emission_t"].sum() == pytest.approx(27.2e6, rel=0.01)


def test_foreign_ships_and_flights_in_the_domain_are_memo_in_co2_and_count_for_the_air(estimated):
    ledger = read_table("core_activity", estimated).set_index("source_category")
    for leaf, role in (("MB.08.01", "memo_int_marine"), ("MB.10.03", "memo_int_aviation")):
        assert set(ledger.loc[[leaf], "ghg_role"]) == {role}
        assert ledger.loc[[leaf], "in_airshed"].all()
    for leaf in ("MB.10.04", "MB.08.04"):
        assert set(ledger.loc[[leaf], "ghg_role"]) == {"total"}
        assert not ledger.loc[[leaf], "in_airshed"].any()


def test_crude_and_naphtha_are_feed_and_not_burned(estimated):
    ledger = read_table("core_activity", estimated)
    assert "naphtha" not in set(ledger["fuel_or_product"])
    crude = ledger[ledger["fuel_or_product"] == "crude_oil"]
    assert crude["source_category"].tolist() == ["FC.03.13"]
    assert crude["activity_value"].iloc[0] < 20_000  # the industry row; 22.8 million t go through the refineries


def test_landfill_gas_is_the_decay_of_every_year_since_1990(estimated):
    with (TABLES / "waste.csv").open(encoding="utf-8-sig") as handle:
        deposits = {
            int(row["year"]): float(row["value"]) * 1e6 for row in csv.DictReader(handle)
            if row["item"] == "MSW to landfill or dumps"
        }  # fmt: skip
    assert min(deposits) == 1990
    kept = math.exp(-0.09)
    stored_t = sum(t * 0.14 * 0.5 * kept ** (2020 - year) for year, t in deposits.items() if year <= 2020)
    expected_t = (stored_t * (1 - kept) * 0.5 * 16 / 12 - 18_500) * 0.9
    emissions = read_table("core_emission", estimated)
    found = emissions.loc[emissions["method"] == "first_order_decay", "emission_t"]
    assert found.tolist() == pytest.approx([expected_t], rel=1e-9)
