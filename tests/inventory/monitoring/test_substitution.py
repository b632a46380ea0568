"""Gaps are filled as HJ 75 asks: by the run's length and the capture of the quarter, from the valid hours before."""

from __future__ import annotations

import numpy as np
import pytest

from inventory.monitoring.hours import INVALID, STANDSTILL, VALID, StackHours
from inventory.monitoring.substitution import substitute_gaps


def fill(mass, *, capture, standstill=(), edition="2017"):
    """Return the filled hours of one stack."""
    mass_t = np.atleast_2d(np.array(mass, dtype=float))
    validity = np.where(np.isfinite(mass_t), VALID, INVALID).astype(np.int8)
    for hour in standstill:
        validity[0, hour], mass_t[0, hour] = STANDSTILL, 0.0
    nothing = np.full(mass_t.shape, np.nan)
    hours = StackHours(validity, nothing, nothing, nothing, nothing, {}, {})
    return substitute_gaps(mass_t, hours, capture=np.full(mass_t.shape, capture), edition=edition)[0]


def test_a_short_gap_takes_the_highest_of_180_valid_hours():
    # the 9 lies 181 valid hours before the gap, the 5 within 180
    mass = np.ones(300)
    mass[200 - 181], mass[190], mass[200:224] = 9.0, 5.0, np.nan
    assert fill(mass, capture=0.95)[200:224].tolist() == [5.0] * 24
    mass[200 - 180] = 7.0
    assert fill(mass, capture=0.95)[200] == 7.0


def test_a_gap_of_more_than_a_day_looks_720_hours_back():
    mass = np.ones(1000)
    mass[850 - 720], mass[850:875] = 9.0, np.nan
    assert fill(mass, capture=0.95)[850:875].tolist() == [9.0] * 25
    assert fill(np.where(np.arange(1000) == 130, 1.0, mass), capture=0.95)[850] == 1.0


def test_a_low_capture_looks_2160_hours_back_and_below_75_per_cent_nothing_is_given():
    mass = np.ones(2400)
    mass[2300 - 2160], mass[2300] = 9.0, np.nan
    assert fill(mass, capture=0.8)[2300] == 9.0
    assert np.isnan(fill(mass, capture=0.74)[2300])
    assert fill(mass, capture=0.9)[2300] == 1.0


def test_standstill_is_no_gap_and_no_hour_to_look_back_to():
    mass = [4.0, 2.0, 0.0, np.nan, 3.0]
    assert fill(mass, capture=0.95, standstill=[2]).tolist() == [4.0, 2.0, 0.0, 4.0, 3.0]


def test_a_gap_without_any_hour_before_it_stays_open():
    assert np.isnan(fill([np.nan, np.nan, 1.0], capture=0.95)[:2]).all()


def test_stacks_do_not_fill_each_other():
    mass = np.array([[8.0, 8.0, np.nan], [np.nan, 2.0, np.nan]])
    validity = np.where(np.isfinite(mass), VALID, INVALID).astype(np.int8)
    nothing = np.full(mass.shape, np.nan)
    hours = StackHours(validity, nothing, nothing, nothing, nothing, {}, {})
    found = substitute_gaps(mass, hours, capture=np.full(mass.shape, 0.95))
    assert found[0].tolist() == [8.0, 8.0, 8.0]
    assert np.isnan(found[1, 0])
    assert found[1, 2] == 2.0


@pytest.mark.parametrize(("length", "expected"), [(24, (2 + 4) / 2), (25, 9.0)])
def test_the_edition_of_2007_fills_a_day_with_the_mean_of_the_hours_beside_it(length, expected):
    mass = [9.0, 2.0, *[np.nan] * length, 4.0]
    assert fill(mass, capture=0.95, edition="2007")[2] == expected
