"""The crs of a line of [deliveries]: known, and of a layer unless it is degrees."""

from __future__ import annotations

import pytest

from inventory.config import load_config
from inventory.delivery_spec import is_in_degrees, parse_delivery
from inventory.errors import SchemaError

TABLE, LAYER = {"file": "in/a.csv"}, {"file": ["in/a.gpkg", "in/b.SHP"]}


def codes(value):
    spec, problems = parse_delivery("towns", value)
    assert (spec is None) == bool(problems)
    assert {found.place for found in problems} <= {"inventory.toml › deliveries.towns.crs"}
    return [found.code for found in problems]


@pytest.mark.parametrize("line", [TABLE, LAYER, {"url": "https://example.org/towns.geojson"}])
@pytest.mark.parametrize("crs", ["不知道", "GCJ-02", "BD-09", "EPSG:999999", " "])
def test_an_unknown_crs_is_refused_for_tables_and_layers(line, crs):
    assert codes(line | {"crs": crs}) == ["GE504"]


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4326", "epsg:4490", "WGS84", "OGC:CRS84"])
def test_degrees_may_be_stated_of_tables_and_layers(crs):
    assert is_in_degrees(crs)
    assert codes(TABLE | {"crs": crs}) == codes(LAYER | {"crs": crs}) == []


@pytest.mark.parametrize(
    "line",
    [
        TABLE,
        {"file": "in/a.xlsx"},
        {"file": ["in/a.gpkg", "in/b.csv"]},
        {"file": "in/a*"},
        {"database": "bureau", "table": "town"},
        {"url": "https://example.org/towns.csv?as=a.gpkg"},
    ],
)
@pytest.mark.parametrize("crs", ["EPSG:4510", "EPSG:4214"])
def test_tables_hold_degrees_of_cgcs2000_or_wgs84_alone(line, crs):
    assert codes(line | {"crs": crs}) == ["TY2906"]


@pytest.mark.parametrize("line", [LAYER, {"file": "in/*.zip"}, {"url": "https://example.org/a.gpkg?key=1"}])
def test_layers_may_be_projected(line):
    assert codes(line | {"crs": "EPSG:4510"}) == []


@pytest.mark.parametrize("crs", ["", "EPSG:4510", "EPSG:4214", "GCJ-02"])
def test_other_systems_are_no_statement_that_degrees_are_right(crs):
    assert not is_in_degrees(crs)


def test_a_project_tells_all_of_them_when_it_is_read(tmp_path, example_config):
    text = (example_config.project_dir / "inventory.toml").read_text(encoding="utf-8")
    head = text.partition("[deliveries]")[0]
    lines = (
        '[deliveries]\ntowns = {file = "a.csv", crs = "不知道"}\nfacilities = {file = "b.xlsx", crs = "EPSG:4510"}\n'
    )
    (tmp_path / "inventory.toml").write_text(head + lines, encoding="utf-8")
    with pytest.raises(SchemaError) as error:
        load_config(tmp_path)
    assert [(found.code, found.place) for found in error.value.problems] == [
        ("GE504", "inventory.toml › deliveries.towns.crs"),
        ("TY2906", "inventory.toml › deliveries.facilities.crs"),
    ]
