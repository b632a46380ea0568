"""Regions and years that select the same factors are one class, so that a key is looked up once for all of them."""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
import pandas as pd

from inventory.activity_table import FACTOR_REGION, ActivityTable
from inventory.factors.library import FactorLibrary
from inventory.vocabulary import chain

_OPEN = 9999
"""Stands for every year after the last validity."""


def by_selection_class(table: ActivityTable, library: FactorLibrary) -> ActivityTable:
    """Return the records with the nearest region that any factor names, and one year for each class of validity.

    Nothing else changes: a region that no factor names is passed over by every fallback chain, and a validity limit
    that is not crossed changes no choice. The year of a record with parameters stays: a method may read it.
    """
    named = set(library.factors["region_code"])
    region = table.rows["region_code"].astype("category")
    nearest = {code: next(filter(named.__contains__, chain("regions", code)), code) for code in region.cat.categories}
    rows = table.rows.assign(region_code=region.map(nearest).astype("category"))
    has_parameters = np.zeros(len(rows), dtype=bool)
    for name, values in table.parameters.items():
        has_parameters |= ~np.isnan(values) if name != FACTOR_REGION else False
    limits = _validity_limits(library.factors)
    years = rows["inventory_year"].to_numpy()
    distinct, position = np.unique(years, return_inverse=True)
    classes = np.array([_representative(int(year), limits) for year in distinct])[position]
    return ActivityTable(
        rows.assign(inventory_year=np.where(has_parameters, years, classes)), table.parameters, table.confidences
    )


def _validity_limits(factors: pd.DataFrame) -> list[int]:
    """Return the last years of all classes of years: where a validity begins or ends, ascending."""
    closed = factors[factors["year_to"] != ""]
    ends = {int(float(year)) for year in closed["year_to"]}
    begins = {int(float(year)) - 1 for year in closed.loc[closed["year_from"] != "", "year_from"]}
    return sorted(ends | begins)


def _representative(year: int, limits: list[int]) -> int:
    """Return the last year of the class of a year."""
    at = bisect_left(limits, year)
    return [*limits, _OPEN][at]
