"""From weights to mass: emissions by cell and by district, and where the mass of every category went."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from grids.conservation import TOLERANCE
from grids.definition import GridDefinition
from inventory.errors import ConservationError, problem
from inventory.exact_sum import exact_group_sum, exact_sum_by

_OUTSIDE_GRID, _UNALLOCATED = "outside_grid", "unallocated"


def emission_by_allocation(joined: pd.DataFrame, category: str) -> pd.DataFrame:
    """Return emissions by category column, species and allocation key [t].

    Parameters
    ----------
    joined : DataFrame
        core_emission with `category` and allocation_id of its record.
    category : str
        Column to sum by, e.g. source_category or category_class.

    """
    known = joined[joined["emission_t"].notna()]
    return exact_sum_by(known, [category, "species", "allocation_id"], "emission_t")


def out_emission_by_cell(by_allocation: pd.DataFrame, weights: pd.DataFrame, n_cells: int) -> pd.DataFrame:
    """Return emissions by cell, category class and species [t]; only cells that are not zero.

    cell[s, c] = Σ allocations emission[s] × weight[c]
    """
    groups, key = _groups(by_allocation, "category_class")
    group, cell, mass = _spread(by_allocation, key, weights)
    total = exact_group_sum(mass, group * n_cells + cell, len(groups) * n_cells)
    place = np.flatnonzero(total)
    chosen = groups.iloc[place // n_cells].reset_index(drop=True)
    return chosen.assign(cell_id=place % n_cells, emission_t=total[place])


def out_emission_by_region(
    by_allocation: pd.DataFrame, regions: pd.DataFrame, allocations: pd.DataFrame
) -> pd.DataFrame:
    """Return emissions by district, category class and species [t], with what lies outside or was not placed."""
    rest = allocations.melt("allocation_id", ["outside", "unallocated"], "region_code", "share")
    rest["region_code"] = rest["region_code"].map({"outside": _OUTSIDE_GRID, "unallocated": _UNALLOCATED})
    shares = pd.concat([regions, rest[rest["share"] > 0]])
    placed = by_allocation.merge(shares, on="allocation_id")
    placed["emission_t"] = placed["emission_t"] * placed["share"]
    return exact_sum_by(placed, ["region_code", "category_class", "species"], "emission_t")


def out_mass_balance(by_allocation: pd.DataFrame, weights: pd.DataFrame, allocations: pd.DataFrame) -> pd.DataFrame:
    """Return where the mass of each category and species went [t]: cells, outside, unallocated.

    Raises
    ------
    ConservationError
        If they differ from the store by more than 1e-12 of the mass moved, or a record has no allocation; all at once.

    """
    groups, key = _groups(by_allocation, "source_category")
    place = allocations.set_index("allocation_id")
    _require_placed(by_allocation, place.index)
    mass = by_allocation["emission_t"].to_numpy()
    of_row = place.loc[by_allocation["allocation_id"]]
    group, _, in_cells = _spread(by_allocation, key, weights)
    balance = groups.assign(
        emission_t=exact_group_sum(mass, key, len(groups)),
        cells_t=exact_group_sum(in_cells, group, len(groups)),
        outside_t=exact_group_sum(mass * of_row["outside"].to_numpy(), key, len(groups)),
        unallocated_t=exact_group_sum(mass * of_row["unallocated"].to_numpy(), key, len(groups)),
    )
    difference = balance["cells_t"] + balance["outside_t"] + balance["unallocated_t"] - balance["emission_t"]
    moved = exact_group_sum(np.abs(mass), key, len(groups))
    balance["relative_error"] = np.divide(difference, moved, out=np.zeros(len(moved)), where=moved > 0)
    _require_balanced(balance)
    return balance


def dense_emissions(
    by_cell: pd.DataFrame, grid: GridDefinition, categories: Sequence[str], species: Sequence[str]
) -> NDArray[np.float64]:
    """Return emissions as an array of shape (n_categories, n_species, ny, nx) [t]; row 0 = south."""
    array = np.zeros((len(categories), len(species), grid.n_cells))
    category = by_cell["category_class"].map({code: index for index, code in enumerate(categories)})
    substance = by_cell["species"].map({code: index for index, code in enumerate(species)})
    array[category.to_numpy(), substance.to_numpy(), by_cell["cell_id"].to_numpy()] = by_cell["emission_t"]
    return array.reshape(len(categories), len(species), grid.spec.ny, grid.spec.nx)


def _groups(by_allocation: pd.DataFrame, category: str) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Return the groups of category and species, sorted, and the group of each row."""
    keys = [category, "species"]
    groups = by_allocation[keys].drop_duplicates().sort_values(keys, ignore_index=True)
    return groups, by_allocation.groupby(keys, sort=True).ngroup().to_numpy()


def _spread(
    by_allocation: pd.DataFrame, key: NDArray[np.int64], weights: pd.DataFrame
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return group, cell and mass [t] of every row times every cell of its allocation."""
    ordered = weights.sort_values(["allocation_id", "cell_id"])
    ids, start, count = np.unique(ordered["allocation_id"].to_numpy(dtype=str), return_index=True, return_counts=True)
    wanted = by_allocation["allocation_id"].to_numpy(dtype=str)
    position = np.clip(np.searchsorted(ids, wanted), 0, len(ids) - 1)
    length = np.where(ids[position] == wanted, count[position], 0)
    row = np.repeat(np.arange(len(wanted)), length)
    within = np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
    weight_row = start[position][row] + within
    mass = by_allocation["emission_t"].to_numpy()[row] * ordered["weight"].to_numpy()[weight_row]
    return key[row], ordered["cell_id"].to_numpy()[weight_row], mass


def _require_placed(by_allocation: pd.DataFrame, known: pd.Index) -> None:
    """Refuse emissions whose allocation does not exist: they would be lost."""
    lost = by_allocation[~by_allocation["allocation_id"].isin(known)]
    if len(lost):
        raise ConservationError(
            *(
                problem("TY6110", f"{row.source_category} {row.species}", allocation_id=row.allocation_id)
                for row in lost.itertuples()
            )
        )


def _require_balanced(balance: pd.DataFrame) -> None:
    """Refuse a category whose cells, outside and unallocated are not its emission."""
    wrong = balance[balance["relative_error"].abs() > TOLERANCE]
    if len(wrong):
        raise ConservationError(
            *(
                problem("TY6111", f"{row.source_category} {row.species}", relative_error=f"{row.relative_error:.3g}")
                for row in wrong.itertuples()
            )
        )
