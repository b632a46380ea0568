"""The rasters, read back by rasterio and judged by rio-cogeo."""

from xml.etree import ElementTree as ET

import numpy as np
import pytest
import rasterio
from rio_cogeo import cog_validate

from grids.layers import cog
from grids.layers.cog import write_cogs
from inventory.errors import ConservationError


def test_one_raster_per_estimated_species_and_none_for_a_species_without_estimate(gridded, tmp_path):
    assert [path.name for path in write_cogs(gridded, tmp_path)] == ["CO2_2021.tif", "NOx_2021.tif", "PM25_2021.tif"]
    assert not list(tmp_path.glob("SF6*"))


def test_row_0_is_the_north_and_values_are_tonnes_of_the_cell(gridded, tmp_path):
    with rasterio.open(write_cogs(gridded, tmp_path)[1]) as raster:
        np.testing.assert_array_equal(raster.read(1), [[0, 0, 4], [1, 0, 2]])
        assert raster.bounds == (340000, 3450000, 343000, 3452000)
        assert raster.crs.to_epsg() == 4510
        assert raster.dtypes == ("float64",)
        assert np.isnan(raster.nodata)


def test_removals_are_negative_and_added_over_the_categories(gridded, tmp_path):
    with rasterio.open(write_cogs(gridded, tmp_path)[0]) as raster:
        np.testing.assert_array_equal(raster.read(1), [[0, 0, 50], [100, -30, 0]])


def test_file_says_what_it_holds(gridded, tmp_path):
    with rasterio.open(write_cogs(gridded, tmp_path)[2]) as raster:
        assert raster.descriptions == ("PM2.5 细颗粒物",)
        assert raster.units == ("t/a",)
        tags = raster.tags()
        assert tags["title"] == "手工小网格"
        assert (tags["inventory_year"], tags["species"], tags["release_id"]) == ("2021", "PM2.5", "2021-0123456789ab")
        assert raster.profile["compress"] == "deflate"
        assert raster.tags(ns="IMAGE_STRUCTURE")["PREDICTOR"] == "3"


def test_every_raster_is_a_valid_cloud_optimised_geotiff_without_overviews(gridded, tmp_path):
    for path in write_cogs(gridded, tmp_path):
        assert cog_validate(path, strict=True) == (True, [], [])
        with rasterio.open(path) as raster:
            assert raster.overviews(1) == []


def test_statistics_stand_in_the_file_and_beside_it(gridded, tmp_path):
    path = write_cogs(gridded, tmp_path)[0]
    root = ET.fromstring((tmp_path / "CO2_2021.tif.aux.xml").read_text(encoding="utf-8"))
    statistics = {item.get("key"): float(item.text) for item in root.iter("MDI")}
    assert statistics["STATISTICS_MINIMUM"] == -30
    assert statistics["STATISTICS_MAXIMUM"] == 100
    assert statistics["STATISTICS_MEAN"] == 120 / 6
    # squares of 100-20, 50-20, -30-20 and three times 0-20
    assert statistics["STATISTICS_STDDEV"] == pytest.approx(((6400 + 900 + 2500 + 3 * 400) / 6) ** 0.5, rel=1e-15)
    (tmp_path / "CO2_2021.tif.aux.xml").unlink()
    with rasterio.open(path) as raster:
        assert float(raster.tags(1)["STATISTICS_MAXIMUM"]) == 100


def test_qgis_style_stands_beside_each_raster(gridded, tmp_path):
    write_cogs(gridded, tmp_path)
    root = ET.fromstring((tmp_path / "NOx_2021.qml").read_text(encoding="utf-8").split("\n", 1)[1])
    assert root.find("pipe/rasterrenderer").get("type") == "singlebandpseudocolor"
    assert next(item.get("label") for item in root.iter("item")) == "0"


def test_two_writes_give_the_same_bytes(gridded, tmp_path):
    for first, second in zip(write_cogs(gridded, tmp_path / "a"), write_cogs(gridded, tmp_path / "b"), strict=True):
        assert first.read_bytes() == second.read_bytes()
        for sidecar in (f"{first.name}.aux.xml", f"{first.stem}.qml"):
            assert (first.parent / sidecar).read_bytes() == (second.parent / sidecar).read_bytes()


def test_raster_that_reads_back_short_is_not_published(gridded, tmp_path, monkeypatch):
    monkeypatch.setattr(cog, "_read", lambda _: np.array([50.0]))
    with pytest.raises(ConservationError, match=r"CO2_2021\.tif › CO2"):
        write_cogs(gridded, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_value_that_is_not_finite_is_named_and_nothing_is_written(gridded, tmp_path):
    gridded.emission_t[1, 2, 0, 0] = np.nan
    with pytest.raises(ConservationError, match=r"PM2\.5 › LU"):
        write_cogs(gridded, tmp_path)
    assert list(tmp_path.iterdir()) == []
