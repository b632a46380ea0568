"""Cloud-optimised GeoTIFF, one file per species: t per cell and year, in the grid's own CRS, north up.

Beside each stand its QGIS style (.qml) and its statistics (.aux.xml, also inside the file), so that QGIS and ArcGIS
draw it at once.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
from numpy.typing import NDArray

from grids.layers.checked_file import MassSum, check_sums, checked_file
from grids.layers.gridded import CodedName, GriddedEmissions
from grids.layers.names import GWP_EN, GWP_ZH, MISSING_EN, MISSING_ZH, estimated_species, species_column, species_label
from grids.layers.styles import raster_qml, style_classes
from inventory.exact_sum import exact_sum

UNIT = "t/a"
_LARGEST_BLOCK = 512


def write_cogs(gridded: GriddedEmissions, directory: Path) -> list[Path]:
    """Write one raster per species, summed over the categories.

    A value is the mass of the cell, not a density: Σ values = the city's total. Cells without emission are 0; nodata
    (NaN) is declared and never used. Overviews exist only for grids wider or higher than 512 cells, averaged: they keep
    t per cell of the full grid and are for drawing, not for sums.

    Parameters
    ----------
    gridded : GriddedEmissions
    directory : Path
        Made if absent.

    Returns
    -------
    list of Path
        `<species>_<year>.tif`, by species code.

    Raises
    ------
    ConservationError
        If a value is not finite, or a file read back does not sum to what was written.
    ReleaseError
        If a file cannot be written.

    """
    total_t = gridded.total_t
    return [_write_cog(gridded, gridded.species[k], total_t[k], directory) for k in estimated_species(gridded)]


def _write_cog(gridded: GriddedEmissions, species: CodedName, emission_t: NDArray[np.float64], directory: Path) -> Path:
    """Write, prove and rename one species; emission_t has row 0 = south."""
    path = directory / f"{species_column(species.code)}_{gridded.inventory_year}.tif"
    statistics = _statistics(emission_t)
    with checked_file(path) as private:
        private.write_bytes(_cog_bytes(gridded, species, emission_t, statistics))
        private.with_name(f"{path.name}.aux.xml").write_text(_auxiliary(statistics), encoding="utf-8", newline="\n")
        style = raster_qml(style_classes(emission_t, species.code))
        private.with_suffix(".qml").write_text(style, encoding="utf-8", newline="\n")
        check_sums(path, [MassSum(species.code, emission_t, _read(private))])
    return path


def _cog_bytes(
    gridded: GriddedEmissions, species: CodedName, emission_t: NDArray[np.float64], statistics: dict[str, str]
) -> bytes:
    """Return the file; made in memory, so that a full disk is met by one plain write."""
    from rasterio.io import MemoryFile  # noqa: PLC0415
    from rasterio.transform import Affine  # noqa: PLC0415

    spec = gridded.grid.spec
    north = spec.y_min_m + spec.ny * spec.cell_size_m
    longest = max(spec.nx, spec.ny)
    with MemoryFile() as memory:
        with memory.open(
            driver="COG", width=spec.nx, height=spec.ny, count=1, dtype="float64", nodata=float("nan"), crs=spec.crs,
            transform=Affine(spec.cell_size_m, 0, spec.x_min_m, 0, -spec.cell_size_m, north), compress="deflate",
            predictor=3, blocksize=min(_LARGEST_BLOCK, -(-longest // 16) * 16),
            overviews="NONE" if longest <= _LARGEST_BLOCK else "AUTO", overview_resampling="average",
            warp_resampling="nearest",
        ) as raster:  # fmt: skip
            raster.write(np.flipud(emission_t), 1)
            raster.set_band_description(1, species_label(species))
            raster.units = (UNIT,)
            raster.update_tags(**_tags(gridded, species))
            raster.update_tags(1, **statistics)
        memory.seek(0)
        return bytes(memory.read())


def _tags(gridded: GriddedEmissions, species: CodedName) -> dict[str, str]:
    """Return the tags of the file."""
    return {
        "title": gridded.title_zh,
        "inventory_year": str(gridded.inventory_year),
        "species": species.code,
        "species_zh": species.name_zh,
        "species_en": species.name_en,
        "units": UNIT,
        "release_id": gridded.release_id,
        "grid_id": gridded.grid.spec.grid_id,
        "comment": f"{MISSING_ZH}；{GWP_ZH}。{MISSING_EN}; {GWP_EN}.",
    }


def _statistics(emission_t: NDArray[np.float64]) -> dict[str, str]:
    """Return the statistics of all cells under GDAL's names."""
    mean = exact_sum(emission_t.ravel()) / emission_t.size
    variance = exact_sum(((emission_t - mean) ** 2).ravel()) / emission_t.size
    return {
        "STATISTICS_MAXIMUM": repr(float(emission_t.max())),
        "STATISTICS_MEAN": repr(mean),
        "STATISTICS_MINIMUM": repr(float(emission_t.min())),
        "STATISTICS_STDDEV": repr(float(np.sqrt(variance))),
        "STATISTICS_VALID_PERCENT": "100",
    }


def _auxiliary(statistics: dict[str, str]) -> str:
    """Return the .aux.xml that ArcGIS reads."""
    root = ET.Element("PAMDataset")
    metadata = ET.SubElement(ET.SubElement(root, "PAMRasterBand", band="1"), "Metadata")
    for key, value in statistics.items():
        ET.SubElement(metadata, "MDI", key=key).text = value
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def _read(path: Path) -> NDArray[np.float64]:
    """Return the band as a reader sees it."""
    import rasterio  # noqa: PLC0415

    with rasterio.open(path, driver="GTiff") as raster:
        values: NDArray[np.float64] = raster.read(1)
    return values
