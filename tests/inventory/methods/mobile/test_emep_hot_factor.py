"""The guidebook's speed curve, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import SchemaError
from inventory.methods.mobile import emep_hot_factor
from inventory.methods.mobile.emep_hot_factor import cold_distance_fraction, cold_start_emission, hot_ef_g_per_km

CURVE = {
    "numerator": (0.001, -0.1, 5.0, 10.0),
    "denominator": (0.0001, 0.01, 1.0),
    "speed_range_km_per_h": (10.0, 100.0),
}


def test_the_curve_is_a_ratio_of_two_polynomials():
    # v = 50: (2.5 - 5 + 5 + 0.2) / (0.25 + 0.5 + 1) = 2.7 / 1.75
    assert hot_ef_g_per_km(50.0, **CURVE) == pytest.approx(2.7 / 1.75, rel=1e-12)
    assert hot_ef_g_per_km(50.0, **CURVE, reduction_fraction=0.25) == pytest.approx(2.7 / 1.75 * 0.75, rel=1e-12)


@given(st.floats(0.0, 300.0))
def test_a_speed_outside_the_range_counts_as_its_end(speed):
    inside = min(max(speed, 10.0), 100.0)
    assert hot_ef_g_per_km(speed, **CURVE) == hot_ef_g_per_km(inside, **CURVE)


def test_a_standing_vehicle_is_refused_where_the_range_allows_it():
    with pytest.raises(SchemaError, match="TY3124"):
        hot_ef_g_per_km(0.0, numerator=(0.0, 0.0, 1.0, 1.0), denominator=(0.0, 0.0, 1.0))


def test_cold_starts_add_their_share_of_the_distance():
    # 0.6474 - 0.02545 x 12 - (0.00974 - 0.000385 x 12) x 10 = 0.6474 - 0.3054 - 0.0512
    beta = cold_distance_fraction(12.0, air_temperature_c=10.0)
    assert beta == pytest.approx(0.2908, rel=1e-9)
    assert cold_start_emission(10.0, cold_fraction=beta, cold_to_hot_ratio=3.0) == pytest.approx(
        10 * 0.2908 * 2, rel=1e-9
    )
    assert cold_start_emission(10.0, cold_fraction=beta, cold_to_hot_ratio=0.5) == 0.0
    ratio = emep_hot_factor.cold_to_hot_ratio(10.0, speed_km_per_h=20.0, per_speed=0.05, per_degree=-0.09, constant=3.7)
    assert ratio == pytest.approx(1.0 - 0.9 + 3.7, rel=1e-12)


def test_a_record_carries_its_own_curve(make_record, make_context):
    names = ("hot_alpha", "hot_beta", "hot_gamma", "hot_delta", "hot_epsilon", "hot_zeta", "hot_eta")
    values = (*CURVE["numerator"], *CURVE["denominator"])
    given = {f"{name}:NOx": value for name, value in zip(names, values, strict=True)}
    given |= {"mean_speed_km_per_h": 50.0, "hot_speed_min_km_per_h": 10.0, "hot_speed_max_km_per_h": 100.0}
    about = {
        "source_category": "MB.01.01",
        "fuel_or_product": "gasoline",
        "activity_value": 1e6,
        "activity_unit": "vkm",
    }
    record = make_record(**about, parameters=given)
    method = emep_hot_factor.METHOD
    assert method.applies(record, "NOx")
    assert not method.applies(record, "CO")
    assert method.estimate(record, "NOx", make_context()).emission_t == pytest.approx(2.7 / 1.75, rel=1e-12)
    cold = given | {"cold_to_hot_ratio:NOx": 2.0, "mean_trip_km": 12.0, "air_temperature_c": 10.0}
    found = method.estimate(make_record(**about, parameters=cold), "NOx", make_context())
    assert found.emission_t == pytest.approx(2.7 / 1.75 * 1.2908, rel=1e-9)


def test_arrays_give_the_same_bits_as_numbers():
    speeds = np.array([5.0, 33.3, 71.0, 140.0])
    assert hot_ef_g_per_km(speeds, **CURVE).tolist() == [hot_ef_g_per_km(v, **CURVE) for v in speeds.tolist()]
