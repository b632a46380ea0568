"""Emission of hours and days of a continuously monitored stack."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from inventory.activity_record import Amount
from inventory.errors import SchemaError, problem
from inventory.exact_sum import exact_sum

HOURS_OF_DAY = 24
VALID_HOURS_OF_DAY = 18
"""Hours that must be valid for a day to stand for itself, T/CSES 144-2024 section 7.3.1."""

VALID_DAY = "valid_day"
FALLBACK = "fallback_same_quarter_weekday"
"""Status of a day with too few valid hours: the mean of the same quarter and weekday stands for it."""

_MG_TO_T = 1e-9


@dataclass(frozen=True)
class DayEmission:
    """Emission of a day [t], nan where its status is a fallback, and the hours that were valid."""

    emission_t: float
    status: str
    valid_hours: int


def emission_of_hour(concentration_mg_per_m3: Amount, *, flow_m3_per_h: Amount, hours: Amount = 1.0) -> Amount:
    """Return emission [t] = C [mg/m3] × Q [m3/h] × hours × 10^-9.

    Equations (1) and (7) print 10^-6, which gives kilograms: 1 t is 10^9 mg. C and Q hold for the same state of the
    gas (dry, 0 °C, 101.325 kPa).

    References
    ----------
    T/CSES 144-2024, equation (1), with the exponent that its units ask for.

    """
    return concentration_mg_per_m3 * flow_m3_per_h * hours * _MG_TO_T


def emission_of_hours(concentration_mg_per_m3: ArrayLike, *, flow_m3_per_h: ArrayLike) -> float:
    """Return the emission of valid hours [t] = Σ C [mg/m3] × Q [m3/h] × 10^-9; hours that are not valid are left out.

    Parameters
    ----------
    concentration_mg_per_m3, flow_m3_per_h : array-like, shape (n,)
        nan where the hour is not valid.

    References
    ----------
    T/CSES 144-2024, equation (1), with the exponent that its units ask for.

    """
    loads = _hourly_t(concentration_mg_per_m3, flow_m3_per_h)
    return exact_sum(loads[np.isfinite(loads)])


def day_status(valid_hours: int) -> str:
    """Return whether a day stands for itself (18 valid hours or more) or is replaced.

    References
    ----------
    T/CSES 144-2024, section 7.3.1.

    """
    return VALID_DAY if valid_hours >= VALID_HOURS_OF_DAY else FALLBACK


def emission_of_day(concentration_mg_per_m3: ArrayLike, *, flow_m3_per_h: ArrayLike) -> DayEmission:
    """Return emission of a day [t] = 24 / n × Σ C × Q × 10^-9 over its n valid hours, if n ≥ 18.

    An hour in which the plant stands still is valid and has flow 0. A day with n < 18 has no emission of its own.

    Parameters
    ----------
    concentration_mg_per_m3, flow_m3_per_h : array-like, shape (n,), n <= 24
        Hours of one day; nan where the hour is not valid, missing hours may be left out.

    Raises
    ------
    SchemaError
        If there are more than 24 hours.

    References
    ----------
    T/CSES 144-2024, equation (7) and section 7.3.1.

    """
    loads = _hourly_t(concentration_mg_per_m3, flow_m3_per_h)
    if loads.size > HOURS_OF_DAY:
        raise SchemaError(problem("TY3161", f"{loads.size} h"))
    valid = loads[np.isfinite(loads)]
    status = day_status(valid.size)
    emission_t = exact_sum(valid) * HOURS_OF_DAY / valid.size if status == VALID_DAY else np.nan
    return DayEmission(float(emission_t), status, valid.size)


def _hourly_t(concentration_mg_per_m3: ArrayLike, flow_m3_per_h: ArrayLike) -> NDArray[np.float64]:
    """Return the emission of every hour [t]; nan where concentration or flow is missing or negative."""
    concentration, flow = np.broadcast_arrays(
        np.atleast_1d(np.asarray(concentration_mg_per_m3, dtype=np.float64)),
        np.atleast_1d(np.asarray(flow_m3_per_h, dtype=np.float64)),
    )
    valid = (concentration >= 0.0) & (flow >= 0.0)
    loads = np.full(concentration.shape, np.nan)
    loads[valid] = concentration[valid] * flow[valid] * _MG_TO_T
    return loads
