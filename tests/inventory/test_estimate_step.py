"""The estimate step on the example: doubling, row order, balances, and what the ledger must never hold."""

import csv
import math
import random
from pathlib import Path

import pandas as pd
import pytest

from inventory.estimation import records
from inventory.methods.agriculture.livestock_ammonia import flow_of_record
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
    ("table", "item", "categories", "species"),
    [
        ("agriculture", "straw, collectable", {"BB.03.01"}, 12),
        ("industry", "architectural coatings", {"SV.04.01"}, 1),
        ("agriculture", "layer stock", {"AG.01.15", "AG.02.02", "AG.02.04"}, 6),
    ],
)
def test_doubled_activity_doubles_all_its_species_bit_for_bit_and_nothing_else(
    estimated, run_example, table, item, categories, species
):
    before = content(estimated, "core_emission")
    after = content(run_example(doubled(table, item)), "core_emission")
    activities = content(estimated, "core_activity").set_index("activity_id")
    changed = before["emission_t"].notna() & (before["emission_t"] != after["emission_t"])
    touched = set(before.loc[changed, "activity_id"])
    assert set(activities.loc[list(touched), "source_category"]) == categories
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


def test_landfill_gas_is_the_decay_of_every_fraction_of_every_year_since_1990(estimated):
    with (TABLES / "waste.csv").open(encoding="utf-8-sig") as handle:
        deposits = {
            int(row["year"]): float(row["value"]) * 1e6 for row in csv.DictReader(handle)
            if row["item"] == "MSW to landfill or dumps"
        }  # fmt: skip
    assert min(deposits) == 1990
    decomposed_tc = 0.0
    for share, doc, rate in (
        (0.67, 0.15, 0.185),
        (0.09, 0.4, 0.06),
        (0.025, 0.24, 0.06),
        (0.015, 0.43, 0.03),
    ):  # food, paper, textile, wood: IPCC 2006 vol. 5 tables 2.4 and 3.3
        stored_tc = sum(
            t * share * doc * 0.5 * math.exp(-rate * (2020 - year)) for year, t in deposits.items() if year <= 2020
        )
        decomposed_tc += stored_tc * (1 - math.exp(-rate))
    generated_t = decomposed_tc * 0.5 * 16 / 12
    ch4_t = (generated_t - 18_500) * 0.9
    expected = {
        "CH4": ch4_t,
        "CO2_BIO": decomposed_tc * 44 / 12 - ch4_t * 44 / 16,
        "NMVOC": (generated_t - 18_500) * 1000 / 0.67 / 0.5 * 5.65 / 1e6,
    }
    of_landfill = leaf_emissions(estimated, "WT.01.01")
    assert {name: of_landfill[name] for name in expected} == pytest.approx(expected, rel=1e-9)


def leaf_emissions(work: Path, leaf: str) -> dict[str, float]:
    """Return the emission of a leaf by species [t]."""
    ledger = read_table("core_activity", work)
    ids = set(ledger.loc[ledger["source_category"] == leaf, "activity_id"])
    emissions = read_table("core_emission", work)
    return emissions[emissions["activity_id"].isin(ids)].groupby("species")["emission_t"].sum().to_dict()


def test_manure_n_on_fields_is_what_the_flow_of_each_animal_leaves(estimated):
    ledger = read_table("core_activity", estimated)
    found = {record.activity_id: record for record in records(ledger, read_table("core_activity_parameter", estimated))}
    on_field = ledger[ledger["source_category"] == "AG.02.04"].set_index("release_point_id")["activity_value"]
    on_field = on_field.drop("organic_fertiliser")
    assert len(on_field) == 6
    deposited = ledger[ledger["fuel_or_product"] == "n_deposited"].set_index("release_point_id")["activity_value"]
    housed = ledger[ledger["source_category"].str.startswith("AG.01.1")].set_index("fuel_or_product")["activity_id"]
    organic_kg = {  # per head and year: nitrogen less TAN, from the excretion of a day
        "pigs": (3.36 * 0.004 + 2.04 * 0.0034) * 365 * 0.3,
        "sows": 10.93 - 7.65,
        "dairy_cattle": (12.89 * 0.009 + 30.67 * 0.0038) * 365 * 0.4,
        "beef_cattle": (8.34 * 0.009 + 15.67 * 0.0038) * 365 * 0.4,
        "laying_hens": 0.12 * 0.0163 * 365 * 0.3,
        "broilers": 0.09 * 0.0163 * 365 * 0.3,
    }
    for animal, nitrogen_t in on_field.items():
        record = found[housed[animal]]
        flow = flow_of_record(record)
        organic_t = record.activity_value * organic_kg[animal] / 1000 + flow.immobilised_n_t
        reaches_soil_t = flow.soil_n_t + record.parameter("manure_spread_fraction") * organic_t
        assert nitrogen_t == pytest.approx(reaches_soil_t, rel=1e-4), animal
        assert deposited[f"manure_{animal}"] == pytest.approx(flow.nh3_n_t + flow.no_n_t, rel=1e-4), animal


