"""Emission of a year from its days, with the days that have none filled from days like them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from inventory.errors import SchemaError, problem
from inventory.exact_sum import exact_group_sum, exact_sum

_KINDS = 4 * 7
"""Quarter × weekday."""


@dataclass(frozen=True)
class YearEmission:
    """Emission of a year [t], of each of its days [t], and which days were filled (shape (365,) or (366,))."""

    emission_t: float
    days_t: NDArray[np.float64]
    is_filled: NDArray[np.bool_]


def emission_of_year(days: Sequence[str] | ArrayLike, *, emission_t: ArrayLike) -> YearEmission:
    """Return the emission of a year [t]: Σ of its days, a day without a number being the mean of its kind.

    Days of one kind share quarter and weekday. A day that is not in the table at all is filled too: a day of standstill
    must be stated as 0.

    Parameters
    ----------
    days : sequence, shape (n,)
        Local dates of one year, each once.
    emission_t : array-like, shape (n,)
        Emission of each day [t]; nan where it has none.

    Raises
    ------
    SchemaError
        If the days are of several years, or twice there, or a kind has no valid day at all.

    References
    ----------
    T/CSES 144-2024, section 7.3.1.

    """
    given = pd.Series(np.asarray(emission_t, dtype=np.float64), index=pd.DatetimeIndex(np.asarray(days)))
    _require_one_year(given.index)
    year = given.index[0].year
    whole = given.reindex(pd.date_range(f"{year}-01-01", f"{year}-12-31", freq="D"))
    values = whole.to_numpy()
    kinds = (whole.index.quarter.to_numpy() - 1) * 7 + whole.index.dayofweek.to_numpy()
    is_filled = ~np.isfinite(values)
    filled = np.where(is_filled, _means(values, kinds, is_filled)[kinds], values)
    return YearEmission(exact_sum(filled), filled, is_filled)


def _means(values: NDArray[np.float64], kinds: NDArray[np.int64], is_missing: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the mean of the valid days of each kind, shape (28,); a kind that is needed must have one."""
    counts = np.bincount(kinds[~is_missing], minlength=_KINDS)
    lacking = sorted({int(kind) for kind in kinds[is_missing] if counts[kind] == 0})
    if lacking:
        raise SchemaError(*(problem("TY3162", f"Q{kind // 7 + 1} › {kind % 7 + 1}") for kind in lacking))
    sums = exact_group_sum(values[~is_missing], kinds[~is_missing], _KINDS)
    return sums / np.maximum(counts, 1)


def _require_one_year(days: pd.DatetimeIndex) -> None:
    """Refuse an empty table, several years and a day that is there twice."""
    years = sorted(set(days.year))
    if len(years) != 1 or days.has_duplicates:
        place = "、".join(map(str, years)) or "—"
        raise SchemaError(problem("TY3163", place))
