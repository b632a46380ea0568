"""Sparse result of an allocation: which share of which feature lies in which cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class CellShares:
    """Shares of features in cells.

    Attributes
    ----------
    feature : ndarray of int, shape (n,)
        Index of the feature.
    cell : ndarray of int, shape (n,)
        cell_id; each pair of feature and cell occurs once.
    share : ndarray of float, shape (n,)
        Share [1] of the feature in the cell, > 0.
    outside : ndarray of float, shape (n_features,)
        Share [1] of each feature outside the grid.

    """

    feature: NDArray[np.int64]
    cell: NDArray[np.int64]
    share: NDArray[np.float64]
    outside: NDArray[np.float64]
