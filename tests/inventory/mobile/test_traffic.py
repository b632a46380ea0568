"""Vehicles, ships, aircraft and machines: activities worked out by hand from the delivered tables."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from inventory.errors import SchemaError
from inventory.mobile.aviation import build_aviation, cycle_kg, lto_cycles
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


def test_cycle_is_time_in_mode_times_fuel_flow_of_both_engines(facts):
    from openap import prop

    engine = prop.engine(prop.aircraft("a320")["engine"]["default"])
    flows = (engine["ff_to"], engine["ff_co"], engine["ff_app"], engine["ff_idl"])
    burned = [2 * flow * seconds for flow, seconds in zip(flows, (0.7 * 60, 2.2 * 60, 4 * 60, 26 * 60), strict=True)]
    indices = (engine["ei_nox_to"], engine["ei_nox_co"], engine["ei_nox_app"], engine["ei_nox_idl"])
    found = cycle_kg("a320", facts)
    assert found["fuel"] == pytest.approx(sum(burned), rel=1e-12)
    nox_kg = sum(fuel * index for fuel, index in zip(burned, indices, strict=True)) / 1000
    assert found["nox"] == pytest.approx(nox_kg, rel=1e-12)


def test_an_engine_that_openap_names_by_its_family_comes_from_the_databank(facts):
    # The weakest LEAP-1B would give 8.1 kg; the B38M has the LEAP-1B28.
    assert cycle_kg("b38m", facts)["nox"] == 12.658


def test_aircraft_are_estimated_by_times_in_mode(facts):
    draft = build_aviation(facts)
    flights = draft.activities[draft.activities["source_category"].isin(["MB.10.01", "MB.10.02", "MB.10.03"])]
    assert set(flights["technology"].str.partition("_")[0]) == {"aircraft"}
    given = draft.parameters[draft.parameters["draft_id"].isin(flights["draft_id"])]
    assert set(given.loc[given["name"] == "taxi_time_s", "value"]) == {26 * 60.0}
    assert "ef_kg_per_unit:NOx" not in set(given["name"])


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
    wear = draft[(draft["source_category"] == "MB.04.01") & (draft["technology"] == "vehicle_passenger_car")]
    rows = [r for r in delivered("vehicles") if r["year"] == "2021"]
    km = {r["vehicle_type"]: float(r["value"]) for r in rows if r["metric"].startswith("annual mileage")}
    cars = {
        "small passenger (private+other)": "small passenger gasoline", "taxi": "taxi",
        "small passenger, plates of other provinces": "small passenger, plates of other provinces",
    }  # fmt: skip
    stocks = [r for r in rows if r["metric"] == "stock" and r["vehicle_type"] in cars]
    assert {"BEV", "PHEV"} <= {r["fuel"] for r in stocks}
    whole = sum(float(r["value"]) * 1000 * km[cars[r["vehicle_type"]]] for r in stocks)
    assert wear["activity_value"].sum() == pytest.approx(whole, rel=1e-12)


def test_a_plug_in_hybrid_burns_on_its_petrol_kilometres_only(facts):
    rows = fleet_kilometres(facts).rows
    hybrid = rows[rows["class_name"] == "small passenger (private+other) PHEV"].iloc[0]
    assert hybrid["vkm"] == pytest.approx(0.45 * hybrid["wear_vkm"], rel=1e-12)
    draft = build_on_road(facts)
    tailpipe = draft.activities[draft.activities["release_point_id"].str.endswith("PHEV")]["draft_id"]
    assert "utility_factor" not in set(draft.parameters.loc[draft.parameters["draft_id"].isin(tailpipe), "name"])


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


def test_every_exhaust_record_carries_its_conditions_once(facts):
    draft = build_on_road(facts)
    trucks = draft.activities[
        draft.activities["source_category"].isin(["MB.02.04"]) & (draft.activities["fuel_or_product"] == "diesel")
    ]["draft_id"]
    for draft_id in trucks:
        given = draft.parameters[draft.parameters["draft_id"] == draft_id].set_index("name")
        assert given.index.is_unique
        assert given.loc["fuel_sulphur_ppm", "value"] == 10.0
        assert given.loc["load_fraction", "value"] == 0.5
        shares = given[given.index.str.startswith("distance_fraction:")]
        assert shares["value"].sum() == pytest.approx(1.0, abs=1e-12)
        assert sum(given.index.str.startswith("air_temperature_c:")) == 12
        assert (given["citation"] != "").all()
        assert (given["confidence"] != "").all()


def test_road_dust_hands_over_what_the_equation_needs(facts):
    draft = build_on_road(facts)
    dust = draft.activities[draft.activities["source_category"] == "DU.01.01"].set_index("draft_id")
    given = draft.parameters.set_index(["draft_id", "name"])["value"]
    assert given["on_road|dust|expressway", "silt_load_g_per_m2"] == 0.1
    assert given["on_road|dust|arterial", "silt_load_g_per_m2"] == 0.25
    assert given["on_road|dust|arterial", "vehicle_weight_t"] == pytest.approx(4.0 * 0.90718474, rel=1e-12)
    assert given["on_road|dust|arterial", "wet_days_per_a"] == 125.0
    ratio = dust.loc["on_road|dust|expressway", "activity_value"] / dust["activity_value"].sum()
    assert ratio == pytest.approx(0.3, rel=1e-12)


def test_petrol_vehicles_evaporate_while_they_run_and_while_they_stand(facts):
    draft = build_on_road(facts)
    cars = draft.activities[draft.activities["source_category"] == "MB.01.06"].set_index("draft_id")
    point = "on_road|evaporation|taxi gasoline"
    given = draft.parameters.set_index(["draft_id", "name"])["value"]
    assert cars.loc[point, "activity_value"] == pytest.approx(26000.0, rel=1e-12)
    # 1 / (0.3/50 + 0.3/22 + 0.4/38) km/h
    assert given[point, "mean_speed_km_per_h"] == pytest.approx(33.156, rel=1e-4)
    assert given[point, "running_loss_g_per_h"] == 11.6
    assert not cars.index.str.contains("motorcycle").any()


def test_ships_take_their_hotel_power_from_the_table_of_types(facts):
    work = ship_work(facts)
    berth = work[(work["ship_type"] == "container_foreign") & (work["mode"] == "berth")].set_index("engine")["power_kw"]
    assert berth.to_dict() == {"aux": 970.0, "boiler": 450.0}


def test_the_fuel_of_a_main_engine_rises_at_low_load(facts):
    row = ship_work(facts).query("ship_type == 'container_foreign' and engine == 'main'").iloc[0]
    # 195 g/kWh x (0.455 x 0.16^2 - 0.710 x 0.16 + 1.280)
    assert row["fuel_t"] / row["work_kwh"] * 1e6 == pytest.approx(195 * 1.178048, rel=1e-9)


def test_doubled_calls_double_the_fuel_of_ships(facts, with_fact):
    item = "ship calls: tug and harbour craft"
    more = with_fact(item, 2 * float(facts.fact("nonroad", item)["value"]))
    before, after = (ship_work(f).query("ship_type == 'tug'")["fuel_t"].to_numpy() for f in (facts, more))
    assert (after == 2 * before).all()
