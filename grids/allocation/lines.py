"""Lines: shares by length, self-overlaps counted as driven, a line along an edge counted once."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from grids.allocation.segments import chain_segments, cut_segments
from grids.allocation.shares import CellShares
from grids.definition import GridDefinition
from inventory.errors import GridError, problem
from inventory.exact_sum import exact_group_sum


def allocate_lines(lines: NDArray[np.object_], grid: GridDefinition) -> CellShares:
    """Return the share of each line's length in each cell.

    Parameters
    ----------
    lines : ndarray of LineString or MultiLineString, shape (n,), grid CRS
    grid : GridDefinition

    Raises
    ------
    GridError
        If a line has no length.

    """
    parts, part_feature = shapely.get_parts(lines, return_index=True)
    vertices, part = shapely.get_coordinates(parts, return_index=True)
    in_cells = np.column_stack([grid.columns(vertices[:, 0]), grid.rows(vertices[:, 1])])
    segments = chain_segments(in_cells, part, part_feature[part])
    pieces = cut_segments(segments, grid.spec.nx, grid.spec.ny)
    column, row = pieces.at(segments, (pieces.start + pieces.end) / 2)
    inside = (column >= 0) & (column < grid.spec.nx) & (row >= 0) & (row < grid.spec.ny)
    cell = np.where(inside, np.floor(row).astype(np.int64) * grid.spec.nx + np.floor(column).astype(np.int64), -1)
    run = np.hypot(segments.column_end - segments.column_start, segments.row_end - segments.row_start)
    length = run[pieces.segment] * (pieces.end - pieces.start)
    return shares_of_amounts(segments.feature[pieces.segment], cell, length, len(lines), grid.n_cells)


def shares_of_amounts(
    feature: NDArray[np.int64], cell: NDArray[np.int64], amount: NDArray[np.float64], n_features: int, n_cells: int
) -> CellShares:
    """Normalise amounts by feature and cell (-1 = outside) to shares that sum to 1 with the outside."""
    key, place = np.unique(feature * (n_cells + 1) + cell + 1, return_inverse=True)
    by_cell = exact_group_sum(amount, place, len(key))
    owner, where = key // (n_cells + 1), key % (n_cells + 1) - 1
    total = exact_group_sum(by_cell, owner, n_features)
    if (total <= 0).any():
        empty = np.flatnonzero(total <= 0)[:5].tolist()
        raise GridError(problem("TY6002", f"features {empty}"))
    share = by_cell / total[owner]
    outside = np.zeros(n_features)
    outside[owner[where < 0]] = share[where < 0]
    kept = (where >= 0) & (share > 0)
    return CellShares(owner[kept], where[kept], share[kept], outside)
