"""One GeoPackage for desktop GIS, styled when dragged in; geopackage_layers.py says what its layers hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import shapely

from grids.layers.checked_file import MassSum, check_sums, checked_file
from grids.layers.geopackage_layers import (
    Layer,
    about_table,
    cell_columns,
    district_layer,
    emission_layers,
    style_table,
)
from grids.layers.gridded import GriddedEmissions
from grids.layers.names import estimated_species, species_column

if TYPE_CHECKING:
    import geopandas as gpd
    import pyarrow as pa

_CLOCK = "OGR_CURRENT_DATE"
_VERSION = "1.2"


def write_geopackage(gridded: GriddedEmissions, cells: pd.DataFrame, districts: gpd.GeoDataFrame, path: Path) -> None:
    """Write `emission_wide`, `emission_wide_4490`, `emission_long`, `districts`, `about` and `layer_styles`.

    Species columns [t/a] carry the species code without punctuation (PM2.5 → PM25, alias 'PM2.5 细颗粒物 t/a'). In the
    wide layers a cell that holds anything has a number for every species, 0 included; in `emission_long` a species that
    a category class does not emit anywhere is empty (NULL), so that sums still agree. Timestamps are the end of the
    inventory year, unless OGR_CURRENT_DATE is configured: two writes give the same bytes.

    Parameters
    ----------
    gridded : GriddedEmissions
    cells : DataFrame
        grid_cell: all cells of the grid.
    districts : GeoDataFrame
        region_code, name_zh and geometry in EPSG:4490.
    path : Path
        File to write, ending in .gpkg.

    Raises
    ------
    ConservationError
        If a value is not finite, or a layer read back does not sum to what was written.
    ReleaseError
        If the file cannot be written.

    """
    species = estimated_species(gridded)
    layers = emission_layers(gridded, cell_columns(cells, districts), species)
    others = [district_layer(gridded, districts), about_table(gridded), style_table(gridded, layers, species)]
    with checked_file(path) as private, _fixed_clock(gridded.inventory_year):
        for layer in (*layers, *others):
            _append(layer, private)
        check_sums(path, [entry for layer in layers for entry in _sums(gridded, layer.name, private, species)])


def _append(layer: Layer, path: Path) -> None:
    """Add a layer to the file."""
    import pyogrio  # noqa: PLC0415

    geometry: dict[str, Any] = {}
    if layer.shapes is not None:
        geometry = {"geometry_name": "geom", "geometry_type": layer.geometry_type, "crs": layer.crs}
    is_new = not path.exists()
    pyogrio.write_arrow(
        _arrow_table(layer), path, layer=layer.name, driver="GPKG", append=not is_new,
        dataset_options={"VERSION": _VERSION} if is_new else None,
        layer_options={"IDENTIFIER": layer.name, "DESCRIPTION": layer.title, "FID": layer.key},
        **geometry,
    )  # fmt: skip


def _arrow_table(layer: Layer) -> pa.Table:
    """Return the layer as Arrow; GDAL takes a field's alternative name from its metadata into gpkg_data_columns."""
    import pyarrow as pa  # noqa: PLC0415

    arrays, fields = [], []
    for column in layer.rows.columns:
        values = pa.array(layer.rows[column], type=_arrow_type(layer.rows[column]), from_pandas=True)
        alias = layer.aliases.get(column)
        metadata = {"GDAL:OGR:alternative_name": alias} if alias else None
        arrays.append(values)
        fields.append(pa.field(column, values.type, metadata=metadata))
    if layer.shapes is not None:
        arrays.append(pa.array(list(shapely.to_wkb(layer.shapes)), type=pa.binary()))
        fields.append(pa.field("geom", pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"}))
    return pa.table(arrays, schema=pa.schema(fields))


def _arrow_type(values: pd.Series) -> pa.DataType | None:
    """Return text for anything that is not a number, a truth value or a time."""
    import pyarrow as pa  # noqa: PLC0415

    types = pd.api.types
    is_typed = types.is_numeric_dtype(values) or types.is_bool_dtype(values) or types.is_datetime64_any_dtype(values)
    return None if is_typed else pa.string()


@contextmanager
def _fixed_clock(inventory_year: int) -> Iterator[None]:
    """Let GDAL stamp the layers with the end of the inventory year, unless a date is configured."""
    import pyogrio  # noqa: PLC0415

    before = pyogrio.get_gdal_config_option(_CLOCK)
    if before is None:
        pyogrio.set_gdal_config_options({_CLOCK: f"{inventory_year}-12-31T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_CLOCK: before})


def _sums(gridded: GriddedEmissions, layer: str, path: Path, species: list[int]) -> list[MassSum]:
    """Read a layer back and pair its sums with the input, by category class where the layer has classes."""
    import pyogrio  # noqa: PLC0415

    rows = pyogrio.read_dataframe(path, layer=layer, read_geometry=False)
    parts = [("", gridded.total_t, rows)]
    if "category_class" in rows.columns:
        parts = [
            (entry.code, emission_t, rows[rows["category_class"] == entry.code])
            for entry, emission_t in zip(gridded.categories, gridded.emission_t, strict=True)
        ]
    return [
        MassSum(
            " › ".join(filter(None, (layer, gridded.species[s].code, category))),
            emission_t[s],
            part[species_column(gridded.species[s].code)].dropna().to_numpy(),
        )
        for category, emission_t, part in parts
        for s in species
    ]
