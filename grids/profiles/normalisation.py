"""Weights made to sum to 1, and a year's mass spread over the hours of the local year without losing any."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from grids.profiles.calendar import days_of_year
from inventory.errors import GridError, problem
from inventory.exact_sum import exact_sum

DEFAULT_KIND_OF_DAY = date.isoweekday
"""Plain weekdays, Monday = 1. `grids.profiles.calendar.kind_of_day` knows holidays, but only of published years."""

_LENGTHS = {"month_of_year": 12, "day_of_week": 7, "hour_of_day": 24}


@dataclass(frozen=True)
class Renormalised:
    """Weights that sum to 1, with the sum that they came with.

    Attributes
    ----------
    fractions : ndarray, shape (n,)
        Weights over their sum [1].
    raw_sum : float
        Sum of the weights as printed, in their unit.

    """

    fractions: NDArray[np.float64]
    raw_sum: float


def renormalise(weights: ArrayLike) -> Renormalised:
    """Return weights over their sum: w / Σ w.

    Printed weekly shares of 0.143 sum to 1.001, monthly ones may be per cent or have the mean 1: all become fractions.

    Parameters
    ----------
    weights : array-like, shape (n,)
        Of days, months or hours; finite and not negative.

    Raises
    ------
    GridError
        If a weight is negative or not finite, or all are 0.

    References
    ----------
    T/CSES 144-2024, tables B.1 and B.2 (printed shares).

    """
    values = np.asarray(weights, dtype=np.float64)
    if not np.isfinite(values).all() or (values < 0).any() or not values.any():
        raise GridError(problem("TY6210", "temporal weights"))
    raw_sum = exact_sum(values)
    return Renormalised(values / raw_sum, raw_sum)


def hourly_fractions_of_weights(
    inventory_year: int,
    weights: Mapping[str, ArrayLike] | None = None,
    *,
    kind_of_day: Callable[[date], int] = DEFAULT_KIND_OF_DAY,
) -> NDArray[np.float64]:
    """Return the fraction of the year in each local hour: month × kind of day × hour, renormalised over the calendar.

    fraction[d, h] = month[m(d)] × day[k(d)] / Σ over the days of m (day[k]) × hour[h], over the sum of all hours.
    Months keep their shares; within a month the days share by their kind. A leap year has 8,784 hours.

    Parameters
    ----------
    inventory_year : int
        Local year.
    weights : mapping of str to array-like, optional
        `month_of_year` (12), `day_of_week` (7, Monday first), `hour_of_day` (24, 00:00 first), in any unit. What is not
        given is even: months follow their days.
    kind_of_day : callable
        Day → weekday (Monday = 1) that it behaves like.

    Returns
    -------
    ndarray, shape (8760,) or (8784,)
        Sums to 1 within 1e-12; hour 0 is 00:00 local time on 1 January.

    Raises
    ------
    GridError
        If weights are unknown, of wrong length, negative or all 0, or a month with mass has only days of weight 0.

    """
    given = _fractions(weights or {})
    days = days_of_year(inventory_year)
    month_of_day = np.array([day.month - 1 for day in days])
    weekday = given.get("day_of_week", np.full(7, 1 / 7))
    weight_of_day = weekday[[kind_of_day(day) - 1 for day in days]]
    weight_of_month = np.bincount(month_of_day, weights=weight_of_day, minlength=12).astype(np.float64)
    month = given.get("month_of_year", np.bincount(month_of_day, minlength=12) / len(days))
    _require_days(month, weight_of_month)
    by_day = month[month_of_day] * weight_of_day / np.where(weight_of_month > 0, weight_of_month, 1.0)[month_of_day]
    by_hour = np.outer(by_day, given.get("hour_of_day", np.full(24, 1 / 24))).ravel()
    return renormalise(by_hour).fractions


def spread_over_hours(annual_t: float, fractions: ArrayLike) -> NDArray[np.float64]:
    """Return the mass of each hour [t] = annual mass × fraction; the hours sum to the annual mass within 1e-12 of it.

    Parameters
    ----------
    annual_t : float
        Mass of the year [t].
    fractions : array-like, shape (hours of the year,)
        Sum to 1.

    Raises
    ------
    GridError
        If the fractions do not sum to 1 within 1e-12.

    """
    shares = np.asarray(fractions, dtype=np.float64)
    total = exact_sum(shares)
    if not abs(total - 1.0) <= 1e-12:
        raise GridError(problem("TY6211", f"Σ = {total:.15g}"))
    return annual_t * shares


def hourly_emission(
    annual_t: float,
    *,
    inventory_year: int,
    weights: Mapping[str, ArrayLike] | None = None,
    kind_of_day: Callable[[date], int] = DEFAULT_KIND_OF_DAY,
) -> NDArray[np.float64]:
    """Return the mass of each local hour of a year [t]; see hourly_fractions_of_weights and spread_over_hours."""
    fractions = hourly_fractions_of_weights(inventory_year, weights, kind_of_day=kind_of_day)
    return spread_over_hours(annual_t, fractions)


def _fractions(weights: Mapping[str, ArrayLike]) -> dict[str, NDArray[np.float64]]:
    """Return given weights as fractions, of known names and lengths."""
    problems = [
        problem("TY6212", name, wanted=_LENGTHS.get(name, "12, 7, 24"))
        for name, values in weights.items()
        if np.shape(values) != (_LENGTHS.get(name, -1),)
    ]
    if problems:
        raise GridError(*problems)
    return {name: renormalise(values).fractions for name, values in weights.items()}


def _require_days(month: NDArray[np.float64], weight_of_month: NDArray[np.float64]) -> None:
    """Refuse a month whose mass has no day to fall on."""
    lost = np.flatnonzero((month > 0) & (weight_of_month == 0))
    if lost.size:
        raise GridError(*(problem("TY6213", f"month {number + 1}") for number in lost))
