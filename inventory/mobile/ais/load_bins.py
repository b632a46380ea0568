"""Bins of main-engine load, and the one load that stands for a bin.

Fuel use and low-load corrections depend on the load, so work is kept by bins. Up to a load of 0.2 the bins are
geometric and stand for the power mean of order −1.5 of their loads, weighted by work: exact for NOx, hydrocarbons and
particles, whose correction is a·L^−1.5 + b; CO (L^−1) and fuel use are then within BOUND. Above, the weighted mean.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from inventory.methods.mobile.ship_factors import LOW_LOAD_UP_TO, LOWEST_LOAD

Real = NDArray[np.float64]
Whole = NDArray[np.int64]

_LOW_BINS, _HIGH_BINS = 16, 8
_RATIO = (LOW_LOAD_UP_TO / LOWEST_LOAD) ** (1 / _LOW_BINS)
_ORDER = -1.5

ANY_LOAD = 1 + _LOW_BINS + _HIGH_BINS
"""Bin of engines whose factors do not depend on the load; it stands for a load of 1."""

N_BINS = ANY_LOAD + 1

BOUND = 0.002
"""Relative error at most of an emission by bins against interval by interval.

A bin [L, 1.155 L] has a variation coefficient of 0.072 at most (all work at its two ends): CO 0.25 × 0.072² = 0.13 %,
fuel use 0.06 %, both in a product (particles by sulphur) 0.2 %; above 0.2 a bin of 0.1: 0.455 × 0.1² / 4 = 0.11 %.
"""


def load_bin(load: Real) -> Whole:
    """Return the bin of each load: 0 for the lowest load, which engines are held at, then by size."""
    low = 1 + np.clip(np.floor(np.log(np.maximum(load, LOWEST_LOAD) / LOWEST_LOAD) / np.log(_RATIO)), 0, _LOW_BINS - 1)
    high = 1 + _LOW_BINS + np.clip(np.floor((load - LOW_LOAD_UP_TO) / (0.8 / _HIGH_BINS)), 0, _HIGH_BINS - 1)
    found = np.where(load <= LOWEST_LOAD, 0, np.where(load <= LOW_LOAD_UP_TO, low, high))
    whole: Whole = found.astype(np.int64)
    return whole


def bin_label(number: int) -> str:
    """Return the bounds of a bin as text."""
    if number == ANY_LOAD:
        return "L*"
    if number == 0:
        return f"L{LOWEST_LOAD:g}"
    if number <= _LOW_BINS:
        return f"L{LOWEST_LOAD * _RATIO ** (number - 1):.4f}"
    return f"L{LOW_LOAD_UP_TO + (number - 1 - _LOW_BINS) * 0.8 / _HIGH_BINS:.1f}"


def moment(load: Real, bins: Whole) -> Real:
    """Return what is averaged over a bin: L^−1.5 in the low bins, else L."""
    return np.where(_is_low(bins), load**_ORDER, load)


def representative_load(mean_moment: Real, bins: Whole) -> Real:
    """Return the load that stands for a bin, of the mean of `moment` weighted by work."""
    return np.where(_is_low(bins), mean_moment ** (1 / _ORDER), mean_moment)


def _is_low(bins: Whole) -> NDArray[np.bool_]:
    """Return which bins are geometric."""
    return (bins >= 1) & (bins <= _LOW_BINS)
