"""Regions and years that select the same factors are one class, so that a key is looked up once for all of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from inventory.activity_table import ActivityTable
from inventory.factors.library import FactorLibrary
from inventory.methods import METHODS
from inventory.vocabulary import chain

_ORIGIN = "import_share:"
"""Beginning of the parameters that name regions by themselves."""

_OPEN = 9999
"""Stands for every year after the last validity."""


def by_selection_class(table: ActivityTable, library: FactorLibrary) -> ActivityTable:
    """Return the records with the nearest region that a factor or control names, and a year for each class of validity.

    Nothing else changes: a region that no factor names is passed over by every fallback chain, and a validity limit
    that is not crossed changes no choice. The year of a record stays where a method reads it; so does the region of a
    record that names the origins of its power.
    """
    has_origins = _carries(table, lambda name: name.startswith(_ORIGIN))
    of_year = _parameters_of_the_year()
    needs_year = _carries(table, lambda name: name.partition(":")[0] in of_year)
    named = {*library.factors["region_code"], *library.controls.get("region_code", ())}
    region = table.rows["region_code"].astype("category")
    nearest = {code: next(filter(named.__contains__, chain("regions", code)), code) for code in region.cat.categories}
    regions = region.map(nearest).astype("category")
    if has_origins.any():
        regions = pd.Series(np.where(has_origins, region.astype(object), regions.astype(object)), dtype="category")
    years = table.rows["inventory_year"].to_numpy()
    classes = _year_classes(years, table.rows["source_category"].astype("category"), library.factors)
    rows = table.rows.assign(region_code=regions, inventory_year=np.where(needs_year, years, classes))
    return ActivityTable(rows, table.parameters, table.confidences)


@cache
def _parameters_of_the_year() -> frozenset[str]:
    """Return the parameters of the methods that read the inventory year."""
    return frozenset(name for method in METHODS if method.reads_year for name in (*method.needs, *method.optional))


def _carries(table: ActivityTable, is_wanted: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
    """Return for each record [n] whether it carries any wanted parameter."""
    carried = np.zeros(len(table.rows), dtype=bool)
    for name, values in table.parameters.items():
        if is_wanted(name):
            carried |= ~np.isnan(values)
    return carried


def _year_classes(years: npt.NDArray[np.int64], category: pd.Series, factors: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Return one year for all years [n] between the validity limits that the fallback of a category can meet."""
    closed = factors[factors["year_to"] != ""]
    distinct, position = np.unique(years, return_inverse=True)
    known = []
    for code in category.cat.categories:
        limits = _validity_limits(closed[closed["source_category"].isin(chain("categories", code))])
        known.append([_representative(int(year), limits) for year in distinct])
    table = np.array(known, dtype=np.int64).reshape(len(known), len(distinct))
    return np.asarray(table[category.cat.codes.to_numpy(), position])


def _validity_limits(closed: pd.DataFrame) -> list[int]:
    """Return the last years of all classes of years: where a validity begins or ends, ascending."""
    ends = {int(float(year)) for year in closed["year_to"]}
    begins = {int(float(year)) - 1 for year in closed.loc[closed["year_from"] != "", "year_from"]}
    return sorted(ends | begins)


def _representative(year: int, limits: list[int]) -> int:
    """Return the last year of the class of a year."""
    at = bisect_left(limits, year)
    return [*limits, _OPEN][at]
