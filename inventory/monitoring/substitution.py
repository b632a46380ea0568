"""What stands for hours without valid data under HJ 75: the amount that a stack must report, not the best estimate.

Implemented from memory (confidence M); the text of the standard was not at hand.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from inventory.monitoring.hours import STANDSTILL, Floats, StackHours

SHORT_GAP_H = 24
HIGH_CAPTURE, LOW_CAPTURE = 0.90, 0.75
HOURS_BEFORE = {"short": 180, "long": 720, "low_capture": 2160}
"""Valid hours before a gap whose highest emission stands for each hour of it, HJ 75-2017 tables 4 and 5."""

Edition = Literal["2017", "2007"]


def substitute_gaps(mass_t: Floats, hours: StackHours, *, capture: Floats, edition: Edition = "2017") -> Floats:
    """Return hourly emissions with gaps filled; nan where the standard gives nothing.

    A gap is a run of hours that are neither valid nor standstill; α is the capture of the quarter in which it begins.
    HJ 75-2017: α ≥ 90 %: the highest hourly emission of the 180 valid hours before a gap of at most 24 h, of the
    720 before a longer one; 75 % ≤ α < 90 %: of the 2160 before; α < 75 %: nothing. HJ/T 75-2007 fills a gap of at
    most 24 h with the mean of the hour before and the hour after it, a longer one in the same way as above.

    Parameters
    ----------
    mass_t : ndarray, shape (stacks, hours)
        nan where not valid, 0 in standstill.
    capture : ndarray, shape (stacks, hours)
        Capture of the quarter of each hour.

    References
    ----------
    HJ 75-2017, section 12.2, tables 4 and 5; HJ/T 75-2007, section 12.3 (both from memory, M).

    """
    filled = mass_t.ravel().copy()
    is_gap = ~np.isfinite(filled)
    begins = is_gap & ~_shifted(is_gap.reshape(mass_t.shape))
    starts = np.flatnonzero(begins)
    if len(starts) == 0:
        return filled.reshape(mass_t.shape)
    run = np.cumsum(begins) - 1
    lengths = np.bincount(run[is_gap], minlength=len(starts))
    values = _highest_before(mass_t, hours, starts, lengths=lengths, capture=capture.ravel()[starts])
    if edition == "2007":
        mean = _mean_beside(mass_t, starts, lengths)
        values = np.where((lengths <= SHORT_GAP_H) & np.isfinite(mean), mean, values)
    filled[is_gap] = values[run[is_gap]]
    return filled.reshape(mass_t.shape)


def _shifted(is_gap: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return whether the hour before is a gap, in one row of all stacks; none before the first hour."""
    before = np.zeros_like(is_gap)
    before[:, 1:] = is_gap[:, :-1]
    return before.reshape(-1)


def _highest_before(
    mass_t: Floats,
    hours: StackHours,
    starts: NDArray[np.int64],
    *,
    lengths: NDArray[np.int64],
    capture: Floats,
) -> Floats:
    """Return the highest hourly emission of the valid hours before each gap; nan without any or below 75 %."""
    is_running = (np.isfinite(mass_t) & (hours.validity != STANDSTILL)).ravel()
    valid = np.append(mass_t.ravel()[is_running], -np.inf)
    before = np.concatenate([[0], np.cumsum(is_running)])
    stack_begin = before[starts // mass_t.shape[1] * mass_t.shape[1]]
    until = before[starts]
    reach = np.where(lengths <= SHORT_GAP_H, HOURS_BEFORE["short"], HOURS_BEFORE["long"])
    reach = np.where(capture < HIGH_CAPTURE, HOURS_BEFORE["low_capture"], reach)
    since = np.maximum(until - reach, stack_begin)
    windows = np.column_stack([since, until]).ravel()
    highest = np.maximum.reduceat(valid, windows)[::2]
    return np.where((until > since) & (capture >= LOW_CAPTURE), highest, np.nan)


def _mean_beside(
    mass_t: Floats,
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
) -> Floats:
    """Return the mean of the hours beside each gap; nan at the ends of the series."""
    flat, width = mass_t.ravel(), mass_t.shape[1]
    first, after = starts % width, starts + lengths
    left = np.where(first > 0, flat[np.maximum(starts - 1, 0)], np.nan)
    right = np.where(first + lengths < width, flat[np.minimum(after, flat.size - 1)], np.nan)
    return (left + right) / 2.0
