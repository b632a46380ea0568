"""Lines of road links, delivered as WKT or one row per vertex: their length on the ellipsoid and their WKT."""

from __future__ import annotations

import pandas as pd

_ELLIPSOID = "GRS80"


def line_wkt(rows: pd.DataFrame) -> str:
    """Return the line of one link as WKT, longitude first; '' where it has no geometry.

    Parameters
    ----------
    rows : DataFrame
        One row with wkt, or one row per vertex with seq, lon and lat [degree].

    """
    text = str(rows["wkt"].iloc[0])
    if text:
        return text
    vertices = rows[rows["lon"].notna() & rows["lat"].notna()].sort_values("seq")
    if len(vertices) < 2:
        return ""
    pairs = zip(vertices["lon"], vertices["lat"], strict=True)
    return "LINESTRING (" + ", ".join(f"{lon!r} {lat!r}" for lon, lat in pairs) + ")"


def line_length_km(rows: pd.DataFrame) -> float:
    """Return the geodesic length of one link [km]; nan where it has no geometry.

    Raises
    ------
    ValueError
        If the WKT cannot be read or is no line.

    """
    from pyproj import Geod  # noqa: PLC0415 - only projects with links need it
    from shapely import wkt as reader  # noqa: PLC0415
    from shapely.errors import ShapelyError  # noqa: PLC0415

    text = line_wkt(rows)
    if not text:
        return float("nan")
    try:
        line = reader.loads(text)
    except ShapelyError as error:
        raise ValueError(str(error)) from error
    if line.geom_type not in {"LineString", "MultiLineString"}:
        message = f"{line.geom_type} is no line"
        raise ValueError(message)
    return float(Geod(ellps=_ELLIPSOID).geometry_length(line)) / 1000.0
