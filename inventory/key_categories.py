"""Key categories: those that make up most of the level or of the trend of an inventory, by size or by uncertainty.

Works on any table with key columns, a base year and a year; the qualitative criteria are not applied here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from inventory.errors import SchemaError, problem
from inventory.exact_sum import exact_sum, exact_sum_by

APPROACH_1 = 0.95
"""Share of the total that the key categories of Approach 1 make up."""

APPROACH_2 = 0.90
"""Share of the total uncertainty that the key categories of Approach 2 make up."""

_ROUNDING = 1e-12
"""A sum of shares this close to the threshold has reached it."""


def key_by_level(
    emissions: pd.DataFrame,
    *,
    keys: Sequence[str],
    year: str,
    uncertainty_pct: str = "",
    threshold: float | None = None,
) -> pd.DataFrame:
    """Return the level assessment: L = |E| / Σ |E|, or with uncertainties L U / Σ (L U).

    Parameters
    ----------
    emissions : DataFrame
        Emissions and removals (negative) in one unit; rows of one key are added.
    keys : sequence of str
        Columns that make up a category (category, gas, fuel …).
    year : str
        Column of the year assessed.
    uncertainty_pct : str
        Column of half-widths [%] for Approach 2; empty for Approach 1. Then no two rows may share a key.
    threshold : float or None
        Share to be reached; None: 0.95, in Approach 2 0.90.

    Returns
    -------
    DataFrame
        Keys, emission, share, cumulative share and `is_key`, the largest first. The category that crosses the
        threshold is a key category; one without any emission never is.

    References
    ----------
    IPCC 2006 Guidelines, vol. 1 equations 4.1 and 4.4.

    """
    table = _by_key(emissions, keys, [year], uncertainty_pct=uncertainty_pct)
    weight = np.abs(table[year].to_numpy(dtype=float))
    return _ranked(table, keys, weight, uncertainty_pct=uncertainty_pct, threshold=threshold)


def key_by_trend(
    emissions: pd.DataFrame,
    *,
    keys: Sequence[str],
    base: str,
    year: str,
    uncertainty_pct: str = "",
    threshold: float | None = None,
) -> pd.DataFrame:
    """Return the trend assessment: T / Σ T, or with uncertainties T U / Σ (T U); columns as in `key_by_level`.

    T = |E0| / Σ |E0| × |(Et − E0) / |E0| − (Σ Et − Σ E0) / |Σ E0||; where E0 = 0: T = |Et| / Σ |E0|.

    Parameters
    ----------
    base : str
        Column of the base year (E0); the other parameters are those of `key_by_level`.

    References
    ----------
    IPCC 2006 Guidelines, vol. 1 equations 4.2, 4.3 and 4.5.

    """
    table = _by_key(emissions, keys, [base, year], uncertainty_pct=uncertainty_pct)
    trend = trend_of(table[base].to_numpy(dtype=float), table[year].to_numpy(dtype=float))
    return _ranked(table, keys, trend, uncertainty_pct=uncertainty_pct, threshold=threshold)


def trend_of(base: npt.NDArray[np.float64], year: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return T of every category, shape (n,); see `key_by_trend`.

    Raises
    ------
    SchemaError
        If the base year's emissions sum to 0.

    """
    size, total = exact_sum(np.abs(base)), exact_sum(base)
    if 0.0 in (size, total):
        raise SchemaError(problem("TY3711", "Σ E0 = 0"))
    of_total = (exact_sum(year) - total) / abs(total)
    with np.errstate(divide="ignore", invalid="ignore"):
        of_category = (year - base) / np.abs(base)
        trend = np.abs(base) / size * np.abs(of_category - of_total)
    return np.where(base == 0.0, np.abs(year) / size, trend)


def without_land_use(emissions: pd.DataFrame, *, category: str, prefixes: Sequence[str]) -> pd.DataFrame:
    """Return the rows outside land use, land-use change and forestry.

    Parameters
    ----------
    category : str
        Column of category codes.
    prefixes : sequence of str
        Beginnings of the land-use codes: `LU`, in the reporting format `4`.

    """
    is_land_use = emissions[category].astype(str).str.startswith(tuple(prefixes))
    return emissions[~is_land_use]


