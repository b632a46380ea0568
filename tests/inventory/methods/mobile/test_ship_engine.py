"""Ships on the ledger."""

import numpy as np
import pytest

from inventory.estimation import methods_for
from inventory.methods.mobile import ship_engine

PROPULSION, POWER, WORK = ship_engine.METHODS
MAIN = {
    "source_category": "MB.08.02", "fuel_or_product": "marine_gas_oil", "technology": "ship_main_ssd_tier_2",
    "activity_value": 10.0, "activity_unit": "h",
}  # fmt: skip
SLOW = {"mcr_kw": 10_000.0, "speed_kn": 10.0, "max_speed_kn": 20.0}
LOAD = 0.14375  # (1/2)^3 x 1.15
WORK_KWH = 10_000 * LOAD * 10


@pytest.fixture
def context(make_context, library):
    return make_context(library)


def test_main_engine_by_speed_with_the_packs_factor_and_low_load(make_record, context):
    found = PROPULSION.estimate(make_record(**MAIN, parameters=SLOW), "NOx", context)
    low_load = (0.1255 / LOAD**1.5 + 10.4496) / (0.1255 / 0.2**1.5 + 10.4496)
    assert found.emission_t == pytest.approx(WORK_KWH * 14.4 * low_load / 1e6, rel=1e-9)
    assert "low load" in found.fallback_chain


def test_main_engine_fuel_follows_its_load(make_record, context):
    given = SLOW | {"sulphur_fraction": 0.001}
    record = make_record(**MAIN, parameters=given)
    fuel_use = 185 * (0.455 * LOAD**2 - 0.710 * LOAD + 1.280)
    so2 = PROPULSION.estimate(record, "SO2", context)
    assert so2.emission_t == pytest.approx(WORK_KWH * fuel_use * 2 * 0.97753 * 0.001 / 1e6, rel=1e-9)
    co2 = PROPULSION.estimate(record, "CO2", context)
    assert co2.emission_t > 3.0 * WORK_KWH * fuel_use / 1e6  # about 3.1 t per t of oil
    assert co2.emission_t < 3.3 * WORK_KWH * fuel_use / 1e6


def test_particles_of_a_slow_ship_take_sulphur_and_low_load(make_record, context):
    record = make_record(**MAIN, parameters=SLOW | {"sulphur_fraction": 0.001, "specific_fuel_use_g_per_kwh": 200.0})
    fuel_use = 200 * (0.455 * LOAD**2 - 0.710 * LOAD + 1.280)
    factor = 0.1545 + 0.001 * fuel_use * 0.02247 * 7
    low_load = (0.0059 / LOAD**1.5 + 0.2551) / (0.0059 / 0.2**1.5 + 0.2551)
    pm10 = PROPULSION.estimate(record, "PM10", context).emission_t
    assert pm10 == pytest.approx(WORK_KWH * factor * low_load / 1e6, rel=1e-9)
    assert PROPULSION.estimate(record, "PM2.5", context).emission_t == pytest.approx(0.92 * pm10, rel=1e-12)


def test_the_engines_factor_per_kwh_is_taken_before_one_per_kg_of_fuel(make_record, context):
    found = PROPULSION.estimate(
        make_record(**MAIN, parameters=SLOW | {"specific_fuel_use_g_per_kwh": 185.0}), "CO", context
    )
    low_load = (0.8378 / LOAD + 0.1548) / (0.8378 / 0.2 + 0.1548)
    assert found.emission_t == pytest.approx(WORK_KWH * 1.4 * low_load / 1e6, rel=1e-9)


def test_shore_power_stops_the_auxiliary_engine_but_not_the_boiler(make_record, context):
    given = {"rated_power_kw": 1000.0, "engine_load_fraction": 0.5, "shore_power_fraction": 1.0}
    auxiliary = make_record(**(MAIN | {"technology": "ship_aux_msd_tier_2"}), parameters=given)
    boiler = make_record(**(MAIN | {"technology": "ship_boiler_boiler_tier_0"}), parameters=given)
    assert POWER.estimate(auxiliary, "NOx", context).emission_t == 0.0
    assert POWER.estimate(boiler, "NOx", context).emission_t == pytest.approx(1000 * 0.5 * 10 * 2.0 / 1e6, rel=1e-9)
    running = make_record(
        **(MAIN | {"technology": "ship_aux_msd_tier_2"}), parameters=given | {"shore_power_fraction": 0.0}
    )
    assert POWER.estimate(running, "NOx", context).emission_t == pytest.approx(1000 * 0.5 * 10 * 10.5 / 1e6, rel=1e-9)


def test_calls_count_with_their_hours(make_record, context):
    calls = make_record(
        **(MAIN | {"activity_value": 5.0, "activity_unit": "piece"}), parameters=SLOW | {"hours_per_unit": 2.0}
    )
    hours = make_record(**MAIN, parameters=SLOW)
    assert (
        PROPULSION.estimate(calls, "NOx", context).emission_t == PROPULSION.estimate(hours, "NOx", context).emission_t
    )


def test_work_with_a_load_takes_the_low_load_factor_once(make_record, context):
    about = MAIN | {"activity_value": WORK_KWH, "activity_unit": "kWh"}
    given = make_record(**about, parameters={"engine_load_fraction": LOAD})
    by_speed = PROPULSION.estimate(make_record(**MAIN, parameters=SLOW), "NOx", context)
    assert WORK.estimate(given, "NOx", context).emission_t == pytest.approx(by_speed.emission_t, rel=1e-12)
    assert WORK.estimate(make_record(**about), "NOx", context) is None


def test_work_in_another_unit_keeps_its_fuel(make_record, context):
    about = MAIN | {"activity_value": 10.0, "activity_unit": "MWh", "technology": "ship_aux_msd_tier_2"}
    given = {"engine_load_fraction": 0.5, "specific_fuel_use_kg_per_unit": 217.0}
    kilo = make_record(
        **(about | {"activity_value": 10_000.0, "activity_unit": "kWh"}),
        parameters=given | {"specific_fuel_use_kg_per_unit": 0.217},
    )
    mega = make_record(**about, parameters=given)
    assert WORK.estimate(mega, "CO2", context).emission_t == pytest.approx(
        WORK.estimate(kilo, "CO2", context).emission_t, rel=1e-12
    )


def test_one_method_leads_for_every_species_of_a_ship(make_record):
    by_speed = make_record(**MAIN, parameters=SLOW | {"sulphur_fraction": 0.001})
    for species in ("NOx", "SO2", "PM10", "CO2", "NMVOC"):
        assert methods_for(by_speed, species)[0].name == "ship_propulsion"


def test_many_ships_give_the_same_bits_as_one(make_record, context):
    speeds = np.array([3.0, 10.0, 19.0])
    together = PROPULSION.estimate(
        make_record(**(MAIN | {"activity_value": np.array([1.0, 2.0, 3.0])}), parameters={
            "mcr_kw": np.full(3, 10_000.0), "speed_kn": speeds, "max_speed_kn": np.full(3, 20.0)}), "NOx", context
    )  # fmt: skip
    single = [
        PROPULSION.estimate(
            make_record(**(MAIN | {"activity_value": h}), parameters=SLOW | {"speed_kn": v}), "NOx", context
        ).emission_t
        for h, v in zip((1.0, 2.0, 3.0), speeds.tolist(), strict=True)
    ]
    assert together.emission_t.tolist() == single
