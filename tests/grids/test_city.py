"""What the city takes from the staged tables: indicators of one year, points by district, lines by network."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from grids.city import load_city
from inventory.warehouse import read_table

TABLES = ("stg_towns_town", "stg_networks_vertex", "stg_fact", "core_facility")


@pytest.fixture
def tables(estimated):
    return {name: read_table(name, estimated) for name in TABLES}


def gdp_of_other_years(facts: pd.DataFrame, values: dict[int, float]) -> pd.DataFrame:
    """Return the facts with gdp in some years, the same in every district."""
    gdp = facts[(facts["source_id"] == "districts") & (facts["item"] == "gdp")]
    others = facts.drop(index=gdp.index)
    return pd.concat([others, *(gdp.assign(data_year=year, value=value) for year, value in values.items())])


@pytest.mark.parametrize(
    ("years", "expected"), [({2019: 1.0, 2022: 2.0, 2025: 3.0}, 2.0), ({2020: 1.0, 2022: 2.0}, 1.0), ({1990: 4.0}, 4.0)]
)
def test_an_indicator_of_several_years_takes_the_nearest_and_the_earlier_of_two(config, city, tables, years, expected):
    tables["stg_fact"] = gdp_of_other_years(tables["stg_fact"], years)
    loaded = load_city(city.grid, config.region_code, tables, inventory_year=2021)
    assert loaded.indicators.loc["gdp"].tolist() == [expected] * 16


def test_towns_are_in_one_order_whatever_the_order_of_the_rows(config, city, tables):
    mixed = {name: frame.sample(frac=1, random_state=3) for name, frame in tables.items()}
    loaded = load_city(city.grid, config.region_code, mixed, inventory_year=config.inventory_year)
    for frame in ("towns", "facilities", "vertices", "indicators"):
        pd.testing.assert_frame_equal(getattr(loaded, frame), getattr(city, frame), check_exact=True)


def test_a_point_counts_for_its_own_district_only(city):
    town = city.towns.iloc[0]
    cell = city.grid.cell_of([town["x"]], [town["y"]])[0]
    here = city.towns[(city.grid.cell_of(city.towns["x"], city.towns["y"]) == cell)]
    facilities = city.facilities[(city.grid.cell_of(city.facilities["x"], city.facilities["y"]) == cell)]
    held = {*here["region"], *facilities["region"]} - {-1}
    assert set(np.flatnonzero(city.has_point[:, cell])) == held


def test_lines_of_one_name_in_two_networks_stay_two_lines(config, city, tables):
    lines = len(city.lines(["expressway", "railway"]))
    vertices = tables["stg_networks_vertex"]
    name = vertices.loc[vertices["network"] == "expressway", "name_zh"].iloc[0]
    railway = vertices.loc[vertices["network"] == "railway", "name_zh"].iloc[0]
    tables["stg_networks_vertex"] = vertices.assign(name_zh=vertices["name_zh"].replace(railway, name))
    loaded = load_city(city.grid, config.region_code, tables, inventory_year=config.inventory_year)
    assert len(loaded.lines(["expressway", "railway"])) == lines
