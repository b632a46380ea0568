"""GCJ-02 and BD-09, the shifted coordinates of Chinese web maps: the public approximate formulas, both ways.

Neither is in PROJ, and the official algorithm is not published. Used to propose, never to correct.

References
----------
The formula published in 2010 as `WGStoGCJ` and reproduced by coordtransform and eviltransform; it
agrees with web maps within a few metres, its inverse with it within 1 mm.

"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_SEMI_MAJOR_M = 6378245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
"""Krasovsky 1940, which the formula uses."""
_ORIGIN = (105.0, 35.0)
_BD_ANGLE = np.pi * 3000.0 / 180.0
_BD_OFFSET = (0.0065, 0.006)
_INVERSE_STEPS = 8


def to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Return GCJ-02 coordinates of WGS84 ones [degree]; the shift at Shanghai is about 480 m to the east-south-east."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    east_m, north_m = _shift_m(x - _ORIGIN[0], y - _ORIGIN[1])
    phi = np.radians(y)
    flattening = 1 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    meridian_m = _SEMI_MAJOR_M * (1 - _ECCENTRICITY_SQUARED) / flattening**1.5
    parallel_m = _SEMI_MAJOR_M / np.sqrt(flattening) * np.cos(phi)
    return x + np.degrees(east_m / parallel_m), y + np.degrees(north_m / meridian_m)


def from_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Return WGS84 coordinates of GCJ-02 ones [degree], by fixed-point iteration of `to_gcj02`."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    found_x, found_y = x.copy(), y.copy()
    for _ in range(_INVERSE_STEPS):
        shifted_x, shifted_y = to_gcj02(found_x, found_y)
        found_x, found_y = found_x + (x - shifted_x), found_y + (y - shifted_y)
    return found_x, found_y


def gcj02_from_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Return GCJ-02 coordinates of BD-09 ones [degree]."""
    x = np.asarray(lon, dtype=np.float64) - _BD_OFFSET[0]
    y = np.asarray(lat, dtype=np.float64) - _BD_OFFSET[1]
    radius = np.hypot(x, y) - 2e-5 * np.sin(y * _BD_ANGLE)
    angle = np.arctan2(y, x) - 3e-6 * np.cos(x * _BD_ANGLE)
    return radius * np.cos(angle), radius * np.sin(angle)


def from_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Return WGS84 coordinates of BD-09 ones [degree]."""
    return from_gcj02(*gcj02_from_bd09(lon, lat))


def _shift_m(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the shift east and north [m] at x, y degrees from the formula's origin."""
    short = (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    root = np.sqrt(np.abs(x))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + short
    east += (20 * np.sin(x * np.pi) + 40 * np.sin(x / 3 * np.pi)) * 2 / 3
    east += (150 * np.sin(x / 12 * np.pi) + 300 * np.sin(x / 30 * np.pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + short
    north += (20 * np.sin(y * np.pi) + 40 * np.sin(y / 3 * np.pi)) * 2 / 3
    north += (160 * np.sin(y / 12 * np.pi) + 320 * np.sin(y * np.pi / 30)) * 2 / 3
    return east, north
