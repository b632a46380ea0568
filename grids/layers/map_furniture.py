"""The furniture of a map: scale bar, north arrow, graticule, and where on the map there is room for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from grids.definition import GridDefinition

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK = "#1a1a1a"
_GRATICULE = "#8a9aa5"

Place = tuple[float, float, float, float]
"""Left, bottom, width, height as fractions of the map."""


def emptiest_place(occupied: NDArray[np.float64], size: tuple[float, float]) -> Place:
    """Return the place of that size [fraction of the map] that covers least; the south-east comes first."""
    steps = np.linspace(0.0, 1.0, 21)
    places = [
        (float(left * (1 - size[0] - 0.01) + 0.005), float(bottom * (1 - size[1] - 0.01) + 0.005), *size)
        for bottom in steps for left in steps[::-1]
    ]  # fmt: skip
    return min(places, key=lambda place: float(window(occupied, place).sum()))


def window(array: NDArray[np.float64], place: Place) -> NDArray[np.float64]:
    """Return the view of an array that a place covers."""
    ny, nx = array.shape
    left, bottom, wide, high = place
    return array[int(bottom * ny) : int((bottom + high) * ny) + 1, int(left * nx) : int((left + wide) * nx) + 1]


def draw_graticule(axes: Axes, grid: GridDefinition) -> None:
    """Draw meridians and parallels every half degree, labelled at the frame."""
    lon, lat = grid.lon_lat
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    for degree in np.arange(np.ceil(lon.min() * 2), np.floor(lon.max() * 2) + 1) / 2:
        parallel = np.linspace(lat.min() - 0.1, lat.max() + 0.1, 60)
        x, y = grid.project(np.full(60, degree), parallel)
        axes.plot(x, y, color=_GRATICULE, linewidth=0.3, linestyle=(0, (4, 4)), zorder=1.5)
        at = float(np.interp(south, y, x))
        if west < at < east:
            axes.text(
                at, south - 0.008 * (north - south), f"{degree:g}°E", ha="center", va="top", fontsize=6.5, color=INK
            )
    for degree in np.arange(np.ceil(lat.min() * 2), np.floor(lat.max() * 2) + 1) / 2:
        x, y = grid.project(np.linspace(lon.min() - 0.1, lon.max() + 0.1, 60), np.full(60, degree))
        axes.plot(x, y, color=_GRATICULE, linewidth=0.3, linestyle=(0, (4, 4)), zorder=1.5)
        at = float(np.interp(west, x, y))
        if south < at < north:
            axes.text(
                west - 0.008 * (east - west),
                at,
                f"{degree:g}°N",
                ha="right",
                va="center",
                fontsize=6.5,
                color=INK,
                rotation=90,
            )


def draw_scale_bar(axes: Axes, grid: GridDefinition, place: Place) -> None:
    """Draw a bar in two parts, about a sixth of the map long."""
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    left, bottom, room_wide, room_high = place
    wide_m = grid.spec.nx * grid.spec.cell_size_m
    exponent = 10.0 ** np.floor(np.log10(room_wide * wide_m / 2.2))
    part_m = max(step for step in (exponent, 2 * exponent, 5 * exponent) if 2.2 * step <= room_wide * wide_m)
    start, part = left + room_wide / 2 - part_m / wide_m, part_m / wide_m
    for number, colour in enumerate((INK, "white")):
        axes.add_patch(
            Rectangle((start + number * part, bottom + 0.2 * room_high), part, 0.18 * room_high, facecolor=colour,
                      edgecolor=INK, linewidth=0.6, transform=axes.transAxes, zorder=6)
        )  # fmt: skip
    for number in range(3):
        text = f"{number * part_m / 1000:g}" + (" km" if number == 2 else "")
        axes.text(start + number * part, bottom + 0.5 * room_high, text, fontsize=6.5, ha="center", va="bottom",
                  color=INK, transform=axes.transAxes, zorder=6)  # fmt: skip


def draw_north(axes: Axes, place: Place) -> None:
    """Draw the arrow of grid north."""
    from matplotlib.patches import Polygon  # noqa: PLC0415

    left, bottom, wide, high = place
    x, tip, foot = left + wide / 2, bottom + 0.62 * high, bottom + 0.1 * high
    for side, colour in ((-1, INK), (1, "white")):
        corners = [(x, tip), (x + side * 0.2 * wide, foot), (x, foot + 0.1 * high)]
        axes.add_patch(
            Polygon(corners, facecolor=colour, edgecolor=INK, linewidth=0.6, transform=axes.transAxes, zorder=6)
        )
    axes.text(x, tip + 0.06 * high, "北", fontsize=8, ha="center", va="bottom", color=INK, transform=axes.transAxes)
