"""Corrections of road vehicles against the printed table."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import SchemaError
from inventory.methods.mobile.on_road_corrections import (
    VehicleKey,
    corrected_factor,
    correction,
    humidity_correction,
)

DIESEL_TRUCK = VehicleKey("MB.02.04", "diesel", "china_4", "NOx")
PETROL_CAR = VehicleKey("MB.01.01", "gasoline", "china_4", "NOx")
REFERENCE = {"speed": 30.0, "temperature": 15.0, "altitude": 0.0, "load": 0.5}
KEYS = [
    VehicleKey(category, fuel, f"china_{standard}", species)
    for category, fuel in (("MB.01.01", "gasoline"), ("MB.02.04", "diesel"), ("MB.01.05", "diesel"))
    for standard in range(7)
    for species in ("CO", "NMVOC", "NOx", "PM2.5", "PM10", "BC")
]


@pytest.mark.parametrize(
    ("speed", "printed"),
    [
        (0.0, 1.39), (19.9, 1.39), (20.0, 1.12), (29.9, 1.12), (30.0, 1.0), (30.1, 0.91), (39.9, 0.91),
        (40.0, 0.60), (79.9, 0.60), (80.0, 0.60), (80.1, 0.28), (120.0, 0.28),
    ],
)  # fmt: skip
def test_speed_bands_leave_no_hole_at_their_bounds(speed, printed):
    assert correction("speed", speed, DIESEL_TRUCK) == printed


@given(st.floats(0.0, 200.0))
def test_no_speed_makes_an_emission_vanish(speed):
    assert correction("speed", speed, DIESEL_TRUCK) in {1.39, 1.12, 1.0, 0.91, 0.60, 0.28}


@pytest.mark.parametrize("key", KEYS)
def test_every_correction_is_1_at_the_reference_condition(key):
    sulphur_ppm = 50.0 if key.fuel_or_product == "gasoline" else 350.0
    found = {name: correction(name, value, key) for name, value in (REFERENCE | {"sulphur": sulphur_ppm}).items()}
    assert {value for value in found.values() if value is not None} == {1.0}
    assert found["speed"] == 1.0
    assert humidity_correction(0.5, key) in {None, 1.0}
    assert corrected_factor(2.5, corrections={n: v for n, v in found.items() if v is not None}) == 2.5


def test_temperature_corrects_below_10_and_above_25_only():
    found = [correction("temperature", celsius, PETROL_CAR) for celsius in (-5.0, 9.9, 10.0, 25.0, 25.1)]
    assert found == [1.15, 1.15, 1.0, 1.0, 1.31]


def test_humidity_of_hot_air_has_its_own_table():
    assert humidity_correction(0.3, PETROL_CAR) == 1.06
    assert humidity_correction(0.3, PETROL_CAR, air_temperature_c=24.0) == 1.06
    assert humidity_correction(0.3, PETROL_CAR, air_temperature_c=24.1) == 1.13
    assert humidity_correction(0.8, PETROL_CAR, air_temperature_c=30.0) == 0.87
    assert humidity_correction(0.8, VehicleKey("MB.01.01", "diesel", "china_4", "PM2.5")) is None


def test_sulphur_and_load_run_straight_between_the_nodes():
    assert correction("sulphur", 10.0, PETROL_CAR) == 0.95
    assert correction("sulphur", 30.0, PETROL_CAR) == pytest.approx((0.95 + 1.0) / 2, rel=1e-12)
    assert correction("load", 0.75, DIESEL_TRUCK) == 1.21
    assert correction("load", 0.55, DIESEL_TRUCK) == pytest.approx((1.0 + 1.09) / 2, rel=1e-12)
    assert correction("load", 0.75, VehicleKey("MB.01.05", "diesel", "china_4", "NOx")) is None


def test_sulphur_does_not_correct_china_5_diesel_twice():
    assert correction("sulphur", 10.0, DIESEL_TRUCK) == 0.84
    for standard in ("china_5", "china_6", "china_6a"):
        assert correction("sulphur", 10.0, DIESEL_TRUCK._replace(technology=standard)) == 1.0


def test_deterioration_outside_its_printed_years_is_refused():
    assert correction("deterioration", 2018.0, PETROL_CAR) == 1.33
    assert correction("deterioration", 2018.0, PETROL_CAR._replace(source_category="MB.01.02")) == 1.67
    with pytest.raises(SchemaError, match="TY3123"):
        correction("deterioration", 2021.0, PETROL_CAR)
    assert correction("altitude", 2000.0, PETROL_CAR) == 3.15


def test_standards_that_the_table_does_not_know_have_no_correction():
    assert correction("speed", 50.0, PETROL_CAR._replace(technology="euro_4")) is None
    assert correction("speed", 50.0, PETROL_CAR._replace(fuel_or_product="cng")) is None
    with pytest.raises(SchemaError, match="TY3122"):
        correction("speed", -1.0, PETROL_CAR)


def test_arrays_give_the_same_bits_as_numbers():
    speeds = np.array([5.0, 20.0, 30.0, 33.0, 80.0, 90.0])
    assert correction("speed", speeds, DIESEL_TRUCK).tolist() == [
        correction("speed", v, DIESEL_TRUCK) for v in speeds.tolist()
    ]
    loads = np.array([0.0, 0.3, 0.9])
    assert correction("load", loads, DIESEL_TRUCK).tolist() == [
        correction("load", v, DIESEL_TRUCK) for v in loads.tolist()
    ]
