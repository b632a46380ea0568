"""Hours of the local year."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from grids.profiles.calendar import hourly_fractions, kind_of_day
from grids.profiles.temporal import temporal_profiles
from inventory.errors import GridError

PACKS = ("cn-provincial-2011", "tcses-144-2024", "ipcc-2006")


@pytest.mark.parametrize(("inventory_year", "hours"), [(2021, 8760), (2020, 8784)])
def test_the_hours_of_the_year_sum_to_one(inventory_year, hours):
    profiles, _ = temporal_profiles(PACKS, inventory_year)
    for _, rows in profiles.groupby("temporal_profile_id"):
        fraction = hourly_fractions(rows, inventory_year)
        assert fraction.shape == (hours,)
        assert fraction.sum() == pytest.approx(1.0, abs=1e-12)


def test_each_month_keeps_its_published_fraction():
    profiles, _ = temporal_profiles(PACKS, 2021)
    power = profiles[profiles["temporal_profile_id"] == "tp_power"]
    fraction = hourly_fractions(power, 2021)
    january = power[(power["kind"] == "month_of_year") & (power["index"] == 1)]["fraction"].iloc[0]
    assert fraction[: 31 * 24].sum() == pytest.approx(january, abs=1e-14)


def test_national_day_is_a_sunday_and_a_worked_saturday_a_monday():
    assert kind_of_day(date(2021, 10, 1)) == 7
    assert kind_of_day(date(2021, 10, 9)) == 1
    assert kind_of_day(date(2021, 10, 13)) == 3


def test_a_year_that_the_calendar_does_not_know_is_an_error():
    with pytest.raises(GridError, match="TY6202"):
        kind_of_day(date(2099, 1, 1))


def test_published_weeks_that_sum_to_1_001_are_made_to_sum_to_one():
    profiles, messages = temporal_profiles(PACKS, 2021)
    total = profiles.groupby(["temporal_profile_id", "kind"])["fraction"].sum()
    assert np.abs(total - 1).max() < 1e-15 * 24
    assert messages == ()


def test_a_profile_without_months_follows_their_days():
    profiles, _ = temporal_profiles(PACKS, 2021)
    flat = profiles[(profiles["temporal_profile_id"] == "tp_flat") & (profiles["kind"] == "month_of_year")]
    assert flat["fraction"].tolist()[:2] == pytest.approx([31 / 365, 28 / 365])
