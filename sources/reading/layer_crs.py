"""Coordinates of a layer in EPSG:4490, or the reason why they cannot be had.

CGCS2000 and WGS84 agree within a decimetre and are taken as one; every other datum needs its parameters in the CRS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from inventory.errors import DataSourceError, Problem, problem

if TYPE_CHECKING:
    from pyproj import CRS

_SAME_DATUMS = ("china 2000", "china_2000", "cgcs2000", "world geodetic system 1984", "wgs84", "wgs_1984", "wgs 84")
_DEGREES = (180.0, 90.0)
_METRES = ("EPSG:4510", "EPSG:4549", "EPSG:4499", "EPSG:4528", "EPSG:32651")
"""In use at Shanghai; EPSG:4510 and 32651 differ by about a kilometre there, so both may fit."""
_NEAR = (120.5, 30.3, 122.6, 32.0)
"""West, south, east, north [degree] of the city's surroundings."""


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
        GE501 without a CRS or with coordinates that it cannot have, GE502 for swapped axes, GE504 for a datum without
        parameters.

    """
    from pyproj import CRS, Transformer  # noqa: PLC0415 - only layers need it
    from pyproj.exceptions import CRSError, ProjError  # noqa: PLC0415

    if not declared.strip():
        zh, en = _guess(*_coordinates(geometry))
        raise _contradiction(place, f"没有坐标系（.prj）{zh}", f"no CRS (.prj){en}")
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
    bounds = _finite_bounds(x, y, place)
    small = _are_degrees(x, y)
    swapped = _are_degrees(y, x) and not small
    base = crs.source_crs if crs.is_bound and crs.source_crs is not None else crs
    if base.is_geographic and swapped:
        raise DataSourceError(_swapped(x, y, place))
    if base.is_geographic and not small:
        what = (f"{crs.name} 为经纬度，坐标却是 {bounds}", f"{crs.name} is in degrees, but {bounds}")
        raise _contradiction(place, *what)
    if base.is_projected and (small or swapped):
        what = (
            f"{crs.name} 以米为单位，坐标却像经纬度：{bounds}",
            f"{crs.name} is in metres, these look like degrees: {bounds}",
        )
        raise _contradiction(place, *what)


def _finite_bounds(x: NDArray[np.float64], y: NDArray[np.float64], place: str) -> str:
    """Return the bounds of coordinates as text, or refuse what is no number."""
    if not (np.isfinite(x) & np.isfinite(y)).all():
        raise _contradiction(place, "坐标不是有限数", "coordinates are not finite")
    return _bounds(x, y)


def _are_degrees(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> bool:
    """Return whether all numbers could be longitudes and latitudes."""
    return bool((np.abs(lon) <= _DEGREES[0]).all() and (np.abs(lat) <= _DEGREES[1]).all())


def _bounds(x: NDArray[np.float64], y: NDArray[np.float64]) -> str:
    """Return the bounds of coordinates as they are shown."""
    return f"x {x.min():.7g}…{x.max():.7g}, y {y.min():.7g}…{y.max():.7g}"


def _swapped(x: NDArray[np.float64], y: NDArray[np.float64], place: str) -> Problem:
    """Return the proposal to swap the axes of a layer."""
    return problem(
        "GE502", place, name=place, lon=f"{x.min():.6g}…{x.max():.6g}", lat=f"{y.min():.6g}…{y.max():.6g}",
        share_zh="全部坐标", share_en="all coordinates", where_zh="经纬度的范围", where_en="the range of degrees",
    )  # fmt: skip


def _guess(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[str, str]:
    """Return the bounds of coordinates without a CRS, and what they look like; a guess that nothing acts on."""
    if not len(x) or not (np.isfinite(x) & np.isfinite(y)).all():
        return "", ""
    bounds = _bounds(x, y)
    middle = (float(x.min() + x.max()) / 2, float(y.min() + y.max()) / 2)
    fitting = "、".join(name for name in _METRES if _is_near(*_unprojected(name, *middle)))
    if _is_near(*middle):
        said = ("像经纬度（EPSG:4490）", "they look like degrees (EPSG:4490)")
    elif _is_near(middle[1], middle[0]):
        said = ("像对调的纬度、经度", "they look like degrees with the axes swapped")
    elif fitting:
        said = (f"像 {fitting} 的米", f"they look like metres of {fitting}")
    else:
        said = ("不像本市常用的坐标系", "they look like no CRS in use here")
    return (
        f"，坐标为 {bounds}，{said[0]}（推测，请核实）",
        f"; coordinates {bounds}: {said[1]} (a guess, to be confirmed)",
    )


def _unprojected(name: str, x: float, y: float) -> tuple[float, float]:
    """Return longitude and latitude [degree] of metres in a projected CRS; infinite where there are none."""
    from pyproj import CRS, Transformer  # noqa: PLC0415

    crs = CRS.from_user_input(name)
    lon, lat = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True).transform(x, y)
    return float(lon), float(lat)


def _is_near(lon: float, lat: float) -> bool:
    """Return whether a point lies in or about the city."""
    west, south, east, north = _NEAR
    return west <= lon <= east and south <= lat <= north


def _contradiction(place: str, what_zh: str, what_en: str) -> DataSourceError:
    """Return the finding of coordinates without a usable CRS."""
    return DataSourceError(problem("GE501", place, what_zh=what_zh, what_en=what_en))
