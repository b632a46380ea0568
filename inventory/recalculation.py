"""Consistent time series: filling of years where data or method change, and what a recalculation changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from inventory.errors import SchemaError, problem
from inventory.exact_sum import exact_sum

Value = float | npt.NDArray[np.float64]
"""A number, or an array of shape (n,)."""


def by_overlap(old: Value, *, new_overlap: npt.ArrayLike, old_overlap: npt.ArrayLike) -> Value:
    """Return a year of the new series from the old one = old × Σ new / Σ old over the years that have both.

    Parameters
    ----------
    old : Value
        Estimates by the former method for the years wanted.
    new_overlap, old_overlap : array-like, shape (n,)
        Estimates of the same n years by both methods.

    Raises
    ------
    SchemaError
        If the years do not pair or the former estimates sum to 0.

    References
    ----------
    IPCC 2006 Guidelines, vol. 1 equation 5.1.

    """
    new, former = (
        np.atleast_1d(np.asarray(new_overlap, dtype=float)),
        np.atleast_1d(np.asarray(old_overlap, dtype=float)),
    )
    if new.shape != former.shape or new.size == 0:
        raise SchemaError(problem("TY3721", f"{new.shape} / {former.shape}"))
    total = exact_sum(former)
    if total == 0.0:
        raise SchemaError(problem("TY3722", "Σ old = 0"))
    return old * (exact_sum(new) / total)


def by_surrogate(known: Value, *, surrogate_known: Value, surrogate_wanted: Value) -> Value:
    """Return the estimate of a year = estimate of a known year × surrogate of the year / surrogate of the known year.

    References
    ----------
    IPCC 2006 Guidelines, vol. 1 equation 5.2.

    """
    if np.any(np.asarray(surrogate_known) == 0.0):
        raise SchemaError(problem("TY3723", "surrogate_known = 0"))
    return known * surrogate_wanted / surrogate_known


def interpolated(known: Mapping[int, float], year: int) -> float:
    """Return a year between known ones on the straight line of its neighbours = y0 + (y1 − y0) (t − t0) / (t1 − t0).

    Raises
    ------
    SchemaError
        If the year does not lie between known ones.

    References
    ----------
    IPCC 2006 Guidelines, vol. 1 section 5.3.3.3.

    """
    if year in known:
        return known[year]
    before = [y for y in known if y < year]
    after = [y for y in known if y > year]
    if not before or not after:
        raise SchemaError(problem("TY3724", year))
    start, end = max(before), min(after)
    return known[start] + (known[end] - known[start]) * (year - start) / (end - start)


def extrapolated(known: Mapping[int, float], year: int) -> float:
    """Return a year outside the known ones on their least-squares line; of two years the line through both.

    Raises
    ------
    SchemaError
        If fewer than two years are known.

    References
    ----------
    IPCC 2006 Guidelines, vol. 1 section 5.3.3.4.

    """
    if len(known) < 2:
        raise SchemaError(problem("TY3725", year))
    years = np.array(sorted(known), dtype=float)
    values = np.array([known[int(y)] for y in years])
    middle = exact_sum(years) / len(years)
    mean = exact_sum(values) / len(values)
    slope = exact_sum((years - middle) * (values - mean)) / exact_sum(np.square(years - middle))
    return mean + slope * (year - middle)


def by_growth(known: Value, *, growth_per_a: Value, years: Value) -> Value:
    """Return the estimate some years on at a constant rate of growth = known × (1 + g)^n."""
    return known * (1.0 + np.asarray(growth_per_a)) ** years


def recalculation_pct(previous: Value, *, recalculated: Value) -> Value:
    """Return the change by a recalculation [%] = (new − old) / old × 100; NaN where the previous estimate was 0.

    A removal that grows is a positive change: both estimates are negative.
    """
    old, new = np.asarray(previous, dtype=float), np.asarray(recalculated, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.where(old == 0.0, np.nan, (new - old) / old * 100.0)
    return float(change) if change.ndim == 0 else change


def recalculation_table(
    previous: pd.DataFrame, recalculated: pd.DataFrame, *, keys: Sequence[str], value: str
) -> pd.DataFrame:
    """Return what a recalculation changed, by key: `previous`, `recalculated`, `difference`, `difference_pct`.

    A key that only one of the tables has keeps NaN on the other side: a new category is no change from 0.

    Parameters
    ----------
    previous, recalculated : DataFrame
        One row per key, e.g. category × gas × year.
    value : str
        Column of the estimate.

    """
    joined = previous[[*keys, value]].merge(
        recalculated[[*keys, value]], on=list(keys), how="outer", suffixes=("_old", "_new"), validate="one_to_one"
    )
    table = joined.rename(columns={f"{value}_old": "previous", f"{value}_new": "recalculated"})
    return table.assign(
        difference=table["recalculated"] - table["previous"],
        difference_pct=recalculation_pct(
            table["previous"].to_numpy(dtype=float), recalculated=table["recalculated"].to_numpy(dtype=float)
        ),
    ).sort_values(list(keys), ignore_index=True)
