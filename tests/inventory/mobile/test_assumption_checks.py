"""An assumption stands in the unit of its name: 0.5 % of sulphur is not 0.5."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from inventory.errors import SchemaError
from inventory.mobile.assumption_checks import expected_units, require_assumption_units

TABLE = Path(__file__).parents[3] / "examples" / "shanghai" / "tables" / "mobile_assumptions.csv"


def assumption(name, value, unit):
    origin = {"origin_file": "m.csv", "origin_sheet": "", "origin_row": 2}
    return pd.DataFrame([{"group_name": "ship", "name": name, "value": value, "unit": unit, **origin}])


def test_every_assumption_of_the_example_stands_in_its_unit():
    given = pd.read_csv(TABLE, dtype=str)
    names = given["name"].str.split(":").str[0]
    assert dict(zip(names, given["unit"], strict=True)).items() <= expected_units().items()


@pytest.mark.parametrize(
    ("name", "value", "unit", "code", "place"),
    [
        ("sulphur_fraction", 0.5, "%", "TY3060", "m.csv › 2 › unit"),
        ("sulphur_fraction", 5.0, "1", "IN307", "m.csv › 2 › value"),
        ("relative_humidity:07", 81.0, "1", "IN307", "m.csv › 2 › value"),
        ("taxi_time_s", 20.0, "min", "TY3060", "m.csv › 2 › unit"),
    ],
)
def test_another_unit_and_a_percentage_are_refused(name, value, unit, code, place):
    with pytest.raises(SchemaError) as caught:
        require_assumption_units(assumption(name, value, unit))
    assert [(found.code, found.place) for found in caught.value.problems] == [(code, place)]


def test_the_unit_of_the_name_is_accepted():
    require_assumption_units(assumption("sulphur_fraction", 0.005, "1"))
