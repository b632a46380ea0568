"""What the mobile sources take in place of calls: settings of the project, and findings that stop a build or not."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from inventory.errors import SchemaError
from inventory.mobile.ais.settings import ais_settings
from inventory.mobile.ais.ships import read_ais_ships
from inventory.mobile.mobile_facts import MobileFacts

UNKNOWN = [(413000002, f"2021-03-01T{hour:02d}:00:00Z", 121.6, 31.36, 0.0) for hour in range(2)]
FEW_DAYS = ("smallest_day_share", 0.0)
KNOWN = [(413000001, *row[1:]) for row in UNKNOWN]


@pytest.fixture
def facts():
    """Return a function that gives facts with two sulphur contents and further assumptions of the group `ais`."""

    def make(*own):
        rows = [("ship", "sulphur_fraction", 0.005), ("nonroad", "sulphur_fraction", 1e-5)]
        rows += [("ais", name, value) for name, value in own]
        table = pd.DataFrame(rows, columns=["group_name", "name", "value"])
        return MobileFacts(*[pd.DataFrame()] * 5, table.assign(citation="test", confidence="M", unit="1"), 2021)

    return make


def read(facts, register, folder, *, may_set_aside=False):
    return read_ais_ships(facts, register, folder, time_zone="Asia/Shanghai", may_set_aside=may_set_aside)


def test_the_project_declares_the_longest_interval_and_the_highest_speed(facts):
    assert ais_settings(facts(), "Asia/Shanghai").longest_interval_h == 2.0
    own = ais_settings(facts(("longest_interval_h", 0.5), ("highest_speed_kn", 40.0)), "Asia/Shanghai")
    assert (own.longest_interval_h, own.highest_speed_kn) == (0.5, 40.0)


def test_vessels_without_a_row_stop_the_build_unless_rows_may_be_set_aside(facts, register, positions):
    folder = positions([*KNOWN, *UNKNOWN])
    with pytest.raises(SchemaError, match="TY3268"):
        read(facts(FEW_DAYS), register(), folder)
    ships = read(facts(FEW_DAYS), register(), folder, may_set_aside=True)
    assert any("TY3268" in line for line in ships.messages({}))
    # 370 kW at 227 g/kWh and 100 kW of boiler at 305 g/kWh for the one hour of the vessel that is registered.
    assert ships.fuel_t(fuel="marine_residual_oil") == pytest.approx((370 * 227 + 100 * 305) / 1e6)
    assert set(ships.draft().activities["source_id"]) == {"ais"}


def test_a_year_without_intervals_always_stops(facts, register, positions):
    old = [(mmsi, time.replace("2021", "2019"), *rest) for mmsi, time, *rest in KNOWN]
    with pytest.raises(SchemaError, match="TY3269"):
        read(facts(FEW_DAYS), register(), positions(old), may_set_aside=True)


def on_days(count):
    """Return two messages a day of the registered ship on the first days of the local year."""
    days = pd.date_range("2021-01-01T04:00:00Z", periods=count, freq="D")
    hours = [day + pd.Timedelta(hours=hour) for day in days for hour in range(2)]
    return [(413000001, str(hour), 121.6, 31.36, 0.0) for hour in hours]


@pytest.mark.parametrize(("count", "own", "stops"), [(346, (), True), (347, (), False), (2, (), True),
                                                     (2, (("smallest_day_share", 0.005),), False)])  # fmt: skip
def test_a_log_of_few_days_does_not_stand_for_a_year(facts, register, positions, count, own, stops):
    # 0.95 × 365 = 346.75 days
    folder = positions(on_days(count))
    if stops:
        with pytest.raises(SchemaError) as caught:
            read(facts(*own), register(), folder, may_set_aside=True)
        assert [found.code for found in caught.value.problems] == ["TY3271"]
    else:
        said = read(facts(*own), register(), folder).messages({})
        assert any(f"AIS 只在 {count} 天有报文" in line for line in said)


def calls(monkeypatch, fuel_t):
    """Make the calls of a project burn fuel by category, and return a table of ships that says there are some."""
    table = pd.DataFrame({"source_category": [*fuel_t], "fuel_t": [*fuel_t.values()]})
    monkeypatch.setattr("inventory.mobile.ships.ship_work", lambda _: table)
    return pd.DataFrame({"engine": ["main"]})


AIS_T = (370 * 227 + 100 * 305) / 1e6
"""Fuel of one hour at berth of the registered ship [t], of category MB.08.02."""


@pytest.mark.parametrize(
    ("fuel_t", "code"),
    [
        ({"MB.08.02": AIS_T / 1.99}, None), ({"MB.08.02": AIS_T / 2.01}, "TY3272"), ({"MB.08.02": AIS_T / 0.51}, None),
        ({"MB.08.02": AIS_T / 0.49}, "TY3272"), ({"MB.08.02": AIS_T, "MB.09.03": 1.0}, "TY3270"),
        ({"MB.08.02": 0.0, "MB.09.03": 0.0}, None), ({}, None),
    ],
)  # fmt: skip
def test_fuel_that_is_far_from_that_of_calls_stops_unless_the_project_accepts_it(
    facts, register, positions, monkeypatch, fuel_t, code
):
    folder, ships = positions(KNOWN), calls(monkeypatch, fuel_t)
    if code is None:
        read(replace(facts(FEW_DAYS), ships=ships), register(), folder)
        return
    with pytest.raises(SchemaError) as caught:
        read(replace(facts(FEW_DAYS), ships=ships), register(), folder, may_set_aside=True)
    assert [found.code for found in caught.value.problems] == [code]
    accepted = replace(facts(FEW_DAYS, ("accept_difference_from_calls", 1.0)), ships=ships)
    said = read(accepted, register(), folder).messages(fuel_t)
    assert sum(f"[{code}]" in line for line in said) == 1


@pytest.mark.parametrize(
    ("changes", "ais_type", "fishes"),
    [
        ([{}], 30, True), ([{}, {"mmsi": "", "ais_ship_types": "any"}], 30, True),
        ([{}, {"mmsi": "413000002"}], 30, False),
        ([{}, {"mmsi": "413000002", "ship_type": "miscellaneous_fishing", "size_unit": "gt", "size": 100.0}], 70, True),
        ([{}, {"mmsi": "", "ais_ship_types": "any"}], 70, False),
    ],
)  # fmt: skip
def test_fishing_boats_are_left_to_the_fuel_of_fishing(facts, register, positions, changes, ais_type, fishes):
    folder = positions([*KNOWN, *UNKNOWN], [(413000002, ais_type, 3)])
    ships = read(facts(FEW_DAYS), register(*changes), folder)
    assert ships.fuel_t(fuel="marine_residual_oil") == pytest.approx(AIS_T if fishes else 2 * AIS_T)
    assert ships.done.unregistered["vessels"] == 0.0
    said = [line for line in ships.messages({}) if "渔船" in line]
    assert [line.startswith("AIS 中的渔船 1 艘、1 h 不计入船舶") for line in said] == ([True] if fishes else [])