def test_nh3_of_spreading_counts_once_in_the_flow_of_the_animals(estimated):
    ledger = read_table("core_activity", estimated)[["activity_id", "source_category"]]
    nh3 = read_table("core_emission", estimated).merge(ledger, on="activity_id").query("species == 'NH3'")
    fields = nh3[(nh3["source_category"] == "AG.02.04") & (nh3["notation_key"] == "IE")]
    assert len(fields) == 6
    holders = nh3[nh3["source_category"].isin(fields["included_in"])]
    assert set(holders["source_category"]) == set(fields["included_in"])
    assert set(holders["method"]) == {"tan_flow"}


def test_rice_straw_on_fields_is_the_harvest_by_the_crop_table(estimated):
    # dry 0.855; whole plant dry / 0.489, roots 0.125 of it; 85 % of the straw returned; N 0.753 %; 1.09 % of it as N2O-N
    plant_t = 850_000 * 0.855 / 0.489
    nitrogen_t = ((plant_t - 850_000 * 0.855) * 0.85 + plant_t * 0.125) * 0.00753
    ledger = read_table("core_activity", estimated)
    of_rice = ledger[(ledger["source_category"] == "AG.02.05") & (ledger["release_point_id"] == "rice")]
    emissions = read_table("core_emission", estimated).set_index("activity_id")
    found_t = emissions.loc[of_rice["activity_id"].iloc[0], "emission_t"]
    assert found_t == pytest.approx(nitrogen_t * 0.0109 * 44 / 28, rel=1e-12)


def test_urea_and_coal_yards_follow_the_coal_of_each_plant(estimated):
    ledger = read_table("core_activity", estimated)
    plants = ledger[ledger["source_id"] == "facilities"]

    def by_plant(pattern: str, product: str) -> dict[str, float]:
        chosen = plants[plants["source_category"].str.match(pattern) & (plants["fuel_or_product"] == product)]
        return dict(zip(chosen["facility_id"], chosen["activity_value"], strict=True))

    burned = by_plant(r"FC\.0[12]", "raw_coal")
    assert sum(burned.values()) == pytest.approx(35.2538e6, rel=1e-6)
    assert by_plant(r"IP\.20\.02", "any") == burned
    handled = {plant: 3 * coal_t for plant, coal_t in burned.items()}
    assert by_plant(r"DU\.03\.01", "bulk_coal") == pytest.approx(handled, rel=1e-12)


def test_limestone_of_scrubbers_and_beds_gives_off_one_carbon_per_sulphur(estimated):
    coal_sulphur_t = 35.2538e6 * 0.006 * 0.85 * 0.985
    ledger = read_table("core_activity", estimated)
    of_coke = (ledger["source_category"] == "IP.20.01") & (ledger["fuel_or_product"] == "any")  # limestone in the bed
    coke_t = ledger.loc[of_coke, "activity_value"].sum()
    coke_sulphur_t = coke_t * 0.03 * (0.6 + 0.4 * 0.985)
    expected_t = (coal_sulphur_t + coke_sulphur_t) * 44 / 32
    assert coke_t > 0
    assert leaf_emissions(estimated, "IP.20.01")["CO2"] == pytest.approx(expected_t, rel=1e-6)


def test_n2o_of_wastewater_is_the_protein_of_the_residents(estimated):
    expected_t = 24_870_895 * 36 * 0.16 * 1.5 * 1.25 * 0.005 * 44 / 28 / 1000
    assert leaf_emissions(estimated, "WT.03.03")["N2O"] == pytest.approx(expected_t, rel=1e-9)
