"""Hours of many stacks follow the rules of one stack; what is not valid has no mass, and standstill has none at all."""

from __future__ import annotations

import numpy as np
import pytest

from inventory.methods.monitoring.flags import flag_hours, is_flat_line
from inventory.monitoring.gas import actual_concentration, mg_per_m3_of_ppm
from inventory.monitoring.hours import (
    INVALID,
    STANDSTILL,
    VALID,
    StackHours,
    contradicted_standstill,
    flat_lines,
    hour_mass,
    validity_of_states,
)


def stack_hours(validity, flow, **given) -> StackHours:
    """Return hours of stacks; what is not given is nan."""
    validity = np.atleast_2d(np.array(validity, dtype=np.int8))
    nothing = np.full(validity.shape, np.nan)
    arrays = {name: np.atleast_2d(np.array(values, dtype=float)) for name, values in given.items()}
    return StackHours(
        validity, np.atleast_2d(np.array(flow, dtype=float)), arrays.get("o2", nothing),
        arrays.get("o2_reference", nothing), arrays.get("load", nothing),
        {"SO2": arrays["so2"]} if "so2" in arrays else {},
        {"SO2": arrays["so2_reference"]} if "so2_reference" in arrays else {},
    )  # fmt: skip


def test_states_count_as_valid_standstill_or_invalid_and_unknown_ones_never_as_valid():
    states = ["normal", "startup_shutdown", "standstill", "calibration", "fault", "manual", "unstated", "something"]
    assert validity_of_states(states).tolist() == [VALID, VALID, STANDSTILL, *[INVALID] * 5]


def test_mass_is_concentration_times_flow_in_tonnes():
    # 50 mg/m3 × 1 000 000 m3/h = 50 kg/h
    hours = stack_hours([VALID, VALID, STANDSTILL, INVALID, VALID], [1e6, 2e6, 0, 1e6, 1e6], so2=[50, 50, 50, 50, -1])
    assert hour_mass(hours, "SO2").mass_t.tolist()[0][:3] == pytest.approx([0.05, 0.1, 0.0], rel=1e-15)
    assert np.isnan(hour_mass(hours, "SO2").mass_t[0, 3:]).all()


def test_a_value_at_reference_oxygen_is_turned_back_only_where_no_actual_one_is_given():
    # (21 − 9) / (21 − 6) = 12 / 15; the second hour has an actual value; air (21 %) turns nothing back
    hours = stack_hours(
        [VALID] * 3,
        [1e6] * 3,
        so2=[np.nan, 20, np.nan],
        so2_reference=[30, 99, 30],
        o2=[9, 9, 21],
        o2_reference=[6] * 3,
    )
    found = hour_mass(hours, "SO2")
    assert found.mass_t[0, :2] == pytest.approx([30 * 12 / 15 / 1000, 0.02], rel=1e-15)
    assert np.isnan(found.mass_t[0, 2])
    assert found.is_back_corrected[0].tolist() == [True, False, False]


def test_without_a_reference_oxygen_nothing_is_turned_back():
    hours = stack_hours([VALID], [1e6], so2_reference=[30], o2=[9])
    assert np.isnan(hour_mass(hours, "SO2").mass_t).all()


def test_ppm_and_oxygen_follow_the_molar_volume_at_zero_degrees():
    assert mg_per_m3_of_ppm("CO2") == pytest.approx(1.9635, abs=5e-5)
    assert np.isnan(mg_per_m3_of_ppm("TSP"))
    back = actual_concentration(np.array([10.0]), np.array([6.0]), np.array([6.0]))
    assert back.tolist() == [10.0]


def test_standstill_with_flow_is_contradicted():
    hours = stack_hours([[VALID, VALID, STANDSTILL, STANDSTILL], [STANDSTILL] * 4], [[100, 300, 19, 21], [5, 5, 5, 5]])
    assert contradicted_standstill(hours).tolist() == [[False, False, False, True], [False] * 4]


def test_flat_lines_of_many_stacks_are_those_of_each():
    rng = np.random.default_rng(3)
    values = rng.integers(0, 2, (6, 400)).astype(float)
    values[:, 50:70], values[:, 100:105], values[:, 200:206] = 5.0, 6.0, 7.0
    values[2, 60], values[3, -8:], values[4, :8] = np.nan, 9.0, 9.0
    load = 100.0 + rng.normal(0, 1, values.shape)
    load[:, 200:206] += np.arange(6) * 4
    load[:, 55] = 140.0
    load[5] = np.nan
    found = flat_lines(values, load=load, resolution=0.1)
    for stack in range(6):
        expected = is_flat_line(values[stack], load=load[stack], resolution=0.1)
        assert found[stack].tolist() == expected.tolist()
    assert 50 < found.sum() < values.size / 2


def test_hours_of_a_flat_line_have_no_mass():
    load = [100, 120, 100, 120, 100, 120, 100, 120]
    hours = stack_hours([VALID] * 8, [1e6] * 8, so2=[30, 30, 30, 30, 30, 30, 31, 32], load=load)
    found = hour_mass(hours, "SO2")
    assert found.is_flat[0].tolist() == [True] * 6 + [False] * 2
    assert np.isfinite(found.mass_t[0]).tolist() == [False] * 6 + [True] * 2


def test_hours_kept_below_the_limit_are_those_of_one_stack():
    concentration = np.array([33.5, 34, 34.5, 34.9, 35, 33.3, 34, 34, 35.5, 20, 40])
    hours = stack_hours([VALID] * 11, [1e6] * 11, so2=concentration)
    found = hour_mass(hours, "SO2", limit_mg_per_m3=np.array([35.0]))
    single = flag_hours(concentration, load=np.ones(11), limit=35.0, resolution=0.001)
    assert found.is_at_limit[0].tolist() == (single == "at_limit").tolist()
    assert found.is_at_limit.sum() == 8
    assert np.isfinite(found.mass_t).all()
