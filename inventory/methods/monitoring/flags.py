"""Signs that hours of a monitor do not show the stack: missing, a flat line, values kept just below the limit."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

OK, MISSING, FLAT_LINE, AT_LIMIT = "ok", "missing", "flat_line", "at_limit"

FLAT_HOURS = 6
"""Equal hours in a row that make a flat line (threshold of design, rule QA14)."""

LOAD_CHANGE = 0.05
"""Relative change of load that must move the concentration too (threshold of design, rule QA14)."""

LIMIT_BAND = 0.05
LIMIT_RATIO = 5.0
"""Width of the bands beside the limit, and the ratio of their hours that is suspect (design, rule QA16)."""


def is_flat_line(
    concentration: ArrayLike, *, load: ArrayLike, resolution: float, hours: int = FLAT_HOURS
) -> NDArray[np.bool_]:
    """Return the hours of runs of `hours` or more equal values at the instrument's resolution while the load moves.

    Parameters
    ----------
    concentration, load : array-like, shape (n,)
        In the order of time; nan where missing, which ends a run.
    resolution : float
        Smallest step that the instrument shows, in the unit of the concentration.

    """
    values = np.asarray(concentration, dtype=np.float64)
    loads = np.asarray(load, dtype=np.float64)
    steps = np.round(values / resolution)
    ends = np.flatnonzero(steps[1:] != steps[:-1]) + 1
    flat = np.zeros(values.shape, dtype=np.bool_)
    for run in np.split(np.arange(values.size), ends):
        if run.size >= hours and np.isfinite(values[run]).all() and _moves(loads[run]):
            flat[run] = True
    return flat


def limit_clustering(concentration: ArrayLike, *, limit: float, band: float = LIMIT_BAND) -> float:
    """Return the hours in [(1 − band) × limit, limit] per hour in (limit, (1 + band) × limit].

    Infinite where hours lie below the limit and none above, nan where neither has any.
    """
    values = np.asarray(concentration, dtype=np.float64)
    below = np.count_nonzero((values >= (1.0 - band) * limit) & (values <= limit))
    above = np.count_nonzero((values > limit) & (values <= (1.0 + band) * limit))
    if above == 0:
        return np.inf if below else np.nan
    return below / above


def flag_hours(concentration: ArrayLike, *, load: ArrayLike, limit: float, resolution: float) -> NDArray[np.str_]:
    """Return a flag for every hour: missing, flat_line, at_limit or ok, the first that holds.

    `at_limit` is set for hours in the band below the limit where that band holds more than five times the hours of the
    band above it, and at least as many as make a flat line: a few hours prove nothing.

    Parameters
    ----------
    concentration, load : array-like, shape (n,)
        In the order of time; nan where missing.
    limit : float
        Emission limit, in the unit of the concentration.

    """
    values = np.asarray(concentration, dtype=np.float64)
    in_band = (values >= (1.0 - LIMIT_BAND) * limit) & (values <= limit)
    clusters = np.count_nonzero(in_band) >= FLAT_HOURS and limit_clustering(values, limit=limit) > LIMIT_RATIO
    conditions = [
        ~np.isfinite(values),
        is_flat_line(values, load=load, resolution=resolution),
        in_band & clusters,
    ]
    return np.select(conditions, [MISSING, FLAT_LINE, AT_LIMIT], default=OK)


def _moves(load: NDArray[np.float64]) -> bool:
    """Return whether a load varies by more than the threshold of its mean."""
    known = load[np.isfinite(load)]
    return known.size > 1 and float(np.ptp(known)) > LOAD_CHANGE * abs(float(np.mean(known)))
