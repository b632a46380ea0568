"""Machines, ages, links and meters: small deliveries on the facts of the example, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from inventory.errors import SchemaError
from inventory.mobile.fleet_age import shares_by_standard, standards_of_year
from inventory.mobile.fuel_closure import build_mobile, fuel_closures, mobile_messages
from inventory.mobile.link_geometry import line_length_km
from inventory.mobile.link_traffic import link_volumes
from inventory.mobile.machines import machine_work
from inventory.mobile.meters import meter_balance, metered_kwh
from inventory.mobile.nonroad import build_nonroad, offroad_diesel_t, sector_diesel_t
from inventory.mobile.on_road import build_on_road, fleet_fuel_t, fleet_kilometres, road_surrogates
from inventory.mobile.partners import require_partners
from inventory.mobile.ships import ship_work

ABOUT = {"data_year": 2021, "citation": "test", "confidence": "M", "note": "", "origin_file": "d.csv", "origin_sheet": "",
         "origin_sha256": "0"}  # fmt: skip
TRUCK = {"vehicle_type": "heavy truck", "fuel": "diesel"}


def table(default: dict, *rows: dict) -> pd.DataFrame:
    """Return a staged delivery; rows differ in what is given."""
    return pd.DataFrame([{**ABOUT, **default, **row, "origin_row": line} for line, row in enumerate(rows, start=2)])


def codes(facts) -> list[tuple[str, str]]:
    """Return code and place of what the partners refuse."""
    with pytest.raises(SchemaError) as caught:
        require_partners(facts)
    return [(found.code, found.place) for found in caught.value.problems]


def machines(*rows: dict) -> pd.DataFrame:
    default = {"source_category": "MB.05.01", "machine": "挖掘机", "power_band": "kw_75_130", "stage": "nonroad_stage_3",
               "fuel_or_product": "diesel", "number": 1000.0, "mean_kw": 100.0, "load_factor": 0.5, "hours_per_a": 800.0,
               "specific_fuel_use_g_per_kwh": float("nan")}  # fmt: skip
    return table(default, *rows)


def test_work_is_number_times_power_times_load_times_hours(facts):
    work = machine_work(
        replace(facts, machines=machines({}, {"stage": "nonroad_stage_2", "specific_fuel_use_g_per_kwh": 250.0}))
    )
    assert work["work_kwh"].tolist() == [4e7, 4e7]
    # 0.23 kg/kWh is the assumption of the example.
    assert work["fuel_t"].tolist() == pytest.approx([4e7 * 0.23 / 1000, 4e7 * 0.25 / 1000], rel=1e-12)


def test_machines_take_the_place_of_the_split_of_their_category_only(facts):
    # 92,000 t and 184,000 t of diesel, 280,500 t by the statistics
    rows = [{"number": 10_000.0}, {"number": 10_000.0, "power_band": "kw_130_560", "mean_kw": 200.0}]
    with_machines = replace(facts, machines=machines(*rows))
    before, after = (build_nonroad(f).activities.set_index("draft_id") for f in (facts, with_machines))
    own = after[after["source_category"] == "MB.05.01"]
    assert set(own["source_id"]) == {"machines"}
    assert sorted(zip(own["size_class"], own["activity_value"], strict=True)) == [
        ("kw_130_560", 8e8),
        ("kw_75_130", 4e8),
    ]
    others = before[before["source_category"] != "MB.05.01"]
    assert after.loc[others.index, "activity_value"].equals(others["activity_value"])


@pytest.mark.parametrize("category", ["MB.05.01", "MB.06.01"])
def test_a_petrol_generator_leaves_the_diesel_of_its_category_alone(facts, category):
    generator = {"source_category": category, "machine": "发电机", "fuel_or_product": "gasoline", "power_band": "kw_lt_37",
                 "mean_kw": 5.0, "number": 1.0}  # fmt: skip
    with_generator = replace(facts, machines=machines(generator))
    before, after = (build_nonroad(f).activities.set_index("draft_id") for f in (facts, with_generator))
    assert after.loc[before.index, "activity_value"].equals(before["activity_value"])
    # 1 × 5 kW × 0.5 × 800 h
    assert after.drop(index=before.index)["activity_value"].tolist() == [2000.0]
    assert offroad_diesel_t(with_generator) == offroad_diesel_t(facts)
    assert mobile_messages(with_generator) == ()


@pytest.mark.parametrize(("ratio", "stops"), [(0.49, True), (0.51, False), (1.99, False), (2.01, True)])
def test_machines_far_from_the_statistics_stop_unless_the_project_accepts_it(facts, ratio, stops):
    # a machine of the register burns 100 × 0.5 × 800 × 0.23 / 1000 = 9.2 t
    number = ratio * sector_diesel_t(facts)["MB.05.01"] / 9.2
    registered = replace(facts, machines=machines({"number": number}))
    if not stops:
        assert "machines" in set(build_nonroad(registered).activities["source_id"])
        return
    with pytest.raises(SchemaError) as caught:
        build_nonroad(registered)
    assert [(found.code, found.place) for found in caught.value.problems] == [("TY3214", "machines › MB.05.01")]
    row = facts.assumptions.iloc[[0]].assign(group_name="machines", name="accept_difference", value=1.0, unit="1")
    accepting = replace(registered, assumptions=pd.concat([facts.assumptions, row], ignore_index=True))
    assert "machines" in set(build_nonroad(accepting).activities["source_id"])


def test_the_fuel_of_machines_enters_the_closure_instead_of_the_statistics(facts):
    with_machines = replace(facts, machines=machines({}))
    construction_t = float(facts.fact("energy_balance", "Construction", "diesel")["value"])
    assert sector_diesel_t(facts)["MB.05.01"] == construction_t
    burned = offroad_diesel_t(facts) - construction_t + 4e7 * 0.23 / 1000
    assert offroad_diesel_t(with_machines) == pytest.approx(burned, rel=1e-12)
    before, after = ({c.fuel: c for c in fuel_closures(f)} for f in (facts, with_machines))
    assert after["diesel"].outside_t - before["diesel"].outside_t == pytest.approx(construction_t - 9200.0, rel=1e-6)
    (said,) = mobile_messages(with_machines)
    assert "9,200 t" in said
    assert f"{construction_t:,.0f} t" in said


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"source_category": "MB.11.01"}, "TY3212"), ({"fuel_or_product": "lpg"}, "TY3212"), ({"mean_kw": 74.0}, "TY3213"),
        ({"power_band": "kw_lt_37", "mean_kw": 38.0}, "TY3213"), ({"power_band": "big"}, "TY3213"),
        ({"data_year": 2020}, "TY3211"),
    ],
)  # fmt: skip
def test_wrong_machines_are_refused_at_their_row(facts, row, code):
    (found,) = codes(replace(facts, machines=machines(row)))
    assert found[0] == code


def ages(*rows: dict) -> pd.DataFrame:
    return table(TRUCK | {"age": None, "annual_km": float("nan")}, *rows)


def test_a_year_in_which_a_standard_began_is_divided_by_months():
    # Heavy diesel: stage IV from July 2013, stage V from July 2017, stage VI a from July 2021.
    assert standards_of_year("MB.02.04", "diesel", 2015) == [("china_4", 1.0)]
    assert standards_of_year("MB.02.04", "diesel", 2017) == [("china_4", 0.5), ("china_5", 0.5)]
    assert standards_of_year("MB.02.04", "diesel", 2008) == [("china_3", 1.0)]
    assert standards_of_year("MB.02.04", "diesel", 1995) == [("china_0", 1.0)]
    # Cars: Shanghai, November 2009 and July 2019.
    assert dict(standards_of_year("MB.01.01", "gasoline", 2009)) == pytest.approx(
        {"china_3": 10 / 12, "china_4": 2 / 12}
    )
    assert standards_of_year("MB.01.01", "gasoline", 2020) == [("china_6b", 1.0)]


def test_shares_and_mileage_follow_from_the_ages(facts):
    aged = replace(facts, ages=ages({"model_year": 2015, "share": 0.4, "annual_km": 40000.0},
                                    {"model_year": 2017, "share": 0.6, "annual_km": 60000.0}))  # fmt: skip
    about = {
        "vehicle_type": "heavy truck",
        "fuel": "diesel",
        "source_category": "MB.02.04",
        "fuel_or_product": "diesel",
    }
    found = {of.standard: (of.share, of.annual_km) for of in shares_by_standard(aged, about)}
    assert found["china_4"] == pytest.approx((0.7, (0.4 * 40000 + 0.3 * 60000) / 0.7))
    assert found["china_5"] == pytest.approx((0.3, 60000.0))
    rows = fleet_kilometres(aged).rows
    own = rows[(rows["class_name"] == "heavy truck diesel")].set_index("technology")["vkm"]
    assert own["china_4"] == pytest.approx(128000 * (0.4 * 40000 + 0.3 * 60000))
    assert own.sum() == pytest.approx(128000 * (0.4 * 40000 + 0.6 * 60000))


def test_ages_that_say_what_the_shares_say_give_the_same_records(facts):
    # Years without a change of standard, with the shares of the vehicle table; all standards but 6, which is 6b by date.
    years = {"China 3": 2010, "China 4": 2015, "China 5": 2019}
    table_of = facts.vehicles[(facts.vehicles["vehicle_type"] == "heavy truck diesel") & (facts.vehicles["data_year"] == 2021)
                              & (facts.vehicles["metric"] == "share of stock")]  # fmt: skip
    moved = facts.vehicles.copy()
    six, five = (table_of.index[table_of["standard"] == name][0] for name in ("China 6", "China 5"))
    moved.loc[five, "value"] += moved.loc[six, "value"]
    by_share = replace(facts, vehicles=moved.drop(index=six))
    rows = [{"model_year": years[row.standard], "share": row.value}
            for row in by_share.vehicles.loc[table_of.index.drop(six)].itertuples()]  # fmt: skip
    by_age = replace(by_share, ages=ages(*rows))
    require_partners(by_age)
    one, other = (build_on_road(f) for f in (by_share, by_age))
    assert other.activities.equals(one.activities)
    assert other.parameters.equals(one.parameters)


def test_evaporation_takes_the_mean_mileage_of_the_ages(facts):
    car = {"vehicle_type": "small passenger (private+other)", "fuel": "gasoline (incl. hybrid)"}
    aged = replace(facts, ages=ages({**car, "model_year": 2015, "share": 0.25, "annual_km": 8000.0},
                                    {**car, "model_year": 2020, "share": 0.75, "annual_km": 16000.0}))  # fmt: skip
    given = build_on_road(aged).parameters.set_index(["draft_id", "name"])["value"]
    draft_id = "on_road|evaporation|small passenger (private+other) gasoline (incl. hybrid)"
    assert given[draft_id, "annual_km_per_vehicle"] == pytest.approx(14000.0)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (({"model_year": 2015, "share": 0.9},), "TY3223"),
        (({"model_year": 2022, "share": 1.0},), "TY3226"),
        (({"model_year": 2015, "age": 5, "share": 1.0},), "TY3227"),
        (({"model_year": None, "share": 1.0},), "TY3225"),
        (({"model_year": 2015, "share": 0.5, "annual_km": 1.0}, {"model_year": 2016, "share": 0.5}), "TY3224"),
        (({"model_year": 2015, "share": 1.0, "vehicle_type": "heavy lorry"},), "TY3222"),
        (({"model_year": 2015, "share": 1.0, "data_year": 2019},), "TY3211"),
    ],
)
def test_wrong_ages_are_refused(facts, rows, code):
    assert [found for found, _ in codes(replace(facts, ages=ages(*rows)))] == [code]


def links(*rows: dict) -> pd.DataFrame:
    default = TRUCK | {"link_id": "L1", "road_name": "外环", "road_class": "expressway", "seq": 0, "lon": float("nan"),
                       "lat": float("nan"), "wkt": "LINESTRING (121.4 31.2, 121.5 31.2)", "length_km": 10.0,
                       "aadt": 20000.0, "mean_speed_km_per_h": 80.0}  # fmt: skip
    return table(default, *rows)


def test_kilometres_of_a_link_are_volume_times_days_times_length(facts):
    rows = links({}, {"link_id": "L2", "length_km": 5.0})
    assert link_volumes(replace(facts, links=rows))["vkm"].tolist() == [20000 * 365 * 10.0, 20000 * 365 * 5.0]
    leap = replace(facts, links=rows.assign(data_year=2024), inventory_year=2024)
    assert link_volumes(leap)["vkm"].tolist() == [20000 * 366 * 10.0, 20000 * 366 * 5.0]


def test_the_length_of_a_line_is_that_on_the_ellipsoid():
    # One degree of latitude at 31-32 N on GRS80 is 110.87 km; a parallel shrinks with its cosine.
    meridian = links({"wkt": "LINESTRING (121.0 31.0, 121.0 32.0)"})
    assert line_length_km(meridian) == pytest.approx(110.87, abs=0.02)
    vertices = links(*({"seq": i, "lon": 121.0, "lat": lat, "wkt": ""} for i, lat in enumerate((31.0, 31.5, 32.0))))
    assert line_length_km(vertices.iloc[::-1]) == pytest.approx(line_length_km(meridian), rel=1e-6)


def test_links_give_weights_and_speeds_and_no_kilometres(facts):
    with_links = replace(facts, links=links({}))
    before, after = (build_on_road(f).activities.set_index("draft_id") for f in (facts, with_links))
    assert after["activity_value"].equals(before["activity_value"])
    assert len(after) == len(before)
    changed = after[after["surrogate"] != before["surrogate"]]
    trucks = changed[changed["release_point_id"] == "heavy truck diesel"]
    assert set(trucks["surrogate"]) == {"link_traffic:heavy truck|diesel"}
    assert set(changed["source_category"]) == {"MB.02.04", "MB.04.01", "MB.04.02", "MB.04.03", "DU.01.01"}


def test_coverage_is_the_share_of_the_fleets_kilometres_on_links(facts):
    # 128,000 trucks × 58,000 km; the link holds 20,000 × 365 × 10 km of them.
    surrogates = road_surrogates(replace(facts, links=links({}))).set_index("surrogate")
    truck = surrogates.loc["link_traffic:heavy truck|diesel"]
    assert truck["coverage"] == pytest.approx(20000 * 365 * 10 / (128000 * 58000))
    assert (truck["fallback"], truck["link_id"], truck["vkm"]) == ("road_traffic", "L1", 7.3e7)
    assert surrogates.loc["link_traffic:dust", "fallback"] == "road_dust"
    (said,) = mobile_messages(replace(facts, links=links({})))
    assert "0.010" in said


def test_speeds_of_links_replace_the_profile_by_the_share_that_they_hold(facts):
    # A link that holds all kilometres of the fleet leaves only its own speed.
    whole = replace(facts, links=links({"aadt": 128000 * 58000 / 365 / 10.0}))
    given = build_on_road(whole).parameters
    own = given[given["draft_id"].str.contains("heavy truck diesel") & given["name"].str.startswith("mean_speed")]
    assert set(zip(own["name"], own["value"].round(6), strict=True)) == {("mean_speed_km_per_h:expressway", 80.0)}
    half = replace(facts, links=links({"aadt": 128000 * 58000 / 365 / 20.0}))
    given = build_on_road(half).parameters
    own = given[given["draft_id"].str.contains("heavy truck diesel")].drop_duplicates("name").set_index("name")["value"]
    # Profile of trucks: expressway 0.4 at 50 km/h, street 0.1, suburban 0.5.
    assert own["distance_fraction:expressway"] == pytest.approx(0.5 + 0.5 * 0.4)
    assert own["mean_speed_km_per_h:expressway"] == pytest.approx(0.7 / (0.5 / 80 + 0.2 / 50))
    assert own["distance_fraction:street"] == pytest.approx(0.05)


def declared(facts, group: str, name: str):
    """Return the facts with an assumption of 1."""
    row = facts.assumptions.iloc[0].to_dict() | {"group_name": group, "name": name, "value": 1.0, "unit": "1"}
    return replace(facts, assumptions=pd.concat([facts.assumptions, pd.DataFrame([row])], ignore_index=True))


def test_a_declared_link_activity_is_driven_instead_of_the_fleets(facts):
    on_links = declared(replace(facts, links=links({})), "link_traffic", "use_as_activity")
    rows = fleet_kilometres(on_links).rows
    own = rows[rows["class_name"] == "heavy truck diesel"]
    assert own["vkm"].sum() == pytest.approx(7.3e7, rel=1e-12)
    assert own["stock"].sum() == pytest.approx(128000)
    others = rows[rows["class_name"] != "heavy truck diesel"]["vkm"]
    before = fleet_kilometres(facts).rows
    assert others.equals(before.loc[before["class_name"] != "heavy truck diesel", "vkm"])
    saved = (128000 * 58000 - 7.3e7) * 0.2772 / 1000
    assert fleet_fuel_t(facts, "diesel") - fleet_fuel_t(on_links, "diesel") == pytest.approx(saved, rel=1e-9)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (({"vehicle_type": "lorry"},), "TY3232"),
        (({}, {"fuel": "all"}), "TY3231"),
        (({"wkt": "", "length_km": float("nan")},), "TY3233"),
        (({"wkt": "POINT (1 1)", "length_km": float("nan")},), "TY3233"),
        (({"wkt": "LINESTRING (121"},), "TY3233"),
        (({"length_km": 9500.0},), "TY3234"),
        (({"seq": 1, "wkt": ""}, {"seq": 2, "wkt": "", "aadt": 1.0}), "TY3235"),
        (({"data_year": 2019},), "TY3211"),
    ],
)
def test_wrong_links_are_refused(facts, rows, code):
    assert code in [found for found, _ in codes(replace(facts, links=links(*rows)))]


def test_a_declaration_without_links_is_refused(facts):
    assert [code for code, _ in codes(declared(facts, "link_traffic", "use_as_activity"))] == ["TY3236"]


def meters(*rows: dict) -> pd.DataFrame:
    default = {"meter_id": "m", "place": "洋山", "kind": "shore_power", "facility": "", "berth": "", "unit_code": "kWh",
               "electricity_kwh": 1e6}  # fmt: skip
    return table(default, *rows)


def test_meters_are_a_memo(facts):
    metered = replace(
        facts, meters=meters({}, {"meter_id": "n", "electricity_kwh": 5e5}, {"meter_id": "c", "kind": "charging"})
    )
    assert metered_kwh(metered) == {"charging": 1e6, "shore_power": 1.5e6}
    assert meter_balance(metered)[1] == ("metered electricity shore_power", 1.5e6, 1.5e6)
    assert build_mobile(metered).activities.equals(build_mobile(facts).activities)
    assert any("ev_kwh_per_vkm" in said for said in mobile_messages(metered))


def test_shore_power_takes_work_off_auxiliary_engines_at_berth_only_where_declared(facts):
    metered = replace(facts, meters=meters({"electricity_kwh": 5e6}))
    assert ship_work(metered).equals(ship_work(facts))
    before, after = ship_work(facts), ship_work(declared(metered, "shore_power", "reduces_auxiliary_work"))
    at_berth = (before["engine"] == "aux") & (before["mode"] == "berth")
    assert at_berth.any()
    taken = before["work_kwh"].astype(float) - after["work_kwh"].astype(float)
    assert taken[at_berth].sum() == pytest.approx(5e6, rel=1e-9)
    assert (taken[~at_berth] == 0.0).all()
    hours = after.loc[at_berth, "hours_per_call"].astype(float) / before.loc[at_berth, "hours_per_call"].astype(float)
    fuel = after.loc[at_berth, "fuel_t"].astype(float) / before.loc[at_berth, "fuel_t"].astype(float)
    assert hours.to_numpy() == pytest.approx(fuel.to_numpy(), rel=1e-12)


def test_more_shore_power_than_work_at_berth_stops(facts):
    with pytest.raises(SchemaError, match="TY3243"):
        ship_work(
            declared(replace(facts, meters=meters({"electricity_kwh": 1e12})), "shore_power", "reduces_auxiliary_work")
        )


def test_charging_is_compared_with_the_kilometres_of_the_electric_fleet(facts):
    rows = [facts.assumptions.iloc[0].to_dict() | {"group_name": "ev_kwh_per_vkm", "name": name, "value": value}
            for name, value in (("vehicle_passenger_car", 0.2), ("vehicle_bus", 1.0), ("vehicle_light_truck", 0.3))]  # fmt: skip
    stated = replace(facts, assumptions=pd.concat([facts.assumptions, pd.DataFrame(rows)], ignore_index=True),
                     meters=meters({"kind": "charging", "electricity_kwh": 1e9}))  # fmt: skip
    cars = 320000 * 13000 + 318000 * 13000 * 0.55 + 11000 * 95000
    expected = cars * 0.2 + 12600 * 52000 * 1.0 + 16000 * 24000 * 0.3
    assert any(f"{expected:,.0f} kWh" in said for said in mobile_messages(stated))


@pytest.mark.parametrize(
    ("row", "code"),
    [({"kind": "heating"}, "TY3212"), ({"unit_code": "GJ"}, "TY3241"), ({"electricity_kwh": -1.0}, "TY3242"),
     ({"data_year": 2019}, "TY3211")],
)  # fmt: skip
def test_wrong_meters_are_refused(facts, row, code):
    assert [found for found, _ in codes(replace(facts, meters=meters(row)))] == [code]


def test_movements_of_an_airport_without_aircraft_types_are_refused(facts):
    row = facts.facts[facts.facts["item"] == "aircraft movements SHA"].iloc[0].to_dict()
    third = pd.DataFrame(
        [row | {"item": "aircraft movements LGH", "data_year": 2021, "value": 100.0, "origin_row": 99}]
    )
    found = codes(replace(facts, facts=pd.concat([facts.facts, third], ignore_index=True)))
    assert [code for code, _ in found] == ["TY3207"]
    assert "aircraft movements LGH" in found[0][1]


def test_a_group_of_aircraft_that_no_type_takes_up_is_refused(facts):
    rest = facts.aviation[~facts.aviation["group_item"].str.contains("SHA: regional")]
    ((code, place),) = codes(replace(facts, aviation=rest))
    assert code == "TY3251"
    assert "虹桥" in place


def test_rows_of_districts_are_not_added_to_those_of_the_city(facts):
    own = facts.facts[(facts.facts["source_id"] == "energy_balance") & (facts.facts["fuel"] == "diesel")]
    both = replace(facts, facts=pd.concat([facts.facts, own.assign(region_code="310115")], ignore_index=True))
    assert both.sold_t("diesel") == facts.sold_t("diesel")
    assert both.fact("energy_balance", "Construction", "diesel")["region_code"] == ""


def test_a_class_without_dates_of_standards_is_refused_and_one_without_a_leaf_needs_none():
    with pytest.raises(SchemaError, match="TY3221"):
        standards_of_year("MB.02.05", "diesel", 2010)
    assert standards_of_year("", "electricity", 2020) == [("any", 1.0)]


def test_every_date_of_a_standard_is_in_order_and_names_a_known_technology():
    from inventory.mobile.fleet_age import phase_in
    from inventory.vocabulary import load

    table = phase_in()
    assert set(table["standard"]) <= set(load("technologies")["code"])
    for _, rows in table.groupby("group"):
        assert rows["date"].is_monotonic_increasing
        assert rows["citation"].ne("").all()
