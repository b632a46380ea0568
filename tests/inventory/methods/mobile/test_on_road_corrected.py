"""Exhaust of fleets, of links, and of ledger records with conditions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import SchemaError
from inventory.methods import library_factor
from inventory.methods.mobile.on_road_corrected import METHOD, exhaust_of_fleet, exhaust_of_links

ABOUT = {
    "source_category": "MB.02.04", "fuel_or_product": "diesel", "technology": "china_4", "activity_value": 1e6,
    "activity_unit": "vkm",
}  # fmt: skip


@pytest.fixture
def context(make_context, make_library, make_factor):
    key = {"source_category": "MB.02.04", "fuel_or_product": "diesel", "technology": "china_4", "basis": "emitted"}
    nox = make_factor("F1", 5.0, "g/vkm", **key)
    return make_context(make_library([nox, make_factor("F2", 0.1, "g/vkm", **(key | {"species": "PM2.5"}))]))


def test_exhaust_of_a_fleet_is_stock_times_mileage_times_factor():
    # 1e6 vehicles x 12000 km x 0.46 g = 5.52e9 g
    assert exhaust_of_fleet(1e6, annual_km_per_vehicle=12000.0, ef_g_per_km=0.46) == pytest.approx(5520.0, rel=1e-12)


def test_links_add_up_with_the_factor_of_their_speed():
    # 1000 x 2 km x 3 g + 500 x 4 km x 1 g = 8000 g
    found = exhaust_of_links(
        np.array([1000.0, 500.0]), length_km=np.array([2.0, 4.0]), ef_g_per_km=np.array([3.0, 1.0])
    )
    assert found == pytest.approx(0.008, rel=1e-12)


@given(st.floats(1.0, 1e12))
def test_exhaust_doubles_with_the_kilometres(vkm):
    once = exhaust_of_fleet(1.0, annual_km_per_vehicle=vkm, ef_g_per_km=3.7)
    assert exhaust_of_fleet(1.0, annual_km_per_vehicle=2.0 * vkm, ef_g_per_km=3.7) == 2.0 * once


def test_a_record_without_conditions_is_left_to_the_library(make_record, context):
    assert METHOD.estimate(make_record(**ABOUT), "NOx", context) is None


def test_a_record_names_its_corrections(make_record, context):
    given = {"mean_speed_km_per_h": 50.0, "load_fraction": 0.75, "fuel_sulphur_ppm": 10.0, "altitude_m": 4.0}
    found = METHOD.estimate(make_record(**ABOUT, parameters=given), "NOx", context)
    # 1e6 km x 5 g = 5 t; speed 0.60, load 1.21, sulphur 0.84
    assert found.emission_t == pytest.approx(5.0 * 0.60 * 1.21 * 0.84, rel=1e-12)
    assert found.factor_id == "F1"
    for step in ("speed ×0.6", "load ×1.21", "sulphur ×0.84", "altitude ×1"):
        assert step in found.fallback_chain


def test_what_the_table_does_not_know_is_said(make_record, context):
    given = {"relative_humidity": 0.8, "mean_speed_km_per_h": 30.0}
    found = METHOD.estimate(make_record(**ABOUT, parameters=given), "PM2.5", context)
    assert found.emission_t == pytest.approx(0.1, rel=1e-12)
    assert "humidity: no row, not corrected" in found.fallback_chain


def test_reference_conditions_change_nothing(make_record, context):
    given = {
        "mean_speed_km_per_h": 30.0, "air_temperature_c": 15.0, "relative_humidity": 0.5, "altitude_m": 0.0,
        "fuel_sulphur_ppm": 350.0, "load_fraction": 0.5,
    }  # fmt: skip
    record = make_record(**ABOUT, parameters=given)
    assert (
        METHOD.estimate(record, "NOx", context).emission_t == library_factor.estimate(record, "NOx", context).emission_t
    )


def test_electric_kilometres_of_a_plug_in_hybrid_have_no_exhaust(make_record, context):
    found = METHOD.estimate(make_record(**ABOUT, parameters={"utility_factor": 0.4}), "NOx", context)
    assert found.emission_t == pytest.approx(5.0 * 0.6, rel=1e-12)


@pytest.mark.parametrize("species", ["CO2", "SO2", "NH3", "CH4", "N2O"])
def test_utility_factor_scales_the_species_that_no_condition_corrects(
    species, make_record, make_context, make_library, make_factor
):
    key = {"source_category": "MB.02.04", "fuel_or_product": "diesel", "technology": "china_4", "basis": "emitted"}
    context = make_context(make_library([make_factor("F3", 5.0, "g/vkm", **(key | {"species": species}))]))
    record = make_record(**ABOUT, parameters={"utility_factor": 0.4, "altitude_m": 4.0})
    # 1e6 km x 5 g x (1 - 0.4) = 3 t
    assert METHOD.estimate(record, species, context).emission_t == pytest.approx(3.0, rel=1e-12)
    without = make_record(**ABOUT, parameters={"altitude_m": 4.0})
    assert METHOD.estimate(without, species, context) is None


@pytest.mark.parametrize("name", ["specific_fuel_use_kg_per_unit", "energy_mj_per_km", "ef_kg_per_unit:CO2"])
def test_utility_factor_beside_fuel_energy_or_factors_of_the_record_is_refused(name, make_record, context):
    record = make_record(**ABOUT, parameters={"utility_factor": 0.4, name: 0.05})
    with pytest.raises(SchemaError, match=rf"TY3117[\s\S]*{name}"):
        METHOD.estimate(record, "NOx", context)


def test_many_records_give_the_same_bits_as_one(make_record, context):
    speeds = np.array([15.0, 30.0, 80.0])
    vkm = np.array([1e6, 2e6, 3e6])
    together = METHOD.estimate(
        make_record(**(ABOUT | {"activity_value": vkm}), parameters={"mean_speed_km_per_h": speeds}), "NOx", context
    )
    single = [
        METHOD.estimate(
            make_record(**(ABOUT | {"activity_value": a}), parameters={"mean_speed_km_per_h": v}), "NOx", context
        ).emission_t
        for a, v in zip(vkm.tolist(), speeds.tolist(), strict=True)
    ]
    assert together.emission_t.tolist() == single
    assert "speed ×0.6–1.39" in together.fallback_chain


def test_the_packs_factor_of_a_heavy_truck_is_corrected(make_record, make_context, library):
    record = make_record(**ABOUT, parameters={"mean_speed_km_per_h": 80.0})
    plain = library_factor.estimate(record, "NOx", make_context(library))
    assert METHOD.estimate(record, "NOx", make_context(library)).emission_t == plain.emission_t * 0.60
    nmvoc = METHOD.estimate(record, "NMVOC", make_context(library))
    assert nmvoc.fallback_chain.startswith("THC × 0.97")
