"""From hours to years for many stacks: the day rule, days that stand for others, capture, what makes a year valid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inventory.exact_sum import exact_group_sum
from inventory.methods.monitoring.hours import HOURS_OF_DAY, VALID_HOURS_OF_DAY
from inventory.methods.monitoring.priority import VALID_CAPTURE
from inventory.monitoring.clock import Clock
from inventory.monitoring.hours import STANDSTILL, Bools, Floats, HourMass, StackHours
from inventory.monitoring.substitution import Edition, substitute_gaps

Counts = NDArray[np.int64]

_KINDS = 4 * 7
"""Quarter × weekday."""


@dataclass(frozen=True)
class StackYears:
    """Years of one species, arrays of shape (stacks, years) unless said otherwise.

    Attributes
    ----------
    measured_t : ndarray
        Σ days [t], filled days included; nan where a day has nothing to stand for it.
    hj75_t : ndarray
        Σ hours [t] with the substitutes of HJ 75; nan where the standard gives none.
    day_t, day_is_filled : ndarray, shape (stacks, days)
        Emission of days [t] and whether another day's mean stands for it.
    operating_h, valid_h : ndarray
        Hours without those of standstill; of these, the ones that are valid and not flagged.
    quarter_capture : ndarray, shape (stacks, years, 4)
        valid_h / operating_h of the quarter; nan where the stack never ran.
    valid_t : ndarray
        Σ valid hours [t], nothing substituted.
    flat_h, at_limit_h, back_corrected_h, negative_h, without_oxygen_h : ndarray
        Flagged hours.

    """

    measured_t: Floats
    hj75_t: Floats
    day_t: Floats
    day_is_filled: Bools
    operating_h: Counts
    valid_h: Counts
    quarter_capture: Floats
    valid_t: Floats
    flat_h: Counts
    at_limit_h: Counts
    back_corrected_h: Counts
    negative_h: Counts
    without_oxygen_h: Counts

    @property
    def has_capture(self) -> Bools:
        """Whether 75 % are valid in every quarter in which the stack ran, and it ran at all."""
        fails = self.quarter_capture < VALID_CAPTURE
        return ~fails.any(axis=2) & (self.operating_h > 0)

    @property
    def is_valid(self) -> Bools:
        """Whether a year may stand in place of a factor: capture, and every day has a number."""
        return self.has_capture & np.isfinite(self.measured_t)

    @property
    def substituted_share(self) -> Floats:
        """Part of the annual emission that no valid hour shows [1]; 0 where nothing was emitted."""
        with np.errstate(divide="ignore", invalid="ignore"):
            share = (self.measured_t - self.valid_t) / self.measured_t
        return np.where(self.measured_t == 0.0, 0.0, share)


def stack_years(mass: HourMass, hours: StackHours, clock: Clock, *, edition: Edition = "2017") -> StackYears:
    """Return the years of one species of many stacks.

    Day: 24 / n × Σ of its n valid hours (standstill is valid, with 0) where n ≥ 18; else the mean of the valid days of
    the same quarter and weekday. Year: Σ days.

    References
    ----------
    T/CSES 144-2024, equation (7), sections 7.2.1.1 (75 % capture) and 7.3.1 (days).

    """
    shape = (len(mass.mass_t), clock.years)
    day_sum_t, day_valid = _days(mass.mass_t)
    scaled_t = day_sum_t * HOURS_OF_DAY / np.maximum(day_valid, 1)
    day_t = np.where(day_valid >= VALID_HOURS_OF_DAY, scaled_t, np.nan)
    day_is_filled = ~np.isfinite(day_t)
    day_t = _filled(day_t, clock)
    is_operating = hours.validity != STANDSTILL
    is_counted = is_operating & np.isfinite(mass.mass_t) & ~mass.is_at_limit
    operating = _by_quarter(is_operating, clock)
    valid = _by_quarter(is_counted, clock)
    with np.errstate(invalid="ignore"):
        capture = valid / np.where(operating > 0, operating, np.nan)
    of_hour = np.repeat(capture, np.diff(np.append(clock.quarter_starts, clock.hours)), axis=1)
    hj75_t, _ = _days(substitute_gaps(mass.mass_t, hours, capture=of_hour, edition=edition), is_whole=True)
    return StackYears(
        _year_sums(day_t, clock), _year_sums(hj75_t, clock), day_t, day_is_filled, _by_year(operating, shape),
        _by_year(valid, shape), capture.reshape(*shape, 4), _year_sums(day_sum_t, clock),
        *(
            _by_year(_by_quarter(flagged, clock), shape)
            for flagged in (
                mass.is_flat, mass.is_at_limit, mass.is_back_corrected, mass.is_negative, mass.lacks_oxygen
            )
        ),
    )  # fmt: skip


def _days(mass_t: Floats, *, is_whole: bool = False) -> tuple[Floats, Counts]:
    """Return sums of days [t] and their hours with a number; nan where one is missing if `is_whole`.

    The 24 hours are added one after the other, so that the sum has the same bits on every machine.
    """
    slots = mass_t.reshape(len(mass_t), -1, HOURS_OF_DAY)
    has_number = np.isfinite(slots)
    terms = slots if is_whole else np.where(has_number, slots, 0.0)
    total = terms[:, :, 0].copy()
    for hour in range(1, HOURS_OF_DAY):
        total += terms[:, :, hour]
    return total, has_number.sum(axis=2)


def _filled(day_t: Floats, clock: Clock) -> Floats:
    """Return days [t] where the mean of the valid ones of the same quarter and weekday stands for the others."""
    kind = (clock.day_quarter % 4) * 7 + clock.day_weekday + clock.day_year * _KINDS
    kinds = _KINDS * clock.years
    group = np.arange(len(day_t))[:, np.newaxis] * kinds + kind
    known = np.isfinite(day_t)
    sums = exact_group_sum(day_t[known], group[known], kinds * len(day_t))
    counts = np.bincount(group[known], minlength=kinds * len(day_t))
    means = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return np.where(known, day_t, means[group])


def _year_sums(day_t: Floats, clock: Clock) -> Floats:
    """Return sums of years [t], shape (stacks, years); nan where a day has no number."""
    group = np.arange(len(day_t))[:, np.newaxis] * clock.years + clock.day_year
    known = np.isfinite(day_t)
    count = len(day_t) * clock.years
    sums = exact_group_sum(np.where(known, day_t, 0.0).ravel(), group.ravel(), count)
    lacking = np.bincount(group[~known], minlength=count)
    return np.where(lacking > 0, np.nan, sums).reshape(len(day_t), clock.years)


def _by_quarter(is_hour: Bools, clock: Clock) -> Counts:
    """Return how many hours hold, shape (stacks, quarters)."""
    found: Counts = np.add.reduceat(is_hour, clock.quarter_starts, axis=1, dtype=np.int64)
    return found


def _by_year(quarters: Counts, shape: tuple[int, int]) -> Counts:
    """Return counts of years, shape (stacks, years)."""
    found: Counts = quarters.reshape(*shape, 4).sum(axis=2)
    return found
