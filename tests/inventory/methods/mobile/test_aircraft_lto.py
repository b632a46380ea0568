"""Landing and take-off cycles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import FactorNotFoundError, SchemaError
from inventory.estimation import methods_for
from inventory.methods.mobile import aircraft_lto

LTO, SULPHUR = aircraft_lto.METHODS


def test_a_cycle_sums_its_four_modes():
    # 2 engines: 42 x 1.0 x 30 + 132 x 0.8 x 20 + 240 x 0.3 x 10 + 1560 x 0.1 x 4 g
    found = aircraft_lto.emission_of_cycle(
        (1.0, 0.8, 0.3, 0.1), ei_g_per_kg=(30.0, 20.0, 10.0, 4.0), time_s=aircraft_lto.times_in_mode_s(), engines=2.0
    )
    assert found == pytest.approx(2 * (1260 + 2112 + 720 + 624) / 1000, rel=1e-12)
    fuel = aircraft_lto.fuel_of_cycle((1.0, 0.8, 0.3, 0.1), time_s=aircraft_lto.times_in_mode_s(), engines=2.0)
    assert fuel == pytest.approx(2 * (42 + 105.6 + 72 + 156), rel=1e-12)


def test_taxiing_longer_burns_idle_fuel_only():
    usual, longer = (
        aircraft_lto.fuel_of_cycle((1.0, 0.8, 0.3, 0.1), time_s=aircraft_lto.times_in_mode_s(s), engines=2.0)
        for s in (1560.0, 1860.0)
    )
    assert longer - usual == pytest.approx(2 * 300 * 0.1, rel=1e-9)


def test_cycles_and_co2():
    assert aircraft_lto.cycles_of_movements(200_000.0) == 100_000.0
    assert aircraft_lto.emission_of_cycles(1e5, kg_per_lto=9.0258) == pytest.approx(902.58, rel=1e-12)
    assert aircraft_lto.co2_of_jet_fuel(81_374.4) == pytest.approx(257_143.104, rel=1e-12)
    # 1000 cycles x 0.75 h x 100 kg/h x 10 g
    found = aircraft_lto.emission_of_auxiliary_power(1000.0, hours_per_lto=0.75, fuel_kg_per_h=100.0, ef_g_per_kg=10.0)
    assert found == pytest.approx(0.75, rel=1e-12)


@given(st.floats(0.0, 1.0))
def test_flights_are_split_without_loss(domestic):
    found = aircraft_lto.split_by_flight(
        1000.0, domestic_share=domestic, hmt_share=0.0, international_share=1.0 - domestic
    )
    assert sum(found.values()) == pytest.approx(1000.0, rel=1e-12)


@pytest.mark.parametrize("shares", [(0.6, 0.1, 0.2), (1.2, 0.0, -0.2)])
def test_shares_that_do_not_share_out_the_whole_are_refused(shares):
    with pytest.raises(SchemaError, match="TY3116"):
        aircraft_lto.split_by_flight(1.0, domestic_share=shares[0], hmt_share=shares[1], international_share=shares[2])


# Fuel and NOx [kg] of the databank's edition 31 (method table of aircraft types), whose engine is openap's default too.
@pytest.mark.parametrize(
    ("aircraft_type", "fuel_kg", "nox_kg"),
    [
        ("A332", 2168.1, 35.322),
        ("A359", 2138.0, 39.812),
        ("B77W", 2906.8, 68.228),
        ("B744", 3319.7, 44.45),
        ("E190", 614.7, 5.747),
    ],
)
def test_openap_reproduces_the_databank(aircraft_type, fuel_kg, nox_kg):
    found = aircraft_lto.cycle_of_type(aircraft_type)
    assert found["fuel"] == pytest.approx(fuel_kg, rel=1e-4)
    assert found["nox"] == pytest.approx(nox_kg, rel=1e-3)


def test_types_that_openap_lacks_or_names_inexactly_come_from_the_table():
    assert aircraft_lto.cycle_of_type("A306") == {"fuel": 1723.1, "nox": 25.855, "co": 14.803, "hc": 1.247}
    assert aircraft_lto.cycle_of_type("B38M")["nox"] == 12.658
    with pytest.raises(FactorNotFoundError, match="TY4115"):
        aircraft_lto.cycle_of_type("A306", taxi_time_s=1200.0)
    with pytest.raises(FactorNotFoundError, match="TY4115"):
        aircraft_lto.cycle_of_type("ZZZZ")


def test_engines_by_uid_or_exact_name():
    assert aircraft_lto.engine_by_uid("2GE045") == aircraft_lto.engine_by_uid("CF6-80C2B1F")
    with pytest.raises(FactorNotFoundError, match="TY4114"):
        aircraft_lto.engine_by_uid("LEAP-1B")


def test_a_record_with_its_airports_taxi_time(make_record, make_context, library):
    about = {
        "source_category": "MB.10.01", "fuel_or_product": "jet_kerosene", "technology": "aircraft_a320",
        "activity_value": 1000.0, "activity_unit": "lto",
    }  # fmt: skip
    context = make_context(library)
    record = make_record(**about, parameters={"taxi_time_s": 1200.0, "sulphur_fraction": 0.0005})
    cycle = aircraft_lto.cycle_of_type("A320", taxi_time_s=1200.0)
    assert cycle["fuel"] < aircraft_lto.cycle_of_type("A320")["fuel"]
    assert LTO.estimate(record, "NOx", context).emission_t == pytest.approx(cycle["nox"], rel=1e-12)
    assert LTO.estimate(record, "NMVOC", context).emission_t == pytest.approx(0.9 * cycle["hc"], rel=1e-12)
    assert methods_for(record, "SO2")[0] is SULPHUR
    assert SULPHUR.estimate(record, "SO2", context).emission_t == pytest.approx(cycle["fuel"] * 2 * 0.0005, rel=1e-12)
    co2 = LTO.estimate(record, "CO2", context).emission_t
    assert 3.0 * cycle["fuel"] < co2 < 3.2 * cycle["fuel"]
    ch4 = LTO.estimate(record, "CH4", context).emission_t
    longer = make_record(**about, parameters={"taxi_time_s": 1800.0, "sulphur_fraction": 0.0005})
    more = aircraft_lto.cycle_of_type("A320", taxi_time_s=1800.0)["fuel"] / cycle["fuel"]
    assert LTO.estimate(longer, "CH4", context).emission_t == pytest.approx(ch4 * more, rel=1e-12)
    plain = make_record(**(about | {"technology": "any"}), parameters={"taxi_time_s": 1200.0})
    assert LTO.estimate(plain, "NOx", context) is None


def test_many_records_give_the_same_bits_as_one(make_record, make_context, library):
    about = {
        "source_category": "MB.10.01",
        "fuel_or_product": "jet_kerosene",
        "technology": "aircraft_a320",
        "activity_unit": "lto",
    }
    context = make_context(library)
    together = LTO.estimate(
        make_record(
            **about, activity_value=np.array([10.0, 20.0]), parameters={"taxi_time_s": np.array([900.0, 1560.0])}
        ),
        "NOx",
        context,
    )
    single = [
        LTO.estimate(make_record(**about, activity_value=n, parameters={"taxi_time_s": s}), "NOx", context).emission_t
        for n, s in ((10.0, 900.0), (20.0, 1560.0))
    ]
    assert together.emission_t.tolist() == single
