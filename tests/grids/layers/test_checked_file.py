"""Nothing half-written stands under a final name."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grids.layers.checked_file import MassSum, check_sums, checked_file
from inventory.errors import ConservationError, ReleaseError

REPOSITORY = Path(__file__).parents[3]
CHILD = """
import resource, sys
from pathlib import Path
import numpy as np, pandas as pd, geopandas as gpd
from shapely.geometry import box
from grids.definition import GridDefinition, cell_frame
from grids.layers.cog import write_cogs
from grids.layers.geopackage import write_geopackage
from grids.layers.gridded import CodedName, GriddedEmissions
from grids.layers.netcdf import write_netcdf
from inventory.config import GridSpec
from inventory.errors import ReleaseError

folder = Path(sys.argv[1])
grid = GridDefinition(GridSpec("EPSG:4510", 340000.0, 3450000.0, 1000.0, nx=40, ny=40))
emission_t = np.random.default_rng(7).random((1, 1, 40, 40))
nox, fc = CodedName("NOx", "氮氧化物", "nitrogen oxides"), CodedName("FC", "燃烧源", "combustion")
gridded = GriddedEmissions(grid, 2021, "Asia/Shanghai", "t", "n", "r", (fc,), (nox,), emission_t)
cells = cell_frame(grid, [""] * 1600)
square = [box(121, 31, 122, 32)]
districts = gpd.GeoDataFrame({"region_code": ["1"], "name_zh": ["a"]}, geometry=square, crs="EPSG:4490")
writers = [
    lambda: write_cogs(gridded, folder),
    lambda: write_netcdf(gridded, folder / "layers.nc"),
    lambda: write_geopackage(gridded, cells, districts, folder / "layers.gpkg"),
]
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
for write in writers:
    try:
        write()
    except ReleaseError as error:
        sys.stdout.write(error.problems[0].code + " ")
"""


@pytest.mark.parametrize("limit_bytes", [2048, 4096, 12000])
def test_disk_that_fills_leaves_the_former_files_and_nothing_else(tmp_path, limit_bytes):
    former = [tmp_path / name for name in ("NOx_2021.tif", "layers.gpkg", "layers.nc")]
    for file in former:
        file.write_bytes(b"former")
    child = subprocess.run(
        [sys.executable, "-c", CHILD, tmp_path, str(limit_bytes)],
        capture_output=True, text=True, cwd=REPOSITORY, check=False,
    )  # fmt: skip
    assert child.stdout.split() == ["TY6302"] * 3, child.stderr
    assert sorted(tmp_path.iterdir()) == sorted(former)
    assert {file.read_bytes() for file in former} == {b"former"}


def test_sidecars_move_with_the_named_file(tmp_path):
    with checked_file(tmp_path / "new" / "a.tif") as private:
        private.write_text("raster")
        private.with_name("a.qml").write_text("style")
        assert not (tmp_path / "new" / "a.tif").exists()
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == ["a.qml", "a.tif"]


def test_error_inside_leaves_the_former_file(tmp_path):
    (tmp_path / "a.nc").write_text("former")

    def interrupted():
        with checked_file(tmp_path / "a.nc") as private:
            private.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [file.name for file in tmp_path.iterdir()] == ["a.nc"]
    assert (tmp_path / "a.nc").read_text() == "former"


def test_block_that_writes_nothing_is_an_error_that_names_the_file(tmp_path):
    with pytest.raises(ReleaseError, match=r"a\.nc") as caught, checked_file(tmp_path / "a.nc"):
        pass
    assert caught.value.exit_code == 4
    assert caught.value.problems[0].remedy_zh


def test_long_cause_is_cut_to_its_end(tmp_path):
    def full():
        with checked_file(tmp_path / "a.gpkg"):
            raise RuntimeError("create table " * 100 + "failed: disk is full")

    with pytest.raises(ReleaseError, match="disk is full") as caught:
        full()
    assert len(caught.value.problems[0].message_en) < 150


def test_every_wrong_sum_is_named_with_its_file(tmp_path):
    sums = [
        MassSum("NOx › FC", np.array([1.0, 2.0]), np.array([1.0, 2.1])),
        MassSum("CO", np.array([4.0]), np.array([4.0])),
        MassSum("SO2", np.array([8.0]), np.array([np.nan])),
    ]
    with pytest.raises(ConservationError) as caught:
        check_sums(tmp_path / "a.nc", sums)
    assert [problem.place for problem in caught.value.problems] == ["a.nc › NOx › FC", "a.nc › SO2"]


def test_a_millionth_is_the_limit_and_is_taken_of_the_absolute_sum():
    written = np.array([1.0, -1.0])
    check_sums(Path("a"), [MassSum("CO2", written, np.array([1.0, -1.0 + 1.9e-6]))])
    with pytest.raises(ConservationError):
        check_sums(Path("a"), [MassSum("CO2", written, np.array([1.0, -1.0 + 2.1e-6]))])
