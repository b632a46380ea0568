"""Coordinates of a layer in EPSG:4490, or the reason why they cannot be had.

CGCS2000 and WGS84 agree within a decimetre and are taken as one; every other datum needs its parameters in the CRS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from inventory.errors import DataSourceError, problem

if TYPE_CHECKING:
    from pyproj import CRS

_SAME_DATUMS = ("china 2000", "china_2000", "cgcs2000", "world geodetic system 1984", "wgs84", "wgs_1984", "wgs 84")
_DEGREES = (180.0, 90.0)


def to_degrees(geometry: NDArray[np.object_], declared: str, place: str) -> NDArray[np.object_]:
    """Return geometries in degrees of EPSG:4490, longitude first.

    Coordinates in degrees of EPSG:4490 or 4326 come back bit for bit.

    Parameters
    ----------
    geometry : ndarray of Geometry, shape (n,)
        None allowed.
    declared : str
        CRS: code, WKT or PROJ string; empty where nothing says it.
    place : str
        Where findings stand.

    Raises
    ------
    DataSourceError
        GE501 without a CRS or with coordinates that it cannot have, GE504 for a datum without parameters.

    """
    from pyproj import CRS, Transformer  # noqa: PLC0415 - only layers need it
    from pyproj.exceptions import CRSError, ProjError  # noqa: PLC0415

    if not declared.strip():
        raise _contradiction(place, "没有坐标系（.prj）", "no CRS (.prj)")
    try:
        crs = CRS.from_user_input(declared)
    except CRSError as error:
        raise DataSourceError(problem("GE504", place, crs=declared[:80])) from error
    _require_datum(crs, place)
    x, y = _coordinates(geometry)
    _require_plausible(x, y, crs, place)
    if crs.is_geographic and not crs.is_bound and crs.axis_info[0].unit_name == "degree":
        return geometry
    target = CRS.from_epsg(4326) if crs.is_bound else crs.geodetic_crs
    try:
        transformer = Transformer.from_crs(crs, target, always_xy=True)
        lon, lat = transformer.transform(x, y, errcheck=True)
    except ProjError as error:
        raise DataSourceError(problem("GE504", place, crs=crs.name)) from error
    if "allpark" in transformer.description:
        raise DataSourceError(problem("GE504", place, crs=crs.name))
    if not (np.isfinite(lon) & np.isfinite(lat)).all():
        raise _contradiction(place, f"坐标在 {crs.name} 之外", f"coordinates outside {crs.name}")
    return np.asarray(shapely.set_coordinates(geometry.copy(), np.column_stack([lon, lat])))


def _require_datum(crs: CRS, place: str) -> None:
    """Refuse datums other than CGCS2000 and WGS84, unless the CRS brings the parameters of the change."""
    if crs.is_bound:
        return
    datum = crs.geodetic_crs.datum if crs.geodetic_crs is not None else None
    name = datum.name.lower().removeprefix("d_") if datum is not None else ""
    if not name.startswith(_SAME_DATUMS):
        raise DataSourceError(problem("GE504", place, crs=crs.name))


def _coordinates(geometry: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x and y of all vertices."""
    found = shapely.get_coordinates(geometry)
    return found[:, 0], found[:, 1]


def _require_plausible(x: NDArray[np.float64], y: NDArray[np.float64], crs: CRS, place: str) -> None:
    """Refuse coordinates that the CRS cannot have: metres called degrees, degrees called metres, swapped axes."""
    if not len(x):
        return
    if not (np.isfinite(x) & np.isfinite(y)).all():
        raise _contradiction(place, "坐标不是有限数", "coordinates are not finite")
    bounds = f"x {x.min():g}…{x.max():g}, y {y.min():g}…{y.max():g}"
    small = bool((np.abs(x) <= _DEGREES[0]).all() and (np.abs(y) <= _DEGREES[1]).all())
    swapped = bool((np.abs(y) <= _DEGREES[0]).all() and (np.abs(x) <= _DEGREES[1]).all()) and not small
    base = crs.source_crs if crs.is_bound and crs.source_crs is not None else crs
    if base.is_geographic and not small:
        hint = ("；经纬度可能对调", "; longitude and latitude may be swapped") if swapped else ("", "")
        what = (f"{crs.name} 为经纬度，坐标却是 {bounds}{hint[0]}", f"{crs.name} is in degrees, but {bounds}{hint[1]}")
        raise _contradiction(place, *what)
    if base.is_projected and (small or swapped):
        what = (
            f"{crs.name} 以米为单位，坐标却像经纬度：{bounds}",
            f"{crs.name} is in metres, these look like degrees: {bounds}",
        )
        raise _contradiction(place, *what)


def _contradiction(place: str, what_zh: str, what_en: str) -> DataSourceError:
    """Return the finding of coordinates without a usable CRS."""
    return DataSourceError(problem("GE501", place, what_zh=what_zh, what_en=what_en))
