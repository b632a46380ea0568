"""Vehicles, ships, aircraft and machines: activities worked out by hand from the delivered tables."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from inventory.errors import SchemaError
from inventory.mobile.aviation import build_aviation, lto_cycles, lto_per_cycle
from inventory.mobile.fuel_closure import build_mobile, fuel_closures
from inventory.mobile.nonroad import build_nonroad, offroad_diesel_t
from inventory.mobile.on_road import build_on_road, fleet_fuel_t, fleet_kilometres
from inventory.mobile.ships import build_ships, ship_work

TABLES = Path(__file__).parents[3] / "examples" / "shanghai" / "tables"


def delivered(name: str) -> list[dict[str, str]]:
    """Return the rows of a delivered table, read by the csv module alone."""
    with (TABLES / f"{name}.csv").open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def test_lto_cycles_are_half_of_the_movements(facts):
    movements = [
        float(row["value"]) for row in delivered("nonroad")
        if row["item"] in {"aircraft movements PVG", "aircraft movements SHA"} and row["year"] == "2021"
    ]  # fmt: skip
    assert len(movements) == 2
    assert lto_cycles(facts)["lto"].sum() == pytest.approx(sum(movements) / 2, rel=1e-9)


def test_doubled_movements_double_the_cycles(facts, with_fact):
    value = float(facts.fact("nonroad", "aircraft movements SHA")["value"])
    before, after = (lto_cycles(f).query("airport == '虹桥国际机场'")["lto"] for f in (
        facts, with_fact("aircraft movements SHA", 2 * value)))  # fmt: skip
    assert (after.to_numpy() == 2 * before.to_numpy()).all()


def test_cycle_is_time_in_mode_times_fuel_flow_of_both_engines():
    from openap import prop

    engine = prop.engine(prop.aircraft("a320")["engine"]["default"])
    flows = (engine["ff_to"], engine["ff_co"], engine["ff_app"], engine["ff_idl"])
    burned = [2 * flow * seconds for flow, seconds in zip(flows, (0.7 * 60, 2.2 * 60, 4 * 60, 26 * 60), strict=True)]
    indices = (engine["ei_nox_to"], engine["ei_nox_co"], engine["ei_nox_app"], engine["ei_nox_idl"])
    found = lto_per_cycle("a320")
    assert found["fuel"] == pytest.approx(sum(burned), rel=1e-12)
    nox_kg = sum(fuel * index for fuel, index in zip(burned, indices, strict=True)) / 1000
    assert found["nox"] == pytest.approx(nox_kg, rel=1e-12)


def test_auxiliary_power_emits_sulphur_and_leaves_co2_to_the_fuel_sold(facts):
    draft = build_aviation(facts)
    power = draft.activities[draft.activities["source_category"] == "MB.10.07"]
    assert set(power["included_species"]) == {"CO2;CH4;N2O"}
    assert set(power["included_in"]) == {"MB.10.04;MB.10.05;MB.10.06"}
    uses = draft.parameters[draft.parameters["draft_id"].isin(power["draft_id"])]
    assert set(uses.loc[uses["name"] == "specific_fuel_use_kg_per_unit", "value"]) == {80.0, 300.0}


def test_ship_work_is_calls_times_share_times_power_times_load_times_hours(facts):
    row = next(r for r in delivered("ships") if (r["ship_type"], r["engine"]) == ("dry_bulk", "main"))
    calls = float(facts.fact("nonroad", row["call_item"])["value"])
    work = ship_work(facts)
    found = work[(work["ship_type"] == "dry_bulk") & (work["engine"] == "main")].set_index("source_category")[
        "work_kwh"
    ]
    whole = calls * float(row["power_kw"]) * float(row["load_factor"]) * float(row["hours_per_call"])
    share = float(row["international_share"])
    assert found["MB.08.01"] == pytest.approx(whole * share, rel=1e-12)
    assert found["MB.08.02"] == pytest.approx(whole * (1 - share), rel=1e-12)


def test_foreign_ships_in_the_domain_have_a_role_of_their_own_leaf(facts):
    draft = build_ships(facts).activities
    assert {"MB.08.01", "MB.08.02"} <= set(draft["source_category"])
    assert set(draft["boundary"]) == {"in_domain"}


def test_vehicle_kilometres_are_stock_times_share_times_mileage(facts):
    rows = delivered("vehicles")

    def value(vehicle_type, metric, standard):
        chosen = [r for r in rows if (r["vehicle_type"], r["metric"], r["standard"]) == (vehicle_type, metric, standard)
                  and r["fuel"] in {"diesel", "all"}]  # fmt: skip
        assert len(chosen) == 1
        return float(chosen[0]["value"])

    stock = value("heavy truck", "stock", "all") * 1000
    share = value("heavy truck diesel", "share of stock", "China 5")
    mileage_km = value("heavy truck", "annual mileage (Shanghai, estimate)", "all")
    fleet = fleet_kilometres(facts).rows
    found = fleet[(fleet["class_name"] == "heavy truck diesel") & (fleet["technology"] == "china_5")]["vkm"]
    assert found.tolist() == pytest.approx([stock * share * mileage_km], rel=1e-12)


def test_standards_of_a_class_take_up_its_whole_stock(facts):
    fleet = fleet_kilometres(facts).rows
    trucks = fleet[fleet["class_name"] == "heavy truck diesel"]
    stock = next(float(r["value"]) for r in delivered("vehicles")
                 if (r["vehicle_type"], r["fuel"], r["metric"]) == ("heavy truck", "diesel", "stock"))  # fmt: skip
    assert trucks["stock"].sum() == pytest.approx(stock * 1000, rel=1e-12)


def test_electric_vehicles_wear_tyres_and_have_no_tailpipe(facts):
    draft = build_on_road(facts).activities
    assert "electricity" not in set(draft["fuel_or_product"])
    wear = draft[draft["source_category"] == "MB.04.01"]
    assert wear["activity_value"].sum() == pytest.approx(fleet_kilometres(facts).rows["vkm"].sum(), rel=1e-12)


def test_gas_of_buses_carries_its_density(facts):
    draft = build_on_road(facts)
    buses = draft.activities.loc[draft.activities["fuel_or_product"] == "cng", "draft_id"]
    densities = draft.parameters[draft.parameters["name"] == "density_kg_per_sm3"]
    assert len(buses) > 0
    assert set(densities["draft_id"]) == set(buses)


def test_machine_work_burns_the_fuel_it_came_from(facts):
    draft = build_nonroad(facts)
    use = float(facts.assumption("nonroad", "shaft_fuel_use_kg_per_kwh")["value"])
    machines = draft.activities[draft.activities["source_category"] == "MB.05.01"]
    construction_t = float(facts.fact("energy_balance", "Construction", "diesel")["value"])
    assert machines["activity_value"].sum() * use / 1000 == pytest.approx(construction_t, rel=1e-12)


def test_fishing_takes_the_gases_of_water_borne_transport(facts):
    draft = build_nonroad(facts)
    given = draft.parameters.set_index(["draft_id", "name"])["value"]
    assert given["nonroad|MB.06.02|diesel", "ef_kg_per_unit:N2O"] == pytest.approx(2 * 42.652 / 1000, rel=1e-3)
    assert given["nonroad|MB.06.02|fuel_oil", "sulphur_fraction"] == 0.005


def test_fuel_sold_is_used_in_the_domain_or_outside(facts):
    closures = fuel_closures(facts)
    petrol = next(closure for closure in closures if closure.fuel == "gasoline")
    assert petrol.in_domain_t == pytest.approx(fleet_fuel_t(facts, "gasoline"), rel=1e-15)
    assert petrol.sold_t == petrol.in_domain_t + petrol.outside_t
    draft = build_mobile(facts).activities
    outside = draft[draft["boundary"] == "fuel_sold_outside"]
    assert len(outside) == len(closures)
    assert set(outside["in_airshed"]) == {"no"}


def test_more_fuel_burned_than_sold_is_an_error_that_names_every_fuel(facts, with_fact):
    transport = "Transportation, Telecommunications, Postal"
    poor = with_fact(transport, 1.0, "kerosene")
    with pytest.raises(SchemaError) as error:
        fuel_closures(poor)
    assert {problem.code for problem in error.value.problems} == {"TY3205"}
    assert len(error.value.problems) >= 2


def test_missing_fact_is_named(facts):
    with pytest.raises(SchemaError, match="no such item"):
        facts.fact("nonroad", "no such item")
    with pytest.raises(SchemaError, match="no_such_name"):
        facts.assumption("road", "no_such_name")


def test_offroad_diesel_is_the_sum_of_its_users(facts):
    names = [("Construction", "energy_balance"), ("port machinery: port machinery diesel", "nonroad"),
             ("farm machinery diesel", "agriculture"), ("railway diesel", "nonroad"),
             ("airport ground support diesel", "nonroad")]  # fmt: skip
    named = sum(float(facts.fact(s, i, "diesel" if s == "energy_balance" else "")["value"]) for i, s in names)
    factory = float(facts.fact("energy_balance", "Industry", "diesel")["value"])
    assumed = {r["name"]: float(r["value"]) for r in delivered("mobile_assumptions") if r["group_name"] == "nonroad"}
    expected = named + factory * assumed["factory_share_of_industry_diesel"] + assumed["fishing_diesel_t"]
    assert offroad_diesel_t(facts) == pytest.approx(expected, rel=1e-12)


def test_shares_of_aircraft_that_lose_movements_are_refused_by_name(facts):
    short = facts.aviation.copy()
    short.loc[short.index[0], "share_of_group"] = 0.0
    with pytest.raises(SchemaError) as error:
        lto_cycles(replace(facts, aviation=short))
    (problem,) = error.value.problems
    assert str(short["airport"].iloc[0]) in problem.place
    assert str(short["group_item"].iloc[0]) in problem.place