def key_categories(
    emissions: pd.DataFrame,
    *,
    keys: Sequence[str],
    base: str,
    year: str,
    category: str,
    land_use: Sequence[str],
    uncertainty_pct: str = "",
) -> pd.DataFrame:
    """Return the categories that are key by level or trend, with or without land use.

    Returns
    -------
    DataFrame
        Keys and the booleans `level`, `trend`, `level_without_land_use`, `trend_without_land_use`; only categories
        with one of them, sorted by key. Parameters as in `key_by_trend` and `without_land_use`.

    """
    found: dict[str, set[tuple[str, ...]]] = {}
    scopes = {"": emissions, "_without_land_use": without_land_use(emissions, category=category, prefixes=land_use)}
    for suffix, rows in scopes.items():
        level = key_by_level(rows, keys=keys, year=year, uncertainty_pct=uncertainty_pct)
        trend = key_by_trend(rows, keys=keys, base=base, year=year, uncertainty_pct=uncertainty_pct)
        for name, table in (("level", level), ("trend", trend)):
            named = table.loc[table["is_key"], list(keys)].itertuples(index=False, name=None)
            found[name + suffix] = set(named)
    union = sorted(set().union(*found.values()))
    table = pd.DataFrame(union, columns=list(keys))
    return table.assign(**{name: [key in members for key in union] for name, members in sorted(found.items())})


def _ranked(
    table: pd.DataFrame,
    keys: Sequence[str],
    weight: npt.NDArray[np.float64],
    *,
    uncertainty_pct: str,
    threshold: float | None,
) -> pd.DataFrame:
    """Return a table with the shares of its weights, the largest first, and which are needed for the threshold."""
    if uncertainty_pct:
        weight = weight * table[uncertainty_pct].to_numpy(dtype=float)
    wanted = threshold if threshold is not None else APPROACH_2 if uncertainty_pct else APPROACH_1
    total = exact_sum(weight)
    if total == 0.0:
        raise SchemaError(problem("TY3714", "Σ = 0"))
    ranked = table.assign(share=weight / total).sort_values(
        ["share", *keys], ascending=[False, *[True] * len(keys)], ignore_index=True
    )
    shares = ranked["share"].to_numpy(dtype=float)
    cumulative = np.array([exact_sum(shares[: position + 1]) for position in range(len(shares))])
    reached_before = np.concatenate([[0.0], cumulative[:-1]]) >= wanted - _ROUNDING
    return ranked.assign(cumulative_share=cumulative, is_key=~reached_before & (shares > 0.0))


def _by_key(
    emissions: pd.DataFrame, keys: Sequence[str], years: Sequence[str], *, uncertainty_pct: str
) -> pd.DataFrame:
    """Return one row per key with its emissions, or refuse missing numbers and uncertainties that cannot be added."""
    numbers = [*years, *filter(None, [uncertainty_pct])]
    problems = [
        problem("TY3712", f"{name} › {row}")
        for name in numbers
        for row in emissions.index[~np.isfinite(emissions[name].to_numpy(dtype=float))]
    ]
    problems += [
        problem("TY3715", f"{name} › {row}") for name in keys for row in emissions.index[emissions[name].isna()]
    ]
    if uncertainty_pct:
        twice = emissions[emissions.duplicated(list(keys), keep=False)]
        problems += [
            problem("TY3713", str(tuple(row))) for row in twice[list(keys)].drop_duplicates().itertuples(index=False)
        ]
    if problems:
        raise SchemaError(*problems)
    if uncertainty_pct:
        return emissions[[*keys, *numbers]].reset_index(drop=True)
    summed = [exact_sum_by(emissions, keys, name) for name in years]
    return summed[0].assign(**{name: table[name] for name, table in zip(years, summed, strict=True)})
