"""Weights sum to 1, and a year's mass falls on its hours without loss."""

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grids.profiles.calendar import hourly_fractions, kind_of_day
from grids.profiles.normalisation import (
    hourly_emission,
    hourly_fractions_of_weights,
    renormalise,
    spread_over_hours,
)
from grids.profiles.temporal import temporal_profiles
from inventory.errors import GridError


def test_printed_week_of_0_143_sums_to_1_001():
    found = renormalise([0.143] * 7)
    assert found.raw_sum == pytest.approx(1.001, abs=1e-15)
    assert found.fractions == pytest.approx([1 / 7] * 7, rel=1e-12)


@pytest.mark.parametrize("weights", [[], [0.0, 0.0], [1.0, -0.1], [1.0, math.nan], [math.inf, 1.0]])
def test_weights_that_are_no_shares_are_refused(weights):
    with pytest.raises(GridError, match="TY6210"):
        renormalise(weights)


@pytest.mark.parametrize(("inventory_year", "hours"), [(2021, 8760), (2024, 8784), (2000, 8784), (2100, 8760)])
def test_hours_of_common_and_leap_years(inventory_year, hours):
    found = hourly_fractions_of_weights(inventory_year)
    assert found.shape == (hours,)
    assert found == pytest.approx(np.full(hours, 1 / hours), rel=1e-12)


def test_months_keep_their_shares_in_a_leap_year():
    months = np.arange(1.0, 13.0)
    found = hourly_fractions_of_weights(2024, {"month_of_year": months, "day_of_week": [1, 1, 1, 1, 1, 2, 3]})
    february = found[31 * 24 : (31 + 29) * 24]
    assert february.sum() == pytest.approx(2 / 78, rel=1e-12)


def test_days_of_a_week_and_hours_of_a_day_share_by_their_weights():
    found = hourly_fractions_of_weights(
        2024, {"day_of_week": [1, 1, 1, 1, 1, 1, 3], "hour_of_day": [0] * 12 + [1] * 12}
    )
    days = found.reshape(366, 24)
    monday, sunday = days[0], days[6]  # 1 January 2024 was a Monday
    assert date(2024, 1, 1).isoweekday() == 1
    assert sunday.sum() == pytest.approx(3 * monday.sum(), rel=1e-12)
    assert monday[:12].tolist() == [0.0] * 12
    assert monday[12:] == pytest.approx([monday.sum() / 12] * 12, rel=1e-12)


def test_with_holidays_it_is_the_calendar_of_the_build():
    profiles, _ = temporal_profiles(("tcses-144-2024",), 2021)
    rows = profiles[profiles["temporal_profile_id"] == "tp_power"]
    weights = {kind: of_kind.sort_values("index")["fraction"].to_numpy() for kind, of_kind in rows.groupby("kind")}
    found = hourly_fractions_of_weights(2021, weights, kind_of_day=kind_of_day)
    assert found == pytest.approx(hourly_fractions(rows, 2021), rel=1e-12)


def test_a_month_with_mass_but_no_day_for_it_is_refused():
    only_in_june = lambda day: 1 if day.month == 6 else 2  # noqa: E731
    weights = {"day_of_week": [1, 0, 0, 0, 0, 0, 0]}
    with pytest.raises(GridError, match="TY6213"):
        hourly_fractions_of_weights(2024, weights, kind_of_day=only_in_june)
    june = [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    found = hourly_fractions_of_weights(2024, weights | {"month_of_year": june}, kind_of_day=only_in_june)
    assert np.count_nonzero(found) == 30 * 24


@pytest.mark.parametrize("weights", [{"day_of_week": [1.0] * 6}, {"weekly": [1.0] * 7}])
def test_unknown_weights_and_wrong_lengths_are_refused(weights):
    with pytest.raises(GridError, match="TY6212"):
        hourly_fractions_of_weights(2024, weights)


def test_fractions_that_do_not_sum_to_1_are_not_spread():
    with pytest.raises(GridError, match="TY6211"):
        spread_over_hours(1.0, [0.5, 0.499])


positive = st.floats(0.01, 100.0)


@settings(max_examples=40, deadline=None)
@given(
    year=st.integers(1990, 2060), annual_t=st.floats(1e-6, 1e9),
    months=st.lists(positive, min_size=12, max_size=12), days=st.lists(positive, min_size=7, max_size=7),
    hours=st.lists(positive, min_size=24, max_size=24),
)  # fmt: skip
def test_hours_sum_to_the_annual_mass(year, annual_t, months, days, hours):
    weights = {"month_of_year": months, "day_of_week": days, "hour_of_day": hours}
    found = hourly_emission(annual_t, inventory_year=year, weights=weights)
    assert math.fsum(found) == pytest.approx(annual_t, rel=1e-12)
    assert (found > 0).all()
