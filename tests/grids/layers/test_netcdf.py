"""The NetCDF file, read back by netCDF4, rasterio and xarray and judged by the CF checker."""

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import compliance_checker
import netCDF4
import numpy as np
import pytest
import rasterio
import xarray as xr
from pyproj import Geod

from grids.layers import netcdf
from grids.layers.names import standard_names
from grids.layers.netcdf import utc_year, write_netcdf
from inventory.errors import ConservationError


@pytest.fixture
def path(gridded, tmp_path):
    file = tmp_path / "emission.nc"
    write_netcdf(gridded, file)
    return file


def test_mass_comes_back_from_flux_area_and_time_bounds(path):
    with netCDF4.Dataset(path) as dataset:
        hours = dataset["time_bounds"][0]
        seconds = float(hours[1] - hours[0]) * 3600
        mass_t = dataset["NOx"][0] * dataset["cell_area"][:] * seconds / 1000
        assert dataset["NOx"].dimensions == ("time", "category", "y", "x")
        assert dataset["NOx"].total_emission_t == 7
    assert seconds == 365 * 86400
    np.testing.assert_allclose(mass_t.sum(), 7, rtol=1e-12)
    np.testing.assert_allclose(mass_t[0], [[1, 0, 2], [0, 0, 4]], rtol=1e-12)
    assert not mass_t[1].any()


def test_flux_of_a_cell_is_tonnes_over_geodesic_area_and_seconds(path):
    corners = [(340000, 3450000), (341000, 3450000), (341000, 3451000), (340000, 3451000)]
    with rasterio.Env():
        lon, lat = rasterio.warp.transform("EPSG:4510", "EPSG:4490", *zip(*corners, strict=True))
    area_m2 = abs(Geod(ellps="GRS80").polygon_area_perimeter(lon, lat)[0])
    with netCDF4.Dataset(path) as dataset:
        assert dataset["CO2"].units == "kg m-2 s-1"
        np.testing.assert_allclose(dataset["CO2"][0, 0, 0, 0], 100_000 / (area_m2 * 31_536_000), rtol=1e-6)


def test_removal_stays_negative_in_its_class(path):
    with netCDF4.Dataset(path) as dataset:
        assert dataset["CO2"][0, 1, 0, 1] < 0
        assert dataset["CO2"].emitting_categories == "FC LU"
        assert dataset["NOx"].emitting_categories == "FC"


def test_species_without_any_estimate_has_no_variable(path):
    with netCDF4.Dataset(path) as dataset:
        assert "SF6" not in dataset.variables
        assert {"CO2", "NOx", "PM25"} <= set(dataset.variables)
        assert dataset["PM25"].species == "PM2.5"


def test_row_0_is_the_south_and_readers_that_turn_it_see_the_same_map(path):
    with netCDF4.Dataset(path) as dataset:
        assert dataset["y"][:].tolist() == [3450500, 3451500]
        assert dataset["y_bounds"][1].tolist() == [3451000, 3452000]
        assert (dataset["lat"][1] > dataset["lat"][0]).all()
    with rasterio.open(f"netcdf:{path}:NOx") as raster:
        assert raster.crs.to_epsg() == 4510
        assert raster.bounds == (340000, 3450000, 343000, 3452000)
        assert np.flatnonzero(raster.read(1).ravel()).tolist() == [2, 3, 5]


def test_time_is_the_local_year_in_utc(path):
    with xr.open_dataset(path) as dataset:
        assert dataset["time_bounds"].values.astype("datetime64[m]").astype(str).tolist() == [
            ["2020-12-31T16:00", "2021-12-31T16:00"]
        ]
    assert utc_year(2024, "Asia/Shanghai")[0] == datetime(2023, 12, 31, 16, tzinfo=UTC)


def test_leap_year_has_a_longer_divisor():
    begin, end = utc_year(2024, "Asia/Shanghai")
    assert (end - begin).days == 366


def test_labels_read_as_text(path):
    with xr.open_dataset(path) as dataset:
        assert dataset["category_code"].values.tolist() == ["FC", "LU"]
        assert dataset["category_name_zh"].values.tolist() == ["化石燃料固定燃烧源", "土地利用"]
        assert dataset["category_name_en"].values.tolist() == ["fossil fuel", "land use"]
        assert {"lat", "lon", "category_code", "category_name_zh", "category_name_en"} <= set(dataset["NOx"].coords)


def test_nox_as_no2_carries_no_standard_name(path):
    with netCDF4.Dataset(path) as dataset:
        assert "standard_name" not in dataset["NOx"].ncattrs()
        assert dataset["NOx"].expressed_as == "NO2"
        assert "氮氧化物" in dataset["NOx"].long_name
        assert dataset["CO2"].standard_name == "tendency_of_atmosphere_mass_content_of_carbon_dioxide_due_to_emission"


def test_standard_names_stand_in_the_published_table():
    table = ET.parse(Path(compliance_checker.__file__).parent / "data" / "cf-standard-name-table.xml").getroot()
    assert table.findtext("version_number") == "93"
    published = {entry.get("id"): entry.findtext("canonical_units") for entry in table.iter("entry")}
    for name in standard_names().values():
        assert published[name] == "kg m-2 s-1"


def test_cf_checker_finds_nothing_to_correct(path):
    checker = Path(sys.executable).with_name("compliance-checker")
    report = subprocess.run(
        [checker, "-t", "cf:1.11", "-c", "strict", path], capture_output=True, text=True, check=False
    )
    assert report.returncode == 0, report.stdout
    assert "All tests passed!" in report.stdout


def test_two_writes_give_the_same_bytes(path, gridded, tmp_path):
    again = tmp_path / "again.nc"
    time.sleep(1.1)  # HDF5 counts whole seconds
    write_netcdf(gridded, again)
    assert again.read_bytes() == path.read_bytes()


def test_file_that_reads_back_wrong_names_species_and_class_and_the_former_file_stays(path, gridded, monkeypatch):
    before = path.read_bytes()
    monkeypatch.setattr(netcdf, "_seconds", lambda _: 366 * 86400.0)
    with pytest.raises(ConservationError, match=r"emission\.nc › NOx › FC"):
        write_netcdf(gridded, path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
