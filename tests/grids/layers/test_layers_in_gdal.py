"""The layers as the distribution's own GDAL sees them: gdalinfo and ogrinfo of gdal-bin."""

import json
import os
import re
import shutil
import subprocess

import pytest

from grids.layers.cog import write_cogs
from grids.layers.geopackage import write_geopackage
from grids.layers.netcdf import write_netcdf

pytestmark = pytest.mark.apt


@pytest.fixture(autouse=True)
def _gdal_bin():
    if shutil.which("gdalinfo") and shutil.which("ogrinfo"):
        return
    if os.environ.get("CI") == "true":
        pytest.fail("gdal-bin is not installed")
    pytest.skip("gdal-bin is not installed")


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_gdalinfo_reads_the_raster_with_its_statistics(gridded, tmp_path):
    info = json.loads(output("gdalinfo", "-json", write_cogs(gridded, tmp_path)[1]))
    band = info["bands"][0]
    assert info["size"] == [3, 2]
    assert info["geoTransform"] == [340000, 1000, 0, 3452000, 0, -1000]
    assert info["metadata"]["IMAGE_STRUCTURE"]["LAYOUT"] == "COG"
    assert (band["type"], band["unit"], band["description"]) == ("Float64", "t/a", "NOx 氮氧化物")
    assert (band["minimum"], band["maximum"]) == (0, 4)


def test_gdalinfo_finds_the_projection_of_the_netcdf_file(gridded, tmp_path):
    write_netcdf(gridded, tmp_path / "emission.nc")
    info = json.loads(output("gdalinfo", "-json", f"NETCDF:{tmp_path / 'emission.nc'}:NOx"))
    assert 'ID["EPSG",4510]' in info["coordinateSystem"]["wkt"]
    assert info["geoTransform"] == [340000, 1000, 0, 3452000, 0, -1000]
    assert len(info["bands"]) == 2


def test_ogrinfo_reads_every_layer_without_a_warning(gridded, cells, districts, tmp_path):
    write_geopackage(gridded, cells, districts, tmp_path / "layers.gpkg")
    result = subprocess.run(
        ["ogrinfo", "-so", "-al", tmp_path / "layers.gpkg"], capture_output=True, text=True, check=True
    )
    assert result.stderr == ""
    assert dict(re.findall(r"Layer name: (\w+)[\s\S]*?Feature Count: (\d+)", result.stdout)) == {
        "emission_wide": "4",
        "emission_wide_4490": "4",
        "emission_long": "4",
        "districts": "2",
        "about": "11",
        "layer_styles": "10",
    }
