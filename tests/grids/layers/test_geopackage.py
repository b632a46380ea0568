"""The GeoPackage, read back by sqlite3 and by GDAL through pyogrio."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
from pyproj import Geod

from grids.layers.geopackage import write_geopackage
from inventory.errors import ConservationError


@pytest.fixture
def path(gridded, cells, districts, tmp_path):
    file = tmp_path / "layers.gpkg"
    write_geopackage(gridded, cells, districts, file)
    return file


def rows(path, query):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_layers_and_tables_are_registered(path):
    assert rows(path, "select table_name, data_type, srs_id from gpkg_contents") == [
        ("emission_wide", "features", 4510),
        ("emission_wide_4490", "features", 4490),
        ("emission_long", "features", 4510),
        ("districts", "features", 4490),
        ("about", "attributes", 0),
        ("layer_styles", "attributes", 0),
    ]
    assert rows(path, "pragma integrity_check") == [("ok",)]


def test_wide_layer_holds_each_cell_that_emits_once_with_0_where_nothing_is_emitted(path):
    query = "select cell_id, ix, iy, region_code, region_name_zh, CO2, NOx, PM25 from emission_wide"
    assert rows(path, query) == [
        (0, 0, 0, "310101", "黄浦区", 100, 1, 0.5),
        (1, 1, 0, "310101", "黄浦区", -30, 0, 0),
        (2, 2, 0, "", "", 0, 2, 0),
        (5, 2, 1, "", "", 50, 4, 0),
    ]


def test_species_without_any_estimate_has_no_column(path):
    columns = [row[1] for row in rows(path, "pragma table_info(emission_wide)")]
    assert columns == [
        "fid", "geom", "cell_id", "ix", "iy", "region_code", "region_name_zh", "cell_area_m2", "CO2", "NOx", "PM25",
    ]  # fmt: skip


def test_column_names_carry_chinese_aliases(path):
    aliases = dict(rows(path, "select column_name, name from gpkg_data_columns where table_name = 'emission_wide'"))
    assert aliases["PM25"] == "PM2.5 细颗粒物 t/a"
    assert aliases["cell_id"] == "网格号"


def test_long_layer_has_a_row_per_cell_and_class_and_leaves_what_a_class_never_emits_empty(path):
    query = "select cell_id, category_class, category_name_zh, category_name_en, CO2, NOx, PM25 from emission_long"
    assert rows(path, query) == [
        (0, "FC", "化石燃料固定燃烧源", "fossil fuel", 100, 1, 0.5),
        (2, "FC", "化石燃料固定燃烧源", "fossil fuel", 0, 2, 0),
        (5, "FC", "化石燃料固定燃烧源", "fossil fuel", 50, 4, 0),
        (1, "LU", "土地利用", "land use", -30, None, None),
    ]


def test_both_layers_sum_to_the_same_tonnes(path):
    for layer in ("emission_wide", "emission_wide_4490", "emission_long"):
        assert rows(path, f"select sum(CO2), sum(NOx), sum(PM25) from {layer}") == [(120, 7, 0.5)]


def test_cells_are_the_squares_of_the_grid(path):
    wide = gpd.read_file(path, layer="emission_wide")
    assert wide.crs.to_epsg() == 4510
    assert wide.geometry.bounds.to_numpy().tolist()[3] == [342000, 3451000, 343000, 3452000]
    assert (wide.area == 1e6).all()


def test_degrees_are_the_same_cells_densified_and_not_resampled(path):
    plane = gpd.read_file(path, layer="emission_wide")
    degrees = gpd.read_file(path, layer="emission_wide_4490")
    assert degrees.crs.to_epsg() == 4490
    assert degrees.drop(columns="geometry").equals(plane.drop(columns="geometry"))
    assert {len(shape.exterior.coords) for shape in degrees.geometry} == {17}
    back = degrees.to_crs("EPSG:4510")
    assert (back.symmetric_difference(plane).area < 1e-2).all()
    geodesic_m2 = [abs(Geod(ellps="GRS80").geometry_area_perimeter(shape)[0]) for shape in degrees.geometry]
    np.testing.assert_allclose(geodesic_m2, degrees["cell_area_m2"], rtol=1e-6)


def test_neighbours_share_their_side_bit_for_bit(path):
    degrees = gpd.read_file(path, layer="emission_wide_4490").geometry
    shared = set(degrees[0].exterior.coords) & set(degrees[1].exterior.coords)
    assert len(shared) == 5


def test_districts_are_multipolygons_with_the_map_approval_number(path):
    districts = gpd.read_file(path, layer="districts")
    assert districts["region_code"].tolist() == ["310101", "310151"]
    assert districts["map_approval_no"].tolist() == ["沪S(2021)000号"] * 2
    assert set(districts.geom_type) == {"MultiPolygon"}
    assert districts.total_bounds.tolist() == [121.3, 31.16, 121.36, 31.2]


def test_about_names_unit_release_and_approval_number(path):
    about = dict(rows(path, "select item, zh from about"))
    assert about["title"] == "手工小网格"
    assert about["release_id"] == "2021-0123456789ab"
    assert about["map_approval_no"] == "沪S(2021)000号"
    assert "t/a" in about["unit"]
    assert "GWP" in about["gwp"]


def test_layers_of_cells_have_one_default_style_and_overlapping_classes_none(path):
    query = "select f_table_name, styleName from layer_styles where useAsDefault = 1 order by id"
    assert rows(path, query) == [
        ("emission_wide", "氮氧化物 NOx（吨/年）"),
        ("emission_wide_4490", "二氧化碳 CO2（吨/年）"),
        ("districts", "区县边界"),
    ]
    assert rows(path, "select count(*) from layer_styles where f_table_name = 'emission_wide'") == [(3,)]
    assert rows(path, "select distinct f_geometry_column, f_table_schema from layer_styles") == [("geom", "")]


def test_default_style_draws_every_cell_by_its_column(path):
    query = "select styleQML from layer_styles where f_table_name = 'emission_wide' and styleName like '%CO2%'"
    renderer = ET.fromstring(rows(path, query)[0][0].split("\n", 1)[1]).find("renderer-v2")
    assert renderer.get("attr") == "CO2"
    ranges = [(float(entry.get("lower")), float(entry.get("upper"))) for entry in renderer.iter("range")]
    for (value,) in rows(path, "select CO2 from emission_wide"):
        assert any(low <= value <= high for low, high in ranges)


def test_two_writes_give_the_same_bytes(path, gridded, cells, districts, tmp_path):
    again = tmp_path / "again" / "layers.gpkg"
    write_geopackage(gridded, cells.sort_values("cell_id"), districts[::-1], again)
    assert again.read_bytes() == path.read_bytes()
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") is None


def test_configured_date_is_the_date_of_the_layers(gridded, cells, districts, tmp_path):
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2030-01-02T03:04:05.000Z"})
    try:
        write_geopackage(gridded, cells, districts, tmp_path / "dated.gpkg")
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    dates = rows(tmp_path / "dated.gpkg", "select distinct last_change from gpkg_contents")
    assert dates == [("2030-01-02T03:04:05.000Z",)]


def test_layer_that_reads_back_short_is_named_with_its_class_and_the_former_file_stays(
    path, gridded, cells, districts, monkeypatch
):
    before = path.read_bytes()
    read = pyogrio.read_dataframe

    def without_cell_5(file, **options):
        frame = read(file, **options)
        return frame[frame["cell_id"] != 5]

    monkeypatch.setattr(pyogrio, "read_dataframe", without_cell_5)
    with pytest.raises(ConservationError) as caught:
        write_geopackage(replace(gridded, emission_t=2 * gridded.emission_t), cells, districts, path)
    assert [problem.place for problem in caught.value.problems] == [
        f"layers.gpkg › {place}"
        for place in (
            "emission_wide › CO2", "emission_wide › NOx", "emission_wide_4490 › CO2", "emission_wide_4490 › NOx",
            "emission_long › CO2 › FC", "emission_long › NOx › FC",
        )
    ]  # fmt: skip
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
