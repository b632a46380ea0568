"""What the layers of the GeoPackage hold: cells with a column per species, districts, notes and styles.

`emission_wide_4490` holds the cells of `emission_wide` as densified polygons: never a second grid, never resampled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from grids.definition import GEOGRAPHIC_CRS, GridDefinition
from grids.layers.gridded import CodedName, GriddedEmissions
from grids.layers.names import GWP_EN, GWP_ZH, MISSING_EN, MISSING_ZH, species_column, species_label
from grids.layers.styles import outline_qml, polygon_qml, style_classes

if TYPE_CHECKING:
    import geopandas as gpd

_PARTS_PER_SIDE = 4
_STYLE_NAME_LENGTH = 30
_ALIASES = {
    "cell_id": "网格号",
    "ix": "列号（自西，0 起）",
    "iy": "行号（自南，0 起）",
    "region_code": "区县代码",
    "region_name_zh": "区县",
    "cell_area_m2": "网格面积（m2，椭球面）",
    "category_class": "排放源大类代码",
    "category_name_zh": "排放源大类",
    "category_name_en": "category class",
    "name_zh": "名称",
    "map_approval_no": "审图号",
}
_OVERLAPPING = "emission_long"
_DRAWN_FIRST = {"emission_wide": ("NOx", "CO2"), "emission_wide_4490": ("CO2", "NOx"), _OVERLAPPING: ()}


@dataclass(frozen=True)
class Layer:
    """A layer in memory.

    Attributes
    ----------
    name, title : str
        Table name; what it is, in Chinese and English.
    rows : DataFrame
        Columns without the geometry.
    aliases : dict of str
        Chinese column names for the attribute table.
    crs, geometry_type : str
        Of `shapes`.
    shapes : ndarray of shapely geometries, shape (n_rows,), or None for a plain table
    key : str
        Name of the row number.

    """

    name: str
    title: str
    rows: pd.DataFrame
    aliases: dict[str, str]
    crs: str = ""
    geometry_type: str = "Polygon"
    shapes: NDArray[np.object_] | None = None
    key: str = "fid"


def emission_layers(gridded: GriddedEmissions, cells: pd.DataFrame, species: list[int]) -> list[Layer]:
    """Return the wide layer in both systems and the layer by category class.

    Parameters
    ----------
    gridded : GriddedEmissions
    cells : DataFrame
        Of cell_columns.
    species : list of int
        Positions of the species that appear.

    """
    entries = [gridded.species[s] for s in species]
    codes = [species_column(entry.code) for entry in entries]
    aliases = _ALIASES | {code: f"{species_label(entry)} t/a" for code, entry in zip(codes, entries, strict=True)}
    emission_t = gridded.emission_t[:, species].reshape(len(gridded.categories), len(species), gridded.grid.n_cells)
    total_t = gridded.total_t[species].reshape(len(species), gridded.grid.n_cells)
    held = np.flatnonzero((emission_t != 0).any(axis=(0, 1)))
    wide = _joined(cells.iloc[held], pd.DataFrame(total_t[:, held].T, columns=codes))
    category, cell = np.nonzero((emission_t != 0).any(axis=1))
    emits = (emission_t != 0).any(axis=2)
    values = np.where(emits[category], emission_t[category, :, cell], np.nan)
    long = _joined(cells.iloc[cell], _category_columns(gridded, category), pd.DataFrame(values, columns=codes))
    by_cell, by_class = (
        "年排放量，每格一行 annual emission by cell",
        "年排放量，每格每类一行 by cell and category class",
    )
    crs, degrees = gridded.grid.spec.crs, cell_polygons(gridded.grid, held, is_geographic=True)
    return [
        Layer("emission_wide", by_cell, wide, aliases, crs=crs, shapes=cell_polygons(gridded.grid, held)),
        Layer("emission_wide_4490", by_cell, wide, aliases, crs=GEOGRAPHIC_CRS, shapes=degrees),
        Layer("emission_long", by_class, long, aliases, crs=crs, shapes=cell_polygons(gridded.grid, cell)),
    ]


def cell_polygons(
    grid: GridDefinition, cell_id: NDArray[np.int64], *, is_geographic: bool = False
) -> NDArray[np.object_]:
    """Return the squares of cells, in the grid CRS or, with three points inside each side, in EPSG:4490.

    Points are computed from the numbers of the lattice, so neighbours share them bit for bit.
    """
    parts = _PARTS_PER_SIDE if is_geographic else 1
    step = np.arange(parts) / parts
    one, nil = np.ones(parts), np.zeros(parts)
    ring_x = np.concatenate([step, one, 1 - step, nil, [0.0]])
    ring_y = np.concatenate([nil, step, one, 1 - step, [0.0]])
    x = grid.spec.x_min_m + ((cell_id % grid.spec.nx)[:, None] + ring_x) * grid.spec.cell_size_m
    y = grid.spec.y_min_m + ((cell_id // grid.spec.nx)[:, None] + ring_y) * grid.spec.cell_size_m
    if is_geographic:
        x, y = Transformer.from_crs(grid.projection, GEOGRAPHIC_CRS, always_xy=True).transform(x, y, errcheck=True)
    polygons: NDArray[np.object_] = shapely.polygons(np.stack([x, y], axis=-1))
    return polygons


def cell_columns(cells: pd.DataFrame, districts: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the columns that say which cell it is; row k is cell_id k."""
    names = dict(zip(districts["region_code"], districts["name_zh"], strict=True))
    ordered = cells.sort_values("cell_id", ignore_index=True)
    columns = ordered[["cell_id", "ix", "iy", "region_code"]].copy()
    columns["region_name_zh"] = [names.get(code, "") for code in ordered["region_code"]]
    columns["cell_area_m2"] = ordered["cell_area_m2"]
    return columns


