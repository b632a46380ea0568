"""Rules of single activities on a long table: what breaks one is named, what is equal or missing is not."""

import numpy as np
import pandas as pd
import pytest

from inventory.checks.activity_rules import activity_problems


def long(**activities):
    """Return a long table of activity → {species: t}."""
    rows = [(key, species, value) for key, own in activities.items() for species, value in own.items()]
    return pd.DataFrame(rows, columns=["activity_id", "species", "emission_t"])


@pytest.mark.parametrize(
    ("emitted", "code", "what"),
    [
        ({"BC": 0.6, "OC": 0.5, "PM2.5": 1.0}, "TY3510", "BC + OC > PM2.5"),
        ({"PM2.5": 2.0, "PM10": 1.0}, "TY3506", "PM2.5 > PM10"),
        ({"PM10": 2.0, "TSP": 1.0}, "TY3506", "PM10 > TSP"),
        ({"PM2.5": 2.0, "TSP": 1.0}, "TY3506", "PM2.5 > TSP"),
        ({"PM2.5": 1.0 + 3e-9, "PM10": 1.0}, "TY3506", "PM2.5 > PM10"),
    ],
)
def test_sizes_out_of_order_are_named(emitted, code, what):
    sound = {"BC": 0.2, "OC": 0.3, "PM2.5": 1.0, "PM10": 2.0, "TSP": 3.0}
    (found,) = activity_problems(long(sound=sound, wrong=emitted))
    assert (found.code, found.place) == (code, f"wrong › {what}")


def test_equal_sizes_missing_ones_and_rounding_hold():
    equal = dict.fromkeys(("PM2.5", "PM10", "TSP"), 1.0)
    table = long(a=equal, b={"BC": 1.0}, c={"PM2.5": 1.0 + 1e-10, "PM10": 1.0}, d={"PM2.5": 2.0, "PM10": np.nan})
    assert activity_problems(table) == []
    assert activity_problems(long(a={"CO2": 1.0})) == []


def test_carbon_and_sulphur_come_out_of_the_fuel():
    # 12 t C and 1 t S in: 44 t CO2 and 2 t SO2 at most; 14 t CO more hold 6 t C, exactly half as much again
    contents = pd.DataFrame(
        {"activity_id": list("abcd"), "carbon_tc": [12.0, 12.0, 12.0, np.nan], "sulphur_t": [1.0, 1.0, np.nan, np.nan]}
    )
    table = long(
        a={"CO2": 44.0, "CO": 13.9, "SO2": 2.0}, b={"CO2": 44.1, "SO2": 2.1}, c={"CO2": 44.0, "CO": 14.1, "SO2": 9.0},
        d={"CO2": 99.0, "SO2": 9.0},
    )  # fmt: skip
    found = [(problem.code, problem.place) for problem in activity_problems(table, contents)]
    assert found == [("TY3508", "b"), ("TY3509", "c"), ("TY3512", "b")]
    assert activity_problems(table) == []
