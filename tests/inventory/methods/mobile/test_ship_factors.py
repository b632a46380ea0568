"""Factors of ship engines by load and sulphur, and the sum of a track."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import FactorNotFoundError, SchemaError
from inventory.methods.mobile import ship_factors, ship_track


def test_fuel_use_by_load():
    # 0.455 x 0.64 - 0.710 x 0.8 + 1.280 = 1.0032
    assert ship_factors.fuel_use_at_load(175.0, load=0.8) == pytest.approx(175 * 1.0032, rel=1e-12)
    assert ship_factors.fuel_use_at_load(175.0, load=1.0) == pytest.approx(175 * 1.025, rel=1e-12)


@pytest.mark.parametrize(
    ("species", "at_2_per_cent"), [("NOx", 4.6251), ("THC", 21.18), ("CO", 9.6793), ("PM10", 7.2916), ("PM2.5", 7.2916)]
)
def test_low_load_factors_as_printed(species, at_2_per_cent):
    assert ship_factors.low_load_factor(0.02, species=species) == pytest.approx(at_2_per_cent, rel=1e-4)
    assert ship_factors.low_load_factor(0.0, species=species) == ship_factors.low_load_factor(0.02, species=species)
    assert ship_factors.low_load_factor(0.2, species=species) == 1.0
    assert ship_factors.low_load_factor(0.9, species=species) == 1.0


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_low_load_never_lowers_an_emission(one, other):
    low, high = sorted((one, other))
    assert ship_factors.low_load_factor(low, species="NOx") >= ship_factors.low_load_factor(high, species="NOx") >= 1.0


def test_co2_has_no_low_load_factor():
    with pytest.raises(FactorNotFoundError, match="TY4113"):
        ship_factors.low_load_factor(0.1, species="CO2")


def test_sulphur_leaves_as_so2_and_sulphate():
    # 185 g x 0.001 = 0.185 g S: x 2 x 0.97753; sulphate 0.185 x 0.02247 x 7
    found = ship_factors.sulphur_factors_of_ship(185.0, sulphur_fraction=0.001, pm10_base_g_per_kwh=0.1545)
    assert found["SO2"] == pytest.approx(0.36168610, rel=1e-9)
    assert found["PM10"] == pytest.approx(0.1545 + 0.02909865, rel=1e-9)
    assert found["PM2.5"] == pytest.approx(0.92 * 0.18359865, rel=1e-9)


def test_sulphur_is_closed_between_gas_and_particles():
    in_gas = ship_factors.SULPHUR_TO_SO2_EMITTED / 2.0
    in_particles = ship_factors.SULPHUR_TO_SULPHATE / 7.0
    assert in_gas + in_particles == pytest.approx(1.0, abs=1e-12)


def test_without_sulphur_the_base_is_left():
    assert ship_factors.pm10_ef_of_ship(185.0, sulphur_fraction=0.0, base_g_per_kwh=0.1545) == 0.1545


@pytest.mark.parametrize(
    ("zone", "vessel", "day", "fraction"),
    [
        ("coastal_control_area", "sea_going", date(2021, 6, 1), 0.005),
        ("inland_control_area", "sea_going", date(2019, 12, 31), 0.005),
        ("inland_control_area", "sea_going", date(2020, 1, 1), 0.001),
        ("inland_control_area", "inland", date(2021, 6, 1), 1e-5),
        ("open_sea", "sea_going", date(2019, 12, 31), 0.035),
    ],
)
def test_sulphur_by_zone_and_day(zone, vessel, day, fraction):
    assert ship_factors.sulphur_limit(zone, vessel=vessel, on=day) == fraction


def test_a_day_before_the_rules_is_refused():
    with pytest.raises(SchemaError, match="TY3126"):
        ship_factors.sulphur_limit("open_sea", vessel="sea_going", on=date(2005, 1, 1))


def test_defaults_by_engine_and_fuel():
    assert ship_factors.default_fuel_use_g_per_kwh("ship_main_ssd", "marine_gas_oil") == 185.0
    assert ship_factors.default_fuel_use_g_per_kwh("ship_main_ssd", "lng") is None
    assert ship_factors.default_pm10_base_g_per_kwh("marine_residual_oil") == 0.5761
    assert ship_factors.default_pm10_base_g_per_kwh("lng") is None


def test_intervals_of_messages_cap_gaps():
    times = np.array(["2021-01-01T00:00", "2021-01-01T00:30", "2021-01-01T12:30"], dtype="datetime64[s]")
    assert ship_track.intervals_h(times).tolist() == [0.5, 12.0, 0.0]
    assert ship_track.intervals_h(times, longest_h=1.0).tolist() == [0.5, 1.0, 0.0]
    with pytest.raises(SchemaError, match="TY3115"):
        ship_track.intervals_h(times[::-1])


def test_a_track_is_the_sum_of_its_intervals():
    # (1000 kW x 0.5 h + 2000 kW x 1 h) x 10 g
    found = ship_track.emission_of_track(np.array([0.5, 1.0]), power_kw=np.array([1000.0, 2000.0]), ef_g_per_kwh=10.0)
    assert found == pytest.approx(0.025, rel=1e-12)


def test_a_slow_interval_carries_its_low_load_factor():
    # load at half speed 0.14375: NOx factor (0.1255 / 0.14375^1.5 + 10.4496) / (0.1255 / 0.2^1.5 + 10.4496)
    low_load = (0.1255 / 0.14375**1.5 + 10.4496) / (0.1255 / 0.2**1.5 + 10.4496)
    about = {"speed_kn": 10.0, "mcr_kw": 10_000.0, "max_speed_kn": 20.0, "ef_g_per_kwh": 14.4}
    found = ship_track.emission_of_propulsion(2.0, species="NOx", **about)
    assert found == pytest.approx(1437.5 * 2 * 14.4 * low_load / 1e6, rel=1e-12)
    assert ship_track.emission_of_propulsion(2.0, species="CO2", **about) == pytest.approx(
        1437.5 * 2 * 14.4 / 1e6, rel=1e-12
    )


@given(st.floats(0.01, 1000.0))
def test_emission_doubles_with_the_hours(hours):
    about = {"power_kw": 1234.5, "ef_g_per_kwh": 14.4, "low_load": 1.7}
    assert ship_track.emission_of_interval(2.0 * hours, **about) == 2.0 * ship_track.emission_of_interval(
        hours, **about
    )


def test_arrays_give_the_same_bits_as_numbers():
    loads = np.array([0.01, 0.07, 0.2, 0.8])
    assert ship_factors.low_load_factor(loads, species="CO").tolist() == [
        ship_factors.low_load_factor(load, species="CO") for load in loads.tolist()
    ]
