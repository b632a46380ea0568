"""Years of many stacks are those of one stack; a year below 75 % capture in a quarter is not valid, and says so."""

from __future__ import annotations

import numpy as np
import pytest

from inventory.methods.monitoring.hours import emission_of_day
from inventory.methods.monitoring.year import emission_of_year
from inventory.monitoring.clock import local_clock, local_year
from inventory.monitoring.hours import INVALID, STANDSTILL, VALID, StackHours, hour_mass
from inventory.monitoring.verdict import verdict
from inventory.monitoring.years import stack_years

CLOCK = local_clock(2021, 2021)


def years_of(validity, concentration, flow, clock=CLOCK):
    """Return the years of stacks."""
    nothing = np.full(validity.shape, np.nan)
    hours = StackHours(validity.astype(np.int8), flow, nothing, nothing, nothing, {"SO2": concentration}, {})
    return stack_years(hour_mass(hours, "SO2"), hours, clock)


def steady(stacks=1, clock=CLOCK):
    """Return valid hours of 50 mg/m3 in 1 000 000 m3/h: 0.05 t/h; alternating so that no line is flat."""
    shape = (stacks, clock.hours)
    concentration = np.full(shape, 50.0)
    concentration[:, ::2], concentration[:, 1::2] = 49.0, 51.0
    return np.full(shape, VALID), concentration, np.full(shape, 1e6)


def test_the_clock_knows_quarters_and_weekdays():
    clock = local_clock(2020, 2021)
    assert len(clock.days) == 366 + 365
    assert clock.quarter_starts.tolist()[:5] == [0, 91 * 24, 182 * 24, 274 * 24, 366 * 24]
    assert clock.day_weekday[0] == 2  # 1 January 2020 was a Wednesday
    assert (local_year(clock.first_hour), local_year(clock.first_hour - 1)) == (2020, 2019)


def test_a_steady_year_is_8760_times_its_hour():
    found = years_of(*steady())
    assert found.measured_t[0, 0] == pytest.approx(8760 * 0.05, rel=1e-12)
    assert found.hj75_t[0, 0] == pytest.approx(8760 * 0.05, rel=1e-12)
    assert found.is_valid[0, 0]
    assert verdict(found, (0, 0), contradicted_h=0).flags == ""


def test_days_and_years_are_those_of_the_formulas_for_one_stack():
    rng = np.random.default_rng(5)
    validity, _, flow = steady(stacks=3)
    concentration = rng.gamma(9, 5, validity.shape)
    validity[rng.random(validity.shape) < 0.22] = INVALID
    validity[1, 2000:2500] = STANDSTILL
    found = years_of(validity, concentration, flow)
    for stack in range(3):
        shown = np.where(validity[stack] == VALID, concentration[stack], np.nan)
        shown[validity[stack] == STANDSTILL] = 0.0
        days = [emission_of_day(shown[day : day + 24], flow_m3_per_h=1e6).emission_t for day in range(0, 8760, 24)]
        expected = emission_of_year(CLOCK.days, emission_t=days)
        assert found.day_t[stack] == pytest.approx(expected.days_t, rel=1e-12)
        assert found.day_is_filled[stack].tolist() == expected.is_filled.tolist()
        assert found.measured_t[stack, 0] == pytest.approx(expected.emission_t, rel=1e-12)
        assert 0 < expected.is_filled.sum() < 300


def test_a_day_with_18_hours_is_scaled_and_one_with_17_takes_the_mean_of_its_kind():
    validity, concentration, flow = steady()
    concentration[0, :24] = np.arange(24) + 100.0
    validity[0, 18:24] = INVALID
    validity[0, 24 + 17 : 48] = INVALID
    found = years_of(validity, concentration, flow)
    # hours 100 … 117 mg/m3: mean 108.5; 24 h × 1e6 m3/h
    assert found.day_t[0, 0] == pytest.approx(24 * 108.5e-3, rel=1e-12)
    # the other Saturdays of the quarter are steady
    assert found.day_t[0, 1] == pytest.approx(24 * 0.05, rel=1e-12)
    assert found.day_is_filled[0].tolist() == [False, True] + [False] * 363
    assert found.substituted_share[0, 0] == pytest.approx(
        1 - (8760 - 48 + 17) * 0.05 / found.measured_t[0, 0] - 18 * 0.1085 / found.measured_t[0, 0], abs=2e-5
    )