def district_layer(gridded: GriddedEmissions, districts: gpd.GeoDataFrame) -> Layer:
    """Return the boundaries as delivered, with the approval number that any map of them has to print."""
    ordered = districts.sort_values("region_code", ignore_index=True)
    rows = pd.DataFrame(ordered[["region_code", "name_zh"]]).assign(map_approval_no=gridded.map_approval_no)
    shapes = [shapely.multipolygons(shapely.get_parts(shape)) for shape in ordered.geometry]
    return Layer(
        "districts", "区县边界 districts", rows, _ALIASES,
        crs=GEOGRAPHIC_CRS, geometry_type="MultiPolygon", shapes=np.array(shapes, dtype=object),
    )  # fmt: skip


def about_table(gridded: GriddedEmissions) -> Layer:
    """Return the table that says what the file holds."""
    year, spec = gridded.inventory_year, gridded.grid.spec
    rows = [
        ("title", gridded.title_zh, gridded.title_zh),
        ("inventory_year", f"{year} 年（地方时 {gridded.time_zone}）", f"{year}, local time {gridded.time_zone}"),
        ("unit", "t/a：每格全年质量（吨），不是密度", "t/a: mass of the cell in the year, not a density"),
        ("release_id", gridded.release_id, gridded.release_id),
        ("grid", f"{spec.crs}，{spec.grid_id}；行号自南起", f"{spec.crs}, {spec.grid_id}; cell_id = iy × nx + ix"),
        (
            "map_approval_no",
            gridded.map_approval_no,
            "审图号 map approval number, printed with boundaries",
        ),
        ("gwp", GWP_ZH, GWP_EN),
        ("missing", MISSING_ZH, MISSING_EN),
        ("emission_long", "空值 = 该大类没有这一物种", "empty = the class does not emit the species"),
        ("columns", "列名为去掉标点的物种代码：PM2.5 → PM25", "columns are species codes without punctuation"),
        (
            "emission_wide_4490",
            "与 emission_wide 同一批网格，仅换坐标",
            "the same cells as emission_wide, not resampled",
        ),
    ]
    return Layer("about", "图层说明 about these layers", pd.DataFrame(rows, columns=["item", "zh", "en"]), {})


def style_table(gridded: GriddedEmissions, layers: list[Layer], species: list[int]) -> Layer:
    """Return layer_styles, where QGIS looks: every species has a style, one is the default of its layer.

    The wide layers draw NOx and CO2 first: one drag shows a pollutant and carbon. The long layer has no default: its
    classes lie on top of each other until one is chosen.
    """
    entries = [gridded.species[s] for s in species]
    rows = []
    for layer in layers:
        codes = [entry.code for entry in entries]
        first = next((code for code in (*_DRAWN_FIRST[layer.name], *codes) if code in codes), "")
        for entry in entries:
            column = species_column(entry.code)
            qml = polygon_qml(style_classes(layer.rows[column].dropna(), entry.code), column)
            rows.append(
                _style_row(
                    layer.name, _style_name(entry), qml, is_default=entry.code == first and layer.name != _OVERLAPPING
                )
            )
    rows.append(_style_row("districts", "区县边界", outline_qml(), is_default=True))
    table = pd.DataFrame(rows).assign(update_time=pd.Timestamp(gridded.inventory_year, 12, 31, tz="UTC"))
    return Layer("layer_styles", "QGIS 样式 styles", table, {}, key="id")


def _style_name(species: CodedName) -> str:
    """Return the name of a style; QGIS keeps 30 characters."""
    return f"{species.name_zh} {species.code}（吨/年）"[:_STYLE_NAME_LENGTH]


def _style_row(layer: str, name: str, qml: str, *, is_default: bool) -> dict[str, Any]:
    """Return a row of layer_styles under QGIS's column names."""
    return {
        "f_table_catalog": "", "f_table_schema": "", "f_table_name": layer, "f_geometry_column": "geom",
        "styleName": name, "styleQML": qml, "styleSLD": "", "useAsDefault": is_default, "description": name,
        "owner": "", "ui": None,
    }  # fmt: skip


def _category_columns(gridded: GriddedEmissions, category: NDArray[np.int64]) -> pd.DataFrame:
    """Return code and names of the category class of each row."""
    classes = [gridded.categories[c] for c in category]
    return pd.DataFrame(
        {
            "category_class": [entry.code for entry in classes],
            "category_name_zh": [entry.name_zh for entry in classes],
            "category_name_en": [entry.name_en for entry in classes],
        }
    )


def _joined(*frames: pd.DataFrame) -> pd.DataFrame:
    """Put frames of equal length side by side."""
    return pd.concat([frame.reset_index(drop=True) for frame in frames], axis=1)
