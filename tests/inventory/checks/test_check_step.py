"""The check step on the example: it passes, and it tells every error after the table is written."""

import math
import shutil

import pytest

from inventory.checks import check
from inventory.errors import ConservationError
from inventory.warehouse import load_contract, read_table, write_table


@pytest.fixture
def work(estimated, tmp_path):
    for path in estimated.glob("core_*.parquet"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_example_has_no_error_and_few_notices(work, example_config):
    report = check(example_config, work)
    table = read_table("core_check", work)
    assert report.counts["errors"] == 0
    assert set(table["severity"]) <= {"notice"}
    assert len(report.messages) <= 9
    assert list(table.columns) == [column.name for column in load_contract("core_check").columns]


def test_gap_of_petrol_between_fleet_and_sales_is_told(work, example_config):
    # the fleet burns 60 % of the petrol sold: 40 % was burned elsewhere, over the limit of a quarter
    activities, parameters = read_table("core_activity", work), read_table("core_activity_parameter", work)
    balance = read_table("core_step_balance", work)
    is_petrol = (activities["fuel_or_product"] == "gasoline") & activities["source_category"].str.startswith("MB.")
    outside = activities.index[is_petrol & (activities["boundary"] == "fuel_sold_outside")]
    assert len(outside) == 1
    sales = balance.index[balance["measure"].str.startswith("fuel sold gasoline ")]
    uses = parameters[parameters["name"] == "specific_fuel_use_kg_per_unit"].set_index("activity_id")["value"]
    is_counted = ~activities["included_species"].str.split(";").map(lambda species: "CO2" in species)
    petrol = activities[is_petrol & is_counted & (activities["boundary"] != "fuel_sold_outside")]
    per_unit_kg = petrol["activity_id"].map(uses)
    stated_t = petrol["activity_value"].where(petrol["activity_unit"] == "t")  # evaporation is stated in neither
    mass_t = (petrol["activity_value"] * per_unit_kg / 1000.0).where(per_unit_kg.notna(), stated_t).dropna()
    in_domain_t = math.fsum(mass_t)
    balance.loc[sales, ["amount_in", "used"]] = 0.0
    balance.loc[sales[0], ["amount_in", "used"]] = in_domain_t / 0.6
    activities.loc[outside, "activity_value"] = in_domain_t / 0.6 * 0.4
    write_table(activities, "core_activity", work)
    write_table(balance, "core_step_balance", work)
    check(example_config, work)
    table = read_table("core_check", work)
    told = table[(table["rule_id"] == "fuel_elsewhere") & (table["place"] == "gasoline")]
    assert told["value"].item() == pytest.approx(0.4, rel=1e-9)


def test_every_error_is_told_at_once_after_the_table_is_written(work, example_config):
    emissions = read_table("core_emission", work)
    first = emissions.index[emissions["emission_t"] > 0][:2]
    emissions.loc[first[0], "emission_t"] = -1.0
    emissions.loc[first[1], "notation_key"] = "NE"
    write_table(emissions, "core_emission", work)
    with pytest.raises(ConservationError) as error:
        check(example_config, work)
    assert {"TY3503", "TY3502"} <= {problem.code for problem in error.value.problems}
    assert error.value.exit_code == 5
    table = read_table("core_check", work)
    assert {"negative", "finite_or_key"} <= set(table.loc[table["severity"] == "error", "rule_id"])
