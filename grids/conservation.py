"""The gate of the grid: what goes in comes out in cells, outside or unallocated."""

from __future__ import annotations

import numpy as np
import pandas as pd

from inventory.errors import ConservationError, problem
from inventory.exact_sum import exact_group_sum

TOLERANCE = 1e-12


def check_weights(allocations: pd.DataFrame, weights: pd.DataFrame, regions: pd.DataFrame) -> None:
    """Check both divisions of every allocation: by cell and by district.

    Parameters
    ----------
    allocations, weights, regions : DataFrame
        grid_allocation, grid_weight and grid_allocation_region.

    Raises
    ------
    ConservationError
        If a sum with outside and unallocated is not 1 within 1e-12; all of them at once.

    """
    code = {key: index for index, key in enumerate(allocations["allocation_id"])}
    rest = allocations["outside"].to_numpy() + allocations["unallocated"].to_numpy()
    problems = []
    for table, frame, column in (("grid_weight", weights, "weight"), ("grid_allocation_region", regions, "share")):
        total = exact_group_sum(frame[column], frame["allocation_id"].map(code), len(code)) + rest
        problems += [
            problem(
                "TY6101", f"{table} › {allocations['allocation_id'][k]} ({allocations['surrogate'][k]})", total=total[k]
            )
            for k in np.flatnonzero(np.abs(total - 1) > TOLERANCE)
        ]
    if problems:
        raise ConservationError(*problems)
