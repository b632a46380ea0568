"""The register: whose row a vessel takes, hotel power, tiers, and rows that lack what their engines need."""

from __future__ import annotations

import numpy as np
import pytest

from inventory.errors import SchemaError


def test_a_row_gives_power_speeds_and_engines(fleet):
    ship = fleet({"max_speed_kn": None, "service_speed_kn": 18.8, "shore_power_share": 0.5})
    assert ship.max_speed_kn[0] == pytest.approx(20.0)
    assert ship.aux_kw.tolist() == [[260.0, 420.0, 260.0, 370.0]]
    assert ship.boiler_kw.tolist() == [[0.0, 100.0, 100.0, 100.0]]
    assert ship.fuel_use_g_per_kwh.tolist() == [[195.0, 227.0, 305.0]]
    assert ship.classes[0].technologies == ("ship_main_ssd_tier_1", "ship_aux_msd_tier_1", "ship_boiler_boiler_tier_0")
    assert (ship.classes[0].category, ship.classes[0].size_class) == ("MB.08.02", "sulphur_0p5_pct")


@pytest.mark.parametrize(("year", "tier"), [(1999, 0), (2000, 1), (2010, 1), (2011, 2), (2022, 2)])
def test_the_tier_follows_the_year_of_build(fleet, year, tier):
    assert fleet({"tier": None, "build_year": year}).classes[0].technologies[0] == f"ship_main_ssd_tier_{tier}"


def test_a_vessel_takes_its_row_else_the_default_of_its_type_else_the_catch_all_else_none(fleet):
    default = {"mmsi": "", "ais_ship_types": "70-79;89"}
    some = fleet(default, {"mmsi": "413000009"})
    rows = some.rows_of(np.array([413000009, 413000001, 413000002, 413000003]), np.array([0, 75, 89, 80]))
    assert [some.table["ais_ship_types"].iloc[row] if row >= 0 else None for row in rows] == [
        "", "70-79;89", "70-79;89", None,
    ]  # fmt: skip
    every = fleet(default, {"mmsi": "", "ais_ship_types": "any"})
    rows = every.rows_of(np.array([413000003]), np.array([80]))
    assert every.table["ais_ship_types"].iloc[rows[0]] == "any"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"mmsi": ""}, "TY3261"),
        ({"ais_ship_types": "70"}, "TY3261"),
        ({"mmsi": "4130000011"}, "TY3267"),
        ({"voyage": "deep sea"}, "TY3267"),
        ({"engine_family": ""}, "TY3267"),
        ({"max_speed_kn": None}, "TY3263"),
        ({"tier": None}, "TY3264"),
        ({"tier": 3, "voyage": "inland", "fuel_or_product": "diesel"}, "TY3264"),
        ({"size": None}, "TY3266"),
        ({"size_unit": "teu"}, "TY3266"),
        ({"ship_type": "river_cargo"}, "TY3266"),
        ({"voyage": "inland", "fuel_or_product": "diesel"}, "TY3265"),
        ({"mmsi": "", "ais_ship_types": "7x"}, "TY3262"),
        ({"mmsi": "", "ais_ship_types": "300"}, "TY3262"),
    ],
)
def test_a_row_that_cannot_be_estimated_is_named(fleet, change, code):
    with pytest.raises(SchemaError) as caught:
        fleet({}, {"mmsi": "413000002"} | change)
    assert {found.code for found in caught.value.problems} == {code}
    assert all(found.place == "register.csv › 3" for found in caught.value.problems)


def test_one_ship_type_has_one_default_row(fleet):
    with pytest.raises(SchemaError, match="TY3262"):
        fleet({"mmsi": "", "ais_ship_types": "70-79"}, {"mmsi": "", "ais_ship_types": "79"})


def test_a_river_vessel_needs_its_auxiliary_power_and_fuel_use_only(fleet):
    row = {"ship_type": "river_cargo", "voyage": "inland", "fuel_or_product": "diesel", "aux_kw": 20.0,
           "specific_fuel_use_g_per_kwh": 210.0, "size": None, "tier": 0}  # fmt: skip
    ship = fleet(row)
    assert (ship.aux_kw.tolist(), ship.boiler_kw.tolist()) == ([[20.0] * 4], [[0.0] * 4])
    assert ship.classes[0].technologies == ("marine_stage_0",) * 3
