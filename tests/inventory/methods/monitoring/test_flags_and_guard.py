"""Hours and factors that cannot be right."""

import numpy as np
import pytest

from inventory.errors import SchemaError
from inventory.methods.monitoring import factor_guard, flags

MOVING = np.array([100.0, 90.0, 80.0, 90.0, 100.0, 110.0, 100.0, 90.0])


def test_equal_values_under_a_moving_load_are_a_flat_line():
    values = [20.0, 12.34, 12.31, 12.29, 12.32, 12.30, 12.33, 21.0]  # six hours of 12.3 at a resolution of 0.1
    found = flags.is_flat_line(values, load=MOVING, resolution=0.1)
    assert found.tolist() == [False, *[True] * 6, False]


def test_five_equal_hours_or_a_steady_load_are_no_flat_line():
    five = [20.0, 12.3, 12.3, 12.3, 12.3, 12.3, 14.0, 21.0]
    assert not flags.is_flat_line(five, load=MOVING, resolution=0.1).any()
    assert not flags.is_flat_line(np.full(8, 12.3), load=np.full(8, 100.0), resolution=0.1).any()


def test_missing_hour_ends_a_run():
    values = np.full(8, 12.3)
    values[4] = np.nan
    assert not flags.is_flat_line(values, load=MOVING, resolution=0.1).any()


def test_clustering_is_the_ratio_of_the_bands_beside_the_limit():
    values = [33.3, 34.0, 34.9, 35.0, 35.1, 36.7, 40.0]  # [33.25, 35] holds four, (35, 36.75] two
    assert flags.limit_clustering(values, limit=35.0) == 2.0
    assert flags.limit_clustering([34.0], limit=35.0) == np.inf
    assert np.isnan(flags.limit_clustering([10.0], limit=35.0))


def test_hours_kept_just_below_the_limit_are_flagged():
    values = np.array([34.1, 34.2, 34.3, 34.4, 34.5, 34.6, np.nan, 20.0])
    found = flags.flag_hours(values, load=MOVING, limit=35.0, resolution=0.1)
    assert found.tolist() == ["at_limit"] * 6 + ["missing", "ok"]
    above = np.array([34.1, 34.2, 34.3, 34.4, 34.5, 34.6, 35.1, 35.2])  # 6 : 2 is no clustering
    assert set(flags.flag_hours(above, load=MOVING, limit=35.0, resolution=0.1)) == {"ok"}


def test_factor_a_hundred_times_too_large_is_refused_with_what_was_meant():
    verdict = factor_guard.check_against_neighbours(652.4, [16.8, 13.06, 9.32, 3.728])
    assert verdict.flag == "reject"
    assert verdict.corrected == pytest.approx(6.524)
    assert verdict.ratio == pytest.approx(652.4 / 11.19)


@pytest.mark.parametrize(
    ("value", "corrected"), [(33.0, 0.033), (0.0006, 0.06), (2.0, None), (0.006, None), (1.2e5, 0.12)]
)
def test_slip_is_found_in_both_directions(value, corrected):
    verdict = factor_guard.check_against_neighbours(value, [0.05, 0.1, 0.13])
    assert verdict.flag == ("accept" if corrected is None else "reject")
    assert verdict.corrected == (None if corrected is None else pytest.approx(corrected))


@pytest.mark.parametrize(("value", "neighbours"), [(0.0, [1.0]), (1.0, []), (1.0, [0.0, 1.0]), (np.nan, [1.0])])
def test_guard_needs_positive_values(value, neighbours):
    with pytest.raises(SchemaError, match="TY3166"):
        factor_guard.check_against_neighbours(value, neighbours)
