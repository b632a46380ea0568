"""Uncertainty of an inventory's level and trend as the table of Approach 1 (columns A to M)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from inventory.errors import SchemaError, problem
from inventory.exact_sum import exact_sum

INPUTS = ("base", "year", "activity_uncertainty_pct", "factor_uncertainty_pct")
"""Columns C to F: emission of the base year and of year t in one unit, half-widths [%]."""

COLUMNS = {
    "base": "C", "year": "D", "activity_uncertainty_pct": "E", "factor_uncertainty_pct": "F",
    "combined_uncertainty_pct": "G", "contribution_to_variance": "H", "sensitivity_a": "I", "sensitivity_b": "J",
    "trend_by_factor_pct": "K", "trend_by_activity_pct": "L", "contribution_to_trend": "M",
}  # fmt: skip
"""Letter of each column in the printed table; A and B are category and gas."""


def trend_table(emissions: pd.DataFrame) -> pd.DataFrame:
    """Return the table with its columns G to M.

    G = √(E² + F²); H = (G D)² / (Σ D)²;
    I = |(0.01 D + Σ D − (0.01 C + Σ C)) / (0.01 C + Σ C) × 100 − (Σ D − Σ C) / Σ C × 100|; J = |D / Σ C|;
    K = I F, or J F √2 where the factors of the two years are independent;
    L = J E √2, or I E where the activities of the two years are fully correlated; M = K² + L².

    Parameters
    ----------
    emissions : DataFrame
        One row per category and gas: `INPUTS`, any key columns, and if wanted the booleans `is_factor_correlated`
        (default true) and `is_activity_correlated` (default false).

    Raises
    ------
    SchemaError
        If a number is missing or a total is 0.

    References
    ----------
    IPCC 2006 Guidelines, vol. 1 table 3.2.

    """
    _require_numbers(emissions)
    base, year, activity, factor = (emissions[name].to_numpy(dtype=float) for name in INPUTS)
    total_base, total_year = exact_sum(base), exact_sum(year)
    if 0.0 in (total_base, total_year):
        raise SchemaError(problem("TY3709", "Σ C, Σ D"))
    combined = np.hypot(activity, factor)
    sensitivity_a = _sensitivity_a(base, year)
    sensitivity_b = np.abs(year / total_base)
    by_factor = np.where(
        _flag(emissions, "is_factor_correlated", default=True),
        sensitivity_a * factor,
        sensitivity_b * factor * np.sqrt(2.0),
    )
    by_activity = np.where(
        _flag(emissions, "is_activity_correlated", default=False),
        sensitivity_a * activity,
        sensitivity_b * activity * np.sqrt(2.0),
    )
    return emissions.assign(
        combined_uncertainty_pct=combined,
        contribution_to_variance=np.square(combined * year / total_year),
        sensitivity_a=sensitivity_a,
        sensitivity_b=sensitivity_b,
        trend_by_factor_pct=by_factor,
        trend_by_activity_pct=by_activity,
        contribution_to_trend=np.square(by_factor) + np.square(by_activity),
    )


def level_uncertainty_pct(emissions: pd.DataFrame) -> float:
    """Return the half-width of the total of year t [%] = √(Σ H)."""
    return float(np.sqrt(exact_sum(trend_table(emissions)["contribution_to_variance"])))


def trend_uncertainty_pct(emissions: pd.DataFrame) -> float:
    """Return the half-width of the trend [percentage points of the base year's total] = √(Σ M)."""
    return float(np.sqrt(exact_sum(trend_table(emissions)["contribution_to_trend"])))


def _sensitivity_a(base: npt.NDArray[np.float64], year: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return column I: change of the trend [%] when a category grows by 1 % in both years."""
    total_base, total_year = exact_sum(base), exact_sum(year)
    grown_base = 0.01 * base + total_base
    grown = (0.01 * year + total_year - grown_base) / grown_base * 100.0
    return np.abs(grown - (total_year - total_base) / total_base * 100.0)


def _flag(emissions: pd.DataFrame, name: str, *, default: bool) -> npt.NDArray[np.bool_]:
    """Return a column of booleans, or the default for all rows."""
    if name not in emissions.columns:
        return np.full(len(emissions), default)
    return np.asarray(emissions[name], dtype=np.bool_)


def _require_numbers(emissions: pd.DataFrame) -> None:
    """Refuse missing columns and missing numbers, all in one pass."""
    absent = [name for name in INPUTS if name not in emissions.columns]
    problems = [problem("TY3706", name) for name in absent]
    for name in set(INPUTS) - set(absent):
        empty = emissions.index[~np.isfinite(emissions[name].to_numpy(dtype=float))]
        problems += [problem("TY3707", f"{name} › {row}") for row in empty]
    if problems:
        raise SchemaError(*sorted(problems, key=str))
