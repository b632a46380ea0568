"""Layers as GIS offices deliver them, written by GDAL or by hand and read back as the cells of a CSV."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer

from inventory.config import load_config
from inventory.delivery_spec import DeliverySpec
from inventory.errors import DataSourceError
from inventory.staging import stage
from inventory.warehouse import read_table
from sources.contract import pull, write_undelivered
from sources.delivery import DeliveredFile, whole_sha256
from sources.reading.cells import DeliveredTable
from sources.reading.polygons import check_polygons
from sources.reading.vector import read_layer
from sources.registry import find_source

pytestmark = pytest.mark.filterwarnings("ignore:'crs' was not provided")
EXAMPLE = Path(__file__).parents[3] / "examples" / "shanghai"
TOWNS, NETWORKS, DISTRICTS = find_source("towns"), find_source("networks"), find_source("district_polygons")
PLACES = gpd.GeoDataFrame(
    {"town_zh": ["外滩街道", "徐家汇街道"], "value": [58847, 0.5]},
    geometry=gpd.points_from_xy([121.486, 121.437], [31.236, 31.195]),
    crs="EPSG:4490",
)
SQUARE = "POLYGON ((121 31, 121.5 31, 121.5 31.5, 121 31.5, 121 31))"


def delivered(path: Path) -> DeliveredFile:
    return DeliveredFile(path, path.name, whole_sha256(path))


def read(path: Path, source=TOWNS, **spec):
    return read_layer(delivered(path), source, DeliverySpec(file=(path.name,), **spec))


def codes(error: pytest.ExceptionInfo[DataSourceError]) -> list[str]:
    return [found.code for found in error.value.problems]


def wkt_frame(*texts: str, crs: str | None = "EPSG:4490", **columns) -> gpd.GeoDataFrame:
    shapes = gpd.GeoSeries([shapely.from_wkt(text) if text else None for text in texts], crs=crs)
    return gpd.GeoDataFrame({"k": range(len(texts)), **columns}, geometry=shapes, crs=crs)


def save(frame: gpd.GeoDataFrame, path: Path, **options) -> Path:
    frame.to_file(path, **options)
    return path


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson"])
def test_points_of_every_format_read_as_the_csv_of_the_same_data(tmp_path, name):
    frame = PLACES.rename(columns={"town_zh": "名称"})
    options = {"encoding": "UTF-8"} if name == "a.shp" else {"COORDINATE_PRECISION": 15} if "json" in name else {}
    cells = read(save(frame, tmp_path / name, **options))
    assert cells.rows == [
        ["名称", "value", "lon", "lat"],
        ["外滩街道", "58847", "121.486", "31.236"],
        ["徐家汇街道", "0.5", "121.437", "31.195"],
    ]
    assert cells.problems == ()
    assert not cells.is_lettered


def test_coordinates_in_degrees_keep_their_last_bit(tmp_path):
    lon = [121.48600000000002, 0.1 + 0.2 + 121]
    frame = PLACES.assign(geometry=gpd.points_from_xy(lon, [31.2, 31.1])).set_crs(4326, allow_override=True)
    cells = read(save(frame, tmp_path / "a.gpkg"))
    assert [float(row[2]) for row in cells.rows[1:]] == lon


def test_projected_layers_come_back_in_degrees_with_the_longitude_first(tmp_path):
    cells = read(save(PLACES.to_crs("EPSG:4549"), tmp_path / "a.gpkg"))
    found = np.array([[float(text) for text in row[2:]] for row in cells.rows[1:]])
    assert found == pytest.approx(np.array([[121.486, 31.236], [121.437, 31.195]]), abs=1e-9)


def test_a_line_gives_one_row_per_vertex_in_order(tmp_path):
    path = save(
        wkt_frame("LINESTRING (121 31, 121.1 31.2, 121.3 31.1)", "MULTILINESTRING ((122 30, 122.5 30.5))"),
        tmp_path / "l.gpkg",
    )
    assert read(path, NETWORKS).rows == [
        ["k", "seq", "lon", "lat"],
        ["0", "1", "121", "31"], ["0", "2", "121.1", "31.2"], ["0", "3", "121.3", "31.1"],
        ["1", "1", "122", "30"], ["1", "2", "122.5", "30.5"],
    ]  # fmt: skip


def test_polygons_become_wkt(tmp_path):
    cells = read(save(wkt_frame(SQUARE), tmp_path / "d.gpkg"), DISTRICTS)
    assert cells.rows[0] == ["k", "wkt"]
    assert shapely.from_wkt(cells.rows[1][1]).equals(shapely.from_wkt(SQUARE))


def test_the_layer_of_the_delivery_line_is_read_and_an_unknown_one_named(tmp_path):
    path = save(PLACES, tmp_path / "a.gpkg", layer="一")
    save(PLACES.iloc[:1], path, layer="二")
    assert len(read(path, sheet="二").rows) == 2
    with pytest.raises(DataSourceError, match="一、二") as error:
        read(path, sheet="三")
    assert codes(error) == ["TY2902"]


def test_layer_names_with_quotes_and_statements_are_only_names(tmp_path):
    name = "Robert'); DROP TABLE gpkg_contents;--\""
    cells = read(save(PLACES, tmp_path / "a.gpkg", layer=name), sheet=name)
    assert cells.sheet == name
    assert len(cells.rows) == 3


class TestCoordinateSystems:
    def test_a_layer_without_crs_is_ge501(self, tmp_path):
        path = save(PLACES.set_crs(None, allow_override=True), tmp_path / "a.gpkg")
        with pytest.raises(DataSourceError, match=r"a\.gpkg") as error:
            read(path)
        assert codes(error) == ["GE501"]
        assert len(read(path, crs="EPSG:4490").rows) == 3

    def test_metres_labelled_4490_are_ge501_with_the_bounds(self, tmp_path):
        wrong = PLACES.to_crs("EPSG:4549").set_crs("EPSG:4490", allow_override=True)
        with pytest.raises(DataSourceError, match="y 3453484…3458092") as error:
            read(save(wrong, tmp_path / "a.gpkg"))
        assert codes(error) == ["GE501"]

    def test_degrees_labelled_as_metres_are_ge501(self, tmp_path):
        with pytest.raises(DataSourceError) as error:
            read(save(PLACES.set_crs("EPSG:4549", allow_override=True), tmp_path / "a.gpkg"))
        assert codes(error) == ["GE501"]

    def test_swapped_axes_are_ge502_and_no_crs_is_asked_for(self, tmp_path):
        swapped = PLACES.assign(geometry=gpd.points_from_xy(PLACES.geometry.y, PLACES.geometry.x)).set_crs(4490)
        with pytest.raises(DataSourceError, match="swap") as error:
            read(save(swapped, tmp_path / "a.gpkg"))
        (found,) = error.value.problems
        assert found.code == "GE502"
        assert "31.195…31.236, 121.437…121.486" in found.message_zh
        assert "crs" not in found.remedy_zh + found.remedy_en

    @pytest.mark.parametrize(
        ("crs", "said"),
        [
            ("EPSG:4490", "像经纬度（EPSG:4490）"),
            ("EPSG:4510", "像 EPSG:4510、EPSG:32651 的米"),
            ("EPSG:4549", "像 EPSG:4549 的米"),
            ("EPSG:4528", "像 EPSG:4528 的米"),
            ("EPSG:3857", "不像本市常用的坐标系"),
        ],
    )
    def test_without_crs_bounds_and_a_guess_are_told(self, tmp_path, crs, said):
        frame = PLACES.to_crs(crs)
        west, _, east, _ = frame.total_bounds
        with pytest.raises(DataSourceError) as error:
            read(save(frame.set_crs(None, allow_override=True), tmp_path / "a.gpkg"))
        (found,) = error.value.problems
        assert found.code == "GE501"
        assert said in found.message_zh
        assert f"x {west:.7g}…{east:.7g}" in found.message_en

    def test_without_crs_swapped_degrees_are_guessed(self, tmp_path):
        swapped = gpd.GeoDataFrame({"k": [1]}, geometry=[shapely.Point(31.2, 121.4)])
        with pytest.raises(DataSourceError, match="axes swapped") as error:
            read(save(swapped, tmp_path / "a.gpkg"))
        assert codes(error) == ["GE501"]

    @pytest.mark.parametrize("crs", ["EPSG:4214", "EPSG:4610", "EPSG:2437"])
    def test_beijing_54_and_xian_80_without_parameters_are_ge504(self, tmp_path, crs):
        frame = PLACES.to_crs(crs)
        with pytest.raises(DataSourceError, match=r"a\.gpkg") as error:
            read(save(frame, tmp_path / "a.gpkg"))
        assert codes(error) == ["GE504"]

    @pytest.mark.parametrize("crs", ["GCJ-02", "BD-09", 'LOCAL_CS["上海城市坐标系",UNIT["metre",1]]'])
    def test_systems_without_known_parameters_are_ge504(self, tmp_path, crs):
        path = save(PLACES.set_crs(None, allow_override=True), tmp_path / "a.gpkg")
        with pytest.raises(DataSourceError) as error:
            read(path, crs=crs)
        assert codes(error) == ["GE504"]

    def test_a_local_grid_declared_with_its_parameters_is_converted(self, tmp_path):
        declared = "+proj=tmerc +lat_0=31.23 +lon_0=121.46 +ellps=krass +towgs84=20,-150,-80,0,0,0,0 +units=m +type=crs"
        there = Transformer.from_crs("EPSG:4326", declared, always_xy=True).transform(121.486, 31.236)
        plain = Transformer.from_crs("EPSG:4326", declared.replace("+towgs84=20,-150,-80,0,0,0,0 ", ""), always_xy=True)
        assert abs(plain.transform(121.486, 31.236)[0] - there[0]) > 20  # the parameters matter
        frame = gpd.GeoDataFrame({"k": [1]}, geometry=[shapely.Point(*there)])
        cells = read(save(frame, tmp_path / "a.gpkg"), crs=declared)
        assert [float(text) for text in cells.rows[1][1:]] == pytest.approx([121.486, 31.236], abs=1e-7)

    def test_the_crs_of_the_delivery_line_comes_first_and_that_is_said(self, tmp_path):
        wrong = PLACES.to_crs("EPSG:4549").set_crs("EPSG:4490", allow_override=True)
        cells = read(save(wrong, tmp_path / "a.gpkg"), crs="EPSG:4549")
        assert float(cells.rows[1][2]) == pytest.approx(121.486, abs=1e-9)
        assert any("EPSG:4549" in remark for remark in cells.remarks)


class TestShapefile:
    @pytest.fixture
    def gbk(self, tmp_path):
        path = save(PLACES.rename(columns={"town_zh": "街镇名称"}), tmp_path / "镇.shp", encoding="GBK")
        path.with_suffix(".cpg").unlink()
        return path

    @pytest.mark.parametrize("part", [".dbf", ".shx"])
    def test_a_missing_part_is_named(self, gbk, part):
        gbk.with_suffix(part).unlink()
        with pytest.raises(DataSourceError, match=rf"镇\.shp(.|\n)*{part}") as error:
            read(gbk)
        assert codes(error) == ["IN113"]

    def test_without_prj_the_crs_is_unknown_unless_declared(self, gbk):
        gbk.with_suffix(".prj").unlink()
        with pytest.raises(DataSourceError, match="prj") as error:
            read(gbk)
        assert codes(error) == ["GE501"]
        assert len(read(gbk, crs="EPSG:4490").rows) == 3

    def test_without_cpg_gb18030_is_found_and_recorded(self, gbk):
        cells = read(gbk)
        assert cells.rows[0][0] == "街镇名称"
        assert cells.rows[1][0] == "外滩街道"
        assert any("gb18030" in remark for remark in cells.remarks)

    def test_without_cpg_utf8_comes_first(self, tmp_path):
        path = save(PLACES, tmp_path / "a.shp", encoding="UTF-8")
        path.with_suffix(".cpg").unlink()
        cells = read(path)
        assert cells.rows[1][0] == "外滩街道"
        assert any("utf-8" in remark for remark in cells.remarks)

    def test_a_codepage_that_does_not_fit_is_in113(self, gbk):
        gbk.with_suffix(".cpg").write_text("UTF-8")
        with pytest.raises(DataSourceError) as error:
            read(gbk)
        assert "IN113" in codes(error)
        assert read(gbk, encoding="GBK").rows[1][0] == "外滩街道"

    def test_a_name_cut_in_mid_character_is_in113_and_not_another_name(self, tmp_path):
        path = save(PLACES.rename(columns={"town_zh": "街镇名"}), tmp_path / "a.shp", encoding="UTF-8")
        path.with_suffix(".cpg").unlink()
        dbf = bytearray(path.with_suffix(".dbf").read_bytes())
        dbf[32:43] = "街镇名称".encode()[:10] + b"\0"
        path.with_suffix(".dbf").write_bytes(dbf)
        with pytest.raises(DataSourceError, match="mid-character") as error:
            read(path)
        assert codes(error) == ["IN113"]

    @pytest.mark.parametrize("part", [".shp", ".dbf", ".shx"])
    def test_a_part_that_is_cut_short_is_in113(self, gbk, part):
        content = gbk.with_suffix(part).read_bytes()
        gbk.with_suffix(part).write_bytes(content[:-20])
        with pytest.raises(DataSourceError, match=rf"\{part}") as error:
            read(gbk)
        assert codes(error) == ["IN113"]

    def test_a_zip_of_the_parts_reads_like_the_folder(self, gbk, tmp_path):
        expected = read(gbk).rows
        with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
            for part in gbk.parent.glob("镇.*"):
                archive.write(part, f"上报/{part.name}")
        assert read(tmp_path / "z.zip").rows == expected


class TestGeometries:
    @pytest.mark.parametrize(
        ("text", "said"),
        [("", "empty"), ("POINT EMPTY", "empty"), ("LINESTRING (121 31, 121 31.5)", "LineString"),
         ("GEOMETRYCOLLECTION (POINT (121 31))", "GeometryCollection"), ("MULTIPOINT (121 31, 121.5 31)", "MultiPoint")],
    )  # fmt: skip
    def test_what_is_no_point_is_ge507_at_its_row(self, tmp_path, text, said):
        path = tmp_path / "a.geojson"
        shapes = [shapely.Point(121.4, 31.2), shapely.from_wkt(text) if text else None]
        features = [
            {"type": "Feature", "properties": {"k": k},
             "geometry": None if one is None else json.loads(shapely.to_geojson(one))}
            for k, one in enumerate(shapes)
        ]  # fmt: skip
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        cells = read(path)
        (found,) = cells.problems
        assert found.code == "GE507"
        assert said in found.message_en
        assert (found.cell.file, found.cell.row, found.cell.column) == ("a.geojson", 3, "lat")
        assert cells.rows[2] == ["1", "", ""]

    def test_null_geometries_of_a_geopackage_are_ge507(self, tmp_path):
        cells = read(save(wkt_frame("POINT (121 31)", ""), tmp_path / "a.gpkg"))
        assert [(found.code, found.cell.row) for found in cells.problems] == [("GE507", 3)]
        assert "要素 2 / feature 2" in cells.problems[0].place

    def test_a_line_of_several_parts_is_ge507(self, tmp_path):
        cells = read(
            save(wkt_frame("MULTILINESTRING ((121 31, 122 31), (121 30, 122 30))"), tmp_path / "a.gpkg"), NETWORKS
        )
        assert [found.code for found in cells.problems] == ["GE507"]

    def test_heights_and_measures_are_dropped_with_a_remark(self, tmp_path):
        cells = read(save(wkt_frame("POINT Z (121 31 5)"), tmp_path / "a.gpkg"))
        assert cells.rows[1] == ["0", "121", "31"]
        assert any("Z/M" in remark for remark in cells.remarks)

    def test_curves_are_read_as_chords_with_a_remark(self, tmp_path):
        path = save(wkt_frame("LINESTRING (121 31, 121.1 31.1, 121.2 31)"), tmp_path / "a.gpkg", layer="路")
        curve = struct.pack("<BII6d", 1, 8, 3, 121, 31, 121.1, 31.1, 121.2, 31)  # CIRCULARSTRING
        with sqlite3.connect(path) as connection:
            connection.execute("drop trigger if exists rtree_路_geom_update6")
            connection.execute("drop trigger if exists rtree_路_geom_update7")
            for (trigger,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
                connection.execute(f'drop trigger "{trigger}"')
            connection.execute("update gpkg_geometry_columns set geometry_type_name = 'CIRCULARSTRING'")
            connection.execute("update 路 set geom = ?", (b"GP\x00\x01" + struct.pack("<i", 4490) + curve,))
        cells = read(path, NETWORKS)
        assert len(cells.rows) > 10  # an arc, not the two chords of its three points
        assert any("chords" in remark for remark in cells.remarks)

    def test_an_attribute_that_contradicts_the_geometry_is_ty2904(self, tmp_path):
        frame = PLACES.assign(lon=[121.486, 120.0], lat=[31.236, 31.195])
        cells = read(save(frame, tmp_path / "a.gpkg"))
        assert cells.rows[0] == ["town_zh", "value", "lon", "lat"]
        assert [(found.code, found.cell.row, found.cell.column) for found in cells.problems] == [("TY2904", 3, "lon")]
        assert "要素 2 / feature 2" in cells.problems[0].place

    def test_a_whole_number_beyond_a_double_is_ty2903(self, tmp_path):
        frame = PLACES.assign(code=pd.array([913100001234567890, None], dtype="Int64"))
        cells = read(save(frame, tmp_path / "a.gpkg"))
        assert [found.code for found in cells.problems] == ["TY2903"]


def table(*texts: str) -> DeliveredTable:
    frame = pd.DataFrame({"region_code": [f"31010{k}" for k in range(len(texts))], "wkt": texts})
    return DeliveredTable(
        frame.assign(origin_file="d.csv", origin_sheet="", origin_row=range(2, 2 + len(texts)), origin_sha256="")
    )


class TestPolygons:
    def test_a_bow_tie_is_ge506_at_its_cell(self):
        bow = "POLYGON ((121 31, 122 32, 122 31, 121 32, 121 31))"
        (found,) = check_polygons(table(SQUARE, bow), name="region_code").problems
        assert (found.code, found.place) == ("GE506", "d.csv › 3 › wkt")

    def test_a_spike_is_mended_and_recorded(self):
        spike = "POLYGON ((121 31, 122 31, 122 31.5, 122.5 31.5, 122 31.5, 122 32, 121 32, 121 31))"
        checked = check_polygons(table(spike), name="region_code")
        assert checked.problems == ()
        mended = shapely.from_wkt(checked.frame["wkt"][0])
        assert mended.is_valid
        assert mended.area == pytest.approx(1.0, rel=1e-12)
        assert any("d.csv › 2 › wkt" in remark for remark in checked.remarks)

    def test_ring_order_and_doubled_vertices_change_nothing(self):
        text = "POLYGON ((121 31, 121 31.5, 121.5 31.5, 121.5 31.5, 121.5 31, 121 31))"
        checked = check_polygons(table(text), name="region_code")
        assert checked.frame["wkt"][0] == text
        assert checked.problems == ()

    @pytest.mark.parametrize(
        ("text", "code"),
        [("POINT (121 31)", "GE507"), ("POLYGON ((121 31, 122", "GE507"), ("POLYGON EMPTY", "GE507"),
         ("POLYGON ((300000 3400000, 300001 3400000, 300001 3400001, 300000 3400000))", "GE501")],
    )  # fmt: skip
    def test_cells_without_a_polygon_in_degrees_are_refused(self, text, code):
        assert [found.code for found in check_polygons(table(text), name="region_code").problems] == [code]

    def test_slivers_between_districts_are_w508_with_their_area(self):
        left = "POLYGON ((121 31, 121.501 31, 121.501 31.5, 121 31.5, 121 31))"
        right = "POLYGON ((121.5 31, 122 31, 122 31.5, 121.5 31.5, 121.5 31))"
        checked = check_polygons(table(left, right), name="region_code")
        assert checked.problems == ()
        (remark,) = [text for text in checked.remarks if "W508" in text]
        # 0.001 degree of longitude at 31.25 N is about 95.2 m, 0.5 degree of latitude about 55.4 km
        assert float(remark.split("overlap by ")[1].split(" km2")[0]) == pytest.approx(0.0952 * 55.4, rel=0.01)

    def test_a_gap_between_districts_is_w508(self):
        ring = "POLYGON ((121 31, 122 31, 122 32, 121 32, 121 31), (121.4 31.4, 121.6 31.4, 121.6 31.6, 121.4 31.6, 121.4 31.4))"
        inner = "POLYGON ((121.4 31.4, 121.6 31.4, 121.6 31.5, 121.4 31.5, 121.4 31.4))"
        (remark,) = check_polygons(table(ring, inner), name="region_code").remarks
        assert "W508" in remark

    def test_one_polygon_under_two_codes_is_ge508(self):
        assert [found.code for found in check_polygons(table(SQUARE, SQUARE), name="region_code").problems] == ["GE508"]


class TestNothingIsReadElsewhere:
    SECRET = "name,lon,lat\n机密,121,31\n"

    def vrt(self, folder: Path) -> str:
        (folder / "secret.csv").write_text(self.SECRET, encoding="utf-8")
        return (
            f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{folder / "secret.csv"}</SrcDataSource>'
            "<GeometryType>wkbPoint</GeometryType><LayerSRS>EPSG:4490</LayerSRS>"
            '<GeometryField encoding="PointFromColumns" x="lon" y="lat"/></OGRVRTLayer></OGRVRTDataSource>'
        )

    @pytest.mark.parametrize("name", ["evil.geojson", "evil.gpkg", "evil.shp", "evil.json"])
    def test_a_vrt_under_another_name_is_sc903(self, tmp_path, name):
        path = tmp_path / name
        path.write_text(self.vrt(tmp_path))
        with pytest.raises(DataSourceError, match=name) as error:
            read(path)
        assert codes(error) == ["SC903"]

    @pytest.mark.parametrize(
        "text", ["http://127.0.0.1:9/a.gpkg", "/vsicurl/http://127.0.0.1/a.gpkg", "s3://b/a.gpkg", "/vsizip/a.zip/a.shp",
                 "file:///etc/passwd", "PG:dbname=x", "\\\\host\\share\\a.gpkg"],
    )  # fmt: skip
    def test_addresses_and_virtual_paths_are_sc903(self, text):
        with pytest.raises(DataSourceError) as error:
            read_layer(DeliveredFile(Path(text), text, ""), TOWNS, DeliverySpec(file=(text,)))
        assert codes(error) == ["SC903"]

    def test_the_guard_leaves_no_driver_that_reads_elsewhere(self, tmp_path):
        (tmp_path / "evil.vrt").write_text(self.vrt(tmp_path))
        script = (
            "from sources.reading.gdal_guard import REFUSED_DRIVERS, guard_gdal\nguard_gdal()\nimport pyogrio, rasterio\n"
            "with rasterio.Env() as env: left = set(env.drivers())\n"
            "left |= set(pyogrio.list_drivers())\nassert not left & set(REFUSED_DRIVERS), left & set(REFUSED_DRIVERS)\n"
            "assert 'GPKG' in left and 'GTiff' in left\n"
            f"try: pyogrio.read_info({str(tmp_path / 'evil.vrt')!r})\n"
            "except pyogrio.errors.DataSourceError: print('refused')\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, env=os.environ, check=True
        )
        assert (done.stdout, done.stderr) == ("refused\n", "")

    @pytest.mark.parametrize(
        ("name", "content"),
        [("a.geojson", b'{"type": "Topology"}'), ("a.geojson", b'{"type": "gdal_streamed_alg", "command_line": "x"}'),
         ("a.geojson", b'{"type": "FeatureCollection", "features": [1]}'), ("a.geojson", b'{"a": NaN}'),
         ("a.geojson", b'{"type": "FeatureCollection", "features": ' + b"[" * 100_000), ("a.gpkg", b"SQLite format 3\0" + b"\0" * 90),
         ("a.gpkg", b"SQLite format 3\0" + b"\0" * 52 + b"GPKG" + b"\0" * 90), ("a.geojson", b"SQLite format 3\0" + b"\0" * 52 + b"GPKG"),
         ("a.geojson", b'{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"v":1,"v":2},"geometry":null}]}'),
         ("a.zip", b"PK\x03\x04" + b"\0" * 50)],
    )  # fmt: skip
    def test_other_content_is_ty2901(self, tmp_path, name, content):
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(DataSourceError, match=name) as error:
            read(path)
        assert codes(error) == ["TY2901"]

    def test_a_file_that_is_still_being_edited_is_refused(self, tmp_path):
        path = save(PLACES, tmp_path / "a.gpkg")
        (tmp_path / "a.gpkg-wal").write_bytes(b"x")
        with pytest.raises(DataSourceError) as error:
            read(path)
        assert codes(error) == ["TY2905"]

    def test_a_file_that_changed_since_its_checksum_is_refused(self, tmp_path):
        path = save(PLACES, tmp_path / "a.gpkg")
        with pytest.raises(DataSourceError) as error:
            read_layer(DeliveredFile(path, path.name, "0" * 64), TOWNS, DeliverySpec(file=(path.name,)))
        assert codes(error) == ["TY2012"]


def test_towns_and_networks_as_layers_stage_to_the_tables_of_the_csv(tmp_path):
    tables = ["stg_towns_town", "stg_networks_vertex"]
    project = tmp_path / "project"
    shutil.copytree(EXAMPLE, project)
    clean = staged(project, tmp_path / "clean", tables)
    towns = pd.read_csv(project / "tables/towns.csv", dtype=str, keep_default_na=False)
    towns = towns.assign(value=towns["value"].astype(float), year=towns["year"].astype(int))
    geometry = gpd.points_from_xy(towns["lon"].astype(float), towns["lat"].astype(float))
    gpd.GeoDataFrame(towns.drop(columns=["lon", "lat"]), geometry=geometry, crs=4490).to_file(
        project / "tables/towns.gpkg"
    )
    vertices = pd.read_csv(project / "tables/networks.csv", dtype=str, keep_default_na=False)
    key = ["network", "name_zh"]
    lines = vertices.groupby(key, sort=False).agg("first").reset_index().drop(columns=["seq", "lon", "lat"])
    shapes = [
        shapely.LineString(part.sort_values("seq", key=lambda seq: seq.astype(int))[["lon", "lat"]].astype(float))
        for _, part in vertices.groupby(key, sort=False)
    ]
    gpd.GeoDataFrame(lines, geometry=shapes, crs=4490).to_file(project / "tables/networks.gpkg")
    path = project / "inventory.toml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("towns.csv", "towns.gpkg").replace("networks.csv", "networks.gpkg"),
        encoding="utf-8",
    )
    layers = staged(project, tmp_path / "layers", tables)
    for name in tables:
        pd.testing.assert_frame_equal(clean[name], layers[name], check_exact=True)
    assert len(layers["stg_towns_town"]) > 200


def staged(project: Path, work: Path, tables: list[str]) -> dict[str, pd.DataFrame]:
    work.mkdir()
    config = load_config(project)
    pull(config, work)
    write_undelivered(config, work)
    stage(config, work)
    origin = ["origin_file", "origin_sheet", "origin_row", "origin_sha256"]
    found = {name: read_table(name, work).drop(columns=origin) for name in tables}
    keys = {"stg_towns_town": ["region_code", "town_zh"], "stg_networks_vertex": ["network", "name_zh", "seq"]}
    return {name: frame.sort_values(keys[name], ignore_index=True) for name, frame in found.items()}
