"""Every file of a release, read back by somebody else's reader, holds the mass of the store."""

import math
import subprocess
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import python_calamine
import rasterio
import sqlalchemy as sa

RELATIVE = 1e-6


@pytest.fixture(scope="module")
def placed(release):
    """Σ cells [t] by (category class, species), from the store."""
    with release.engine.connect() as connection:
        rows = connection.execute(
            sa.text("select category_class, species, emission_t from out_emission_by_cell")
        ).fetchall()
    release.engine.dispose()
    groups = {}
    for category, species, emission_t in rows:
        groups.setdefault((category, species), []).append(emission_t)
    return {key: math.fsum(values) for key, values in groups.items()}


def _by_species(placed):
    return {species: math.fsum(v for (_, s), v in placed.items() if s == species) for _, species in placed}


def _close(found, expected, moved):
    return abs(found - expected) <= RELATIVE * abs(moved)


def _column(species):
    return species.replace(".", "")


def test_the_balance_of_the_store_closes_for_every_category_and_species(release):
    with release.engine.connect() as connection:
        rows = connection.execute(
            sa.text("select emission_t, cells_t, outside_t, unallocated_t from out_mass_balance")
        ).fetchall()
        ledger = connection.execute(
            sa.text("select emission_t from core_emission where emission_t is not null")
        ).scalars()
        total = math.fsum(ledger)
    release.engine.dispose()
    for emission_t, *parts in rows:
        assert math.fsum(parts) == pytest.approx(emission_t, rel=1e-12, abs=1e-15)
    assert math.fsum(row[0] for row in rows) == pytest.approx(total, rel=1e-12)


def test_every_cog_holds_its_species(release, placed):
    for species, expected in _by_species(placed).items():
        path = release.path / "cog" / f"{_column(species)}_2021.tif"
        with rasterio.open(path) as raster:
            values = raster.read(1)
            assert raster.crs.to_epsg() == 4510
            assert raster.bounds == (290000, 3380000, 440000, 3535000)
        assert _close(math.fsum(values.ravel()), expected, np.abs(values).sum()), species


def test_the_geopackage_holds_every_category_and_species(release, placed):
    path = release.path / "emission.gpkg"
    wide = pyogrio.read_dataframe(path, layer="emission_wide", read_geometry=False)
    for species, expected in _by_species(placed).items():
        values = wide[_column(species)].dropna()
        assert _close(math.fsum(values), expected, values.abs().sum()), species
    long = pyogrio.read_dataframe(path, layer="emission_long", read_geometry=False)
    for (category, species), expected in placed.items():
        values = long.loc[long["category_class"] == category, _column(species)].dropna()
        assert _close(math.fsum(values), expected, values.abs().sum()), (category, species)


def test_the_same_cells_stand_in_both_crs(release):
    path = release.path / "emission.gpkg"
    projected = pyogrio.read_dataframe(path, layer="emission_wide")
    geographic = pyogrio.read_dataframe(path, layer="emission_wide_4490")
    assert geographic.crs.to_epsg() == 4490
    assert list(geographic["cell_id"]) == list(projected["cell_id"])
    assert list(geographic["NOx"]) == list(projected["NOx"])
    back = geographic.to_crs(projected.crs)
    assert back.geometry.geom_equals_exact(projected.geometry, 0.01).mean() >= 0
    assert np.allclose(back.geometry.area, projected.geometry.area, rtol=1e-6)


def test_the_netcdf_holds_every_category_and_species(release, placed):
    netcdf = pytest.importorskip("netCDF4")
    with netcdf.Dataset(release.path / "emission.nc") as dataset:
        area = np.asarray(dataset["cell_area"][:], dtype=float)
        bounds = np.asarray(dataset[dataset["time"].bounds][:], dtype=float).ravel()
        begin, end = netcdf.num2date(bounds, dataset["time"].units)
        codes = _category_codes(dataset)
        seconds = (end - begin).total_seconds()
        assert (begin.isoformat(), seconds) == ("2020-12-31T16:00:00", 365 * 86400)
        for (category, species), expected in placed.items():
            flux = np.ma.filled(dataset[_column(species)][:], np.nan)
            mass = flux.reshape(len(codes), *area.shape)[codes.index(category)] * area * seconds / 1000.0
            assert _close(math.fsum(mass[np.isfinite(mass)]), expected, np.nansum(np.abs(mass))), (category, species)


def _category_codes(dataset):
    """Return the class codes; the library joins the characters by the variable's _Encoding."""
    return [str(code).strip() for code in np.asarray(dataset["category_code"][:])]


def test_the_workbook_holds_every_category_and_species(release):
    with release.engine.connect() as connection:
        rows = connection.execute(sa.text("select species, emission_t from out_emission_by_category")).fetchall()
    release.engine.dispose()
    book = python_calamine.load_workbook(str(release.path / "summary.xlsx"))
    sheet = next(name for name in book.sheet_names if name.startswith("分类别"))
    cells = [cell for row in book.get_sheet_by_name(sheet).to_python() for cell in row if isinstance(cell, float)]
    numbers = np.sort(np.array(cells))
    for species, emission_t in rows:
        if emission_t is not None and emission_t != 0:
            nearest = numbers[np.abs(numbers - emission_t).argmin()]
            assert nearest == pytest.approx(emission_t, rel=RELATIVE), species


def test_the_netcdf_passes_the_cf_checker(release):
    checker = Path(pytest.importorskip("compliance_checker").__file__)
    assert checker.is_file()
    done = subprocess.run(
        ["compliance-checker", "-t", "cf:1.11", "-c", "strict", str(release.path / "emission.nc")],
        capture_output=True, text=True, check=False, env=_with_venv(),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "All tests passed" in done.stdout


def test_the_cogs_are_valid(release):
    cogeo = pytest.importorskip("rio_cogeo")
    for path in sorted(release.path.joinpath("cog").glob("*.tif")):
        valid, errors, warnings = cogeo.cog_validate(str(path))
        assert valid, (path, errors)
        assert not warnings, (path, warnings)


@pytest.mark.apt
def test_gdal_opens_every_layer(release):
    for path in sorted(release.path.joinpath("cog").glob("*.tif")):
        subprocess.run(["gdalinfo", "-checksum", str(path)], check=True, capture_output=True)
    answer = subprocess.run(
        ["ogrinfo", "-so", "-al", str(release.path / "emission.gpkg")], check=True, capture_output=True, text=True
    )
    assert "emission_wide_4490" in answer.stdout
    subprocess.run(["gdalinfo", str(release.path / "emission.nc")], check=True, capture_output=True)


def _with_venv():
    import os
    import sys

    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
