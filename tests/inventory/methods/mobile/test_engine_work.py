"""Machines by the work of their engines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.factors.library import FuelProperty
from inventory.methods.mobile import engine_work

ABOUT = {
    "source_category": "MB.05.01", "fuel_or_product": "diesel", "technology": "nonroad_stage_3",
    "size_class": "kw_75_130", "activity_value": 500.0, "activity_unit": "piece",
}  # fmt: skip
GIVEN = {"rated_power_kw": 120.0, "engine_load_fraction": 0.65, "hours_per_unit": 1200.0}
WORK_KWH = 500 * 120 * 0.65 * 1200


def test_work_times_factor():
    found = engine_work.emission_of_machines(
        500.0, rated_power_kw=120.0, load_fraction=0.65, hours=1200.0, ef_g_per_kwh=4.0
    )
    assert found == pytest.approx(WORK_KWH * 4 / 1e6, rel=1e-12)


@given(st.floats(1.0, 8784.0))
def test_emission_doubles_with_the_hours(hours):
    about = {"rated_power_kw": 120.0, "load_fraction": 0.65, "ef_g_per_kwh": 4.0}
    once = engine_work.emission_of_machines(1.0, hours=hours, **about)
    assert engine_work.emission_of_machines(1.0, hours=2.0 * hours, **about) == 2.0 * once


def test_a_record_finds_the_factor_of_its_stage_and_power(make_record, make_context, library):
    record = make_record(**ABOUT, parameters=GIVEN)
    assert engine_work.METHOD.applies(record, "NOx")
    found = engine_work.METHOD.estimate(record, "NOx", make_context(library))
    assert found.factor_id == "SUP0418"  # 3.2 g/kWh in the pack
    assert found.emission_t == pytest.approx(WORK_KWH * 3.2 / 1e6, rel=1e-12)
    in_hours = make_record(**(ABOUT | {"activity_value": 500 * 1200.0, "activity_unit": "h"}), parameters=GIVEN)
    assert engine_work.METHOD.estimate(in_hours, "NOx", make_context(library)).emission_t == pytest.approx(
        found.emission_t, rel=1e-12
    )


def test_the_fuel_of_the_work_gives_so2_and_co2(make_record, make_context, make_library):
    diesel = FuelProperty("P1", "diesel", 42.652, "GJ/t", 20.2, 0.98, "A")
    context = make_context(make_library(fuels={"diesel": diesel}))
    given = GIVEN | {"specific_fuel_use_g_per_kwh": 210.0, "sulphur_fraction": 1e-5}
    record = make_record(**ABOUT, parameters=given)
    fuel_t = WORK_KWH * 210 / 1e6
    so2 = engine_work.METHOD.estimate(record, "SO2", context)
    assert so2.emission_t == pytest.approx(fuel_t * 2e-5, rel=1e-12)
    co2 = engine_work.METHOD.estimate(record, "CO2", context)
    assert co2.emission_t == pytest.approx(fuel_t * 42.652 * 20.2 / 1000 * 0.98 * 44 / 12, rel=1e-12)


def test_without_a_factor_nothing_is_found(make_record, make_context):
    assert engine_work.METHOD.estimate(make_record(**ABOUT, parameters=GIVEN), "NOx", make_context()) is None


def test_machines_and_railways_by_fuel():
    assert engine_work.emission_of_machine_fuel(1000.0, ef_g_per_kg=32.8) == pytest.approx(32.8, rel=1e-12)
    # 1e8 t·km / 1e4 x 25 kg = 250 t of fuel
    found = engine_work.emission_of_rail_traffic(1e8, fuel_kg_per_1e4_tonne_km=25.0, ef_g_per_kg=52.4)
    assert found == pytest.approx(250 * 52.4 / 1000, rel=1e-12)
