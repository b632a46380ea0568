"""Points: a point belongs to the one cell [i, i+1) that holds it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from grids.allocation.shares import CellShares
from grids.definition import GridDefinition


def allocate_points(x: ArrayLike, y: ArrayLike, grid: GridDefinition) -> CellShares:
    """Place points [m, grid CRS]; a point outside the grid is outside as a whole."""
    cell = grid.cell_of(x, y)
    inside = np.flatnonzero(cell >= 0)
    return CellShares(inside, cell[inside], np.ones(len(inside)), np.where(cell >= 0, 0.0, 1.0))
