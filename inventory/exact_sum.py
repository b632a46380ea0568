"""Sums that do not depend on the order of their terms.

Parallel or reordered float sums differ in the last bits, which would change the content hash. Terms are split on fixed
binary grids (error-free transformation); sums of the parts are exact in float64, so any order gives the same bits.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

_FOLDS = 6


def exact_group_sum(values: ArrayLike, groups: ArrayLike, n_groups: int) -> NDArray[np.float64]:
    """Sum `values` by group, independent of the order of the rows.

    Parameters
    ----------
    values : array-like, shape (n,), float64
        Terms; must be finite.
    groups : array-like, shape (n,), integer
        Group of each term, 0 <= group < n_groups.
    n_groups : int
        Number of groups.

    Returns
    -------
    ndarray, shape (n_groups,)
        Sums; 0.0 for a group without terms.

    Raises
    ------
    ValueError
        If a term is NaN or infinite: a missing value is a gap, never a term.

    References
    ----------
    Demmel and Nguyen 2015, Parallel Reproducible Summation, IEEE Trans. Computers 64(7), doi:10.1109/TC.2014.2345391.

    """
    rest = np.array(values, dtype=np.float64)
    codes = np.asarray(groups, dtype=np.int64)
    if not np.isfinite(rest).all():
        message = "a term is not finite; missing values must become gaps before they are summed"
        raise ValueError(message)
    parts: list[NDArray[np.float64]] = []
    for _ in range(_FOLDS):
        largest = float(np.max(np.abs(rest), initial=0.0))
        if largest == 0.0:
            break
        anchor = _anchor(largest, len(rest))
        high = (rest + anchor) - anchor
        rest -= high
        parts.append(np.bincount(codes, weights=high, minlength=n_groups).astype(np.float64))
    total = np.zeros(n_groups)
    for part in reversed(parts):
        total += part
    return total


def exact_sum(values: ArrayLike) -> float:
    """Sum all `values`, independent of their order; see exact_group_sum."""
    terms = np.asarray(values, dtype=np.float64)
    return float(exact_group_sum(terms, np.zeros(len(terms), dtype=np.int64), 1)[0])


def exact_sum_by(frame: pd.DataFrame, keys: Sequence[str], column: str) -> pd.DataFrame:
    """Sum a column by keys, independent of the order of the rows.

    Returns
    -------
    DataFrame
        One row per combination of keys that occurs, sorted by the keys, with the sum under the column's name.

    """
    groups = frame.groupby(list(keys), sort=True, observed=True)
    summed = exact_group_sum(frame[column], groups.ngroup(), groups.ngroups)
    found = frame[list(keys)].drop_duplicates().sort_values(list(keys), ignore_index=True)
    return found.assign(**{column: summed})


def _anchor(largest: float, n: int) -> float:
    """Return 1.5 × 2^k, so large that n parts rounded to its last place add up without rounding."""
    exponent = int(np.frexp(largest)[1]) + int(np.ceil(np.log2(max(n, 2)))) + 1
    return float(np.ldexp(1.5, exponent))
