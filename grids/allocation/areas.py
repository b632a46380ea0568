"""Polygons: exact area shares by signed-area accumulation over the edges, no polygon clipping.

Every edge is cut at the grid lines. A piece that climbs by dy adds dy × (distance to the eastern cell edge) to its own
cell and dy × 1 to every cell east of it in the row; summed over a ring this is the covered area of each cell.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from grids.allocation.lines import shares_of_amounts
from grids.allocation.segments import Pieces, Segments, chain_segments, cut_segments, polygon_rings
from grids.allocation.shares import CellShares
from grids.definition import GridDefinition

_ROUNDING = 1e-11


def allocate_areas(polygons: NDArray[np.object_], grid: GridDefinition) -> CellShares:
    """Return the share of each polygon's area in each cell.

    Parameters
    ----------
    polygons : ndarray of Polygon or MultiPolygon, shape (n,), grid CRS
        Valid; see repair_polygons.
    grid : GridDefinition

    Raises
    ------
    GridError
        If a polygon has no area.

    """
    vertices, ring, ring_feature = polygon_rings(polygons)
    in_cells = np.column_stack([grid.columns(vertices[:, 0]), grid.rows(vertices[:, 1])])
    segments = chain_segments(in_cells, ring, ring_feature)
    pieces = cut_segments(segments, grid.spec.nx, grid.spec.ny)
    order = np.argsort(segments.feature[pieces.segment], kind="stable")
    owner = segments.feature[pieces.segment][order]
    bounds = np.searchsorted(owner, np.arange(len(polygons) + 1))
    total = shapely.area(polygons) / grid.spec.cell_size_m**2
    feature, cell, area = [], [], []
    for index in range(len(polygons)):
        chosen = order[bounds[index] : bounds[index + 1]]
        mine = Pieces(pieces.segment[chosen], pieces.start[chosen], pieces.end[chosen])
        cells, covered = _covered(segments, mine, grid)
        left = total[index] - covered.sum()
        feature.append(np.full(len(cells) + 1, index))
        cell.append(np.append(cells, -1))
        area.append(np.append(covered, left if left > _ROUNDING * total[index] else 0.0))
    return shares_of_amounts(
        np.concatenate(feature), np.concatenate(cell), np.concatenate(area), len(polygons), grid.n_cells
    )


def repair_polygons(polygons: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return valid polygons and the indices of those that had to be repaired: lobes of a bow-tie must not cancel."""
    invalid = np.flatnonzero(~shapely.is_valid(polygons))
    repaired = polygons.copy()
    repaired[invalid] = shapely.make_valid(polygons[invalid], method="structure", keep_collapsed=False)
    return repaired, invalid


def _covered(segments: Segments, pieces: Pieces, grid: GridDefinition) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return cells of one polygon and the area covered in each, in cells."""
    column_a, row_a = pieces.at(segments, pieces.start)
    column_b, row_b = pieces.at(segments, pieces.end)
    row = np.floor((row_a + row_b) / 2).astype(np.int64)
    middle = np.clip((column_a + column_b) / 2, 0.0, None)
    climb = row_b - row_a
    used = (row >= 0) & (row < grid.spec.ny) & (middle < grid.spec.nx) & (climb != 0)
    if not used.any():
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    last = grid.spec.nx - 1 if (middle >= grid.spec.nx).any() else int(np.floor(middle[used]).max())
    row, middle, climb = row[used], middle[used], climb[used]
    column = np.floor(middle).astype(np.int64)
    south, west = int(row.min()), int(column.min())
    covered = np.zeros((int(row.max()) - south + 1, last - west + 2))
    np.add.at(covered, (row - south, column + 1 - west), climb)
    covered = np.cumsum(covered, axis=1)[:, :-1]
    np.add.at(covered, (row - south, column - west), climb * (column + 1 - middle))
    covered = np.where(covered > _ROUNDING, np.minimum(covered, 1.0), 0.0)
    iy, ix = np.nonzero(covered)
    return (iy + south) * grid.spec.nx + ix + west, covered[iy, ix]
