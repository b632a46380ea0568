"""District polygons through the contract: a layer and the CSV of the same polygons give the same rows and findings."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from inventory.errors import DataSourceError
from sources.contract import extract, open_delivery

CODES = ["310101", "310104"]
LEFT = "POLYGON ((121 31, 121.5 31, 121.5 31.5, 121 31.5, 121 31))"
RIGHT = "POLYGON ((121.5 31, 122 31, 122 31.5, 121.5 31.5, 121.5 31))"
BOW = "POLYGON ((121 31, 122 32, 122 31, 121 32, 121 31))"


@pytest.fixture
def deliver(project):
    """Return a function that delivers two polygons as a file of some name, and extracts them."""

    def write(name: str, *texts: str):
        config = project(district_polygons=name)
        path = config.project_dir / name
        if name.endswith(".csv"):
            lines = [f'{code},,"{text}",map,H' for code, text in zip(CODES, texts, strict=True)]
            path.write_text("\n".join(["region_code,name_zh,wkt,source,confidence", *lines]), encoding="utf-8")
        else:
            frame = {"region_code": CODES, "name_zh": "", "source": "map", "confidence": "H"}
            if name.endswith(".shp"):  # names of at most ten bytes
                frame = {"区代码": CODES, "来源": "map", "可信度": "H"}
            shapes = gpd.GeoSeries([shapely.from_wkt(text) for text in texts], crs="EPSG:4490")
            gpd.GeoDataFrame(frame, geometry=shapes).to_file(path, encoding="UTF-8")
        return extract(open_delivery(config, "district_polygons"))

    return write


@pytest.mark.parametrize("name", ["d.csv", "d.gpkg", "d.shp"])
def test_every_format_gives_the_same_polygons(deliver, name):
    found = deliver(name, LEFT, RIGHT)
    assert found.problems == ()
    assert list(found.frame["region_code"]) == CODES
    shapes = shapely.from_wkt(found.frame["wkt"].to_numpy(dtype=object))
    assert [shape.equals(shapely.from_wkt(text)) for shape, text in zip(shapes, (LEFT, RIGHT), strict=True)] == [
        True,
        True,
    ]
    assert list(found.frame["origin_row"]) == [2, 3]


@pytest.mark.parametrize("name", ["d.csv", "d.gpkg"])
def test_a_bow_tie_is_ge506_at_row_and_column(deliver, name):
    (found,) = deliver(name, LEFT, BOW).problems
    assert found.code == "GE506"
    assert (found.cell.file, found.cell.row, found.cell.column) == (name, 3, "wkt")


def test_a_layer_that_names_another_crs_stops(project):
    config = project(district_polygons="d.gpkg")
    shapes = gpd.GeoSeries([shapely.from_wkt(LEFT)], crs="EPSG:4214")
    gpd.GeoDataFrame({"region_code": CODES[:1]}, geometry=shapes).to_file(config.project_dir / "d.gpkg")
    with pytest.raises(DataSourceError, match="GE504"):
        extract(open_delivery(config, "district_polygons"))
