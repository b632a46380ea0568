"""What the mobile sources take in place of calls: settings of the project, and findings that stop a build or not."""

from __future__ import annotations

import pandas as pd
import pytest

from inventory.errors import SchemaError
from inventory.mobile.ais.settings import ais_settings
from inventory.mobile.ais.ships import read_ais_ships
from inventory.mobile.mobile_facts import MobileFacts

UNKNOWN = [(413000002, f"2021-03-01T{hour:02d}:00:00Z", 121.6, 31.36, 0.0) for hour in range(2)]
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
        read(facts(), register(), folder)
    ships = read(facts(), register(), folder, may_set_aside=True)
    assert any("TY3268" in line for line in ships.messages({}))
    # 370 kW at 227 g/kWh and 100 kW of boiler at 305 g/kWh for the one hour of the vessel that is registered.
    assert ships.fuel_t(fuel="marine_residual_oil") == pytest.approx((370 * 227 + 100 * 305) / 1e6)
    assert set(ships.draft().activities["source_id"]) == {"ais"}


def test_a_year_without_intervals_always_stops(facts, register, positions):
    old = [(mmsi, time.replace("2021", "2019"), *rest) for mmsi, time, *rest in KNOWN]
    with pytest.raises(SchemaError, match="TY3269"):
        read(facts(), register(), positions(old), may_set_aside=True)