def test_capture_counts_hours_of_operation_by_quarter():
    validity, concentration, flow = steady()
    second = 90 * 24
    validity[0, second : second + 1000] = STANDSTILL
    # of the second quarter 2184 − 1000 = 1184 h of operation remain; 296 of them are a quarter
    validity[0, second + 1000 : second + 1296] = INVALID
    found = years_of(validity, concentration, flow)
    assert found.quarter_capture[0, 0, 1] == 0.75
    assert found.is_valid[0, 0]
    validity[0, second + 1296] = INVALID
    below = years_of(validity, concentration, flow)
    assert not below.is_valid[0, 0]
    said = verdict(below, (0, 0), contradicted_h=3)
    assert "Q2 74.9%" in said.reason_zh
    assert "contradicted_standstill_h=3" in said.flags


def test_a_quarter_of_standstill_does_not_make_a_year_invalid_but_a_year_of_it_shows_nothing():
    validity, concentration, flow = steady(stacks=2)
    validity[0, : 90 * 24], validity[1] = STANDSTILL, STANDSTILL
    found = years_of(validity, concentration, flow)
    assert found.is_valid[:, 0].tolist() == [True, False]
    assert found.measured_t[0, 0] == pytest.approx((365 - 90) * 24 * 0.05, rel=1e-12)
    assert verdict(found, (1, 0), contradicted_h=0).reason_en.startswith("the stack stood still")


def test_a_year_of_which_a_quarter_was_not_delivered_is_not_valid():
    validity, concentration, flow = steady()
    validity[0, -92 * 24 :] = INVALID
    found = years_of(validity, concentration, flow)
    assert not found.is_valid[0, 0]
    assert np.isnan(found.measured_t[0, 0])


def test_years_of_a_series_do_not_touch_each_other():
    clock = local_clock(2020, 2021)
    validity, concentration, flow = steady(clock=clock)
    concentration[0, 366 * 24 :] *= 2
    validity[0, 24:48] = INVALID
    found = years_of(validity, concentration, flow, clock)
    assert found.measured_t[0] == pytest.approx([366 * 24 * 0.05, 365 * 24 * 0.1], rel=1e-12)
    assert found.valid_h[0].tolist() == [8784 - 24, 8760]


def test_the_order_of_stacks_changes_no_bit():
    rng = np.random.default_rng(8)
    validity, _, flow = steady(stacks=4)
    concentration = rng.gamma(9, 5, validity.shape)
    validity[rng.random(validity.shape) < 0.1] = INVALID
    found = years_of(validity, concentration, flow)
    turned = years_of(validity[::-1], concentration[::-1], flow)
    assert turned.measured_t[::-1].tolist() == found.measured_t.tolist()


def test_negative_hours_are_counted():
    validity, concentration, flow = steady()
    concentration[0, :5], flow[0, 5:7] = -1.0, -10.0
    validity[0, 0] = INVALID
    found = years_of(validity, concentration, flow)
    assert found.negative_h.tolist() == [[6]]
    assert verdict(found, (0, 0), contradicted_h=0).flags.startswith("negative_h=6")


def test_reference_values_without_oxygen_say_so():
    validity, concentration, flow = steady()
    nothing = np.full(validity.shape, np.nan)
    hours = StackHours(validity.astype(np.int8), flow, nothing, nothing, nothing, {}, {"SO2": concentration})
    found = stack_years(hour_mass(hours, "SO2"), hours, CLOCK)
    said = verdict(found, (0, 0), contradicted_h=0)
    assert not said.is_valid
    assert said.reason_zh.startswith(
        "只有折算浓度，缺氧含量或基准氧含量，8760 小时无法还原；有效数据捕集率低于 75%：Q1 0.0%"
    )
    assert said.flags == "without_oxygen_h=8760"
